//! CreateCIMDPolicy, DescribeCIMDPolicy, UpdateCIMDPolicy, DeleteCIMDPolicy, ListCIMDPolicies.
//!
//! Order of checks: pool, tier, policy, app client (inferred). Two policies may have one name, and
//! patterns in common (inferred: no exception is declared for either).

use std::sync::Arc;

use super::{check_tier, require};
use crate::context::Context;
use crate::entropy::Purpose;
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::{
    CIMDPolicySummaryType, CIMDPolicyType, CreateCIMDPolicyRequest, CreateCIMDPolicyResponse,
    DeleteCIMDPolicyRequest, DeleteCIMDPolicyResponse, DescribeCIMDPolicyRequest,
    DescribeCIMDPolicyResponse, ListCIMDPoliciesRequest, ListCIMDPoliciesResponse,
    UpdateCIMDPolicyRequest, UpdateCIMDPolicyResponse,
};
use crate::model::{ClientId, PoolId};
use crate::page;
use crate::store::user_pool::client_id_metadata::CimdPolicy;
use crate::store::user_pool::state::PoolState;
use crate::user_pool::app_clients;

/// Documented: a day.
const DEFAULT_CACHE_DURATION: i32 = 24 * 60 * 60;

/// Inferred: that there is a quota says the exception that is declared; this is the one of app clients, each
/// of which may have a policy. It only holds where limits are asked for.
pub(super) const POLICIES_PER_POOL: usize = 1000;

/// An id is 26 of the characters of the model's pattern, as a client's is (inferred).
const ID_CHARACTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
const ID_LENGTH: usize = 26;

/// `CreateCIMDPolicy`.
///
/// # Errors
/// An unknown pool or client, a pool of the Lite tier, too many policies.
pub fn create_cimd_policy(
    cx: &Context,
    req: CreateCIMDPolicyRequest,
) -> Result<CreateCIMDPolicyResponse, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    let now = cx.now();
    let policy = CimdPolicy {
        id: cx
            .entropy
            .text(Purpose::Ids, ID_CHARACTERS, ID_LENGTH)
            .into(),
        client: req.client_id,
        name: req.policy_name,
        cache_duration: req.cache_duration.unwrap_or(DEFAULT_CACHE_DURATION),
        patterns: req.url_patterns,
        created: now,
        modified: now,
    };
    pool.change(|draft| {
        let state = draft.state();
        check_tier(state)?;
        app_clients::require(state, &policy.client)?;
        let is_held = cx.holds_limits(&state.settings);
        if is_held && state.client_id_metadata.policies().len() >= POLICIES_PER_POOL {
            return Refusal::ResourceLimit {
                what: "CIMD policies in the user pool".into(),
            }
            .refuse(format!(
                "a pool has {POLICIES_PER_POOL} CIMD policies at most"
            ));
        }
        let policy = draft.put_cimd_policy(policy);
        Ok(CreateCIMDPolicyResponse {
            cimd_policy: view(&policy, &pool.id, Some(&policy.client)),
        })
    })
}

/// `DescribeCIMDPolicy`.
///
/// # Errors
/// An unknown pool or policy.
pub fn describe_cimd_policy(
    cx: &Context,
    req: DescribeCIMDPolicyRequest,
) -> Result<DescribeCIMDPolicyResponse, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    pool.read(|state| {
        let policy = require(state, &req.cimd_policy_id)?;
        Ok(DescribeCIMDPolicyResponse {
            cimd_policy: view(policy, &pool.id, living_client(state, policy)),
        })
    })
}

/// `UpdateCIMDPolicy`. Without a CacheDuration the old one stays (documented); so does the name
/// (inferred). Documents that are cached stay so (inferred), and serve while a pattern matches.
///
/// # Errors
/// An unknown pool, policy or client, a pool of the Lite tier.
pub fn update_cimd_policy(
    cx: &Context,
    req: UpdateCIMDPolicyRequest,
) -> Result<UpdateCIMDPolicyResponse, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    let now = cx.now();
    pool.change(|draft| {
        let state = draft.state();
        check_tier(state)?;
        let old = require(state, &req.cimd_policy_id)?;
        app_clients::require(state, &req.client_id)?;
        let policy = CimdPolicy {
            id: Arc::clone(&old.id),
            client: req.client_id,
            name: req.policy_name.unwrap_or_else(|| old.name.clone()),
            cache_duration: req.cache_duration.unwrap_or(old.cache_duration),
            patterns: req.url_patterns,
            created: old.created,
            modified: now,
        };
        let policy = draft.put_cimd_policy(policy);
        Ok(UpdateCIMDPolicyResponse {
            cimd_policy: view(&policy, &pool.id, Some(&policy.client)),
        })
    })
}

/// `DeleteCIMDPolicy`, with all that is cached under it (inferred).
///
/// # Errors
/// An unknown pool or policy.
pub fn delete_cimd_policy(
    cx: &Context,
    req: DeleteCIMDPolicyRequest,
) -> Result<DeleteCIMDPolicyResponse, CognitoError> {
    cx.pool(&req.user_pool_id)?.change(|draft| {
        let policy = require(draft.state(), &req.cimd_policy_id)?;
        let id = Arc::clone(&policy.id);
        draft.remove_cimd_policy(id);
        Ok(DeleteCIMDPolicyResponse {})
    })
}

/// `ListCIMDPolicies`, by id (the order is inferred).
///
/// # Errors
/// An unknown pool, a bad token.
pub fn list_cimd_policies(
    cx: &Context,
    req: ListCIMDPoliciesRequest,
) -> Result<ListCIMDPoliciesResponse, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    let scope = format!("ListCIMDPolicies {}", pool.id);
    let after = page::position(cx, &scope, req.next_token.as_deref())?;
    let limit = page::limit(req.max_results);
    let mut found: Vec<CIMDPolicySummaryType> = pool.read(|state| {
        let behind = state.client_id_metadata.policies_after(after.as_deref());
        let shown = behind.map(|policy| summary(policy, living_client(state, policy)));
        shown.take(limit + 1).collect()
    });
    let next_token = page::cut(cx, &scope, &mut found, limit, |policy| {
        policy.cimd_policy_id.clone()
    });
    Ok(ListCIMDPoliciesResponse {
        next_token,
        cimd_policies: found,
    })
}

/// The policy's app client, unless it is gone: then it is not shown (documented).
fn living_client<'a>(state: &PoolState, policy: &'a CimdPolicy) -> Option<&'a ClientId> {
    state
        .clients
        .contains_key(&policy.client)
        .then_some(&policy.client)
}

fn view(policy: &CimdPolicy, pool: &PoolId, client: Option<&ClientId>) -> CIMDPolicyType {
    CIMDPolicyType {
        user_pool_id: pool.clone(),
        cimd_policy_id: policy.id.to_string(),
        client_id: client.cloned(),
        policy_name: policy.name.clone(),
        cache_duration: Some(policy.cache_duration),
        url_patterns: Some(policy.patterns.clone()),
        creation_date: Some(policy.created),
        last_modified_date: Some(policy.modified),
    }
}

fn summary(policy: &CimdPolicy, client: Option<&ClientId>) -> CIMDPolicySummaryType {
    CIMDPolicySummaryType {
        cimd_policy_id: policy.id.to_string(),
        client_id: client.cloned(),
        policy_name: policy.name.clone(),
        cache_duration: Some(policy.cache_duration),
        creation_date: Some(policy.created),
        last_modified_date: Some(policy.modified),
    }
}
