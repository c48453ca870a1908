//! Clients that come by themselves: registered ones, and those whose id is the URL of a document; the exchange of
//! tokens; and the page at `/`.

use serde_json::{Value, json};

use crate::oauth_browser::{
    CALLBACK, Hosted, POOL, SECRET, WEB, basic, claims, location, parameter,
};

async fn register(hosted: &mut Hosted, token: Option<&str>, body: &Value) -> (u16, Value) {
    let mut headers = "Content-Type: application/json\r\n".to_owned();
    if let Some(token) = token {
        headers.push_str(&format!("Authorization: Bearer {token}\r\n"));
    }
    let path = "POST /us-east-1_Hosted/oauth2/register";
    let answer = hosted.send(path, &headers, &body.to_string()).await;
    (answer.status, answer.json())
}

async fn allow(hosted: &mut Hosted, configuration: Value) {
    let update = json!({"UserPoolId": POOL, "AutoVerifiedAttributes": ["email"], "DcrConfiguration": configuration});
    hosted.call("UpdateUserPool", &update).await;
}

#[tokio::test]
async fn an_app_registers_itself_and_signs_people_in() {
    let mut hosted = Hosted::new().await;
    let app = json!({"client_name": "Agent", "redirect_uris": [CALLBACK], "token_endpoint_auth_method": "none",
        "grant_types": ["authorization_code", "refresh_token"], "scope": "openid"});
    let (status, refused) = register(&mut hosted, None, &app).await;
    assert_eq!(
        (status, &refused["error"]),
        (400, &json!("invalid_request")),
        "registration is off"
    );
    allow(&mut hosted, json!({"OpenDcrEnabled": true})).await;
    let (status, made) = register(&mut hosted, None, &app).await;
    assert_eq!(status, 201, "{made}");
    let id = made["client_id"].as_str().unwrap().to_owned();
    assert_eq!(made["client_id_issued_at"], 1_767_225_600);
    assert_eq!(
        (&made["scope"], made.get("client_secret")),
        (&json!("openid"), None)
    );
    assert_eq!(made["response_types"], json!(["code"]));
    let told = json!({"UserPoolId": POOL, "ClientId": id});
    let told = hosted.call("DescribeUserPoolClient", &told).await;
    assert_eq!(told["UserPoolClient"]["ClientType"], "DCR");
    let code = hosted.code("alice", &id, &[]).await;
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &*code),
        ("redirect_uri", CALLBACK),
    ];
    assert_eq!(hosted.token(&id, &form).await.status, 200);
    // A secret where the method wants one.
    let (_, made) = register(&mut hosted, None, &json!({"redirect_uris": [CALLBACK]})).await;
    assert_eq!(made["client_secret_expires_at"], 0);
    assert!(made["client_secret"].is_string());
    let document = hosted
        .send(
            "GET /us-east-1_Hosted/.well-known/openid-configuration",
            "",
            "",
        )
        .await;
    let endpoint = "http://localhost/us-east-1_Hosted/oauth2/register";
    assert_eq!(document.json()["registration_endpoint"], endpoint);
    hosted.stop().await;
}

#[tokio::test]
async fn a_registration_is_refused_for_what_is_wrong_with_it() {
    let mut hosted = Hosted::new().await;
    allow(&mut hosted, json!({"OpenDcrEnabled": true})).await;
    let back = json!([CALLBACK]);
    let rows = [
        (json!({}), "invalid_redirect_uri"),
        (
            json!({"redirect_uris": ["http://app.example/"]}),
            "invalid_redirect_uri",
        ),
        (json!({"redirect_uris": "x"}), "invalid_client_metadata"),
        (json!([]), "invalid_client_metadata"),
        (
            json!({"redirect_uris": back, "grant_types": ["implicit"]}),
            "invalid_client_metadata",
        ),
        (
            json!({"redirect_uris": back, "grant_types": ["password"]}),
            "invalid_client_metadata",
        ),
        (
            json!({"redirect_uris": back, "scope": "aws.cognito/dcr/register"}),
            "invalid_client_metadata",
        ),
        (
            json!({"redirect_uris": back, "token_endpoint_auth_method": "x"}),
            "invalid_client_metadata",
        ),
        (
            json!({"redirect_uris": back, "client_name": "a\u{0}"}),
            "invalid_client_metadata",
        ),
    ];
    for (body, error) in rows {
        let (status, refused) = register(&mut hosted, None, &body).await;
        assert_eq!((status, &refused["error"]), (400, &json!(error)), "{body}");
    }
    allow(&mut hosted, json!({"OpenDcrEnabled": false})).await;
    let app = json!({"redirect_uris": back});
    for token in [None, Some("x.y.z")] {
        let (status, refused) = register(&mut hosted, token, &app).await;
        assert_eq!((status, &refused["error"]), (401, &json!("invalid_token")));
    }
    hosted.stop().await;
}

