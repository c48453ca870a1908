//! `/oauth2/token`: each grant, and each documented error.

use serde_json::{Value, json};

use crate::oauth_browser::{
    CALLBACK, CHALLENGE, Hosted, MACHINE, POOL, Pairs, SECRET, SERVER, VERIFIER, WEB, basic, claims,
};

#[tokio::test]
async fn a_code_is_exchanged_for_tokens_once() {
    let mut hosted = Hosted::new().await;
    let pkce = [
        ("code_challenge_method", "S256"),
        ("code_challenge", CHALLENGE),
        ("nonce", "n-1"),
        ("scope", "openid email https://api.example.com/read"),
    ];
    let code = hosted.code("alice", WEB, &pkce).await;
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &*code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];
    let answer = hosted.token(WEB, &form).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(
        answer.header("content-type"),
        Some("application/json;charset=UTF-8")
    );
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    let tokens = answer.json();
    assert_eq!(
        (&tokens["token_type"], &tokens["expires_in"]),
        (&json!("Bearer"), &json!(3600))
    );
    let (id, access) = (claims(&tokens["id_token"]), claims(&tokens["access_token"]));
    assert_eq!(id["aud"], WEB);
    assert_eq!(id["nonce"], "n-1");
    assert_eq!(
        (&id["email"], &id["email_verified"]),
        (&json!("alice@example.com"), &json!(true))
    );
    assert_eq!(id.get("given_name"), None, "profile was not asked for");
    assert_eq!(id["at_hash"].as_str().unwrap().len(), 22);
    assert_eq!(access["scope"], "openid email https://api.example.com/read");
    assert_eq!((&access["version"], access.get("aud")), (&json!(2), None));
    assert_eq!(id["origin_jti"], access["origin_jti"]);
    assert_eq!(id["iss"], "http://localhost/us-east-1_Hosted");
    let again = hosted.token(WEB, &form).await;
    assert_eq!(
        (again.status, again.text()),
        (400, r#"{"error":"invalid_grant"}"#)
    );
    // A refresh keeps what was granted, and has no nonce.
    let refresh = tokens["refresh_token"].as_str().unwrap();
    hosted.clock.advance(1000);
    let form = [("grant_type", "refresh_token"), ("refresh_token", refresh)];
    let refreshed = hosted.token(WEB, &form).await.json();
    assert_eq!(refreshed.get("refresh_token"), None);
    let (new_id, new) = (
        claims(&refreshed["id_token"]),
        claims(&refreshed["access_token"]),
    );
    assert_eq!(
        (&new["scope"], &new["version"]),
        (&access["scope"], &json!(2))
    );
    assert_eq!(new_id["auth_time"], id["auth_time"]);
    assert_eq!(new_id.get("nonce"), None);
    hosted.stop().await;
}

#[tokio::test]
async fn a_code_is_nothing_to_a_client_whose_oauth_is_off_by_then() {
    let mut hosted = Hosted::new().await;
    let code = hosted.code("alice", WEB, &[]).await;
    let off = json!({"UserPoolId": POOL, "ClientId": WEB, "AllowedOAuthFlowsUserPoolClient": false,
        "AllowedOAuthFlows": ["code"], "AllowedOAuthScopes": ["openid"], "CallbackURLs": [CALLBACK],
        "SupportedIdentityProviders": ["COGNITO"]});
    hosted.call("UpdateUserPoolClient", &off).await;
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &*code),
        ("redirect_uri", CALLBACK),
    ];
    let answer = hosted.token(WEB, &form).await;
    assert_eq!(answer.text(), r#"{"error":"unauthorized_client"}"#);
    hosted.stop().await;
}

#[tokio::test]
async fn a_code_is_taken_to_the_letter() {
    let mut hosted = Hosted::new().await;
    let code = hosted.code("alice", WEB, &[]).await;
    for (code, status) in [
        (code.to_uppercase(), 400),
        (code.replace('-', ""), 400),
        (format!("{{{code}}}"), 400),
        (code.clone(), 200),
    ] {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", &*code),
            ("redirect_uri", CALLBACK),
        ];
        let answer = hosted.token(WEB, &form).await;
        assert_eq!(answer.status, status, "{code}: {}", answer.text());
    }
    hosted.stop().await;
}

