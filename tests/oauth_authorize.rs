//! `/oauth2/authorize`, `/login`, `/error`: where each request leads, and what an app gets.

use serde_json::json;

use crate::oauth_browser::{
    CALLBACK, CHALLENGE, Hosted, POOL, Pairs, SERVER, SPA, WEB, claims, encode, field, location,
    of_client, parameter,
};

/// Query, and where the browser is sent.
type Row<'a> = (&'a [(&'a str, &'a str)], &'a str);

#[tokio::test]
async fn every_documented_error_goes_where_aws_sends_it() {
    let mut hosted = Hosted::new().await;
    let plain = json!({"UserPoolId": POOL, "ClientName": "plain", "CallbackURLs": [CALLBACK],
        "SupportedIdentityProviders": ["COGNITO"]});
    let made = hosted.call("CreateUserPoolClient", &plain).await;
    let plain = made["UserPoolClient"]["ClientId"]
        .as_str()
        .unwrap()
        .to_owned();
    let made = json!({"UserPoolId": POOL, "ClientName": "bare"});
    let made = hosted.call("CreateUserPoolClient", &made).await;
    let bare = made["UserPoolClient"]["ClientId"]
        .as_str()
        .unwrap()
        .to_owned();
    let page = |error: &str, client: &str| {
        format!("http://localhost/error?error={error}&client_id={client}")
    };
    let mismatch = page("redirect_mismatch", WEB);
    let invalid = page("invalid_request", WEB);
    let (unknown, bare_page) = (
        page("invalid_request", "nobody"),
        page("invalid_request", &bare),
    );
    let missing = page("Required+parameters+missing", WEB);
    let code = ("response_type", "code");
    let (web, back) = (("client_id", WEB), ("redirect_uri", CALLBACK));
    let rows: [Row<'_>; 21] = [
        (
            &[code, back],
            "http://localhost/error?error=Required+parameters+missing",
        ),
        (&[("client_id", "nobody"), code, back], &unknown),
        (&[("client_id", &bare), code, back], &bare_page),
        (
            &[
                web,
                code,
                ("redirect_uri", "http://localhost:3000/callback/"),
            ],
            &mismatch,
        ),
        (
            &[web, code, ("redirect_uri", "https://evil.example/")],
            &mismatch,
        ),
        (&[web, code], &missing),
        (&[web, back, ("response_type", "token id_token")], &invalid),
        (&[web, back, ("response_type", "id_token")], &invalid),
        (
            &[web, back, ("state", "s")],
            "http://localhost:3000/callback?error=invalid_request&state=s",
        ),
        (
            &[web, back, ("response_type", "token")],
            "http://localhost:3000/callback#error=unauthorized_client",
        ),
        (
            &[("client_id", SPA), back, code],
            "http://localhost:3000/callback?error=unauthorized_client",
        ),
        (
            &[web, back, code, ("code_challenge", CHALLENGE)],
            "http://localhost:3000/callback?error=invalid_request",
        ),
        (
            &[web, back, code, ("code_challenge_method", "S256")],
            "http://localhost:3000/callback?error=invalid_request",
        ),
        (
            &[
                web,
                back,
                code,
                ("code_challenge_method", "plain"),
                ("code_challenge", "x"),
            ],
            "http://localhost:3000/callback?error=invalid_request",
        ),
        (
            &[web, back, code, ("scope", "openid nothing")],
            "http://localhost:3000/callback?error=invalid_scope",
        ),
        (
            &[web, back, code, ("scope", "email")],
            "http://localhost:3000/callback?error=invalid_scope",
        ),
        (
            &[web, back, code, ("resource", "no-url")],
            "http://localhost:3000/callback?error=invalid_request",
        ),
        (
            &[
                web,
                back,
                code,
                ("resource", "https://api.example.com"),
                ("scope", "openid billing/pay"),
                ("state", "s"),
            ],
            "http://localhost:3000/callback?error_description=custom+scopes+requested+for+resource-binding+must+be+\
             assigned+to+the+resource+being+requested&state=s&error=invalid_request",
        ),
        (
            &[web, back, code, ("prompt", "none"), ("state", "a b")],
            "http://localhost:3000/callback?error=login_required&state=a+b",
        ),
        (
            &[
                ("client_id", SPA),
                back,
                ("response_type", "token"),
                ("prompt", "none"),
            ],
            "http://localhost:3000/callback#error=login_required",
        ),
        (
            &[("client_id", &plain), back, code],
            "http://localhost:3000/callback?error_description=Client+is+not+enabled+for+OAuth2.0+flows+&error=invalid_request",
        ),
    ];
    for (query, expected) in rows {
        let answer = hosted.get("/oauth2/authorize", query).await;
        assert_eq!(
            (answer.status, location(&answer)),
            (302, expected),
            "{query:?}"
        );
        assert!(answer.header("x-poolhouse-reason").is_some(), "{query:?}");
        if expected.starts_with("http://localhost/error") {
            let path = expected.strip_prefix("http://localhost").unwrap();
            let page = hosted.send(&format!("GET {path}"), "", "").await;
            assert_eq!(page.status, 400);
            assert!(
                page.text()
                    .contains("An error was encountered with the requested page.")
            );
        }
    }
    hosted.stop().await;
}

