//! Steps: one action each, and what is said of how it is done and judged.

use super::action::{self, Kind};
use super::entry::{Entry, Faults};
use super::{Place, Reader};
use crate::model::misspelled;
use crate::model::names::{is_account, may_be_region};
use crate::scenario::plan::{
    Action, MOST_AT_ONCE, MOST_REPEATS, Named, Outcome, Parallel, Refusal, Signed, Step,
};
use crate::scenario::source::{Key, Node, Tree};
use crate::scenario::template::Template;

/// What may stand beside any action.
pub(crate) const MODIFIERS: [&str; 12] = [
    "as",
    "expect",
    "exactly",
    "error",
    "repeat",
    "parallel",
    "winners",
    "signed",
    "headers",
    "skew",
    "unchecked",
    "note",
];

/// What may stand beside `include` alone.
const OF_INCLUDE: &str = "with";

/// What `signed` takes.
const ACCOUNT: &str = "an account is a text of twelve digits, such as \"123456789012\"";
const REGION: &str = "give the name of a Region, such as eu-west-1";

/// A step, as far as it could be read.
pub(super) fn read(node: &Node, place: &Place<'_>, reader: &mut Reader) -> Option<Step> {
    let mut entry = Entry::open(node, "a step", &mut reader.faults)?;
    let modifiers = Modifiers::take(&mut entry);
    let (word, value) = the_action(&mut entry, &mut reader.faults)?;
    let kind = Kind::of(&word.name)?;
    let faults = &mut reader.faults;
    modifiers.fit(kind, word, faults);
    let name = modifiers.name.and_then(|node| {
        let name = faults.literal_text(node, "a name for the result")?;
        let key = Key {
            at: node.at.clone(),
            name: name.into(),
        };
        faults.name(&key).then_some(key)
    });
    let outcome = modifiers.outcome(faults);
    let repeat = modifiers.repeat;
    let repeat = repeat.and_then(|node| faults.count(node, 1, MOST_REPEATS));
    let step = Partial {
        name,
        outcome,
        repeat,
        parallel: modifiers.parallel(faults),
        signed: modifiers.signed(faults),
        headers: modifiers
            .headers
            .map_or_else(Named::new, |node| faults.headers(node)),
        skew: modifiers.skew.and_then(|node| faults.span(node)),
        unchecked: modifiers
            .unchecked
            .and_then(|node| faults.flag(node))
            .unwrap_or(false),
        note: modifiers.note.and_then(|node| faults.sentence(node)),
    };
    let given = action::Given {
        word,
        value,
        with: modifiers.with,
        unchecked: step.unchecked,
    };
    let action = action::read(kind, &given, place, reader)?;
    Some(step.with(word.clone(), action))
}

/// A step without its action.
struct Partial {
    name: Option<Key>,
    outcome: Outcome,
    repeat: Option<Template>,
    parallel: Option<Parallel>,
    signed: Signed,
    headers: Named<Template>,
    skew: Option<Template>,
    unchecked: bool,
    note: Option<Template>,
}

impl Partial {
    fn with(self, word: Key, action: Action) -> Step {
        Step {
            word,
            action,
            name: self.name,
            outcome: self.outcome,
            repeat: self.repeat,
            parallel: self.parallel,
            signed: self.signed,
            headers: self.headers,
            skew: self.skew,
            unchecked: self.unchecked,
            note: self.note,
        }
    }
}

/// The one action of a step.
fn the_action<'n>(entry: &mut Entry<'n>, faults: &mut Faults) -> Option<(&'n Key, &'n Node)> {
    let rest = entry.rest();
    let (actions, others): (Vec<_>, Vec<_>) = rest
        .into_iter()
        .partition(|(key, _)| Kind::of(&key.name).is_some());
    for (key, _) in &others {
        faults.add(&key.at, unknown(&key.name));
    }
    match *actions.as_slice() {
        [action] => Some(action),
        [] => {
            if others.is_empty() {
                let words = action::WORDS.join(", ");
                let text = format!(
                    "a step needs an action: an operation such as InitiateAuth, or {words}"
                );
                faults.add(entry.at, text);
            }
            None
        }
        [(first, _), (second, _), ..] => {
            let text = format!(
                "a step has one action, and this one has {} and {}; make two steps of it",
                first.name, second.name
            );
            faults.add(&second.at, text);
            None
        }
    }
}

