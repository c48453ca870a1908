//! Issuer, JWKS and the discovery document of a pool; they always agree.

use std::sync::Arc;

use super::issuer::issuer;
use crate::context::{Context, IssuerMode};
use crate::crypto::signing::VerifyingKey;
use crate::error::CognitoError;
use crate::model::cognito_idp::StatusType;
use crate::model::{JsonWriter, PoolId};
use crate::store::user_pool::UserPool;

/// `/.well-known/jwks.json`: the two keys, each with these six members (documented).
///
/// # Errors
/// An unknown pool.
pub async fn jwks(cx: &Context, pool_id: &str) -> Result<Vec<u8>, CognitoError> {
    let pool = cx.store.pool(&PoolId::from(pool_id))?;
    if let Some(keys) = pool.keys.verifying_if_made() {
        return Ok(key_set(keys));
    }
    let keys = Arc::clone(&pool.keys);
    cx.crypto
        .run_on(move |thread| key_set(keys.verifying(thread)))
        .await
}

fn key_set(keys: [&VerifyingKey; 2]) -> Vec<u8> {
    let mut out = JsonWriter::new();
    out.object(|out| {
        out.name("keys").array(|out| {
            for key in keys {
                write_key(out, key);
            }
        });
    });
    out.into_bytes()
}

fn write_key(out: &mut JsonWriter, key: &VerifyingKey) {
    out.object(|out| {
        out.field("alg", "RS256");
        out.field("e", key.e());
        out.field("kid", key.kid());
        out.field("kty", "RSA");
        out.field("n", key.n());
        out.field("use", "sig");
    });
}

/// `/.well-known/openid-configuration`, members as observed.
///
/// # Errors
/// An unknown pool.
pub fn openid_configuration(cx: &Context, pool_id: &str) -> Result<Vec<u8>, CognitoError> {
    let pool = cx.store.pool(&PoolId::from(pool_id))?;
    let issuer = issuer(cx, &pool, &pool.settings());
    let host = endpoints(cx, &pool);
    let endpoint = |path: &str| format!("{host}{path}");
    let mut out = JsonWriter::new();
    out.object(|out| {
        out.field("authorization_endpoint", &endpoint("/oauth2/authorize"));
        out.field("end_session_endpoint", &endpoint("/logout"));
        out.field("id_token_signing_alg_values_supported", &["RS256"][..]);
        out.field("issuer", &issuer);
        out.field("jwks_uri", &format!("{issuer}/.well-known/jwks.json"));
        if registers_clients(&pool) {
            let at = match cx.settings.issuer {
                IssuerMode::Aws => endpoint("/oauth2/register"),
                // A registration names no client that would tell the pool.
                IssuerMode::Local => format!("{issuer}/oauth2/register"),
            };
            out.field("registration_endpoint", &at);
        }
        out.field("response_types_supported", &["code", "token"][..]);
        out.field("revocation_endpoint", &endpoint("/oauth2/revoke"));
        out.field(
            "scopes_supported",
            &["openid", "email", "phone", "profile"][..],
        );
        out.field("subject_types_supported", &["public"][..]);
        out.field("token_endpoint", &endpoint("/oauth2/token"));
        let methods = ["client_secret_basic", "client_secret_post"];
        out.field("token_endpoint_auth_methods_supported", &methods[..]);
        out.field("userinfo_endpoint", &endpoint("/oauth2/userInfo"));
    });
    Ok(out.into_bytes())
}

/// Whether the document names a registration endpoint: in a pool that has dynamic client registration
/// on and a domain (documented, "Dynamic client registration"). Its place in the alphabet is inferred.
fn registers_clients(pool: &UserPool) -> bool {
    pool.read(|state| {
        let registration = state.settings.dcr.as_ref();
        let is_on = registration.is_some_and(|dcr| dcr.enable_status == Some(StatusType::Enabled));
        is_on && state.domains.main().is_some()
    })
}

/// Where the OAuth endpoints stand: under the pool's domain where issuers are AWS's (observed), the
/// custom one first (inferred). With local issuers they are this server's, for every pool: a client
/// reaches them without any DNS.
fn endpoints(cx: &Context, pool: &UserPool) -> String {
    let domain = pool.read(|state| state.domains.main().cloned());
    match (cx.settings.issuer, domain) {
        (IssuerMode::Aws, Some(domain)) => format!("https://{}", domain.host(pool.region())),
        (IssuerMode::Aws, None) | (IssuerMode::Local, _) => cx.base_url().to_owned(),
    }
}
