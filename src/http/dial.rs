//! Connections of our own to others, over TCP or TLS.
//!
//! A name is resolved once, its addresses are held against the policy, and the connection goes to the
//! very address that passed. Nothing is loaded before the first `https` request; certificates are
//! those that the system trusts, or those of `SSL_CERT_FILE` and `SSL_CERT_DIR`.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::client::conn::http1::{Builder, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::OnceCell;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto};

use crate::outbound::{NotFetched, Reach, Url};

/// Longest time to find a name's addresses, and to reach one of them.
const STEP: Duration = Duration::from_secs(2);

/// Makes connections, as far as a policy lets them go.
pub(super) struct Dialer {
    reach: Reach,
    tls: OnceCell<TlsConnector>,
}

/// A connection, which ends when this is dropped.
pub(super) struct Connection {
    pub(super) sender: SendRequest<Full<Bytes>>,
    _work: Ending,
}

/// Ends the work of a connection with its use.
struct Ending(JoinHandle<()>);

impl Drop for Ending {
    fn drop(&mut self) {
        self.0.abort();
    }
}

fn failed<T>(reason: String) -> Result<T, NotFetched> {
    Err(NotFetched::Failed(reason))
}

impl Dialer {
    pub(super) fn new(reach: Reach) -> Self {
        Self {
            reach,
            tls: OnceCell::new(),
        }
    }

    /// Connects to the server of a URL.
    pub(super) async fn connect(&self, url: &Url) -> Result<Connection, NotFetched> {
        let stream = connect(&self.addresses(url).await?).await?;
        if !url.is_secure() {
            return Connection::over(stream).await;
        }
        let name = ServerName::try_from(url.host().to_owned())
            .map_err(|_| NotFetched::Failed("the host is no name for a certificate".into()))?;
        let tls = self.tls.get_or_try_init(connector).await?;
        let stream = tls
            .connect(name, stream)
            .await
            .map_err(|error| NotFetched::Failed(format!("no TLS connection: {error}")))?;
        Connection::over(stream).await
    }

    /// The addresses of a server that the policy allows.
    async fn addresses(&self, url: &Url) -> Result<Vec<SocketAddr>, NotFetched> {
        let found: Vec<SocketAddr> = match url.host().parse::<IpAddr>() {
            Ok(address) => vec![SocketAddr::new(address, url.port())],
            Err(_name) => self.resolve(url).await?,
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
                url.host()
            )));
        }
        Ok(allowed)
    }

    /// A name without an address is not a local one either.
    async fn resolve(&self, url: &Url) -> Result<Vec<SocketAddr>, NotFetched> {
        let host = url.host();
        let lookup = tokio::net::lookup_host((host, url.port()));
        match timeout(STEP, lookup).await {
            Ok(Ok(found)) => Ok(found.collect()),
            Ok(Err(_)) | Err(_) if self.reach == Reach::Local => {
                Err(NotFetched::Forbidden(format!(
                    "{host} has no address, and requests go to this machine and private networks \
                     alone"
                )))
            }
            Ok(Err(error)) => failed(format!("{host}: {error}")),
            Err(_elapsed) => failed(format!("{host}: the name is not resolved in time")),
        }
    }
}

async fn connect(addresses: &[SocketAddr]) -> Result<TcpStream, NotFetched> {
    let mut last = String::from("no address");
    for address in addresses {
        match timeout(STEP, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => {
                // Only costs time where a request is written in parts.
                let _ = stream.set_nodelay(true);
                return Ok(stream);
            }
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

impl Connection {
    async fn over<S>(stream: S) -> Result<Self, NotFetched>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let (sender, connection) = Builder::new()
            .max_buf_size(64 * 1024)
            .handshake(TokioIo::new(stream))
            .await
            .map_err(|error| NotFetched::Failed(format!("no answer: {error}")))?;
        let work = tokio::spawn(async move {
            // What goes wrong shows at the answer.
            let _ = connection.await;
        });
        Ok(Self {
            sender,
            _work: Ending(work),
        })
    }
}
