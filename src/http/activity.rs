//! What a connection is doing, as far as its end asks: whether it works, idles, or sends the head of
//! a request too slowly, and whether it was told to go.

use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use hyper::Request;
use hyper::body::Body;
use tokio::sync::Notify;

use super::framing::Framing;
use super::limits::Limits;

/// What is known of a connection.
#[derive(Debug)]
pub(super) struct Activity {
    born: Instant,
    /// HTTP/2 multiplexes, so there only idleness is watched.
    http2: AtomicBool,
    in_flight: AtomicUsize,
    /// Milliseconds after `born` (and one) when the first byte of the next request came; 0: none has.
    head_began: AtomicU64,
    /// Milliseconds after `born` when the last request was answered.
    quiet_since: AtomicU64,
    framing: Mutex<Framing>,
    end: AtomicU8,
    told: Notify,
    idle: Arc<IdleBell>,
}

/// Rung when a connection has become idle. Without a listener it costs one look.
#[derive(Debug, Default)]
pub(super) struct IdleBell {
    listeners: AtomicUsize,
    rung: Notify,
}

impl IdleBell {
    fn ring(&self) {
        if self.listeners.load(Ordering::SeqCst) > 0 {
            self.rung.notify_waiters();
        }
    }

    /// Looks with `look`; when it finds nothing, waits for the next ring.
    pub(super) async fn wait_unless(&self, look: impl FnOnce() -> bool) {
        let listener = Listener::new(&self.listeners);
        let mut rung = pin!(self.rung.notified());
        // Registered before looking, so that nothing is missed in between.
        rung.as_mut().enable();
        if !look() {
            rung.await;
        }
        drop(listener);
    }
}

/// Counts itself as long as it lives.
struct Listener<'a>(&'a AtomicUsize);

impl<'a> Listener<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::SeqCst);
        Self(count)
    }
}

impl Drop for Listener<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Why a connection is told to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// To make room for another.
    Leave = 1,
    /// The server stops.
    Stop = 2,
}

/// What there is to be done about a connection.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Fine { look_again: Duration },
    Idle,
    SlowHeaders,
}

impl Activity {
    pub(super) fn new(idle: Arc<IdleBell>) -> Self {
        Self {
            born: Instant::now(),
            http2: AtomicBool::new(false),
            in_flight: AtomicUsize::new(0),
            head_began: AtomicU64::new(0),
            quiet_since: AtomicU64::new(0),
            framing: Mutex::default(),
            end: AtomicU8::new(0),
            told: Notify::new(),
            idle,
        }
    }

    pub(super) fn speaks_http2(&self) {
        self.http2.store(true, Ordering::Relaxed);
    }

