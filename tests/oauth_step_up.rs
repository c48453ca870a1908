//! `acr_values` and `max_age` at `/oauth2/authorize` and `/login`: inert, as the service was measured in October 2026, and
//! as its guide says where the pool has levels turned on.

use serde_json::{Value, json};

use crate::http::wire::Answer;
use crate::oauth_browser::{
    CALLBACK, Hosted, claims, encode, field, location, of_client, parameter,
};

const POOL: &str = "us-east-1_Levels";
const CLIENT: &str = "8levels0client00000000000";
const LEVEL: &str = "urn:cognito:loa:";

async fn server(step_up: bool, tier: &str) -> Hosted {
    Hosted::of(&format!(
        "UserPools:\n  - Id: {POOL}\n    PoolName: levels\n    UserPoolTier: {tier}\n    StepUp: {step_up}\n    \
         MfaConfiguration: OPTIONAL\n    SoftwareTokenMfaConfiguration: {{Enabled: true}}\n    Clients:\n      - \
         ClientName: web\n        ClientId: {CLIENT}\n        SupportedIdentityProviders: [COGNITO]\n        \
         AllowedOAuthFlowsUserPoolClient: true\n        AllowedOAuthFlows: [code]\n        AllowedOAuthScopes: \
         [openid]\n        CallbackURLs: ['{CALLBACK}']\n    Users:\n      - Username: bob\n        Password: \
         Poolhouse-1\n        SoftwareToken: {{SecretCode: JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP}}\n"
    ))
    .await
}

/// Asks for a code, with these further parameters, at one of the two addresses that take them.
async fn ask(hosted: &mut Hosted, at: &str, more: &[(&str, &str)]) -> Answer {
    let query = encode(&[&of_client(CLIENT)[..], more].concat());
    hosted.send(&format!("GET {at}?{query}"), "", "").await
}

/// Signs bob in with his password: what the page answers.
async fn with_password(hosted: &mut Hosted, more: &[(&str, &str)]) -> Answer {
    let path = format!(
        "/login?{}",
        encode(&[&of_client(CLIENT)[..], more].concat())
    );
    let shown = hosted.send(&format!("GET {path}"), "", "").await;
    let csrf = field(shown.text(), "csrf");
    let form = [
        ("csrf", &*csrf),
        ("username", "bob"),
        ("password", "Poolhouse-1"),
    ];
    hosted.post(&path, "", &form).await
}

async fn with_app(hosted: &mut Hosted, more: &[(&str, &str)]) -> Answer {
    let totp = format!("GET /_poolhouse/users/{POOL}/bob/totp");
    let totp: Value = hosted.send(&totp, "", "").await.json();
    let path = format!(
        "/mfa/totp?{}",
        encode(&[&of_client(CLIENT)[..], more].concat())
    );
    let csrf = hosted.cookies["XSRF-TOKEN"].clone();
    let form = [("csrf", &*csrf), ("code", totp["code"].as_str().unwrap())];
    hosted.post(&path, "", &form).await
}

/// The claims of the ID token that a redirect's code is good for.
async fn told(hosted: &mut Hosted, back: &Answer) -> Value {
    let code = parameter(location(back), "code");
    assert!(code.is_some(), "{}{}", back.head, back.text());
    let code = code.unwrap();
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &*code),
        ("redirect_uri", CALLBACK),
    ];
    let tokens = hosted.token(CLIENT, &form).await.json();
    let id = claims(&tokens["id_token"]);
    json!([id["acr"], id["amr"]])
}

fn is_code(answer: &Answer) -> bool {
    parameter(location(answer), "code").is_some()
}

#[tokio::test]
async fn both_count_for_nothing_where_levels_are_off_or_the_tier_lacks_them() {
    for (step_up, tier) in [(false, "ESSENTIALS"), (true, "LITE")] {
        let mut hosted = server(step_up, tier).await;
        let strongest = format!("{LEVEL}4");
        let more = [("acr_values", &*strongest), ("max_age", "0")];
        let back = with_password(&mut hosted, &more).await;
        let told = told(&mut hosted, &back).await;
        assert_ne!(told[0], *strongest, "{tier}: a password alone let in");
        assert_eq!(told[0] == Value::Null, !step_up, "{tier}");
        hosted.clock.advance(10_000);
        for at in ["/oauth2/authorize", "/login"] {
            let again = ask(&mut hosted, at, &more).await;
            assert!(is_code(&again), "{tier} {at}: {}", again.head);
        }
        hosted.stop().await;
    }
}

#[tokio::test]
async fn a_sign_in_older_than_max_age_is_made_anew() {
    let mut hosted = server(true, "ESSENTIALS").await;
    let back = with_password(&mut hosted, &[]).await;
    assert!(is_code(&back), "{}", back.text());
    hosted.clock.advance(60_000);
    for at in ["/oauth2/authorize", "/login"] {
        for (max_age, is_young) in [
            ("60", true),
            ("59", false),
            ("0", false),
            ("-1", true),
            ("x", true),
        ] {
            let asked = ask(&mut hosted, at, &[("max_age", max_age)]).await;
            assert_eq!(
                is_code(&asked),
                is_young,
                "{at} max_age={max_age}: {}",
                asked.head
            );
        }
    }
    // Without a page there is no way to sign in anew.
    let none = ask(
        &mut hosted,
        "/oauth2/authorize",
        &[("max_age", "59"), ("prompt", "none")],
    )
    .await;
    assert!(
        location(&none).contains("error=login_required"),
        "{}",
        none.head
    );
    hosted.stop().await;
}

#[tokio::test]
async fn a_level_that_the_session_lacks_is_reached_by_a_further_factor() {
    let mut hosted = server(true, "ESSENTIALS").await;
    let back = with_password(&mut hosted, &[]).await;
    let level = |number: u8| format!("{LEVEL}{number}");
    assert_eq!(told(&mut hosted, &back).await, json!([level(1), ["pwd"]]));
    let (one, four) = (level(1), level(4));
    let unknown = format!("urn:other {one}");
    for (acr_values, is_enough) in [
        (&*one, true),
        (&four, false),
        (&unknown, true),
        ("urn:other", true),
    ] {
        let asked = ask(
            &mut hosted,
            "/oauth2/authorize",
            &[("acr_values", acr_values)],
        )
        .await;
        assert_eq!(is_code(&asked), is_enough, "{acr_values}: {}", asked.head);
    }
    let more = [("acr_values", &*four)];
    let asked = with_password(&mut hosted, &more).await;
    assert_eq!(
        (asked.status, is_code(&asked)),
        (200, false),
        "{}",
        asked.head
    );
    let back = with_app(&mut hosted, &more).await;
    assert_eq!(
        told(&mut hosted, &back).await,
        json!([four, ["pwd", "otp", "mfa"]])
    );
    // From then on the session has it.
    let again = ask(&mut hosted, "/oauth2/authorize", &more).await;
    assert_eq!(
        told(&mut hosted, &again).await,
        json!([four, ["pwd", "otp", "mfa"]])
    );
    hosted.stop().await;
}
