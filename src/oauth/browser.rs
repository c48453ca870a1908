//! Browsers that are signed in: what the cookie `cognito` stands for.
//!
//! Documented ("User pool managed login"): a sign-in holds for one hour from when the user proved who they are,
//! which using it does not extend; for all app clients of the pool; attributes that change, global sign-out and
//! revoked tokens leave it, `/logout` in that browser ends it, as does another version of branding. Where the pool
//! tracks sessions it is an SSO session, which can be revoked, and each app client says for how many minutes it
//! takes one.
//!
//! On AWS a pool has a host of its own, and the cookie one session. Here pools share a host, so the cookie holds
//! the sessions of several.

use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;

use crate::context::Context;
use crate::entropy::Purpose;
use crate::error::CognitoError;
use crate::model::ClientId;
use crate::store::user_pool::UserPool;
use crate::store::user_pool::app_client::AppClient;
use crate::store::user_pool::authorizations::Browser;
use crate::store::user_pool::state::PoolState;
use crate::store::user_pool::user::User;
use crate::user_pool::auth::door::SignedIn;
use crate::user_pool::sessions;

/// Documented, and not to be changed where sessions are not tracked.
pub const HOUR: Duration = Duration::from_secs(60 * 60);

/// Sessions that one cookie holds; of more, the oldest are forgotten.
const MOST: usize = 10;

/// The value of the cookie: ids of sessions, the newest last.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cookie(Vec<Uuid>);

impl Cookie {
    /// What a browser sends. What is no id counts for nothing.
    pub fn read(text: &str) -> Self {
        let ids = text.split('.').filter_map(|id| Uuid::try_parse(id).ok());
        Self(ids.take(MOST).collect())
    }

    /// As a browser keeps it.
    pub fn to_text(&self) -> String {
        let ids: Vec<String> = self.0.iter().map(Uuid::to_string).collect();
        ids.join(".")
    }

    /// Whether it stands for nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Who is signed in at `pool`, as far as `client` takes it.
    pub fn signed_in(
        &self,
        cx: &Context,
        pool: &UserPool,
        client: &AppClient,
        version: Option<i32>,
    ) -> Option<(Arc<Browser>, Arc<User>)> {
        let now = cx.now();
        let browser = self.browser(cx, pool)?;
        pool.read(|state| {
            let user = state.users.with_sub(browser.sub)?;
            let is_live = browser.sso.as_ref().is_none_or(|sso| {
                let mut sessions = state.user_sessions.of(browser.sub, now);
                sessions.any(|session| session.id == *sso)
            });
            let life = life(state, &client.id);
            let is_young = now < browser.auth_time.plus(life);
            let fits = is_live && is_young && user.enabled && browser.version == version;
            fits.then(|| (Arc::clone(&browser), Arc::clone(user)))
        })
    }

    /// The session that the browser has at `pool`, whoever may use it.
    pub fn browser(&self, cx: &Context, pool: &UserPool) -> Option<Arc<Browser>> {
        let now = cx.now();
        let all = self.0.iter().rev();
        all.filter_map(|id| pool.authorizations.browser(*id, now))
            .next()
    }

    /// Notes that the browser is signed in at `pool` by the session `id`, in place of the one before. That one
    /// is not ended (documented of `prompt=login`); the browser has it no more.
    pub fn put(&mut self, pool: &UserPool, id: Uuid) {
        self.0.retain(|old| !pool.authorizations.has_browser(*old));
        self.0.push(id);
        let excess = self.0.len().saturating_sub(MOST);
        self.0.drain(..excess);
    }

    /// Signs the browser out at `pool`.
    ///
    /// # Errors
    /// A pool deleted meanwhile.
    pub fn sign_out(&mut self, pool: &UserPool) -> Result<(), CognitoError> {
        let mut ended = Vec::new();
        self.0
            .retain(|id| match pool.authorizations.forget_browser(*id) {
                Some(browser) => {
                    ended.push(browser);
                    false
                }
                None => true,
            });
        for browser in ended {
            if let Some(sso) = &browser.sso {
                pool.change(|draft| {
                    draft.remove_session(browser.sub, Arc::clone(sso));
                    Ok(())
                })?;
            }
        }
        Ok(())
    }
}

/// For how long an app client takes a sign-in of a browser.
fn life(state: &PoolState, client: &ClientId) -> Duration {
    if !state.settings.tracking.enabled {
        return HOUR;
    }
    let minutes = state.user_sessions.sso_minutes.get(client);
    minutes.map_or(HOUR, |minutes| of_minutes(*minutes))
}

fn of_minutes(minutes: i32) -> Duration {
    Duration::from_secs(u64::try_from(minutes).unwrap_or(0) * 60)
}

/// The longest that any client of the pool takes one.
pub fn longest(state: &PoolState) -> Duration {
    if !state.settings.tracking.enabled {
        return HOUR;
    }
    let set = state.user_sessions.sso_minutes.values();
    set.map(|minutes| of_minutes(*minutes))
        .fold(HOUR, Duration::max)
}

/// Signs a browser in: the session's id, and its SSO session where the pool tracks sessions.
///
/// # Errors
/// A pool deleted meanwhile.
pub fn begin(
    cx: &Context,
    pool: &UserPool,
    client: &AppClient,
    version: Option<i32>,
    signed_in: &SignedIn,
) -> Result<(Uuid, Option<Arc<str>>), CognitoError> {
    let lineage = &signed_in.lineage;
    let expires = lineage.auth_time.plus(pool.read(longest));
    let sso = sessions::open_sso(cx, pool, &client.id, lineage.sub, expires)?;
    let id = cx.entropy.uuid(Purpose::Sessions);
    let browser = Browser {
        sub: lineage.sub,
        auth_time: lineage.auth_time,
        assurance: lineage.assurance.clone(),
        provider: signed_in.provider.clone(),
        sso: sso.clone(),
        version,
    };
    pool.authorizations.keep_browser(id, browser, expires);
    Ok((id, sso))
}
