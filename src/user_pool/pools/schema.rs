//! AddCustomAttributes.

use crate::context::Context;
use crate::error::CognitoError;
use crate::model::cognito_idp::{AddCustomAttributesRequest, AddCustomAttributesResponse};
use crate::store::user_pool::settings::PoolSettings;

/// `AddCustomAttributes`.
///
/// # Errors
/// An unknown pool, and declarations that AWS refuses.
pub fn add_custom_attributes(
    cx: &Context,
    req: AddCustomAttributesRequest,
) -> Result<AddCustomAttributesResponse, CognitoError> {
    let now = cx.now();
    cx.pool(&req.user_pool_id)?.change(|draft| {
        draft.state().imports.check_idle()?;
        let mut settings = PoolSettings::clone(&draft.state().settings);
        settings.schema = settings.schema.extended(&req.custom_attributes)?;
        settings.modified = now;
        draft.put_settings(settings);
        Ok(AddCustomAttributesResponse {})
    })
}
