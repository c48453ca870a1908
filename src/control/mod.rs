//! What a test has told the server, and what it may read: messages, deliveries, rules, faults,
//! passkeys, the journal of requests.

pub mod deliveries;
pub mod faults;
pub mod functions;
pub mod invocations;
pub mod journal;
pub mod mail_text;
pub mod outbox;
pub mod passkeys;
pub mod people;
mod ring;
pub mod risk;
pub mod rules;
pub mod turn;
pub mod undeliverable;
