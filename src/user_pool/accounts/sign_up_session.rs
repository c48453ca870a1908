//! The Session of a sign-up, which signs in without a further code: SignUp gives one, ConfirmSignUp takes
//! it and gives another, InitiateAuth and AdminInitiateAuth take that one with USER_AUTH (documented).
//!
//! It is there where the app client allows ALLOW_USER_AUTH (observed: aws/aws-sdk-js-v3#6724), lives as
//! long as one of a sign-in (documented), and is good for one use, of its user and its client (inferred).
//! ConfirmSignUp gives one also where it got none: Amplify JS sends none, and its documented `autoSignIn`
//! goes on with what it was given.

use std::sync::Arc;

use crate::context::Context;
use crate::error::{CognitoError, Refusal};
use crate::model::Secret;
use crate::model::cognito_idp::{ExplicitAuthFlowsType as Flow, UserStatusType};
use crate::store::conversations::{Completed, Step};
use crate::store::user_pool::UserPool;
use crate::store::user_pool::app_client::AppClient;
use crate::store::user_pool::code::Code;
use crate::store::user_pool::device::DeviceKey;
use crate::store::user_pool::user::User;
use crate::user_pool::conversations::{Conversation, Opening};

/// The Session of SignUp, or of ConfirmSignUp without one, where the client can use it.
pub(super) fn begin(
    cx: &Context,
    pool: &Arc<UserPool>,
    client: &AppClient,
    user: &User,
    confirmed: Option<Code>,
) -> Option<Secret> {
    let opening = Opening {
        pool,
        client: &client.id,
        sub: user.sub,
        step: Step::SignedUp { confirmed },
        completed: vec![Completed::Chosen { nobody: None }],
        device_key: DeviceKey::Missing,
        event: None,
        life: client.auth_session(),
    };
    client
        .allows_flow(&[Flow::AllowUserAuth])
        .then(|| cx.sessions.open(cx, opening))
}

/// The Session that ConfirmSignUp is given. One that has expired keeps nobody from being confirmed, for
/// the code lives longer; then there is no other one (inferred). A name that means nobody has none that is
/// its own, so that the refusal does not tell who there is. Who is confirmed already is told that (observed),
/// also with the Session that did it (inferred), so a used one is left to what follows.
///
/// # Errors
/// A session that is used, or not of this sign-up.
pub(super) fn find(
    cx: &Context,
    pool: &UserPool,
    client: &AppClient,
    user: Option<&User>,
    session: &Secret,
) -> Result<Option<Conversation>, CognitoError> {
    let conversation = match cx.sessions.conversation(cx, session) {
        Err(error) if error.refusal == Refusal::SessionExpired => return Ok(None),
        Err(error) if error.refusal == Refusal::SessionUsed && user.is_some_and(is_confirmed) => {
            return Ok(None);
        }
        found => found?,
    };
    let is_of_sign_up = matches!(conversation.step, Step::SignedUp { confirmed: None });
    if is_of_sign_up
        && conversation.pool.id == pool.id
        && conversation.client == client.id
        && user.is_some_and(|user| user.sub == conversation.sub)
    {
        return Ok(Some(conversation));
    }
    Refusal::SessionUnknown
        .refuse("ConfirmSignUp takes the Session that SignUp gave for this user and app client")
}

fn is_confirmed(user: &User) -> bool {
    user.status != UserStatusType::Unconfirmed
}

/// The Session of ConfirmSignUp in place of SignUp's: none where that was used meanwhile.
pub(super) fn go_on(
    cx: &Context,
    session: &Conversation,
    confirmed: Option<Code>,
) -> Option<Secret> {
    session.advance(cx, Step::SignedUp { confirmed }).ok()
}
