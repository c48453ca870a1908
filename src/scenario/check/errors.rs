//! Error types that steps expect of operations.

use serde_json::Value;

use crate::model::cognito_idp::{ERROR_CODES, Operation};
use crate::model::described::errors_of;
use crate::model::misspelled;
use crate::scenario::expectation::{Expectation, Kind, Matcher};
use crate::scenario::expression::Step;
use crate::scenario::plan::{Refusal, Row};
use crate::scenario::read::entry::Faults;
use crate::scenario::source::At;
use crate::scenario::template::Template;

/// Gathers types that the operation never gives.
pub(super) fn check(error: &Refusal, operation: Operation, table: &[Row], faults: &mut Faults) {
    match error {
        Refusal::None => {}
        Refusal::Type(template) => of_template(template, operation, table, faults),
        Refusal::Members { kind, .. } => {
            if let Some(kind) = kind {
                of_expectation(kind, operation, table, faults);
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

fn of_template(template: &Template, operation: Operation, table: &[Row], faults: &mut Faults) {
    match template.literal() {
        Some(Value::String(kind)) => of_text(kind, &template.at, operation, faults),
        Some(_) => {}
        None => {
            for value in of_rows(template, table) {
                if let Some(Value::String(kind)) = value.literal() {
                    of_text(kind, &value.at, operation, faults);
                }
            }
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
    // What a request is answered that is none of the operation, as by another content type (`http::reply`).
    if known.contains(kind) || kind == "BadRequest" {
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
