//! What of passwords, tokens and secrets is shown to whoever reads a report.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;

use serde_json::Value;

use super::test_api::percent_encoded;
use crate::model::secret_names::is_secret;

/// How much of a secret is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Secrecy {
    /// Its first eight characters.
    Cut,
    /// Nothing, as on AWS.
    Hidden,
}

/// How many characters of a secret are shown at most; never more than half of them.
const SHOWN: usize = 8;

/// What stands for a secret of which nothing is shown.
const NOTHING: &str = "***";

/// What stands for the rest of a secret that is cut.
const REST: char = '…';

/// The shortest texts that Cognito takes for a password or gives as a code. What is shorter is none, and stands in
/// other texts by chance.
const SHORTEST: usize = 6;

/// The same where nothing of an answer's own secrets is to be shown.
const SHORTEST_HIDDEN: usize = 4;

/// Small letters alone make a word up to here (`password`, `refresh`), which texts may have that tell no secret.
const LONGEST_WORD: usize = 9;

/// What stands before the values of a run when they are shown.
#[derive(Clone)]
pub(crate) struct Veil {
    secrecy: Secrecy,
    /// Texts of which nothing is ever shown: variables of the environment, and what was made of them.
    hidden: BTreeSet<String>,
    /// Secrets that were sent, that came, or that the fixtures and variables have: wherever they come up again.
    known: BTreeSet<String>,
}

impl Default for Veil {
    fn default() -> Self {
        Self::new(Secrecy::Cut)
    }
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
            known: BTreeSet::new(),
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

    /// Knows the secrets of what was sent, of what came, or of what the fixtures made: the texts of members that hold
    /// secrets, and the parameters of URLs that do.
    pub(super) fn learn(&mut self, value: &Value) {
        each_secret(value, false, &mut |text| self.know(text));
    }

    /// The same of a scenario's own names. A text of letters alone is none: `code: ExpiredCodeException`.
    pub(super) fn learn_named(&mut self, name: &str, value: &Value) {
        each_secret(value, is_secret(name), &mut |text| {
            if !text.bytes().all(|byte| byte.is_ascii_alphabetic()) {
                self.know(text);
            }
        });
    }

    /// Knows all texts of this value for secrets.
    pub(super) fn learn_all(&mut self, value: &Value) {
        each_text(value, &mut |text| self.know(text));
    }

    /// Whether a text of this value has a known secret in it.
    pub(super) fn knows(&self, value: &Value) -> bool {
        let mut found = false;
        each_text(value, &mut |text| {
            found |= self.known.iter().any(|secret| text.contains(secret));
        });
        found
    }

    /// Whether this is a known secret, and nothing else.
    pub(super) fn knows_whole(&self, value: &Value) -> bool {
        value.as_str().is_some_and(|text| self.known.contains(text))
    }

    fn know(&mut self, text: &str) {
        // A token is told by its form.
        let is_plain = !(text.starts_with(TOKEN) && text.contains('.'));
        if is_plain && text.chars().count() >= SHORTEST && !is_matcher(text) {
            self.known.insert(text.to_owned());
        }
    }

    /// Covers an answer, and what is said of it.
    pub(crate) fn cover(&self, answer: &Value) -> Cover<'_> {
        self.cover_as(self.secrecy, answer)
    }

    /// Covers all of a secret, however short: what is left as it is may be kept.
    pub(crate) fn strict(&self, answer: &Value) -> Cover<'_> {
        self.cover_as(Secrecy::Hidden, answer)
    }

    fn cover_as(&self, secrecy: Secrecy, answer: &Value) -> Cover<'_> {
        let shortest = match secrecy {
            Secrecy::Cut => SHORTEST,
            Secrecy::Hidden => SHORTEST_HIDDEN,
        };
        let mut secrets = self.known.clone();
        each_secret(answer, false, &mut |text| {
            if text.chars().count() >= shortest {
                secrets.insert(text.to_owned());
            }
        });
        let mut secrets: Vec<Searched> = secrets.into_iter().map(Searched::new).collect();
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.text.len()));
        let mut hidden: Vec<&str> = self.hidden.iter().map(String::as_str).collect();
        hidden.sort_by_key(|text| std::cmp::Reverse(text.len()));
        Cover {
            secrecy,
            hidden,
            secrets,
        }
    }
}

