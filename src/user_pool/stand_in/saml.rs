//! The stand-in as a SAML 2.0 identity provider: its metadata, and what it answers to requests.

use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use time::{Date, Month, OffsetDateTime, Time};

use super::page::{self, Form};
use super::person::{Choice, Played, choice};
use super::{ORIGIN, Shown, value, with_key};
use crate::clock::LAST;
use crate::context::Context;
use crate::control::people::Person;
use crate::crypto::self_signed;
use crate::crypto::signing::SigningKey;
use crate::entropy::Purpose;
use crate::error::{CognitoError, Refusal};
use crate::markup::escaped_with_whitespace as escaped;
use crate::model::cognito_idp::IdentityProviderTypeType as Kind;
use crate::outbound::Url;
use crate::saml_binding;
use crate::xml::Document;
use crate::xml::canonical::canonicalize;

const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";

const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";

const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";

const SUCCESS: &str = "urn:oasis:names:tc:SAML:2.0:status:Success";

/// How long an assertion is good.
const LIFE: Duration = Duration::from_secs(5 * 60);

/// What it is called.
pub(crate) fn entity_id() -> String {
    format!("{ORIGIN}/saml/metadata")
}

/// Its certificate in DER.
pub(crate) async fn certificate(cx: &Context) -> Result<Vec<u8>, CognitoError> {
    let made = with_key(cx, |key| {
        let from = Date::from_calendar_date(2020, Month::January, 1).ok()?;
        let from = OffsetDateTime::new_utc(from, Time::MIDNIGHT);
        self_signed::certificate(key, "idp.poolhouse.test", from, LAST.calendar()?)
    });
    made.await?
        .ok_or_else(|| Refusal::Internal.because("the stand-in's certificate cannot be made"))
}

/// Its metadata.
pub(super) async fn metadata(cx: &Context) -> Result<String, CognitoError> {
    const REDIRECT: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";
    let certificate = STANDARD.encode(certificate(cx).await?);
    Ok(format!(
        "<EntityDescriptor xmlns=\"urn:oasis:names:tc:SAML:2.0:metadata\" entityID=\"{}\"><IDPSSODescriptor \
         protocolSupportEnumeration=\"{PROTOCOL}\"><KeyDescriptor use=\"signing\"><KeyInfo xmlns=\"{DSIG}\">\
         <X509Data><X509Certificate>{certificate}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>\
         <SingleLogoutService Binding=\"{REDIRECT}\" Location=\"{ORIGIN}/saml/logout\"/>\
         <NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress</NameIDFormat>\
         <SingleSignOnService Binding=\"{REDIRECT}\" Location=\"{ORIGIN}/saml/sso\"/></IDPSSODescriptor>\
         </EntityDescriptor>",
        entity_id()
    ))
}

/// Who asks, and for what.
struct Asked {
    id: Option<String>,
    acs: String,
    sp: String,
}

/// Reads a request, or what stands in its place for a sign-in that begins here: `acs` and `sp`.
fn asked(given: &[(String, String)]) -> Result<Asked, String> {
    let Some(request) = value(given, "SAMLRequest") else {
        let of = |name: &str| {
            let found = value(given, name).map(str::to_owned);
            found.ok_or_else(|| {
                "SAMLRequest is missing; a sign-in that begins here names the pool's address as acs \
                 (…/saml2/idpresponse) and its entity id as sp (urn:amazon:cognito:sp:POOL)"
                    .to_owned()
            })
        };
        return Ok(Asked {
            id: None,
            acs: of("acs")?,
            sp: of("sp")?,
        });
    };
    let document = request_of(request)?;
    let acs = document.attribute(0, "AssertionConsumerServiceURL");
    Ok(Asked {
        id: document.attribute(0, "ID").map(str::to_owned),
        acs: acs
            .ok_or("the request has no AssertionConsumerServiceURL")?
            .to_owned(),
        sp: document.text(document.one(0, ASSERTION, "Issuer")?)?,
    })
}

fn request_of(text: &str) -> Result<Document, String> {
    let message = saml_binding::inflated(text).map_err(|wrong| format!("SAMLRequest: {wrong}"))?;
    Document::parse(&message).map_err(|wrong| format!("SAMLRequest: {wrong}"))
}

