use super::*;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING,
    ECDSA_P521_SHA512_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm, KeyPair as _,
};
use serde_json::json;

use crate::user_pool::federation::test_idp::TestIdp;

fn keys(document: &Value) -> KeySet {
    KeySet::parse(document.to_string().as_bytes()).unwrap()
}

fn b64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn token(header: &Value, sign: impl Fn(&[u8]) -> Vec<u8>) -> String {
    let signed = format!("{}.{}", b64(header.to_string()), b64(r#"{"sub":"ann"}"#));
    let signature = sign(signed.as_bytes());
    format!("{signed}.{}", b64(signature))
}

#[test]
fn an_rsa_key_verifies_what_it_signed_and_nothing_else() {
    let idp = TestIdp::new(0);
    let set = keys(&idp.jwks());
    let good = idp.jwt(&json!({"sub": "ann"}));
    let verify = |token: &str| set.verify(&Jwt::parse(token).unwrap());
    assert_eq!(verify(&good), Ok(()));
    let (signed, signature) = good.rsplit_once('.').unwrap();
    let (header, _) = signed.split_once('.').unwrap();
    let changed = format!("{header}.{}.{signature}", b64(r#"{"sub":"eve"}"#));
    assert!(verify(&changed).is_err());
    assert!(verify(&TestIdp::new(1).jwt(&json!({"sub": "ann"}))).is_err());
    // The algorithm of the header does not choose another kind of key.
    for alg in ["none", "HS256", "ES256", "RS384", "rs256", ""] {
        let kid = Jwt::parse(&good).unwrap().kid.unwrap();
        let header = b64(json!({"alg": alg, "kid": kid}).to_string());
        let other = format!("{header}.{}.{signature}", b64(r#"{"sub":"ann"}"#));
        assert!(verify(&other).is_err(), "{alg}");
    }
}

#[test]
fn keys_on_the_three_curves_verify() {
    let random = SystemRandom::new();
    let curves: [(&str, &str, &'static EcdsaSigningAlgorithm); 3] = [
        ("ES256", "P-256", &ECDSA_P256_SHA256_FIXED_SIGNING),
        ("ES384", "P-384", &ECDSA_P384_SHA384_FIXED_SIGNING),
        ("ES512", "P-521", &ECDSA_P521_SHA512_FIXED_SIGNING),
    ];
    for (alg, curve, algorithm) in curves {
        let pair = EcdsaKeyPair::generate(algorithm).unwrap();
        let point = &pair.public_key().as_ref()[1..];
        let (x, y) = point.split_at(point.len() / 2);
        let set = |curve: &str| {
            keys(
                &json!({"keys": [{"kty": "EC", "kid": "1", "crv": curve, "x": b64(x), "y": b64(y)}]}),
            )
        };
        let good = token(&json!({"alg": alg, "kid": "1"}), |message| {
            pair.sign(&random, message).unwrap().as_ref().to_vec()
        });
        let jwt = Jwt::parse(&good).unwrap();
        assert_eq!(set(curve).verify(&jwt), Ok(()), "{alg}");
        assert!(set("P-999").verify(&jwt).is_err(), "{alg}");
    }
}

#[test]
fn a_secret_verifies_where_the_algorithm_is_one_with_a_secret() {
    let key = hmac::Key::new(hmac::HMAC_SHA256, b"secret");
    let sign = |message: &[u8]| hmac::sign(&key, message).as_ref().to_vec();
    let good = token(&json!({"alg": "HS256"}), sign);
    let jwt = Jwt::parse(&good).unwrap();
    assert!(is_by_secret(&jwt.alg));
    assert_eq!(verify_by_secret(&jwt, "secret"), Ok(()));
    assert!(verify_by_secret(&jwt, "Secret").is_err());
    assert!(verify_by_secret(&jwt, "").is_err());
    let other = token(&json!({"alg": "HS512"}), sign);
    assert!(verify_by_secret(&Jwt::parse(&other).unwrap(), "secret").is_err());
    let rsa = TestIdp::new(0).jwt(&json!({}));
    assert!(verify_by_secret(&Jwt::parse(&rsa).unwrap(), "secret").is_err());
}

#[test]
fn a_set_may_have_keys_of_no_use() {
    let idp = TestIdp::new(0);
    let mut document = idp.jwks();
    let own = document["keys"][0].clone();
    let with = |member: &str, value: Value| {
        let mut key = own.clone();
        key[member] = value;
        key
    };
    let good = idp.jwt(&json!({}));
    let jwt = Jwt::parse(&good).unwrap();
    document["keys"] = json!([7, {"kty": "OKP"}, {}, own]);
    assert_eq!(keys(&document).verify(&jwt), Ok(()));
    for useless in [
        with("use", json!("enc")),
        with("alg", json!("RS512")),
        with("kid", json!("other")),
        with("n", json!("AQAB")),
        with("n", json!("!")),
        with("kty", json!("EC")),
    ] {
        document["keys"] = json!([useless]);
        assert!(keys(&document).verify(&jwt).is_err(), "{useless}");
    }
    for broken in ["", "[]", "{}", "{\"keys\": 1}", "<html>"] {
        assert!(KeySet::parse(broken.as_bytes()).is_err(), "{broken}");
    }
}

#[test]
fn what_is_no_jwt_is_not_taken_apart() {
    let header = b64(r#"{"alg":"RS256"}"#);
    for token in [
        String::new(),
        "a".into(),
        "a.b".into(),
        "a.b.c".into(),
        format!("{header}.e30.="),
        format!("{header}.{}.AA", b64("[]")),
        format!("{}.e30.AA", b64("{}")),
        format!("{}.e30.AA", b64(r#"{"alg":"RS256","crit":["b64"]}"#)),
        format!("{header}.e30.AA.AA"),
    ] {
        assert!(Jwt::parse(&token).is_err(), "{token}");
    }
    assert!(Jwt::parse(&format!("{header}.e30.AA")).is_ok());
}
