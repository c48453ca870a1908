//! The listening sockets: both loopback addresses on one port, or the one address that was named.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::{fmt, io};

use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::TcpListener;

/// Connections that the kernel holds until they are accepted.
const BACKLOG: i32 = 1024;

/// How often a free port is looked for that is free on both loopback addresses.
const ATTEMPTS: usize = 20;

/// Where to listen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Host {
    /// `127.0.0.1` and `[::1]`: clients that resolve `localhost` try either first.
    #[default]
    Loopback,
    /// This address alone.
    Address(IpAddr),
}

impl Host {
    /// Reads `localhost` or an IP address, with or without brackets.
    pub fn parse(text: &str) -> Option<Self> {
        if text.eq_ignore_ascii_case("localhost") {
            return Some(Self::Loopback);
        }
        let bare = text
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
            .unwrap_or(text);
        bare.parse().ok().map(Self::Address)
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Loopback => f.write_str("localhost"),
            Self::Address(IpAddr::V6(address)) => write!(f, "[{address}]"),
            Self::Address(address) => write!(f, "{address}"),
        }
    }
}

/// Why the server cannot listen.
#[derive(Debug)]
pub struct BindError {
    address: SocketAddr,
    source: io::Error,
}

impl fmt::Display for BindError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { address, source } = self;
        if source.kind() != io::ErrorKind::AddrInUse {
            return write!(f, "cannot listen on {address}: {source}");
        }
        write!(f, "cannot listen on {address}: the port is taken")?;
        if address.port() == 9229 {
            f.write_str("; 9229 is also the port of `node --inspect`, or another Poolhouse runs")?;
        }
        f.write_str("; --port 0 picks a free port")
    }
}

impl std::error::Error for BindError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}

/// Sockets that listen on one port.
#[derive(Debug)]
pub(crate) struct Listeners {
    pub(super) sockets: Vec<TcpListener>,
    pub(crate) port: u16,
}

/// Listens; port 0 picks a free one, the same on both loopback addresses. Must run within a runtime.
pub(crate) fn bind(host: Host, port: u16) -> Result<Listeners, BindError> {
    match host {
        Host::Address(address) => {
            let (socket, port) = listen(SocketAddr::new(address, port))?;
            Ok(Listeners {
                sockets: vec![socket],
                port,
            })
        }
        Host::Loopback => {
            let mut last = bind_loopback(port);
            for _ in 1..ATTEMPTS {
                match &last {
                    // Another process has the free port of one address on the other one.
                    Err(error) if port == 0 && error.is_taken() => last = bind_loopback(port),
                    _ => break,
                }
            }
            last
        }
    }
}

fn bind_loopback(port: u16) -> Result<Listeners, BindError> {
    let (v4, port) = listen(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))?;
    let sockets = match listen(SocketAddr::from((Ipv6Addr::LOCALHOST, port))) {
        Ok((v6, _)) => vec![v4, v6],
        Err(error) if error.is_taken() => return Err(error),
        // A machine without IPv6.
        Err(_) => vec![v4],
    };
    Ok(Listeners { sockets, port })
}

impl BindError {
    fn is_taken(&self) -> bool {
        self.source.kind() == io::ErrorKind::AddrInUse
    }
}

fn listen(address: SocketAddr) -> Result<(TcpListener, u16), BindError> {
    let opened = open(address).and_then(|socket| {
        let port = socket.local_addr()?.port();
        Ok((socket, port))
    });
    opened.map_err(|source| BindError { address, source })
}

fn open(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(
        Domain::for_address(address),
        Type::STREAM,
        Some(Protocol::TCP),
    )?;
    // Elsewhere than on Windows this only lifts the wait for old connections of the port; there it
    // would let two servers share it.
    #[cfg(not(windows))]
    socket.set_reuse_address(true)?;
    if let IpAddr::V6(ip) = address.ip() {
        // `::` serves IPv4 too, as people expect of "all addresses".
        socket.set_only_v6(!ip.is_unspecified())?;
    }
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    socket.set_nonblocking(true)?;
    TcpListener::from_std(socket.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_localhost_or_an_address() {
        let any = Host::Address(Ipv4Addr::UNSPECIFIED.into());
        let cases = [
            ("localhost", Some(Host::Loopback)),
            ("0.0.0.0", Some(any)),
            ("::1", Some(Host::Address(Ipv6Addr::LOCALHOST.into()))),
            ("[::1]", Some(Host::Address(Ipv6Addr::LOCALHOST.into()))),
            ("my-laptop", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(Host::parse(text), expected, "{text}");
        }
    }

    #[tokio::test]
    async fn a_taken_port_is_refused_with_a_hint() {
        let taken = bind(Host::Address(Ipv4Addr::LOCALHOST.into()), 0).unwrap();
        let error = bind(Host::Loopback, taken.port).unwrap_err();
        assert!(
            error
                .to_string()
                .ends_with("the port is taken; --port 0 picks a free port")
        );
        let node = BindError {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 9229)),
            source: io::ErrorKind::AddrInUse.into(),
        };
        assert!(node.to_string().contains("node --inspect"));
    }

    #[tokio::test]
    async fn both_loopback_addresses_share_a_free_port() {
        let listeners = bind(Host::Loopback, 0).unwrap();
        for socket in &listeners.sockets {
            assert_eq!(socket.local_addr().unwrap().port(), listeners.port);
        }
    }
}
