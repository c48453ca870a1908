//! How the hosted pages look, and where they are: domains, styles, terms.

mod css;
pub mod domains;
pub mod managed_login;
mod managed_login_settings;
pub mod terms;
pub mod ui_customization;