/// What to say of a word that is neither action nor modifier.
fn unknown(word: &str) -> String {
    let words = action::WORDS.into_iter().chain(MODIFIERS);
    let words = words.chain([OF_INCLUDE]);
    let known = action::operations().chain(words);
    match misspelled::nearest(word, known) {
        Some(nearest) => format!("there is no action {word}; did you mean {nearest}?"),
        None => format!(
            "there is no action {word}; an action is an operation of user pools, or {}; beside it may stand {}, {OF_INCLUDE}",
            action::WORDS.join(", "),
            MODIFIERS.join(", ")
        ),
    }
}

/// What stands beside an action.
struct Modifiers<'n> {
    name: Option<&'n Node>,
    expect: Option<&'n Node>,
    exactly: Option<&'n Node>,
    error: Option<&'n Node>,
    repeat: Option<&'n Node>,
    parallel: Option<&'n Node>,
    winners: Option<&'n Node>,
    signed: Option<&'n Node>,
    headers: Option<&'n Node>,
    skew: Option<&'n Node>,
    unchecked: Option<&'n Node>,
    note: Option<&'n Node>,
    with: Option<&'n Node>,
}

impl<'n> Modifiers<'n> {
    fn take(entry: &mut Entry<'n>) -> Self {
        // Here null says something.
        let mut any = |name| entry.any(name).map(|(_, node)| node);
        let (expect, exactly, error) = (any("expect"), any("exactly"), any("error"));
        Self {
            expect,
            exactly,
            error,
            name: entry.take("as"),
            repeat: entry.take("repeat"),
            parallel: entry.take("parallel"),
            winners: entry.take("winners"),
            signed: entry.take("signed"),
            headers: entry.take("headers"),
            skew: entry.take("skew"),
            unchecked: entry.take("unchecked"),
            note: entry.take("note"),
            with: entry.take("with"),
        }
    }

    /// Refuses what says nothing of such an action, or contradicts another.
    fn fit(&self, kind: Kind, word: &Key, faults: &mut Faults) {
        let calls = matches!(kind, Kind::Operation(_));
        let sends = calls || matches!(kind, Kind::Http);
        let has_result = !matches!(kind, Kind::Rules(_) | Kind::Set | Kind::Check);
        let error = self.error.filter(|node| !matches!(node.value, Tree::Null));
        let fitting = [
            (
                "error",
                error,
                calls,
                "is for operations, which alone are refused",
            ),
            (
                "signed",
                self.signed,
                calls,
                "is for operations, which alone are signed",
            ),
            (
                "unchecked",
                self.unchecked,
                calls,
                "is for operations, whose input alone is checked",
            ),
            (
                "parallel",
                self.parallel,
                sends,
                "is for operations and http, which alone send requests",
            ),
            (
                "headers",
                self.headers,
                sends,
                "is for operations and http, which alone send requests",
            ),
            (
                "expect",
                self.expect,
                has_result,
                "is for actions that have a result",
            ),
            (
                "exactly",
                self.exactly,
                has_result,
                "is for actions that have a result",
            ),
            (
                "as",
                self.name,
                has_result,
                "is for actions that have a result",
            ),
            (
                "with",
                self.with,
                matches!(kind, Kind::Include),
                "is for include, which alone takes parameters",
            ),
        ];
        for (name, node, fits, hint) in fitting {
            if let Some(node) = node.filter(|_| !fits) {
                let text = format!("{name} {hint}; this is a step of {}", word.name);
                faults.add(&node.at, text);
            }
        }
        self.fit_winners(kind, faults);
        if error.is_some_and(is_literal) && self.parallel.is_none() {
            for (name, node) in [("expect", self.expect), ("exactly", self.exactly)] {
                if let Some(node) = node {
                    let text = format!(
                        "{name} stands beside error, and a step that is refused has no result; keep one \
                         of them"
                    );
                    faults.add(&node.at, text);
                }
            }
        }
    }

