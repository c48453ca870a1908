use serde_json::{Value, json};

use crate::control::risk::RiskRule;
use crate::model::Secret;
use crate::model::cognito_idp::RiskLevelType;
use crate::test_pool::{PASSWORD, TestPool, attributes};

async fn pool(mode: &str) -> TestPool {
    let pool = TestPool::new(json!({"UserPoolTier": "PLUS",
        "UserPoolAddOns": {"AdvancedSecurityMode": mode}}))
    .await;
    let email = attributes([("email", "bob@example.com"), ("email_verified", "true")]);
    pool.confirmed("bob", email).await;
    pool
}

async fn sign_in(pool: &TestPool, password: &str) -> Result<Value, String> {
    let request = json!({"AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": "bob", "PASSWORD": password}});
    pool.call("InitiateAuth", request).await
}

async fn events(pool: &TestPool) -> Vec<Value> {
    let listed = pool
        .ok("AdminListUserAuthEvents", json!({"Username": "bob"}))
        .await;
    listed["AuthEvents"].as_array().unwrap().clone()
}

fn risky(pool: &TestPool, level: RiskLevelType) {
    pool.cx.risk_rules.replace(vec![RiskRule {
        username: Some("bob".into()),
        level: Some(level),
        ..RiskRule::default()
    }]);
}

fn leaked(pool: &TestPool, password: &str) {
    pool.cx.risk_rules.replace(vec![RiskRule {
        password: Some(Secret::from(password.to_owned())),
        compromised: true,
        ..RiskRule::default()
    }]);
}

fn action(level: &str, event_action: &str, notify: bool) -> Value {
    let mut actions = json!({});
    actions[level] = json!({"EventAction": event_action, "Notify": notify});
    json!({"AccountTakeoverRiskConfiguration": {"Actions": actions, "NotifyConfiguration": {
        "SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/a@example.com",
        "NoActionEmail": {"Subject": "New", "TextBody": "{event-id} {feedback-token} {none}"},
    }}})
}

const BLOCKED: &str = "NotAuthorizedException: Unable to login because of security reasons.";

#[tokio::test]
async fn a_pool_without_threat_protection_has_no_events() {
    let pool = pool("OFF").await;
    let feedback = json!({"Username": "bob", "EventId": "e", "FeedbackValue": "Valid",
        "FeedbackToken": "t", "UserPoolId": pool.id.as_str()});
    let cases = [
        ("AdminListUserAuthEvents", json!({"Username": "bob"})),
        ("AdminUpdateAuthEventFeedback", feedback.clone()),
        ("UpdateAuthEventFeedback", feedback),
    ];
    for (operation, request) in cases {
        let refused = pool.refused(operation, request).await;
        assert!(
            refused.starts_with("UserPoolAddOnNotEnabledException: "),
            "{operation}"
        );
    }
}

#[tokio::test]
async fn a_risk_configuration_may_come_before_threat_protection() {
    for members in [
        json!({}),
        json!({"UserPoolTier": "PLUS",
        "UserPoolAddOns": {"AdvancedSecurityMode": "OFF"}}),
    ] {
        let pool = TestPool::new(members).await;
        let made = pool
            .ok("SetRiskConfiguration", action("HighAction", "BLOCK", false))
            .await;
        let read = pool.ok("DescribeRiskConfiguration", json!({})).await;
        assert_eq!(read, made);
    }
}

