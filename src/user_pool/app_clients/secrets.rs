//! Secrets of an app client: AddUserPoolClientSecret, ListUserPoolClientSecrets,
//! DeleteUserPoolClientSecret.
//!
//! A confidential client has one secret or, while it changes over, two; the last one stays
//! (documented in the model). The sentences of the refusals are inferred.

use std::sync::Arc;

use super::ids::base32_number;
use super::{managed_secrets, require};
use crate::clock::Timestamp;
use crate::context::Context;
use crate::entropy::Purpose;
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::{
    AddUserPoolClientSecretRequest, AddUserPoolClientSecretResponse, ClientSecretDescriptorType,
    ClientTypeType, DeleteUserPoolClientSecretRequest, DeleteUserPoolClientSecretResponse,
    ListUserPoolClientSecretsRequest, ListUserPoolClientSecretsResponse,
};
use crate::model::{ClientId, Secret};
use crate::store::user_pool::app_client::{AppClient, ClientSecret};
use crate::store::user_pool::state::PoolState;

/// Documented in the model.
pub(super) const MAX_SECRETS: usize = 2;

/// A new secret: 52 digits of base 32, like the sample in the API reference.
pub(super) fn generate(cx: &Context) -> Secret {
    Secret::from(base32_number(cx, Purpose::Secrets, 52))
}

/// `value` as a secret of `client`, and the moment in its id. The id is the client's and that moment in
/// milliseconds (documented: `CLIENT_ID--EPOCH_CREATE_TIME`; the unit is inferred), moved on past `last`,
/// that of the secret before: an id names one secret, also once that is gone.
pub(super) fn new(
    client: &ClientId,
    last: Option<Timestamp>,
    value: Secret,
    now: Timestamp,
) -> (ClientSecret, Timestamp) {
    let next = last.map_or(now, |last| Timestamp(last.0.saturating_add(1)));
    let stamp = now.max(next);
    let secret = ClientSecret {
        id: format!("{client}--{}", stamp.0),
        value,
        created: now,
        is_generated: false,
    };
    (secret, stamp)
}

/// Gives `client` one more secret.
pub(super) fn add(
    client: &mut AppClient,
    value: Secret,
    is_generated: bool,
    now: Timestamp,
) -> ClientSecret {
    let (secret, stamp) = new(&client.id, client.last_secret, value, now);
    let secret = ClientSecret {
        is_generated,
        ..secret
    };
    client.last_secret = Some(stamp);
    client.secrets.push(secret.clone());
    secret
}

/// The client whose secrets are meant. One that was registered dynamically has none of these operations
/// (documented in the model of AddUserPoolClientSecret, and "such as" it; the sentence is inferred).
fn holder<'a>(state: &'a PoolState, id: &ClientId) -> Result<&'a Arc<AppClient>, CognitoError> {
    let client = require(state, id)?;
    match client.kind {
        ClientTypeType::Regular => Ok(client),
        ClientTypeType::Dcr => Refusal::RegisteredClientSecrets {
            client: id.to_string(),
        }
        .refuse("the client's ClientType is DCR; it keeps the secret that it was registered with"),
    }
}

/// `AddUserPoolClientSecret`. A secret that Cognito made is shown this once, one that was given is
/// not (documented).
///
/// # Errors
/// An unknown pool or client, a public client, one registered dynamically, a third secret.
pub fn add_user_pool_client_secret(
    cx: &Context,
    req: AddUserPoolClientSecretRequest,
) -> Result<AddUserPoolClientSecretResponse, CognitoError> {
    let now = cx.now();
    let shown = req.client_secret.is_none();
    let value = req.client_secret.unwrap_or_else(|| generate(cx));
    let pool = cx.pool(&req.user_pool_id)?;
    managed_secrets::settle(cx, &pool, &req.client_id)?;
    let made = pool.change(|draft| {
        let mut client = AppClient::clone(holder(draft.state(), &req.client_id)?);
        if !client.is_confidential() {
            return Refusal::ClientWithoutSecret {
                client: client.id.to_string(),
            }
            .refuse("a public client stays public; create one with GenerateSecret");
        }
        if client.secrets.len() >= MAX_SECRETS {
            return Refusal::ResourceLimit {
                what: "client secrets".into(),
            }
            .refuse("the client has two secrets; delete one first");
        }
        let made = add(&mut client, value, shown, now);
        client.modified = now;
        draft.put_client(client);
        Ok(made)
    })?;
    let value = made.value.clone();
    let descriptor = ClientSecretDescriptorType {
        client_secret_value: shown.then_some(value),
        ..describe(&made)
    };
    Ok(AddUserPoolClientSecretResponse {
        client_secret_descriptor: Some(descriptor),
    })
}

/// `ListUserPoolClientSecrets`: always all of them, never their values (documented).
///
/// # Errors
/// An unknown pool or client.
pub fn list_user_pool_client_secrets(
    cx: &Context,
    req: ListUserPoolClientSecretsRequest,
) -> Result<ListUserPoolClientSecretsResponse, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    managed_secrets::settle(cx, &pool, &req.client_id)?;
    pool.read(|state| {
        let client = holder(state, &req.client_id)?;
        Ok(ListUserPoolClientSecretsResponse {
            client_secrets: Some(client.secrets.iter().map(describe).collect()),
            next_token: None,
        })
    })
}

/// `DeleteUserPoolClientSecret`.
///
/// # Errors
/// An unknown pool, client or secret, the client's last secret.
pub fn delete_user_pool_client_secret(
    cx: &Context,
    req: DeleteUserPoolClientSecretRequest,
) -> Result<DeleteUserPoolClientSecretResponse, CognitoError> {
    let now = cx.now();
    let pool = cx.pool(&req.user_pool_id)?;
    managed_secrets::settle(cx, &pool, &req.client_id)?;
    pool.change(|draft| {
        let mut client = AppClient::clone(holder(draft.state(), &req.client_id)?);
        let id = req.client_secret_id.as_str();
        let Some(place) = client.secrets.iter().position(|secret| secret.id == id) else {
            return Refusal::ClientSecretUnknown { id: id.to_owned() }.refuse(
                "the client has no secret with this id; ListUserPoolClientSecrets shows them",
            );
        };
        if client.secrets.len() == 1 {
            return Refusal::LastClientSecret
                .refuse("a confidential client keeps one secret; add another one first");
        }
        client.secrets.remove(place);
        managed_secrets::note_removal(&mut client, id);
        client.modified = now;
        draft.put_client(client);
        Ok(DeleteUserPoolClientSecretResponse {})
    })
}

fn describe(secret: &ClientSecret) -> ClientSecretDescriptorType {
    ClientSecretDescriptorType {
        client_secret_id: Some(secret.id.clone()),
        client_secret_value: None,
        client_secret_create_date: Some(secret.created),
    }
}
