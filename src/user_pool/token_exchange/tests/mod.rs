mod providers;

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::clock::Timestamp;
use crate::context::{Caller, Context, Settings, Signer};
use crate::outbound::{Fetched, Fetching, NotFetched, Outbound};
use crate::test_pool::{PASSWORD, TestPool, server};
use crate::user_pool::federation::test_idp::{ENTITY, Says, TestIdp, encoded};

const SECRET: &str = "abcdefghijklmnopqrstuvwx";

const KEYS: &str = "https://idp.example.com/keys";

/// Gives out the keys of the first test provider.
struct Keys;

impl Outbound for Keys {
    fn get<'a>(&'a self, url: &'a str) -> Fetching<'a> {
        let answer = match url {
            KEYS => Ok(Fetched {
                status: 200,
                body: TestIdp::new(0).jwks().to_string().into_bytes(),
                ..Fetched::default()
            }),
            _ => Err(NotFetched::Forbidden("no such place".into())),
        };
        Box::pin(std::future::ready(answer))
    }
}

/// A pool with the user `ann`, the resource server `api`, and a confidential client that may exchange.
struct Bench {
    pool: TestPool,
    service: String,
}

impl Bench {
    async fn new() -> Self {
        Self::with(json!({}), json!({})).await
    }

    async fn with(pool_members: Value, client_members: Value) -> Self {
        let mut shared = server(Settings::default());
        shared.outbound = Box::new(Keys);
        let pool = TestPool::on(shared, pool_members, |_| {}).await;
        pool.confirmed(
            "ann",
            json!([{"Name": "email", "Value": "ann@example.com"}]),
        )
        .await;
        let scope = |name: &str| json!({"ScopeName": name, "ScopeDescription": name});
        let server =
            json!({"Identifier": "api", "Name": "api", "Scopes": [scope("read"), scope("write")]});
        pool.ok("CreateResourceServer", server).await;
        let mut members = json!({"ClientSecret": SECRET, "AllowedOAuthScopes": ["api/read", crate::user_pool::tokens::claims::ADMIN_SCOPE],
            "ExplicitAuthFlows": ["ALLOW_TOKEN_EXCHANGE_IMPERSONATION", "ALLOW_TOKEN_EXCHANGE_DELEGATION"]});
        merge(&mut members, &client_members);
        let service = client(&pool, "service", members).await;
        Self { pool, service }
    }

    async fn sign_in(&self) -> Value {
        let request = json!({"AuthFlow": "USER_PASSWORD_AUTH",
            "AuthParameters": {"USERNAME": "ann", "PASSWORD": PASSWORD}});
        self.pool.ok("InitiateAuth", request).await["AuthenticationResult"].clone()
    }

    /// The token of an app client of its own.
    async fn machine(&self) -> (String, Value) {
        let members = json!({"ClientSecret": SECRET, "AllowedOAuthScopes": ["api/write"],
            "ExplicitAuthFlows": ["ALLOW_CLIENT_TOKEN_AUTH"]});
        let id = client(&self.pool, "machine", members).await;
        let request = json!({"UserPoolId": "", "ClientId": id, "Secret": SECRET});
        let answer = self.pool.ok("GetClientToken", request).await;
        (
            id,
            answer["ClientAuthenticationResult"]["AccessToken"].clone(),
        )
    }

    fn request(&self, members: Value) -> Value {
        let mut request = json!({"ClientId": self.service, "ClientSecret": SECRET,
            "SubjectTokenType": "ACCESS_TOKEN"});
        merge(&mut request, &members);
        request
    }

    async fn exchange(&self, members: Value) -> (Value, Value) {
        let answer = self.pool.ok("GetDerivedToken", self.request(members)).await;
        let claims = claims(&answer["IssuedToken"]);
        (answer, claims)
    }

    async fn refused(&self, members: Value) -> String {
        self.pool
            .refused("GetDerivedToken", self.request(members))
            .await
    }

    async fn provider(&self, name: &str, kind: &str, details: Value) {
        let request =
            json!({"ProviderName": name, "ProviderType": kind, "ProviderDetails": details});
        self.pool.ok("CreateIdentityProvider", request).await;
    }

    async fn oidc(&self, members: Value) {
        let mut details = json!({"client_id": "pool-at-idp", "authorize_scopes": "openid",
            "client_secret": "shared", "attributes_request_method": "GET", "oidc_issuer": ENTITY,
            "jwks_uri": KEYS});
        merge(&mut details, &members);
        self.provider("Corp", "OIDC", details).await;
    }

