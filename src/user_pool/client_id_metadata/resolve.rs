//! Who a URL is that an authorization request gives as its `client_id`.

use std::sync::Arc;
use std::time::Duration;

use super::{document, url_pattern};
use crate::clock::Timestamp;
use crate::context::Context;
use crate::model::cognito_idp::OAuthFlowType;
use crate::outbound::Fetched;
use crate::store::user_pool::UserPool;
use crate::store::user_pool::app_client::AppClient;
use crate::store::user_pool::client_id_metadata::{
    Cached, CimdPolicy, ClientMetadata, GrantType, MetadataUrl,
};
use crate::store::user_pool::state::PoolState;

/// Documented: a day to a year. A `max-age` outside of it does not count.
const MAX_AGES: std::ops::RangeInclusive<Duration> =
    Duration::from_secs(86_400)..=Duration::from_secs(31_556_952);

/// A client that is registered by the document at its id.
#[derive(Debug, Clone, PartialEq)]
pub struct UrlClient {
    /// Its id, the URL.
    pub id: Arc<str>,
    /// What the document registers.
    pub metadata: Arc<ClientMetadata>,
    /// The app client behind it.
    pub app_client: Arc<AppClient>,
}

impl UrlClient {
    /// Whether it may use a flow: its document and the app client must have it (documented), and
    /// `client_credentials` is for no such client (documented).
    pub fn allows(&self, flow: OAuthFlowType) -> bool {
        let grant = match flow {
            OAuthFlowType::Code => GrantType::AuthorizationCode,
            OAuthFlowType::Implicit => GrantType::Implicit,
            OAuthFlowType::ClientCredentials => return false,
        };
        let flows = self.app_client.oauth_flows.as_deref().unwrap_or_default();
        flows.contains(&flow) && self.metadata.grants.contains(&grant)
    }
}

/// Why a URL is no client, and what would make it one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unresolved {
    reason: String,
}

impl Unresolved {
    fn because(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
        }
    }

    /// The reason, for the one who wonders.
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

/// The client that `url` identifies in `pool`: by its document in the cache, or fetched now and cached.
///
/// # Errors
/// A URL that can be no client's or that no policy matches; a document that is not to be had, or
/// registers no client; a policy whose app client is gone.
pub async fn resolve(cx: &Context, pool: &UserPool, url: &str) -> Result<UrlClient, Unresolved> {
    document::check_url(url)
        .map_err(|fault| Unresolved::because(format!("{url} is no client id: {fault}")))?;
    let (policy, cached) = pool.read(|state| {
        let policy = closest_policy(state, url)?;
        app_client(state, &policy)?;
        let known = state.client_id_metadata.url(&policy.id, url);
        let cached = known.and_then(|known| known.cached_at(cx.now()).cloned());
        Ok((policy, cached))
    })?;
    if let Some(cached) = cached {
        return pool.read(|state| client(state, url, &cached).map(|(_, client)| client));
    }
    let cached = fetch(cx, url, policy.cache_duration)
        .await
        .map_err(|fault| Unresolved::because(format!("the document at {url}: {fault}")))?;
    let kept = pool.change(|draft| {
        // The policies may have changed meanwhile.
        let found = client(draft.state(), url, &cached);
        Ok(found.map(|(policy, client)| {
            let known = MetadataUrl {
                url: Arc::clone(&client.id),
                cached: Some(cached),
            };
            draft.put_metadata_url(policy, known);
            client
        }))
    });
    kept.unwrap_or_else(|gone| Err(Unresolved::because(gone.reason())))
}

/// The client that a document registers, and the id of the policy that lets it in.
fn client(
    state: &PoolState,
    url: &str,
    cached: &Cached,
) -> Result<(Arc<str>, UrlClient), Unresolved> {
    let policy = closest_policy(state, url)?;
    let client = UrlClient {
        id: url.into(),
        metadata: Arc::clone(&cached.metadata),
        app_client: Arc::clone(app_client(state, &policy)?),
    };
    Ok((Arc::clone(&policy.id), client))
}

/// Of the policies with a pattern that matches, the one with the closest, and of equals the oldest (both
/// inferred).
fn closest_policy(state: &PoolState, url: &str) -> Result<Arc<CimdPolicy>, Unresolved> {
    let closeness = |policy: &Arc<CimdPolicy>| {
        let patterns = policy.patterns.iter();
        let closest = patterns
            .filter_map(|pattern| url_pattern::closeness(pattern, url))
            .max()?;
        Some((
            closest,
            std::cmp::Reverse(policy.created),
            Arc::clone(policy),
        ))
    };
    let policies = state.client_id_metadata.policies();
    let closest = policies
        .filter_map(closeness)
        .max_by_key(|(closest, age, _)| (*closest, *age));
    closest.map(|(_, _, policy)| policy).ok_or_else(|| {
        Unresolved::because(format!(
            "no CIMD policy of {} has a pattern that matches {url}; CreateCIMDPolicy makes one",
            state.settings.id
        ))
    })
}

fn app_client<'a>(
    state: &'a PoolState,
    policy: &CimdPolicy,
) -> Result<&'a Arc<AppClient>, Unresolved> {
    state.clients.get(&policy.client).ok_or_else(|| {
        Unresolved::because(format!(
            "the app client of CIMD policy {} is gone; UpdateCIMDPolicy gives it another one",
            policy.id
        ))
    })
}

/// Fetches the document at `url`.
///
/// # Errors
/// Why it is not to be had, or registers no client. Redirects are not followed, as the draft says, and
/// nothing of what failed is cached.
pub(super) async fn fetch(cx: &Context, url: &str, cache_duration: i32) -> Result<Cached, String> {
    let answer = cx.fetch(url).await;
    let answer = answer.map_err(|not_fetched| not_fetched.reason().to_owned())?;
    if answer.is_redirected {
        return Err("it is somewhere else, and redirects are not followed".into());
    }
    if answer.status != 200 {
        return Err(format!("status {} in place of 200", answer.status));
    }
    let metadata = document::parse(url, &answer.body)?;
    let life = life(&answer, cache_duration);
    Ok(cached(metadata, cx.now(), life))
}

fn life(answer: &Fetched, cache_duration: i32) -> Duration {
    let said = answer.max_age.filter(|age| MAX_AGES.contains(age));
    said.unwrap_or_else(|| of_policy(cache_duration))
}

pub(super) fn of_policy(cache_duration: i32) -> Duration {
    Duration::from_secs(u64::try_from(cache_duration).unwrap_or(0))
}

pub(super) fn cached(metadata: ClientMetadata, now: Timestamp, life: Duration) -> Cached {
    Cached {
        metadata: Arc::new(metadata),
        since: now,
        until: now.plus(life),
    }
}
