//! Documents of others over HTTP/1.1, with or without TLS, as far as the policy lets a request go.

use std::time::Duration;

use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Bytes;
use hyper::header::{
    ACCEPT, AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, HOST, HeaderMap, LOCATION, USER_AGENT,
};
use hyper::{Method, Request, Response, StatusCode};
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};

use super::dial::Dialer;
use crate::outbound::{Asked, Fetched, Fetching, NoOutbound, NotFetched, Outbound, Reach, Url};

/// Longest time for a whole fetch, redirects and the wait for a place included. A sign-in waits for it.
const PATIENCE: Duration = Duration::from_secs(5);

/// Longest document: metadata of many certificates has some tens of kibibytes.
const LARGEST: usize = 1024 * 1024;

/// Documented.
const MOST_REDIRECTS: usize = 20;

/// Fetches under way at once; further ones wait.
const AT_ONCE: usize = 16;

/// What carries requests of our own as far as `reach` allows.
pub(crate) fn outbound(reach: Reach) -> Box<dyn Outbound> {
    match reach {
        Reach::None => Box::new(NoOutbound),
        Reach::Local | Reach::Any => Box::new(HttpOutbound {
            dialer: Dialer::new(reach),
            places: Semaphore::new(AT_ONCE),
            patience: PATIENCE,
        }),
    }
}

struct HttpOutbound {
    dialer: Dialer,
    places: Semaphore,
    patience: Duration,
}

impl Outbound for HttpOutbound {
    fn get<'a>(&'a self, url: &'a str) -> Fetching<'a> {
        Box::pin(self.in_time(self.follow(url, None)))
    }

    fn send<'a>(&'a self, asked: &'a Asked) -> Fetching<'a> {
        Box::pin(self.in_time(self.follow(&asked.url, Some(asked))))
    }
}

fn failed<T>(reason: String) -> Result<T, NotFetched> {
    Err(NotFetched::Failed(reason))
}

/// Where a redirect leads, which must be the same server.
fn redirected(from: &Url, location: &str) -> Result<Url, NotFetched> {
    if location.starts_with('/') && !location.starts_with("//") {
        let path = location.split('#').next().unwrap_or_default();
        return Ok(from.at_path(path));
    }
    let next = Url::parse(location).map_err(NotFetched::Failed)?;
    let is_same = next.is_secure() == from.is_secure()
        && next.port() == from.port()
        && next.host().eq_ignore_ascii_case(from.host());
    if !is_same {
        return failed("the answer redirects to another server, which is not followed".into());
    }
    Ok(next)
}

impl HttpOutbound {
    async fn in_time(
        &self,
        work: impl Future<Output = Result<Fetched, NotFetched>>,
    ) -> Result<Fetched, NotFetched> {
        let until = Instant::now() + self.patience;
        let seconds = self.patience.as_secs();
        let is_full = self.places.available_permits() == 0;
        let Ok(_place) = timeout_at(until, self.places.acquire()).await else {
            return failed(format!(
                "not asked: {AT_ONCE} other requests were under way for {seconds} seconds"
            ));
        };
        let fetch = timeout_at(until, work).await;
        fetch.unwrap_or_else(|_elapsed| {
            let waited = if is_full {
                format!("; a part of them went by while {AT_ONCE} other requests were under way")
            } else {
                String::new()
            };
            Err(NotFetched::TimedOut(format!(
                "no whole answer within {seconds} seconds{waited}"
            )))
        })
    }

    /// Asks, and follows redirects; what carries a form or a secret is sent once, and no further.
    async fn follow(&self, url: &str, asked: Option<&Asked>) -> Result<Fetched, NotFetched> {
        let mut url = Url::parse(url).map_err(NotFetched::Failed)?;
        let mut is_redirected = false;
        for _ in 0..=MOST_REDIRECTS {
            let answer = self.ask(&url, asked).await?;
            match answer.location {
                Some(location) if asked.is_none() => {
                    url = redirected(&url, &location)?;
                    is_redirected = true;
                }
                Some(_) | None => {
                    return Ok(Fetched {
                        is_redirected,
                        ..answer.fetched
                    });
                }
            }
        }
        failed(format!("more than {MOST_REDIRECTS} redirects"))
    }

    async fn ask(&self, url: &Url, asked: Option<&Asked>) -> Result<Answer, NotFetched> {
        let mut connection = self.dialer.connect(url).await?;
        let broken = |error: hyper::Error| NotFetched::Failed(format!("no answer: {error}"));
        let form = asked.and_then(|asked| asked.form.as_deref());
        let method = if form.is_some() {
            Method::POST
        } else {
            Method::GET
        };
        let mut request = Request::builder()
            .method(method)
            .uri(url.path_and_query())
            .header(HOST, url.authority())
            // Documented.
            .header(USER_AGENT, "Amazon/Cognito")
            .header(ACCEPT, "*/*");
        if form.is_some() {
            request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        if let Some(authorization) = asked.and_then(|asked| asked.authorization.as_deref()) {
            request = request.header(AUTHORIZATION, authorization);
        }
        let body = form.map_or_else(Bytes::new, |form| Bytes::copy_from_slice(form.as_bytes()));
        let request = request
            .body(Full::new(body))
            .map_err(|error| NotFetched::Failed(error.to_string()))?;
        let asked = connection.sender.send_request(request).await;
        let answer = asked.map_err(broken)?;
        let location = redirect(&answer);
        let status = answer.status().as_u16();
        let max_age = max_age(answer.headers());
        let body = Limited::new(answer.into_body(), LARGEST)
            .collect()
            .await
            .map_err(|error| NotFetched::Failed(format!("no whole answer: {error}")))?;
        Ok(Answer {
            fetched: Fetched {
                status,
                body: body.to_bytes().to_vec(),
                max_age,
                is_redirected: false,
            },
            location,
        })
    }
}

/// An answer, and where it redirects to.
struct Answer {
    fetched: Fetched,
    location: Option<String>,
}

/// The `max-age` of `Cache-Control` (RFC 9111 section 5.2.2.1).
fn max_age(headers: &HeaderMap) -> Option<Duration> {
    let lines = headers.get_all(CACHE_CONTROL).into_iter();
    let mut directives = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','));
    directives.find_map(|directive| {
        let (name, value) = directive.split_once('=')?;
        let seconds = value.trim().trim_matches('"').parse().ok()?;
        let is_max_age = name.trim().eq_ignore_ascii_case("max-age");
        is_max_age.then(|| Duration::from_secs(seconds))
    })
}

fn redirect<B>(answer: &Response<B>) -> Option<String> {
    let redirects = matches!(
        answer.status(),
        StatusCode::MOVED_PERMANENTLY
            | StatusCode::FOUND
            | StatusCode::SEE_OTHER
            | StatusCode::TEMPORARY_REDIRECT
            | StatusCode::PERMANENT_REDIRECT
    );
    let location = answer.headers().get(LOCATION).filter(|_| redirects)?;
    location.to_str().ok().map(str::to_owned)
}

#[cfg(test)]
#[path = "tests/outbound.rs"]
mod tests;
