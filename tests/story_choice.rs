//! The story's steps by USER_AUTH: what AvailableChallenges and the challenges of first factors look like,
//! and the Sessions of a sign-up.

use poolhouse::model::cognito_idp::Operation;
use serde_json::{Value, json};

use super::story_passkeys::credential;
use super::{PASSWORD, Story};

pub(super) async fn tell(story: &mut Story) {
    let factors = json!(["PASSWORD", "EMAIL_OTP", "WEB_AUTHN"]);
    let pool = json!({"PoolName": "choice", "AutoVerifiedAttributes": ["email"],
        "Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": factors}}});
    let made = story.ask(Operation::CreateUserPool, pool).await;
    let pool = made["UserPool"]["Id"].clone();
    let party = json!({"UserPoolId": pool,
        "WebAuthnConfiguration": {"RelyingPartyId": "localhost"}});
    story.ask(Operation::SetUserPoolMfaConfig, party).await;
    let client = json!({"UserPoolId": pool, "ClientName": "choice",
        "ExplicitAuthFlows": ["ALLOW_USER_AUTH"]});
    let made = story.ask(Operation::CreateUserPoolClient, client).await;
    let client = &made["UserPoolClient"]["ClientId"];

    // A sign-up without a password, and its session.
    let email = json!([{"Name": "email", "Value": "eve@example.com"}]);
    let request = json!({"ClientId": client, "Username": "eve", "UserAttributes": email});
    let signed_up = story.ask(Operation::SignUp, request).await;
    let request = json!({"ClientId": client, "Username": "eve", "Session": signed_up["Session"],
        "ConfirmationCode": code(story)});
    let confirmed = story.ask(Operation::ConfirmSignUp, request).await;
    let request = json!({"ClientId": client, "AuthFlow": "USER_AUTH",
        "Session": confirmed["Session"]});
    let tokens = story.ask(Operation::InitiateAuth, request.clone()).await;
    story.ask(Operation::InitiateAuth, request).await;

    let token = json!({"AccessToken": tokens["AuthenticationResult"]["AccessToken"]});
    let options = story
        .ask(Operation::StartWebAuthnRegistration, token.clone())
        .await;
    let mut complete = token;
    complete["Credential"] = credential(&options["CredentialCreationOptions"]["challenge"]);
    story
        .ask(Operation::CompleteWebAuthnRegistration, complete)
        .await;
    let password = json!({"UserPoolId": pool, "Username": "eve", "Password": PASSWORD,
        "Permanent": true});
    story.ask(Operation::AdminSetUserPassword, password).await;

    let begin = |parameters: Value| {
        json!({"UserPoolId": pool, "ClientId": client, "AuthFlow": "USER_AUTH",
            "AuthParameters": parameters})
    };
    let choice = begin(json!({"USERNAME": "eve"}));
    let offered = story.ask(Operation::AdminInitiateAuth, choice).await;
    let answer = |asked: &Value, name: &str, responses: Value| {
        json!({"UserPoolId": pool, "ClientId": client, "ChallengeName": name,
            "Session": asked["Session"], "ChallengeResponses": responses})
    };
    let responses = json!({"USERNAME": "eve", "ANSWER": "EMAIL_OTP"});
    let request = answer(&offered, "SELECT_CHALLENGE", responses);
    let asked = story
        .ask(Operation::AdminRespondToAuthChallenge, request)
        .await;
    let responses = json!({"USERNAME": "eve", "EMAIL_OTP_CODE": code(story)});
    let request = answer(&asked, "EMAIL_OTP", responses);
    let tokens = story
        .ask(Operation::AdminRespondToAuthChallenge, request)
        .await;
    assert!(tokens["AuthenticationResult"]["IdToken"].is_string());
    let passkey = begin(json!({"USERNAME": "eve", "PREFERRED_CHALLENGE": "WEB_AUTHN"}));
    let asked = story.ask(Operation::AdminInitiateAuth, passkey).await;
    let request = answer(
        &asked,
        "WEB_AUTHN",
        json!({"USERNAME": "eve", "CREDENTIAL": "{}"}),
    );
    story
        .ask(Operation::AdminRespondToAuthChallenge, request)
        .await;
}

/// The code at the end of the last message.
fn code(story: &Story) -> String {
    let digits = |text: &char| text.is_ascii_digit();
    story.last_text().chars().filter(digits).collect()
}
