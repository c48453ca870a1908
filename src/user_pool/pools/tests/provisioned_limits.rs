use serde_json::{Value, json};

use crate::context::{Context, Signer};
use crate::quotas::{Category, Rate};
use crate::test_pool::TestPool;

fn definition(category: &str) -> Value {
    json!({"LimitClass": "API_CATEGORY", "Attributes": {"Category": category}})
}

fn update(category: &str, value: i32) -> Value {
    json!({"LimitDefinition": definition(category), "RequestedLimitValue": value})
}

/// Service Quotas grants an account-level maximum.
fn grant(cx: &Context, category: Category, maximum: u32) {
    let place = cx.caller.account_region();
    let granted = |rate| Ok(Rate { maximum, ..rate });
    cx.quotas.change_rate(&place, category, granted).unwrap();
}

#[tokio::test]
async fn a_limit_is_raised_up_to_the_account_s_maximum_and_lowered_again() {
    let pool = TestPool::new(json!({})).await;
    let get = json!({"LimitDefinition": definition("UserAuthentication")});
    let limit = |value: i32| {
        json!({"Limit": {"LimitDefinition": definition("UserAuthentication"),
            "ProvisionedLimitValue": value, "FreeLimitValue": 120}})
    };
    assert_eq!(
        pool.ok("GetProvisionedLimit", get.clone()).await,
        limit(120)
    );
    let refused = pool
        .refused("UpdateProvisionedLimit", update("UserAuthentication", 121))
        .await;
    assert_eq!(
        refused,
        "ServiceQuotaExceededException: The requested limit exceeds your account-level maximum of \
         120 requests per second."
    );
    grant(&pool.cx, Category::UserAuthentication, 500);
    let raised = pool
        .ok("UpdateProvisionedLimit", update("UserAuthentication", 300))
        .await;
    assert_eq!(raised, limit(300));
    assert_eq!(
        pool.ok("GetProvisionedLimit", get.clone()).await,
        limit(300)
    );
    let back = pool
        .ok("UpdateProvisionedLimit", update("UserAuthentication", 120))
        .await;
    assert_eq!(back, limit(120));
    assert!(
        pool.call("UpdateProvisionedLimit", update("UserAuthentication", 501))
            .await
            .is_err()
    );
}

#[tokio::test]
async fn a_limit_is_the_account_s_in_its_region() {
    let mut pool = TestPool::new(json!({})).await;
    grant(&pool.cx, Category::UserRead, 500);
    pool.ok("UpdateProvisionedLimit", update("UserRead", 500))
        .await;
    let get = json!({"LimitDefinition": definition("UserRead")});
    for (account, region) in [("123456789012", "eu-west-1"), ("210987654321", "us-east-1")] {
        pool.cx.caller.account = account.into();
        pool.cx.caller.signer = Signer::in_region(region);
        let shown = pool.ok("GetProvisionedLimit", get.clone()).await;
        assert_eq!(
            shown["Limit"]["ProvisionedLimitValue"], 120,
            "{account} {region}"
        );
    }
}

#[tokio::test]
async fn what_cannot_be_provisioned_is_refused() {
    let pool = TestPool::new(json!({})).await;
    let cases = [
        (
            update("Everything", 200),
            "ResourceNotFoundException: Limit does not exist.",
        ),
        (
            update("UserUpdate", 200),
            "InvalidParameterException: The limit of category UserUpdate is not adjustable.",
        ),
        (
            update("UserRead", 119),
            "InvalidParameterException: The requested limit 119 is below the default limit of 120 \
             requests per second.",
        ),
        (
            update("UserRead", -1),
            "InvalidParameterException: The requested limit -1 is below the default limit of 120 \
             requests per second.",
        ),
        (
            json!({"LimitDefinition": {"LimitClass": "API_CATEGORY", "Attributes": {}},
                "RequestedLimitValue": 200}),
            "InvalidParameterException: Attributes must contain the key Category.",
        ),
    ];
    for (request, expected) in cases {
        assert_eq!(
            pool.refused("UpdateProvisionedLimit", request).await,
            expected
        );
    }
    let get = json!({"LimitDefinition": definition("LimitManagement")});
    assert!(
        pool.refused("GetProvisionedLimit", get)
            .await
            .ends_with("is not adjustable.")
    );
}

#[tokio::test]
async fn managed_login_holds_the_limits_of_signing_in() {
    let pool = TestPool::new(json!({})).await;
    for category in [Category::UserFederation, Category::UserRead] {
        grant(&pool.cx, category, 500);
    }
    let domain = json!({"UserPoolId": pool.id.as_str(), "Domain": "shop"});
    pool.ok("CreateUserPoolDomain", domain).await;
    assert_eq!(
        pool.refused("UpdateProvisionedLimit", update("UserFederation", 50))
            .await,
        "InvalidParameterException: The limit of category UserFederation cannot be adjusted for \
         accounts that use managed login."
    );
    pool.ok("UpdateProvisionedLimit", update("UserRead", 150))
        .await;
}
