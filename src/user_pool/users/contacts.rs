//! A user's e-mail address and phone number: verified, and kept under the schema's names.

use std::sync::Arc;

use crate::error::{CognitoError, Refusal};
use crate::model::Contact;
use crate::store::user_pool::settings::PoolSettings;
use crate::store::user_pool::user::User;

/// The contact of this name, for the operations that verify one.
///
/// # Errors
/// InvalidParameterException for any other attribute.
pub fn require(name: &str) -> Result<Contact, CognitoError> {
    Contact::parse(name).ok_or_else(|| {
        Refusal::NotVerifiable.because(format!("{name:?} is neither email nor phone_number"))
    })
}

/// Sets the flag beside an address.
pub fn mark(settings: &PoolSettings, user: &mut User, contact: Contact, verified: bool) {
    let name = kept_name(settings, contact.flag());
    user.attributes
        .set(name, if verified { "true" } else { "false" });
}

/// The attribute's name, shared with the pool's schema.
pub fn kept_name(settings: &PoolSettings, name: &str) -> Arc<str> {
    settings.schema.name(name).unwrap_or_else(|| name.into())
}
