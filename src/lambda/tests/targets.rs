//! What is tried how often, what becomes of each end, and who goes on without a function. Time stands
//! still but for what is waited for.

use std::future::{pending, ready};
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;
use tokio::time::Instant;
use uuid::Uuid;

use super::super::Readying;
use super::super::rules::Pattern;
use super::*;
use crate::outbound::Url;

const ARN: &str = "arn:aws:lambda:us-east-1:123456789012:function:f";

/// What one call comes to.
#[derive(Clone)]
enum End {
    Answer(&'static [u8]),
    Failed,
    NotCalled(&'static str),
    NotReady(&'static str),
    Never,
}

/// Ends each call as it is told, the last for ever.
struct Scripted {
    ends: Vec<End>,
    calls: AtomicUsize,
}

impl Adapter for Scripted {
    fn call<'a>(&'a self, call: Call<'a>) -> Calling<'a> {
        assert_eq!((call.arn, call.event), (ARN, &b"{\"n\":1}"[..]));
        assert_eq!(call.request_id, Uuid::nil());
        let at = self.calls.fetch_add(1, Ordering::Relaxed);
        Box::pin(match self.ends[at.min(self.ends.len() - 1)].clone() {
            End::Answer(bytes) => ready(Ok(Bytes::from_static(bytes))),
            End::Failed => ready(Err(NoAnswer::Failed("boom".into()))),
            End::NotCalled(error) | End::NotReady(error) => ready(Err(not_called(error))),
            End::Never => return Box::pin(pending()),
        })
    }

    fn ready<'a>(&'a self, call: Call<'a>) -> Readying<'a> {
        let at = self.calls.load(Ordering::Relaxed).min(self.ends.len() - 1);
        if let End::NotReady(error) = self.ends[at] {
            self.calls.fetch_add(1, Ordering::Relaxed);
            return Box::pin(ready(Err(not_called(error))));
        }
        Box::pin(ready(Ok(self.call(call))))
    }

    fn name(&self) -> String {
        "the script".into()
    }
}

fn not_called(error: &str) -> NoAnswer {
    NoAnswer::NotCalled {
        error: error.into(),
        reason: "it said so".into(),
    }
}

fn rule(pattern: &str, port: u16) -> Rule {
    Rule {
        pattern: Pattern::parse(pattern).unwrap(),
        target: Target::Webhook(Url::parse(&format!("http://a:{port}")).unwrap()),
    }
}

fn functions(adapter: &Arc<Scripted>, rules: Vec<Rule>, unreachable: Unreachable) -> Targets {
    let adapter = Arc::clone(adapter);
    let rules = Rules {
        typed: rules,
        ..Rules::default()
    };
    Targets::new(
        rules,
        Box::new(move |_| Some(adapter.clone())),
        DEFAULT_TIMEOUT,
        unreachable,
    )
}

fn scripted(ends: &[End]) -> Arc<Scripted> {
    Arc::new(Scripted {
        ends: ends.to_vec(),
        calls: AtomicUsize::new(0),
    })
}

fn invocation(user_pool_id: &'static str, trigger: &'static str) -> Invocation<'static> {
    Invocation {
        arn: ARN,
        trigger,
        user_pool_id,
        event: json!({"n": 1}),
        request_id: Uuid::nil(),
        caused_by: None,
        is_past: false,
    }
}

#[tokio::test(start_paused = true)]
async fn what_may_come_right_is_tried_three_times_and_an_error_of_the_function_once() {
    use End::{Answer, Failed, Never, NotCalled, NotReady};
    const OK: End = Answer(b"{}");
    let throttled = NotCalled("TooManyRequestsException");
    let broken = NotCalled("ServiceException");
    let cases = [
        (vec![OK], 1, 0, "{}"),
        (vec![Answer(b"null")], 1, 0, "null"),
        (vec![Answer(b"oops")], 1, 0, "not JSON"),
        (
            vec![Answer(br#"{"errorMessage":"no","errorType":"E"}"#)],
            1,
            0,
            "failed: no",
        ),
        (vec![Failed], 1, 0, "failed: boom"),
        (vec![throttled.clone(), OK], 2, 0, "{}"),
        (vec![broken.clone(), throttled.clone(), OK], 3, 0, "{}"),
        (vec![broken.clone(), Failed], 2, 0, "failed: boom"),
        (
            vec![throttled],
            3,
            0,
            "TooManyRequestsException: it said so; it was tried 3 times",
        ),
        (
            vec![broken],
            3,
            0,
            "ServiceException: it said so; it was tried 3 times",
        ),
        // What makes ready has waited as long as it may.
        (
            vec![NotReady("TooManyRequestsException")],
            1,
            0,
            "TooManyRequestsException: it said so",
        ),
        (
            vec![NotReady(TIMED_OUT)],
            1,
            0,
            "Socket timeout while invoking Lambda function: it said so",
        ),
        (
            vec![NotCalled("AccessDeniedException")],
            1,
            0,
            "AccessDeniedException: it said so",
        ),
        (
            vec![NotCalled(NOT_FOUND)],
            1,
            0,
            "ResourceNotFoundException: it said so",
        ),
        (vec![Never, OK], 2, 5, "{}"),
        (
            vec![Never],
            3,
            15,
            "Socket timeout while invoking Lambda function: the script gave no answer within 5s, \
             the limit that AWS sets and --function-timeout changes; it was tried 3 times",
        ),
    ];
    for (ends, calls, seconds, expected) in cases {
        let adapter = scripted(&ends);
        let functions = functions(&adapter, vec![rule("*", 1)], Unreachable::Refuse);
        let began = Instant::now();
        let said = match functions.invoke(invocation("p", "PreSignUp")).await {
            Ok(value) => value.to_string(),
            Err(Fault::Failed { text, .. }) => format!("failed: {text}"),
            Err(Fault::NotInvoked { error, reason }) => format!("{error}: {reason}"),
            Err(Fault::NotJson { .. }) => "not JSON".into(),
        };
        assert_eq!(said, expected);
        assert_eq!(adapter.calls.load(Ordering::Relaxed), calls, "{expected}");
        assert_eq!(began.elapsed().as_secs(), seconds, "{expected}");
    }
}

#[tokio::test]
async fn a_function_without_a_target_is_refused_or_skipped_with_one_warning_each() {
    let adapter = scripted(&[End::Never]);
    let other = || vec![rule("g", 1)];
    let refusing = functions(&adapter, other(), Unreachable::Refuse);
    match refusing.invoke(invocation("p", "PreSignUp")).await {
        Err(Fault::NotInvoked { error, reason }) => {
            assert_eq!(error, "ResourceNotFoundException");
            let ways = [
                "--function ",
                "POOLHOUSE_FUNCTIONS",
                "Triggers",
                "--lambda-endpoint",
            ];
            assert!(ways.iter().all(|way| reason.contains(way)), "{reason}");
        }
        other => panic!("{other:?}"),
    }
    let skipping = functions(&adapter, other(), Unreachable::Skip);
    for (pool, trigger, warned) in [
        ("p", "PreSignUp", 1),
        ("p", "PreSignUp", 1),
        ("p", "PostConfirmation", 2),
        ("q", "PreSignUp", 3),
    ] {
        let went_on = skipping.invoke(invocation(pool, trigger)).await;
        assert_eq!(went_on, Ok(json!({"n": 1})));
        assert_eq!(skipping.warned.lock().unwrap().len(), warned);
    }
    assert_eq!(adapter.calls.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn one_adapter_serves_a_target_and_fixtures_add_to_the_rules() {
    let made = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&made);
    let adapter = scripted(&[End::Answer(b"{}")]);
    let make: MakeAdapter = Box::new(move |_| {
        count.fetch_add(1, Ordering::Relaxed);
        Some(adapter.clone())
    });
    let targets = Targets::new(Rules::default(), make, DEFAULT_TIMEOUT, Unreachable::Refuse);
    assert!(!targets.cover(ARN));
    targets.add(vec![rule("f", 1)]);
    assert!(targets.cover(ARN));
    for _ in 0..2 {
        assert!(targets.invoke(invocation("p", "PreSignUp")).await.is_ok());
    }
    assert_eq!(made.load(Ordering::Relaxed), 1);
    targets.add(vec![rule(ARN, 2)]);
    assert!(targets.invoke(invocation("p", "PreSignUp")).await.is_ok());
    assert_eq!(made.load(Ordering::Relaxed), 2);
}
