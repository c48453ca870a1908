//! Passkeys without a device: a software authenticator, by which a test without a browser registers
//! passkeys and signs in with them (W3C WebAuthn Level 3, 5.1.8, 6.3.2 and 6.3.3).
//!
//! It is at the service of whoever asks, and does what it is told: where a browser would see to it that an
//! origin fits, or that a user was verified, the test may say otherwise, to see it refused. Each passkey is
//! as on an authenticator of its own, so `excludeCredentials` excludes nothing.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::error::Unspecified;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use crate::clock::Timestamp;
use crate::crypto::cbor;
use crate::crypto::cose_key::Algorithm;
use crate::crypto::credential_key::CredentialKey;
use crate::entropy::{Entropy, Purpose};
use crate::model::{misspelled, tree};

/// Passkeys kept at most; the oldest makes room.
const MOST: usize = 1000;

const USER_PRESENT: u8 = 1;
const USER_VERIFIED: u8 = 4;
const HAS_CREDENTIAL: u8 = 64;

/// A passkey that the authenticator holds.
#[derive(Debug, Clone)]
pub struct Held {
    id: String,
    relying_party: String,
    user_handle: String,
    user_name: Option<String>,
    key: Arc<CredentialKey>,
    sign_count: u32,
    created: Timestamp,
}

impl Held {
    /// What is shown of it: all but the key.
    pub fn view(&self) -> Value {
        json!({
            "id": self.id,
            "rpId": self.relying_party,
            "userHandle": self.user_handle,
            "userName": self.user_name,
            "algorithm": self.key.algorithm().name(),
            "signCount": self.sign_count,
            "createdAt": self.created.to_rfc3339(),
        })
    }
}

/// The authenticator.
#[derive(Debug, Default)]
pub struct Authenticator {
    held: Mutex<VecDeque<Held>>,
}

impl Authenticator {
    /// All passkeys, the oldest first.
    pub fn all(&self) -> Vec<Held> {
        self.held().iter().cloned().collect()
    }

    /// The passkey of this id.
    pub fn with_id(&self, id: &str) -> Option<Held> {
        self.held().iter().find(|held| held.id == id).cloned()
    }

    /// Drops the passkey of this id; whether there was one.
    pub fn remove(&self, id: &str) -> bool {
        let mut held = self.held();
        let before = held.len();
        held.retain(|held| held.id != id);
        held.len() < before
    }

    /// Drops all, and says how many they were.
    pub fn clear(&self) -> usize {
        std::mem::take(&mut *self.held()).len()
    }

    /// Puts passkeys back in place of those that there are.
    pub fn put_back(&self, image: &[Held]) {
        *self.held() = image.iter().cloned().collect();
    }

    fn add(&self, new: Held) {
        let mut held = self.held();
        if held.len() == MOST {
            held.pop_front();
        }
        held.push_back(new);
    }

    /// The passkey that answers, with its count gone up.
    fn turn(&self, asked: &Assertion) -> Result<Held, String> {
        let mut held = self.held();
        let fits = |one: &Held| one.relying_party == asked.relying_party;
        let named = |id: &String| held.iter().position(|one| one.id == *id);
        let at = match &asked.credential {
            Some(id) => named(id).ok_or_else(|| format!("there is no passkey {id}")),
            None if asked.allowed.is_empty() => held.iter().rposition(fits).ok_or_else(|| {
                let party = &asked.relying_party;
                format!("there is no passkey for rpId {party}; make one with passkeys/create")
            }),
            None => {
                let mut allowed = asked.allowed.iter().filter_map(named);
                allowed.find(|at| fits(&held[*at])).ok_or_else(|| {
                    format!(
                        "none of allowCredentials is a passkey of here for rpId {}; those that are \
                         can be seen at /_poolhouse/passkeys",
                        asked.relying_party
                    )
                })
            }
        }?;
        let one = &mut held[at];
        one.sign_count = asked
            .sign_count
            .unwrap_or_else(|| one.sign_count.saturating_add(1));
        Ok(one.clone())
    }

