//! The part of the golden story about resource servers, domains and tags.

use poolhouse::model::cognito_idp::Operation;
use serde_json::json;

use crate::golden::{POOL, Story};

pub(crate) async fn tell(story: &mut Story) {
    resource_servers(story).await;
    domains(story).await;
    tags(story).await;
}

async fn resource_servers(story: &mut Story) {
    let made = json!({"UserPoolId": POOL, "Identifier": "https://weather.example.com",
        "Name": "Weather", "Scopes": [{"ScopeName": "read", "ScopeDescription": "Read it"}]});
    story.ask(Operation::CreateResourceServer, made).await;
    let named = json!({"UserPoolId": POOL, "Identifier": "https://weather.example.com"});
    story
        .ask(Operation::DescribeResourceServer, named.clone())
        .await;
    let all = json!({"UserPoolId": POOL, "MaxResults": 10});
    story.ask(Operation::ListResourceServers, all).await;
    let update = json!({"UserPoolId": POOL, "Identifier": "https://weather.example.com",
        "Name": "Climate"});
    story.ask(Operation::UpdateResourceServer, update).await;
    story
        .ask(Operation::DeleteResourceServer, named.clone())
        .await;
    story.ask(Operation::DescribeResourceServer, named).await;
}

async fn domains(story: &mut Story) {
    let prefix = json!({"UserPoolId": POOL, "Domain": "weather"});
    story
        .ask(Operation::CreateUserPoolDomain, prefix.clone())
        .await;
    let certificate = "arn:aws:acm:us-east-1:123456789012:certificate/4f5a";
    let custom = json!({"UserPoolId": POOL, "Domain": "auth.example.com",
        "CustomDomainConfig": {"CertificateArn": certificate}});
    story.ask(Operation::CreateUserPoolDomain, custom).await;
    for name in ["weather", "auth.example.com", "none"] {
        let named = json!({"Domain": name});
        story.ask(Operation::DescribeUserPoolDomain, named).await;
    }
    let update = json!({"UserPoolId": POOL, "Domain": "weather", "ManagedLoginVersion": 2});
    story.ask(Operation::UpdateUserPoolDomain, update).await;
    story
        .ask(Operation::DeleteUserPoolDomain, prefix.clone())
        .await;
    story.ask(Operation::DeleteUserPoolDomain, prefix).await;
}

async fn tags(story: &mut Story) {
    let arn = format!("arn:aws:cognito-idp:us-east-1:123456789012:userpool/{POOL}");
    let tags = json!({"ResourceArn": arn, "Tags": {"team": "blue", "stage": "test"}});
    story.ask(Operation::TagResource, tags).await;
    let named = json!({"ResourceArn": arn});
    story.ask(Operation::ListTagsForResource, named).await;
    let off = json!({"ResourceArn": arn, "TagKeys": ["team"]});
    story.ask(Operation::UntagResource, off).await;
}
