//! The part of the golden story about user import jobs.

use poolhouse::model::cognito_idp::Operation;
use serde_json::{Value, json};

use crate::golden::Story;

const HASH: &str = "$2b$10$CtA.Rcu/szzn9U00wpUjOuN3vrgJRZycv4aOzcP3GzqzO8UDPEFq6";

async fn job(story: &mut Story, pool: &Value) -> Value {
    let made = json!({"UserPoolId": pool, "JobName": "first users",
        "CloudWatchLogsRoleArn": "arn:aws:iam::123456789012:role/import",
        "PasswordHashingAlgorithm": "BCRYPT"});
    let made = story.ask(Operation::CreateUserImportJob, made).await;
    made["UserImportJob"].clone()
}

pub(crate) async fn tell(story: &mut Story) {
    let pool = json!({"PoolName": "imports", "AutoVerifiedAttributes": ["email"]});
    let made = story.ask(Operation::CreateUserPool, pool).await;
    let pool = made["UserPool"]["Id"].clone();
    let named = json!({"UserPoolId": pool});
    story.ask(Operation::GetCSVHeader, named.clone()).await;
    let first = job(story, &pool).await;
    let second = job(story, &pool).await;
    let one = json!({"UserPoolId": pool, "JobId": first["JobId"]});
    story.ask(Operation::StartUserImportJob, one.clone()).await;
    let rows = format!(
        "cognito:username,email,email_verified,password_hash\nida,ida@example.com,TRUE,{HASH}\n\
         ida,ida@example.com,TRUE,{HASH}\nivo,ivo@example.com,FALSE,{HASH}\n"
    );
    story.put(&first["PreSignedUrl"], &rows).await;
    story.ask(Operation::StartUserImportJob, one.clone()).await;
    story.until_over(&pool, &first["JobId"]).await;
    story.ask(Operation::DescribeUserImportJob, one).await;
    story.put(&second["PreSignedUrl"], &rows).await;
    story.hold_imports();
    let two = json!({"UserPoolId": pool, "JobId": second["JobId"]});
    story.ask(Operation::StartUserImportJob, two.clone()).await;
    story.ask(Operation::StopUserImportJob, two).await;
    let list = json!({"UserPoolId": pool, "MaxResults": 1});
    story.ask(Operation::ListUserImportJobs, list).await;
}
