//! What a JWT says. Its signature is not checked.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::Given;
use crate::model::tree;
use crate::scenario::evaluation::Evaluation;

/// `claims(jwt)`.
pub(super) fn claims(given: &Given<'_>, _: &mut Evaluation<'_>) -> Result<Value, String> {
    part(given.text(0), 1).map(Value::Object)
}

/// `jwt_header(jwt)`.
pub(super) fn jwt_header(given: &Given<'_>, _: &mut Evaluation<'_>) -> Result<Value, String> {
    part(given.text(0), 0).map(Value::Object)
}

/// The header (0) or the claims (1) of a JWT.
pub(in crate::scenario) fn part(jwt: &str, which: usize) -> Result<Map<String, Value>, String> {
    let parts: Vec<&str> = jwt.split('.').collect();
    match (parts.len(), which) {
        (3, _) | (5, 0) => {}
        (5, _) => {
            return Err(
                "the token is encrypted (JWE), as refresh tokens are; only who made it can read it"
                    .into(),
            );
        }
        _ => {
            let hint = "id and access tokens are JWTs, of three parts with dots between them";
            return Err(format!("the text is no JWT; {hint}"));
        }
    }
    let name = if which == 0 { "header" } else { "claims" };
    let bytes = URL_SAFE_NO_PAD.decode(parts[which]);
    let bytes = bytes.map_err(|_| format!("the {name} of the JWT are no base64url text"))?;
    match tree::parse(&bytes) {
        Ok(Value::Object(members)) => Ok(members),
        _ => Err(format!("the {name} of the JWT are no JSON object")),
    }
}

/// Whether a text is a JWT: header, claims and signature, the first of which names an algorithm.
pub(in crate::scenario) fn is_jwt(text: &str) -> bool {
    let header = part(text, 0).is_ok_and(|header| header.get("alg").is_some_and(Value::is_string));
    let signature = text.rsplit('.').next().unwrap_or_default();
    header
        && part(text, 1).is_ok()
        && URL_SAFE_NO_PAD
            .decode(signature)
            .is_ok_and(|s| !s.is_empty())
}
