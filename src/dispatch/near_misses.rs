//! What a name that nobody has may have meant: said in the reason of a refusal, and in nothing else.
//!
//! It is looked for when the refusal is there, outside of every lock, in copies that cost a few pointers. What was
//! decided stays, even if what was unknown is there by now. No search grows with what there is: each looks at so
//! many candidates at most, those around the name's place in the order first.

mod belongings;
mod users;

pub use self::users::hidden;

use super::call::Call;
use crate::context::Context;
use crate::error::{CognitoError, Refusal, Sought};
use crate::model::near::{Difference, nearest};
use crate::model::{ClientId, GroupName, PoolId};
use crate::store::user_pool::UserPool;
use crate::store::user_pool::deleted::{Gone, How, What};
use crate::store::user_pool::state::PoolState;

/// Pools that are looked at.
const POOLS: usize = 500;

/// Clients that are looked at.
const CLIENTS: usize = 5_000;

/// The refusal with the nearest that there is in its reason, if something is near.
pub(super) fn explained(cx: &Context, call: &Call, refused: CognitoError) -> CognitoError {
    let found = match (&refused.refusal, refused.sought()) {
        (Refusal::UserPoolUnknown { id }, _) => pool(cx, id),
        (Refusal::ClientUnknown { id } | Refusal::RevokeUnknownClient { id }, _) => {
            client(cx, call.user_pool_id(), id)
        }
        (_, Some(Sought::User { pool, name })) => users::user(cx, pool, name),
        (_, Some(Sought::Group { pool, name })) => group(cx, pool, name),
        (refusal, None) => belongings::of_pool(cx, call.user_pool_id(), refusal),
    };
    match found {
        Some(found) => refused.adding(&found),
        None => refused,
    }
}

/// How something went that was there.
fn went(cx: &Context, gone: &Gone) -> String {
    match gone.how {
        How::Deleted => format!("it was deleted {}", gone.at.ago(cx.now())),
        How::Restored => "it was there until a snapshot was restored that does not have it".into(),
    }
}

fn place(pool: &UserPool) -> String {
    format!("account {} in {}", pool.account, pool.region())
}

fn pool(cx: &Context, id: &str) -> Option<String> {
    // Whoever may not see it was told where it is.
    if cx.store.pool(&PoolId::from(id)).is_ok() {
        return None;
    }
    if let Some(gone) = cx.store.last_gone(What::Pool, id) {
        return Some(went(cx, &gone));
    }
    let pools = cx.store.first_pools(POOLS);
    let name = |id: &str| id.split_once('_').map(|(_, name)| name.to_owned());
    let in_another_region = || {
        let wanted = name(id)?;
        let mut pools = pools.iter();
        let twin = pools.find(|pool| name(&pool.id).as_ref() == Some(&wanted))?;
        Some((twin, "only the Region differs"))
    };
    let named_so = || {
        let mut pools = pools.iter();
        let named = pools.find(|pool| *pool.settings().name == *id)?;
        Some((named, "which has that for its name; give the id"))
    };
    let alike = || {
        let (difference, other) = nearest(id, pools.iter().map(|pool| pool.id.as_str()))?;
        let other = pools.iter().find(|pool| pool.id.as_str() == other)?;
        Some((other, difference.as_str()))
    };
    let (near, how) = in_another_region().or_else(alike).or_else(named_so)?;
    Some(format!(
        "the nearest is {} of {}: {how}",
        near.id,
        place(near)
    ))
}

/// `asked` is the pool that the request names.
fn client(cx: &Context, asked: Option<&str>, id: &str) -> Option<String> {
    if let Ok((owner, _)) = cx.store.client(&ClientId::from(id)) {
        let is_of_another = asked.is_some_and(|asked| asked != owner.id.as_str());
        return is_of_another.then(|| format!("it is one of {}, {}", owner.id, place(&owner)));
    }
    if let Some(gone) = cx.store.last_gone(What::Client, id) {
        return Some(went(cx, &gone));
    }
    client_alike(cx, id).or_else(|| client_named(cx, asked, id))
}

fn client_alike(cx: &Context, id: &str) -> Option<String> {
    // What differs by the likeliest mistakes is found however many there are.
    let likely = [id.trim().to_owned(), id.to_ascii_lowercase()];
    let mut likely = likely.into_iter().map(|id| ClientId::from(id.as_str()));
    let exact = likely.find_map(|id| {
        let (pool, client) = cx.store.client(&id).ok()?;
        Some((client.id.clone(), pool.id.clone()))
    });
    let some = match exact {
        Some(exact) => vec![exact],
        None => cx.store.some_clients(CLIENTS),
    };
    let (difference, near) = nearest(id, some.iter().map(|(id, _)| id.as_str()))?;
    let (_, owner) = some.iter().find(|(id, _)| id.as_str() == near)?;
    let owner = cx.store.pool(owner).ok()?;
    Some(format!(
        "the nearest is {near} of {}, {}: {}",
        owner.id,
        place(&owner),
        difference.as_str()
    ))
}

/// A client whose name was given for its id: in the pool that the request names, or in any.
fn client_named(cx: &Context, asked: Option<&str>, name: &str) -> Option<String> {
    let asked = asked.map(|asked| cx.store.pool(&PoolId::from(asked)));
    let pools = match asked {
        Some(asked) => vec![asked.ok()?],
        None => cx.store.first_pools(POOLS),
    };
    let mut left = CLIENTS;
    pools.iter().find_map(|pool| {
        let clients = pool.read(|state| state.clients.clone());
        let looked_at = clients.values().take(left);
        let found = looked_at.clone().find(|client| *client.name == *name);
        left -= looked_at.count();
        let id = &found?.id;
        Some(format!(
            "it is the name of the app client {id} of {}; give the id",
            pool.id
        ))
    })
}

fn group(cx: &Context, pool: &str, name: &str) -> Option<String> {
    let pool = cx.store.pool(&PoolId::from(pool)).ok()?;
    let state = pool.read(PoolState::clone);
    let key = GroupName::from(name);
    if state.groups.contains_key(&key) {
        return None;
    }
    if let Some(gone) = state.deleted.last(What::Group, name) {
        return Some(went(cx, gone));
    }
    // A pool has 10,000 at most.
    let alike = nearest(name, state.groups.keys().map(GroupName::as_str));
    let said = |(difference, other): (Difference, &str)| {
        format!("the nearest is {other:?}: {}", difference.as_str())
    };
    let same_but = alike.filter(|(difference, _)| *difference < Difference::Letter);
    let elsewhere = || {
        let has = |pool: &UserPool| pool.read(|state| state.groups.contains_key(&key));
        elsewhere(cx, &pool, has).map(|other| format!("{other} has a group of this name"))
    };
    same_but
        .map(said)
        .or_else(elsewhere)
        .or_else(|| alike.map(said))
}

/// Another pool that `has` something: of the same account and Region rather than of another.
fn elsewhere(cx: &Context, here: &UserPool, has: impl Fn(&UserPool) -> bool) -> Option<String> {
    let mut others = cx.store.first_pools(POOLS);
    others.retain(|other| other.id != here.id && has(other));
    let is_far = |other: &UserPool| {
        let is_elsewhere = other.region() != here.region();
        (other.account != here.account, is_elsewhere)
    };
    let other = others.iter().min_by_key(|other| is_far(other))?;
    Some(match is_far(other) {
        (false, false) => format!("the user pool {}", other.id),
        _ => format!("the user pool {} of {}", other.id, place(other)),
    })
}

#[cfg(test)]
#[path = "tests/near_misses.rs"]
mod tests;
