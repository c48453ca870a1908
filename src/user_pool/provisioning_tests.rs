//! Provisioning without drift: what is created or updated reads back the same, and sending a
//! description back changes nothing, as the second plan of an infrastructure tool asks.

use proptest::prelude::*;

use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Map, Value, json};

use crate::test_pool::TestPool;

/// One of these sets of members, or none of them.
type Choices = Vec<Value>;

/// Calls `check` with requests put together by chance, the same in every run.
fn for_requests(table: Vec<Choices>, check: impl Fn(Value)) {
    let config = Config {
        cases: 48,
        failure_persistence: None,
        ..Config::default()
    };
    let chance = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let picks = proptest::collection::vec(any::<u8>(), table.len());
    TestRunner::new_with_rng(config, chance)
        .run(&picks, |picks| {
            let mut request = Map::new();
            for (pick, choices) in picks.iter().zip(&table) {
                let pick = usize::from(*pick) % (choices.len() + 1);
                if let Some(members) = pick.checked_sub(1).map(|at| &choices[at]) {
                    request.extend(members.as_object().unwrap().clone());
                }
            }
            check(Value::Object(request));
            Ok(())
        })
        .unwrap();
}

fn now_or_never<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(work)
}

/// `given` without these members.
fn without(given: &Value, members: &[&str]) -> Value {
    let mut rest = given.clone();
    for member in members {
        rest.as_object_mut().unwrap().remove(*member);
    }
    rest
}

/// What was asked for is what is shown; more may be shown.
fn assert_shows(asked: &Value, shown: &Value) {
    match (asked, shown) {
        (Value::Object(asked), Value::Object(shown)) => {
            for (name, value) in asked {
                let found = shown.get(name);
                assert_shows(
                    value,
                    found.unwrap_or_else(|| panic!("{name} is not shown")),
                );
            }
        }
        _ => assert_eq!(asked, shown),
    }
}

