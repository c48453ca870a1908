//! Messages to users: codes, the senders they go by, log delivery.

pub mod code_delivery;
pub mod log_delivery;
pub(crate) mod senders;
pub mod transmission;
pub mod verification;
pub mod wrong_code;
