//! What a test has told the server, and what it may read: messages, deliveries, rules, faults,
//! passkeys.

pub mod deliveries;
pub mod faults;
pub mod functions;
pub mod invocations;
pub mod mail_text;
pub mod outbox;
pub mod passkeys;
pub mod people;
pub mod risk;
pub mod rules;
pub mod undeliverable;
