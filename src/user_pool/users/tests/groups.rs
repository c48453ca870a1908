use serde_json::{Value, json};

use super::{GroupClaims, claims};
use crate::test_pool::TestPool;

#[tokio::test]
async fn a_group_shows_only_what_it_was_given_and_updates_are_partial() {
    let pool = TestPool::new(json!({})).await;
    let created = pool.ok("CreateGroup", json!({"GroupName": "plain"})).await;
    assert_eq!(
        created["Group"],
        json!({
            "GroupName": "plain", "UserPoolId": pool.id.as_str(),
            "LastModifiedDate": 1_800_000_000.0, "CreationDate": 1_800_000_000.0,
        })
    );
    let role = "arn:aws:iam::123456789012:role/admins";
    let given = json!({"GroupName": "admins", "RoleArn": role, "Precedence": 0});
    pool.ok("CreateGroup", given).await;
    let change = json!({"GroupName": "admins", "Description": "all of them"});
    let updated = pool.ok("UpdateGroup", change).await;
    assert_eq!(updated["Group"]["RoleArn"], role);
    assert_eq!(updated["Group"]["Precedence"], 0);
    assert_eq!(
        pool.ok("GetGroup", json!({"GroupName": "admins"})).await,
        updated
    );
    assert_eq!(
        pool.refused("CreateGroup", json!({"GroupName": "admins"}))
            .await,
        "GroupExistsException: A group with the name already exists."
    );
}

#[tokio::test]
async fn an_unknown_group_is_told_by_every_operation() {
    let pool = TestPool::new(json!({})).await;
    pool.confirmed("bob", json!([])).await;
    for operation in [
        "GetGroup",
        "UpdateGroup",
        "DeleteGroup",
        "ListUsersInGroup",
        "AdminAddUserToGroup",
        "AdminRemoveUserFromGroup",
    ] {
        let request = json!({"GroupName": "none", "Username": "bob"});
        let refused = pool.refused(operation, request).await;
        assert_eq!(
            refused, "ResourceNotFoundException: Group not found.",
            "{operation}"
        );
    }
}

