//! Client ID metadata documents (CIMD): the policies of a pool, and the URLs that it received under
//! them, with what it fetched from there.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use super::change::{Change, Staged};
use super::draft::Draft;
use crate::clock::Timestamp;
use crate::model::ClientId;

/// How many URLs are kept for a policy. Whoever may ask for a sign-in can bring new ones, so there must be an
/// end; AWS names none.
pub const MOST_URLS: usize = 1000;

/// Which metadata URLs are clients, over which app client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CimdPolicy {
    /// Its id, unique in the pool.
    pub id: Arc<str>,
    /// The app client that stands behind the clients; it may be gone.
    pub client: ClientId,
    /// Its display name; not unique (inferred: no exception says so).
    pub name: String,
    /// For how many seconds a document is cached whose server does not say it.
    pub cache_duration: i32,
    /// Patterns of URLs.
    pub patterns: Vec<String>,
    /// When it was made.
    pub created: Timestamp,
    /// When it last changed.
    pub modified: Timestamp,
}

/// A way to get tokens that a document may ask for, in the words of RFC 7591.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GrantType {
    /// `authorization_code`.
    AuthorizationCode,
    /// `implicit`.
    Implicit,
    /// `refresh_token`.
    RefreshToken,
}

/// What a metadata document registers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientMetadata {
    /// The client's name, for people.
    pub name: Option<String>,
    /// Where a sign-in may return to.
    pub redirect_uris: Vec<String>,
    /// How the client wants to get tokens, as far as it can.
    pub grants: Vec<GrantType>,
    /// The scopes that it wants, if it says so.
    pub scopes: Option<Vec<String>>,
}

/// A document, and for how long it serves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cached {
    /// What it registers.
    pub metadata: Arc<ClientMetadata>,
    /// When it was fetched.
    pub since: Timestamp,
    /// From when on it is fetched again.
    pub until: Timestamp,
}

/// A URL that was received under a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetadataUrl {
    /// The URL, which is the client's id.
    pub url: Arc<str>,
    /// The document, until it is invalidated.
    pub cached: Option<Cached>,
}

impl MetadataUrl {
    /// The document, unless it was invalidated or has expired.
    pub fn cached_at(&self, now: Timestamp) -> Option<&Cached> {
        self.cached.as_ref().filter(|cached| now < cached.until)
    }
}

/// The URLs of one policy.
type Urls = BTreeMap<Arc<str>, Arc<MetadataUrl>>;

/// The policies of a pool, and their URLs.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ClientIdMetadata {
    policies: BTreeMap<Arc<str>, (Arc<CimdPolicy>, Urls)>,
}

impl ClientIdMetadata {
    /// The policy of this id.
    pub fn policy(&self, id: &str) -> Option<&Arc<CimdPolicy>> {
        self.policies.get(id).map(|(policy, _)| policy)
    }

    /// All policies, by id.
    pub fn policies(&self) -> impl ExactSizeIterator<Item = &Arc<CimdPolicy>> {
        self.policies.values().map(|(policy, _)| policy)
    }

    /// The policies whose ids come after `after`.
    pub fn policies_after(&self, after: Option<&str>) -> impl Iterator<Item = &Arc<CimdPolicy>> {
        let start = after.map_or(Bound::Unbounded, Bound::Excluded);
        let behind = self.policies.range::<str, _>((start, Bound::Unbounded));
        behind.map(|(_, (policy, _))| policy)
    }

    /// What was received under a policy as this URL.
    pub fn url(&self, policy: &str, url: &str) -> Option<&Arc<MetadataUrl>> {
        self.policies.get(policy)?.1.get(url)
    }

    /// The URLs of a policy that come after `after`.
    pub fn urls_after(
        &self,
        policy: &str,
        after: Option<&str>,
    ) -> impl Iterator<Item = &Arc<MetadataUrl>> {
        let start = after.map_or(Bound::Unbounded, Bound::Excluded);
        let of_policy = self.policies.get(policy).into_iter();
        of_policy.flat_map(move |(_, urls)| {
            let behind = urls.range::<str, _>((start, Bound::Unbounded));
            behind.map(|(_, url)| url)
        })
    }

    /// Makes a change of a policy happen: its URLs stay as long as it does.
    pub(super) fn publish(&mut self, change: Staged<Arc<str>, CimdPolicy>) {
        match change {
            Staged::Put(id, policy) => {
                let place = self.policies.entry(id);
                place
                    .and_modify(|(old, _)| *old = Arc::clone(&policy))
                    .or_insert_with(|| (policy, Urls::new()));
            }
            Staged::Remove(id) => {
                self.policies.remove(&id);
            }
        }
    }

