//! An identity provider to test with: its keys, and what it signs.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::clock::Timestamp;
use crate::crypto::CryptoThread;
use crate::crypto::key_reserve::{KeyReserve, LazyKey};
use crate::model::PoolId;
use crate::user_pool::identity_providers::certificate;
use crate::xml::Document;
use crate::xml::canonical::canonicalize;

pub const ENTITY: &str = "https://idp.example.com";

const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";

pub struct TestIdp {
    key: LazyKey,
}

/// What an assertion says; a member left alone makes a good one.
#[derive(Clone)]
pub struct Says {
    pub id: String,
    pub issuer: String,
    pub name_id: String,
    pub audience: String,
    pub not_before: String,
    pub not_on_or_after: String,
}

impl Says {
    /// An assertion about `name_id` for a pool, good from a minute before `now` to a minute after.
    pub fn of(name_id: &str, pool: &PoolId, now: Timestamp) -> Self {
        Self {
            id: "_a1".into(),
            issuer: ENTITY.into(),
            name_id: name_id.into(),
            audience: crate::user_pool::federation::assertion::audience(pool),
            not_before: Timestamp(now.0 - 60_000).to_rfc3339(),
            not_on_or_after: Timestamp(now.0 + 60_000).to_rfc3339(),
        }
    }

    /// The assertion without a signature, and the place of one marked by `{signature}`.
    pub fn unsigned(&self) -> String {
        let Self {
            id,
            issuer,
            name_id,
            audience,
            not_before,
            not_on_or_after,
        } = self;
        format!(
            r#"<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" Version="2.0" ID="{id}">
 <saml:Issuer>{issuer}</saml:Issuer>{{signature}}
 <saml:Subject><saml:NameID>{name_id}</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData NotOnOrAfter="{not_on_or_after}"/></saml:SubjectConfirmation></saml:Subject>
 <saml:Conditions NotBefore="{not_before}" NotOnOrAfter="{not_on_or_after}"><saml:AudienceRestriction><saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions>
</saml:Assertion>"#
        )
    }
}

impl TestIdp {
    /// The `n`th provider; each has a key of its own.
    pub fn new(n: usize) -> Self {
        let reserve = KeyReserve::new();
        let mut key = reserve.next_saml();
        for _ in 0..n {
            key = reserve.next_saml();
        }
        Self { key }
    }

    pub fn certificate(&self) -> Vec<u8> {
        let issued = Timestamp(1_790_000_000_000).calendar().unwrap();
        certificate::self_signed(
            self.key.signing(&CryptoThread::of_test()),
            &PoolId::from("idp"),
            issued,
        )
        .unwrap()
    }

    pub fn metadata(&self) -> String {
        format!(
            r#"<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{ENTITY}"><IDPSSODescriptor><KeyDescriptor><KeyInfo xmlns="{DSIG}"><X509Data><X509Certificate>{}</X509Certificate></X509Data></KeyInfo></KeyDescriptor><SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="{ENTITY}/sso"/></IDPSSODescriptor></EntityDescriptor>"#,
            STANDARD.encode(self.certificate())
        )
    }

    /// Signs the element `id` of a document with `{signature}` where its signature belongs.
    pub fn sign(&self, document: &str, id: &str) -> String {
        self.sign_as(document, id, |info| info)
    }

    /// The same, with changes to what is signed about.
    pub fn sign_as(&self, document: &str, id: &str, change: impl Fn(String) -> String) -> String {
        let bare = Document::parse(&document.replace("{signature}", "")).unwrap();
        let place = bare
            .places()
            .find(|place| bare.attribute(*place, "ID") == Some(id))
            .unwrap();
        let canonical = canonicalize(&bare, place, None, &[]);
        let digest = STANDARD.encode(digest(&SHA256, canonical.as_bytes()));
        let info = change(format!(
            r##"<ds:SignedInfo xmlns:ds="{DSIG}"><ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></ds:CanonicalizationMethod><ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"></ds:SignatureMethod><ds:Reference URI="#{id}"><ds:Transforms><ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"></ds:Transform><ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></ds:Transform></ds:Transforms><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></ds:DigestMethod><ds:DigestValue>{digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>"##
        ));
        let parsed = Document::parse(&info).unwrap();
        let message = canonicalize(&parsed, 0, None, &[]);
        let value = STANDARD.encode(
            self.key
                .signing(&CryptoThread::of_test())
                .sign(message.as_bytes()),
        );
        let inner = info.replacen(&format!(" xmlns:ds=\"{DSIG}\""), "", 1);
        let signature = format!(
            r#"<ds:Signature xmlns:ds="{DSIG}">{inner}<ds:SignatureValue>{value}</ds:SignatureValue></ds:Signature>"#
        );
        document.replace("{signature}", &signature)
    }

    /// A signed assertion.
    pub fn assertion(&self, says: &Says) -> String {
        self.sign(&says.unsigned(), &says.id)
    }

    /// A JWT by RS256.
    pub fn jwt(&self, claims: &Value) -> String {
        crate::user_pool::tokens::jwt(
            self.key.signing(&CryptoThread::of_test()),
            claims.to_string().as_bytes(),
        )
    }

    /// The key set that verifies it.
    pub fn jwks(&self) -> Value {
        let key = self.key.signing(&CryptoThread::of_test()).public();
        json!({"keys": [{"kty": "RSA", "use": "sig", "alg": "RS256", "kid": key.kid(),
            "n": key.n(), "e": key.e()}]})
    }
}

/// A document as a SubjectToken has it.
pub fn encoded(document: &str) -> String {
    URL_SAFE_NO_PAD.encode(document)
}
