//! What the answers of PreTokenGeneration make of a user's tokens.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::test_pool::functions::{self, Act, Scripted};
use crate::test_pool::{TestPool, attributes, claims};

const ROLE: &str = "arn:aws:iam::123456789012:role/admins";

/// A pool with the function, and `bob`, who has an attribute of every kind and is in a group.
async fn scene(version: &str) -> (TestPool, Arc<Scripted>) {
    let members = json!({"Schema": [
        {"Name": "team", "AttributeDataType": "String", "Mutable": true},
        {"Name": "note", "AttributeDataType": "String", "DeveloperOnlyAttribute": true, "Mutable": true},
    ]});
    let (pool, functions) = functions::pool(version, members, |_| {}).await;
    let given = attributes([
        ("email", "bob@example.com"),
        ("email_verified", "true"),
        ("address", "1 Main Street"),
        ("updated_at", "1700000000"),
        ("custom:team", "red"),
        ("dev:custom:note", "kept"),
    ]);
    pool.confirmed("bob", given).await;
    let group = json!({"GroupName": "admins", "RoleArn": ROLE});
    pool.ok("CreateGroup", group).await;
    let member = json!({"Username": "bob", "GroupName": "admins"});
    pool.ok("AdminAddUserToGroup", member).await;
    (pool, functions)
}

/// Answers each event with these details, in the member that the version has.
fn answer(functions: &Scripted, version: &str, details: Value) {
    let member = match version {
        "V1_0" => "claimsOverrideDetails",
        _ => "claimsAndScopeOverrideDetails",
    };
    functions.does(move |source, _| match source {
        source if source.starts_with("TokenGeneration_") => {
            Act::Return(json!({ member: details.clone() }))
        }
        _ => Act::nothing(),
    });
}

/// Claims that are as expected; null stands for one that is not there.
fn check(what: &str, claims: &Value, expected: &Value) {
    for (claim, value) in expected.as_object().unwrap() {
        assert_eq!(claims[claim], *value, "{what}: {claim} in {claims}");
    }
}

/// Signs in under each answer: what it is about, the details, the claims of the ID token and those of the
/// access token.
async fn check_rows(version: &str, rows: impl IntoIterator<Item = (&str, Value, Value, Value)>) {
    let (pool, functions) = scene(version).await;
    let plain = pool.signed_in("bob").await;
    let (plain_id, plain_access) = (claims(&plain["IdToken"]), claims(&plain["AccessToken"]));
    for (what, details, id, access) in rows {
        answer(&functions, version, details);
        let result = pool.signed_in("bob").await;
        let (found_id, found_access) = (claims(&result["IdToken"]), claims(&result["AccessToken"]));
        let what = format!("{version}: {what}");
        check(&what, &found_id, &id);
        check(&what, &found_access, &access);
        // What the row does not name is as without a function.
        for (found, plain, named) in [
            (&found_id, &plain_id, &id),
            (&found_access, &plain_access, &access),
        ] {
            let by_sign_in = ["jti", "origin_jti", "event_id"];
            for (claim, value) in plain.as_object().unwrap() {
                if named.get(claim).is_none() && !by_sign_in.contains(&claim.as_str()) {
                    assert_eq!(found[claim], *value, "{what}: {claim}");
                }
            }
            let known = |claim: &String| plain.get(claim).or(named.get(claim)).is_some();
            assert!(
                found.as_object().unwrap().keys().all(known),
                "{what}: {found}"
            );
        }
    }
}

#[tokio::test]
async fn version_one_changes_the_id_token_by_texts() {
    let protected = json!({
        "acr": "x", "amr": "x", "aud": "x", "at_hash": "x", "auth_time": "x", "azp": "x",
        "cognito:username": "x", "cognito:groups": "x", "cognito:anything": "x", "exp": "x", "iat": "x",
        "identities": "x", "iss": "x", "jti": "x", "nbf": "x", "nonce": "x", "origin_jti": "x",
        "sub": "x", "token_use": "x", "client_id": "x", "username": "x", "version": "x",
        "device_key": "x", "event_id": "x", "act": "x", "dev:custom:note": "x", "dev:custom:new": "x",
    });
    let names: Vec<&String> = protected.as_object().unwrap().keys().collect();
    let names: Vec<&String> = names
        .into_iter()
        .filter(|name| !name.starts_with("dev:"))
        .collect();
    check_rows("V1_0", [
        ("nothing", json!({}), json!({}), json!({})),
        ("null", Value::Null, json!({}), json!({})),
        (
            "new, changed and left out",
            json!({"claimsToAddOrOverride": {"tenant": "a", "custom:team": "blue", "email": "x@y.z"},
                "claimsToSuppress": ["address", "not there"]}),
            json!({"tenant": "a", "custom:team": "blue", "email": "x@y.z", "address": null}),
            json!({}),
        ),
        (
            "in both lists",
            json!({"claimsToAddOrOverride": {"tenant": "a", "email": "x@y.z"},
                "claimsToSuppress": ["tenant", "email"]}),
            json!({"tenant": null, "email": null}),
            json!({}),
        ),
        ("set what is protected", json!({"claimsToAddOrOverride": protected}), json!({}), json!({})),
        ("suppress what is protected", json!({"claimsToSuppress": names}), json!({}), json!({})),
        (
            "suppress an attribute for developers",
            json!({"claimsToSuppress": ["dev:custom:note"]}),
            json!({"dev:custom:note": null}),
            json!({}),
        ),
        (
            "texts for claims of other types",
            json!({"claimsToAddOrOverride":
                {"email_verified": "false", "updated_at": "5", "address": "2 Side Street"}}),
            json!({"email_verified": false, "updated_at": 5, "address": {"formatted": "2 Side Street"}}),
            json!({}),
        ),
        (
            "what later versions have",
            json!({"accessTokenGeneration": {"claimsToAddOrOverride": {"a": "b"}, "scopesToAdd": ["s"]},
                "idTokenGeneration": {"claimsToAddOrOverride": {"a": "b"}}}),
            json!({}),
            json!({}),
        ),
    ]).await;
}

