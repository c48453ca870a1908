//! What a SAML provider answers (OASIS, "Assertions and Protocols for SAML V2.0", 3.3.3 and 3.7.3): a
//! response with one assertion, signed one or both, the assertion encrypted or not; and the end of a session.
//!
//! Every signature that is there must hold, and one must be there. Nothing outside what is signed is read,
//! but for what the response itself says of its status and of whom it answers, which can only make it count
//! for less.

use super::assertion::{self, Assertion, PROTOCOL, SAML};
use super::refused::Refused;
use super::{Fault, xml_encryption, xml_signature};
use crate::clock::Timestamp;
use crate::crypto::signing::SigningKey;
use crate::store::user_pool::identity_provider::Metadata;
use crate::xml::{Document, Place};

const ROOT: Place = 0;

const SUCCESS: &str = "urn:oasis:names:tc:SAML:2.0:status:Success";

/// How old an assertion is at most that nobody asked for (documented).
const UNASKED_MILLIS: i64 = 6 * 60 * 1000;

/// What an answer is held against.
pub(crate) struct Expected<'a> {
    pub(crate) metadata: &'a Metadata,
    pub(crate) audience: &'a str,
    /// Where it was to come to.
    pub(crate) acs: &'a str,
    /// The request that it answers; none for a sign-in that begins at the provider.
    pub(crate) request: Option<&'a str>,
    pub(crate) now: Timestamp,
}

/// What is wrong, in the words of the service, which are observed for the signature of an assertion and
/// documented for that of a response; the others are inferred.
fn invalid(text: &str, reason: &str) -> Refused {
    Refused::server_error(
        format!("Invalid SAML response received: {text} "),
        format!("the SAML response: {reason}"),
    )
}

fn unfit(reason: &str) -> Refused {
    invalid("SAML Response is invalid.", reason)
}

/// Reads the answer to a request to sign in.
///
/// # Errors
/// Why it does not count.
pub(crate) fn read(
    message: &str,
    expected: &Expected<'_>,
    key: &SigningKey,
) -> Result<Assertion, Refused> {
    let document = Document::parse(message).map_err(|wrong| unfit(&wrong))?;
    if !document.is(ROOT, PROTOCOL, "Response") {
        return Err(unfit("it is no Response of SAML 2.0"));
    }
    check_response(&document, expected)?;
    let keys = assertion::keys(expected.metadata, expected.now);
    let is_whole_signed = xml_signature::is_signed(&document, ROOT);
    if is_whole_signed {
        xml_signature::verify(&document, ROOT, &keys)
            // Documented.
            .map_err(|wrong| invalid("SAML Response signature is invalid", &wrong))?;
    }
    let (inner, place) = the_assertion(document, key)?;
    // A signature elsewhere is of something else, and what is not signed is not read.
    if xml_signature::is_signed(&inner, place) {
        xml_signature::verify(&inner, place, &keys)
            // Observed.
            .map_err(|wrong| invalid("SAML Assertion signature is invalid.", &wrong))?;
    } else if !is_whole_signed {
        return Err(invalid(
            "SAML Assertion signature is invalid.",
            "neither response nor assertion are signed",
        ));
    }
    let read = assertion::read(
        &inner,
        place,
        expected.metadata,
        expected.audience,
        expected.now,
    );
    let read = read.map_err(|fault| of_fault(&fault))?;
    check_bearing(&read, expected)?;
    Ok(read)
}

fn of_fault(fault: &Fault) -> Refused {
    let reason = fault.reason();
    if reason.contains("AudienceRestriction") {
        // Documented.
        return invalid("Audience restriction", reason);
    }
    unfit(reason)
}

/// What the response says of itself.
fn check_response(document: &Document, expected: &Expected<'_>) -> Result<(), Refused> {
    let status = document.one(ROOT, PROTOCOL, "Status");
    let code = status.and_then(|status| document.one(status, PROTOCOL, "StatusCode"));
    let code = code.map_err(|wrong| unfit(&wrong))?;
    let value = document.attribute(code, "Value").unwrap_or_default();
    if value != SUCCESS {
        let inner = document.named(code, PROTOCOL, "StatusCode").next();
        let inner = inner.and_then(|place| document.attribute(place, "Value"));
        return Err(invalid(
            &format!(
                "SAML Response status is not success: {}",
                inner.unwrap_or(value)
            ),
            "the provider did not sign the user in",
        ));
    }
    if let Some(to) = document.attribute(ROOT, "Destination")
        && !to.is_empty()
        && to != expected.acs
    {
        return Err(unfit(&format!(
            "its Destination is {to}, and it came to {}",
            expected.acs
        )));
    }
    check_request(document.attribute(ROOT, "InResponseTo"), expected)
}