    /// Adds or replaces a URL of the policy of this id.
    pub(super) fn put_url(&mut self, policy: &str, url: Arc<MetadataUrl>) {
        if let Some((_, urls)) = self.policies.get_mut(policy) {
            make_room(urls, &url.url);
            urls.insert(Arc::clone(&url.url), url);
        }
    }
}

impl Draft<'_> {
    /// Adds or replaces a CIMD policy; its URLs stay.
    pub fn put_cimd_policy(&mut self, policy: CimdPolicy) -> Arc<CimdPolicy> {
        self.put(Change::CimdPolicy, Arc::clone(&policy.id), policy)
    }

    /// Takes a CIMD policy away, and its URLs.
    pub fn remove_cimd_policy(&mut self, id: Arc<str>) {
        self.stage(Change::CimdPolicy(Staged::Remove(id)));
    }

    /// Adds or replaces a URL of the policy of this id.
    pub fn put_metadata_url(&mut self, policy: Arc<str>, url: MetadataUrl) {
        self.stage(Change::MetadataUrl(policy, Arc::new(url)));
    }
}

/// Makes room for `url`: the one goes that is not cached, or that expires first.
fn make_room(urls: &mut Urls, url: &str) {
    if urls.len() < MOST_URLS || urls.contains_key(url) {
        return;
    }
    let until = |known: &MetadataUrl| known.cached.as_ref().map(|cached| cached.until);
    let first = urls.values().min_by_key(|known| until(known));
    if let Some(first) = first.map(|known| Arc::clone(&known.url)) {
        urls.remove(&first);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cached(until: i64) -> Option<Cached> {
        let metadata = ClientMetadata {
            name: None,
            redirect_uris: Vec::new(),
            grants: Vec::new(),
            scopes: None,
        };
        Some(Cached {
            metadata: Arc::new(metadata),
            since: Timestamp(0),
            until: Timestamp(until),
        })
    }

    fn policy(name: &str) -> Staged<Arc<str>, CimdPolicy> {
        let policy = CimdPolicy {
            id: "p".into(),
            client: ClientId::from("c"),
            name: name.into(),
            cache_duration: 86_400,
            patterns: Vec::new(),
            created: Timestamp(0),
            modified: Timestamp(0),
        };
        Staged::Put("p".into(), Arc::new(policy))
    }

    fn put_url(metadata: &mut ClientIdMetadata, name: &str, cached: Option<Cached>) {
        let url = MetadataUrl {
            url: name.into(),
            cached,
        };
        metadata.put_url("p", Arc::new(url));
    }

    #[test]
    fn a_policy_keeps_its_urls_when_it_changes_and_takes_them_along() {
        let mut metadata = ClientIdMetadata::default();
        put_url(&mut metadata, "early", cached(1));
        assert!(metadata.url("p", "early").is_none(), "there is no policy");
        metadata.publish(policy("one"));
        put_url(&mut metadata, "a", cached(1));
        metadata.publish(policy("two"));
        assert_eq!(metadata.policy("p").unwrap().name, "two");
        assert!(metadata.url("p", "a").is_some());
        metadata.publish(Staged::Remove("p".into()));
        metadata.publish(policy("three"));
        assert!(metadata.url("p", "a").is_none());
    }

    #[test]
    fn a_document_serves_until_the_moment_that_it_expires() {
        let url = MetadataUrl {
            url: "a".into(),
            cached: cached(10),
        };
        assert!(url.cached_at(Timestamp(9)).is_some());
        assert!(url.cached_at(Timestamp(10)).is_none());
    }

    #[test]
    fn a_full_policy_drops_what_is_not_cached_and_then_what_expires_first() {
        let mut metadata = ClientIdMetadata::default();
        metadata.publish(policy("one"));
        for at in 0..MOST_URLS {
            let until = i64::try_from(MOST_URLS - at).unwrap();
            put_url(&mut metadata, &format!("{at:04}"), cached(until));
        }
        put_url(&mut metadata, "0500", None);
        put_url(&mut metadata, "new", cached(5000));
        assert!(metadata.url("p", "0500").is_none(), "it was not cached");
        put_url(&mut metadata, "newer", cached(5000));
        assert!(metadata.url("p", "0999").is_none(), "it expires first");
        put_url(&mut metadata, "newer", cached(6000));
        assert_eq!(metadata.urls_after("p", None).count(), MOST_URLS);
        assert_eq!(metadata.urls_after("p", Some("new")).count(), 1);
    }
}
