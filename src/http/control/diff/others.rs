//! What of a pool is otherwise besides its settings, users, groups and clients: by what is in it, for a
//! collection may be another one and hold the same.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::lists;
use crate::store::user_pool::import_job::ImportJob;
use crate::store::user_pool::passkey::{Passkey, as_base64url};
use crate::store::user_pool::state::PoolState;

/// What has names, by which it is told what is new, gone and another.
pub(super) fn named(was: &PoolState, is: &PoolState) -> [(&'static str, Value); 5] {
    [
        (
            "identityProviders",
            between([was, is], &|state| keyed(state.providers.by_name.iter())),
        ),
        (
            "resourceServers",
            between([was, is], &|state| keyed(state.resource_servers.iter())),
        ),
        (
            "devices",
            between([was, is], &|state| {
                keyed(state.devices.all().map(|device| (device.id, device)))
            }),
        ),
        ("passkeys", passkeys(was, is)),
        ("importJobs", import_jobs(was, is)),
    ]
}

fn keyed<'s, K: ToString, V>(
    entries: impl Iterator<Item = (K, &'s Arc<V>)>,
) -> BTreeMap<String, &'s Arc<V>> {
    entries
        .map(|(key, value)| (key.to_string(), value))
        .collect()
}

/// Secrets may be in what is another, so it is not shown how it is.
fn between<'s, V: PartialEq + 's>(
    [was, is]: [&'s PoolState; 2],
    of: &dyn Fn(&'s PoolState) -> BTreeMap<String, &'s Arc<V>>,
) -> Value {
    lists(&of(was), &of(is), |one, other| {
        let is_same = Arc::ptr_eq(one, other) || one == other;
        (!is_same).then(|| json!("changed"))
    })
}

/// An id is of one key for ever.
fn passkeys(was: &PoolState, is: &PoolState) -> Value {
    let passkeys = |state: &'_ PoolState| -> BTreeMap<String, Arc<Passkey>> {
        let all = state.passkeys.all();
        all.map(|one| (as_base64url(&one.credential.id), Arc::clone(one)))
            .collect()
    };
    let stands = |one: &Passkey| {
        let seen = &one.credential;
        (one.owner, seen.sign_count, seen.backed_up, one.created)
    };
    lists(&passkeys(was), &passkeys(is), |one, other| {
        (stands(one) != stands(other)).then(|| json!("changed"))
    })
}

fn import_jobs(was: &PoolState, is: &PoolState) -> Value {
    let jobs = |state: &'_ PoolState| -> BTreeMap<String, Arc<ImportJob>> {
        let jobs = state.imports.0.iter();
        jobs.map(|job| (job.order.id.to_string(), Arc::clone(job)))
            .collect()
    };
    let stands = |job: &ImportJob| {
        let counts = [job.imported, job.skipped, job.failed];
        (job.status, counts, job.started, job.completed)
    };
    lists(&jobs(was), &jobs(is), |one, other| {
        (stands(one) != stands(other)).then(|| json!("changed"))
    })
}

/// The rest, which is only told to be another.
pub(super) fn unnamed(was: &PoolState, is: &PoolState) -> Vec<&'static str> {
    let is_same = [
        ("revocations", was.revocations == is.revocations),
        ("domains", was.domains == is.domains),
        ("sessions", was.user_sessions == is.user_sessions),
        ("riskAndEvents", was.threats == is.threats),
        ("replicas", was.replicas == is.replicas),
        ("recoveries", was.recoveries == is.recoveries),
        (
            "branding",
            was.styles == is.styles
                && was.ui_customizations == is.ui_customizations
                && was.terms == is.terms,
        ),
        (
            "clientIdMetadata",
            was.client_id_metadata == is.client_id_metadata,
        ),
        ("logDelivery", was.log_delivery == is.log_delivery),
    ];
    let others = is_same.into_iter().filter(|(_, is_same)| !is_same);
    others.map(|(name, _)| name).collect()
}
