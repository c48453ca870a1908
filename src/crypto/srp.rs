//! The Secure Remote Password protocol (SRP-6a) as Cognito speaks it: pure arithmetic, no clock, no chance.
//!
//! The forms are those of RFC 2945 and RFC 5054 with Cognito's own choices, observed in AWS's client
//! libraries (amazon-cognito-identity-js `AuthenticationHelper`, aws-sdk-net-extensions-cognito,
//! amplify-swift), which all agree:
//! - the 3072-bit group of RFC 3526 with generator 2 (RFC 5054 has 5), SHA-256;
//! - numbers are hashed in the form of Java's `BigInteger.toByteArray()`, not padded to the length of N;
//! - the pool's name (what follows `_` in its id) stands before the user id in the password hash;
//! - the session key is HKDF-SHA256 of S, salted with u.
//!
//! Devices (`DEVICE_SRP_AUTH`) use the same arithmetic: the device group key takes the place of the pool
//! name, the device key that of the user id.

use std::fmt;
use std::sync::LazyLock;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::{digest, hmac};

use super::modexp::{FixedBase, Modulus, Residue};

/// The length of N in bytes.
const N_LEN: usize = 384;

/// The 3072-bit prime of RFC 3526, group 15.
const N_HEX: &[u8; 2 * N_LEN] = b"\
    FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74\
    020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F1437\
    4FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED\
    EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF05\
    98DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB\
    9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B\
    E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF695581718\
    3995497CEA956AE515D2261898FA051015728E5A8AAAC42DAD33170D04507A33\
    A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7\
    ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864\
    D87602733EC86A64521F2B18177B200CBBE117577A615D6C770988C0BAD946E2\
    08E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF";

const G: u8 = 2;

const KEY_INFO: &[u8] = b"Caldera Derived Key";

/// Digits of an SRP_A that are read. Every client reduces A modulo N, which leaves 768 digits; the limit only
/// bounds the work that a caller can ask for.
const A_MAX_DIGITS: usize = 4096;

/// The group, its multiplier k, and prepared powers of g.
struct Group {
    modulus: Modulus,
    powers_of_g: FixedBase,
    k: Residue,
}

static GROUP: LazyLock<Group> = LazyLock::new(|| {
    let n = prime();
    let modulus = Modulus::new(&n);
    let powers_of_g = FixedBase::new(&modulus, &modulus.reduce(&[G]));
    let k = modulus.reduce(&sha256(&[&pad(&n), &pad(&[G])]));
    Group {
        modulus,
        powers_of_g,
        k,
    }
});

/// Prepares the group, which otherwise happens at the first exchange.
pub fn warm_up() {
    LazyLock::force(&GROUP);
}

/// The salt of a password: 128 bits, sent and hashed as a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Salt([u8; 16]);

impl Salt {
    /// Takes 16 bytes of chance, or of a stored salt.
    pub fn new(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The bytes, as they are stored.
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// The parameter `SALT`: the hex digits of a number, so leading zeros are lost (observed).
    pub fn to_hex(&self) -> String {
        integer_hex(&self.0)
    }
}

/// What is kept of a password for SRP: `g^x`.
#[derive(Clone, PartialEq, Eq)]
pub struct Verifier(Box<[u8; N_LEN]>);

impl Verifier {
    /// Reads a verifier that a client computed (`ConfirmDevice`): an unsigned big-endian number below N, of
    /// any length, other than zero.
    pub fn from_integer(bytes: &[u8]) -> Option<Self> {
        let significant = strip_zeros(bytes);
        let fits =
            significant.len() < N_LEN || significant.len() == N_LEN && *significant < prime()[..];
        if significant.is_empty() || !fits {
            return None;
        }
        let mut padded = Box::new([0; N_LEN]);
        padded[N_LEN - significant.len()..].copy_from_slice(significant);
        Some(Self(padded))
    }

    /// The number in 384 big-endian bytes, as it is stored.
    pub fn as_bytes(&self) -> &[u8; N_LEN] {
        &self.0
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Verifier(***)")
    }
}

/// The server's key pair for one sign-in. It depends on nothing else, so it can be made ahead of need.
pub struct Ephemeral {
    b: [u8; 32],
    g_b: Box<[u8; N_LEN]>,
}

impl Ephemeral {
    /// Takes a private exponent, 32 bytes of chance.
    pub fn new(b: [u8; 32]) -> Self {
        let g_b = Box::new(GROUP.powers_of_g.pow(&GROUP.modulus, &b).to_be_bytes());
        Self { b, g_b }
    }
}

impl fmt::Debug for Ephemeral {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ephemeral(***)")
    }
}

/// The client's public value A.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SrpA {
    /// As sent, without leading zeros: u is made of this form.
    bytes: Box<[u8]>,
}

impl SrpA {
    /// Reads `SRP_A`: hex digits of either case and of any number, odd ones included. `None` for anything
    /// else, and for a multiple of N, with which a client could sign in without the password (RFC 5054, 2.5.4).
    pub fn parse(hex: &str) -> Option<Self> {
        if hex.len() > A_MAX_DIGITS {
            return None;
        }
        let bytes: Box<[u8]> = strip_zeros(&decode_hex(hex)?).into();
        let residue = GROUP.modulus.reduce(&bytes);
        (!residue.is_zero()).then_some(Self { bytes })
    }
}

/// The server's public value B.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SrpB(Box<[u8; N_LEN]>);

impl SrpB {
    /// The parameter `SRP_B`: hex digits of a number, without a digit for the sign (observed).
    pub fn to_hex(&self) -> String {
        integer_hex(&self.0[..])
    }
}

