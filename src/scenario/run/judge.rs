//! Results held against what a step expects of them.

use serde_json::Value;

use super::operation::Done;
use super::{Failure, Moment, Player, Stop};
use crate::model::misspelled;
use crate::model::secret_names::is_secret;
use crate::scenario::evaluation::Evaluation;
use crate::scenario::expectation::{Depth, Difference, Expectation, Kind};
use crate::scenario::expression::Step;
use crate::scenario::plan::{Check, Refusal};
use crate::scenario::source::At;
use crate::scenario::target::Service;

/// What a step wants of its operation, once expressions are evaluated.
enum Wanted<'s> {
    Success,
    /// To be refused with this: the members of a refusal that are said by values, and those said by
    /// expectations.
    Refused {
        at: At,
        values: Vec<(&'static str, Value)>,
        /// Whether the type stands in the file as it is.
        is_literal: bool,
        expectations: Vec<(&'static str, &'s Expectation)>,
    },
}

/// The members of a refusal.
const MEMBERS: [&str; 4] = ["type", "message", "status", "reason"];

/// What an expectation is, where it is nothing but a value.
fn literal(expectation: &Expectation) -> Option<&Value> {
    match &expectation.kind {
        Kind::Value(template) => template.literal(),
        Kind::Form(_) | Kind::Members(_) | Kind::Items(_) | Kind::Matchers(_) => None,
    }
}

impl<'s> Player<'s> {
    /// The result, if it is as expected.
    pub(super) fn judged(&mut self, moment: Moment<'s>, done: Done) -> Result<Value, Stop> {
        match self.misfit(moment, &done)? {
            Some(failure) => Err(Stop::Failed(failure)),
            None => Ok(done.result),
        }
    }

    /// What of a result is not as expected.
    fn misfit(&mut self, moment: Moment<'s>, done: &Done) -> Result<Option<Box<Failure>>, Stop> {
        match self.wanted(moment)? {
            Wanted::Success => self.misfit_success(moment, done),
            wanted @ Wanted::Refused { .. } => self.misfit_refusal(moment, done, wanted),
        }
    }

    /// The same of a result that must be a success, whatever `error` says.
    pub(super) fn misfit_success(
        &mut self,
        moment: Moment<'s>,
        done: &Done,
    ) -> Result<Option<Box<Failure>>, Stop> {
        let step = moment.step;
        if done.is_refused {
            let mut failure = self.failure(moment, step.word.at.clone(), done);
            failure.text = "the operation was refused".to_owned();
            failure.expected = Some("success".to_owned());
            failure.got = Some(self.shown_refusal(done));
            return Ok(Some(failure));
        }
        if let Some(fault) = &done.fault {
            match self.target.service() {
                Service::Poolhouse => {
                    let mut failure = self.failure(moment, step.word.at.clone(), done);
                    failure.text =
                        format!("the answer is not what the service model says: {fault}");
                    return Ok(Some(failure));
                }
                Service::Aws => self.remarks.push(format!("{}: {fault}", step.word.name)),
            }
        }
        let expectations = [
            (&step.outcome.expect, Depth::Contained),
            (&step.outcome.exactly, Depth::Exact),
        ];
        for (expectation, depth) in expectations {
            if let Some(expectation) = expectation {
                let found = self.differences(moment, expectation, &done.result, depth)?;
                let found = self.unwritten(&[expectation], found);
                if let Some(failure) = self.different(moment, found, done) {
                    return Ok(Some(failure));
                }
            }
        }
        Ok(None)
    }

    /// The same of a result that must be a refusal, as `error` says.
    pub(super) fn misfit_error(
        &mut self,
        moment: Moment<'s>,
        done: &Done,
    ) -> Result<Option<Box<Failure>>, Stop> {
        match self.wanted(moment)? {
            Wanted::Success => {
                let at = moment.step.word.at.clone();
                let mut failure = self.failure(moment, at, done);
                failure.text = "a request was refused, and the step says no `error`".to_owned();
                failure.got = Some(self.shown_refusal(done));
                Ok(Some(failure))
            }
            wanted @ Wanted::Refused { .. } => self.misfit_refusal(moment, done, wanted),
        }
    }

