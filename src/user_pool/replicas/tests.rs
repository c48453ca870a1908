use serde_json::{Value, json};

use crate::user_pool::test_pool::{PASSWORD, TestPool};

const KEY: &str = "arn:aws:kms:us-east-1:123456789012:key/mrk-1234abcd12ab34cd56ef1234567890ab";
const THERE: &str = "us-west-2";
const ONLY_REGIONAL: &str =
    "InvalidParameterException: Only regional settings can be changed in a secondary region.";

/// What a pool needs before it can be replicated.
fn members() -> Value {
    json!({"KeyConfiguration": {"KeyType": "CUSTOMER_MANAGED_KEY", "KmsKeyArn": KEY}})
}

fn about(pool: &TestPool, mut members: Value) -> Value {
    members["UserPoolId"] = json!(pool.id.as_str());
    members
}

fn at(pool: &mut TestPool, region: &str) {
    pool.cx.caller.region = Some(region.into());
}

/// A pool with a user and a replica of this status; the caller is at home.
async fn replicated(status: &str) -> TestPool {
    let mut pool = TestPool::new(members()).await;
    at(&mut pool, "us-east-1");
    pool.confirmed("ann", json!([])).await;
    let request = about(
        &pool,
        json!({"RegionName": THERE, "UserPoolTags": {"team": "blue"}}),
    );
    pool.ok("CreateUserPoolReplica", request).await;
    let request = about(&pool, json!({"RegionName": THERE, "Status": status}));
    pool.ok("UpdateUserPoolReplica", request).await;
    pool
}

fn row(pool: &TestPool, region: &str, status: &str, role: &str) -> Value {
    let arn = format!(
        "arn:aws:cognito-idp:{region}:123456789012:userpool/{}",
        pool.id
    );
    json!({"RegionName": region, "Status": status, "Role": role, "UserPoolArn": arn})
}

#[tokio::test]
async fn a_replica_is_made_activated_deactivated_and_deleted() {
    let pool = TestPool::new(members()).await;
    let named = about(&pool, json!({}));
    let there = about(&pool, json!({"RegionName": THERE}));
    let status = |status: &str| about(&pool, json!({"RegionName": THERE, "Status": status}));
    let primary = row(&pool, "us-east-1", "ACTIVE", "PRIMARY");
    let list = pool.ok("ListUserPoolReplicas", named.clone()).await;
    assert_eq!(list, json!({"UserPoolReplicas": [primary]}));
    let made = pool.ok("CreateUserPoolReplica", there.clone()).await;
    assert_eq!(
        made["UserPoolReplica"],
        row(&pool, THERE, "CREATING", "SECONDARY")
    );
    let list = pool.ok("ListUserPoolReplicas", named.clone()).await;
    let secondary = row(&pool, THERE, "INACTIVE", "SECONDARY");
    assert_eq!(list, json!({"UserPoolReplicas": [primary, secondary]}));
    let active = pool.ok("UpdateUserPoolReplica", status("ACTIVE")).await;
    assert_eq!(
        active["UserPoolReplica"],
        row(&pool, THERE, "ACTIVE", "SECONDARY")
    );
    assert_eq!(
        pool.refused("DeleteUserPoolReplica", there.clone()).await,
        "InvalidParameterException: The user pool replica cannot be deleted because it is active."
    );
    pool.ok("UpdateUserPoolReplica", status("INACTIVE")).await;
    assert_eq!(
        pool.refused("DeleteUserPool", named.clone()).await,
        "InvalidParameterException: User pool cannot be deleted. It has a replica that should be \
         deleted first."
    );
    let gone = pool.ok("DeleteUserPoolReplica", there.clone()).await;
    assert_eq!(
        gone["UserPoolReplica"],
        row(&pool, THERE, "DELETING", "SECONDARY")
    );
    let list = pool.ok("ListUserPoolReplicas", named.clone()).await;
    assert_eq!(list, json!({"UserPoolReplicas": [primary]}));
    pool.ok("DeleteUserPool", named).await;
}