    async fn link(&self, provider: &str, subject: &str) {
        let source = json!({"ProviderName": provider, "ProviderAttributeName": "Cognito_Subject",
            "ProviderAttributeValue": subject});
        let request = json!({"SourceUser": source,
            "DestinationUser": {"ProviderName": "Cognito", "ProviderAttributeValue": "ann"}});
        self.pool.ok("AdminLinkProviderForUser", request).await;
    }

    fn now(&self) -> Timestamp {
        self.pool.cx.now()
    }

    fn foreign(&self, members: Value) -> Value {
        let now = self.now().seconds();
        let mut claims =
            json!({"iss": ENTITY, "sub": "7", "aud": "pool-at-idp", "exp": now + 60, "iat": now});
        merge(&mut claims, &members);
        claims
            .as_object_mut()
            .unwrap()
            .retain(|_, value| !value.is_null());
        json!(TestIdp::new(0).jwt(&claims))
    }
}

fn merge(into: &mut Value, members: &Value) {
    for (name, value) in members.as_object().unwrap() {
        into[name] = value.clone();
    }
}

async fn client(pool: &TestPool, name: &str, members: Value) -> String {
    let mut request = json!({"UserPoolId": pool.id.as_str(), "ClientName": name});
    merge(&mut request, &members);
    let made = pool.ok("CreateUserPoolClient", request).await;
    made["UserPoolClient"]["ClientId"]
        .as_str()
        .unwrap()
        .to_owned()
}

