//! The part of the golden story about point-in-time recovery.

use poolhouse::model::cognito_idp::Operation;
use serde_json::{Value, json};

use crate::golden::Story;

async fn initiate(story: &mut Story, pool: &Value, point: i64) -> Value {
    let request = json!({"UserPoolId": pool, "RestoreTimestamp": point});
    let made = story
        .ask(Operation::InitiatePointInTimeRecovery, request)
        .await;
    json!({"UserPoolId": pool, "RestoreId": made["Restoration"]["RestoreId"]})
}

pub(crate) async fn tell(story: &mut Story) {
    let pool = json!({"PoolName": "recovered"});
    let made = story.ask(Operation::CreateUserPool, pool).await;
    let pool = made["UserPool"]["Id"].clone();
    let point = story.now().seconds();
    story.advance(60);
    let ann = json!({"UserPoolId": pool, "Username": "ann"});
    story.ask(Operation::AdminCreateUser, ann.clone()).await;
    initiate(story, &pool, point).await;
    story.advance(15 * 60);
    let first = initiate(story, &pool, point).await;
    story
        .ask(Operation::DescribePointInTimeRecovery, first.clone())
        .await;
    let bob = json!({"UserPoolId": pool, "Username": "bob"});
    story.ask(Operation::AdminCreateUser, bob).await;
    story
        .ask(Operation::CancelPointInTimeRecovery, first.clone())
        .await;
    let second = initiate(story, &pool, point).await;
    for recovery in [first, second.clone()] {
        story
            .ask(Operation::StartPointInTimeRecovery, recovery)
            .await;
    }
    story
        .ask(Operation::DescribePointInTimeRecovery, second)
        .await;
    let all = json!({"UserPoolId": pool, "MaxResults": 1});
    story.ask(Operation::ListPointInTimeRecoveries, all).await;
}
