//! Signing up: SignUp, ConfirmSignUp and ResendConfirmationCode.
//!
//! Order of checks: client, secret hash, request, functions, then the name (that a taken name is
//! told after PreSignUp ran is inferred). Documented order of functions: PreSignUp, the user is
//! stored, the message, PostConfirmation where the user was confirmed at once.

use std::sync::Arc;

use super::create_user::{self, NewUser};
use super::password_history;
use super::sign_up_session;
use super::unknown_user;
use crate::clock::Timestamp;
use crate::context::Context;
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::{
    AttributeType, ConfirmSignUpRequest, ConfirmSignUpResponse, EventFilterType, EventResponseType,
    EventType, ResendConfirmationCodeRequest, ResendConfirmationCodeResponse, SignUpRequest,
    SignUpResponse, UserContextDataType, UserStatusType,
};
use crate::model::{ClientId, Contact, Secret, Username};
use crate::store::user_pool::UserPool;
use crate::store::user_pool::app_client::AppClient;
use crate::store::user_pool::code::Code;
use crate::store::user_pool::password::Setting;
use crate::store::user_pool::settings::PoolSettings;
use crate::store::user_pool::user::{Limited, User};
use crate::user_pool::app_clients::managed_secrets;
use crate::user_pool::messages::verification::{self, Due, Recipient};
use crate::user_pool::messages::wrong_code::{self, For};
use crate::user_pool::threat_protection::context_data::ContextData;
use crate::user_pool::threat_protection::{self, Watch};
use crate::user_pool::triggers::custom_message::Kind;
use crate::user_pool::triggers::post_confirmation::{self, PostConfirmation};
use crate::user_pool::triggers::pre_sign_up::{self, PreSignUp};
use crate::user_pool::triggers::{self, ClientMetadata, Subject};
use crate::user_pool::users::aliases::{self, Clash};
use crate::user_pool::users::attributes::{self, Giving};
use crate::user_pool::users::{self, contacts};

/// The client of a request, its secret hash checked, and the client's pool.
///
/// # Errors
/// An unknown client; a missing, wrong or uncalled-for secret hash.
pub fn client_of(
    cx: &Context,
    id: &ClientId,
    username: &Username,
    hash: Option<&Secret>,
) -> Result<(Arc<UserPool>, Arc<AppClient>), CognitoError> {
    let (pool, client) = managed_secrets::client(cx, id)?;
    client.check_secret_hash(username, hash.map(Secret::expose), |client| {
        Refusal::SecretHashWrong { client }
    })?;
    Ok((pool, client))
}

