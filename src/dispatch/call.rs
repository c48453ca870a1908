//! A call of an operation: which one, and whom it is about. Made once for each request; whatever holds
//! for every operation asks it, and nobody reads the request for that again.

use std::sync::OnceLock;

use serde_json::Value;

use super::addressee::Addressee;
use crate::context::Context;
use crate::model::{cognito_identity, cognito_idp};

/// An operation of either service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// Of user pools.
    UserPool(cognito_idp::Operation),
    /// Of identity pools.
    IdentityPool(cognito_identity::Operation),
}

impl Operation {
    /// The name, as the target has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::UserPool(operation) => operation.name(),
            Self::IdentityPool(operation) => operation.name(),
        }
    }
}

impl From<cognito_idp::Operation> for Operation {
    fn from(operation: cognito_idp::Operation) -> Self {
        Self::UserPool(operation)
    }
}

impl From<cognito_identity::Operation> for Operation {
    fn from(operation: cognito_identity::Operation) -> Self {
        Self::IdentityPool(operation)
    }
}

/// A call of an operation. Not `Debug`: what it is given may hold a password.
pub struct Call {
    /// Which one.
    pub operation: Operation,
    body: Value,
    /// Looked up when it is first asked for: most calls need it nowhere.
    addressee: OnceLock<Addressee>,
}

impl Call {
    /// The call of `operation` with this body.
    pub fn new(operation: impl Into<Operation>, body: Value) -> Self {
        Self {
            operation: operation.into(),
            body,
            addressee: OnceLock::new(),
        }
    }

    /// What the operation is given.
    pub(super) fn body(&self) -> &Value {
        &self.body
    }

    /// Whom it is about.
    pub(super) fn addressee(&self, cx: &Context) -> &Addressee {
        self.addressee.get_or_init(|| Addressee::of(cx, &self.body))
    }

    /// The id of the user pool in it, as it was given.
    pub fn user_pool_id(&self) -> Option<&str> {
        self.text("UserPoolId")
    }

    /// The id of the identity pool in it, as it was given.
    pub fn identity_pool_id(&self) -> Option<&str> {
        self.text("IdentityPoolId")
    }

    /// The app client in it, as it was given.
    pub fn client_id(&self) -> Option<&str> {
        self.text("ClientId")
    }

    /// The sign-in that it goes on with.
    pub(super) fn session(&self) -> Option<&str> {
        self.text("Session")
    }

    /// The challenge that it answers.
    pub(super) fn challenge_name(&self) -> Option<&str> {
        self.text("ChallengeName")
    }

    fn text(&self, member: &str) -> Option<&str> {
        self.body.get(member).and_then(Value::as_str)
    }
}
