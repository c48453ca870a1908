//! Accounts from sign-up to deletion: by users themselves and by administrators.

pub mod admin_users;
pub mod attribute_update;
pub mod create_user;
pub mod forgot_password;
pub mod imported_hash;
pub(crate) mod migration;
pub mod password_history;
pub mod profile;
pub mod sign_up;
mod sign_up_session;
pub mod unknown_user;