#[tokio::test]
async fn the_query_goes_on_to_the_sign_in_page_as_it_came() {
    let mut hosted = Hosted::new().await;
    let query = format!(
        "{}&response_mode=form_post&x-client-SKU=a%20b",
        encode(&of_client(WEB))
    );
    for path in [
        "/oauth2/authorize",
        "/OAUTH2/Authorize",
        "/authorize",
        "/us-east-1_Hosted/oauth2/authorize",
    ] {
        let answer = hosted.send(&format!("GET {path}?{query}"), "", "").await;
        let below = if path.starts_with("/us-east-1_Hosted") {
            "/us-east-1_Hosted"
        } else {
            ""
        };
        let expected = format!("http://localhost{below}/login?{query}");
        assert_eq!(
            (answer.status, location(&answer)),
            (302, &*expected),
            "{path}"
        );
        assert_eq!(answer.header("content-length"), Some("0"));
        assert!(answer.header("x-amz-cognito-request-id").is_some());
    }
    assert!(hosted.cookies.contains_key("XSRF-TOKEN"));
    assert!(hosted.cookies.contains_key("csrf-state"));
    let unknown = [&of_client(WEB)[..], &[("identity_provider", "Nobody")]].concat();
    let answer = hosted.get("/oauth2/authorize", &unknown).await;
    let path = location(&answer)
        .strip_prefix("http://localhost")
        .unwrap()
        .to_owned();
    let page = hosted.send(&format!("GET {path}"), "", "").await;
    assert_eq!(page.status, 401);
    assert!(
        page.text()
            .contains("Login option is not available. Please try another one")
    );
    let refused = hosted
        .send(&format!("POST /oauth2/authorize?{query}"), "", "")
        .await;
    assert_eq!(
        (refused.status, refused.header("allow")),
        (405, Some("GET, HEAD"))
    );
    hosted.stop().await;
}

#[tokio::test]
async fn a_domain_leads_to_its_own_pool_alone() {
    let mut hosted = Hosted::new().await;
    let query = encode(&of_client(WEB));
    for host in [
        "poolhouse-hosted.auth.localhost:9229",
        "Poolhouse-Hosted.auth.us-east-1.amazoncognito.com",
    ] {
        let headers = format!("X-Forwarded-Host: {host}\r\nX-Forwarded-Proto: https\r\n");
        let target = format!("GET /oauth2/authorize?{query}");
        let answer = hosted.send(&target, &headers, "").await;
        assert_eq!(location(&answer), format!("https://{host}/login?{query}"));
        assert!(
            answer.head.contains("; Secure; SameSite=None"),
            "{}",
            answer.head
        );
        let foreign = format!(
            "GET /oauth2/authorize?{}",
            query.replace(WEB, "1poolhouse0public0client00")
        );
        let answer = hosted.send(&foreign, &headers, "").await;
        assert!(
            location(&answer).contains("/error?error=invalid_request"),
            "{}",
            location(&answer)
        );
        let nowhere = hosted.send("GET /favicon.ico", &headers, "").await;
        assert_eq!(nowhere.status, 404);
        assert_eq!(
            nowhere.header("content-type"),
            Some("application/json;charset=UTF-8")
        );
    }
    hosted.stop().await;
}

#[tokio::test]
async fn a_wrong_password_and_a_forged_form_sign_nobody_in() {
    let mut hosted = Hosted::new().await;
    let query = of_client(WEB);
    let path = format!("/login?{}", encode(&query));
    let shown = hosted.get("/login", &query).await;
    let token = field(shown.text(), "csrf");
    for (token, username, password, said) in [
        (&*token, "alice", "wrong", "Incorrect username or password."),
        (&token, "nobody", "Poolhouse-1", "User does not exist."),
        (
            "00000000-0000-4000-8000-000000000000",
            "alice",
            "Poolhouse-1",
            "This step has expired. Please start again.",
        ),
        (
            "",
            "alice",
            "Poolhouse-1",
            "This step has expired. Please start again.",
        ),
    ] {
        let form = [
            ("csrf", token),
            ("username", username),
            ("password", password),
        ];
        let answer = hosted.post(&path, "", &form).await;
        assert_eq!(answer.status, 200, "{said}");
        assert!(answer.text().contains(said), "{}", answer.text());
        assert!(answer.header("x-poolhouse-reason").is_some(), "{said}");
        assert!(!hosted.cookies.contains_key("cognito"));
    }
    hosted.stop().await;
}

