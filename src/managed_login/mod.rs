//! The hosted pages: the classic hosted UI and managed login, as AWS names its two versions.
//!
//! A page acts for its app client: it drives the same sign-in machine as the API
//! ([`hosted`](crate::user_pool::auth::hosted)) and the same operations on accounts. What is posted answers
//! the challenge that a page showed, and the outcome decides the next page; no page picks its successor. What
//! goes from page to page is sealed and kept by the browser ([`state`]).
//!
//! "User pool managed login", developer guide; field names as the sheets on AWS's pages have them.

mod challenges;
pub mod home;
mod look;
mod page;
mod passkeys;
mod passwords;
mod posted;
mod set_up;
mod sign_in;
mod sign_up;
pub mod state;
pub(crate) mod views;
pub mod visit;

pub use self::page::Page;
pub use self::passkeys::{Add, add_passkey};
pub use self::visit::{Answer, Browser, Visit, answer, error_page};

/// Whether the pages speak a language.
pub fn speaks(code: &str) -> bool {
    views::Language::parse(code).is_some()
}
