//! The history of a pool: that any moment of it comes back, and what it costs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use serde_json::json;
use uuid::Uuid;

use super::{counts, initiate, kinds, mark, seconds, set_token, sign_in, start};
use crate::clock::Timestamp;
use crate::crypto::cbor::Value as Cbor;
use crate::crypto::cose_key::PublicKey;
use crate::model::cognito_idp::UserStatusType;
use crate::model::{GroupName, Username};
use crate::store::Draft;
use crate::store::user_pool::UserPool;
use crate::store::user_pool::attributes::Attributes;
use crate::store::user_pool::group::Group;
use crate::store::user_pool::passkey::{Passkey, base64url};
use crate::store::user_pool::user::{Factor, User};
use crate::test_pool::{PASSWORD, TestPool};

/// A passkey over the generator of P-256, a key that nobody needs.
pub(super) fn passkey(owner: Uuid, id: u8) -> Arc<Passkey> {
    let point = base64url(
        "BGsX0fLhLEJH-Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWT-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU",
    )
    .unwrap();
    let key = Cbor::Map(vec![
        (Cbor::Int(1), Cbor::Int(2)),
        (Cbor::Int(3), Cbor::Int(-7)),
        (Cbor::Int(-1), Cbor::Int(1)),
        (Cbor::Int(-2), Cbor::Bytes(&point[1..33])),
        (Cbor::Int(-3), Cbor::Bytes(&point[33..])),
    ]);
    let key = PublicKey::from_cose(&key).unwrap();
    Arc::new(Passkey::unused(
        owner,
        "example.com",
        &[id],
        key,
        Timestamp(0),
    ))
}

/// One of a few names, so that steps meet.
fn name(pick: u8) -> String {
    format!("User{}", pick % 4)
}

fn group(pick: u8) -> GroupName {
    GroupName::from(format!("group{}", pick % 3))
}

/// Changes a user if there is one of this name.
fn edit(draft: &mut Draft<'_>, pick: u8, change: impl FnOnce(&mut User)) {
    if let Some(user) = draft.state().users.named(&name(pick)) {
        let mut user = User::clone(user);
        change(&mut user);
        draft.put_user(user);
    }
}

fn put_group(draft: &mut Draft<'_>, pick: u8, value: u8, now: Timestamp) {
    draft.put_group(Group {
        name: group(pick),
        description: None,
        role_arn: None,
        precedence: Some(value.into()),
        created: now,
        modified: now,
        number: 0,
    });
}

/// What happens to a pool, by chance.
fn step(draft: &mut Draft<'_>, kind: u8, pick: u8, value: u8, now: Timestamp) {
    let state = draft.state();
    let known = state.users.named(&name(pick));
    match (kind % 14, known) {
        (0 | 1, None) => {
            draft.put_user(User {
                sub: Uuid::from_u128(u128::from(now.0.unsigned_abs())),
                username: Username::from(name(pick)),
                attributes: Attributes::default(),
                status: UserStatusType::Confirmed,
                enabled: true,
                created: now,
                modified: now,
                password: None,
                more: None,
            });
        }
        (2, Some(_)) => draft.remove_user(state.users.key(&name(pick))),
        (3, _) => edit(draft, pick, |user| {
            user.attributes
                .set("email".into(), &format!("{value}@example.com"));
        }),
        (4, _) => edit(draft, pick, |user| user.enabled = !user.enabled),
        (5, _) => put_group(draft, pick, value, now),
        // A group that takes the place of another one at once.
        (13, _) if state.groups.contains_key(&group(pick)) => {
            draft.remove_group(group(pick));
            put_group(draft, pick, value, now);
        }
        (6, _) if state.groups.contains_key(&group(value)) => draft.remove_group(group(value)),
        (7, _) if state.groups.contains_key(&group(value)) => {
            let joined = state.groups[&group(value)].membership();
            let there: Vec<_> = state.groups.values().map(|one| one.membership()).collect();
            edit(draft, pick, |user| {
                user.keep_memberships(|known| there.contains(known));
                user.join_group(joined);
            });
        }
        (8, _) => edit(draft, pick, |user| user.leave_group(&group(value))),
        (9, _) => edit(draft, pick, |user| {
            user.more_mut().mfa.preferred = value.is_multiple_of(2).then_some(Factor::SmsMfa);
        }),
        (10, Some(user)) if state.passkeys.with_id(&[value % 5]).is_none() => {
            draft.put_passkey(passkey(user.sub, value % 5), Vec::new());
        }
        (11, _) => draft.remove_passkey(vec![value % 5]),
        // What a sign-in leaves behind.
        (12, _) => edit(draft, pick, |user| {
            user.more_mut().lock.last_attempt = Some(now);
            user.more_mut().sign_out_epoch += 1;
        }),
        _ => {}
    }
}

