//! `/_poolhouse/imports`: whether user import jobs are held before their rows, and holds them.

use bytes::Bytes;
use serde_json::{Value, json};

use super::answer::Refused;
use crate::store::import_jobs::ActiveImports;

const MEMBERS: &str = r#"the body takes {"held":true} or {"held":false}"#;

/// Whether jobs are held.
pub(super) fn show(imports: &ActiveImports) -> Bytes {
    json!({ "held": imports.is_held() }).to_string().into()
}

/// Holds jobs, or lets them go on, and shows it.
pub(super) fn change(imports: &ActiveImports, body: &[u8]) -> Result<Bytes, Refused> {
    let members = match serde_json::from_slice(body) {
        Ok(Value::Object(members)) => members,
        Ok(_) | Err(_) => return Err(Refused::bad_request(MEMBERS)),
    };
    match (members.len(), members.get("held")) {
        (1, Some(Value::Bool(held))) => imports.hold(*held),
        _ => return Err(Refused::bad_request(MEMBERS)),
    }
    Ok(show(imports))
}
