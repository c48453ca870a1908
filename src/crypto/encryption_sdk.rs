//! A message in the format of the AWS Encryption SDK, as custom senders get codes and passwords.
//!
//! "AWS Encryption SDK message format reference" and "AWS Encryption SDK algorithms reference", developer
//! guide (documented): format 1, algorithm 0x0378, which is AES-256-GCM under a key derived by HKDF-SHA384
//! and a signature by ECDSA P-384, without key commitment. That Cognito sends this one, with one data key
//! of KMS and frames of 4096 bytes, is observed.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{ECDH_P384, PrivateKey};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::hkdf::{HKDF_SHA384, KeyType, Salt};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::data_keys::{DataKeys, EncryptionContext};
use crate::entropy::{Entropy, Purpose};

/// Version 1, and the type that a message encrypted for somebody has.
const VERSION_AND_TYPE: [u8; 2] = [0x01, 0x80];

const ALGORITHM: [u8; 2] = [0x03, 0x78];

/// The name that encrypted data keys of KMS have.
const PROVIDER: &str = "aws-kms";

/// The name in the encryption context under which the signature's public key stands.
const PUBLIC_KEY: &str = "aws-crypto-public-key";

const FRAMED: u8 = 2;

const FRAME_LENGTH: u32 = 4096;

const IV: usize = 12;

/// What begins the final frame.
const FINAL_FRAME: [u8; 4] = [0xff; 4];

/// What the tag of the final frame also covers.
const FINAL_FRAME_TEXT: &[u8] = b"AWSKMSEncryptionClient Final Frame";

/// The length of a signature: the SDKs sign again until it is this one, since it is announced before.
const SIGNATURE: usize = 103;

/// The chance in a message. Drawn apart, so that what a seeded run draws does not depend on when the
/// message is made.
pub struct Chance {
    message_id: [u8; 16],
    data_key: [u8; 32],
    signer: [u8; 48],
    wrapping_nonce: [u8; 12],
}

impl Chance {
    /// Of one message.
    pub fn draw(entropy: &Entropy) -> Self {
        Self {
            message_id: entropy.bytes(Purpose::Encryption),
            data_key: entropy.bytes(Purpose::Encryption),
            signer: entropy.bytes(Purpose::Encryption),
            wrapping_nonce: entropy.bytes(Purpose::Encryption),
        }
    }
}

/// The message of `plain`, of no more than a frame, for who may use the key. `context` is what else must
/// be named to decrypt it.
///
/// # Errors
/// When the drawn private key is no number below the curve's order, once in some 2¹⁹⁰ times, or memory
/// is short.
pub fn encrypt(
    keys: &DataKeys,
    chance: &Chance,
    key_arn: &str,
    mut context: EncryptionContext,
    plain: &[u8],
) -> Result<Vec<u8>, Unspecified> {
    let private = PrivateKey::from_private_key(&ECDH_P384, &chance.signer)?;
    let public = private.compute_public_key()?;
    context.insert(
        PUBLIC_KEY.into(),
        STANDARD.encode(compressed(public.as_ref())),
    );
    let blob = keys.wrap(chance.wrapping_nonce, key_arn, &context, &chance.data_key);
    let message_key = message_key(chance)?;

    let mut message = header(chance, key_arn, &context, &blob)?;
    let mut nothing = Vec::new();
    let tag = seal(&message_key, 0, &message, &mut nothing)?;
    message.extend_from_slice(&iv(0));
    message.extend_from_slice(&tag);

    final_frame(&mut message, &message_key, chance, plain)?;

    let signer = EcdsaKeyPair::from_private_key_and_public_key(
        &ECDSA_P384_SHA384_ASN1_SIGNING,
        &chance.signer,
        public.as_ref(),
    )
    .map_err(|_rejected| Unspecified)?;
    let signature = sign(&signer, &message)?;
    put_block(&mut message, &signature)?;
    Ok(message)
}

/// A point as its x and the sign of its y (SEC 1, 2.3.3), from its x and y.
fn compressed(point: &[u8]) -> Vec<u8> {
    let x_and_y = point.get(1..).unwrap_or_default();
    let (x, y) = x_and_y.split_at(x_and_y.len() / 2);
    let sign = y.last().map_or(0, |last| last & 1);
    [&[2 | sign], x].concat()
}

struct MessageKeyLength;

