//! Which rule answers for which invocation, how often, and what its answer becomes. Time stands still
//! but for what is waited for.

use std::future::ready;

use bytes::Bytes;
use serde_json::json;
use tokio::time::Instant;
use uuid::Uuid;

use super::*;
use crate::clock::Timestamp;
use crate::lambda::target::Target;
use crate::lambda::targets::{DEFAULT_TIMEOUT, Unreachable};
use crate::lambda::{Adapter, Call, Calling, Fault};
use crate::outbound::Url;

const ARN: &str = "arn:aws:lambda:us-east-1:123456789012:function:shop-sign-up";

/// Answers every event alike.
struct Function;

impl Adapter for Function {
    fn call<'a>(&'a self, _call: Call<'a>) -> Calling<'a> {
        Box::pin(ready(Ok(Bytes::from_static(b"\"the function\""))))
    }

    fn name(&self) -> String {
        "the function".into()
    }
}

struct Scene {
    rules: Arc<TriggerRules>,
    functions: Directed,
}

/// Functions that all have a target, or none.
fn scene(has_target: bool) -> Scene {
    let rest = Target::Webhook(Url::parse("http://a").unwrap());
    let targets = rules::Rules {
        rest: has_target.then_some(rest),
        ..rules::Rules::default()
    };
    let make = Box::new(|_: &Target| Some(Arc::new(Function) as Arc<dyn Adapter>));
    let targets = Targets::new(targets, make, DEFAULT_TIMEOUT, Unreachable::Refuse);
    let rules: Arc<TriggerRules> = Arc::default();
    let functions = Directed::new(
        targets,
        Arc::clone(&rules),
        Arc::new(Invocations::new(9)),
        Clock::frozen_at(Timestamp(0)),
    );
    Scene { rules, functions }
}

fn rule(value: Value) -> Result<TriggerRule, String> {
    TriggerRule::read(value.as_object().unwrap()).map_err(|fault| fault.to_string())
}

impl Scene {
    fn with(self, rules: Value) -> Self {
        let rules = rules.as_array().unwrap().iter().cloned();
        let rules = rules.map(|value| rule(value).unwrap()).collect();
        self.rules.replace(rules);
        self
    }

    async fn invoke(&self) -> String {
        match self.functions.invoke(invocation()).await {
            Ok(value) => value.to_string(),
            Err(Fault::Failed { text, .. }) => format!("failed: {text}"),
            Err(Fault::NotInvoked { error, reason }) => format!("{error}: {reason}"),
            Err(Fault::NotJson { .. }) => "not JSON".into(),
        }
    }
}

fn invocation() -> Invocation<'static> {
    Invocation {
        arn: ARN,
        trigger: "PreSignUp",
        user_pool_id: "us-east-1_a",
        event: json!({
            "userName": "bob",
            "triggerSource": "PreSignUp_SignUp",
            "request": {"userAttributes": {"email": "bob@example.com"}},
            "response": {"autoConfirmUser": false, "autoVerifyEmail": false},
        }),
        request_id: Uuid::nil(),
        caused_by: None,
        is_past: false,
    }
}

const FUNCTION: &str = "\"the function\"";

#[tokio::test(start_paused = true)]
async fn a_rule_is_for_what_fits_all_that_it_names() {
    for (named, applies) in [
        (json!({}), true),
        (json!({"userPoolId": "us-east-1_a"}), true),
        (json!({"userPoolId": "us-east-1_b"}), false),
        (json!({"trigger": "PreSignUp"}), true),
        (json!({"trigger": "PostConfirmation"}), false),
        (json!({"triggerSource": "PreSignUp_SignUp"}), true),
        (json!({"triggerSource": "PreSignUp_AdminCreateUser"}), false),
        (json!({"username": "bob"}), true),
        (json!({"username": "bob@example.com"}), true),
        (json!({"username": "ann"}), false),
        (json!({"function": ARN}), true),
        (json!({"function": "shop-sign-up"}), true),
        (json!({"function": "shop-*"}), true),
        (json!({"function": "other"}), false),
        (json!({"trigger": "PreSignUp", "username": "ann"}), false),
    ] {
        let mut given = named.clone();
        given["error"] = json!("no");
        let scene = scene(true).with(json!([given]));
        let expected = if applies { "failed: no" } else { FUNCTION };
        assert_eq!(scene.invoke().await, expected, "{named}");
    }
}