    fn held(&self) -> MutexGuard<'_, VecDeque<Held>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Names of the members that both ceremonies have.
const COMMON: [&str; 4] = ["options", "origin", "userVerified", "signCount"];

/// Members of a body that both ceremonies have.
struct Common<'b> {
    options: Map<String, Value>,
    origin: Option<&'b str>,
    user_verified: bool,
    sign_count: Option<u32>,
    /// Members that only one of them has.
    others: Vec<(&'b str, &'b str)>,
}

impl<'b> Common<'b> {
    fn read(body: &'b Value, others: &[&str]) -> Result<Self, String> {
        let body = body.as_object().ok_or("the body is no JSON object")?;
        let known = || COMMON.into_iter().chain(others.iter().copied());
        if let Some(name) = body.keys().find(|name| known().all(|one| one != *name)) {
            let hint = misspelled::hint(name, known());
            return Err(format!("there is no member {name:?}; {hint}"));
        }
        let mut read = Self {
            options: options(body.get("options"))?,
            origin: None,
            user_verified: true,
            sign_count: None,
            others: Vec::new(),
        };
        for (name, value) in body {
            let text = || value.as_str().ok_or(format!("{name} must be a text"));
            match name.as_str() {
                "options" => {}
                "origin" => read.origin = Some(text()?),
                "userVerified" => {
                    let given = value.as_bool();
                    read.user_verified = given.ok_or("userVerified must be true or false")?;
                }
                "signCount" => {
                    let given = value.as_u64().and_then(|count| u32::try_from(count).ok());
                    let wrong = "signCount must be a whole number below 2^32";
                    read.sign_count = Some(given.ok_or(wrong)?);
                }
                _ => read.others.push((name, text()?)),
            }
        }
        Ok(read)
    }

    fn other(&self, name: &str) -> Option<&'b str> {
        let found = self.others.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| *value)
    }

    /// Where the ceremony is: at the relying party itself, if the test does not say otherwise.
    fn origin(&self, relying_party: &str) -> String {
        let given = self.origin.map(str::to_owned);
        given.unwrap_or_else(|| format!("https://{relying_party}"))
    }
}

/// The options, which come as an object or as the text of one.
fn options(given: Option<&Value>) -> Result<Map<String, Value>, String> {
    let given = given.ok_or("options is missing")?;
    let parsed = match given {
        Value::String(text) => tree::parse(text.as_bytes()).ok(),
        other => Some(other.clone()),
    };
    match parsed {
        Some(Value::Object(options)) => Ok(options),
        _ => Err("options is no object, nor the text of one".into()),
    }
}

/// The member of the options at a path.
fn member<'o>(options: &'o Map<String, Value>, path: &[&str]) -> Result<&'o str, String> {
    let (first, rest) = path.split_first().ok_or("no path")?;
    let found = options.get(*first);
    let found = found.and_then(|value| rest.iter().try_fold(value, |value, name| value.get(name)));
    found
        .and_then(Value::as_str)
        .filter(|text| !text.is_empty())
        .ok_or_else(|| format!("options has no text {}", path.join(".")))
}

fn base64url_member(options: &Map<String, Value>, path: &[&str]) -> Result<String, String> {
    let text = member(options, path)?;
    if URL_SAFE_NO_PAD.decode(text).is_err() {
        let name = path.join(".");
        return Err(format!("{name} of options is no base64url without padding"));
    }
    Ok(text.to_owned())
}

/// A passkey to be made.
#[derive(Debug, PartialEq, Eq)]
pub struct Creation {
    challenge: String,
    relying_party: String,
    user_handle: String,
    user_name: Option<String>,
    origin: String,
    algorithm: Algorithm,
    user_verified: bool,
    sign_count: u32,
}

