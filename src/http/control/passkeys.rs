//! `/_poolhouse/passkeys`: a software authenticator, named as browsers name what it does:
//! `passkeys/create` makes a passkey, `passkeys/get` has one sign.

use std::sync::Arc;

use hyper::{Method, StatusCode};
use serde_json::{Value, json};

use super::members;
use super::page::{self, page};
use super::route::{Answer, Call, Content, Refused, Route, Serve, Waiting};
use crate::control::passkeys::{Assertion, Creation, Held};
use crate::error::Refusal;

const METHODS: &[Method] = &[Method::GET, Method::HEAD, Method::DELETE];

pub(super) const ROUTE: Route = Route {
    path: "passkeys",
    methods: METHODS,
    about: "passkeys of a software authenticator; DELETE drops them",
    serve: Serve::Change {
        show: |call| {
            let held = call.door.shared.authenticator.all();
            Ok(Content::Json(page(
                "passkeys",
                held.iter().map(Held::view),
                page::LIMIT,
            )))
        },
        change: |call, _| Ok(deleted(call.door.shared.authenticator.clear())),
    },
};

pub(super) const ONE: Route = Route {
    path: "passkeys/ID",
    methods: METHODS,
    about: "a passkey of the software authenticator; DELETE drops it",
    serve: Serve::Change {
        show: |call| {
            let held = call.door.shared.authenticator.with_id(id(call));
            let held = held.ok_or_else(|| unknown(id(call)))?;
            Ok(Content::Json(held.view().to_string().into()))
        },
        change: |call, _| match call.door.shared.authenticator.remove(id(call)) {
            true => Ok(deleted(1)),
            false => Err(unknown(id(call))),
        },
    },
};

pub(super) const CREATE: Route = Route {
    path: "passkeys/create",
    methods: &[Method::POST],
    about: r#"makes a passkey; POST {"options":…} with the CredentialCreationOptions of StartWebAuthnRegistration"#,
    serve: Serve::Work(create),
};

pub(super) const GET: Route = Route {
    path: "passkeys/get",
    methods: &[Method::POST],
    about: r#"has a passkey sign; POST {"options":…} with CREDENTIAL_REQUEST_OPTIONS of WEB_AUTHN"#,
    serve: Serve::Work(get),
};

fn id<'a>(call: &Call<'a>) -> &'a str {
    call.path.last().copied().unwrap_or_default()
}

fn unknown(id: &str) -> Refused {
    Refused(
        StatusCode::NOT_FOUND,
        format!("there is no passkey {id}; /_poolhouse/passkeys lists them"),
    )
}

fn deleted(count: usize) -> Content {
    Content::Json(json!({ "deleted": count }).to_string().into())
}

fn create<'a>(call: &'a Call<'a>, body: &'a [u8]) -> Waiting<'a> {
    Box::pin(async move {
        let wrong = |what: String| Refused::bad_request(format!("{what}; {}", Creation::MEMBERS));
        let creation = Creation::read(&members::json(body, Creation::MEMBERS)?).map_err(wrong)?;
        let shared = Arc::clone(&call.door.shared);
        let make = move || {
            let now = shared.clock.now();
            creation.make(&shared.authenticator, &shared.entropy, now)
        };
        let made = call.door.shared.crypto.run(make).await?;
        handed_over(&made.map_err(|_| failed())?)
    })
}

fn get<'a>(call: &'a Call<'a>, body: &'a [u8]) -> Waiting<'a> {
    Box::pin(async move {
        let wrong = |what: String| Refused::bad_request(format!("{what}; {}", Assertion::MEMBERS));
        let assertion =
            Assertion::read(&members::json(body, Assertion::MEMBERS)?).map_err(wrong)?;
        let shared = Arc::clone(&call.door.shared);
        let sign = move || assertion.sign(&shared.authenticator);
        let signed = call.door.shared.crypto.run(sign).await?;
        let signed = signed.map_err(|why| why.map_or_else(failed, Refused::bad_request));
        handed_over(&signed?)
    })
}

fn failed() -> Refused {
    Refused::from(Refusal::Internal.because("there is no memory or no entropy left for keys"))
}

/// As an object, which CompleteWebAuthnRegistration takes, and as text, which CREDENTIAL takes.
fn handed_over(credential: &Value) -> Answer {
    let body = json!({ "credential": credential, "credentialJson": credential.to_string() });
    Ok(Content::Json(body.to_string().into()))
}
