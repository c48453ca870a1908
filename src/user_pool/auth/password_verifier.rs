//! USER_SRP_AUTH: the challenge PASSWORD_VERIFIER and its answer.
//!
//! The challenge carries no session; its secret block finds the exchange again (observed).
//!
//! An unconfirmed user is told so whatever the proof is, and RESET_REQUIRED shows only after a right
//! one (observed). That both come from the answer, and from InitiateAuth only for users who have no
//! verifier, is inferred.

use std::sync::Arc;

use aws_lc_rs::digest;
use uuid::Uuid;

use super::challenge::Answer;
use super::claim::Claim;
use super::door::Outcome;
use super::next_step::Proven;
use super::sign_in::SignIn;
use crate::crypto::srp::{self, Ephemeral, Salt, SrpA, SrpB};
use crate::entropy::Purpose;
use crate::error::{CognitoError, Refusal};
use crate::model::Secret;
use crate::model::cognito_idp::{ChallengeNameType, UserStatusType};
use crate::store::user_pool::conversations::{Exchange, Step, rests_on_password};
use crate::store::user_pool::password::Password;
use crate::store::user_pool::user::User;
use crate::user_pool::conversations::Conversation;
use crate::user_pool::users::{aliases, standing};

/// How an unknown user is played: the same salt and id each time for one name (documented for
/// PreventUserExistenceErrors ENABLED).
pub(super) struct Double {
    salt: Salt,
    pub(super) user_id: Uuid,
    key: [u8; 32],
}

impl Double {
    pub(super) fn of(pool: &str, username: &str) -> Self {
        let derive = |what: &str| -> [u8; 32] {
            let text = format!("{what}\0{pool}\0{username}");
            let mut bytes = [0; 32];
            bytes.copy_from_slice(digest::digest(&digest::SHA256, text.as_bytes()).as_ref());
            bytes
        };
        let half = |bytes: [u8; 32]| -> [u8; 16] {
            let mut half = [0; 16];
            half.copy_from_slice(&bytes[..16]);
            half
        };
        Self {
            salt: Salt::new(half(derive("salt"))),
            user_id: uuid::Builder::from_random_bytes(half(derive("user id"))).into_uuid(),
            key: derive("key"),
        }
    }
}

