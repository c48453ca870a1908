//! Who signed is told by the signature alone; a host name tells where a request goes.

use poolhouse::Emulator;
use poolhouse::context::Settings;
use serde_json::{Value, json};

use super::wire::{Answer, Wire, call};

const WEST: &str = "cognito-idp.us-west-2.localhost";

fn signed_for(region: &str) -> String {
    format!(
        "Authorization: AWS4-HMAC-SHA256 Credential=AKIA/20260131/{region}/cognito-idp/aws4_request, \
         SignedHeaders=host, Signature=00\r\nX-Amz-Date: 20260131T120000Z\r\n"
    )
}

async fn server(public_url: Option<&str>) -> Emulator {
    let settings = Settings {
        public_url: public_url.map(str::to_owned),
        ..Settings::default()
    };
    let server = Emulator::builder().settings(settings);
    server.start().await.unwrap()
}

/// Calls an operation at `host`.
async fn at(wire: &mut Wire, host: &str, operation: &str, signature: &str, body: &Value) -> Answer {
    let sent = call(operation, signature, &body.to_string());
    wire.ask(sent.replacen("Host: localhost", &format!("Host: {host}"), 1))
        .await
}

/// A pool of us-west-2 with a confidential client that exchanges tokens, and the request for an
/// exchange without its secret.
async fn exchange_without_secret(wire: &mut Wire) -> Value {
    let signature = signed_for("us-west-2");
    let body = json!({"PoolName": "west"});
    let pool = at(wire, "localhost", "CreateUserPool", &signature, &body).await;
    let body = json!({
        "UserPoolId": pool.json()["UserPool"]["Id"],
        "ClientName": "confidential",
        "GenerateSecret": true,
        "ExplicitAuthFlows": ["ALLOW_TOKEN_EXCHANGE_IMPERSONATION"],
    });
    let client = at(wire, "localhost", "CreateUserPoolClient", &signature, &body).await;
    json!({
        "ClientId": client.json()["UserPoolClient"]["ClientId"],
        "SubjectToken": "a.b.c",
        "SubjectTokenType": "ACCESS_TOKEN",
    })
}

#[tokio::test]
async fn no_host_name_stands_in_for_a_signature() {
    let public = format!("http://{WEST}:9229");
    for public_url in [None, Some(public.as_str())] {
        let server = server(public_url).await;
        let mut wire = Wire::to(&server).await;
        let exchange = exchange_without_secret(&mut wire).await;
        for host in ["localhost", WEST] {
            let refused = at(&mut wire, host, "GetDerivedToken", "", &exchange).await;
            let expected = json!({"__type": "NotAuthorizedException",
                "message": "Invalid client or secret"});
            assert_eq!(refused.json(), expected, "{public_url:?} {host}");
        }
        // With a signature the secret isn't asked for: the token comes next.
        let signature = signed_for("us-west-2");
        let past = at(&mut wire, WEST, "GetDerivedToken", &signature, &exchange).await;
        assert_ne!(past.json()["message"], "Invalid client or secret");
    }
}

#[tokio::test]
async fn at_the_host_of_another_region_the_client_is_unknown() {
    let server = server(None).await;
    let mut wire = Wire::to(&server).await;
    let exchange = exchange_without_secret(&mut wire).await;
    let elsewhere = "cognito-idp.eu-west-1.localhost";
    let refused = at(&mut wire, elsewhere, "GetDerivedToken", "", &exchange).await;
    assert_eq!(refused.json()["__type"], "ResourceNotFoundException");
    let message = refused.json()["message"].to_string();
    assert!(message.starts_with("\"User pool client "), "{message}");
}

#[tokio::test]
async fn a_public_url_pins_nobodys_region() {
    let server = server(Some(&format!("http://{WEST}:9229"))).await;
    let mut wire = Wire::to(&server).await;
    let sign_in = json!({"ClientId": "1poolhouse0public0client00", "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": "alice", "PASSWORD": "Poolhouse-1"}});
    for (host, status) in [
        ("localhost", 200),
        ("cognito-idp.us-east-1.localhost", 200),
        (WEST, 400),
    ] {
        let answer = at(&mut wire, host, "InitiateAuth", "", &sign_in).await;
        assert_eq!(answer.status, status, "{host}: {}", answer.text());
    }
}
