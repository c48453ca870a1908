//! `/oauth2/idpresponse`, `/saml2/idpresponse` and `/saml2/logout`: what browsers bring back from identity
//! providers.

use hyper::Method;

use super::Call;
use super::answer::{redirect, rejected};
use super::cookies::{self, Setter};
use crate::http::reply::Reply;
use crate::oauth::authorize;
use crate::oauth::error::Rejection;
use crate::oauth::federation::{self, Returned};

/// The answer of a provider of OpenID Connect, or of a social one: by query, or by form as Apple's is.
pub(super) async fn code(call: &Call<'_>) -> Reply {
    let parameters = match call.head.method {
        Method::POST => &call.form,
        _ => &call.query,
    };
    let browser = cookies::value(&call.head.headers, "csrf-state")
        .or_else(|| cookies::value(&call.head.headers, "csrf-state-legacy"));
    let returned = federation::finish_code(&call.cx, &call.site, parameters, browser).await;
    back(call, returned)
}

/// The answer of a SAML provider.
pub(super) async fn assertion(call: &Call<'_>) -> Reply {
    let returned = federation::finish_assertion(&call.cx, &call.site, &call.form).await;
    back(call, returned)
}

/// Sends the browser on to the app, signed in.
fn back(call: &Call<'_>, returned: Result<Returned, Rejection>) -> Reply {
    let Returned { request, finished } = match returned {
        Ok(returned) => returned,
        Err(rejection) => return rejected(call, &rejection),
    };
    let mut reply = redirect(call, &finished.location);
    let mut cookie = cookies::session(&call.head.headers);
    cookie.put(&request.client.pool, finished.browser);
    Setter::new(reply.headers_mut(), &call.site.base)
        .session(&cookie, authorize::cookie_life(&request));
    reply
}

/// The end of a session at a SAML provider.
pub(super) async fn sign_out(call: &Call<'_>) -> Reply {
    match federation::finish_sign_out(&call.cx, &call.form).await {
        Ok(to) => redirect(call, &to),
        Err(rejection) => rejected(call, &rejection),
    }
}
