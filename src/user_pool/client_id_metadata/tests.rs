use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use super::{UrlClient, resolve};
use crate::context::Settings;
use crate::model::cognito_idp::OAuthFlowType;
use crate::outbound::{Fetched, Fetching, NotFetched, Outbound};
use crate::test_pool::{TestPool, server};

const URL: &str = "https://agent.example.com/client.json";
const DAY: Duration = Duration::from_secs(86_400);
const NOW: f64 = 1_800_000_000.0;
const NOT_CACHED: &str = "CachedCIMDURLDoesNotExistException: Cached CIMD URL does not exist.";
const LITE: &str = "FeatureUnavailableInTierException: The following feature is not available for the \
                    LITE pricing tier configured: Client ID Metadata Documents";

/// What each URL answers, and how often one was asked.
#[derive(Clone, Default)]
struct Web {
    pages: Arc<Mutex<BTreeMap<String, Fetched>>>,
    asked: Arc<Mutex<usize>>,
}

impl Web {
    fn put(&self, url: &str, page: Fetched) {
        self.pages.lock().unwrap().insert(url.into(), page);
    }

    fn asked(&self) -> usize {
        *self.asked.lock().unwrap()
    }
}

impl Outbound for Web {
    fn get<'a>(&'a self, url: &'a str) -> Fetching<'a> {
        *self.asked.lock().unwrap() += 1;
        let page = self.pages.lock().unwrap().get(url).cloned();
        let answer = page.ok_or_else(|| NotFetched::Failed("no such host".into()));
        Box::pin(std::future::ready(answer))
    }
}

fn document(url: &str) -> Value {
    json!({"client_id": url, "client_name": "Agent", "token_endpoint_auth_method": "none",
        "redirect_uris": ["http://localhost:3000/back"],
        "grant_types": ["authorization_code", "refresh_token"]})
}

fn page(document: &Value) -> Fetched {
    Fetched {
        status: 200,
        body: document.to_string().into_bytes(),
        ..Fetched::default()
    }
}

/// A pool whose app client has the code grant, and the web around it.
async fn bench() -> (TestPool, Web) {
    let web = Web::default();
    web.put(URL, page(&document(URL)));
    let mut shared = server(Settings::default());
    shared.outbound = Box::new(web.clone());
    let pool = TestPool::on(shared, json!({}), |client| {
        client.oauth_flows = Some(vec![OAuthFlowType::Code]);
    })
    .await;
    (pool, web)
}

fn policy(pool: &TestPool, patterns: &[&str]) -> Value {
    json!({"ClientId": pool.client.as_str(), "PolicyName": "agents", "URLPatterns": patterns})
}

async fn create(pool: &TestPool, patterns: &[&str]) -> Value {
    let made = pool.ok("CreateCIMDPolicy", policy(pool, patterns)).await;
    made["CIMDPolicy"].clone()
}

async fn client(pool: &TestPool, url: &str) -> Result<UrlClient, String> {
    let found = pool.cx.pool(&pool.id).unwrap();
    let client = resolve(&pool.cx, &found, url).await;
    client.map_err(|unresolved| unresolved.reason().to_owned())
}

/// URLs of a policy, with the dates of what is cached.
async fn urls(pool: &TestPool, policy: &Value) -> Value {
    let request = json!({"CIMDPolicyId": policy["CIMDPolicyId"]});
    let listed = pool.ok("ListClientMetadataURLs", request).await;
    listed["ClientMetadataURLs"].clone()
}

fn state(policy: &Value, url: &str, action: &str) -> Value {
    json!({"CIMDPolicyId": policy["CIMDPolicyId"], "URL": url, "Action": action})
}

