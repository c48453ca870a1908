//! For every constraint of the model: a value just outside is refused in AWS's words, and one just
//! inside is not.
//!
//! What to expect is made from the model itself by `declared.rs`, apart from the generated tables.

#![expect(
    clippy::panic,
    reason = "a model that says what these tests have not met stops them"
)]

mod declared;
mod pattern;
mod spots;

use std::collections::BTreeSet;

use poolhouse::Emulator;
use poolhouse::model::cognito_idp::Operation;
use serde_json::{Value, json};

use crate::http::wire::{Answer, SIGNED, Wire, call};
use declared::{Model, Shape};
use pattern::Chance;
use spots::{Part, Spot, spots};

/// One server, one connection, and what was not as expected.
struct Sweep<'m> {
    model: &'m Model,
    server: Emulator,
    wire: Wire,
    asked: usize,
    faults: Vec<String>,
}

impl<'m> Sweep<'m> {
    async fn of(model: &'m Model) -> Self {
        let server = Emulator::builder().seed(7).start().await.unwrap();
        let wire = Wire::to(&server).await;
        let mut sweep = Self {
            model,
            server,
            wire,
            asked: 0,
            faults: Vec::new(),
        };
        sweep.ask_each_operation().await;
        sweep
    }

    /// The smallest request that the model takes is taken; this also finds what is not served.
    async fn ask_each_operation(&mut self) {
        let model = self.model;
        for operation in model.operations() {
            let input = model.shape(model.input(operation));
            let request = spots::smallest(input, &mut Chance(7));
            let broken = self
                .check("the smallest request of", operation, &request)
                .await;
            assert_eq!(broken, [""; 0], "{operation} {request}");
        }
    }

    /// The answer.
    async fn ask(&mut self, operation: &str, request: &Value) -> Answer {
        let signature = if self.model.signed(operation) {
            SIGNED
        } else {
            ""
        };
        let request = call(operation, signature, &request.to_string());
        let answer = self.wire.ask(request).await;
        self.asked += 1;
        assert_ne!(
            answer.json()["__type"],
            "UnknownOperationException",
            "{operation}"
        );
        answer
    }

    /// Asks, and compares the answer with every constraint that the request breaks.
    async fn check(&mut self, spot: &str, operation: &str, request: &Value) -> Vec<String> {
        let expected = self.model.broken(operation, request);
        let answer = self.ask(operation, request).await;
        if let Err(fault) = is_told(&expected, &answer) {
            self.fault(spot, request, &fault);
        }
        expected
    }

    /// The same for a value in one spot, of which one broken rule is known.
    async fn check_value(
        &mut self,
        spot: &Spot<'_>,
        value: Value,
        broken: Option<&str>,
        chance: &mut Chance,
    ) {
        let request = spot.request(Some(value), chance);
        let name = spot.name();
        let expected = self.check(&name, spot.operation, &request).await;
        let as_meant = match broken {
            Some(text) => expected.iter().any(|item| item.contains(text)),
            None => expected.is_empty(),
        };
        assert!(
            as_meant,
            "{name}: {broken:?} was meant, {expected:?} found\n{request}"
        );
    }

    fn fault(&mut self, spot: &str, request: &Value, fault: &str) {
        let request: String = request.to_string().chars().take(300).collect();
        self.faults
            .push(format!("{spot}\n  > {request}\n  {fault}"));
    }

    /// Nothing was wrong, and much was asked.
    async fn end(self, at_least: usize) {
        let (asked, faults) = (self.asked, self.faults.len());
        let shown = self.faults.iter().take(20).cloned().collect::<Vec<_>>();
        assert!(
            faults == 0,
            "{faults} of {asked} were wrong:\n{}",
            shown.join("\n")
        );
        assert!(asked >= at_least, "only {asked} requests were made");
        self.server.stop().await;
    }
}

