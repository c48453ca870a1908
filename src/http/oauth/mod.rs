//! The authorization server of user pools and the hosted pages, on the wire: addresses, queries, forms, cookies
//! and headers. What they mean is the business of [`oauth`](crate::oauth).
//!
//! A pool is found by the host (its domain), by its id at the beginning of the path, or by the app client that a
//! request names. Paths are matched in any case of letters (inferred: AWS's pages spell them in two ways).

mod answer;
mod authorize;
mod cookies;
mod form;
mod logout;
mod pages;
mod provider;
mod register;
mod revoke;
mod site;
mod token;
mod userinfo;

use std::pin::pin;
use std::sync::Arc;

use bytes::Bytes;
use hyper::http::request::Parts;
use hyper::{Method, Request, StatusCode};
use uuid::Uuid;

use super::body::{self, Sent};
use super::door::{Door, Peer};
use super::reply::{self, Reply};
use super::{cors, panics};
use crate::context::{Caller, Context};
use crate::entropy::Purpose;
use crate::error::{CognitoError, Refusal};
use crate::managed_login::Page;
use crate::model::{ClientId, PoolId};
use crate::oauth::parameters::Parameters;
use crate::oauth::request::Site;

/// What is served at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Route {
    Authorize,
    Token,
    UserInfo,
    Revoke,
    Register,
    Page(Page),
    Logout,
    Error,
    IdpResponse,
    SamlResponse,
    SamlLogout,
}

impl Route {
    /// Every path in small letters. `/authorize` stands in samples of AWS's pages.
    const PATHS: [(&'static str, Self); 11] = [
        ("/oauth2/authorize", Self::Authorize),
        ("/authorize", Self::Authorize),
        ("/oauth2/token", Self::Token),
        ("/oauth2/userinfo", Self::UserInfo),
        ("/oauth2/revoke", Self::Revoke),
        ("/oauth2/register", Self::Register),
        ("/logout", Self::Logout),
        ("/error", Self::Error),
        ("/oauth2/idpresponse", Self::IdpResponse),
        ("/saml2/idpresponse", Self::SamlResponse),
        ("/saml2/logout", Self::SamlLogout),
    ];

    /// The route of a path, also below the id of a pool.
    pub(super) fn at(path: &str) -> Option<Self> {
        let (_, path) = site::split(path);
        let path = path.strip_suffix('/').unwrap_or(path);
        let mut routes = Self::PATHS.into_iter();
        let found = routes.find(|(known, _)| path.eq_ignore_ascii_case(known));
        found
            .map(|(_, route)| route)
            .or_else(|| Page::at(path).map(Self::Page))
    }

    fn methods(self) -> &'static [Method] {
        match self {
            Self::Authorize | Self::Error | Self::Logout => &[Method::GET, Method::HEAD],
            Self::Page(_) | Self::UserInfo => &[Method::GET, Method::HEAD, Method::POST],
            // Not by HEAD: an answer counts once.
            Self::IdpResponse => &[Method::GET, Method::POST],
            Self::Token | Self::Revoke | Self::Register | Self::SamlResponse | Self::SamlLogout => {
                &[Method::POST]
            }
        }
    }

    /// Whether programs of any page may read the answer; a browser alone reads the others (documented).
    fn is_shared(self) -> bool {
        match self {
            Self::Token | Self::UserInfo | Self::Revoke | Self::Register => true,
            Self::Authorize
            | Self::Page(_)
            | Self::Logout
            | Self::Error
            | Self::IdpResponse
            | Self::SamlResponse
            | Self::SamlLogout => false,
        }
    }
}

/// A request for a route.
pub(super) struct Call<'a> {
    cx: Context,
    site: Site,
    head: &'a Parts,
    request_id: Uuid,
    /// The parameters of the query.
    query: Parameters,
    /// Those of the form.
    form: Parameters,
    /// The body, where it is no form.
    body: Bytes,
}

impl Call<'_> {
    /// The query as it came.
    fn raw_query(&self) -> &str {
        self.head.uri.query().unwrap_or_default()
    }
}

/// Answers a request for a route.
pub(super) async fn serve(door: &Door, peer: &Peer, route: Route, request: Request<Sent>) -> Reply {
    let request_id = door.shared.entropy.uuid(Purpose::Requests);
    let (head, body) = request.into_parts();
    let mut reply = if head.method == Method::OPTIONS && route.is_shared() {
        let mut reply = reply::empty(StatusCode::OK, door.shared.clock.now());
        cors::preflight(&head.headers, reply.headers_mut());
        door.discard(&head.headers, body, &mut reply).await;
        reply
    } else if !route.methods().contains(&head.method) {
        let mut reply = answer::not_allowed(route.methods(), request_id, door.shared.clock.now());
        // Observed, with `Allow`.
        if route == Route::SamlLogout {
            *reply.status_mut() = StatusCode::BAD_REQUEST;
        }
        door.discard(&head.headers, body, &mut reply).await;
        reply
    } else {
        answered(door, peer, route, &head, body, request_id).await
    };
    if route.is_shared() {
        cors::allow_any(reply.headers_mut());
    }
    if head.method == Method::HEAD {
        reply = reply::without_body(reply);
    }
    reply
}

