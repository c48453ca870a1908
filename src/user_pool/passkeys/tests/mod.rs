//! Passkeys as callers see them, made by an authenticator of the tests' own.

mod assertion;
pub(crate) mod authenticator;

use std::time::Duration;

use serde_json::{Value, json};

use self::authenticator::{Made, cbor_bytes, es256};
use crate::store::user_pool::passkey::{as_base64url, base64url};
use crate::test_pool::{PASSWORD, TestPool};

pub(crate) const RP: &str = "example.com";

const ORIGIN: &str = "https://app.example.com";

fn first_factors() -> Value {
    json!({"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}}})
}

async fn configure(pool: &TestPool, passkeys: Value) {
    let mfa = json!({"UserPoolId": pool.id.as_str(), "WebAuthnConfiguration": passkeys});
    pool.ok("SetUserPoolMfaConfig", mfa).await;
}

/// A confirmed user; without a password it could not be made in silence (observed).
async fn add(pool: &TestPool, name: &str) {
    let user =
        json!({"Username": name, "TemporaryPassword": PASSWORD, "MessageAction": "SUPPRESS"});
    pool.ok("AdminCreateUser", user).await;
    let password = json!({"Username": name, "Password": PASSWORD, "Permanent": true});
    pool.ok("AdminSetUserPassword", password).await;
}

/// A pool with passkeys, a user, and the user's access token.
async fn pool() -> (TestPool, Value) {
    let pool = TestPool::new(first_factors()).await;
    configure(&pool, json!({"RelyingPartyId": RP})).await;
    add(&pool, "ann").await;
    let token = pool.access_token("ann").await;
    (pool, token)
}

async fn start(pool: &TestPool, token: &Value) -> Value {
    let request = json!({"AccessToken": token});
    let answer = pool.ok("StartWebAuthnRegistration", request).await;
    answer["CredentialCreationOptions"].clone()
}

async fn complete(pool: &TestPool, token: &Value, credential: Value) -> Result<Value, String> {
    let request = json!({"AccessToken": token, "Credential": credential});
    pool.call("CompleteWebAuthnRegistration", request).await
}

async fn register(pool: &TestPool, token: &Value, id: u8) -> Result<Value, String> {
    let mut made = Made::for_options(&start(pool, token).await);
    made.id = vec![id; 16];
    complete(pool, token, made.json()).await
}

async fn list(pool: &TestPool, token: &Value, mut more: Value) -> Value {
    more["AccessToken"] = token.clone();
    pool.ok("ListWebAuthnCredentials", more).await
}

#[tokio::test]
async fn options_are_those_of_the_api_reference() {
    let (pool, token) = pool().await;
    let options = start(&pool, &token).await;
    let sub = pool.user("ann").sub.to_string();
    let challenge = options["challenge"].as_str().unwrap();
    assert_eq!(base64url(challenge).unwrap().len(), 16);
    assert_eq!(
        options,
        json!({
            "authenticatorSelection": {"requireResidentKey": true, "residentKey": "required",
                "userVerification": "preferred"},
            "challenge": challenge,
            "excludeCredentials": [],
            "pubKeyCredParams": [{"alg": -7, "type": "public-key"}, {"alg": -257, "type": "public-key"}],
            "rp": {"id": RP, "name": RP},
            "timeout": 60000,
            "user": {"id": as_base64url(sub.as_bytes()), "name": "ann", "displayName": "ann"},
        })
    );
    register(&pool, &token, 1).await.unwrap();
    let known = json!([{"id": as_base64url(&[1; 16]), "type": "public-key"}]);
    assert_eq!(start(&pool, &token).await["excludeCredentials"], known);
}

#[tokio::test]
async fn a_registered_passkey_is_listed_kept_and_deleted() {
    let (pool, token) = pool().await;
    let made = Made::for_options(&start(&pool, &token).await);
    assert_eq!(complete(&pool, &token, made.json()).await, Ok(json!({})));
    assert_eq!(
        list(&pool, &token, json!({})).await,
        json!({"Credentials": [{"CredentialId": as_base64url(&[7; 16]),
            "FriendlyCredentialName": "Passkey", "RelyingPartyId": RP,
            "AuthenticatorAttachment": "platform", "AuthenticatorTransports": ["internal"],
            "CreatedAt": 1_800_000_000.0}]})
    );
    let stored = pool.cx.pool(&pool.id).unwrap();
    let (sign_count, owner) = stored.read(|state| {
        let passkey = state.passkeys.with_id(&[7; 16]).unwrap();
        (passkey.credential.sign_count, passkey.owner)
    });
    assert_eq!((sign_count, owner), (9, pool.user("ann").sub));
    for (operation, who) in [
        ("GetUserAuthFactors", json!({"AccessToken": token})),
        ("AdminGetUserAuthFactors", json!({"Username": "ann"})),
    ] {
        let factors = pool.ok(operation, who).await;
        assert_eq!(
            factors["ConfiguredUserAuthFactors"],
            json!(["PASSWORD", "WEB_AUTHN"])
        );
    }
    let gone = json!({"AccessToken": token, "CredentialId": as_base64url(&[7; 16])});
    assert_eq!(
        pool.ok("DeleteWebAuthnCredential", gone.clone()).await,
        json!({})
    );
    let refused = pool.refused("DeleteWebAuthnCredential", gone).await;
    assert!(
        refused.starts_with("ResourceNotFoundException"),
        "{refused}"
    );
    assert_eq!(
        list(&pool, &token, json!({})).await,
        json!({"Credentials": []})
    );
}

#[tokio::test]
async fn every_attestation_that_can_be_checked_is() {
    type Change = fn(&mut Made);
    let cases: [(&str, Change, bool); 9] = [
        ("packed, by the key itself", Made::attest_itself, true),
        (
            "packed, and tampered",
            |made| {
                made.attest_itself();
                *made.statement.last_mut().unwrap() ^= 1;
            },
            false,
        ),
        (
            "packed, for other data",
            |made| {
                made.attest_itself();
                made.id = vec![8; 16];
            },
            false,
        ),
        (
            "packed, without a signature",
            |made| made.format = "packed",
            false,
        ),
        (
            "none, with a statement",
            |made| made.statement = b"\xa1\x63alg\x26".to_vec(),
            false,
        ),
        (
            "RS256",
            |made| {
                let modulus = cbor_bytes(&[0xc5; 256]);
                made.key = [
                    b"\xa4\x01\x03\x03\x39\x01\x00\x20".as_slice(),
                    &modulus,
                    b"\x21\x43\x01\x00\x01",
                ]
                .concat();
            },
            true,
        ),
        (
            "no point of the curve",
            |made| made.key = es256(&[4; 65]),
            false,
        ),
        (
            "extensions",
            |made| {
                made.flags |= 128;
                made.behind = vec![0xa0];
            },
            true,
        ),
        ("bytes behind", |made| made.behind = vec![0xa0], false),
    ];
    for (what, change, passes) in cases {
        let (pool, token) = pool().await;
        let mut made = Made::for_options(&start(&pool, &token).await);
        change(&mut made);
        let answer = complete(&pool, &token, made.json()).await;
        let refused = Err("InvalidParameterException: Credential data is not valid".to_owned());
        assert_eq!(
            answer,
            if passes { Ok(json!({})) } else { refused },
            "{what}"
        );
    }
}

#[tokio::test]
async fn a_credential_that_does_not_fit_is_refused_by_type() {
    type Change = fn(&mut Made);
    let cases: [(Change, &str); 10] = [
        (|made| made.kind = "webauthn.get", "InvalidParameter"),
        (
            |made| made.challenge = json!("AAAAAAAAAAAAAAAAAAAAAA"),
            "WebAuthnChallengeNotFound",
        ),
        (
            |made| made.origin = "https://example.org",
            "WebAuthnOriginNotAllowed",
        ),
        (
            |made| made.rp = "example.org",
            "WebAuthnRelyingPartyMismatch",
        ),
        (|made| made.flags = 0b0100_0100, "InvalidParameter"),
        // Backed up, and not eligible for it.
        (|made| made.flags = 0b0101_0101, "InvalidParameter"),
        // ES384, EdDSA.
        (
            |made| made.key = b"\xa2\x01\x02\x03\x38\x22".to_vec(),
            "WebAuthnCredentialNotSupported",
        ),
        (
            |made| made.key = b"\xa2\x01\x01\x03\x27".to_vec(),
            "WebAuthnCredentialNotSupported",
        ),
        (
            |made| made.format = "mine",
            "WebAuthnCredentialNotSupported",
        ),
        (|made| made.flags = 0b0000_0101, "InvalidParameter"),
    ];
    let (pool, token) = pool().await;
    let options = start(&pool, &token).await;
    for (at, (change, code)) in cases.iter().enumerate() {
        let mut made = Made::for_options(&options);
        change(&mut made);
        let refused = complete(&pool, &token, made.json()).await.unwrap_err();
        assert!(
            refused.starts_with(&format!("{code}Exception: ")),
            "{at}: {refused}"
        );
    }
    // A refusal leaves the challenge open, a registration uses it up.
    let made = Made::for_options(&options);
    assert_eq!(complete(&pool, &token, made.json()).await, Ok(json!({})));
    let again = complete(&pool, &token, made.json()).await.unwrap_err();
    assert!(again.starts_with("WebAuthnChallengeNotFound"), "{again}");
}

#[tokio::test]
async fn a_credential_in_another_form_is_not_valid() {
    let (pool, token) = pool().await;
    let made = Made::for_options(&start(&pool, &token).await);
    let mut cases = vec![json!("text"), json!(7), json!([]), json!({})];
    for name in ["id", "rawId", "type", "clientExtensionResults", "response"] {
        let mut credential = made.json();
        credential.as_object_mut().unwrap().remove(name);
        cases.push(credential);
    }
    for name in ["clientDataJSON", "attestationObject", "transports"] {
        let mut credential = made.json();
        let response = credential["response"].as_object_mut().unwrap();
        response.remove(name);
        cases.push(credential);
    }
    let changes = [
        ("/id", json!("BwcH")),
        ("/rawId", json!("=")),
        ("/type", json!("password")),
        (
            "/clientExtensionResults",
            json!({"credProps": {"rk": false}}),
        ),
        ("/response/transports", json!("internal")),
        ("/response/transports", json!(vec!["usb"; 17])),
        ("/response/clientDataJSON", json!("e30")),
        ("/response/attestationObject", json!("")),
    ];
    for (place, value) in changes {
        let mut credential = made.json();
        *credential.pointer_mut(place).unwrap() = value;
        cases.push(credential);
    }
    for credential in cases {
        assert_eq!(
            complete(&pool, &token, credential.clone()).await,
            Err("InvalidParameterException: Credential data is not valid".to_owned()),
            "{credential}"
        );
    }
}

#[tokio::test]
async fn a_challenge_is_its_users_and_its_clients_for_five_minutes() {
    let (pool, token) = pool().await;
    add(&pool, "bob").await;
    let bobs = pool.access_token("bob").await;
    let made = Made::for_options(&start(&pool, &token).await);
    let refused = complete(&pool, &bobs, made.json()).await.unwrap_err();
    assert!(
        refused.starts_with("WebAuthnChallengeNotFound"),
        "{refused}"
    );

    let client = json!({"UserPoolId": pool.id.as_str(), "ClientName": "other",
        "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"]});
    let other = pool.ok("CreateUserPoolClient", client).await;
    let sign_in = json!({"ClientId": other["UserPoolClient"]["ClientId"],
        "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": "ann", "PASSWORD": PASSWORD}});
    let tokens = pool.ok("InitiateAuth", sign_in).await;
    let others = &tokens["AuthenticationResult"]["AccessToken"];
    let refused = complete(&pool, others, made.json()).await.unwrap_err();
    assert!(refused.starts_with("WebAuthnClientMismatch"), "{refused}");

    pool.advance(Duration::from_secs(299));
    let late = Made::for_options(&start(&pool, &token).await);
    pool.advance(Duration::from_secs(1));
    let refused = complete(&pool, &token, made.json()).await.unwrap_err();
    assert!(
        refused.starts_with("WebAuthnChallengeNotFound"),
        "{refused}"
    );
    assert_eq!(complete(&pool, &token, late.json()).await, Ok(json!({})));
}

