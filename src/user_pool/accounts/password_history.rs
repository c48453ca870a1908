//! A user's passwords: how a new one is kept, and the earlier ones (documented: `PasswordHistorySize`, PasswordPolicyType in the API
//! reference): none of the last n, the current one included, may be set again. Without a size, or
//! with 0, nothing is refused.

use std::sync::Arc;

use crate::context::Context;
use crate::error::{CognitoError, Refusal};
use crate::model::{PoolId, Secret};
use crate::store::user_pool::UserPool;
use crate::store::user_pool::password::{Password, PasswordPolicy};
use crate::store::user_pool::user::{Lock, User};

fn size(policy: &PasswordPolicy) -> usize {
    policy
        .history_size
        .and_then(|size| usize::try_from(size).ok())
        .unwrap_or(0)
}

/// Keeps a new password of `user`, whose life begins now. It hashes, so not under a lock.
pub fn keep(cx: &Context, pool: &UserPool, user: &User, password: &Secret) -> Arc<Password> {
    let (id, name) = (&pool.id, &user.username);
    let kept = Password::new(&cx.entropy, &cx.seal, id, name, password, cx.now());
    Arc::new(kept)
}

/// Refuses a password that the user had lately. It hashes, so not under a lock.
///
/// # Errors
/// PasswordHistoryPolicyViolationException.
pub fn refuse_reuse(
    policy: &PasswordPolicy,
    pool: &PoolId,
    user: &User,
    password: &Secret,
) -> Result<(), CognitoError> {
    let size = size(policy);
    let earlier = user.more().map_or(&[][..], |more| &more.password_history);
    let known = user.password.iter().chain(earlier).take(size);
    for known in known {
        if known.matches(pool, &user.username, password.expose()) {
            return Refusal::PasswordUsedBefore.refuse(format!(
                "the pool's PasswordHistorySize is {size}, and this is one of the user's last {size} \
                 passwords"
            ));
        }
    }
    Ok(())
}

/// Gives the user a new password, keeps the old one as far as the policy looks back, and clears the
/// lock of failed sign-ins (that a new password clears it is inferred).
pub fn replace(user: &mut User, policy: &PasswordPolicy, password: Arc<Password>) {
    let old = user.password.replace(password);
    let keep = size(policy).saturating_sub(1);
    if let Some(more) = &mut user.more {
        more.lock = Lock::default();
        more.imported_hash = None;
        more.password_history.truncate(keep);
    }
    if let Some(old) = old.filter(|_| keep > 0) {
        let history = &mut user.more_mut().password_history;
        history.insert(0, old);
        history.truncate(keep);
    }
}
