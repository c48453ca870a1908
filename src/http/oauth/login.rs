//! `/login`: name and password, with the names that the fields have in AWS's classic pages.

use hyper::{Method, StatusCode};

use super::Call;
use super::answer::{page, page_because, redirect, rejected};
use super::cookies::{self, Setter};
use crate::dispatch::quotas;
use crate::entropy::Purpose;
use crate::http::reply::Reply;
use crate::http::{html, query};
use crate::model::Secret;
use crate::model::cognito_idp::Operation;
use crate::oauth::authorize::{self, Finished};
use crate::oauth::error::Rejection;
use crate::oauth::federation;
use crate::oauth::request::{AuthorizeRequest, Wanted};
use crate::user_pool::auth::door::{Outcome, SignedIn};
use crate::user_pool::auth::hosted::{self, Place};
use crate::user_pool::federation::round_trip::Offered;

/// Shows the form, or takes it.
pub(super) async fn serve(call: &Call<'_>) -> Reply {
    let query = call.raw_query();
    let read = AuthorizeRequest::read(&call.cx, &call.site, query, &call.query).await;
    let request = match read {
        Ok(request) => request,
        Err(rejection) => return rejected(call, &rejection),
    };
    let taken = if call.head.method == Method::POST {
        take(call, &request).await
    } else {
        show(call, &request).await
    };
    taken.unwrap_or_else(|rejection| rejected(call, &rejection))
}

/// The form; a browser that is signed in goes straight back, as from `/oauth2/authorize` (inferred).
async fn show(call: &Call<'_>, request: &AuthorizeRequest) -> Result<Reply, Rejection> {
    if request.wanted == Some(Wanted::Unavailable) {
        let text = "Login option is not available. Please try another one";
        let reason =
            "identity_provider or idp_identifier names no provider that pool and app client have";
        let body = html::document("Signin", &format!("<p>{text}</p>\n"));
        return Ok(page_because(call, StatusCode::UNAUTHORIZED, body, reason));
    }
    let cookie = cookies::session(&call.head.headers);
    let session = authorize::usable(&call.cx, request, &cookie);
    let asks = request.prompt.login || request.prompt.select_account;
    if let Some((browser, user)) = session.filter(|_| !asks) {
        let location = authorize::go_on(&call.cx, request, &browser, user).await?;
        return Ok(redirect(call, &location));
    }
    Ok(form(call, request, None))
}

async fn take(call: &Call<'_>, request: &AuthorizeRequest) -> Result<Reply, Rejection> {
    let token = cookies::csrf(&call.head.headers).map(|token| token.to_string());
    let sent = call.form.get("_csrf").or_else(|| call.form.get("csrf"));
    if token.is_none() || token.as_deref() != sent {
        // That AWS shows the form again is inferred.
        let fault =
            "the form has the value of the cookie XSRF-TOKEN as _csrf: send both back as they came";
        return Ok(form(
            call,
            request,
            Some(("The page has expired. Please sign in again.", fault)),
        ));
    }
    let field = |name| call.form.get(name).unwrap_or_default().to_owned();
    let place = Place {
        pool: request.client.pool.clone(),
        client: request.client.app.clone(),
        levels: request.acr_values.clone(),
    };
    let admitted = quotas::admit_page(&call.cx, &place.pool, Operation::InitiateAuth);
    if let Err(error) = admitted {
        return Ok(form(
            call,
            request,
            Some((&error.message(), error.reason())),
        ));
    }
    let password = Secret::from(field("password"));
    let outcome = hosted::with_password(&call.cx, &place, field("username"), password).await;
    match outcome {
        Ok(Outcome::SignedIn(signed_in)) => signed_in_by(call, request, *signed_in).await,
        Ok(Outcome::Challenge { name, .. }) => {
            let reason = format!("the sign-in goes on with {name}, whose page is not served yet");
            Ok(form(
                call,
                request,
                Some(("This sign-in goes on with a further step.", &reason)),
            ))
        }
        Ok(Outcome::Tokens(_)) => Ok(form(call, request, None)),
        Err(error) => Ok(form(
            call,
            request,
            Some((&error.message(), error.reason())),
        )),
    }
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
    Setter::new(reply.headers_mut(), &call.site.base)
        .session(&cookie, authorize::cookie_life(request));
    Ok(reply)
}

/// A link for each provider of the client.
fn providers(call: &Call<'_>, request: &AuthorizeRequest) -> String {
    let link = |offered: Offered| {
        let name = [("identity_provider", &*offered.name)];
        let to = format!(
            "{}/oauth2/authorize?{}&{}",
            call.site.base,
            call.raw_query(),
            query::encoded(&name)
        );
        format!(
            "<p><a href=\"{}\">Continue with {}</a></p>\n",
            html::escaped(&to),
            html::escaped(&offered.name)
        )
    };
    let offered = federation::offered(&request.client).into_iter();
    offered.map(link).collect()
}

/// The form, with what was wrong the last time: for the user, and the reason.
fn form(call: &Call<'_>, request: &AuthorizeRequest, fault: Option<(&str, &str)>) -> Reply {
    let known = cookies::csrf(&call.head.headers);
    let token = known.unwrap_or_else(|| call.cx.entropy.uuid(Purpose::Requests));
    let error = fault.map_or_else(String::new, |(text, _)| {
        let text = html::escaped(text);
        format!("<p id=\"loginErrorMessage\" class=\"errorMessage-customizable\">{text}</p>\n")
    });
    let hint = html::escaped(request.login_hint.as_deref().unwrap_or_default());
    let action = html::escaped(&format!("{}/login?{}", call.site.base, call.raw_query()));
    let body = format!(
        "{error}<form name=\"cognitoSignInForm\" class=\"cognito-asf\" method=\"POST\" action=\"{action}\">\n\
         <input type=\"hidden\" name=\"_csrf\" value=\"{token}\">\n\
         <p><label>Username <input id=\"signInFormUsername\" name=\"username\" value=\"{hint}\" \
         autocapitalize=\"none\" required></label></p>\n\
         <p><label>Password <input id=\"signInFormPassword\" name=\"password\" type=\"password\" required>\
         </label></p>\n\
         <input type=\"hidden\" name=\"cognitoAsfData\">\n\
         <input name=\"signInSubmitButton\" type=\"Submit\" value=\"Sign in\" aria-label=\"submit\">\n</form>\n{}",
        providers(call, request)
    );
    let body = html::document("Signin", &body);
    let mut reply = match fault {
        Some((_, reason)) => page_because(call, StatusCode::OK, body, reason),
        None => page(call, StatusCode::OK, body),
    };
    if known.is_none() {
        Setter::new(reply.headers_mut(), &call.site.base).csrf(token);
    }
    reply
}