/// Whether an answer names exactly these violations, in any order; none means that it is any other
/// answer of a server in health.
fn is_told(expected: &[String], answer: &Answer) -> Result<(), String> {
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let kind = body["__type"].as_str().unwrap_or_default();
    let message = body["message"].as_str().unwrap_or_default();
    let told = message.split_once(" detected: ");
    let told = told.filter(|(count, _)| count.contains("validation error"));
    let Some((count, items)) = told else {
        let healthy = answer.status < 500 && kind != "SerializationException";
        if expected.is_empty() && healthy {
            return Ok(());
        }
        return Err(format!(
            "< {} {kind}: {message}\n  expected {expected:?}",
            answer.status
        ));
    };
    let errors = if expected.len() == 1 {
        "error"
    } else {
        "errors"
    };
    let mut rest = in_one_order(items);
    let mut right = (answer.status, kind) == (400, "InvalidParameterException")
        && count == format!("{} validation {errors}", expected.len());
    let mut expected: Vec<String> = expected.iter().map(|item| in_one_order(item)).collect();
    // The longest first: one item may be the beginning of another.
    expected.sort_by_key(|item| std::cmp::Reverse(item.len()));
    for item in &expected {
        right &= rest.contains(item.as_str());
        rest = rest.replacen(item.as_str(), "", 1);
    }
    if right && rest == "; ".repeat(expected.len() - 1) {
        return Ok(());
    }
    let message: String = message.chars().take(600).collect();
    Err(format!(
        "< {} {kind}: {message}\n  expected {expected:?}",
        answer.status
    ))
}

/// A message with each set of values sorted: AWS's order is not the model's, and only partly known.
fn in_one_order(message: &str) -> String {
    const SET: &str = "enum value set: [";
    let mut parts = message.split(SET);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (set, rest) = part.split_once(']').unwrap_or((part, ""));
        let mut values: Vec<&str> = set.split(", ").collect();
        values.sort_unstable();
        out.push_str(&format!("{SET}{}]{rest}", values.join(", ")));
    }
    out
}

