//! New users: what may be a username, and AdminCreateUser.
//!
//! Rules for usernames are documented in "User pool attributes", developer guide; each sentence's
//! evidence stands with it in `error.rs`.

use std::sync::Arc;

use uuid::Uuid;

use super::password_history;
use crate::clock::Timestamp;
use crate::context::Context;
use crate::entropy::Purpose;
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::{
    AdminCreateUserRequest, AdminCreateUserResponse, AttributeType, AuthFactorType,
    DeliveryMediumType, MessageActionType, UserStatusType,
};
use crate::model::{Contact, Secret, Username};
use crate::store::user_pool::UserPool;
use crate::store::user_pool::attributes::Attributes;
use crate::store::user_pool::password::Setting;
use crate::store::user_pool::settings::PoolSettings;
use crate::store::user_pool::user::User;
use crate::user_pool::messages::code_delivery::{Address, Carries, Sending, send};
use crate::user_pool::messages::verification::Recipient;
use crate::user_pool::triggers::custom_message::Kind;
use crate::user_pool::triggers::pre_sign_up::{self, PreSignUp};
use crate::user_pool::triggers::{self, ClientMetadata, Subject};
use crate::user_pool::users::aliases::{self, Clash};
use crate::user_pool::users::attributes::{self, Giving};
use crate::user_pool::users::{self, contacts};

/// What a new user starts with; operations and fixtures share it.
pub struct NewUser<'a> {
    /// The name that was given: a username, or the address that stands in its place.
    pub username: &'a str,
    /// The attributes, checked, the address in place of a username among them.
    pub attributes: &'a [AttributeType],
    /// Pins the sub; without it one is drawn.
    pub sub: Option<Uuid>,
    /// The status to start in.
    pub status: UserStatusType,
    /// When the user was made.
    pub created: Timestamp,
}

/// Checks the form of a new user's name, and gives the address it is, if it stands for one. With a
/// pinned `sub` the sub is a name too, as in what ListUsers shows of a pool with UsernameAttributes.
///
/// # Errors
/// A name that is no address where one is wanted, or looks like one where it may not.
pub fn check_username(
    settings: &PoolSettings,
    given: &str,
    sub: Option<Uuid>,
) -> Result<Option<Contact>, CognitoError> {
    let email = attributes::is_email(given);
    let phone = attributes::is_phone_number(given);
    if !settings.has_username_attributes() {
        if email && settings.has_alias(Contact::Email.alias()) {
            return Refusal::UsernameLooksLikeEmail.refuse(
                "the pool's alias is email: name the user otherwise, and give the email attribute",
            );
        }
        if phone && settings.has_alias(Contact::PhoneNumber.alias()) {
            return Refusal::UsernameLooksLikePhone.refuse(
                "the pool's alias is phone_number: name the user otherwise, and give the attribute",
            );
        }
        return Ok(None);
    }
    let by_email = settings.username_is(Contact::Email);
    let by_phone = settings.username_is(Contact::PhoneNumber);
    if by_email && email {
        return Ok(Some(Contact::Email));
    }
    if by_phone && phone {
        return Ok(Some(Contact::PhoneNumber));
    }
    if sub.is_some_and(|sub| sub.to_string() == given) {
        return Ok(None);
    }
    let refusal = match (by_email, by_phone) {
        (true, true) => Refusal::UsernameNotEmailOrPhone,
        (true, false) => Refusal::UsernameNotEmail,
        (false, _) => Refusal::UsernameNotPhone,
    };
    refusal.refuse("the pool's UsernameAttributes make an address the name of a user")
}

/// The given attributes with the address that stands in place of a username: it fills its attribute
/// (documented), and wins over another value given for it (inferred).
pub fn with_address(
    given: Vec<AttributeType>,
    address: Option<Contact>,
    username: &str,
) -> Vec<AttributeType> {
    let Some(address) = address else { return given };
    let mut attributes = given;
    attributes.retain(|attribute| attribute.name != address.as_str());
    attributes.push(AttributeType {
        name: address.as_str().to_owned(),
        value: Some(username.to_owned()),
    });
    attributes
}

