//! Client ID metadata documents: policies, and what is cached under them.

use poolhouse::model::cognito_idp::Operation;
use serde_json::json;

use crate::golden::{CLIENT, POOL, Story};

const URL: &str = "https://agent.example.com/client.json";

pub(crate) async fn tell(story: &mut Story) {
    let new = json!({"UserPoolId": POOL, "ClientId": CLIENT, "PolicyName": "agents",
        "CacheDuration": 100_000, "URLPatterns": ["https://*.example.com/*"]});
    let made = story.ask(Operation::CreateCIMDPolicy, new).await;
    let id = made["CIMDPolicy"]["CIMDPolicyId"].clone();
    let named = json!({"UserPoolId": POOL, "CIMDPolicyId": id});
    story
        .ask(Operation::DescribeCIMDPolicy, named.clone())
        .await;
    let update = json!({"UserPoolId": POOL, "CIMDPolicyId": id, "ClientId": CLIENT,
        "URLPatterns": ["https://agent.example.com/*"]});
    story.ask(Operation::UpdateCIMDPolicy, update).await;
    let pool = json!({"UserPoolId": POOL});
    story.ask(Operation::ListCIMDPolicies, pool).await;
    let document = json!({"client_id": URL, "token_endpoint_auth_method": "none",
        "redirect_uris": ["http://localhost:4000/callback"]});
    story.preload(POOL, &id, &document);
    story
        .ask(Operation::ListClientMetadataURLs, named.clone())
        .await;
    let state = |action: &str| json!({"UserPoolId": POOL, "CIMDPolicyId": id, "URL": URL, "Action": action});
    for action in ["INVALIDATE", "REFRESH"] {
        story
            .ask(Operation::UpdateClientMetadataURLState, state(action))
            .await;
    }
    story.ask(Operation::DeleteCIMDPolicy, named.clone()).await;
    story.ask(Operation::DescribeCIMDPolicy, named).await;

    let client = json!({"UserPoolId": POOL, "ClientName": "published", "GenerateSecret": true,
        "PublishSecretsInAWSSecretsManager": true});
    story.ask(Operation::CreateUserPoolClient, client).await;
}
