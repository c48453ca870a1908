//! SAML 2.0 assertions (OASIS, "Assertions and Protocols for SAML V2.0"), verified against a
//! provider's metadata.

use std::collections::BTreeMap;

use super::{Fault, mapping, xml_signature};
use crate::clock::Timestamp;
use crate::crypto::x509::Certificate;
use crate::model::PoolId;
use crate::store::user_pool::identity_provider::Metadata;
use crate::xml::{Document, Place};

pub(super) const SAML: &str = "urn:oasis:names:tc:SAML:2.0:assertion";

pub(super) const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";

const BEARER: &str = "urn:oasis:names:tc:SAML:2.0:cm:bearer";

/// What a verified assertion says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assertion {
    /// The provider's entity id.
    pub issuer: String,
    /// The user's NameID.
    pub name_id: String,
    /// What is told of how it came to be, and whom it is for.
    pub bearing: Bearing,
    /// What it says of the user, by the names of the attributes.
    pub attributes: BTreeMap<String, String>,
}

/// How an assertion came to be, and whom it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bearing {
    /// Its id.
    pub id: String,
    /// When it was made.
    pub issued: Option<Timestamp>,
    /// Until when it is good.
    pub until: Timestamp,
    /// Where it may be presented.
    pub recipients: Vec<String>,
    /// The requests that it answers.
    pub in_response_to: Vec<String>,
}

/// What a pool is called as a service provider (documented).
pub fn audience(pool: &PoolId) -> String {
    format!("urn:amazon:cognito:sp:{pool}")
}

/// Verifies a document: an assertion, or a response with one assertion, either of them signed. Nothing
/// outside the signed element is read.
///
/// # Errors
/// Why it does not count.
pub fn verify(
    document: &str,
    metadata: &Metadata,
    audience: &str,
    now: Timestamp,
) -> Result<Assertion, Fault> {
    let document = Document::parse(document).map_err(Fault::Invalid)?;
    let assertion = signed(&document, metadata, now).map_err(Fault::Invalid)?;
    read(&document, assertion, metadata, audience, now)
}

/// Reads an assertion that a signature is known to cover.
///
/// # Errors
/// Why it does not count.
pub(super) fn read(
    document: &Document,
    assertion: Place,
    metadata: &Metadata,
    audience: &str,
    now: Timestamp,
) -> Result<Assertion, Fault> {
    let checked = Checked { document, now };
    let issuer = checked.issuer(assertion, metadata)?;
    let until = checked.conditions(assertion, audience)?;
    let (name_id, data) = checked.subject(assertion)?;
    let told = |name: &str| {
        let values = data
            .iter()
            .filter_map(|place| document.attribute(*place, name));
        values.map(str::to_owned).collect()
    };
    Ok(Assertion {
        issuer,
        name_id,
        bearing: Bearing {
            id: document
                .attribute(assertion, "ID")
                .unwrap_or_default()
                .to_owned(),
            issued: checked.moment(assertion, "IssueInstant")?,
            until,
            recipients: told("Recipient"),
            in_response_to: told("InResponseTo"),
        },
        attributes: checked.attributes(assertion)?,
    })
}

/// The keys that a provider signs with. Certificates that have expired sign no more (inferred).
pub(super) fn keys(metadata: &Metadata, now: Timestamp) -> Vec<&[u8]> {
    metadata
        .certificates
        .iter()
        .filter_map(|der| Certificate::read(der))
        .filter(|read| now <= Timestamp::from_seconds(read.not_after))
        .map(|read| read.public_key)
        .collect()
}

/// The one assertion of a document, once the signature is known to cover it.
fn signed(document: &Document, metadata: &Metadata, now: Timestamp) -> Result<Place, String> {
    const ROOT: Place = 0;
    let mut assertions = document
        .places()
        .filter(|place| document.is(*place, SAML, "Assertion"));
    let (Some(assertion), None) = (assertions.next(), assertions.next()) else {
        return Err("it must have one assertion, not encrypted".into());
    };
    let parent = document.element(assertion).parent;
    let in_response = parent == Some(ROOT) && document.is(ROOT, PROTOCOL, "Response");
    if assertion != ROOT && !in_response {
        return Err("the assertion is neither the root nor directly in a response".into());
    }
    let keys = keys(metadata, now);
    if in_response && !xml_signature::is_signed(document, assertion) {
        xml_signature::verify(document, ROOT, &keys)?;
        return Ok(assertion);
    }
    xml_signature::verify(document, assertion, &keys)?;
    Ok(assertion)
}

struct Checked<'a> {
    document: &'a Document,
    now: Timestamp,
}

