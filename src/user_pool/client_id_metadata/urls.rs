//! ListClientMetadataURLs and UpdateClientMetadataURLState.
//!
//! Inferred: a URL whose document was invalidated or has expired is listed without dates; there is
//! nothing cached then that could be refreshed or invalidated. A refresh fetches at once, and where it
//! fails the document that is cached stays.

use std::sync::Arc;

use serde_json::Value;

use super::{check_tier, document, require, resolve, url_pattern};
use crate::clock::Timestamp;
use crate::context::Context;
use crate::error::{CognitoError, Refusal};
use crate::model::PoolId;
use crate::model::cognito_idp::{
    CIMDCacheActionType, ClientMetadataURLType, ListClientMetadataURLsRequest,
    ListClientMetadataURLsResponse, UpdateClientMetadataURLStateRequest,
    UpdateClientMetadataURLStateResponse,
};
use crate::page;
use crate::store::user_pool::client_id_metadata::MetadataUrl;
use crate::store::user_pool::state::PoolState;

/// `ListClientMetadataURLs`, by URL (the order is inferred).
///
/// # Errors
/// An unknown pool or policy, a bad token.
pub fn list_client_metadata_urls(
    cx: &Context,
    req: ListClientMetadataURLsRequest,
) -> Result<ListClientMetadataURLsResponse, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    let scope = format!("ListClientMetadataURLs {} {}", pool.id, req.cimd_policy_id);
    let after = page::position(cx, &scope, req.next_token.as_deref())?;
    let limit = page::limit(req.max_results);
    let now = cx.now();
    let mut found: Vec<ClientMetadataURLType> = pool.read(|state| {
        let policy = require(state, &req.cimd_policy_id)?;
        let known = state
            .client_id_metadata
            .urls_after(&policy.id, after.as_deref());
        Ok(known
            .take(limit + 1)
            .map(|known| view(known, now))
            .collect())
    })?;
    let next_token = page::cut(cx, &scope, &mut found, limit, |known| known.url.clone());
    Ok(ListClientMetadataURLsResponse {
        next_token,
        client_metadata_urls: found,
    })
}

fn view(known: &MetadataUrl, now: Timestamp) -> ClientMetadataURLType {
    let cached = known.cached_at(now);
    ClientMetadataURLType {
        url: known.url.to_string(),
        cached_date: cached.map(|cached| cached.since),
        expiration_date: cached.map(|cached| cached.until),
    }
}

/// `UpdateClientMetadataURLState`.
///
/// # Errors
/// An unknown pool or policy, a pool of the Lite tier, a URL without a cached document; a document that
/// is not to be had any more, or registers no client.
pub async fn update_client_metadata_url_state(
    cx: &Context,
    req: UpdateClientMetadataURLStateRequest,
) -> Result<UpdateClientMetadataURLStateResponse, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    let known = |state: &PoolState| {
        check_tier(state)?;
        let policy = require(state, &req.cimd_policy_id)?;
        let known = state.client_id_metadata.url(&policy.id, &req.url);
        match known.filter(|known| known.cached_at(cx.now()).is_some()) {
            Some(known) => Ok((Arc::clone(policy), Arc::clone(&known.url))),
            None => Refusal::CimdUrlNotCached.refuse(
                "nothing is cached for this URL under this policy; ListClientMetadataURLs shows \
                 what is",
            ),
        }
    };
    let cached = match req.action {
        CIMDCacheActionType::Invalidate => None,
        CIMDCacheActionType::Refresh => {
            let (policy, url) = pool.read(known)?;
            let fetched = resolve::fetch(cx, &url, policy.cache_duration).await;
            Some(fetched.map_err(|fault| {
                Refusal::CimdDocument {
                    url: req.url.clone(),
                }
                .because(fault)
            })?)
        }
    };
    pool.change(|draft| {
        let (policy, url) = known(draft.state())?;
        let known = MetadataUrl { url, cached };
        draft.put_metadata_url(Arc::clone(&policy.id), known);
        Ok(UpdateClientMetadataURLStateResponse {})
    })
}

/// Caches `document`, what a fixture says is at the URL that is its `client_id`, as fetched now.
///
/// # Errors
/// Why it is not the document of a client that the policy lets in.
pub fn preload(cx: &Context, pool: &PoolId, policy: &str, document: &Value) -> Result<(), String> {
    let members = document.as_object().ok_or("the document is no mapping")?;
    let url = members.get("client_id").and_then(Value::as_str);
    let url = url.ok_or("the document has no client_id, the URL where it would be")?;
    document::check_url(url).map_err(|fault| format!("client_id {url}: {fault}"))?;
    let metadata = document::read(url, members)?;
    let now = cx.now();
    let refused = |error: CognitoError| error.reason().to_owned();
    let kept = cx.pool(pool).map_err(refused)?.change(|draft| {
        let policy = require(draft.state(), policy)?;
        let mut patterns = policy.patterns.iter();
        if !patterns.any(|pattern| url_pattern::closeness(pattern, url).is_some()) {
            return Ok(Err(format!("no pattern of the policy matches {url}")));
        }
        let life = resolve::of_policy(policy.cache_duration);
        let known = MetadataUrl {
            url: url.into(),
            cached: Some(resolve::cached(metadata, now, life)),
        };
        draft.put_metadata_url(Arc::clone(&policy.id), known);
        Ok(Ok(()))
    });
    kept.map_err(refused)?
}
