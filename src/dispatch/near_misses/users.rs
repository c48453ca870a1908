//! The user that a name may have meant.

use super::{elsewhere, went};
use crate::context::Context;
use crate::dispatch::call::{Call, Operation};
use crate::dispatch::members::Members;
use crate::model::near::{Difference, nearest};
use crate::model::{ClientId, PoolId};
use crate::store::user_pool::alias_index::Finds;
use crate::store::user_pool::deleted::What;
use crate::store::user_pool::state::PoolState;
use crate::store::user_pool::users::Searchable;
use crate::user_pool::users;

/// Users that are looked at, of one order.
const USERS: usize = 1_000;

/// What an answer that was made up does not tell: that nobody has the name, and who is near. Nothing where
/// the call is answered for somebody who is there, or not as if there were such a user.
pub fn hidden(cx: &Context, call: &Call) -> Option<String> {
    use crate::model::cognito_idp::Operation::ForgotPassword;
    use crate::model::cognito_idp::Operation::InitiateAuth;
    use crate::model::cognito_idp::Operation::ResendConfirmationCode;
    use crate::model::cognito_idp::Operation::RespondToAuthChallenge;

    let Operation::UserPool(
        ForgotPassword | InitiateAuth | ResendConfirmationCode | RespondToAuthChallenge,
    ) = call.operation
    else {
        return None;
    };
    let members = Members::of_call(call);
    // Refresh tokens name their user themselves.
    if members
        .text("AuthFlow")
        .is_some_and(|flow| flow.starts_with("REFRESH"))
    {
        return None;
    }
    let name = members.username()?;
    let pool = members.addressee(cx).pool.clone()?;
    let client = ClientId::from(call.client_id()?);
    let is_hidden = pool.read(|state| {
        let client = state.clients.get(&client)?;
        let is_unknown = users::meant(state, name).is_none();
        Some(is_unknown && client.hides_unknown_users())
    });
    if is_hidden != Some(true) {
        return None;
    }
    let near = user(cx, &pool.id, name).map_or_else(String::new, |near| format!("; {near}"));
    Some(format!(
        "no user of {} is named so, and the answer is made up, for PreventUserExistenceErrors of the app \
         client is ENABLED{near}",
        pool.id
    ))
}

pub(super) fn user(cx: &Context, pool: &str, name: &str) -> Option<String> {
    let pool = cx.store.pool(&PoolId::from(pool)).ok()?;
    let state = pool.read(PoolState::clone);
    if users::resolve(&state, name).is_some() {
        return None;
    }
    if let Some(user) = users::meant(&state, name) {
        return Some(format!(
            "it is the sub of {:?}, and a sub names nobody here",
            &*user.username
        ));
    }
    if let Some(gone) = state.deleted.last(What::User, name) {
        return Some(went(cx, gone));
    }
    let alike = alike(&state, name);
    let same_but = alike
        .as_ref()
        .filter(|(difference, _)| *difference < Difference::Letter);
    let elsewhere = || {
        let other = elsewhere(cx, &pool, |other| {
            other.read(|state| users::resolve(state, name).is_some())
        })?;
        Some(format!("{other} has a user who is named so"))
    };
    let said = |(difference, other): &(Difference, String)| {
        format!("the nearest is {other:?}: {}", difference.as_str())
    };
    by_attribute(&state, name)
        .or_else(|| same_but.map(said))
        .or_else(elsewhere)
        .or_else(|| alike.as_ref().map(said))
}

/// A user who has the name as an attribute by which the pool does not find that user.
fn by_attribute(state: &PoolState, name: &str) -> Option<String> {
    Searchable::ALIASES.into_iter().find_map(|attribute| {
        let user = state.users.with(attribute, name, None).next()?;
        let (attribute, holder) = (attribute.name(), &*user.username);
        let is_exact = user.attributes.get(attribute) == Some(name);
        Some(match state.settings.finds(Searchable::parse(attribute)?) {
            Finds::Never => format!(
                "{holder:?} has this {attribute}, by which the pool finds nobody: neither \
                 UsernameAttributes nor AliasAttributes have it"
            ),
            Finds::Verified(contact) if is_exact => format!(
                "{holder:?} has this {attribute}, but not verified, and only a verified one names a \
                 user; set {} to \"true\"",
                contact.flag()
            ),
            Finds::Verified(_) | Finds::AtOnce => format!(
                "{holder:?} has this {attribute}: only letter case differs"
            ),
        })
    })
}

/// The name in use that is most like `name`.
fn alike(state: &PoolState, name: &str) -> Option<(Difference, String)> {
    let users = &state.users;
    let trimmed = name.trim();
    let capital = |letter: char| {
        letter
            .to_uppercase()
            .chain(trimmed.chars().skip(1))
            .collect()
    };
    // What differs by the likeliest mistakes is found however many there are.
    let likely: [String; 4] = [
        trimmed.trim_end_matches('/').to_owned(),
        trimmed.to_lowercase(),
        trimmed.to_uppercase(),
        trimmed.chars().next().map(capital).unwrap_or_default(),
    ];
    let likely = likely.iter().filter_map(|name| users::resolve(state, name));
    let mut known: Vec<&str> = likely.map(|user| &*user.username).collect();
    // Names around a typing mistake share what comes before it. Of a few users, all are looked at.
    let half: String = match users.len() {
        0..=USERS => String::new(),
        _ => trimmed.chars().take(trimmed.chars().count() / 2).collect(),
    };
    let start = users.key(&half);
    let named = users.named_with_prefix(&start, None).take(USERS);
    known.extend(named.map(|user| &*user.username));
    for attribute in Searchable::ALIASES {
        if state.settings.finds(attribute) != Finds::Never {
            let values = users.with_prefix(attribute, &half, None).take(USERS);
            known.extend(values.map(|(value, _)| value));
        }
    }
    let (difference, other) = nearest(name, known)?;
    Some((difference, other.to_owned()))
}
