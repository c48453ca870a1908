//! `/_poolhouse/imports`: whether user import jobs are held before their rows, and holds them.

use bytes::Bytes;
use hyper::StatusCode;
use serde_json::json;

use super::members::Members;
use super::route::{Answer, Call, Content, READS, READS_AND_CHANGES, Refused, Route, Serve};
use crate::store::import_jobs::ActiveImports;
use crate::user_pool::import_jobs;

const TAKES: &str = r#"{"held":true} or {"held":false}"#;

pub(super) const ROUTE: Route = Route {
    path: "imports",
    methods: READS_AND_CHANGES,
    about: r#"user import jobs; POST {"held":true} keeps those that run from their rows"#,
    serve: Serve::Change {
        show: |call| Ok(Content::Json(show(&call.door.shared.imports))),
        change: |call, body| change(&call.door.shared.imports, body).map(Content::Json),
    },
};

pub(super) const LOG: Route = Route {
    path: "imports/JOB/log",
    methods: READS,
    about: "what became of each row of a user import job, as text",
    serve: Serve::Show(log),
};

fn log(call: &Call<'_>) -> Answer {
    let job = call.path.get(1);
    let log = job.and_then(|job| import_jobs::log_of(&call.door.shared, job));
    log.map(Content::Text).ok_or_else(|| {
        let text = "no user pool has an import job of this id";
        Refused(StatusCode::NOT_FOUND, text.into())
    })
}

/// Whether jobs are held.
fn show(imports: &ActiveImports) -> Bytes {
    json!({ "held": imports.is_held() }).to_string().into()
}

/// Holds jobs, or lets them go on, and shows it.
fn change(imports: &ActiveImports, body: &[u8]) -> Result<Bytes, Refused> {
    let members = Members::read(body, &["held"], TAKES)?;
    let held = members.choice("held")?;
    let missing = || Refused::bad_request(format!("there is no held; the body takes {TAKES}"));
    imports.hold(held.ok_or_else(missing)?);
    Ok(show(imports))
}