#[tokio::test]
async fn groups_are_replaced_as_a_whole_in_both_tokens() {
    let none =
        json!({"cognito:groups": null, "cognito:roles": null, "cognito:preferred_role": null});
    let no_groups = json!({"cognito:groups": null});
    let rows = [
        (
            "null",
            json!({"groupOverrideDetails": null}),
            none.clone(),
            no_groups.clone(),
        ),
        (
            "empty",
            json!({"groupOverrideDetails": {}}),
            none.clone(),
            no_groups.clone(),
        ),
        (
            "empty lists",
            json!({"groupOverrideDetails":
                {"groupsToOverride": [], "iamRolesToOverride": null, "preferredRole": ""}}),
            none,
            no_groups,
        ),
        (
            "groups alone",
            json!({"groupOverrideDetails": {"groupsToOverride": ["a", "b"]}}),
            json!({"cognito:groups": ["a", "b"], "cognito:roles": null, "cognito:preferred_role": null}),
            json!({"cognito:groups": ["a", "b"]}),
        ),
        (
            "all of it",
            json!({"groupOverrideDetails": {"groupsToOverride": ["a"],
                "iamRolesToOverride": ["r1", "r2"], "preferredRole": "r2"}}),
            json!({"cognito:groups": ["a"], "cognito:roles": ["r1", "r2"], "cognito:preferred_role": "r2"}),
            json!({"cognito:groups": ["a"]}),
        ),
        (
            "left out",
            json!({"claimsToSuppress": []}),
            json!({"cognito:roles": [ROLE]}),
            json!({}),
        ),
    ];
    check_rows("V1_0", rows.clone()).await;
    check_rows("V2_0", rows).await;
}

#[tokio::test]
async fn from_version_two_on_both_tokens_have_claims_of_any_type() {
    let any =
        json!({"text": "a", "number": 1.5, "flag": true, "list": [1, "b"], "tree": {"a": [null]}});
    let rows = [
        ("nothing", json!({}), json!({}), json!({})),
        (
            "members that are null",
            json!({"idTokenGeneration": null, "accessTokenGeneration":
                {"claimsToAddOrOverride": null, "claimsToSuppress": null, "scopesToAdd": null,
                "scopesToSuppress": null}}),
            json!({}),
            json!({}),
        ),
        (
            "any type in the ID token",
            json!({"idTokenGeneration": {"claimsToAddOrOverride": any}}),
            any.clone(),
            json!({}),
        ),
        (
            "any type in the access token",
            json!({"accessTokenGeneration": {"claimsToAddOrOverride": any}}),
            json!({}),
            any.clone(),
        ),
        (
            "no other type for four claims of the ID token",
            json!({"idTokenGeneration": {"claimsToAddOrOverride":
                {"email_verified": false, "phone_number_verified": true, "updated_at": 5, "address": {"a": 1}}}}),
            json!({}),
            json!({}),
        ),
        (
            "which the access token takes",
            json!({"accessTokenGeneration": {"claimsToAddOrOverride": {"updated_at": 5, "email": "a@b.c"}}}),
            json!({}),
            json!({"updated_at": 5, "email": "a@b.c"}),
        ),
        (
            "protected in the access token",
            json!({"accessTokenGeneration": {"claimsToAddOrOverride":
                {"sub": "x", "username": "x", "client_id": "x", "scope": "x", "cognito:groups": ["x"], "exp": 1,
                "dev:custom:note": "x", "token_use": "id", "aud": "elsewhere"},
                "claimsToSuppress": ["sub", "username", "client_id", "scope", "exp", "cognito:groups"]}}),
            json!({}),
            json!({}),
        ),
        (
            "the client as audience",
            json!({"accessTokenGeneration": {"claimsToAddOrOverride": {"aud": "client"}}}),
            json!({}),
            json!({"aud": "client"}),
        ),
        (
            "in both lists",
            json!({"accessTokenGeneration":
                {"claimsToAddOrOverride": {"a": 1, "aud": "client"}, "claimsToSuppress": ["a", "aud"]}}),
            json!({}),
            json!({"a": null, "aud": null}),
        ),
        (
            "scopes",
            json!({"accessTokenGeneration": {"scopesToAdd": ["api/read", "api/write", "api/read"],
                "scopesToSuppress": ["api/write", "phone"]}}),
            json!({}),
            json!({"scope": "aws.cognito.signin.user.admin api/read"}),
        ),
    ];
    check_rows("V2_0", rows.clone()).await;
    check_rows("V3_0", rows).await;
}

