//! TLS on the port that speaks HTTP: certificates of an authority of our own, made when a client first asks for
//! a name.
//!
//! The authority's key stays in memory and goes with the process, unless a directory keeps it. Nothing is made
//! before it is needed: a start costs nothing.

mod authority;
mod kept;
mod names;

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::io::AsyncWriteExt as _;
use tokio::sync::OnceCell;
use tokio_rustls::LazyConfigAcceptor;
use tokio_rustls::rustls::crypto::aws_lc_rs as provider;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::server::{Acceptor, ClientHello, ResolvesServerCert};
use tokio_rustls::rustls::sign::{CertifiedKey, SigningKey};
use tokio_rustls::rustls::{AlertDescription, Error, ServerConfig};
use tokio_rustls::server::TlsStream;
use tracing::{debug, info};

use self::authority::{Authority, Key, NotIssued};
pub use self::kept::AuthorityError;
use super::stream::PutBack;
use crate::store::Store;

/// How many names have their certificates ready.
const MOST: usize = 256;

/// How long a certificate is given out; it is good for longer.
const FRESH: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// What is told to a client that asks for a name that is not served: a fatal alert, `unrecognized_name`
/// (RFC 8446, 6), as it stands on the wire before anything is encrypted.
const UNRECOGNIZED_NAME: [u8; 7] = [21, 3, 3, 0, 2, 2, 112];

/// Which TLS is spoken.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TlsSettings {
    /// Where the authority is kept; without one it goes with the process.
    pub directory: Option<PathBuf>,
    /// Further names and addresses of the server.
    pub hosts: Vec<String>,
}

/// The server's side of TLS.
pub(crate) struct Tls {
    hosts: Vec<String>,
    identity: OnceCell<Arc<Identity>>,
    /// The authority, where a directory keeps it.
    kept: Option<Arc<Authority>>,
    ready: Mutex<HashMap<Asked, Ready>>,
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls")
            .field("hosts", &self.hosts)
            .finish_non_exhaustive()
    }
}

/// What a client calls the server: by a name, or by the address at which it is here.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Asked {
    Name(String),
    Address(IpAddr),
}

impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Address(address) => address.fmt(f),
        }
    }
}

/// What is ready for a name.
struct Ready {
    config: Arc<ServerConfig>,
    since: Instant,
}

/// The authority, and the one key of all certificates of the server.
struct Identity {
    authority: Arc<Authority>,
    server: Key,
    signing: Arc<dyn SigningKey>,
    /// What is the same for all names.
    config: ServerConfig,
}

impl Identity {
    fn make(kept: Option<Arc<Authority>>) -> Result<Self, String> {
        let passing = || Authority::passing().map(Arc::new);
        let authority = kept.map_or_else(passing, Ok)?;
        let server = Key::make()?;
        let signing = provider::sign::any_ecdsa_type(&PrivateKeyDer::Pkcs8(server.pkcs8()?));
        let failed = |error: Error| error.to_string();
        let config = ServerConfig::builder_with_provider(Arc::new(provider::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(failed)?
            .with_no_client_auth();
        let mut config = config.with_cert_resolver(Arc::new(Always(None)));
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Self {
            authority,
            server,
            signing: signing.map_err(failed)?,
            config,
        })
    }
}

/// The same certificate for every client.
#[derive(Debug)]
struct Always(Option<Arc<CertifiedKey>>);

impl ResolvesServerCert for Always {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        self.0.clone()
    }
}

impl Tls {
    /// TLS as these settings have it. An authority that is kept is read, or made, at once.
    ///
    /// # Errors
    /// What is wrong with the directory.
    pub(crate) fn new(settings: &TlsSettings) -> Result<Self, AuthorityError> {
        let directory = settings.directory.as_deref();
        let kept = directory.map(|directory| kept::authority(directory, &settings.hosts));
        Ok(Self {
            hosts: settings.hosts.clone(),
            identity: OnceCell::new(),
            kept: kept.transpose()?.map(Arc::new),
            ready: Mutex::default(),
        })
    }

    /// The authority's certificate as PEM.
    ///
    /// # Errors
    /// Why none can be made.
    pub(crate) async fn authority(&self) -> Result<String, String> {
        let identity = self.identity().await?;
        Ok(kept::pem("CERTIFICATE", identity.authority.certificate()))
    }

    /// Random numbers may be slow at first, so that another thread makes the keys.
    async fn identity(&self) -> Result<&Arc<Identity>, String> {
        let make = || async {
            let kept = self.kept.clone();
            let making = tokio::task::spawn_blocking(|| Identity::make(kept));
            let made = making.await;
            made.map_err(|_| "making the keys panicked".to_owned())?
                .map(Arc::new)
        };
        self.identity.get_or_try_init(make).await
    }

