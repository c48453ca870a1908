//! What is kept of invocations, how much of it, and that no password is.

use serde_json::json;

use super::*;

fn invocation(event: Value) -> Invocation<'static> {
    Invocation {
        arn: "arn:aws:lambda:us-east-1:123456789012:function:f",
        trigger: "UserMigration",
        user_pool_id: "us-east-1_a",
        event,
        request_id: Uuid::nil(),
        caused_by: None,
        is_past: false,
    }
}

fn ran(answer: Result<Value, Fault>) -> Ran {
    Ran {
        answer,
        target: Some("http://a/".into()),
        attempts: 1,
    }
}

fn begin(journal: &Arc<Invocations>, event: Value) -> InFlight {
    InFlight::new(journal, &invocation(event), Timestamp(0))
}

#[tokio::test]
async fn a_password_is_kept_nowhere() {
    let journal = Arc::new(Invocations::new(9));
    let event = json!({
        "userName": "Secret-1",
        "triggerSource": "UserMigration_Authentication",
        "request": {"password": "Secret-1", "validationData": {"again": "my Secret-1"}},
        "response": {},
    });
    let mut answer = event.clone();
    answer["response"]["userAttributes"] = json!({"custom:p": ["Secret-1"]});
    begin(&journal, event.clone()).end(&ran(Ok(answer)));
    begin(&journal, event.clone()).end(&ran(Ok(json!("Secret-1"))));
    let failed = Fault::Failed {
        text: "wrong: Secret-1".into(),
        reason: "it said Secret-1".into(),
    };
    begin(&journal, event.clone()).end(&ran(Err(failed)));
    drop(begin(&journal, event));
    let kept = journal.after(0);
    assert_eq!(kept.len(), 4);
    for invoked in &kept {
        let event: Value = serde_json::from_str(&invoked.event).unwrap();
        assert_eq!(event["request"]["password"], "***");
        // The name is what was typed as a name.
        assert_eq!(event["userName"], "Secret-1");
        let texts = [&invoked.answer, &invoked.error, &invoked.reason];
        let mut all: Vec<String> = texts.into_iter().flatten().cloned().collect();
        all.push(event["request"].to_string());
        let all = all.concat().replace(r#""userName":"Secret-1""#, "");
        assert!(!all.contains("Secret-1"), "{all}");
    }
    assert_eq!(kept[2].error.as_deref(), Some("wrong: ***"));
}

#[tokio::test]
async fn an_invocation_that_nobody_waits_for_any_more_is_kept_too() {
    let journal = Arc::new(Invocations::new(9));
    drop(begin(&journal, json!({"userName": "ann"})));
    let kept = journal.after(0);
    assert_eq!(kept[0].error.as_deref(), Some("Abandoned"));
    assert_eq!((kept[0].attempts, &kept[0].answer), (0, &None));
}

#[tokio::test]
async fn the_last_invocations_are_kept_by_number_and_bytes_and_ids_go_on() {
    let journal = Arc::new(Invocations::new(3));
    let keep = |size: usize| begin(&journal, json!("x".repeat(size))).end(&ran(Ok(Value::Null)));
    let ids = || -> Vec<u64> { journal.after(0).iter().map(|kept| kept.id).collect() };
    for _ in 0..4 {
        keep(1);
    }
    assert_eq!(ids(), [2, 3, 4]);
    keep(MOST_BYTES / 2);
    keep(MOST_BYTES / 2 - 100);
    assert_eq!(ids(), [4, 5, 6]);
    keep(200);
    assert_eq!(ids(), [6, 7]);
    keep(2 * MOST_BYTES);
    assert_eq!(ids(), [8]);
    journal.remove(|_| true);
    assert!(ids().is_empty());
    keep(1);
    assert_eq!(
        (ids(), journal.kept().invocations.bytes()),
        (vec![9], 3 + 4)
    );
}

#[tokio::test]
async fn a_waiter_is_woken_by_the_invocation_it_wants() {
    let journal = Arc::new(Invocations::new(9));
    let waiter = tokio::spawn({
        let journal = Arc::clone(&journal);
        async move {
            let wanted = |kept: &Invoked| kept.names == ["ann"];
            journal.wait_after(0, Duration::from_secs(30), wanted).await
        }
    });
    tokio::task::yield_now().await;
    for name in ["bob", "ann"] {
        begin(&journal, json!({"userName": name})).end(&ran(Ok(Value::Null)));
    }
    assert_eq!(waiter.await.unwrap()[0].id, 2);
}
