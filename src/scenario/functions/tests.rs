//! Every function by its name, as a file calls it.

use std::time::Duration;

use serde_json::json;

use super::*;
use crate::clock::Timestamp;
use crate::context::Settings;
use crate::entropy::{Entropy, Purpose};
use crate::model::cognito_idp::ExplicitAuthFlowsType as Flow;
use crate::scenario::scene::Scene;
use crate::scenario::secrecy::Secrecy;
use crate::store::user_pool::software_token::SoftwareToken;
use crate::test_pool::{PASSWORD, TestPool, attributes};

/// `{"alg":"RS256"}`, `{"sub":"ann"}`, and no signature to speak of.
const JWT: &str = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2ln";

fn scene() -> Scene {
    Scene::new(json!({
        "server": {"ClientId": "cl13nt", "ClientSecret": "s3cret"},
        "web": {"ClientId": "cl13nt"},
        "jwt": JWT,
        "url": "https://a.example/cb?code=1%2B2&state=a+b&empty=&flag#access_token=t%C3%A4&code=3",
        "html": "<input name=_csrf value=x>",
        "number": 12_345_678,
    }))
}

#[test]
fn the_documentation_has_every_function() {
    let docs = include_str!("../../../docs/scenarios.md");
    for function in FUNCTIONS {
        let call = format!("`{}(", function.name);
        assert!(docs.contains(&call), "docs/scenarios.md has no {call}");
    }
}

#[test]
fn all_functions_are_there_and_say_how_they_are_called() {
    let usages: Vec<String> = FUNCTIONS.iter().map(FunctionSpec::usage).collect();
    assert_eq!(
        usages,
        [
            "totp(secret [, steps] [, hash])",
            "otpauth(secret, account [, issuer])",
            "secret_hash(username, client)",
            "srp_a([name])",
            "srp_timestamp()",
            "srp_signature(pool_id, ChallengeParameters, password [, name])",
            "device_verifier(group_key, device_key, password)",
            "device_signature(group_key, device_key, password, ChallengeParameters [, name])",
            "passkey_create(options [, name])",
            "passkey_get(options [, name])",
            "claims(jwt)",
            "jwt_header(jwt)",
            "now([shift])",
            "epoch([shift])",
            "unique(text)",
            "uuid()",
            "random(length)",
            "basic(id, secret)",
            "base64(text)",
            "base64url(text)",
            "pkce_challenge(verifier)",
            "query(url, name)",
            "field(html, name)",
            "env(name)",
        ]
    );
}

