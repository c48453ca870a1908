//! Request rates of the authorization server and its pages: which category each request draws on.

use serde_json::{Value, json};

use crate::http::wire::Answer;
use crate::oauth_browser::{
    CALLBACK, Hosted, MACHINE, POOL, WEB, encode, field, location, of_client, parameter,
};

/// Holds everybody to AWS's rates, but for these.
async fn hold(hosted: &mut Hosted, rates: &[(&str, u32)]) {
    let json = "Content-Type: application/json\r\n";
    let enforce = json!({"enforced": true}).to_string();
    let path = "POST /_poolhouse/quotas";
    assert_eq!(hosted.send(path, json, &enforce).await.status, 200);
    for (category, rps) in rates {
        let body = json!({"category": category, "rps": rps}).to_string();
        assert_eq!(
            hosted.send(path, json, &body).await.status,
            200,
            "{category}"
        );
    }
}

/// The categories that anything was counted for: how many requests were taken, and how many refused.
async fn counted(hosted: &mut Hosted) -> Value {
    let shown = hosted.send("GET /_poolhouse/quotas", "", "").await.json();
    let rows = shown["categories"].as_array().unwrap();
    let used = rows
        .iter()
        .filter(|row| row["calls"] != 0 || row["throttled"] != 0);
    let pairs = used.map(|row| {
        let name = row["category"].as_str().unwrap().to_owned();
        (name, json!([row["calls"], row["throttled"]]))
    });
    Value::Object(pairs.collect())
}

fn is_slowed_down(answer: &Answer) -> bool {
    answer.status == 429 && answer.json()["error"] == "slow_down"
}

async fn exchange(hosted: &mut Hosted, code: &str) -> Answer {
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", CALLBACK),
    ];
    hosted.token(WEB, &form).await
}

#[tokio::test]
async fn programs_draw_on_the_rate_of_the_operation_that_does_the_same() {
    let mut hosted = Hosted::new().await;
    let registers = json!({"UserPoolId": POOL, "AutoVerifiedAttributes": ["email"],
        "DcrConfiguration": {"EnableStatus": "Enabled", "OpenDcrEnabled": true}});
    hosted.call("UpdateUserPool", &registers).await;
    let code = hosted.code("alice", WEB, &[("scope", "openid")]).await;
    let tokens = exchange(&mut hosted, &code).await.json();
    let bearer = format!(
        "Authorization: Bearer {}\r\n",
        tokens["access_token"].as_str().unwrap()
    );
    let refresh = tokens["refresh_token"].as_str().unwrap().to_owned();
    let json = "Content-Type: application/json\r\n";
    let described = json!({"redirect_uris": [CALLBACK]}).to_string();
    for (category, what) in [
        ("UserRead", "userInfo"),
        ("UserPoolClientUpdate", "register"),
        ("UserAuthentication", "refresh"),
        ("ClientAuthentication", "machine"),
        ("UserToken", "revoke"),
    ] {
        hold(&mut hosted, &[(category, 1)]).await;
        let before = counted(&mut hosted).await;
        let taken = before[category][0].as_u64().unwrap_or_default();
        for turn in 0..2 {
            let answer = match what {
                "userInfo" => hosted.send("GET /oauth2/userInfo", &bearer, "").await,
                "register" => {
                    let path = "POST /us-east-1_Hosted/oauth2/register";
                    hosted.send(path, json, &described).await
                }
                "refresh" => {
                    let form = [
                        ("grant_type", "refresh_token"),
                        ("refresh_token", &*refresh),
                    ];
                    hosted.token(WEB, &form).await
                }
                "machine" => {
                    let form = [("grant_type", "client_credentials")];
                    hosted.token(MACHINE, &form).await
                }
                _ => {
                    let form = [("client_id", WEB), ("token", &*refresh)];
                    hosted.post("/oauth2/revoke", "", &form).await
                }
            };
            if turn == 0 {
                assert!(answer.status < 300, "{what}: {}", answer.text());
            } else {
                assert!(is_slowed_down(&answer), "{what}: {}", answer.text());
            }
        }
        let after = counted(&mut hosted).await;
        assert_eq!(after[category], json!([taken + 1, 1]), "{what}");
    }
    hosted.stop().await;
}

#[tokio::test]
async fn an_exchange_of_a_code_has_the_rate_of_sign_ins_without_counting_as_one() {
    let mut hosted = Hosted::new().await;
    let mut codes = Vec::new();
    for _ in 0..2 {
        hosted.cookies.clear();
        codes.push(hosted.code("alice", WEB, &[]).await);
    }
    hold(&mut hosted, &[("UserAuthentication", 1)]).await;
    assert_eq!(exchange(&mut hosted, &codes[0]).await.status, 200);
    let again = exchange(&mut hosted, &codes[1]).await;
    assert!(is_slowed_down(&again), "{}", again.text());
    assert_eq!(counted(&mut hosted).await, json!({}));
    // What sign-ins may use is all there.
    hosted.cookies.clear();
    hosted.code("alice", WEB, &[]).await;
    assert_eq!(
        counted(&mut hosted).await,
        json!({"UserAuthentication": [1, 0]})
    );
    hosted.stop().await;
}

#[tokio::test]
async fn forms_of_pages_draw_on_the_rate_of_what_they_do_and_pages_on_none() {
    let mut hosted = Hosted::new().await;
    let fay = json!({"UserPoolId": POOL, "Username": "fay", "TemporaryPassword": "Temporary-1"});
    hosted.call("AdminCreateUser", &fay).await;
    hold(&mut hosted, &[]).await;
    let query = encode(&of_client(WEB));
    let login = format!("/login?{query}");
    for path in ["/login", "/signup", "/forgotPassword", "/oauth2/authorize"] {
        hosted.send(&format!("GET {path}?{query}"), "", "").await;
    }
    let out = [("client_id", WEB), ("logout_uri", "http://localhost:3000/")];
    assert_eq!(hosted.get("/logout", &out).await.status, 302);
    assert_eq!(counted(&mut hosted).await, json!({}));
    let shown = hosted.send(&format!("GET {login}"), "", "").await;
    let csrf = field(shown.text(), "csrf");
    let named = [("csrf", &*csrf), ("username", "fay")];
    let form = [&named[..], &[("password", "Temporary-1")]].concat();
    hosted.post(&login, "", &form).await;
    let form = [
        &named[..],
        &[
            ("password", "Poolhouse-2"),
            ("confirmPassword", "Poolhouse-2"),
        ],
    ];
    let done = hosted
        .post(&format!("/changePassword?{query}"), "", &form.concat())
        .await;
    assert!(
        parameter(location(&done), "code").is_some(),
        "{}",
        done.text()
    );
    hosted
        .post(&format!("/forgotPassword?{query}"), "", &named)
        .await;
    let form = [
        &named[..1],
        &[
            ("username", "new"),
            ("password", "Poolhouse-1"),
            ("confirmPassword", "Poolhouse-1"),
            ("requiredAttributes[email]", "new@example.com"),
        ],
    ];
    hosted
        .post(&format!("/signup?{query}"), "", &form.concat())
        .await;
    hosted
        .post(&format!("/resendcode?{query}"), "", &named)
        .await;
    assert_eq!(
        counted(&mut hosted).await,
        json!({"UserAuthentication": [1, 0], "UserAccountRecovery": [2, 0], "UserCreation": [1, 0],
            "UserResourceRead": [1, 0]})
    );
    hosted.stop().await;
}
