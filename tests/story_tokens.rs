//! The part of the golden story about tokens of app clients and derived tokens.

use poolhouse::model::cognito_idp::Operation;
use serde_json::json;

use crate::golden::{CLIENT, POOL, Story};

pub(crate) async fn tell(story: &mut Story) {
    let scope = json!({"ScopeName": "read", "ScopeDescription": "Read them"});
    let server = json!({"UserPoolId": POOL, "Identifier": "orders", "Name": "Orders",
        "Scopes": [scope]});
    story.ask(Operation::CreateResourceServer, server).await;
    let secret = "aSecretOfTheStoryMachine";
    let machine = json!({"UserPoolId": POOL, "ClientName": "machine", "ClientSecret": secret,
        "ExplicitAuthFlows": ["ALLOW_CLIENT_TOKEN_AUTH"], "AllowedOAuthScopes": ["orders/read"]});
    let machine = story.ask(Operation::CreateUserPoolClient, machine).await;
    let machine = &machine["UserPoolClient"]["ClientId"];
    let ask = json!({"ClientId": machine, "Secret": secret, "Scopes": ["orders/read"]});
    let answer = story.ask(Operation::GetClientToken, ask).await;
    let actor = &answer["ClientAuthenticationResult"]["AccessToken"];
    let wrong = json!({"ClientId": machine, "Secret": "aSecretOfAnotherMachine0"});
    story.ask(Operation::GetClientToken, wrong).await;

    let service = json!({"UserPoolId": POOL, "ClientName": "service",
        "ExplicitAuthFlows": ["ALLOW_TOKEN_EXCHANGE_DELEGATION"]});
    let service = story.ask(Operation::CreateUserPoolClient, service).await;
    let service = &service["UserPoolClient"]["ClientId"];
    let sign_in = json!({"ClientId": CLIENT, "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": "uma", "PASSWORD": "Poolhouse-1"}});
    let signed_in = story.ask(Operation::InitiateAuth, sign_in).await;
    let subject = &signed_in["AuthenticationResult"]["AccessToken"];
    let exchange = json!({"ClientId": service, "SubjectToken": subject,
        "SubjectTokenType": "ACCESS_TOKEN", "ActorToken": actor, "ActorTokenType": "ACCESS_TOKEN",
        "Resources": ["orders"]});
    story.ask(Operation::GetDerivedToken, exchange).await;
    let alone = json!({"ClientId": service, "SubjectToken": subject,
        "SubjectTokenType": "ACCESS_TOKEN"});
    story.ask(Operation::GetDerivedToken, alone).await;
}
