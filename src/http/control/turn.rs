//! `/_poolhouse/turn`: clients that need the server for themselves take it one after the other.

use std::time::Duration;

use hyper::{Method, StatusCode};
use serde_json::json;

use super::members::Members;
use super::page;
use super::route::{Answer, Call, Content, Refused, Route, Serve, Waiting};
use crate::control::turn::{LEASE, MOST_WAITING, NotTaken};
use crate::http::query;

const TAKES: &str = r#"{"holder":"suite-1"}, and "wait":"20s" to wait while it is another's turn, and "lease":"5s" for less than 30 s"#;

pub(super) const ROUTE: Route = Route {
    path: "turn",
    methods: &[Method::GET, Method::HEAD, Method::POST],
    about: r#"whose turn it is, of clients that need the server for themselves; POST {"holder":"suite-1","wait":"20s"} takes it or keeps it for 30 s more"#,
    serve: Serve::Work(serve),
};

pub(super) const ONE: Route = Route {
    path: "turn/HOLDER",
    methods: &[Method::DELETE],
    about: "gives the turn back",
    serve: Serve::Change {
        show: |_| Err(Refused::bad_request("a turn takes DELETE")),
        change: |call, _| give_back(call),
    },
};

/// Who may hold it: what a path and a log show as it is.
fn is_name(text: &str) -> bool {
    let takes = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    (1..=64).contains(&text.len()) && text.bytes().all(takes) && !text.bytes().all(|it| it == b'.')
}

fn serve<'a>(call: &'a Call<'a>, body: &'a [u8]) -> Waiting<'a> {
    Box::pin(async move {
        let turn = &call.door.shared.turn;
        if call.method != Method::POST {
            return Ok(shown(turn.holder().as_deref(), None));
        }
        let members = Members::read(body, &["holder", "wait", "lease"], TAKES)?;
        let holder = members.text("holder")?;
        let holder = holder.filter(|holder| is_name(holder)).ok_or_else(|| {
            let text = "holder: a name has 1 to 64 letters, digits, dots, underscores and hyphens";
            Refused::bad_request(format!("{text}; the body takes {TAKES}"))
        })?;
        let wait = members.text("wait")?;
        let wait = wait.map_or(Ok(Duration::ZERO), |wait| page::wait(&wait))?;
        let lease = members.text("lease")?;
        let lease = lease.map_or(Ok(LEASE), |lease| page::wait(&lease))?;
        let taken = tokio::select! {
            // One that has left takes no turn, though it is free by now.
            biased;
            () = call.peer.left() => return Err(Refused::bad_request("the client has left")),
            () = call.door.stopped() => {
                let text = "the server stops".to_owned();
                return Err(Refused(StatusCode::SERVICE_UNAVAILABLE, text));
            }
            taken = turn.take(&holder, lease, wait) => taken,
        };
        match taken {
            Ok(taken) => Ok(shown(Some(&holder), taken.left.as_deref())),
            Err(NotTaken::Of(other)) => Err(Refused(
                StatusCode::CONFLICT,
                format!("it is the turn of {other}; ask again, or give a longer wait"),
            )),
            Err(NotTaken::TooManyWait) => Err(Refused(
                StatusCode::SERVICE_UNAVAILABLE,
                format!("{MOST_WAITING} wait already, and no more may at once"),
            )),
        }
    })
}

fn shown(holder: Option<&str>, left: Option<&str>) -> Content {
    let body = json!({ "holder": holder, "left": left });
    Content::Json(body.to_string().into())
}

fn give_back(call: &Call<'_>) -> Answer {
    let holder = query::decoded_path(call.path.get(1).copied().unwrap_or_default());
    let is_own = call.door.shared.turn.give_back(&holder);
    let body = json!({ "given_back": is_own });
    Ok(Content::Json(body.to_string().into()))
}
