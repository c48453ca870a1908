//! The client's side of SRP-6a as Cognito speaks it, for users and for devices.
//!
//! It is written from the protocol as AWS's client libraries have it (`crypto/srp.rs` names them), and shares
//! with the server's side the prime and the multiplication of large numbers, nothing else: a proof that
//! the server takes was not made by what checks it.

use std::fmt;
use std::sync::LazyLock;

use aws_lc_rs::digest::{Context, SHA256};
use aws_lc_rs::{hkdf, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::Given;
use crate::clock::Timestamp;
use crate::crypto::modexp::{Modulus, Residue};
use crate::crypto::srp;
use crate::entropy::Purpose;
use crate::scenario::evaluation::Evaluation;

/// The length of N in bytes.
const LENGTH: usize = 384;

const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// The numbers that every client knows.
struct Group {
    n: Modulus,
    g: Residue,
    /// −k, where k is H(N | g).
    minus_k: Residue,
}

static GROUP: LazyLock<Group> = LazyLock::new(|| {
    let prime = srp::prime();
    let n = Modulus::new(&prime);
    let k = n.reduce(&sha256(&[&signed(&prime), &[2]]));
    // N is odd, so that its predecessor has another last byte only.
    let mut minus_one = prime;
    minus_one[LENGTH - 1] -= 1;
    let minus_k = n.mul(&k, &n.reduce(&minus_one));
    let g = n.reduce(&[2]);
    Group { n, g, minus_k }
});

/// The client's key pair of one exchange.
pub(in crate::scenario) struct Exchange {
    private: Vec<u8>,
    public: Vec<u8>,
}

impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Exchange(***)")
    }
}

/// Whose password is proven: a user of a pool, or a device of a group.
struct Identity<'a> {
    /// The pool's name, which is what follows `_` in its id; or the key of the device group.
    group: &'a str,
    /// `USER_ID_FOR_SRP`, or the key of the device.
    member: &'a str,
    password: &'a str,
}

/// `srp_a([name])`: begins the exchange of this name anew.
pub(super) fn srp_a(given: &Given<'_>, evaluation: &mut Evaluation<'_>) -> Result<Value, String> {
    let private: [u8; 32] = evaluation.play.entropy.bytes(Purpose::Srp);
    let exchange = Exchange::new(private.to_vec());
    let public = hex(&exchange.public);
    let name = given.text(0).to_owned();
    evaluation.play.exchanges.insert(name, exchange);
    Ok(public.into())
}

/// `srp_timestamp()`.
pub(super) fn srp_timestamp(
    _: &Given<'_>,
    evaluation: &mut Evaluation<'_>,
) -> Result<Value, String> {
    claim_time(evaluation.now).map(Value::from)
}

/// `srp_signature(pool_id, ChallengeParameters, password [, name])`.
pub(super) fn srp_signature(
    given: &Given<'_>,
    evaluation: &mut Evaluation<'_>,
) -> Result<Value, String> {
    let (_, group) = given.text(0).split_once('_').ok_or(
        "pool_id is no id of a user pool, which is a Region, a _ and a name, as ${pool.Id}",
    )?;
    let identity = Identity {
        group,
        member: given.member(1, "USER_ID_FOR_SRP")?,
        password: given.text(2),
    };
    proof(given, 1, given.text(3), &identity, evaluation)
}

/// `device_signature(group_key, device_key, password, ChallengeParameters [, name])`.
pub(super) fn device_signature(
    given: &Given<'_>,
    evaluation: &mut Evaluation<'_>,
) -> Result<Value, String> {
    let identity = Identity {
        group: given.text(0),
        member: given.text(1),
        password: given.text(2),
    };
    proof(given, 3, given.text(4), &identity, evaluation)
}

/// `device_verifier(group_key, device_key, password)`: `DeviceSecretVerifierConfig` of ConfirmDevice.
pub(super) fn device_verifier(
    given: &Given<'_>,
    evaluation: &mut Evaluation<'_>,
) -> Result<Value, String> {
    let salt: [u8; 16] = evaluation.play.entropy.bytes(Purpose::Srp);
    let identity = Identity {
        group: given.text(0),
        member: given.text(1),
        password: given.text(2),
    };
    let verifier = GROUP.n.pow(&GROUP.g, &identity.x(&salt));
    Ok(json!({
        "Salt": STANDARD.encode(signed(&salt)),
        "PasswordVerifier": STANDARD.encode(signed(&verifier.to_be_bytes::<LENGTH>())),
    }))
}

