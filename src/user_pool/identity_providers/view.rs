//! Identity providers as responses show them.

use super::details;
use crate::model::PoolId;
use crate::model::cognito_idp::IdentityProviderType;
use crate::store::user_pool::identity_provider::IdentityProvider;

impl IdentityProvider {
    pub(super) fn view(&self, pool: &PoolId) -> IdentityProviderType {
        let shown = |key: &str| key != details::PRIVATE_KEY;
        let details = self.details.iter().filter(|(key, _)| shown(key));
        IdentityProviderType {
            user_pool_id: Some(pool.clone()),
            provider_name: Some(self.name.to_string()),
            provider_type: Some(self.kind),
            provider_details: Some(
                details
                    .map(|(key, value)| (key.clone(), value.clone()))
                    .collect(),
            ),
            attribute_mapping: Some(self.mapping.clone()),
            idp_identifiers: Some(self.identifiers.clone()),
            acr_mapping: Some(self.acr_mapping.clone()).filter(|levels| !levels.is_empty()),
            last_modified_date: Some(self.modified),
            creation_date: Some(self.created),
        }
    }
}
