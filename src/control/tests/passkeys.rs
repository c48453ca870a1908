//! The software authenticator, by its bodies and its answers.

use serde_json::{Value, json};

use super::*;

const NOW: Timestamp = Timestamp(1_800_000_000_000);

fn creation_options() -> Value {
    json!({
        "challenge": "AAECAwQFBgcICQoLDA0ODw",
        "rp": {"id": "example.com", "name": "example.com"},
        "user": {"id": "YW5u", "name": "ann", "displayName": "ann"},
        "pubKeyCredParams": [{"alg": -7, "type": "public-key"}, {"alg": -257, "type": "public-key"}],
    })
}

fn request_options(ids: &[&str]) -> Value {
    let allowed: Vec<Value> = ids.iter().map(|id| json!({"id": id})).collect();
    json!({"challenge": "AAECAwQFBgcICQoLDA0ODw", "rpId": "example.com",
        "allowCredentials": allowed})
}

fn make(authenticator: &Authenticator, entropy: &Entropy, body: &Value) -> String {
    let made = Creation::read(body).unwrap();
    let made = made.make(authenticator, entropy, NOW).unwrap();
    made["id"].as_str().unwrap().to_owned()
}

fn sign(authenticator: &Authenticator, body: &Value) -> Result<Value, String> {
    let signed = Assertion::read(body)?.sign(authenticator);
    signed.map_err(Option::unwrap)
}

fn bytes(text: &Value) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text.as_str().unwrap()).unwrap()
}

#[test]
fn what_is_made_follows_the_seed_and_the_options() {
    let body = json!({"options": creation_options()});
    let [one, two] = [7, 7].map(|seed| {
        let authenticator = Authenticator::default();
        make(&authenticator, &Entropy::from_seed(seed), &body);
        authenticator.all()[0].clone()
    });
    assert_eq!(one.view(), two.view());
    assert_eq!(one.key.cose(), two.key.cose());
    assert_eq!(
        one.view(),
        json!({"id": one.id, "rpId": "example.com", "userHandle": "YW5u", "userName": "ann",
            "algorithm": "ES256", "signCount": 0, "createdAt": "2027-01-15T08:00:00Z"})
    );
}

#[test]
fn a_body_may_say_otherwise_what_a_browser_would() {
    let authenticator = Authenticator::default();
    let body = json!({"options": creation_options().to_string(), "algorithm": "RS256",
        "origin": "https://evil.example", "userVerified": false, "signCount": 7});
    let made = Creation::read(&body).unwrap();
    let made = made
        .make(&authenticator, &Entropy::from_seed(1), NOW)
        .unwrap();
    let data = bytes(&made["response"]["authenticatorData"]);
    assert_eq!(data[32..37], [USER_PRESENT | HAS_CREDENTIAL, 0, 0, 0, 7]);
    let client_data = bytes(&made["response"]["clientDataJSON"]);
    let client_data: Value = serde_json::from_slice(&client_data).unwrap();
    assert_eq!(client_data["origin"], "https://evil.example");
    assert_eq!(made["response"]["publicKeyAlgorithm"], -257);

    let body = json!({"options": request_options(&[]).to_string(), "userVerified": false});
    let signed = sign(&authenticator, &body).unwrap();
    let data = bytes(&signed["response"]["authenticatorData"]);
    assert_eq!(data[32..], [USER_PRESENT, 0, 0, 0, 8]);
    let body = json!({"options": request_options(&[]), "signCount": 3});
    let signed = sign(&authenticator, &body).unwrap();
    let data = bytes(&signed["response"]["authenticatorData"]);
    assert_eq!(data[32..], [USER_PRESENT | USER_VERIFIED, 0, 0, 0, 3]);
    assert_eq!(authenticator.all()[0].sign_count, 3);
}

