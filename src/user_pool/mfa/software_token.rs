//! Time-based one-time passwords: SHA-1, six digits, steps of 30 seconds, one step of tolerance
//! either way (documented), each code good once (observed).

use std::sync::Arc;

use uuid::Uuid;

use super::wrong_code;
use crate::clock::Timestamp;
use crate::context::Context;
use crate::entropy::Purpose;
use crate::error::{CognitoError, Refusal};
use crate::model::Secret;
use crate::model::cognito_idp::{
    AssociateSoftwareTokenRequest, AssociateSoftwareTokenResponse, VerifySoftwareTokenRequest,
    VerifySoftwareTokenResponse, VerifySoftwareTokenResponseType,
};
use crate::store::user_pool::UserPool;
use crate::store::user_pool::conversations::{SetUp, Step};
use crate::store::user_pool::settings::PoolSettings;
use crate::store::user_pool::software_token::{Match, SoftwareToken, base32};
use crate::store::user_pool::user::User;
use crate::user_pool::conversations::Conversation;
use crate::user_pool::tokens::access;

/// 32 bytes are the 52 characters that secrets commonly have (inferred).
const SECRET_BYTES: usize = 32;

/// `AssociateSoftwareToken`: a new secret, which a verified token outlives until the new one is
/// verified too. With an access token or, in a sign-in, a session; the token wins where both are
/// given (inferred).
///
/// # Errors
/// No token and no session, a pool without software tokens, what is wrong with token or session.
pub fn associate_software_token(
    cx: &Context,
    req: AssociateSoftwareTokenRequest,
) -> Result<AssociateSoftwareTokenResponse, CognitoError> {
    if let Some(token) = &req.access_token {
        let who = access::identify(cx, token)?;
        check_pool_has_tokens(&who.settings)?;
        let secret = hand_out_secret(cx, &who.pool, who.user.sub)?;
        return Ok(AssociateSoftwareTokenResponse {
            secret_code: Some(secret),
            session: None,
        });
    }
    let conversation = set_up_session(cx, req.session.as_ref())?;
    check_pool_has_tokens(&conversation.pool.settings())?;
    // The session first: of two calls at once, only the one that goes on leaves its secret.
    let next = conversation.advance(cx, next_step(&conversation, SetUp::Associated))?;
    let secret = hand_out_secret(cx, &conversation.pool, conversation.sub)?;
    Ok(AssociateSoftwareTokenResponse {
        secret_code: Some(secret),
        session: Some(next),
    })
}

fn hand_out_secret(cx: &Context, pool: &UserPool, sub: Uuid) -> Result<Secret, CognitoError> {
    let secret: [u8; SECRET_BYTES] = cx.entropy.bytes(Purpose::Secrets);
    pool.change(|draft| {
        let mut user = existing(draft.state().users.with_sub(sub))?;
        let mfa = &mut user.more_mut().mfa;
        let pending = mfa.pending_secret.replace(secret.as_slice().into());
        mfa.former_secret = pending.or(mfa.former_secret.take());
        draft.put_user(user);
        Ok(())
    })?;
    Ok(Secret::from(base32(&secret)))
}

fn existing(user: Option<&Arc<User>>) -> Result<User, CognitoError> {
    user.map(|user| User::clone(user))
        .ok_or_else(|| Refusal::UserUnknown.because("the user was deleted meanwhile"))
}

/// `VerifySoftwareToken`: the first code proves that the user has the secret. A wrong one is an
/// exception and leaves token or session usable (observed).
///
/// # Errors
/// `Code mismatch`, a code used before, and what AssociateSoftwareToken refuses.
pub fn verify_software_token(
    cx: &Context,
    req: VerifySoftwareTokenRequest,
) -> Result<VerifySoftwareTokenResponse, CognitoError> {
    let code = req.user_code.expose();
    let session = if let Some(token) = &req.access_token {
        let who = access::authorize(cx, token)?;
        check_pool_has_tokens(&who.settings)?;
        verify(cx, &who.pool, who.user.sub, code, req.friendly_device_name)?;
        None
    } else {
        let conversation = set_up_session(cx, req.session.as_ref())?;
        check_pool_has_tokens(&conversation.pool.settings())?;
        check_associated(&conversation)?;
        verify(
            cx,
            &conversation.pool,
            conversation.sub,
            code,
            req.friendly_device_name,
        )?;
        Some(conversation.advance(cx, next_step(&conversation, SetUp::Verified))?)
    };
    Ok(VerifySoftwareTokenResponse {
        status: Some(VerifySoftwareTokenResponseType::Success),
        session,
    })
}

fn verify(
    cx: &Context,
    pool: &UserPool,
    sub: Uuid,
    code: &str,
    friendly_name: Option<String>,
) -> Result<(), CognitoError> {
    let now = cx.now();
    let user = existing(
        pool.read(|state| state.users.with_sub(sub).cloned())
            .as_ref(),
    )?;
    let compared = to_compare_with(&user, friendly_name)?;
    let step = fresh_step(&user, &compared.0, code, now)?;
    take(pool, sub, compared, (step, code), now)
}

