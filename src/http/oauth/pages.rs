//! The hosted pages on the wire: what a browser brings along, and what it gets. What they do is the business of
//! [`managed_login`](crate::managed_login).

use hyper::header::{CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, HeaderValue};
use hyper::{Method, StatusCode};

use super::Call;
use super::answer::{page, page_because, redirect, rejected};
use super::cookies::{self, Setter};
use crate::dispatch::quotas::{self, Step};
use crate::entropy::Purpose;
use crate::http::reply::Reply;
use crate::managed_login::visit::Shown;
use crate::managed_login::{self, Add, Answer, Browser, Page, Visit};
use crate::model::cognito_idp::Operation;
use crate::oauth::address::{self, Part};
use crate::oauth::authorize::{self, Finished};
use crate::oauth::client::Client;
use crate::oauth::error::Rejection;
use crate::oauth::request::AuthorizeRequest;
use crate::user_pool::auth::door::SignedIn;

/// Answers a visit to a page.
pub(super) async fn serve(call: &Call<'_>, page: Page) -> Reply {
    let served = if page == Page::AddPasskey {
        add_passkey(call).await
    } else {
        visit(call, page).await
    };
    served.unwrap_or_else(|rejection| rejected(call, &rejection))
}

/// `/error`: 400, with a second line where the error is a sentence (observed).
pub(super) fn error(call: &Call<'_>) -> Reply {
    let error = call.query.get("error").unwrap_or_default();
    let mut shown = managed_login::error_page(&call.cx, error);
    shown.reason = Some(
        "the redirect to this page said in x-poolhouse-reason, and the log says, what was wrong"
            .into(),
    );
    document(call, shown)
}

async fn visit(call: &Call<'_>, page: Page) -> Result<Reply, Rejection> {
    let query = call.raw_query();
    let request = AuthorizeRequest::read(&call.cx, &call.site, query, &call.query).await?;
    let headers = &call.head.headers;
    let cookie = cookies::session(headers);
    let session = authorize::usable(&call.cx, &request, &cookie);
    let known = cookies::csrf(headers);
    let browser = Browser {
        csrf: known.unwrap_or_else(|| call.cx.entropy.uuid(Purpose::Requests)),
        is_known: known.is_some(),
        page_data: cookies::value(headers, cookies::PAGE_DATA),
        language: cookies::value(headers, cookies::LANGUAGE),
        user: session.as_ref().map(|(_, user)| user.clone()),
    };
    let visit = Visit::new(&call.cx, &call.site.base, &request, &browser, &call.form);
    let is_post = call.head.method == Method::POST;
    let admitted = match step(page).filter(|_| is_post) {
        Some(step) => quotas::admit_step(&call.cx, &request.client.pool, step),
        None => Ok(()),
    };
    let mut reply = match managed_login::answer(&visit, page, is_post, admitted).await {
        Answer::Page(shown) => document(call, shown),
        Answer::To(path) => redirect(call, &format!("{}{path}?{query}", call.site.base)),
        Answer::Provider(identifier) => {
            // In place of the provider that the request named, if it named one.
            let rest = address::without(query, &["identity_provider", "idp_identifier"]);
            let base = format!("{}/oauth2/authorize?{rest}", call.site.base);
            redirect(
                call,
                &address::with(&base, Part::Query, &[("idp_identifier", &identifier)]),
            )
        }
        Answer::SignedIn(signed_in) => return signed_in_by(call, &request, *signed_in).await,
        Answer::Continue => match session {
            Some((browser, user)) => {
                let location = authorize::go_on(&call.cx, &request, &browser, user).await?;
                redirect(call, &location)
            }
            None => redirect(call, &format!("{}/login?{query}", call.site.base)),
        },
    };
    let mut setter = Setter::new(reply.headers_mut(), &call.site.base);
    if known.is_none() {
        setter.csrf(browser.csrf);
    }
    if let Some(language) = request
        .lang
        .as_deref()
        .filter(|lang| managed_login::speaks(lang))
    {
        setter.language(language);
    }
    Ok(reply)
}

/// What a form of a page counts as.
fn step(page: Page) -> Option<Step> {
    let like = match page {
        Page::Login | Page::Others => Operation::InitiateAuth,
        Page::VerifyPassword
        | Page::SelectChallenge
        | Page::Passkey
        | Page::Code
        | Page::Option
        | Page::Register
        | Page::ResendFactor => return Some(Step::Challenge),
        Page::NewPassword => return Some(Step::NewPassword),
        Page::SignUp => Operation::SignUp,
        Page::Confirm => Operation::ConfirmSignUp,
        Page::ResendCode => Operation::ResendConfirmationCode,
        Page::ForgotPassword => Operation::ForgotPassword,
        Page::ConfirmForgotPassword => Operation::ConfirmForgotPassword,
        Page::AddPasskey => Operation::CompleteWebAuthnRegistration,
        Page::Continue | Page::Back => return None,
    };
    Some(Step::Like(like))
}