    fn misfit_refusal(
        &mut self,
        moment: Moment<'s>,
        done: &Done,
        wanted: Wanted<'s>,
    ) -> Result<Option<Box<Failure>>, Stop> {
        let Wanted::Refused {
            at,
            values,
            is_literal,
            expectations,
        } = wanted
        else {
            return Ok(None);
        };
        if !done.is_refused {
            let mut failure = self.failure(moment, at, done);
            failure.text = "the operation succeeded, and was to be refused".to_owned();
            let said = values.iter().map(|(name, value)| (*name, Some(value)));
            let written = expectations.iter().map(|(name, it)| (*name, literal(it)));
            let kind = said.chain(written).find(|(name, _)| *name == "type");
            let kind = kind.and_then(|(_, kind)| kind?.as_str());
            failure.expected = Some(kind.unwrap_or("a refusal").to_owned());
            let cover = self.play.veil.cover(&done.result);
            failure.got = Some(cover.shown(&done.result, false));
            return Ok(Some(failure));
        }
        for (name, value) in values {
            let got = done.result.get(name).unwrap_or(&Value::Null);
            if is_literal && self.rewrites(&at, &value, got) {
                continue;
            }
            if *got != value && self.looks_at(name) {
                let mut failure = self.failure(moment, at, done);
                failure.text = format!("the operation was refused with another {name}");
                failure.expected = Some(match &value {
                    Value::String(text) if name == "type" => text.clone(),
                    other => other.to_string(),
                });
                failure.got = Some(self.shown_refusal(done));
                return Ok(Some(failure));
            }
        }
        let mut found = Vec::new();
        let looked_at = expectations.into_iter();
        let looked_at: Vec<_> = looked_at.filter(|(name, _)| self.looks_at(name)).collect();
        for (name, expectation) in &looked_at {
            let got = done.result.get(*name).unwrap_or(&Value::Null);
            for mut difference in self.differences(moment, expectation, got, Depth::Contained)? {
                difference.path = match difference.path.as_str() {
                    "" => (*name).to_owned(),
                    path => format!("{name}.{path}"),
                };
                found.push(difference);
            }
        }
        let looked_at: Vec<_> = looked_at.into_iter().map(|(_, it)| it).collect();
        let found = self.unwritten(&looked_at, found);
        Ok(self.different(moment, found, done))
    }

    /// Whether a member of a refusal is told by the target.
    fn looks_at(&self, member: &str) -> bool {
        member != "reason" || self.target.service() == Service::Poolhouse
    }

