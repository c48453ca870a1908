//! Temporary stub.
use serde_json::Value;

use crate::context::Context;
use crate::error::{CognitoError, Refusal};
use crate::model::{cognito_identity, cognito_idp};

/// Stub.
pub async fn user_pool(
    _cx: &Context,
    operation: cognito_idp::Operation,
    _body: &Value,
) -> Result<Vec<u8>, CognitoError> {
    match operation {
        cognito_idp::Operation::ListUserPools => Ok(b"{\"UserPools\":[]}".to_vec()),
        other => Refusal::OperationNotServed {
            operation: other.name().into(),
        }
        .refuse("stub"),
    }
}

/// Stub.
pub async fn identity_pool(
    _cx: &Context,
    operation: cognito_identity::Operation,
    _body: &Value,
) -> Result<Vec<u8>, CognitoError> {
    Refusal::OperationNotServed {
        operation: operation.name().into(),
    }
    .refuse("stub")
}
