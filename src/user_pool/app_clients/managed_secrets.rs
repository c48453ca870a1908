//! Client secrets that AWS Secrets Manager keeps and rotates: `PublishSecretsInAWSSecretsManager` and
//! `ClientSecretArn`.
//!
//! Documented, in the model's documentation of those members: it is for secrets that Cognito made; the
//! first rotation is at once, further ones come every 7 days; a rotation that finds two secrets deletes
//! the older; an update with false ends it, one without the member leaves it. Secrets Manager holds JSON
//! of `userPoolId`, `userPoolClientId` and `clientSecretValue`; here the test API shows it.
//!
//! Inferred: the member is passed over where it does not apply; every rotation goes as the first; the
//! name in the ARN, whose form is the model's pattern.
//!
//! Nothing runs at a rotation's moment: whoever looks at a client's secrets first makes those that are
//! due.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use super::require;
use super::secrets::{self, MAX_SECRETS};
use crate::clock::Timestamp;
use crate::context::{Caller, Context, Shared};
use crate::entropy::Purpose;
use crate::error::CognitoError;
use crate::model::{ClientId, Secret, arns};
use crate::store::user_pool::UserPool;
use crate::store::user_pool::app_client::{AppClient, ManagedSecret};

/// Documented; Secrets Manager, which could change it, is not here.
const ROTATION: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Secrets Manager ends an ARN with six of these.
const ARN_CHARACTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// What a request says of Secrets Manager, and what that may need, drawn before any lock is taken.
pub(super) struct Publishing {
    wanted: Option<bool>,
    drawn: Option<(Secret, String)>,
}

impl Publishing {
    pub(super) fn new(cx: &Context, wanted: Option<bool>) -> Self {
        let draw = || (secrets::generate(cx), arn_end(cx));
        Self {
            wanted,
            drawn: (wanted == Some(true)).then(draw),
        }
    }

    /// Does what is wanted, as far as it applies to the client.
    pub(super) fn apply(self, client: &mut AppClient, account: &str, now: Timestamp) {
        if self.wanted == Some(false)
            && let Some(managed) = client.managed_secret.take()
        {
            // What comes back is what Secrets Manager had (documented: "move it back").
            client.shown_secret = Some(managed.secret);
        }
        let is_generated = client.secrets.iter().any(|secret| secret.is_generated);
        if client.managed_secret.is_some() || !is_generated {
            return;
        }
        if let Some((value, end)) = self.drawn {
            client.managed_secret = Some(ManagedSecret {
                arn: arn(client, account, &end),
                secret: String::new(),
                rotated: now,
            });
            rotate(client, value, now);
        }
    }
}

fn arn_end(cx: &Context) -> String {
    cx.entropy.text(Purpose::Ids, ARN_CHARACTERS, 6)
}

fn arn(client: &AppClient, account: &str, end: &str) -> Arc<str> {
    let region = client.pool.region();
    let partition = arns::partition(region);
    let (pool, id) = (&client.pool, &client.id);
    format!("arn:{partition}:secretsmanager:{region}:{account}:secret/cognito/{pool}/{id}-{end}")
        .into()
}

/// Lets Secrets Manager keep the client's newest secret as it stands, under this ARN or a new one: what a
/// fixture says.
pub(crate) fn pin(cx: &Context, client: &mut AppClient, account: &str, given: Option<String>) {
    let arn = given.map_or_else(|| arn(client, account, &arn_end(cx)), Arc::from);
    if let Some(newest) = client.secrets.last_mut() {
        newest.is_generated = true;
        client.managed_secret = Some(ManagedSecret {
            arn,
            secret: newest.id.clone(),
            rotated: cx.now(),
        });
    }
}

/// The client with this id, of whatever pool, and its pool; its secrets are those of this moment.
///
/// # Errors
/// `User pool client … does not exist.`
pub(crate) fn client(
    cx: &Context,
    id: &ClientId,
) -> Result<(Arc<UserPool>, Arc<AppClient>), CognitoError> {
    let (pool, client) = cx.store.client(id)?;
    let client = rotated(cx, &pool, client)?;
    Ok((pool, client))
}