    /// Refuses what says of parallel requests that some are refused, and not how many or how, or the reverse.
    fn fit_winners(&self, kind: Kind, faults: &mut Faults) {
        if let Some(winners) = self.winners.filter(|_| self.parallel.is_none()) {
            let hint = "winners says how many of parallel requests succeed; say parallel, too";
            faults.add(&winners.at, hint);
        }
        let Some(parallel) = self.parallel else {
            return;
        };
        let error = self.error.filter(|node| is_literal(node));
        let error = error.filter(|node| !matches!(node.value, Tree::Null));
        let Some(winners) = self.winners else {
            if let Some(error) = error {
                let text = "without winners all parallel requests must succeed, and none is left to be refused; \
                            say how many win: winners: 1, or winners: 0";
                faults.add(&error.at, text);
            }
            return;
        };
        let number = |node: &Node| match &node.value {
            Tree::Number(number) => number.as_u64(),
            _ => None,
        };
        let (Some(all), Some(winning)) = (number(parallel), number(winners)) else {
            return;
        };
        if winning < all && matches!(kind, Kind::Http) {
            let text = "an http step is never refused, whatever its status; expect says what each must answer";
            faults.add(&winners.at, text);
        } else if winning < all
            && self
                .error
                .is_none_or(|node| matches!(node.value, Tree::Null))
        {
            let text = format!(
                "of {all} requests {} are to be refused, and the step does not say how; give error",
                all - winning
            );
            faults.add(&winners.at, text);
        }
        if let Some(error) = error.filter(|_| winning == all) {
            let text = format!(
                "all {all} requests are to win, and none is left to be refused; drop error"
            );
            faults.add(&error.at, text);
        }
        for (name, node) in [("expect", self.expect), ("exactly", self.exactly)] {
            if let Some(node) = node.filter(|_| winning == 0) {
                let text = format!("no request is to win, so none has a result; drop {name}");
                faults.add(&node.at, text);
            }
        }
    }

    fn outcome(&self, faults: &mut Faults) -> Outcome {
        Outcome {
            expect: self.expect.and_then(|node| faults.expectation(node)),
            exactly: self.exactly.and_then(|node| faults.expectation(node)),
            error: self.error.and_then(|node| refusal(node, faults)),
        }
    }

    fn parallel(&self, faults: &mut Faults) -> Option<Parallel> {
        let requests = faults.count(self.parallel?, 1, MOST_AT_ONCE);
        let winners = self.winners;
        let winners = winners.and_then(|node| faults.count(node, 0, MOST_AT_ONCE));
        let requests = requests?;
        let number = |template: &Template| template.literal().and_then(serde_json::Value::as_u64);
        if let (Some(all), Some(winning), Some(node)) = (
            number(&requests),
            winners.as_ref().and_then(number),
            self.winners,
        ) && winning > all
        {
            let text = format!("{winning}: of {all} requests no more than {all} can win");
            faults.add(&node.at, text);
        }
        Some(Parallel { requests, winners })
    }

    fn signed(&self, faults: &mut Faults) -> Signed {
        let Some(node) = self.signed else {
            return Signed::AsUsual;
        };
        match &node.value {
            Tree::Boolean(false) => Signed::Not,
            Tree::Boolean(true) => {
                let hint = "operations that AWS wants signed are signed anyway; leave it out, or give false or \
                            {account, region}";
                faults.wrong(node, hint);
                Signed::AsUsual
            }
            Tree::Map(_) => {
                let Some(mut entry) = Entry::open(node, "signed", faults) else {
                    return Signed::AsUsual;
                };
                let account = entry.take("account");
                let account = account.and_then(|node| faults.formed(node, is_account, ACCOUNT));
                let region = entry.take("region");
                let region = region.and_then(|node| faults.formed(node, may_be_region, REGION));
                entry.end(faults);
                Signed::By { account, region }
            }
            _ => {
                faults.wrong(node, "give false or {account, region}");
                Signed::AsUsual
            }
        }
    }
}

/// Whether an `error` says for certain that the operation is refused.
fn is_literal(node: &Node) -> bool {
    match &node.value {
        Tree::Text(text) => !text.contains("${"),
        _ => true,
    }
}

fn refusal(node: &Node, faults: &mut Faults) -> Option<Refusal> {
    match &node.value {
        Tree::Null => Some(Refusal::None),
        Tree::Text(_) => faults.template(node).map(Refusal::Type),
        Tree::Map(_) => {
            let mut entry = Entry::open(node, "error", faults)?;
            let mut member = |name| {
                let node = entry.take(name)?;
                faults.expectation(node)
            };
            let (kind, message) = (member("type"), member("message"));
            let (status, reason) = (member("status"), member("reason"));
            entry.end(faults);
            Some(Refusal::Members {
                at: node.at.clone(),
                kind,
                message,
                status,
                reason,
            })
        }
        _ => {
            let hint = "give an error type, or a map of type, message, status and reason, or null for none";
            faults.wrong(node, hint);
            None
        }
    }
}