#[tokio::test]
async fn the_oldest_of_many_open_challenges_makes_room() {
    let (pool, token) = pool().await;
    let first = Made::for_options(&start(&pool, &token).await);
    let second = Made::for_options(&start(&pool, &token).await);
    for _ in 0..9 {
        start(&pool, &token).await;
    }
    let refused = complete(&pool, &token, first.json()).await.unwrap_err();
    assert!(
        refused.starts_with("WebAuthnChallengeNotFound"),
        "{refused}"
    );
    assert_eq!(complete(&pool, &token, second.json()).await, Ok(json!({})));
}

#[tokio::test]
async fn a_user_has_twenty_passkeys_at_most_and_lists_page_through_them() {
    let (pool, token) = pool().await;
    let spare = Made::for_options(&start(&pool, &token).await);
    for id in 1..=20 {
        register(&pool, &token, 100 + id).await.unwrap();
    }
    let full = "LimitExceededException: The limit of passkeys has been exceeded.";
    let request = json!({"AccessToken": token});
    assert_eq!(
        pool.refused("StartWebAuthnRegistration", request).await,
        full
    );
    assert_eq!(
        complete(&pool, &token, spare.json()).await,
        Err(full.to_owned())
    );
    let all = list(&pool, &token, json!({})).await;
    assert_eq!(all["Credentials"].as_array().unwrap().len(), 20);
    assert_eq!(all["NextToken"], Value::Null);
    let mut paged = Vec::new();
    let mut page = json!({"MaxResults": 8});
    loop {
        let answer = list(&pool, &token, page.clone()).await;
        paged.extend(answer["Credentials"].as_array().unwrap().clone());
        if answer["NextToken"].is_null() {
            break;
        }
        page["NextToken"] = answer["NextToken"].clone();
    }
    assert_eq!(all["Credentials"], json!(paged));
}