impl Checked<'_> {
    fn one(&self, place: Place, name: &str) -> Result<Place, Fault> {
        self.document.one(place, SAML, name).map_err(Fault::Invalid)
    }

    fn named(&self, place: Place, name: &'static str) -> impl Iterator<Item = Place> {
        self.document.named(place, SAML, name)
    }

    fn text(&self, place: Place) -> Result<String, Fault> {
        let text = self.document.text(place).map_err(Fault::Invalid)?;
        Ok(text.trim().to_owned())
    }

    fn issuer(&self, assertion: Place, metadata: &Metadata) -> Result<String, Fault> {
        let issuer = self.text(self.one(assertion, "Issuer")?)?;
        if issuer != metadata.entity_id {
            return Err(Fault::invalid(format!(
                "its Issuer is not the provider's entity id, {}",
                metadata.entity_id
            )));
        }
        Ok(issuer)
    }

    /// Audience and time (2.5.1). No leeway (inferred): a test that moves the clock means it.
    fn conditions(&self, assertion: Place, audience: &str) -> Result<Timestamp, Fault> {
        let conditions = self.one(assertion, "Conditions")?;
        self.period(conditions)?;
        let Some(until) = self.moment(conditions, "NotOnOrAfter")? else {
            return Err(Fault::invalid("its Conditions have no NotOnOrAfter"));
        };
        // Of several restrictions each must hold, of the audiences of one any (2.5.1.4).
        let mut is_restricted = false;
        for restriction in self.named(conditions, "AudienceRestriction") {
            is_restricted = true;
            let mut is_named = false;
            for place in self.named(restriction, "Audience") {
                is_named |= self.text(place)? == audience;
            }
            if !is_named {
                return Err(Fault::invalid(format!(
                    "its AudienceRestriction does not name {audience}"
                )));
            }
        }
        if !is_restricted {
            return Err(Fault::invalid("its Conditions have no AudienceRestriction"));
        }
        Ok(until)
    }

    /// The NameID, which somebody who bears the assertion may use now (2.4).
    fn subject(&self, assertion: Place) -> Result<(String, Vec<Place>), Fault> {
        let subject = self.one(assertion, "Subject")?;
        let name_id = self.text(self.one(subject, "NameID")?)?;
        if name_id.is_empty() {
            return Err(Fault::invalid("its NameID is empty"));
        }
        // Documented: values with characters of four bytes are refused.
        if name_id.chars().any(|character| character.len_utf8() > 3) {
            return Err(Fault::invalid("its NameID has a character of four bytes"));
        }
        let confirmation = self
            .named(subject, "SubjectConfirmation")
            .find(|place| self.document.attribute(*place, "Method") == Some(BEARER))
            .ok_or_else(|| Fault::invalid("its Subject has no SubjectConfirmation of a bearer"))?;
        let data: Vec<Place> = self
            .named(confirmation, "SubjectConfirmationData")
            .collect();
        for place in &data {
            self.period(*place)?;
        }
        Ok((name_id, data))
    }

    /// The attributes (2.7.3). One that stands twice has all its values (inferred).
    fn attributes(&self, assertion: Place) -> Result<BTreeMap<String, String>, Fault> {
        let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for statement in self.named(assertion, "AttributeStatement") {
            for attribute in self.named(statement, "Attribute") {
                let Some(name) = self.document.attribute(attribute, "Name") else {
                    continue;
                };
                let values = found.entry(name.to_owned()).or_default();
                for value in self.named(attribute, "AttributeValue") {
                    values.push(self.text(value)?);
                }
            }
        }
        // Documented.
        let is_long = |value: &String| value.chars().any(|character| character.len_utf8() > 3);
        if let Some((name, _)) = found.iter().find(|(_, values)| values.iter().any(is_long)) {
            return Err(Fault::invalid(format!(
                "its attribute {name} has a character of four bytes"
            )));
        }
        let joined = |(name, values): (String, Vec<String>)| match &values[..] {
            [] => None,
            [one] => Some((name, one.clone())),
            several => {
                let several = several.iter().map(String::as_str);
                Some((name, mapping::several(several)))
            }
        };
        Ok(found.into_iter().filter_map(joined).collect())
    }

    fn period(&self, place: Place) -> Result<(), Fault> {
        let name = &self.document.element(place).name;
        if let Some(begins) = self.moment(place, "NotBefore")?
            && self.now < begins
        {
            return Err(Fault::invalid(format!(
                "{name} is not good yet (NotBefore)"
            )));
        }
        match self.moment(place, "NotOnOrAfter")? {
            Some(end) if self.now >= end => Err(Fault::Expired(format!(
                "{name} was good until {}, and the clock shows {}",
                end.to_rfc3339(),
                self.now.to_rfc3339()
            ))),
            _ => Ok(()),
        }
    }

    fn moment(&self, place: Place, name: &str) -> Result<Option<Timestamp>, Fault> {
        let Some(text) = self.document.attribute(place, name) else {
            return Ok(None);
        };
        let moment = Timestamp::parse_rfc3339(text.trim());
        moment
            .map(Some)
            .ok_or_else(|| Fault::invalid(format!("{name} is not a time in UTC")))
    }
}

#[cfg(test)]
#[path = "tests/assertion.rs"]
mod tests;
