//! Recoveries as callers see them.

mod history;
mod paused;
mod requirements;

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use crate::clock::Timestamp;
use crate::store::user_pool::software_token::SoftwareToken;
use crate::test_pool::{PASSWORD, TestPool, attributes};

const MINUTE: Duration = Duration::from_secs(60);

const HOUR: Duration = Duration::from_secs(60 * 60);

/// What a timestamp is on the wire.
fn seconds(at: Timestamp) -> Value {
    json!(at.0 as f64 / 1000.0)
}

/// The present moment, and a minute passes.
fn mark(pool: &TestPool) -> Value {
    let now = seconds(pool.cx.now());
    pool.advance(MINUTE);
    now
}

/// Initiates a recovery to `point` as soon as that is old enough.
async fn initiate(pool: &TestPool, point: &Value) -> Value {
    pool.advance(MINUTE * 15);
    let request = json!({"RestoreTimestamp": point});
    pool.ok("InitiatePointInTimeRecovery", request).await["Restoration"].clone()
}

fn id(recovery: &Value) -> Value {
    json!({"RestoreId": recovery["RestoreId"]})
}

async fn describe(pool: &TestPool, recovery: &Value) -> Value {
    pool.ok("DescribePointInTimeRecovery", id(recovery)).await["Restoration"].clone()
}

async fn start(pool: &TestPool, recovery: &Value) -> Value {
    pool.ok("StartPointInTimeRecovery", id(recovery)).await["Restoration"].clone()
}

/// Recovers the pool to `point`.
async fn recover(pool: &TestPool, point: &Value) {
    let recovery = initiate(pool, point).await;
    start(pool, &recovery).await;
}

/// Created, updated, deleted, of each kind.
async fn counts(pool: &TestPool, recovery: &Value) -> Vec<(String, [i64; 3])> {
    let shown = describe(pool, recovery).await;
    let preview = shown["RestorePreview"].as_array().unwrap();
    preview
        .iter()
        .map(|line| {
            let kind = line["Entity"].as_str().unwrap().to_owned();
            let counts = ["CreateCount", "UpdateCount", "DeleteCount"];
            (kind, counts.map(|name| line[name].as_i64().unwrap()))
        })
        .collect()
}

fn kinds(counts: [[i64; 3]; 4]) -> Vec<(String, [i64; 3])> {
    let kinds = ["Users", "Groups", "User MFAs", "Passkeys"];
    let kinds = kinds.iter().map(|kind| (*kind).to_owned());
    kinds.zip(counts).collect()
}

async fn sign_in(pool: &TestPool, name: &str, password: &str) -> Result<Value, String> {
    let request = json!({"AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": name, "PASSWORD": password}});
    pool.call("InitiateAuth", request).await
}

/// Gives a user a software token, as its verification does.
fn set_token(pool: &TestPool, name: &str, secret: u8) {
    let stored = pool.cx.pool(&pool.id).unwrap();
    crate::user_pool::users::change(&stored, &pool.user(name), |_, user| {
        let mfa = &mut user.more_mut().mfa;
        mfa.token = Some(SoftwareToken::new(vec![secret; 20].into(), None));
        mfa.software_token = true;
        Ok(())
    })
    .unwrap();
}