#[tokio::test(start_paused = true)]
async fn every_kind_of_answer_stands_in_for_the_function() {
    let mut confirmed = invocation().event;
    confirmed["response"]["autoConfirmUser"] = json!(true);
    let throttled = "TooManyRequestsException: a rule of /_poolhouse/triggers or of a fixture says so; \
                     it was tried 3 times";
    for (given, expected) in [
        (
            json!({"response": {"autoConfirmUser": true}}),
            &*confirmed.to_string(),
        ),
        (json!({"event": null}), "null"),
        (json!({"event": {"a": 1}}), r#"{"a":1}"#),
        (json!({"event": "oops"}), "not JSON"),
        (json!({"event": "\"oops\""}), "\"oops\""),
        (
            json!({"event": {"errorType": "E", "errorMessage": "no"}}),
            "failed: no",
        ),
        (json!({"error": "no"}), "failed: no"),
        (
            json!({"error": {"errorType": "E", "errorMessage": "no"}}),
            "failed: no",
        ),
        (json!({"error": {"errorType": "E"}}), "failed: E"),
        (json!({"notInvoked": "TooManyRequestsException"}), throttled),
        (
            json!({"notInvoked": "AccessDeniedException"}),
            "AccessDeniedException: a rule of /_poolhouse/triggers or of a fixture says so",
        ),
    ] {
        // It answers also for a function without a target.
        for has_target in [true, false] {
            let scene = scene(has_target).with(json!([given]));
            assert_eq!(scene.invoke().await, expected, "{given}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_delay_is_held_to_the_time_of_a_function_and_its_attempts() {
    let sent = invocation().event.to_string();
    let late = "Socket timeout while invoking Lambda function: ";
    for (given, has_target, seconds, expected) in [
        (json!({"delay": "2s"}), true, 2, FUNCTION),
        (json!({"delay": "2s"}), false, 2, &*sent),
        (json!({"delay": "2s", "error": "no"}), true, 2, "failed: no"),
        (json!({"delay": "6s"}), true, 15, late),
        (json!({"delay": "6s", "response": {}}), false, 15, late),
    ] {
        let scene = scene(has_target).with(json!([given]));
        let since = Instant::now();
        let found = scene.invoke().await;
        assert!(found.starts_with(expected), "{given}: {found}");
        assert_eq!(since.elapsed().as_secs(), seconds, "{given}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_first_rule_that_applies_and_is_not_used_up_wins() {
    let scene = scene(true).with(json!([
        {"error": "other", "username": "ann"},
        {"error": "one", "times": 1},
        {"error": "two", "times": 2},
    ]));
    let mut found = Vec::new();
    for _ in 0..5 {
        found.push(scene.invoke().await);
    }
    let expected = [
        "failed: one",
        "failed: two",
        "failed: two",
        FUNCTION,
        FUNCTION,
    ];
    assert_eq!(found, expected);
    let used = |rule: &TriggerRule| rule.view()["used"].clone();
    let rules = scene.rules.all();
    assert_eq!(rules.iter().map(used).collect::<Vec<_>>(), [0, 1, 2]);
}

#[test]
fn of_many_invocations_at_once_as_many_as_the_rule_is_for_get_it() {
    let rule = rule(json!({"error": "no", "times": 3})).unwrap();
    let taken = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..50).map(|_| scope.spawn(|| rule.take(false))).collect();
        let ends = threads.into_iter().map(|thread| thread.join().unwrap());
        ends.filter(|taken| *taken).count()
    });
    assert_eq!(taken, 3);
}

#[test]
fn a_function_is_covered_by_its_target_and_by_rules_that_name_it() {
    let source = "PreSignUp_AdminCreateUser";
    for (given, covered) in [
        (json!({"function": ARN}), true),
        (json!({"function": "shop-*", "triggerSource": source}), true),
        (
            json!({"function": ARN, "trigger": "PreSignUp", "userPoolId": "us-east-1_a"}),
            true,
        ),
        (json!({"trigger": "PreSignUp"}), false),
        (json!({"function": "other"}), false),
        (json!({"function": ARN, "trigger": "CustomMessage"}), false),
        (json!({"function": ARN, "userPoolId": "us-east-1_b"}), false),
    ] {
        let cover = |scene: Scene| scene.functions.cover("us-east-1_a", "PreSignUp", ARN);
        let mut rule = given.clone();
        rule["error"] = json!("no");
        assert_eq!(cover(scene(false).with(json!([rule]))), covered, "{given}");
        assert!(cover(scene(true)));
    }
}

#[test]
fn what_is_shown_may_be_given_again_and_what_is_wrong_is_refused() {
    for given in [
        json!({"event": null, "times": 2, "used": 1}),
        json!({"event": "oops", "userPoolId": "p", "trigger": "PreSignUp"}),
        json!({"error": "no", "trigger": "UserMigration", "triggerSource": "UserMigration_Authentication"}),
        json!({"response": {"a": null}, "username": "u", "function": "f*", "delay": "1m 2s"}),
        json!({"error": "no"}),
        json!({"notInvoked": "X"}),
        json!({"delay": "2s"}),
    ] {
        let shown = rule(given.clone()).unwrap().view();
        assert_eq!(rule(shown.clone()).unwrap().view(), shown, "{given}");
        for (name, value) in given.as_object().unwrap() {
            assert_eq!(shown.get(name), Some(value), "{given}");
        }
    }
    for (given, expected) in [
        (json!({}), "says nothing"),
        (json!({"times": 1}), "says nothing"),
        (json!({"error": "a", "response": {}}), "give one of"),
        (json!({"event": null, "notInvoked": "a"}), "give one of"),
        (json!({"response": []}), "response: must be an object"),
        (json!({"error": 7}), "error: must be"),
        (json!({"error": {"trace": "a"}}), "error: must be"),
        (json!({"error": {}}), "error: must be"),
        (json!({"notInvoked": ""}), "notInvoked: must be a text"),
        (json!({"delay": "soon"}), "give a time such as 2s"),
        (json!({"delay": 2}), "delay: must be a text"),
        (
            json!({"error": "a", "times": 0}),
            "times: must be a number from 1",
        ),
        (
            json!({"error": "a", "times": "1"}),
            "times: must be a number from 1",
        ),
        (
            json!({"error": "a", "trigger": "preSignUp"}),
            "trigger: no trigger is \"preSignUp\"; did you mean PreSignUp?",
        ),
        (
            json!({"error": "a", "function": "a b"}),
            "names no function",
        ),
        (
            json!({"error": "a", "trigger": "Colour"}),
            "known here are CreateAuthChallenge, CustomEmailSender, CustomMessage, ",
        ),
        (
            json!({"error": "a", "triggerSource": "PreSignUp_Signup"}),
            "triggerSource: no event has the source \"PreSignUp_Signup\"; did you mean PreSignUp_SignUp?",
        ),
        (
            json!({"error": "a", "triggerSource": "PreTokenGeneration"}),
            "known here are TokenGeneration_AuthenticateDevice, TokenGeneration_Authentication, ",
        ),
        (
            json!({"error": "a", "triggerSource": "PreSignUp_Colour"}),
            "known here are PreSignUp_AdminCreateUser, PreSignUp_ExternalProvider, PreSignUp_SignUp",
        ),
        (
            json!({"error": "a", "triggerSource": "Colour"}),
            "known here are CreateAuthChallenge_Authentication, ",
        ),
        (
            json!({"error": "a", "trigger": "PreSignUp", "triggerSource": "CustomMessage_SignUp"}),
            "triggerSource: it is of CustomMessage; PreSignUp has PreSignUp_SignUp, ",
        ),
        (
            json!({"error": "a", "userpoolId": "a"}),
            "userpoolId: unknown member; did you mean userPoolId?",
        ),
        (
            json!({"error": "a", "colour": null}),
            "colour: unknown member",
        ),
    ] {
        let refused = rule(given.clone()).unwrap_err();
        assert!(refused.contains(expected), "{given}: {refused}");
    }
}
