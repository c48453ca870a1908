//! The AWS SDK for Rust plays the story from sign-up to a sign-in with TOTP against a running
//! Poolhouse, and is refused with its own typed errors.

mod authenticator;
mod choice;
mod poolhouse;
mod refresh;
mod refusal;
mod secret_hash;
mod sign_in;
mod sign_up;
mod totp;
mod user_existence;