    fn wanted(&mut self, moment: Moment<'s>) -> Result<Wanted<'s>, Stop> {
        let template = match &moment.step.outcome.error {
            None | Some(Refusal::None) => return Ok(Wanted::Success),
            Some(Refusal::Members {
                at,
                kind,
                message,
                status,
                reason,
            }) => {
                let said = [kind, message, status, reason].into_iter().zip(MEMBERS);
                let said = said.filter_map(|(it, name)| Some((name, it.as_ref()?)));
                return Ok(Wanted::Refused {
                    at: at.clone(),
                    values: Vec::new(),
                    is_literal: false,
                    expectations: said.collect(),
                });
            }
            Some(Refusal::Type(template)) => template,
        };
        let at = template.at.clone();
        let values = match self.value(moment, template)? {
            Value::Null => return Ok(Wanted::Success),
            kind @ Value::String(_) => vec![("type", kind)],
            Value::Object(members) => {
                if let Some(name) = members
                    .keys()
                    .find(|name| !MEMBERS.contains(&name.as_str()))
                {
                    let hint = misspelled::hint(name, MEMBERS);
                    let text = format!("error has no member {name}; {hint}");
                    return Err(self.failed(moment.step, at, text));
                }
                let members = &members;
                let said = MEMBERS
                    .iter()
                    .filter_map(|name| Some((*name, members.get(*name)?)));
                said.map(|(name, value)| (name, value.clone())).collect()
            }
            other => {
                let hint =
                    "give an error type, a map with type, message, status or reason, or null";
                return Err(self.wrong(moment, &at, &other, hint));
            }
        };
        Ok(Wanted::Refused {
            at,
            values,
            is_literal: template.literal().is_some(),
            expectations: Vec::new(),
        })
    }

    /// A `check`: what an expression comes to, held against what is expected.
    pub(super) fn check(&mut self, moment: Moment<'s>, check: &'s Check) -> Result<(), Stop> {
        let value = self.value(moment, &check.value)?;
        let secret = self.is_secret(check, &value);
        let found = self.differing(moment, &check.expectation, &value, Depth::Contained, secret)?;
        match self.different(moment, found, &Done::of_result(value, Vec::new())) {
            Some(mut failure) => {
                failure.text = format!("{} is another", check.key.name);
                Err(Stop::Failed(failure))
            }
            None => Ok(()),
        }
    }

    /// Whether what is checked is a secret as a whole: a member that holds one, or a text that is known for one.
    fn is_secret(&self, check: &Check, value: &Value) -> bool {
        let names = check.value.names();
        let is_member = check.value.is_one_expression()
            && names.iter().any(|used| match used.path.last() {
                Some(Step::Member(name)) => is_secret(name),
                Some(Step::Item(_)) => false,
                None => is_secret(used.name),
            });
        is_member && value.is_string() || self.play.veil.knows_whole(value)
    }

    fn differences(
        &mut self,
        moment: Moment<'s>,
        expectation: &Expectation,
        got: &Value,
        depth: Depth,
    ) -> Result<Vec<Difference>, Stop> {
        self.differing(moment, expectation, got, depth, false)
    }

    fn differing(
        &mut self,
        moment: Moment<'s>,
        expectation: &Expectation,
        got: &Value,
        depth: Depth,
        secret: bool,
    ) -> Result<Vec<Difference>, Stop> {
        let mut evaluation = Evaluation {
            names: &self.scope,
            now: moment.now,
            play: &mut self.play,
        };
        let found = expectation.differences(got, &mut evaluation, depth, secret);
        let step = moment.step;
        found.map_err(|fault| self.unresolved(&step.word.name, fault))
    }

    fn different(
        &self,
        moment: Moment<'s>,
        found: Vec<Difference>,
        done: &Done,
    ) -> Option<Box<Failure>> {
        let first = found.first()?;
        let mut failure = self.failure(moment, first.at.clone(), done);
        failure.text = match done.is_refused {
            true => "the operation was refused otherwise".to_owned(),
            false => "the answer is another".to_owned(),
        };
        failure.differences = found;
        Some(failure)
    }

    fn failure(&self, moment: Moment<'s>, at: At, done: &Done) -> Box<Failure> {
        let cover = self.play.veil.cover(&done.result);
        Box::new(Failure {
            at,
            step: self.place.step,
            action: moment.step.word.name.to_string(),
            through: self.place.through.clone(),
            text: String::new(),
            expected: None,
            got: None,
            differences: Vec::new(),
            reason: done.reason.as_deref().map(|reason| cover.text(reason)),
            note: None,
            finally: Vec::new(),
        })
    }

    /// `Type: message`.
    fn shown_refusal(&self, done: &Done) -> String {
        let text = |name| {
            done.result
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        let cover = self.play.veil.cover(&done.result);
        match (text("type"), text("message")) {
            ("", _) => cover.shown(&done.result, false),
            (kind, "") => kind.to_owned(),
            (kind, message) => format!("{kind}: {}", cover.text(message)),
        }
    }
}
