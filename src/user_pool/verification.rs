//! Addresses and whether they are verified: the flag beside an address, the code that sets it, and
//! the new address that waits for its code.
//!
//! Documented (UpdateUserAttributes, VerifyUserAttribute and UserAttributeUpdateSettingsType in the
//! API reference): a changed address is unverified until its code is given; where the pool lists it
//! under `AttributesRequireVerificationBeforeUpdate`, the old value stays until then.

use std::sync::Arc;

use super::code_delivery::{Address, Carries, Code, Kind, Sending, VERIFICATION_LIFE, send};
use super::settings::UserPool;
use super::triggers::ClientMetadata;
use super::users::{User, Verification};
use crate::context::Context;
use crate::error::{CognitoError, Refusal};
use crate::model::ClientId;
use crate::model::cognito_idp::{CodeDeliveryDetailsType, VerifiedAttributeType};
use crate::store::PoolState;
use crate::store::{Pool, Searchable};
use crate::user_pool::aliases;

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

/// Marks an address as verified, unless another user is found by it: of two holders one at most is
/// verified (documented), and who comes later by the side door of a code does not take it away
/// (inferred). Whether it changed the user.
pub fn mark_if_free(state: &PoolState, user: &mut User, attribute: &str) -> bool {
    let Some(address) = address(attribute).filter(|_| !user.has_verified(attribute)) else {
        return false;
    };
    let free = user
        .attributes
        .get(attribute)
        .is_some_and(|value| aliases::check_free(state, user, searchable(address), value).is_ok());
    if free {
        mark(&state.settings, user, address, true);
    }
    free
}

/// The attribute's name, shared with the pool's schema.
pub fn kept_name(settings: &UserPool, name: &str) -> Arc<str> {
    settings.schema.name(name).unwrap_or_else(|| name.into())
}

/// Makes `code` the only outstanding one for its address; `pending` takes effect with it.
pub fn expect(user: &mut User, code: Code, pending: Option<String>) {
    let verifications = &mut user.more_mut().verifications;
    verifications.retain(|known| known.attribute != code.sent_to);
    verifications.push(Verification {
        attribute: code.sent_to,
        code,
        pending,
    });
}

/// Forgets the outstanding code for an address, and what waits for it.
pub fn forget(user: &mut User, attribute: VerifiedAttributeType) {
    if let Some(more) = &mut user.more {
        more.verifications
            .retain(|known| known.attribute != attribute.as_str());
    }
}

/// The outstanding code for an address, if any.
pub fn outstanding(user: &User, attribute: VerifiedAttributeType) -> Option<&Verification> {
    let verifications = user.more().map_or(&[][..], |more| &more.verifications);
    verifications
        .iter()
        .find(|known| known.attribute == attribute.as_str())
}

/// A code for an address, to be kept and sent.
#[derive(Debug, Clone)]
pub struct Due {
    /// Kept with the user.
    pub code: Code,
    /// Where it goes.
    pub address: Address,
    /// The value that takes effect with it.
    pub pending: Option<String>,
}

impl Due {
    /// A new code for `attribute`, sent to the address `to`.
    pub fn new(
        cx: &Context,
        attribute: VerifiedAttributeType,
        to: &str,
        pending: Option<String>,
    ) -> Self {
        let code = Code::new(cx, VERIFICATION_LIFE, attribute.as_str());
        Self {
            code,
            address: Address::new(attribute.as_str(), to),
            pending,
        }
    }

    /// Whether the code may be kept with `user`: the address that it goes to must still stand. If it
    /// changed since it was read, the change has made the code void, as it does with any before it.
    pub fn still_stands(&self, user: &User) -> bool {
        self.pending.is_some()
            || user.attributes.get(self.address.attribute()) == Some(&self.address.to)
    }

    /// Sends the code, and says what a response tells of it.
    ///
    /// # Errors
    /// What the pool's custom message function refuses.
    pub async fn send(
        &self,
        cx: &Context,
        kind: Kind,
        to: Recipient<'_>,
    ) -> Result<CodeDeliveryDetailsType, CognitoError> {
        let sending = Sending {
            pool: to.pool,
            settings: to.settings,
            client_id: to.client_id,
            user: to.user,
            kind,
            address: &self.address,
            carries: Carries::Code(self.code.digits()),
            metadata: to.metadata,
        };
        send(cx, sending).await?;
        Ok(self.address.details())
    }
}

/// Whom a code is for, and on whose behalf.
#[derive(Clone, Copy)]
pub struct Recipient<'a> {
    /// The pool.
    pub pool: &'a Arc<Pool>,
    /// Its settings.
    pub settings: &'a UserPool,
    /// The app client, where one is known.
    pub client_id: Option<&'a ClientId>,
    /// The user.
    pub user: &'a User,
    /// Metadata of the call.
    pub metadata: &'a ClientMetadata,
}

impl<'a> Recipient<'a> {
    /// A user who, or for whom, an app client called.
    pub fn of_client(
        pool: &'a Arc<Pool>,
        settings: &'a UserPool,
        client: &'a ClientId,
        user: &'a User,
        metadata: &'a ClientMetadata,
    ) -> Self {
        Self {
            pool,
            settings,
            client_id: Some(client),
            user,
            metadata,
        }
    }
}

/// The address a new user's code goes to: auto-verified and given. One message only, to the phone
/// where both would do (documented).
pub fn sign_up_address(settings: &UserPool, user: &User) -> Option<VerifiedAttributeType> {
    [
        VerifiedAttributeType::PhoneNumber,
        VerifiedAttributeType::Email,
    ]
    .into_iter()
    .find(|attribute| {
        settings.auto_verifies(*attribute) && user.attributes.get(attribute.as_str()).is_some()
    })
}
