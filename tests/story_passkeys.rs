//! The story's steps with passkeys. The credential has no attestation, so that nothing is signed and
//! every run is the same; its key is a point of the curve whose secret nobody needs.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use poolhouse::model::cognito_idp::Operation;
use serde_json::{Value, json};

use super::{PASSWORD, Story};

/// SHA-256 of `localhost`.
const RP_ID_HASH: &str = "SZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2M";

/// The generator of P-256: x and y.
const POINT: [&str; 2] = [
    "axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY",
    "T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU",
];

/// A credential for a challenge of the relying party `localhost`.
pub(crate) fn credential(challenge: &Value) -> Value {
    let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
    let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let client_data = json!({"type": "webauthn.create", "challenge": challenge,
        "origin": "http://localhost:3000", "crossOrigin": false});
    let id = [7; 16];
    let data = [
        bytes(RP_ID_HASH).as_slice(),
        // Flags, the count of signatures, AAGUID, the length of the id.
        &[0x45, 0, 0, 0, 0],
        &[0; 16],
        &[0, 16],
        &id,
        b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20",
        &bytes(POINT[0]),
        b"\x22\x58\x20",
        &bytes(POINT[1]),
    ]
    .concat();
    let object = [
        b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".as_slice(),
        &[u8::try_from(data.len()).unwrap()],
        &data,
    ]
    .concat();
    json!({"id": text(&id), "rawId": text(&id), "type": "public-key",
        "authenticatorAttachment": "platform", "clientExtensionResults": {},
        "response": {"clientDataJSON": text(client_data.to_string().as_bytes()),
            "attestationObject": text(&object), "transports": ["hybrid", "internal"]}})
}

pub(super) async fn passkeys(story: &mut Story) {
    let factors = json!({"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}});
    let pool = json!({"PoolName": "passkeys", "Policies": factors});
    let made = story.ask(Operation::CreateUserPool, pool).await;
    let pool = made["UserPool"]["Id"].clone();
    let client = json!({"UserPoolId": pool, "ClientName": "passkeys",
        "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"]});
    let made = story.ask(Operation::CreateUserPoolClient, client).await;
    let user = json!({"UserPoolId": pool, "Username": "kay", "MessageAction": "SUPPRESS",
        "TemporaryPassword": PASSWORD});
    story.ask(Operation::AdminCreateUser, user).await;
    let password = json!({"UserPoolId": pool, "Username": "kay", "Password": PASSWORD,
        "Permanent": true});
    story.ask(Operation::AdminSetUserPassword, password).await;
    let sign_in = json!({"ClientId": made["UserPoolClient"]["ClientId"],
        "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": "kay", "PASSWORD": PASSWORD}});
    let tokens = story.ask(Operation::InitiateAuth, sign_in).await;
    let token = json!({"AccessToken": tokens["AuthenticationResult"]["AccessToken"]});

    story
        .ask(Operation::StartWebAuthnRegistration, token.clone())
        .await;
    let party = json!({"UserPoolId": pool, "WebAuthnConfiguration":
        {"RelyingPartyId": "localhost", "UserVerification": "required"}});
    story.ask(Operation::SetUserPoolMfaConfig, party).await;
    let options = story
        .ask(Operation::StartWebAuthnRegistration, token.clone())
        .await;
    let mut complete = token.clone();
    complete["Credential"] = credential(&options["CredentialCreationOptions"]["challenge"]);
    story
        .ask(Operation::CompleteWebAuthnRegistration, complete.clone())
        .await;
    story
        .ask(Operation::CompleteWebAuthnRegistration, complete)
        .await;
    let listed = story
        .ask(Operation::ListWebAuthnCredentials, token.clone())
        .await;
    story
        .ask(Operation::GetUserAuthFactors, token.clone())
        .await;
    let mut gone = token;
    gone["CredentialId"] = listed["Credentials"][0]["CredentialId"].clone();
    story
        .ask(Operation::DeleteWebAuthnCredential, gone.clone())
        .await;
    story.ask(Operation::DeleteWebAuthnCredential, gone).await;
}
