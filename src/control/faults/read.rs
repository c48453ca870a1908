//! Reading a rule, and refusing what can never come true.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use serde_json::{Map, Value};

use super::delay::{self, Delay, members, time};
use super::{Applied, Connection, Counts, Effect, FaultRule, MATCH, Match};
use crate::control::rules::{self, Fault};
use crate::model::cognito_idp::Operation;
use crate::model::described::{OF_ANY, Shape, errors_of};
use crate::model::misspelled;
use crate::model::names::is_account;
use crate::model::network::Network;

/// Pieces of an answer at most.
const CHUNKS: u64 = 1000;

/// A rule as it is given, or as it is shown: with its counts beside it.
pub(super) fn rule(given: &Map<String, Value>) -> Result<FaultRule, Fault> {
    let Some(inner) = given.get("rule") else {
        return bare(given);
    };
    let shown = members(
        "",
        &Value::Object(given.clone()),
        &["id", "matched", "applied", "rule"],
    )
    .map_err(|fault| Fault {
        member: fault
            .member
            .map(|name| name.trim_start_matches('.').to_owned()),
        ..fault
    })
    .map(|_| given)?;
    let Value::Object(inner) = inner else {
        return Err(Fault::of("rule", "must be an object"));
    };
    let mut rule = bare(inner).map_err(|fault| Fault {
        member: Some(match fault.member {
            Some(member) => format!("rule.{member}"),
            None => "rule".to_owned(),
        }),
        ..fault
    })?;
    let count = |name: &str| match shown.get(name) {
        None | Some(Value::Null) => Ok(0),
        Some(value) => whole(name, value, 0),
    };
    let counts = Counts {
        matched: count("matched")?,
        applied: count("applied")?,
    };
    rule.counts = Arc::new(Mutex::new(counts));
    if let Some(id) = shown.get("id").filter(|id| !id.is_null()) {
        rule.id = Some(read_id(id)?);
    }
    Ok(rule)
}

fn bare(given: &Map<String, Value>) -> Result<FaultRule, Fault> {
    rules::only_known::<FaultRule>(given)?;
    let given = |name: &str| given.get(name).filter(|value| !value.is_null());
    let matching = given("match").map(read_match).transpose()?;
    let matching = matching.unwrap_or_default();
    let number = |name, least| {
        given(name)
            .map(|value| whole(name, value, least))
            .transpose()
    };
    let rule = FaultRule {
        id: given("id").map(read_id).transpose()?,
        after: number("after", 0)?.unwrap_or_default(),
        times: number("times", 1)?,
        probability: given("probability").map(probability).transpose()?,
        delay: given("delay").map(Delay::read).transpose()?,
        effect: effect(&given, &matching)?,
        applied: given("applied")
            .map(applied)
            .transpose()?
            .unwrap_or_default(),
        matching,
        counts: Arc::default(),
    };
    let is_pieces = matches!(rule.effect, Some(Effect::Dribble { .. }));
    if is_pieces && rule.delay.is_none() && given("applied").is_some_and(|it| it == "before") {
        let text = "pieces are those of the operation's answer, so that it takes effect: leave applied out, or \
                    give a delay, which comes before the operation";
        return Err(Fault::of("applied", text));
    }
    if rule.effect.is_none() && rule.delay.is_none() {
        let text = "a rule says nothing: it needs delay, error, status, connection or dribble";
        return Err(text.into());
    }
    Ok(rule)
}

fn read_id(value: &Value) -> Result<String, Fault> {
    let fits = |text: &&str| {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        (1..=64).contains(&text.len()) && text.bytes().all(fits)
    };
    let id = value.as_str().filter(fits).map(str::to_owned);
    let text = "give 1 to 64 letters, digits and . _ -, or leave it out";
    id.ok_or_else(|| Fault::of("id", text))
}

fn applied(value: &Value) -> Result<Applied, Fault> {
    match value.as_str() {
        Some("before") => Ok(Applied::Before),
        Some("after") => Ok(Applied::After),
        _ => {
            let text = r#"give "before" (nothing happened) or "after" (it took effect, and the answer is lost)"#;
            Err(Fault::of("applied", text))
        }
    }
}

fn whole(name: &str, value: &Value, least: u64) -> Result<u64, Fault> {
    let number = value.as_u64().filter(|number| *number >= least);
    let hint = match name {
        "times" => "; leave it out for always",
        _ => "",
    };
    number.ok_or_else(|| Fault::of(name, format!("give a whole number from {least} on{hint}")))
}

fn probability(value: &Value) -> Result<f64, Fault> {
    let share = value.as_f64().filter(|share| *share > 0.0 && *share <= 1.0);
    let text = "give a number above 0, with which the rule would never apply, up to 1";
    share.ok_or_else(|| Fault::of("probability", text))
}