/// A secret as it is looked for in texts.
struct Searched {
    text: String,
    /// As JSON, as a URL or as a page has it, where it is written otherwise there.
    written: Vec<String>,
}

impl Searched {
    fn new(text: String) -> Self {
        let json = Value::from(text.as_str()).to_string();
        let json = json.trim_matches('"').to_owned();
        let page = text
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
            .replace('"', "&quot;")
            .replace('\'', "&#39;");
        let mut written = vec![json, percent_encoded(&text), page];
        written.sort();
        written.dedup();
        written.retain(|other| *other != text);
        Self { text, written }
    }

    /// Where a text has it.
    fn within(&self, text: &str) -> Vec<Range<usize>> {
        let is_word = self.text.len() <= LONGEST_WORD
            && self.text.bytes().all(|byte| byte.is_ascii_lowercase());
        if is_word {
            return Vec::new();
        }
        let is_code = self.text.bytes().all(|byte| byte.is_ascii_digit());
        let forms = std::iter::once(&self.text).chain(&self.written);
        let found = forms.flat_map(|form| text.match_indices(form.as_str()));
        let found = found.map(|(start, form)| start..start + form.len());
        // The digits of a code may be some of a longer number.
        let is_apart = |at: &Range<usize>| {
            let before = text[..at.start].chars().next_back();
            let after = text[at.end..].chars().next();
            ![before, after]
                .iter()
                .any(|c| c.is_some_and(|c| c.is_ascii_alphanumeric()))
        };
        let mut found: Vec<_> = found.filter(|at| !is_code || is_apart(at)).collect();
        found.sort_by_key(|at| at.start);
        let mut end = 0;
        found.retain(|at| {
            let is_behind = at.start >= end;
            end = end.max(at.end);
            is_behind
        });
        found
    }
}

/// What covers the secrets of one answer, and those that are known.
pub(crate) struct Cover<'v> {
    secrecy: Secrecy,
    hidden: Vec<&'v str>,
    /// The longest first: they may stand in other texts too, as in a message's.
    secrets: Vec<Searched>,
}