/// `PASSWORD_CLAIM_SIGNATURE` for a challenge, whose parameters are the argument `parameters`.
fn proof(
    given: &Given<'_>,
    parameters: usize,
    name: &str,
    identity: &Identity<'_>,
    evaluation: &Evaluation<'_>,
) -> Result<Value, String> {
    let exchange = evaluation.play.exchanges.get(name).ok_or_else(|| {
        let call = if name.is_empty() {
            "srp_a()".to_owned()
        } else {
            format!("srp_a('{name}')")
        };
        format!("no exchange of this name has begun; the SRP_A of a step above must be ${{{call}}}")
    })?;
    let number = |name: &str| {
        let text = given.member(parameters, name)?;
        unhex(text).ok_or_else(|| format!("{name} of ChallengeParameters is no hexadecimal number"))
    };
    let block = STANDARD
        .decode(given.member(parameters, "SECRET_BLOCK")?)
        .map_err(|_| "SECRET_BLOCK of ChallengeParameters is no Base64")?;
    let key = exchange.key(identity, &number("SALT")?, &number("SRP_B")?)?;
    let message = [
        identity.group.as_bytes(),
        identity.member.as_bytes(),
        &block,
        claim_time(evaluation.now)?.as_bytes(),
    ]
    .concat();
    let signature = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), &message);
    Ok(STANDARD.encode(signature).into())
}

impl Exchange {
    fn new(private: Vec<u8>) -> Self {
        let public = GROUP.n.pow(&GROUP.g, &private).to_be_bytes::<LENGTH>();
        Self {
            private,
            public: public.to_vec(),
        }
    }

    /// The key that both sides sign with: HKDF of S = (B − k·g^x)^(a + u·x), salted with u.
    fn key(&self, identity: &Identity<'_>, salt: &[u8], b: &[u8]) -> Result<[u8; 16], String> {
        let Group { n, g, minus_k } = &*GROUP;
        let x = identity.x(salt);
        let u = sha256(&[&signed(&self.public), &signed(b)]);
        let b = n.reduce(b);
        if b.is_zero() || u == [0; 32] {
            return Err("SRP_B is a multiple of N, or u is 0, which every client refuses".into());
        }
        let base = n.add(&b, &n.mul(minus_k, &n.pow(g, &x)));
        let s = n.mul(&n.pow(&base, &self.private), &n.pow(&n.pow(&base, &u), &x));
        let mut key = [0; 16];
        hkdf::Salt::new(hkdf::HKDF_SHA256, &signed(&u))
            .extract(&signed(&s.to_be_bytes::<LENGTH>()))
            .expand(&[b"Caldera Derived Key"], Sixteen)
            .and_then(|derived| derived.fill(&mut key))
            .map_err(|_| "no key could be derived")?;
        Ok(key)
    }
}

/// How long the key is.
struct Sixteen;

impl hkdf::KeyType for Sixteen {
    fn len(&self) -> usize {
        16
    }
}

impl Identity<'_> {
    /// x, what the password comes to with this salt.
    fn x(&self, salt: &[u8]) -> [u8; 32] {
        let identity = format!("{}{}:{}", self.group, self.member, self.password);
        sha256(&[&signed(salt), &sha256(&[identity.as_bytes()])])
    }
}

/// The time as `TIMESTAMP` has it: English, UTC, no zero before the day.
fn claim_time(now: Timestamp) -> Result<String, String> {
    let at = now.calendar().ok_or("the time lies outside the calendar")?;
    Ok(format!(
        "{} {} {} {:02}:{:02}:{:02} UTC {:04}",
        WEEKDAYS[usize::from(at.weekday().number_days_from_monday())],
        MONTHS[usize::from(u8::from(at.month()) - 1)],
        at.day(),
        at.hour(),
        at.minute(),
        at.second(),
        at.year(),
    ))
}

/// The bytes of a number that is not negative, as two's complement has them: none too many, and a zero in
/// front where the first bit would be the sign.
fn signed(number: &[u8]) -> Vec<u8> {
    let from = number
        .iter()
        .position(|byte| *byte != 0)
        .unwrap_or(number.len());
    let digits = &number[from..];
    let sign = digits.first().is_none_or(|first| *first > 0x7f);
    let zero: &[u8] = if sign { &[0] } else { &[] };
    [zero, digits].concat()
}

/// Hexadecimal digits, as few as the number needs.
fn hex(number: &[u8]) -> String {
    let digits: String = number.iter().map(|byte| format!("{byte:02x}")).collect();
    digits.trim_start_matches('0').to_owned()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let even = format!("{}{text}", if text.len() % 2 == 1 { "0" } else { "" });
    let pairs = even.as_bytes().chunks(2);
    let bytes = pairs.map(|pair| {
        let pair = std::str::from_utf8(pair).ok()?;
        let digits = pair.bytes().all(|digit| digit.is_ascii_hexdigit());
        digits.then(|| u8::from_str_radix(pair, 16).ok())?
    });
    bytes.collect::<Option<_>>().filter(|_| !text.is_empty())
}

fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut context = Context::new(&SHA256);
    parts.iter().for_each(|part| context.update(part));
    let mut hash = [0; 32];
    hash.copy_from_slice(context.finish().as_ref());
    hash
}

#[cfg(test)]
#[path = "tests/srp.rs"]
mod tests;
