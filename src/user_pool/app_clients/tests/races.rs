//! CreateUserPoolClient against what could slip in between a look and a change.

use serde_json::{Value, json};

use crate::context::Settings;
use crate::error::CognitoError;
use crate::model::ClientId;
use crate::store::user_pool::app_client::AppClient;
use crate::test_pool::{TestPool, answer, race, server};
use crate::user_pool::app_clients::resource_servers::delete_resource_server;
use crate::user_pool::app_clients::user_pool_client::{
    MAX_CLIENTS, create_user_pool_client, delete_user_pool_client,
};
use crate::user_pool::identity_providers::delete_identity_provider;

const ROUNDS: usize = 3000;

fn create(pool: &TestPool, members: &Value) -> Result<Value, CognitoError> {
    let mut request = json!({"UserPoolId": pool.id.as_str(), "ClientName": "raced"});
    let more = members.as_object().unwrap().clone();
    request.as_object_mut().unwrap().extend(more);
    answer(&pool.cx, create_user_pool_client, &request)
}

fn delete(pool: &TestPool, made: &Value) {
    let client = &made["UserPoolClient"]["ClientId"];
    let request = json!({"UserPoolId": pool.id.as_str(), "ClientId": client});
    answer(&pool.cx, delete_user_pool_client, &request).unwrap();
}

fn clients(pool: &TestPool) -> usize {
    let stored = pool.cx.pool(&pool.id).unwrap();
    stored.read(|state| state.clients.len())
}

/// Of two clients that are made where there is room for one, one is made.
fn the_last_client(pool: &TestPool) {
    let stored = pool.cx.pool(&pool.id).unwrap();
    stored
        .change(|draft| {
            let first = draft.state().clients.values().next().unwrap().clone();
            for name in 2..MAX_CLIENTS {
                let mut client = AppClient::clone(&first);
                client.id = ClientId::from(format!("client{name}"));
                draft.put_client(client);
            }
            Ok(())
        })
        .unwrap();
    for round in 0..ROUNDS {
        let make = || create(pool, &json!({}));
        let (one, other) = race(round, make, make);
        let (made, refused) = match one {
            Ok(made) => (made, other.unwrap_err()),
            Err(refused) => (other.unwrap(), refused),
        };
        assert_eq!(refused.code(), "LimitExceededException", "{round}");
        assert_eq!(clients(pool), MAX_CLIENTS);
        delete(pool, &made);
    }
}

#[tokio::test]
async fn no_more_clients_are_made_than_the_quota_has() {
    let settings = Settings {
        attempt_limits: true,
        ..Settings::default()
    };
    let pool = TestPool::on(server(settings), json!({}), |_| {}).await;
    the_last_client(&pool);
}

#[tokio::test]
async fn the_quota_holds_for_a_pool_of_a_fixture_that_asks_for_it() {
    let pool = TestPool::new(json!({})).await;
    pool.mark();
    the_last_client(&pool);
}

/// Makes a client while something that it names is deleted. Who looks after the deletion sees the client,
/// or it was refused for what was gone.
async fn against_deletion(
    pool: &TestPool,
    before: (&str, Value),
    delete_it: impl Fn() -> Result<Value, CognitoError> + Sync,
    members: Value,
    refusal: &str,
) {
    for round in 0..ROUNDS {
        pool.ok(before.0, before.1.clone()).await;
        let (seen, made) = race(
            round,
            || {
                delete_it().unwrap();
                clients(pool)
            },
            || create(pool, &members),
        );
        match made {
            Ok(made) => {
                assert_eq!(seen, 2, "{round}: made after the deletion");
                delete(pool, &made);
            }
            Err(refused) => assert_eq!(refused.code(), refusal, "{round}"),
        }
    }
}

#[tokio::test]
async fn no_client_is_made_with_a_scope_that_is_gone() {
    let pool = TestPool::new(json!({})).await;
    let id = pool.id.as_str();
    let before = json!({"Identifier": "orders", "Name": "Orders",
        "Scopes": [{"ScopeName": "read", "ScopeDescription": "Read them"}]});
    let request = json!({"UserPoolId": id, "Identifier": "orders"});
    let delete_it = || answer(&pool.cx, delete_resource_server, &request);
    let members = json!({"AllowedOAuthScopes": ["orders/read"]});
    let before = ("CreateResourceServer", before);
    against_deletion(
        &pool,
        before,
        delete_it,
        members,
        "ScopeDoesNotExistException",
    )
    .await;
}

#[tokio::test]
async fn no_client_is_made_with_a_provider_that_is_gone() {
    let pool = TestPool::new(json!({})).await;
    let id = pool.id.as_str();
    let before = json!({"ProviderName": "Google", "ProviderType": "Google", "ProviderDetails":
        {"client_id": "id", "client_secret": "secret", "authorize_scopes": "email"}});
    let request = json!({"UserPoolId": id, "ProviderName": "Google"});
    let delete_it = || answer(&pool.cx, delete_identity_provider, &request);
    let members = json!({"SupportedIdentityProviders": ["Google"]});
    let before = ("CreateIdentityProvider", before);
    against_deletion(
        &pool,
        before,
        delete_it,
        members,
        "InvalidParameterException",
    )
    .await;
}
