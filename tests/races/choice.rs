//! USER_AUTH: each of its sessions and codes is good for one of many answers at once.

use poolhouse::model::cognito_idp::Operation;
use serde_json::{Value, json};

use super::sign_in::{USED, answer, has_tokens};
use super::srp_client::SrpClient;
use super::{Course, PASSWORD, all, each};

/// A client of a pool whose users may sign in by password and by code, and the pool.
async fn choosing(course: &Course) -> (Value, Value) {
    let pool = course
        .pool(
            json!({"AutoVerifiedAttributes": ["email"], "Policies": {"SignInPolicy":
            {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}}}),
        )
        .await;
    let input = json!({"UserPoolId": pool, "ClientName": "race",
        "ExplicitAuthFlows": ["ALLOW_USER_AUTH"]});
    let made = course.ask(Operation::CreateUserPoolClient, input).await;
    (made["UserPoolClient"]["ClientId"].clone(), pool)
}

async fn with_ann(course: &Course) -> (Value, Value) {
    let (client, pool) = choosing(course).await;
    let email = json!([{"Name": "email", "Value": "ann@example.com"}]);
    course.user(&pool, "ann", email).await;
    (client, pool)
}

async fn begin(course: &Course, client: &Value, more: Value) -> Value {
    let mut parameters = more;
    parameters["USERNAME"] = json!("ann");
    let input = json!({"ClientId": client, "AuthFlow": "USER_AUTH", "AuthParameters": parameters});
    course.ask(Operation::InitiateAuth, input).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_first_factor_is_chosen_once() {
    let course = Course::begin().await;
    let (client, _) = with_ann(&course).await;
    let challenge = begin(&course, &client, json!({})).await;
    assert_eq!(challenge["ChallengeName"], "SELECT_CHALLENGE");
    let requests = each(Operation::RespondToAuthChallenge, |n| {
        let chosen = [
            json!({"ANSWER": "EMAIL_OTP"}),
            json!({"ANSWER": "PASSWORD", "PASSWORD": PASSWORD}),
            json!({"ANSWER": "PASSWORD"}),
        ];
        answer(&client, &challenge, "ann", chosen[n % 3].clone())
    });
    course.race(requests).await.one(&[USED]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_code_as_the_first_factor_signs_in_once() {
    let course = Course::begin().await;
    let (client, _) = with_ann(&course).await;
    let preferred = json!({"PREFERRED_CHALLENGE": "EMAIL_OTP"});
    let challenge = begin(&course, &client, preferred).await;
    let code = json!({"EMAIL_OTP_CODE": course.code()});
    let requests = all(
        Operation::RespondToAuthChallenge,
        &answer(&client, &challenge, "ann", code),
    );
    has_tokens(&course.race(requests).await.one(&[USED]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_password_that_is_asked_for_is_taken_once() {
    let course = Course::begin().await;
    let (client, _) = with_ann(&course).await;
    let preferred = json!({"PREFERRED_CHALLENGE": "PASSWORD"});
    let challenge = begin(&course, &client, preferred).await;
    assert_eq!(challenge["ChallengeName"], "PASSWORD");
    let password = json!({"PASSWORD": PASSWORD});
    let requests = all(
        Operation::RespondToAuthChallenge,
        &answer(&client, &challenge, "ann", password),
    );
    has_tokens(&course.race(requests).await.one(&[USED]));
}

/// The public value, then the proof over it, each with its session.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_proof_of_the_password_is_begun_and_made_once() {
    let course = Course::begin().await;
    let (client, pool) = with_ann(&course).await;
    let preferred = json!({"PREFERRED_CHALLENGE": "PASSWORD_SRP"});
    let challenge = begin(&course, &client, preferred).await;
    assert_eq!(challenge["ChallengeName"], "PASSWORD_SRP");
    let srp = SrpClient::new();
    let requests = all(
        Operation::RespondToAuthChallenge,
        &answer(&client, &challenge, "ann", json!({"SRP_A": srp.a()})),
    );
    let challenge = course.race(requests).await.one(&[USED]);
    let (_, name) = pool.as_str().unwrap().split_once('_').unwrap();
    let proof = srp.prove(name, PASSWORD, &challenge).unwrap();
    let proof = json!({"ClientId": client, "ChallengeName": "PASSWORD_VERIFIER",
        "Session": challenge["Session"], "ChallengeResponses": proof});
    let requests = all(Operation::RespondToAuthChallenge, &proof);
    has_tokens(&course.race(requests).await.one(&[USED]));
}

/// The code of a sign-up, with its session; and the session of the confirmation.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_sign_up_confirms_once_and_signs_in_once() {
    let course = Course::begin().await;
    let (client, _) = choosing(&course).await;
    let sign_up = json!({"ClientId": client, "Username": "ann",
        "UserAttributes": [{"Name": "email", "Value": "ann@example.com"}]});
    let session = course.ask(Operation::SignUp, sign_up).await["Session"].clone();
    let confirm = json!({"ClientId": client, "Username": "ann", "Session": session,
        "ConfirmationCode": course.code()});
    let requests = all(Operation::ConfirmSignUp, &confirm);
    let confirmed = course
        .race(requests)
        .await
        .one(&["ExpiredCodeException", USED]);
    let sign_in = json!({"ClientId": client, "AuthFlow": "USER_AUTH",
        "Session": confirmed["Session"], "AuthParameters": {"USERNAME": "ann"}});
    let requests = all(Operation::InitiateAuth, &sign_in);
    has_tokens(&course.race(requests).await.one(&[USED]));
}
