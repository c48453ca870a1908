//! `/_poolhouse/snapshots` and `/_poolhouse/reset`: names what the server is like, and makes it so again.

use std::sync::Arc;

use hyper::{Method, StatusCode};
use serde_json::{Value, json};

use super::members::Members;
use super::route::{Answer, Call, Content, READS, Refused, Route, Serve};
use crate::context::{NotKept, START, Shared, Snapshot};
use crate::control::journal::Deed;
use crate::user_pool::import_jobs;

const NAME: &str = "a name has 1 to 64 of a-z, 0-9, dot, underscore and hyphen";

/// Names that no URL can say: clients take such a segment of a path for a step up, or for none (RFC 3986, 5.2.4).
const SEGMENTS: [&str; 2] = [".", ".."];

const TAKES: &str = r#"{"name":"before-payment"}, and "account":"123456789012" for the pools of one account, and "replace":true for a name that is in use"#;

const BACK_TAKES: &str = r#"nothing, or {"account":"123456789012"} for the pools of one account"#;

pub(super) const ROUTE: Route = Route {
    path: "snapshots",
    methods: &[Method::GET, Method::HEAD, Method::POST],
    about: r#"names what the server is like; POST {"name":"before-payment","account":"123456789012","replace":true}"#,
    serve: Serve::Change {
        show: |call| Ok(listed(&call.door.shared)),
        change: |call, body| create(&call.door.shared, body),
    },
};

pub(super) const ONE: Route = Route {
    path: "snapshots/NAME",
    methods: &[Method::GET, Method::HEAD, Method::DELETE],
    about: "one snapshot; DELETE drops it",
    serve: Serve::Change {
        show: |call| {
            let (name, snapshot) = named(call)?;
            Ok(Content::Json(view(&name, &snapshot).to_string().into()))
        },
        change: |call, _| drop_one(call),
    },
};

pub(super) const RESTORE: Route = Route {
    path: "snapshots/NAME/restore",
    methods: &[Method::POST],
    about: r#"makes the server what it was; POST, or POST {"account":"123456789012"}"#,
    serve: Serve::Change {
        show: |_| Err(Refused::bad_request("restore takes POST")),
        change: |call, body| {
            let (name, snapshot) = named(call)?;
            restore(&call.door.shared, &name, &snapshot, body)
        },
    },
};

pub(super) const DIFF: Route = Route {
    path: "snapshots/NAME/diff",
    methods: READS,
    about: "what is otherwise in another snapshot, or now: ?to=NAME or ?to=now",
    serve: Serve::Wait(super::diff::show),
};

pub(super) const RESET: Route = Route {
    path: "reset",
    methods: &[Method::POST],
    about: "makes the server what it was when it was ready",
    serve: Serve::Change {
        show: |_| Err(Refused::bad_request("reset takes POST")),
        change: |call, body| {
            let shared = &call.door.shared;
            let (name, snapshot) = find(shared, START)?;
            restore(shared, &name, &snapshot, body)
        },
    },
};

/// Makes the server what it was when it was ready, for those who call that otherwise.
pub(super) fn reset(call: &Call<'_>) -> Answer {
    let shared = &call.door.shared;
    let (name, snapshot) = find(shared, START)?;
    restore(shared, &name, &snapshot, b"")
}

fn is_name(text: &str) -> bool {
    let takes = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-');
    (1..=64).contains(&text.len()) && text.bytes().all(takes)
}

/// The snapshot of a name.
pub(super) fn find(shared: &Shared, name: &str) -> Result<(String, Arc<Snapshot>), Refused> {
    let Some(snapshot) = shared.snapshots.get(name) else {
        let names = shared.snapshots.all().into_iter().map(|(name, _)| name);
        let names: Vec<String> = names.collect();
        let text = format!(
            "there is no snapshot {name}; there are {}",
            names.join(", ")
        );
        return Err(Refused(StatusCode::NOT_FOUND, text));
    };
    Ok((name.to_owned(), snapshot))
}

/// The snapshot that a path names; a client may have written `@` as `%40`.
pub(super) fn named(call: &Call<'_>) -> Result<(String, Arc<Snapshot>), Refused> {
    let name = call.path.get(1).copied().unwrap_or_default();
    find(&call.door.shared, &name.replace("%40", "@"))
}

