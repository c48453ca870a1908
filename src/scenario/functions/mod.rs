//! The functions of expressions: one table, which is read by whoever checks a call, makes one, or tells of
//! them.

mod chance;
mod encoding;
mod moment;
mod page;
mod passkey;
mod query;
pub(super) mod srp;
mod token;
mod totp;

use serde_json::Value;

use super::evaluation::Evaluation;
use super::expression::{Expression, Operand};
use super::plan;
use crate::model::misspelled;
use crate::model::secret_names::is_secret;

pub(super) use token::{is_jwt, part as jwt_part};

/// A function: what it is called, and what it takes.
pub(crate) struct FunctionSpec {
    pub(crate) name: &'static str,
    /// What it takes, in order.
    pub(crate) arguments: &'static [Argument],
    /// How many of them must be given.
    pub(crate) least: usize,
    run: fn(&Given<'_>, &mut Evaluation<'_>) -> Result<Value, String>,
}

/// What a function takes.
pub(crate) struct Argument {
    pub(crate) name: &'static str,
    pub(crate) wants: Wants,
}

/// What an argument must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wants {
    Text,
    Integer,
    Map,
    /// A map, or the text of one as JSON.
    Options,
    /// A time span with its sign, as `+31m`.
    Shift,
}

/// Arguments, as they came to be.
struct Given<'a> {
    values: &'a [Value],
}

const fn text(name: &'static str) -> Argument {
    Argument {
        name,
        wants: Wants::Text,
    }
}

const fn map(name: &'static str) -> Argument {
    Argument {
        name,
        wants: Wants::Map,
    }
}

const fn integer(name: &'static str) -> Argument {
    Argument {
        name,
        wants: Wants::Integer,
    }
}

const SHIFT: &[Argument] = &[Argument {
    name: "shift",
    wants: Wants::Shift,
}];

const CEREMONY: &[Argument] = &[
    Argument {
        name: "options",
        wants: Wants::Options,
    },
    text("name"),
];

macro_rules! function {
    ($name:literal, $arguments:expr, $least:literal, $run:path) => {
        FunctionSpec {
            name: $name,
            arguments: $arguments,
            least: $least,
            run: $run,
        }
    };
}

/// Every function.
pub(crate) const FUNCTIONS: &[FunctionSpec] = &[
    function!(
        "totp",
        &[text("secret"), integer("steps"), text("hash")],
        1,
        totp::totp
    ),
    function!(
        "otpauth",
        &[text("secret"), text("account"), text("issuer")],
        2,
        totp::otpauth
    ),
    function!(
        "secret_hash",
        &[text("username"), map("client")],
        2,
        encoding::secret_hash
    ),
    function!("srp_a", &[text("name")], 0, srp::srp_a),
    function!("srp_timestamp", &[], 0, srp::srp_timestamp),
    function!(
        "srp_signature",
        &[
            text("pool_id"),
            map("ChallengeParameters"),
            text("password"),
            text("name")
        ],
        3,
        srp::srp_signature
    ),
    function!(
        "device_verifier",
        &[text("group_key"), text("device_key"), text("password")],
        3,
        srp::device_verifier
    ),
    function!(
        "device_signature",
        &[
            text("group_key"),
            text("device_key"),
            text("password"),
            map("ChallengeParameters"),
            text("name"),
        ],
        4,
        srp::device_signature
    ),
    function!("passkey_create", CEREMONY, 1, passkey::create),
    function!("passkey_get", CEREMONY, 1, passkey::get),
    function!("claims", &[text("jwt")], 1, token::claims),
    function!("jwt_header", &[text("jwt")], 1, token::jwt_header),
    function!("now", SHIFT, 0, moment::now),
    function!("epoch", SHIFT, 0, moment::epoch),
    function!("unique", &[text("text")], 1, chance::unique),
    function!("uuid", &[], 0, chance::uuid),
    function!("random", &[integer("length")], 1, chance::random),
    function!("basic", &[text("id"), text("secret")], 2, encoding::basic),
    function!("base64", &[text("text")], 1, encoding::base64),
    function!("base64url", &[text("text")], 1, encoding::base64url),
    function!(
        "pkce_challenge",
        &[text("verifier")],
        1,
        encoding::pkce_challenge
    ),
    function!("query", &[text("url"), text("name")], 2, query::query),
    function!("field", &[text("html"), text("name")], 2, page::field),
    function!("env", &[text("name")], 1, env),
];

/// The function of this name.
pub(crate) fn named(name: &str) -> Option<&'static FunctionSpec> {
    FUNCTIONS.iter().find(|function| function.name == name)
}

impl FunctionSpec {
    /// How it is called: `totp(secret [, steps])`.
    pub(crate) fn usage(&self) -> String {
        let mut usage = format!("{}(", self.name);
        for (at, argument) in self.arguments.iter().enumerate() {
            let optional = at >= self.least;
            let open = match (optional, at) {
                (true, 0) => "[",
                (true, _) => " [, ",
                (false, 0) => "",
                (false, _) => ", ",
            };
            usage.push_str(open);
            usage.push_str(argument.name);
            if optional {
                usage.push(']');
            }
        }
        usage.push(')');
        usage
    }
}

