//! Temporary stub.
use super::users::User;
/// Stub.
#[derive(Debug, Clone)]
pub struct SoftwareToken;
/// Stub.
pub fn mfa_list(_user: &User) -> Option<Vec<String>> {
    None
}
/// Stub.
pub fn preferred(_user: &User) -> Option<String> {
    None
}
