//! Logo and CSS of the classic hosted UI at their own addresses.

use poolhouse::Emulator;
use serde_json::json;

use super::wire::{SIGNED, Wire, call, request};

const POOL: &str = "us-east-1_PoolHouse";

#[tokio::test]
async fn a_logo_is_served_at_its_url_while_it_is_set() {
    let server = Emulator::builder().start().await.unwrap();
    let mut wire = Wire::to(&server).await;
    let domain = json!({"UserPoolId": POOL, "Domain": "poolhouse-logo"}).to_string();
    wire.ask(call("CreateUserPoolDomain", SIGNED, &domain))
        .await;
    let look = json!({"UserPoolId": POOL, "ImageFile": "iVBORw0KGgo="}).to_string();
    let made = wire.ask(call("SetUICustomization", SIGNED, &look)).await;
    let made = made.json();
    let url = made["UICustomization"]["ImageUrl"].as_str().unwrap();
    let path = url.strip_prefix("http://localhost").unwrap();
    let logo = wire.ask(request(&format!("GET {path}"), "", "")).await;
    assert_eq!(
        (logo.status, &logo.body[..]),
        (200, &b"\x89PNG\r\n\x1a\n"[..])
    );
    for (name, value) in [
        ("content-type", "image/png"),
        ("cache-control", "no-cache"),
        ("x-content-type-options", "nosniff"),
    ] {
        assert_eq!(logo.header(name), Some(value));
    }
    let none = json!({"UserPoolId": POOL}).to_string();
    let gone = wire.ask(call("SetUICustomization", SIGNED, &none)).await;
    assert_eq!(gone.text(), r#"{"UICustomization":{}}"#);
    let logo = wire.ask(request(&format!("GET {path}"), "", "")).await;
    assert_eq!(logo.status, 404);
    server.stop().await;
}