    /// Shakes hands; none where that fails, which is told in the log.
    pub(super) async fn accept(
        &self,
        store: &Store,
        stream: PutBack,
        address: SocketAddr,
        local: IpAddr,
    ) -> Option<TlsStream<PutBack>> {
        let hello = match LazyConfigAcceptor::new(Acceptor::default(), stream).await {
            Ok(hello) => hello,
            Err(error) => {
                info!(target: "poolhouse::call", %error, %address, "no TLS that is understood");
                return None;
            }
        };
        let name = hello
            .client_hello()
            .server_name()
            .map(str::to_ascii_lowercase);
        let asked = name.map_or(Asked::Address(local.to_canonical()), Asked::Name);
        let config = match self.config(store, &asked).await {
            Ok(config) => config,
            Err(reason) => {
                info!(target: "poolhouse::call", host = %asked, %address, "a TLS hello refused: {reason}");
                refuse(hello.io).await;
                return None;
            }
        };
        match hello.into_stream(config).await {
            Ok(stream) => Some(stream),
            Err(error) => {
                note_failure(&error, &asked, address);
                None
            }
        }
    }

    /// What answers a client that asks for this; else why nothing does.
    async fn config(&self, store: &Store, asked: &Asked) -> Result<Arc<ServerConfig>, String> {
        if let Some(ready) = self.ready().get(asked)
            && ready.since.elapsed() < FRESH
        {
            return Ok(Arc::clone(&ready.config));
        }
        self.admit(store, asked)?;
        let identity = self.identity().await?;
        let config = Arc::new(self.certified(identity, asked)?);
        let mut ready = self.ready();
        if ready.len() >= MOST {
            // More than anybody means to use: they are made again in no time.
            ready.clear();
        }
        let made = Ready {
            config: Arc::clone(&config),
            since: Instant::now(),
        };
        ready.insert(asked.clone(), made);
        Ok(config)
    }

    fn admit(&self, store: &Store, asked: &Asked) -> Result<(), String> {
        let Asked::Name(name) = asked else {
            return Ok(());
        };
        let is_named = self
            .hosts
            .iter()
            .any(|host| host.eq_ignore_ascii_case(name));
        if is_named || names::is_known(name) || store.domain_names.has_custom(name) {
            return Ok(());
        }
        Err(format!(
            "there are certificates for localhost, names of private networks, those of Cognito and custom \
             domains of pools; start Poolhouse with --tls-host {name} if this server is meant"
        ))
    }

    fn certified(&self, identity: &Identity, asked: &Asked) -> Result<ServerConfig, String> {
        let (name, addresses) = match asked {
            Asked::Name(name) => (Some(name.as_str()), Vec::new()),
            Asked::Address(local) => (None, self.addresses(*local)),
        };
        let issued = identity.authority.issue(&identity.server, name, &addresses);
        let certificate = issued.map_err(|fault| match fault {
            NotIssued::BeyondLimits => format!(
                "the authority of --tls-dir was made for other names; start Poolhouse with --tls-host \
                 {asked} and an empty directory, and trust the authority that is made there"
            ),
            NotIssued::Failed(fault) => fault,
        })?;
        let certified = CertifiedKey::new(vec![certificate], Arc::clone(&identity.signing));
        let mut config = identity.config.clone();
        config.cert_resolver = Arc::new(Always(Some(Arc::new(certified))));
        Ok(config)
    }

    /// Where a client may have found the server that gives it no name: here, on this machine, or where the
    /// flags say.
    fn addresses(&self, local: IpAddr) -> Vec<IpAddr> {
        let mut addresses = vec![
            IpAddr::V4(Ipv4Addr::LOCALHOST),
            IpAddr::V6(Ipv6Addr::LOCALHOST),
        ];
        let named = self.hosts.iter().filter_map(|host| host.parse().ok());
        for address in named.chain([local]) {
            if !addresses.contains(&address) {
                addresses.push(address);
            }
        }
        addresses
    }

    fn ready(&self) -> MutexGuard<'_, HashMap<Asked, Ready>> {
        self.ready.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn refuse(mut stream: PutBack) {
    // Who does not take it has left; how long it may take is bounded with the whole handshake.
    if stream.write_all(&UNRECOGNIZED_NAME).await.is_ok() {
        let _ = stream.shutdown().await;
    }
}

fn note_failure(error: &io::Error, asked: &Asked, address: SocketAddr) {
    use AlertDescription::{BadCertificate, CertificateUnknown, UnknownCA};

    let cause = error.get_ref().and_then(|cause| cause.downcast_ref());
    match cause {
        Some(Error::AlertReceived(UnknownCA | BadCertificate | CertificateUnknown)) => {
            info!(
                target: "poolhouse::call",
                %error, host = %asked, %address,
                "a TLS client does not trust this server: give it /_poolhouse/ca.pem as an authority"
            );
        }
        Some(_) => {
            info!(target: "poolhouse::call", %error, host = %asked, %address, "a TLS handshake failed");
        }
        None => debug!(%error, host = %asked, %address, "a TLS client left"),
    }
}
