//! Requests of our own over HTTP/1.1, with or without TLS.
//!
//! A name is resolved once, its addresses are held against the policy, and the connection goes to the
//! very address that passed. Nothing is loaded before the first `https` request; certificates are
//! those that the system trusts, or those of `SSL_CERT_FILE` and `SSL_CERT_DIR`.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt as _, Empty, Limited};
use hyper::body::Bytes;
use hyper::header::{ACCEPT, CACHE_CONTROL, HOST, HeaderMap, LOCATION, USER_AGENT};
use hyper::{Request, Response, StatusCode, Uri};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::{OnceCell, Semaphore};
use tokio::time::{Instant, timeout, timeout_at};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto};

use super::origin::parse_port;
use crate::outbound::{Fetched, Fetching, NoOutbound, NotFetched, Outbound, Reach};

/// Longest time for a whole fetch, redirects and the wait for a place included. A sign-in waits for it.
const PATIENCE: Duration = Duration::from_secs(5);

/// Longest time to find a name's addresses, and to reach one of them.
const STEP: Duration = Duration::from_secs(2);

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
            reach,
            tls: OnceCell::new(),
            places: Semaphore::new(AT_ONCE),
            patience: PATIENCE,
        }),
    }
}

struct HttpOutbound {
    reach: Reach,
    tls: OnceCell<TlsConnector>,
    places: Semaphore,
    patience: Duration,
}

impl Outbound for HttpOutbound {
    fn get<'a>(&'a self, url: &'a str) -> Fetching<'a> {
        Box::pin(async move {
            let until = Instant::now() + self.patience;
            let seconds = self.patience.as_secs();
            let is_full = self.places.available_permits() == 0;
            let Ok(_place) = timeout_at(until, self.places.acquire()).await else {
                return failed(format!(
                    "not asked: {AT_ONCE} other requests were under way for {seconds} seconds"
                ));
            };
            let fetch = timeout_at(until, self.follow(url)).await;
            fetch.unwrap_or_else(|_elapsed| {
                let waited = if is_full {
                    format!(
                        "; a part of them went by while {AT_ONCE} other requests were under way"
                    )
                } else {
                    String::new()
                };
                failed(format!("no whole answer within {seconds} seconds{waited}"))
            })
        })
    }
}

fn failed<T>(reason: String) -> Result<T, NotFetched> {
    Err(NotFetched::Failed(reason))
}

/// Where a URL leads.
struct Target {
    uri: Uri,
    secure: bool,
    host: String,
    port: u16,
}

impl Target {
    fn parse(url: &str) -> Result<Self, NotFetched> {
        let wrong = || NotFetched::Failed("not an absolute http or https URL".into());
        let uri: Uri = url.parse().map_err(|_| wrong())?;
        let secure = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(wrong()),
        };
        let authority = uri.authority().ok_or_else(wrong)?;
        if authority.as_str().contains('@') {
            return failed("the URL names a user, which is not supported".into());
        }
        let bare = authority.host().trim_matches(['[', ']']);
        if bare.is_empty() {
            return Err(wrong());
        }
        let host = bare.to_owned();
        // What stands after the host: nothing, or a colon and perhaps a port (RFC 3986, 3.2.3).
        let after = authority.as_str().get(authority.host().len()..);
        let port = match after.map(|after| after.strip_prefix(':').unwrap_or(after)) {
            Some("") => {
                if secure {
                    443
                } else {
                    80
                }
            }
            Some(port) => parse_port(port).ok_or_else(|| {
                NotFetched::Failed(format!("{port} is no port; 65535 is the last one"))
            })?,
            None => return Err(wrong()),
        };
        Ok(Self {
            uri,
            secure,
            host,
            port,
        })
    }

    /// Where a redirect leads, which must be the same server.
    fn redirected(&self, location: &str) -> Result<Self, NotFetched> {
        let authority = self.uri.authority().map_or("", |it| it.as_str());
        let scheme = if self.secure { "https" } else { "http" };
        let is_path = location.starts_with('/') && !location.starts_with("//");
        let url = if is_path {
            format!("{scheme}://{authority}{location}")
        } else {
            location.to_owned()
        };
        let next = Self::parse(&url)?;
        let is_same = next.secure == self.secure
            && next.port == self.port
            && next.host.eq_ignore_ascii_case(&self.host);
        if !is_same {
            return failed("the answer redirects to another server, which is not followed".into());
        }
        Ok(next)
    }
}

