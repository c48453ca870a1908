//! The event of a federated sign-in, and what may come back.

use std::sync::Arc;

use serde_json::{Value, json};

use super::super::inbound_federation::{InboundFederation, ProviderAttributes, Said};
use super::super::{Subject, call};
use crate::model::cognito_idp::IdentityProviderTypeType as Kind;
use crate::test_pool::TestPool;
use crate::test_pool::functions::{self, Act, Scripted};

async fn scene() -> (TestPool, Arc<Scripted>) {
    functions::pool("V1_0", json!({}), |_| {}).await
}

async fn federate(
    pool: &TestPool,
    kind: Kind,
    said: Said<'_>,
) -> Result<Option<ProviderAttributes>, String> {
    let stored = pool.cx.pool(&pool.id).unwrap();
    let settings = stored.settings();
    let subject = Subject {
        pool: &stored,
        settings: &settings,
        client_id: Some(&pool.client),
        username: "provider_user123",
    };
    let event = InboundFederation {
        provider_name: "provider",
        provider_type: kind,
        said,
    };
    let answer = call(&pool.cx, subject, event).await;
    answer.map_err(|refused| format!("{}: {}", refused.code(), refused.message()))
}

fn texts<const N: usize>(pairs: [(&str, &str); N]) -> ProviderAttributes {
    let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
    ProviderAttributes::from(pairs)
}

#[tokio::test]
async fn the_function_gets_what_the_provider_said() {
    let (pool, functions) = scene().await;
    let (token_response, id_token, user_info) = (
        texts([("token_type", "Bearer"), ("expires_in", "3600")]),
        texts([("sub", "user123"), ("email_verified", "true")]),
        texts([("given_name", "Test")]),
    );
    let said = Said::OpenId {
        token_response: &token_response,
        id_token: &id_token,
        user_info: &user_info,
    };
    assert_eq!(federate(&pool, Kind::Oidc, said).await, Ok(None));
    let expected = json!({
        "version": "1",
        "region": "us-east-1",
        "userPoolId": pool.id.as_str(),
        "userName": "provider_user123",
        "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": "client"},
        "triggerSource": "InboundFederation_ExternalProvider",
        "request": {
            "providerName": "provider",
            "providerType": "OIDC",
            "attributes": {
                "tokenResponse": {"token_type": "Bearer", "expires_in": "3600"},
                "idToken": {"sub": "user123", "email_verified": "true"},
                "userInfo": {"given_name": "Test"},
            },
        },
        "response": {"userAttributesToMap": {}},
    });
    assert_eq!(functions.events(), [expected]);

    let response = texts([("urn:mail", "bob@example.com")]);
    let said = Said::Saml {
        response: &response,
    };
    assert_eq!(federate(&pool, Kind::Saml, said).await, Ok(None));
    let request = json!({
        "providerName": "provider", "providerType": "SAML",
        "attributes": {"samlResponse": {"urn:mail": "bob@example.com"}},
    });
    assert_eq!(functions.events()[0]["request"], request);
}

#[tokio::test]
async fn the_types_of_providers_are_those_of_the_guide() {
    let kinds = [
        (Kind::Oidc, "OIDC"),
        (Kind::Saml, "SAML"),
        (Kind::Facebook, "Facebook"),
        (Kind::Google, "Google"),
        (Kind::SignInWithApple, "SignInWithApple"),
        (Kind::LoginWithAmazon, "LoginWithAmazon"),
    ];
    let (pool, functions) = scene().await;
    let none = ProviderAttributes::new();
    for (kind, expected) in kinds {
        let said = Said::Saml { response: &none };
        assert_eq!(federate(&pool, kind, said).await, Ok(None));
        assert_eq!(functions.events()[0]["request"]["providerType"], expected);
    }
}

#[tokio::test]
async fn the_answer_replaces_the_attributes_or_leaves_them() {
    const SHAPE: &str = "InvalidLambdaResponseException: Unrecognizable lambda output";
    let (pool, functions) = scene().await;
    let none = ProviderAttributes::new();
    let kept = texts([("sub", "user123")]);
    let rows = [
        (json!({"sub": "user123"}), Ok(Some(kept))),
        (json!({}), Ok(None)),
        (Value::Null, Ok(None)),
        (json!([]), Err(SHAPE)),
        (json!("sub"), Err(SHAPE)),
        (json!({"sub": 1}), Err(SHAPE)),
        (json!({"sub": ["user123"]}), Err(SHAPE)),
    ];
    for (answer, expected) in rows {
        let returned = answer.clone();
        functions.does(move |_, _| Act::Return(json!({"userAttributesToMap": returned})));
        let said = Said::Saml { response: &none };
        let found = federate(&pool, Kind::Saml, said).await;
        assert_eq!(found, expected.map_err(str::to_owned), "{answer}");
    }
    functions.does(|_, _| Act::Fail);
    let said = Said::Saml { response: &none };
    assert_eq!(
        federate(&pool, Kind::Saml, said).await,
        Err("UserLambdaValidationException: InboundFederation failed with error no.".to_owned())
    );
}

#[tokio::test]
async fn a_pool_without_the_function_keeps_the_attributes() {
    let pool = TestPool::new(json!({})).await;
    let none = ProviderAttributes::new();
    let said = Said::Saml { response: &none };
    assert_eq!(federate(&pool, Kind::Saml, said).await, Ok(None));
}
