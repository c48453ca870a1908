//! Terms documents: links to an app client's terms of use and privacy policy, by language.
//!
//! "Terms documents" of "User pool managed login", developer guide, and the API reference
//! (documented); texts of refusals are inferred.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use crate::context::Context;
use crate::entropy::Purpose;
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::{
    CreateTermsRequest, CreateTermsResponse, DeleteTermsRequest, DescribeTermsByClientRequest,
    DescribeTermsByClientResponse, DescribeTermsRequest, DescribeTermsResponse, ListTermsRequest,
    ListTermsResponse, UpdateTermsRequest, UpdateTermsResponse,
};
use crate::model::{ClientId, NoOutput};
use crate::page;
use crate::store::user_pool::state::PoolState;
use crate::store::user_pool::terms::Terms;
use crate::user_pool::app_clients;

/// Documented quota.
const TERMS_PER_POOL: usize = 40;

/// Shown for every language without a link of its own.
const DEFAULT_LANGUAGE: &str = "cognito:default";

/// That there must be a link for all languages is inferred: AWS falls back to it (documented).
fn check_links(links: &BTreeMap<String, String>) -> Result<(), CognitoError> {
    if links.contains_key(DEFAULT_LANGUAGE) {
        return Ok(());
    }
    Refusal::TermsDefaultLink.refuse(format!(
        "Links has no {DEFAULT_LANGUAGE}, which stands for languages without a link of their own"
    ))
}

fn check_name_free(state: &PoolState, client: &ClientId, name: &str) -> Result<(), CognitoError> {
    let Some(terms) = state.terms.of_client(client, name) else {
        return Ok(());
    };
    Refusal::TermsExist { name: name.into() }.refuse(format!(
        "the client's {name} have the id {}; update those, or delete them first",
        terms.id
    ))
}

/// `CreateTerms`.
///
/// # Errors
/// An unknown pool or client, a document of this name, too many documents, no link for all languages.
pub fn create_terms(
    cx: &Context,
    req: CreateTermsRequest,
) -> Result<CreateTermsResponse, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    let now = cx.now();
    let terms = Terms {
        id: cx.entropy.uuid(Purpose::Ids).to_string().into(),
        client: req.client_id,
        name: req.terms_name,
        source: req.terms_source,
        enforcement: req.enforcement,
        links: req.links.unwrap_or_default(),
        created: now,
        modified: now,
    };
    check_links(&terms.links)?;
    let terms = pool.change(|draft| {
        let state = draft.state();
        app_clients::require(state, &terms.client)?;
        check_name_free(state, &terms.client, &terms.name)?;
        if state.terms.by_id.len() >= TERMS_PER_POOL {
            return Refusal::ResourceLimit {
                what: "terms documents in the user pool".into(),
            }
            .refuse(format!(
                "a pool has {TERMS_PER_POOL} terms documents at most"
            ));
        }
        Ok(draft.put_terms(terms))
    })?;
    Ok(CreateTermsResponse {
        terms: Some(terms.view(&pool.id)),
    })
}

/// `DescribeTerms`.
///
/// # Errors
/// An unknown pool or document.
pub fn describe_terms(
    cx: &Context,
    req: DescribeTermsRequest,
) -> Result<DescribeTermsResponse, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    let terms = pool.read(|state| state.terms.require(&req.terms_id).cloned())?;
    Ok(DescribeTermsResponse {
        terms: Some(terms.view(&pool.id)),
    })
}

/// `DescribeTermsByClient`.
///
/// # Errors
/// An unknown pool or client, a client without a document of this name.
pub fn describe_terms_by_client(
    cx: &Context,
    req: DescribeTermsByClientRequest,
) -> Result<DescribeTermsByClientResponse, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    let terms = pool.read(|state| {
        app_clients::require(state, &req.client_id)?;
        let found = state.terms.of_client(&req.client_id, &req.terms_name);
        found.cloned().ok_or_else(|| {
            Refusal::TermsUnknown.because(format!(
                "the client has no {}; ListTerms shows the pool's terms",
                req.terms_name
            ))
        })
    })?;
    Ok(DescribeTermsByClientResponse {
        terms: Some(terms.view(&pool.id)),
    })
}

/// `UpdateTerms`. What is not given stays; links are replaced as a whole (both inferred).
///
/// # Errors
/// An unknown pool or document, a name that another document of the client has, no link for all
/// languages.
pub fn update_terms(
    cx: &Context,
    req: UpdateTermsRequest,
) -> Result<UpdateTermsResponse, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    req.links.as_ref().map_or(Ok(()), check_links)?;
    let now = cx.now();
    let terms = pool.change(|draft| {
        let mut terms = Terms::clone(draft.state().terms.require(&req.terms_id)?);
        if let Some(name) = req.terms_name.filter(|name| *name != terms.name) {
            check_name_free(draft.state(), &terms.client, &name)?;
            terms.name = name;
        }
        terms.source = req.terms_source.unwrap_or(terms.source);
        terms.enforcement = req.enforcement.unwrap_or(terms.enforcement);
        terms.links = req.links.unwrap_or(terms.links);
        terms.modified = now;
        Ok(draft.put_terms(terms))
    })?;
    Ok(UpdateTermsResponse {
        terms: Some(terms.view(&pool.id)),
    })
}

/// `DeleteTerms`.
///
/// # Errors
/// An unknown pool or document.
pub fn delete_terms(cx: &Context, req: DeleteTermsRequest) -> Result<NoOutput, CognitoError> {
    cx.pool(&req.user_pool_id)?.change(|draft| {
        let terms = draft.state().terms.require(&req.terms_id)?;
        draft.remove_terms(Arc::clone(&terms.id));
        Ok(NoOutput)
    })
}

/// `ListTerms`, by id (the order is inferred).
///
/// # Errors
/// An unknown pool, a bad token.
pub fn list_terms(cx: &Context, req: ListTermsRequest) -> Result<ListTermsResponse, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    let scope = format!("ListTerms {}", pool.id);
    let after = page::position(cx, &scope, req.next_token.as_deref())?;
    let limit = page::limit(req.max_results);
    let mut found: Vec<Arc<Terms>> = pool.read(|state| {
        let start = after.as_deref().map_or(Bound::Unbounded, Bound::Excluded);
        let behind = state.terms.by_id.range::<str, _>((start, Bound::Unbounded));
        behind
            .take(limit + 1)
            .map(|(_, terms)| Arc::clone(terms))
            .collect()
    });
    let next_token = page::cut(cx, &scope, &mut found, limit, |terms| terms.id.to_string());
    Ok(ListTermsResponse {
        terms: found.iter().map(|terms| terms.summary()).collect(),
        next_token,
    })
}

#[cfg(test)]
#[path = "tests/terms.rs"]
mod tests;
