//! A sign-in on its way through a provider: the browser is sent away, and comes back to
//! `/oauth2/idpresponse` or `/saml2/idpresponse` ("Identity provider and relying party endpoints", developer
//! guide).
//!
//! What the app asked for waits under a state, for five minutes and one answer. What comes back without a
//! state that waits belongs to nobody: it ends on the error page.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::federated_user::{self, SignedIn};
use super::mapping::{Told, Vouched};
use super::openid_client::{self, Hints, Ties};
use super::refused::{Code, Refused};
use super::saml_response::{self, Expected};
use super::{assertion, endpoints, saml_request};
use crate::context::Context;
use crate::entropy::Purpose;
use crate::error::CognitoError;
use crate::form;
use crate::model::ClientId;
use crate::model::cognito_idp::IdentityProviderTypeType as Kind;
use crate::saml_binding;
use crate::store::federations::{Pending, Then, expiry};
use crate::store::user_pool::UserPool;
use crate::store::user_pool::app_client::AppClient;
use crate::store::user_pool::identity::entries;
use crate::store::user_pool::identity_provider::IdentityProvider;
use crate::store::user_pool::state::PoolState;
use crate::store::user_pool::user::User;
use crate::user_pool::identity_providers::certificate;

/// What the error page says of an answer that belongs to no sign-in under way (observed).
pub const INVALID_STATE: &str = "Invalid state";

/// What the error page says of a form without a state that is known (documented).
pub const INVALID_RELAY_STATE: &str = "Invalid relayState from identity provider";

/// Where a pool is reached, and by which browser.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// Scheme, host and what else stands before `/oauth2/idpresponse`, without a slash at its end.
    pub base: &'a str,
    /// What the browser brings back beside the state: the value of the cookie `csrf-state`.
    pub browser: &'a str,
}

/// The provider of an app client that an identifier leads to: the parameter `idp_identifier`, or the domain of an
/// address that somebody typed. Letter case does not matter (inferred), unless two differ by it alone.
pub fn identified<'s>(
    state: &'s PoolState,
    client: &AppClient,
    identifier: &str,
) -> Option<&'s Arc<IdentityProvider>> {
    let names = client.identity_providers.as_deref().unwrap_or_default();
    let is_supported =
        |provider: &IdentityProvider| names.iter().any(|name| **name == *provider.name);
    let exact = state.providers.identified(identifier);
    let is_meant = |known: &String| known.eq_ignore_ascii_case(identifier);
    exact.filter(|provider| is_supported(provider)).or_else(|| {
        let mut known = state.providers.by_name.values();
        known.find(|provider| is_supported(provider) && provider.identifiers.iter().any(is_meant))
    })
}

/// A text that nobody guesses.
fn secret(cx: &Context) -> String {
    URL_SAFE_NO_PAD.encode(cx.entropy.bytes::<32>(Purpose::Sessions))
}

