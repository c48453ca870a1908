//! `/oauth2/authorize`.

use super::Call;
use super::answer::{redirect, rejected};
use super::cookies::{self, Setter};
use crate::entropy::Purpose;
use crate::http::reply::Reply;
use crate::oauth::authorize::{self, Next};
use crate::oauth::error::Rejection;
use crate::oauth::request::AuthorizeRequest;

/// Sends the browser back to the app, or on to sign in. The query goes on as it came (observed).
pub(super) async fn serve(call: &Call<'_>) -> Reply {
    let next = match lead(call).await {
        Ok(next) => next,
        Err(rejection) => return rejected(call, &rejection),
    };
    let location = match next {
        Next::Back(location) => return redirect(call, &location),
        Next::SignIn => format!("{}/login?{}", call.site.base, call.raw_query()),
        Next::Provider(name) => {
            let rejection = Rejection::on_page(
                "invalid_request",
                call.query.get("client_id"),
                format!("sign-in by the identity provider {name} is not served yet"),
            );
            return rejected(call, &rejection);
        }
    };
    let mut reply = redirect(call, &location);
    let mut cookies = Setter::new(reply.headers_mut(), &call.site.base);
    // Kept where there is one, so that a page that is open in another tab goes on.
    let token = cookies::csrf(&call.head.headers);
    cookies.csrf(token.unwrap_or_else(|| call.cx.entropy.uuid(Purpose::Requests)));
    cookies.csrf_state(call.cx.entropy.uuid(Purpose::Requests));
    reply
}

async fn lead(call: &Call<'_>) -> Result<Next, Rejection> {
    let query = call.raw_query();
    let request = AuthorizeRequest::read(&call.cx, &call.site, query, &call.query).await?;
    let cookie = cookies::session(&call.head.headers);
    authorize::authorize(&call.cx, &request, &cookie).await
}