type Seen = (
    BTreeMap<String, Arc<User>>,
    BTreeMap<GroupName, Arc<Group>>,
    Vec<(Uuid, u64, Vec<u8>)>,
    Vec<String>,
);

/// All that a recovery restores.
fn seen(pool: &UserPool) -> Seen {
    pool.read(|state| {
        let users: BTreeMap<_, _> = state
            .users
            .after(None)
            .map(|user| (user.username.to_string(), Arc::clone(user)))
            .collect();
        let passkeys = users.values().flat_map(|user| {
            let own = state.passkeys.after(user.sub, None);
            own.map(|(at, one)| (one.owner, at, one.credential.id.clone()))
        });
        let members = state.groups.values().flat_map(|group| {
            let keys = state.members.of(group, None);
            keys.map(|key| format!("{} {key}", group.name))
        });
        let passkeys = passkeys.collect();
        let members = members.collect();
        (users, BTreeMap::clone(&state.groups), passkeys, members)
    })
}

fn assert_same(was: &Seen, is: &Seen) {
    let names = |seen: &Seen| seen.0.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(was), names(is));
    for (name, user) in &was.0 {
        assert!(
            user.is_as_restored(&is.0[name]),
            "{user:?}\n{:?}",
            is.0[name]
        );
    }
    assert_eq!((&was.1, &was.2, &was.3), (&is.1, &is.2, &is.3));
}

/// What a recovery that leads from `is` to `was` says of itself.
fn previewed(was: &Seen, is: &Seen) -> [[i64; 3]; 4] {
    let mut all = [[0; 3]; 4];
    let [users, groups, mfas, passkeys] = &mut all;
    let count = |counts: &mut [i64; 3], was: bool, is: bool, differs: bool| match (was, is) {
        (true, false) => counts[0] += 1,
        (true, true) => counts[1] += i64::from(differs),
        (false, true) => counts[2] += 1,
        (false, false) => {}
    };
    let by_sub = |seen: &Seen| -> BTreeMap<Uuid, Arc<User>> {
        let users = seen.0.values();
        users.map(|user| (user.sub, Arc::clone(user))).collect()
    };
    let groups_of = |seen: &Seen, user: &User| -> Vec<String> {
        let end = format!(" {}", user.username.to_lowercase());
        let own = seen.3.iter().filter(|member| member.ends_with(&end));
        own.cloned().collect()
    };
    let (then, now) = (by_sub(was), by_sub(is));
    let subs: BTreeSet<_> = then.keys().chain(now.keys()).collect();
    for sub in subs {
        let (then, now) = (then.get(sub), now.get(sub));
        let both = then.zip(now);
        let differs = both.is_some_and(|(then, now)| {
            then.attributes != now.attributes
                || then.enabled != now.enabled
                || groups_of(was, then) != groups_of(is, now)
        });
        count(users, then.is_some(), now.is_some(), differs);
        let preferred = |user: Option<&Arc<User>>| user.and_then(|user| user.mfa()?.preferred);
        let (then, now) = (preferred(then), preferred(now));
        count(mfas, then.is_some(), now.is_some(), then != now);
    }
    let names: BTreeSet<_> = was.1.keys().chain(is.1.keys()).collect();
    for name in names {
        let (then, now) = (was.1.get(name), is.1.get(name));
        count(groups, then.is_some(), now.is_some(), then != now);
    }
    // One that was registered again stands elsewhere.
    let places: BTreeSet<_> = was.2.iter().chain(&is.2).collect();
    for place in places {
        count(passkeys, was.2.contains(place), is.2.contains(place), false);
    }
    all
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(work)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    /// Any moment comes back, however the pool went on, and so does the moment before the restore; and
    /// what each preview tells is what changes.
    #[test]
    fn any_moment_comes_back(
        steps in proptest::collection::vec(any::<(u8, u8, u8)>(), 1..60),
        back in any::<prop::sample::Index>(),
    ) {
        let pool = block_on(TestPool::new(json!({"UsernameConfiguration": {"CaseSensitive": false}})));
        let stored = pool.cx.pool(&pool.id).unwrap();
        let mut moments = vec![(pool.cx.now(), seen(&stored))];
        for (kind, pick, value) in steps {
            pool.advance(Duration::from_secs(1));
            let now = pool.cx.now();
            stored.change(|draft| {
step(draft, kind, pick, value, now);
Ok(())
}).unwrap();
            moments.push((now, seen(&stored)));
        }
        let last = moments.last().unwrap();
        for (point, was) in [&moments[back.index(moments.len())], last] {
            let is = seen(&stored);
            let recovery = block_on(initiate(&pool, &seconds(*point)));
            let told = block_on(counts(&pool, &recovery));
            prop_assert_eq!(told, kinds(previewed(was, &is)));
            block_on(start(&pool, &recovery));
            assert_same(was, &seen(&stored));
        }
    }
}

