//! Addresses and whether they are verified: the flag beside an address, the code that sets it, and
//! the new address that waits for its code.
//!
//! Documented (UpdateUserAttributes, VerifyUserAttribute and UserAttributeUpdateSettingsType in the
//! API reference): a changed address is unverified until its code is given; where the pool lists it
//! under `AttributesRequireVerificationBeforeUpdate`, the old value stays until then.

use std::sync::Arc;

use super::code_delivery::{Address, Carries, Sending, VERIFICATION_LIFE, send};
use crate::context::Context;
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::CodeDeliveryDetailsType;
use crate::model::{ClientId, Contact};
use crate::store::user_pool::UserPool;
use crate::store::user_pool::code::Code;
use crate::store::user_pool::settings::PoolSettings;
use crate::store::user_pool::user::{User, Verification};
use crate::user_pool::triggers::ClientMetadata;
use crate::user_pool::triggers::custom_message::Kind;
use crate::user_pool::triggers::custom_sender;

/// Makes `code` the only outstanding one for its address; `pending` takes effect with it.
pub fn expect(user: &mut User, code: Code, pending: Option<String>) {
    let last = outstanding(user, code.sent_to).map(|known| &known.code);
    let code = code.in_place_of(last);
    let verifications = &mut user.more_mut().verifications;
    verifications.retain(|known| known.contact != code.sent_to);
    verifications.push(Verification {
        contact: code.sent_to,
        code,
        pending,
    });
}

/// Forgets the outstanding code for an address, and what waits for it.
pub fn forget(user: &mut User, contact: Contact) {
    if let Some(more) = &mut user.more {
        more.verifications.retain(|known| known.contact != contact);
    }
}

/// The outstanding code for an address, if any.
pub fn outstanding(user: &User, contact: Contact) -> Option<&Verification> {
    let verifications = user.more().map_or(&[][..], |more| &more.verifications);
    verifications.iter().find(|known| known.contact == contact)
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
    /// A new code that verifies `address`.
    pub fn new(
        cx: &Context,
        settings: &PoolSettings,
        address: Address,
        pending: Option<String>,
    ) -> Self {
        let code = Code::new(cx, settings, VERIFICATION_LIFE, address.contact);
        Self {
            code,
            address,
            pending,
        }
    }

    /// Whether the message can be sent: a link leads to the pool's domain. A sender of the pool's own gets a
    /// code, which leads nowhere (inferred).
    ///
    /// # Errors
    /// InvalidParameterException (observed) for a link of a pool without a domain.
    pub fn check_link(&self, pool: &UserPool, settings: &PoolSettings) -> Result<(), CognitoError> {
        let contact = self.address.contact;
        let is_link = contact == Contact::Email
            && settings.verifies_by_link()
            && custom_sender::function(&settings.lambda, contact).is_none();
        if !is_link || pool.read(|state| state.domains.all().next().is_some()) {
            return Ok(());
        }
        Refusal::LinkNeedsDomain.refuse(
            "DefaultEmailOption is CONFIRM_WITH_LINK and the pool has no domain to lead to: \
             CreateUserPoolDomain makes one, or Domain in a fixture",
        )
    }

    /// Whether the code may be kept with `user`: the address that it goes to must still stand. If it
    /// changed since it was read, the change has made the code void, as it does with any before it.
    pub fn still_stands(&self, user: &User) -> bool {
        self.pending.is_some() || user.address(self.address.contact) == Some(&self.address.to)
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
    pub pool: &'a Arc<UserPool>,
    /// Its settings.
    pub settings: &'a PoolSettings,
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
        pool: &'a Arc<UserPool>,
        settings: &'a PoolSettings,
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
pub fn sign_up_address(settings: &PoolSettings, user: &User) -> Option<Address> {
    [Contact::PhoneNumber, Contact::Email]
        .into_iter()
        .filter(|contact| settings.auto_verifies(*contact))
        .find_map(|contact| Address::of(user, contact))
}
