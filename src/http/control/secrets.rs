//! `/_poolhouse/secrets`: client secrets that AWS Secrets Manager would keep, as GetSecretValue gives them.

use bytes::Bytes;
use serde_json::{Value, json};

use super::answer::Refused;
use crate::http::door::Door;
use crate::http::query;
use crate::user_pool::app_clients;

pub(super) fn serve(door: &Door, query: Option<&str>) -> Result<Bytes, Refused> {
    let mut arn = None;
    for (name, value) in query::pairs(query.unwrap_or_default()) {
        match name.as_str() {
            "arn" => arn = Some(value),
            _ => {
                return Err(Refused::bad_request(format!(
                    "there is no parameter {name}; there is arn"
                )));
            }
        }
    }
    let kept = app_clients::kept(&door.shared);
    let wanted = kept
        .iter()
        .filter(|secret| arn.as_ref().is_none_or(|arn| **arn == *secret.arn));
    let secrets: Vec<Value> = wanted
        .map(|secret| {
            json!({
                "arn": &*secret.arn,
                "secretString": secret.secret_string.expose(),
                "rotatedAt": secret.rotated.to_rfc3339(),
                "rotatesAt": secret.next.to_rfc3339(),
            })
        })
        .collect();
    Ok(json!({ "secrets": secrets }).to_string().into())
}
