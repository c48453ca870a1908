//! PreventUserExistenceErrors: what a client learns about a user who does not exist.

use aws_sdk_cognitoidentityprovider::operation::forgot_password::ForgotPasswordError;
use aws_sdk_cognitoidentityprovider::operation::initiate_auth::InitiateAuthError;
use aws_sdk_cognitoidentityprovider::types::{
    ExplicitAuthFlowsType, PreventUserExistenceErrorTypes,
};

use crate::poolhouse::{PASSWORD, POOL, Poolhouse};
use crate::refusal::refused;

async fn new_client(server: &Poolhouse, mode: PreventUserExistenceErrorTypes) -> String {
    let made = server
        .sdk
        .create_user_pool_client()
        .user_pool_id(POOL)
        .client_name("made-by-a-test")
        .explicit_auth_flows(ExplicitAuthFlowsType::AllowUserPasswordAuth)
        .explicit_auth_flows(ExplicitAuthFlowsType::AllowRefreshTokenAuth)
        .prevent_user_existence_errors(mode)
        .send()
        .await
        .expect("CreateUserPoolClient");
    made.user_pool_client()
        .and_then(|client| client.client_id())
        .expect("a client id")
        .to_owned()
}

#[tokio::test]
async fn legacy_says_that_the_user_does_not_exist() {
    let server = Poolhouse::start().await;
    let client = new_client(&server, PreventUserExistenceErrorTypes::Legacy).await;
    refused!(
        server.sign_in("nobody", PASSWORD).client_id(&client),
        InitiateAuthError::UserNotFoundException,
        "User does not exist."
    );
    refused!(
        server
            .sdk
            .forgot_password()
            .client_id(&client)
            .username("nobody"),
        ForgotPasswordError::UserNotFoundException,
        "Username/client id combination not found."
    );
}

#[tokio::test]
async fn enabled_answers_like_a_wrong_password_and_simulates_deliveries() {
    let server = Poolhouse::start().await;
    let client = new_client(&server, PreventUserExistenceErrorTypes::Enabled).await;
    refused!(
        server.sign_in("nobody", PASSWORD).client_id(&client),
        InitiateAuthError::NotAuthorizedException,
        "Incorrect username or password."
    );
    let simulated = server
        .sdk
        .forgot_password()
        .client_id(&client)
        .username("nobody")
        .send()
        .await;
    let answer = simulated.expect("ForgotPassword");
    assert!(answer.code_delivery_details().is_some(), "{answer:?}");
}
