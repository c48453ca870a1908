//! Sign-in conversations: what the next answer is checked against.
//!
//! A session string is a sealed id with its expiry; the conversation behind it is kept until it is
//! used or expires. A right answer uses it up, a wrong code leaves it open (observed); a password and, in
//! CUSTOM_AUTH, any answer use it up right or wrong (observed), as a device's proof does (inferred). Since
//! the seal tells an unknown string from a known one and holds the expiry, a conversation that is gone
//! needs no marker: what is sealed, in time and absent was used.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use uuid::Uuid;

use super::users::standing;
use crate::clock::Timestamp;
use crate::context::Context;
use crate::entropy::Purpose;
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::UserStatusType;
use crate::model::{ClientId, Secret};
use crate::store::sessions::Sessions;
use crate::store::user_pool::UserPool;
use crate::store::user_pool::conversations::{
    Completed, Kept, Step, WaitingDevice, is_choice, rests_on_password, shows_password,
};
use crate::store::user_pool::device::DeviceKey;
use crate::store::user_pool::password::Password;
use crate::store::user_pool::user::User;

/// Real sessions begin so (observed).
const PREFIX: &str = "AYABe";

const SESSION: &str = "session";

const SECRET_BLOCK: &str = "secret block";

/// A conversation that an answer belongs to.
#[derive(Debug, Clone)]
pub struct Conversation {
    id: u128,
    /// The pool.
    pub pool: Arc<UserPool>,
    /// The app client that began it.
    pub client: ClientId,
    /// Whose sign-in it is.
    pub sub: Uuid,
    /// What the next answer is checked against.
    pub step: Step,
    /// What the sign-in has behind it.
    pub completed: Vec<Completed>,
    /// The device key that was sent so far.
    pub device_key: DeviceKey,
    /// The sign-in's auth event, where the pool keeps such.
    pub event: Option<Uuid>,
    life: Duration,
}

/// A conversation to be opened.
pub struct Opening<'a> {
    /// The pool.
    pub pool: &'a Arc<UserPool>,
    /// The app client.
    pub client: &'a ClientId,
    /// Whose sign-in it is.
    pub sub: Uuid,
    /// What the next answer is checked against.
    pub step: Step,
    /// What the sign-in has behind it.
    pub completed: Vec<Completed>,
    /// The device key that was sent so far.
    pub device_key: DeviceKey,
    /// The sign-in's auth event, where the pool keeps such.
    pub event: Option<Uuid>,
    /// How long the answer may take.
    pub life: Duration,
}

impl Sessions {
    /// Opens a conversation and gives the session string that answers carry.
    pub fn open(&self, cx: &Context, opening: Opening<'_>) -> Secret {
        let place = self.begin(cx, opening);
        session(cx, &place)
    }

    /// Opens an SRP conversation, which is found again by the secret block. CUSTOM_AUTH and USER_AUTH
    /// (observed) and devices (documented) have a session string beside it, another name of the same
    /// conversation.
    pub fn open_secret_block(
        &self,
        cx: &Context,
        opening: Opening<'_>,
    ) -> (String, Option<Secret>) {
        let has_session = !rests_on_password(&opening.completed)
            || matches!(opening.step, Step::DevicePasswordVerifier(_));
        let place = self.begin(cx, opening);
        let block = STANDARD.encode(seal(cx, SECRET_BLOCK, &place));
        (block, has_session.then(|| session(cx, &place)))
    }

    /// The conversation of a session string.
    ///
    /// # Errors
    /// The three sentences for a session that is unknown, expired or used.
    pub fn conversation(
        &self,
        cx: &Context,
        session: &Secret,
    ) -> Result<Conversation, CognitoError> {
        let text = session.expose().strip_prefix(PREFIX).unwrap_or_default();
        self.find(cx, URL_SAFE_NO_PAD.decode(text).ok(), SESSION)
    }

    /// The conversation of a secret block.
    ///
    /// # Errors
    /// As for a session, but for a block that was never given, which is a wrong password.
    pub fn of_secret_block(
        &self,
        cx: &Context,
        block: &[u8],
    ) -> Result<Conversation, CognitoError> {
        self.find(cx, Some(block.to_vec()), SECRET_BLOCK)
    }

