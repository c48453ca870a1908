//! The hosted pages by their wire: forged forms, altered state, clients that were seen. What a browser does with them is
//! in `tests/clients/js/pages*.test.js`.

use serde_json::json;

use crate::http::wire::Answer;
use crate::oauth_browser::{CALLBACK, Hosted, encode, field, location, parameter};

const CLIENT: &str = "5pages0client0000000000000";
const OTHER: &str = "5pages0other00000000000000";
const POOL: &str = "us-east-1_Pages";

/// A pool of its own, with these further lines.
fn pool(more: &str) -> String {
    format!(
        "UserPools:\n  - Id: {POOL}\n    PoolName: pages\n    AutoVerifiedAttributes: [email]\n{more}\n    \
         Clients:\n      - ClientName: web\n        ClientId: {CLIENT}\n        ClientSecret: \
         pages0test0only0secret0never0use0in0production0000\n        ExplicitAuthFlows: [ALLOW_USER_AUTH]\n        \
         SupportedIdentityProviders: [COGNITO]\n        AllowedOAuthFlowsUserPoolClient: true\n        \
         AllowedOAuthFlows: [code]\n        AllowedOAuthScopes: [openid]\n        CallbackURLs: ['{CALLBACK}']\n      \
         - ClientName: other\n        ClientId: {OTHER}\n        SupportedIdentityProviders: [COGNITO]\n        \
         AllowedOAuthFlowsUserPoolClient: true\n        AllowedOAuthFlows: [code]\n        AllowedOAuthScopes: \
         [openid]\n        CallbackURLs: ['{CALLBACK}']\n    Users:\n      - Username: vera\n        Password: \
         Poolhouse-1\n        UserAttributes: {{email: vera@example.com, email_verified: true}}\n"
    )
}

fn page(path: &str, client: &str) -> String {
    let query = [
        ("client_id", client),
        ("response_type", "code"),
        ("redirect_uri", CALLBACK),
    ];
    format!("{path}?{}", encode(&query))
}

/// Posts a form with the token of the page before.
async fn post(hosted: &mut Hosted, path: &str, client: &str, form: &[(&str, &str)]) -> Answer {
    let token = hosted
        .cookies
        .get("XSRF-TOKEN")
        .cloned()
        .unwrap_or_default();
    let form = [form, &[("csrf", &*token)]].concat();
    hosted.post(&page(path, client), "", &form).await
}

async fn open(hosted: &mut Hosted, path: &str, client: &str) -> Answer {
    hosted
        .send(&format!("GET {}", page(path, client)), "", "")
        .await
}

#[tokio::test]
async fn what_goes_from_page_to_page_is_sealed_for_its_client() {
    let mfa = "    MfaConfiguration: \"ON\"\n    SoftwareTokenMfaConfiguration: {Enabled: true}\n";
    let mut hosted = Hosted::of(&pool(mfa)).await;
    open(&mut hosted, "/login", CLIENT).await;
    let form = [("username", "vera"), ("password", "Poolhouse-1")];
    let set_up = post(&mut hosted, "/login", CLIENT, &form).await;
    assert!(
        set_up.text().contains("Set up an authenticator app"),
        "{}",
        set_up.text()
    );
    let kept = hosted.cookies["page-data"].clone();
    let is_set_up = |answer: &Answer| answer.text().contains("Set up an authenticator app");
    assert!(is_set_up(&open(&mut hosted, "/mfa", CLIENT).await));
    // Of another client, altered, or missing: the sign-in begins again.
    let foreign = open(&mut hosted, "/mfa", OTHER).await;
    assert_eq!(
        (foreign.status, location(&foreign).contains("/login?")),
        (302, true)
    );
    let flipped = if kept.ends_with('A') { "B" } else { "A" };
    let altered = format!("{}{flipped}", &kept[..kept.len() - 1]);
    for cookie in [Some(altered), Some("x".to_owned()), None] {
        match cookie {
            Some(cookie) => hosted.cookies.insert("page-data".into(), cookie),
            None => hosted.cookies.remove("page-data"),
        };
        let answer = post(&mut hosted, "/mfa/totp", CLIENT, &[("code", "123456")]).await;
        assert_eq!(answer.status, 200);
        assert!(
            answer
                .text()
                .contains("This step has expired. Please start again.")
        );
        assert!(
            answer
                .header("x-poolhouse-reason")
                .unwrap()
                .contains("page-data")
        );
    }
    // So it does after three minutes.
    hosted.cookies.insert("page-data".into(), kept);
    assert!(is_set_up(&open(&mut hosted, "/mfa", CLIENT).await));
    hosted.clock.advance(179_999);
    assert!(is_set_up(&open(&mut hosted, "/mfa", CLIENT).await));
    hosted.clock.advance(180_000);
    let late = post(&mut hosted, "/mfa/totp", CLIENT, &[("code", "123456")]).await;
    assert!(late.text().contains("This step has expired."));
    hosted.stop().await;
}