async fn answered(
    door: &Door,
    peer: &Peer,
    route: Route,
    head: &Parts,
    body: Sent,
    request_id: Uuid,
) -> Reply {
    let now = door.shared.clock.now();
    let read = door.read(peer, &head.headers, body).await;
    let (bytes, _room) = match read {
        Ok(whole) => whole.into_parts(),
        Err(fault) => {
            let mut reply = reply::refusal(&fault.refusal(&door.limits), request_id, now);
            if fault.is_cut_off() {
                reply::closing(&mut reply);
            }
            return reply;
        }
    };
    // A registration alone is no form.
    let form = match route {
        Route::Register => Ok(Parameters::default()),
        _ => form::read(&head.headers, &bytes),
    };
    let form = match form {
        Ok(form) => form,
        Err(refused) => return answer::refused(&refused, request_id, now),
    };
    let place = match door.place(peer).await {
        Ok(place) => place,
        Err(error) => return reply::refusal(&error, request_id, now),
    };
    let caller = Caller {
        request_id: Some(request_id),
        ..door.caller(peer, head)
    };
    let cx = Context::new(Arc::clone(&door.shared), caller);
    let site = site::of(&cx, head);
    let call = Call {
        site,
        head,
        request_id,
        query: form::pairs(head.uri.query().unwrap_or_default()),
        form,
        body: bytes,
        cx,
    };
    let held = call.cx.hold(place);
    let work = routed(route, &call);
    let done = body::in_time(door.limits.request_time, panics::contained(pin!(work))).await;
    drop(held);
    let failed = |error: CognitoError| reply::refusal(&error, request_id, now);
    match done {
        Some(Some(reply)) => reply,
        Some(None) => failed(panics::refusal()),
        None => failed(Refusal::Internal.because("the request took longer than --request-timeout")),
    }
}

/// The pool that a request to one of these addresses is about, as far as its head tells.
pub(super) fn pool_of(door: &Door, peer: &Peer, head: &Parts) -> Option<PoolId> {
    let cx = Context::new(Arc::clone(&door.shared), door.caller(peer, head));
    if let Some(pool) = site::of(&cx, head).pool {
        return Some(pool.id.clone());
    }
    Route::at(head.uri.path())?;
    let query = form::pairs(head.uri.query().unwrap_or_default());
    let (pool, _) = cx
        .store
        .client(&ClientId::from(query.get("client_id")?))
        .ok()?;
    Some(pool.id.clone())
}

/// Whether a request is for the domain of a pool.
pub(super) fn is_domain(door: &Door, peer: &Peer, head: &Parts) -> bool {
    let cx = Context::new(Arc::clone(&door.shared), door.caller(peer, head));
    site::of_domain(&cx, head).is_some()
}

/// The answer to a request for a pool's domain at a path where nothing is served; none at another host.
pub(super) fn nowhere(door: &Door, peer: &Peer, head: &Parts) -> Option<Reply> {
    let cx = Context::new(Arc::clone(&door.shared), door.caller(peer, head));
    let site = site::of_domain(&cx, head)?;
    let request_id = door.shared.entropy.uuid(Purpose::Requests);
    Some(answer::not_found(&site.base, request_id, cx.now()))
}

async fn routed(route: Route, call: &Call<'_>) -> Reply {
    match route {
        Route::Authorize => authorize::serve(call).await,
        Route::Token => token::serve(call).await,
        Route::UserInfo => userinfo::serve(call),
        Route::Revoke => revoke::serve(call).await,
        Route::Register => register::serve(call),
        Route::Logout => logout::serve(call).await,
        Route::Page(page) => pages::serve(call, page).await,
        Route::Error => pages::error(call),
        Route::IdpResponse => provider::code(call).await,
        Route::SamlResponse => provider::assertion(call).await,
        Route::SamlLogout => provider::sign_out(call).await,
    }
}

#[cfg(test)]
mod tests {
    use super::{Page, Route};

    #[test]
    fn routes_are_found_in_any_case_and_below_a_pool() {
        for (path, expected) in [
            ("/oauth2/authorize", Some(Route::Authorize)),
            ("/authorize", Some(Route::Authorize)),
            ("/OAuth2/Token", Some(Route::Token)),
            ("/oauth2/userInfo", Some(Route::UserInfo)),
            ("/oauth2/userinfo", Some(Route::UserInfo)),
            ("/login/", Some(Route::Page(Page::Login))),
            ("/us-east-1_PoolHouse/oauth2/token", Some(Route::Token)),
            ("/us-east-1_PoolHouse/error", Some(Route::Error)),
            ("/", None),
            ("/oauth2", None),
            ("/foo/login", None),
            ("/login/x", None),
        ] {
            assert_eq!(Route::at(path), expected, "{path}");
        }
    }
}