/// `SignUp`.
///
/// # Errors
/// An unknown client, a wrong secret hash, a pool closed for sign-ups, a bad name, attribute or
/// password, a name in use (told whatever PreventUserExistenceErrors says); what the pool's
/// functions refuse.
pub async fn sign_up(cx: &Context, req: SignUpRequest) -> Result<SignUpResponse, CognitoError> {
    let (pool, client) = client_of(cx, &req.client_id, &req.username, req.secret_hash.as_ref())?;
    let settings = pool.settings();
    // Blank is none (documented).
    let password = req.password.filter(|given| !given.is_empty());
    let given = req.user_attributes.unwrap_or_default();
    let attributes = check_request(&settings, &client, &req.username, given, password.as_ref())?;
    let context_data = ContextData::of_user(&pool, &client, req.user_context_data)?;
    let watch = Watch::new(cx, &pool, &settings, &client, &context_data);
    let mut leaked = false;
    if let (Some(watch), Some(password)) = (&watch, &password) {
        leaked = watch.check_new_password(&req.username, password, EventFilterType::SignUp)?;
    }
    let mut user = newcomer(cx, &settings, &req.username, &attributes)?;
    let metadata = req.client_metadata.unwrap_or_default();
    let validation_data = req.validation_data.unwrap_or_default();
    let (pool, settings) = (&pool, &*settings);
    let to = Recipient::of_client(pool, settings, &client.id, &user, &metadata);
    let said = ask_before_sign_up(cx, to, &validation_data).await?;
    heed(settings, &mut user, &said)?;

    if let Some(password) = &password {
        user.password = Some(password_history::keep(cx, pool, &user, password));
    }
    // A newcomer is UNCONFIRMED, unless PreSignUp made it CONFIRMED.
    let user_confirmed = user.status == UserStatusType::Confirmed;
    let due = if user_confirmed {
        None
    } else {
        sign_up_code(cx, settings, &user)
    };
    if let Some(due) = &due {
        // That nothing is stored then is inferred.
        due.check_link(pool, settings)?;
    }
    user.more_mut().sign_up_code = due.as_ref().map(|due| due.code.clone());
    // An alias that PreSignUp counts as verified moves to the new user (documented).
    let clash = Clash::Move(user.created);
    let user = create_user::store_new(pool, user, clash, Refusal::UserExists)?;
    if let Some(watch) = &watch {
        let response = if user_confirmed {
            EventResponseType::Pass
        } else {
            EventResponseType::InProgress
        };
        watch.note(&user, EventType::SignUp, response, leaked);
    }

    let to = Recipient::of_client(pool, settings, &client.id, &user, &metadata);
    let code_delivery_details = match &due {
        Some(due) => Some(due.send(cx, Kind::SignUp, to).await?),
        None => None,
    };
    if user_confirmed {
        tell_confirmed(cx, post_confirmation::Source::ConfirmSignUp, to).await?;
    }
    Ok(SignUpResponse {
        user_confirmed,
        code_delivery_details,
        user_sub: user.sub.to_string(),
        session: sign_up_session::begin(cx, pool, &client, &user, None),
    })
}

/// Checks what a sign-up gives, and adds the address that stands in place of a username.
fn check_request(
    settings: &PoolSettings,
    client: &AppClient,
    username: &Username,
    given: Vec<AttributeType>,
    password: Option<&Secret>,
) -> Result<Vec<AttributeType>, CognitoError> {
    if settings.admin_create.only_admins {
        return Refusal::SignUpNotPermitted.refuse(
            "the pool's AllowAdminCreateUserOnly is true: AdminCreateUser makes its users",
        );
    }
    let address = create_user::check_username(settings, username, None)?;
    check_writable(settings, client, &given)?;
    let attributes = create_user::with_address(given, address, username);
    attributes::check_given(&settings.schema, &attributes, Giving::SignUp, false)?;
    if aliases::gives_preferred_username(settings, &attributes) {
        return Refusal::PreferredUsernameTooEarly
            .refuse("preferred_username is an alias of the pool; set it after the confirmation");
    }
    match password {
        Some(password) => settings.password_policy.check(password, Setting::NewUser)?,
        None if settings.allows_code_sign_in() => {}
        // The sentence is AdminCreateUser's; that SignUp has the same is inferred.
        None => {
            return Refusal::PasswordRequired
                .refuse("the pool's first factors have no one-time code: give a Password");
        }
    }
    Ok(attributes)
}

/// Refuses attributes that the client may not write. Names that the schema lacks are left to the
/// check against the schema, whose answer a client without permissions gets too (observed).
///
/// # Errors
/// NotAuthorizedException.
pub fn check_writable(
    settings: &PoolSettings,
    client: &AppClient,
    given: &[AttributeType],
) -> Result<(), CognitoError> {
    given
        .iter()
        .try_for_each(|attribute| check_writable_name(settings, client, &attribute.name))
}

/// The same for one attribute.
///
/// # Errors
/// NotAuthorizedException.
pub fn check_writable_name(
    settings: &PoolSettings,
    client: &AppClient,
    name: &str,
) -> Result<(), CognitoError> {
    let known = settings
        .schema
        .get(name)
        .is_some_and(|known| !known.developer_only);
    if known && !client.can_write(name) {
        return Refusal::UnauthorizedAttribute.refuse(format!(
            "the app client {} may not write {name}; its WriteAttributes decide, and nobody but an \
             administrator writes sub, email_verified and phone_number_verified",
            client.id
        ));
    }
    Ok(())
}

