//! The client secret of Sign in with Apple: a JSON web token that the developer's key signs ("Creating a
//! client secret", Apple).

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::json;

use crate::clock::Timestamp;
use crate::model::SecretMap;
use crate::user_pool::identity_providers::details;

/// In seconds; Apple takes up to half a year.
const LIFE: i64 = 5 * 60;

/// The secret for a request now.
///
/// # Errors
/// What is wrong with the key.
pub(super) fn client_secret(details: &SecretMap, now: Timestamp) -> Result<String, String> {
    let detail = |key: &str| details.get(key).map_or("", String::as_str);
    let key = key(detail(details::PRIVATE_KEY))?;
    let header = json!({"alg": "ES256", "kid": detail("key_id")});
    let claims = json!({
        "iss": detail("team_id"),
        "iat": now.seconds(),
        "exp": now.seconds() + LIFE,
        "aud": "https://appleid.apple.com",
        "sub": detail("client_id"),
    });
    let part = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", part(header), part(claims));
    let signature = key
        .sign(&SystemRandom::new(), signed.as_bytes())
        .map_err(|_| "private_key does not sign")?;
    Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

/// The key of a `.p8` file, with or without the lines around it.
fn key(text: &str) -> Result<EcdsaKeyPair, String> {
    const WRONG: &str =
        "private_key is not the PKCS#8 key of P-256 that Apple gives out as a .p8 file";
    let digits: String = text
        .lines()
        .filter(|line| !line.starts_with("-----"))
        .flat_map(str::chars)
        .filter(|character| !character.is_ascii_whitespace())
        .collect();
    let der = STANDARD.decode(digits).map_err(|_| WRONG)?;
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &der).map_err(|_| WRONG.into())
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, KeyPair, UnparsedPublicKey};

    use super::*;
    use crate::user_pool::federation::jwt::Jwt;

    #[test]
    fn the_secret_names_team_client_and_apple_and_the_key_signs_it() {
        let random = SystemRandom::new();
        let pkcs8 =
            EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let digits = STANDARD.encode(pkcs8.as_ref());
        let pem = format!("-----BEGIN PRIVATE KEY-----\n{digits}\n-----END PRIVATE KEY-----\n");
        for text in [digits.clone(), pem] {
            let details: SecretMap = [
                ("client_id", "com.example"),
                ("team_id", "T"),
                ("key_id", "K"),
                ("private_key", &text),
            ]
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect();
            let secret = client_secret(&details, Timestamp(1_000_000)).unwrap();
            let jwt = Jwt::parse(&secret).unwrap();
            assert_eq!((jwt.alg.as_str(), jwt.kid.as_deref()), ("ES256", Some("K")));
            assert_eq!(jwt.text("iss"), Some("T"));
            assert_eq!(jwt.text("sub"), Some("com.example"));
            assert_eq!(jwt.text("aud"), Some("https://appleid.apple.com"));
            assert_eq!(jwt.moment("exp"), Some(Timestamp(1_300_000)));
            let pair =
                EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref()).unwrap();
            UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, pair.public_key())
                .verify(jwt.signed, &jwt.signature)
                .unwrap();
        }
        for wrong in ["", "x", "AAAA"] {
            assert!(key(wrong).is_err());
        }
    }
}