#[tokio::test]
async fn a_replica_needs_a_plan_a_key_and_a_region_and_there_is_one() {
    let create = |region: &str| json!({"RegionName": region});
    let invalid = |text: &str| format!("InvalidParameterException: {text}");
    let no_key =
        invalid("A multi-Region customer managed key is required to create a user pool replica.");
    let single = KEY.replace("mrk-", "");
    let pools = [
        (json!({}), THERE, no_key.clone()),
        (
            json!({"KeyConfiguration": {"KeyType": "CUSTOMER_MANAGED_KEY", "KmsKeyArn": single}}),
            THERE,
            no_key,
        ),
        (
            json!({"UserPoolTier": "LITE"}),
            THERE,
            "FeatureUnavailableInTierException: The following feature is not available for the LITE \
             pricing tier configured: Multi-Region Replication"
                .into(),
        ),
        (members(), "us-east-1", invalid("Invalid replica region us-east-1.")),
        (members(), "mars-1", invalid("Invalid replica region mars-1.")),
    ];
    for (members, region, expected) in pools {
        let pool = TestPool::new(members).await;
        let request = about(&pool, create(region));
        assert_eq!(
            pool.refused("CreateUserPoolReplica", request).await,
            expected
        );
    }
    let pool = TestPool::new(members()).await;
    let mut tagged = about(&pool, create(THERE));
    tagged["UserPoolTags"] = json!({"aws:x": "y"});
    let refused = pool.refused("CreateUserPoolReplica", tagged).await;
    assert!(refused.starts_with("UserPoolTaggingException"), "{refused}");
    pool.ok("CreateUserPoolReplica", about(&pool, create(THERE)))
        .await;
    for region in [THERE, "eu-west-1"] {
        assert_eq!(
            pool.refused("CreateUserPoolReplica", about(&pool, create(region)))
                .await,
            "LimitExceededException: The limit of user pool replicas has been exceeded."
        );
    }
    let unknown = about(
        &pool,
        json!({"RegionName": "eu-west-1", "Status": "ACTIVE"}),
    );
    assert_eq!(
        pool.refused("UpdateUserPoolReplica", unknown).await,
        "ResourceNotFoundException: User pool replica in region eu-west-1 does not exist."
    );
    let home = about(
        &pool,
        json!({"RegionName": "us-east-1", "Status": "INACTIVE"}),
    );
    assert_eq!(
        pool.refused("UpdateUserPoolReplica", home).await,
        invalid("The primary replica cannot be updated or deleted.")
    );
}

#[tokio::test]
async fn a_pool_is_seen_in_the_region_of_its_replica_and_in_no_other() {
    let mut pool = replicated("INACTIVE").await;
    let arn = row(&pool, THERE, "", "")["UserPoolArn"].clone();
    at(&mut pool, THERE);
    let shown = pool.ok("DescribeUserPool", about(&pool, json!({}))).await["UserPool"].clone();
    assert_eq!(
        (&shown["Id"], &shown["Arn"]),
        (&json!(pool.id.as_str()), &arn)
    );
    assert_eq!(shown["UserPoolTags"], json!({"team": "blue"}));
    for region in ["us-east-1", THERE] {
        at(&mut pool, region);
        let listed = pool.ok("ListUserPools", json!({"MaxResults": 60})).await;
        let mine = listed["UserPools"].as_array().unwrap();
        assert_eq!(mine.len(), 1, "{region}");
        assert_eq!(mine[0]["ReplicaRegions"], json!(["us-east-1", THERE]));
    }
    at(&mut pool, "eu-west-1");
    let listed = pool.ok("ListUserPools", json!({"MaxResults": 60})).await;
    assert_eq!(listed["UserPools"], json!([]));
    let unknown = format!(
        "ResourceNotFoundException: User pool {} does not exist.",
        pool.id
    );
    assert_eq!(
        pool.refused("DescribeUserPool", about(&pool, json!({})))
            .await,
        unknown
    );
    at(&mut pool, "us-east-1");
    let there = about(&pool, json!({"RegionName": THERE}));
    pool.ok("DeleteUserPoolReplica", there).await;
    at(&mut pool, THERE);
    assert_eq!(
        pool.refused("DescribeUserPool", about(&pool, json!({})))
            .await,
        unknown
    );
    let listed = pool.ok("ListUserPools", json!({"MaxResults": 60})).await;
    assert_eq!(listed["UserPools"], json!([]));
}