/// What happens, of which there is one thing.
fn effect<'v>(
    given: &impl Fn(&str) -> Option<&'v Value>,
    matching: &Match,
) -> Result<Option<Effect>, Fault> {
    const EFFECTS: [&str; 4] = ["error", "status", "connection", "dribble"];
    let there: Vec<&str> = EFFECTS
        .into_iter()
        .filter(|name| given(name).is_some())
        .collect();
    if let [first, second, ..] = there.as_slice() {
        let text = format!(
            "there is {first} already; give one of {}",
            EFFECTS.join(", ")
        );
        return Err(Fault::of(second, text));
    }
    for (name, of) in [("message", "error"), ("body", "status")] {
        if given(name).is_some() && given(of).is_none() {
            return Err(Fault::of(
                name,
                format!("it goes with {of}, which is not there"),
            ));
        }
    }
    if let Some(error) = given("error") {
        let code = error_code(error, matching)?;
        let message = given("message").map(|it| text("message", it)).transpose()?;
        return Ok(Some(Effect::Error { code, message }));
    }
    if let Some(value) = given("status") {
        let number = value.as_u64().and_then(|it| u16::try_from(it).ok());
        let status = number.filter(|it| (200..600).contains(it));
        let status = status.ok_or_else(|| Fault::of("status", "give a status from 200 to 599"))?;
        let body = given("body").cloned();
        if body.is_some() && matches!(status, 204 | 205 | 304) {
            return Err(Fault::of("body", format!("an answer of {status} has none")));
        }
        return Ok(Some(Effect::Status { status, body }));
    }
    if let Some(value) = given("connection") {
        let name = text("connection", value)?;
        let hint = || misspelled::hint(&name, Connection::NAMES.iter().copied());
        let kind = Connection::named(&name);
        let wrong = || {
            Fault::of(
                "connection",
                format!("nothing is called {name:?}; {}", hint()),
            )
        };
        return Ok(Some(Effect::Connection(kind.ok_or_else(wrong)?)));
    }
    given("dribble").map(dribble).transpose()
}

fn dribble(value: &Value) -> Result<Effect, Fault> {
    let members = members("dribble", value, &["chunks", "over"])?;
    let chunks = members.get("chunks").and_then(Value::as_u64);
    let chunks = chunks.filter(|chunks| (1..=CHUNKS).contains(chunks));
    let chunks = chunks.and_then(|chunks| u32::try_from(chunks).ok());
    let over = members.get("over").and_then(Value::as_str);
    let over = over.ok_or_else(|| Fault::of("dribble.over", "give a time such as 2s"))?;
    Ok(Effect::Dribble {
        chunks: chunks
            .ok_or_else(|| Fault::of("dribble.chunks", "give a whole number from 1 to 1000"))?,
        over: time("dribble.over", over)?,
    })
}

/// An error that each of the operations can give.
fn error_code(value: &Value, matching: &Match) -> Result<String, Fault> {
    let code = text("error", value)?;
    let wrong = |text: String| Err(Fault::of("error", text));
    if matching
        .path
        .as_deref()
        .is_some_and(|path| !super::matching::is_like(path, "/"))
    {
        return wrong(
            "it is the answer of an operation, which is called at the path /; give a status".into(),
        );
    }
    for operation in &matching.operations {
        let known = errors_of(*operation);
        if !known.contains(code.as_str()) {
            let hint = misspelled::hint(&code, known);
            return wrong(format!("{} cannot give {code}; {hint}", operation.name()));
        }
    }
    if !matching.operations.is_empty() || OF_ANY.contains(&code.as_str()) {
        return Ok(code);
    }
    let gives = |operation: &&Operation| errors_of(**operation).contains(code.as_str());
    let some: Vec<&str> = Operation::ALL
        .iter()
        .filter(gives)
        .map(|one| one.name())
        .collect();
    if some.is_empty() {
        let all: BTreeSet<&str> = Operation::ALL
            .iter()
            .flat_map(|one| errors_of(*one))
            .collect();
        return wrong(format!(
            "no operation gives {code}; {}",
            misspelled::hint(&code, all)
        ));
    }
    let (shown, more) = some.split_at(some.len().min(5));
    let more = if more.is_empty() { "" } else { " and others" };
    let text = format!(
        "not every operation can give {code}; name some that can in match.operation: {}{more}",
        shown.join(", ")
    );
    wrong(text)
}

fn text(name: &str, value: &Value) -> Result<String, Fault> {
    let text = value.as_str().filter(|text| !text.is_empty());
    let wrong = || Fault::of(name, "must be a text that is not empty");
    text.map(str::to_owned).ok_or_else(wrong)
}