impl Cover<'_> {
    /// A value as JSON, covered; `secret` where a member that holds it is one.
    pub(crate) fn shown(&self, value: &Value, secret: bool) -> String {
        self.covered(value, secret).to_string()
    }

    /// Whether there is nothing to cover.
    pub(crate) fn spares(&self, value: &Value, secret: bool) -> bool {
        self.covered(value, secret) == *value
    }

    /// A text that is no secret as a whole, covered.
    pub(crate) fn text(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for hidden in &self.hidden {
            text = text.replace(hidden, NOTHING);
        }
        for secret in &self.secrets {
            if secret.text == text {
                return self.cut(&text);
            }
            for at in secret.within(&text).into_iter().rev() {
                let cut = self.cut(&text[at.clone()]);
                text.replace_range(at, &cut);
            }
        }
        self.without_tokens(&self.without_parameters(&text))
    }

    /// A text whose characters stand where they stood, in which asterisks stand for secrets: a file, of which places
    /// are told.
    pub(crate) fn lines(&self, text: &str) -> String {
        let mut covered = text.to_owned();
        let hidden = self.hidden.iter();
        let hidden = hidden.flat_map(|hidden| text.match_indices(hidden));
        let hidden = hidden.map(|(start, found)| start..start + found.len());
        let secrets = self.secrets.iter().flat_map(|secret| {
            let shown = |at: Range<usize>| match self.secrecy {
                Secrecy::Hidden => at,
                Secrecy::Cut => at.start + cut_at(&text[at.clone()])..at.end,
            };
            secret.within(text).into_iter().map(shown)
        });
        for at in hidden.chain(secrets) {
            let stars: String = text[at.clone()].chars().map(star).collect();
            covered.replace_range(at, &stars);
        }
        covered
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
            _ if secret.is_empty() || secret == NOTHING => secret.to_owned(),
            Secrecy::Hidden => NOTHING.to_owned(),
            Secrecy::Cut if secret.ends_with(REST) || secret.chars().count() < SHORTEST => {
                secret.to_owned()
            }
            Secrecy::Cut => format!("{}{REST}", &secret[..cut_at(secret)]),
        }
    }

    /// Cuts the parameters of URLs that hold secrets.
    fn without_parameters(&self, text: &str) -> String {
        let mut covered = text.to_owned();
        for at in parameters(text).into_iter().rev() {
            let cut = self.cut(&text[at.clone()]);
            covered.replace_range(at, &cut);
        }
        covered
    }

    /// Cuts what looks like a JWT, wherever it stands.
    fn without_tokens(&self, text: &str) -> String {
        let mut covered = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(TOKEN) {
            let (before, token) = rest.split_at(at);
            let of_token = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
            let end = token.bytes().position(|byte| !of_token(byte));
            let (token, after) = token.split_at(end.unwrap_or(token.len()));
            covered.push_str(before);
            if token.contains('.') && !after.starts_with(REST) {
                covered.push_str(&self.cut(token));
            } else {
                covered.push_str(token);
            }
            rest = after;
        }
        covered + rest
    }
}

/// `{"` in base64url, which every header of a JWT begins with.
const TOKEN: &str = "eyJ";

/// What stands for a character of a file, as long as it is.
fn star(character: char) -> char {
    match (character, character.len_utf8()) {
        ('\n' | '\r', _) => character,
        (_, 1) => '*',
        (_, 2) => '·',
        (_, 3) => '•',
        _ => '\u{1f512}',
    }
}

/// Where a secret is cut.
fn cut_at(secret: &str) -> usize {
    let shown = SHOWN.min(secret.chars().count() / 2);
    secret.char_indices().nth(shown).map_or(0, |(end, _)| end)
}

/// Where the values of those parameters of URLs stand that hold secrets, as `code` of a redirect.
fn parameters(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (equals, _) in text.match_indices('=') {
        // No name of those that hold secrets is as long.
        let from = equals.saturating_sub(40);
        let before = &text.as_bytes()[from..equals];
        let name = match before.iter().rposition(|byte| b"?&#;".contains(byte)) {
            Some(at) => text.get(from + at + 1..equals),
            None if from == 0 => text.get(..equals),
            None => None,
        };
        let is_end = |c: char| c.is_whitespace() || "&#\"'<>\\,;".contains(c);
        let start = equals + 1;
        let end = text[start..]
            .find(is_end)
            .map_or(text.len(), |at| start + at);
        let value = &text[start..end];
        if name.is_some_and(is_secret)
            && value.chars().count() >= SHORTEST
            && !value.ends_with(REST)
        {
            found.push(start..end);
        }
    }
    found
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

/// The secrets of a value: what is in members that hold them, and in parameters of URLs.
fn each_secret(value: &Value, secret: bool, visit: &mut impl FnMut(&str)) {
    match value {
        Value::String(text) if secret => visit(text),
        Value::String(text) if text.contains('=') => {
            for at in parameters(text) {
                visit(&text[at]);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        Value::Array(items) => items
            .iter()
            .for_each(|item| each_secret(item, secret, visit)),
        Value::Object(members) => members
            .iter()
            .for_each(|(name, value)| each_secret(value, secret || is_secret(name), visit)),
    }
}

#[cfg(test)]
#[path = "tests/secrecy.rs"]
mod tests;
