//! JSON web tokens, signed ones in compact serialization (RFC 7515, RFC 7519).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use crate::clock::Timestamp;
use crate::model::tree;

/// A token taken apart. Nothing about it is verified.
pub struct Jwt<'a> {
    /// The signature's algorithm.
    pub alg: String,
    /// The key's id.
    pub kid: Option<String>,
    /// What it claims.
    pub claims: Map<String, Value>,
    /// What the signature is about.
    pub signed: &'a [u8],
    /// The signature.
    pub signature: Vec<u8>,
}

impl<'a> Jwt<'a> {
    /// Takes a token apart.
    ///
    /// # Errors
    /// What is wrong with its form, for a reason.
    pub fn parse(token: &'a str) -> Result<Self, &'static str> {
        const NOT_A_JWT: &str = "it is no JWT of three parts in base64url";
        let (signed, signature) = token.rsplit_once('.').ok_or(NOT_A_JWT)?;
        let (header, claims) = signed.split_once('.').ok_or(NOT_A_JWT)?;
        let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| NOT_A_JWT);
        let object = |part: &str| -> Result<Map<String, Value>, &'static str> {
            match tree::parse(&decode(part)?) {
                Ok(Value::Object(members)) => Ok(members),
                Ok(_) | Err(_) => Err("header and claims of a JWT are JSON objects"),
            }
        };
        let header = object(header)?;
        // An extension that must be understood and is not (RFC 7515, 4.1.11).
        if header.contains_key("crit") {
            return Err("its header names critical extensions, and none is supported");
        }
        let text = |name: &str| header.get(name).and_then(Value::as_str).map(str::to_owned);
        Ok(Self {
            alg: text("alg").ok_or("its header names no algorithm")?,
            kid: text("kid"),
            claims: object(claims)?,
            signed: signed.as_bytes(),
            signature: decode(signature)?,
        })
    }

    /// A claim that is a text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.claims.get(name).and_then(Value::as_str)
    }

    /// A claim that is a moment, in whole seconds (RFC 7519, section 2: a number, perhaps with a
    /// fraction).
    pub fn moment(&self, name: &str) -> Option<Timestamp> {
        let claim = self.claims.get(name)?;
        // A year beyond all calendars is as good as any: it saturates.
        let seconds = claim
            .as_i64()
            .or_else(|| claim.as_f64().map(|seconds| seconds as i64))?;
        Some(Timestamp::from_seconds(seconds.clamp(-1 << 40, 1 << 40)))
    }

    /// Whether a claim is this text, or a list with it.
    pub fn names(&self, claim: &str, wanted: &str) -> bool {
        match self.claims.get(claim) {
            Some(Value::String(one)) => one == wanted,
            Some(Value::Array(list)) => list.iter().any(|one| one.as_str() == Some(wanted)),
            _ => false,
        }
    }

    /// The scopes that it grants: one text with spaces between (RFC 8693, 4.2), or a list.
    pub fn scopes(&self) -> Vec<String> {
        match self.claims.get("scope") {
            Some(Value::String(text)) => text.split_ascii_whitespace().map(str::to_owned).collect(),
            Some(Value::Array(list)) => list
                .iter()
                .filter_map(|one| one.as_str().map(str::to_owned))
                .collect(),
            _ => Vec::new(),
        }
    }
}