#[tokio::test]
async fn a_registrar_with_the_scope_registers_where_others_may_not() {
    let mut hosted = Hosted::new().await;
    allow(&mut hosted, json!({})).await;
    let registrar = json!({"UserPoolId": POOL, "ClientName": "registrar", "GenerateSecret": true,
        "AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": ["client_credentials"],
        "AllowedOAuthScopes": ["aws.cognito/dcr/register"]});
    let made = hosted.call("CreateUserPoolClient", &registrar).await;
    let text = |name: &str| made["UserPoolClient"][name].as_str().unwrap().to_owned();
    let authorization = basic(&text("ClientId"), &text("ClientSecret"));
    let form = [("grant_type", "client_credentials")];
    let token = hosted
        .post("/oauth2/token", &authorization, &form)
        .await
        .json();
    let token = token["access_token"].as_str().unwrap();
    let (status, made) = register(
        &mut hosted,
        Some(token),
        &json!({"redirect_uris": [CALLBACK]}),
    )
    .await;
    assert_eq!(status, 201, "{made}");
    hosted.clock.advance(3600 * 1000);
    let (status, _) = register(
        &mut hosted,
        Some(token),
        &json!({"redirect_uris": [CALLBACK]}),
    )
    .await;
    assert_eq!(status, 401);
    hosted.stop().await;
}

#[tokio::test]
async fn a_token_is_exchanged_by_a_form() {
    let mut hosted = Hosted::new().await;
    let exchanger = json!({"UserPoolId": POOL, "ClientName": "exchanger", "ClientSecret": SECRET,
        "ExplicitAuthFlows": ["ALLOW_TOKEN_EXCHANGE_IMPERSONATION"],
        "AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": ["code"], "CallbackURLs": [CALLBACK],
        "AllowedOAuthScopes": ["openid", "https://api.example.com/read"]});
    let made = hosted.call("CreateUserPoolClient", &exchanger).await;
    let id = made["UserPoolClient"]["ClientId"]
        .as_str()
        .unwrap()
        .to_owned();
    let code = hosted.code("alice", WEB, &[]).await;
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &*code),
        ("redirect_uri", CALLBACK),
    ];
    let tokens = hosted.token(WEB, &form).await.json();
    let kind = "urn:ietf:params:oauth:token-type:access_token";
    let subject = tokens["access_token"].as_str().unwrap();
    let mut form = vec![
        (
            "grant_type",
            "urn:ietf:params:oauth:grant-type:token-exchange",
        ),
        ("subject_token", subject),
        ("subject_token_type", kind),
        ("scope", "https://api.example.com/read"),
        ("resource", "https://api.example.com"),
    ];
    let answer = hosted
        .post("/oauth2/token", &basic(&id, SECRET), &form)
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let derived = answer.json();
    assert_eq!(
        (&derived["issued_token_type"], &derived["token_type"]),
        (&json!(kind), &json!("Bearer"))
    );
    let access = claims(&derived["access_token"]);
    assert_eq!(
        (&access["client_id"], &access["username"]),
        (&json!(id), &json!("alice"))
    );
    assert_eq!(
        (&access["scope"], &access["aud"]),
        (
            &json!("https://api.example.com/read"),
            &json!("https://api.example.com")
        )
    );
    for (at, value, error) in [
        (1, "x.y.z", "invalid_grant"),
        (2, "x", "invalid_request"),
        (1, "", "invalid_request"),
    ] {
        let right = form[at].1;
        form[at].1 = value;
        let answer = hosted
            .post("/oauth2/token", &basic(&id, SECRET), &form)
            .await;
        assert_eq!(
            (answer.status, answer.json()["error"].as_str()),
            (400, Some(error)),
            "{value:?}"
        );
        form[at].1 = right;
    }
    form.push(("client_id", WEB));
    let answer = hosted.post("/oauth2/token", "", &form).await;
    assert_eq!(answer.text(), r#"{"error":"unauthorized_client"}"#);
    hosted.stop().await;
}

