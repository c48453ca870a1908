//! What scenarios need that a target does not have: they are skipped before anything of them is made.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use super::aws::Aws;
use crate::cli::{IssuerArgument, QuotasArgument, ServeArguments};
use crate::context::DEFAULT_ACCOUNT;
use crate::fixtures::apart::of_whole_server;
use crate::fixtures::named;
use crate::scenario::plan::{Action, ClockChange, FIRST_MOMENT, Fixtures, Scenario, Step};
use crate::scenario::source::At;
use crate::scenario::world::{Start, World};

/// What is not to be had, and where the scenario asks for it.
pub(super) type Beyond = Option<(At, String)>;

/// What no scenario has that plays beside others on a running Poolhouse.
pub(super) fn beyond_poolhouse(
    scenario: &Scenario,
    start: &Start,
    world: &World,
    is_alone: bool,
) -> Beyond {
    if let Some(server) = &scenario.server {
        let text = "a running server behaves as it was told when it started, not as `server` says";
        return Some((server.at.clone(), text.to_owned()));
    }
    let furnished = world.furnished();
    if let Some(what) = of_whole_server(&furnished.loaded, &furnished.shared) {
        let text = format!("{what} of its fixtures hold for a whole server");
        return Some((scenario.title.at.clone(), text));
    }
    let (pools, _) = named::entries(start.beginning().0);
    let has_domain = |pool: &serde_json::Map<String, Value>| {
        let mut names = ["Domain", "Domains"].into_iter();
        names.any(|name| pool.get(name).is_some_and(|value| !value.is_null()))
    };
    if pools.iter().any(has_domain) {
        let text = "its fixtures have a domain, of which a server has one";
        return Some((scenario.title.at.clone(), text.to_owned()));
    }
    if let Some(id) = pinned_id(scenario, start, false) {
        return Some((scenario.title.at.clone(), id));
    }
    if is_alone {
        return None;
    }
    let alone = |what: &str| format!("{what} would disturb others; --exclusive plays it alone");
    if scenario.clock != FIRST_MOMENT {
        return Some((scenario.title.at.clone(), alone("its `clock`")));
    }
    first(scenario, &|step| match &step.action {
        Action::Clock(_) => Some(alone("moving the clock")),
        Action::Rules { kind, .. } => Some(alone(&format!("a rule of `{}`", kind.word()))),
        _ => None,
    })
}

/// What no scenario has on AWS.
pub(super) fn beyond_aws(scenario: &Scenario, aws: &Aws) -> Beyond {
    if let Some(server) = &scenario.server {
        let as_aws = ServeArguments {
            issuer: server.flags.issuer.filter(|it| *it == IssuerArgument::Aws),
            quotas: server.flags.quotas.filter(|it| *it == QuotasArgument::Aws),
            ..ServeArguments::default()
        };
        if *server.flags != as_aws {
            let text = "AWS behaves as it does, not as `server` says".to_owned();
            return Some((server.at.clone(), text));
        }
    }
    if scenario.clock != FIRST_MOMENT {
        let text = "AWS's clock cannot be set to its `clock`".to_owned();
        return Some((scenario.title.at.clone(), text));
    }
    first(scenario, &|step| match &step.action {
        Action::Clock(ClockChange::Set(_)) => Some("AWS's clock cannot be set".to_owned()),
        Action::Rules { kind, .. } => Some(format!("AWS takes no rule of `{}`", kind.word())),
        Action::Message(_) if aws.codes.is_none() => {
            Some("nobody reads AWS's messages here; --codes COMMAND tells their codes".to_owned())
        }
        _ => None,
    })
}

/// A pinned id that the scenario names, where pools and clients have others; or the
/// account of worlds. Where `draws_subs`, users have other subs too.
pub(super) fn pinned_id(scenario: &Scenario, start: &Start, draws_subs: bool) -> Option<String> {
    let (pools, _) = named::entries(start.beginning().0);
    let mut ids: BTreeMap<String, &str> = BTreeMap::new();
    for pool in pools {
        if let Some(id) = pool.get("Id").and_then(Value::as_str) {
            ids.insert(id.to_owned(), "${pool.Id}");
        }
        let users = pool.get("Users").and_then(Value::as_array);
        for user in users.into_iter().flatten().filter(|_| draws_subs) {
            if let Some(sub) = user.get("Sub").and_then(Value::as_str) {
                ids.insert(sub.to_owned(), "${users.NAME.Sub}");
            }
        }
        for list in ["Clients", "UserPoolClients"] {
            let clients = pool.get(list).and_then(Value::as_array);
            for client in clients.into_iter().flatten() {
                let client = named::client_of(client.clone());
                let id = client.as_ref().and_then(|it| it.get("ClientId")?.as_str());
                if let Some(id) = id {
                    ids.insert(
                        id.to_owned(),
                        "${client.ClientId} or ${clients.NAME.ClientId}",
                    );
                }
            }
        }
    }
    if names(scenario, DEFAULT_ACCOUNT) {
        return Some(format!(
            "it names the account {DEFAULT_ACCOUNT}, and plays in another here"
        ));
    }
    let (id, instead) = ids.iter().find(|(id, _)| names(scenario, id))?;
    Some(format!(
        "it names the pinned id {id}, which is another here; write {instead}"
    ))
}

/// Whether the scenario, or a part that it includes, has this word, but for the fixture that stands in it.
pub(super) fn names(scenario: &Scenario, word: &str) -> bool {
    let mut texts = Vec::new();
    let text = &scenario.at.source.text;
    match &scenario.fixtures {
        Fixtures::Written { at, .. } => {
            texts.push(text.get(..at.span.start).unwrap_or_default());
            texts.push(text.get(at.span.end..).unwrap_or_default());
        }
        Fixtures::Default | Fixtures::Files(_) => texts.push(text),
    }
    each(&scenario.steps, &mut |step| {
        if let Action::Include { part, .. } = &step.action {
            texts.push(&part.at.source.text);
        }
    });
    each(&scenario.finally, &mut |step| {
        if let Action::Include { part, .. } = &step.action {
            texts.push(&part.at.source.text);
        }
    });
    texts.iter().any(|text| has_word(text, word))
}

fn has_word(text: &str, word: &str) -> bool {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    })
}

/// The first step of which something is to be told.
fn first(scenario: &Scenario, tell: &dyn Fn(&Step) -> Option<String>) -> Beyond {
    let mut found = None;
    let mut visit = |step: &Step| {
        if found.is_none()
            && let Some(text) = tell(step)
        {
            found = Some((step.word.at.clone(), text));
        }
    };
    each(&scenario.steps, &mut visit);
    each(&scenario.finally, &mut visit);
    found
}

/// Visits steps, and those of the parts that they include, once each.
fn each<'s>(steps: &'s [Step], visit: &mut dyn FnMut(&'s Step)) {
    let mut visited = BTreeSet::new();
    let mut waiting: Vec<&Step> = steps.iter().rev().collect();
    while let Some(step) = waiting.pop() {
        visit(step);
        if let Action::Include { part, .. } = &step.action
            && visited.insert(Arc::as_ptr(part))
        {
            waiting.extend(part.steps.iter().rev());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_whole() {
        for (text, expected) in [
            ("Username: bob", true),
            ("bob@example.com", true),
            ("about", false),
            ("bob_2 bobs", false),
            ("a bobble, 'bob'", true),
        ] {
            assert_eq!(has_word(text, "bob"), expected, "{text}");
        }
    }
}