/// Makes the rotations that are due of a client that the pool may have.
///
/// # Errors
/// A pool that is gone meanwhile.
pub(super) fn settle(cx: &Context, pool: &UserPool, id: &ClientId) -> Result<(), CognitoError> {
    let client = pool.read(|state| state.clients.get(id).cloned());
    client.map_or(Ok(()), |client| rotated(cx, pool, client).map(drop))
}

/// The client, after the rotations that are due.
///
/// # Errors
/// A pool or client that is gone meanwhile.
pub(crate) fn rotated(
    cx: &Context,
    pool: &UserPool,
    client: Arc<AppClient>,
) -> Result<Arc<AppClient>, CognitoError> {
    let now = cx.now();
    if due(&client, now).next().is_none() {
        return Ok(client);
    }
    let drawn: [Secret; MAX_SECRETS] = std::array::from_fn(|_| secrets::generate(cx));
    pool.change(|draft| {
        let mut client = AppClient::clone(require(draft.state(), &client.id)?);
        let moments: Vec<Timestamp> = due(&client, now).collect();
        for (at, value) in moments.into_iter().zip(drawn) {
            rotate(&mut client, value, at);
        }
        Ok(draft.put_client(client))
    })
}

/// The moments of the rotations that are due, as far as their secrets are still there by now.
fn due(client: &AppClient, now: Timestamp) -> impl Iterator<Item = Timestamp> + use<> {
    let managed = client.managed_secret.as_ref();
    let since = managed.map_or(now, |managed| managed.rotated);
    let passed = now.0.saturating_sub(since.0).max(0);
    let period = i64::try_from(ROTATION.as_millis()).unwrap_or(i64::MAX);
    let count = passed / period;
    let kept = i64::try_from(MAX_SECRETS).unwrap_or(i64::MAX);
    let first = count.saturating_sub(kept).max(0) + 1;
    (first..=count).map(move |at| Timestamp(since.0.saturating_add(at.saturating_mul(period))))
}

fn rotate(client: &mut AppClient, value: Secret, at: Timestamp) {
    if client.secrets.len() >= MAX_SECRETS {
        client.secrets.remove(0);
    }
    let made = secrets::add(client, value, true, at);
    if let Some(managed) = &mut client.managed_secret {
        managed.secret = made.id;
        managed.rotated = at;
    }
}

/// Where the secret that Secrets Manager had is deleted, it has the one that is left (inferred): an ARN
/// always leads to a secret that is good.
pub(super) fn note_removal(client: &mut AppClient, removed: &str) {
    if let (Some(managed), Some(left)) = (&mut client.managed_secret, client.secrets.last())
        && managed.secret == removed
    {
        managed.secret.clone_from(&left.id);
    }
}

/// A secret as Secrets Manager has it.
#[derive(Debug, PartialEq)]
pub struct KeptSecret {
    /// Its ARN.
    pub arn: Arc<str>,
    /// Its `SecretString`.
    pub secret_string: Secret,
    /// When it became this one.
    pub rotated: Timestamp,
    /// When it gives way to the next.
    pub next: Timestamp,
}

/// All secrets that Secrets Manager would have, by pool and client.
pub fn kept(shared: &Arc<Shared>) -> Vec<KeptSecret> {
    let cx = Context::new(Arc::clone(shared), Caller::default());
    let mut kept = Vec::new();
    for pool in cx.store.all_pools() {
        let managed: Vec<Arc<AppClient>> = pool.read(|state| {
            let clients = state.clients.values();
            let managed = clients.filter(|client| client.managed_secret.is_some());
            managed.cloned().collect()
        });
        let current = managed.into_iter();
        let current = current.filter_map(|client| rotated(&cx, &pool, client).ok());
        kept.extend(current.filter_map(|client| shown(&client)));
    }
    kept
}

fn shown(client: &AppClient) -> Option<KeptSecret> {
    let managed = client.managed_secret.as_ref()?;
    let mut secrets = client.secrets.iter();
    let secret = secrets.find(|secret| secret.id == managed.secret)?;
    let text = json!({
        "userPoolId": client.pool.as_str(),
        "userPoolClientId": client.id.as_str(),
        "clientSecretValue": secret.value.expose(),
    });
    Some(KeptSecret {
        arn: Arc::clone(&managed.arn),
        secret_string: Secret::from(text.to_string()),
        rotated: managed.rotated,
        next: managed.rotated.plus(ROTATION),
    })
}