#[tokio::test]
async fn a_policy_reads_back_as_made_and_its_summary_leaves_the_patterns_out() {
    let (pool, _) = bench().await;
    let made = create(&pool, &["https://*.example.com/*"]).await;
    let expected = json!({
        "UserPoolId": pool.id.as_str(), "CIMDPolicyId": made["CIMDPolicyId"],
        "ClientId": pool.client.as_str(), "PolicyName": "agents", "CacheDuration": 86_400,
        "URLPatterns": ["https://*.example.com/*"], "CreationDate": NOW, "LastModifiedDate": NOW,
    });
    assert_eq!(made, expected);
    let id = made["CIMDPolicyId"].as_str().unwrap();
    let is_of_id = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    assert!(id.len() == 26 && id.bytes().all(is_of_id), "{id}");
    let named = json!({"CIMDPolicyId": id});
    let described = pool.ok("DescribeCIMDPolicy", named.clone()).await;
    assert_eq!(described, json!({"CIMDPolicy": made}));
    let listed = pool.ok("ListCIMDPolicies", json!({})).await;
    let mut summary = made.clone();
    summary.as_object_mut().unwrap().remove("URLPatterns");
    summary.as_object_mut().unwrap().remove("UserPoolId");
    assert_eq!(listed, json!({"CIMDPolicies": [summary]}));
    assert_eq!(pool.ok("DeleteCIMDPolicy", named.clone()).await, json!({}));
    let unknown = format!("ResourceNotFoundException: CIMD policy {id} does not exist.");
    for operation in [
        "DescribeCIMDPolicy",
        "DeleteCIMDPolicy",
        "ListClientMetadataURLs",
    ] {
        assert_eq!(
            pool.refused(operation, named.clone()).await,
            unknown,
            "{operation}"
        );
    }
    let mut update = policy(&pool, &["https://example.com/*"]);
    update["CIMDPolicyId"] = json!(id);
    assert_eq!(pool.refused("UpdateCIMDPolicy", update).await, unknown);
    let refused = pool.refused("UpdateClientMetadataURLState", state(&made, URL, "REFRESH"));
    assert_eq!(refused.await, unknown);
}

#[tokio::test]
async fn an_update_keeps_name_and_cache_duration_unless_they_are_given() {
    let (pool, _) = bench().await;
    let mut new = policy(&pool, &["https://a.example.com/*"]);
    new["CacheDuration"] = json!(100_000);
    let made = pool.ok("CreateCIMDPolicy", new).await["CIMDPolicy"].clone();
    pool.advance(Duration::from_secs(60));
    let update = json!({"CIMDPolicyId": made["CIMDPolicyId"], "ClientId": pool.client.as_str(),
        "URLPatterns": ["https://b.example.com/*"]});
    let updated = pool.ok("UpdateCIMDPolicy", update.clone()).await["CIMDPolicy"].clone();
    let mut expected = made.clone();
    expected["URLPatterns"] = json!(["https://b.example.com/*"]);
    expected["LastModifiedDate"] = json!(NOW + 60.0);
    assert_eq!(updated, expected);
    let mut renamed = update;
    renamed["PolicyName"] = json!("others");
    renamed["CacheDuration"] = json!(200_000);
    let renamed = pool.ok("UpdateCIMDPolicy", renamed).await;
    expected["PolicyName"] = json!("others");
    expected["CacheDuration"] = json!(200_000);
    assert_eq!(renamed["CIMDPolicy"], expected);
}

#[tokio::test]
async fn the_app_client_must_exist_and_is_left_out_once_it_is_gone() {
    let (pool, _) = bench().await;
    let mut request = policy(&pool, &["https://a.example.com/*"]);
    request["ClientId"] = json!("nobody");
    let unknown = "ResourceNotFoundException: User pool client nobody does not exist.";
    assert_eq!(
        pool.refused("CreateCIMDPolicy", request.clone()).await,
        unknown
    );
    let made = create(&pool, &["https://agent.example.com/*"]).await;
    request["CIMDPolicyId"] = made["CIMDPolicyId"].clone();
    assert_eq!(pool.refused("UpdateCIMDPolicy", request).await, unknown);
    let gone = json!({"UserPoolId": pool.id.as_str(), "ClientId": pool.client.as_str()});
    pool.ok("DeleteUserPoolClient", gone).await;
    let named = json!({"CIMDPolicyId": made["CIMDPolicyId"]});
    let described = pool.ok("DescribeCIMDPolicy", named).await;
    assert_eq!(described["CIMDPolicy"].get("ClientId"), None);
    let listed = pool.ok("ListCIMDPolicies", json!({})).await;
    assert_eq!(listed["CIMDPolicies"][0].get("ClientId"), None);
    let refused = client(&pool, URL).await.unwrap_err();
    assert!(refused.contains("is gone"), "{refused}");
}

