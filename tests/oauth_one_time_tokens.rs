//! One-time tokens by the hosted pages, as the page of AWS's guide of 2022 has them (T13 to T15, T18 of its statements on
//! authenticator apps): whoever has none set up is let in once, to set one up in the app, and then not before that is
//! done.

use serde_json::{Value, json};

use crate::http::wire::Answer;
use crate::oauth_browser::{CALLBACK, Hosted, encode, field, location, of_client, parameter};

const POOL: &str = "us-east-1_OneTime";
const CLIENT: &str = "7onetime0client0000000000";
const OWN: &str = "Poolhouse-2";

async fn server() -> Hosted {
    Hosted::of(&format!(
        "UserPools:\n  - Id: {POOL}\n    PoolName: one-time\n    OneTimeTokens: true\n    UsernameAttributes: \
         [email]\n    AutoVerifiedAttributes: [email]\n    MfaConfiguration: \"ON\"\n    \
         SoftwareTokenMfaConfiguration: {{Enabled: true}}\n    Clients:\n      - ClientName: web\n        ClientId: \
         {CLIENT}\n        SupportedIdentityProviders: [COGNITO]\n        AllowedOAuthFlowsUserPoolClient: true\n        \
         AllowedOAuthFlows: [code]\n        AllowedOAuthScopes: [openid, aws.cognito.signin.user.admin]\n        \
         CallbackURLs: ['{CALLBACK}']\n"
    ))
    .await
}

/// Opens a page in a browser without a past, and sends its form.
async fn fill(hosted: &mut Hosted, path: &str, form: &[(&str, &str)]) -> Answer {
    hosted.cookies.clear();
    let path = format!("{path}?{}", encode(&of_client(CLIENT)));
    let shown = hosted.send(&format!("GET {path}"), "", "").await;
    let csrf = field(shown.text(), "csrf");
    hosted
        .post(&path, "", &[form, &[("csrf", &*csrf)]].concat())
        .await
}

/// Sends the form of the page that the last answer showed.
async fn go_on(hosted: &mut Hosted, path: &str, form: &[(&str, &str)]) -> Answer {
    let csrf = hosted.cookies["XSRF-TOKEN"].clone();
    let path = format!("{path}?{}", encode(&of_client(CLIENT)));
    hosted
        .post(&path, "", &[form, &[("csrf", &*csrf)]].concat())
        .await
}

/// Signs in at the page.
async fn login(hosted: &mut Hosted, name: &str, password: &str) -> Answer {
    fill(
        hosted,
        "/login",
        &[("username", name), ("password", password)],
    )
    .await
}

/// What came of a sign-in is good once: the tokens set an authenticator up, and the next sign-in is refused.
async fn is_let_in_once(hosted: &mut Hosted, back: &Answer, name: &str, password: &str) {
    let code = parameter(location(back), "code");
    assert!(code.is_some(), "{name}: {}{}", back.head, back.text());
    let code = code.unwrap();
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &*code),
        ("redirect_uri", CALLBACK),
    ];
    let tokens = hosted.token(CLIENT, &form).await.json();
    let token = &tokens["access_token"];
    // T18, before anything is set up.
    let again = login(hosted, name, password).await;
    assert_eq!((again.status, location(&again)), (200, ""), "{name}");
    let said = "Set up multi-factor authentication in the app";
    assert!(again.text().contains(said), "{name}: {}", again.text());
    let set_up = json!({"AccessToken": token});
    let secret = hosted.call("AssociateSoftwareToken", &set_up).await;
    assert_eq!(
        secret["SecretCode"].as_str().map(str::len),
        Some(52),
        "{name}"
    );
}

async fn made_by_an_administrator(hosted: &mut Hosted, name: &str) {
    let user = json!({"UserPoolId": POOL, "Username": name, "TemporaryPassword": "Temporary-1"});
    hosted.call("AdminCreateUser", &user).await;
}

#[tokio::test]
async fn t13_who_signs_up_at_the_pages_gets_them_with_the_confirmation() {
    let mut hosted = server().await;
    let name = "carol@example.com";
    let form = [
        ("username", name),
        ("password", OWN),
        ("confirmPassword", OWN),
    ];
    let asked = fill(&mut hosted, "/signup", &form).await;
    assert_eq!(asked.status, 200, "{}", asked.head);
    let sent = format!("GET /_poolhouse/messages?destination={name}");
    let sent: Value = hosted.send(&sent, "", "").await.json();
    let code = sent["messages"][0]["code"].as_str().unwrap().to_owned();
    let back = go_on(&mut hosted, "/signup/confirm", &[("code", &*code)]).await;
    is_let_in_once(&mut hosted, &back, name, OWN).await;
    hosted.stop().await;
}

#[tokio::test]
async fn t14_who_replaces_a_temporary_password_at_the_pages_gets_them() {
    let mut hosted = server().await;
    let name = "fay@example.com";
    made_by_an_administrator(&mut hosted, name).await;
    let asked = login(&mut hosted, name, "Temporary-1").await;
    assert_eq!((asked.status, location(&asked)), (200, ""));
    let form = [("password", OWN), ("confirmPassword", OWN)];
    let back = go_on(&mut hosted, "/changePassword", &form).await;
    is_let_in_once(&mut hosted, &back, name, OWN).await;
    hosted.stop().await;
}

#[tokio::test]
async fn t15_who_has_a_permanent_password_gets_them_at_the_first_sign_in() {
    let mut hosted = server().await;
    let name = "vera@example.com";
    made_by_an_administrator(&mut hosted, name).await;
    let set = json!({"UserPoolId": POOL, "Username": name, "Password": OWN, "Permanent": true});
    hosted.call("AdminSetUserPassword", &set).await;
    let back = login(&mut hosted, name, OWN).await;
    is_let_in_once(&mut hosted, &back, name, OWN).await;
    hosted.stop().await;
}