/// Makes a user; nothing is stored yet.
///
/// # Errors
/// A name whose form the pool does not take.
pub fn build_user(
    cx: &Context,
    settings: &PoolSettings,
    new: NewUser<'_>,
) -> Result<User, CognitoError> {
    check_username(settings, new.username, new.sub)?;
    let sub = new.sub.unwrap_or_else(|| cx.entropy.uuid(Purpose::Ids));
    let username = if settings.has_username_attributes() {
        Username::from(sub.to_string())
    } else {
        Username::from(aliases::as_kept(settings, "username", new.username).as_ref())
    };
    let mut kept = Attributes::default();
    for attribute in new.attributes {
        let value = attribute.value.as_deref().unwrap_or_default();
        let value = aliases::as_kept(settings, &attribute.name, value);
        kept.set(contacts::kept_name(settings, &attribute.name), &value);
    }
    Ok(User {
        sub,
        username,
        attributes: kept,
        status: new.status,
        enabled: true,
        created: new.created,
        modified: new.created,
        password: None,
        more: None,
    })
}

/// `AdminCreateUser`.
///
/// # Errors
/// An unknown pool, a bad name, attribute or temporary password, a name or alias in use; what the
/// pool's functions refuse.
pub async fn admin_create_user(
    cx: &Context,
    req: AdminCreateUserRequest,
) -> Result<AdminCreateUserResponse, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    let settings = pool.settings();
    // Blank is none (documented).
    let given_password = req.temporary_password.filter(|given| !given.is_empty());
    let mediums = req.desired_delivery_mediums;
    if req.message_action == Some(MessageActionType::Resend) {
        return resend(cx, &pool, &req.username, given_password, mediums).await;
    }
    let silent = req.message_action == Some(MessageActionType::Suppress);

    let address = check_username(&settings, &req.username, None)?;
    let attributes = with_address(
        req.user_attributes.unwrap_or_default(),
        address,
        &req.username,
    );
    attributes::check_given(&settings.schema, &attributes, Giving::AdminCreateUser, true)?;
    if let Some(given) = &given_password {
        settings.password_policy.check(given, Setting::NewUser)?;
    }
    let new = NewUser {
        username: &req.username,
        attributes: &attributes,
        sub: None,
        status: UserStatusType::ForceChangePassword,
        created: cx.now(),
    };
    let mut user = build_user(cx, &settings, new)?;
    let password = first_password(cx, &settings, &user, given_password, silent)?;
    ask_before_creation(
        cx,
        &pool,
        &settings,
        &user,
        &req.validation_data.unwrap_or_default(),
        &req.client_metadata.unwrap_or_default(),
    )
    .await?;

    match &password {
        Some(password) => user.password = Some(password_history::keep(cx, &pool, &user, password)),
        None => user.status = UserStatusType::Confirmed,
    }
    let clash = if req.force_alias_creation == Some(true) {
        Clash::Move(cx.now())
    } else {
        Clash::Refuse
    };
    let user = store_new(&pool, user, clash, Refusal::UserAccountExists)?;
    if let (Some(password), false) = (&password, silent) {
        invite(
            cx,
            of_administrator(&pool, &settings, &user),
            password,
            mediums,
        )
        .await?;
    }
    Ok(AdminCreateUserResponse {
        user: Some(user.view()),
    })
}

/// The password a user made by an administrator starts with; none for who signs in by code.
///
/// Observed: without a given password, a pool with a one-time code factor makes a confirmed user
/// that has none, and one with passkeys but no codes refuses SUPPRESS. Documented: a pool with
/// passwords only generates one. That a user without an address for a code is treated as in a pool
/// without codes is inferred.
fn first_password(
    cx: &Context,
    settings: &PoolSettings,
    user: &User,
    given: Option<Secret>,
    silent: bool,
) -> Result<Option<Secret>, CognitoError> {
    if given.is_some() {
        return Ok(given);
    }
    if can_sign_in_by_code(settings, user) {
        return Ok(None);
    }
    let beyond_passwords = settings.first_factors.contains(&AuthFactorType::WebAuthn)
        || settings.allows_code_sign_in();
    if silent && beyond_passwords {
        return Refusal::PasswordRequired.refuse(
            "no message brings a generated password with SUPPRESS, and the user has no address for \
             a one-time code: give TemporaryPassword, or an address that the pool's first factors \
             can use",
        );
    }
    Ok(Some(settings.password_policy.generate(&cx.entropy)))
}

/// Whether the pool lets a sign-in begin with a one-time code to an address that the user has.
pub(crate) fn can_sign_in_by_code(settings: &PoolSettings, user: &User) -> bool {
    let factors = settings.first_factors.iter().copied();
    factors
        .filter_map(Contact::coded_by)
        .any(|contact| user.address(contact).is_some())
}