#[tokio::test]
async fn a_recovery_goes_from_preview_to_done() {
    let pool = TestPool::new(json!({})).await;
    let point = mark(&pool);
    pool.confirmed("ann", json!([])).await;
    let made = initiate(&pool, &point).await;
    let now = seconds(pool.cx.now());
    let expected = json!({"RestoreId": made["RestoreId"], "RestoreStatus": "PREVIEW_GENERATING",
        "RestoreTimestamp": point, "TriggerTimestamp": now});
    assert_eq!(made, expected);
    let mut shown = describe(&pool, &made).await;
    let preview = shown.as_object_mut().unwrap().remove("RestorePreview");
    assert_eq!(
        preview.unwrap()[0],
        json!({"Entity": "Users", "CreateCount": 0, "UpdateCount": 0, "DeleteCount": 1})
    );
    assert_eq!(shown["RestoreStatus"], "PREVIEW_GENERATED");
    pool.ok("AdminGetUser", json!({"Username": "ann"})).await;
    assert_eq!(start(&pool, &made).await["RestoreStatus"], "RESTORING");
    let done = describe(&pool, &made).await;
    assert_eq!(done["RestoreStatus"], "RESTORE_COMPLETED");
    assert_eq!(done["RestorePreview"][0]["DeleteCount"], 1);
    assert_eq!(
        pool.refused("AdminGetUser", json!({"Username": "ann"}))
            .await,
        "UserNotFoundException: User does not exist."
    );
    let again = pool.refused("StartPointInTimeRecovery", id(&made)).await;
    let name = made["RestoreId"].as_str().unwrap();
    assert_eq!(
        again,
        format!(
            "InvalidParameterException: Point-in-time recovery {name} has the status \
             RESTORE_COMPLETED."
        )
    );
    pool.confirmed("ann", json!([])).await;
}

