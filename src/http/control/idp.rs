//! `/_poolhouse/idp`: the stand-in identity provider as browsers and apps find it, and whom it knows.

use std::sync::Arc;

use hyper::header::{
    AUTHORIZATION, CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderValue, LOCATION, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use hyper::{Method, StatusCode};

use super::members;
use super::route::{Answer, Call, Content, READS, Refused, Route, Serve, Waiting};
use crate::context::Context;
use crate::control::people::TAKES;
use crate::error::CognitoError;
use crate::form;
use crate::http::reply::{self, Reply};
use crate::outbound::Asked;
use crate::user_pool::stand_in::{self, ORIGIN, PATH, Shown, openid, page, saml};

const READS_AND_POST: &[Method] = &[Method::GET, Method::HEAD, Method::POST];

pub(super) const ROUTE: Route = Route {
    path: "idp",
    methods: READS,
    about: "the stand-in identity provider",
    serve: Serve::Show(|call| Ok(shown(call, Shown::Page(page::about())))),
};

pub(super) const AUTHORIZE: Route = Route {
    path: "idp/authorize",
    methods: READS_AND_POST,
    about: "its authorization endpoint; poolhouse_person=jane leaves the page out",
    serve: Serve::Work(|call, body| Box::pin(async move { Ok(authorize(call, body)) })),
};

pub(super) const TOKEN: Route = Route {
    path: "idp/token",
    methods: READS_AND_POST,
    about: "its token endpoint; any client with any secret",
    serve: Serve::Work(back),
};

pub(super) const USERINFO: Route = Route {
    path: "idp/userinfo",
    methods: READS_AND_POST,
    about: "its userinfo endpoint",
    serve: Serve::Work(back),
};

pub(super) const KEYS: Route = Route {
    path: "idp/jwks.json",
    methods: READS,
    about: "its keys",
    serve: Serve::Work(back),
};

pub(super) const METADATA: Route = Route {
    path: "idp/saml/metadata",
    methods: READS,
    about: "its SAML metadata",
    serve: Serve::Work(back),
};

pub(super) const DISCOVERY: Route = Route {
    path: "idp/.well-known/openid-configuration",
    methods: READS,
    about: "its discovery document",
    serve: Serve::Show(|call| {
        let base = format!("{}{PATH}", context(call).base_url());
        Ok(Content::Json(openid::discovery(&base).into()))
    }),
};

pub(super) const SIGN_ON: Route = Route {
    path: "idp/saml/sso",
    methods: READS_AND_POST,
    about: "its SAML single sign-on service; poolhouse_person=jane leaves the page out",
    serve: Serve::Work(|call, body| {
        Box::pin(async move {
            let cx = context(call);
            let (given, is_posted) = given(call, body);
            saml_shown(call, saml::sign_on(&cx, &given, is_posted).await)
        })
    }),
};

pub(super) const SIGN_OUT: Route = Route {
    path: "idp/saml/logout",
    methods: READS_AND_POST,
    about: "its SAML single logout service",
    serve: Serve::Work(|call, body| {
        Box::pin(async move {
            let cx = context(call);
            saml_shown(call, saml::sign_out(&cx, &given(call, body).0).await)
        })
    }),
};

pub(super) const PEOPLE: Route = Route {
    path: "idp/people",
    methods: &[Method::GET, Method::HEAD, Method::PUT, Method::DELETE],
    about: r#"whom it knows, and who signs in without a page; PUT {"people":[{"id":"jane","email":"jane@example.com"}],"signIn":"jane"}, DELETE for those of the beginning"#,
    serve: Serve::Change {
        show: |call| Ok(people(call)),
        change: |call, body| {
            let known = &call.door.shared.people;
            if call.method == Method::DELETE {
                known.reset();
            } else {
                let told = members::json(body, &format!("it takes {TAKES}"))?;
                known
                    .replace(&told)
                    .map_err(|wrong| Refused::bad_request(format!("{wrong}; it takes {TAKES}")))?;
            }
            Ok(people(call))
        },
    },
};

/// Whether a page of any site may lead here: a sign-in comes from wherever the app is, and what the protocols
/// have does nothing but sign somebody in at the stand-in. What a test tells is not among it.
pub(super) fn is_open(path: &str) -> bool {
    path.strip_prefix(PATH)
        .is_some_and(|rest| rest.starts_with('/') && rest.trim_end_matches('/') != "/people")
}

fn people(call: &Call<'_>) -> Content {
    Content::Json(call.door.shared.people.view().to_string().into())
}

fn context(call: &Call<'_>) -> Context {
    let caller = call.door.caller(call.peer, call.head);
    Context::new(Arc::clone(&call.door.shared), caller)
}

/// The parameters, and whether they came by a form.
fn given(call: &Call<'_>, body: &[u8]) -> (Vec<(String, String)>, bool) {
    let mut given = form::pairs(call.query);
    given.extend(form::pairs(&String::from_utf8_lossy(body)));
    (given, call.method == Method::POST)
}

fn authorize(call: &Call<'_>, body: &[u8]) -> Content {
    let (given, is_posted) = given(call, body);
    shown(call, openid::authorize(&context(call), &given, is_posted))
}

/// What is answered without a browser.
fn back<'a>(call: &'a Call<'a>, body: &'a [u8]) -> Waiting<'a> {
    Box::pin(async move {
        let path = call.head.uri.path().strip_prefix(PATH).unwrap_or_default();
        let authorization = call.headers.get(AUTHORIZATION);
        let asked = Asked {
            url: format!("{ORIGIN}{}?{}", path.trim_end_matches('/'), call.query),
            authorization: authorization
                .and_then(|value| value.to_str().ok())
                .map(str::to_owned),
            form: Some(String::from_utf8_lossy(body).into_owned()),
        };
        let answer = stand_in::answer(&context(call), &asked).await?;
        let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
        let now = call.door.shared.clock.now();
        let is_xml = path.starts_with("/saml/");
        let mut reply = if is_xml {
            reply::file("application/samlmetadata+xml", answer.body, now)
        } else {
            reply::json(status, answer.body, now)
        };
        reply
            .headers_mut()
            .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        Ok(Content::Whole(Box::new(reply)))
    })
}

fn saml_shown(call: &Call<'_>, outcome: Result<Shown, CognitoError>) -> Answer {
    Ok(shown(call, outcome?))
}

fn shown(call: &Call<'_>, shown: Shown) -> Content {
    let now = call.door.shared.clock.now();
    let mut reply: Reply = match shown {
        Shown::Page(page) => reply::html(StatusCode::OK, page, now),
        Shown::Wrong(text) => {
            let mut reply = reply::html(StatusCode::BAD_REQUEST, page::wrong(&text), now);
            reply
                .headers_mut()
                .insert(reply::REASON, reply::safe_header(&text));
            reply
        }
        Shown::Redirect(to) => {
            let mut reply = reply::empty(StatusCode::FOUND, now);
            // What is no header is no address either: the parts of one are checked or encoded.
            if let Ok(to) = HeaderValue::try_from(to) {
                reply.headers_mut().insert(LOCATION, to);
            }
            reply
        }
    };
    let headers = reply.headers_mut();
    if let Ok(policy) = HeaderValue::try_from(page::policy()) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    for (name, value) in [
        (CACHE_CONTROL, "no-store"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    Content::Whole(Box::new(reply))
}