/// Sends a browser to a provider: the address. `request` is what the app asked for, to be given back with
/// the answer.
///
/// # Errors
/// A provider whose endpoints are not known.
pub async fn begin(
    cx: &Context,
    pool: &Arc<UserPool>,
    client: &ClientId,
    provider: &IdentityProvider,
    place: Place<'_>,
    hints: Hints<'_>,
    request: &str,
) -> Result<String, Refused> {
    let state = secret(cx);
    let (url, then) = if provider.kind == Kind::Saml {
        let acs = format!("{}/saml2/idpresponse", place.base);
        let metadata = saml_request::metadata(cx, pool, provider).await?;
        let person = hints.person;
        let asked =
            saml_request::sign_in(cx, pool, provider, &metadata, &acs, &state, person).await;
        let asked = asked.map_err(|error| Refused::of(&error))?;
        let then = Then::Assertion {
            id: asked.id.into(),
            acs: acs.into(),
        };
        (asked.url, then)
    } else {
        let endpoints = endpoints::of(cx, provider).await?;
        let redirect_uri = format!("{}/oauth2/idpresponse", place.base);
        let nonce = secret(cx);
        let verifier = openid_client::has_verifier(provider).then(|| secret(cx));
        let ties = Ties {
            redirect_uri: &redirect_uri,
            state: &state,
            nonce: &nonce,
            verifier: verifier.as_deref(),
        };
        let settings = pool.settings();
        let url = openid_client::authorize(cx, provider, &endpoints, &ties, hints, &settings);
        let then = Then::Code {
            nonce: nonce.into(),
            verifier: verifier.map(Into::into),
            redirect_uri: redirect_uri.into(),
        };
        (url, then)
    };
    let now = cx.now();
    let pending = Pending {
        pool: pool.id.clone(),
        client: client.clone(),
        provider: Arc::clone(&provider.name),
        request: request.into(),
        then,
        browser: place.browser.into(),
        expires: expiry(now),
    };
    cx.federations.keep(&state, pending, now);
    Ok(url)
}

/// What a provider's answer leads to.
#[derive(Debug)]
pub struct Finished {
    /// The app client.
    pub client: Arc<AppClient>,
    /// The provider.
    pub provider: Arc<str>,
    /// What the app asked for, as [`begin`] was given it; for a sign-in that began at a SAML provider what
    /// its RelayState asks for.
    pub request: Box<str>,
    /// Who signed in, or what the app is told.
    pub outcome: Result<SignedIn, Refused>,
}

/// An answer that nothing is waiting for: the text of the error page, and what only Poolhouse tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Astray {
    /// What the error page says.
    pub text: &'static str,
    /// Why.
    pub reason: String,
}

fn astray(text: &'static str, reason: impl Into<String>) -> Astray {
    Astray {
        text,
        reason: reason.into(),
    }
}

/// What came to `/oauth2/idpresponse`, by query or form.
#[derive(Debug, Clone, Copy, Default)]
pub struct CodeAnswer<'a> {
    /// `state`.
    pub state: Option<&'a str>,
    /// `code`.
    pub code: Option<&'a str>,
    /// `error`.
    pub error: Option<&'a str>,
    /// `error_description`.
    pub error_description: Option<&'a str>,
    /// `user`, which Apple sends.
    pub user: Option<&'a str>,
    /// The cookie `csrf-state`, if the browser has one. Forms from other sites come without.
    pub browser: Option<&'a str>,
}

/// Who waits for an answer.
struct Waiting {
    pool: Arc<UserPool>,
    client: Arc<AppClient>,
    provider: Arc<IdentityProvider>,
    pending: Pending,
}

impl Waiting {
    /// Whether the app client has the provider still.
    fn check_supported(&self, text: &'static str) -> Result<(), Astray> {
        let names = self.client.identity_providers.as_deref();
        let mut names = names.unwrap_or_default().iter();
        if names.any(|name| **name == *self.provider.name) {
            return Ok(());
        }
        let reason = "SupportedIdentityProviders of the app client lost the provider meanwhile";
        Err(astray(text, reason))
    }

    fn finished(self, outcome: Result<SignedIn, Refused>) -> Finished {
        Finished {
            client: self.client,
            provider: Arc::clone(&self.provider.name),
            request: self.pending.request,
            outcome,
        }
    }
}

