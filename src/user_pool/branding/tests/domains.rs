use std::sync::Arc;

use serde_json::{Value, json};

use crate::context::{Caller, Context, IssuerMode, Settings, Signer};
use crate::model::PoolId;
use crate::test_pool::TestPool;
use crate::user_pool::tokens::discovery;

const CERTIFICATE: &str = "arn:aws:acm:us-east-1:123456789012:certificate/4f5a";

/// The members of a domain operation on this pool.
fn domain(pool: &TestPool, name: &str, more: Value) -> Value {
    let mut request = json!({"UserPoolId": pool.id.as_str(), "Domain": name});
    request
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    request
}

fn custom() -> Value {
    json!({"CustomDomainConfig": {"CertificateArn": CERTIFICATE}})
}

async fn described(pool: &TestPool, name: &str) -> Value {
    let named = json!({"Domain": name});
    pool.ok("DescribeUserPoolDomain", named).await["DomainDescription"].clone()
}

/// A further pool on the server of `pool`, seen by this caller.
async fn another(pool: &TestPool, caller: Caller) -> TestPool {
    let mut other = TestPool {
        cx: Context::new(Arc::clone(pool.cx.shared()), caller),
        id: PoolId::from(""),
        client: pool.client.clone(),
    };
    let made = other
        .ok("CreateUserPool", json!({"PoolName": "other"}))
        .await;
    other.id = PoolId::from(made["UserPool"]["Id"].as_str().unwrap());
    other
}

#[tokio::test]
async fn a_prefix_domain_is_shown_as_recorded() {
    let pool = TestPool::new(json!({})).await;
    let made = domain(&pool, "my-shop", json!({}));
    assert_eq!(
        pool.ok("CreateUserPoolDomain", made).await,
        json!({"ManagedLoginVersion": 1})
    );
    let mut shown = described(&pool, "my-shop").await;
    let distribution = shown["CloudFrontDistribution"].take();
    let distribution = distribution.as_str().unwrap();
    assert!(
        distribution.starts_with('d') && distribution.ends_with(".cloudfront.net"),
        "{distribution}"
    );
    assert_eq!(
        shown,
        json!({
            "UserPoolId": pool.id.as_str(), "AWSAccountId": "123456789012", "Domain": "my-shop",
            "S3Bucket": "aws-cognito-prod-iad-assets", "CloudFrontDistribution": null,
            "Version": "20270115080000", "Status": "ACTIVE", "CustomDomainConfig": {},
            "ManagedLoginVersion": 1,
        })
    );
    let named = json!({"UserPoolId": pool.id.as_str()});
    let shown = pool.ok("DescribeUserPool", named).await["UserPool"].clone();
    assert_eq!(shown["Domain"], "my-shop");
    assert_eq!(shown.get("CustomDomain"), None);
}

#[tokio::test]
async fn a_custom_domain_has_a_certificate_a_distribution_and_routing() {
    let key = "arn:aws:kms:us-east-1:123456789012:key/mrk-1234abcd12ab34cd56ef1234567890ab";
    let key = json!({"KeyType": "CUSTOMER_MANAGED_KEY", "KmsKeyArn": key});
    let pool = TestPool::new(json!({"KeyConfiguration": key})).await;
    let replica = json!({"UserPoolId": pool.id.as_str(), "RegionName": "us-west-2"});
    pool.ok("CreateUserPoolReplica", replica).await;
    let failover = json!({"Failover": {"SecondaryRegion": "us-west-2",
        "PrimaryRoute53HealthCheckId": "check"}});
    let mut members = custom();
    members["CustomDomainConfig"]["SecurityPolicy"] = json!("TLS_V1_2_2021");
    members["ManagedLoginVersion"] = json!(2);
    members["Routing"] = failover.clone();
    let made = domain(&pool, "auth.example.com", members.clone());
    let answer = pool.ok("CreateUserPoolDomain", made).await;
    assert_eq!(answer["ManagedLoginVersion"], 2);
    assert_eq!(answer["Routing"], failover);
    let shown = described(&pool, "auth.example.com").await;
    assert_eq!(shown["CloudFrontDistribution"], answer["CloudFrontDomain"]);
    assert_eq!(shown["CustomDomainConfig"], members["CustomDomainConfig"]);
    assert_eq!(shown["Routing"], failover);
    let named = json!({"UserPoolId": pool.id.as_str()});
    let pool_shown = pool.ok("DescribeUserPool", named).await["UserPool"].clone();
    assert_eq!(pool_shown["CustomDomain"], "auth.example.com");
    assert_eq!(pool_shown.get("Domain"), None);

    let renewed = CERTIFICATE.replace("4f5a", "77aa");
    let update = domain(
        &pool,
        "auth.example.com",
        json!({"CustomDomainConfig": {"CertificateArn": renewed}, "Routing": {}}),
    );
    let updated = pool.ok("UpdateUserPoolDomain", update).await;
    assert_eq!(
        updated,
        json!({"ManagedLoginVersion": 2, "CloudFrontDomain": answer["CloudFrontDomain"]})
    );
    let shown = described(&pool, "auth.example.com").await;
    assert_eq!(
        shown["CustomDomainConfig"],
        json!({"CertificateArn": renewed})
    );
    assert_eq!(shown.get("Routing"), None);
}

