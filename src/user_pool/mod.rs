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
pub mod import_jobs;
pub mod imported_hash;
pub mod list_users;
pub mod log_delivery;
pub mod managed_login_branding;
pub mod mfa;
pub mod mfa_config;
pub mod passkeys;
pub mod password_history;
pub mod passwords;
mod pool_checks;
pub mod pool_view;
pub mod pools;
pub mod profile;
pub mod provisioned_limits;
pub mod replicas;
pub mod request_origin;
pub mod resource_servers;
pub mod schema;
pub mod settings;
pub mod sign_up;
pub mod tags;
pub mod terms;
pub mod threat_protection;
pub mod token_exchange;
pub mod tokens;
pub mod transmission;
pub mod triggers;
pub mod ui_customization;
pub mod unknown_user;
pub mod user_agent;
pub mod user_filter;
pub mod user_sessions;
pub mod users;
pub mod verification;

#[cfg(test)]
mod provisioning_tests;
#[cfg(test)]
pub(crate) mod test_pool;