#[tokio::test]
async fn what_was_made_goes_and_what_was_taken_away_or_changed_comes_back() {
    let pool = TestPool::new(json!({})).await;
    for name in ["kept", "changed", "gone", "swapped"] {
        let email = format!("{name}@example.com");
        pool.confirmed(name, attributes([("email", &email)])).await;
    }
    for name in ["old", "lost"] {
        pool.ok("CreateGroup", json!({"GroupName": name, "Precedence": 1}))
            .await;
    }
    let member = json!({"Username": "changed", "GroupName": "lost"});
    pool.ok("AdminAddUserToGroup", member).await;
    set_token(&pool, "gone", 1);
    set_token(&pool, "changed", 1);
    let swapped = pool.user("swapped").sub;
    let gone = pool.user("gone");
    let was = pool
        .ok("AdminGetUser", json!({"Username": "changed"}))
        .await;

    let point = mark(&pool);
    pool.confirmed("new", json!([])).await;
    set_token(&pool, "new", 1);
    let other = json!({"Username": "changed",
        "UserAttributes": [{"Name": "email", "Value": "other@example.com"}]});
    pool.ok("AdminUpdateUserAttributes", other).await;
    pool.ok("AdminDisableUser", json!({"Username": "changed"}))
        .await;
    set_token(&pool, "changed", 2);
    for name in ["gone", "swapped"] {
        pool.ok("AdminDeleteUser", json!({"Username": name})).await;
    }
    pool.confirmed("swapped", json!([])).await;
    pool.ok("DeleteGroup", json!({"GroupName": "lost"})).await;
    pool.ok("CreateGroup", json!({"GroupName": "young"})).await;
    pool.ok("UpdateGroup", json!({"GroupName": "old", "Precedence": 2}))
        .await;
    let member = json!({"Username": "kept", "GroupName": "young"});
    pool.ok("AdminAddUserToGroup", member).await;

    let recovery = initiate(&pool, &point).await;
    assert_eq!(
        counts(&pool, &recovery).await,
        kinds([[2, 2, 2], [1, 1, 1], [1, 1, 1], [0, 0, 0]])
    );
    start(&pool, &recovery).await;
    let listed = pool.ok("ListUsers", json!({})).await;
    let names: Vec<_> = listed["Users"]
        .as_array()
        .unwrap()
        .iter()
        .map(|user| &user["Username"])
        .collect();
    assert_eq!(names, ["changed", "gone", "kept", "swapped"]);
    let is = pool
        .ok("AdminGetUser", json!({"Username": "changed"}))
        .await;
    assert_eq!(is, was);
    assert_eq!(pool.user("swapped").sub, swapped);
    assert_eq!(pool.user("gone").attributes, gone.attributes);
    assert!(pool.user("gone").has_same_mfa(&gone));
    let groups = pool.ok("ListGroups", json!({})).await;
    let groups: Vec<_> = groups["Groups"]
        .as_array()
        .unwrap()
        .iter()
        .map(|group| {
            (
                group["GroupName"].as_str().unwrap(),
                group["Precedence"].as_i64(),
            )
        })
        .collect();
    assert_eq!(groups, [("lost", Some(1)), ("old", Some(1))]);
    let members = pool
        .ok("ListUsersInGroup", json!({"GroupName": "lost"}))
        .await;
    assert_eq!(members["Users"][0]["Username"], "changed");
    let by_email = json!({"Filter": "email = \"changed@example.com\""});
    assert_eq!(
        pool.ok("ListUsers", by_email).await["Users"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn passkeys_come_back_at_their_places() {
    let pool = TestPool::new(json!({})).await;
    for name in ["ann", "bob"] {
        pool.confirmed(name, json!([])).await;
    }
    let stored = pool.cx.pool(&pool.id).unwrap();
    let ids = |name: &str| {
        let sub = pool.user(name).sub;
        stored.read(|state| {
            let ids = state.passkeys.of(sub).map(|one| one.credential.id[0]);
            ids.collect::<Vec<u8>>()
        })
    };
    let put = |name: &str, id: u8| {
        let passkey = history::passkey(pool.user(name).sub, id);
        stored
            .change(|draft| {
                draft.put_passkey(passkey, Vec::new());
                Ok(())
            })
            .unwrap();
    };
    for id in [1, 2, 3] {
        put("ann", id);
    }
    put("bob", 4);
    let point = mark(&pool);
    put("ann", 5);
    let remove = |id: u8| {
        stored
            .change(|draft| {
                draft.remove_passkey(vec![id]);
                Ok(())
            })
            .unwrap();
    };
    remove(2);
    pool.ok("AdminDeleteUser", json!({"Username": "bob"})).await;
    let recovery = initiate(&pool, &point).await;
    assert_eq!(counts(&pool, &recovery).await[3].1, [2, 0, 1]);
    start(&pool, &recovery).await;
    assert_eq!(ids("ann"), [1, 2, 3]);
    assert_eq!(ids("bob"), [4]);
    put("ann", 6);
    assert_eq!(ids("ann"), [1, 2, 3, 6]);
    // One that signs in is the same passkey: it stays as it is, its count of signatures too.
    let sign_count =
        || stored.read(|state| state.passkeys.with_id(&[2]).unwrap().credential.sign_count);
    stored
        .change(|draft| {
            let mut passkey = draft
                .state()
                .passkeys
                .with_id(&[2])
                .unwrap()
                .as_ref()
                .clone();
            passkey.credential.sign_count = 5;
            draft.see_passkey(Arc::new(passkey));
            Ok(())
        })
        .unwrap();
    let again = initiate(&pool, &point).await;
    assert_eq!(counts(&pool, &again).await[3].1, [0, 0, 1]);
    start(&pool, &again).await;
    assert_eq!((ids("ann"), sign_count()), (vec![1, 2, 3], 5));
}

#[tokio::test]
async fn a_password_that_was_changed_since_stays() {
    let pool = TestPool::new(json!({})).await;
    for name in ["ann", "bob", "gone"] {
        pool.confirmed(name, json!([])).await;
    }
    let request =
        json!({"Username": "fay", "TemporaryPassword": PASSWORD, "MessageAction": "SUPPRESS"});
    pool.ok("AdminCreateUser", request).await;
    let point = mark(&pool);
    for name in ["ann", "gone", "fay"] {
        let other = json!({"Username": name, "Password": "Other-1234", "Permanent": true});
        pool.ok("AdminSetUserPassword", other).await;
    }
    pool.ok("AdminDeleteUser", json!({"Username": "gone"}))
        .await;
    recover(&pool, &point).await;
    sign_in(&pool, "ann", "Other-1234").await.unwrap();
    sign_in(&pool, "bob", PASSWORD).await.unwrap();
    // Who was deleted has no password but that of then.
    sign_in(&pool, "gone", PASSWORD).await.unwrap();
    let fay = sign_in(&pool, "fay", "Other-1234").await.unwrap();
    assert!(fay["AuthenticationResult"].is_object(), "a permanent one");
}

#[tokio::test]
async fn signing_out_is_not_undone() {
    let pool = TestPool::new(json!({})).await;
    for name in ["ann", "bob"] {
        pool.confirmed(name, json!([])).await;
    }
    let point = mark(&pool);
    let ann = json!({"AccessToken": pool.access_token("ann").await});
    let bob = json!({"AccessToken": pool.access_token("bob").await});
    pool.ok("AdminUserGlobalSignOut", json!({"Username": "ann"}))
        .await;
    pool.ok("AdminDisableUser", json!({"Username": "ann"}))
        .await;
    pool.ok("AdminDeleteUser", json!({"Username": "bob"})).await;
    recover(&pool, &point).await;
    for token in [ann, bob] {
        assert_eq!(
            pool.refused("GetUser", token).await,
            "NotAuthorizedException: Access Token has been revoked"
        );
    }
    assert!(pool.user("ann").enabled);
}

#[tokio::test]
async fn a_restore_can_be_undone_by_the_next_recovery() {
    let pool = TestPool::new(json!({})).await;
    pool.confirmed("ann", json!([])).await;
    let with_ann = mark(&pool);
    pool.ok("AdminDeleteUser", json!({"Username": "ann"})).await;
    pool.confirmed("bob", json!([])).await;
    let with_bob = mark(&pool);
    let names = || async {
        let listed = pool.ok("ListUsers", json!({})).await;
        listed["Users"]
            .as_array()
            .unwrap()
            .iter()
            .map(|user| user["Username"].clone())
            .collect::<Vec<_>>()
    };
    recover(&pool, &with_ann).await;
    assert_eq!(names().await, ["ann"]);
    recover(&pool, &with_bob).await;
    assert_eq!(names().await, ["bob"]);
}

#[tokio::test]
async fn a_cancelled_recovery_changes_nothing() {
    let pool = TestPool::new(json!({})).await;
    let point = mark(&pool);
    pool.confirmed("ann", json!([])).await;
    let recovery = initiate(&pool, &point).await;
    let cancelled = pool.ok("CancelPointInTimeRecovery", id(&recovery)).await;
    assert_eq!(
        cancelled["Restoration"]["RestoreStatus"],
        "PREVIEW_CANCELLED"
    );
    pool.confirmed("bob", json!([])).await;
    pool.ok("AdminGetUser", json!({"Username": "ann"})).await;
    for operation in ["StartPointInTimeRecovery", "CancelPointInTimeRecovery"] {
        let refused = pool.refused(operation, id(&recovery)).await;
        assert!(
            refused.ends_with("has the status PREVIEW_CANCELLED."),
            "{refused}"
        );
    }
}

#[tokio::test]
async fn a_recovery_that_is_left_alone_expires() {
    let pool = TestPool::new(json!({})).await;
    let point = mark(&pool);
    pool.confirmed("ann", json!([])).await;
    let recovery = initiate(&pool, &point).await;
    pool.advance(HOUR * 24 - Duration::from_millis(1));
    assert_eq!(
        describe(&pool, &recovery).await["RestoreStatus"],
        "PREVIEW_GENERATED"
    );
    pool.refused("AdminDeleteUser", json!({"Username": "ann"}))
        .await;
    pool.advance(Duration::from_millis(1));
    assert_eq!(
        describe(&pool, &recovery).await["RestoreStatus"],
        "PREVIEW_EXPIRED"
    );
    pool.ok("AdminDeleteUser", json!({"Username": "ann"})).await;
    let refused = pool
        .refused("StartPointInTimeRecovery", id(&recovery))
        .await;
    assert!(
        refused.ends_with("has the status PREVIEW_EXPIRED."),
        "{refused}"
    );
    pool.advance(MINUTE * 15);
    let point = seconds(Timestamp(pool.cx.now().0 - 1000 * 60 * 15));
    pool.ok(
        "InitiatePointInTimeRecovery",
        json!({"RestoreTimestamp": point}),
    )
    .await;
}

#[tokio::test]
async fn the_latest_recoveries_are_listed_first() {
    let pool = TestPool::new(json!({})).await;
    let point = mark(&pool);
    let mut made = Vec::new();
    for _ in 0..3 {
        let recovery = initiate(&pool, &point).await;
        pool.ok("CancelPointInTimeRecovery", id(&recovery)).await;
        made.push(recovery["RestoreId"].clone());
    }
    made.reverse();
    let first = pool
        .ok("ListPointInTimeRecoveries", json!({"MaxResults": 2}))
        .await;
    let expected: Vec<_> = made
        .iter()
        .map(|id| {
            json!({"RestoreId": id,
        "RestoreStatus": "PREVIEW_CANCELLED", "RestoreTimestamp": point})
        })
        .collect();
    assert_eq!(first["Restorations"], json!(expected[..2]));
    // What begins between two pages is on neither of those that follow.
    initiate(&pool, &point).await;
    let next = json!({"MaxResults": 2, "NextToken": first["NextToken"]});
    let second = pool.ok("ListPointInTimeRecoveries", next).await;
    assert_eq!(second, json!({"Restorations": expected[2..]}));
    let foreign = json!({"NextToken": "none"});
    assert_eq!(
        pool.refused("ListPointInTimeRecoveries", foreign).await,
        "InvalidParameterException: Invalid pagination token"
    );
}

#[tokio::test]
async fn a_recovery_that_is_none_is_not_found() {
    let pool = TestPool::new(json!({})).await;
    let name = "00000000-0000-4000-8000-000000000000";
    let expected =
        format!("ResourceNotFoundException: Point-in-time recovery {name} does not exist.");
    for operation in ["Describe", "Start", "Cancel"] {
        let operation = format!("{operation}PointInTimeRecovery");
        let refused = pool.refused(&operation, json!({"RestoreId": name})).await;
        assert_eq!(refused, expected, "{operation}");
    }
}

#[tokio::test]
async fn readers_see_a_restore_whole() {
    const USERS: usize = 300;
    let pool = TestPool::new(json!({})).await;
    let names: Vec<_> = (0..USERS).map(|at| format!("user{at}")).collect();
    for name in &names {
        let request =
            json!({"Username": name, "TemporaryPassword": PASSWORD, "MessageAction": "SUPPRESS"});
        pool.ok("AdminCreateUser", request).await;
    }
    let point = mark(&pool);
    for name in &names {
        pool.ok("AdminDeleteUser", json!({"Username": name})).await;
    }
    let recovery = initiate(&pool, &point).await;
    let stored = pool.cx.pool(&pool.id).unwrap();
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut seen = std::collections::BTreeSet::new();
            while !done.load(std::sync::atomic::Ordering::Relaxed) {
                seen.insert(stored.read(|state| state.users.len()));
            }
            seen
        });
        let request = crate::model::decode(&json!({"UserPoolId": pool.id.as_str(),
            "RestoreId": recovery["RestoreId"]}))
        .unwrap();
        super::start_point_in_time_recovery(&pool.cx, request).unwrap();
        done.store(true, std::sync::atomic::Ordering::Relaxed);
        let seen = reader.join().unwrap();
        assert!(
            seen.iter().all(|count| [0, USERS].contains(count)),
            "{seen:?}"
        );
    });
    assert_eq!(stored.read(|state| state.users.len()), USERS);
}
