//! Password hashes that an import brings: their forms, their bounds, and the one check that each is
//! good for.
//!
//! Forms and bounds are documented ("Importing users with password hashes", developer guide). A hash
//! beyond a bound is refused at the import and so never computed. At the first right password the
//! hash gives way to an ordinary [`Password`](super::passwords::Password) (documented); until then
//! SRP is not possible.

use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::context::Context;
use crate::error::CognitoError;
use crate::model::Secret;
use crate::store::user_pool::imported_hash::ImportedHash;

/// Checks at one time: scrypt takes up to 64 MiB for one.
static CHECKS: Semaphore = Semaphore::const_new(4);

/// Whether `password` is what was hashed, on a thread of the crypto pool.
///
/// # Errors
/// An internal error when the server is shutting down.
pub async fn check(
    cx: &Context,
    hash: &Arc<ImportedHash>,
    password: &Secret,
) -> Result<bool, CognitoError> {
    // Fails only when the semaphore is closed, which nothing does.
    let place = CHECKS.acquire().await.ok();
    let (hash, password) = (Arc::clone(hash), password.clone());
    // The place goes with the work, which runs on when its caller has gone away.
    let work = move || {
        let _place = place;
        hash.matches(password.expose())
    };
    cx.crypto.run(work).await
}

#[cfg(test)]
#[path = "tests/imported_hash.rs"]
mod tests;
