//! How many records a look-up or a change walks over, counted in tests: what must not grow with a pool is
//! compared between a small pool and a large one. Outside of tests nothing is counted.

/// A record is walked over.
#[inline]
pub(super) fn visit() {
    #[cfg(test)]
    tests::VISITS.with(|visits| visits.set(visits.get() + 1));
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use serde_json::{Value, json};
    use uuid::Uuid;

    use crate::clock::Timestamp;
    use crate::model::ClientId;
    use crate::store::Draft;
    use crate::store::user_pool::user::User;
    use crate::store::user_pool::user_session::{Kind, UserSession};
    use crate::test_pool::{PASSWORD, TestPool, attributes};

    thread_local! {
        pub(super) static VISITS: Cell<usize> = const { Cell::new(0) };
    }

    /// So many are few, and so many are many.
    const SIZES: [u16; 2] = [10, 10_000];

    /// Stages something in a pool.
    fn stage(pool: &TestPool, stage: impl FnOnce(&mut Draft<'_>)) {
        let stored = pool.cx.pool(&pool.id).unwrap();
        stored
            .change(|draft| {
                stage(draft);
                Ok(())
            })
            .unwrap();
    }

    /// `count` users like the one named, each with a name of its own.
    fn put_copies(pool: &TestPool, name: &str, count: u16) {
        let like = pool.user(name);
        stage(pool, |draft| {
            for at in 0..count {
                draft.put_user(User {
                    sub: Uuid::from_u128(u128::from(at) + 1),
                    username: format!("copy{at:05}").into(),
                    ..User::clone(&like)
                });
            }
        });
    }

    /// What each of these calls walks over.
    async fn visits(pool: &TestPool, calls: &[(&str, Value)]) -> Vec<(String, usize)> {
        let mut counts = Vec::new();
        for (operation, request) in calls {
            let before = VISITS.get();
            let answer = pool.call(operation, request.clone()).await;
            let shown = format!("{operation}: {answer:?}");
            counts.push((operation.to_string(), VISITS.get() - before));
            assert!(
                answer.is_ok() || shown.contains("AliasExistsException"),
                "{shown}"
            );
        }
        counts
    }

    #[tokio::test]
    async fn who_holds_an_address_that_does_not_count_is_not_walked_over() {
        let mut counts = Vec::new();
        for size in SIZES {
            let members =
                json!({"AliasAttributes": ["email"], "AutoVerifiedAttributes": ["email"]});
            let pool = TestPool::new(members).await;
            let email = "many@example.com";
            let unverified = attributes([("email", email)]);
            pool.confirmed("holder", unverified.clone()).await;
            put_copies(&pool, "holder", size);
            let verified = attributes([("email", email), ("email_verified", "true")]);
            pool.confirmed("owner", verified.clone()).await;
            let by_email = json!({"Username": email});
            let calls = [
                ("AdminGetUser", by_email.clone()),
                (
                    "InitiateAuth",
                    json!({"AuthFlow": "USER_PASSWORD_AUTH",
                        "AuthParameters": {"USERNAME": email, "PASSWORD": PASSWORD}}),
                ),
                (
                    "SignUp",
                    json!({"Username": "new", "Password": PASSWORD,
                        "UserAttributes": unverified}),
                ),
                (
                    "AdminCreateUser",
                    json!({"Username": "other", "UserAttributes": verified}),
                ),
                (
                    "AdminUpdateUserAttributes",
                    json!({"Username": "holder", "UserAttributes": verified}),
                ),
                ("ForgotPassword", by_email),
                ("AdminDeleteUser", json!({"Username": "owner"})),
            ];
            counts.push(visits(&pool, &calls).await);
        }
        assert_eq!(counts[0], counts[1]);
        assert!(counts[0].iter().any(|(_, visits)| *visits > 0));
    }

    #[tokio::test]
    async fn a_group_goes_without_a_walk_over_its_members() {
        let mut counts = Vec::new();
        for size in SIZES {
            let pool = TestPool::new(json!({})).await;
            let group = json!({"GroupName": "crew"});
            pool.ok("CreateGroup", group.clone()).await;
            pool.confirmed("ann", json!([])).await;
            let join = json!({"Username": "ann", "GroupName": "crew"});
            pool.ok("AdminAddUserToGroup", join.clone()).await;
            put_copies(&pool, "ann", size);
            let journal = pool.cx.shared().store.journal(&pool.id).unwrap();
            let known = journal.len();
            let calls = [
                ("UpdateGroup", json!({"GroupName": "crew", "Precedence": 1})),
                ("DeleteGroup", group.clone()),
                ("CreateGroup", group.clone()),
                ("AdminAddUserToGroup", join),
                ("ListUsersInGroup", group),
            ];
            let walked = visits(&pool, &calls).await;
            // The members are not rewritten either.
            counts.push((walked, journal.len() - known));
        }
        assert_eq!(counts[0], counts[1]);
        assert_eq!(counts[0].0[1], ("DeleteGroup".to_owned(), 0));
    }

    fn session(at: u16, owner: Uuid, client: ClientId) -> UserSession {
        let family = Uuid::from_u128(u128::from(at) + 1);
        UserSession {
            id: format!("tkn{at:025}").into(),
            owner,
            kind: Kind::Token {
                family,
                origin: None,
            },
            client,
            created: Timestamp(0),
            active: Timestamp(0),
            expires: Timestamp(i64::MAX),
            device: String::new(),
            address: None,
        }
    }

    /// What it takes to delete a client with `own` sessions of so many users, where another client has
    /// `others`.
    async fn visits_of_deletion(own: u16, users: u16, others: u16) -> usize {
        let pool = TestPool::new(json!({})).await;
        let other = ClientId::from("other");
        stage(&pool, |draft| {
            for at in 0..own {
                let owner = Uuid::from_u128((at % users).into());
                draft.put_session(session(at, owner, pool.client.clone()));
            }
            for at in own..own + others {
                let owner = Uuid::from_u128(at.into());
                draft.put_session(session(at, owner, other.clone()));
            }
        });
        let client = json!({"UserPoolId": pool.id.as_str(), "ClientId": pool.client.as_str()});
        let counts = visits(&pool, &[("DeleteUserPoolClient", client)]).await;
        let stored = pool.cx.pool(&pool.id).unwrap();
        let left = stored.read(|state| state.user_sessions.by_expiry.len());
        assert_eq!(left, usize::from(others));
        counts[0].1
    }

    #[tokio::test]
    async fn a_client_goes_with_a_walk_over_its_own_sessions_alone() {
        for (own, users) in [(3, 3), (100, 1), (10_000, 100)] {
            for others in SIZES {
                let walked = visits_of_deletion(own, users, others).await;
                assert_eq!(walked, usize::from(own), "{own} {users} {others}");
            }
        }
    }
}
