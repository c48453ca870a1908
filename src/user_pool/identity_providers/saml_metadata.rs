//! A SAML provider's metadata document, read and checked.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{Namespace, ResolveResult};
use quick_xml::reader::NsReader;

use crate::clock::Timestamp;
use crate::crypto::x509::Certificate;
use crate::error::{CognitoError, Refusal};
use crate::store::user_pool::identity_provider::Metadata;

const METADATA: &str = "urn:oasis:names:tc:SAML:2.0:metadata";

const SIGNATURE: &str = "http://www.w3.org/2000/09/xmldsig#";

const REDIRECT: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";

/// Documented.
const LONGEST_CERTIFICATE: usize = 4096;

/// The sentence is reported (ory/mocksaml#103).
pub(super) fn unreadable(fault: String) -> CognitoError {
    Refusal::MetadataUnreadable.because(fault)
}

/// The sentence is observed (terraform-provider-aws#36912); that one good certificate is enough is
/// inferred.
pub(super) fn check_certificates(metadata: &Metadata, now: Timestamp) -> Result<(), CognitoError> {
    let expiries: Option<Vec<Timestamp>> = metadata
        .certificates
        .iter()
        .map(|der| Certificate::read(der).map(|read| Timestamp::from_seconds(read.not_after)))
        .collect();
    let Some(expiries) = expiries else {
        return Err(unreadable(
            "an X509Certificate of the metadata is not an X.509 certificate".into(),
        ));
    };
    match expiries.iter().max() {
        None => Err(unreadable(
            "the IDPSSODescriptor has no KeyDescriptor for signing with an X509Certificate".into(),
        )),
        Some(last) if *last < now => Refusal::SigningCertificatesExpired.refuse(format!(
            "the last signing certificate of the metadata expired at {}",
            last.to_rfc3339()
        )),
        Some(_) => Ok(()),
    }
}

impl Metadata {
    /// Reads the first identity provider that a document describes.
    ///
    /// # Errors
    /// What is wrong with the document, for a reason.
    pub fn parse(document: &str) -> Result<Self, String> {
        let mut reader = NsReader::from_str(document);
        let mut reading = Reading::default();
        let mut depth = 0_usize;
        loop {
            let (namespace, event) = reader
                .read_resolved_event()
                .map_err(|fault| format!("the metadata is not well-formed XML: {fault}"))?;
            let namespace = match namespace {
                ResolveResult::Bound(Namespace(namespace)) => namespace,
                ResolveResult::Unbound | ResolveResult::Unknown(_) => "",
            };
            match event {
                Event::Start(element) => {
                    depth += 1;
                    reading.open(namespace, &element)?;
                }
                Event::Empty(element) => {
                    reading.open(namespace, &element)?;
                    reading.close(namespace, element.local_name().as_ref())?;
                }
                Event::End(element) => {
                    depth = depth.saturating_sub(1);
                    reading.close(namespace, element.local_name().as_ref())?;
                }
                Event::Text(text) => reading.text.push_str(&text),
                Event::CData(text) => reading.text.push_str(&text),
                // No metadata needs one, and entities in it may grow without bound.
                Event::DocType(_) => return Err("the metadata has a DOCTYPE".into()),
                Event::Eof => break,
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::GeneralRef(_) => {}
            }
        }
        if depth > 0 {
            return Err("the metadata ends within an element".into());
        }
        reading.finish()
    }
}

/// How far a document is read.
#[derive(Default)]
struct Reading {
    metadata: Metadata,
    /// The entity that is being read.
    entity_id: Option<String>,
    /// Whether the provider's descriptor is being read, and whether it was.
    inside: bool,
    done: bool,
    /// Whether the key being read is one that the provider signs with.
    signs: bool,
    text: String,
}

impl Reading {
    fn open(&mut self, namespace: &str, element: &BytesStart<'_>) -> Result<(), String> {
        self.text.clear();
        match (namespace, element.local_name().as_ref()) {
            (METADATA, "EntityDescriptor") => self.entity_id = attribute(element, "entityID")?,
            (METADATA, "IDPSSODescriptor") if !self.done => {
                self.inside = true;
                self.metadata.entity_id = self
                    .entity_id
                    .clone()
                    .ok_or("the EntityDescriptor has no entityID")?;
            }
            (METADATA, "KeyDescriptor") => {
                // Without a use, a key serves both.
                self.signs = attribute(element, "use")?.is_none_or(|it| it == "signing");
            }
            (METADATA, "SingleSignOnService") if self.inside => {
                if let Some(place) = redirect(element)?
                    && self.metadata.sso_redirect.is_empty()
                {
                    self.metadata.sso_redirect = place;
                }
            }
            (METADATA, "SingleLogoutService") if self.inside => {
                let place = redirect(element)?;
                self.metadata.slo_redirect = self.metadata.slo_redirect.take().or(place);
            }
            _ => {}
        }
        Ok(())
    }

    fn close(&mut self, namespace: &str, name: &str) -> Result<(), String> {
        match (namespace, name) {
            (METADATA, "IDPSSODescriptor") if self.inside => {
                self.inside = false;
                self.done = true;
            }
            (SIGNATURE, "X509Certificate") if self.inside && self.signs => {
                let digits: String = self.text.split_ascii_whitespace().collect();
                if digits.len() > LONGEST_CERTIFICATE {
                    return Err(format!(
                        "a certificate has more than {LONGEST_CERTIFICATE} characters"
                    ));
                }
                let der = STANDARD
                    .decode(digits)
                    .map_err(|_| "an X509Certificate is not Base64")?;
                self.metadata.certificates.push(der);
            }
            _ => {}
        }
        Ok(())
    }

    fn finish(self) -> Result<Metadata, String> {
        if !self.done {
            return Err(format!(
                "the document has no IDPSSODescriptor of {METADATA}"
            ));
        }
        if self.metadata.sso_redirect.is_empty() {
            return Err(format!(
                "the IDPSSODescriptor has no SingleSignOnService with the binding {REDIRECT}"
            ));
        }
        Ok(self.metadata)
    }
}

/// Where a service takes requests by redirect; none for another binding.
fn redirect(element: &BytesStart<'_>) -> Result<Option<String>, String> {
    if attribute(element, "Binding")?.as_deref() != Some(REDIRECT) {
        return Ok(None);
    }
    attribute(element, "Location")
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Result<Option<String>, String> {
    let fault =
        |fault: &dyn std::fmt::Display| format!("the metadata has a bad attribute: {fault}");
    let found = element
        .try_get_attribute(name)
        .map_err(|error| fault(&error))?;
    let Some(found) = found else { return Ok(None) };
    let value = found
        .normalized_value(XmlVersion::Implicit1_0)
        .map_err(|error| fault(&error))?;
    Ok(Some(value.into_owned()))
}
