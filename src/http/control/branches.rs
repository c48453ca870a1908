//! `/_poolhouse/branches` and `/_poolhouse/pools/ID/clone`: the same pools again, for tests that run at the same
//! time.

use std::collections::BTreeMap;
use std::sync::Arc;

use hyper::{Method, StatusCode};
use serde_json::{Map, Value, json};

use super::members::Members;
use super::route::{Answer, Call, Content, Refused, Route, Serve, Waiting};
use super::snapshots;
use crate::context::START;
use crate::model::PoolId;
use crate::user_pool::branches::{self, Copied};

const TAKES: &str = r#"nothing, {"from":"@start"} with the name of a snapshot, or {"fixture":{"UserPools":[…]},"seed":1} with a fixture or a list of them; and "account":"123456789012" for an account that has no user pools"#;

pub(super) const ROUTE: Route = Route {
    path: "branches",
    methods: &[Method::POST],
    about: r#"copies a snapshot, or loads a fixture, into an account of its own; POST {"from":"@start","account":"123456789012"} or {"fixture":{"UserPools":[…]}}"#,
    serve: Serve::Work(create),
};

pub(super) const ONE: Route = Route {
    path: "branches/ACCOUNT",
    methods: &[Method::DELETE],
    about: "drops a branch",
    serve: Serve::Change {
        show: |_| Err(Refused::bad_request("a branch takes DELETE")),
        change: |call, _| drop_one(call),
    },
};

pub(super) const CLONE: Route = Route {
    path: "pools/ID/clone",
    methods: &[Method::POST],
    about: "copies a user pool within its account",
    serve: Serve::Work(clone),
};

fn conflict(text: String) -> Refused {
    Refused(StatusCode::CONFLICT, text)
}

fn create<'a>(call: &'a Call<'a>, body: &'a [u8]) -> Waiting<'a> {
    Box::pin(async move {
        let members = Members::read(body, &["from", "fixture", "seed", "account"], TAKES)?;
        let from = members.text("from")?;
        let account = members.account("account")?;
        let fixtures = members.documents("fixture")?;
        let seed = members.natural("seed")?;
        if seed.is_some() && fixtures.is_none() {
            let text = format!(
                "seed: it is what a fixture's ids and secrets are drawn from, and a snapshot has all of its \
                 own; leave it out, or give a fixture; the body takes {TAKES}"
            );
            return Err(Refused::bad_request(text));
        }
        let shared = Arc::clone(&call.door.shared);
        let done = match fixtures {
            Some(_) if from.is_some() => {
                let text =
                    "a branch is from a snapshot or from a fixture; leave one of the two out";
                return Err(Refused::bad_request(text));
            }
            Some(fixtures) => {
                let work = move || {
                    let made = shared.apart.make(&shared, fixtures, seed);
                    let made = made.map_err(Refused::bad_request)?;
                    branches::branch(&shared, &made, account).map_err(conflict)
                };
                call.door.shared.crypto.run(work).await?
            }
            None => {
                let from = from.as_deref().unwrap_or(START);
                let (_, snapshot) = snapshots::find(&shared, from)?;
                let work = move || branches::branch(&shared, &snapshot, account).map_err(conflict);
                call.door.shared.crypto.run(work).await?
            }
        };
        let (account, copied) = done?;
        Ok(view(&account, &copied))
    })
}

fn clone<'a>(call: &'a Call<'a>, body: &'a [u8]) -> Waiting<'a> {
    Box::pin(async move {
        Members::read(body, &[], "nothing")?;
        let id = PoolId::from(call.path.get(1).copied().unwrap_or_default());
        let image = call
            .door
            .shared
            .pool_image(&id)
            .map_err(|error| Refused(StatusCode::NOT_FOUND, error.reason().to_owned()))?;
        let account = image.account.clone();
        let shared = Arc::clone(&call.door.shared);
        let work = move || branches::clone_pool(&shared, &image);
        let done = call.door.shared.crypto.run(work).await?;
        let copied = done.map_err(conflict)?;
        Ok(view(&account, &[copied]))
    })
}

fn drop_one(call: &Call<'_>) -> Answer {
    let account = call.path.last().copied().unwrap_or_default();
    let shared = &call.door.shared;
    let Some(pools) = branches::drop_branch(shared, account) else {
        let known: Vec<String> = shared.branches.all().into_iter().collect();
        let there_are = match &known[..] {
            [] => "there are none".to_owned(),
            some => format!("there are {}", some.join(", ")),
        };
        let text = format!("account {account} is no branch; {there_are}");
        return Err(Refused(StatusCode::NOT_FOUND, text));
    };
    let body = json!({ "deleted": account, "userPools": pools });
    Ok(Content::Json(body.to_string().into()))
}

/// What was copied, by names; of several of one name each goes by the old id.
fn view(account: &str, copied: &[Copied]) -> Content {
    let mut pools = Vec::new();
    let mut clients = Vec::new();
    let mut users = 0;
    for one in copied {
        let (old, new) = (one.old.as_str(), one.pool.id.as_str());
        one.pool.read(|state| {
            let ids = json!({ "old": old, "new": new });
            pools.push((state.settings.name.clone(), old.to_owned(), ids));
            for (old, new) in &one.clients {
                let client = state.clients.get(new);
                let name = client.map_or_else(String::new, |client| client.name.clone());
                let (old, new) = (old.as_str(), new.as_str());
                let ids = json!({ "old": old, "new": new, "userPoolId": one.pool.id.as_str() });
                clients.push((name, old.to_owned(), ids));
            }
            users += state.users.len();
        });
    }
    let body = json!({
        "account": account,
        "pools": by_name(pools),
        "clients": by_name(clients),
        "users": users,
    });
    Content::Json(body.to_string().into())
}

fn by_name(found: Vec<(String, String, Value)>) -> Map<String, Value> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for (name, ..) in &found {
        *counts.entry(name.clone()).or_default() += 1;
    }
    let keyed = found.into_iter().map(|(name, id, value)| {
        let is_unique = counts.get(&name) == Some(&1);
        (if is_unique { name } else { id }, value)
    });
    keyed.collect()
}
