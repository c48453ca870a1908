use serde_json::{Value, json};

use crate::test_pool::{TestPool, attributes};

async fn names(pool: &TestPool, request: Value) -> Vec<String> {
    let answer = pool.ok("ListUsers", request).await;
    let users = answer["Users"].as_array().unwrap();
    users
        .iter()
        .map(|user| user["Username"].as_str().unwrap().to_owned())
        .collect()
}

async fn people() -> TestPool {
    let pool = TestPool::new(json!({})).await;
    for (name, email, family) in [
        ("ann", "Zoe@example.com", "Smith"),
        ("bob", "amy@example.com", "smith"),
        ("cat", "amy@example.org", "Smithers"),
        ("Dan", "bob@example.com", "Jones"),
    ] {
        pool.confirmed(
            name,
            attributes([("email", email), ("family_name", family)]),
        )
        .await;
    }
    pool.ok("AdminDisableUser", json!({"Username": "cat"}))
        .await;
    pool.ok("SignUp", json!({"Username": "eve", "Password": "Abc-1234"}))
        .await;
    pool
}

#[tokio::test]
async fn filters_find_by_every_searchable_attribute_sorted_by_it() {
    let pool = people().await;
    let sub = pool.user("bob").sub.to_string();
    let cases: [(String, &[&str]); 14] = [
        (r#"email = "ZOE@EXAMPLE.COM""#.into(), &["ann"]),
        (r#"email ^= "a""#.into(), &["bob", "cat"]),
        (r#"email ^= """#.into(), &["bob", "cat", "Dan", "ann"]),
        (r#"family_name = "Smith""#.into(), &["ann", "bob"]),
        (r#"family_name ^= "smith""#.into(), &["ann", "bob", "cat"]),
        (r#"username = "Dan""#.into(), &["Dan"]),
        (r#"username = "dan""#.into(), &[]),
        (r#"username ^= "D""#.into(), &["Dan"]),
        (r#"status = "Disabled""#.into(), &["cat"]),
        (r#"status ^= "enab""#.into(), &["Dan", "ann", "bob", "eve"]),
        (r#"cognito:user_status = "unconfirmed""#.into(), &["eve"]),
        (format!("sub = \"{sub}\""), &["bob"]),
        (format!("sub ^= \"{}\"", &sub[..20]), &["bob"]),
        (r#"sub ^= "not a sub""#.into(), &[]),
    ];
    for (filter, expected) in cases {
        assert_eq!(
            names(&pool, json!({"Filter": filter})).await,
            expected,
            "{filter}"
        );
    }
}

#[tokio::test]
async fn pages_go_on_where_they_stopped_even_when_users_come_and_go() {
    let pool = people().await;
    for (filter, expected) in [
        ("", &["Dan", "ann", "bob", "cat", "eve"][..]),
        (r#"email ^= """#, &["bob", "cat", "Dan", "ann"][..]),
        (r#"status = "Enabled""#, &["Dan", "ann", "bob", "eve"][..]),
        (
            r#"username ^= """#,
            &["Dan", "ann", "bob", "cat", "eve"][..],
        ),
    ] {
        let mut found = Vec::new();
        let mut token = Value::Null;
        loop {
            let request = json!({"Filter": filter, "Limit": 1, "PaginationToken": token});
            let answer = pool.ok("ListUsers", request).await;
            found.push(answer["Users"][0]["Username"].as_str().unwrap().to_owned());
            token = answer["PaginationToken"].clone();
            if token.is_null() {
                break;
            }
            let other = json!({"Filter": "name = \"x\"", "PaginationToken": token});
            assert_eq!(
                pool.refused("ListUsers", other).await,
                "InvalidParameterException: Invalid pagination token"
            );
        }
        assert_eq!(found, expected, "{filter}");
    }
    let mut every_sub = Vec::new();
    let mut token = Value::Null;
    loop {
        let request = json!({"Filter": "sub ^= \"\"", "Limit": 2, "PaginationToken": token});
        let answer = pool.ok("ListUsers", request).await;
        let users = answer["Users"].as_array().unwrap();
        every_sub.extend(
            users
                .iter()
                .map(|user| user["Attributes"][0]["Value"].to_string()),
        );
        token = answer["PaginationToken"].clone();
        if token.is_null() {
            break;
        }
    }
    assert!(every_sub.len() == 5 && every_sub.is_sorted());
}

#[tokio::test]
async fn a_token_dies_after_an_hour_and_a_limit_of_0_is_the_default() {
    let pool = people().await;
    assert_eq!(names(&pool, json!({"Limit": 0})).await.len(), 5);
    let answer = pool.ok("ListUsers", json!({"Limit": 1})).await;
    pool.advance(std::time::Duration::from_secs(3601));
    let late = json!({"PaginationToken": answer["PaginationToken"]});
    assert_eq!(
        pool.refused("ListUsers", late).await,
        "InvalidParameterException: Invalid pagination token"
    );
}

#[tokio::test]
async fn only_the_attributes_asked_for_are_shown_and_they_must_exist() {
    let pool = people().await;
    let request = json!({"Filter": "username = \"bob\"", "AttributesToGet": ["email", "name"]});
    let answer = pool.ok("ListUsers", request).await;
    assert_eq!(
        answer["Users"][0]["Attributes"],
        attributes([("email", "amy@example.com")])
    );
    assert_eq!(
        pool.refused("ListUsers", json!({"AttributesToGet": ["custom:no"]}))
            .await,
        "InvalidParameterException: One or more requested attributes do not exist."
    );
}