fn pool_choices() -> Vec<Choices> {
    let sms = json!({"SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "ExternalId": "e"});
    let function = "arn:aws:lambda:us-east-1:123456789012:function:f";
    vec![
        vec![
            json!({"Policies": {"PasswordPolicy": {"MinimumLength": 12, "RequireNumbers": true}}}),
            json!({"Policies": {"PasswordPolicy": {"MinimumLength": 6, "PasswordHistorySize": 3,
                    "TemporaryPasswordValidityDays": 2},
                "SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}}}),
        ],
        vec![
            json!({"AutoVerifiedAttributes": ["email"]}),
            json!({"AutoVerifiedAttributes": ["phone_number", "email"], "SmsConfiguration": sms,
                "UserAttributeUpdateSettings":
                    {"AttributesRequireVerificationBeforeUpdate": ["email"]}}),
        ],
        vec![
            json!({"LambdaConfig": {"PreTokenGeneration": function, "PreSignUp": function}}),
            json!({"LambdaConfig": {"PreTokenGenerationConfig":
                {"LambdaVersion": "V2_0", "LambdaArn": function}}}),
        ],
        vec![
            json!({"EmailVerificationMessage": "Code {####}", "EmailVerificationSubject": "Code"}),
            json!({"VerificationMessageTemplate": {"DefaultEmailOption": "CONFIRM_WITH_LINK",
                "EmailMessageByLink": "{##Click##}", "SmsMessage": "{####}"}}),
        ],
        vec![
            json!({"AdminCreateUserConfig": {"AllowAdminCreateUserOnly": true,
                "InviteMessageTemplate": {"SMSMessage": "{username} {####}"}}}),
        ],
        vec![
            json!({"DeviceConfiguration": {"ChallengeRequiredOnNewDevice": true,
            "DeviceOnlyRememberedOnUserPrompt": false}}),
        ],
        vec![
            json!({"EmailConfiguration": {"EmailSendingAccount": "DEVELOPER",
            "SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/a@example.com"}}),
        ],
        vec![json!({"AccountRecoverySetting": {"RecoveryMechanisms":
            [{"Name": "admin_only", "Priority": 1}]}})],
        vec![json!({"UserPoolTier": "PLUS", "UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"}})],
        vec![json!({"UserPoolTags": {"team": "blue"}})],
        vec![json!({"DeletionProtection": "ACTIVE"})],
        vec![
            json!({"IssuerConfiguration": {"Type": "UPDATED"}}),
            json!({"IssuerConfiguration": {"Type": "ORIGINAL"}}),
        ],
        vec![
            json!({"AcrConfiguration": {"Level2": {"AcrValue": "silver"}}}),
            json!({"AcrConfiguration": {}}),
        ],
        vec![json!({"DcrConfiguration": {"OpenDcrEnabled": true, "OpenDcrGrantTypes": ["code"]}})],
        vec![json!({"KeyConfiguration": {"KeyType": "AWS_OWNED_KEY"}})],
    ]
}

#[test]
fn a_pool_reads_back_as_made_and_its_description_changes_nothing() {
    let server = now_or_never(TestPool::new(json!({})));
    for_requests(pool_choices(), |mut asked| {
        asked["PoolName"] = json!("drift");
        now_or_never(async {
            let made = server.ok("CreateUserPool", asked.clone()).await["UserPool"].clone();
            assert_shows(&without(&asked, &["PoolName"]), &made);
            let id = made["Id"].clone();
            let described = || async {
                let pool = server
                    .ok("DescribeUserPool", json!({"UserPoolId": id}))
                    .await;
                pool["UserPool"].clone()
            };
            assert_eq!(described().await, made, "created and described");
            // The whole object, less what UpdateUserPool does not take and the legacy lifetime, which
            // AWS refuses beside the policy's.
            let fixed = [
                "Id",
                "Name",
                "Arn",
                "CreationDate",
                "LastModifiedDate",
                "SchemaAttributes",
                "EstimatedNumberOfUsers",
            ];
            let mut update = without(&made, &fixed);
            update["UserPoolId"] = id.clone();
            update["AdminCreateUserConfig"] = without(
                &update["AdminCreateUserConfig"],
                &["UnusedAccountValidityDays"],
            );
            server.ok("UpdateUserPool", update).await;
            assert_eq!(described().await, made, "updated with its own description");
        });
    });
}

fn client_choices() -> Vec<Choices> {
    vec![
        vec![
            json!({"GenerateSecret": true}),
            json!({"GenerateSecret": true, "PublishSecretsInAWSSecretsManager": true}),
        ],
        vec![
            json!({"RefreshTokenValidity": 10}),
            json!({"AccessTokenValidity": 10, "TokenValidityUnits": {"AccessToken": "minutes"}}),
        ],
        vec![json!({"ReadAttributes": ["email", "name"], "WriteAttributes": ["name"]})],
        vec![
            json!({"ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH"]}),
            json!({"ExplicitAuthFlows": ["ADMIN_NO_SRP_AUTH"]}),
        ],
        vec![
            json!({"AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": ["code"],
            "AllowedOAuthScopes": ["openid", "email"], "CallbackURLs": ["https://example.com/a"],
            "DefaultRedirectURI": "https://example.com/a", "LogoutURLs": ["myapp://out"],
            "SupportedIdentityProviders": ["COGNITO"]}),
        ],
        vec![json!({"PreventUserExistenceErrors": "ENABLED", "AuthSessionValidity": 9})],
        vec![json!({"EnableTokenRevocation": false})],
        vec![json!({"RefreshTokenRotation":
            {"Feature": "ENABLED", "RetryGracePeriodSeconds": 10}})],
        vec![json!({"AnalyticsConfiguration": {"ApplicationArn":
            "arn:aws:mobiletargeting:us-east-1:123456789012:apps/0123456789abcdef"}})],
    ]
}

#[test]
fn a_client_reads_back_as_made_and_an_empty_update_resets_it() {
    let pool = now_or_never(TestPool::new(json!({})));
    for_requests(client_choices(), |mut asked| {
        asked["UserPoolId"] = json!(pool.id.as_str());
        asked["ClientName"] = json!("drift");
        now_or_never(async {
            let answer = pool.ok("CreateUserPoolClient", asked.clone()).await;
            let made = answer["UserPoolClient"].clone();
            let unseen = ["GenerateSecret", "PublishSecretsInAWSSecretsManager"];
            assert_shows(&without(&asked, &unseen), &made);
            let named = json!({"UserPoolId": made["UserPoolId"], "ClientId": made["ClientId"]});
            let mut described = answer.clone();
            described["UserPoolClient"]["ClientType"] = json!("REGULAR");
            let shown = pool.ok("DescribeUserPoolClient", named.clone()).await;
            assert_eq!(shown, described, "created and described");
            let fixed = [
                "ClientSecret",
                "ClientSecretArn",
                "CreationDate",
                "LastModifiedDate",
            ];
            let update = without(&made, &fixed);
            let updated = pool.ok("UpdateUserPoolClient", update).await;
            assert_eq!(updated, answer, "updated with its own description");
            let reset = pool.ok("UpdateUserPoolClient", named).await;
            let plain = json!({"UserPoolId": made["UserPoolId"], "ClientName": "drift"});
            let plain = pool.ok("CreateUserPoolClient", plain).await["UserPoolClient"].clone();
            let own = [
                "ClientId",
                "ClientSecret",
                "ClientSecretArn",
                "CreationDate",
                "LastModifiedDate",
            ];
            assert_eq!(
                without(&reset["UserPoolClient"], &own),
                without(&plain, &own),
                "an update without members gives the defaults"
            );
        });
    });
}

fn policy_choices() -> Vec<Choices> {
    vec![
        vec![
            json!({"CacheDuration": 86_400}),
            json!({"CacheDuration": 31_556_952}),
        ],
        vec![json!({"PolicyName": "An agent's clients"})],
        vec![
            json!({"URLPatterns": ["https://*.example.com/*", "https://agent.example.com/client.json"]}),
            json!({"URLPatterns": ["https://a.example.com:8443/%7Ea/*.json"]}),
        ],
    ]
}

#[test]
fn a_cimd_policy_reads_back_as_made_and_its_description_changes_nothing() {
    let pool = now_or_never(TestPool::new(json!({})));
    for_requests(policy_choices(), |given| {
        let mut asked = json!({"ClientId": pool.client.as_str(), "PolicyName": "drift",
            "URLPatterns": ["https://drift.example.com/*"]});
        asked
            .as_object_mut()
            .unwrap()
            .extend(given.as_object().unwrap().clone());
        now_or_never(async {
            let answer = pool.ok("CreateCIMDPolicy", asked.clone()).await;
            let made = answer["CIMDPolicy"].clone();
            assert_shows(&asked, &made);
            let named = json!({"CIMDPolicyId": made["CIMDPolicyId"]});
            let shown = pool.ok("DescribeCIMDPolicy", named.clone()).await;
            assert_eq!(shown, answer, "created and described");
            let update = without(&made, &["CreationDate", "LastModifiedDate"]);
            let updated = pool.ok("UpdateCIMDPolicy", update).await;
            assert_eq!(updated, answer, "updated with its own description");
            let least = json!({"CIMDPolicyId": made["CIMDPolicyId"], "ClientId": made["ClientId"],
                "URLPatterns": made["URLPatterns"]});
            let updated = pool.ok("UpdateCIMDPolicy", least).await;
            assert_eq!(updated, answer, "name and cache duration stay");
            pool.ok("DeleteCIMDPolicy", named).await;
        });
    });
}