/// Tries the values that `values` gives for the shape of each spot.
async fn try_everywhere(
    values: impl Fn(Shape<'_>, &mut Chance) -> Vec<(Value, Option<String>)>,
    at_least: usize,
) {
    let model = Model::read();
    let mut sweep = Sweep::of(&model).await;
    let mut chance = Chance(7);
    for operation in model.operations() {
        for spot in spots(&model, operation) {
            for (value, broken) in values(spot.shape, &mut chance) {
                sweep
                    .check_value(&spot, value, broken.as_deref(), &mut chance)
                    .await;
            }
        }
    }
    sweep.end(at_least).await;
}

#[tokio::test]
async fn lengths_sizes_and_numbers_end_where_the_model_says() {
    try_everywhere(spots::at_the_limits, 1800).await;
}

#[tokio::test]
async fn a_set_has_its_values_and_no_other() {
    try_everywhere(|shape, _| spots::around_the_set(shape), 500).await;
}

#[tokio::test]
async fn a_pattern_holds_from_the_first_character_to_the_last() {
    try_everywhere(spots::around_the_pattern, 2000).await;
}

#[tokio::test]
async fn a_pattern_takes_its_characters_and_no_others() {
    let model = Model::read();
    let mut sweep = Sweep::of(&model).await;
    let mut chance = Chance(7);
    let mut seen = BTreeSet::new();
    for operation in model.operations() {
        for spot in spots(&model, operation) {
            // Once for each shape, by a served operation.
            let served = Operation::from_name(operation).is_some();
            let again = !served || spot.shape.pattern().is_none() || !seen.insert(spot.shape.name);
            let texts = if again {
                Vec::new()
            } else {
                spots::each_character(spot.shape, &mut chance)
            };
            for text in texts {
                let request = spot.request(Some(json!(text)), &mut chance);
                sweep.check(&spot.name(), operation, &request).await;
            }
        }
    }
    sweep.end(5000).await;
}

#[tokio::test]
async fn what_the_model_requires_must_be_there_and_nothing_else() {
    let model = Model::read();
    let mut sweep = Sweep::of(&model).await;
    let mut chance = Chance(7);
    for operation in model.operations() {
        for spot in spots(&model, operation) {
            // What a null in a list or map of scalars gets from AWS is not known.
            if spot.part() != Part::Whole {
                continue;
            }
            for value in [None, Some(Value::Null)] {
                let request = spot.request(value, &mut chance);
                let expected = sweep.check(&spot.name(), operation, &request).await;
                assert_eq!(
                    expected.len(),
                    usize::from(spot.required),
                    "{}",
                    spot.name()
                );
            }
        }
    }
    sweep.end(1000).await;
}

#[tokio::test]
async fn all_that_is_wrong_is_told_at_once() {
    let model = Model::read();
    let mut sweep = Sweep::of(&model).await;
    let mut chance = Chance(7);
    for operation in model.operations() {
        let spots = spots(&model, operation);
        let members: Vec<&Spot<'_>> = spots.iter().filter(|spot| spot.is_at_the_top()).collect();
        for _ in 0..5 {
            let mut request = json!({});
            for spot in &members {
                let mut values = spots::at_the_limits(spot.shape, &mut chance);
                values.extend(spots::around_the_set(spot.shape));
                values.extend(spots::around_the_pattern(spot.shape, &mut chance));
                values.push((Value::Null, None));
                let (value, _) = chance.one_of(&values);
                // The longest texts have had their turn.
                if value.as_str().is_some_and(|text| text.len() > 5000) {
                    continue;
                }
                for (name, value) in spot
                    .request(Some(value.clone()), &mut chance)
                    .as_object()
                    .unwrap()
                {
                    if spot.name() == format!("{operation} {name}") {
                        request[name] = value.clone();
                    }
                }
            }
            sweep.check(operation, operation, &request).await;
        }
    }
    sweep.end(500).await;
}

/// Values of other JSON types, with AWS's text where it is known.
fn of_another_type(shape: Shape<'_>) -> Vec<(Value, Option<&'static str>)> {
    let structure = Some("Start of structure or map found where not expected.");
    let map = Some("Expected map or null");
    let list = Some("Expected list or null");
    match shape.kind() {
        _ if shape.is_document() => vec![],
        "string" => vec![
            (json!({"a": 1}), structure),
            (json!(["a"]), structure),
            (
                json!(1),
                Some("NUMBER_VALUE can not be converted to a String"),
            ),
            (
                json!(true),
                Some("TRUE_VALUE can not be converted to a String"),
            ),
            (
                json!(false),
                Some("FALSE_VALUE can not be converted to a String"),
            ),
        ],
        "integer" => vec![
            (
                json!("1"),
                Some("STRING_VALUE can not be converted to an Integer"),
            ),
            (json!({}), structure),
            (json!(true), None),
        ],
        "boolean" => vec![
            (
                json!("true"),
                Some("STRING_VALUE can not be converted to a Boolean"),
            ),
            (json!([]), structure),
            (json!(1), None),
        ],
        "structure" | "map" => vec![
            (json!([]), map),
            (json!("x"), map),
            (json!(1), map),
            (json!(true), map),
        ],
        "list" => vec![
            (json!("x"), list),
            (json!(1), list),
            (json!(false), list),
            (json!({}), None),
        ],
        "blob" => vec![
            (json!(1), None),
            (json!("no base64!"), None),
            (json!([]), structure),
        ],
        "long" | "timestamp" => vec![(json!("x"), None), (json!({}), structure)],
        other => panic!("a {other}"),
    }
}

/// Texts of PM 1.7: observed for structures and maps, reported or inferred for the rest.
#[tokio::test]
async fn a_value_of_another_json_type_hides_every_broken_constraint() {
    let model = Model::read();
    let mut sweep = Sweep::of(&model).await;
    let mut chance = Chance(7);
    for operation in model.operations() {
        let spots = spots(&model, operation);
        for spot in &spots {
            // A key of a map is always a string.
            if spot.part() == Part::Key {
                continue;
            }
            for (value, text) in of_another_type(spot.shape) {
                let mut request = spot.request(Some(value), &mut chance);
                if !spot.is_at_the_top() {
                    let required = spots.iter().find(|spot| spot.required);
                    if let Some(name) = required.map(Spot::name) {
                        let name = name.rsplit(' ').next().unwrap_or_default().to_owned();
                        // Only a member that is not on the way.
                        if !spot.name().contains(&format!(" {name}")) {
                            request.as_object_mut().unwrap().remove(&name);
                        }
                    }
                }
                let answer = sweep.ask(operation, &request).await;
                let body = answer.json();
                let message = body["Message"].as_str();
                let right = answer.status == 400
                    && body["__type"] == "SerializationException"
                    && (text.is_none() || message == text);
                if !right {
                    sweep.fault(
                        &spot.name(),
                        &request,
                        &format!("< {body}, expected {text:?}"),
                    );
                }
            }
        }
    }
    sweep.end(2500).await;
}
