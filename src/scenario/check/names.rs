//! The steps of a scenario and of the parts within it, walked in turn with the names that are given by then.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::errors;
use super::output;
use super::scope::{Known, Lost, Scope};
use crate::fixtures::named::Fixtures;
use crate::model::cognito_idp::Operation;
use crate::model::described::Shape;
use crate::scenario::expectation::Expectation;
use crate::scenario::plan::{
    Action, ClockChange, HttpBody, Named, Part, Refusal, Row, Scenario, Signed, Step,
};
use crate::scenario::read::entry::Faults;
use crate::scenario::results;
use crate::scenario::source::Key;
use crate::scenario::template::{Template, Used};

/// What holds for all steps of a scenario.
struct Walk<'p, 'f> {
    fixtures: Option<&'p Fixtures>,
    defaults: &'p Named<Template>,
    table: &'p [Row],
    /// Whether what a step lacks may come from elsewhere: nobody knows who includes a part.
    is_lone: bool,
    lost: &'p Lost,
    /// Parts that were walked: what is said of one does not depend on who includes it.
    walked: BTreeSet<*const Part>,
    faults: &'f mut Faults,
}

/// Gathers what is wrong with the names of a scenario, and what else depends on them.
pub(super) fn scenario<'p>(
    scenario: &'p Scenario,
    fixtures: Option<&'p Fixtures>,
    lost: &'p Lost,
    faults: &mut Faults,
) {
    let mut walk = Walk {
        fixtures,
        defaults: &scenario.defaults,
        table: &scenario.table,
        is_lone: false,
        lost,
        walked: BTreeSet::new(),
        faults,
    };
    let row = row(&scenario.table);
    let mut scope = Scope::new(fixtures, None, lost);
    for row in &scenario.table {
        walk.templates(&row.values, &scope);
    }
    scope = Scope::new(fixtures, row, lost);
    for (key, template) in &scenario.vars {
        walk.template(template, &scope);
        walk.give(&mut scope, key, known(template));
    }
    walk.steps(&scenario.steps, &mut scope);
    walk.steps(&scenario.finally, &mut scope);
    // Each step that they are for sees its own names; some step sees all.
    scope.is_repeated = true;
    walk.templates(&scenario.defaults, &scope);
}

/// The same of a part that nobody includes.
pub(super) fn lone_part(part: &Part, lost: &Lost, faults: &mut Faults) {
    let none = Named::new();
    let mut walk = Walk {
        fixtures: None,
        defaults: &none,
        table: &[],
        is_lone: true,
        lost,
        walked: BTreeSet::new(),
        faults,
    };
    walk.part(part);
}

/// What is known of a value that is written down.
fn known(template: &Template) -> Known<'_> {
    template.literal().map_or(Known::Open, Known::Value)
}

/// What is known of `row`: every name that a row has.
fn row(table: &[Row]) -> Option<Known<'_>> {
    let first = table.first()?;
    let names = table.iter().flat_map(|row| &row.values);
    let mut members: BTreeMap<&str, Known<'_>> =
        names.map(|(key, _)| (&*key.name, Known::Open)).collect();
    if table.len() == 1 {
        let values = first.values.iter();
        members.extend(values.map(|(key, value)| (&*key.name, known(value))));
    }
    Some(Known::Record(members))
}

