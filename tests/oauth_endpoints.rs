//! `/oauth2/userInfo`, `/oauth2/revoke`, `/logout`, preflights, and what a browser keeps.

use serde_json::{Value, json};

use crate::oauth_browser::{
    CALLBACK, Hosted, POOL, Pairs, SECRET, SERVER, WEB, basic, location, of_client, parameter,
};

async fn tokens(hosted: &mut Hosted, scope: &str) -> Value {
    hosted.cookies.clear();
    let code = hosted.code("alice", WEB, &[("scope", scope)]).await;
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &*code),
        ("redirect_uri", CALLBACK),
    ];
    hosted.token(WEB, &form).await.json()
}

fn bearer(tokens: &Value) -> String {
    format!(
        "Authorization: Bearer {}\r\n",
        tokens["access_token"].as_str().unwrap()
    )
}

#[tokio::test]
async fn user_info_tells_what_scopes_let_out_as_texts() {
    let mut hosted = Hosted::new().await;
    let all = json!({"sub": "a11ce000-0000-4000-8000-0000000000aa", "email": "alice@example.com",
        "email_verified": "true", "given_name": "Alice", "locale": "en", "username": "alice"});
    let mail = json!({"sub": all["sub"], "email": all["email"], "email_verified": "true", "username": "alice"});
    for (scope, expected) in [("openid", &all), ("openid email", &mail)] {
        let tokens = tokens(&mut hosted, scope).await;
        for line in [
            "GET /oauth2/userInfo",
            "POST /oauth2/userinfo",
            "GET /us-east-1_Hosted/oauth2/UserInfo",
        ] {
            let answer = hosted.send(line, &bearer(&tokens), "").await;
            assert_eq!((answer.status, &answer.json()), (200, expected), "{line}");
            assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
        }
    }
    hosted.stop().await;
}

#[tokio::test]
async fn user_info_refuses_in_a_header() {
    let mut hosted = Hosted::new().await;
    let bad_request =
        "error=\"invalid_request\", error_description=\"Bad OAuth2 request at UserInfo Endpoint\"";
    let bad_token = "error=\"invalid_token\", error_description=\"Access token is expired, disabled, or deleted, \
                     or the user has globally signed out.\"";
    let sign_in = json!({"ClientId": WEB, "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": "alice", "PASSWORD": "Poolhouse-1"}});
    let signed_in = hosted.call("InitiateAuth", &sign_in).await;
    let of_api = signed_in["AuthenticationResult"]["AccessToken"]
        .as_str()
        .unwrap();
    let of_api = format!("Authorization: Bearer {of_api}\r\n");
    let good = tokens(&mut hosted, "openid").await;
    let id = format!(
        "Authorization: Bearer {}\r\n",
        good["id_token"].as_str().unwrap()
    );
    let check = async |hosted: &mut Hosted, headers: &str, status: u16, said: &str| {
        let answer = hosted.send("GET /oauth2/userInfo", headers, "").await;
        assert_eq!(
            (answer.status, answer.header("www-authenticate")),
            (status, Some(said)),
            "{headers}"
        );
        assert!(answer.header("x-poolhouse-reason").is_some());
    };
    for (headers, status, said) in [
        ("", 400, bad_request),
        ("Authorization: Basic eA==\r\n", 400, bad_request),
        ("Authorization: Bearer \r\n", 400, bad_request),
        ("Authorization: Bearer x.y.z\r\n", 401, bad_token),
        (&of_api, 401, bad_token),
        (&id, 401, bad_token),
    ] {
        check(&mut hosted, headers, status, said).await;
    }
    let alice = json!({"UserPoolId": POOL, "Username": "alice"});
    hosted.call("AdminUserGlobalSignOut", &alice).await;
    check(&mut hosted, &bearer(&good), 401, bad_token).await;
    let good = tokens(&mut hosted, "openid").await;
    hosted.clock.advance(3600 * 1000);
    check(&mut hosted, &bearer(&good), 401, bad_token).await;
    hosted.stop().await;
}