impl Creation {
    /// What a body takes.
    pub const MEMBERS: &'static str = "the body takes options (the CredentialCreationOptions of \
         StartWebAuthnRegistration), and may have origin (https:// and rp.id if not given), algorithm \
         (ES256 or RS256), userVerified (true if not given) and signCount (0 if not given)";

    /// Reads a body.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(body: &Value) -> Result<Self, String> {
        let read = Common::read(body, &["algorithm"])?;
        let options = &read.options;
        let relying_party = member(options, &["rp", "id"])?.to_owned();
        Ok(Self {
            challenge: base64url_member(options, &["challenge"])?,
            user_handle: base64url_member(options, &["user", "id"])?,
            user_name: member(options, &["user", "name"]).ok().map(str::to_owned),
            origin: read.origin(&relying_party),
            algorithm: algorithm(options, read.other("algorithm"))?,
            user_verified: read.user_verified,
            sign_count: read.sign_count.unwrap_or(0),
            relying_party,
        })
    }

    /// Makes the passkey, keeps it, and gives it as a browser would: `RegistrationResponseJSON`. Slow, for
    /// it makes a key.
    ///
    /// # Errors
    /// Want of memory or of entropy.
    pub fn make(
        self,
        authenticator: &Authenticator,
        entropy: &Entropy,
        now: Timestamp,
    ) -> Result<Value, Unspecified> {
        let id: [u8; 16] = entropy.bytes(Purpose::Authenticator);
        let key = match self.algorithm {
            Algorithm::Rs256 => CredentialKey::rs256()?,
            Algorithm::Es256 => loop {
                let secret = entropy.bytes(Purpose::Authenticator);
                if let Some(key) = CredentialKey::es256(secret) {
                    break key;
                }
            },
        };
        let length = u16::try_from(id.len()).unwrap_or_default().to_be_bytes();
        let data = [
            &head(
                &self.relying_party,
                flags(self.user_verified) | HAS_CREDENTIAL,
                self.sign_count,
            )[..],
            // The model of the authenticator, which is none.
            &[0; 16],
            &length,
            &id,
            &key.cose(),
        ]
        .concat();
        let text = |text| cbor::Value::Text(text);
        let object = cbor::write(&cbor::Value::Map(vec![
            (text("fmt"), text("none")),
            (text("attStmt"), cbor::Value::Map(Vec::new())),
            (text("authData"), cbor::Value::Bytes(&data)),
        ]));
        let id = encoded(&id);
        let client_data = client_data("webauthn.create", &self.challenge, &self.origin);
        let credential = credential(
            &id,
            json!({
                "clientDataJSON": encoded(client_data.as_bytes()),
                "attestationObject": encoded(&object),
                "authenticatorData": encoded(&data),
                "publicKey": encoded(&key.spki()?),
                "publicKeyAlgorithm": key.algorithm().id(),
                "transports": ["internal"],
            }),
        );
        authenticator.add(Held {
            id,
            relying_party: self.relying_party,
            user_handle: self.user_handle,
            user_name: self.user_name,
            key: Arc::new(key),
            sign_count: self.sign_count,
            created: now,
        });
        Ok(credential)
    }
}

/// The algorithm that is asked for, if the options offer it; else the first that they offer. Options that
/// offer nothing offer both (W3C WebAuthn, 5.1.3).
fn algorithm(options: &Map<String, Value>, asked: Option<&str>) -> Result<Algorithm, String> {
    let parameters = options.get("pubKeyCredParams").and_then(Value::as_array);
    let offered: Vec<Algorithm> = match parameters {
        Some(list) if !list.is_empty() => {
            let ids = list.iter().filter_map(|one| one.get("alg")?.as_i64());
            ids.filter_map(Algorithm::of).collect()
        }
        _ => Algorithm::OFFERED.to_vec(),
    };
    let wanted = match asked {
        None => offered.first().copied(),
        Some(name) => {
            let known = Algorithm::OFFERED
                .into_iter()
                .find(|one| one.name() == name);
            let known = known.ok_or("algorithm is neither ES256 nor RS256")?;
            offered.contains(&known).then_some(known)
        }
    };
    wanted.ok_or_else(|| {
        let names: Vec<_> = offered.iter().map(|one| one.name()).collect();
        format!(
            "pubKeyCredParams of options does not offer {}; of ES256 (-7) and RS256 (-257) it has [{}]",
            asked.unwrap_or("an algorithm of here"),
            names.join(", ")
        )
    })
}

