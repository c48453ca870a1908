use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::cipher::{AES_128, EncryptionContext, PaddedBlockEncryptingKey, UnboundCipherKey};
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::rsa::{
    OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OaepAlgorithm, OaepPublicEncryptingKey,
    PrivateDecryptingKey,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;

use super::*;
use crate::crypto::CryptoThread;
use crate::crypto::key_reserve::KeyReserve;
use crate::model::PoolId;
use crate::user_pool::federation::refused::Code;
use crate::user_pool::federation::test_idp::{Says, TestIdp};

const ACS: &str = "https://house.example/saml2/idpresponse";

const NOW: Timestamp = Timestamp(1_769_860_800_000);

fn pool() -> PoolId {
    PoolId::from("us-east-1_PoolHouse")
}

/// What answers `_q` at the pool's address, its signature's place marked.
fn assertion() -> String {
    let mut says = Says::of("ann@example.com", &pool(), NOW);
    says.not_on_or_after = Timestamp(NOW.0 + 3_600_000).to_rfc3339();
    says.unsigned()
        .replace(
            "<saml:SubjectConfirmationData ",
            &format!("<saml:SubjectConfirmationData InResponseTo=\"_q\" Recipient=\"{ACS}\" "),
        )
        .replace(
            "Version=\"2.0\" ID",
            &format!("IssueInstant=\"{}\" Version=\"2.0\" ID", NOW.to_rfc3339()),
        )
        .replace(
            "</saml:Assertion>",
            "<saml:AttributeStatement><saml:Attribute Name=\"mail\"><saml:AttributeValue>a@b</saml:AttributeValue>\
             </saml:Attribute><saml:Attribute Name=\"groups\"><saml:AttributeValue>x y</saml:AttributeValue>\
             <saml:AttributeValue>z</saml:AttributeValue></saml:Attribute></saml:AttributeStatement></saml:Assertion>",
        )
}

fn response_with(attributes: &str, inner: &str) -> String {
    format!(
        "<samlp:Response xmlns:samlp=\"{PROTOCOL}\" ID=\"_r\"{attributes}><samlp:Status><samlp:StatusCode \
         Value=\"{SUCCESS}\"/></samlp:Status>{inner}</samlp:Response>"
    )
}

fn response(inner: &str) -> String {
    response_with(
        &format!(" InResponseTo=\"_q\" Destination=\"{ACS}\""),
        inner,
    )
}

fn signed(assertion: &str) -> String {
    TestIdp::new(0).sign(assertion, "_a1")
}

fn read_for(message: &str, request: Option<&str>, now: Timestamp) -> Result<Assertion, Refused> {
    let metadata = Metadata::parse(&TestIdp::new(0).metadata()).unwrap();
    let audience = assertion::audience(&pool());
    let expected = Expected {
        metadata: &metadata,
        audience: &audience,
        acs: ACS,
        request,
        now,
    };
    let key = KeyReserve::new().stand_in();
    read(message, &expected, key.signing(&CryptoThread::of_test()))
}

fn taken(message: &str) -> Assertion {
    read_for(message, Some("_q"), NOW).unwrap()
}

/// What the app is told; codes and the words before are the same everywhere.
fn refused(message: &str, request: Option<&str>, now: Timestamp) -> String {
    let refused = read_for(message, request, now).unwrap_err();
    assert_eq!(refused.code, Code::ServerError);
    let text = refused.description.unwrap();
    let text = text
        .strip_prefix("Invalid SAML response received: ")
        .unwrap();
    text.trim_end().to_owned()
}

const UNSIGNED: &str = "SAML Assertion signature is invalid.";

const UNFIT: &str = "SAML Response is invalid.";

#[test]
fn an_answer_is_signed_in_either_place_or_both() {
    let bare = assertion().replace("{signature}", "");
    let whole = |inner: &str| {
        let message = response(&format!("{{signature}}{inner}"));
        TestIdp::new(0).sign(&message, "_r")
    };
    for message in [
        response(&signed(&assertion())),
        whole(&bare),
        whole(&signed(&assertion())),
    ] {
        let read = taken(&message);
        assert_eq!(read.name_id, "ann@example.com");
        assert_eq!(read.bearing.id, "_a1");
        assert_eq!(read.attributes["mail"], "a@b");
        assert_eq!(read.attributes["groups"], "[x+y,z]");
    }
}

#[test]
fn every_fault_has_its_sentence() {
    let good = signed(&assertion());
    let with = |from: &str, to: &str| response(&signed(&assertion().replace(from, to)));
    let rows = [
        (response(&assertion().replace("{signature}", "")), UNSIGNED),
        (response(&good).replace("ann@", "bob@"), UNSIGNED),
        (
            response(&TestIdp::new(1).sign(&assertion(), "_a1")),
            UNSIGNED,
        ),
        (
            TestIdp::new(1).sign(&response(&format!("{{signature}}{good}")), "_r"),
            "SAML Response signature is invalid",
        ),
        // Elements of attacks: a second assertion beside, around or below the signed one.
        (
            response(&format!("{good}{}", assertion().replace("{signature}", ""))),
            UNFIT,
        ),
        (
            response(&format!(
                "{good}<samlp:Extensions>{}</samlp:Extensions>",
                good.replace("_a1", "_a2")
            )),
            UNFIT,
        ),
        (
            response(&format!("<samlp:Extensions>{good}</samlp:Extensions>")),
            UNFIT,
        ),
        (response(""), UNFIT),
        (good.clone(), UNFIT),
        ("<a/>".to_owned(), UNFIT),
        ("".to_owned(), UNFIT),
        (format!("<!DOCTYPE a>{}", response(&good)), UNFIT),
        (
            with("urn:amazon:cognito:sp:us-east-1_PoolHouse", "urn:other"),
            "Audience restriction",
        ),
        (with(ACS, "https://evil.example/"), UNFIT),
        (with(&format!(" Recipient=\"{ACS}\""), ""), UNFIT),
        (
            with("InResponseTo=\"_q\" ", "InResponseTo=\"_other\" "),
            UNFIT,
        ),
        (with("InResponseTo=\"_q\" ", ""), UNFIT),
        (with("ann@example.com", "ann\u{1F600}"), UNFIT),
        (with("a@b", "\u{1F600}"), UNFIT),
        (
            with(
                "https://idp.example.com</saml:Issuer>",
                "https://other</saml:Issuer>",
            ),
            UNFIT,
        ),
        (response_with(" InResponseTo=\"_other\"", &good), UNFIT),
        (
            response_with(" Destination=\"https://evil.example/\"", &good),
            UNFIT,
        ),
        (
            response(&good).replace("status:Success", "status:Responder"),
            "SAML Response status is not success: urn:oasis:names:tc:SAML:2.0:status:Responder",
        ),
    ];
    for (message, sentence) in rows {
        assert_eq!(refused(&message, Some("_q"), NOW), sentence, "{message}");
    }
    assert_eq!(
        refused(&response(&good), Some("_q"), Timestamp(NOW.0 + 3_600_000)),
        UNFIT
    );
    assert_eq!(
        refused(&response(&good), Some("_q"), Timestamp(NOW.0 - 61_000)),
        UNFIT
    );
}

#[test]
fn what_nobody_asked_for_names_no_request_and_is_young() {
    let unasked = response_with(
        "",
        &signed(&assertion().replace("InResponseTo=\"_q\" ", "")),
    );
    let minute = 60_000;
    assert!(read_for(&unasked, None, Timestamp(NOW.0 + 6 * minute - 1)).is_ok());
    assert_eq!(
        refused(&unasked, None, Timestamp(NOW.0 + 6 * minute)),
        UNFIT
    );
    assert_eq!(refused(&response(&signed(&assertion())), None, NOW), UNFIT);
    let inner = response_with("", &signed(&assertion()));
    assert_eq!(refused(&inner, None, NOW), UNFIT);
}

const XENC: &str = "http://www.w3.org/2001/04/xmlenc#";

fn wrapped(scheme: &'static OaepAlgorithm, key: &[u8]) -> String {
    let pem = KeyReserve::new()
        .stand_in()
        .signing(&CryptoThread::of_test())
        .to_pem();
    let digits: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let private = PrivateDecryptingKey::from_pkcs8(&STANDARD.decode(digits).unwrap()).unwrap();
    let public = OaepPublicEncryptingKey::new(private.public_key()).unwrap();
    let mut wrapped = vec![0; public.ciphertext_size()];
    let wrapped = public.encrypt(scheme, key, &mut wrapped, None).unwrap();
    STANDARD.encode(wrapped)
}

fn encrypted(method: &str, content: &[u8], transport: &str, key: &str) -> String {
    let content = STANDARD.encode(content);
    format!(
        "<saml:EncryptedAssertion xmlns:saml=\"{SAML}\"><xenc:EncryptedData xmlns:xenc=\"{XENC}\">\
         <xenc:EncryptionMethod Algorithm=\"{method}\"/><ds:KeyInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">\
         <xenc:EncryptedKey>{transport}<xenc:CipherData><xenc:CipherValue>{key}</xenc:CipherValue></xenc:CipherData>\
         </xenc:EncryptedKey></ds:KeyInfo><xenc:CipherData><xenc:CipherValue>{content}</xenc:CipherValue>\
         </xenc:CipherData></xenc:EncryptedData></saml:EncryptedAssertion>"
    )
}

const SHA1: &str = "<xenc:EncryptionMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p\"><ds:DigestMethod \
    Algorithm=\"http://www.w3.org/2000/09/xmldsig#sha1\"/></xenc:EncryptionMethod>";

const SHA256: &str = "<xenc:EncryptionMethod Algorithm=\"http://www.w3.org/2009/xmlenc11#rsa-oaep\"><ds:DigestMethod \
    Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"/><xenc11:MGF xmlns:xenc11=\"http://www.w3.org/2009/xmlenc11#\" \
    Algorithm=\"http://www.w3.org/2009/xmlenc11#mgf1sha256\"/></xenc:EncryptionMethod>";

fn by_cbc(plain: &str) -> String {
    let key = [7; 16];
    let cipher =
        PaddedBlockEncryptingKey::cbc_pkcs7(UnboundCipherKey::new(&AES_128, &key).unwrap())
            .unwrap();
    let mut content = plain.as_bytes().to_vec();
    let context = EncryptionContext::Iv128(FixedLength::from([9; 16]));
    cipher.less_safe_encrypt(&mut content, context).unwrap();
    let content = [&[9; 16][..], &content].concat();
    encrypted(
        "http://www.w3.org/2001/04/xmlenc#aes128-cbc",
        &content,
        SHA1,
        &wrapped(&OAEP_SHA1_MGF1SHA1, &key),
    )
}

fn by_gcm(plain: &str) -> String {
    let key = [7; 32];
    let cipher = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &key).unwrap());
    let mut content = plain.as_bytes().to_vec();
    let nonce = Nonce::assume_unique_for_key([3; 12]);
    cipher
        .seal_in_place_append_tag(nonce, Aad::empty(), &mut content)
        .unwrap();
    let content = [&[3; 12][..], &content].concat();
    encrypted(
        "http://www.w3.org/2009/xmlenc11#aes256-gcm",
        &content,
        SHA256,
        &wrapped(&OAEP_SHA256_MGF1SHA256, &key),
    )
}

