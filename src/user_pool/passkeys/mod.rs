//! Passkeys: registering, listing and deleting a user's WebAuthn credentials.
//!
//! "Passkey sign-in" in "Authentication flows", developer guide; the verification is that of W3C
//! WebAuthn Level 3. StartWebAuthnRegistration gives a challenge, which a browser or phone has signed
//! into a new credential; CompleteWebAuthnRegistration verifies that and keeps the public key. Types
//! and causes of the refusals are documented, their sentences are not. A sign-in asks by
//! `assertion::request_options`, and `assertion::verify` checks the answer.

pub(crate) mod assertion;
pub(crate) mod attestation;
mod authenticator_data;
mod client_data;
pub(crate) mod credentials;
mod registration;
pub mod relying_party;

pub use self::credentials::{
    complete_web_authn_registration, delete_web_authn_credential, list_web_authn_credentials,
    start_web_authn_registration,
};

#[cfg(test)]
pub(crate) mod tests;
