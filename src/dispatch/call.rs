//! A call of an operation: which one, and what it is given. Made once for each request.

use serde_json::Value;

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
}

impl Call {
    /// The call of `operation` with this body.
    pub fn new(operation: impl Into<Operation>, body: Value) -> Self {
        Self {
            operation: operation.into(),
            body,
        }
    }

    /// What the operation is given.
    pub(super) fn body(&self) -> &Value {
        &self.body
    }

    /// The id of the user pool in it, as it was given: for the log and for reasons, since what is read
    /// here may be no member that the operation has. Whatever decides asks its `Members`.
    pub fn user_pool_id(&self) -> Option<&str> {
        self.text("UserPoolId")
    }

    /// The id of the identity pool in it, for the log.
    pub fn identity_pool_id(&self) -> Option<&str> {
        self.text("IdentityPoolId")
    }

    /// The app client in it, for the log.
    pub fn client_id(&self) -> Option<&str> {
        self.text("ClientId")
    }

    fn text(&self, member: &str) -> Option<&str> {
        self.body.get(member).and_then(Value::as_str)
    }
}
