//! Temporary stub.
pub mod cognito_identity;
pub mod cognito_idp;
