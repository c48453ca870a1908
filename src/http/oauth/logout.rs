//! `/logout`.

use super::Call;
use super::answer::{redirect, rejected};
use super::cookies::{self, Setter};
use crate::http::reply::Reply;
use crate::oauth::browser::HOUR;
use crate::oauth::logout;

/// Signs the browser out, and sends it on.
pub(super) async fn serve(call: &Call<'_>) -> Reply {
    let mut cookie = cookies::session(&call.head.headers);
    let gone = logout::logout(&call.cx, &call.site, &call.query, &mut cookie).await;
    match gone {
        Ok(location) => {
            let mut reply = redirect(call, &location);
            let mut setter = Setter::new(reply.headers_mut(), &call.site.base);
            setter.session(&cookie, HOUR.as_secs());
            reply
        }
        Err(rejection) => rejected(call, &rejection),
    }
}