/// An assertion to be made.
#[derive(Debug, PartialEq, Eq)]
pub struct Assertion {
    challenge: String,
    relying_party: String,
    allowed: Vec<String>,
    origin: String,
    credential: Option<String>,
    user_verified: bool,
    sign_count: Option<u32>,
}

impl Assertion {
    /// What a body takes.
    pub const MEMBERS: &'static str = "the body takes options (CREDENTIAL_REQUEST_OPTIONS of the \
         challenge WEB_AUTHN, as the text that it is or as an object), and may have credentialId (which \
         passkey signs), origin (https:// and rpId if not given), userVerified (true if not given) and \
         signCount (one more than before if not given)";

    /// Reads a body.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(body: &Value) -> Result<Self, String> {
        let read = Common::read(body, &["credentialId"])?;
        let options = &read.options;
        let relying_party = member(options, &["rpId"])?.to_owned();
        let allowed = options.get("allowCredentials").and_then(Value::as_array);
        let allowed = allowed.into_iter().flatten();
        Ok(Self {
            challenge: base64url_member(options, &["challenge"])?,
            allowed: allowed
                .filter_map(|one| Some(one.get("id")?.as_str()?.to_owned()))
                .collect(),
            origin: read.origin(&relying_party),
            credential: read.other("credentialId").map(str::to_owned),
            user_verified: read.user_verified,
            sign_count: read.sign_count,
            relying_party,
        })
    }

    /// Has a passkey sign, and gives what a browser would: `AuthenticationResponseJSON`. Slow, for it
    /// signs.
    ///
    /// # Errors
    /// No passkey that could answer, and what would be right; `None` inside for want of memory or of
    /// entropy.
    pub fn sign(&self, authenticator: &Authenticator) -> Result<Value, Option<String>> {
        let held = authenticator.turn(self).map_err(Some)?;
        let flags = flags(self.user_verified);
        let data = head(&self.relying_party, flags, held.sign_count);
        let client_data = client_data("webauthn.get", &self.challenge, &self.origin);
        let hash = digest(&SHA256, client_data.as_bytes());
        let signed = [&data[..], hash.as_ref()].concat();
        let signature = held.key.sign(&signed).map_err(|Unspecified| None)?;
        Ok(credential(
            &held.id,
            json!({
                "clientDataJSON": encoded(client_data.as_bytes()),
                "authenticatorData": encoded(&data),
                "signature": encoded(&signature),
                "userHandle": held.user_handle,
            }),
        ))
    }
}

fn flags(user_verified: bool) -> u8 {
    if user_verified {
        USER_PRESENT | USER_VERIFIED
    } else {
        USER_PRESENT
    }
}

/// The beginning of authenticator data.
fn head(relying_party: &str, flags: u8, sign_count: u32) -> Vec<u8> {
    let hash = digest(&SHA256, relying_party.as_bytes());
    [hash.as_ref(), &[flags], &sign_count.to_be_bytes()].concat()
}

fn client_data(kind: &str, challenge: &str, origin: &str) -> String {
    json!({"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": false})
        .to_string()
}

fn credential(id: &str, response: Value) -> Value {
    json!({
        "id": id,
        "rawId": id,
        "type": "public-key",
        "authenticatorAttachment": "platform",
        "clientExtensionResults": {},
        "response": response,
    })
}

fn encoded(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
#[path = "tests/passkeys.rs"]
mod tests;
