//! As much HTTP/1.1 as the load tool needs: finished request bytes out, status and length of the answer in.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::Outcome;

/// Answers beyond this are no answers of Cognito.
const LARGEST_ANSWER: usize = 4 * 1024 * 1024;

/// How long a set-up call may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Where a complete answer lies in a buffer.
#[derive(Clone, Copy)]
struct Extent {
    status: u16,
    head: usize,
    total: usize,
}

/// A whole answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// As it came over the wire.
    pub(crate) bytes: Vec<u8>,
    head: usize,
}

impl Answer {
    pub(crate) fn body(&self) -> &[u8] {
        &self.bytes[self.head..]
    }

    /// The value of a header, given in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let head = std::str::from_utf8(&self.bytes[..self.head]).ok()?;
        let mut lines = head.split("\r\n").filter_map(|line| line.split_once(':'));
        let (_, value) = lines.find(|(given, _)| given.eq_ignore_ascii_case(name))?;
        Some(value.trim().to_owned())
    }
}

/// The loopback address of a port.
pub(crate) fn loopback(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}

/// Finds the answer at the start of `bytes`; `None` as long as it is incomplete.
fn extent(bytes: &[u8]) -> Outcome<Option<Extent>> {
    if bytes.len() > LARGEST_ANSWER {
        return Err("an answer without end".into());
    }
    let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else {
        return Ok(None);
    };
    let head = std::str::from_utf8(&bytes[..end])?;
    let status = head
        .get(9..12)
        .ok_or("an answer without a status")?
        .parse()?;
    let length = head
        .split("\r\n")
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .map_or(Ok(0), |(_, value)| value.trim().parse::<usize>())?;
    let head = end + 4;
    let total = head + length;
    Ok((bytes.len() >= total).then_some(Extent {
        status,
        head,
        total,
    }))
}

/// A connection that blocks: for set-up calls and for what is measured one call after the other.
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    pub(crate) fn open(port: u16) -> Outcome<Self> {
        let stream = TcpStream::connect_timeout(&loopback(port), PATIENCE)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(Self {
            stream,
            buffer: Vec::with_capacity(16 * 1024),
        })
    }

    /// Sends a finished request and waits for its answer, which must be a success.
    pub(crate) fn succeed(&mut self, request: &[u8]) -> Outcome<Answer> {
        let answer = self.exchange(request)?;
        match answer.status {
            200 => Ok(answer),
            status => {
                let body = String::from_utf8_lossy(answer.body());
                Err(format!("status {status}: {body}").into())
            }
        }
    }

    /// Sends a finished request and waits for its answer.
    pub(crate) fn exchange(&mut self, request: &[u8]) -> Outcome<Answer> {
        self.stream.write_all(request)?;
        self.buffer.clear();
        let mut chunk = [0; 16 * 1024];
        loop {
            let count = self.stream.read(&mut chunk)?;
            if count == 0 {
                return Err("the server closed the connection".into());
            }
            self.buffer.extend_from_slice(&chunk[..count]);
            if let Some(Extent {
                status,
                head,
                total,
            }) = extent(&self.buffer)?
            {
                return Ok(Answer {
                    status,
                    head,
                    bytes: self.buffer[..total].to_vec(),
                });
            }
        }
    }
}

/// A connection of the load tool, many of which share a thread.
pub(crate) struct LoadConnection {
    stream: tokio::net::TcpStream,
    buffer: Vec<u8>,
}

impl LoadConnection {
    pub(crate) async fn open(address: SocketAddr) -> Outcome<Self> {
        let stream = tokio::net::TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: Vec::with_capacity(16 * 1024),
        })
    }

    /// Sends a finished request and waits for its answer, which must be a success.
    pub(crate) async fn exchange(&mut self, request: &[u8]) -> Outcome<()> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        loop {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err("the server closed the connection".into());
            }
            if let Some(Extent { status, head, .. }) = extent(&self.buffer)? {
                return match status {
                    200 => Ok(()),
                    _ => {
                        let body = String::from_utf8_lossy(&self.buffer[head..]);
                        Err(format!("status {status} under load: {body}").into())
                    }
                };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_complete_when_its_body_is() {
        let answer = b"HTTP/1.1 400 Bad Request\r\nX-A: b\r\nContent-Length: 2\r\n\r\n{}";
        for end in 0..answer.len() {
            assert!(extent(&answer[..end]).unwrap().is_none(), "{end}");
        }
        let found = extent(answer).unwrap().unwrap();
        assert_eq!((found.status, found.total - found.head), (400, 2));
    }

    #[test]
    fn an_answer_without_a_length_has_no_body() {
        let found = extent(b"HTTP/1.1 200 OK\r\n\r\n").unwrap().unwrap();
        assert_eq!((found.status, found.head), (200, found.total));
    }
}