#[tokio::test]
async fn a_document_s_url_is_a_client() {
    let mut hosted = Hosted::new().await;
    let url = "https://one.agents.example.com/client.json";
    let code = hosted.code("alice", url, &[]).await;
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &*code),
        ("redirect_uri", CALLBACK),
    ];
    // The app client behind it is another client.
    let other = hosted.token(WEB, &form).await;
    assert_eq!(other.text(), r#"{"error":"invalid_grant"}"#);
    let tokens = hosted.token(url, &form).await.json();
    assert_eq!(claims(&tokens["access_token"])["scope"], "openid email");
    assert_eq!(
        tokens.get("refresh_token"),
        None,
        "its document has no such grant"
    );
    let form = [("grant_type", "refresh_token"), ("refresh_token", "x")];
    let refused = hosted.token(url, &form).await;
    assert_eq!(refused.text(), r#"{"error":"unauthorized_client"}"#);
    let url = "https://agent.example.com/client.json";
    let query = [
        ("client_id", url),
        ("response_type", "code"),
        ("redirect_uri", CALLBACK),
    ];
    let answer = hosted.get("/oauth2/authorize", &query).await;
    assert!(
        location(&answer)
            .starts_with("http://localhost/error?error=invalid_request&client_id=https%3A%2F%2F")
    );
    assert!(
        answer
            .header("x-poolhouse-reason")
            .is_some_and(|reason| reason.contains("CIMD policy"))
    );
    assert_eq!(parameter(location(&answer), "code"), None);
    hosted.stop().await;
}

#[tokio::test]
async fn clients_of_documents_over_one_app_client_have_refresh_tokens_of_their_own() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/pools/hosted.yaml");
    let text = std::fs::read_to_string(path).unwrap();
    let (before, after) = text
        .split_once("          - client_id: https://one")
        .unwrap();
    let document = |name: &str| {
        format!(
            "          - {{client_id: 'https://{name}.agents.example.com/c', redirect_uris: ['{CALLBACK}'], \
             grant_types: [authorization_code, refresh_token], token_endpoint_auth_method: none}}\n"
        )
    };
    let text = format!(
        "{before}{}{}          - client_id: https://one{after}",
        document("two"),
        document("three")
    );
    let mut hosted = Hosted::of(&text).await;
    let (two, three) = (
        "https://two.agents.example.com/c",
        "https://three.agents.example.com/c",
    );
    let code = hosted.code("alice", two, &[]).await;
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &*code),
        ("redirect_uri", CALLBACK),
    ];
    let tokens = hosted.token(two, &form).await.json();
    let token = tokens["refresh_token"].as_str().unwrap();
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", token)];
    for (client, status) in [(two, 200), (three, 400), (WEB, 400), (two, 200)] {
        let answer = hosted.token(client, &refresh).await;
        assert_eq!(answer.status, status, "{client}: {}", answer.text());
        // Who is another client ends nothing.
        if status == 400 {
            assert_eq!(answer.text(), r#"{"error":"invalid_grant"}"#, "{client}");
            let form = [("client_id", client), ("token", token)];
            let revoked = hosted.post("/oauth2/revoke", "", &form).await;
            assert_eq!(revoked.status, 200, "{client}");
        }
    }
    let form = [("client_id", two), ("token", token)];
    hosted.post("/oauth2/revoke", "", &form).await;
    assert_eq!(hosted.token(two, &refresh).await.status, 400);
    hosted.stop().await;
}

#[tokio::test]
async fn a_browser_sees_what_is_there_and_programs_a_404() {
    let mut hosted = Hosted::new().await;
    let page = hosted
        .send("GET /", "Accept: text/html,*/*;q=0.8\r\n", "")
        .await;
    assert_eq!(page.status, 200);
    for part in [
        "A local Amazon Cognito for tests",
        "us-east-1_Hosted",
        "Sign-in page",
        "login?client_id=4hosted0web0client00000000",
    ] {
        assert!(page.text().contains(part), "{part}: {}", page.text());
    }
    assert_eq!(
        hosted.send("GET /", "Accept: */*\r\n", "").await.status,
        404
    );
    let foreign = "Accept: text/html\r\nX-Forwarded-Host: x\r\nSec-Fetch-Site: cross-site\r\n";
    assert_eq!(hosted.send("GET /", foreign, "").await.status, 404);
    hosted.stop().await;
}
