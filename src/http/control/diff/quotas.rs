//! What of request rates and their use is otherwise.

use serde_json::{Map, Value, json};

use crate::context::Snapshot;
use crate::http::control::quotas::enforced;
use crate::quotas::{Calls, Differing, Rate};

/// Whether quotas are enforced, where that is otherwise, and the categories whose rate or use is.
pub(super) fn differences(from: &Snapshot, to: &Snapshot) -> Value {
    let mut found = Map::new();
    let account = from.account.as_deref().or(to.account.as_deref());
    let [was, is] = [from, to].map(|snapshot| snapshot.quotas.enforcement());
    if was != is && account.is_none() {
        let changed = json!({ "from": enforced(was), "to": enforced(is) });
        found.insert("enforced".into(), changed);
    }
    let categories = from.quotas.differing(&to.quotas, account);
    if !categories.is_empty() {
        let shown: Vec<Value> = categories.iter().map(category).collect();
        found.insert("categories".into(), shown.into());
    }
    found.into()
}

fn category(one: &Differing) -> Value {
    let mut shown = json!({
        "account": one.place.account,
        "region": one.place.region,
        "category": one.category.name(),
    });
    let mut put = |name: &str, before: u64, after: u64| {
        if before != after {
            shown[name] = json!({ "from": before, "to": after });
        }
    };
    let [was, is]: &[Rate; 2] = &one.rates;
    put("rps", was.provisioned.into(), is.provisioned.into());
    put("max", was.maximum.into(), is.maximum.into());
    let [was, is]: &[Calls; 2] = &one.calls;
    put("calls", was.taken, is.taken);
    put("throttled", was.throttled, is.throttled);
    shown
}
