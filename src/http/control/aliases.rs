//! Paths that test suites written for other local servers call already: resets, and what they wait for.

use hyper::Method;
use serde_json::json;

use super::route::{Answer, Call, Content, READS, Route, Serve};
use super::snapshots;

const fn reset(path: &'static str) -> Route {
    Route {
        path,
        // What is in the body or the query means nothing here.
        methods: &[Method::POST],
        about: "the same as reset",
        serve: Serve::Change {
            show: snapshots::reset,
            change: |call, _| snapshots::reset(call),
        },
    }
}

const fn read(path: &'static str, show: fn(&Call<'_>) -> Answer) -> Route {
    Route {
        path,
        methods: READS,
        about: "the same as health",
        serve: Serve::Show(show),
    }
}

/// Without the slash at the beginning; a part in capitals stands for any one part.
pub(super) const ROUTES: [&Route; 11] = [
    &reset("_localstack/state/reset"),
    &reset("_ministack/reset"),
    &reset("_floci/state/reset"),
    &reset("_fakecloud/reset"),
    &reset("_fakecloud/reset/SERVICE"),
    &reset("moto-api/reset"),
    &read("_localstack/health", health),
    &read("_localstack/init", init),
    &read("_localstack/init/STAGE", stage),
    &read("_localstack/info", info),
    &read("moto-api", info),
];

/// Whether a path may be one of them.
pub(super) fn may_be(path: &str) -> bool {
    const FIRST: [&str; 5] = [
        "_localstack",
        "_ministack",
        "_floci",
        "_fakecloud",
        "moto-api",
    ];
    let first = path.trim_start_matches('/').split('/').next();
    first.is_some_and(|first| FIRST.contains(&first))
}

fn health(_: &Call<'_>) -> Answer {
    let body = json!({
        "services": { "cognito-idp": "running" },
        "edition": "poolhouse",
        "version": env!("CARGO_PKG_VERSION"),
    });
    Ok(Content::Json(body.to_string().into()))
}

/// Fixtures are loaded before anything is served, so that every stage is over.
fn init(_: &Call<'_>) -> Answer {
    let done = json!({ "BOOT": true, "START": true, "READY": true, "SHUTDOWN": false });
    let body = json!({ "completed": done, "scripts": [] });
    Ok(Content::Json(body.to_string().into()))
}

fn stage(call: &Call<'_>) -> Answer {
    let stage = call.path.last().copied().unwrap_or_default();
    let completed = stage != "shutdown";
    let body = json!({ "completed": completed, "scripts": [] });
    Ok(Content::Json(body.to_string().into()))
}

fn info(_: &Call<'_>) -> Answer {
    let body = json!({ "edition": "poolhouse", "version": env!("CARGO_PKG_VERSION") });
    Ok(Content::Json(body.to_string().into()))
}