fn create(shared: &Shared, body: &[u8]) -> Answer {
    let members = Members::read(body, &["name", "account", "replace"], TAKES)?;
    let name = members
        .text("name")?
        .ok_or_else(|| Refused::bad_request(format!("there is no name; the body takes {TAKES}")))?;
    if name == START {
        let text = format!("{START} is the moment when the server was ready, and stays so");
        return Err(Refused::bad_request(text));
    }
    if !is_name(&name) {
        return Err(Refused::bad_request(format!(
            "name: \"{name}\" is none; {NAME}"
        )));
    }
    if SEGMENTS.contains(&&*name) {
        return Err(Refused::bad_request(format!(
            "name: \"{name}\" is no segment of a URL, so that nobody could restore it; {NAME}, and is neither . nor .."
        )));
    }
    let (account, replaces) = (members.account("account")?, members.truth("replace")?);
    let take = || shared.snapshot(account.as_deref());
    let kept = shared.snapshots.keep(&name, replaces, take);
    let snapshot = kept.map_err(|why| match why {
        NotKept::Taken => Refused(
            StatusCode::CONFLICT,
            format!(r#"there is a snapshot {name}; "replace":true puts the new one in its place"#),
        ),
        NotKept::TooMany(most) => Refused(
            StatusCode::CONFLICT,
            format!(
                "there are {most} snapshots, and no more are kept; DELETE /_poolhouse/snapshots/NAME \
                 drops one, and --keep-snapshots keeps more"
            ),
        ),
    })?;
    shared.tell_snapshot(Deed::Created, &name, account.as_deref());
    Ok(Content::Json(view(&name, &snapshot).to_string().into()))
}

fn restore(shared: &Arc<Shared>, name: &str, snapshot: &Snapshot, body: &[u8]) -> Answer {
    let members = Members::read(body, &["account"], BACK_TAKES)?;
    let account = members.account("account")?;
    let back = shared.put_back(snapshot, account.as_deref());
    let back = back.map_err(|text| Refused(StatusCode::CONFLICT, text))?;
    for pool in &back {
        import_jobs::resume(shared, pool);
    }
    let account = account.or_else(|| snapshot.account.clone());
    shared.tell_snapshot(Deed::Restored, name, account.as_deref());
    if account.is_none() {
        shared.tell_clock();
    }
    let mut view = view(name, snapshot);
    // What is back: of a whole snapshot, perhaps the pools of one account.
    view["account"] = json!(account);
    let ids: Vec<&str> = back.iter().map(|pool| pool.id.as_str()).collect();
    view["userPools"] = json!(ids);
    let users: usize = back
        .iter()
        .map(|pool| pool.read(|state| state.users.len()))
        .sum();
    view["users"] = json!(users);
    Ok(Content::Json(view.to_string().into()))
}

fn drop_one(call: &Call<'_>) -> Answer {
    let (name, snapshot) = named(call)?;
    if name == START {
        let text = format!("{START} stays, so that there is something to reset to");
        return Err(Refused::bad_request(text));
    }
    let dropped = call.door.shared.snapshots.remove(&name);
    if dropped.is_some() {
        let shared = &call.door.shared;
        shared.tell_snapshot(Deed::Deleted, &name, snapshot.account.as_deref());
    }
    let body = json!({ "deleted": usize::from(dropped.is_some()) });
    Ok(Content::Json(body.to_string().into()))
}

fn listed(shared: &Shared) -> Content {
    let all = shared.snapshots.all();
    let all: Vec<Value> = all.iter().map(|(name, one)| view(name, one)).collect();
    Content::Json(json!({ "snapshots": all }).to_string().into())
}

fn view(name: &str, snapshot: &Snapshot) -> Value {
    let pools = &snapshot.pools.pools;
    let users: usize = pools.iter().map(|one| one.pool.state.users.len()).sum();
    let ids: Vec<&str> = pools.iter().map(|one| one.pool.id.as_str()).collect();
    json!({
        "name": name,
        "account": snapshot.account,
        "takenAt": snapshot.taken.to_rfc3339(),
        "userPools": ids,
        "users": users,
    })
}
