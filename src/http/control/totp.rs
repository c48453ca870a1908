//! `/_poolhouse/users/POOL/USERNAME/totp`: the code that an authenticator app of the user would show now.

use hyper::StatusCode;
use serde_json::json;

use super::route::{Answer, Call, Content, READS, Refused, Route, Serve};
use crate::context::Shared;
use crate::http::query;
use crate::model::{PoolId, misspelled};
use crate::store::user_pool::UserPool;
use crate::store::user_pool::software_token::{Match, STEP_SECONDS, SoftwareToken};
use crate::user_pool::users;

pub(super) const ROUTE: Route = Route {
    path: "users/POOL/USERNAME/totp",
    methods: READS,
    about: "the code of a user's software token and for how many seconds it is the current one: \
            ?token=verified|pending",
    serve: Serve::Show(show),
};

/// Which of a user's tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    /// The one that signs in.
    Verified,
    /// The one that AssociateSoftwareToken has given out since.
    Pending,
}

impl Which {
    fn name(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Pending => "pending",
        }
    }
}

fn show(call: &Call<'_>) -> Answer {
    let shared = &call.door.shared;
    let part = |at: usize| query::decoded_path(call.path.get(at).copied().unwrap_or_default());
    let (pool, name) = (pool(shared, &part(1))?, part(2));
    let wanted = which(call.query)?;
    let (which, token) = token(&pool, &name, wanted)?;
    let now = shared.clock.now();
    let second = u64::try_from(now.seconds()).unwrap_or_default();
    let code = token.code_at(now);
    let body = json!({
        "code": code,
        "remainingSeconds": STEP_SECONDS - second % STEP_SECONDS,
        "step": second / STEP_SECONDS,
        "now": now.to_rfc3339(),
        "token": which.name(),
        // Each code is good once.
        "used": matches!(token.compare(&code, now), Match::Used(_)),
    });
    Ok(Content::Json(body.to_string().into()))
}

fn which(query: &str) -> Result<Option<Which>, Refused> {
    let mut wanted = None;
    for (name, value) in query::pairs(query) {
        wanted = match (name.as_str(), value.as_str()) {
            ("token", "verified") => Some(Which::Verified),
            ("token", "pending") => Some(Which::Pending),
            ("token", _) => {
                let text = format!("token={value}: give verified or pending");
                return Err(Refused::bad_request(text));
            }
            _ => {
                let text = format!("there is no parameter {name}; there is token");
                return Err(Refused::bad_request(text));
            }
        };
    }
    Ok(wanted)
}

fn pool(shared: &Shared, id: &str) -> Result<std::sync::Arc<UserPool>, Refused> {
    shared.store.pool(&PoolId::from(id)).map_err(|_| {
        let all = shared.store.all_pools();
        let hint = misspelled::hint(id, all.iter().map(|pool| pool.id.as_str()));
        let text = format!("there is no user pool {id:?}; {hint}");
        Refused(StatusCode::NOT_FOUND, text)
    })
}

fn token(
    pool: &UserPool,
    name: &str,
    wanted: Option<Which>,
) -> Result<(Which, SoftwareToken), Refused> {
    let not_found = |text: String| Refused(StatusCode::NOT_FOUND, text);
    let found = pool.read(|state| {
        let Some(user) = users::meant(state, name) else {
            let others = state.users.after(None).map(|user| &*user.username);
            let near = misspelled::nearest(name, others.take(MOST_COMPARED));
            let hint = near.map_or_else(String::new, |near| format!("; did you mean {near}?"));
            let text = format!("no user of {} is named {name:?}{hint}", pool.id);
            return Err(not_found(text));
        };
        let mfa = user.more().map(|more| &more.mfa);
        let verified = mfa.and_then(|mfa| mfa.token.clone());
        let pending = mfa.and_then(|mfa| mfa.pending_secret.clone());
        Ok((
            verified,
            pending.map(|secret| SoftwareToken::new(secret, None)),
        ))
    });
    let (verified, pending) = found?;
    let verified = verified.map(|token| (Which::Verified, token));
    let pending = pending.map(|token| (Which::Pending, token));
    let (token, kind) = match wanted {
        None => (verified.or(pending), "software token"),
        Some(Which::Verified) => (verified, "verified software token"),
        Some(Which::Pending) => (pending, "software token that waits to be verified"),
    };
    token.ok_or_else(|| {
        not_found(format!(
            "{name} has no {kind}: AssociateSoftwareToken gives one out, VerifySoftwareToken verifies it, \
             and a user of a fixture has it with SoftwareToken"
        ))
    })
}

/// Among how many users it is looked for one who was meant.
const MOST_COMPARED: usize = 1000;
