//! The metadata of SAML providers (OASIS, "Metadata for the OASIS Security Assertion Markup Language
//! V2.0"): where it is read from, and what a sign-in needs of it.

use std::collections::BTreeMap;

use super::saml_metadata::{check_certificates, unreadable};
use super::{details, discovery};
use crate::context::Context;
use crate::error::{CognitoError, Refusal};
use crate::store::user_pool::identity_provider::Metadata;

/// The metadata that details name: their file, or what is at their URL.
///
/// # Errors
/// A URL that cannot be fetched; a document that is not a provider's metadata; expired certificates.
pub(super) async fn read(
    cx: &Context,
    details: &BTreeMap<String, String>,
) -> Result<Metadata, CognitoError> {
    let fetched;
    let given = |key: &str| details.get(key).filter(|value| !value.is_empty());
    let document = match given(details::METADATA_URL) {
        Some(url) => {
            fetched = fetch(cx, url).await?;
            &fetched
        }
        None => given(details::METADATA_FILE).map_or("", String::as_str),
    };
    let metadata = Metadata::parse(document).map_err(unreadable)?;
    check_certificates(&metadata, cx.now())?;
    Ok(metadata)
}

/// Refusals are documented and observed (aws-data-lake-solution#31).
async fn fetch(cx: &Context, url: &str) -> Result<String, CognitoError> {
    let answer = discovery::fetch_or_stand_in(cx, url).await;
    let answer = answer.map_err(|not_fetched| {
        Refusal::MetadataUnreachable { url: url.into() }.because(format!(
            "{}; MetadataFile takes the document itself",
            not_fetched.reason()
        ))
    })?;
    if !(200..300).contains(&answer.status) {
        return Refusal::MetadataStatus {
            status: answer.status.to_string(),
            url: url.into(),
        }
        .refuse("the URL answers, but not with a document");
    }
    String::from_utf8(answer.body).map_err(|_| unreadable("the document is not UTF-8".into()))
}
