//! `/_poolhouse/quotas`: shows the request-rate quotas and what is used of them, switches them, and
//! sets rates, also in the place of Service Quotas.

use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::members;
use super::requests;
use super::route::{Content, READS_AND_CHANGES, Refused, Route, Serve};
use crate::context::{DEFAULT_ACCOUNT, DEFAULT_REGION, Shared};
use crate::http::query;
use crate::model::described::{Own, Type};
use crate::model::names::{is_account, is_region};
use crate::model::{AccountRegion, misspelled};
use crate::quotas::{self, Category, Enforcement, Rate};

const MEMBERS: &str = r#"the body takes {"enforced":true}, {"enforced":false}, or {"category":"UserRead","rps":5} with "max", "account" and "region" if need be"#;

pub(super) const ROUTE: Route = Route {
    path: "quotas",
    methods: READS_AND_CHANGES,
    about: r#"request rates and their use: ?account=ACCOUNT&region=REGION; PUT {"enforced":true} or {"category":"UserRead","rps":5}"#,
    serve: Serve::Change {
        show: |call| show(&call.door.shared, call.query).map(Content::Json),
        change: |call, body| change(&call.door.shared, body).map(Content::Json),
    },
};

/// What a body may have.
pub(crate) const TAKES: &[Own] = &[
    Own::new("enforced", Type::Boolean),
    Own::new("category", Type::Enum(Category::NAMES)),
    Own::new("rps", Type::Integer),
    Own::new("max", Type::Integer),
    Own::new("account", Type::Text),
    Own::new("region", Type::Text),
];

/// More than any account has.
const MOST: u64 = 1_000_000;

/// What a body asks for.
#[derive(Debug, Default)]
struct Change {
    enforced: Option<bool>,
    category: Option<Category>,
    rps: Option<u32>,
    max: Option<u32>,
    account: Option<String>,
    region: Option<String>,
}

/// The rates of the account and Region that the query names, the default ones without a word.
fn show(shared: &Shared, query: &str) -> Result<Bytes, Refused> {
    let mut place = default_place();
    for (name, value) in query::pairs(query) {
        match name.as_str() {
            "account" => place.account = requests::account(&value)?,
            "region" if is_region(&value) => place.region = value,
            "region" => {
                let text = format!("region: {value:?} is no Region, such as us-east-1");
                return Err(Refused::bad_request(text));
            }
            _ => {
                let hint = misspelled::hint(&name, ["account", "region"]);
                let text = format!("there is no parameter {name}; {hint}");
                return Err(Refused::bad_request(text));
            }
        }
    }
    Ok(shown(shared, &place))
}

/// Changes what `body` says, wholly or not at all, and shows the account and Region that it names.
fn change(shared: &Shared, body: &[u8]) -> Result<Bytes, Refused> {
    let change = Change::parse(body)?;
    change.is_sound()?;
    let default = default_place();
    let place = AccountRegion::new(
        change.account.unwrap_or(default.account),
        change.region.unwrap_or(default.region),
    );
    if let Some(category) = change.category {
        set_rate(shared, &place, category, change.rps, change.max)?;
    }
    match change.enforced {
        Some(true) => shared.quotas.enforce(Enforcement::Everywhere),
        Some(false) => shared.quotas.enforce(Enforcement::Off),
        None => {}
    }
    Ok(shown(shared, &place))
}

/// `rps` is enforced as it stands, below AWS's default too, and raises the account's maximum to it.
fn set_rate(
    shared: &Shared,
    place: &AccountRegion,
    category: Category,
    rps: Option<u32>,
    max: Option<u32>,
) -> Result<(), Refused> {
    let set = |rate: Rate| {
        let maximum = max.unwrap_or(rate.maximum);
        // A lower maximum takes what was provisioned above it away.
        let provisioned = rps.unwrap_or(rate.provisioned.min(maximum));
        Ok(Rate {
            provisioned,
            maximum: maximum.max(provisioned),
        })
    };
    shared
        .quotas
        .change_rate(place, category, set)
        .map(drop)
        .map_err(|refused| Refused::bad_request(refused.reason()))
}

fn shown(shared: &Shared, place: &AccountRegion) -> Bytes {
    let now = shared.clock.now();
    let categories: Vec<Value> = shared
        .quotas
        .usage(place, now)
        .iter()
        .map(|one| {
            json!({
                "category": one.category.name(),
                "rps": one.rate.provisioned,
                "default": one.category.default_rate(),
                "max": one.rate.maximum,
                "adjustable": one.category.is_adjustable(),
                "used": one.used,
                "calls": one.calls.taken,
                "throttled": one.calls.throttled,
            })
        })
        .collect();
    json!({
        "enforced": enforced(shared.quotas.enforcement()),
        "account": place.account,
        "region": place.region,
        "categories": categories,
        "operation_in_a_pool": quotas::OPERATION_IN_A_POOL,
        "user": { "reads": quotas::USER, "writes": quotas::USER },
    })
    .to_string()
    .into()
}

/// Who is held to the quotas, as it is shown.
pub(super) fn enforced(enforcement: Enforcement) -> Value {
    match enforcement {
        Enforcement::Off => json!(false),
        Enforcement::MarkedPools => json!("pools of fixtures with Quotas"),
        Enforcement::Everywhere => json!(true),
    }
}

fn default_place() -> AccountRegion {
    AccountRegion::new(DEFAULT_ACCOUNT, DEFAULT_REGION)
}

fn fault(what: impl std::fmt::Display) -> Refused {
    Refused::bad_request(format!("{what}; {MEMBERS}"))
}

