//! The story's steps with sessions of users.

use poolhouse::model::cognito_idp::Operation;
use serde_json::{Value, json};

use super::{PASSWORD, Story};

pub(super) async fn tell(story: &mut Story) {
    let made = story
        .ask(Operation::CreateUserPool, json!({"PoolName": "sessions"}))
        .await;
    let pool = made["UserPool"]["Id"].clone();
    let client = json!({"UserPoolId": pool, "ClientName": "sessions",
        "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"]});
    let made = story.ask(Operation::CreateUserPoolClient, client).await;
    let client = made["UserPoolClient"]["ClientId"].clone();
    let user = json!({"UserPoolId": pool, "Username": "sid", "MessageAction": "SUPPRESS"});
    story.ask(Operation::AdminCreateUser, user).await;
    let password = json!({"UserPoolId": pool, "Username": "sid", "Password": PASSWORD,
        "Permanent": true});
    story.ask(Operation::AdminSetUserPassword, password).await;
    let on = json!({"UserPoolId": pool, "UserSessionTracking": "ENABLED",
        "TokenSession": {"MaxPerUser": 5}});
    story
        .ask(Operation::SetUserPoolSessionConfiguration, on)
        .await;
    let get = json!({"UserPoolId": pool});
    story
        .ask(Operation::GetUserPoolSessionConfiguration, get)
        .await;
    let get = json!({"UserPoolId": pool, "ClientId": client});
    let mut set = get.clone();
    set["SSOSession"] = json!({"MaxValidityMinutes": 30});
    story
        .ask(Operation::SetUserPoolClientSessionConfiguration, set)
        .await;
    story
        .ask(Operation::GetUserPoolClientSessionConfiguration, get)
        .await;
    let (access, _) = (sign_in(story, &client).await, sign_in(story, &client).await);
    let mine = json!({"AccessToken": access});
    let listed = story.ask(Operation::ListUserSessions, mine).await;
    let [own, other] = [0, 1].map(|place| listed["Sessions"][place]["SessionId"].clone());
    let revoke = json!({"AccessToken": access, "SessionId": other});
    story.ask(Operation::RevokeUserSession, revoke).await;
    let revoke = json!({"AccessToken": access, "SessionId": own});
    story.ask(Operation::RevokeUserSession, revoke).await;
    let sid = json!({"UserPoolId": pool, "Username": "sid"});
    story
        .ask(Operation::AdminListUserSessions, sid.clone())
        .await;
    let mut revoke = sid;
    revoke["SessionId"] = own;
    story.ask(Operation::AdminRevokeUserSession, revoke).await;
}

async fn sign_in(story: &mut Story, client: &Value) -> Value {
    let request = json!({"ClientId": client, "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": "sid", "PASSWORD": PASSWORD}});
    let tokens = story.ask(Operation::InitiateAuth, request).await;
    tokens["AuthenticationResult"]["AccessToken"].clone()
}