impl SignIn<'_> {
    pub(super) async fn offer_password_verifier(
        &self,
        username: &str,
        a: SrpA,
    ) -> Result<Outcome, CognitoError> {
        let user = self.find(username);
        self.pre_authenticate(username, user.as_deref()).await?;
        let Some(user) = user else {
            if !self.client.hides_unknown_users() {
                return Err(self.unknown_name(username, "no user of the pool has this name"));
            }
            return self.offer_to_double(username, None, &a).await;
        };
        self.offer_to_known(user.sub, &a).await
    }

    /// Asks a user for the proof who may have to be told of an earlier hindrance.
    pub(super) async fn offer_to_known(
        &self,
        sub: Uuid,
        a: &SrpA,
    ) -> Result<Outcome, CognitoError> {
        // What the function changed by calling back counts (inferred).
        let user = self.user(sub)?;
        self.check_may_prove(&user)?;
        self.offer_to_user(&user, a).await
    }

    /// Whether a user may be asked for the proof.
    pub(super) fn check_may_prove(&self, user: &User) -> Result<(), CognitoError> {
        match (&user.password, user.status) {
            // Told by the answer to the challenge.
            (Some(_), UserStatusType::Unconfirmed) => standing::check_enabled(user),
            _ => standing::check_may_try(user, self.cx.now()),
        }
    }

    /// Asks a user for the proof.
    pub(super) async fn offer_to_user(
        &self,
        user: &User,
        a: &SrpA,
    ) -> Result<Outcome, CognitoError> {
        if !self.client.hides_unknown_users() {
            self.check_imported(user)?;
        }
        let Some(password) = user.password.clone() else {
            return self.offer_to_double(&user.username, Some(user), a).await;
        };
        let salt = *password.salt();
        let keeper = Arc::clone(&password);
        let b = move |ephemeral: &Ephemeral| srp::public_b(keeper.verifier(), ephemeral);
        let name = user.username.to_string();
        self.offer(b, salt, name, Some(password), user.sub, a).await
    }

    /// Plays a user who is unknown or has no password.
    pub(super) async fn offer_to_double(
        &self,
        name: &str,
        user: Option<&User>,
        a: &SrpA,
    ) -> Result<Outcome, CognitoError> {
        let name = aliases::as_kept(&self.settings, "username", name);
        let double = Double::of(&self.pool.id, &name);
        let user_id = user.map_or_else(
            || double.user_id.to_string(),
            |user| user.username.to_string(),
        );
        let sub = user.map_or(double.user_id, |user| user.sub);
        let key = double.key;
        let b = move |ephemeral: &Ephemeral| srp::public_b(&srp::verifier(&key), ephemeral);
        self.offer(b, double.salt, user_id, None, sub, a).await
    }

    /// USERNAME and USER_ID_FOR_SRP are both the stored username (observed).
    async fn offer(
        &self,
        public_b: impl FnOnce(&Ephemeral) -> SrpB + Send + 'static,
        salt: Salt,
        user_id: String,
        password: Option<Arc<Password>>,
        sub: Uuid,
        a: &SrpA,
    ) -> Result<Outcome, CognitoError> {
        let secret = self.cx.entropy.bytes(Purpose::Srp);
        let (ephemeral, b) = self
            .cx
            .crypto
            .run(move || {
                let ephemeral = Ephemeral::new(secret);
                let b = public_b(&ephemeral);
                (ephemeral, b)
            })
            .await?;
        let parameters = [("SALT", salt.to_hex()), ("SRP_B", b.to_hex())];
        let exchange = Exchange {
            a: a.clone(),
            ephemeral,
            b,
            password,
            user_id: user_id.clone(),
        };
        // "Within a few seconds" is all that is documented of the time for the answer; that it is the
        // session's life is inferred.
        let step = Step::PasswordVerifier(Arc::new(exchange));
        let opening = self.opening(sub, step);
        let (block, session) = self.cx.sessions.open_secret_block(self.cx, opening);
        let named = [
            ("SECRET_BLOCK", block),
            ("USERNAME", user_id.clone()),
            ("USER_ID_FOR_SRP", user_id),
        ];
        Ok(Outcome::Challenge {
            name: ChallengeNameType::PasswordVerifier,
            session,
            parameters: parameters
                .into_iter()
                .chain(named)
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
            available: None,
        })
    }

    /// Checks the answer to PASSWORD_VERIFIER. The secret block is good for one answer, right or
    /// wrong (inferred).
    pub(super) async fn verify_password_claim(
        &mut self,
        answer: Answer,
    ) -> Result<Proven, CognitoError> {
        let (username, session) = (answer.username, answer.session);
        let mut answer = answer.responses;
        let claim = Claim::take(&mut answer)?;
        let wrong = |reason: &'static str| Refusal::IncorrectUsernameOrPassword.because(reason);
        let conversation = self.cx.sessions.of_secret_block(self.cx, claim.block())?;
        if !self.owns(&conversation) {
            // Never issued to this client (inferred: as one that was never issued at all).
            return Err(wrong("the secret block is of another app client"));
        }
        let Step::PasswordVerifier(exchange) = &conversation.step else {
            return Err(wrong("the secret block is not of an SRP exchange"));
        };
        self.check_session(&conversation, session.as_ref())?;
        if !self.names(&username, &conversation, exchange) {
            return Err(wrong(
                "USERNAME is another user than the one whose exchange it is",
            ));
        }
        self.go_on_with_device(&conversation);
        self.completed.clone_from(&conversation.completed);
        // A user who is played has no device either, and so is told from no other.
        self.device(conversation.sub)?;
        let user = self
            .pool
            .read(|state| state.users.with_sub(conversation.sub).cloned());
        // No answer is looked at, and none uses anything up, of who may not try.
        if let Some(user) = &user {
            standing::check_may_try(user, self.cx.now())?;
        }
        conversation.consume(self.cx)?;
        let user = user.ok_or_else(|| {
            wrong("the user does not exist; PreventUserExistenceErrors ENABLED plays one")
        })?;
        // A password that was changed meanwhile is not the one that was proved.
        let unchanged = match (&exchange.password, &user.password) {
            (Some(proved), Some(current)) => Arc::ptr_eq(proved, current),
            _ => false,
        };
        let canonical = claim.is_canonical();
        if !unchanged || !self.proves(exchange, claim).await? {
            return self.note_failure(&user, failure(unchanged, canonical, &user));
        }
        // The proof took its time: what happened to the account meanwhile counts.
        let user = self.user(conversation.sub)?;
        standing::check_may_try(&user, self.cx.now())?;
        self.take_password(user, None)
    }

    /// In CUSTOM_AUTH and USER_AUTH the challenge has a session, which its answer must carry (inferred);
    /// USER_SRP_AUTH has none, and takes an answer without (observed). One that is sent must be the
    /// challenge's own in every flow: of any other the three sentences tell, and the secret block is left
    /// (inferred, as for every challenge).
    fn check_session(
        &self,
        conversation: &Conversation,
        session: Option<&Secret>,
    ) -> Result<(), CognitoError> {
        let Some(session) = session else {
            if rests_on_password(&conversation.completed) {
                return Ok(());
            }
            return Refusal::MissingParameter {
                name: "Session".into(),
            }
            .refuse(
                "in CUSTOM_AUTH and USER_AUTH, PASSWORD_VERIFIER is answered with its Session",
            );
        };
        let named = self.cx.sessions.conversation(self.cx, session)?;
        if named.is(conversation) {
            return Ok(());
        }
        Refusal::SessionUnknown.refuse(
            "the session is of another challenge than the secret block; USER_SRP_AUTH gives none, and its \
             answer needs none",
        )
    }

    /// Whether an answer's USERNAME is the user of the exchange: the id the client hashed, or any
    /// name of the user.
    fn names(&self, username: &str, conversation: &Conversation, exchange: &Exchange) -> bool {
        username == exchange.user_id
            || self
                .find(username)
                .is_some_and(|user| user.sub == conversation.sub)
    }

    async fn proves(&self, exchange: &Arc<Exchange>, claim: Claim) -> Result<bool, CognitoError> {
        let exchange = Arc::clone(exchange);
        let pool = self.pool.id.clone();
        let check = move || {
            let verifier = exchange.password.as_ref()?.verifier();
            let key = srp::session_key(verifier, &exchange.ephemeral, &exchange.b, &exchange.a)?;
            Some(claim.is_signed(&key, pool.name_part(), &exchange.user_id))
        };
        Ok(self.cx.crypto.run(check).await?.unwrap_or(false))
    }
}

/// Why a proof failed, as far as the server can tell.
fn failure(unchanged: bool, canonical: bool, user: &User) -> &'static str {
    if user.imported_hash().is_some() {
        "the user was imported with a password hash: SRP is possible after a first sign-in by \
         USER_PASSWORD_AUTH or ADMIN_USER_PASSWORD_AUTH (documented)"
    } else if user.password.is_none() {
        "the user exists and has no password"
    } else if !unchanged {
        "the password was changed between InitiateAuth and this answer"
    } else if !canonical {
        "the password is another one, or the signature was taken over TIMESTAMP as it was sent: the \
         service reads it and checks the signature over the form `Tue Sep 1 06:05:04 UTC 2020`"
    } else {
        "the user exists and the password is another one"
    }
}