impl<'p> Walk<'p, '_> {
    fn part(&mut self, part: &'p Part) {
        if !self.walked.insert(std::ptr::from_ref(part)) {
            return;
        }
        let mut scope = Scope::new(self.fixtures, None, self.lost);
        for param in &part.params {
            self.give(&mut scope, param, Known::Open);
        }
        self.steps(&part.steps, &mut scope);
        self.templates(&part.returns, &scope);
    }

    fn steps(&mut self, steps: &'p [Step], scope: &mut Scope<'p>) {
        for step in steps {
            self.step(step, scope);
        }
    }

    fn step(&mut self, step: &'p Step, scope: &mut Scope<'p>) {
        self.maybe(step.repeat.as_ref(), scope);
        scope.is_repeated = step.repeat.is_some();
        self.action(step, scope);
        if let Some(parallel) = &step.parallel {
            self.template(&parallel.requests, scope);
            self.maybe(parallel.winners.as_ref(), scope);
        }
        if let Signed::By { account, region } = &step.signed {
            self.maybe(account.as_ref(), scope);
            self.maybe(region.as_ref(), scope);
        }
        self.templates(&step.headers, scope);
        self.maybe(step.skew.as_ref(), scope);
        self.maybe(step.note.as_ref(), scope);
        self.outcome(step, scope);
        scope.is_repeated = false;
        if let Some(name) = &step.name {
            let known = result(step);
            self.give(scope, name, known);
        }
    }

    fn action(&mut self, step: &'p Step, scope: &mut Scope<'p>) {
        match &step.action {
            Action::Operation { operation, input } => {
                self.template(input, scope);
                if !step.unchecked && !self.is_lone {
                    self.required(*operation, input, &step.word);
                }
            }
            Action::Http(http) => {
                let texts = [&http.method, &http.query, &http.cookies, &http.follow];
                self.template(&http.url, scope);
                texts
                    .into_iter()
                    .for_each(|it| self.maybe(it.as_ref(), scope));
                self.templates(&http.headers, scope);
                match &http.body {
                    Some(HttpBody::Form(body) | HttpBody::Json(body) | HttpBody::Text(body)) => {
                        self.template(body, scope);
                    }
                    None => {}
                }
            }
            Action::Message(message) => {
                let said = [
                    &message.username,
                    &message.to,
                    &message.kind,
                    &message.medium,
                    &message.pool,
                    &message.wait,
                ];
                said.into_iter()
                    .for_each(|it| self.maybe(it.as_ref(), scope));
            }
            Action::Clock(ClockChange::Advance(value) | ClockChange::Set(value)) => {
                self.template(value, scope);
            }
            Action::Rules { rules, .. } => {
                rules.iter().for_each(|rule| self.template(rule, scope));
            }
            Action::Include { part, with } => {
                self.templates(with, scope);
                self.part(part);
            }
            Action::Set(values) => {
                for (key, template) in values {
                    self.template(template, scope);
                    // A repeated step gives it anew each time.
                    let known = if step.repeat.is_some() {
                        Known::Open
                    } else {
                        known(template)
                    };
                    self.give(scope, key, known);
                }
            }
            Action::Check(checks) => {
                for check in checks {
                    self.template(&check.value, scope);
                    self.expectation(&check.expectation, scope);
                }
            }
        }
    }

    fn outcome(&mut self, step: &'p Step, scope: &Scope<'p>) {
        let outcome = &step.outcome;
        let expectations = [&outcome.expect, &outcome.exactly];
        for expectation in expectations.into_iter().flatten() {
            self.expectation(expectation, scope);
            if let Some(shape) = shape(step) {
                output::check(expectation, &of(step), shape, self.faults);
            }
        }
        match &outcome.error {
            None | Some(Refusal::None) => {}
            Some(Refusal::Type(template)) => self.template(template, scope),
            Some(Refusal::Members {
                kind,
                message,
                status,
                reason,
                ..
            }) => {
                let members = [kind, message, status, reason];
                members
                    .into_iter()
                    .flatten()
                    .for_each(|it| self.expectation(it, scope));
            }
        }
        if let (Some(error), Action::Operation { operation, .. }) = (&outcome.error, &step.action) {
            errors::check(error, *operation, self.table, self.faults);
        }
    }

    /// Members that an input must have, and neither it nor `defaults` give.
    fn required(&mut self, operation: Operation, input: &Template, word: &Key) {
        let Some(given) = input.members() else {
            return;
        };
        let by_default = |name: &str| {
            let fixtures = self.fixtures;
            let single = match name {
                "UserPoolId" => fixtures.is_none_or(|fixtures| fixtures.pool.is_some()),
                "ClientId" => fixtures.is_none_or(|fixtures| fixtures.client.is_some()),
                _ => false,
            };
            single || self.defaults.iter().any(|(key, _)| *key.name == *name)
        };
        let required = operation
            .input()
            .members
            .iter()
            .filter(|member| member.required);
        let mut lacking = Vec::new();
        for member in required {
            let is_there = match given.iter().find(|(name, _)| **name == *member.name) {
                Some((_, is_null)) => !is_null,
                None => by_default(member.name),
            };
            if !is_there {
                lacking.push(member.name);
            }
        }
        if lacking.is_empty() {
            return;
        }
        let several = match lacking.as_slice() {
            ["ClientId"] => ", for the fixtures have not just one client",
            ["UserPoolId"] => ", for the fixtures have not just one pool",
            _ => "",
        };
        let text = format!(
            "{} needs {}; give it here or in defaults{several}; with unchecked: true the input is sent as it \
             stands",
            operation.name(),
            lacking.join(", ")
        );
        self.faults.add(&word.at, text);
    }

    fn templates(&mut self, named: &Named<Template>, scope: &Scope<'p>) {
        for (_, template) in named {
            self.template(template, scope);
        }
    }

    fn maybe(&mut self, template: Option<&Template>, scope: &Scope<'p>) {
        if let Some(template) = template {
            self.template(template, scope);
        }
    }

    fn template(&mut self, template: &Template, scope: &Scope<'p>) {
        self.used(template.names(), scope);
    }

    fn expectation(&mut self, expectation: &Expectation, scope: &Scope<'p>) {
        self.used(expectation.names(), scope);
    }

    fn used(&mut self, used: Vec<Used<'_>>, scope: &Scope<'p>) {
        for used in used {
            if let Err(text) = scope.check(&used) {
                self.faults.add(&used.at, text);
            }
        }
    }

    fn give(&mut self, scope: &mut Scope<'p>, key: &'p Key, known: Known<'p>) {
        if let Err(first) = scope.give(key, known) {
            let (line, _) = first.line_and_column();
            let text = format!(
                "{} is given already, on line {line}; give another name",
                key.name
            );
            self.faults.add(&key.at, text);
        }
    }
}