#[test]
fn what_functions_give() {
    let rows = [
        (
            "secret_hash('alice', server)",
            json!("3suqEFshZ8wB0vyJ17t61y3SxFwN5SdpYRnfv9ulOMQ="),
        ),
        ("srp_timestamp()", json!("Sat Jan 31 12:00:00 UTC 2026")),
        ("claims(jwt)", json!({"sub": "ann"})),
        ("claims(jwt).sub", json!("ann")),
        ("jwt_header(jwt)", json!({"alg": "RS256"})),
        ("jwt_header('eyJhbGciOiJkaXIifQ.a.b.c.d').alg", json!("dir")),
        ("now()", json!("2026-01-31T12:00:00Z")),
        ("now('+31m')", json!("2026-01-31T12:31:00Z")),
        ("now('-1h 30m')", json!("2026-01-31T10:30:00Z")),
        ("now('1500ms')", json!("2026-01-31T12:00:01.5Z")),
        ("epoch()", json!(1_769_860_800)),
        ("epoch('-90s')", json!(1_769_860_710)),
        ("basic('id', 's3:cret')", json!("Basic aWQ6czM6Y3JldA==")),
        ("base64('a~b~')", json!("YX5ifg==")),
        ("base64url('a~b~')", json!("YX5ifg")),
        ("base64url('???')", json!("Pz8_")),
        ("base64('???')", json!("Pz8/")),
        // RFC 7636, appendix B.
        (
            "pkce_challenge('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk')",
            json!("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
        ),
        ("query(url, 'code')", json!("1+2")),
        ("query(url, 'state')", json!("a b")),
        ("query(url, 'empty')", json!("")),
        ("query(url, 'flag')", json!("")),
        ("query(url, 'access_token')", json!("tä")),
        ("query('/cb#a=1?b', 'a')", json!("1?b")),
        ("field(html, '_csrf')", json!("x")),
        ("env('KEY')", json!("from-outside")),
    ];
    for (call, value) in rows {
        assert_eq!(scene().expression(call), Ok(value), "{call}");
    }
}

#[test]
fn what_functions_refuse() {
    let rows = [
        (
            "totp('A1')",
            "totp(secret [, steps] [, hash]): the secret is no base32 text",
        ),
        ("totp('')", "the secret is no base32 text"),
        (
            "totp('GEZDGNBVGY3TQOJQ', -99999999999)",
            "there is no step -99999999999 from now",
        ),
        (
            "totp('GEZDGNBVGY3TQOJQ', 9223372036854775807)",
            "there is no step",
        ),
        (
            "secret_hash('alice', web)",
            "the client cl13nt has no secret, and its requests no SECRET_HASH",
        ),
        (
            "secret_hash('alice', claims(jwt))",
            "ClientId of the map is missing",
        ),
        (
            "claims('a.b')",
            "the text is no JWT; id and access tokens are JWTs",
        ),
        (
            "claims('a.b.c.d.e')",
            "the token is encrypted (JWE), as refresh tokens are",
        ),
        (
            "claims('e30.*.e30')",
            "the claims of the JWT are no base64url",
        ),
        (
            "claims('e30.MQ.e30')",
            "the claims of the JWT are no JSON object",
        ),
        (
            "jwt_header('MQ.e30.e30')",
            "the header of the JWT are no JSON object",
        ),
        (
            "now('soon')",
            "now([shift]) wants a time span as '+31m' or '-90s' for shift, and is given a text",
        ),
        ("now('-100y')", "outside the years 1970 to 9999"),
        ("epoch('+9000y')", "outside the years 1970 to 9999"),
        ("random(0)", "the length must be from 1 to"),
        ("random(-1)", "the length must be from 1 to"),
        ("random(99999999)", "the length must be from 1 to"),
        (
            "query(url, 'Code')",
            "the URL has no parameter Code; did you mean code?",
        ),
        (
            "query('https://a.example/', 'a')",
            "the URL has no parameter a, nor any other",
        ),
        (
            "query('?a=%2', 'a')",
            "a % of the URL stands before no two hexadecimal digits",
        ),
        (
            "query('?a=%zz', 'a')",
            "a % of the URL stands before no two hexadecimal digits",
        ),
        ("query('?a=%ff', 'a')", "no UTF-8"),
        (
            "field(html, 'csrf')",
            "the page has no field csrf; did you mean _csrf?",
        ),
        (
            "field('<p>', 'csrf')",
            "the page has no field csrf, nor any other",
        ),
        (
            "field('<input type=radio name=a>', 'a')",
            "the field a has no value: nothing of it is chosen",
        ),
        (
            "env('HOME')",
            "the variable HOME is not let in, or not set; set it, and give --pass-env HOME",
        ),
        (
            "passkey_create('{')",
            "options is no map, nor the text of one as JSON",
        ),
        ("passkey_create('{}')", "options has no text rp.id"),
        (
            "passkey_get('{\"rpId\":\"a\",\"challenge\":\"YQ\"}')",
            "a step above must register one by passkey_create",
        ),
        (
            "basic('a', number)",
            "basic(id, secret) wants a text for secret, and is given a number; a text that looks like one is written in quotes",
        ),
        ("unique(null)", "wants a text for text, and is given null"),
        (
            "random('8')",
            "random(length) wants an integer for length, and is given a text",
        ),
        (
            "secret_hash('a', 'b')",
            "wants a map for client, and is given a text",
        ),
        (
            "passkey_get(1)",
            "wants a map, or the text of one for options, and is given a number",
        ),
        ("uuid(1)", "uuid() takes no arguments, and is given 1"),
        ("unique()", "unique(text) takes 1 argument, and is given 0"),
        (
            "query(url)",
            "query(url, name) takes 2 arguments, and is given 1",
        ),
        (
            "srp_a('a', 'b')",
            "srp_a([name]) takes 0 or 1 argument, and is given 2",
        ),
        (
            "device_signature('a')",
            "takes 4 or 5 arguments, and is given 1",
        ),
        (
            "sha256('a')",
            "there is no function sha256; known here are base64, ",
        ),
        (
            "secret_hsh('a')",
            "there is no function secret_hsh; did you mean secret_hash?",
        ),
    ];
    for (call, expected) in rows {
        match scene().expression(call) {
            Err(refused) => assert!(refused.contains(expected), "{call}: {refused}"),
            Ok(value) => panic!("{call}: {value}"),
        }
    }
}

#[test]
fn one_time_passwords_are_those_that_the_server_knows() {
    let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    let token = SoftwareToken::from_base32(secret).unwrap();
    let mut scene = scene();
    for steps in [-3, -1, 0, 1, 2] {
        let at = Timestamp(scene.now.0 + steps * 30_000);
        let call = format!("totp('{secret}', {steps})");
        assert_eq!(
            scene.expression(&call),
            Ok(json!(token.code_at(at))),
            "{steps}"
        );
    }
    assert_eq!(
        scene.expression(&format!("totp('{secret}')")),
        Ok(json!(token.code_at(scene.now)))
    );
    // RFC 6238, appendix B.
    scene.now = Timestamp::from_seconds(59);
    assert_eq!(
        scene.expression(&format!("totp('{secret}', +0)")),
        Ok(json!("287082"))
    );
}

#[test]
fn what_is_drawn_is_the_same_in_every_run_and_no_other_is() {
    let draw = |origin: &str| {
        let mut scene = Scene::of_run(origin, json!({}), Secrecy::Cut);
        let calls = [
            "unique('a')",
            "unique('a')",
            "uuid()",
            "uuid()",
            "random(8)",
            "random(8)",
        ];
        calls.map(|call| scene.expression(call).unwrap().as_str().unwrap().to_owned())
    };
    let drawn = draw("1");
    assert_eq!(drawn, draw("1"));
    for (one, two) in drawn.iter().zip(&draw("2")) {
        assert_ne!(one, two);
    }
    for pair in drawn.chunks(2) {
        assert_ne!(pair[0], pair[1]);
    }
    assert!(drawn[0].starts_with("a-") && drawn[0].len() == 14);
    assert!(drawn[4].len() == 8 && drawn[4].bytes().all(|byte| byte.is_ascii_alphanumeric()));
    let uuid = uuid::Uuid::parse_str(&drawn[2]).unwrap();
    assert_eq!(uuid.get_version_num(), 4);
    // A server of the same seed draws others.
    let mut scene = Scene::of_run("1", json!({}), Secrecy::Cut);
    let first = scene.expression("uuid()").unwrap();
    assert_ne!(first, Entropy::from_seed(1).uuid(Purpose::Ids).to_string());
}

#[test]
fn what_is_made_of_a_variable_is_hidden_as_the_variable_is() {
    let mut scene = scene();
    let made = scene.expression("basic('id', env('KEY'))").unwrap();
    let cover = scene.play.veil.cover(&Value::Null);
    let header = made.as_str().unwrap();
    assert_eq!(
        cover.text(&format!("{header} from-outside 4711")),
        "*** *** 4711"
    );
    assert!(!format!("{:?}", scene.play).contains("from-outside"));
}

/// Evaluates a request, and calls the operation with it.
async fn call(
    pool: &TestPool,
    scene: &mut Scene,
    operation: &str,
    request: Value,
) -> Result<Value, String> {
    let request = scene.value(&request)?;
    pool.call(operation, request).await
}

#[tokio::test]
async fn the_server_takes_a_proof_of_the_password() {
    let pool = TestPool::with(json!({}), Settings::default(), |client| {
        client.explicit_auth_flows = Some(vec![Flow::AllowUserSrpAuth]);
    })
    .await;
    pool.confirmed("ann", attributes([])).await;
    for (password, right) in [(PASSWORD, true), ("Abc-1235", false)] {
        let mut scene = Scene::new(json!({"pool": {"Id": pool.id.as_str()}, "password": password}));
        let begin = json!({"AuthFlow": "USER_SRP_AUTH",
            "AuthParameters": {"USERNAME": "ann", "SRP_A": "${srp_a('x')}"}});
        let asked = call(&pool, &mut scene, "InitiateAuth", begin)
            .await
            .unwrap();
        scene.names.insert("asked".into(), asked);
        let answer = json!({"ChallengeName": "PASSWORD_VERIFIER", "ChallengeResponses": {
            "USERNAME": "ann",
            "PASSWORD_CLAIM_SECRET_BLOCK": "${asked.ChallengeParameters.SECRET_BLOCK}",
            "TIMESTAMP": "${srp_timestamp()}",
            "PASSWORD_CLAIM_SIGNATURE":
                "${srp_signature(pool.Id, asked.ChallengeParameters, password, 'x')}"}});
        let answered = call(&pool, &mut scene, "RespondToAuthChallenge", answer).await;
        match answered {
            Ok(answer) => assert!(
                right && answer["AuthenticationResult"].is_object(),
                "{answer}"
            ),
            Err(refused) => {
                assert!(!right, "{refused}");
                assert_eq!(
                    refused,
                    "NotAuthorizedException: Incorrect username or password."
                );
            }
        }
    }
}

#[tokio::test]
async fn the_server_takes_a_proof_of_a_device() {
    let devices = json!({"DeviceConfiguration": {"ChallengeRequiredOnNewDevice": false,
        "DeviceOnlyRememberedOnUserPrompt": false}});
    let pool = TestPool::new(devices).await;
    pool.confirmed("ann", attributes([])).await;
    let sign_in = |device: Option<&str>| {
        let mut request = json!({"AuthFlow": "USER_PASSWORD_AUTH",
            "AuthParameters": {"USERNAME": "ann", "PASSWORD": PASSWORD}});
        if let Some(key) = device {
            request["AuthParameters"]["DEVICE_KEY"] = key.into();
        }
        request
    };
    let mut scene = Scene::new(json!({}));
    let done = pool.ok("InitiateAuth", sign_in(None)).await["AuthenticationResult"].clone();
    scene
        .names
        .insert("device".into(), done["NewDeviceMetadata"].clone());
    scene
        .names
        .insert("token".into(), done["AccessToken"].clone());
    let confirm = json!({"AccessToken": "${token}", "DeviceKey": "${device.DeviceKey}",
        "DeviceSecretVerifierConfig":
            "${device_verifier(device.DeviceGroupKey, device.DeviceKey, 'device-password')}"});
    call(&pool, &mut scene, "ConfirmDevice", confirm)
        .await
        .unwrap();
    for (password, right) in [("device-passwort", false), ("device-password", true)] {
        let asked = call(
            &pool,
            &mut scene,
            "InitiateAuth",
            sign_in(Some("${device.DeviceKey}")),
        )
        .await;
        let asked = asked.unwrap();
        assert_eq!(asked["ChallengeName"], "DEVICE_SRP_AUTH");
        scene.names.insert("asked".into(), asked);
        let begin = json!({"ChallengeName": "DEVICE_SRP_AUTH", "Session": "${asked.Session}",
            "ChallengeResponses": {"USERNAME": "ann", "DEVICE_KEY": "${device.DeviceKey}",
                "SRP_A": "${srp_a()}"}});
        let asked = call(&pool, &mut scene, "RespondToAuthChallenge", begin)
            .await
            .unwrap();
        scene.names.insert("asked".into(), asked);
        scene.names.insert("password".into(), password.into());
        let signature = "${device_signature(device.DeviceGroupKey, device.DeviceKey, password, \
                         asked.ChallengeParameters)}";
        let answer = json!({"ChallengeName": "DEVICE_PASSWORD_VERIFIER", "Session": "${asked.Session}",
            "ChallengeResponses": {"USERNAME": "ann", "DEVICE_KEY": "${device.DeviceKey}",
                "PASSWORD_CLAIM_SECRET_BLOCK": "${asked.ChallengeParameters.SECRET_BLOCK}",
                "TIMESTAMP": "${srp_timestamp()}", "PASSWORD_CLAIM_SIGNATURE": signature}});
        let answered = call(&pool, &mut scene, "RespondToAuthChallenge", answer).await;
        assert_eq!(answered.is_ok(), right, "{answered:?}");
    }
}

#[tokio::test]
async fn the_server_takes_a_passkey_and_its_assertion() {
    let factors = json!({"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}}});
    let pool = TestPool::with(factors, Settings::default(), |client| {
        client.explicit_auth_flows = Some(vec![Flow::AllowUserPasswordAuth, Flow::AllowUserAuth]);
    })
    .await;
    let mfa = json!({"UserPoolId": pool.id.as_str(), "WebAuthnConfiguration": {"RelyingPartyId": "example.com"}});
    pool.ok("SetUserPoolMfaConfig", mfa).await;
    // A first factor of its own: without a password the user could not be made in silence.
    let user =
        json!({"Username": "ann", "TemporaryPassword": PASSWORD, "MessageAction": "SUPPRESS"});
    pool.ok("AdminCreateUser", user).await;
    let password = json!({"Username": "ann", "Password": PASSWORD, "Permanent": true});
    pool.ok("AdminSetUserPassword", password).await;
    let token = pool.access_token("ann").await;
    let mut scene = Scene::new(json!({ "token": token }));
    let begun = call(
        &pool,
        &mut scene,
        "StartWebAuthnRegistration",
        json!({"AccessToken": "${token}"}),
    );
    let begun = begun.await.unwrap();
    scene
        .names
        .insert("options".into(), begun["CredentialCreationOptions"].clone());
    let made =
        json!({"AccessToken": "${token}", "Credential": "${passkey_create(options, 'phone')}"});
    call(&pool, &mut scene, "CompleteWebAuthnRegistration", made)
        .await
        .unwrap();
    for (changes, right) in [(true, false), (false, true)] {
        pool.advance(Duration::from_secs(1));
        let begin = json!({"AuthFlow": "USER_AUTH",
            "AuthParameters": {"USERNAME": "ann", "PREFERRED_CHALLENGE": "WEB_AUTHN"}});
        let asked = call(&pool, &mut scene, "InitiateAuth", begin)
            .await
            .unwrap();
        assert_eq!(asked["ChallengeName"], "WEB_AUTHN");
        let mut options = asked["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"].clone();
        if changes {
            let mut other: Value = serde_json::from_str(options.as_str().unwrap()).unwrap();
            other["challenge"] = json!("AAECAwQFBgcICQoLDA0ODw");
            options = other;
        }
        scene.names.insert("asked".into(), asked);
        scene.names.insert("options".into(), options);
        let other = scene
            .expression("passkey_get(options, 'laptop')")
            .unwrap_err();
        assert!(
            other.contains("this authenticator has no passkey"),
            "{other}"
        );
        let answer = json!({"ChallengeName": "WEB_AUTHN", "Session": "${asked.Session}",
            "ChallengeResponses": {"USERNAME": "ann", "CREDENTIAL": "${passkey_get(options, 'phone')}"}});
        let answered = call(&pool, &mut scene, "RespondToAuthChallenge", answer).await;
        assert_eq!(answered.is_ok(), right, "{answered:?}");
    }
}