#[tokio::test]
async fn a_signed_in_browser_goes_straight_back_for_an_hour_and_to_other_clients() {
    let mut hosted = Hosted::new().await;
    let first = hosted.sign_in("alice", &of_client(WEB)).await;
    assert!(parameter(&first, "code").is_some(), "{first}");
    assert_eq!(parameter(&first, "state"), None);
    let rows: [(&str, Pairs<'_>, bool); 6] = [
        (WEB, &[("prompt", "none")], true),
        (SERVER, &[], true),
        (WEB, &[("identity_provider", "COGNITO")], true),
        (WEB, &[("prompt", "login")], false),
        (WEB, &[("prompt", "select_account")], false),
        (WEB, &[], true),
    ];
    hosted.clock.advance(59 * 60 * 1000);
    for (client, more, is_straight) in rows {
        let query = [&of_client(client)[..], more].concat();
        let answer = hosted.get("/oauth2/authorize", &query).await;
        assert_eq!(
            parameter(location(&answer), "code").is_some(),
            is_straight,
            "{more:?}"
        );
    }
    // Using it does not extend it.
    hosted.clock.advance(60 * 1000);
    let answer = hosted.get("/oauth2/authorize", &of_client(WEB)).await;
    assert!(location(&answer).starts_with("http://localhost/login?"));
    hosted.stop().await;
}

#[tokio::test]
async fn a_disabled_user_is_signed_in_nowhere_and_a_global_sign_out_leaves_the_browser() {
    let mut hosted = Hosted::new().await;
    hosted.sign_in("alice", &of_client(WEB)).await;
    let alice = json!({"UserPoolId": POOL, "Username": "alice"});
    hosted.call("AdminUserGlobalSignOut", &alice).await;
    let answer = hosted.get("/oauth2/authorize", &of_client(WEB)).await;
    assert!(parameter(location(&answer), "code").is_some());
    hosted.call("AdminDisableUser", &alice).await;
    let answer = hosted.get("/oauth2/authorize", &of_client(WEB)).await;
    assert!(location(&answer).starts_with("http://localhost/login?"));
    hosted.stop().await;
}

#[tokio::test]
async fn the_implicit_grant_gives_tokens_in_the_fragment() {
    let mut hosted = Hosted::new().await;
    let query = [
        &of_client(SPA)[..],
        &[("state", "s"), ("nonce", "n"), ("scope", "openid email")],
    ]
    .concat();
    let back = hosted.sign_in("alice", &query).await;
    assert!(
        back.starts_with("http://localhost:3000/callback#id_token="),
        "{back}"
    );
    assert!(
        back.ends_with("&token_type=bearer&expires_in=3600&state=s"),
        "{back}"
    );
    assert_eq!(parameter(&back, "refresh_token"), None);
    let id = claims(&json!(parameter(&back, "id_token").unwrap()));
    assert_eq!(id["nonce"], "n");
    let access = claims(&json!(parameter(&back, "access_token").unwrap()));
    assert_eq!(
        (&access["scope"], &access["version"]),
        (&json!("openid email"), &json!(2))
    );
    hosted.stop().await;
}

#[tokio::test]
async fn an_identifier_leads_to_its_provider_by_parameter_and_by_address() {
    const CLIENT: &str = "6corp0web0client0000000000";
    let pool = format!(
        "UserPools:\n  - Id: us-east-1_Corp\n    PoolName: corp\n    IdentityProviders:\n      - ProviderName: \
         Directory\n        ProviderType: SAML\n        ProviderDetails: {{MetadataURL: \
         \"https://idp.poolhouse.test/saml/metadata\"}}\n        IdpIdentifiers: [Corp.Example.com, other.example]\n      \
         - ProviderName: Foreign\n        ProviderType: SAML\n        ProviderDetails: {{MetadataURL: \
         \"https://idp.poolhouse.test/saml/metadata\"}}\n        IdpIdentifiers: [foreign.example]\n    Clients:\n      \
         - ClientName: web\n        ClientId: {CLIENT}\n        SupportedIdentityProviders: [COGNITO, Directory]\n        \
         AllowedOAuthFlowsUserPoolClient: true\n        AllowedOAuthFlows: [code]\n        AllowedOAuthScopes: \
         [openid]\n        CallbackURLs: ['{CALLBACK}']\n"
    );
    let mut hosted = Hosted::of(&pool).await;
    let query = of_client(CLIENT);
    let login = format!("/login?{}", encode(&query));
    let shown = hosted.send(&format!("GET {login}"), "", "").await;
    let csrf = field(shown.text(), "csrf");
    for (identifier, is_known) in [
        ("Corp.Example.com", true),
        ("corp.example.COM", true),
        ("other.example", true),
        ("foreign.example", false),
        ("nobody.example", false),
    ] {
        let by_parameter = [&query[..], &[("idp_identifier", identifier)]].concat();
        let asked = hosted.get("/oauth2/authorize", &by_parameter).await;
        let address = format!("ann@{identifier} ");
        let form = [("csrf", &*csrf), ("idp_email", &*address)];
        let posted = hosted.post(&login, "", &form).await;
        let on = location(&posted).strip_prefix("http://localhost");
        let typed = hosted.send(&format!("GET {}", on.unwrap()), "", "").await;
        for answer in [asked, typed] {
            let went = location(&answer).contains("/_poolhouse/idp/saml/");
            assert_eq!(
                (answer.status, went),
                (302, is_known),
                "{identifier}: {}",
                answer.head
            );
        }
    }
    hosted.stop().await;
}