/// The shape of what a step gives when it succeeds, where it has one.
fn shape(step: &Step) -> Option<&'static Shape> {
    match &step.action {
        Action::Operation { operation, .. } => Some(operation.output()),
        Action::Http(_) => Some(&results::HTTP),
        Action::Message(_) => Some(&results::MESSAGE),
        Action::Clock(_) => Some(&results::CLOCK),
        Action::Rules { .. } | Action::Include { .. } | Action::Set(_) | Action::Check(_) => None,
    }
}

/// Whose shape it is, in a sentence.
fn of(step: &Step) -> String {
    match &step.action {
        Action::Operation { operation, .. } => format!("the output of {}", operation.name()),
        _ => format!("the result of {}", step.word.name),
    }
}

/// What is known of what a step gives.
fn result(step: &Step) -> Known<'_> {
    let may_be_refused = !matches!(step.outcome.error, None | Some(Refusal::None));
    let is_refused = match &step.outcome.error {
        Some(Refusal::Members { .. }) => true,
        Some(Refusal::Type(template)) => template.literal().is_some_and(Value::is_string),
        None | Some(Refusal::None) => false,
    };
    match &step.action {
        _ if is_refused && step.parallel.is_none() => Known::shape(&results::REFUSAL),
        _ if may_be_refused => Known::Open,
        Action::Include { part, .. } => {
            let returns = part.returns.iter();
            Known::Record(
                returns
                    .map(|(key, value)| (&*key.name, known(value)))
                    .collect(),
            )
        }
        _ => shape(step).map_or(Known::Open, Known::shape),
    }
}