/// The user to be, without a password. A new address is unverified in so many words (inferred).
fn newcomer(
    cx: &Context,
    settings: &PoolSettings,
    username: &Username,
    attributes: &[AttributeType],
) -> Result<User, CognitoError> {
    let new = NewUser {
        username,
        attributes,
        sub: None,
        status: UserStatusType::Unconfirmed,
        created: cx.now(),
    };
    let mut user = create_user::build_user(cx, settings, new)?;
    user.more_mut().signed_up = true;
    for contact in Contact::ALL.iter().copied() {
        if user.address(contact).is_some() {
            contacts::mark(settings, &mut user, contact, false);
        }
    }
    Ok(user)
}

async fn ask_before_sign_up(
    cx: &Context,
    about: Recipient<'_>,
    validation_data: &[AttributeType],
) -> Result<pre_sign_up::Answer, CognitoError> {
    let given = |name: &str| name != "sub" && Contact::flagged(name).is_none();
    let event = PreSignUp {
        source: pre_sign_up::Source::SignUp,
        attributes: about.user.attributes_where(given),
        validation_data,
        metadata: about.metadata,
    };
    triggers::call(cx, subject(about), event).await
}

fn subject(about: Recipient<'_>) -> Subject<'_> {
    Subject {
        pool: about.pool,
        settings: about.settings,
        client_id: about.client_id,
        username: &about.user.username,
    }
}

/// Does as PreSignUp said: confirms, and counts addresses as verified, which goes with a
/// confirmation only (observed) and needs the address (documented).
fn heed(
    settings: &PoolSettings,
    user: &mut User,
    said: &pre_sign_up::Answer,
) -> Result<(), CognitoError> {
    let verify = [
        (said.auto_verify_email, Contact::Email),
        (said.auto_verify_phone, Contact::PhoneNumber),
    ];
    for (_, contact) in verify.into_iter().filter(|(verify, _)| *verify) {
        if !said.auto_confirm_user {
            return Refusal::AutoVerifiedUnconfirmed
                .refuse("PreSignUp answered autoVerify... without autoConfirmUser");
        }
        if user.address(contact).is_none() {
            return Refusal::AutoVerifiedMissing {
                name: contact.to_string(),
            }
            .refuse("PreSignUp verifies an address that the sign-up does not give");
        }
        contacts::mark(settings, user, contact, true);
    }
    if said.auto_confirm_user {
        user.status = UserStatusType::Confirmed;
    }
    Ok(())
}

fn sign_up_code(cx: &Context, settings: &PoolSettings, user: &User) -> Option<Due> {
    let address = verification::sign_up_address(settings, user)?;
    Some(Due::new(cx, settings, address, None))
}

/// Makes an UNCONFIRMED user CONFIRMED.
///
/// # Errors
/// NotAuthorizedException for every other status.
pub fn confirm(user: &mut User, now: Timestamp) -> Result<(), CognitoError> {
    if user.status != UserStatusType::Unconfirmed {
        return Refusal::CannotConfirm {
            status: user.status.to_string(),
        }
        .refuse("only an UNCONFIRMED user can be confirmed");
    }
    user.status = UserStatusType::Confirmed;
    user.more_mut().sign_up_code = None;
    user.modified = now;
    Ok(())
}

/// Tells the pool's function that a user was confirmed; the user stays so if it refuses (observed).
///
/// # Errors
/// What the function refuses.
pub async fn tell_confirmed(
    cx: &Context,
    source: post_confirmation::Source,
    about: Recipient<'_>,
) -> Result<(), CognitoError> {
    let event = PostConfirmation {
        source,
        user: about.user,
        metadata: about.metadata,
    };
    triggers::call(cx, subject(about), event).await
}

/// `ConfirmSignUp`. The address that got the code is verified with it (documented). That the status
/// is checked before the code is inferred.
///
/// # Errors
/// An unknown client or user, a wrong secret hash, a user that is not UNCONFIRMED, a wrong or late
/// code, an alias in use, a Session that is not of the user's sign-up; what PostConfirmation refuses, though the user stays confirmed.
pub async fn confirm_sign_up(
    cx: &Context,
    req: ConfirmSignUpRequest,
) -> Result<ConfirmSignUpResponse, CognitoError> {
    let (pool, client) = client_of(cx, &req.client_id, &req.username, req.secret_hash.as_ref())?;
    let given = Confirmation {
        username: &req.username,
        code: &req.confirmation_code,
        takes_alias: req.force_alias_creation == Some(true),
        session: req.session,
        user_context_data: req.user_context_data,
        metadata: req.client_metadata.unwrap_or_default(),
    };
    let session = confirm_by_code(cx, &pool, &client, given).await?;
    Ok(ConfirmSignUpResponse { session })
}

/// The link of a verification mail: as ConfirmSignUp, without a secret hash, which no mail could have.
/// A link of another client of the pool confirms too, as its code does; that AWS ties it to the client
/// of the sign-up is told, not seen.
///
/// # Errors
/// As of ConfirmSignUp.
pub async fn confirm_by_link(
    cx: &Context,
    client_id: &ClientId,
    username: &Username,
    code: &str,
) -> Result<(), CognitoError> {
    let (pool, client) = managed_secrets::client(cx, client_id)?;
    let given = Confirmation {
        username,
        code,
        takes_alias: false,
        session: None,
        user_context_data: None,
        metadata: ClientMetadata::default(),
    };
    confirm_by_code(cx, &pool, &client, given).await.map(drop)
}

/// What a user gives to be confirmed.
struct Confirmation<'a> {
    username: &'a Username,
    code: &'a str,
    /// Whether an alias that another user holds moves.
    takes_alias: bool,
    /// The Session of SignUp.
    session: Option<Secret>,
    user_context_data: Option<UserContextDataType>,
    metadata: ClientMetadata,
}