    fn age(&self) -> u64 {
        u64::try_from(self.born.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Bytes came.
    pub(super) fn received(&self, bytes: &[u8]) {
        if self.http2.load(Ordering::Relaxed) {
            return;
        }
        self.framing().came(bytes);
        if self.in_flight.load(Ordering::Relaxed) == 0 {
            self.begin_head();
        }
    }

    fn begin_head(&self) {
        if self.head_began.load(Ordering::Relaxed) == 0 {
            self.head_began.store(self.age() + 1, Ordering::Relaxed);
        }
    }

    /// All who ask are on the connection's task: nobody ever waits.
    fn framing(&self) -> MutexGuard<'_, Framing> {
        self.framing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells the connection to end. What was told first holds, unless the server stops.
    pub(super) fn tell(&self, end: End) {
        self.end.fetch_max(end as u8, Ordering::Relaxed);
        self.told.notify_one();
    }

    /// Whether the connection was told to end.
    pub(super) fn is_ending(&self) -> bool {
        self.end.load(Ordering::Relaxed) != 0
    }

    /// Waits until the connection is told to end.
    pub(super) async fn told(&self) -> End {
        loop {
            match self.end.load(Ordering::Relaxed) {
                0 => self.told.notified().await,
                1 => return End::Leave,
                _ => return End::Stop,
            }
        }
    }

    /// Since when the connection has had nothing to do; `None` while it has.
    pub(super) fn idle_since(&self) -> Option<Instant> {
        let is_idle = self.in_flight.load(Ordering::SeqCst) == 0
            && self.head_began.load(Ordering::Relaxed) == 0;
        let quiet = Duration::from_millis(self.quiet_since.load(Ordering::Relaxed));
        is_idle.then(|| self.born + quiet)
    }

    pub(super) fn works(&self) -> bool {
        self.in_flight.load(Ordering::Relaxed) > 0
    }

    pub(super) fn verdict(&self, limits: &Limits) -> Verdict {
        let shortest = limits.idle_time.min(limits.header_time);
        if self.works() {
            return Verdict::Fine {
                look_again: shortest,
            };
        }
        let since = |mark: u64| Duration::from_millis(self.age().saturating_sub(mark));
        let (spent, limit, verdict) = match self.head_began.load(Ordering::Relaxed) {
            0 => {
                let quiet = since(self.quiet_since.load(Ordering::Relaxed));
                (quiet, limits.idle_time, Verdict::Idle)
            }
            mark => (since(mark - 1), limits.header_time, Verdict::SlowHeaders),
        };
        match limit.checked_sub(spent) {
            Some(left) if !left.is_zero() => Verdict::Fine {
                look_again: left.min(shortest),
            },
            _ => verdict,
        }
    }
}

/// A request from the end of its headers to its answer, also when it is dropped half-way.
pub(super) struct UnderWay(Arc<Activity>);

impl UnderWay {
    pub(super) fn begin<B: Body>(activity: &Arc<Activity>, request: &Request<B>) -> Self {
        activity.in_flight.fetch_add(1, Ordering::SeqCst);
        activity.head_began.store(0, Ordering::Relaxed);
        if !activity.http2.load(Ordering::Relaxed) {
            let body = request.body().size_hint().exact();
            activity.framing().begin(|| head_length(request), body);
        }
        Self(Arc::clone(activity))
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        let activity = &self.0;
        activity
            .quiet_since
            .store(activity.age(), Ordering::Relaxed);
        activity.in_flight.fetch_sub(1, Ordering::SeqCst);
        if !activity.http2.load(Ordering::Relaxed) && activity.framing().finish() {
            activity.begin_head();
        }
        activity.idle.ring();
    }
}

/// How many bytes the head of a request has on the wire of HTTP/1, counted as clients write it,
/// `Name: value`. One that sends requests ahead of answers and writes them otherwise may be taken for
/// one that has begun its next request, and idles shorter.
fn head_length<B>(request: &Request<B>) -> u64 {
    let uri = request.uri();
    let uri = uri.scheme_str().map_or(0, |scheme| scheme.len() + 3)
        + uri.authority().map_or(0, |host| host.as_str().len())
        + uri.path_and_query().map_or(0, |path| path.as_str().len());
    let line = request.method().as_str().len() + uri + "  HTTP/1.1\r\n".len();
    let lines = request
        .headers()
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len() + ": \r\n".len());
    let length = line + lines.sum::<usize>() + "\r\n".len();
    length as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    type Full = http_body_util::Full<bytes::Bytes>;

    fn activity() -> Arc<Activity> {
        Arc::new(Activity::new(Arc::default()))
    }

    #[test]
    fn a_connection_is_closed_when_idle_or_slow_but_never_while_it_works() {
        let none = Limits {
            idle_time: Duration::ZERO,
            header_time: Duration::ZERO,
            ..Limits::default()
        };
        let activity = activity();
        assert_eq!(activity.verdict(&none), Verdict::Idle);
        activity.received(b"GET / HTTP/1.1\r\n\r\n");
        assert_eq!(activity.verdict(&none), Verdict::SlowHeaders);
        let patient = self::activity().verdict(&Limits::default());
        assert!(matches!(patient, Verdict::Fine { .. }));
        let request = Request::get("/").body(Full::from("")).unwrap();
        let under_way = UnderWay::begin(&activity, &request);
        assert!(matches!(activity.verdict(&none), Verdict::Fine { .. }));
        assert_eq!(activity.idle_since(), None);
        drop(under_way);
        assert_eq!(activity.verdict(&none), Verdict::Idle);
        assert!(activity.idle_since().is_some());
    }

    #[test]
    fn bytes_beyond_a_request_are_the_head_of_the_next() {
        let none = Limits {
            idle_time: Duration::ZERO,
            header_time: Duration::ZERO,
            ..Limits::default()
        };
        let whole = b"POST /a?b HTTP/1.1\r\nHost:localhost\r\nContent-Length:  2\r\n\r\n{}";
        let request = Request::post("/a?b").body(Full::from("{}")).unwrap();
        let beyond: [(&[u8], Verdict); 2] = [(b"", Verdict::Idle), (b"GET", Verdict::SlowHeaders)];
        for (beyond, expected) in beyond {
            let activity = activity();
            let (head, body) = whole.split_at(whole.len() - 2);
            activity.received(head);
            let under_way = UnderWay::begin(&activity, &request);
            activity.received(&[body, beyond].concat());
            drop(under_way);
            assert_eq!(activity.verdict(&none), expected);
        }
    }

    #[test]
    fn a_head_is_as_long_as_clients_write_it() {
        let head = "POST /a?b HTTP/1.1\r\nhost: localhost\r\n\r\n";
        let request = Request::post("/a?b").header("host", "localhost");
        let request = request.body(()).unwrap();
        assert_eq!(head_length(&request), head.len() as u64);
    }

    #[tokio::test]
    async fn a_stop_overrides_the_wish_for_room() {
        let activity = activity();
        assert!(!activity.is_ending());
        activity.tell(End::Leave);
        assert_eq!(activity.told().await, End::Leave);
        activity.tell(End::Stop);
        activity.tell(End::Leave);
        assert_eq!(activity.told().await, End::Stop);
    }
}
