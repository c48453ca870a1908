//! A user's e-mail address and phone number: held, verified, searched.

use std::sync::Arc;

use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::VerifiedAttributeType;
use crate::store::Searchable;
use crate::store::user_pool::settings::UserPool;
use crate::store::user_pool::user::User;

/// The address attribute of this name.
pub fn address(name: &str) -> Option<VerifiedAttributeType> {
    VerifiedAttributeType::parse(name)
}

/// The address attribute of this name, for the operations that verify one.
///
/// # Errors
/// InvalidParameterException for any other attribute.
pub fn require_address(name: &str) -> Result<VerifiedAttributeType, CognitoError> {
    address(name).ok_or_else(|| {
        Refusal::NotVerifiable.because(format!("{name:?} is neither email nor phone_number"))
    })
}

/// The index an address is found by.
pub fn searchable(attribute: VerifiedAttributeType) -> Searchable {
    match attribute {
        VerifiedAttributeType::Email => Searchable::Email,
        VerifiedAttributeType::PhoneNumber => Searchable::PhoneNumber,
    }
}

/// The flag beside an address.
pub fn flag(attribute: VerifiedAttributeType) -> &'static str {
    match attribute {
        VerifiedAttributeType::Email => "email_verified",
        VerifiedAttributeType::PhoneNumber => "phone_number_verified",
    }
}

/// The address whose flag has this name.
pub fn flagged(name: &str) -> Option<VerifiedAttributeType> {
    VerifiedAttributeType::ALL
        .iter()
        .copied()
        .find(|attribute| flag(*attribute) == name)
}

/// Sets the flag beside an address.
pub fn mark(
    settings: &UserPool,
    user: &mut User,
    attribute: VerifiedAttributeType,
    verified: bool,
) {
    let name = kept_name(settings, flag(attribute));
    user.attributes
        .set(name, if verified { "true" } else { "false" });
}

/// The attribute's name, shared with the pool's schema.
pub fn kept_name(settings: &UserPool, name: &str) -> Arc<str> {
    settings.schema.name(name).unwrap_or_else(|| name.into())
}
