//! Terms documents of app clients.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::change::{Change, Staged};
use super::draft::Draft;
use crate::clock::Timestamp;
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::{
    TermsDescriptionType, TermsEnforcementType, TermsSourceType, TermsType,
};
use crate::model::{ClientId, PoolId};

/// One document of an app client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// Its id, a UUID.
    pub id: Arc<str>,
    /// On whose sign-up page it is linked.
    pub client: ClientId,
    /// `terms-of-use` or `privacy-policy`; used once per client.
    pub name: String,
    /// Where the document is from.
    pub source: TermsSourceType,
    /// Whether a user must agree.
    pub enforcement: TermsEnforcementType,
    /// Where it is, by language.
    pub links: BTreeMap<String, String>,
    /// When it was made.
    pub created: Timestamp,
    /// When it last changed.
    pub modified: Timestamp,
}

impl Terms {
    pub(crate) fn view(&self, pool: &PoolId) -> TermsType {
        TermsType {
            terms_id: self.id.to_string(),
            user_pool_id: pool.clone(),
            client_id: self.client.clone(),
            terms_name: self.name.clone(),
            terms_source: self.source,
            enforcement: self.enforcement,
            links: self.links.clone(),
            creation_date: self.created,
            last_modified_date: self.modified,
        }
    }

    pub(crate) fn summary(&self) -> TermsDescriptionType {
        TermsDescriptionType {
            terms_id: self.id.to_string(),
            terms_name: self.name.clone(),
            enforcement: self.enforcement,
            creation_date: self.created,
            last_modified_date: self.modified,
        }
    }
}

/// The documents of a pool, found by id and by client and name.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TermsDocuments {
    pub(crate) by_id: BTreeMap<Arc<str>, Arc<Terms>>,
    by_client: BTreeMap<ClientId, BTreeMap<String, Arc<str>>>,
}

impl TermsDocuments {
    /// Adds or replaces a document, or takes it away.
    pub(super) fn publish(&mut self, change: Staged<Arc<str>, Terms>) {
        if let Some(old) = self.by_id.get(change.key()) {
            // A new name frees the old one.
            if let Some(names) = self.by_client.get_mut(&old.client) {
                names.remove(&old.name);
            }
        }
        if let Staged::Put(id, terms) = &change {
            let names = self.by_client.entry(terms.client.clone()).or_default();
            names.insert(terms.name.clone(), Arc::clone(id));
        }
        change.publish(&mut self.by_id);
    }

    /// Takes the documents of a client away.
    pub(crate) fn forget_client(&mut self, client: &ClientId) {
        for id in self.by_client.remove(client).unwrap_or_default().values() {
            self.by_id.remove(id);
        }
    }

    /// The document of this name that a client has.
    pub fn of_client(&self, client: &ClientId, name: &str) -> Option<&Arc<Terms>> {
        self.by_id.get(self.by_client.get(client)?.get(name)?)
    }

    pub(crate) fn require(&self, id: &str) -> Result<&Arc<Terms>, CognitoError> {
        self.by_id.get(id).ok_or_else(|| {
            Refusal::TermsUnknown
                .because("the pool has no terms with this id; ListTerms shows its terms")
        })
    }
}

impl Draft<'_> {
    /// Adds or replaces a terms document.
    pub fn put_terms(&mut self, terms: Terms) -> Arc<Terms> {
        self.put(Change::Terms, Arc::clone(&terms.id), terms)
    }

    /// Takes a terms document away.
    pub fn remove_terms(&mut self, id: Arc<str>) {
        self.stage(Change::Terms(Staged::Remove(id)));
    }
}