#[tokio::test]
async fn policies_need_a_tier_above_lite_and_hold_a_pool_there() {
    let (pool, _) = bench().await;
    let made = create(&pool, &["https://agent.example.com/*"]).await;
    let lite = || json!({"UserPoolId": pool.id.as_str(), "UserPoolTier": "LITE"});
    let lowered = pool.refused("UpdateUserPool", lite()).await;
    assert!(
        lowered.starts_with("TierChangeNotAllowedException"),
        "{lowered}"
    );
    let named = json!({"CIMDPolicyId": made["CIMDPolicyId"]});
    pool.ok("DeleteCIMDPolicy", named).await;
    pool.ok("UpdateUserPool", lite()).await;
    let new = policy(&pool, &["https://agent.example.com/*"]);
    assert_eq!(pool.refused("CreateCIMDPolicy", new.clone()).await, LITE);
    let mut update = new;
    update["CIMDPolicyId"] = made["CIMDPolicyId"].clone();
    assert_eq!(pool.refused("UpdateCIMDPolicy", update).await, LITE);
    let refused = pool.refused("UpdateClientMetadataURLState", state(&made, URL, "REFRESH"));
    assert_eq!(refused.await, LITE);
    assert_eq!(
        pool.ok("ListCIMDPolicies", json!({})).await,
        json!({"CIMDPolicies": []})
    );
}

#[tokio::test]
async fn a_url_is_a_client_while_a_policy_matches_and_the_document_is_right() {
    let (pool, web) = bench().await;
    let refused = client(&pool, URL).await.unwrap_err();
    assert!(refused.contains("no CIMD policy"), "{refused}");
    assert_eq!(
        web.asked(),
        0,
        "nothing is asked for what no policy lets in"
    );
    create(&pool, &["https://agent.example.com/*"]).await;
    let found = client(&pool, URL).await.unwrap();
    assert_eq!(&*found.id, URL);
    assert_eq!(found.app_client.id, pool.client);
    assert_eq!(found.metadata.redirect_uris, ["http://localhost:3000/back"]);
    assert!(found.allows(OAuthFlowType::Code));
    assert!(
        !found.allows(OAuthFlowType::Implicit),
        "the document has no such grant"
    );
    assert!(!found.allows(OAuthFlowType::ClientCredentials));

    let base = "https://agent.example.com/";
    let here = |name: &str| format!("{base}{name}.json");
    let mut machine = document(&here("machine"));
    machine["grant_types"] = json!(["implicit", "client_credentials"]);
    web.put(&here("machine"), page(&machine));
    let machine = client(&pool, &here("machine")).await.unwrap();
    for flow in [
        OAuthFlowType::Code,
        OAuthFlowType::Implicit,
        OAuthFlowType::ClientCredentials,
    ] {
        assert!(!machine.allows(flow), "{flow}: not in both, or never");
    }
    let moved = Fetched {
        is_redirected: true,
        ..page(&document(&here("moved")))
    };
    web.put(&here("moved"), moved);
    let missing = Fetched {
        status: 404,
        ..page(&document(&here("missing")))
    };
    web.put(&here("missing"), missing);
    web.put(&here("other"), page(&document(URL)));
    for (url, reason) in [
        (here("moved"), "redirects are not followed"),
        (here("missing"), "status 404"),
        (here("other"), "its client_id is not"),
        (here("nowhere"), "no such host"),
        (format!("{base}a/../client.json"), "is no client id"),
        (
            "https://other.example.com/client.json".into(),
            "no CIMD policy",
        ),
    ] {
        let refused = client(&pool, &url).await.unwrap_err();
        assert!(refused.contains(reason), "{url}: {refused}");
    }
    let listed = pool.ok("ListCIMDPolicies", json!({})).await["CIMDPolicies"][0].clone();
    let kept = urls(&pool, &listed).await;
    assert_eq!(
        kept.as_array().unwrap().len(),
        2,
        "what failed is not kept: {kept}"
    );
}