async fn confirm_by_code(
    cx: &Context,
    pool: &Arc<UserPool>,
    client: &AppClient,
    given: Confirmation<'_>,
) -> Result<Option<Secret>, CognitoError> {
    let found = unknown_user::find(pool, client, given.username)?;
    let settings = pool.settings();
    let context_data = ContextData::of_user(pool, client, given.user_context_data)?;
    let session = match &given.session {
        Some(session) => {
            let user = found.as_deref();
            Some(sign_up_session::find(cx, pool, client, user, session)?)
        }
        None => None,
    };
    // What is wrong with the request itself comes before: it is told to a name that means nobody too.
    let user = found.ok_or_else(|| unknown_user::no_code(pool, given.username))?;
    Limited::ConfirmSignUp.charge(cx, pool, &user)?;
    let now = cx.now();
    let clash = if given.takes_alias {
        Clash::Move(now)
    } else {
        Clash::Refuse
    };
    let mut confirmed = None;
    let changed = users::change(pool, &user, |draft, user| {
        let code = user.more().and_then(|more| more.sign_up_code.clone());
        confirm(user, now)?;
        Code::check(code.as_ref(), given.code, now)?;
        let Some(code) = code else {
            return Ok(());
        };
        user.note_used(code.clone(), "ConfirmSignUp", now);
        let sent_to = code.sent_to;
        confirmed = user.address(sent_to).map(|address| code.bound_to(address));
        contacts::mark(&settings, user, sent_to, true);
        aliases::take(draft, user, &[sent_to.into()], clash)
    });
    let changed = changed.map_err(|refused| {
        wrong_code::explained(cx, pool, user.sub, For::SignUp, given.code, refused)
    });
    let user = changed.inspect_err(|refused| {
        if let Some(watch) = Watch::new(cx, pool, &settings, client, &context_data) {
            watch.note_wrong_code(&user, EventType::SignUp, refused);
        }
    })?;
    let to = Recipient::of_client(pool, &settings, &client.id, &user, &given.metadata);
    threat_protection::finish_last(cx, pool, &settings, &user, EventType::SignUp);
    tell_confirmed(cx, post_confirmation::Source::ConfirmSignUp, to).await?;
    Ok(match session {
        Some(session) => {
            session.and_then(|session| sign_up_session::go_on(cx, &session, confirmed))
        }
        None => sign_up_session::begin(cx, pool, client, &user, confirmed),
    })
}

