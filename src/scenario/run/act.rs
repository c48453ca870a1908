//! What each action does.

use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};

use super::operation::{self, Done};
use super::scope::OfScenario;
use super::{Moment, Player, Stop, evaluate};
use crate::clock::Timestamp;
use crate::model::cognito_idp::Operation;
use crate::scenario::plan::{Action, ClockChange, Message, RuleKind, Signed};
use crate::scenario::target::{Call, Signer, Turn, Wanted};
use crate::scenario::template::Template;

/// How long a message is waited for where the step does not say.
const PATIENCE: Duration = Duration::from_secs(5);

/// A request that is ready to be sent, any number of times.
#[derive(Clone)]
pub(super) enum Ready {
    Operation(Operation, Call),
    Http(super::http::Ready),
}

impl<'s> Player<'s> {
    /// Does what a step says, once, and judges it; gives its result.
    pub(super) async fn once(&mut self, moment: Moment<'s>) -> Result<Value, Stop> {
        let step = moment.step;
        let ready = match &step.action {
            Action::Operation { operation, input } => {
                let call = self.call(moment, *operation, input)?;
                Ready::Operation(*operation, call)
            }
            Action::Http(http) => Ready::Http(self.http(moment, http)?),
            _ => {
                let done = Box::pin(self.unsent(moment)).await?;
                return self.judged(moment, done);
            }
        };
        if let Some(parallel) = &step.parallel {
            return Box::pin(self.at_once(moment, ready, parallel)).await;
        }
        let (done, jar) = super::http::send(&*self.target, ready)
            .await
            .map_err(|unable| self.unable(step, unable))?;
        if let Some((name, jar)) = jar {
            self.jars.insert(name, jar);
        }
        self.keep(moment, vec![done.bytes.clone()]);
        self.play.veil.learn(&done.result);
        self.judged(moment, done)
    }

    /// What is no request.
    async fn unsent(&mut self, moment: Moment<'s>) -> Result<Done, Stop> {
        let step = moment.step;
        let result = match &step.action {
            Action::Operation { .. } | Action::Http(_) => Value::Null,
            Action::Message(message) => self.message(moment, message).await?,
            Action::Clock(change) => self.clock(moment, change).await?,
            Action::Rules { kind, rules } => self.rules(moment, *kind, rules).await?,
            Action::Include { part, with } => self.part(moment, part, with).await?,
            Action::Set(values) => {
                // Each may use those above it.
                for (key, template) in values {
                    let value = self.value(moment, template)?;
                    self.give(&key.name, value);
                }
                Value::Null
            }
            Action::Check(checks) => {
                for check in checks {
                    self.check(moment, check)?;
                }
                Value::Null
            }
        };
        Ok(Done::of_result(result, Vec::new()))
    }