#[tokio::test]
async fn sign_ins_are_events_newest_first_and_tokens_carry_their_id() {
    let pool = pool("AUDIT").await;
    sign_in(&pool, "Wrong-123").await.unwrap_err();
    let tokens = sign_in(&pool, PASSWORD).await.unwrap();
    let events = events(&pool).await;
    assert_eq!(events.len(), 2);
    let (good, bad) = (&events[0], &events[1]);
    assert_eq!(good["EventResponse"], "Pass");
    assert_eq!(good["EventRisk"]["RiskDecision"], "NoRisk");
    assert!(good["EventRisk"].get("RiskLevel").is_none());
    let right = json!([{"ChallengeName": "Password", "ChallengeResponse": "Success"}]);
    assert_eq!(good["ChallengeResponses"], right);
    assert_eq!(bad["EventResponse"], "Fail");
    let wrong = json!([{"ChallengeName": "Password", "ChallengeResponse": "Failure"}]);
    assert_eq!(bad["ChallengeResponses"], wrong);
    let token = tokens["AuthenticationResult"]["AccessToken"]
        .as_str()
        .unwrap();
    let claims = token.split('.').nth(1).unwrap();
    use base64::Engine as _;

    let claims = base64::engine::general_purpose::URL_SAFE_NO_PAD
        .decode(claims)
        .unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    assert_eq!(claims["event_id"], good["EventId"]);
    pool.ok("GetUser", json!({"AccessToken": token})).await;
    pool.advance(std::time::Duration::from_secs(2 * 366 * 24 * 60 * 60));
    assert_eq!(
        crate::user_pool::threat_protection::tests::events(&pool).await,
        Vec::<Value>::new()
    );
    // Events made then leave the old ones to a clock that is put back.
    sign_in(&pool, PASSWORD).await.unwrap();
    pool.cx.clock.advance(-2 * 366 * 24 * 60 * 60 * 1000);
    assert_eq!(
        crate::user_pool::threat_protection::tests::events(&pool)
            .await
            .len(),
        3
    );
}

#[tokio::test]
async fn pages_of_events_join_without_gap() {
    let pool = pool("AUDIT").await;
    for _ in 0..3 {
        sign_in(&pool, PASSWORD).await.unwrap();
    }
    let request = json!({"Username": "bob", "MaxResults": 2});
    let first = pool.ok("AdminListUserAuthEvents", request).await;
    let request = json!({"Username": "bob", "MaxResults": 2, "NextToken": first["NextToken"]});
    let rest = pool.ok("AdminListUserAuthEvents", request).await;
    let all = events(&pool).await;
    assert_eq!(first["AuthEvents"], json!(all[..2]));
    assert_eq!(rest["AuthEvents"], json!(all[2..]));
    assert!(rest.get("NextToken").is_none());
}

#[tokio::test]
async fn risk_blocks_by_default_when_enforced_and_never_in_audit() {
    for (mode, outcome, decision) in [
        ("ENFORCED", false, "Block"),
        ("AUDIT", true, "AccountTakeover"),
    ] {
        let pool = pool(mode).await;
        risky(&pool, RiskLevelType::Low);
        let answer = sign_in(&pool, PASSWORD).await;
        assert_eq!(answer.is_ok(), outcome, "{mode}");
        if let Err(refused) = answer {
            assert_eq!(refused, BLOCKED);
        }
        let risk = &events(&pool).await[0]["EventRisk"];
        assert_eq!(
            (&risk["RiskDecision"], &risk["RiskLevel"]),
            (&json!(decision), &json!("Low"))
        );
    }
}

#[tokio::test]
async fn an_address_that_is_always_blocked_has_a_sentence_of_its_own() {
    const LISTED: &str = "NotAuthorizedException: Request not allowed due to security reasons.";
    for (mode, refused) in [("ENFORCED", true), ("AUDIT", false)] {
        let pool = pool(mode).await;
        let ranges = json!({"RiskExceptionConfiguration": {"BlockedIPRangeList": ["127.0.0.0/8"]}});
        pool.ok("SetRiskConfiguration", ranges).await;
        let here = pool.from("127.0.0.1");
        let request = json!({"AuthFlow": "USER_PASSWORD_AUTH",
            "AuthParameters": {"USERNAME": "bob", "PASSWORD": PASSWORD}});
        let forgotten = json!({"Username": "bob"});
        for (operation, request) in [("InitiateAuth", request), ("ForgotPassword", forgotten)] {
            let answer = here.call(operation, request).await;
            if refused {
                assert_eq!(answer.unwrap_err(), LISTED, "{operation}");
            } else {
                answer.unwrap();
            }
        }
    }
}