#[tokio::test]
async fn a_credential_is_registered_once_and_goes_with_its_user() {
    let (pool, token) = pool().await;
    add(&pool, "bob").await;
    let bobs = pool.access_token("bob").await;
    register(&pool, &token, 5).await.unwrap();
    let not_valid = Err("InvalidParameterException: Credential data is not valid".to_owned());
    assert_eq!(register(&pool, &token, 5).await, not_valid);
    assert_eq!(register(&pool, &bobs, 5).await, not_valid);
    // Somebody else's passkey is as good as none.
    let anns = json!({"AccessToken": bobs, "CredentialId": as_base64url(&[5; 16])});
    let refused = pool.refused("DeleteWebAuthnCredential", anns).await;
    assert!(refused.starts_with("ResourceNotFound"), "{refused}");
    pool.ok("AdminDeleteUser", json!({"Username": "ann"})).await;
    assert_eq!(register(&pool, &bobs, 5).await, Ok(json!({})));
}

#[tokio::test]
async fn user_verification_is_required_where_the_pool_says_so() {
    let multi = "MULTI_FACTOR_WITH_USER_VERIFICATION";
    let cases = [
        (json!({"RelyingPartyId": RP}), "preferred"),
        (
            json!({"RelyingPartyId": RP, "UserVerification": "preferred"}),
            "preferred",
        ),
        (
            json!({"RelyingPartyId": RP, "UserVerification": "required"}),
            "required",
        ),
        (
            json!({"RelyingPartyId": RP, "FactorConfiguration": multi}),
            "required",
        ),
    ];
    for (configuration, asked) in cases {
        let (pool, token) = pool().await;
        configure(&pool, configuration.clone()).await;
        let options = start(&pool, &token).await;
        assert_eq!(
            options["authenticatorSelection"]["userVerification"], asked,
            "{configuration}"
        );
        let mut made = Made::for_options(&options);
        made.flags = 0b0100_0001;
        let answer = complete(&pool, &token, made.json()).await;
        let refused =
            "WebAuthnCredentialNotSupportedException: The credential is not supported.".to_owned();
        let expected = if asked == "required" {
            Err(refused)
        } else {
            Ok(json!({}))
        };
        assert_eq!(answer, expected, "{configuration}");
    }
}