#[tokio::test]
async fn names_certificates_and_versions_that_are_refused() {
    let pool = TestPool::new(json!({})).await;
    let characters = "The domain name contains an invalid character. Domain names can only contain \
        lower-case letters, numbers, and hyphens. Please enter a different name that follows this \
        format: ^[a-z0-9](?:[a-z0-9\\-]{0,61}[a-z0-9])?$";
    let subdomain = "Custom domain is not a valid subdomain: Was not able to resolve the root \
        domain, please ensure an A record exists for the root domain.";
    let certificate = "The specified SSL certificate doesn't exist, isn't in us-east-1 region, \
        isn't valid, or doesn't include a valid certificate chain.";
    let with = |arn: &str| json!({"CustomDomainConfig": {"CertificateArn": arn}});
    let here = json!({"CustomDomainConfig": {"CertificateArn": CERTIFICATE},
        "Routing": {"Failover": {"SecondaryRegion": "us-east-1",
            "PrimaryRoute53HealthCheckId": "check"}}});
    let cases = [
        ("Shop", json!({}), characters.to_owned()),
        ("-shop", json!({}), characters.into()),
        ("shop-", json!({}), characters.into()),
        ("auth.example.com", json!({}), characters.into()),
        (
            "my-aws-shop",
            json!({}),
            "Domain cannot contain reserved word: aws".into(),
        ),
        (
            "amazon",
            json!({}),
            "Domain cannot contain reserved word: amazon".into(),
        ),
        (
            "shop-cognito",
            json!({}),
            "Domain cannot contain reserved word: cognito".into(),
        ),
        ("shop", custom(), subdomain.into()),
        ("example.com", custom(), subdomain.into()),
        ("auth..com", custom(), subdomain.into()),
        ("Auth.example.com", custom(), subdomain.into()),
        (
            "auth.example.com",
            with(&CERTIFICATE.replace("us-east-1", "eu-west-1")),
            certificate.into(),
        ),
        (
            "auth.example.com",
            with(&CERTIFICATE.replace("123456789012", "210987654321")),
            certificate.into(),
        ),
        (
            "auth.example.com",
            with("arn:aws:iam::123456789012:role/acm"),
            certificate.into(),
        ),
        (
            "shop",
            json!({"ManagedLoginVersion": 3}),
            "Invalid managed login version 3.".into(),
        ),
        (
            "shop",
            json!({"Routing": {}}),
            "Routing can only be configured for a custom domain.".into(),
        ),
        (
            "auth.example.com",
            here,
            "Invalid secondary region us-east-1.".into(),
        ),
    ];
    for (name, more, text) in cases {
        let refused = pool
            .refused("CreateUserPoolDomain", domain(&pool, name, more))
            .await;
        assert_eq!(
            refused,
            format!("InvalidParameterException: {text}"),
            "{name}"
        );
    }
    let awesome = domain(&pool, "awesome-cognitoshop", json!({}));
    pool.ok("CreateUserPoolDomain", awesome).await;
}