/// The sign-in that a state belongs to.
fn waiting(
    cx: &Context,
    state: Option<&str>,
    browser: Option<&str>,
    text: &'static str,
) -> Result<Waiting, Astray> {
    let state = state.ok_or_else(|| astray(text, "the answer has no state"))?;
    let pending = cx.federations.take(state, cx.now()).ok_or_else(|| {
        astray(
            text,
            "the state is used, older than five minutes, or not one of this server",
        )
    })?;
    // The tie to the cookie is inferred. A form that comes from another site has no cookie over plain HTTP,
    // where none may be sent along; so none is taken as good.
    if browser.is_some_and(|browser| !pending.browser.is_empty() && *browser != *pending.browser) {
        return Err(astray(text, "the state was given to another browser"));
    }
    let gone = |what: &str| astray(text, format!("the {what} was deleted meanwhile"));
    let pool = cx.pool(&pending.pool).map_err(|_| gone("user pool"))?;
    let (client, provider) = pool.read(|state| {
        let client = state.clients.get(&pending.client).map(Arc::clone);
        let provider = state.providers.get(&pending.provider).map(Arc::clone);
        (client, provider)
    });
    Ok(Waiting {
        client: client.ok_or_else(|| gone("app client"))?,
        provider: provider.ok_or_else(|| gone("identity provider"))?,
        pool,
        pending,
    })
}

/// Takes what came to `/oauth2/idpresponse`.
///
/// # Errors
/// An answer that nothing is waiting for.
pub async fn finish_code(cx: &Context, answer: CodeAnswer<'_>) -> Result<Finished, Astray> {
    let waiting = waiting(cx, answer.state, answer.browser, INVALID_STATE)?;
    waiting.check_supported(INVALID_STATE)?;
    let Then::Code {
        redirect_uri,
        nonce,
        verifier,
    } = waiting.pending.then.clone()
    else {
        return Err(astray(INVALID_STATE, "the state waits for a SAML message"));
    };
    let outcome = match (answer.error, answer.code) {
        // As it came (inferred).
        (Some(error), _) => Err(Refused {
            code: Code::OfProvider(error.to_owned()),
            description: answer.error_description.map(str::to_owned),
            reason: format!("{} answered so", waiting.provider.name),
        }),
        (None, None) => Err(Refused::invalid_request(
            // The sentence is inferred.
            "Required String parameter 'code' is not present",
            format!(
                "the answer of {} has neither code nor error",
                waiting.provider.name
            ),
        )),
        (None, Some(code)) => {
            let ties = Ties {
                redirect_uri: &redirect_uri,
                state: answer.state.unwrap_or_default(),
                nonce: &nonce,
                verifier: verifier.as_deref(),
            };
            let provider = &waiting.provider;
            match openid_client::exchange(cx, provider, &ties, code, answer.user).await {
                Ok(vouched) => {
                    federated_user::sign_in(cx, &waiting.pool, &waiting.client, provider, vouched)
                        .await
                }
                Err(refused) => Err(refused),
            }
        }
    };
    Ok(waiting.finished(outcome))
}

/// Takes what came to `/saml2/idpresponse`: the members `SAMLResponse` and `RelayState` of a form. `base` is
/// where the pool is reached, and `pool` the pool that the address tells, where it does.
///
/// # Errors
/// An answer that nothing is waiting for.
pub async fn finish_assertion(
    cx: &Context,
    response: Option<&str>,
    relay_state: Option<&str>,
    base: &str,
) -> Result<Finished, Astray> {
    let text = relay_state.unwrap_or_default();
    let waiting = match is_unasked(text) {
        true => begun_there(cx, text, base)?,
        false => waiting(cx, relay_state, None, INVALID_RELAY_STATE)?,
    };
    waiting.check_supported(INVALID_RELAY_STATE)?;
    let (acs, request) = match &waiting.pending.then {
        Then::Assertion { id, acs } => (acs.clone(), (!id.is_empty()).then(|| id.clone())),
        Then::Code { .. } | Then::SignOut { .. } => {
            return Err(astray(
                INVALID_RELAY_STATE,
                "the state waits for something else",
            ));
        }
    };
    let outcome = assert(cx, &waiting, response, &acs, request.as_deref()).await;
    Ok(waiting.finished(outcome))
}

