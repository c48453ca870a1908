//! A small reader of the format, written from its reference, which is all that these tests trust.

use aws_lc_rs::hkdf;
use aws_lc_rs::signature::{ECDSA_P384_SHA384_ASN1, UnparsedPublicKey};
use proptest::prelude::*;

use super::*;

const KEY: &str = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555";

/// What a message says.
#[derive(Debug)]
pub(crate) struct Read {
    pub key_arn: String,
    pub context: EncryptionContext,
    pub plain: Vec<u8>,
}

struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn number(&mut self, bytes: usize) -> Option<usize> {
        let fold = |number: usize, byte: &u8| number << 8 | usize::from(*byte);
        Some(self.take(bytes)?.iter().fold(0, fold))
    }

    fn block(&mut self) -> Option<&'a [u8]> {
        let length = self.number(2)?;
        self.take(length)
    }

    fn text(&mut self) -> Option<String> {
        String::from_utf8(self.block()?.to_vec()).ok()
    }
}

fn open(key: &[u8], nonce: &[u8], covered: &[u8], content: &[u8], tag: &[u8]) -> Option<Vec<u8>> {
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).ok()?);
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    let mut whole = [content, tag].concat();
    let plain = key
        .open_in_place(nonce, Aad::from(covered), &mut whole)
        .ok()?;
    Some(plain.to_vec())
}

struct Length;

impl hkdf::KeyType for Length {
    fn len(&self) -> usize {
        32
    }
}

/// Reads a message as an SDK does, with the data key from `keys`; nothing where an SDK would refuse it.
pub(crate) fn read(keys: &DataKeys, message: &[u8]) -> Option<Read> {
    let mut bytes = Bytes(message);
    (bytes.take(4)? == [1, 0x80, 3, 0x78]).then_some(())?;
    let id = bytes.take(16)?;
    let mut pairs = Bytes(bytes.block()?);
    let mut context = EncryptionContext::new();
    for _ in 0..pairs.number(2)? {
        context.insert(pairs.text()?, pairs.text()?);
    }
    (pairs.0.is_empty() && bytes.number(2)? == 1 && bytes.text()? == "aws-kms").then_some(())?;
    let key_arn = bytes.text()?;
    let unwrapped = keys.unwrap(bytes.block()?, &context)?;
    (unwrapped.key_arn == key_arn && bytes.take(10)? == [2, 0, 0, 0, 0, 12, 0, 0, 16, 0])
        .then_some(())?;

    let mut key = [0; 32];
    let salt = hkdf::Salt::new(hkdf::HKDF_SHA384, &[0; 48]);
    let info = [&[3, 0x78], id];
    let derived = salt.extract(&unwrapped.plain);
    derived.expand(&info, Length).ok()?.fill(&mut key).ok()?;
    let header = &message[..message.len() - bytes.0.len()];
    let nonce = bytes.take(12)?;
    open(&key, nonce, header, b"", bytes.take(16)?)?;

    (bytes.take(4)? == [255; 4] && bytes.number(4)? == 1).then_some(())?;
    let nonce = bytes.take(12)?;
    let length = bytes.number(4)?;
    let covered = [
        id,
        b"AWSKMSEncryptionClient Final Frame",
        &[0, 0, 0, 1],
        &u64::try_from(length).ok()?.to_be_bytes(),
    ]
    .concat();
    let content = bytes.take(length)?;
    let plain = open(&key, nonce, &covered, content, bytes.take(16)?)?;

    let signed = &message[..message.len() - bytes.0.len()];
    let signature = bytes.block()?;
    let public = STANDARD
        .decode(context.get("aws-crypto-public-key")?)
        .ok()?;
    (bytes.0.is_empty() && public.len() == 49).then_some(())?;
    let public = UnparsedPublicKey::new(&ECDSA_P384_SHA384_ASN1, public);
    public.verify(signed, signature).ok()?;
    Some(Read {
        key_arn,
        context,
        plain,
    })
}

fn keys() -> DataKeys {
    DataKeys::new(&Entropy::from_seed(1))
}

fn bound() -> EncryptionContext {
    EncryptionContext::from([("userpool-id".into(), "us-east-1_EXAMPLE".into())])
}

fn made(seed: u64, plain: &[u8]) -> Vec<u8> {
    let chance = Chance::draw(&Entropy::from_seed(seed));
    encrypt(&keys(), &chance, KEY, bound(), plain).unwrap()
}

/// All but the signature, which has a part of chance of AWS-LC's own.
#[test]
fn a_message_is_what_it_was() {
    let message = made(7, b"123456");
    let (signed, signature) = message.split_at(message.len() - SIGNATURE - 2);
    assert_eq!(signature[..2], [0, 103]);
    let text = STANDARD.encode(signed);
    assert!(text.starts_with("AYADe"), "{text}");
    assert_eq!(text, include_str!("encryption_sdk.golden").trim_end());
}

#[test]
fn a_message_names_its_key_and_its_pool() {
    let read = read(&keys(), &made(7, b"123456")).unwrap();
    assert_eq!((&*read.key_arn, &*read.plain), (KEY, &b"123456"[..]));
    let names: Vec<_> = read.context.keys().map(String::as_str).collect();
    assert_eq!(names, ["aws-crypto-public-key", "userpool-id"]);
    assert_eq!(read.context["userpool-id"], "us-east-1_EXAMPLE");
}

#[test]
fn what_is_longer_than_a_frame_is_no_message() {
    let chance = Chance::draw(&Entropy::from_seed(1));
    let encrypt = |length| encrypt(&keys(), &chance, KEY, bound(), &vec![b'x'; length]);
    assert!(encrypt(4096).is_ok());
    assert!(encrypt(4097).is_err());
}

#[test]
fn an_altered_message_is_not_read() {
    let message = made(7, b"123456");
    for at in 0..message.len() {
        let mut altered = message.clone();
        altered[at] ^= 1;
        assert!(read(&keys(), &altered).is_none(), "{at}");
    }
    assert!(read(&DataKeys::new(&Entropy::from_seed(2)), &message).is_none());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn every_message_opens(seed: u64, plain in proptest::collection::vec(any::<u8>(), 0..4097)) {
        let read = read(&keys(), &made(seed, &plain)).unwrap();
        prop_assert_eq!(read.plain, plain);
    }
}