/// Lets a code of this step count that was compared with a token; what another call has changed since then
/// decides anew.
fn take(
    pool: &UserPool,
    sub: Uuid,
    (mut token, from_pending): (SoftwareToken, bool),
    (step, code): (u64, &str),
    now: Timestamp,
) -> Result<(), CognitoError> {
    pool.change(|draft| {
        let mut user = existing(draft.state().users.with_sub(sub))?;
        let mfa = &mut user.more_mut().mfa;
        let current = match (&mfa.pending_secret, &mfa.token) {
            (Some(pending), _) if from_pending => token.has_secret(pending),
            (None, Some(known)) if !from_pending => {
                let same = known.secret == token.secret;
                token.used.clone_from(&known.used);
                same
            }
            _ => false,
        };
        if !current || !token.consume(step, now) {
            // What the other call left decides what is wrong with this code.
            let user = existing(draft.state().users.with_sub(sub))?;
            let (left, _) = to_compare_with(&user, None)?;
            fresh_step(&user, &left, code, now)?;
            return Refusal::SoftwareTokenMismatch
                .refuse("another call changed the user's token at the same time; try again");
        }
        mfa.pending_secret = None;
        let former = mfa.token.replace(token).map(|former| former.secret);
        if from_pending {
            mfa.former_secret = former.or(mfa.former_secret.take());
        }
        user.modified = now;
        draft.put_user(user);
        Ok(())
    })
}

/// The token that a first code is compared with, and whether it is of the pending secret: that of a
/// verified one, who may verify it again with a fresh code, else. Without a secret on record nothing can
/// match (the error's type is inferred).
fn to_compare_with(
    user: &User,
    friendly_name: Option<String>,
) -> Result<(SoftwareToken, bool), CognitoError> {
    let mfa = user.more().map(|more| &more.mfa);
    if let Some(pending) = mfa.and_then(|mfa| mfa.pending_secret.clone()) {
        return Ok((SoftwareToken::new(pending, friendly_name), true));
    }
    let Some(known) = mfa.and_then(|mfa| mfa.token.as_ref()) else {
        return Refusal::SoftwareTokenMismatch
            .refuse("the user has no secret to compare with; call AssociateSoftwareToken first");
    };
    let mut token = known.clone();
    token.friendly_name = friendly_name.or(token.friendly_name);
    Ok((token, false))
}

/// The step of a code that is right and was not used yet.
fn fresh_step(
    user: &User,
    token: &SoftwareToken,
    code: &str,
    now: Timestamp,
) -> Result<u64, CognitoError> {
    let refused = match token.compare(code, now) {
        Match::Fresh(step) => return Ok(step),
        Match::Used(step) => return Err(used(step)),
        Match::Wrong => Refusal::SoftwareTokenMismatch.because(format!(
            "the code is none of the three around {}; codes are SHA-1, 6 digits, 30 seconds, by the \
             server's clock",
            now.to_rfc3339()
        )),
    };
    Err(match wrong_code::of_token(user, token, code, now) {
        Some(found) => refused.adding(&found),
        None => refused,
    })
}

/// A code of this step that was used before.
pub(crate) fn used(step: u64) -> CognitoError {
    Refusal::SoftwareTokenCodeUsed.because(format!(
        "a code counts once; give the code of the next 30-second step; this one, of step {step}, was used"
    ))
}

fn check_pool_has_tokens(settings: &PoolSettings) -> Result<(), CognitoError> {
    if settings.mfa.has_software_token() {
        return Ok(());
    }
    Refusal::SoftwareTokenNotEnabled.refuse(
        "the pool has no software token MFA; SetUserPoolMfaConfig with \
         SoftwareTokenMfaConfiguration {Enabled: true} turns it on",
    )
}

fn set_up_session(cx: &Context, session: Option<&Secret>) -> Result<Conversation, CognitoError> {
    let Some(session) = session else {
        return Refusal::MissingTokenOrSession
            .refuse("give AccessToken, or the Session of an MFA_SETUP challenge");
    };
    let conversation = cx.sessions.conversation(cx, session)?;
    conversation.user(cx)?;
    if matches!(conversation.step, Step::MfaSetup { .. }) {
        return Ok(conversation);
    }
    Refusal::SessionUnknown.refuse("the session belongs to another challenge than MFA_SETUP")
}

/// The session must be the one that AssociateSoftwareToken gave, or come of it (observed:
/// aws-amplify/amplify-js#6461, where it was that of a second sign-in).
fn check_associated(conversation: &Conversation) -> Result<(), CognitoError> {
    if let Step::MfaSetup {
        set_up: SetUp::Offered,
        ..
    } = conversation.step
    {
        return Refusal::SessionUnknown
            .refuse("the session has no secret yet: send back the one of AssociateSoftwareToken");
    }
    Ok(())
}

/// MFA_SETUP gone on to `set_up`, with what it offered.
fn next_step(conversation: &Conversation, set_up: SetUp) -> Step {
    let offered = if let Step::MfaSetup { offered, .. } = &conversation.step {
        offered.clone()
    } else {
        Vec::new()
    };
    Step::MfaSetup { set_up, offered }
}

#[cfg(test)]
#[path = "tests/software_token.rs"]
mod tests;
