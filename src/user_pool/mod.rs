//! User pools: one file a capability, its type, rules and operations together.

pub mod app_clients;
pub mod attempts;
pub mod attributes;
pub mod auth;
pub mod code_delivery;
pub mod groups;
pub mod mfa;
pub mod password_history;
pub mod passwords;
pub mod schema;
pub mod settings;
pub mod tokens;
pub mod triggers;
pub mod users;