fn check_request(told: Option<&str>, expected: &Expected<'_>) -> Result<(), Refused> {
    match (told.filter(|told| !told.is_empty()), expected.request) {
        (None, _) => Ok(()),
        (Some(told), Some(request)) if told == request => Ok(()),
        (Some(_), Some(_)) => Err(unfit("its InResponseTo names another request")),
        // Documented.
        (Some(_), None) => Err(unfit(
            "it has InResponseTo, and a sign-in that begins at the provider answers no request",
        )),
    }
}

/// The one assertion of a response, decrypted if need be, and the document that it is in.
fn the_assertion(document: Document, key: &SigningKey) -> Result<(Document, Place), Refused> {
    // Anywhere: one that hides deeper is part of an attack.
    let count = |document: &Document, name: &str| {
        let places = document.places();
        places
            .filter(|place| document.is(*place, SAML, name))
            .count()
    };
    let plain: Vec<Place> = document.named(ROOT, SAML, "Assertion").collect();
    let encrypted: Vec<Place> = document.named(ROOT, SAML, "EncryptedAssertion").collect();
    let all = count(&document, "Assertion") + count(&document, "EncryptedAssertion");
    match (&plain[..], &encrypted[..]) {
        ([one], []) if all == 1 => {
            let one = *one;
            Ok((document, one))
        }
        ([], [one]) if all == 1 => {
            let text = xml_encryption::decrypt(&document, *one, key)
                .map_err(|wrong| invalid("SAML Assertion could not be decrypted.", &wrong))?;
            let inner = alone(&document, *one, &text).map_err(|wrong| unfit(&wrong))?;
            if !inner.is(ROOT, SAML, "Assertion") || count(&inner, "Assertion") != 1 {
                return Err(unfit("what it has encrypted is not one assertion"));
            }
            Ok((inner, ROOT))
        }
        _ => Err(unfit("it must have one assertion, directly in it")),
    }
}

/// A decrypted element as a document of its own. It may use prefixes of the document that it was part of.
fn alone(outer: &Document, place: Place, text: &str) -> Result<Document, String> {
    Document::parse(text).or_else(|wrong| {
        let declared: String = outer
            .in_scope(place)
            .into_iter()
            .filter(|(prefix, _)| !prefix.is_empty())
            .map(|(prefix, namespace)| {
                format!(
                    " xmlns:{prefix}=\"{}\"",
                    crate::markup::escaped_with_whitespace(namespace)
                )
            })
            .collect();
        let text = text.trim_start();
        let end = text.find([' ', '>', '/', '\n', '\t', '\r']).ok_or(wrong)?;
        let (name, rest) = text.split_at(end);
        Document::parse(&format!("{name}{declared}{rest}"))
    })
}

/// Documented: `Recipient` is the address that the answer came to, `InResponseTo` names the request, and what
/// nobody asked for has none and is younger than six minutes.
fn check_bearing(read: &Assertion, expected: &Expected<'_>) -> Result<(), Refused> {
    let bearing = &read.bearing;
    if bearing.recipients.is_empty() || bearing.recipients.iter().any(|to| to != expected.acs) {
        return Err(unfit(&format!(
            "the Recipient of its SubjectConfirmationData is not {}",
            expected.acs
        )));
    }
    match expected.request {
        Some(request) => {
            let answers = &bearing.in_response_to;
            if answers.is_empty() || answers.iter().any(|told| told != request) {
                return Err(unfit(
                    "the InResponseTo of its SubjectConfirmationData does not name the request",
                ));
            }
        }
        None => {
            if !bearing.in_response_to.is_empty() {
                return Err(unfit(
                    "it has InResponseTo, and a sign-in that begins at the provider answers no request",
                ));
            }
            let age = bearing.issued.map(|issued| expected.now.0 - issued.0);
            if age.is_none_or(|age| age >= UNASKED_MILLIS) {
                return Err(unfit(
                    "it is six minutes old, or older, and nobody asked for it",
                ));
            }
        }
    }
    if bearing.id.is_empty() {
        return Err(unfit("the assertion has no ID"));
    }
    Ok(())
}

/// Reads the answer to a request to sign out.
///
/// # Errors
/// Why it does not count.
pub(super) fn read_sign_out(
    message: &str,
    metadata: &Metadata,
    request: &str,
    now: Timestamp,
) -> Result<(), String> {
    let document = Document::parse(message)?;
    if !document.is(ROOT, PROTOCOL, "LogoutResponse") {
        return Err("it is no LogoutResponse of SAML 2.0".into());
    }
    if document.attribute(ROOT, "InResponseTo") != Some(request) {
        return Err("its InResponseTo names another request".into());
    }
    if xml_signature::is_signed(&document, ROOT) {
        xml_signature::verify(&document, ROOT, &assertion::keys(metadata, now))?;
    }
    Ok(())
}

#[cfg(test)]
#[path = "tests/saml_response.rs"]
mod tests;
