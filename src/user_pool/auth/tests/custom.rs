//! CUSTOM_AUTH: what clients see of scripts of its functions, and what the functions are told.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use crate::context::Settings;
use crate::lambda::{Answering, Fault, Functions, Invocation};
use crate::model::cognito_idp::ExplicitAuthFlowsType as Flow;
use crate::store::user_pool::app_client::AppClient;
use crate::test_pool::{PASSWORD, TestPool, hiding, server};

#[path = "custom_accounts.rs"]
mod accounts;
#[path = "custom_srp.rs"]
mod with_password;

const WRONG: &str = "NotAuthorizedException: Incorrect username or password.";

const USED: &str =
    "NotAuthorizedException: Invalid session for the user, session can only be used once.";

const UNRECOGNIZED: &str = "InvalidLambdaResponseException: Unrecognizable lambda output";

/// The functions: each says what stands next in its script, and else what the samples of the guide do.
#[derive(Default)]
struct Script {
    seen: Mutex<Vec<Value>>,
    says: Mutex<VecDeque<(&'static str, Value)>>,
}

impl Script {
    /// What the function answers next to an event of `trigger`; text is an error.
    fn next(&self, trigger: &'static str, answer: Value) {
        self.says.lock().unwrap().push_back((trigger, answer));
    }

    fn define(&self, answers: &[Value]) {
        for answer in answers {
            self.next("DefineAuthChallenge", answer.clone());
        }
    }

    /// The events so far: their sources and what Define got as `session`.
    fn heard(&self) -> Vec<String> {
        let seen = self.seen.lock().unwrap();
        seen.iter().map(heard).collect()
    }

    fn last(&self, trigger: &str) -> Value {
        let seen = self.seen.lock().unwrap();
        let is_of = |event: &&Value| {
            event["triggerSource"]
                .as_str()
                .unwrap()
                .starts_with(trigger)
        };
        seen.iter().rev().find(is_of).unwrap().clone()
    }

    fn answer(&self, mut event: Value) -> Result<Value, Fault> {
        let source = event["triggerSource"].as_str().unwrap().to_owned();
        let mut says = self.says.lock().unwrap();
        let place = says
            .iter()
            .position(|(trigger, _)| source.starts_with(trigger));
        let request = event["request"].clone();
        let response = match place.and_then(|place| says.remove(place)) {
            Some((_, Value::String(text))) => {
                let reason = "the script says so".into();
                return Err(Fault::Failed { text, reason });
            }
            Some((_, said)) => said,
            None if source.starts_with("CreateAuthChallenge") => {
                let round = request["session"].as_array().unwrap().len();
                json!({
                    "publicChallengeParameters": {"question": format!("{round}?")},
                    "privateChallengeParameters": {"answer": "42"},
                    "challengeMetadata": format!("ROUND_{round}"),
                })
            }
            None if source.starts_with("VerifyAuthChallengeResponse") => {
                let right = &request["privateChallengeParameters"]["answer"];
                json!({"answerCorrect": request["challengeAnswer"] == *right})
            }
            None => return Ok(event),
        };
        event["response"] = response;
        Ok(event)
    }
}

fn heard(event: &Value) -> String {
    let source = event["triggerSource"].as_str().unwrap();
    let (trigger, _) = source.split_once('_').unwrap();
    let rounds = event["request"]["session"].as_array();
    let rounds = rounds
        .filter(|_| trigger.starts_with("Define"))
        .map(|session| {
            let names = session.iter().map(|round| {
                let sign = if round["challengeResult"] == true {
                    "+"
                } else {
                    "-"
                };
                format!(" {sign}{}", round["challengeName"].as_str().unwrap())
            });
            names.collect::<String>()
        });
    format!("{trigger}{}", rounds.unwrap_or_default())
}

struct Port(Arc<Script>);

impl Functions for Port {
    fn invoke<'a>(&'a self, invocation: Invocation<'a>) -> Answering<'a> {
        let event = invocation.event;
        self.0.seen.lock().unwrap().push(event.clone());
        let answer = self.0.answer(event);
        Box::pin(async move {
            // A function takes its time: others have their turn meanwhile.
            tokio::task::yield_now().await;
            answer
        })
    }
}

/// A pool with functions for all of a sign-in, and a user `bob`.
struct Scene {
    pool: TestPool,
    script: Arc<Script>,
}

impl Scene {
    async fn new() -> Self {
        Self::with(json!({}), |_| {}).await
    }