#[tokio::test]
async fn a_pool_has_one_domain_of_each_kind() {
    let pool = TestPool::new(json!({})).await;
    pool.ok("CreateUserPoolDomain", domain(&pool, "one", json!({})))
        .await;
    pool.ok(
        "CreateUserPoolDomain",
        domain(&pool, "auth.example.com", custom()),
    )
    .await;
    let second = "InvalidParameterException: User pool already has a domain configured.";
    for (name, more) in [("two", json!({})), ("login.example.com", custom())] {
        let refused = pool
            .refused("CreateUserPoolDomain", domain(&pool, name, more))
            .await;
        assert_eq!(refused, second);
        assert_eq!(described(&pool, name).await, json!({}), "{name} stays free");
    }
}

#[tokio::test]
async fn a_prefix_is_used_once_in_a_region_over_all_accounts() {
    let pool = TestPool::new(json!({})).await;
    pool.ok("CreateUserPoolDomain", domain(&pool, "shop", json!({})))
        .await;
    let stranger = Caller {
        account: "210987654321".into(),
        ..Caller::default()
    };
    let neighbour = another(&pool, Caller::default()).await;
    let stranger = another(&pool, stranger).await;
    for other in [&neighbour, &stranger] {
        assert_eq!(
            other
                .refused("CreateUserPoolDomain", domain(other, "shop", json!({})))
                .await,
            "InvalidParameterException: Domain already associated with another user pool."
        );
    }
    assert_eq!(described(&stranger, "shop").await, json!({}));
    let abroad = Caller {
        signer: Signer::in_region("eu-west-1"),
        ..Caller::default()
    };
    let abroad = another(&pool, abroad).await;
    assert_eq!(described(&abroad, "shop").await, json!({}));
    abroad
        .ok("CreateUserPoolDomain", domain(&abroad, "shop", json!({})))
        .await;
    assert_eq!(
        described(&abroad, "shop").await["UserPoolId"],
        abroad.id.as_str()
    );
    assert_eq!(
        described(&pool, "shop").await["UserPoolId"],
        pool.id.as_str()
    );
    // A custom domain is one in the world.
    pool.ok(
        "CreateUserPoolDomain",
        domain(&pool, "auth.example.com", custom()),
    )
    .await;
    assert_eq!(
        abroad
            .refused(
                "CreateUserPoolDomain",
                domain(&abroad, "auth.example.com", custom())
            )
            .await,
        "InvalidParameterException: Domain already associated with another user pool."
    );
    // A deleted domain is free again.
    assert_eq!(
        pool.ok("DeleteUserPoolDomain", domain(&pool, "shop", json!({})))
            .await,
        json!({})
    );
    neighbour
        .ok(
            "CreateUserPoolDomain",
            domain(&neighbour, "shop", json!({})),
        )
        .await;
}

#[tokio::test]
async fn an_account_has_four_custom_domains_in_a_region() {
    let first = TestPool::new(json!({})).await;
    let mut pools = vec![first];
    for _ in 0..4 {
        let next = another(&pools[0], Caller::default()).await;
        pools.push(next);
    }
    for (number, pool) in pools.iter().enumerate() {
        let made = domain(pool, &format!("a{number}.example.com"), custom());
        let made = pool.call("CreateUserPoolDomain", made).await;
        assert_eq!(made.is_ok(), number < 4, "{number}");
        if let Err(refused) = made {
            assert!(refused.starts_with("LimitExceededException: "), "{refused}");
        }
    }
    let gone = domain(&pools[0], "a0.example.com", json!({}));
    pools[0].ok("DeleteUserPoolDomain", gone).await;
    let made = domain(&pools[4], "a4.example.com", custom());
    pools[4].ok("CreateUserPoolDomain", made).await;
}