/// x, what the password comes to: all that is kept of it.
///
/// The password check compares x, so a password is never stored.
pub fn password_key(pool_name: &str, user_id: &str, password: &str, salt: &Salt) -> [u8; 32] {
    let identity = sha256(&[
        pool_name.as_bytes(),
        user_id.as_bytes(),
        b":",
        password.as_bytes(),
    ]);
    sha256(&[&pad(&salt.0), &identity])
}

/// v = g^x.
pub fn verifier(x: &[u8; 32]) -> Verifier {
    Verifier(Box::new(
        GROUP.powers_of_g.pow(&GROUP.modulus, x).to_be_bytes(),
    ))
}

/// The server's first step: B = k·v + g^b.
pub fn public_b(verifier: &Verifier, ephemeral: &Ephemeral) -> SrpB {
    let n = &GROUP.modulus;
    let kv = n.mul(&GROUP.k, &n.reduce(&verifier.0[..]));
    SrpB(Box::new(
        n.add(&kv, &n.reduce(&ephemeral.g_b[..])).to_be_bytes(),
    ))
}

/// The server's second step: S = (A·v^u)^b, and of it the key K that both sides sign with.
///
/// `None` when u is zero, which SRP-6a tells both sides to refuse.
pub fn session_key(
    verifier: &Verifier,
    ephemeral: &Ephemeral,
    b: &SrpB,
    a: &SrpA,
) -> Option<[u8; 16]> {
    let u = sha256(&[&pad(&a.bytes), &pad(&b.0[..])]);
    if u == [0; 32] {
        return None;
    }
    let n = &GROUP.modulus;
    let v_u = n.pow(&n.reduce(&verifier.0[..]), &u);
    super::give_way();
    let s = n.pow(&n.mul(&n.reduce(&a.bytes), &v_u), &ephemeral.b);
    Some(derive_key(&s.to_be_bytes::<N_LEN>(), &u))
}

/// The signature that the holder of K gives: HMAC-SHA256 over pool name, user id, secret block and timestamp.
///
/// The timestamp is the canonical one of `auth::claim_timestamp`.
pub fn signature(
    key: &[u8; 16],
    pool_name: &str,
    user_id: &str,
    secret_block: &[u8],
    timestamp: &str,
) -> [u8; 32] {
    hmac_sha256(
        key,
        &[
            pool_name.as_bytes(),
            user_id.as_bytes(),
            secret_block,
            timestamp.as_bytes(),
        ],
    )
}

/// Whether the client's `PASSWORD_CLAIM_SIGNATURE` is the expected one, in constant time.
pub fn signature_matches(expected: &[u8; 32], given: &[u8]) -> bool {
    verify_slices_are_equal(expected, given).is_ok()
}

/// A number in big-endian bytes as Java's `BigInteger.toString(16)` writes it: lower case, no leading zero.
pub fn integer_hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits: String = bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .skip_while(|nibble| *nibble == 0)
        .map(|nibble| char::from(DIGITS[usize::from(nibble)]))
        .collect();
    if digits.is_empty() {
        "0".to_owned()
    } else {
        digits
    }
}

/// HKDF-SHA256 (RFC 5869) of one block, cut to 16 bytes.
fn derive_key(s: &[u8], u: &[u8; 32]) -> [u8; 16] {
    let prk = hmac_sha256(&pad(u), &[&pad(s)]);
    let block = hmac_sha256(&prk, &[KEY_INFO, &[1]]);
    let mut key = [0; 16];
    key.copy_from_slice(&block[..16]);
    key
}

/// The bytes of a positive number as Java's `BigInteger.toByteArray()` gives them: as few as possible, with
/// room for a sign bit.
fn pad(bytes: &[u8]) -> Vec<u8> {
    let significant = strip_zeros(bytes);
    let mut padded = Vec::with_capacity(significant.len() + 1);
    if significant.first().is_none_or(|top| top & 0x80 != 0) {
        padded.push(0);
    }
    padded.extend_from_slice(significant);
    padded
}

fn strip_zeros(bytes: &[u8]) -> &[u8] {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    &bytes[zeros..]
}

fn prime() -> [u8; N_LEN] {
    let mut n = [0; N_LEN];
    for (byte, pair) in n.iter_mut().zip(N_HEX.chunks_exact(2)) {
        *byte = pair
            .iter()
            .filter_map(|digit| nibble(*digit))
            .fold(0, |high, low| high << 4 | low);
    }
    n
}

/// Hex digits of a number, most significant first; an odd number of them stands for a leading zero.
fn decode_hex(hex: &str) -> Option<Vec<u8>> {
    let digits = hex
        .as_bytes()
        .iter()
        .map(|digit| nibble(*digit))
        .collect::<Option<Vec<u8>>>()?;
    if digits.is_empty() {
        return None;
    }
    let (first, pairs) = digits.as_rchunks::<2>();
    Some(
        first
            .iter()
            .copied()
            .chain(pairs.iter().map(|[high, low]| high << 4 | low))
            .collect(),
    )
}

fn nibble(digit: u8) -> Option<u8> {
    let value = char::from(digit).to_digit(16)?;
    u8::try_from(value).ok()
}

fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut context = digest::Context::new(&digest::SHA256);
    for part in parts {
        context.update(part);
    }
    let mut hash = [0; 32];
    hash.copy_from_slice(context.finish().as_ref());
    hash
}

fn hmac_sha256(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, key));
    for part in parts {
        context.update(part);
    }
    let mut tag = [0; 32];
    tag.copy_from_slice(context.sign().as_ref());
    tag
}

#[cfg(test)]
#[path = "tests/srp.rs"]
pub(crate) mod tests;