    async fn with(mut members: Value, change: impl FnOnce(&mut AppClient)) -> Self {
        let script = Arc::new(Script::default());
        let mut shared = server(Settings::default());
        shared.functions = Box::new(Port(Arc::clone(&script)));
        let arn = "arn:aws:lambda:us-east-1:123456789012:function:f";
        members["LambdaConfig"] = json!({
            "DefineAuthChallenge": arn, "CreateAuthChallenge": arn,
            "VerifyAuthChallengeResponse": arn, "PreAuthentication": arn,
            "PostAuthentication": arn, "PreTokenGeneration": arn, "UserMigration": arn,
        });
        let pool = TestPool::on(shared, members, |client| {
            client.explicit_auth_flows = Some(vec![
                Flow::AllowCustomAuth,
                Flow::AllowUserPasswordAuth,
                Flow::AllowUserSrpAuth,
            ]);
            change(client);
        })
        .await;
        pool.confirmed("bob", json!([])).await;
        Self { pool, script }
    }

    /// Begins with a name alone.
    async fn begin(&self, name: &str) -> Result<Value, String> {
        self.begin_with(json!({"USERNAME": name})).await
    }

    async fn begin_with(&self, parameters: Value) -> Result<Value, String> {
        let request = json!({"AuthFlow": "CUSTOM_AUTH", "AuthParameters": parameters,
            "ClientMetadata": {"k": "first"}});
        self.pool.call("InitiateAuth", request).await
    }

    async fn answer(&self, asked: &Value, answer: &str) -> Result<Value, String> {
        self.pool
            .call("RespondToAuthChallenge", answer_of(asked, answer))
            .await
    }
}

fn answer_of(asked: &Value, answer: &str) -> Value {
    let username = &asked["ChallengeParameters"]["USERNAME"];
    json!({
        "ChallengeName": asked["ChallengeName"], "Session": asked["Session"],
        "ChallengeResponses": {"USERNAME": username, "ANSWER": answer},
        "ClientMetadata": {"k": "later"},
    })
}

fn custom() -> Value {
    json!({"challengeName": "CUSTOM_CHALLENGE", "issueTokens": false, "failAuthentication": false})
}

fn tokens() -> Value {
    json!({"issueTokens": true, "failAuthentication": false})
}

/// What a client sees of an answer.
fn shown(answer: &Result<Value, String>) -> String {
    match answer {
        Err(refused) => refused.clone(),
        Ok(answer) if answer["AuthenticationResult"]["AccessToken"].is_string() => "tokens".into(),
        Ok(answer) => answer["ChallengeName"].as_str().unwrap().to_owned(),
    }
}

#[tokio::test]
async fn what_define_says_is_what_the_client_meets() {
    let fail = || json!({"failAuthentication": true, "issueTokens": false});
    let named = |name: &str| json!({"challengeName": name});
    let thrown = "UserLambdaValidationException: DefineAuthChallenge failed with error no.";
    // What Define says in turn, what the client answers, and what it meets.
    type Row = (
        &'static str,
        Vec<Value>,
        &'static [&'static str],
        Vec<&'static str>,
    );
    let rows: Vec<Row> = vec![
        ("tokens at once", vec![tokens()], &[], vec!["tokens"]),
        (
            "one round",
            vec![custom(), tokens()],
            &["42"],
            vec!["CUSTOM_CHALLENGE", "tokens"],
        ),
        (
            "a wrong answer, and another try",
            vec![custom(), custom(), tokens()],
            &["41", "42"],
            vec!["CUSTOM_CHALLENGE", "CUSTOM_CHALLENGE", "tokens"],
        ),
        (
            "three rounds, and no more",
            vec![custom(), custom(), custom(), fail()],
            &["1", "2", "3"],
            vec![
                "CUSTOM_CHALLENGE",
                "CUSTOM_CHALLENGE",
                "CUSTOM_CHALLENGE",
                WRONG,
            ],
        ),
        ("failure", vec![fail()], &[], vec![WRONG]),
        (
            "failure wins over tokens",
            vec![json!({"failAuthentication": true, "issueTokens": true})],
            &[],
            vec![WRONG],
        ),
        (
            "tokens win over a challenge",
            vec![json!({"issueTokens": true, "challengeName": "CUSTOM_CHALLENGE"})],
            &[],
            vec!["tokens"],
        ),
        (
            "the challenge alone",
            vec![named("CUSTOM_CHALLENGE"), tokens()],
            &["42"],
            vec!["CUSTOM_CHALLENGE", "tokens"],
        ),
        ("nothing", vec![json!({})], &[], vec![UNRECOGNIZED]),
        ("no response", vec![Value::Null], &[], vec![UNRECOGNIZED]),
        (
            "nothing after an answer",
            vec![custom(), json!({"issueTokens": false})],
            &["42"],
            vec!["CUSTOM_CHALLENGE", UNRECOGNIZED],
        ),
        (
            "a text for a flag",
            vec![json!({"issueTokens": "true"})],
            &[],
            vec![UNRECOGNIZED],
        ),
        (
            "no challenge of AWS",
            vec![named("CAPTCHA")],
            &[],
            vec![UNRECOGNIZED],
        ),
        (
            "a challenge of another flow",
            vec![named("WEB_AUTHN")],
            &[],
            vec![UNRECOGNIZED],
        ),
        (
            "the password, without SRP_A",
            vec![named("PASSWORD_VERIFIER")],
            &[],
            vec!["InvalidParameterException: Missing required parameter SRP_A"],
        ),
        ("an error", vec![json!("no")], &[], vec![thrown]),
        (
            "an error after an answer",
            vec![custom(), json!("no")],
            &["42"],
            vec!["CUSTOM_CHALLENGE", thrown],
        ),
    ];
    for (row, script, answers, expected) in rows {
        let scene = Scene::new().await;
        scene.script.define(&script);
        let mut met = vec![scene.begin("bob").await];
        for answer in answers {
            let asked = met.last().unwrap().clone().unwrap();
            met.push(scene.answer(&asked, answer).await);
        }
        let met: Vec<String> = met.iter().map(shown).collect();
        assert_eq!(met, expected, "{row}");
    }
}