    /// Begins a conversation and gives its place: its id and its expiry.
    fn begin(&self, cx: &Context, opening: Opening<'_>) -> Vec<u8> {
        let id = u128::from_le_bytes(cx.entropy.bytes(Purpose::Sessions));
        let now = cx.now();
        let expires = now.plus(opening.life);
        let kept = Kept {
            client: opening.client.clone(),
            sub: opening.sub,
            step: opening.step,
            completed: opening.completed,
            device_key: opening.device_key,
            event: opening.event,
            life: opening.life,
            expires,
        };
        self.keep(opening.pool, id, kept, now);
        [&id.to_le_bytes()[..], &expires.0.to_le_bytes()[..]].concat()
    }

    fn find(
        &self,
        cx: &Context,
        sealed: Option<Vec<u8>>,
        purpose: &str,
    ) -> Result<Conversation, CognitoError> {
        let opened = sealed.and_then(|sealed| cx.seal.open(purpose, &sealed));
        let Some((id, expires)) = opened.as_deref().and_then(split) else {
            // Observed for a block that was altered: it is a proof like any wrong one.
            return if purpose == SECRET_BLOCK {
                Refusal::IncorrectUsernameOrPassword
                    .refuse("PASSWORD_CLAIM_SECRET_BLOCK is no SECRET_BLOCK that this server gave")
            } else {
                Refusal::SessionUnknown
                    .refuse("this server gave no such session; send back the last Session it gave")
            };
        };
        if cx.now() > expires {
            return Refusal::SessionExpired.refuse(format!(
                "the session was good until {}; AuthSessionValidity of the app client sets how \
                 long. Begin the sign-in again",
                expires.to_rfc3339()
            ));
        }
        let used = || {
            used(if purpose == SECRET_BLOCK {
                "a secret block is good for one answer, right or wrong; begin the sign-in again"
            } else {
                "an answer has used this session up: a right one does, and the password, a device's proof \
                 and any answer in CUSTOM_AUTH do, right or wrong; begin the sign-in again"
            })
        };
        let pool = cx.store.pool(&self.pool(id).ok_or_else(used)?)?;
        let Some(kept) = pool.conversations.get(id) else {
            // Two who answer at once, or it is of what a restore has undone.
            return if self.pool(id).is_none() {
                Err(used())
            } else {
                Refusal::SessionUnknown.refuse(
                    "the sign-in began after the snapshot that was restored since; begin it again",
                )
            };
        };
        Ok(Conversation::new(pool, id, &kept))
    }
}

impl Conversation {
    /// The conversation in which DEVICE_SRP_AUTH was last asked of a device, if it still waits.
    pub(crate) fn waiting_for(
        cx: &Context,
        pool: &Arc<UserPool>,
        device: &WaitingDevice,
    ) -> Option<Conversation> {
        let (id, expires) = pool.conversations.last_waiting(device)?;
        let kept = pool.conversations.get(id)?;
        (cx.now() <= expires).then(|| Self::new(Arc::clone(pool), id, &kept))
    }

    fn new(pool: Arc<UserPool>, id: u128, kept: &Kept) -> Self {
        Self {
            id,
            pool,
            client: kept.client.clone(),
            sub: kept.sub,
            step: kept.step.clone(),
            completed: kept.completed.clone(),
            device_key: kept.device_key,
            event: kept.event,
            life: kept.life,
        }
    }
}

fn seal(cx: &Context, purpose: &str, place: &[u8]) -> Vec<u8> {
    let nonce = cx.entropy.bytes(Purpose::Sessions);
    cx.seal.seal(nonce, purpose, place)
}

fn session(cx: &Context, place: &[u8]) -> Secret {
    let sealed = seal(cx, SESSION, place);
    Secret::from(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(sealed)))
}

fn split(plain: &[u8]) -> Option<(u128, Timestamp)> {
    let (id, expires) = plain.split_first_chunk::<16>()?;
    let expires = i64::from_le_bytes(expires.try_into().ok()?);
    Some((u128::from_le_bytes(*id), Timestamp(expires)))
}

fn is_same(before: Option<&Arc<Password>>, now: Option<&Arc<Password>>) -> bool {
    match (before, now) {
        (Some(before), Some(now)) => Arc::ptr_eq(before, now),
        (None, None) => true,
        _ => false,
    }
}

fn overtaken() -> CognitoError {
    used("another answer used this session up at the same time")
}