#[tokio::test]
async fn a_token_that_is_sent_as_no_form_is_told_nowhere() {
    let mut hosted = Hosted::new().await;
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";
    let body = "eyJjdHkiOiJKV1QifQ.secret1&scope=openid";
    let answer = hosted.send("POST /oauth2/token", form, body).await;
    assert_eq!(answer.text(), r#"{"error":"invalid_request"}"#);
    let reason = answer.header("x-poolhouse-reason").unwrap();
    assert!(reason.contains("\"scope\""), "{reason}");
    assert!(!reason.contains("secret1"), "{reason}");
    hosted.stop().await;
}

#[tokio::test]
async fn scopes_and_resource_decide_what_tokens_there_are() {
    let mut hosted = Hosted::new().await;
    let resource = ("resource", "https://api.example.com");
    let rows: [(Pairs<'_>, &str, Value, bool); 4] = [
        (&[("scope", "openid")], "openid", Value::Null, true),
        (
            &[("scope", "aws.cognito.signin.user.admin")],
            "aws.cognito.signin.user.admin",
            Value::Null,
            false,
        ),
        (
            &[("scope", "openid https://api.example.com/read"), resource],
            "openid https://api.example.com/read",
            json!("https://api.example.com"),
            true,
        ),
        (
            &[],
            "openid email phone profile aws.cognito.signin.user.admin https://api.example.com/read billing/pay",
            Value::Null,
            true,
        ),
    ];
    for (more, scope, audience, has_id) in rows {
        hosted.cookies.clear();
        let code = hosted.code("alice", WEB, more).await;
        let form = [
            ("grant_type", "authorization_code"),
            ("code", &*code),
            ("redirect_uri", CALLBACK),
        ];
        let tokens = hosted.token(WEB, &form).await.json();
        let access = claims(&tokens["access_token"]);
        assert_eq!(
            (&access["scope"], &access["aud"]),
            (&json!(scope), &audience),
            "{more:?}"
        );
        assert_eq!(tokens.get("id_token").is_some(), has_id, "{more:?}");
        if *more == [("scope", "openid")] {
            assert_eq!(claims(&tokens["id_token"])["given_name"], "Alice");
        }
    }
    let unknown = [
        ("scope", "openid"),
        ("resource", "https://other.example.com"),
    ];
    hosted.cookies.clear();
    let code = hosted.code("alice", WEB, &unknown).await;
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &*code),
        ("redirect_uri", CALLBACK),
    ];
    let answer = hosted.token(WEB, &form).await;
    assert_eq!(
        (answer.status, answer.text()),
        (400, r#"{"error":"invalid_grant"}"#)
    );
    hosted.stop().await;
}

#[tokio::test]
async fn every_documented_error_of_the_token_endpoint() {
    let mut hosted = Hosted::new().await;
    let plain = hosted.code("alice", WEB, &[]).await;
    let bound = [
        ("code_challenge_method", "S256"),
        ("code_challenge", CHALLENGE),
    ];
    hosted.cookies.clear();
    let bound = hosted.code("alice", WEB, &bound).await;
    hosted.cookies.clear();
    let late = hosted.code("bob", WEB, &[]).await;
    hosted.clock.advance(5 * 60 * 1000 - 1);
    let (grant, back) = (
        ("grant_type", "authorization_code"),
        ("redirect_uri", CALLBACK),
    );
    let secret = ("client_secret", SECRET);
    let server = basic(SERVER, SECRET);
    let machine = ("grant_type", "client_credentials");
    let rows: [(&str, Pairs<'_>, &str); 26] = [
        ("", &[("client_id", WEB)], "invalid_request"),
        (
            "",
            &[("client_id", WEB), ("grant_type", "password")],
            "unsupported_grant_type",
        ),
        ("", &[grant, ("code", &plain), back], "invalid_request"),
        (
            "",
            &[grant, ("client_id", "nobody"), ("code", &plain), back],
            "invalid_client",
        ),
        ("", &[grant, ("client_id", WEB), back], "invalid_request"),
        (
            "",
            &[grant, ("client_id", WEB), ("code", &plain)],
            "invalid_request",
        ),
        (
            "",
            &[grant, ("client_id", WEB), ("code", "x"), back],
            "invalid_grant",
        ),
        (
            "",
            &[grant, ("client_id", WEB), secret, ("code", &plain), back],
            "invalid_client",
        ),
        (
            &basic(WEB, SECRET),
            &[grant, ("code", &plain), back],
            "invalid_client",
        ),
        (
            "",
            &[grant, ("client_id", SERVER), ("code", &plain), back],
            "invalid_client",
        ),
        (
            &basic(SERVER, "wrong"),
            &[grant, ("code", &plain), back],
            "invalid_client",
        ),
        (
            "Authorization: Basic !\r\n",
            &[grant, ("client_id", SERVER)],
            "invalid_client",
        ),
        (
            &server,
            &[grant, ("client_id", WEB), ("code", &plain), back],
            "invalid_client",
        ),
        (&server, &[grant, ("code", &plain), back], "invalid_grant"),
        (
            "",
            &[grant, ("client_id", WEB), ("code", &bound), back],
            "invalid_grant",
        ),
        (
            "",
            &[
                grant,
                ("client_id", WEB),
                ("code", &bound),
                back,
                ("code_verifier", "x"),
            ],
            "invalid_grant",
        ),
        (
            "",
            &[
                grant,
                ("client_id", WEB),
                ("code", &plain),
                back,
                ("code_verifier", VERIFIER),
            ],
            "invalid_grant",
        ),
        (
            "",
            &[("grant_type", "refresh_token"), ("client_id", WEB)],
            "invalid_request",
        ),
        (
            "",
            &[
                ("grant_type", "refresh_token"),
                ("client_id", WEB),
                ("refresh_token", "x"),
            ],
            "invalid_grant",
        ),
        ("", &[machine, ("client_id", WEB)], "unauthorized_client"),
        (&server, &[machine], "unauthorized_client"),
        (
            "",
            &[machine, ("client_id", MACHINE), secret, ("scope", "openid")],
            "invalid_grant",
        ),
        (
            "",
            &[machine, ("client_id", MACHINE), secret, ("scope", "no/no")],
            "invalid_scope",
        ),
        (
            "",
            &[
                machine,
                ("client_id", MACHINE),
                secret,
                ("scope", "billing/pay"),
            ],
            "invalid_grant",
        ),
        (
            "",
            &[
                machine,
                ("client_id", MACHINE),
                secret,
                ("aws_client_metadata", "[]"),
            ],
            "invalid_request",
        ),
        (
            "",
            &[
                grant,
                ("client_id", MACHINE),
                secret,
                ("code", &plain),
                back,
            ],
            "unauthorized_client",
        ),
    ];
    for (headers, form, error) in rows {
        let answer = hosted.post("/oauth2/token", headers, form).await;
        let body = json!({"error": error}).to_string();
        assert_eq!((answer.status, answer.text()), (400, &*body), "{form:?}");
        assert_eq!(
            answer.header("content-type"),
            Some("application/json;charset=UTF-8")
        );
        assert!(answer.header("x-poolhouse-reason").is_some(), "{form:?}");
    }
    let elsewhere = [
        grant,
        ("client_id", WEB),
        ("code", &*plain),
        ("redirect_uri", "myapp://callback"),
    ];
    let answer = hosted.post("/oauth2/token", "", &elsewhere).await;
    let said = r#"{"error":"unauthorized_client","error_description":"invalid_redirect"}"#;
    assert_eq!((answer.status, answer.text()), (400, said));
    // None of that has used the codes up; five minutes do.
    let form = [grant, ("client_id", WEB), ("code", &*plain), back];
    assert_eq!(hosted.post("/oauth2/token", "", &form).await.status, 200);
    hosted.clock.advance(1);
    let form = [grant, ("client_id", WEB), ("code", &*late), back];
    let answer = hosted.post("/oauth2/token", "", &form).await;
    assert_eq!(
        (answer.status, answer.text()),
        (400, r#"{"error":"invalid_grant"}"#)
    );
    let answer = hosted.send("GET /oauth2/token", "", "").await;
    assert_eq!((answer.status, answer.header("allow")), (405, Some("POST")));
    let json = "Content-Type: application/json\r\n";
    let answer = hosted.send("POST /oauth2/token", json, "{}").await;
    assert_eq!(
        (answer.status, answer.text()),
        (400, r#"{"error":"invalid_request"}"#)
    );
    hosted.stop().await;
}

#[tokio::test]
async fn a_code_of_a_user_who_is_gone_is_good_for_nothing() {
    let mut hosted = Hosted::new().await;
    for operation in [
        "AdminUserGlobalSignOut",
        "AdminDisableUser",
        "AdminDeleteUser",
    ] {
        hosted.cookies.clear();
        let alice = json!({"UserPoolId": POOL, "Username": "alice"});
        hosted.call("AdminEnableUser", &alice).await;
        let code = hosted.code("alice", WEB, &[]).await;
        hosted.call(operation, &alice).await;
        let form = [
            ("grant_type", "authorization_code"),
            ("code", &*code),
            ("redirect_uri", CALLBACK),
        ];
        let answer = hosted.token(WEB, &form).await;
        assert_eq!(answer.text(), r#"{"error":"invalid_grant"}"#, "{operation}");
    }
    hosted.stop().await;
}

#[tokio::test]
async fn a_client_that_may_not_read_what_a_scope_lets_out_gets_no_tokens() {
    let mut hosted = Hosted::new().await;
    let narrow = json!({"UserPoolId": POOL, "ClientName": "narrow", "CallbackURLs": [CALLBACK],
        "SupportedIdentityProviders": ["COGNITO"], "AllowedOAuthFlowsUserPoolClient": true,
        "AllowedOAuthFlows": ["code"], "AllowedOAuthScopes": ["openid", "email"], "ReadAttributes": ["email"]});
    let made = hosted.call("CreateUserPoolClient", &narrow).await;
    let narrow = made["UserPoolClient"]["ClientId"]
        .as_str()
        .unwrap()
        .to_owned();
    let style = json!({"UserPoolId": POOL, "ClientId": narrow, "UseCognitoProvidedValues": true});
    hosted.call("CreateManagedLoginBranding", &style).await;
    for (scope, status) in [("openid", 200), ("openid email", 400)] {
        hosted.cookies.clear();
        let code = hosted.code("alice", &narrow, &[("scope", scope)]).await;
        let form = [
            ("grant_type", "authorization_code"),
            ("code", &*code),
            ("redirect_uri", CALLBACK),
        ];
        let answer = hosted.token(&narrow, &form).await;
        assert_eq!(answer.status, status, "{scope}: {}", answer.text());
    }
    hosted.stop().await;
}

#[tokio::test]
async fn rotation_gives_a_new_refresh_token_and_takes_the_old_one() {
    let mut hosted = Hosted::new().await;
    let code = hosted.code("alice", SERVER, &[]).await;
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &*code),
        ("redirect_uri", CALLBACK),
    ];
    let tokens = hosted.token(SERVER, &form).await.json();
    let old = tokens["refresh_token"].as_str().unwrap().to_owned();
    let form = [("grant_type", "refresh_token"), ("refresh_token", &*old)];
    let refreshed = hosted.token(SERVER, &form).await.json();
    let new = refreshed["refresh_token"].as_str().unwrap();
    assert_ne!(new, old);
    let again = hosted.token(SERVER, &form).await;
    assert_eq!(
        (again.status, again.text()),
        (400, r#"{"error":"invalid_grant"}"#)
    );
    hosted.stop().await;
}

#[tokio::test]
async fn a_machine_gets_an_access_token_by_header_and_by_form_and_by_either_secret() {
    let mut hosted = Hosted::new().await;
    let second = json!({"UserPoolId": POOL, "ClientId": MACHINE});
    let second = hosted.call("AddUserPoolClientSecret", &second).await;
    let second = second["ClientSecretDescriptor"]["ClientSecretValue"]
        .as_str()
        .unwrap()
        .to_owned();
    let grant = ("grant_type", "client_credentials");
    let scope = ("scope", "https://api.example.com/read");
    for secret in [SECRET, &second] {
        let answer = hosted
            .post("/oauth2/token", &basic(MACHINE, secret), &[grant, scope])
            .await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let tokens = answer.json();
        let names: Vec<&String> = tokens.as_object().unwrap().keys().collect();
        assert_eq!(names, ["access_token", "expires_in", "token_type"]);
        let access = claims(&tokens["access_token"]);
        assert_eq!(
            (&access["sub"], &access["scope"]),
            (&json!(MACHINE), &json!(scope.1))
        );
        let form = [grant, ("client_id", MACHINE), ("client_secret", secret)];
        let answer = hosted.post("/oauth2/token", "", &form).await.json();
        let access = claims(&answer["access_token"]);
        assert_eq!(
            access["scope"],
            "https://api.example.com/read https://api.example.com/write"
        );
    }
    hosted.stop().await;
}