impl KeyType for MessageKeyLength {
    fn len(&self) -> usize {
        32
    }
}

fn message_key(chance: &Chance) -> Result<LessSafeKey, Unspecified> {
    let info = [&ALGORITHM[..], &chance.message_id];
    let derived = Salt::new(HKDF_SHA384, &[]).extract(&chance.data_key);
    let mut key = [0; 32];
    derived.expand(&info, MessageKeyLength)?.fill(&mut key)?;
    Ok(LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &key)?))
}

/// All that the header's tag covers.
fn header(
    chance: &Chance,
    key_arn: &str,
    context: &EncryptionContext,
    blob: &[u8],
) -> Result<Vec<u8>, Unspecified> {
    let mut pairs = u16_of(context.len())?.to_vec();
    for text in context.iter().flat_map(|(name, value)| [name, value]) {
        put_block(&mut pairs, text.as_bytes())?;
    }
    let mut header = Vec::with_capacity(1024);
    header.extend_from_slice(&VERSION_AND_TYPE);
    header.extend_from_slice(&ALGORITHM);
    header.extend_from_slice(&chance.message_id);
    put_block(&mut header, &pairs)?;
    header.extend_from_slice(&u16_of(1)?);
    put_block(&mut header, PROVIDER.as_bytes())?;
    put_block(&mut header, key_arn.as_bytes())?;
    put_block(&mut header, blob)?;
    header.push(FRAMED);
    header.extend_from_slice(&[0; 4]);
    header.push(0x0c);
    header.extend_from_slice(&FRAME_LENGTH.to_be_bytes());
    Ok(header)
}

/// The only frame, which is the first and the final one.
fn final_frame(
    message: &mut Vec<u8>,
    key: &LessSafeKey,
    chance: &Chance,
    plain: &[u8],
) -> Result<(), Unspecified> {
    let sequence = 1_u32;
    let length = u32::try_from(plain.len()).map_err(|_longer| Unspecified)?;
    if length > FRAME_LENGTH {
        return Err(Unspecified);
    }
    let covered = [
        &chance.message_id[..],
        FINAL_FRAME_TEXT,
        &sequence.to_be_bytes(),
        &u64::from(length).to_be_bytes(),
    ]
    .concat();
    let mut content = plain.to_vec();
    let tag = seal(key, sequence, &covered, &mut content)?;
    message.extend_from_slice(&FINAL_FRAME);
    message.extend_from_slice(&sequence.to_be_bytes());
    message.extend_from_slice(&iv(sequence));
    message.extend_from_slice(&length.to_be_bytes());
    message.extend_from_slice(&content);
    message.extend_from_slice(&tag);
    Ok(())
}

fn sign(signer: &EcdsaKeyPair, message: &[u8]) -> Result<Vec<u8>, Unspecified> {
    // Every signature draws a number of its own, which AWS-LC chooses: half of them have the length.
    let random = SystemRandom::new();
    loop {
        let signature = signer.sign(&random, message)?;
        if signature.as_ref().len() == SIGNATURE {
            return Ok(signature.as_ref().to_vec());
        }
    }
}

/// The sequence number of a frame, 0 for the header.
fn iv(sequence: u32) -> [u8; IV] {
    let mut iv = [0; IV];
    iv[IV - 4..].copy_from_slice(&sequence.to_be_bytes());
    iv
}

fn seal(
    key: &LessSafeKey,
    sequence: u32,
    covered: &[u8],
    content: &mut [u8],
) -> Result<[u8; 16], Unspecified> {
    let nonce = Nonce::assume_unique_for_key(iv(sequence));
    let tag = key.seal_in_place_separate_tag(nonce, Aad::from(covered), content)?;
    tag.as_ref().try_into().map_err(|_other| Unspecified)
}

fn u16_of(number: usize) -> Result<[u8; 2], Unspecified> {
    let number = u16::try_from(number).map_err(|_more| Unspecified)?;
    Ok(number.to_be_bytes())
}

/// Bytes with their length before them.
fn put_block(message: &mut Vec<u8>, bytes: &[u8]) -> Result<(), Unspecified> {
    message.extend_from_slice(&u16_of(bytes.len())?);
    message.extend_from_slice(bytes);
    Ok(())
}

#[cfg(test)]
#[path = "tests/encryption_sdk.rs"]
pub(crate) mod tests;
