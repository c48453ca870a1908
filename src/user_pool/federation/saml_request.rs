//! What a pool asks of a SAML provider, by redirect of the browser (OASIS, "Bindings for SAML V2.0", 3.4):
//! to sign somebody in, and to sign out.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::assertion::{self, PROTOCOL, SAML};
use super::endpoints;
use super::refused::Refused;
use crate::context::Context;
use crate::entropy::Purpose;
use crate::error::CognitoError;
use crate::form;
use crate::markup::escaped_with_whitespace as escaped;
use crate::saml_binding;
use crate::store::user_pool::UserPool;
use crate::store::user_pool::identity_provider::{IdentityProvider, Metadata};
use crate::user_pool::identity_providers::{certificate, saml};
use crate::user_pool::stand_in;

const RSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";

/// A request with its id.
pub(super) struct Request {
    pub(super) id: String,
    /// Where the browser takes it.
    pub(super) url: String,
}

/// What is known of a provider: its metadata, or that of the stand-in which plays it.
///
/// # Errors
/// A provider without metadata.
pub(super) async fn metadata(
    cx: &Context,
    pool: &UserPool,
    provider: &IdentityProvider,
) -> Result<Arc<Metadata>, Refused> {
    if endpoints::is_given_to_stand_in(cx, provider) {
        let certificate = stand_in::saml::certificate(cx).await;
        return Ok(Arc::new(Metadata {
            entity_id: stand_in::saml::entity_id(),
            sso_redirect: format!("{}/saml/sso", stand_in::ORIGIN),
            slo_redirect: Some(format!("{}/saml/logout", stand_in::ORIGIN)),
            certificates: vec![certificate.map_err(|error| Refused::of(&error))?],
            fetched: None,
        }));
    }
    saml::current(cx, pool, provider).await.ok_or_else(|| {
        Refused::server_error(
            "Error in SAML response processing: the provider has no metadata ",
            format!("{} has no metadata", provider.name),
        )
    })
}

/// The form of observed ids.
fn id(cx: &Context) -> String {
    format!("_{}", cx.entropy.uuid(Purpose::Sessions))
}

/// Asks to sign somebody in.
///
/// # Errors
/// A pool deleted meanwhile.
pub(super) async fn sign_in(
    cx: &Context,
    pool: &Arc<UserPool>,
    provider: &IdentityProvider,
    metadata: &Metadata,
    acs: &str,
    state: &str,
    person: Option<&str>,
) -> Result<Request, CognitoError> {
    let id = id(cx);
    let to = &metadata.sso_redirect;
    let message = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><saml2p:AuthnRequest xmlns:saml2p=\"{PROTOCOL}\" \
         AssertionConsumerServiceURL=\"{}\" Destination=\"{}\" ID=\"{id}\" IssueInstant=\"{}\" \
         ProtocolBinding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST\" Version=\"2.0\"><saml2:Issuer \
         xmlns:saml2=\"{SAML}\">{}</saml2:Issuer></saml2p:AuthnRequest>",
        escaped(acs),
        escaped(to),
        cx.now().to_rfc3339(),
        assertion::audience(&pool.id)
    );
    let is_signed = provider
        .details
        .get("RequestSigningAlgorithm")
        .is_some_and(|algorithm| algorithm.eq_ignore_ascii_case("rsa-sha256"));
    let query = query(cx, pool, &message, state, is_signed).await?;
    let mut url = carried(cx, to, &query);
    if stand_in::is_at(to) {
        let playing = stand_in::openid::playing(provider.kind, &provider.name, None);
        let person = person.map(|person| (stand_in::PERSON, person));
        url = form::with_query(&url, playing.chain(person));
    }
    Ok(Request { id, url })
}

/// Asks to sign a user out; such requests are always signed (documented).
///
/// # Errors
/// A pool deleted meanwhile.
pub(super) async fn sign_out(
    cx: &Context,
    pool: &Arc<UserPool>,
    to: &str,
    name_id: &str,
    answer_to: &str,
    state: &str,
) -> Result<Request, CognitoError> {
    let id = id(cx);
    let message = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><saml2p:LogoutRequest xmlns:saml2p=\"{PROTOCOL}\" \
         Destination=\"{}\" ID=\"{id}\" IssueInstant=\"{}\" Version=\"2.0\"><saml2:Issuer \
         xmlns:saml2=\"{SAML}\">{}</saml2:Issuer><saml2:NameID \
         xmlns:saml2=\"{SAML}\">{}</saml2:NameID></saml2p:LogoutRequest>",
        escaped(to),
        cx.now().to_rfc3339(),
        assertion::audience(&pool.id),
        escaped(name_id)
    );
    let query = query(cx, pool, &message, state, true).await?;
    let mut url = carried(cx, to, &query);
    if stand_in::is_at(to) {
        url = form::with_query(&url, [("acs", answer_to)]);
    }
    Ok(Request { id, url })
}

fn carried(cx: &Context, to: &str, query: &str) -> String {
    let to = stand_in::for_browsers(cx, to);
    let mark = if to.contains('?') { '&' } else { '?' };
    format!("{to}{mark}{query}")
}

/// The query, and the signature of its very text (3.4.4.1).
async fn query(
    cx: &Context,
    pool: &Arc<UserPool>,
    message: &str,
    state: &str,
    is_signed: bool,
) -> Result<String, CognitoError> {
    let message = saml_binding::deflated(message);
    let mut query = form::joined([("SAMLRequest", message.as_str()), ("RelayState", state)]);
    if is_signed {
        query.push('&');
        query.push_str(&form::joined([("SigAlg", RSA_SHA256)]));
        let key = certificate::key(cx, pool)?;
        let signed = query.clone();
        let signature = cx
            .crypto
            .run_on(move |thread| key.signing(thread).sign(signed.as_bytes()))
            .await?;
        let signature = STANDARD.encode(signature);
        query.push('&');
        query.push_str(&form::joined([("Signature", signature.as_str())]));
    }
    Ok(query)
}
