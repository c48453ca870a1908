//! Federation: signing in through the identity providers of a pool, and what they vouch for, verified:
//! their JSON web tokens by the keys that they publish, their SAML assertions by the certificates of their
//! metadata.

mod apple;
pub mod assertion;
mod endpoints;
pub mod federated_user;
mod google_people;
pub mod jwks;
pub mod jwt;
pub mod mapping;
pub mod openid;
pub mod openid_client;
pub mod refused;
pub mod round_trip;
mod saml_request;
pub(crate) mod saml_response;
mod xml_encryption;
mod xml_signature;

/// Why what was presented does not count, for the one who reads a reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// It was good once.
    Expired(String),
    /// Anything else.
    Invalid(String),
}

impl Fault {
    fn invalid(reason: impl Into<String>) -> Self {
        Self::Invalid(reason.into())
    }

    fn reason(&self) -> &str {
        match self {
            Self::Expired(reason) | Self::Invalid(reason) => reason,
        }
    }
}

#[cfg(test)]
pub(super) mod test_idp;
