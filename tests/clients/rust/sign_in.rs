//! Sign-in by password: what each state of a user and each setting of a client answers.

use aws_sdk_cognitoidentityprovider::operation::admin_initiate_auth::AdminInitiateAuthError;
use aws_sdk_cognitoidentityprovider::operation::admin_initiate_auth::builders::AdminInitiateAuthFluentBuilder;
use aws_sdk_cognitoidentityprovider::operation::initiate_auth::InitiateAuthError;
use aws_sdk_cognitoidentityprovider::operation::respond_to_auth_challenge::RespondToAuthChallengeError;
use aws_sdk_cognitoidentityprovider::types::{
    AuthFlowType, ChallengeNameType, ExplicitAuthFlowsType,
};

use crate::poolhouse::{PASSWORD, POOL, PUBLIC_CLIENT, Poolhouse, access_token};
use crate::refusal::refused;

fn admin_sign_in(
    server: &Poolhouse,
    client: &str,
    password: &str,
) -> AdminInitiateAuthFluentBuilder {
    server
        .sdk
        .admin_initiate_auth()
        .user_pool_id(POOL)
        .client_id(client)
        .auth_flow(AuthFlowType::AdminUserPasswordAuth)
        .auth_parameters("USERNAME", "alice")
        .auth_parameters("PASSWORD", password)
}

#[tokio::test]
async fn a_right_password_gives_tokens_and_no_challenge() {
    let server = Poolhouse::start().await;
    let answer = server.signed_in("alice").await;
    let tokens = answer.authentication_result().expect("tokens");
    assert_eq!(
        (tokens.expires_in(), tokens.token_type()),
        (3600, Some("Bearer")),
        "{answer:?}"
    );
    assert!(
        tokens.id_token().is_some() && tokens.refresh_token().is_some(),
        "{answer:?}"
    );
    assert!(
        answer.challenge_name().is_none() && answer.session().is_none(),
        "{answer:?}"
    );

    let answer = admin_sign_in(&server, PUBLIC_CLIENT, PASSWORD)
        .send()
        .await
        .expect("AdminInitiateAuth");
    assert!(answer.authentication_result().is_some(), "{answer:?}");
}

#[tokio::test]
async fn a_wrong_password_is_refused_by_either_operation() {
    let server = Poolhouse::start().await;
    let text = "Incorrect username or password.";
    refused!(
        server.sign_in("alice", "Poolhouse-2"),
        InitiateAuthError::NotAuthorizedException,
        text
    );
    refused!(
        admin_sign_in(&server, PUBLIC_CLIENT, "Poolhouse-2"),
        AdminInitiateAuthError::NotAuthorizedException,
        text
    );
}

#[tokio::test]
async fn users_who_may_not_sign_in_are_told_why() {
    let server = Poolhouse::start().await;
    refused!(
        server.sign_in("uma", PASSWORD),
        InitiateAuthError::UserNotConfirmedException,
        "User is not confirmed."
    );
    refused!(
        server.sign_in("rex", PASSWORD),
        InitiateAuthError::PasswordResetRequiredException,
        "Password reset required for the user"
    );
    refused!(
        server.sign_in("dan", PASSWORD),
        InitiateAuthError::NotAuthorizedException,
        "User is disabled."
    );
}

#[tokio::test]
async fn a_temporary_password_leads_to_a_new_one() {
    let server = Poolhouse::start().await;
    let challenge = server
        .sign_in("fay", "Temporary-1")
        .send()
        .await
        .expect("InitiateAuth");
    assert_eq!(
        challenge.challenge_name(),
        Some(&ChallengeNameType::NewPasswordRequired),
        "{challenge:?}"
    );
    let choose = |password: &str| {
        server
            .sdk
            .respond_to_auth_challenge()
            .client_id(PUBLIC_CLIENT)
            .challenge_name(ChallengeNameType::NewPasswordRequired)
            .set_session(challenge.session().map(String::from))
            .challenge_responses("USERNAME", "fay")
            .challenge_responses("NEW_PASSWORD", password)
    };
    refused!(
        choose("short"),
        RespondToAuthChallengeError::InvalidPasswordException,
        "Password does not conform to policy: Password not long enough"
    );
    choose("Chosen-by-1")
        .send()
        .await
        .expect("RespondToAuthChallenge");
    let answer = server
        .sign_in("fay", "Chosen-by-1")
        .send()
        .await
        .expect("InitiateAuth");
    assert!(!access_token(&answer).is_empty());
}

#[tokio::test]
async fn a_flow_the_client_does_not_allow_is_refused_in_the_words_of_that_flow() {
    let server = Poolhouse::start().await;
    let client = server
        .sdk
        .create_user_pool_client()
        .user_pool_id(POOL)
        .client_name("refresh-only")
        .explicit_auth_flows(ExplicitAuthFlowsType::AllowRefreshTokenAuth)
        .send()
        .await
        .expect("CreateUserPoolClient");
    let client_id = client
        .user_pool_client()
        .and_then(|client| client.client_id())
        .expect("a client id");
    refused!(
        server.sign_in("alice", PASSWORD).client_id(client_id),
        InitiateAuthError::InvalidParameterException,
        "USER_PASSWORD_AUTH flow not enabled for this client"
    );
    refused!(
        server
            .sdk
            .initiate_auth()
            .client_id(client_id)
            .auth_flow(AuthFlowType::UserSrpAuth)
            .auth_parameters("USERNAME", "alice")
            .auth_parameters("SRP_A", "abc123"),
        InitiateAuthError::InvalidParameterException,
        "USER_SRP_AUTH is not enabled for the client."
    );
    refused!(
        admin_sign_in(&server, client_id, PASSWORD),
        AdminInitiateAuthError::InvalidParameterException,
        "Auth flow not enabled for this client"
    );
}

#[tokio::test]
async fn an_unknown_client_does_not_exist() {
    let server = Poolhouse::start().await;
    refused!(
        server
            .sign_in("alice", PASSWORD)
            .client_id("9unknown0client000000000000"),
        InitiateAuthError::ResourceNotFoundException,
        "User pool client 9unknown0client000000000000 does not exist."
    );
}
