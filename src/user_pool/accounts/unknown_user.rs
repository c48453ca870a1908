//! What confirming and recovering operations answer for a name that nobody has.
//!
//! Documented ("Managing user existence error responses", developer guide): with
//! PreventUserExistenceErrors ENABLED they answer as if there were such a user, with a simulated
//! delivery that is the same for the same name every time. AWS's guide says that they alternate
//! with an InvalidParameterException; the simulated answer alone is the steadier of the two.

use std::borrow::Cow;
use std::sync::Arc;

use aws_lc_rs::digest;

use crate::error::{CognitoError, Refusal};
use crate::model::Contact;
use crate::model::cognito_idp::CodeDeliveryDetailsType;
use crate::store::user_pool::UserPool;
use crate::store::user_pool::app_client::AppClient;
use crate::store::user_pool::settings::PoolSettings;
use crate::store::user_pool::user::User;
use crate::user_pool::messages::code_delivery::Address;
use crate::user_pool::users::{self, aliases, attributes};

/// The user whom a public request means; none where the client hides that there is none.
///
/// # Errors
/// UserNotFoundException where the client does not hide it.
pub fn find(
    pool: &UserPool,
    client: &AppClient,
    name: &str,
) -> Result<Option<Arc<User>>, CognitoError> {
    match pool.read(|state| users::meant(state, name).cloned()) {
        Some(user) => Ok(Some(user)),
        None => hide(
            pool,
            client,
            name,
            format!("no user of {} is named so", pool.id).into(),
        ),
    }
}

/// No user, where the client hides that there is none.
///
/// # Errors
/// UserNotFoundException where it does not.
pub fn hide(
    pool: &UserPool,
    client: &AppClient,
    name: &str,
    reason: Cow<'static, str>,
) -> Result<Option<Arc<User>>, CognitoError> {
    if client.hides_unknown_users() {
        return Ok(None);
    }
    let refused = Refusal::UsernameClientCombination.because(format!(
        "{reason}; with PreventUserExistenceErrors ENABLED the app client would hide it"
    ));
    Err(refused.seeking(users::sought(&pool.id, name)))
}

/// The answer to a code for a user that does not exist (observed for ConfirmForgotPassword).
pub fn no_code(pool: &UserPool, name: &str) -> CognitoError {
    let refused = Refusal::CodeExpired.because(
        "no user is named so, which the app client hides (PreventUserExistenceErrors is ENABLED)",
    );
    refused.seeking(users::sought(&pool.id, name))
}

/// A delivery that never happened, to an address that follows from the name: the name itself if it
/// is one, else one made up from it, of the kind that the pool verifies or recovers by (inferred).
pub fn simulated_delivery(settings: &PoolSettings, name: &str) -> CodeDeliveryDetailsType {
    let name = &*aliases::as_kept(settings, "username", name);
    let contact = if attributes::is_email(name) {
        Contact::Email
    } else if attributes::is_phone_number(name) || by_phone(settings) {
        Contact::PhoneNumber
    } else {
        Contact::Email
    };
    simulated_address(settings, name, contact).details()
}

/// An address of this kind for a name that nobody has: the name itself, if it is one (observed for
/// EMAIL_OTP), else one made up from it.
pub fn simulated_address(settings: &PoolSettings, name: &str, contact: Contact) -> Address {
    let name = &*aliases::as_kept(settings, "username", name);
    let is_itself = match contact {
        Contact::Email => attributes::is_email(name),
        Contact::PhoneNumber => attributes::is_phone_number(name),
    };
    if is_itself {
        return Address::new(contact, name);
    }
    let seed = digest::digest(
        &digest::SHA256,
        format!("{} {name}", settings.id).as_bytes(),
    );
    let letter = |at: usize| char::from(b'a' + seed.as_ref()[at] % 26);
    let digit = |at: usize| char::from(b'0' + seed.as_ref()[at] % 10);
    match contact {
        Contact::PhoneNumber => {
            let last: String = (2..6).map(digit).collect();
            Address::new(contact, &format!("+1000000{last}"))
        }
        Contact::Email => Address::new(contact, &format!("{}@{}", letter(0), letter(1))),
    }
}

fn by_phone(settings: &PoolSettings) -> bool {
    match settings.auto_verified.as_slice() {
        [] => {
            let first = settings.recovery.first();
            first.and_then(|option| Contact::recovered_by(option.name))
                == Some(Contact::PhoneNumber)
        }
        verified => !verified.contains(&Contact::Email),
    }
}
