//! An authenticator of the tests' own.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};

use super::{ORIGIN, RP};
use crate::crypto::credential_key::CredentialKey;
use crate::store::user_pool::passkey::{as_base64url, base64url};

/// User present and verified, with a credential.
const FLAGS: u8 = 0b0100_0101;

pub fn cbor_bytes(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap().to_be_bytes();
    [&[0x59], &length[..], bytes].concat()
}

/// A COSE key of ES256 from an uncompressed point.
pub fn es256(point: &[u8]) -> Vec<u8> {
    [
        b"\xa5\x01\x02\x03\x26\x20\x01\x21".as_slice(),
        &cbor_bytes(&point[1..33]),
        b"\x22",
        &cbor_bytes(&point[33..]),
    ]
    .concat()
}

/// The generator of P-256: a point of the curve, whose key nobody needs.
fn generator() -> Vec<u8> {
    base64url(
        "BGsX0fLhLEJH-Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWT-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU",
    )
    .unwrap()
}

/// A new credential, right unless a test changes a part of it.
pub struct Made {
    pub challenge: Value,
    pub kind: &'static str,
    pub origin: &'static str,
    pub rp: &'static str,
    pub flags: u8,
    pub id: Vec<u8>,
    pub key: Vec<u8>,
    pub behind: Vec<u8>,
    pub format: &'static str,
    pub statement: Vec<u8>,
}

impl Made {
    pub fn for_options(options: &Value) -> Self {
        Self {
            challenge: options["challenge"].clone(),
            kind: "webauthn.create",
            origin: ORIGIN,
            rp: RP,
            flags: FLAGS,
            id: vec![7; 16],
            key: es256(&generator()),
            behind: Vec::new(),
            format: "none",
            statement: vec![0xa0],
        }
    }

    fn data(&self) -> Vec<u8> {
        let hash = digest(&SHA256, self.rp.as_bytes());
        let length = u16::try_from(self.id.len()).unwrap().to_be_bytes();
        [
            hash.as_ref(),
            &[self.flags],
            &[0, 0, 0, 9],
            &[0; 16],
            &length,
            &self.id,
            &self.key,
            &self.behind,
        ]
        .concat()
    }

    fn client_data(&self) -> String {
        json!({"type": self.kind, "challenge": self.challenge, "origin": self.origin}).to_string()
    }

    /// A packed statement without a certificate: the key signs itself.
    pub fn attest_itself(&mut self) {
        let random = SystemRandom::new();
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
        self.key = es256(pair.public_key().as_ref());
        let hash = digest(&SHA256, self.client_data().as_bytes());
        let signed = [self.data().as_slice(), hash.as_ref()].concat();
        let signature = pair.sign(&random, &signed).unwrap();
        self.format = "packed";
        self.statement = [
            b"\xa2\x63alg\x26\x63sig".as_slice(),
            &cbor_bytes(signature.as_ref()),
        ]
        .concat();
    }

    pub fn json(&self) -> Value {
        let object = [
            b"\xa3\x63fmt".as_slice(),
            &[0x60 | u8::try_from(self.format.len()).unwrap()],
            self.format.as_bytes(),
            b"\x67attStmt",
            &self.statement,
            b"\x68authData",
            &cbor_bytes(&self.data()),
        ]
        .concat();
        json!({
            "id": as_base64url(&self.id),
            "rawId": as_base64url(&self.id),
            "type": "public-key",
            "clientExtensionResults": {},
            "authenticatorAttachment": "platform",
            "response": {
                "clientDataJSON": as_base64url(self.client_data().as_bytes()),
                "attestationObject": as_base64url(&object),
                "transports": ["internal"],
            },
        })
    }
}

/// An assertion, right unless a test changes a part of it.
pub struct Signed {
    pub challenge: String,
    pub kind: &'static str,
    pub origin: &'static str,
    pub rp: &'static str,
    pub flags: u8,
    pub count: u32,
    pub id: Vec<u8>,
    pub behind: Vec<u8>,
    pub user_handle: Option<String>,
    /// What is turned over in the signature.
    pub flip: u8,
}

impl Signed {
    /// By the passkey of this id, in the name of nobody.
    pub fn new(challenge: &[u8], id: &[u8]) -> Self {
        Self {
            challenge: as_base64url(challenge),
            kind: "webauthn.get",
            origin: ORIGIN,
            rp: RP,
            flags: 0b0000_0101,
            count: 10,
            id: id.to_vec(),
            behind: Vec::new(),
            user_handle: None,
            flip: 0,
        }
    }

    pub fn json(&self, key: &CredentialKey) -> Value {
        let hash = digest(&SHA256, self.rp.as_bytes());
        let data = [
            hash.as_ref(),
            &[self.flags],
            &self.count.to_be_bytes(),
            &self.behind,
        ]
        .concat();
        let client_data =
            json!({"type": self.kind, "challenge": self.challenge, "origin": self.origin})
                .to_string();
        let signed = [
            data.as_slice(),
            digest(&SHA256, client_data.as_bytes()).as_ref(),
        ]
        .concat();
        let mut signature = key.sign(&signed).unwrap();
        *signature.last_mut().unwrap() ^= self.flip;
        json!({
            "id": as_base64url(&self.id),
            "rawId": as_base64url(&self.id),
            "type": "public-key",
            "clientExtensionResults": {},
            "authenticatorAttachment": "platform",
            "response": {
                "clientDataJSON": as_base64url(client_data.as_bytes()),
                "authenticatorData": as_base64url(&data),
                "signature": as_base64url(&signature),
                "userHandle": self.user_handle,
            },
        })
    }
}
