//! The authorization server of a user pool: OAuth 2.0 and OpenID Connect.
//!
//! An authorization request ([`request`]) is checked against its client, and leads to the sign-in pages, to an
//! identity provider, or, where the browser is signed in already, straight back ([`authorize`]). Whoever signed
//! in gets a code or, by the implicit grant, tokens; the code is exchanged at the token endpoint ([`token`]).
//! Nothing here knows HTTP: what comes back are addresses and JSON, and why something was refused.
//!
//! "User pool endpoints and managed login reference", developer guide.

pub mod address;
pub mod authorize;
pub mod browser;
pub mod client;
pub mod error;
pub mod exchange;
pub mod federation;
pub mod logout;
mod near;
pub mod parameters;
pub mod registration;
pub mod request;
pub mod revoke;
pub mod token;
pub mod userinfo;