fn claims(token: &Value) -> Value {
    let payload = token.as_str().unwrap().split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

const ADMIN: &str = "aws.cognito.signin.user.admin";

#[tokio::test]
async fn a_users_token_becomes_one_for_a_service() {
    let bench = Bench::new().await;
    let tokens = bench.sign_in().await;
    let access = &tokens["AccessToken"];
    bench.pool.advance(Duration::from_secs(60));
    let (answer, new) = bench
        .exchange(json!({"SubjectToken": access, "Resources": ["api"]}))
        .await;
    assert_eq!(answer["IssuedTokenType"], "ACCESS_TOKEN");
    assert_eq!(answer["TokenType"], "Bearer");
    assert_eq!(answer["ExpiresIn"], 3600);
    assert_eq!(answer["Scopes"], json!([ADMIN]));
    let old = claims(access);
    for claim in [
        "sub",
        "username",
        "iss",
        "auth_time",
        "origin_jti",
        "event_id",
        "scope",
        "token_use",
    ] {
        assert_eq!(new[claim], old[claim], "{claim}");
    }
    assert_eq!(new["client_id"], bench.service.as_str());
    assert_eq!(new["aud"], "api");
    assert_eq!(
        new["iat"].as_i64().unwrap(),
        old["iat"].as_i64().unwrap() + 60
    );
    assert_ne!(new["jti"], old["jti"]);
    assert_eq!(new.get("act"), None);
    // It is the user's token as far as its scopes go.
    bench
        .pool
        .ok("GetUser", json!({"AccessToken": answer["IssuedToken"]}))
        .await;
}

#[tokio::test]
async fn an_id_token_may_be_given_and_asked_for() {
    let bench = Bench::new().await;
    let tokens = bench.sign_in().await;
    let id = json!({"SubjectToken": tokens["IdToken"], "SubjectTokenType": "ID_TOKEN",
        "RequestedTokenType": "ID_TOKEN", "Audiences": ["billing"]});
    let (answer, new) = bench.exchange(id).await;
    assert_eq!(answer["IssuedTokenType"], "ID_TOKEN");
    assert_eq!(answer["TokenType"], "N_A");
    assert_eq!(answer.get("Scopes"), None);
    assert_eq!(new["token_use"], "id");
    assert_eq!(new["aud"], "billing");
    assert_eq!(new["email"], "ann@example.com");
    // Without an audience it is for the client, and from an ID token an access token has no scopes.
    let plain = json!({"SubjectToken": tokens["AccessToken"], "RequestedTokenType": "ID_TOKEN"});
    assert_eq!(bench.exchange(plain).await.1["aud"], bench.service.as_str());
    let access = json!({"SubjectToken": tokens["IdToken"], "SubjectTokenType": "ID_TOKEN"});
    let (answer, new) = bench.exchange(access).await;
    assert_eq!((&answer["Scopes"], &new["scope"]), (&json!([]), &json!("")));
    assert_eq!(
        bench
            .pool
            .refused("GetUser", json!({"AccessToken": answer["IssuedToken"]}))
            .await,
        "NotAuthorizedException: Access Token does not have required scopes"
    );
}

#[tokio::test]
async fn scopes_only_shrink() {
    let bench = Bench::with(json!({}), json!({"AllowedOAuthScopes": ["api/read"]})).await;
    let access = bench.sign_in().await["AccessToken"].clone();
    let scopes = |asked: Value| {
        let members = json!({"SubjectToken": access, "Scopes": asked});
        let bench = &bench;
        async move { bench.exchange(members).await.0["Scopes"].clone() }
    };
    // Asked for nothing: the subject's. Asked for: what both subject and client have.
    assert_eq!(scopes(json!([])).await, json!([ADMIN]));
    assert_eq!(scopes(json!([ADMIN])).await, json!([]));
    assert_eq!(scopes(json!(["api/read", "unknown"])).await, json!([]));
    bench.oidc(json!({})).await;
    bench.link("Corp", "7").await;
    let foreign = |scope: Value, asked: Value| {
        let members = json!({"SubjectToken": bench.foreign(json!({"scope": scope})),
            "SubjectTokenProviderName": "Corp", "Scopes": asked});
        let bench = &bench;
        async move { bench.exchange(members).await.0["Scopes"].clone() }
    };
    let both = json!("api/read api/write");
    assert_eq!(
        foreign(both.clone(), json!(["api/read", "api/write", "api/read"])).await,
        json!(["api/read"])
    );
    assert_eq!(
        foreign(json!(["api/read"]), json!(["api/read"])).await,
        json!(["api/read"])
    );
    bench
        .pool
        .ok("DeleteResourceServer", json!({"Identifier": "api"}))
        .await;
    assert_eq!(foreign(both, json!(["api/read"])).await, json!([]));
}

#[tokio::test]
async fn an_actor_shows_in_the_token_and_so_do_the_ones_before() {
    let bench = Bench::new().await;
    let access = bench.sign_in().await["AccessToken"].clone();
    let (machine, machine_token) = bench.machine().await;
    let by_machine = json!({"SubjectToken": access, "ActorToken": machine_token,
        "ActorTokenType": "ACCESS_TOKEN"});
    let (answer, new) = bench.exchange(by_machine).await;
    assert_eq!(new["act"], json!({"sub": machine}));
    bench.pool.confirmed("bob", json!([])).await;
    let bob = bench.pool.access_token("bob").await;
    let again = json!({"SubjectToken": answer["IssuedToken"], "ActorToken": bob,
        "ActorTokenType": "ACCESS_TOKEN"});
    let (answer, new) = bench.exchange(again).await;
    let bob = bench.pool.user("bob").sub.to_string();
    assert_eq!(new["act"], json!({"sub": bob, "act": {"sub": machine}}));
    // Without an actor the token appears as the user's.
    let (_, new) = bench
        .exchange(json!({"SubjectToken": answer["IssuedToken"]}))
        .await;
    assert_eq!(new.get("act"), None);
    bench.oidc(json!({})).await;
    let by_foreign = json!({"SubjectToken": access, "ActorToken": bench.foreign(json!({"sub": "robot"})),
        "ActorTokenType": "ID_TOKEN", "ActorTokenProviderName": "Corp"});
    let (_, new) = bench.exchange(by_foreign).await;
    assert_eq!(new["act"], json!({"sub": "robot", "iss": ENTITY}));
}

#[tokio::test]
async fn members_exclude_and_need_one_another() {
    let bench = Bench::new().await;
    let access = bench.sign_in().await["AccessToken"].clone();
    for (members, expected) in [
        (
            json!({"Audiences": ["a"], "Resources": ["api"]}),
            "InvalidParameterException: Audiences and Resources cannot both be requested.",
        ),
        (
            json!({"ActorToken": access}),
            "InvalidParameterException: Missing required parameter ActorTokenType",
        ),
        (
            json!({"ActorTokenType": "ID_TOKEN"}),
            "InvalidParameterException: Missing required parameter ActorToken",
        ),
        (
            json!({"ActorTokenProviderName": "Corp"}),
            "InvalidParameterException: Missing required parameter ActorToken",
        ),
        (
            json!({"SubjectTokenType": "SAML2"}),
            "InvalidParameterException: Missing required parameter SubjectTokenProviderName",
        ),
        (
            json!({"Resources": ["other"]}),
            "ResourceNotFoundException: Resource server other does not exist.",
        ),
        (
            json!({"SubjectTokenProviderName": "Nobody"}),
            "ResourceNotFoundException: Identity provider Nobody does not exist.",
        ),
        (
            json!({"ClientId": "nobody"}),
            "ResourceNotFoundException: User pool client nobody does not exist.",
        ),
    ] {
        let mut all = json!({"SubjectToken": access});
        merge(&mut all, &members);
        assert_eq!(bench.refused(all).await, expected, "{members}");
    }
    let empty = json!({"SubjectToken": access, "Audiences": [], "Resources": ["api"]});
    bench.exchange(empty).await;
    let two = json!({"SubjectToken": access, "Audiences": ["a", "b"]});
    let refused = bench.refused(two).await;
    assert!(
        refused.contains("Member must have length less than or equal to 1"),
        "{refused}"
    );
    let saml = json!({"SubjectToken": access, "RequestedTokenType": "SAML2"});
    let refused = bench.refused(saml).await;
    assert!(
        refused.contains("Member must satisfy enum value set"),
        "{refused}"
    );
}

#[tokio::test]
async fn the_client_proves_itself_and_has_the_flow() {
    let bench = Bench::new().await;
    let access = bench.sign_in().await["AccessToken"].clone();
    let refused = "NotAuthorizedException: Invalid client or secret";
    let wrong = json!({"SubjectToken": access, "ClientSecret": "abcdefghijklmnopqrstuvwy"});
    assert_eq!(bench.refused(wrong).await, refused);
    let mut without = bench.request(json!({"SubjectToken": access}));
    without.as_object_mut().unwrap().remove("ClientSecret");
    assert_eq!(
        bench.pool.refused("GetDerivedToken", without.clone()).await,
        refused
    );
    // A signed request needs no secret, where its account and Region see the pool.
    let other_region = format!(
        "ResourceNotFoundException: User pool {} does not exist.",
        bench.pool.id
    );
    for (region, expected) in [("us-east-1", None), ("eu-west-1", Some(other_region))] {
        let caller = Caller {
            signer: Signer::in_region(region),
            ..Caller::default()
        };
        let signed = TestPool {
            cx: Context::new(Arc::clone(bench.pool.cx.shared()), caller),
            id: bench.pool.id.clone(),
            client: bench.pool.client.clone(),
        };
        let answer = signed.call("GetDerivedToken", without.clone()).await;
        assert_eq!(answer.err(), expected, "{region}");
    }
    // A public client has none to send.
    let public = json!({"SubjectToken": access, "ClientId": "client"});
    assert_eq!(bench.refused(public).await, refused);
    let not_enabled = "InvalidParameterException: Auth flow not enabled for this client";
    for (flow, with_actor) in [
        ("ALLOW_TOKEN_EXCHANGE_DELEGATION", false),
        ("ALLOW_TOKEN_EXCHANGE_IMPERSONATION", true),
        ("ALLOW_USER_PASSWORD_AUTH", false),
    ] {
        let id = client(&bench.pool, "other", json!({"ExplicitAuthFlows": [flow]})).await;
        let mut request =
            json!({"ClientId": id, "SubjectToken": access, "SubjectTokenType": "ACCESS_TOKEN"});
        if with_actor {
            merge(
                &mut request,
                &json!({"ActorToken": access, "ActorTokenType": "ACCESS_TOKEN"}),
            );
        }
        assert_eq!(
            bench.pool.refused("GetDerivedToken", request.clone()).await,
            not_enabled,
            "{flow}"
        );
        if flow.contains("IMPERSONATION") {
            request
                .as_object_mut()
                .unwrap()
                .retain(|name, _| !name.starts_with("Actor"));
            bench.pool.ok("GetDerivedToken", request).await;
        }
    }
}

#[tokio::test]
async fn the_lite_plan_has_no_exchange() {
    let pool = TestPool::new(json!({})).await;
    let request = json!({"UserPoolId": pool.id.as_str(), "ClientName": "service",
        "ExplicitAuthFlows": ["ALLOW_TOKEN_EXCHANGE_IMPERSONATION"]});
    let made = pool.ok("CreateUserPoolClient", request.clone()).await;
    let lower = json!({"UserPoolId": pool.id.as_str(), "UserPoolTier": "LITE"});
    let held = pool.refused("UpdateUserPool", lower.clone()).await;
    assert!(
        held.starts_with("TierChangeNotAllowedException: "),
        "{held}"
    );
    let id = &made["UserPoolClient"]["ClientId"];
    let gone = json!({"UserPoolId": pool.id.as_str(), "ClientId": id});
    pool.ok("DeleteUserPoolClient", gone).await;
    pool.ok("UpdateUserPool", lower).await;
    assert_eq!(
        pool.refused("CreateUserPoolClient", request).await,
        "FeatureUnavailableInTierException: The following features need to be disabled for the LITE pricing tier configured: Token Exchange"
    );
}

#[tokio::test]
async fn own_tokens_count_while_they_live() {
    let bench = Bench::new().await;
    let tokens = bench.sign_in().await;
    let (access, id) = (&tokens["AccessToken"], &tokens["IdToken"]);
    let (_, machine) = bench.machine().await;
    let text = access.as_str().unwrap();
    let changed = text.replacen('.', ".e", 1);
    let (head, signature) = text.rsplit_once('.').unwrap();
    let cut = format!("{head}.{}", &signature[4..]);
    let foreign = bench.foreign(json!({}));
    for (token, kind) in [
        (access.clone(), "ID_TOKEN"),
        (id.clone(), "ACCESS_TOKEN"),
        (machine, "ACCESS_TOKEN"),
        (json!(changed), "ACCESS_TOKEN"),
        (json!(cut), "ACCESS_TOKEN"),
        (json!("abc"), "ACCESS_TOKEN"),
        (tokens["RefreshToken"].clone(), "ACCESS_TOKEN"),
        (foreign, "ACCESS_TOKEN"),
    ] {
        let refused = bench
            .refused(json!({"SubjectToken": token, "SubjectTokenType": kind}))
            .await;
        assert_eq!(
            refused, "NotAuthorizedException: Invalid SubjectToken",
            "{kind}"
        );
        let as_actor = json!({"SubjectToken": access, "ActorToken": "abc", "ActorTokenType": kind});
        assert_eq!(
            bench.refused(as_actor).await,
            "NotAuthorizedException: Invalid ActorToken"
        );
    }
    // The end of the sign-in is the end of what was derived from it.
    let (derived, _) = bench.exchange(json!({"SubjectToken": access})).await;
    let revoke = json!({"Token": tokens["RefreshToken"]});
    bench.pool.ok("RevokeToken", revoke).await;
    for (token, kind) in [
        (access, "ACCESS_TOKEN"),
        (id, "ID_TOKEN"),
        (&derived["IssuedToken"], "ACCESS_TOKEN"),
    ] {
        assert_eq!(
            bench
                .refused(json!({"SubjectToken": token, "SubjectTokenType": kind}))
                .await,
            "NotAuthorizedException: SubjectToken has been revoked"
        );
    }
    assert_eq!(
        bench
            .pool
            .refused("GetUser", json!({"AccessToken": derived["IssuedToken"]}))
            .await,
        "NotAuthorizedException: Access Token has been revoked"
    );
    let fresh = bench.sign_in().await["AccessToken"].clone();
    bench.pool.advance(Duration::from_secs(3600));
    assert_eq!(
        bench.refused(json!({"SubjectToken": fresh})).await,
        "NotAuthorizedException: SubjectToken has expired"
    );
}

#[tokio::test]
async fn the_user_must_be_there_and_enabled() {
    let bench = Bench::new().await;
    let access = bench.sign_in().await["AccessToken"].clone();
    bench.oidc(json!({})).await;
    bench.link("Corp", "7").await;
    let foreign =
        json!({"SubjectToken": bench.foreign(json!({})), "SubjectTokenProviderName": "Corp"});
    bench
        .pool
        .ok("AdminDisableUser", json!({"Username": "ann"}))
        .await;
    assert_eq!(
        bench.refused(json!({"SubjectToken": access})).await,
        "NotAuthorizedException: SubjectToken has been revoked"
    );
    assert_eq!(
        bench.refused(foreign.clone()).await,
        "NotAuthorizedException: User is disabled."
    );
    bench
        .pool
        .ok("AdminDeleteUser", json!({"Username": "ann"}))
        .await;
    for members in [json!({"SubjectToken": access}), foreign] {
        assert_eq!(
            bench.refused(members).await,
            "UserNotFoundException: User does not exist."
        );
    }
}
