//! What is kept of requests and events, who is told of it, and which requests a selection means.

use bytes::Bytes;
use serde_json::json;

use super::*;
use crate::clock::Timestamp;
use crate::control::outbox::Names;
use crate::model::cognito_idp::Operation;

fn call(operation: Operation) -> Request {
    let what = What::Call {
        service: Service::UserPools,
        operation: Some(operation.name()),
        shapes: Some([operation.input(), operation.output()]),
    };
    Request::new(what, Timestamp(0))
}

fn ended(journal: &Journal, operation: Operation, note: impl FnOnce(&mut Request)) {
    let mut open = InFlight::begin(journal, || call(operation));
    open.note(note);
    open.end(Some(200));
}

fn clock() -> Happening {
    Happening::Clock {
        now: Timestamp(0),
        is_frozen: true,
    }
}

#[test]
fn the_last_requests_are_kept_and_the_others_counted() {
    let journal = Journal::new(2);
    for operation in [Operation::SignUp, Operation::GetUser, Operation::ListUsers] {
        ended(&journal, operation, |_| {});
    }
    let names = |after| -> Vec<_> {
        let found = journal.requests_after(after);
        found.iter().map(|one| one.operation().unwrap()).collect()
    };
    assert_eq!(names(0), ["GetUser", "ListUsers"]);
    assert_eq!(names(2), ["ListUsers"]);
    assert_eq!(journal.dropped(), 1);
}

#[test]
fn a_journal_that_is_off_keeps_nothing_and_makes_nothing() {
    let journal = Journal::new(0);
    let open = InFlight::begin(&journal, || unreachable!("nobody keeps it"));
    open.end(Some(200));
    assert_eq!((journal.last_id(), journal.dropped()), (0, 0));
    journal.tell(clock());
    assert_eq!(journal.last_id(), 1);
}

#[test]
fn a_request_whose_client_leaves_is_kept_as_lost() {
    let journal = Journal::new(9);
    drop(InFlight::begin(&journal, || call(Operation::SignUp)));
    let found = journal.requests_after(0);
    assert_eq!(found[0].outcome(), Outcome::Lost);
    assert!(found[0].reason.as_deref().unwrap().contains("left"));
}

#[test]
fn long_bodies_are_told_by_their_length_alone() {
    let journal = Journal::new(9);
    let long = format!("{{\"UserPoolId\":\"{}\"}}", "x".repeat(70_000));
    ended(&journal, Operation::ListUsers, |request| {
        request.take_input(long.as_bytes());
        request.take_output(&Bytes::from_static(br#"{"Users":[]}"#));
    });
    let found = &journal.requests_after(0)[0];
    assert_eq!(found.input(), Value::Null);
    assert_eq!(found.output(), json!({"Users": []}));
    assert_eq!(found.lengths(), [long.len(), 12]);
}

#[test]
fn a_formatted_request_tells_no_secret() {
    let mut request = call(Operation::SignUp);
    request.take_input(br#"{"Password":"hunter2"}"#);
    assert!(!format!("{request:?}").contains("hunter2"));
    assert_eq!(request.input(), json!({"Password": "***"}));
}

#[tokio::test(start_paused = true)]
async fn news_come_in_order_and_a_gap_is_told() {
    let journal = Journal::new(1);
    journal.tell(clock());
    ended(&journal, Operation::SignUp, |_| {});
    journal.tell(clock());
    let ids = |news: &News| -> Vec<u64> { news.entries.iter().map(Entered::id).collect() };
    let news = journal.wait_for_news(0, Duration::ZERO).await;
    assert_eq!((ids(&news), news.has_lost_requests), (vec![1, 2, 3], false));
    ended(&journal, Operation::GetUser, |_| {});
    let news = journal.wait_for_news(1, Duration::ZERO).await;
    assert_eq!((ids(&news), news.has_lost_requests), (vec![3, 4], true));
    let news = journal.wait_for_news(2, Duration::ZERO).await;
    assert_eq!((ids(&news), news.has_lost_requests), (vec![3, 4], false));
    let news = journal.wait_for_news(4, Duration::from_secs(1)).await;
    assert_eq!((ids(&news), news.has_lost_requests), (vec![], false));
}

#[tokio::test]
async fn a_waiter_is_woken_by_the_request_it_wants() {
    let journal = Arc::new(Journal::new(9));
    let waiter = {
        let journal = Arc::clone(&journal);
        tokio::spawn(async move {
            let wanted = |request: &Request| request.operation() == Some("GetUser");
            let patience = Duration::from_secs(30);
            journal.wait_for_requests(0, patience, wanted).await
        })
    };
    tokio::task::yield_now().await;
    ended(&journal, Operation::SignUp, |_| {});
    ended(&journal, Operation::GetUser, |_| {});
    let found = waiter.await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].id, 2);
}

fn about() -> About {
    About {
        user_pool: Some("us-east-1_a".into()),
        account: Some("123456789012".into()),
        client: Some("c".into()),
        user: Names {
            all: vec!["bob".into(), "bob@example.com".into()],
            any_case: true,
        },
    }
}

#[test]
fn a_selection_needs_all_that_it_names_and_says_what_differs() {
    let journal = Journal::new(9);
    ended(&journal, Operation::SignUp, |request| {
        request.take_input(
            br#"{"Username":"bob","Password":"x","UserAttributes":[{"Name":"a","Value":"b"}]}"#,
        );
        request.label = Some("checkout".into());
        request.trace = Some(7);
    });
    let request = &journal.requests_after(0)[0];
    let some = |text: &str| Some(text.to_owned());
    let all = Selection {
        operations: vec!["GetUser".into(), "SignUp".into()],
        path: some("/*"),
        user_pool: some("us-east-1_a"),
        client: some("c"),
        username: some("BOB@example.com"),
        account: some("123456789012"),
        outcome: Some(Outcome::Success),
        label: some("checkout"),
        trace: Some(7),
        status: Some(200),
        input: Some(json!({"Username": "bob", "UserAttributes": [{"Name": "a"}]})),
    };
    assert!(all.picks(request, &about()) && Selection::default().picks(request, &about()));
    assert_eq!(all.differences(request, &about()), []);
    let other = Selection {
        operations: vec!["GetUser".into()],
        path: some("/oauth2/*"),
        user_pool: some("us-east-1_b"),
        client: some("d"),
        username: some("ann"),
        account: some("000000000000"),
        outcome: Outcome::named("UsernameExistsException"),
        label: some("x"),
        trace: Some(8),
        status: Some(400),
        input: Some(json!({"Username": "ann"})),
    };
    let members: Vec<_> = other
        .differences(request, &about())
        .into_iter()
        .map(|one| one.member)
        .collect();
    let expected = [
        "operation",
        "path",
        "userPoolId",
        "clientId",
        "username",
        "account",
        "label",
        "status",
        "input",
        "outcome",
        "trace",
    ];
    assert_eq!(members, expected);
    for (member, _, alone) in other.each() {
        assert!(!alone.picks(request, &about()), "{member}");
    }
}

#[test]
fn an_outcome_is_a_word_or_an_error_that_there_is() {
    for name in Outcome::NAMES {
        assert_eq!(Outcome::named(name).unwrap().name(), name);
    }
    let error = Outcome::named("NotAuthorizedException").unwrap();
    assert_eq!(error, Outcome::Error("NotAuthorizedException".into()));
    assert_eq!(Outcome::named("NotAuthorisedException"), None);
}