#[tokio::test]
async fn the_functions_are_called_in_order_and_hear_what_is_behind() {
    let scene = Scene::new().await;
    scene.script.define(&[custom(), custom(), tokens()]);
    let asked = scene.begin("bob").await.unwrap();
    let asked = scene.answer(&asked, "41").await.unwrap();
    scene.answer(&asked, "42").await.unwrap();
    // PreAuthentication does not fire without a password (observed).
    let expected = [
        "DefineAuthChallenge",
        "CreateAuthChallenge",
        "VerifyAuthChallengeResponse",
        "DefineAuthChallenge -CUSTOM_CHALLENGE",
        "CreateAuthChallenge",
        "VerifyAuthChallengeResponse",
        "DefineAuthChallenge -CUSTOM_CHALLENGE +CUSTOM_CHALLENGE",
        "PostAuthentication",
        "TokenGeneration",
    ];
    assert_eq!(scene.script.heard(), expected);
    let session = json!([
        {"challengeName": "CUSTOM_CHALLENGE", "challengeResult": false, "challengeMetadata": "ROUND_0"},
        {"challengeName": "CUSTOM_CHALLENGE", "challengeResult": true, "challengeMetadata": "ROUND_1"},
    ]);
    let last = scene.script.last("DefineAuthChallenge");
    assert_eq!(last["request"]["session"], session);
}

