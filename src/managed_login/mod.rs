//! The hosted pages: the classic hosted UI and managed login, as AWS names its two versions.

pub(crate) mod views;
