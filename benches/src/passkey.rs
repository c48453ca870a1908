//! A software authenticator: one P-256 key, made and used as a browser would (W3C WebAuthn).

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::Outcome;

/// Whose passkeys the measurement's pool takes, and where its page is.
pub(crate) const RELYING_PARTY: &str = "example.com";
const ORIGIN: &str = "https://example.com";

/// User present, user verified; and that a credential follows.
const VERIFIED: u8 = 0x05;
const WITH_CREDENTIAL: u8 = VERIFIED | 0x40;

/// A passkey.
pub(crate) struct Passkey {
    key: EcdsaKeyPair,
    id: Vec<u8>,
}

impl Passkey {
    /// The credential of a pool tells the keys apart by their ids, so that each has its number.
    pub(crate) fn new(number: usize) -> Outcome<Self> {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING);
        Ok(Self {
            key: key.map_err(|_| "no P-256 key was made")?,
            id: format!("passkey{number:09}").into_bytes(),
        })
    }

    /// What `navigator.credentials.create` gives for these options: without attestation.
    pub(crate) fn create(&self, options: &Value) -> Outcome<Value> {
        let point = self.key.public_key().as_ref();
        // A point is 4, x and y.
        let (x, y) = point.get(1..).ok_or("no point")?.split_at(32);
        let mut data = authenticator_data(WITH_CREDENTIAL);
        data.extend([0; 16]);
        data.extend(u16::try_from(self.id.len())?.to_be_bytes());
        data.extend(&self.id);
        // COSE: kty EC2, alg ES256, crv P-256, x, y.
        data.extend(b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20");
        data.extend(x);
        data.extend(b"\x22\x58\x20");
        data.extend(y);
        let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".to_vec();
        object.push(u8::try_from(data.len())?);
        object.extend(data);
        let response = json!({
            "clientDataJSON": text(client_data("webauthn.create", options).as_bytes()),
            "attestationObject": text(&object), "transports": ["internal"],
        });
        Ok(self.credential(response))
    }

    /// What `navigator.credentials.get` gives for these options, as text.
    pub(crate) fn sign(&self, options: &Value) -> Outcome<String> {
        let client_data = client_data("webauthn.get", options);
        let data = authenticator_data(VERIFIED);
        let signed = [&data, digest(&SHA256, client_data.as_bytes()).as_ref()].concat();
        let signature = self.key.sign(&SystemRandom::new(), &signed);
        let response = json!({
            "clientDataJSON": text(client_data.as_bytes()),
            "authenticatorData": text(&data),
            "signature": text(signature.map_err(|_| "nothing was signed")?.as_ref()),
        });
        Ok(self.credential(response).to_string())
    }

    fn credential(&self, response: Value) -> Value {
        json!({
            "id": text(&self.id), "rawId": text(&self.id), "type": "public-key",
            "clientExtensionResults": {}, "response": response,
        })
    }
}

/// Without a count of signatures, as passkeys that are synced have it.
fn authenticator_data(flags: u8) -> Vec<u8> {
    let mut data = digest(&SHA256, RELYING_PARTY.as_bytes()).as_ref().to_vec();
    data.extend([flags, 0, 0, 0, 0]);
    data
}

fn client_data(kind: &str, options: &Value) -> String {
    json!({ "type": kind, "challenge": options["challenge"], "origin": ORIGIN, "crossOrigin": false })
        .to_string()
}

fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