#[tokio::test]
async fn a_clients_configuration_stands_in_the_place_of_the_pools() {
    let pool = pool("ENFORCED").await;
    risky(&pool, RiskLevelType::High);
    let mut set = action("HighAction", "NO_ACTION", false);
    set["ClientId"] = json!(pool.client.as_str());
    pool.ok("SetRiskConfiguration", set).await;
    sign_in(&pool, PASSWORD).await.unwrap();
    let described = pool.ok("DescribeRiskConfiguration", json!({})).await;
    let shown = described["RiskConfiguration"].as_object().unwrap();
    assert_eq!(shown.keys().collect::<Vec<_>>(), ["UserPoolId"]);
    let reset = json!({"ClientId": pool.client.as_str()});
    pool.ok("SetRiskConfiguration", reset).await;
    assert_eq!(sign_in(&pool, PASSWORD).await.unwrap_err(), BLOCKED);
}

#[tokio::test]
async fn required_mfa_refuses_who_has_no_factor_and_conditional_mfa_lets_in() {
    let pool = pool("ENFORCED").await;
    risky(&pool, RiskLevelType::Medium);
    for (named, outcome) in [("MFA_REQUIRED", false), ("MFA_IF_CONFIGURED", true)] {
        pool.ok("SetRiskConfiguration", action("MediumAction", named, false))
            .await;
        assert_eq!(sign_in(&pool, PASSWORD).await.is_ok(), outcome, "{named}");
    }
}

#[tokio::test]
async fn a_notification_carries_the_token_that_gives_feedback() {
    let pool = pool("ENFORCED").await;
    risky(&pool, RiskLevelType::High);
    pool.ok(
        "SetRiskConfiguration",
        action("HighAction", "NO_ACTION", true),
    )
    .await;
    sign_in(&pool, PASSWORD).await.unwrap();
    let mail = pool.messages().last().unwrap().clone();
    assert_eq!(
        (mail.kind, mail.subject.as_deref()),
        ("AccountTakeOverNotification", Some("New"))
    );
    let [id, token, none] = mail.body.split(' ').collect::<Vec<_>>()[..] else {
        panic!()
    };
    assert_eq!(none, "{none}");
    let mut said = json!({"UserPoolId": pool.id.as_str(), "Username": "bob", "EventId": id,
        "FeedbackToken": token, "FeedbackValue": "Invalid"});
    pool.ok("UpdateAuthEventFeedback", said.clone()).await;
    assert_eq!(
        events(&pool).await[0]["EventFeedback"]["FeedbackValue"],
        "Invalid"
    );
    said["FeedbackToken"] = json!("x.y");
    let refused = pool.refused("UpdateAuthEventFeedback", said).await;
    assert_eq!(refused, "NotAuthorizedException: Invalid feedback token");
    let said = json!({"Username": "bob", "EventId": "e", "FeedbackValue": "Valid"});
    let refused = pool.refused("AdminUpdateAuthEventFeedback", said).await;
    assert_eq!(
        refused,
        "ResourceNotFoundException: Auth event does not exist."
    );
}

#[tokio::test]
async fn a_leaked_password_resets_the_user_and_cannot_be_chosen() {
    let pool = pool("ENFORCED").await;
    leaked(&pool, PASSWORD);
    let refused = sign_in(&pool, PASSWORD).await.unwrap_err();
    assert_eq!(
        refused,
        "PasswordResetRequiredException: Password reset required for the user"
    );
    assert_eq!(pool.user("bob").status.as_str(), "RESET_REQUIRED");
    assert_eq!(
        events(&pool).await[0]["EventRisk"]["CompromisedCredentialsDetected"],
        true
    );
    let sign_up = json!({"Username": "eve", "Password": PASSWORD});
    let refused = pool.refused("SignUp", sign_up).await;
    let text = "InvalidPasswordException: Provided password cannot be used for security reasons.";
    assert_eq!(refused, text);
}

