use super::*;

use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair};

use crate::crypto::CryptoThread;
use crate::crypto::key_reserve::KeyReserve;

fn pem(label: &str, der: &[u8]) -> String {
    format!(
        "-----BEGIN {label}-----\n{}\n-----END {label}-----\n",
        STANDARD.encode(der)
    )
}

/// The first shipped key, with `openssl rsa -RSAPublicKey_out | openssl dgst -sha256 -binary | base64` for its
/// id and `printf message | openssl dgst -sha256 -sign` for the signature.
#[test]
fn openssl_computes_the_same_id_and_signature() {
    let keys = KeyReserve::new().next_pair();
    let key = keys.id.signing(&CryptoThread::of_test());
    assert_eq!(
        key.public().kid(),
        "LfJPBlfDOfGiOcF8WP5qufIZ8yIScwlpcrywqtgQJLw="
    );
    let expected = "\
        LmNAx/tvd3EhseeQ+t/zBQYouG35/1b7hba9KfjFa3a1XDxo1PMx49NqGfM7mLMHDyFEu7ubLoq5ODuN6X7V7Zhh94KznQgn\
        WsPE0TLzIZuxSZJJtltzAT9bbaeVOMNg0Oop/0uMmcdKKN8INYLkQMBLBBdSS7ZWTUeFw3grfKZYd/NM0lZlNkEQzmec8nD5\
        sBK0hoHuyeaRyzwnsF0vy9wel/vvjY5tzY1GosgCvwhQ2qJR55guQkxP+wowSFfprIhFh306my09tD1DzJjy298/jJgO4Ll4\
        p/WInN3H3QKnP4mp3nQu9HRBC9rmeEFW2F0Im1MtO8DyyQDj59YaPg==";
    assert_eq!(STANDARD.encode(key.sign(b"message")), expected);
}

#[test]
fn a_signature_is_of_one_message_and_one_key() {
    let keys = KeyReserve::new().next_pair();
    let (key, other) = (
        keys.id.signing(&CryptoThread::of_test()),
        keys.access.signing(&CryptoThread::of_test()),
    );
    let mut signature = key.sign(b"message");
    assert_eq!(signature.len(), MODULUS_LEN);
    assert!(key.verify(b"message", &signature));
    assert!(!key.verify(b"massage", &signature));
    assert!(!other.verify(b"message", &signature));
    assert!(!key.verify(b"message", &signature[1..]));
    assert!(!key.verify(b"message", b""));
    signature[100] ^= 1;
    assert!(!key.verify(b"message", &signature));
}

#[test]
fn what_a_jwk_shows() {
    let keys = KeyReserve::new().next_pair();
    let key = keys.id.verifying(&CryptoThread::of_test());
    assert_eq!((key.kid().len(), key.n().len(), key.e()), (44, 342, "AQAB"));
    assert!(key.kid().ends_with('='));
    assert_eq!(STANDARD.decode(key.kid()).unwrap().len(), 32);
    let n = URL_SAFE_NO_PAD.decode(key.n()).unwrap();
    assert_eq!(n[..7], [0xe5, 0x5d, 0xda, 0x34, 0x2e, 0xb6, 0x87]);
}

#[test]
fn a_generated_key_survives_pem() {
    let key = SigningKey::generate();
    let text = key.to_pem();
    assert!(text.lines().all(|line| line.len() <= 64));
    let surrounded = format!("Bag Attributes: none\r\n{}", text.replace('\n', "\r\n"));
    for pem in [text, surrounded] {
        let read = SigningKey::from_pem(&pem).unwrap();
        assert_eq!(read.public().kid(), key.public().kid());
        assert_eq!(read.sign(b"message"), key.sign(b"message"));
    }
}

#[test]
fn a_refused_key_is_told_why() {
    let ec = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
    let ec = ec.to_pkcs8v1().unwrap();
    let keys = KeyReserve::new().next_pair();
    let good = keys.id.signing(&CryptoThread::of_test()).to_pem();
    let cases = [
        (String::new(), KeyError::NotPem),
        ("-----BEGIN PRIVATE KEY-----".to_owned(), KeyError::NotPem),
        (good.replace("MII", "M:I"), KeyError::NotPem),
        (pem("EC PRIVATE KEY", b""), KeyError::Label("EC PRIVATE KEY".to_owned())),
        (pem("PUBLIC KEY", b""), KeyError::Label("PUBLIC KEY".to_owned())),
        (pem("ENCRYPTED PRIVATE KEY", b""), KeyError::Encrypted),
        (
            "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END RSA PRIVATE KEY-----"
                .to_owned(),
            KeyError::Encrypted,
        ),
        (pem("PRIVATE KEY", ec.as_ref()), KeyError::NotRsa),
        (pem("RSA PRIVATE KEY", b"anything"), KeyError::NotRsa),
        (pem("PRIVATE KEY", b""), KeyError::NotRsa),
    ];
    for (text, expected) in cases {
        assert_eq!(SigningKey::from_pem(&text).unwrap_err(), expected, "{text}");
    }
}

#[test]
fn a_key_of_another_size_is_refused_with_its_size() {
    let numbers = [&[2, 0x82, 1, 0x81, 0][..], &[0x99; 384], &[2, 3, 1, 0, 1]].concat();
    let der = [&[0x30, 0x82, 1, 0x8a][..], &numbers].concat();
    let error = VerifyingKey::from_der(&der).unwrap_err();
    assert_eq!(error, KeyError::Size { bits: 3072 });
    assert!(error.to_string().contains("3072 bits; Cognito's have 2048"));
}

#[test]
fn truncated_der_is_no_key() {
    let key = KeyReserve::new().next_pair();
    let der: Pkcs8V1Der<'_> = key
        .id
        .signing(&CryptoThread::of_test())
        .pair
        .as_der()
        .unwrap();
    for len in 0..der.as_ref().len() {
        assert!(SigningKey::from_der(&der.as_ref()[..len]).is_err(), "{len}");
    }
}

#[test]
fn secrets_are_not_printed() {
    let keys = KeyReserve::new().next_pair();
    let shown = format!("{keys:?} {:?}", keys.id.signing(&CryptoThread::of_test()));
    let kid = keys.id.verifying(&CryptoThread::of_test()).kid();
    let expected = format!(
        "PoolKeys {{ id: LazyKey(shipped), access: LazyKey(shipped) }} SigningKey({kid}, ***)"
    );
    assert_eq!(shown, expected);
}