async fn assert(
    cx: &Context,
    waiting: &Waiting,
    response: Option<&str>,
    acs: &str,
    request: Option<&str>,
) -> Result<SignedIn, Refused> {
    let (pool, provider) = (&waiting.pool, &waiting.provider);
    let wrong = |reason: &str| {
        Refused::server_error(
            "Invalid SAML response received: SAML Response is invalid. ",
            format!("SAMLResponse: {reason}"),
        )
    };
    let message = saml_binding::posted(response.ok_or_else(|| wrong("it is missing"))?)
        .map_err(|fault| wrong(&fault))?;
    let metadata = saml_request::metadata(cx, pool, provider).await?;
    let internal = |error: CognitoError| Refused::of(&error);
    let key = certificate::key(cx, pool).map_err(internal)?;
    let audience = assertion::audience(&pool.id);
    let (acs, request) = (acs.to_owned(), request.map(str::to_owned));
    let now = cx.now();
    // Canonical forms, digests and an RSA key: off the threads that serve connections.
    let read = cx.crypto.run_on(move |thread| {
        let expected = Expected {
            metadata: &metadata,
            audience: &audience,
            acs: &acs,
            request: request.as_deref(),
            now,
        };
        saml_response::read(&message, &expected, key.signing(thread))
    });
    let read = read.await.map_err(internal)??;
    let id = format!("{} {}", provider.name, read.bearing.id);
    // Documented: an assertion is taken once. It counts as used also where what follows fails (inferred).
    if !cx
        .federations
        .use_once(&pool.id, &id, read.bearing.until, now)
    {
        return Err(Refused::server_error(
            "Invalid SAML response received: SAML Assertion has been used before. ",
            "an assertion with this ID was taken already",
        ));
    }
    let vouched = Vouched {
        subject: read.name_id,
        issuer: Some(read.issuer),
        acr: None,
        told: Told::Saml(read.attributes),
    };
    federated_user::sign_in(cx, pool, &waiting.client, provider, vouched).await
}

/// Whether a RelayState is that of a sign-in which begins at the provider (documented form).
fn is_unasked(relay_state: &str) -> bool {
    relay_state.contains('=')
        && form::pairs(relay_state)
            .iter()
            .any(|(name, _)| name == "client_id")
}

/// A sign-in that begins at a SAML provider: its RelayState says what an app's request would.
fn begun_there(cx: &Context, relay_state: &str, base: &str) -> Result<Waiting, Astray> {
    let refused = |reason: &str| astray(INVALID_RELAY_STATE, reason);
    let pairs = form::pairs(relay_state);
    let find = |wanted: &str| {
        let found = pairs.iter().find(|(name, _)| name == wanted);
        found.map(|(_, value)| value.as_str())
    };
    let client = ClientId::from(find("client_id").unwrap_or_default());
    let (pool, client) = cx
        .store
        .client(&client)
        .map_err(|_| refused("there is no app client of this client_id"))?;
    let provider = pool.read(|state| {
        let name = find("identity_provider").map(str::to_owned);
        let by_name = name.and_then(|name| state.providers.get(&name).map(Arc::clone));
        let identified = || {
            let identifier = find("idp_identifier")?;
            identified(state, &client, identifier).map(Arc::clone)
        };
        by_name.or_else(identified)
    });
    let provider = provider.ok_or_else(|| refused("it names no identity provider of the pool"))?;
    let names = client.identity_providers.as_deref().unwrap_or_default();
    if provider.kind != Kind::Saml || !names.iter().any(|name| **name == *provider.name) {
        return Err(refused("it names no SAML provider of the app client"));
    }
    let allows = provider.details.get("IDPInit");
    if !allows.is_some_and(|allows| allows.eq_ignore_ascii_case("true")) {
        return Err(refused("the provider's IDPInit is not true"));
    }
    // Documented.
    let others = pool.read(|state| {
        let kind = |name: &String| state.providers.get(name).map(|provider| provider.kind);
        names.iter().any(|name| kind(name) != Some(Kind::Saml))
    });
    if others {
        return Err(refused("the app client has other than SAML providers too"));
    }
    let pending = Pending {
        pool: pool.id.clone(),
        client: client.id.clone(),
        provider: Arc::clone(&provider.name),
        request: relay_state.into(),
        then: Then::Assertion {
            id: "".into(),
            acs: format!("{base}/saml2/idpresponse").into(),
        },
        browser: "".into(),
        expires: expiry(cx.now()),
    };
    Ok(Waiting {
        pool,
        client,
        provider,
        pending,
    })
}

