//! Which requests are meant, and what of a request is otherwise.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::request::{About, Outcome, Request};
use crate::control::faults::is_like;
use crate::model::cognito_idp::Operation;
use crate::model::described::{OF_ANY, errors_of};

/// Which requests are meant: those that have all of what it names.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Selection {
    /// Calls of one of these operations.
    pub operations: Vec<String>,
    /// Requests for this path, in which `*` stands for anything.
    pub path: Option<String>,
    /// About this pool.
    pub user_pool: Option<String>,
    /// About this app client.
    pub client: Option<String>,
    /// About the user of this name.
    pub username: Option<String>,
    /// Of this account.
    pub account: Option<String>,
    /// That ended so.
    pub outcome: Option<Outcome>,
    /// That the client calls so.
    pub label: Option<String>,
    /// Of this trace.
    pub trace: Option<u128>,
    /// That were answered with this status.
    pub status: Option<u16>,
    /// That were sent this, and perhaps more.
    pub input: Option<Value>,
}

/// A member of a request that is not as it was wished.
#[derive(Debug, Clone, PartialEq)]
pub struct Differing {
    /// Which one.
    pub member: &'static str,
    /// What was wished.
    pub wanted: Value,
}

impl Selection {
    /// Whether it means a request, which is about this.
    pub fn picks(&self, request: &Request, about: &About) -> bool {
        let same = |named: &Option<String>, given: Option<&str>| {
            named.as_deref().is_none_or(|named| given == Some(named))
        };
        let is_called = |name| self.operations.iter().any(|wanted| wanted == name);
        (self.operations.is_empty() || request.operation().is_some_and(is_called))
            && same(&self.label, request.label.as_deref())
            && self.trace.is_none_or(|trace| request.trace == Some(trace))
            && self
                .status
                .is_none_or(|status| request.status == Some(status))
            && self
                .path
                .as_deref()
                .is_none_or(|path| is_like(path, request.path()))
            && self
                .outcome
                .as_ref()
                .is_none_or(|wanted| ended(request, wanted))
            && same(&self.user_pool, about.user_pool.as_deref())
            && same(&self.client, about.client.as_deref())
            && same(&self.account, about.account.as_deref())
            && self
                .username
                .as_deref()
                .is_none_or(|name| about.has_user(name))
            // Last, for it reads the body.
            && self
                .input
                .as_ref()
                .is_none_or(|wanted| is_part(wanted, &request.input()))
    }

    /// What of a request is not as this wishes it.
    pub fn differences(&self, request: &Request, about: &About) -> Vec<Differing> {
        let each = self.each().into_iter();
        let differing = each.filter(|(_, _, alone)| !alone.picks(request, about));
        let differing = differing.map(|(member, wanted, _)| Differing { member, wanted });
        differing.collect()
    }

    /// Each member by itself, with its name and its value.
    pub(super) fn each(&self) -> Vec<(&'static str, Value, Self)> {
        let alone = Self::default;
        let mut each = Vec::new();
        if !self.operations.is_empty() {
            let operations = self.operations.clone();
            let wanted = match operations.as_slice() {
                [one] => one.clone().into(),
                several => json!(several),
            };
            each.push((
                "operation",
                wanted,
                Self {
                    operations,
                    ..alone()
                },
            ));
        }
        macro_rules! each_text {
            ($($name:literal: $field:ident,)+) => {
                $(if let Some(text) = &self.$field {
                    let only = Self { $field: Some(text.clone()), ..alone() };
                    each.push(($name, json!(text), only));
                })+
            };
        }
        each_text! {
            "path": path,
            "userPoolId": user_pool,
            "clientId": client,
            "username": username,
            "account": account,
            "label": label,
            "status": status,
            "input": input,
        }
        if let Some(outcome) = &self.outcome {
            let only = Self {
                outcome: Some(outcome.clone()),
                ..alone()
            };
            each.push(("outcome", outcome.name().into(), only));
        }
        if let Some(trace) = self.trace {
            let only = Self {
                trace: Some(trace),
                ..alone()
            };
            each.push(("trace", format!("{trace:032x}").into(), only));
        }
        each
    }
}

impl Outcome {
    /// The words for outcomes, besides the types of errors.
    pub const NAMES: [&'static str; 3] = ["success", "refused", "lost"];

    /// The outcome of this name.
    ///
    /// # Errors
    /// What was given is neither one of the words nor a type of an error.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "success" => Self::Success,
            "refused" => Self::Refused,
            "lost" => Self::Lost,
            error if known_errors().contains(error) => Self::Error(error.to_owned()),
            _ => return None,
        })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        match self {
            Self::Success => "success",
            Self::Refused => "refused",
            Self::Lost => "lost",
            Self::Error(name) => name,
        }
    }
}

/// The types of errors that operations can have.
pub fn known_errors() -> BTreeSet<&'static str> {
    // Of AWS KMS, as far as it is served.
    const OF_KMS: [&str; 6] = [
        "DryRunOperationException",
        "IncorrectKeyException",
        "InvalidCiphertextException",
        "InvalidKeyUsageException",
        "NotFoundException",
        "ValidationException",
    ];
    let operations = Operation::ALL.iter();
    let errors = operations.flat_map(|operation| errors_of(*operation));
    errors.chain(OF_ANY.iter().copied()).chain(OF_KMS).collect()
}

fn ended(request: &Request, wanted: &Outcome) -> bool {
    match wanted {
        Outcome::Error(name) => request.error() == Some(name),
        plain => request.outcome() == *plain,
    }
}

/// Whether all that is wished is there: of objects the members that are named, of lists each entry in its
/// place.
fn is_part(wanted: &Value, given: &Value) -> bool {
    match (wanted, given) {
        (Value::Object(wanted), Value::Object(given)) => wanted.iter().all(|(name, wanted)| {
            let given = given.get(name).unwrap_or(&Value::Null);
            is_part(wanted, given)
        }),
        // Attributes by their names, which requests have as a list.
        (Value::Object(wanted), Value::Array(given)) => wanted.iter().all(|(name, wanted)| {
            let is_named = |one: &&Value| one.get("Name").is_some_and(|it| it == name);
            let named = given.iter().find(is_named);
            named.is_some_and(|one| is_part(wanted, &one["Value"]))
        }),
        (Value::Array(wanted), Value::Array(given)) => {
            let mut pairs = wanted.iter().zip(given);
            wanted.len() == given.len() && pairs.all(|(wanted, given)| is_part(wanted, given))
        }
        _ => wanted == given,
    }
}