fn names(answer: &Value, list: &str, name: &str) -> Vec<String> {
    let entries = answer[list].as_array().unwrap();
    entries
        .iter()
        .map(|entry| entry[name].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn lists_page_without_gaps_or_repeats() {
    let pool = TestPool::new(json!({})).await;
    for name in ["a", "b", "c", "d", "e"] {
        pool.ok("CreateGroup", json!({"GroupName": name})).await;
        pool.ok("AdminCreateUser", json!({"Username": name})).await;
        for member in [
            json!({"Username": name, "GroupName": "a"}),
            json!({"Username": "a", "GroupName": name}),
        ] {
            assert_eq!(pool.ok("AdminAddUserToGroup", member).await, Value::Null);
        }
    }
    for (operation, request, list, member) in [
        ("ListGroups", json!({}), "Groups", "GroupName"),
        (
            "ListUsersInGroup",
            json!({"GroupName": "a"}),
            "Users",
            "Username",
        ),
        (
            "AdminListGroupsForUser",
            json!({"Username": "a"}),
            "Groups",
            "GroupName",
        ),
    ] {
        let mut found = Vec::new();
        let mut token = Value::Null;
        loop {
            let mut page = request.clone();
            page["Limit"] = json!(2);
            page["NextToken"] = token;
            let answer = pool.ok(operation, page).await;
            found.extend(names(&answer, list, member));
            token = answer["NextToken"].clone();
            if token.is_null() {
                break;
            }
            let mut elsewhere = json!({"GroupName": "b", "Username": "b"});
            elsewhere["NextToken"] = json!(format!("{}x", token.as_str().unwrap()));
            let refused = pool.refused(operation, elsewhere).await;
            assert_eq!(
                refused,
                "InvalidParameterException: Invalid pagination token"
            );
        }
        assert_eq!(found, ["a", "b", "c", "d", "e"], "{operation}");
    }
}

#[tokio::test]
async fn a_group_can_go_with_its_members_in_it_and_twice_in_or_out_changes_nothing() {
    let pool = TestPool::new(json!({})).await;
    pool.confirmed("bob", json!([])).await;
    pool.ok("CreateGroup", json!({"GroupName": "admins"})).await;
    let member = || json!({"Username": "bob", "GroupName": "admins"});
    for _ in 0..2 {
        pool.ok("AdminAddUserToGroup", member()).await;
    }
    let groups = pool
        .ok("AdminListGroupsForUser", json!({"Username": "bob"}))
        .await;
    assert_eq!(names(&groups, "Groups", "GroupName"), ["admins"]);
    assert_eq!(
        pool.ok("DeleteGroup", json!({"GroupName": "admins"})).await,
        Value::Null
    );
    pool.ok("CreateGroup", json!({"GroupName": "admins"})).await;
    let groups = pool
        .ok("AdminListGroupsForUser", json!({"Username": "bob"}))
        .await;
    assert_eq!(groups, json!({"Groups": []}));
    let members = pool
        .ok("ListUsersInGroup", json!({"GroupName": "admins"}))
        .await;
    assert_eq!(members, json!({"Users": []}));
    for _ in 0..2 {
        pool.ok("AdminRemoveUserFromGroup", member()).await;
    }
}

#[tokio::test]
async fn a_user_is_in_a_hundred_groups_at_most() {
    let pool = TestPool::new(json!({})).await;
    pool.confirmed("bob", json!([])).await;
    for number in 0..=100 {
        let name = format!("group-{number}");
        pool.ok("CreateGroup", json!({"GroupName": name})).await;
        let answer = pool
            .call(
                "AdminAddUserToGroup",
                json!({"Username": "bob", "GroupName": name}),
            )
            .await;
        match answer {
            Ok(_) => assert!(number < 100),
            Err(refused) => {
                assert!(number == 100 && refused.starts_with("LimitExceededException: "));
            }
        }
    }
}

#[tokio::test]
async fn tokens_name_groups_by_precedence_and_prefer_a_role_only_without_a_tie() {
    let role = |name: &str| format!("arn:aws:iam::123456789012:role/{name}");
    type Given<'a> = (&'a str, Option<i32>, Option<&'a str>);
    let cases: [(&[Given<'_>], GroupClaims); 5] = [
        (&[], GroupClaims::default()),
        (
            &[("b", None, Some("x")), ("a", None, None)],
            GroupClaims {
                groups: vec!["a".into(), "b".into()],
                roles: vec![role("x")],
                preferred_role: Some(role("x")),
            },
        ),
        (
            &[
                ("a", None, Some("x")),
                ("b", Some(5), Some("y")),
                ("c", Some(0), Some("z")),
            ],
            GroupClaims {
                groups: vec!["c".into(), "b".into(), "a".into()],
                roles: vec![role("z"), role("y"), role("x")],
                preferred_role: Some(role("z")),
            },
        ),
        (
            &[("a", Some(1), Some("x")), ("b", Some(1), Some("y"))],
            GroupClaims {
                groups: vec!["a".into(), "b".into()],
                roles: vec![role("x"), role("y")],
                preferred_role: None,
            },
        ),
        (
            &[
                ("a", Some(1), Some("x")),
                ("b", Some(1), Some("x")),
                ("c", Some(2), Some("y")),
            ],
            GroupClaims {
                groups: vec!["a".into(), "b".into(), "c".into()],
                roles: vec![role("x"), role("y")],
                preferred_role: Some(role("x")),
            },
        ),
    ];
    for (groups, expected) in cases {
        let pool = TestPool::new(json!({})).await;
        pool.confirmed("bob", json!([])).await;
        for (name, precedence, own) in groups {
            let role = own.map(role);
            let group = json!({"GroupName": name, "Precedence": precedence, "RoleArn": role});
            pool.ok("CreateGroup", group).await;
            let member = json!({"Username": "bob", "GroupName": name});
            pool.ok("AdminAddUserToGroup", member).await;
        }
        let user = pool.user("bob");
        let found = pool
            .cx
            .pool(&pool.id)
            .unwrap()
            .read(|state| claims(state, &user));
        assert_eq!(found, expected, "{groups:?}");
    }
}