/// A pool with a group and ann in it.
async fn with_crew() -> TestPool {
    let pool = TestPool::new(json!({})).await;
    pool.confirmed("ann", json!([])).await;
    add_group(&pool, "crew").await;
    pool
}

/// Makes a group, and puts ann into it.
async fn add_group(pool: &TestPool, name: &str) {
    pool.ok("CreateGroup", json!({"GroupName": name})).await;
    let member = json!({"Username": "ann", "GroupName": name});
    pool.ok("AdminAddUserToGroup", member).await;
}

#[tokio::test]
async fn a_group_that_came_back_goes_again_with_its_members() {
    let pool = with_crew().await;
    let with_group = mark(&pool);
    pool.ok("DeleteGroup", json!({"GroupName": "crew"})).await;
    let without = mark(&pool);
    for (point, groups) in [
        (&with_group, [1, 0, 0]),
        (&without, [0, 0, 1]),
        (&with_group, [1, 0, 0]),
    ] {
        let recovery = initiate(&pool, point).await;
        let told = counts(&pool, &recovery).await;
        assert_eq!(told, kinds([[0, 1, 0], groups, [0; 3], [0; 3]]), "{point}");
        start(&pool, &recovery).await;
    }
}

#[tokio::test]
async fn what_a_user_still_says_of_deleted_groups_is_no_difference() {
    let pool = with_crew().await;
    let crew = json!({"GroupName": "crew"});
    pool.ok("DeleteGroup", crew.clone()).await;
    let point = mark(&pool);
    // Who joins a group forgets what is gone.
    add_group(&pool, "other").await;
    pool.ok("DeleteGroup", json!({"GroupName": "other"})).await;
    let recovery = initiate(&pool, &point).await;
    assert_eq!(counts(&pool, &recovery).await, kinds([[0; 3]; 4]));
}

#[tokio::test]
async fn a_sign_in_takes_no_room_in_the_history() {
    let pool = TestPool::new(json!({})).await;
    let mfa = json!({"UserPoolId": pool.id.as_str(), "MfaConfiguration": "OPTIONAL",
        "SoftwareTokenMfaConfiguration": {"Enabled": true}});
    pool.ok("SetUserPoolMfaConfig", mfa).await;
    for name in ["ann", "bob"] {
        pool.confirmed(name, json!([])).await;
    }
    set_token(&pool, "bob", 1);
    let journal = pool.cx.shared().store.journal(&pool.id).unwrap();
    let before = journal.len();
    assert!(before > 0);
    for _ in 0..3 {
        sign_in(&pool, "ann", PASSWORD).await.unwrap();
        sign_in(&pool, "ann", "Wrong-1234").await.unwrap_err();
        let asked = sign_in(&pool, "bob", PASSWORD).await.unwrap();
        let token = pool.user("bob").mfa().unwrap().token.clone().unwrap();
        let answer = json!({"ChallengeName": "SOFTWARE_TOKEN_MFA", "Session": asked["Session"],
            "ChallengeResponses": {"USERNAME": "bob",
                "SOFTWARE_TOKEN_MFA_CODE": token.code_at(pool.cx.now())}});
        pool.ok("RespondToAuthChallenge", answer).await;
        let token = json!({"AccessToken": pool.access_token("ann").await});
        pool.ok("GlobalSignOut", token).await;
        pool.advance(Duration::from_secs(30));
    }
    assert_eq!(journal.len(), before);
    pool.ok("AdminDisableUser", json!({"Username": "ann"}))
        .await;
    assert_eq!(journal.len(), before + 1);
}

#[tokio::test]
async fn the_history_is_as_long_as_the_tier_may_ask_for() {
    const DAY: Duration = Duration::from_secs(24 * 60 * 60);
    for (tier, days) in [("ESSENTIALS", 1), ("PLUS", 14)] {
        let pool = TestPool::new(json!({"UserPoolTier": tier})).await;
        let journal = pool.cx.shared().store.journal(&pool.id).unwrap();
        let group = |name: &str| pool.ok("CreateGroup", json!({"GroupName": name}));
        let point = mark(&pool);
        group("first").await;
        pool.advance(DAY * days);
        group("second").await;
        assert_eq!(journal.len(), 2, "{tier}");
        pool.advance(Duration::from_millis(1));
        group("third").await;
        assert_eq!(journal.len(), 2, "{tier}");
        assert!(!journal.reaches(Timestamp((point.as_f64().unwrap() * 1000.0) as i64)));
    }
    let lite = TestPool::new(json!({"UserPoolTier": "LITE"})).await;
    lite.ok("CreateGroup", json!({"GroupName": "first"})).await;
    assert!(lite.cx.shared().store.journal(&lite.id).unwrap().is_empty());
}