/// The single sign-on service, and the form of its page.
pub(crate) async fn sign_on(
    cx: &Context,
    given: &[(String, String)],
    is_posted: bool,
) -> Result<Shown, CognitoError> {
    let asked = match asked(given) {
        Ok(asked) if Url::parse(&asked.acs).is_ok() => asked,
        Ok(_) => {
            return Ok(Shown::Wrong(
                "The address of the answer is no http or https address.".into(),
            ));
        }
        Err(wrong) => return Ok(Shown::Wrong(wrong)),
    };
    let played = Played::read(given, Kind::Saml);
    let ask =
        |fault: Option<&str>| Shown::Page(page::ask(cx, &played, given, &["saml", "sso"], fault));
    let assertion = match choice(cx, given, is_posted) {
        Ok(Choice::Ask) => return Ok(ask(None)),
        Err(wrong) => return Ok(ask(Some(&wrong))),
        Ok(Choice::Person(person)) => Some(assertion(cx, &asked, &played, &person)),
        Ok(Choice::Error { .. }) => None,
    };
    let response = response(cx, &asked, assertion).await?;
    Ok(posting(given, &asked.acs, &response))
}

fn posting(given: &[(String, String)], to: &str, response: &str) -> Shown {
    let response = STANDARD.encode(response);
    let mut fields = vec![("SAMLResponse", response.as_str())];
    fields.extend(value(given, "RelayState").map(|state| ("RelayState", state)));
    Shown::Page(page::posting(&Form {
        to,
        fields: &fields,
    }))
}

fn id(cx: &Context) -> String {
    format!("_{}", cx.entropy.uuid(Purpose::Requests))
}

/// An assertion with its id, the place of its signature marked.
fn assertion(cx: &Context, asked: &Asked, played: &Played, person: &Person) -> (String, String) {
    let id = id(cx);
    let now = cx.now();
    let (now, until) = (now.to_rfc3339(), now.plus(LIFE).to_rfc3339());
    let (acs, sp) = (escaped(&asked.acs), escaped(&asked.sp));
    let answers = asked
        .id
        .as_ref()
        .map(|id| format!(" InResponseTo=\"{}\"", escaped(id)))
        .unwrap_or_default();
    let subject = escaped(&played.subject(person));
    let assertion = format!(
        "<saml:Assertion xmlns:saml=\"{ASSERTION}\" ID=\"{id}\" IssueInstant=\"{now}\" Version=\"2.0\">\
         <saml:Issuer>{}</saml:Issuer>{{signature}}<saml:Subject><saml:NameID \
         Format=\"urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress\">{subject}</saml:NameID>\
         <saml:SubjectConfirmation Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\"><saml:SubjectConfirmationData\
         {answers} NotOnOrAfter=\"{until}\" Recipient=\"{acs}\"></saml:SubjectConfirmationData>\
         </saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore=\"{now}\" NotOnOrAfter=\"{until}\">\
         <saml:AudienceRestriction><saml:Audience>{sp}</saml:Audience></saml:AudienceRestriction></saml:Conditions>\
         <saml:AuthnStatement AuthnInstant=\"{now}\" SessionIndex=\"{id}\"><saml:AuthnContext>\
         <saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified</saml:AuthnContextClassRef>\
         </saml:AuthnContext></saml:AuthnStatement><saml:AttributeStatement>{}</saml:AttributeStatement>\
         </saml:Assertion>",
        entity_id(),
        attributes(played, person)
    );
    (id, assertion)
}

/// Each claim by its short name and, where there is one, by the address that directories name it by.
fn attributes(played: &Played, person: &Person) -> String {
    const CLAIMS: &str = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims";
    const NAMED: [(&str, &str); 4] = [
        ("email", "emailaddress"),
        ("name", "name"),
        ("given_name", "givenname"),
        ("family_name", "surname"),
    ];
    let mut out = String::new();
    for (name, claim) in played.claims(person) {
        let values: Vec<String> = match claim {
            Value::Null => continue,
            Value::String(text) => vec![text],
            Value::Array(list) => list
                .iter()
                .map(|value| {
                    value
                        .as_str()
                        .map_or_else(|| value.to_string(), str::to_owned)
                })
                .collect(),
            other @ (Value::Bool(_) | Value::Number(_) | Value::Object(_)) => {
                vec![other.to_string()]
            }
        };
        let long = NAMED.iter().find(|(short, _)| *short == name);
        let long = long.map(|(_, tail)| format!("{CLAIMS}/{tail}"));
        for name in [Some(name), long].into_iter().flatten() {
            out.push_str(&format!("<saml:Attribute Name=\"{}\">", escaped(&name)));
            for value in &values {
                out.push_str(&format!(
                    "<saml:AttributeValue>{}</saml:AttributeValue>",
                    escaped(value)
                ));
            }
            out.push_str("</saml:Attribute>");
        }
    }
    out
}