#[tokio::test]
async fn the_relying_party_is_the_pools_id_or_its_domain() {
    let pool = TestPool::new(first_factors()).await;
    add(&pool, "ann").await;
    let token = pool.access_token("ann").await;
    let request = json!({"AccessToken": token});
    let refused = pool.refused("StartWebAuthnRegistration", request).await;
    assert!(
        refused.starts_with("WebAuthnConfigurationMissing"),
        "{refused}"
    );
    let prefix = json!({"UserPoolId": pool.id.as_str(), "Domain": "poolhouse"});
    pool.ok("CreateUserPoolDomain", prefix).await;
    let id = "poolhouse.auth.us-east-1.amazoncognito.com";
    assert_eq!(
        start(&pool, &token).await["rp"],
        json!({"id": id, "name": id})
    );
    configure(&pool, json!({"RelyingPartyId": "localhost"})).await;
    assert_eq!(start(&pool, &token).await["rp"]["id"], "localhost");
}

#[tokio::test]
async fn a_pool_without_passkeys_registers_none() {
    let pool = TestPool::new(json!({})).await;
    configure(&pool, json!({"RelyingPartyId": RP})).await;
    add(&pool, "ann").await;
    let token = pool.access_token("ann").await;
    for (operation, credential) in [
        ("StartWebAuthnRegistration", None),
        ("CompleteWebAuthnRegistration", Some(json!({}))),
    ] {
        let request = json!({"AccessToken": token, "Credential": credential});
        let refused = pool.refused(operation, request).await;
        assert!(refused.starts_with("WebAuthnNotEnabled"), "{refused}");
    }
    assert_eq!(
        list(&pool, &token, json!({})).await,
        json!({"Credentials": []})
    );
    let mfa = json!({"UserPoolId": pool.id.as_str(), "MfaConfiguration": "OPTIONAL",
        "SoftwareTokenMfaConfiguration": {"Enabled": true},
        "WebAuthnConfiguration": {"RelyingPartyId": RP,
            "FactorConfiguration": "MULTI_FACTOR_WITH_USER_VERIFICATION"}});
    pool.ok("SetUserPoolMfaConfig", mfa).await;
    assert_eq!(register(&pool, &token, 1).await, Ok(json!({})));
}
