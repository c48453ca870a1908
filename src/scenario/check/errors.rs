//! Error types that steps expect of operations.

use serde_json::{Map, Value};

use super::output;

use crate::model::cognito_idp::{ERROR_CODES, Operation};
use crate::model::described::errors_of;
use crate::model::misspelled;
use crate::scenario::expectation::{Expectation, Kind, Matcher};
use crate::scenario::expression::Step;
use crate::scenario::plan::{Refusal, Row};
use crate::scenario::read::entry::Faults;
use crate::scenario::results::REFUSAL;
use crate::scenario::source::At;
use crate::scenario::template::Template;

/// Gathers types that the operation never gives.
pub(super) fn check(error: &Refusal, operation: Operation, table: &[Row], faults: &mut Faults) {
    match error {
        Refusal::None => {}
        Refusal::Type(template) => of_template(template, operation, table, faults),
        Refusal::Members {
            kind,
            message,
            status,
            reason,
            ..
        } => {
            let said = [kind, message, status, reason].into_iter();
            for (member, expected) in REFUSAL.members.iter().zip(said) {
                if let Some(expected) = expected {
                    output::check_member(expected, member, faults);
                }
            }
            if let Some(kind) = kind {
                of_expectation(kind, operation, table, faults);
            }
            if let Some(status) = status {
                of_status(status, faults);
            }
        }
    }
}

fn of_expectation(
    expected: &Expectation,
    operation: Operation,
    table: &[Row],
    faults: &mut Faults,
) {
    match &expected.kind {
        Kind::Value(template) => of_template(template, operation, table, faults),
        Kind::Matchers(matchers) => {
            for matching in matchers {
                if let Matcher::OneOf(choices) = &matching.matcher {
                    let each = choices.iter();
                    each.for_each(|choice| of_expectation(choice, operation, table, faults));
                }
            }
        }
        Kind::Form(_) | Kind::Members(_) | Kind::Items(_) => {}
    }
}

/// Statuses that no refusal has, not even one that a fault makes.
fn of_status(expected: &Expectation, faults: &mut Faults) {
    match &expected.kind {
        Kind::Value(template) => {
            let status = template.literal().and_then(Value::as_i64);
            if let Some(text) = status.and_then(wrong_status) {
                faults.add(&template.at, text);
            }
        }
        Kind::Matchers(matchers) => {
            for matching in matchers {
                if let Matcher::OneOf(choices) = &matching.matcher {
                    choices.iter().for_each(|choice| of_status(choice, faults));
                }
            }
        }
        Kind::Form(_) | Kind::Members(_) | Kind::Items(_) => {}
    }
}

fn wrong_status(status: i64) -> Option<String> {
    match status {
        201..=599 => None,
        200 => Some(
            "an operation that is refused never answers 200; leave error out where it succeeds"
                .to_owned(),
        ),
        _ => Some(format!(
            "no answer has the status {status}; a refusal has 400 or 500, or what a fault says, from 201 to 599"
        )),
    }
}

fn of_template(template: &Template, operation: Operation, table: &[Row], faults: &mut Faults) {
    match template.literal() {
        Some(Value::String(kind)) => of_text(kind, &template.at, operation, faults),
        Some(_) => {}
        None => {
            for value in of_rows(template, table) {
                match value.literal() {
                    Some(Value::String(kind)) => of_text(kind, &value.at, operation, faults),
                    Some(Value::Object(members)) => {
                        of_members(members, &value.at, operation, faults);
                    }
                    _ => {}
                }
            }
        }
    }
}

/// What a row says of a refusal, which is compared as it stands.
fn of_members(members: &Map<String, Value>, at: &At, operation: Operation, faults: &mut Faults) {
    for (name, value) in members {
        let Some(member) = REFUSAL.member(name) else {
            let hint = misspelled::hint(name, REFUSAL.members.iter().map(|member| member.name));
            faults.add(at, format!("error has no member {name}; {hint}"));
            continue;
        };
        match (member.name, value) {
            (_, Value::Null) => {}
            ("type", Value::String(kind)) => of_text(kind, at, operation, faults),
            ("status", Value::Number(number)) => {
                let status = number.as_i64().unwrap_or_default();
                wrong_status(status)
                    .into_iter()
                    .for_each(|text| faults.add(at, text));
            }
            ("status", _) => faults.add(at, "status of error is a number"),
            (_, Value::String(_)) => {}
            (name, _) => faults.add(at, format!("{name} of error is a text here")),
        }
    }
}

/// The values that rows have for `${row.NAME}`.
fn of_rows<'p>(template: &Template, table: &'p [Row]) -> Vec<&'p Template> {
    let used = template.names();
    let [used] = used.as_slice() else {
        return Vec::new();
    };
    let [Step::Member(name)] = used.path else {
        return Vec::new();
    };
    if used.name != "row" || !template.is_one_expression() {
        return Vec::new();
    }
    let values = table.iter().flat_map(|row| &row.values);
    let named = values.filter(|(key, _)| key.name == *name);
    named.map(|(_, value)| value).collect()
}

fn of_text(kind: &str, at: &At, operation: Operation, faults: &mut Faults) {
    let known = errors_of(operation);
    if known.contains(kind) {
        return;
    }
    let hint = misspelled::hint(kind, known);
    let is_type = ERROR_CODES.iter().any(|(code, _)| *code == kind);
    let text = match is_type {
        true => format!("{} is never refused with {kind}; {hint}", operation.name()),
        false => format!("there is no error type {kind}; {hint}"),
    };
    faults.add(at, text);
}
