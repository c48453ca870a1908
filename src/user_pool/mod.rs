//! User pools: one file a capability, its type, rules and operations together.

pub mod admin_users;
pub mod aliases;
pub mod app_clients;
pub(crate) mod arns;
pub mod attempts;
pub mod attribute_update;
pub mod attributes;
pub mod auth;
pub mod client_token;
pub mod code_delivery;
pub mod create_user;
pub mod devices;
pub mod domains;
pub mod federation;
pub mod forgot_password;
pub mod groups;
pub mod identity_providers;
pub mod list_users;
pub mod managed_login_branding;
pub mod mfa;
pub mod mfa_config;
pub mod password_history;
pub mod passwords;
mod pool_checks;
pub mod pool_view;
pub mod pools;
pub mod profile;
pub mod resource_servers;
pub mod schema;
pub mod settings;
pub mod sign_up;
pub mod tags;
pub mod terms;
pub mod token_exchange;
pub mod tokens;
pub mod triggers;
pub mod ui_customization;
pub mod unknown_user;
pub mod user_filter;
pub mod users;
pub mod verification;

#[cfg(test)]
mod test_pool;
