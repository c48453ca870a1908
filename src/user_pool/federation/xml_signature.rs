//! XML signatures (W3C, <https://www.w3.org/TR/xmldsig-core1/>), as SAML uses them (SAML 2.0 Core,
//! section 5.4): an element signs itself, by its id, with a signature that stands directly in it.
//!
//! What is verified is an element of the tree, and what is read afterwards is that very element: a
//! signature that is about another part of the document, or an id that stands twice, counts for
//! nothing. SHA-1 is not taken (inferred).

use aws_lc_rs::digest;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256,
    RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, VerificationAlgorithm,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::xml::canonical::canonicalize;
use crate::xml::{Document, Place};

const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";

const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";

const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";

/// Each is looked up at every element; providers list a handful.
const MOST_PREFIXES: usize = 32;

/// Verifies that `element` is signed whole, by one of the keys; keys are `SubjectPublicKeyInfo` in DER.
///
/// # Errors
/// Why it is not, for a reason.
pub(super) fn verify(document: &Document, element: Place, keys: &[&[u8]]) -> Result<(), String> {
    let signature = document.one(element, DSIG, "Signature")?;
    let info = document.one(signature, DSIG, "SignedInfo")?;
    check_reference(document, element, signature, info)?;
    let canonical = document.one(info, DSIG, "CanonicalizationMethod")?;
    if algorithm(document, canonical) != EXCLUSIVE {
        return Err(format!("SignedInfo must be canonicalized by {EXCLUSIVE}"));
    }
    let message = canonicalize(document, info, None, &prefixes(document, canonical)?);
    let method = document.one(info, DSIG, "SignatureMethod")?;
    let method = scheme(algorithm(document, method))?;
    let value = base64(document, document.one(signature, DSIG, "SignatureValue")?)?;
    let signed = keys.iter().any(|key| {
        ParsedPublicKey::new(method, key)
            .is_ok_and(|key| key.verify_sig(message.as_bytes(), &value).is_ok())
    });
    if !signed {
        return Err("no certificate of the provider's metadata signed it".into());
    }
    Ok(())
}

/// Whether an element has a signature, whatever it is worth.
pub(super) fn is_signed(document: &Document, element: Place) -> bool {
    document.named(element, DSIG, "Signature").next().is_some()
}

fn algorithm(document: &Document, place: Place) -> &str {
    document.attribute(place, "Algorithm").unwrap_or_default()
}

fn scheme(algorithm: &str) -> Result<&'static dyn VerificationAlgorithm, String> {
    Ok(match algorithm {
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256" => &RSA_PKCS1_2048_8192_SHA256,
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384" => &RSA_PKCS1_2048_8192_SHA384,
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512" => &RSA_PKCS1_2048_8192_SHA512,
        "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256" => &ECDSA_P256_SHA256_FIXED,
        "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384" => &ECDSA_P384_SHA384_FIXED,
        other => return Err(format!("the signature algorithm {other:?} is not taken")),
    })
}

/// Holds the one reference against the element that it must be about.
fn check_reference(
    document: &Document,
    element: Place,
    signature: Place,
    info: Place,
) -> Result<(), String> {
    let reference = document.one(info, DSIG, "Reference")?;
    let id = document
        .attribute(element, "ID")
        .filter(|id| !id.is_empty())
        .ok_or("the signed element has no ID")?;
    if document.attribute(reference, "URI") != Some(&format!("#{id}")) {
        return Err("the signature is not about the element that it stands in".into());
    }
    // Whoever reads the reference elsewhere must find this element too.
    let bearers = document.places().filter(|place| {
        let attributes = &document.element(*place).attributes;
        attributes.iter().any(|(name, value)| {
            value == id && ["id", "xml:id"].contains(&name.to_ascii_lowercase().as_str())
        })
    });
    if bearers.count() != 1 {
        return Err("the ID of the signed element stands twice in the document".into());
    }
    let inclusive = transforms(document, reference)?;
    let method = document.one(reference, DSIG, "DigestMethod")?;
    let hash = match algorithm(document, method) {
        "http://www.w3.org/2001/04/xmlenc#sha256" => &digest::SHA256,
        "http://www.w3.org/2001/04/xmldsig-more#sha384" => &digest::SHA384,
        "http://www.w3.org/2001/04/xmlenc#sha512" => &digest::SHA512,
        other => return Err(format!("the digest algorithm {other:?} is not taken")),
    };
    let canonical = canonicalize(document, element, Some(signature), &inclusive);
    let digest = digest::digest(hash, canonical.as_bytes());
    let told = base64(document, document.one(reference, DSIG, "DigestValue")?)?;
    if digest.as_ref() != told {
        return Err("the signed element was changed after it was signed".into());
    }
    Ok(())
}

/// The two transforms of SAML (5.4.4), and the prefixes of the second.
fn transforms(document: &Document, reference: Place) -> Result<Vec<String>, String> {
    let list = document.one(reference, DSIG, "Transforms")?;
    let found: Vec<Place> = document.named(list, DSIG, "Transform").collect();
    let [enveloped, canonical] = found[..] else {
        return Err("a reference has two transforms: enveloped-signature and exc-c14n".into());
    };
    if document.children(list).count() != 2
        || algorithm(document, enveloped) != ENVELOPED
        || algorithm(document, canonical) != EXCLUSIVE
    {
        return Err("a reference has two transforms: enveloped-signature and exc-c14n".into());
    }
    prefixes(document, canonical)
}

/// `InclusiveNamespaces` of a canonicalization.
fn prefixes(document: &Document, place: Place) -> Result<Vec<String>, String> {
    let mut found = document.named(place, EXCLUSIVE, "InclusiveNamespaces");
    let list = match (found.next(), found.next()) {
        (None, _) => return Ok(Vec::new()),
        (Some(one), None) => document.attribute(one, "PrefixList").unwrap_or_default(),
        (Some(_), Some(_)) => return Err("InclusiveNamespaces stands twice".into()),
    };
    let found: Vec<String> = list.split_ascii_whitespace().map(str::to_owned).collect();
    if found.len() > MOST_PREFIXES {
        return Err(format!(
            "InclusiveNamespaces lists more than {MOST_PREFIXES} prefixes"
        ));
    }
    Ok(found)
}

fn base64(document: &Document, place: Place) -> Result<Vec<u8>, String> {
    let digits: String = document.text(place)?.split_ascii_whitespace().collect();
    STANDARD
        .decode(digits)
        .map_err(|_| format!("{} is not Base64", document.element(place).name))
}
