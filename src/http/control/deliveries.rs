//! `/_poolhouse/deliveries`: log records that AWS would have delivered, oldest first.

use serde_json::json;

use super::page::{self, page};
use super::route::{Answer, Call, Content, READS, Refused, Route, Serve};
use crate::http::query;

pub(super) const ROUTE: Route = Route {
    path: "deliveries",
    methods: READS,
    about: "log records delivered: ?after=ID&limit=1000&user_pool=POOL_ID",
    serve: Serve::Show(show),
};

fn show(call: &Call<'_>) -> Answer {
    let mut after = 0;
    let mut limit = page::LIMIT;
    let mut pool = None;
    for (name, value) in query::pairs(call.query) {
        match name.as_str() {
            "after" => after = page::after(&value, "a record")?,
            "limit" => limit = page::limit(&value)?,
            "user_pool" => pool = Some(value),
            _ => {
                return Err(Refused::bad_request(format!(
                    "there is no parameter {name}; there are after, limit and user_pool"
                )));
            }
        }
    }
    let found = call.door.shared.deliveries.after(after);
    let wanted = found
        .iter()
        .filter(|known| pool.as_ref().is_none_or(|pool| *pool == known.user_pool_id));
    let deliveries = wanted.map(|known| {
        json!({
            "id": known.id,
            "userPoolId": known.user_pool_id,
            "destination": known.destination,
            "record": known.record,
        })
    });
    Ok(Content::Json(page("deliveries", deliveries, limit)))
}
