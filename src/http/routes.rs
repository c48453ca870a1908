//! The routing table: which part of the server answers a request.

use std::pin::pin;

use hyper::http::request::Parts;
use hyper::{Method, Request, StatusCode};

use super::body::Sent;
use super::call_log::RequestLog;
use super::door::{Door, Peer};
use super::reply::{self, Reply};
use super::well_known::{self, Document};
use super::{
    aws_json, classic_assets, confirm_user, control, cors, faults, home, noted, oauth, origin,
    panics, uploads,
};
use crate::entropy::Purpose;
use crate::error::{CognitoError, Refusal};
use crate::user_pool::import_jobs::upload::Object;

impl Door {
    /// The answer of the routing table, and of a panic.
    pub(super) async fn answer_contained(&self, peer: &Peer, request: Request<Sent>) -> Reply {
        match panics::contained(pin!(self.answer(peer, request))).await {
            Some(reply) => reply,
            None => {
                // How much of the request was read is not known.
                let mut reply = self.refuse_unread(&panics::refusal());
                cors::allow_any(reply.headers_mut());
                reply
            }
        }
    }

    /// The routing table.
    async fn answer(&self, peer: &Peer, request: Request<Sent>) -> Reply {
        let fault = origin::host_fault(request.version(), request.headers());
        let path = request.uri().path();
        if fault.is_none() && request.method() == Method::POST && path == "/" {
            let origin = request.headers().get(hyper::header::ORIGIN).cloned();
            let mut reply = aws_json::serve(self, peer, request).await;
            if origin.is_some() {
                cors::allow_any(reply.headers_mut());
            }
            return reply;
        }
        // Boxed: a future is moved for each request, and is as large as its largest branch.
        Box::pin(self.answer_others(peer, request, fault)).await
    }

    /// What is no call of an operation.
    async fn answer_others(
        &self,
        peer: &Peer,
        request: Request<Sent>,
        fault: Option<&'static str>,
    ) -> Reply {
        let log = RequestLog::start(request.method(), request.uri());
        let (head, body) = request.into_parts();
        let mut note = noted::other(self, peer, &head);
        let request = Request::from_parts(head, body);
        let path = request.uri().path();
        let mut reply = if let Some(fault) = fault {
            self.refuse_unread(&Refusal::HostUnclear.because(fault))
        } else if let Err(error) = self.caught_up(peer).await {
            self.refuse_unread(&error)
        } else if control::is_at(path) {
            control::serve(self, peer, request).await
        } else if self.shared.faults.is_empty() || path == "/health" {
            self.answer_unharmed(peer, request).await
        } else {
            faults::serve(self, peer, request, &mut note).await
        };
        log.end(&reply);
        noted::answered(note, &mut reply);
        reply
    }

    /// What no rule of a test stands in the way of.
    pub(super) async fn answer_unharmed(&self, peer: &Peer, request: Request<Sent>) -> Reply {
        if let Some(object) = Object::at(request.uri().path()) {
            return uploads::serve(self, &object, request).await;
        }
        if let Some(route) = oauth::Route::at(request.uri().path()) {
            return oauth::serve(self, peer, route, request).await;
        }
        let (head, body) = request.into_parts();
        let mut reply = self.answer_without_body(peer, &head).await;
        self.discard(&head.headers, body, &mut reply).await;
        if head.method == Method::HEAD {
            reply::without_body(reply)
        } else {
            reply
        }
    }

    /// Refuses a request that was not read, and with it the rest of its connection.
    fn refuse_unread(&self, error: &CognitoError) -> Reply {
        let request_id = self.shared.entropy.uuid(Purpose::Requests);
        let mut reply = reply::refusal(error, request_id, self.shared.clock.now());
        reply::closing(&mut reply);
        reply
    }

    async fn answer_without_body(&self, peer: &Peer, head: &Parts) -> Reply {
        let now = self.shared.clock.now();
        let reads = head.method == Method::GET || head.method == Method::HEAD;
        let document =
            Document::at(head.uri.path()).filter(|_| !oauth::is_domain(self, peer, head));
        let found = match (head.uri.path(), document) {
            _ if head.method == Method::OPTIONS => {
                let mut reply = reply::empty(StatusCode::OK, now);
                cors::preflight(&head.headers, reply.headers_mut());
                return reply;
            }
            ("/health", _) if reads => Some(reply::json(StatusCode::OK, control::HEALTHY, now)),
            (_, Some(document)) if reads => {
                let served = well_known::serve(self, peer, head, document).await;
                served.map_or_else(|error| self.without_document(&error), Some)
            }
            (path, _) if reads && confirm_user::is_at(path) => {
                Some(confirm_user::serve(self, peer, head).await)
            }
            ("/", _) if reads => home::serve(self, peer, head),
            (path, None) if reads => classic_assets::serve(self, peer, head, path),
            _ => None,
        };
        let mut reply = found.unwrap_or_else(|| {
            if let Some(reply) = oauth::nowhere(self, peer, head) {
                return reply;
            }
            let reason = match (head.uri.path(), document) {
                (_, Some(_)) if reads => "there is no user pool of this id",
                ("/", _) => "operations are called by POST with an X-Amz-Target header",
                _ => "nothing is served at this path and method",
            };
            reply::not_understood(reason, self.shared.entropy.uuid(Purpose::Requests), now)
        });
        if head.headers.contains_key(hyper::header::ORIGIN) {
            cors::allow_any(reply.headers_mut());
        }
        reply
    }
    /// No pool has its own 404; anything else is an answer.
    fn without_document(&self, error: &CognitoError) -> Option<Reply> {
        if matches!(error.refusal, Refusal::UserPoolUnknown { .. }) {
            return None;
        }
        let request_id = self.shared.entropy.uuid(Purpose::Requests);
        let now = self.shared.clock.now();
        Some(reply::refusal(error, request_id, now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// hyper moves the future of each request, byte by byte: one of 8 KiB costs a read a sixth of its
    /// time. What is rare on the way of a call is boxed.
    #[test]
    fn the_future_of_a_request_is_small() {
        fn size<'a, F: Future>(_: fn(&'a Door, &'a Peer, Request<Sent>) -> F) -> usize {
            size_of::<F>()
        }
        let size = size(Door::answer_contained);
        assert!(size < 4096, "{size}");
    }
}