#[tokio::test]
async fn a_document_is_cached_for_what_its_server_says_or_the_policy() {
    let (pool, web) = bench().await;
    let year = 31_556_952;
    for (max_age, cache_duration, lasts) in [
        (None, None, 86_400),
        (None, Some(100_000), 100_000),
        (Some(86_399), Some(100_000), 100_000),
        (Some(86_400), Some(100_000), 86_400),
        (Some(year), None, year),
        (Some(year + 1), None, 86_400),
    ] {
        let mut new = policy(&pool, &["https://agent.example.com/*"]);
        if let Some(seconds) = cache_duration {
            new["CacheDuration"] = json!(seconds);
        }
        let made = pool.ok("CreateCIMDPolicy", new).await["CIMDPolicy"].clone();
        let mut answer = page(&document(URL));
        answer.max_age = max_age.map(Duration::from_secs);
        web.put(URL, answer);
        let asked = web.asked();
        let now = f64::from(u32::try_from(pool.cx.now().seconds()).unwrap());
        client(&pool, URL).await.unwrap();
        let lasts = Duration::from_secs(lasts);
        assert_eq!(
            urls(&pool, &made).await,
            json!([{"URL": URL, "CachedDate": now, "ExpirationDate": now + lasts.as_secs_f64()}]),
            "{max_age:?} {cache_duration:?}"
        );
        pool.advance(lasts - Duration::from_secs(1));
        client(&pool, URL).await.unwrap();
        assert_eq!(web.asked(), asked + 1, "{max_age:?}: it is still cached");
        pool.advance(Duration::from_secs(1));
        assert_eq!(urls(&pool, &made).await, json!([{"URL": URL}]), "expired");
        client(&pool, URL).await.unwrap();
        assert_eq!(web.asked(), asked + 2, "{max_age:?}: it is fetched again");
        let named = json!({"CIMDPolicyId": made["CIMDPolicyId"]});
        pool.ok("DeleteCIMDPolicy", named).await;
    }
}

#[tokio::test]
async fn a_cached_document_is_refreshed_or_invalidated() {
    let (pool, web) = bench().await;
    let made = create(&pool, &["https://agent.example.com/*"]).await;
    let change = |action| pool.call("UpdateClientMetadataURLState", state(&made, URL, action));
    for action in ["REFRESH", "INVALIDATE"] {
        assert_eq!(change(action).await.unwrap_err(), NOT_CACHED, "{action}");
    }
    client(&pool, URL).await.unwrap();
    pool.advance(Duration::from_secs(60));
    let mut renamed = document(URL);
    renamed["client_name"] = json!("Agent 2");
    web.put(URL, page(&renamed));
    let name = |found: UrlClient| found.metadata.name.clone();
    let cached = client(&pool, URL).await.unwrap();
    assert_eq!(name(cached).as_deref(), Some("Agent"));
    assert_eq!(change("REFRESH").await, Ok(json!({})));
    let refreshed = client(&pool, URL).await.unwrap();
    assert_eq!(name(refreshed).as_deref(), Some("Agent 2"));
    let shown = urls(&pool, &made).await;
    assert_eq!(shown[0]["CachedDate"], json!(NOW + 60.0));

    web.put(URL, page(&json!({})));
    assert_eq!(
        change("REFRESH").await.unwrap_err(),
        format!(
            "InvalidParameterException: Unable to retrieve a valid client metadata document from {URL}."
        )
    );
    assert_eq!(urls(&pool, &made).await, shown, "what was cached stays");
    assert_eq!(change("INVALIDATE").await, Ok(json!({})));
    assert_eq!(urls(&pool, &made).await, json!([{"URL": URL}]));
    assert_eq!(change("INVALIDATE").await.unwrap_err(), NOT_CACHED);
    let refused = client(&pool, URL).await.unwrap_err();
    assert!(
        refused.contains("its client_id is not"),
        "fetched again: {refused}"
    );

    web.put(URL, page(&renamed));
    client(&pool, URL).await.unwrap();
    pool.advance(DAY);
    assert_eq!(
        change("REFRESH").await.unwrap_err(),
        NOT_CACHED,
        "it expired"
    );
}

#[tokio::test]
async fn the_closest_pattern_decides_and_of_equals_the_oldest_policy() {
    let (pool, web) = bench().await;
    let wide = create(&pool, &["https://*.example.com/*"]).await;
    client(&pool, URL).await.unwrap();
    assert_eq!(urls(&pool, &wide).await[0]["URL"], URL);
    pool.advance(Duration::from_secs(1));
    let close = create(
        &pool,
        &["https://b.example.com/x", "https://agent.example.com/*"],
    )
    .await;
    pool.advance(Duration::from_secs(1));
    let late = create(&pool, &["https://agent.example.com/*"]).await;
    client(&pool, URL).await.unwrap();
    assert_eq!(urls(&pool, &close).await[0]["URL"], URL);
    assert_eq!(urls(&pool, &late).await, json!([]));
    assert_eq!(web.asked(), 2, "each policy has a cache of its own");
    let mut away = policy(&pool, &["https://b.example.com/x"]);
    away["CIMDPolicyId"] = close["CIMDPolicyId"].clone();
    pool.ok("UpdateCIMDPolicy", away).await;
    client(&pool, URL).await.unwrap();
    assert_eq!(urls(&pool, &late).await[0]["URL"], URL);
}

