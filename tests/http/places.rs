//! Places for calls, and who keeps none.

use std::time::Duration;

use poolhouse::{Emulator, Limits};
use serde_json::json;
use tokio::net::TcpListener;

use super::wire::{SIGNED, Wire, call};

#[tokio::test]
async fn calls_that_wait_for_other_servers_keep_no_place_from_others() {
    let limits = Limits {
        in_flight: 1,
        ..Limits::default()
    };
    let server = Emulator::builder().limits(limits).start().await.unwrap();
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", silent.local_addr().unwrap());
    let provider = json!({"UserPoolId": "us-east-1_PoolHouse", "ProviderName": "Corp",
        "ProviderType": "SAML", "ProviderDetails": {"MetadataURL": url}, "AttributeMapping": {}});
    let mut waiting = Vec::new();
    for _ in 0..2 {
        let mut wire = Wire::to(&server).await;
        wire.send(call(
            "CreateIdentityProvider",
            SIGNED,
            &provider.to_string(),
        ))
        .await;
        waiting.push((wire, silent.accept().await.unwrap()));
    }
    let sign_in = json!({"ClientId": "1poolhouse0public0client00",
        "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": "alice", "PASSWORD": "Poolhouse-1"}});
    let mut wire = Wire::to(&server).await;
    let answer = wire.ask(call("InitiateAuth", "", &sign_in.to_string()));
    // A fetch is given up after 5 seconds.
    let answer = tokio::time::timeout(Duration::from_secs(4), answer).await;
    assert_eq!(answer.expect("a place").status, 200);
    for (mut wire, connection) in waiting {
        drop(connection);
        assert_eq!(wire.answer().await.unwrap().status, 400);
    }
}
