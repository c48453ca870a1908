//! What of passwords, tokens and secrets is shown to whoever reads a report.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::Value;

use crate::model::secret_names::is_secret;

/// How much of a secret is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Secrecy {
    /// Its first eight characters.
    Cut,
    /// Nothing, as on AWS.
    Hidden,
}

/// How many characters of a secret are shown.
const SHOWN: usize = 8;

/// What stands for a secret of which nothing is shown.
const NOTHING: &str = "***";

/// What stands before the values of a run when they are shown.
pub(crate) struct Veil {
    secrecy: Secrecy,
    /// Texts of which nothing is ever shown: variables of the environment, and what was made of them.
    hidden: BTreeSet<String>,
}

impl fmt::Debug for Veil {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Veil({:?})", self.secrecy)
    }
}

impl Veil {
    pub(super) fn new(secrecy: Secrecy) -> Self {
        Self {
            secrecy,
            hidden: BTreeSet::new(),
        }
    }

    /// Never shows this text.
    pub(super) fn hide(&mut self, text: &str) {
        if !text.is_empty() {
            self.hidden.insert(text.to_owned());
        }
    }

    /// Never shows the texts of this value.
    pub(super) fn hide_all(&mut self, value: &Value) {
        each_text(value, &mut |text| self.hide(text));
    }

    /// Whether a text of this value must not be shown.
    pub(super) fn hides(&self, value: &Value) -> bool {
        let mut found = false;
        if !self.hidden.is_empty() {
            each_text(value, &mut |text| {
                found |= self.hidden.iter().any(|hidden| text.contains(hidden));
            });
        }
        found
    }

    /// Whether a part of an answer has no password, token or secret in it, however short: it may be kept.
    pub(crate) fn spares(&self, answer: &Value, part: &Value, secret: bool) -> bool {
        let strict = Self {
            secrecy: Secrecy::Hidden,
            hidden: self.hidden.clone(),
        };
        strict.cover(answer).covered(part, secret) == *part
    }

    /// Covers an answer, and what is said of it.
    pub(crate) fn cover(&self, answer: &Value) -> Cover<'_> {
        let mut secrets = BTreeSet::new();
        gather(answer, false, &mut secrets);
        let shortest = match self.secrecy {
            // Shorter ones are shown.
            Secrecy::Cut => SHOWN + 1,
            // Shorter ones stand in other texts by chance.
            Secrecy::Hidden => 4,
        };
        let mut secrets: Vec<String> = secrets
            .into_iter()
            .filter(|text| text.chars().count() >= shortest)
            .collect();
        secrets.sort_by_key(|text| std::cmp::Reverse(text.len()));
        let mut hidden: Vec<&str> = self.hidden.iter().map(String::as_str).collect();
        hidden.sort_by_key(|text| std::cmp::Reverse(text.len()));
        Cover {
            secrecy: self.secrecy,
            hidden,
            secrets,
        }
    }
}

/// What covers the secrets of one answer.
pub(crate) struct Cover<'v> {
    secrecy: Secrecy,
    hidden: Vec<&'v str>,
    /// The secrets in it, the longest first: they may stand in other texts too, as in a message's.
    secrets: Vec<String>,
}

impl Cover<'_> {
    /// A value as JSON, covered; `secret` where a member that holds it is one.
    pub(crate) fn shown(&self, value: &Value, secret: bool) -> String {
        self.covered(value, secret).to_string()
    }

    /// A text that is no secret as a whole, covered.
    pub(crate) fn text(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for hidden in &self.hidden {
            text = text.replace(hidden, NOTHING);
        }
        for secret in &self.secrets {
            if text.contains(secret.as_str()) {
                text = text.replace(secret.as_str(), &self.cut(secret));
            }
        }
        self.without_tokens(&text)
    }

    /// A value, covered.
    pub(crate) fn covered(&self, value: &Value, secret: bool) -> Value {
        match value {
            Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
            Value::String(text) if secret && !is_matcher(text) => {
                let mut text = text.clone();
                for hidden in &self.hidden {
                    text = text.replace(hidden, NOTHING);
                }
                self.cut(&text).into()
            }
            Value::String(text) => self.text(text).into(),
            Value::Array(items) => items
                .iter()
                .map(|item| self.covered(item, secret))
                .collect(),
            Value::Object(members) => {
                let member = |(name, value): (&String, &Value)| {
                    // A pattern that secrets have to fit is none.
                    let secret = secret && name != "$regex" || is_secret(name);
                    (self.text(name), self.covered(value, secret))
                };
                members.iter().map(member).collect()
            }
        }
    }

    fn cut(&self, secret: &str) -> String {
        match self.secrecy {
            Secrecy::Hidden => NOTHING.to_owned(),
            Secrecy::Cut => match secret.char_indices().nth(SHOWN) {
                Some((end, _)) => format!("{}…", &secret[..end]),
                None => secret.to_owned(),
            },
        }
    }

    /// Cuts what looks like a JWT, wherever it stands.
    fn without_tokens(&self, text: &str) -> String {
        // `{"` in base64url, which every header of a JWT begins with.
        const START: &str = "eyJ";
        let mut covered = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(START) {
            let (before, token) = rest.split_at(at);
            let of_token = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
            let end = token.bytes().position(|byte| !of_token(byte));
            let (token, after) = token.split_at(end.unwrap_or(token.len()));
            covered.push_str(before);
            if token.contains('.') {
                covered.push_str(&self.cut(token));
            } else {
                covered.push_str(token);
            }
            rest = after;
        }
        covered + rest
    }
}

/// Whether an expected text is a matcher, of which there is nothing to hide.
fn is_matcher(text: &str) -> bool {
    text.starts_with('<') && text.ends_with('>')
}

fn each_text(value: &Value, visit: &mut impl FnMut(&str)) {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
        Value::String(text) => visit(text),
        Value::Array(items) => items.iter().for_each(|item| each_text(item, visit)),
        Value::Object(members) => members.values().for_each(|value| each_text(value, visit)),
    }
}

fn gather(value: &Value, secret: bool, secrets: &mut BTreeSet<String>) {
    match value {
        Value::String(text) if secret => {
            secrets.insert(text.clone());
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        Value::Array(items) => items.iter().for_each(|item| gather(item, secret, secrets)),
        Value::Object(members) => members
            .iter()
            .for_each(|(name, value)| gather(value, secret || is_secret(name), secrets)),
    }
}

#[cfg(test)]
#[path = "tests/secrecy.rs"]
mod tests;