#[tokio::test]
async fn a_form_without_the_token_of_its_browser_does_nothing() {
    let mut hosted = Hosted::of(&pool("")).await;
    open(&mut hosted, "/login", CLIENT).await;
    for (path, form) in [
        (
            "/login",
            vec![("username", "vera"), ("password", "Poolhouse-1")],
        ),
        (
            "/signup",
            vec![("username", "mallory"), ("password", "Poolhouse-1")],
        ),
        ("/forgotPassword", vec![("username", "vera")]),
    ] {
        for token in ["", "00000000-0000-4000-8000-000000000000"] {
            let form = [&form[..], &[("csrf", token)]].concat();
            let answer = hosted.post(&page(path, CLIENT), "", &form).await;
            assert_eq!(answer.status, 200, "{path}");
            assert!(answer.text().contains("This step has expired."), "{path}");
            assert!(!hosted.cookies.contains_key("cognito"), "{path}");
        }
    }
    let users = hosted.call("ListUsers", &json!({"UserPoolId": POOL})).await;
    assert_eq!(users["Users"].as_array().unwrap().len(), 1);
    hosted.stop().await;
}

#[tokio::test]
async fn who_must_sign_in_anew_does_not_go_on_as_before() {
    let mut hosted = Hosted::of(&pool("")).await;
    open(&mut hosted, "/login", CLIENT).await;
    let form = [("username", "vera"), ("password", "Poolhouse-1")];
    let back = post(&mut hosted, "/login", CLIENT, &form).await;
    assert!(parameter(location(&back), "code").is_some());
    let token = hosted.cookies["XSRF-TOKEN"].clone();
    for (prompt, goes_on) in [
        ("select_account", true),
        ("login", false),
        ("select_account login", false),
    ] {
        let query = encode(&[("prompt", prompt)]);
        let path = format!("{}&{query}", page("/login/continue", CLIENT));
        let answer = hosted.post(&path, "", &[("csrf", &*token)]).await;
        assert_eq!(
            parameter(location(&answer), "code").is_some(),
            goes_on,
            "{prompt}"
        );
        if !goes_on {
            assert!(answer.text().contains("name=\"username\""), "{prompt}");
        }
    }
    hosted.stop().await;
}

#[tokio::test]
async fn a_client_that_sends_json_strings_signs_in() {
    let factors =
        "    Policies: {SignInPolicy: {AllowedFirstAuthFactors: [PASSWORD, EMAIL_OTP]}}\n";
    let mut hosted = Hosted::of(&pool(factors)).await;
    let shown = open(&mut hosted, "/login", CLIENT).await;
    assert!(
        !shown.text().contains("name=\"password\""),
        "{}",
        shown.text()
    );
    let quoted = |text: &str| format!("\"{text}\"");
    let token = quoted(&field(shown.text(), "csrf"));
    let name = [("username", &*quoted("vera")), ("csrf", &*token)];
    let named = hosted.post(&page("/login", CLIENT), "", &name).await;
    assert!(
        named.text().contains("Choose how to sign in"),
        "{}",
        named.text()
    );
    let wrong = [
        ("password", "\"wrong\""),
        ("csrf", &*token),
        ("cognitoAsfData", ""),
    ];
    let refused = hosted
        .post(&page("/verifyPassword", CLIENT), "", &wrong)
        .await;
    assert_eq!((refused.status, location(&refused)), (200, ""));
    let right = [
        ("password", "\"Poolhouse-1\""),
        ("csrf", &*token),
        ("cognitoAsfData", ""),
    ];
    let back = hosted
        .post(&page("/verifyPassword", CLIENT), "", &right)
        .await;
    assert!(
        parameter(location(&back), "code").is_some(),
        "{}{}",
        back.head,
        back.text()
    );
    hosted.stop().await;
}