/// `ResendConfirmationCode`. The code sent before stops working (inferred).
///
/// # Errors
/// An unknown client; a user that does not exist or is disabled, unless the client hides it; a wrong
/// secret hash, a confirmed user, a user without an address that the pool verifies; what the custom
/// message function refuses.
pub async fn resend_confirmation_code(
    cx: &Context,
    req: ResendConfirmationCodeRequest,
) -> Result<ResendConfirmationCodeResponse, CognitoError> {
    let (pool, client) = client_of(cx, &req.client_id, &req.username, req.secret_hash.as_ref())?;
    let settings = pool.settings();
    let context_data = ContextData::of_user(&pool, &client, req.user_context_data)?;
    let found = unknown_user::find(&pool, &client, &req.username)?;
    // Documented: disabled users are hidden like unknown ones.
    let hidden = |user: &Arc<User>| !user.enabled && client.hides_unknown_users();
    let Some(user) = found.filter(|user| !hidden(user)) else {
        let details = unknown_user::simulated_delivery(&settings, &req.username);
        return Ok(ResendConfirmationCodeResponse {
            code_delivery_details: Some(details),
        });
    };
    check_unconfirmed(&user)?;
    Limited::ResendConfirmationCode.charge(cx, &pool, &user)?;
    let due = sign_up_code(cx, &settings, &user).ok_or_else(|| {
        Refusal::CannotResend.because(
            "the user has no address among the pool's AutoVerifiedAttributes; AdminConfirmSignUp \
             confirms without a code",
        )
    })?;
    due.check_link(&pool, &settings)?;
    let user = users::change(&pool, &user, |_, user| {
        check_unconfirmed(user)?;
        if due.still_stands(user) {
            let kept = &mut user.more_mut().sign_up_code;
            *kept = Some(due.code.clone().in_place_of(kept.as_ref()));
        }
        Ok(())
    })?;
    let metadata = req.client_metadata.unwrap_or_default();
    let to = Recipient::of_client(&pool, &settings, &client.id, &user, &metadata);
    if let Some(watch) = Watch::new(cx, &pool, &settings, &client, &context_data) {
        watch.note(&user, EventType::ResendCode, EventResponseType::Pass, false);
    }
    let details = due.send(cx, Kind::ResendCode, to).await?;
    Ok(ResendConfirmationCodeResponse {
        code_delivery_details: Some(details),
    })
}

/// That a disabled user is told of where the client hides nobody is inferred from ForgotPassword.
fn check_unconfirmed(user: &User) -> Result<(), CognitoError> {
    if !user.enabled {
        return Refusal::UserDisabled.refuse("AdminDisableUser turned the user off");
    }
    if user.status == UserStatusType::Unconfirmed {
        return Ok(());
    }
    Refusal::AlreadyConfirmed.refuse(format!(
        "the user's status is {}; a code is sent to UNCONFIRMED only",
        user.status
    ))
}

#[cfg(test)]
#[path = "tests/sign_up_function.rs"]
mod function_tests;

#[cfg(test)]
#[path = "tests/sign_up.rs"]
mod tests;
