//! Access tokens that this process has seen whole and checked: the SHA-256 of the whole token
//! stands for its signature. Whatever can change (expiry, revocation, the user) is checked at every
//! call all the same.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::digest;
use uuid::Uuid;

use super::event_id::{EventIds, Told};
use super::user_pool::assurance::Assurance;
use crate::clock::Timestamp;
use crate::entropy::Entropy;
use crate::model::{ClientId, PoolId};

/// The hash of a whole token.
pub type Fingerprint = [u8; 32];

/// Hashes a whole token: an altered claim is another token.
pub fn fingerprint(token: &str) -> Fingerprint {
    let mut fingerprint = [0; 32];
    fingerprint.copy_from_slice(digest::digest(&digest::SHA256, token.as_bytes()).as_ref());
    fingerprint
}

const SHARDS: usize = 16;

/// Tokens in the younger half of a shard; with the older half twice as many are known.
const HALF: usize = 1024;

/// Two halves: when the young one is full it becomes the old one, and what was not asked for in the
/// meantime is forgotten.
#[derive(Default)]
struct Shard {
    young: HashMap<Fingerprint, Arc<Grant>>,
    old: HashMap<Fingerprint, Arc<Grant>>,
}

/// A bounded table of access tokens, and the reader of their event ids.
pub struct TokenTable {
    shards: [Mutex<Shard>; SHARDS],
    /// Makes and reads event ids.
    pub event_ids: EventIds,
}

impl TokenTable {
    /// An empty table.
    pub fn new(entropy: &Entropy) -> Self {
        Self {
            shards: Default::default(),
            event_ids: EventIds::new(entropy),
        }
    }

    /// Remembers a token.
    pub fn insert(&self, token: Fingerprint, grant: Arc<Grant>) {
        self.shard(&token).put(token, grant);
    }

    /// What a token grants, if it is remembered.
    pub fn get(&self, token: &Fingerprint) -> Option<Arc<Grant>> {
        let mut shard = self.shard(token);
        if let Some(grant) = shard.young.get(token) {
            return Some(Arc::clone(grant));
        }
        let grant = shard.old.remove(token)?;
        shard.put(*token, Arc::clone(&grant));
        Some(grant)
    }

    fn shard(&self, token: &Fingerprint) -> std::sync::MutexGuard<'_, Shard> {
        let shard = &self.shards[usize::from(token[0]) % SHARDS];
        shard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shard {
    fn put(&mut self, token: Fingerprint, grant: Arc<Grant>) {
        if self.young.len() >= HALF {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(token, grant);
    }
}

/// What an access token grants, apart from what can change meanwhile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The pool that signed it.
    pub pool: PoolId,
    /// The app client.
    pub client: ClientId,
    /// The user.
    pub sub: Uuid,
    /// When it expires.
    pub expires: Timestamp,
    /// Its sign-in; absent where tokens cannot be revoked one by one.
    pub origin_jti: Option<Uuid>,
    /// Under which of the user's sign-out epochs the user signed in, and in which era.
    pub told: Told,
    /// The device of its sign-in, where the pool tracks devices.
    pub device: Option<Uuid>,
    /// Whether its scope opens user operations.
    pub has_admin_scope: bool,
    /// Its scopes, where they are not that one alone.
    pub scopes: Option<Box<str>>,
    /// When the user signed in.
    pub auth_time: Timestamp,
    /// How strongly the sign-in was proven, where tokens tell.
    pub assurance: Option<Assurance>,
}

impl Grant {
    /// Whether it has a scope.
    pub fn has_scope(&self, scope: &str) -> bool {
        let scopes = self.scopes.as_deref().unwrap_or_default();
        scopes.split(' ').any(|one| one == scope)
    }
}
