//! `/_poolhouse/secrets`: client secrets that AWS Secrets Manager would keep, as GetSecretValue gives them.

use serde_json::{Value, json};

use super::route::{Answer, Call, Content, READS, Refused, Route, Serve};
use crate::http::query;
use crate::user_pool::app_clients;

pub(super) const ROUTE: Route = Route {
    path: "secrets",
    methods: READS,
    about: "client secrets that AWS Secrets Manager would keep: ?arn=ARN",
    serve: Serve::Show(show),
};

fn show(call: &Call<'_>) -> Answer {
    let mut arn = None;
    for (name, value) in query::pairs(call.query) {
        match name.as_str() {
            "arn" => arn = Some(value),
            _ => {
                return Err(Refused::bad_request(format!(
                    "there is no parameter {name}; there is arn"
                )));
            }
        }
    }
    let kept = app_clients::kept(&call.door.shared);
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
    let body = json!({ "secrets": secrets }).to_string();
    Ok(Content::Json(body.into()))
}
