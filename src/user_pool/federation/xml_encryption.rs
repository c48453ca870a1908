//! Encrypted assertions (W3C, <https://www.w3.org/TR/xmlenc-core1/>): a key for the content, wrapped for the
//! pool's key by RSA-OAEP, and the content by AES in CBC or GCM. PKCS#1 v1.5 and triple DES are not taken
//! (inferred).

use aws_lc_rs::aead::{self, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::cipher::{
    AES_128, AES_192, AES_256, DecryptionContext, PaddedBlockDecryptingKey, UnboundCipherKey,
};
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::rsa::{
    OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OAEP_SHA384_MGF1SHA384, OAEP_SHA512_MGF1SHA512,
    OaepAlgorithm,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::crypto::signing::SigningKey;
use crate::xml::{Document, Place};

const XENC: &str = "http://www.w3.org/2001/04/xmlenc#";

const XENC11: &str = "http://www.w3.org/2009/xmlenc11#";

const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";

/// What is told of anything that is wrong with the bytes: more would help who tries them out.
const UNREADABLE: &str = "the pool's key does not decrypt it";

/// The document in an `EncryptedAssertion`.
///
/// # Errors
/// Why it is not to be had.
pub(super) fn decrypt(
    document: &Document,
    encrypted: Place,
    key: &SigningKey,
) -> Result<String, String> {
    let data = document.one(encrypted, XENC, "EncryptedData")?;
    let content_key = content_key(document, encrypted, data, key)?;
    let method = document.one(data, XENC, "EncryptionMethod")?;
    let bytes = cipher_value(document, data)?;
    let algorithm = document.attribute(method, "Algorithm").unwrap_or_default();
    let plain = match algorithm.strip_prefix(XENC) {
        Some("aes128-cbc") => cbc(&AES_128, &content_key, &bytes),
        Some("aes192-cbc") => cbc(&AES_192, &content_key, &bytes),
        Some("aes256-cbc") => cbc(&AES_256, &content_key, &bytes),
        _ => match algorithm.strip_prefix(XENC11) {
            Some("aes128-gcm") => gcm(&aead::AES_128_GCM, &content_key, &bytes),
            Some("aes192-gcm") => gcm(&aead::AES_192_GCM, &content_key, &bytes),
            Some("aes256-gcm") => gcm(&aead::AES_256_GCM, &content_key, &bytes),
            _ => return Err(format!("the encryption {algorithm:?} is not taken")),
        },
    };
    String::from_utf8(plain.ok_or(UNREADABLE)?).map_err(|_| UNREADABLE.into())
}

/// The key of the content: in the data's KeyInfo, or beside the data, as SAML allows (2.3.4).
fn content_key(
    document: &Document,
    encrypted: Place,
    data: Place,
    key: &SigningKey,
) -> Result<Vec<u8>, String> {
    let info = document.named(data, DSIG, "KeyInfo").next();
    let inside = info.and_then(|info| document.named(info, XENC, "EncryptedKey").next());
    let wrapped = inside
        .or_else(|| document.named(encrypted, XENC, "EncryptedKey").next())
        .ok_or("it has no EncryptedKey")?;
    let method = document.one(wrapped, XENC, "EncryptionMethod")?;
    let scheme = oaep(document, method)?;
    let label = document.named(method, XENC, "OAEPparams").next();
    let label = label.map(|label| base64(document, label)).transpose()?;
    key.decrypt(scheme, &cipher_value(document, wrapped)?, label.as_deref())
        .ok_or_else(|| UNREADABLE.into())
}

fn oaep(document: &Document, method: Place) -> Result<&'static OaepAlgorithm, String> {
    let of = |place: Option<Place>| place.and_then(|place| document.attribute(place, "Algorithm"));
    let algorithm = of(Some(method)).unwrap_or_default();
    if ![
        "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p",
        "http://www.w3.org/2009/xmlenc11#rsa-oaep",
    ]
    .contains(&algorithm)
    {
        return Err(format!("the key transport {algorithm:?} is not taken"));
    }
    let hash = of(document.named(method, DSIG, "DigestMethod").next());
    let mask = of(document.named(method, XENC11, "MGF").next());
    Ok(match (hash, mask) {
        (
            None | Some("http://www.w3.org/2000/09/xmldsig#sha1"),
            None | Some("http://www.w3.org/2009/xmlenc11#mgf1sha1"),
        ) => &OAEP_SHA1_MGF1SHA1,
        (
            Some("http://www.w3.org/2001/04/xmlenc#sha256"),
            Some("http://www.w3.org/2009/xmlenc11#mgf1sha256"),
        ) => &OAEP_SHA256_MGF1SHA256,
        (
            Some("http://www.w3.org/2001/04/xmldsig-more#sha384"),
            Some("http://www.w3.org/2009/xmlenc11#mgf1sha384"),
        ) => &OAEP_SHA384_MGF1SHA384,
        (
            Some("http://www.w3.org/2001/04/xmlenc#sha512"),
            Some("http://www.w3.org/2009/xmlenc11#mgf1sha512"),
        ) => &OAEP_SHA512_MGF1SHA512,
        (hash, mask) => {
            return Err(format!(
                "the key transport with {} and {} is not taken",
                hash.unwrap_or("SHA-1"),
                mask.unwrap_or("MGF1 with SHA-1")
            ));
        }
    })
}

/// The vector stands before the content (5.2).
fn cbc(
    algorithm: &'static aws_lc_rs::cipher::Algorithm,
    key: &[u8],
    bytes: &[u8],
) -> Option<Vec<u8>> {
    let (vector, content) = bytes.split_at_checked(16)?;
    let vector: [u8; 16] = vector.try_into().ok()?;
    if content.is_empty() || content.len() % 16 != 0 {
        return None;
    }
    let key = UnboundCipherKey::new(algorithm, key).ok()?;
    let key = PaddedBlockDecryptingKey::cbc_iso10126(key).ok()?;
    let mut content = content.to_vec();
    let context = DecryptionContext::Iv128(FixedLength::from(vector));
    let plain = key.decrypt(&mut content, context).ok()?;
    Some(plain.to_vec())
}

fn gcm(algorithm: &'static aead::Algorithm, key: &[u8], bytes: &[u8]) -> Option<Vec<u8>> {
    let (nonce, content) = bytes.split_at_checked(12)?;
    let key = LessSafeKey::new(UnboundKey::new(algorithm, key).ok()?);
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    let mut content = content.to_vec();
    let plain = key.open_in_place(nonce, Aad::empty(), &mut content).ok()?;
    Some(plain.to_vec())
}

fn cipher_value(document: &Document, place: Place) -> Result<Vec<u8>, String> {
    let data = document.one(place, XENC, "CipherData")?;
    base64(document, document.one(data, XENC, "CipherValue")?)
}

fn base64(document: &Document, place: Place) -> Result<Vec<u8>, String> {
    let digits: String = document.text(place)?.split_ascii_whitespace().collect();
    STANDARD
        .decode(digits)
        .map_err(|_| format!("{} is not Base64", document.element(place).name))
}
