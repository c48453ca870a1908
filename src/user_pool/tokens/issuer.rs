//! The issuer of a pool's tokens.

use crate::context::{Context, IssuerMode};
use crate::model::cognito_idp::IssuerType;
use crate::store::user_pool::UserPool;
use crate::store::user_pool::settings::PoolSettings;

/// The `iss` of a pool's tokens. AWS's form follows the pool's own `IssuerConfiguration`.
pub fn issuer(cx: &Context, pool: &UserPool, settings: &PoolSettings) -> String {
    match cx.settings.issuer {
        IssuerMode::Local => format!("{}/{}", cx.base_url(), pool.id),
        IssuerMode::Aws => {
            let updated = settings
                .issuer
                .as_ref()
                .is_some_and(|issuer| issuer.type_ == Some(IssuerType::Updated));
            let host = if updated {
                "issuer-cognito-idp"
            } else {
                "cognito-idp"
            };
            // Inferred for the China partition.
            let suffix = if pool.region().starts_with("cn-") {
                ".cn"
            } else {
                ""
            };
            format!(
                "https://{host}.{}.amazonaws.com{suffix}/{}",
                pool.region(),
                pool.id
            )
        }
    }
}
