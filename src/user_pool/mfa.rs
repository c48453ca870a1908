//! Multi-factor authentication of a user: software tokens (RFC 6238), preferences, and which factor
//! follows a correct password.

mod preference;
mod software_token;
mod step;
mod user_settings;

pub use preference::{
    admin_delete_software_token, admin_get_user_auth_factors, admin_set_user_mfa_preference,
    apply_preference, get_user_auth_factors, mfa_list, preferred, set_user_mfa_preference,
};
pub use software_token::{Match, SoftwareToken, associate_software_token, verify_software_token};
pub use step::{MfaStep, demanded_step, next_step, usable};
pub use user_settings::{admin_set_user_settings, options, set_user_settings};
