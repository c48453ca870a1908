//! Keys that are not made yet, behind the requests that could ask for them.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::task::Poll;

use serde_json::{Value, json};

use super::*;
use crate::context::Settings;
use crate::crypto::key_reserve::{KeyReserve, SHIPPED_PAIRS};
use crate::test_pool::{TestPool, server};

/// A pool for which no key is left in the reserve.
async fn pool() -> TestPool {
    let mut shared = server(Settings::default());
    shared.keys = KeyReserve::resume(SHIPPED_PAIRS);
    TestPool::on(shared, json!({}), |_| {}).await
}

/// A token that looks like one of the pool's.
fn forged(pool: &TestPool) -> String {
    let mine = KeyReserve::new().next_pair();
    let claims = json!({"iss": format!("http://localhost:9229/{}", pool.id), "sub": "x",
        "token_use": "access", "exp": 4_000_000_000_i64});
    let key = mine.access.signing(&CryptoThread::of_test());
    jwt(key, claims.to_string().as_bytes())
}

fn has_keys(pool: &TestPool) -> bool {
    let keys = &pool.cx.pool(&pool.id).unwrap().keys;
    keys.id.verifying_if_made().is_some() || keys.access.verifying_if_made().is_some()
}

#[tokio::test]
async fn a_token_of_others_makes_no_key() {
    let pool = pool().await;
    let token = forged(&pool);
    assert_eq!(
        pool.refused("GetUser", json!({"AccessToken": token})).await,
        "NotAuthorizedException: Could not verify signature for Access Token"
    );
    let exchange = json!({"ClientName": "exchange", "UserPoolId": pool.id.as_str(),
        "ExplicitAuthFlows": ["ALLOW_TOKEN_EXCHANGE_IMPERSONATION"]});
    let made = pool.ok("CreateUserPoolClient", exchange).await;
    for kind in ["ACCESS_TOKEN", "ID_TOKEN"] {
        let request = json!({"ClientId": made["UserPoolClient"]["ClientId"],
            "SubjectToken": token, "SubjectTokenType": kind});
        let refused = pool.refused("GetDerivedToken", request).await;
        assert!(refused.starts_with("NotAuthorizedException: "), "{refused}");
    }
    assert!(!has_keys(&pool));
}

/// Occupies every place of the crypto pool until the sender that it gives is dropped.
async fn occupy(cx: &Context) -> mpsc::Sender<()> {
    static BUSY: AtomicUsize = AtomicUsize::new(0);
    let places = cx.crypto.places();
    let (sender, receiver) = mpsc::channel::<()>();
    let receiver = Arc::new(std::sync::Mutex::new(receiver));
    for _ in 0..places {
        let (shared, receiver) = (Arc::clone(cx.shared()), Arc::clone(&receiver));
        tokio::spawn(async move {
            let work = move || {
                BUSY.fetch_add(1, Ordering::SeqCst);
                let _ = receiver.lock().unwrap().recv();
            };
            shared.crypto.run(work).await.unwrap();
        });
    }
    while BUSY.load(Ordering::SeqCst) < places {
        tokio::task::yield_now().await;
    }
    sender
}

#[tokio::test]
async fn a_key_set_waits_for_the_crypto_pool_where_keys_have_to_be_made() {
    let pool = pool().await;
    let busy = occupy(&pool.cx).await;
    let mut asked = std::pin::pin!(discovery::jwks(&pool.cx, &pool.id));
    // Nothing is made where the request is served.
    let first = std::future::poll_fn(|task| Poll::Ready(asked.as_mut().poll(task))).await;
    assert!(first.is_pending() && !has_keys(&pool));
    drop(busy);
    let set: Value = serde_json::from_slice(&asked.await.unwrap()).unwrap();
    let keys = &pool.cx.pool(&pool.id).unwrap().keys;
    let kids = [0, 1].map(|at| set["keys"][at]["kid"].as_str().unwrap());
    assert_eq!(
        Some(kids),
        keys.verifying_if_made()
            .map(|keys| keys.map(|key| key.kid()))
    );
}