#[tokio::test]
async fn each_function_gets_the_whole_event() {
    let scene = Scene::new().await;
    scene.script.define(&[custom(), tokens()]);
    let asked = scene.begin("bob").await.unwrap();
    let attributes = json!({
        "sub": scene.pool.user("bob").sub.to_string(), "cognito:user_status": "CONFIRMED",
    });
    let event = |source: &str, request: Value, response: Value| {
        json!({
            "version": "1", "region": "us-east-1", "userPoolId": scene.pool.id.as_str(),
            "userName": "bob",
            "callerContext":
                {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": "client"},
            "triggerSource": format!("{source}_Authentication"),
            "request": request, "response": response,
        })
    };
    // Metadata of InitiateAuth reaches none of them (documented).
    let defined = event(
        "DefineAuthChallenge",
        json!({"userAttributes": attributes, "session": []}),
        json!({"challengeName": null, "issueTokens": null, "failAuthentication": null}),
    );
    assert_eq!(scene.script.last("DefineAuthChallenge"), defined);
    let created = event(
        "CreateAuthChallenge",
        json!({"userAttributes": attributes, "challengeName": "CUSTOM_CHALLENGE", "session": []}),
        json!({"publicChallengeParameters": null, "privateChallengeParameters": null,
            "challengeMetadata": null}),
    );
    assert_eq!(scene.script.last("CreateAuthChallenge"), created);
    scene.answer(&asked, "42").await.unwrap();
    let verified = event(
        "VerifyAuthChallengeResponse",
        json!({"userAttributes": attributes, "privateChallengeParameters": {"answer": "42"},
            "challengeAnswer": "42", "clientMetadata": {"k": "later"}}),
        json!({"answerCorrect": null}),
    );
    assert_eq!(scene.script.last("VerifyAuthChallengeResponse"), verified);
    for trigger in [
        "DefineAuthChallenge",
        "PostAuthentication",
        "TokenGeneration",
    ] {
        let metadata = &scene.script.last(trigger)["request"]["clientMetadata"];
        assert_eq!(*metadata, json!({"k": "later"}), "{trigger}");
    }
}

#[tokio::test]
async fn the_client_gets_the_public_parameters_and_its_name() {
    let scene = Scene::new().await;
    scene.script.define(&[custom()]);
    let question = json!({
        "publicChallengeParameters": {"question": "0?"},
        "privateChallengeParameters": {"answer": "xyzzy"}, "challengeMetadata": "plugh",
    });
    scene.script.next("CreateAuthChallenge", question);
    let asked = scene.begin("bob").await.unwrap();
    let expected = json!({"question": "0?", "USERNAME": "bob"});
    assert_eq!(asked["ChallengeParameters"], expected);
    let pool = scene.pool.cx.pool(&scene.pool.id).unwrap();
    let kept = format!("{:?}", pool.conversations);
    assert!(kept.contains("CustomChallenge"), "{kept}");
    for (place, text) in [("answer", asked.to_string()), ("log", kept)] {
        for private in ["xyzzy", "plugh"] {
            assert!(!text.contains(private), "{place}: {text}");
        }
    }
}

#[tokio::test]
async fn wrong_output_of_create_and_verify_is_not_recognised() {
    let rows = [
        (
            "CreateAuthChallenge",
            json!({"publicChallengeParameters": {"a": {"b": "c"}}}),
        ),
        (
            "CreateAuthChallenge",
            json!({"privateChallengeParameters": {"a": 1}}),
        ),
        (
            "CreateAuthChallenge",
            json!({"publicChallengeParameters": ["a"]}),
        ),
        ("CreateAuthChallenge", json!({"challengeMetadata": {}})),
        ("VerifyAuthChallengeResponse", json!({})),
        (
            "VerifyAuthChallengeResponse",
            json!({"answerCorrect": "true"}),
        ),
        ("VerifyAuthChallengeResponse", Value::Null),
    ];
    for (trigger, response) in rows {
        let scene = Scene::new().await;
        scene.script.define(&[custom(), tokens()]);
        scene.script.next(trigger, response.clone());
        let mut met = scene.begin("bob").await;
        if let Ok(asked) = &met {
            met = scene.answer(asked, "42").await;
        }
        assert_eq!(shown(&met), UNRECOGNIZED, "{trigger} {response}");
    }
}

#[tokio::test]
async fn a_question_may_be_empty() {
    let scene = Scene::new().await;
    scene.script.define(&[custom()]);
    scene.script.next("CreateAuthChallenge", json!({}));
    let asked = scene.begin("bob").await.unwrap();
    assert_eq!(asked["ChallengeParameters"], json!({"USERNAME": "bob"}));
    // What the client is to send back is never the function's.
    let scene = Scene::new().await;
    scene.script.define(&[custom()]);
    let named = json!({"publicChallengeParameters": {"USERNAME": "eve"}});
    scene.script.next("CreateAuthChallenge", named);
    let asked = scene.begin("bob").await.unwrap();
    assert_eq!(asked["ChallengeParameters"], json!({"USERNAME": "bob"}));
}

#[tokio::test]
async fn a_session_is_good_for_one_answer_right_or_wrong() {
    let scene = Scene::new().await;
    scene.script.define(&[custom(), custom(), tokens()]);
    let first = scene.begin("bob").await.unwrap();
    let second = scene.answer(&first, "41").await.unwrap();
    assert_ne!(first["Session"], second["Session"]);
    assert_eq!(scene.answer(&first, "42").await.unwrap_err(), USED);
    scene.answer(&second, "42").await.unwrap();
    assert_eq!(scene.answer(&second, "42").await.unwrap_err(), USED);
}

#[tokio::test]
async fn an_error_of_a_function_burns_the_session_and_a_missing_answer_does_not() {
    for trigger in [
        "VerifyAuthChallengeResponse",
        "DefineAuthChallenge",
        "PostAuthentication",
    ] {
        let scene = Scene::new().await;
        scene.script.define(&[custom()]);
        let asked = scene.begin("bob").await.unwrap();
        assert_eq!(
            scene.answer(&asked, "").await.unwrap_err(),
            "InvalidParameterException: Missing required parameter ANSWER"
        );
        scene.script.next(trigger, json!("no"));
        scene.script.define(&[tokens()]);
        assert_eq!(
            scene.answer(&asked, "42").await.unwrap_err(),
            format!("UserLambdaValidationException: {trigger} failed with error no."),
        );
        assert_eq!(
            scene.answer(&asked, "42").await.unwrap_err(),
            USED,
            "{trigger}"
        );
    }
}

#[tokio::test]
async fn a_session_expires_by_the_clock() {
    let scene = Scene::new().await;
    scene.script.define(&[custom(), custom(), tokens()]);
    let asked = scene.begin("bob").await.unwrap();
    scene.pool.advance(Duration::from_secs(180));
    let asked = scene.answer(&asked, "41").await.unwrap();
    scene.pool.advance(Duration::from_secs(181));
    assert_eq!(
        scene.answer(&asked, "42").await.unwrap_err(),
        "NotAuthorizedException: Invalid session for the user, session is expired."
    );
}

#[tokio::test]
async fn a_session_is_of_one_challenge_and_one_user() {
    let scene = Scene::new().await;
    scene.script.define(&[custom(), tokens()]);
    scene.pool.confirmed("eve", json!([])).await;
    let asked = scene.begin("bob").await.unwrap();
    let mut other = answer_of(&asked, "42");
    other["ChallengeName"] = json!("NEW_PASSWORD_REQUIRED");
    other["ChallengeResponses"]["NEW_PASSWORD"] = json!(PASSWORD);
    assert_eq!(
        scene.pool.refused("RespondToAuthChallenge", other).await,
        "NotAuthorizedException: Invalid session provided for the user."
    );
    let mut other = answer_of(&asked, "42");
    other["ChallengeResponses"]["USERNAME"] = json!("eve");
    assert_eq!(
        scene.pool.refused("RespondToAuthChallenge", other).await,
        "NotAuthorizedException: Invalid session for the user."
    );
    // Neither has used it up, nor called a function.
    scene.answer(&asked, "42").await.unwrap();
    assert_eq!(
        scene
            .script
            .heard()
            .iter()
            .filter(|one| one.starts_with("Verify"))
            .count(),
        1
    );
}

#[tokio::test]
async fn a_pool_without_the_functions_says_so_before_it_looks_for_the_user() {
    let expected = "InvalidParameterException: Custom auth lambda trigger is not configured for the \
                    user pool.";
    let scene = Scene::new().await;
    scene.script.define(&[custom(), tokens()]);
    let asked = scene.begin("bob").await.unwrap();
    let bare = json!({"UserPoolId": scene.pool.id.as_str()});
    scene.pool.ok("UpdateUserPool", bare).await;
    assert_eq!(scene.begin("bob").await.unwrap_err(), expected);
    assert_eq!(scene.begin("nobody").await.unwrap_err(), expected);
    assert_eq!(scene.answer(&asked, "42").await.unwrap_err(), expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_fifty_answers_one_is_judged() {
    let scene = Arc::new(Scene::new().await);
    scene.script.define(&[custom(), tokens()]);
    let asked = scene.begin("bob").await.unwrap();
    let answers = (0..50).map(|_| {
        let (scene, asked) = (Arc::clone(&scene), asked.clone());
        tokio::spawn(async move { scene.answer(&asked, "42").await })
    });
    let mut met = Vec::new();
    for answer in answers.collect::<Vec<_>>() {
        met.push(shown(&answer.await.unwrap()));
    }
    let count = |wanted: &str| met.iter().filter(|one| *one == wanted).count();
    assert_eq!((count("tokens"), count(USED)), (1, 49), "{met:?}");
    let verified = scene.script.heard();
    let verified = verified
        .iter()
        .filter(|one| one.starts_with("Verify"))
        .count();
    assert_eq!(verified, 1);
}
