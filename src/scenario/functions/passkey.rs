//! A software authenticator: that of the test API, which has nothing of the server's state.

use serde_json::{Value, json};

use super::Given;
use crate::control::passkeys::{Assertion, Creation};
use crate::crypto::cose_key::Algorithm;
use crate::model::tree;
use crate::scenario::evaluation::Evaluation;

const FAILED: &str = "the key could not be made, or would not sign";

/// `passkey_create(options [, name])`: a new passkey on the authenticator of this name, as the `Credential` of
/// CompleteWebAuthnRegistration.
pub(super) fn create(given: &Given<'_>, evaluation: &mut Evaluation<'_>) -> Result<Value, String> {
    let options = options(given)?;
    let mut body = json!({"options": options});
    // A key of RS256 is slow to make, and the one thing that a seed does not repeat.
    if offers_es256(&body["options"]) {
        body["algorithm"] = Algorithm::Es256.name().into();
    }
    let creation = Creation::read(&body)?;
    let play = &mut *evaluation.play;
    let authenticator = play.authenticators.entry(given.text(1).to_owned());
    creation
        .make(authenticator.or_default(), &play.entropy, evaluation.now)
        .map_err(|_| FAILED.to_owned())
}

/// `passkey_get(options [, name])`: the assertion of a passkey of the authenticator of this name, as the text
/// that `CREDENTIAL` of a challenge's answer takes.
pub(super) fn get(given: &Given<'_>, evaluation: &mut Evaluation<'_>) -> Result<Value, String> {
    let assertion = Assertion::read(&json!({"options": options(given)?}))?;
    let name = given.text(1).to_owned();
    let authenticator = evaluation.play.authenticators.get(&name).ok_or(
        "this authenticator has no passkey; a step above must register one by passkey_create, with the \
         same name",
    )?;
    let signed = assertion.sign(authenticator);
    let credential = signed.map_err(|text| text.unwrap_or_else(|| FAILED.to_owned()))?;
    Ok(credential.to_string().into())
}

/// The options, which StartWebAuthnRegistration gives as a map, and a challenge as the text of one.
fn options(given: &Given<'_>) -> Result<Value, String> {
    let options = match given.value(0) {
        Value::String(text) => tree::parse(text.as_bytes()).ok(),
        other => Some(other.clone()),
    };
    let map = options.filter(Value::is_object);
    map.ok_or_else(|| "options is no map, nor the text of one as JSON".into())
}

/// Options that offer nothing offer every algorithm (W3C WebAuthn, 5.1.3).
fn offers_es256(options: &Value) -> bool {
    let offered = options["pubKeyCredParams"].as_array();
    offered.is_none_or(|offered| {
        let id = Algorithm::Es256.id();
        offered.is_empty() || offered.iter().any(|one| one["alg"].as_i64() == Some(id))
    })
}
