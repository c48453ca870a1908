//! Whom a call is about, for the journal: asked before its operation looks at it and, where that made the user,
//! again when it is done.
//!
//! An access token says it by itself, so that is read when somebody reads the journal: most calls have one,
//! and pay nothing for it.

use super::addressee::{Addressee, claims};
use super::call::Call;
use super::members::Members;
use crate::context::{Context, Shared};
use crate::control::journal::About;
use crate::control::outbox::Names;
use crate::model::{PoolId, Secret};
use crate::store::user_pool::UserPool;
use crate::user_pool::messages::transmission;
use crate::user_pool::users;

/// Whom a call is about; none for one with an access token.
pub fn about(cx: &Context, call: &Call) -> Option<About> {
    let members = Members::of_call(call);
    if members.text("AccessToken").is_some() {
        return None;
    }
    let found = members.addressee(cx);
    let pool = found.pool.as_deref();
    let given = members.username();
    let user = match (pool, given, members.text("Session")) {
        (Some(pool), Some(name), _) => names(pool, name),
        (None, Some(name), _) => only(name),
        // A factor that is set up during a sign-in has nothing but its session.
        (Some(pool), None, Some(session)) => {
            let conversation = cx.sessions.conversation(cx, &Secret::from(session));
            let sub = conversation.ok().map(|known| known.sub.to_string());
            sub.map(|sub| names(pool, &sub)).unwrap_or_default()
        }
        _ => Names::default(),
    };
    Some(About {
        user_pool: pool_of(found, &members),
        account: Some(
            pool.map_or(&*cx.caller.account, |pool| &pool.account)
                .into(),
        ),
        client: found.client.as_deref().map(Into::into),
        user,
    })
}

/// The same once the operation is done, for a user whom it has made.
pub fn look_again(cx: &Context, call: &Call, about: &mut About) {
    let is_known = about.user.all.len() > 1;
    let members = Members::of_call(call);
    let made = members.username().filter(|_| !is_known);
    if let (Some(name), Some(pool)) = (made, members.addressee(cx).pool.as_deref()) {
        about.user = names(pool, name);
    }
}

/// Whom a call with this access token is about, as far as it is still known.
pub fn about_token(shared: &Shared, token: &str) -> About {
    let Some(claims) = claims(token) else {
        return About::default();
    };
    let id = claims.iss.rsplit('/').next().unwrap_or_default();
    let pool = shared.store.pool(&PoolId::from(id)).ok();
    let sub = claims.sub.to_string();
    let named = || {
        let all = claims.username.iter().cloned().chain([sub.clone()]);
        Names {
            all: all.collect(),
            any_case: false,
        }
    };
    let known = pool.as_deref().map(|pool| names(pool, &sub));
    About {
        user_pool: Some(id.into()),
        account: pool.as_ref().map(|pool| pool.account.as_str().into()),
        client: claims.client_id.map(Into::into),
        user: known
            .filter(|user| user.all.len() > 1)
            .unwrap_or_else(named),
    }
}

/// One that there is none of is named all the same.
fn pool_of(found: &Addressee, members: &Members<'_>) -> Option<Box<str>> {
    let known = found.pool.as_ref().map(|pool| pool.id.as_str());
    known.or_else(|| members.text("UserPoolId")).map(Into::into)
}

/// All names of the user of this name: alone the given one, where there is no such user.
fn names(pool: &UserPool, name: &str) -> Names {
    let known = pool.read(|state| {
        let user = users::meant(state, name)?;
        Some(transmission::names_of(&state.settings, user))
    });
    match known {
        Some(mut names) => {
            if !names.has(name) {
                names.all.push(name.to_owned());
            }
            names
        }
        None => only(name),
    }
}

fn only(name: &str) -> Names {
    Names {
        all: vec![name.to_owned()],
        any_case: false,
    }
}
