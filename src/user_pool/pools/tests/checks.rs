use serde_json::{Value, json};

use crate::test_pool::TestPool;
use crate::user_pool::tokens::discovery;

/// Feature, the members that turn it on, and the lowest plan that has it.
fn features() -> Vec<(&'static str, Value, &'static str)> {
    let function = "arn:aws:lambda:us-east-1:123456789012:function:f";
    vec![
        (
            "Passwordless Sign-In",
            json!({"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}}}),
            "ESSENTIALS",
        ),
        (
            "Access Token Customization",
            json!({"LambdaConfig": {"PreTokenGenerationConfig":
                {"LambdaVersion": "V2_0", "LambdaArn": function}}}),
            "ESSENTIALS",
        ),
        (
            "Password History",
            json!({"Policies": {"PasswordPolicy": {"PasswordHistorySize": 2}}}),
            "ESSENTIALS",
        ),
        (
            "ACR Configuration",
            json!({"AcrConfiguration": {"Level1": {"AcrValue": "bronze"}}}),
            "ESSENTIALS",
        ),
        (
            "Dynamic Client Registration",
            json!({"DcrConfiguration": {}}),
            "ESSENTIALS",
        ),
        (
            "Threat Protection",
            json!({"UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"}}),
            "PLUS",
        ),
    ]
}

#[tokio::test]
async fn a_pools_features_need_their_plan_when_made_and_when_updated() {
    for (feature, members, lowest) in features() {
        for tier in ["LITE", "ESSENTIALS", "PLUS"] {
            let pool = TestPool::new(json!({"UserPoolTier": tier})).await;
            let mut update = members.clone();
            update["UserPoolId"] = json!(pool.id.as_str());
            let mut create = members.clone();
            create["PoolName"] = json!("p");
            create["UserPoolTier"] = json!(tier);
            let expected = (tier_rank(tier) < tier_rank(lowest)).then(|| {
                format!(
                    "FeatureUnavailableInTierException: The following features need to be \
                     disabled for the {tier} pricing tier configured: {feature}"
                )
            });
            for (operation, request) in [("UpdateUserPool", update), ("CreateUserPool", create)] {
                let refused = pool.call(operation, request).await.err();
                assert_eq!(refused, expected, "{feature} in {tier} by {operation}");
            }
        }
    }
}

fn tier_rank(tier: &str) -> Option<usize> {
    ["LITE", "ESSENTIALS", "PLUS"]
        .iter()
        .position(|one| *one == tier)
}

#[tokio::test]
async fn levels_show_the_names_in_force_once_one_was_given() {
    let pool = TestPool::new(json!({})).await;
    let id = json!(pool.id.as_str());
    let shown = async || {
        let shown = pool.ok("DescribeUserPool", json!({"UserPoolId": id})).await;
        shown["UserPool"]["AcrConfiguration"].clone()
    };
    assert_eq!(shown().await, Value::Null);
    let named = json!({"UserPoolId": id, "AcrConfiguration": {"Level3": {"AcrValue": "gold"}}});
    pool.ok("UpdateUserPool", named).await;
    let levels = json!({
        "Level1": {"AcrValue": "urn:cognito:loa:1"}, "Level2": {"AcrValue": "urn:cognito:loa:2"},
        "Level3": {"AcrValue": "gold"}, "Level4": {"AcrValue": "urn:cognito:loa:4"}});
    assert_eq!(shown().await, levels);
    let clash = json!({"Level1": {"AcrValue": "urn:cognito:loa:4"}});
    let clash = json!({"UserPoolId": id, "AcrConfiguration": clash});
    let refused = pool.refused("UpdateUserPool", clash).await;
    assert!(
        refused.starts_with("InvalidParameterException: "),
        "{refused}"
    );
}

#[tokio::test]
async fn a_registration_endpoint_needs_registration_and_a_domain() {
    let pool = TestPool::new(json!({"DcrConfiguration": {}})).await;
    let endpoint = || {
        let body = discovery::openid_configuration(&pool.cx, &pool.id).unwrap();
        serde_json::from_slice::<Value>(&body).unwrap()["registration_endpoint"].clone()
    };
    assert_eq!(endpoint(), Value::Null);
    let id = json!(pool.id.as_str());
    let domain = json!({"UserPoolId": id, "Domain": "registers"});
    pool.ok("CreateUserPoolDomain", domain).await;
    // A registration names no client that would tell the pool.
    let expected = format!("http://localhost:9229/{}/oauth2/register", pool.id);
    assert_eq!(endpoint(), expected.as_str());
    let off = json!({"UserPoolId": id, "DcrConfiguration": {"EnableStatus": "Disabled"}});
    pool.ok("UpdateUserPool", off).await;
    assert_eq!(endpoint(), Value::Null);
}