/// What is wrong with a body of these members, if anything is.
pub(crate) fn wrong(members: &Map<String, Value>) -> Option<String> {
    let change = Change::read(members).and_then(|change| change.is_sound());
    let Refused(_, text) = change.err()?;
    let end = format!("; {MEMBERS}");
    Some(text.strip_suffix(&end).unwrap_or(&text).to_owned())
}

impl Change {
    fn parse(body: &[u8]) -> Result<Self, Refused> {
        Self::read(&members::object(body, MEMBERS)?)
    }

    /// Whether its members go together.
    fn is_sound(&self) -> Result<(), Refused> {
        match self.category {
            Some(category) => {
                if self.rps.is_none() && self.max.is_none() {
                    return Err(fault("a \"category\" wants \"rps\" or \"max\""));
                }
                if self.max.is_some_and(|max| max < category.default_rate()) {
                    return Err(fault("\"max\" is below the category's default"));
                }
                Ok(())
            }
            None if self.rps.is_some() || self.max.is_some() => {
                Err(fault("\"rps\" and \"max\" are of a \"category\""))
            }
            None if self.enforced.is_none() => Err(fault("nothing is to be changed")),
            None => Ok(()),
        }
    }

    fn read(members: &Map<String, Value>) -> Result<Self, Refused> {
        members::only(members, TAKES.iter().map(|own| own.name), MEMBERS)?;
        let mut change = Self::default();
        for (name, value) in members {
            let right = match name.as_str() {
                "enforced" => "true or false",
                "rps" | "max" => "a whole number from 0 to 1000000",
                "category" => "the name of a category",
                "account" => "an account, which is a text of 12 digits",
                _region => "a Region, such as us-east-1",
            };
            let wrong = || fault(format!("{name}: {value} is not {right}"));
            let rate = || {
                let rate = value.as_u64().filter(|rate| *rate <= MOST);
                rate.and_then(|rate| u32::try_from(rate).ok())
                    .ok_or_else(wrong)
            };
            let text = |fits: fn(&str) -> bool| {
                let text = value.as_str().filter(|text| fits(text));
                text.map(str::to_owned).ok_or_else(wrong)
            };
            match name.as_str() {
                "enforced" => change.enforced = Some(value.as_bool().ok_or_else(wrong)?),
                "category" => {
                    let name = value.as_str().ok_or_else(wrong)?;
                    change.category = Some(Category::named(name).ok_or_else(|| {
                        let hint = misspelled::hint(name, Category::NAMES.iter().copied());
                        fault(format!("category: there is no category {name:?}; {hint}"))
                    })?);
                }
                "rps" => change.rps = Some(rate()?),
                "max" => change.max = Some(rate()?),
                "account" => change.account = Some(text(is_account)?),
                _region => change.region = Some(text(|text| text.len() <= 32 && is_region(text))?),
            }
        }
        Ok(change)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::clock::{Clock, Timestamp};
    use crate::context::Settings;
    use crate::entropy::Entropy;

    fn shared() -> Shared {
        let clock = Clock::frozen_at(Timestamp(1_800_000_000_000));
        Shared::new(clock, Entropy::from_seed(1), Settings::default())
    }

    fn row(shown: &Bytes, category: &str) -> Value {
        let shown: Value = serde_json::from_slice(shown).unwrap();
        let rows = shown["categories"].as_array().unwrap();
        let row = rows.iter().find(|row| row["category"] == category);
        row.unwrap().clone()
    }

    #[test]
    fn rates_are_set_for_the_account_and_region_that_the_body_names() {
        let shared = shared();
        let body = br#"{"category":"UserRead","rps":500,"region":"eu-west-1","enforced":true}"#;
        let reads = row(&change(&shared, body).unwrap(), "UserRead");
        assert_eq!(
            reads,
            json!({"category": "UserRead", "rps": 500, "default": 120, "max": 500,
                "adjustable": true, "used": 0.0, "calls": 0, "throttled": 0})
        );
        assert_eq!(shared.quotas.enforcement(), Enforcement::Everywhere);
        assert_eq!(row(&show(&shared, "").unwrap(), "UserRead")["rps"], 120);
        let there = show(&shared, "region=eu-west-1").unwrap();
        assert_eq!(row(&there, "UserRead")["rps"], 500);
        let lowered = br#"{"category":"UserRead","max":200,"region":"eu-west-1"}"#;
        let reads = row(&change(&shared, lowered).unwrap(), "UserRead");
        assert_eq!((&reads["rps"], &reads["max"]), (&json!(200), &json!(200)));
    }

    #[test]
    fn a_wrong_body_changes_nothing_and_says_what_is_right() {
        let shared = shared();
        for body in [
            "",
            "[]",
            "{}",
            r#"{"enforced":"yes"}"#,
            r#"{"enforced":true,"rps":1}"#,
            r#"{"enforced":true,"category":"UserRead"}"#,
            r#"{"enforced":true,"category":"Users","rps":1}"#,
            r#"{"category":"UserRead","rps":-1}"#,
            r#"{"category":"UserRead","rps":1000001}"#,
            r#"{"category":"UserRead","max":1}"#,
            r#"{"category":"UserRead","rps":1,"account":"12"}"#,
            r#"{"category":"UserRead","rps":1,"region":"here"}"#,
            r#"{"category":"UserRead","rps":1,"per":"hour"}"#,
        ] {
            let Refused(status, text) = change(&shared, body.as_bytes()).unwrap_err();
            assert_eq!(status, 400, "{body}");
            assert!(text.contains(r#"{"enforced":true}"#), "{text}");
        }
        assert_eq!(shared.quotas.enforcement(), Enforcement::Off);
        assert_eq!(row(&show(&shared, "").unwrap(), "UserRead")["rps"], 120);
        assert!(show(&shared, "pool=x").is_err());
    }
}
