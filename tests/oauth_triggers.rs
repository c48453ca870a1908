//! Which functions a sign-in on the pages calls, in which order, and what becomes of what they refuse.

use serde_json::{Value, json};

use crate::oauth_browser::{CALLBACK, Hosted, MACHINE, POOL, SECRET, SPA, WEB, of_client};

async fn with_functions(hosted: &mut Hosted, rules: Value) {
    let arn = |name: &str| format!("arn:aws:lambda:us-east-1:123456789012:function:{name}");
    let update = json!({"UserPoolId": POOL, "AutoVerifiedAttributes": ["email"], "LambdaConfig": {
        "PreAuthentication": arn("pre"), "PostAuthentication": arn("post"),
        "PreTokenGenerationConfig": {"LambdaArn": arn("tokens"), "LambdaVersion": "V3_0"}}});
    hosted.call("UpdateUserPool", &update).await;
    let body = json!({ "rules": rules }).to_string();
    let answer = hosted.send("PUT /_poolhouse/triggers", "", &body).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}

async fn sources(hosted: &mut Hosted) -> Vec<String> {
    let told = hosted
        .send("GET /_poolhouse/invocations", "", "")
        .await
        .json();
    let told = told["invocations"].as_array().unwrap().iter();
    told.map(|one| one["triggerSource"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn functions_are_called_at_the_page_and_at_the_token_endpoint() {
    let mut hosted = Hosted::new().await;
    with_functions(&mut hosted, json!([{"response": {}}])).await;
    let code = hosted.code("alice", WEB, &[]).await;
    let at_page = [
        "PreAuthentication_Authentication",
        "PostAuthentication_Authentication",
    ];
    assert_eq!(sources(&mut hosted).await, at_page);
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &*code),
        ("redirect_uri", CALLBACK),
    ];
    let tokens = hosted.token(WEB, &form).await.json();
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let form = [("grant_type", "refresh_token"), ("refresh_token", refresh)];
    assert_eq!(hosted.token(WEB, &form).await.status, 200);
    let form = [
        ("grant_type", "client_credentials"),
        ("client_secret", SECRET),
    ];
    assert_eq!(hosted.token(MACHINE, &form).await.status, 200);
    let expected = [
        "TokenGeneration_HostedAuth",
        "TokenGeneration_RefreshTokens",
        "TokenGeneration_ClientCredentials",
    ];
    assert_eq!(sources(&mut hosted).await[2..], expected);
    hosted.stop().await;
}

#[tokio::test]
async fn what_a_function_refuses_is_told() {
    let mut hosted = Hosted::new().await;
    let refuses = |trigger: &str| json!([{"trigger": trigger, "error": "No."}, {"response": {}}]);
    with_functions(&mut hosted, refuses("PreTokenGeneration")).await;
    let code = hosted.code("alice", WEB, &[]).await;
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &*code),
        ("redirect_uri", CALLBACK),
    ];
    let answer = hosted.token(WEB, &form).await;
    let said = r#"{"error":"invalid_request","error_description":"PreTokenGeneration failed with error No.."}"#;
    assert_eq!((answer.status, answer.text()), (400, said));
    // The code is used up all the same.
    let again = hosted.token(WEB, &form).await;
    assert_eq!(again.text(), r#"{"error":"invalid_grant"}"#);
    hosted.cookies.clear();
    let back = hosted.sign_in("alice", &of_client(SPA)).await;
    let expected = "http://localhost:3000/callback#error_description=PreTokenGeneration%20failed%20with%20error%20No..%20&error=invalid_request";
    assert_eq!(back, expected);
    hosted.stop().await;
}