#[tokio::test]
async fn users_of_a_confidential_client_sign_up_and_reset_by_its_pages() {
    let mut hosted = Hosted::of(&pool("")).await;
    open(&mut hosted, "/signup", CLIENT).await;
    let form = [("username", "new"), ("password", "Poolhouse-1")];
    let made = post(&mut hosted, "/signup", CLIENT, &form).await;
    // No address, so that an administrator alone confirms the user: the page shows an error (documented).
    assert!(
        made.text().contains("User is not confirmed."),
        "{}",
        made.text()
    );
    let again = post(&mut hosted, "/signup", CLIENT, &form).await;
    assert!(
        again.text().contains("User already exists"),
        "{}",
        again.text()
    );
    let asked = post(
        &mut hosted,
        "/forgotPassword",
        CLIENT,
        &[("username", "vera")],
    )
    .await;
    assert!(asked.text().contains("v***@e***"), "{}", asked.text());
    hosted.stop().await;
}

#[tokio::test]
async fn browsers_alone_get_a_page_at_the_root() {
    let mut hosted = Hosted::of(&pool("")).await;
    let shown = hosted.send("GET /", "Accept: text/html,*/*\r\n", "").await;
    assert_eq!(shown.status, 200);
    for part in ["A local Amazon Cognito", POOL, CLIENT, "/login?client_id="] {
        assert!(shown.text().contains(part), "{part}: {}", shown.text());
    }
    let program = hosted.send("GET /", "Accept: */*\r\n", "").await;
    assert_eq!(program.status, 404);
    hosted.stop().await;
}

/// A newcomer's first steps: the page at the root, a link, a name and a password.
#[tokio::test]
async fn users_of_the_default_pool_sign_in_at_its_pages() {
    const WEB: &str = "1poolhouse0public0client00";
    let mut hosted = Hosted::of(include_str!("../fixtures/pools/default.yaml")).await;
    let shown = hosted.send("GET /", "Accept: text/html\r\n", "").await;
    let link = shown
        .text()
        .split("href=\"")
        .find(|link| link.contains("/login?"));
    let link = link.and_then(|link| link.split('"').next()).unwrap();
    let link = link
        .strip_prefix("http://localhost")
        .unwrap()
        .replace("&amp;", "&");
    assert!(link.contains(WEB), "{link}");
    for host in ["", "X-Forwarded-Proto: https\r\n"] {
        hosted.cookies.clear();
        let page = hosted.send(&format!("GET {link}"), host, "").await;
        assert_eq!(page.status, 200, "{host}: {}", page.text());
        let csrf = field(page.text(), "csrf");
        let form = [
            ("csrf", &*csrf),
            ("username", "alice"),
            ("password", "Poolhouse-1"),
        ];
        let back = hosted.post(&link, host, &form).await;
        assert!(
            location(&back).starts_with("http://localhost:3000/callback?code="),
            "{}",
            back.head
        );
        let code = parameter(location(&back), "code").unwrap();
        let form = [
            ("grant_type", "authorization_code"),
            ("code", &*code),
            ("redirect_uri", CALLBACK),
            ("client_id", WEB),
        ];
        let tokens = hosted.post("/oauth2/token", host, &form).await;
        assert_eq!(tokens.status, 200, "{}", tokens.text());
        let tokens = tokens.json();
        let bearer = format!(
            "Authorization: Bearer {}\r\n{host}",
            tokens["access_token"].as_str().unwrap()
        );
        let told = hosted
            .send("GET /oauth2/userInfo", &bearer, "")
            .await
            .json();
        assert_eq!(told["username"], "alice");
    }
    hosted.stop().await;
}

#[tokio::test]
async fn the_page_at_the_root_is_small_however_much_there_is() {
    let long = "&amp;".repeat(25);
    let mut fixture = "UserPools:\n".to_owned();
    for number in 0..60 {
        fixture.push_str(&format!(
            "  - Id: us-east-1_Many{number:03}\n    PoolName: pool {number}\n    Clients:\n"
        ));
        for client in 0..8 {
            fixture.push_str(&format!(
                "      - ClientName: client {client}\n        ClientId: 9many{number:03}client{client:03}00000000\n        \
                 SupportedIdentityProviders: [COGNITO]\n        AllowedOAuthFlowsUserPoolClient: true\n        \
                 AllowedOAuthFlows: [code]\n        AllowedOAuthScopes: [openid]\n        CallbackURLs: \
                 ['https://app.example/{long}']\n"
            ));
        }
    }
    let mut hosted = Hosted::of(&fixture).await;
    let shown = hosted.send("GET /", "Accept: text/html\r\n", "").await;
    assert!(shown.body.len() < 30 * 1024, "{} bytes", shown.body.len());
    for part in [
        "us-east-1_Many000",
        "9many000client007",
        "more pools are not listed",
    ] {
        assert!(shown.text().contains(part), "{part}: {}", shown.text());
    }
    hosted.stop().await;
}