impl HttpOutbound {
    async fn follow(&self, url: &str) -> Result<Fetched, NotFetched> {
        let mut target = Target::parse(url)?;
        let mut is_redirected = false;
        for _ in 0..=MOST_REDIRECTS {
            let answer = self.ask(&target).await?;
            match answer.location {
                Some(location) => {
                    target = target.redirected(&location)?;
                    is_redirected = true;
                }
                None => {
                    return Ok(Fetched {
                        is_redirected,
                        ..answer.fetched
                    });
                }
            }
        }
        failed(format!("more than {MOST_REDIRECTS} redirects"))
    }

    async fn ask(&self, target: &Target) -> Result<Answer, NotFetched> {
        let stream = connect(&self.addresses(target).await?).await?;
        if !target.secure {
            return exchange(stream, target).await;
        }
        let name = ServerName::try_from(target.host.clone())
            .map_err(|_| NotFetched::Failed("the host is no name for a certificate".into()))?;
        let tls = self.tls.get_or_try_init(connector).await?;
        let stream = tls
            .connect(name, stream)
            .await
            .map_err(|error| NotFetched::Failed(format!("no TLS connection: {error}")))?;
        exchange(stream, target).await
    }

    /// The addresses of a target that the policy allows.
    async fn addresses(&self, target: &Target) -> Result<Vec<SocketAddr>, NotFetched> {
        let found: Vec<SocketAddr> = match target.host.parse::<IpAddr>() {
            Ok(address) => vec![SocketAddr::new(address, target.port)],
            Err(_name) => self.resolve(target).await?,
        };
        let allowed: Vec<SocketAddr> = found
            .iter()
            .copied()
            .filter(|address| self.reach.allows(address.ip()))
            .collect();
        if allowed.is_empty() {
            return Err(NotFetched::Forbidden(format!(
                "{} is neither on this machine nor in a private network; --outbound any lets \
                 requests go further",
                target.host
            )));
        }
        Ok(allowed)
    }

    /// A name without an address is not a local one either.
    async fn resolve(&self, target: &Target) -> Result<Vec<SocketAddr>, NotFetched> {
        let lookup = tokio::net::lookup_host((target.host.as_str(), target.port));
        match timeout(STEP, lookup).await {
            Ok(Ok(found)) => Ok(found.collect()),
            Ok(Err(_)) | Err(_) if self.reach == Reach::Local => {
                Err(NotFetched::Forbidden(format!(
                    "{} has no address, and requests go to this machine and private networks alone",
                    target.host
                )))
            }
            Ok(Err(error)) => failed(format!("{}: {error}", target.host)),
            Err(_elapsed) => failed(format!("{}: the name is not resolved in time", target.host)),
        }
    }
}

async fn connect(addresses: &[SocketAddr]) -> Result<TcpStream, NotFetched> {
    let mut last = String::from("no address");
    for address in addresses {
        match timeout(STEP, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) => last = format!("{address}: {error}"),
            Err(_elapsed) => last = format!("{address} does not answer"),
        }
    }
    failed(last)
}

/// TLS that trusts what the system trusts.
async fn connector() -> Result<TlsConnector, NotFetched> {
    let load = tokio::task::spawn_blocking(|| {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        let provider = Arc::new(crypto::aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?;
        let config = builder.with_root_certificates(roots).with_no_client_auth();
        Ok(TlsConnector::from(Arc::new(config)))
    });
    let loaded: Result<TlsConnector, String> = load
        .await
        .unwrap_or_else(|_| Err("loading the system's certificates panicked".into()));
    loaded.map_err(|error| NotFetched::Failed(format!("TLS is not to be had: {error}")))
}

/// An answer, and where it redirects to.
struct Answer {
    fetched: Fetched,
    location: Option<String>,
}

/// Ends the work of a connection with its use.
struct Ending(tokio::task::JoinHandle<()>);

impl Drop for Ending {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn exchange<S>(stream: S, target: &Target) -> Result<Answer, NotFetched>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let broken = |error: hyper::Error| NotFetched::Failed(format!("no answer: {error}"));
    let (mut sender, connection) = hyper::client::conn::http1::Builder::new()
        .max_buf_size(64 * 1024)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(broken)?;
    let _connection = Ending(tokio::spawn(async move {
        // What goes wrong shows at the answer.
        let _ = connection.await;
    }));
    let path = target.uri.path_and_query().map_or("/", |it| it.as_str());
    let host = target.uri.authority().map_or("", |it| it.as_str());
    let request = Request::get(path)
        .header(HOST, host)
        // Documented.
        .header(USER_AGENT, "Amazon/Cognito")
        .header(ACCEPT, "*/*")
        .body(Empty::<Bytes>::new())
        .map_err(|error| NotFetched::Failed(error.to_string()))?;
    let answer = sender.send_request(request).await.map_err(broken)?;
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