/// PreSignUp runs for users made by an administrator too; what it answers has no effect
/// (documented).
async fn ask_before_creation(
    cx: &Context,
    pool: &Arc<UserPool>,
    settings: &PoolSettings,
    user: &User,
    validation_data: &[AttributeType],
    metadata: &ClientMetadata,
) -> Result<(), CognitoError> {
    let subject = Subject {
        pool,
        settings,
        client_id: None,
        username: &user.username,
    };
    let event = PreSignUp {
        source: pre_sign_up::Source::AdminCreateUser,
        attributes: user.attributes_where(|name| name != "sub"),
        validation_data,
        metadata,
    };
    triggers::call(cx, subject, event).await.map(drop)
}

/// Stores a new user: its name and aliases must still be free. `taken` refuses a name in use; SignUp
/// has another sentence for it than AdminCreateUser.
pub(crate) fn store_new(
    pool: &UserPool,
    user: User,
    clash: Clash,
    taken: Refusal,
) -> Result<Arc<User>, CognitoError> {
    pool.change(|draft| {
        if aliases::name_is_taken(draft.state(), &user) {
            return taken.refuse(format!(
                "the pool {} has a user of this name{}",
                pool.id,
                if draft.state().settings.case_sensitive() {
                    ""
                } else {
                    " (letter case aside)"
                }
            ));
        }
        aliases::take(draft, &user, &aliases::ALL, clash)?;
        Ok(draft.put_user(user))
    })
}

/// MessageAction RESEND: a new temporary password whose life starts now (documented).
async fn resend(
    cx: &Context,
    pool: &Arc<UserPool>,
    username: &Username,
    given: Option<Secret>,
    mediums: Option<Vec<DeliveryMediumType>>,
) -> Result<AdminCreateUserResponse, CognitoError> {
    let (settings, user) = pool.read(|state| {
        users::require(state, username).map(|user| (Arc::clone(&state.settings), Arc::clone(user)))
    })?;
    let waiting = |user: &User| {
        if user.status == UserStatusType::ForceChangePassword {
            return Ok(());
        }
        Refusal::ResendNotPossible {
            username: username.to_string(),
        }
        .refuse(format!(
            "an invitation can be sent again to FORCE_CHANGE_PASSWORD, not {}",
            user.status
        ))
    };
    waiting(&user)?;
    if let Some(given) = &given {
        settings.password_policy.check(given, Setting::NewUser)?;
    }
    let password = given.unwrap_or_else(|| settings.password_policy.generate(&cx.entropy));
    let new = password_history::keep(cx, pool, &user, &password);
    let now = cx.now();
    let user = users::change(pool, &user, |_, user| {
        waiting(user)?;
        password_history::replace(user, &settings.password_policy, new);
        user.modified = now;
        Ok(())
    })?;
    let to = of_administrator(pool, &settings, &user);
    invite(cx, to, &password, mediums).await?;
    Ok(AdminCreateUserResponse {
        user: Some(user.view()),
    })
}

/// A user whom an administrator makes. ClientMetadata does not reach the custom message function from
/// here (documented).
fn of_administrator<'a>(
    pool: &'a Arc<UserPool>,
    settings: &'a PoolSettings,
    user: &'a User,
) -> Recipient<'a> {
    static NONE: ClientMetadata = ClientMetadata::new();
    Recipient {
        pool,
        settings,
        client_id: None,
        user,
        metadata: &NONE,
    }
}

/// Sends the invitation by each wanted medium: SMS unless the request says otherwise (documented).
/// Where the user lacks the address, nothing is sent (observed).
pub(super) async fn invite(
    cx: &Context,
    to: Recipient<'_>,
    password: &Secret,
    mediums: Option<Vec<DeliveryMediumType>>,
) -> Result<(), CognitoError> {
    let wanted = mediums
        .filter(|mediums| !mediums.is_empty())
        .unwrap_or_else(|| vec![DeliveryMediumType::Sms]);
    for medium in wanted {
        let Some(address) = Address::of(to.user, Contact::reached_by(medium)) else {
            continue;
        };
        let sending = Sending {
            pool: to.pool,
            settings: to.settings,
            client_id: to.client_id,
            user: to.user,
            kind: Kind::AdminCreateUser,
            address: &address,
            carries: Carries::TemporaryPassword(password.expose()),
            metadata: to.metadata,
        };
        send(cx, sending).await?;
    }
    Ok(())
}

#[cfg(test)]
#[path = "tests/create_user.rs"]
mod tests;
