//! `/oauth2/authorize`.

use uuid::Uuid;

use super::Call;
use super::answer::{redirect, rejected};
use super::cookies::{self, Setter};
use crate::dispatch::quotas::{self, Step};
use crate::entropy::Purpose;
use crate::http::reply::Reply;
use crate::oauth::authorize::{self, Next};
use crate::oauth::error::Rejection;
use crate::oauth::federation;
use crate::oauth::request::AuthorizeRequest;

/// Sends the browser back to the app, or on to sign in. The query goes on as it came (observed).
pub(super) async fn serve(call: &Call<'_>) -> Reply {
    let csrf_state = call.cx.entropy.uuid(Purpose::Requests);
    let location = match lead(call, csrf_state).await {
        Ok(Lead::Back(location)) => return redirect(call, &location),
        Ok(Lead::Away(location)) => location,
        Err(rejection) => return rejected(call, &rejection),
    };
    let mut reply = redirect(call, &location);
    let mut cookies = Setter::new(reply.headers_mut(), &call.site.base);
    // Kept where there is one, so that a page that is open in another tab goes on.
    let token = cookies::csrf(&call.head.headers);
    cookies.csrf(token.unwrap_or_else(|| call.cx.entropy.uuid(Purpose::Requests)));
    cookies.csrf_state(csrf_state);
    reply
}

/// Where the browser goes.
enum Lead {
    /// Back to the app.
    Back(String),
    /// To where somebody signs in.
    Away(String),
}

async fn lead(call: &Call<'_>, csrf_state: Uuid) -> Result<Lead, Rejection> {
    let query = call.raw_query();
    let request = AuthorizeRequest::read(&call.cx, &call.site, query, &call.query).await?;
    let cookie = cookies::session(&call.head.headers);
    Ok(
        match authorize::authorize(&call.cx, &request, &cookie).await? {
            Next::Back(location) => Lead::Back(location),
            Next::SignIn => Lead::Away(format!("{}/login?{query}", call.site.base)),
            Next::Provider(name) => {
                let admitted = quotas::admit_step(&call.cx, &request.client.pool, Step::Federation);
                admitted.map_err(|error| request.to.failed(&error))?;
                let (cx, site, browser) = (&call.cx, &call.site, csrf_state.to_string());
                let to = federation::begin(cx, site, &request, &call.query, &name, &browser).await;
                Lead::Away(to?)
            }
        },
    )
}