#[tokio::test]
async fn a_pool_with_a_domain_is_not_deleted() {
    let pool = TestPool::new(json!({})).await;
    pool.ok("CreateUserPoolDomain", domain(&pool, "shop", json!({})))
        .await;
    let named = json!({"UserPoolId": pool.id.as_str()});
    assert_eq!(
        pool.refused("DeleteUserPool", named.clone()).await,
        "InvalidParameterException: User pool cannot be deleted. It has a domain configured that \
         should be deleted first."
    );
    pool.ok("DeleteUserPoolDomain", domain(&pool, "shop", json!({})))
        .await;
    pool.ok("DeleteUserPool", named).await;
}

#[tokio::test]
async fn a_domain_of_another_pool_is_unknown_to_update_and_delete() {
    let pool = TestPool::new(json!({})).await;
    pool.ok("CreateUserPoolDomain", domain(&pool, "shop", json!({})))
        .await;
    let other = another(&pool, Caller::default()).await;
    let nobody = json!({"UserPoolId": "us-east-1_none", "Domain": "shop"});
    for operation in ["UpdateUserPoolDomain", "DeleteUserPoolDomain"] {
        for request in [
            domain(&pool, "none", json!({})),
            domain(&other, "shop", json!({})),
            nobody.clone(),
        ] {
            assert_eq!(
                pool.refused(operation, request).await,
                "InvalidParameterException: No such domain or user pool exists."
            );
        }
    }
    assert_eq!(
        pool.refused("UpdateUserPoolDomain", domain(&pool, "shop", custom()))
            .await,
        "InvalidParameterException: CustomDomainConfig can only be configured for a custom domain."
    );
}

#[tokio::test]
async fn managed_login_needs_a_tier_above_lite() {
    let pool = TestPool::new(json!({"UserPoolTier": "LITE"})).await;
    let version = |number: i32| json!({"ManagedLoginVersion": number});
    let refused = "FeatureUnavailableInTierException: The following feature is not available for \
                   the LITE pricing tier configured: Managed Login Version 2";
    let asked = domain(&pool, "shop", version(2));
    assert_eq!(
        pool.refused("CreateUserPoolDomain", asked.clone()).await,
        refused
    );
    pool.ok("CreateUserPoolDomain", domain(&pool, "shop", version(1)))
        .await;
    assert_eq!(
        pool.refused("UpdateUserPoolDomain", asked.clone()).await,
        refused
    );
    let tier = |name: &str| json!({"UserPoolId": pool.id.as_str(), "UserPoolTier": name});
    pool.ok("UpdateUserPool", tier("ESSENTIALS")).await;
    assert_eq!(
        pool.ok("UpdateUserPoolDomain", asked).await,
        json!({"ManagedLoginVersion": 2})
    );
    let lowered = pool.refused("UpdateUserPool", tier("LITE")).await;
    assert!(
        lowered.starts_with("TierChangeNotAllowedException: "),
        "{lowered}"
    );
    pool.ok("UpdateUserPoolDomain", domain(&pool, "shop", version(1)))
        .await;
    pool.ok("UpdateUserPool", tier("LITE")).await;
}

#[tokio::test]
async fn discovery_names_the_domain_where_issuers_are_aws_s() {
    let cases = [
        (IssuerMode::Local, "http://localhost:9229/oauth2/token"),
        (
            IssuerMode::Aws,
            "https://shop.auth.us-east-1.amazoncognito.com/oauth2/token",
        ),
    ];
    for (issuer, expected) in cases {
        let settings = Settings {
            issuer,
            ..Settings::default()
        };
        let pool = TestPool::with(json!({}), settings, |_| {}).await;
        pool.ok("CreateUserPoolDomain", domain(&pool, "shop", json!({})))
            .await;
        let document = |pool: &TestPool| -> Value {
            let body = discovery::openid_configuration(&pool.cx, &pool.id).unwrap();
            serde_json::from_slice(&body).unwrap()
        };
        assert_eq!(document(&pool)["token_endpoint"], expected);
        pool.ok(
            "CreateUserPoolDomain",
            domain(&pool, "auth.example.com", custom()),
        )
        .await;
        if issuer == IssuerMode::Aws {
            assert_eq!(
                document(&pool)["end_session_endpoint"],
                "https://auth.example.com/logout"
            );
        }
    }
}
