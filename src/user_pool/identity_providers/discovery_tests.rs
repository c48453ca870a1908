use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use crate::context::Settings;
use crate::outbound::{Fetched, Fetching, NotFetched, Outbound};
use crate::test_pool::{TestPool, server};

const URL: &str = "https://idp.example.com/.well-known/openid-configuration";

/// Answers every request alike, and counts them.
struct Same(Result<(u16, &'static str), NotFetched>, Arc<AtomicUsize>);

impl Outbound for Same {
    fn get<'a>(&'a self, url: &'a str) -> Fetching<'a> {
        assert_eq!(url, URL);
        self.1.fetch_add(1, Ordering::Relaxed);
        let answer = self.0.clone().map(|(status, body)| Fetched {
            status,
            body: body.into(),
            ..Fetched::default()
        });
        Box::pin(std::future::ready(answer))
    }
}

/// A pool whose providers' documents are answered so, and how often one was asked for.
async fn pool(answer: Result<(u16, &'static str), NotFetched>) -> (TestPool, Arc<AtomicUsize>) {
    let count = Arc::default();
    let mut shared = server(Settings::default());
    shared.outbound = Box::new(Same(answer, Arc::clone(&count)));
    (TestPool::on(shared, json!({}), |_| {}).await, count)
}

fn provider(given: Value) -> Value {
    let mut details = json!({"client_id": "id", "authorize_scopes": "openid",
        "attributes_request_method": "GET", "oidc_issuer": "https://idp.example.com"});
    for (key, value) in given.as_object().unwrap() {
        details[key] = value.clone();
    }
    json!({"ProviderName": "Corp", "ProviderType": "OIDC", "ProviderDetails": details})
}

const DOCUMENT: &str = r#"{"issuer": "https://idp.example.com",
    "authorization_endpoint": "https://idp.example.com/a", "token_endpoint": "https://idp.example.com/t",
    "userinfo_endpoint": "https://idp.example.com/u", "jwks_uri": "https://idp.example.com/k"}"#;

#[tokio::test]
async fn endpoints_that_were_left_out_are_discovered() {
    let (pool, count) = pool(Ok((200, DOCUMENT))).await;
    let given = json!({"token_url": "https://other.example.com/t"});
    let made = pool.ok("CreateIdentityProvider", provider(given)).await;
    let details = &made["IdentityProvider"]["ProviderDetails"];
    for (key, value) in [
        ("authorize_url", "https://idp.example.com/a"),
        ("token_url", "https://other.example.com/t"),
        ("attributes_url", "https://idp.example.com/u"),
        ("jwks_uri", "https://idp.example.com/k"),
        ("attributes_url_add_attributes", "false"),
    ] {
        assert_eq!(details[key], value, "{key}");
    }
    assert_eq!(count.load(Ordering::Relaxed), 1);
    // Also when they change.
    let update = provider(json!({"oidc_issuer": "https://idp.example.com/"}));
    let changed = pool.ok("UpdateIdentityProvider", update).await;
    let details = &changed["IdentityProvider"]["ProviderDetails"];
    assert_eq!(details["token_url"], "https://idp.example.com/t");
}

#[tokio::test]
async fn nothing_is_discovered_where_all_is_given() {
    let (pool, count) = pool(Err(NotFetched::Failed("down".into()))).await;
    let given = json!({"authorize_url": "https://a.example.com", "token_url": "https://t.example.com",
        "attributes_url": "https://u.example.com", "jwks_uri": "https://k.example.com"});
    pool.ok("CreateIdentityProvider", provider(given)).await;
    assert_eq!(count.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn a_document_that_is_not_to_be_had_is_refused_and_one_that_may_not_be_asked_for_is_not() {
    let refused = "InvalidParameterException: Unable to contact well-known endpoint";
    for answer in [
        Err(NotFetched::Failed("down".into())),
        Ok((404, "")),
        Ok((200, "<html>")),
        Ok((200, "[]")),
    ] {
        let (pool, _) = pool(answer).await;
        assert_eq!(
            pool.refused("CreateIdentityProvider", provider(json!({})))
                .await,
            refused
        );
    }
    let (pool, _) = pool(Err(NotFetched::Forbidden("policy".into()))).await;
    let made = pool.ok("CreateIdentityProvider", provider(json!({}))).await;
    assert_eq!(
        made["IdentityProvider"]["ProviderDetails"].get("token_url"),
        None
    );
}
