//! What is refused before anything plays.

pub(super) mod input;