#[tokio::test]
async fn a_secondary_serves_what_its_status_allows() {
    let mut pool = replicated("INACTIVE").await;
    at(&mut pool, THERE);
    let not_there = |operation: &str| {
        format!(
            "OperationNotEnabledException: {operation} is not enabled in this region for the user \
             pool."
        )
    };
    let sign_in = json!({"AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": "ann", "PASSWORD": PASSWORD}});
    let user = json!({"Username": "bob"});
    pool.ok("AdminGetUser", json!({"Username": "ann"})).await;
    assert_eq!(
        pool.refused("InitiateAuth", sign_in.clone()).await,
        not_there("InitiateAuth")
    );
    assert_eq!(
        pool.refused("AdminCreateUser", user.clone()).await,
        not_there("AdminCreateUser")
    );
    let there = about(&pool, json!({"RegionName": THERE}));
    assert_eq!(
        pool.refused("DeleteUserPoolReplica", there).await,
        not_there("DeleteUserPoolReplica")
    );
    // A replica can be activated from where it is.
    let activate = about(&pool, json!({"RegionName": THERE, "Status": "ACTIVE"}));
    pool.ok("UpdateUserPoolReplica", activate).await;
    let tokens = pool.ok("InitiateAuth", sign_in.clone()).await;
    let token = tokens["AuthenticationResult"]["AccessToken"].clone();
    pool.ok("GetUser", json!({"AccessToken": token})).await;
    let refused = [
        ("AdminCreateUser", user),
        ("SignUp", json!({"Username": "bob", "Password": PASSWORD})),
        ("DeleteUser", json!({"AccessToken": token})),
        ("DeleteUserPool", about(&pool, json!({}))),
        (
            "RespondToAuthChallenge",
            json!({"ChallengeName": "SOFTWARE_TOKEN_MFA", "Session": "x".repeat(20)}),
        ),
    ];
    for (operation, request) in refused {
        assert_eq!(pool.refused(operation, request).await, not_there(operation));
    }
    // To another account there is no such pool.
    pool.cx.caller.account = "210987654321".into();
    let unknown = format!(
        "ResourceNotFoundException: User pool {} does not exist.",
        pool.id
    );
    assert_eq!(
        pool.refused("AdminCreateUser", json!({"Username": "bob"}))
            .await,
        unknown
    );
    pool.cx.caller.account = "123456789012".into();
    // Tokens of either Region are good in the other.
    at(&mut pool, "us-east-1");
    pool.ok("GetUser", json!({"AccessToken": token})).await;
    // Where the pool is not, its clients and tokens are not known.
    at(&mut pool, "eu-west-1");
    assert_eq!(
        pool.refused("InitiateAuth", sign_in).await,
        "ResourceNotFoundException: User pool client client does not exist."
    );
    assert_eq!(
        pool.refused("GetUser", json!({"AccessToken": token})).await,
        "NotAuthorizedException: Invalid Access Token"
    );
}

#[tokio::test]
async fn each_region_has_its_own_senders_triggers_and_tags() {
    let mut pool = replicated("INACTIVE").await;
    let function = |region: &str| json!({"PostConfirmation": format!("arn:aws:lambda:{region}:123456789012:function:f")});
    let global = members();
    let update = |pool: &TestPool, lambda: Value| {
        let mut request = about(pool, global.clone());
        request["LambdaConfig"] = lambda;
        request
    };
    at(&mut pool, THERE);
    pool.ok("UpdateUserPool", update(&pool, function(THERE)))
        .await;
    let here = pool
        .refused("UpdateUserPool", update(&pool, function("us-east-1")))
        .await;
    assert!(here.contains("Cross-region"), "{here}");
    let mut stricter = update(&pool, json!({}));
    stricter["DeletionProtection"] = json!("ACTIVE");
    assert_eq!(
        pool.refused("UpdateUserPool", stricter).await,
        ONLY_REGIONAL
    );
    let mfa = json!({"SoftwareTokenMfaConfiguration": {"Enabled": true},
        "MfaConfiguration": "OPTIONAL"});
    let mfa = about(&pool, mfa);
    assert_eq!(
        pool.refused("SetUserPoolMfaConfig", mfa).await,
        ONLY_REGIONAL
    );
    let arn = row(&pool, THERE, "", "")["UserPoolArn"].clone();
    let tag = json!({"ResourceArn": arn, "Tags": {"stage": "test"}});
    pool.ok("TagResource", tag).await;
    let tags = pool
        .ok("ListTagsForResource", json!({"ResourceArn": arn}))
        .await;
    assert_eq!(tags["Tags"], json!({"team": "blue", "stage": "test"}));
    let shown = pool.ok("DescribeUserPool", about(&pool, json!({}))).await["UserPool"].clone();
    assert_eq!(shown["LambdaConfig"], function(THERE));
    let listed = pool.ok("ListUserPools", json!({"MaxResults": 1})).await;
    assert_eq!(listed["UserPools"][0]["LambdaConfig"], function(THERE));
    at(&mut pool, "us-east-1");
    let shown = pool.ok("DescribeUserPool", about(&pool, json!({}))).await["UserPool"].clone();
    assert_eq!(
        (&shown["LambdaConfig"], &shown["UserPoolTags"]),
        (&json!({}), &json!({}))
    );
    let foreign = pool
        .refused("ListTagsForResource", json!({"ResourceArn": arn}))
        .await;
    assert!(
        foreign.starts_with("ResourceNotFoundException"),
        "{foreign}"
    );
    // What is the pool's own is the replica's too.
    let renamed = json!({"PoolName": "renamed", "KeyConfiguration": global["KeyConfiguration"]});
    pool.ok("UpdateUserPool", about(&pool, renamed)).await;
    at(&mut pool, THERE);
    let shown = pool.ok("DescribeUserPool", about(&pool, json!({}))).await["UserPool"].clone();
    assert_eq!(shown["Name"], "renamed");
    assert_eq!(shown["LambdaConfig"], function(THERE));
}
