//! The metadata of SAML providers (OASIS, "Metadata for the OASIS Security Assertion Markup Language
//! V2.0"): where it is read from, and what a sign-in needs of it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::saml_metadata::{check_certificates, unreadable};
use super::{details, discovery};
use crate::context::Context;
use crate::error::{CognitoError, Refusal};
use crate::store::user_pool::UserPool;
use crate::store::user_pool::identity_provider::{IdentityProvider, Metadata};

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
    let mut metadata = Metadata::parse(document).map_err(unreadable)?;
    metadata.fetched = given(details::METADATA_URL).map(|_| cx.now());
    check_certificates(&metadata, cx.now())?;
    Ok(metadata)
}

/// Documented: how long a document is kept at most that was fetched.
const KEPT: Duration = Duration::from_secs(6 * 60 * 60);

/// What is known of a provider, fetched again where that is due. What cannot be had again stays as it was
/// (inferred).
pub(crate) async fn current(
    cx: &Context,
    pool: &UserPool,
    provider: &IdentityProvider,
) -> Option<Arc<Metadata>> {
    let known = provider.metadata.clone()?;
    let is_due = known
        .fetched
        .is_some_and(|fetched| cx.now() >= fetched.plus(KEPT));
    if !is_due {
        return Some(known);
    }
    let Ok(fetched) = read(cx, &provider.details).await else {
        return Some(known);
    };
    let fetched = Arc::new(fetched);
    // A provider that was changed or deleted meanwhile keeps what it has.
    let stored = pool.change(|draft| {
        let now = draft.state().providers.get(&provider.name);
        if let Some(now) = now.filter(|now| now.modified == provider.modified) {
            let mut provider = IdentityProvider::clone(now);
            provider.metadata = Some(Arc::clone(&fetched));
            draft.put_provider(provider);
        }
        Ok(())
    });
    Some(if stored.is_ok() { fetched } else { known })
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