#[test]
fn an_assertion_may_be_encrypted_for_the_pool() {
    let good = signed(&assertion());
    for inner in [by_cbc(&good), by_gcm(&good)] {
        assert_eq!(taken(&response(&inner)).name_id, "ann@example.com");
    }
    // Signed as a whole, and without a signature inside.
    let bare = assertion().replace("{signature}", "");
    let message = response(&format!("{{signature}}{}", by_gcm(&bare)));
    assert_eq!(
        taken(&TestIdp::new(0).sign(&message, "_r")).name_id,
        "ann@example.com"
    );
    // Prefixes of the document around it.
    let borrowed = good.replacen(&format!(" xmlns:saml=\"{SAML}\""), "", 1);
    assert_eq!(
        taken(&response(&by_gcm(&borrowed))).name_id,
        "ann@example.com"
    );
}

#[test]
fn an_encrypted_assertion_that_does_not_count_is_refused() {
    const SEALED: &str = "SAML Assertion could not be decrypted.";
    let good = signed(&assertion());
    let bare = assertion().replace("{signature}", "");
    for (inner, sentence) in [
        (by_gcm(&bare), UNSIGNED),
        (by_gcm("<a/>"), UNFIT),
        (
            by_gcm(&format!(
                "<saml:Assertion xmlns:saml=\"{SAML}\">{good}</saml:Assertion>"
            )),
            UNFIT,
        ),
        (format!("{}{good}", by_gcm(&good)), UNFIT),
        (by_gcm(&good).replace("aes256-gcm", "aes128-gcm"), SEALED),
        (by_cbc(&good).replace("aes128-cbc", "tripledes-cbc"), SEALED),
        (by_cbc(&good).replace("rsa-oaep-mgf1p", "rsa-1_5"), SEALED),
        (
            by_cbc(&good).replace("<xenc:CipherValue>", "<xenc:CipherValue>AAAA"),
            SEALED,
        ),
        (encrypted("x", b"", SHA1, ""), SEALED),
    ] {
        assert_eq!(refused(&response(&inner), Some("_q"), NOW), sentence);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// A signed answer with a byte changed, cut or doubled is refused, or says what was signed.
    #[test]
    fn no_change_of_a_signed_answer_says_something_else(place: prop::sample::Index, byte in 32_u8..127, what in 0..3) {
        let good = response(&signed(&assertion()));
        let mut bytes = good.clone().into_bytes();
        let at = place.index(bytes.len());
        match what {
            0 => bytes[at] = byte,
            1 => { bytes.remove(at); }
            _ => bytes.insert(at, byte),
        }
        let changed = String::from_utf8(bytes).unwrap();
        if let Ok(read) = read_for(&changed, Some("_q"), NOW) {
            prop_assert_eq!(read, taken(&good));
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in ".*") {
        prop_assert!(read_for(&text, Some("_q"), NOW).is_err());
    }
}
