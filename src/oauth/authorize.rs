//! What an authorization request leads to, and what somebody who signed in gets.

use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;

use super::browser::{self, Cookie};
use super::error::{Code, Rejection};
use super::request::{AuthorizeRequest, Wanted};
use crate::context::Context;
use crate::entropy::Purpose;
use crate::model::cognito_idp::OAuthFlowType;
use crate::store::user_pool::assurance::Methods;
use crate::store::user_pool::authorizations::{AuthorizationCode, Browser};
use crate::store::user_pool::lineage::Lineage;
use crate::store::user_pool::user::User;
use crate::user_pool::auth::door::SignedIn;
use crate::user_pool::auth::hosted;
use crate::user_pool::threat_protection::context_data::ContextData;
use crate::user_pool::tokens::{self, scopes};
use crate::user_pool::triggers::ClientMetadata;
use crate::user_pool::triggers::token_generation::Source;
use crate::user_pool::{regional, sessions};

/// Documented.
const CODE_LIFE: Duration = Duration::from_secs(5 * 60);

/// What an authorization request leads to.
#[derive(Debug)]
pub enum Next {
    /// Back to the app, signed in.
    Back(String),
    /// To the sign-in page.
    SignIn,
    /// To an identity provider, by its name.
    Provider(Arc<str>),
}

/// Where a browser goes whose user has signed in.
#[derive(Debug)]
pub struct Finished {
    /// The app's address with the answer.
    pub location: String,
    /// The browser's session.
    pub browser: Uuid,
}

/// Where a request leads, as the browser is signed in or not.
///
/// # Errors
/// What the app is told: nobody is signed in and no page may be shown, or what makes tokens refuses.
pub async fn authorize(
    cx: &Context,
    request: &AuthorizeRequest,
    cookie: &Cookie,
) -> Result<Next, Rejection> {
    let session = usable(cx, request, cookie);
    if request.prompt.none {
        let Some((browser, user)) = session else {
            return Err(request.to.refuse(
                Code::LoginRequired,
                "prompt=none, and the browser is not signed in in a way that the request takes",
            ));
        };
        return go_on(cx, request, &browser, user).await.map(Next::Back);
    }
    if let Some((browser, user)) = session
        && !request.prompt.login
        && !request.prompt.select_account
    {
        return go_on(cx, request, &browser, user).await.map(Next::Back);
    }
    Ok(match (&request.wanted, request.client.providers()) {
        (Some(Wanted::Provider(name)), _) => Next::Provider(Arc::clone(name)),
        // A client of one provider has no choice to show (inferred).
        (None, [only]) if only != "COGNITO" => Next::Provider(only.as_str().into()),
        (None | Some(Wanted::Pool | Wanted::Unavailable), _) => Next::SignIn,
    })
}

/// Who is signed in in the browser, where the request takes that: by the provider that it wants (observed:
/// `identity_provider=COGNITO` does not take a sign-in by another one), and one that the client has (documented:
/// "with the same authentication method").
pub fn usable(
    cx: &Context,
    request: &AuthorizeRequest,
    cookie: &Cookie,
) -> Option<(Arc<Browser>, Arc<User>)> {
    let client = &request.client;
    let (browser, user) = cookie.signed_in(cx, &client.pool, &client.app, request.version)?;
    let provider = browser.provider.as_deref().unwrap_or("COGNITO");
    let is_wanted = match &request.wanted {
        None => true,
        Some(Wanted::Pool) => browser.provider.is_none(),
        Some(Wanted::Provider(name)) => **name == *provider,
        Some(Wanted::Unavailable) => false,
    };
    let is_supported = client.providers().iter().any(|one| one == provider);
    (is_wanted && is_supported && is_enough(cx, request, &browser)).then_some((browser, user))
}

/// Whether a sign-in is as young and as strong as `max_age` and `acr_values` want. Both count for nothing where
/// levels are off, and below Essentials (documented); that of several levels the lowest is enough is inferred.
fn is_enough(cx: &Context, request: &AuthorizeRequest, browser: &Browser) -> bool {
    let settings = request.client.pool.settings();
    if !hosted::knows_levels(cx, &settings) {
        return true;
    }
    let age = cx.now().seconds() - browser.auth_time.seconds();
    let is_old = request
        .max_age
        .is_some_and(|most| age > i64::try_from(most).unwrap_or(i64::MAX));
    let wanted = request
        .acr_values
        .iter()
        .filter_map(|name| settings.level_of(name))
        .min();
    let methods = browser
        .assurance
        .as_ref()
        .map(|assurance| assurance.methods);
    let has = methods.and_then(Methods::level);
    !is_old && wanted.is_none_or(|wanted| has >= Some(wanted))
}