#[tokio::test]
async fn leaks_are_looked_for_only_at_the_events_of_the_filter() {
    let pool = pool("ENFORCED").await;
    leaked(&pool, PASSWORD);
    let set = json!({"CompromisedCredentialsRiskConfiguration": {
        "EventFilter": ["SIGN_UP"], "Actions": {"EventAction": "BLOCK"}}});
    pool.ok("SetRiskConfiguration", set).await;
    sign_in(&pool, PASSWORD).await.unwrap();
}

#[tokio::test]
async fn ranges_and_regions_are_checked() {
    let pool = pool("ENFORCED").await;
    for range in ["1.2.3.4", "1.2.3.4/33", "x/8", ""] {
        let set = json!({"RiskExceptionConfiguration": {"BlockedIPRangeList": [range]}});
        let refused = pool.refused("SetRiskConfiguration", set).await;
        assert_eq!(
            refused, "InvalidParameterException: Incorrect CIDR format",
            "{range}"
        );
    }
}

#[tokio::test]
async fn activity_is_logged_where_the_pool_has_it_so() {
    let pool = pool("AUDIT").await;
    let log = json!({"EventSource": "userAuthEvents", "LogLevel": "INFO",
        "CloudWatchLogsConfiguration":
            {"LogGroupArn": "arn:aws:logs:us-east-1:123456789012:log-group:activity"}});
    let set = json!({"UserPoolId": pool.id.as_str(), "LogConfigurations": [log.clone()]});
    pool.ok("SetLogDeliveryConfiguration", set).await;
    let got = pool
        .ok(
            "GetLogDeliveryConfiguration",
            json!({"UserPoolId": pool.id.as_str()}),
        )
        .await;
    assert_eq!(
        got["LogDeliveryConfiguration"]["LogConfigurations"],
        json!([log])
    );
    sign_in(&pool, PASSWORD).await.unwrap();
    let kept = pool.cx.deliveries.after(0);
    let message = &kept.last().unwrap().record["message"];
    assert_eq!(message["eventResponse"], "Pass");
    // The forms of the developer guide's sample.
    assert_eq!(message["creationDate"], "Fri Jan 15 08:00:00 UTC 2027");
    assert_eq!(message["riskDecision"], "PASS");
    assert_eq!(message["riskLevel"], "");
    assert!(message["requestId"].is_string());
    let named = |region: &str| format!("arn:aws:logs:{region}:123456789012:log-group:x");
    let cases = [
        (
            json!([log, log]),
            "Following event sources appear more then once in a request",
        ),
        (
            json!([{"EventSource": "userNotification", "LogLevel": "ERROR",
            "CloudWatchLogsConfiguration": {"LogGroupArn": named("eu-west-1")}}]),
            "ARN does not belong to current region",
        ),
        (
            json!([{"EventSource": "userNotification", "LogLevel": "INFO",
            "CloudWatchLogsConfiguration": {"LogGroupArn": named("us-east-1")}}]),
            "Invalid log level for the event source.",
        ),
    ];
    for (logs, text) in cases {
        let set = json!({"UserPoolId": pool.id.as_str(), "LogConfigurations": logs});
        let refused = pool.refused("SetLogDeliveryConfiguration", set).await;
        assert_eq!(refused, format!("InvalidParameterException: {text}"));
    }
}

#[tokio::test]
async fn logging_activity_needs_the_plus_tier() {
    let pool = TestPool::new(json!({})).await;
    let set = json!({"UserPoolId": pool.id.as_str(), "LogConfigurations": [
        {"EventSource": "userAuthEvents", "LogLevel": "INFO",
            "S3Configuration": {"BucketArn": "arn:aws:s3:::logs"}}]});
    let refused = pool.refused("SetLogDeliveryConfiguration", set).await;
    let text = "FeatureUnavailableInTierException: The following feature is not available for the \
                ESSENTIALS pricing tier configured: Log Streaming";
    assert_eq!(refused, text);
}
