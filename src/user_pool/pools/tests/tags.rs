use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::context::{Caller, Context};
use crate::test_pool::TestPool;

fn arn(pool: &TestPool) -> String {
    format!(
        "arn:aws:cognito-idp:us-east-1:123456789012:userpool/{}",
        pool.id
    )
}

async fn tags(pool: &TestPool) -> Value {
    let named = json!({"ResourceArn": arn(pool)});
    pool.ok("ListTagsForResource", named).await["Tags"].clone()
}

#[tokio::test]
async fn tags_are_merged_shown_with_the_pool_and_taken_off() {
    let pool = TestPool::new(json!({"UserPoolTags": {"team": "a"}})).await;
    let given = json!({"ResourceArn": arn(&pool), "Tags": {"team": "b", "stage": ""}});
    assert_eq!(pool.ok("TagResource", given).await, json!({}));
    assert_eq!(tags(&pool).await, json!({"team": "b", "stage": ""}));
    let named = json!({"UserPoolId": pool.id.as_str()});
    let shown = pool.ok("DescribeUserPool", named).await;
    assert_eq!(
        shown["UserPool"]["UserPoolTags"],
        json!({"team": "b", "stage": ""})
    );
    let off = json!({"ResourceArn": arn(&pool), "TagKeys": ["team", "unknown"]});
    assert_eq!(pool.ok("UntagResource", off).await, json!({}));
    assert_eq!(tags(&pool).await, json!({"stage": ""}));
}

#[tokio::test]
async fn a_pool_without_tags_shows_an_empty_map() {
    let pool = TestPool::new(json!({})).await;
    assert_eq!(tags(&pool).await, json!({}));
}

#[tokio::test]
async fn creation_and_tagging_refuse_the_same_tags() {
    let many: BTreeMap<String, String> = (0..51)
        .map(|number| (format!("key-{number}"), String::new()))
        .collect();
    let cases = [
        (
            json!({"aws:team": "a"}),
            "aws: prefixed tag key names are not allowed",
        ),
        (
            json!({"AWS:team": "a"}),
            "aws: prefixed tag key names are not allowed",
        ),
        (json!({"a*": "b"}), "Invalid tag: a*"),
        (json!({"a": "b;"}), "Invalid tag: a"),
        (json!(many), "Tag limit of 50 exceeded"),
    ];
    let pool = TestPool::new(json!({})).await;
    for (given, text) in cases {
        let made = json!({"PoolName": "p", "UserPoolTags": given});
        assert_eq!(
            pool.refused("CreateUserPool", made).await,
            format!("UserPoolTaggingException: {text}")
        );
        let tagged = json!({"ResourceArn": arn(&pool), "Tags": given});
        assert_eq!(
            pool.refused("TagResource", tagged).await,
            format!("InvalidParameterException: {text}")
        );
        assert_eq!(tags(&pool).await, json!({}), "nothing was tagged");
    }
}

#[tokio::test]
async fn the_limit_counts_the_tags_that_are_there() {
    let fifty: BTreeMap<String, String> = (0..50)
        .map(|number| (format!("key-{number}"), String::new()))
        .collect();
    let pool = TestPool::new(json!({"UserPoolTags": fifty})).await;
    let same = json!({"ResourceArn": arn(&pool), "Tags": {"key-7": "new"}});
    pool.ok("TagResource", same).await;
    let more = json!({"ResourceArn": arn(&pool), "Tags": {"more": ""}});
    assert_eq!(
        pool.refused("TagResource", more).await,
        "InvalidParameterException: Tag limit of 50 exceeded"
    );
}

#[tokio::test]
async fn an_arn_must_be_that_of_a_pool_the_caller_sees() {
    let pool = TestPool::new(json!({})).await;
    let id = pool.id.as_str();
    let unknown = format!("ResourceNotFoundException: User pool {id} does not exist.");
    let cases = [
        (
            format!("arn:aws:cognito-idp:eu-west-1:123456789012:userpool/{id}"),
            unknown.clone(),
        ),
        (
            format!("arn:aws:cognito-idp:us-east-1:210987654321:userpool/{id}"),
            unknown.clone(),
        ),
        (
            format!("arn:aws-cn:cognito-idp:us-east-1:123456789012:userpool/{id}"),
            unknown.clone(),
        ),
        (
            "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_none".into(),
            "ResourceNotFoundException: User pool us-east-1_none does not exist.".into(),
        ),
        (
            format!("arn:aws:lambda:us-east-1:123456789012:userpool/{id}"),
            format!(
                "InvalidParameterException: Invalid resource ARN: \
                 arn:aws:lambda:us-east-1:123456789012:userpool/{id}"
            ),
        ),
    ];
    for (arn, text) in cases {
        let named = json!({"ResourceArn": arn});
        assert_eq!(pool.refused("ListTagsForResource", named).await, text);
    }
    let caller = Caller {
        account: "210987654321".into(),
        ..Caller::default()
    };
    let stranger = TestPool {
        cx: Context::new(Arc::clone(pool.cx.shared()), caller),
        id: pool.id.clone(),
        client: pool.client.clone(),
    };
    let named = json!({"ResourceArn": arn(&pool)});
    assert_eq!(
        stranger.refused("ListTagsForResource", named).await,
        unknown
    );
}
