//! Multi-factor authentication of a user: software tokens (RFC 6238), preferences, and which factor
//! follows a correct password.

pub(crate) mod preference;
pub(crate) mod software_token;
pub(crate) mod step;
pub(crate) mod user_settings;
pub(crate) mod wrong_code;

pub use self::preference::{
    admin_delete_software_token, admin_get_user_auth_factors, admin_set_user_mfa_preference,
    apply_preference, get_user_auth_factors, mfa_list, preferred, set_user_mfa_preference,
};
pub use self::software_token::{associate_software_token, verify_software_token};
pub use self::step::{
    MfaStep, demanded_step, next_step, one_of, possible_factors, preferred_factor, usable_factors,
};
pub use self::user_settings::{admin_set_user_settings, set_user_settings};