/// What is wrong with a call, as far as can be said before it is made: of which argument, or of the whole.
pub(super) fn check_call(name: &str, arguments: &[Expression]) -> Vec<(Option<usize>, String)> {
    let Some(function) = named(name) else {
        let hint = misspelled::hint(name, FUNCTIONS.iter().map(|known| known.name));
        return vec![(None, format!("there is no function {name}; {hint}"))];
    };
    if let Err(text) = check_count(function, arguments.len()) {
        return vec![(None, text)];
    }
    let literals = arguments.iter().enumerate().filter_map(|(at, argument)| {
        let literal = literal(argument)?;
        let wrong = check_argument(function, at, &literal).err()?;
        Some((Some(at), wrong))
    });
    literals.collect()
}

/// The value of an argument that is written out.
fn literal(argument: &Expression) -> Option<Value> {
    match &argument.value {
        Operand::Name(_) | Operand::Call { .. } => None,
        Operand::Text(text) => Some(Value::from(&**text)),
        Operand::Integer(number) => Some(Value::from(*number)),
        Operand::Boolean(value) => Some(Value::from(*value)),
        Operand::Null => Some(Value::Null),
    }
}

fn check_count(function: &FunctionSpec, given: usize) -> Result<(), String> {
    let most = function.arguments.len();
    if (function.least..=most).contains(&given) {
        return Ok(());
    }
    let wanted = match (function.least, most) {
        (0, 0) => "no arguments".to_owned(),
        (least, most) if least == most => counted(least, "argument"),
        (least, most) if least + 1 == most => format!("{least} or {}", counted(most, "argument")),
        (least, most) => format!("{least} to {}", counted(most, "argument")),
    };
    let usage = function.usage();
    Err(format!("{usage} takes {wanted}, and is given {given}"))
}

fn counted(count: usize, thing: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {thing}{plural}")
}

fn check_argument(function: &FunctionSpec, at: usize, value: &Value) -> Result<(), String> {
    let Some(argument) = function.arguments.get(at) else {
        return Ok(());
    };
    let (fits, wanted) = match argument.wants {
        Wants::Text => (value.is_string(), "a text"),
        Wants::Integer => (value.is_i64(), "an integer"),
        Wants::Map => (value.is_object(), "a map"),
        Wants::Options => (
            value.is_object() || value.is_string(),
            "a map, or the text of one",
        ),
        Wants::Shift => (
            plan::span_of_time(value).is_ok(),
            "a time span as '+31m' or '-90s'",
        ),
    };
    if fits {
        return Ok(());
    }
    let hint = match value {
        Value::Number(_) | Value::Bool(_) if argument.wants == Wants::Text => {
            "; a text that looks like one is written in quotes"
        }
        _ => "",
    };
    Err(format!(
        "{} wants {wanted} for {}, and is given {}{hint}",
        function.usage(),
        argument.name,
        kind(value)
    ))
}

/// Calls a function. What it makes of a variable of the environment is not shown either.
pub(super) fn call(
    name: &str,
    values: &[Value],
    evaluation: &mut Evaluation<'_>,
) -> Result<Value, String> {
    // Whoever made a template of it has checked the name and the count.
    let function = named(name).ok_or_else(|| format!("there is no function {name}"))?;
    check_count(function, values.len())?;
    for (at, value) in values.iter().enumerate() {
        check_argument(function, at, value)?;
    }
    let made = (function.run)(&Given { values }, evaluation)
        .map_err(|text| format!("{}: {text}", function.usage()))?;
    if values.iter().any(|value| evaluation.play.veil.hides(value)) {
        evaluation.play.veil.hide_all(&made);
    }
    if makes_secret(name, values, evaluation) {
        evaluation.play.veil.learn_all(&made);
    }
    Ok(made)
}

/// Whether what a function makes of these is a code, a token or a secret.
fn makes_secret(name: &str, values: &[Value], evaluation: &Evaluation<'_>) -> bool {
    match name {
        "totp" | "secret_hash" | "srp_signature" | "device_verifier" | "device_signature"
        | "basic" => true,
        "base64" | "base64url" => values.iter().any(|value| evaluation.play.veil.knows(value)),
        "query" | "field" => values.get(1).and_then(Value::as_str).is_some_and(is_secret),
        _ => false,
    }
}

impl Given<'_> {
    /// The text of an argument; empty if it is not given.
    fn text(&self, at: usize) -> &str {
        self.values
            .get(at)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// The integer of an argument, if it is given.
    fn integer(&self, at: usize) -> Option<i64> {
        self.values.get(at).and_then(Value::as_i64)
    }

    /// The argument; null if it is not given.
    fn value(&self, at: usize) -> &Value {
        self.values.get(at).unwrap_or(&Value::Null)
    }

    /// The text in a member of a map.
    fn member(&self, at: usize, name: &str) -> Result<&str, String> {
        match self.value(at).get(name) {
            Some(Value::String(text)) => Ok(text),
            found => {
                let found = found.map_or("is missing", |_| "is no text");
                Err(format!("{name} of the map {found}"))
            }
        }
    }
}

/// `env(name)`.
fn env(given: &Given<'_>, evaluation: &mut Evaluation<'_>) -> Result<Value, String> {
    evaluation.play.variable(given.text(0)).map(Value::from)
}

/// What a value is, in a sentence.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a map",
    }
}

#[cfg(test)]
mod tests;
