use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::context::{Settings, Signer};
use crate::lambda::{Answering, Functions, Invocation};
use crate::test_pool::{PASSWORD, TestPool, server};

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
    pool.cx.caller.signer = Signer::in_region(region);
}

/// A pool with a user and a replica of this status; the caller is at home.
async fn replicated(status: &str) -> TestPool {
    replicate(TestPool::new(members()).await, status).await
}

async fn replicate(mut pool: TestPool, status: &str) -> TestPool {
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

/// Notes which function was called.
struct Noting(Arc<Mutex<Vec<String>>>);

impl Functions for Noting {
    fn invoke<'a>(&'a self, invocation: Invocation<'a>) -> Answering<'a> {
        let Invocation { arn, event, .. } = invocation;
        assert!(arn.contains(event["region"].as_str().unwrap()), "{event}");
        self.0.lock().unwrap().push(arn.to_owned());
        Box::pin(std::future::ready(Ok(event)))
    }
}

#[tokio::test]
async fn a_sign_in_calls_the_functions_of_its_region() {
    let called = Arc::default();
    let mut shared = server(Settings::default());
    shared.functions = Box::new(Noting(Arc::clone(&called)));
    let function = |region: &str| format!("arn:aws:lambda:{region}:123456789012:function:f");
    let mut request = members();
    request["LambdaConfig"] = json!({"PreAuthentication": function("us-east-1")});
    let pool = TestPool::on(shared, request, |_| {}).await;
    let mut pool = replicate(pool, "ACTIVE").await;
    at(&mut pool, THERE);
    pool.access_token("ann").await;
    assert!(called.lock().unwrap().is_empty());
    let mut request = about(&pool, members());
    request["LambdaConfig"] = json!({"PreAuthentication": function(THERE)});
    pool.ok("UpdateUserPool", request).await;
    pool.access_token("ann").await;
    at(&mut pool, "us-east-1");
    pool.access_token("ann").await;
    let expected = [function(THERE), function("us-east-1")];
    assert_eq!(*called.lock().unwrap(), expected);
}

/// A replicated pool with threat protection.
async fn guarded() -> TestPool {
    let mut members = members();
    members["UserPoolTier"] = json!("PLUS");
    members["UserPoolAddOns"] = json!({"AdvancedSecurityMode": "AUDIT"});
    replicate(TestPool::new(members).await, "ACTIVE").await
}

#[tokio::test]
async fn each_region_has_logs_of_its_own() {
    let mut pool = guarded().await;
    let logs = |region: &str| {
        json!([{"EventSource": "userAuthEvents", "LogLevel": "INFO",
        "CloudWatchLogsConfiguration":
            {"LogGroupArn": format!("arn:aws:logs:{region}:123456789012:log-group:x")}}])
    };
    let set =
        |pool: &TestPool, region: &str| about(pool, json!({"LogConfigurations": logs(region)}));
    pool.ok("SetLogDeliveryConfiguration", set(&pool, "us-east-1"))
        .await;
    at(&mut pool, THERE);
    let shown = |got: Value| got["LogDeliveryConfiguration"]["LogConfigurations"].clone();
    let got = pool.ok("GetLogDeliveryConfiguration", about(&pool, json!({})));
    assert_eq!(shown(got.await), json!([]));
    let foreign = set(&pool, "us-east-1");
    assert_eq!(
        pool.refused("SetLogDeliveryConfiguration", foreign).await,
        "InvalidParameterException: ARN does not belong to current region"
    );
    pool.ok("SetLogDeliveryConfiguration", set(&pool, THERE))
        .await;
    for region in ["us-east-1", THERE] {
        at(&mut pool, region);
        let got = pool.ok("GetLogDeliveryConfiguration", about(&pool, json!({})));
        assert_eq!(shown(got.await), logs(region));
        let before = pool.cx.deliveries.after(0).len();
        pool.access_token("ann").await;
        let kept = pool.cx.deliveries.after(0);
        let to: Vec<&str> = kept[before..].iter().map(|one| &*one.destination).collect();
        assert!(
            !to.is_empty() && to.iter().all(|to| to.contains(region)),
            "{to:?}"
        );
    }
}

#[tokio::test]
async fn a_region_has_its_own_sender_of_risk_mails_and_no_other_risk_setting() {
    let mut pool = guarded().await;
    let risk = |region: &str, action: &str| {
        json!({"AccountTakeoverRiskConfiguration": {
        "Actions": {"HighAction": {"Notify": true, "EventAction": action}},
        "NotifyConfiguration": {"From": format!("{region}@example.com"),
            "SourceArn": format!("arn:aws:ses:{region}:123456789012:identity/example.com")}}})
    };
    for client in [None, Some(pool.client.to_string())] {
        let mine = |mut request: Value| {
            if let Some(client) = &client {
                request["ClientId"] = json!(client);
            }
            request
        };
        at(&mut pool, THERE);
        let early = mine(about(&pool, risk(THERE, "BLOCK")));
        assert_eq!(
            pool.refused("SetRiskConfiguration", early).await,
            ONLY_REGIONAL
        );
        at(&mut pool, "us-east-1");
        pool.ok(
            "SetRiskConfiguration",
            mine(about(&pool, risk("us-east-1", "BLOCK"))),
        )
        .await;
        at(&mut pool, THERE);
        let other = mine(about(&pool, risk(THERE, "NO_ACTION")));
        assert_eq!(
            pool.refused("SetRiskConfiguration", other).await,
            ONLY_REGIONAL
        );
        assert_eq!(
            pool.refused("SetRiskConfiguration", mine(about(&pool, json!({}))))
                .await,
            ONLY_REGIONAL
        );
        pool.ok(
            "SetRiskConfiguration",
            mine(about(&pool, risk(THERE, "BLOCK"))),
        )
        .await;
        for region in ["us-east-1", THERE] {
            at(&mut pool, region);
            let got = pool
                .ok("DescribeRiskConfiguration", mine(about(&pool, json!({}))))
                .await;
            assert_eq!(
                got["RiskConfiguration"]["AccountTakeoverRiskConfiguration"],
                risk(region, "BLOCK")["AccountTakeoverRiskConfiguration"]
            );
        }
    }
    // What a deleted client had is gone in every Region.
    at(&mut pool, "us-east-1");
    let gone = about(&pool, json!({"ClientId": pool.client.as_str()}));
    pool.ok("DeleteUserPoolClient", gone).await;
    let stored = pool.cx.pool(&pool.id).unwrap();
    let has = |state: &crate::store::user_pool::state::PoolState| {
        let replica = state.replicas.secondary().unwrap();
        replica.regional.risk_senders.has(&pool.client)
    };
    assert!(!stored.read(has));
}

#[tokio::test]
async fn a_replica_holds_the_plan() {
    let pool = replicated("INACTIVE").await;
    let mut request = about(&pool, members());
    request["UserPoolTier"] = json!("LITE");
    let refused = pool.refused("UpdateUserPool", request.clone()).await;
    assert!(
        refused.starts_with("TierChangeNotAllowedException"),
        "{refused}"
    );
    pool.ok(
        "DeleteUserPoolReplica",
        about(&pool, json!({"RegionName": THERE})),
    )
    .await;
    pool.ok("UpdateUserPool", request).await;
}