    /// The call of an operation: its input with the defaults, its headers, and who signs it.
    fn call(
        &mut self,
        moment: Moment<'s>,
        operation: Operation,
        input: &'s Template,
    ) -> Result<Call, Stop> {
        let step = moment.step;
        let mut input = self.value(moment, input)?;
        self.fill(moment, operation, &mut input)?;
        let signer = match &step.signed {
            Signed::Not => None,
            Signed::AsUsual => operation.signed().then(|| operation::signer_of(&input)),
            Signed::By { account, region } => {
                let usual = operation::signer_of(&input);
                let mut said = |template: &'s Option<Template>| {
                    let template = template.as_ref();
                    template.map(|it| self.text(moment, it)).transpose()
                };
                Some(Signer {
                    account: said(account)?.or(usual.account),
                    region: said(region)?.or(usual.region),
                })
            }
        };
        if !step.unchecked {
            operation::list_attributes(&mut input, operation.input());
        }
        self.play.veil.learn(&input);
        let mut headers = Vec::new();
        for (key, template) in &step.headers {
            headers.push((key.name.to_string(), self.text(moment, template)?));
        }
        Ok(Call {
            operation,
            input: Bytes::from(input.to_string()),
            signer,
            headers,
            now: moment.now,
        })
    }

    /// Gives an input the members of `defaults` that it has and does not say. One that is given as null is
    /// left out. Beside those of the scenario there are the one pool of the fixtures, and the one client.
    fn fill(
        &mut self,
        moment: Moment<'s>,
        operation: Operation,
        input: &mut Value,
    ) -> Result<(), Stop> {
        let Value::Object(members) = input else {
            return Ok(());
        };
        let shape = operation.input();
        for (key, template) in self.defaults {
            let name = &*key.name;
            if members.contains_key(name) || shape.member(name).is_none() {
                continue;
            }
            let of_scenario = OfScenario(&self.scope);
            let value = evaluate(&of_scenario, &mut self.play, moment.now, template);
            let value = value.map_err(|fault| self.unresolved(&moment.step.word.name, fault))?;
            members.insert(name.to_owned(), value);
        }
        let fixtures = self.target.fixtures();
        let only = [
            (
                "UserPoolId",
                fixtures.pool.as_ref().and_then(|it| it.get("Id")),
            ),
            (
                "ClientId",
                fixtures.client.as_ref().and_then(|it| it.get("ClientId")),
            ),
        ];
        for (name, value) in only {
            if let Some(value) = value
                && !members.contains_key(name)
                && shape.member(name).is_some()
            {
                members.insert(name.to_owned(), value.clone());
            }
        }
        let is_default = |name: &str| {
            let of_scenario = self.defaults.iter().any(|(key, _)| &*key.name == name);
            of_scenario || only.iter().any(|(only, _)| *only == name)
        };
        members.retain(|name, value| !value.is_null() || !is_default(name));
        Ok(())
    }

    async fn message(&mut self, moment: Moment<'s>, message: &'s Message) -> Result<Value, Stop> {
        let mut said = |template: &'s Option<Template>| {
            let template = template.as_ref();
            template.map(|it| self.text(moment, it)).transpose()
        };
        let mut wanted = Wanted {
            username: said(&message.username)?,
            to: said(&message.to)?,
            kind: said(&message.kind)?,
            medium: said(&message.medium)?,
            pool: said(&message.pool)?,
            wait: PATIENCE,
            read: self.read.clone(),
        };
        // By its id, or by its name in the fixtures.
        let named = wanted.pool.as_deref().and_then(|pool| {
            let pool = self.target.fixtures().pools.get(pool)?;
            Some(pool.get("Id")?.as_str()?.to_owned())
        });
        wanted.pool = named.or(wanted.pool);
        if let Some(wait) = &message.wait {
            let wait = self.span(moment, wait)?;
            wanted.wait = Duration::from_millis(wait.try_into().unwrap_or_default());
        }
        let step = moment.step;
        let found = self.target.message(&wanted).await;
        let found = found.map_err(|unable| self.unable(step, unable))?;
        let Some(found) = found else {
            let text = format!("no {} came within {:?}", described(&wanted), wanted.wait);
            return Err(self.failed(step, step.word.at.clone(), text));
        };
        let id = found.get("id").and_then(Value::as_u64);
        let to = found.get("destination").and_then(Value::as_str);
        if let Some((to, id)) = to.zip(id) {
            self.read.insert(to.to_owned(), id);
        }
        self.keep(moment, vec![found.to_string().into_bytes()]);
        self.play.veil.learn(&found);
        Ok(found)
    }

    async fn clock(&mut self, moment: Moment<'s>, change: &'s ClockChange) -> Result<Value, Stop> {
        let turn = match change {
            ClockChange::Advance(span) => Turn::Advance(self.span(moment, span)?),
            ClockChange::Set(template) => {
                let text = self.text(moment, template)?;
                let set = Timestamp::parse_rfc3339(&text);
                Turn::Set(set.ok_or_else(|| {
                    let hint = "give a time such as 2026-01-31T12:00:00Z";
                    self.wrong(moment, &template.at, &text.clone().into(), hint)
                })?)
            }
        };
        let now = self.target.turn_clock(turn).await;
        let now = now.map_err(|unable| self.unable(moment.step, unable))?;
        Ok(json!({ "now": now.to_rfc3339() }))
    }

    async fn rules(
        &mut self,
        moment: Moment<'s>,
        kind: RuleKind,
        rules: &'s [Template],
    ) -> Result<Value, Stop> {
        let mut values = Vec::new();
        for rule in rules {
            values.push(self.value(moment, rule)?);
        }
        let done = self.target.direct(kind, values).await;
        done.map_err(|unable| self.unable(moment.step, unable))?;
        Ok(Value::Null)
    }
}

/// What was waited for.
fn described(wanted: &Wanted) -> String {
    let mut text = "new message".to_owned();
    for (before, value) in [
        (" of kind ", &wanted.kind),
        (" for ", &wanted.username),
        (" to ", &wanted.to),
        (" by ", &wanted.medium),
        (" of pool ", &wanted.pool),
    ] {
        if let Some(value) = value {
            text.push_str(before);
            text.push_str(value);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_waited_for_is_told() {
        let wanted = Wanted {
            username: Some("alice".into()),
            kind: Some("SignUp".into()),
            ..Wanted::default()
        };
        assert_eq!(described(&wanted), "new message of kind SignUp for alice");
    }
}
