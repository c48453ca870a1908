//! Where the requests of an HTTP/1 connection end among its bytes, and so whether a client that got
//! its answer has begun another request.
//!
//! hyper does not tell what it has read beyond a request. The end of a head is looked for in the bytes
//! as they come; of a body hyper knows the length.

use memchr::memmem;

/// What ends a head (RFC 9112, 2.1).
const BLANK_LINE: &[u8; 4] = b"\r\n\r\n";

/// The bytes of a connection, counted from its first.
#[derive(Debug)]
pub(super) struct Framing {
    received: u64,
    /// The last bytes that came.
    tail: [u8; 4],
    /// Where the last known request ends.
    end: u64,
    /// Where the head after it ends, if it came while it was looked for.
    head_end: Option<u64>,
    /// Whether no request is under way, so that what comes is a head.
    between: bool,
    /// Whether the request under way has a body whose end shows in the bytes alone.
    chunked: bool,
}

impl Default for Framing {
    fn default() -> Self {
        Self {
            received: 0,
            tail: [0; 4],
            end: 0,
            head_end: None,
            between: true,
            chunked: false,
        }
    }
}

impl Framing {
    /// Bytes came.
    pub(super) fn came(&mut self, bytes: &[u8]) {
        if self.between && self.head_end.is_none() {
            self.head_end = self.blank_line(bytes).map(|at| self.received + at);
        }
        self.received += bytes.len() as u64;
        let kept = bytes.len().min(4);
        self.tail.rotate_left(kept);
        self.tail[4 - kept..].copy_from_slice(&bytes[bytes.len() - kept..]);
    }

    /// How many of `bytes` belong to the head that ends among them.
    fn blank_line(&self, bytes: &[u8]) -> Option<u64> {
        let mut joint = [0; 6];
        let begun = bytes.len().min(3);
        joint[..3].copy_from_slice(&self.tail[1..]);
        joint[3..3 + begun].copy_from_slice(&bytes[..begun]);
        let across = memmem::find(&joint[..3 + begun], BLANK_LINE).map(|at| at + 1);
        let end = across.or_else(|| memmem::find(bytes, BLANK_LINE).map(|at| at + 4))?;
        Some(end as u64)
    }

    /// The head of a request was read. `head` is its length, asked only where it came before the
    /// answer to the request before; `body` that of its body, none for a chunked one.
    pub(super) fn begin(&mut self, head: impl FnOnce() -> u64, body: Option<u64>) {
        let head_end = self.head_end.take().unwrap_or_else(|| self.end + head());
        self.between = false;
        self.chunked = body.is_none();
        self.end = head_end + body.unwrap_or(0);
    }

    /// The request is answered; tells whether more came than the request, which never may be whole.
    pub(super) fn finish(&mut self) -> bool {
        let has_more = if self.chunked {
            // The last chunk ends so, and so does a whole head, which begins by itself.
            self.tail != *BLANK_LINE
        } else {
            self.received > self.end
        };
        if self.chunked || !has_more {
            self.end = self.received;
        }
        self.between = true;
        has_more
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A request as some clients write it.
    #[derive(Debug, Clone)]
    struct Sent {
        bytes: Vec<u8>,
        head: u64,
        body: Option<u64>,
    }

    fn sent() -> impl Strategy<Value = Sent> {
        let header = prop_oneof![
            Just("Host: localhost"),
            Just("Host:localhost"),
            Just("X-A:   two")
        ];
        let body = prop_oneof![Just(None), (0..20_usize).prop_map(Some)];
        (prop::collection::vec(header, 0..3), body).prop_map(|(headers, length)| {
            let mut head = String::from("POST http://localhost/ HTTP/1.1\r\n");
            for header in headers {
                head += header;
                head += "\r\n";
            }
            head += "\r\n";
            let body = match length {
                Some(length) => "\r\n\r\n".repeat(5)[..length].to_owned(),
                None => "2\r\n{}\r\n0\r\n\r\n".to_owned(),
            };
            Sent {
                head: head.len() as u64,
                body: length.map(|length| length as u64),
                bytes: (head + &body).into_bytes(),
            }
        })
    }

    proptest! {
        #[test]
        fn a_request_ends_where_it_was_sent_to_end(
            requests in prop::collection::vec(sent(), 1..4),
            step in 1..40_usize,
            beyond in 0..12_usize,
        ) {
            let mut framing = Framing::default();
            let last = requests.len() - 1;
            for (at, request) in requests.iter().enumerate() {
                let half = &b"POST / HTTP/1.1"[..if at == last { beyond } else { 0 }];
                let head = usize::try_from(request.head).unwrap();
                request.bytes[..head].chunks(step).for_each(|part| framing.came(part));
                framing.begin(|| unreachable!("the head was seen"), request.body);
                let rest = [&request.bytes[head..], half].concat();
                rest.chunks(step).for_each(|part| framing.came(part));
                prop_assert_eq!(framing.finish(), !half.is_empty());
            }
        }

        #[test]
        fn requests_that_came_at_once_end_each_at_its_end(
            requests in prop::collection::vec(sent().prop_filter("of known length", |one| one.body.is_some()), 1..4),
        ) {
            let all: Vec<u8> = requests.iter().flat_map(|one| one.bytes.clone()).collect();
            let mut framing = Framing::default();
            framing.came(&all);
            let last = requests.len() - 1;
            for (at, request) in requests.iter().enumerate() {
                framing.begin(|| request.head, request.body);
                prop_assert_eq!(framing.finish(), at != last);
            }
        }
    }
}
