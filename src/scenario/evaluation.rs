//! What `${…}` comes to: the names that a step sees, its time, and what its run keeps between steps.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use serde_json::Value;

use super::expression::{Expression, Operand, Step};
use super::functions::{self, srp::Exchange};
use super::secrecy::{Secrecy, Veil};
use super::source::Fault;
use super::template::{Formula, Unresolved};
use crate::clock::Timestamp;
use crate::control::passkeys::Authenticator;
use crate::entropy::Entropy;
use crate::model::misspelled;

/// The names that a step sees.
pub(crate) trait Names {
    /// The value of a name.
    fn value(&self, name: &str) -> Option<&Value>;

    /// All of them, to say which was meant.
    fn known(&self) -> Vec<&str>;
}

/// A moment of a run, at which values are evaluated.
pub(crate) struct Evaluation<'r> {
    pub(crate) names: &'r dyn Names,
    /// What the client takes for the time: the target's, moved by the step's `skew`. All of a step has
    /// one.
    pub(crate) now: Timestamp,
    pub(crate) play: &'r mut Play,
}

/// What a run of a scenario keeps from step to step for its functions.
pub(crate) struct Play {
    pub(super) entropy: Entropy,
    /// SRP exchanges under way, by their names.
    pub(super) exchanges: BTreeMap<String, Exchange>,
    /// Software authenticators, by their names.
    pub(super) authenticators: BTreeMap<String, Authenticator>,
    environment: Arc<Environment>,
    pub(crate) veil: Veil,
}

/// The variables of the environment that `--pass-env` lets in.
#[derive(Default)]
pub(crate) struct Environment(pub(crate) BTreeMap<String, String>);

/// Shows names alone.
impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl fmt::Debug for Play {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Play")
            .field("environment", &self.environment)
            .finish_non_exhaustive()
    }
}

impl Play {
    /// A run that draws from `origin`: the scenario's seed, on AWS the run's id. What it draws has nothing to
    /// do with what a server of the same seed draws, so that the two never make the same id.
    pub(crate) fn new(origin: &str, environment: Arc<Environment>, secrecy: Secrecy) -> Self {
        let drawn = digest(&SHA256, format!("scenario {origin}").as_bytes());
        let mut seed = [0; 8];
        seed.copy_from_slice(&drawn.as_ref()[..8]);
        Self {
            entropy: Entropy::from_seed(u64::from_le_bytes(seed)),
            exchanges: BTreeMap::new(),
            authenticators: BTreeMap::new(),
            environment,
            veil: Veil::new(secrecy),
        }
    }

    /// The variable of the environment, which is never shown from now on.
    pub(super) fn variable(&mut self, name: &str) -> Result<String, String> {
        match self.environment.0.get(name) {
            Some(value) => {
                self.veil.hide(value);
                Ok(value.clone())
            }
            None => Err(format!(
                "the variable {name} is not let in, or not set; set it, and give --pass-env {name}"
            )),
        }
    }
}

impl Evaluation<'_> {
    /// The value of an expression.
    pub(super) fn value(&mut self, formula: &Formula) -> Result<Value, Unresolved> {
        self.part(formula, &formula.expression)
    }

    fn part(&mut self, formula: &Formula, part: &Expression) -> Result<Value, Unresolved> {
        let unresolved = |text: String| Fault {
            at: formula.place(part),
            text,
        };
        let made = match &part.value {
            Operand::Name(name) => {
                let known = self.names.value(name).ok_or_else(|| {
                    let hint = misspelled::hint(name, self.names.known());
                    unresolved(format!("there is no {name} here; {hint}"))
                })?;
                return follow(known, part).cloned().map_err(unresolved);
            }
            Operand::Call {
                function,
                arguments,
            } => {
                let given: Vec<Value> = arguments
                    .iter()
                    .map(|argument| self.part(formula, argument))
                    .collect::<Result<_, _>>()?;
                functions::call(function, &given, self).map_err(unresolved)?
            }
            Operand::Text(text) => Value::from(&**text),
            Operand::Integer(number) => Value::from(*number),
            Operand::Boolean(value) => Value::from(*value),
            Operand::Null => Value::Null,
        };
        if part.path.is_empty() {
            return Ok(made);
        }
        follow(&made, part).cloned().map_err(unresolved)
    }
}

/// What the path of an expression leads to.
fn follow<'v>(value: &'v Value, expression: &Expression) -> Result<&'v Value, String> {
    let mut reached = value;
    for (depth, step) in expression.path.iter().enumerate() {
        let next = match (step, reached) {
            (Step::Member(name), Value::Object(members)) => members.get(&**name),
            (Step::Item(item), Value::Array(items)) => items.get(*item),
            (Step::Member(_) | Step::Item(_), _) => None,
        };
        reached = next.ok_or_else(|| {
            let way = Expression {
                path: expression.path[..depth].to_vec(),
                ..expression.clone()
            };
            format!("{} {}", way.brief(), lacks(reached, step))
        })?;
    }
    Ok(reached)
}

/// Why a value has no such member or item.
fn lacks(value: &Value, step: &Step) -> String {
    match (step, value) {
        (Step::Member(name), Value::Object(members)) if members.is_empty() => {
            format!("has no member {name}; it is an empty map")
        }
        (Step::Member(name), Value::Object(members)) => {
            let hint = misspelled::hint(name, members.keys().map(String::as_str));
            format!("has no member {name}; {hint}")
        }
        (Step::Item(item), Value::Array(items)) => {
            format!("has no item {item}; it has {}, counted from 0", items.len())
        }
        (Step::Member(name), other) => {
            format!("is {}, which has no member {name}", functions::kind(other))
        }
        (Step::Item(item), other) => {
            format!("is {}, which has no item {item}", functions::kind(other))
        }
    }
}