#[tokio::test]
async fn revoke_ends_a_sign_in_and_refuses_as_documented() {
    let mut hosted = Hosted::new().await;
    let first = tokens(&mut hosted, "openid").await;
    let (refresh, access) = (
        first["refresh_token"].as_str().unwrap(),
        first["access_token"].as_str().unwrap(),
    );
    let web = ("client_id", WEB);
    let rows: [(&str, Pairs<'_>, u16, &str); 7] = [
        ("", &[web], 400, r#"{"error":"invalid_request"}"#),
        (
            "",
            &[("token", refresh)],
            400,
            r#"{"error":"invalid_request"}"#,
        ),
        (
            "",
            &[web, ("token", access)],
            400,
            r#"{"error":"unsupported_token_type"}"#,
        ),
        (
            "",
            &[("client_id", SERVER), ("token", refresh)],
            401,
            r#"{"error":"invalid_client"}"#,
        ),
        (
            &basic(SERVER, "no"),
            &[("token", refresh)],
            401,
            r#"{"error":"invalid_client"}"#,
        ),
        ("", &[web, ("token", "unknown")], 200, ""),
        // Another client's is left alone.
        (&basic(SERVER, SECRET), &[("token", refresh)], 200, ""),
    ];
    for (headers, form, status, body) in rows {
        let answer = hosted.post("/oauth2/revoke", headers, form).await;
        assert_eq!((answer.status, answer.text()), (status, body), "{form:?}");
    }
    let form = [("grant_type", "refresh_token"), ("refresh_token", refresh)];
    assert_eq!(hosted.token(WEB, &form).await.status, 200);
    for _ in 0..2 {
        let answer = hosted
            .post("/oauth2/revoke", "", &[web, ("token", refresh)])
            .await;
        assert_eq!((answer.status, answer.text()), (200, ""));
    }
    let answer = hosted.token(WEB, &form).await;
    assert_eq!(answer.text(), r#"{"error":"invalid_grant"}"#);
    let answer = hosted
        .send("GET /oauth2/userInfo", &bearer(&first), "")
        .await;
    assert_eq!(answer.status, 401);
    let deaf = json!({"UserPoolId": POOL, "ClientName": "deaf", "EnableTokenRevocation": false});
    let made = hosted.call("CreateUserPoolClient", &deaf).await;
    let deaf = made["UserPoolClient"]["ClientId"]
        .as_str()
        .unwrap()
        .to_owned();
    let answer = hosted
        .post(
            "/oauth2/revoke",
            "",
            &[("client_id", &deaf), ("token", refresh)],
        )
        .await;
    assert_eq!(
        (answer.status, answer.text()),
        (400, r#"{"error":"invalid_request"}"#)
    );
    hosted.stop().await;
}

#[tokio::test]
async fn logout_signs_the_browser_out_and_goes_where_the_client_says() {
    let mut hosted = Hosted::new().await;
    let home = "http://localhost:3000/";
    let page = |error: &str| format!("http://localhost/error?error={error}&client_id={WEB}");
    let again = "http://localhost/login?client_id=4hosted0web0client00000000&redirect_uri=http%3A%2F%2Flocalhost%3A\
                 3000%2Fcallback&response_type=code&scope=openid+email+phone+profile+aws.cognito.signin.user.admin+\
                 https%3A%2F%2Fapi.example.com%2Fread+billing%2Fpay&state=s";
    let web = ("client_id", WEB);
    let (back, code) = (("redirect_uri", CALLBACK), ("response_type", "code"));
    let missing = page("Required+parameters+missing");
    let rows: [(Pairs<'_>, &str, bool); 8] = [
        (
            &[("logout_uri", home)],
            "http://localhost/error?error=Required+String+parameter+%27client_id%27+is+not+present",
            false,
        ),
        (
            &[("client_id", "nobody")],
            "http://localhost/error?error=invalid_request&client_id=nobody",
            false,
        ),
        (&[web], &missing, false),
        (
            &[web, ("logout_uri", "http://localhost:3000")],
            &missing,
            false,
        ),
        (&[web, back], &missing, false),
        (&[web, ("logout_uri", home), ("state", "s")], home, true),
        (&[web, ("logout_uri", home), back, code], home, true),
        (&[web, back, code, ("state", "s")], again, true),
    ];
    for (query, expected, is_out) in rows {
        hosted.cookies.clear();
        hosted.sign_in("alice", &of_client(WEB)).await;
        let kept = hosted.cookies.clone();
        let answer = hosted.get("/logout", query).await;
        assert_eq!(
            (answer.status, location(&answer)),
            (302, expected),
            "{query:?}"
        );
        assert_eq!(!hosted.cookies.contains_key("cognito"), is_out, "{query:?}");
        // One that was kept is of no use.
        hosted.cookies = kept;
        let answer = hosted.get("/oauth2/authorize", &of_client(WEB)).await;
        assert_eq!(
            parameter(location(&answer), "code").is_none(),
            is_out,
            "{query:?}"
        );
    }
    let answer = hosted.send("POST /logout", "", "").await;
    assert_eq!(answer.status, 405);
    hosted.stop().await;
}

#[tokio::test]
async fn pages_of_any_site_may_call_what_programs_call() {
    let mut hosted = Hosted::new().await;
    for (path, expected) in [
        ("/oauth2/token", Some("*")),
        ("/oauth2/revoke", Some("*")),
        ("/oauth2/userInfo", Some("*")),
        ("/login", None),
        ("/oauth2/authorize", None),
        ("/logout", None),
    ] {
        let headers = "Origin: https://app.example\r\nAccess-Control-Request-Method: POST\r\n\
                       Access-Control-Request-Headers: x-amz-user-agent\r\n";
        let answer = hosted.send(&format!("OPTIONS {path}"), headers, "").await;
        assert_eq!(
            answer.header("access-control-allow-origin"),
            expected,
            "{path}"
        );
        let allowed = answer.header("access-control-allow-headers");
        assert_eq!(allowed, expected.map(|_| "x-amz-user-agent"), "{path}");
    }
    hosted.stop().await;
}

#[tokio::test]
async fn tracked_sessions_show_browsers_and_can_end_them() {
    let mut hosted = Hosted::new().await;
    let tracking = json!({"UserPoolId": POOL, "UserSessionTracking": "ENABLED", "TokenSession": {"MaxPerUser": 5}});
    hosted
        .call("SetUserPoolSessionConfiguration", &tracking)
        .await;
    for (client, minutes) in [(WEB, 90), (SERVER, 0)] {
        let set = json!({"UserPoolId": POOL, "ClientId": client, "SSOSession": {"MaxValidityMinutes": minutes}});
        hosted
            .call("SetUserPoolClientSessionConfiguration", &set)
            .await;
    }
    let tokens = tokens(&mut hosted, "openid").await;
    let alice = json!({"UserPoolId": POOL, "Username": "alice"});
    let listed = hosted.call("AdminListUserSessions", &alice).await;
    let sessions = listed["Sessions"].as_array().unwrap();
    let of_kind = |kind: &str| {
        sessions
            .iter()
            .find(|one| one["SessionType"] == kind)
            .unwrap()
    };
    let (sso, token) = (of_kind("SSO"), of_kind("TOKEN"));
    assert_eq!(token["OriginSessionId"], sso["SessionId"]);
    hosted.clock.advance(80 * 60 * 1000);
    let is_in = async |hosted: &mut Hosted, client: &str| {
        let answer = hosted.get("/oauth2/authorize", &of_client(client)).await;
        parameter(location(&answer), "code").is_some()
    };
    assert!(is_in(&mut hosted, WEB).await, "the client takes 90 minutes");
    assert!(!is_in(&mut hosted, SERVER).await, "the client takes none");
    let mut revoke = alice;
    revoke["SessionId"] = sso["SessionId"].clone();
    revoke["RevokeAssociatedSessions"] = json!("LINKED");
    hosted.call("AdminRevokeUserSession", &revoke).await;
    assert!(!is_in(&mut hosted, WEB).await);
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", tokens["refresh_token"].as_str().unwrap()),
    ];
    assert_eq!(
        hosted.token(WEB, &form).await.text(),
        r#"{"error":"invalid_grant"}"#
    );
    hosted.stop().await;
}
