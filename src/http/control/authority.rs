//! `/_poolhouse/ca.pem`: the certificate of the authority that vouches for this server over TLS.

use hyper::StatusCode;

use super::route::Call;
use super::route::{Content, READS, Refused, Route, Serve, Waiting};

pub(super) const ROUTE: Route = Route {
    path: "ca.pem",
    methods: READS,
    about: "the certificate of the authority that clients of --tls are to trust",
    serve: Serve::Wait(show),
};

fn show<'a>(call: &'a Call<'a>) -> Waiting<'a> {
    Box::pin(async move {
        let Some(tls) = &call.door.tls else {
            let text = "this server speaks no TLS; start Poolhouse with --tls, or use http://";
            return Err(Refused(StatusCode::NOT_FOUND, text.to_owned()));
        };
        let shown = tls.authority().await.map(Content::Pem);
        shown.map_err(|fault| Refused(StatusCode::INTERNAL_SERVER_ERROR, fault))
    })
}