#[test]
fn the_passkey_that_signs_is_one_that_is_allowed() {
    let authenticator = Authenticator::default();
    let entropy = Entropy::from_seed(1);
    let mut other = creation_options();
    other["rp"]["id"] = json!("example.net");
    let ids = [creation_options(), creation_options(), other].map(|options| {
        let body = json!({"options": options});
        make(&authenticator, &entropy, &body)
    });
    let who = |options: Value, more: Value| {
        let mut body = json!({"options": options});
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        sign(&authenticator, &body).map(|signed| signed["id"].as_str().unwrap().to_owned())
    };
    let plain = json!({});
    // The first allowed one that is known; of all, the newest.
    let allowed = request_options(&["unknown", &ids[1], &ids[0]]);
    assert_eq!(who(allowed.clone(), plain.clone()), Ok(ids[1].clone()));
    assert_eq!(who(request_options(&[]), plain.clone()), Ok(ids[1].clone()));
    assert_eq!(
        who(allowed, json!({"credentialId": ids[2]})),
        Ok(ids[2].clone())
    );
    for (options, more) in [
        (request_options(&["unknown", &ids[2]]), plain.clone()),
        (request_options(&[]), json!({"credentialId": "unknown"})),
    ] {
        assert!(who(options, more).is_err());
    }
    assert!(authenticator.remove(&ids[1]) && !authenticator.remove(&ids[1]));
    assert!(authenticator.with_id(&ids[1]).is_none());
    assert_eq!(authenticator.clear(), 2);
    let none = who(request_options(&[]), plain).unwrap_err();
    assert!(none.contains("make one with passkeys/create"), "{none}");
}

#[test]
fn the_oldest_of_many_makes_room() {
    let authenticator = Authenticator::default();
    let entropy = Entropy::from_seed(1);
    let body = json!({"options": creation_options()});
    let first = make(&authenticator, &entropy, &body);
    let second = make(&authenticator, &entropy, &body);
    for _ in 1..MOST {
        make(&authenticator, &entropy, &body);
    }
    assert_eq!(authenticator.all().len(), MOST);
    assert!(authenticator.with_id(&first).is_none());
    assert!(authenticator.with_id(&second).is_some());
}

#[test]
fn a_wrong_body_is_told_what_is_wrong() {
    let with = |name: &str, value: Value| {
        let mut body = json!({"options": creation_options()});
        body[name] = value;
        body
    };
    let options_with = |path: &str, value: Value| {
        let mut options = creation_options();
        *options.pointer_mut(path).unwrap() = value;
        json!({ "options": options })
    };
    let cases = [
        (json!(7), "no JSON object"),
        (json!({}), "options is missing"),
        (json!({"options": []}), "options is no object"),
        (json!({"options": "{"}), "options is no object"),
        (json!({"options": {}}), "options has no text rp.id"),
        (with("origin", json!(7)), "origin must be a text"),
        (with("userVerified", json!("no")), "userVerified must be"),
        (with("signCount", json!(-1)), "signCount must be"),
        (with("signCount", json!(1_u64 << 32)), "signCount must be"),
        (with("algorithm", json!("ES384")), "neither ES256 nor RS256"),
        (
            with("credentialId", json!("x")),
            "no member \"credentialId\"; known here are",
        ),
        (
            options_with("/challenge", json!("=")),
            "challenge of options is no base64url",
        ),
        (
            options_with("/challenge", json!(null)),
            "options has no text challenge",
        ),
        (
            options_with("/user/id", json!("a b")),
            "user.id of options is no base64url",
        ),
        (
            options_with("/pubKeyCredParams", json!([{"alg": -8}])),
            "does not offer",
        ),
    ];
    for (body, wrong) in cases {
        let told = Creation::read(&body).unwrap_err();
        assert!(told.contains(wrong), "{body}: {told}");
    }
    let mut only_es256 = creation_options();
    only_es256["pubKeyCredParams"] = json!([{"alg": -7}]);
    let body = json!({"options": only_es256, "algorithm": "RS256"});
    let told = Creation::read(&body).unwrap_err();
    assert!(told.contains("does not offer RS256"), "{told}");
    let told = Assertion::read(&json!({"options": creation_options()})).unwrap_err();
    assert!(told.contains("options has no text rpId"), "{told}");
}
