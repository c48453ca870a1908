//! The issuer of a pool's tokens: one for each pool, whichever of its addresses was asked, as on AWS.
//!
//! A local issuer follows the host at which the API is called, so that it is found from where the caller is. A pool's
//! domain is an address of its pages alone (documented: discovery and keys are not served there); who comes by one is
//! given the issuer of the API that belongs to it.

use std::borrow::Cow;

use crate::context::{Context, IssuerMode};
use crate::model::cognito_idp::IssuerType;
use crate::store::domain_hosts::DomainDoor;
use crate::store::user_pool::UserPool;
use crate::store::user_pool::settings::PoolSettings;

/// The `iss` of a pool's tokens. AWS's form follows the pool's own `IssuerConfiguration`.
pub fn issuer(cx: &Context, pool: &UserPool, settings: &PoolSettings) -> String {
    let at = match cx.settings.issuer {
        IssuerMode::Local => api_url(cx, pool, settings),
        IssuerMode::Aws => {
            let host = aws_host(pool, settings, aws_suffix(pool));
            Cow::Owned(format!("https://{host}"))
        }
    };
    format!("{at}/{}", pool.id)
}

/// Where the API is reached by who called: as it is pinned, or as the request did, or, where that came to a domain
/// of a pool, next to it.
fn api_url<'a>(cx: &'a Context, pool: &UserPool, settings: &PoolSettings) -> Cow<'a, str> {
    if let Some(pinned) = cx.settings.public_url.as_deref() {
        return Cow::Borrowed(pinned);
    }
    let called = &*cx.caller.endpoint;
    let Some((scheme, authority)) = called.split_once("://") else {
        return Cow::Borrowed(called);
    };
    let end = authority.rfind(':').filter(|_| !authority.ends_with(']'));
    let (host, port) = authority.split_at(end.unwrap_or(authority.len()));
    let api = match cx.store.domain_at(host).map(|found| found.door) {
        // Nothing tells where the API of a custom domain is: this machine's own name is the best guess.
        Some(DomainDoor::Localhost | DomainDoor::Custom) => "localhost".to_owned(),
        Some(DomainDoor::Aws) => aws_host(pool, settings, aws_suffix(pool)),
        None => match suffix_of_service(host) {
            Some(suffix) => aws_host(pool, settings, suffix),
            None => return Cow::Borrowed(called),
        },
    };
    Cow::Owned(format!("{scheme}://{api}{port}"))
}

/// AWS's name of the host of a pool's issuer.
fn aws_host(pool: &UserPool, settings: &PoolSettings, suffix: &str) -> String {
    let updated = settings
        .issuer
        .as_ref()
        .is_some_and(|issuer| issuer.type_ == Some(IssuerType::Updated));
    let service = if updated {
        "issuer-cognito-idp"
    } else {
        "cognito-idp"
    };
    format!("{service}.{}.{suffix}", pool.region())
}

/// Inferred for the China partition.
fn aws_suffix(pool: &UserPool) -> &'static str {
    if pool.region().starts_with("cn-") {
        "amazonaws.com.cn"
    } else {
        "amazonaws.com"
    }
}

/// Where the name of a host ends that is AWS's for user pools: `SERVICE.REGION.SUFFIX`.
fn suffix_of_service(host: &str) -> Option<&str> {
    let (service, rest) = host.split_once('.')?;
    let (_, suffix) = rest.split_once('.')?;
    let is_service = ["cognito-idp", "issuer-cognito-idp", "cognito-idp-fips"]
        .iter()
        .any(|known| service.eq_ignore_ascii_case(known));
    // Endpoints of both families of addresses have the same issuers (inferred).
    let suffix = if suffix.eq_ignore_ascii_case("api.aws") {
        "amazonaws.com"
    } else {
        suffix
    };
    (is_service && suffix.to_ascii_lowercase().starts_with("amazonaws.")).then_some(suffix)
}
