//! A client that sends exactly the bytes it is given.

use poolhouse::Emulator;
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

pub const SIGNED: &str = "Authorization: AWS4-HMAC-SHA256 Credential=AKIA/20260131/us-east-1/\
                          cognito-idp/aws4_request, SignedHeaders=host, Signature=00\r\n\
                          X-Amz-Date: 20260131T120000Z\r\n";

/// What carries bytes both ways.
trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

/// One connection.
pub struct Wire {
    stream: Box<dyn Stream>,
    unread: Vec<u8>,
}

/// One answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Wire {
    pub async fn to(server: &Emulator) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", server.port()))
            .await
            .unwrap();
        Self::over(stream)
    }

    /// What goes over a stream of the test's own.
    pub fn over(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) -> Self {
        Self {
            stream: Box::new(stream),
            unread: Vec::new(),
        }
    }

    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.write_all(bytes.as_ref()).await.unwrap();
    }

    /// Ends the client's half of the connection.
    pub async fn end(&mut self) {
        self.stream.shutdown().await.unwrap();
    }

    /// Reads all there is until the server ends the connection.
    pub async fn rest(&mut self) -> String {
        while self.more().await {}
        String::from_utf8(std::mem::take(&mut self.unread)).unwrap()
    }

    /// Reads the head of an answer; `None` when the server ended the connection.
    pub async fn head(&mut self) -> Option<String> {
        let end = loop {
            let found = self.unread.windows(4).position(|four| four == b"\r\n\r\n");
            match found {
                Some(at) => break at + 4,
                None => self.more().await.then_some(())?,
            }
        };
        let head: Vec<u8> = self.unread.drain(..end).collect();
        Some(String::from_utf8(head).unwrap())
    }

    /// Reads one answer; `None` when the server ended the connection.
    pub async fn answer(&mut self) -> Option<Answer> {
        let head = self.head().await?;
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let mut answer = Answer {
            status,
            head,
            body: Vec::new(),
        };
        let length = answer
            .header("content-length")
            .map_or(0, |text| text.parse().unwrap());
        while self.unread.len() < length {
            assert!(self.more().await, "the body ended early");
        }
        answer.body = self.unread.drain(..length).collect();
        Some(answer)
    }

    /// Reads up to the end of `text`.
    pub async fn until(&mut self, text: &str) -> String {
        let wanted = text.as_bytes();
        let end = loop {
            let found = self
                .unread
                .windows(wanted.len())
                .position(|here| here == wanted);
            match found {
                Some(at) => break at + wanted.len(),
                None => assert!(self.more().await, "the connection ended before {text:?}"),
            }
        };
        String::from_utf8(self.unread.drain(..end).collect()).unwrap()
    }

    async fn more(&mut self) -> bool {
        matches!(self.stream.read_buf(&mut self.unread).await, Ok(1..))
    }

    /// Sends a whole request and reads its answer.
    pub async fn ask(&mut self, request: impl AsRef<[u8]>) -> Answer {
        self.send(request).await;
        self.answer().await.expect("an answer")
    }
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then_some(value.trim())
        })
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// A call of `operation` with further header lines.
pub fn call(operation: &str, headers: &str, body: &str) -> String {
    request(
        "POST /",
        &format!(
            "X-Amz-Target: AWSCognitoIdentityProviderService.{operation}\r\n\
             Content-Type: application/x-amz-json-1.1\r\n{headers}"
        ),
        body,
    )
}

/// Method and path, header lines, body.
pub fn request(line: &str, headers: &str, body: &str) -> String {
    format!(
        "{line} HTTP/1.1\r\nHost: localhost\r\n{headers}Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// Asks a server of its own one thing.
pub async fn ask(request: impl AsRef<[u8]>) -> Answer {
    let server = Emulator::builder().start().await.unwrap();
    let answer = Wire::to(&server).await.ask(request).await;
    server.stop().await;
    answer
}