#[tokio::test]
async fn a_token_without_the_scope_for_it_opens_no_operation_of_its_user() {
    let (pool, functions) = scene("V2_0").await;
    let without = json!({"accessTokenGeneration":
        {"scopesToSuppress": ["aws.cognito.signin.user.admin"], "scopesToAdd": ["openid"]}});
    answer(&functions, "V2_0", without);
    let token = pool.access_token("bob").await;
    assert_eq!(claims(&token)["scope"], "openid");
    assert_eq!(
        pool.refused("GetUser", json!({"AccessToken": token})).await,
        "NotAuthorizedException: Access Token does not have required scopes"
    );
    answer(&functions, "V2_0", Value::Null);
    let token = pool.access_token("bob").await;
    pool.ok("GetUser", json!({"AccessToken": token})).await;
}

#[tokio::test]
async fn another_shape_is_not_recognised() {
    let of_both = [
        json!([]),
        json!("text"),
        json!({"groupOverrideDetails": []}),
        json!({"groupOverrideDetails": {"groupsToOverride": "admins"}}),
        json!({"groupOverrideDetails": {"groupsToOverride": [1]}}),
        json!({"groupOverrideDetails": {"iamRolesToOverride": {}}}),
        json!({"groupOverrideDetails": {"preferredRole": []}}),
    ];
    let of_texts = [
        json!({"claimsToAddOrOverride": []}),
        json!({"claimsToAddOrOverride": {"a": ["b"]}}),
        json!({"claimsToAddOrOverride": {"a": 1}}),
        json!({"claimsToSuppress": "email"}),
        json!({"claimsToSuppress": [1]}),
    ];
    let of_tokens = [
        json!({"idTokenGeneration": []}),
        json!({"idTokenGeneration": {"claimsToAddOrOverride": []}}),
        json!({"idTokenGeneration": {"claimsToSuppress": {}}}),
        json!({"accessTokenGeneration": "text"}),
        json!({"accessTokenGeneration": {"claimsToSuppress": "email"}}),
        json!({"accessTokenGeneration": {"scopesToAdd": "one"}}),
        json!({"accessTokenGeneration": {"scopesToAdd": ["one two"]}}),
        json!({"accessTokenGeneration": {"scopesToAdd": [""]}}),
        json!({"accessTokenGeneration": {"scopesToSuppress": [1]}}),
    ];
    for (version, own) in [("V1_0", &of_texts[..]), ("V2_0", &of_tokens)] {
        let (pool, functions) = scene(version).await;
        for details in of_both.iter().chain(own) {
            answer(&functions, version, details.clone());
            let request = json!({
                "AuthFlow": "USER_PASSWORD_AUTH",
                "AuthParameters": {"USERNAME": "bob", "PASSWORD": crate::test_pool::PASSWORD},
            });
            assert_eq!(
                pool.refused("InitiateAuth", request).await,
                "InvalidLambdaResponseException: Unrecognizable lambda output",
                "{version}: {details}"
            );
        }
    }
}

#[tokio::test]
async fn the_access_token_is_customised_in_no_pool_of_the_lowest_tier() {
    let pool = TestPool::new(json!({})).await;
    for (version, taken) in [("V1_0", true), ("V2_0", false), ("V3_0", false)] {
        let request = json!({
            "PoolName": version, "UserPoolTier": "LITE",
            "LambdaConfig": {"PreTokenGenerationConfig":
                {"LambdaArn": functions::ARN, "LambdaVersion": version}},
        });
        let answer = pool.call("CreateUserPool", request).await;
        let refused = answer.err().unwrap_or_default();
        let expected = if taken {
            ""
        } else {
            "FeatureUnavailableInTierException"
        };
        assert_eq!(refused.split(':').next(), Some(expected), "{version}");
    }
}