/// Sends the browser back to the app, signed in.
async fn signed_in_by(
    call: &Call<'_>,
    request: &AuthorizeRequest,
    signed_in: SignedIn,
) -> Result<Reply, Rejection> {
    let Finished { location, browser } = authorize::finish(&call.cx, request, signed_in).await?;
    let mut reply = redirect(call, &location);
    let mut cookie = cookies::session(&call.head.headers);
    cookie.put(&request.client.pool, browser);
    let mut setter = Setter::new(reply.headers_mut(), &call.site.base);
    setter.session(&cookie, authorize::cookie_life(request));
    if cookies::value(&call.head.headers, cookies::PAGE_DATA).is_some() {
        setter.page_data(None);
    }
    Ok(reply)
}

fn document(call: &Call<'_>, shown: Shown) -> Reply {
    let status = StatusCode::from_u16(shown.status).unwrap_or(StatusCode::OK);
    let mut reply = match &shown.reason {
        Some(reason) => page_because(call, status, shown.html, reason),
        None => page(call, status, shown.html),
    };
    let headers = reply.headers_mut();
    if let Ok(policy) = HeaderValue::try_from(shown.policy) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(shown.language));
    if let Some(state) = &shown.state {
        Setter::new(headers, &call.site.base).page_data(Some(state));
    }
    reply
}

/// `/passkeys/add`, which is no authorization request.
async fn add_passkey(call: &Call<'_>) -> Result<Reply, Rejection> {
    let id = call.query.get("client_id");
    let refuse = |error: &'static str, reason: String| Rejection::on_page(error, id, reason);
    let missing = |name: &str| format!("{name} is missing");
    let client =
        id.ok_or_else(|| refuse("Missing required parameter client_id", missing("client_id")))?;
    let client = Client::find(&call.cx, call.site.pool.as_ref(), client).await;
    let client = client.map_err(|reason| refuse("invalid_request", reason))?;
    let redirect_uri = call.query.get("redirect_uri").ok_or_else(|| {
        refuse(
            "Missing required parameter redirect_uri",
            missing("redirect_uri"),
        )
    })?;
    if !client.callbacks().iter().any(|known| known == redirect_uri) {
        let reason =
            format!("redirect_uri is {redirect_uri:?}, which CallbackURLs of the client lacks");
        return Err(refuse("redirect_mismatch", reason));
    }
    let main = |state: &crate::store::user_pool::state::PoolState| {
        state
            .domains
            .main()
            .map(|domain| domain.managed_login_version)
    };
    let version = call.site.version.or_else(|| client.pool.read(main));
    if version == Some(1) {
        let reason = "the domain has the classic pages, which know no passkeys".to_owned();
        return Err(refuse("invalid_request", reason));
    }
    let headers = &call.head.headers;
    let signed_in =
        cookies::session(headers).signed_in(&call.cx, &client.pool, &client.app, version);
    let known = cookies::csrf(headers);
    let csrf = known.unwrap_or_else(|| call.cx.entropy.uuid(Purpose::Requests));
    let asked = call
        .query
        .get("lang")
        .filter(|lang| managed_login::speaks(lang));
    let add = Add {
        client: &client,
        version,
        base: &call.site.base,
        query: call.raw_query(),
        redirect_uri,
        user: signed_in.map(|(_, user)| user),
        csrf: (csrf, known.is_some()),
        language: asked.or_else(|| cookies::value(headers, cookies::LANGUAGE)),
        form: (call.head.method == Method::POST).then_some(&call.form),
    };
    if let (Some(step), Some(_)) = (step(Page::AddPasskey), add.form) {
        let admitted = quotas::admit_step(&call.cx, &client.pool, step);
        admitted.map_err(|error| refuse("invalid_request", error.reason().to_owned()))?;
    }
    let made = managed_login::add_passkey(&call.cx, &add).await;
    let made = made.map_err(|error| refuse("invalid_request", error.reason().to_owned()))?;
    let mut reply = match made {
        Ok(shown) => document(call, shown),
        Err(location) => redirect(call, &location),
    };
    if known.is_none() {
        Setter::new(reply.headers_mut(), &call.site.base).csrf(csrf);
    }
    Ok(reply)
}