/// The functions that were called since, by their sources.
async fn called(hosted: &mut Hosted, after: &mut u64) -> Vec<String> {
    let line = format!("GET /_poolhouse/invocations?after={after}");
    let told = hosted.send(&line, "", "").await.json();
    let invocations = told["invocations"].as_array().unwrap();
    let sources = invocations.iter().map(|one| {
        *after = one["id"].as_u64().unwrap();
        one["event"]["triggerSource"].as_str().unwrap().to_owned()
    });
    sources.collect()
}

async fn code_sent(hosted: &mut Hosted, username: &str) -> String {
    let line = format!("GET /_poolhouse/messages?username={username}");
    let told = hosted.send(&line, "", "").await.json();
    let newest = told["messages"].as_array().unwrap().last().unwrap().clone();
    newest["code"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn each_page_calls_the_functions_that_the_guide_lists_for_it() {
    let arn = "arn:aws:lambda:us-east-1:123456789012:function:one";
    let triggers = "    Schema: [{Name: email, Required: true, AttributeDataType: String}]\n    LambdaConfig:\n";
    let mut more = triggers.to_owned();
    for name in [
        "PreSignUp",
        "PostConfirmation",
        "PreAuthentication",
        "PostAuthentication",
        "CustomMessage",
        "PreTokenGeneration",
    ] {
        more.push_str(&format!("      {name}: {arn}\n"));
    }
    let mut hosted = Hosted::of(&pool(&more)).await;
    let rules = json!({"rules": [{"response": {}}]}).to_string();
    let told = hosted.send("PUT /_poolhouse/triggers", "", &rules).await;
    assert_eq!(told.status, 200, "{}", told.text());
    let mut after = 0;
    open(&mut hosted, "/signup", CLIENT).await;
    let form = [
        ("username", "nina"),
        ("requiredAttributes[email]", "nina@example.com"),
        ("password", "Poolhouse-1"),
    ];
    post(&mut hosted, "/signup", CLIENT, &form).await;
    assert_eq!(
        called(&mut hosted, &mut after).await,
        ["PreSignUp_SignUp", "CustomMessage_SignUp"]
    );
    post(&mut hosted, "/resendcode", CLIENT, &[]).await;
    assert_eq!(
        called(&mut hosted, &mut after).await,
        ["CustomMessage_ResendCode"]
    );
    let code = code_sent(&mut hosted, "nina").await;
    let back = post(&mut hosted, "/signup/confirm", CLIENT, &[("code", &code)]).await;
    assert!(
        parameter(location(&back), "code").is_some(),
        "{}",
        back.text()
    );
    assert_eq!(
        called(&mut hosted, &mut after).await,
        [
            "PostConfirmation_ConfirmSignUp",
            "PreAuthentication_Authentication",
            "PostAuthentication_Authentication"
        ]
    );
    let secret = "pages0test0only0secret0never0use0in0production0000";
    let code = parameter(location(&back), "code").unwrap();
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &*code),
        ("redirect_uri", CALLBACK),
        ("client_id", CLIENT),
        ("client_secret", secret),
    ];
    let tokens = hosted.post("/oauth2/token", "", &form).await;
    assert_eq!(tokens.status, 200, "{}", tokens.text());
    assert_eq!(
        called(&mut hosted, &mut after).await,
        ["TokenGeneration_HostedAuth"]
    );
    post(
        &mut hosted,
        "/forgotPassword",
        CLIENT,
        &[("username", "nina")],
    )
    .await;
    assert_eq!(
        called(&mut hosted, &mut after).await,
        ["CustomMessage_ForgotPassword"]
    );
    let code = code_sent(&mut hosted, "nina").await;
    let form = [("code", &*code), ("password", "Poolhouse-2")];
    let done = post(&mut hosted, "/confirmforgotPassword", CLIENT, &form).await;
    assert!(
        done.text().contains("Your password is changed."),
        "{}",
        done.text()
    );
    assert_eq!(
        called(&mut hosted, &mut after).await,
        ["PostConfirmation_ConfirmForgotPassword"]
    );
    hosted.stop().await;
}
