//! A confidential client proves its secret with SECRET_HASH.

use aws_sdk_cognitoidentityprovider::operation::initiate_auth::InitiateAuthError;
use aws_sdk_cognitoidentityprovider::operation::initiate_auth::builders::InitiateAuthFluentBuilder;
use aws_sdk_cognitoidentityprovider::operation::sign_up::SignUpError;
use aws_sdk_cognitoidentityprovider::types::AuthFlowType;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::poolhouse::{
    CLIENT_SECRET, PASSWORD, Poolhouse, SECRET_CLIENT, access_token, refresh_token,
};
use crate::refusal::refused;

fn secret_hash(username: &str, secret: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any key length");
    mac.update(username.as_bytes());
    mac.update(SECRET_CLIENT.as_bytes());
    BASE64_STANDARD.encode(mac.finalize().into_bytes())
}

fn sign_in(server: &Poolhouse) -> InitiateAuthFluentBuilder {
    server.sign_in("alice", PASSWORD).client_id(SECRET_CLIENT)
}

#[tokio::test]
async fn the_right_hash_signs_in_and_refreshes() {
    let server = Poolhouse::start().await;
    let hash = secret_hash("alice", CLIENT_SECRET);
    let answer = sign_in(&server)
        .auth_parameters("SECRET_HASH", &hash)
        .send()
        .await
        .expect("InitiateAuth");
    let refreshed = server
        .sdk
        .initiate_auth()
        .client_id(SECRET_CLIENT)
        .auth_flow(AuthFlowType::RefreshTokenAuth)
        .auth_parameters("REFRESH_TOKEN", refresh_token(&answer))
        .auth_parameters("SECRET_HASH", &hash)
        .send()
        .await
        .expect("InitiateAuth");
    assert_ne!(access_token(&refreshed), access_token(&answer));
}

#[tokio::test]
async fn a_missing_hash_and_a_wrong_one_are_refused() {
    let server = Poolhouse::start().await;
    refused!(
        sign_in(&server),
        InitiateAuthError::NotAuthorizedException,
        format!(
            "Client {SECRET_CLIENT} is configured with secret but SECRET_HASH was not received"
        )
    );
    let wrong = secret_hash("bob", CLIENT_SECRET);
    let text = format!("Unable to verify secret hash for client {SECRET_CLIENT}");
    refused!(
        sign_in(&server).auth_parameters("SECRET_HASH", &wrong),
        InitiateAuthError::NotAuthorizedException,
        text
    );
    // Inferred: the SecretHash member is refused in the words of SECRET_HASH.
    refused!(
        server
            .sign_up("sam")
            .client_id(SECRET_CLIENT)
            .secret_hash(&wrong),
        SignUpError::NotAuthorizedException,
        text
    );
}