/// Answers a request for a user who is signed in in the browser already. Functions that watch sign-ins are not
/// called, for nobody signs in (inferred).
///
/// # Errors
/// What makes tokens refuses.
pub async fn go_on(
    cx: &Context,
    request: &AuthorizeRequest,
    browser: &Browser,
    user: Arc<User>,
) -> Result<String, Rejection> {
    let begun = Lineage::begin(cx, &request.client.app, &user, None);
    let lineage = Lineage {
        auth_time: browser.auth_time,
        assurance: browser.assurance.clone(),
        ..begun
    };
    let signed_in = SignedIn {
        user,
        lineage,
        provider: browser.provider.clone(),
    };
    answer(cx, request, signed_in, browser.sso.clone()).await
}

/// Answers a request for a user who has just signed in, and signs the browser in. The caller gives the browser
/// its cookie.
///
/// # Errors
/// What makes tokens refuses; a pool deleted meanwhile.
pub async fn finish(
    cx: &Context,
    request: &AuthorizeRequest,
    signed_in: SignedIn,
) -> Result<Finished, Rejection> {
    let client = &request.client;
    let begun = browser::begin(cx, &client.pool, &client.app, request.version, &signed_in);
    let (browser, sso) = begun.map_err(|error| request.to.failed(&error))?;
    let location = answer(cx, request, signed_in, sso).await?;
    Ok(Finished { location, browser })
}

async fn answer(
    cx: &Context,
    request: &AuthorizeRequest,
    signed_in: SignedIn,
    sso: Option<Arc<str>>,
) -> Result<String, Rejection> {
    let SignedIn {
        user,
        mut lineage,
        provider,
    } = signed_in;
    lineage.granted = Some(Arc::new(request.granted.clone()));
    // Documented: a sign-in through another provider has a nonce even if the app sent none.
    let own = || {
        provider
            .is_some()
            .then(|| cx.entropy.text(Purpose::Tokens, NONCE, 43))
    };
    let nonce = request.nonce.clone().or_else(own);
    match request.to.flow {
        OAuthFlowType::Implicit => implicit(cx, request, &user, &lineage, nonce, sso).await,
        OAuthFlowType::Code | OAuthFlowType::ClientCredentials => {
            Ok(give_code(cx, request, lineage, nonce, sso))
        }
    }
}

/// For how many seconds a browser keeps its cookie: as long as any client takes what is behind it.
pub fn cookie_life(request: &AuthorizeRequest) -> u64 {
    let longest = request.client.pool.read(browser::longest);
    longest.as_secs()
}

const NONCE: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

fn give_code(
    cx: &Context,
    request: &AuthorizeRequest,
    lineage: Lineage,
    nonce: Option<String>,
    sso: Option<Arc<str>>,
) -> String {
    let id = cx.entropy.uuid(Purpose::Sessions);
    let client = &request.client;
    let code = AuthorizationCode {
        client: client.app.id.clone(),
        client_name: client.id(),
        redirect_uri: request.to.redirect_uri.clone(),
        challenge: request.challenge.clone(),
        nonce,
        lineage,
        sso,
        unredeemable: request.is_resource_unknown.then_some(
            "resource of the authorization request is no resource server of the pool; CreateResourceServer \
             makes one",
        ),
    };
    let expires = cx.now().plus(CODE_LIFE);
    client.pool.authorizations.keep_code(id, code, expires);
    request.to.answer(&[("code", &id.to_string())])
}

/// Tokens at once. Where a code would be good for nothing, the app is told (inferred).
async fn implicit(
    cx: &Context,
    request: &AuthorizeRequest,
    user: &Arc<User>,
    lineage: &Lineage,
    nonce: Option<String>,
    sso: Option<Arc<str>>,
) -> Result<String, Rejection> {
    let client = &request.client;
    let refuse = |reason: String| Err(request.to.refuse(Code::InvalidRequest, reason));
    if request.is_resource_unknown {
        return refuse("resource is no resource server of the pool".into());
    }
    let can_read = |attribute: &str| client.app.can_read(attribute);
    if let Some(attribute) = scopes::unreadable(&request.granted, can_read) {
        return refuse(format!(
            "ReadAttributes of the client lacks {attribute}, which a scope lets out"
        ));
    }
    let settings = regional::settings(cx, &client.pool);
    let issue = tokens::Issue {
        pool: &client.pool,
        settings: &settings,
        client: &client.app,
        user,
        lineage,
        source: Source::HostedAuth,
        metadata: &ClientMetadata::new(),
        nonce: nonce.as_deref(),
    };
    let issued = tokens::issue(cx, issue).await;
    let issued = issued.map_err(|error| request.to.failed(&error))?;
    if settings.tracking.enabled {
        let id = &client.app.id;
        sessions::open(cx, &client.pool, id, lineage, &ContextData::default(), sso)
            .map_err(|error| request.to.failed(&error))?;
    }
    let expires_in = issued.expires_in.unwrap_or_default().to_string();
    let mut pairs = Vec::new();
    for (name, token) in [
        ("id_token", &issued.id_token),
        ("access_token", &issued.access_token),
    ] {
        pairs.extend(token.as_ref().map(|token| (name, token.expose())));
    }
    pairs.extend([("token_type", "bearer"), ("expires_in", &expires_in)]);
    Ok(request.to.answer(&pairs))
}