/// The response, with the assertion signed; without one it says that nobody was authenticated.
async fn response(
    cx: &Context,
    asked: &Asked,
    assertion: Option<(String, String)>,
) -> Result<String, CognitoError> {
    let status = match assertion {
        Some(_) => format!("<samlp:StatusCode Value=\"{SUCCESS}\"/>"),
        None => "<samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:Responder\"><samlp:StatusCode \
                 Value=\"urn:oasis:names:tc:SAML:2.0:status:AuthnFailed\"/></samlp:StatusCode>"
            .to_owned(),
    };
    let signed = match assertion {
        Some((id, assertion)) => sign(cx, assertion, id).await?,
        None => String::new(),
    };
    let answers = asked
        .id
        .as_ref()
        .map(|id| format!(" InResponseTo=\"{}\"", escaped(id)))
        .unwrap_or_default();
    Ok(format!(
        "<samlp:Response xmlns:samlp=\"{PROTOCOL}\" ID=\"{}\" Version=\"2.0\" IssueInstant=\"{}\" \
         Destination=\"{}\"{answers}><saml:Issuer xmlns:saml=\"{ASSERTION}\">{}</saml:Issuer>\
         <samlp:Status>{status}</samlp:Status>{signed}</samlp:Response>",
        id(cx),
        cx.now().to_rfc3339(),
        escaped(&asked.acs),
        entity_id()
    ))
}

/// Signs the root of a document with `{signature}` where its signature belongs.
async fn sign(cx: &Context, document: String, id: String) -> Result<String, CognitoError> {
    let signature = {
        let bare = document.replacen("{signature}", "", 1);
        with_key(cx, move |key| signature(key, &bare, &id)).await?
    };
    let signature = signature.map_err(|wrong| {
        Refusal::Internal.because(format!("the stand-in's own document: {wrong}"))
    })?;
    Ok(document.replacen("{signature}", &signature, 1))
}

fn signature(key: &SigningKey, document: &str, id: &str) -> Result<String, String> {
    let canonical = canonicalize(&Document::parse(document)?, 0, None, &[]);
    let hash = STANDARD.encode(digest(&SHA256, canonical.as_bytes()));
    // In canonical form as it stands, but for the declaration of its prefix.
    let info = |declared: &str| {
        format!(
            "<ds:SignedInfo{declared}><ds:CanonicalizationMethod \
             Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"></ds:CanonicalizationMethod><ds:SignatureMethod \
             Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256\"></ds:SignatureMethod><ds:Reference \
             URI=\"#{id}\"><ds:Transforms><ds:Transform \
             Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"></ds:Transform><ds:Transform \
             Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"></ds:Transform></ds:Transforms><ds:DigestMethod \
             Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"></ds:DigestMethod><ds:DigestValue>{hash}\
             </ds:DigestValue></ds:Reference></ds:SignedInfo>"
        )
    };
    let value = STANDARD.encode(key.sign(info(&format!(" xmlns:ds=\"{DSIG}\"")).as_bytes()));
    Ok(format!(
        "<ds:Signature xmlns:ds=\"{DSIG}\">{}<ds:SignatureValue>{value}</ds:SignatureValue></ds:Signature>",
        info("")
    ))
}

/// The single logout service: everybody is signed out at once. It answers to the address that the pool adds
/// as `acs`, for a request names none.
pub(crate) async fn sign_out(
    cx: &Context,
    given: &[(String, String)],
) -> Result<Shown, CognitoError> {
    let request = value(given, "SAMLRequest").ok_or("SAMLRequest is missing".to_owned());
    let document = match request.and_then(request_of) {
        Ok(document) => document,
        Err(wrong) => return Ok(Shown::Wrong(wrong)),
    };
    let Some(to) = value(given, "acs").filter(|to| Url::parse(to).is_ok()) else {
        return Ok(Shown::Wrong(
            "acs, the address of the answer, is missing.".into(),
        ));
    };
    let answers = document.attribute(0, "ID").unwrap_or_default();
    let id = id(cx);
    let response = format!(
        "<samlp:LogoutResponse xmlns:samlp=\"{PROTOCOL}\" ID=\"{id}\" Version=\"2.0\" IssueInstant=\"{}\" \
         Destination=\"{}\" InResponseTo=\"{}\"><saml:Issuer xmlns:saml=\"{ASSERTION}\">{}</saml:Issuer>\
         {{signature}}<samlp:Status><samlp:StatusCode Value=\"{SUCCESS}\"/></samlp:Status></samlp:LogoutResponse>",
        cx.now().to_rfc3339(),
        escaped(to),
        escaped(answers),
        entity_id()
    );
    let response = sign(cx, response, id).await?;
    Ok(posting(given, to, &response))
}
