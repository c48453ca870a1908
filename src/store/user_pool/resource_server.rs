//! A resource server and its scopes.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::change::{Change, Staged};
use super::draft::Draft;
use crate::error::{CognitoError, Refusal};
use crate::model::PoolId;
use crate::model::cognito_idp::{ResourceServerScopeType, ResourceServerType};

/// An API that access tokens are for.
#[derive(Debug, Clone, PartialEq)]
pub struct ResourceServer {
    /// Its name in scopes, used once per pool and fixed.
    pub identifier: String,
    /// Its name for people.
    pub name: String,
    /// Its scopes, as they were given.
    pub scopes: Vec<ResourceServerScopeType>,
}

impl ResourceServer {
    /// The server as CreateResourceServer makes it.
    ///
    /// # Errors
    /// A scope that is named twice.
    pub fn new(
        identifier: String,
        name: String,
        scopes: Option<Vec<ResourceServerScopeType>>,
    ) -> Result<Self, CognitoError> {
        let scopes = scopes.unwrap_or_default();
        let mut names = BTreeSet::new();
        let again = scopes.iter().find(|scope| !names.insert(&scope.scope_name));
        if let Some(again) = again {
            return Refusal::ScopeNamedTwice {
                scope: again.scope_name.clone(),
            }
            .refuse("each scope of a resource server has a ScopeName of its own");
        }
        Ok(Self {
            identifier,
            name,
            scopes,
        })
    }

    /// The server as responses show it. That the list is shown when it is empty is inferred.
    pub(crate) fn view(&self, pool: &PoolId) -> ResourceServerType {
        ResourceServerType {
            user_pool_id: Some(pool.clone()),
            identifier: Some(self.identifier.clone()),
            name: Some(self.name.clone()),
            scopes: Some(self.scopes.clone()),
            // Documented: only those that Cognito manages have it.
            managed_by: None,
        }
    }
}

impl Draft<'_> {
    /// Adds or replaces a resource server.
    pub fn put_resource_server(&mut self, server: ResourceServer) -> Arc<ResourceServer> {
        self.put(Change::ResourceServer, server.identifier.clone(), server)
    }

    /// Takes a resource server away.
    pub fn remove_resource_server(&mut self, identifier: String) {
        self.stage(Change::ResourceServer(Staged::Remove(identifier)));
    }
}
