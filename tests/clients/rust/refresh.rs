//! Refresh, revocation and the life of tokens.

use aws_sdk_cognitoidentityprovider::operation::get_user::GetUserError;
use aws_sdk_cognitoidentityprovider::operation::initiate_auth::InitiateAuthError;
use aws_sdk_cognitoidentityprovider::operation::initiate_auth::builders::InitiateAuthFluentBuilder;
use aws_sdk_cognitoidentityprovider::types::AuthFlowType;

use crate::poolhouse::{PUBLIC_CLIENT, Poolhouse, access_token, refresh_token};
use crate::refusal::refused;

fn refresh(server: &Poolhouse, token: &str) -> InitiateAuthFluentBuilder {
    server
        .sdk
        .initiate_auth()
        .client_id(PUBLIC_CLIENT)
        .auth_flow(AuthFlowType::RefreshTokenAuth)
        .auth_parameters("REFRESH_TOKEN", token)
}

#[tokio::test]
async fn a_revoked_token_refuses_itself_and_the_access_tokens_made_from_it() {
    let server = Poolhouse::start().await;
    let signed_in = server.signed_in("alice").await;
    let token = refresh_token(&signed_in);
    let refreshed = refresh(&server, token).send().await.expect("InitiateAuth");
    assert!(
        refreshed
            .authentication_result()
            .is_some_and(|tokens| tokens.refresh_token().is_none())
    );

    let revoke = server
        .sdk
        .revoke_token()
        .client_id(PUBLIC_CLIENT)
        .token(token);
    revoke.send().await.expect("RevokeToken");
    refused!(
        refresh(&server, token),
        InitiateAuthError::NotAuthorizedException,
        "Refresh Token has been revoked"
    );
    for answer in [&signed_in, &refreshed] {
        refused!(
            server.sdk.get_user().access_token(access_token(answer)),
            GetUserError::NotAuthorizedException,
            "Access Token has been revoked"
        );
    }
}

#[tokio::test]
async fn tokens_expire_by_the_clock() {
    let server = Poolhouse::start().await;
    let signed_in = server.signed_in("alice").await;
    server.advance_clock("61m").await;
    refused!(
        server.sdk.get_user().access_token(access_token(&signed_in)),
        GetUserError::NotAuthorizedException,
        "Access Token has expired"
    );
    server.advance_clock("720h").await;
    refused!(
        refresh(&server, refresh_token(&signed_in)),
        InitiateAuthError::NotAuthorizedException,
        "Refresh Token has expired"
    );
}

#[tokio::test]
async fn a_string_that_is_no_refresh_token_is_invalid() {
    let server = Poolhouse::start().await;
    refused!(
        refresh(&server, "no.refresh.token"),
        InitiateAuthError::NotAuthorizedException,
        "Invalid Refresh Token."
    );
}
