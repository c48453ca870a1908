//! What AWS declares: the shapes, constraints, operations and errors of the two Cognito services.
//!
//! [`cognito_idp`] and [`cognito_identity`] are tables written by `scripts/generate-model`. The rest
//! is the machinery that gives the tables their meaning: [`decode`] turns a JSON tree into a typed
//! request or reports everything that is wrong with it in AWS's words, [`to_json`] writes a typed
//! answer straight into bytes. `docs/model.md` says how a table is read and refreshed.

pub(crate) mod arns;
mod contact;
mod decode;
pub mod described;
mod encode;
mod fault;
pub(crate) mod misspelled;
pub(crate) mod names;
pub mod near;
mod need;
pub(crate) mod network;
mod pattern;
mod rule;
pub(crate) mod secret_names;
mod shape;
mod trigger;

#[cfg(test)]
mod tests;

pub mod cognito_identity;
pub mod cognito_idp;
pub mod tree;

pub use contact::Contact;
pub(crate) use decode::kind;
pub use decode::{Decode, Reader, decode, decode_strict};
pub use encode::{Encode, JsonWriter, OrEmpty, to_json};
pub use fault::{
    DecodeError, Path, Segment, SerializationFault, Shown, UnknownMember, Violation,
    constraint_message,
};
pub use names::{AccountRegion, ClientId, GroupName, PoolId, Secret, SecretMap, Username};
pub use rule::Constraint;
pub use trigger::Trigger;

use shape::{enumeration, operations, shape};

/// The answer of an operation that has no output shape: a body of zero length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NoOutput;

impl Encode for NoOutput {
    fn encode(&self, _out: &mut JsonWriter) {}
}
