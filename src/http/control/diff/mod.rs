//! `/_poolhouse/snapshots/NAME/diff`: what is otherwise in another snapshot, or now.

mod others;
mod quotas;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::route::{Call, Content, Refused, Waiting};
use super::snapshots;
use crate::context::Snapshot;
use crate::control::rules::Rule;
use crate::http::query;
use crate::model::{Encode, PoolId, to_json};
use crate::store::user_pool::Picture;
use crate::store::user_pool::state::PoolState;
use crate::store::user_pool::user::User;
use crate::user_pool::{app_clients, pools};

/// Stands for what there is now.
const NOW: &str = "now";

/// So many names of a list are shown.
const SHOWN: usize = 1000;

pub(super) fn show<'a>(call: &'a Call<'a>) -> Waiting<'a> {
    Box::pin(async move {
        let (name, from) = snapshots::named(call)?;
        let mut to_name = NOW.to_owned();
        for (parameter, value) in query::pairs(call.query) {
            match parameter.as_str() {
                "to" => to_name = value,
                _ => {
                    let text = format!("there is no parameter {parameter}; there is to");
                    return Err(Refused::bad_request(text));
                }
            }
        }
        let shared = &call.door.shared;
        let to = if to_name == NOW {
            // It is of the same account, so that both are of the same pools.
            Arc::new(shared.snapshot(from.account.as_deref()))
        } else {
            snapshots::find(shared, &to_name)?.1
        };
        if let (Some(one), Some(other)) = (&from.account, &to.account)
            && one != other
        {
            let text = format!(
                "to={to_name}: it is of account {other}, and {name} of {one}; give one of the same account, \
                 or of the whole server"
            );
            return Err(Refused::bad_request(text));
        }
        let work = move || {
            let mut found = differences(&from, &to);
            found.insert("from".into(), json!(name));
            found.insert("to".into(), json!(to_name));
            Value::Object(found)
        };
        let found = shared.crypto.run(work).await?;
        Ok(Content::Json(found.to_string().into()))
    })
}

fn differences(from: &Snapshot, to: &Snapshot) -> Map<String, Value> {
    let mut found = Map::new();
    // Where one of them is of an account, so is the other one as far as it is looked at.
    let account = from.account.as_deref().or(to.account.as_deref());
    let by_id = |snapshot: &'_ Snapshot| -> BTreeMap<PoolId, Picture> {
        let pools = snapshot.pools.pools.iter();
        let is_of = |pool: &Picture| account.is_none_or(|account| pool.account == account);
        pools
            .filter(|one| is_of(&one.pool))
            .map(|one| (one.pool.id.clone(), one.pool.clone()))
            .collect()
    };
    let (before, after) = (by_id(from), by_id(to));
    let pools = lists(&before, &after, |before, after| {
        let of_pool = of_pool(before, after);
        (!of_pool.is_empty()).then_some(Value::Object(of_pool))
    });
    found.insert("userPools".into(), pools);
    let ids: BTreeSet<&str> = before
        .keys()
        .chain(after.keys())
        .map(PoolId::as_str)
        .collect();
    let is_of = |pool: Option<&str>| account.is_none() || pool.is_some_and(|id| ids.contains(id));
    let rules = changed_rules(from, to, &is_of);
    let ids = |snapshot: &Snapshot| -> BTreeSet<u64> {
        let messages = snapshot.messages.iter();
        let meant = messages.filter(|message| is_of(Some(&message.user_pool_id)));
        meant.map(|message| message.id).collect()
    };
    let (before, after) = (ids(from), ids(to));
    found.insert(
        "messages".into(),
        json!({
            "added": after.difference(&before).collect::<Vec<_>>(),
            "removed": before.difference(&after).collect::<Vec<_>>(),
        }),
    );
    found.insert("rules".into(), json!(rules));
    found.insert("quotas".into(), quotas::differences(from, to));
    let times = [from, to].map(|snapshot| snapshot.taken.to_rfc3339());
    found.insert("clock".into(), json!({ "from": times[0], "to": times[1] }));
    found
}

/// The kinds of rules that are otherwise: of those that name a pool of `is_of`.
fn changed_rules(
    from: &Snapshot,
    to: &Snapshot,
    is_of: &dyn Fn(Option<&str>) -> bool,
) -> Vec<&'static str> {
    let rules = [
        ("faults", same(&from.faults, &to.faults, is_of)),
        ("risk", same(&from.risk_rules, &to.risk_rules, is_of)),
        (
            "undeliverable",
            same(&from.undeliverable, &to.undeliverable, is_of),
        ),
        (
            "triggers",
            same(&from.trigger_rules, &to.trigger_rules, is_of),
        ),
    ];
    let changed = rules.into_iter().filter(|(_, same)| !same);
    changed.map(|(name, _)| name).collect()
}

/// Whether rules are shown alike.
fn same<T: Rule>(before: &[T], after: &[T], is_of: &dyn Fn(Option<&str>) -> bool) -> bool {
    let shown = |rules: &[T]| -> Vec<Value> {
        let meant = rules.iter().filter(|rule| is_of(rule.user_pool()));
        meant.map(Rule::view).collect()
    };
    shown(before) == shown(after)
}

