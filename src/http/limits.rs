//! What one client may cost: sizes, counts and patience. Each is a flag.

use std::time::Duration;

use crate::context::Places;

/// Limits of the listener; the defaults are what the flags say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a request body.
    pub body: usize,
    /// Bytes of a request line with its headers.
    pub headers: usize,
    /// Open connections; for a further one the longest idle is ended, and if all work, it waits.
    pub connections: usize,
    /// Calls worked on at once; further ones wait. Those that wait on the outside are not among them,
    /// and are at most as many as connections (or as calls worked on, where those are more). The long bodies that are held at one time take at
    /// most as much memory as this many of the longest.
    pub in_flight: usize,
    /// Streams of one HTTP/2 connection.
    pub http2_streams: u32,
    /// From the first byte of a request to the last of its headers.
    pub header_time: Duration,
    /// From the end of the headers to the end of the body.
    pub body_time: Duration,
    /// Between requests on an open connection.
    pub idle_time: Duration,
    /// From the whole request to its answer.
    pub request_time: Duration,
    /// For requests under way when the server is told to stop.
    pub shutdown_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 4 * 1024 * 1024,
            headers: 32 * 1024,
            connections: 1000,
            in_flight: 256,
            http2_streams: 128,
            header_time: Duration::from_secs(10),
            body_time: Duration::from_secs(20),
            // Long, because a client that reuses a connection just as it is closed sees an error.
            idle_time: Duration::from_secs(180),
            request_time: Duration::from_secs(60),
            shutdown_time: Duration::from_secs(5),
        }
    }
}

impl Limits {
    /// Calls that wait on the outside at once. A connection of HTTP/1 brings one call at a time, so that
    /// all of those can wait together.
    pub(crate) fn outside(&self) -> usize {
        self.connections.max(self.in_flight)
    }

    /// Places for calls.
    pub(crate) fn places(&self) -> Places {
        Places::new(self.in_flight, self.outside())
    }
}