#[tokio::test]
async fn lists_go_on_where_their_token_says() {
    let (pool, web) = bench().await;
    let made = create(&pool, &["https://agent.example.com/*"]).await;
    create(&pool, &["https://b.example.com/*"]).await;
    create(&pool, &["https://c.example.com/*"]).await;
    let named = ["a", "b", "c"].map(|name| format!("https://agent.example.com/{name}"));
    for url in &named {
        web.put(url, page(&document(url)));
        client(&pool, url).await.unwrap();
    }
    let of_policy = json!({"CIMDPolicyId": made["CIMDPolicyId"]});
    for (operation, request, list) in [
        ("ListCIMDPolicies", json!({}), "CIMDPolicies"),
        (
            "ListClientMetadataURLs",
            of_policy.clone(),
            "ClientMetadataURLs",
        ),
    ] {
        let whole = pool.ok(operation, request.clone()).await;
        assert_eq!(whole.get("NextToken"), None, "{operation}");
        let mut page = request.clone();
        page["MaxResults"] = json!(2);
        let first = pool.ok(operation, page.clone()).await;
        page["NextToken"] = first["NextToken"].clone();
        let second = pool.ok(operation, page).await;
        assert_eq!(second.get("NextToken"), None, "{operation}");
        let both = [&first, &second].map(|page| page[list].as_array().unwrap().clone());
        assert_eq!(json!(both.concat()), whole[list], "{operation}");
        assert_eq!(both.map(|page| page.len()), [2, 1], "{operation}");
        let mut foreign = request;
        foreign["NextToken"] = json!("AAAA");
        let refused = pool.refused(operation, foreign).await;
        assert_eq!(
            refused,
            "InvalidParameterException: Invalid pagination token"
        );
    }
}

#[tokio::test]
async fn a_pool_has_as_many_policies_as_it_may() {
    let settings = Settings {
        attempt_limits: true,
        ..Settings::default()
    };
    let pool = TestPool::on(server(settings), json!({}), |_| {}).await;
    for _ in 0..super::policies::POLICIES_PER_POOL {
        create(&pool, &["https://agent.example.com/*"]).await;
    }
    let refused = pool.refused(
        "CreateCIMDPolicy",
        policy(&pool, &["https://agent.example.com/*"]),
    );
    assert_eq!(
        refused.await,
        "LimitExceededException: The limit of CIMD policies in the user pool has been exceeded."
    );
}

/// A web that takes the policy away while it is asked.
struct Late {
    web: Web,
    meanwhile: Mutex<Option<Box<dyn FnOnce() + Send>>>,
}

impl Outbound for Arc<Late> {
    fn get<'a>(&'a self, url: &'a str) -> Fetching<'a> {
        if let Some(meanwhile) = self.meanwhile.lock().unwrap().take() {
            meanwhile();
        }
        self.web.get(url)
    }
}

#[tokio::test]
async fn a_policy_that_goes_while_the_document_comes_lets_nobody_in() {
    let web = Web::default();
    web.put(URL, page(&document(URL)));
    let late = Arc::new(Late {
        web,
        meanwhile: Mutex::new(None),
    });
    let mut shared = server(Settings::default());
    shared.outbound = Box::new(Arc::clone(&late));
    let pool = TestPool::on(shared, json!({}), |_| {}).await;
    let made = create(&pool, &["https://agent.example.com/*"]).await;
    let (cx, id) = (pool.cx.clone(), pool.id.clone());
    let policy = made["CIMDPolicyId"].as_str().unwrap().to_owned();
    *late.meanwhile.lock().unwrap() = Some(Box::new(move || {
        let request = crate::model::cognito_idp::DeleteCIMDPolicyRequest {
            user_pool_id: id,
            cimd_policy_id: policy,
        };
        super::delete_cimd_policy(&cx, request).unwrap();
    }));
    let refused = client(&pool, URL).await.unwrap_err();
    assert!(refused.contains("no CIMD policy"), "{refused}");
}