/// Which keys are new, which are gone, and what `compare` finds where a key is in both.
fn lists<K: Ord + ToString, V>(
    before: &BTreeMap<K, V>,
    after: &BTreeMap<K, V>,
    compare: impl Fn(&V, &V) -> Option<Value>,
) -> Value {
    let names = |of: &BTreeMap<K, V>, without: &BTreeMap<K, V>| -> Vec<String> {
        let keys = of.keys().filter(|key| !without.contains_key(key));
        keys.map(ToString::to_string).collect()
    };
    let (mut added, mut removed) = (names(after, before), names(before, after));
    let changed = before.iter().filter_map(|(key, before)| {
        let found = compare(before, after.get(key)?)?;
        Some((key.to_string(), found))
    });
    let mut changed: Vec<(String, Value)> = changed.collect();
    let is_cut = [added.len(), removed.len(), changed.len()]
        .iter()
        .any(|len| *len > SHOWN);
    added.truncate(SHOWN);
    removed.truncate(SHOWN);
    changed.truncate(SHOWN);
    let mut lists = Map::new();
    lists.insert("added".into(), json!(added));
    lists.insert("removed".into(), json!(removed));
    lists.insert(
        "changed".into(),
        changed.into_iter().collect::<Map<_, _>>().into(),
    );
    if is_cut {
        lists.insert("more".into(), json!(true));
    }
    lists.into()
}

fn is_empty(lists: &Value) -> bool {
    let none = |name: &str| match &lists[name] {
        Value::Array(names) => names.is_empty(),
        Value::Object(changed) => changed.is_empty(),
        _ => true,
    };
    none("added") && none("removed") && none("changed")
}

fn of_pool(before: &Picture, after: &Picture) -> Map<String, Value> {
    let mut found = Map::new();
    let (was, is) = (&before.state, &after.state);
    let settings = |pool: &Picture| value(&pools::view::describe(&pool.pool(None, 0)));
    if !Arc::ptr_eq(&was.settings, &is.settings)
        && let Some(changed) = members(&settings(before), &settings(after))
    {
        found.insert("settings".into(), changed);
    }
    let mut put = |name: &str, lists: Value| {
        if !is_empty(&lists) {
            found.insert(name.into(), lists);
        }
    };
    if !was.users.is_same(&is.users) {
        put("users", lists(&users(was), &users(is), user));
    }
    if !Arc::ptr_eq(&was.groups, &is.groups) {
        let changed = lists(&was.groups, &is.groups, |one, other| {
            members(
                &value(&one.view(&before.id)),
                &value(&other.view(&after.id)),
            )
        });
        put("groups", changed);
    }
    if !Arc::ptr_eq(&was.clients, &is.clients) {
        let changed = lists(&was.clients, &is.clients, |one, other| {
            members(
                &value(&app_clients::view(one)),
                &value(&app_clients::view(other)),
            )
        });
        put("clients", changed);
    }
    for (name, changed) in others::named(was, is) {
        put(name, changed);
    }
    let others = others::unnamed(was, is);
    if !others.is_empty() {
        found.insert("others".into(), json!(others));
    }
    found
}

fn users(state: &PoolState) -> BTreeMap<String, Arc<User>> {
    let users = state.users.after(None);
    users
        .map(|user| (user.username.to_string(), Arc::clone(user)))
        .collect()
}

/// What is otherwise of a user. What is secret is only said to be otherwise.
fn user(before: &Arc<User>, after: &Arc<User>) -> Option<Value> {
    if Arc::ptr_eq(before, after) {
        return None;
    }
    let plain = |user: &User| {
        let mut plain = value(&user.view_of(Vec::new()));
        if let Some(plain) = plain.as_object_mut() {
            for (name, value) in user.attributes.iter() {
                plain.insert(format!("Attributes.{name}"), json!(value));
            }
            let groups = user.memberships().iter();
            let groups: Vec<&str> = groups.map(|one| one.group.as_str()).collect();
            plain.insert("Groups".into(), json!(groups));
            plain.insert("sub".into(), json!(user.sub.to_string()));
        }
        plain
    };
    let found = members(&plain(before), &plain(after));
    let mut found = match found {
        Some(Value::Object(found)) => found,
        _ => Map::new(),
    };
    let same_password = match (&before.password, &after.password) {
        (Some(one), Some(other)) => Arc::ptr_eq(one, other),
        (None, None) => true,
        _ => false,
    };
    let hidden = [
        ("Password", same_password),
        ("Mfa", before.has_same_mfa(after)),
    ];
    for (name, same) in hidden {
        if !same {
            found.insert(name.into(), json!("changed"));
        }
    }
    if found.is_empty() {
        // Codes, attempts, used passwords of a software token.
        found.insert("Activity".into(), json!("changed"));
    }
    Some(found.into())
}

fn value(view: &impl Encode) -> Value {
    serde_json::from_slice(&to_json(view)).unwrap_or_default()
}

/// The members that differ, each as it was and is; secrets only as that.
fn members(before: &Value, after: &Value) -> Option<Value> {
    let (Value::Object(before), Value::Object(after)) = (before, after) else {
        return None;
    };
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let differing = names
        .into_iter()
        .filter(|name| before.get(*name) != after.get(*name));
    let shown = |name: &String| {
        if name.contains("Secret") {
            return json!("changed");
        }
        json!({ "from": before.get(name), "to": after.get(name) })
    };
    let found: Map<String, Value> = differing.map(|name| (name.clone(), shown(name))).collect();
    (!found.is_empty()).then(|| found.into())
}
