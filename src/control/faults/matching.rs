//! Which requests a rule matches.

use std::collections::BTreeMap;
use std::net::IpAddr;

use serde_json::{Map, Value};

pub(in crate::control) use crate::lambda::rules::is_like;
use crate::model::cognito_idp::Operation;
use crate::model::network::Network;

/// What a rule names of requests; what it does not name does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Match {
    /// Calls of one of these; none for whatever is asked.
    pub(super) operations: Vec<Operation>,
    pub(super) path: Option<String>,
    pub(super) account: Option<String>,
    pub(super) user_pool: Option<String>,
    pub(super) client: Option<String>,
    pub(super) username: Option<String>,
    pub(super) from: Option<Network>,
    pub(super) label: Option<String>,
}

/// What a rule is held against.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// Whether an operation is called.
    pub is_call: bool,
    /// The operation, where it is one of user pools.
    pub operation: Option<Operation>,
    /// The path, which of calls is `/`.
    pub path: &'a str,
    /// The account: of the pool, else of the signature.
    pub account: &'a str,
    /// The pool.
    pub user_pool: Option<&'a str>,
    /// The app client.
    pub client: Option<&'a str>,
    /// Whether this name means the user whom the request is about.
    pub is_user: &'a dyn Fn(&str) -> bool,
    /// Where the request comes from.
    pub address: Option<IpAddr>,
    /// What the client calls it.
    pub label: Option<&'a str>,
}

impl Match {
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether it names something that nothing but a call has.
    pub(super) fn is_of_calls_only(&self) -> bool {
        !self.operations.is_empty() || self.client.is_some() || self.username.is_some()
    }

    pub(super) fn fits(&self, asked: &Asked<'_>) -> bool {
        let same = |named: &Option<String>, given: Option<&str>| {
            named.as_deref().is_none_or(|named| given == Some(named))
        };
        let is_called = |operation: Operation| self.operations.contains(&operation);
        let path = self.path.as_deref();
        (self.operations.is_empty() || asked.operation.is_some_and(is_called))
            && path.is_none_or(|pattern| is_like(pattern, asked.path))
            && same(&self.account, Some(asked.account))
            && same(&self.user_pool, asked.user_pool)
            && same(&self.client, asked.client)
            && same(&self.label, asked.label)
            && self.from.is_none_or(|from| {
                let address = asked.address;
                address.is_some_and(|address| from.contains(address))
            })
            // Last, for it looks into the pool.
            && self.username.as_deref().is_none_or(asked.is_user)
    }

    /// Whether it matches all that the other one does.
    pub(super) fn covers(&self, other: &Self) -> bool {
        let wide = |own: &Option<String>, others: &Option<String>| own.is_none() || own == others;
        let has = |operation| self.operations.contains(operation);
        let has_all = !other.operations.is_empty() && other.operations.iter().all(has);
        (self.operations.is_empty() || has_all)
            && wide(&self.path, &other.path)
            && wide(&self.account, &other.account)
            && wide(&self.user_pool, &other.user_pool)
            && wide(&self.client, &other.client)
            && wide(&self.username, &other.username)
            && wide(&self.label, &other.label)
            && (self.from.is_none() || self.from == other.from)
    }

    /// The same for another pool, of which the clients are called otherwise.
    pub(super) fn for_copy(&self, user_pool: &str, clients: &BTreeMap<&str, &str>) -> Self {
        let client = self.client.as_deref();
        let renamed = client.map(|old| clients.get(old).copied().unwrap_or(old).to_owned());
        Self {
            user_pool: Some(user_pool.to_owned()),
            client: renamed,
            // The copy may be of another account.
            account: None,
            ..self.clone()
        }
    }

    pub(super) fn view(&self) -> Value {
        let mut shown = Map::new();
        match self.operations.as_slice() {
            [] => {}
            [one] => {
                shown.insert("operation".to_owned(), one.name().into());
            }
            several => {
                let names: Vec<Value> = several.iter().map(|one| one.name().into()).collect();
                shown.insert("operation".to_owned(), names.into());
            }
        }
        let from = self.from.map(|from| from.to_string());
        let texts = [
            ("path", &self.path),
            ("account", &self.account),
            ("userPoolId", &self.user_pool),
            ("clientId", &self.client),
            ("username", &self.username),
            ("ip", &from),
            ("label", &self.label),
        ];
        for (name, text) in texts {
            if let Some(text) = text {
                shown.insert(name.to_owned(), text.clone().into());
            }
        }
        Value::Object(shown)
    }
}
