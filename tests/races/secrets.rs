//! Codes, challenges and passwords outside of a sign-in that are used up by the first.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use poolhouse::model::cognito_idp::Operation;
use serde_json::{Value, json};

use super::{CLIENT, Course, PASSWORD, all, each, password_of};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_confirmation_code_confirms_once() {
    let course = Course::begin().await;
    let uma = json!({"ClientId": CLIENT, "Username": "uma"});
    course.ask(Operation::ResendConfirmationCode, uma).await;
    let confirm = json!({"ClientId": CLIENT, "Username": "uma", "ConfirmationCode": course.code()});
    let requests = all(Operation::ConfirmSignUp, &confirm);
    course
        .race(requests)
        .await
        .one(&["NotAuthorizedException", "ExpiredCodeException"]);
}

/// Each racer chooses a password of its own.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_code_for_a_forgotten_password_sets_one_password() {
    let course = Course::begin().await;
    let alice = json!({"ClientId": CLIENT, "Username": "alice"});
    course.ask(Operation::ForgotPassword, alice).await;
    let code = course.code();
    let requests = each(Operation::ConfirmForgotPassword, |n| {
        json!({"ClientId": CLIENT, "Username": "alice", "ConfirmationCode": code,
            "Password": password_of(n)})
    });
    let (winner, _) = course
        .race(requests)
        .await
        .winner(&["ExpiredCodeException"]);
    course.has_password_of("alice", winner).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_password_is_changed_once_by_its_predecessor() {
    let course = Course::begin().await;
    let access = course.access("alice").await;
    let requests = each(Operation::ChangePassword, |n| {
        json!({"AccessToken": access, "PreviousPassword": PASSWORD,
            "ProposedPassword": password_of(n)})
    });
    let (winner, _) = course
        .race(requests)
        .await
        .winner(&["NotAuthorizedException"]);
    course.has_password_of("alice", winner).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_code_for_an_attribute_verifies_once() {
    let course = Course::begin().await;
    let access = course.access("alice").await;
    let email = json!({"AccessToken": access, "AttributeName": "email"});
    course
        .ask(Operation::GetUserAttributeVerificationCode, email)
        .await;
    let verify = json!({"AccessToken": access, "AttributeName": "email", "Code": course.code()});
    let requests = all(Operation::VerifyUserAttribute, &verify);
    course.race(requests).await.one(&["ExpiredCodeException"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_first_code_of_a_software_token_verifies_it_once() {
    let course = Course::begin().await;
    let access = course.access("alice").await;
    let associate = json!({"AccessToken": access});
    let made = course
        .ask(Operation::AssociateSoftwareToken, associate)
        .await;
    let verify = json!({"AccessToken": access, "UserCode": course.totp(&made["SecretCode"])});
    let requests = all(Operation::VerifySoftwareToken, &verify);
    course
        .race(requests)
        .await
        .one(&["ExpiredCodeException", "EnableSoftwareTokenMFAException"]);
}

/// A pool with passkeys, and the access token of a user of it.
async fn with_passkeys(course: &Course) -> Value {
    let factors = json!({"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}});
    let pool = course.pool(json!({"Policies": factors})).await;
    let party = json!({"UserPoolId": pool, "WebAuthnConfiguration":
        {"RelyingPartyId": "localhost", "UserVerification": "required"}});
    course.ask(Operation::SetUserPoolMfaConfig, party).await;
    let client = course.client(&pool, json!({})).await;
    course.user(&pool, "kay", json!([])).await;
    let tokens = course.sign_in(&client, "kay", PASSWORD).await;
    tokens["AuthenticationResult"]["AccessToken"].clone()
}

/// A credential without an attestation; its key is the generator of P-256.
fn credential(challenge: &Value, id: u8) -> Value {
    let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
    let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let client_data = json!({"type": "webauthn.create", "challenge": challenge,
        "origin": "http://localhost:3000", "crossOrigin": false});
    let data = [
        // SHA-256 of `localhost`; flags, the count of signatures, AAGUID, the length of the id.
        bytes("SZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2M").as_slice(),
        &[0x45, 0, 0, 0, 0],
        &[0; 16],
        &[0, 16],
        &[id; 16],
        b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20",
        &bytes("axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY"),
        b"\x22\x58\x20",
        &bytes("T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU"),
    ]
    .concat();
    let object = [
        b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".as_slice(),
        &[u8::try_from(data.len()).unwrap()],
        &data,
    ]
    .concat();
    json!({"id": text(&[id; 16]), "rawId": text(&[id; 16]), "type": "public-key",
        "authenticatorAttachment": "platform", "clientExtensionResults": {},
        "response": {"clientDataJSON": text(client_data.to_string().as_bytes()),
            "attestationObject": text(&object), "transports": ["internal"]}})
}

/// A challenge of a registration, to be answered by whichever authenticator is first.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_challenge_registers_one_passkey() {
    let course = Course::begin().await;
    let access = with_passkeys(&course).await;
    let token = json!({"AccessToken": access});
    let options = course
        .ask(Operation::StartWebAuthnRegistration, token.clone())
        .await;
    let challenge = &options["CredentialCreationOptions"]["challenge"];
    let requests = each(Operation::CompleteWebAuthnRegistration, |n| {
        json!({"AccessToken": access,
            "Credential": credential(challenge, u8::try_from(n).unwrap())})
    });
    let losers = ["WebAuthnChallengeNotFoundException"];
    course.race(requests).await.one(&losers);
    let listed = course.ask(Operation::ListWebAuthnCredentials, token).await;
    assert_eq!(listed["Credentials"].as_array().unwrap().len(), 1);
}

/// One authenticator that answers every challenge there is.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_credential_is_registered_once() {
    let course = Course::begin().await;
    let access = with_passkeys(&course).await;
    let token = json!({"AccessToken": access});
    let mut requests = Vec::new();
    // As many challenges as a user may have open.
    for _ in 0..10 {
        let options = course
            .ask(Operation::StartWebAuthnRegistration, token.clone())
            .await;
        let challenge = &options["CredentialCreationOptions"]["challenge"];
        let answer = json!({"AccessToken": access, "Credential": credential(challenge, 7)});
        requests.extend(vec![
            super::asked(
                Operation::CompleteWebAuthnRegistration,
                &answer
            );
            5
        ]);
    }
    let losers = [
        "WebAuthnChallengeNotFoundException",
        "InvalidParameterException",
    ];
    course.race(requests).await.one(&losers);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_device_is_confirmed_once() {
    let course = Course::begin().await;
    let tracking = json!({"DeviceOnlyRememberedOnUserPrompt": true});
    let pool = course.pool(json!({"DeviceConfiguration": tracking})).await;
    let client = course.client(&pool, json!({})).await;
    course.user(&pool, "dee", json!([])).await;
    let tokens = course.sign_in(&client, "dee", PASSWORD).await;
    let tokens = &tokens["AuthenticationResult"];
    let verifier = json!({"Salt": "fxEiM0RVZneImaq7zN3u/w==", "PasswordVerifier": "AIEj"});
    let device = json!({"AccessToken": tokens["AccessToken"],
        "DeviceKey": tokens["NewDeviceMetadata"]["DeviceKey"]});
    let mut confirm = device.clone();
    confirm["DeviceSecretVerifierConfig"] = verifier;
    let requests = all(Operation::ConfirmDevice, &confirm);
    course
        .race(requests)
        .await
        .one(&["DeviceKeyExistsException"]);
    // And forgotten once.
    let requests = all(Operation::ForgetDevice, &device);
    course
        .race(requests)
        .await
        .one(&["ResourceNotFoundException"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_address_is_verified_for_one_of_its_holders() {
    let course = Course::begin().await;
    let pool = course
        .pool(json!({"AliasAttributes": ["email"], "AutoVerifiedAttributes": ["email"]}))
        .await;
    let client = course.client(&pool, json!({})).await;
    let mut requests = Vec::new();
    for n in 0..super::RACERS {
        let username = format!("ann{n}");
        let new = json!({"ClientId": client, "Username": username, "Password": PASSWORD,
            "UserAttributes": [{"Name": "email", "Value": "ann@example.com"}]});
        course.ask(Operation::SignUp, new).await;
        let confirm = json!({"ClientId": client, "Username": username,
            "ConfirmationCode": course.code()});
        requests.push(super::asked(Operation::ConfirmSignUp, &confirm));
    }
    course.race(requests).await.one(&["AliasExistsException"]);
    // The alias signs in whoever was the first.
    let tokens = course.sign_in(&client, "ann@example.com", PASSWORD).await;
    assert!(tokens["AuthenticationResult"].is_object(), "{tokens}");
}
