//! What a formatted request or answer does not show.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::model::cognito_idp::*;
use crate::model::{Decode, cognito_identity, decode};

#[test]
fn a_formatted_shape_tells_no_secret() {
    fn shown<T: Decode + std::fmt::Debug>(body: Value) -> String {
        format!("{:?}", decode::<T>(&body).expect("a request"))
    }
    const TOLD: &str = "hunter2";
    let parameters = json!({"PASSWORD": TOLD, "REFRESH_TOKEN": TOLD});
    let session = json!({"ClientId": "c", "Session": "abcdefghijklmnopqrstuvwxyz",
        "ChallengeName": "NEW_PASSWORD_REQUIRED", "ChallengeResponses": {"NEW_PASSWORD": TOLD}});
    let provider = json!({"UserPoolId": "us-east-1_a", "ProviderName": "idp", "ProviderType": "OIDC",
        "ProviderDetails": {"client_secret": TOLD}});
    let device = json!({"AccessToken": "a.b.c", "DeviceKey": "us-east-1_00000000-0000-0000-0000-000000000000",
        "DeviceSecretVerifierConfig": {"PasswordVerifier": TOLD, "Salt": "salt"}});
    let formatted = [
        shown::<InitiateAuthRequest>(
            json!({"ClientId": "c", "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters}),
        ),
        shown::<RespondToAuthChallengeRequest>(session),
        shown::<SignUpRequest>(
            json!({"ClientId": "c", "Username": "bob", "Password": TOLD, "SecretHash": TOLD}),
        ),
        shown::<ConfirmSignUpRequest>(
            json!({"ClientId": "c", "Username": "bob", "ConfirmationCode": TOLD}),
        ),
        shown::<VerifyUserAttributeRequest>(
            json!({"AccessToken": "a.b.c", "AttributeName": "email", "Code": TOLD}),
        ),
        shown::<CreateIdentityProviderRequest>(provider),
        shown::<ConfirmDeviceRequest>(device),
        shown::<cognito_identity::GetIdInput>(
            json!({"IdentityPoolId": "us-east-1:0", "Logins": {"accounts.google.com": TOLD}}),
        ),
        format!(
            "{:?}",
            InitiateAuthResponse {
                challenge_parameters: Some(
                    BTreeMap::from([("SECRET_BLOCK".to_owned(), TOLD.to_owned())]).into()
                ),
                session: Some(TOLD.into()),
                ..Default::default()
            }
        ),
        format!(
            "{:?}",
            UserImportJobType {
                pre_signed_url: Some(TOLD.into()),
                ..Default::default()
            }
        ),
    ];
    for shown in formatted {
        assert!(shown.contains("***") && !shown.contains(TOLD), "{shown}");
    }
}