fn read_match(value: &Value) -> Result<Match, Fault> {
    let names: Vec<&'static str> = MATCH.members.iter().map(|member| member.name).collect();
    let members = delay::members("match", value, &names)?;
    let given = |name: &str| -> Result<Option<String>, Fault> {
        let value = members.get(name).filter(|value| !value.is_null());
        let place = format!("match.{name}");
        value.map(|value| text(&place, value)).transpose()
    };
    let from = given("ip")?.map(|text| {
        let wrong = || Fault::of("match.ip", format!("{text:?} is no address or range"));
        Network::parse(&text).ok_or_else(wrong)
    });
    let matching = Match {
        operations: operations(members.get("operation"))?,
        path: given("path")?,
        account: given("account")?,
        user_pool: given("userPoolId")?,
        client: given("clientId")?,
        username: given("username")?,
        from: from.transpose()?,
        label: given("label")?,
    };
    check(&matching)?;
    Ok(matching)
}

fn operations(value: Option<&Value>) -> Result<Vec<Operation>, Fault> {
    const PLACE: &str = "match.operation";
    let one = |value: &Value| {
        let name = text(PLACE, value)?;
        Operation::from_name(&name).ok_or_else(|| {
            let known = Operation::ALL.iter().map(|one| one.name());
            let meant = misspelled::nearest(&name, known);
            let hint = meant.map_or_else(
                || "docs/operations.md lists all".to_owned(),
                |meant| format!("did you mean {meant}?"),
            );
            Fault::of(PLACE, format!("there is no operation {name:?}; {hint}"))
        })
    };
    match value {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(all)) if all.is_empty() => {
            let text = "an empty list matches nothing; leave it out for all operations";
            Err(Fault::of(PLACE, text))
        }
        Some(Value::Array(all)) => all.iter().map(one).collect(),
        Some(value) => Ok(vec![one(value)?]),
    }
}

/// Refuses what no request is like.
fn check(matching: &Match) -> Result<(), Fault> {
    let never = |name: &str, text: String| {
        let text = format!("{text}, so that the rule can never match");
        Err(Fault::of(&format!("match.{name}"), text))
    };
    if let Some(account) = matching.account.as_deref()
        && !is_account(account)
    {
        return never("account", format!("{account:?} is no account of 12 digits"));
    }
    if let Some(pool) = matching.user_pool.as_deref() {
        let word = |text: &str| {
            text.bytes()
                .all(|it| it.is_ascii_alphanumeric() || it == b'-')
        };
        let is_id = |(region, id): (&str, &str)| {
            !region.is_empty() && !id.is_empty() && word(region) && word(id) && !id.contains('-')
        };
        if !pool.split_once('_').is_some_and(is_id) {
            return never(
                "userPoolId",
                format!("{pool:?} is no id such as us-east-1_AbCdEfGhI"),
            );
        }
    }
    if let Some(client) = matching.client.as_deref() {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"_+".contains(&byte);
        if client.len() > 128 || !client.bytes().all(fits) {
            return never("clientId", format!("{client:?} is no id of an app client"));
        }
    }
    if matching
        .username
        .as_deref()
        .is_some_and(|name| name.chars().count() > 128)
    {
        return never("username", "a username has 128 characters at most".into());
    }
    if let Some(path) = matching.path.as_deref() {
        check_path(path, matching)?;
    }
    let lacks = |members: &[&str]| {
        let has = |shape: &Shape| members.iter().any(|name| shape.member(name).is_some());
        let mut all = matching.operations.iter();
        !matching.operations.is_empty() && all.all(|operation| !has(operation.input()))
    };
    let names: Vec<&str> = matching.operations.iter().map(|one| one.name()).collect();
    let names = names.join(", ");
    const POOL: [&str; 5] = [
        "UserPoolId",
        "ResourceArn",
        "ClientId",
        "AccessToken",
        "Session",
    ];
    const USER: [&str; 5] = [
        "Username",
        "AuthParameters",
        "ChallengeResponses",
        "AccessToken",
        "Session",
    ];
    if matching.user_pool.is_some() && lacks(&POOL) {
        return never("userPoolId", format!("{names} names no pool"));
    }
    if matching.client.is_some() && lacks(&POOL[2..]) {
        return never("clientId", format!("{names} names no app client"));
    }
    if matching.username.is_some() && lacks(&USER) {
        return never("username", format!("{names} names no user"));
    }
    Ok(())
}

fn check_path(path: &str, matching: &Match) -> Result<(), Fault> {
    let never = |text: &str| {
        let text = format!("{text}, so that the rule can never match");
        Err(Fault::of("match.path", text))
    };
    if !path.starts_with(['/', '*']) {
        return never(&format!("{path:?} is no path, which begins with /"));
    }
    if path.contains(['?', '#']) {
        return never(&format!("{path:?} has a query, which is no part of a path"));
    }
    if path.starts_with("/_poolhouse") || path == "/health" {
        return never("the test API and /health are never harmed");
    }
    if matching.is_of_calls_only() && !super::matching::is_like(path, "/") {
        return never("operations are called at the path /");
    }
    Ok(())
}