/// Ends the session of `user` at the SAML provider that it signed in with, where the pool does so (IDPSignout):
/// the address for the browser, which comes back to `/saml2/logout` and goes on to `to`. None where there is
/// nothing to end.
///
/// # Errors
/// A pool deleted meanwhile.
pub async fn begin_sign_out(
    cx: &Context,
    pool: &Arc<UserPool>,
    client: &ClientId,
    provider: &str,
    user: &User,
    base: &str,
    to: &str,
) -> Result<Option<String>, CognitoError> {
    let Some(provider) = pool.read(|state| state.providers.get(provider).map(Arc::clone)) else {
        return Ok(None);
    };
    let allows = provider.details.get("IDPSignout");
    if provider.kind != Kind::Saml || !allows.is_some_and(|it| it.eq_ignore_ascii_case("true")) {
        return Ok(None);
    }
    let Ok(metadata) = saml_request::metadata(cx, pool, &provider).await else {
        return Ok(None);
    };
    let linked = entries(user);
    let name_id = linked
        .iter()
        .find(|entry| *entry.provider_name == *provider.name)
        .map(|entry| entry.user_id.as_str());
    let (Some(name_id), Some(slo)) = (name_id, &metadata.slo_redirect) else {
        return Ok(None);
    };
    let state = secret(cx);
    let answer_to = format!("{base}/saml2/logout");
    let asked = saml_request::sign_out(cx, pool, slo, name_id, &answer_to, &state).await?;
    let now = cx.now();
    let pending = Pending {
        pool: pool.id.clone(),
        client: client.clone(),
        provider: Arc::clone(&provider.name),
        request: "".into(),
        then: Then::SignOut {
            id: asked.id.into(),
            to: to.into(),
        },
        browser: "".into(),
        expires: expiry(now),
    };
    cx.federations.keep(&state, pending, now);
    Ok(Some(asked.url))
}

/// Takes what came to `/saml2/logout`: where the browser goes on to.
///
/// # Errors
/// An answer that nothing is waiting for, or that does not count.
pub async fn finish_sign_out(
    cx: &Context,
    response: Option<&str>,
    relay_state: Option<&str>,
) -> Result<Box<str>, Astray> {
    let waiting = waiting(cx, relay_state, None, INVALID_RELAY_STATE)?;
    let Then::SignOut { id, to } = waiting.pending.then else {
        return Err(astray(
            INVALID_RELAY_STATE,
            "the state waits for something else",
        ));
    };
    // The sentence is inferred.
    const WRONG: &str = "Invalid SAML logout response received";
    let message = response.ok_or_else(|| astray(WRONG, "SAMLResponse is missing"))?;
    let message = saml_binding::posted(message).map_err(|fault| astray(WRONG, fault))?;
    let metadata = saml_request::metadata(cx, &waiting.pool, &waiting.provider).await;
    let metadata = metadata.map_err(|refused| astray(WRONG, refused.reason))?;
    let now = cx.now();
    let read = cx
        .crypto
        .run(move || saml_response::read_sign_out(&message, &metadata, &id, now));
    let read = read
        .await
        .map_err(|error| astray(WRONG, error.reason().to_owned()))?;
    read.map_err(|fault| astray(WRONG, fault))?;
    Ok(to)
}

#[cfg(test)]
#[path = "tests/round_trip.rs"]
mod tests;