fn used(reason: &'static str) -> CognitoError {
    Refusal::SessionUsed.because(reason)
}

impl Conversation {
    /// The conversation's user, as far as the sign-in may go on: what happened to the account since
    /// it began counts (the states that refuse are those of a sign-in).
    ///
    /// # Errors
    /// A user deleted, disabled, locked or changed in state meanwhile.
    pub fn user(&self, cx: &Context) -> Result<Arc<User>, CognitoError> {
        let user = self
            .pool
            .read(|state| state.users.with_sub(self.sub).cloned());
        let Some(user) = user else {
            return Refusal::SessionUnknown
                .refuse("the user was deleted after the sign-in began; begin it again");
        };
        self.check_open(&user, cx.now())?;
        Ok(user)
    }

    /// What an answer hears that came while another one to the same session was taken: that the session is used,
    /// whatever the other one made of the account.
    fn overtaken(&self, refusal: CognitoError) -> CognitoError {
        match self.pool.conversations.get(self.id) {
            Some(_) => refusal,
            None => overtaken(),
        }
    }

    /// Whether it is the same conversation.
    pub fn is(&self, other: &Self) -> bool {
        self.id == other.id
    }

    /// Whether the step still fits `user`.
    ///
    /// A sign-in by CUSTOM_AUTH in which no password was proven does not care about the password's
    /// state, as where it begins (`standing::check_may_try_custom`).
    ///
    /// NEW_PASSWORD_REQUIRED replaces the temporary password that was given, so it ends with that
    /// password: when AdminSetUserPassword sets another one, permanent or temporary, and when
    /// AdminCreateUser with RESEND does. Inferred, for nobody has told what the service does: a
    /// temporary password that an administrator took back lets nobody in (documented: RESEND
    /// resets it), and the answer would undo what the administrator has just set.
    ///
    /// # Errors
    /// As [`Self::user`].
    pub fn check_open(&self, user: &User, now: Timestamp) -> Result<(), CognitoError> {
        self.check_fits(user, now)
            .map_err(|refusal| self.overtaken(refusal))
    }

    fn check_fits(&self, user: &User, now: Timestamp) -> Result<(), CognitoError> {
        if !rests_on_password(&self.completed) {
            // In USER_AUTH the factor that is chosen decides which states let one in.
            return if shows_password(&self.completed) {
                standing::check_may_try(user, now)?;
                if user.status == UserStatusType::ForceChangePassword {
                    return Refusal::SessionUnknown.refuse(
                        "a temporary password was set after the sign-in began; begin it again",
                    );
                }
                Ok(())
            } else if is_choice(&self.completed) {
                standing::check_enabled(user)
            } else {
                standing::check_may_try_custom(user)
            };
        }
        standing::check_may_try(user, now)?;
        let temporary = if let Step::NewPasswordRequired(temporary) = &self.step {
            Some(temporary)
        } else {
            None
        };
        match (user.status, temporary) {
            (UserStatusType::ResetRequired, _) => standing::refuse_reset_required(),
            (UserStatusType::ForceChangePassword, None) => Refusal::SessionUnknown
                .refuse("a temporary password was set after the sign-in began; begin it again"),
            (UserStatusType::ForceChangePassword, Some(temporary))
                if is_same(temporary.as_ref(), user.password.as_ref()) =>
            {
                Ok(())
            }
            (_, Some(_)) => Refusal::SessionUnknown
                .refuse("another password was set after the sign-in began; begin it again"),
            (_, None) => Ok(()),
        }
    }

    /// Uses the conversation up.
    ///
    /// # Errors
    /// Another answer was quicker.
    pub fn consume(&self, cx: &Context) -> Result<(), CognitoError> {
        match cx.sessions.take(&self.pool, self.id) {
            Some(_) => Ok(()),
            None => Err(overtaken()),
        }
    }

    /// Uses the conversation up and goes on with `step` under a new session string.
    ///
    /// # Errors
    /// Another answer was quicker.
    pub fn advance(&self, cx: &Context, step: Step) -> Result<Secret, CognitoError> {
        self.consume(cx)?;
        let opening = Opening {
            pool: &self.pool,
            client: &self.client,
            sub: self.sub,
            step,
            completed: self.completed.clone(),
            device_key: self.device_key,
            event: self.event,
            life: self.life,
        };
        Ok(cx.sessions.open(cx, opening))
    }
}
