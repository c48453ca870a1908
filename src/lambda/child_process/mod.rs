//! The user's own functions, run in processes of ours.
//!
//! Each process speaks the Lambda Runtime API (`exchange`; what carries it over HTTP is in `http`) with a
//! listener of its own, since runtime clients know nothing but a host and a port. It is started at its
//! first use and kept warm (`places`), it works on one event at a time, and begins anew when its code has
//! changed (`files`). A call that nobody waits for any more ends the process that works on it.

mod exchange;
mod files;
mod handler;
mod output;
mod places;
mod process;

use std::ffi::OsString;
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};
use std::{fmt, io};

use bytes::Bytes;
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tracing::info;
use uuid::Uuid;

pub use self::exchange::{Exchange, Invocation, OutOfTurn};

use self::exchange::{Outcome, Started};
use self::handler::Arn;
use self::output::Output;
use self::places::{Caller, Grant, Key, Places, SeatId, Settled};
use self::process::{Process, Start};
use super::target::Handler;
use super::{Adapter, Call, Calling, NoAnswer, Readying};
use crate::clock::Clock;

/// How long a function may take to load, before it asks for its first event, unless calls may take longer.
/// Documented: "Understanding the Lambda execution environment lifecycle".
const START: Duration = Duration::from_secs(10);

/// How long a call waits for a process. Lambda refuses at once what goes beyond a function's concurrency;
/// here the bound is for the machine's sake, so that a call may wait.
const WAIT: Duration = Duration::from_secs(30);

/// How often a waiting call looks again: what has gone on for too long is nobody's to tell.
const LOOK: Duration = Duration::from_millis(50);

/// How long the end of all processes may take: they are killed.
const FAREWELL: Duration = Duration::from_secs(2);

/// Lambda's words for a function that did not answer in time, as Cognito quotes them. Observed (TM 1.18).
const NOT_IN_TIME: &str = "Socket timeout while invoking Lambda function";

/// Serves the Lambda Runtime API to a process.
pub trait RuntimeApi: Send + Sync {
    /// Listens on a loopback address for one process.
    ///
    /// # Errors
    /// When the system gives no socket.
    fn listen(&self, exchange: Arc<Exchange>) -> io::Result<Listening>;
}

/// A Runtime API for one process, which ends when this is dropped.
#[derive(Debug)]
pub struct Listening {
    /// Where.
    pub address: SocketAddr,
    /// What serves it.
    pub serving: JoinSet<()>,
}

/// What processes are run with.
pub struct Setup {
    /// The most processes at once, over all handlers.
    pub most: usize,
    /// How long a function may work on an event, as its context tells it; whoever calls keeps the time.
    pub limit: Duration,
    /// Where a function reaches this server, `http://HOST:PORT`.
    pub server: String,
    /// The environment that processes inherit.
    pub environment: Vec<(OsString, OsString)>,
}

/// All processes of a server. Dropping it, its clones, and the adapters made of it, ends them.
#[derive(Clone)]
pub struct ChildProcesses(Arc<Shared>);

struct Shared {
    setup: Setup,
    api: Box<dyn RuntimeApi>,
    places: Mutex<Places<oneshot::Sender<Lease>>>,
    handlers: AtomicU64,
    gone: Notify,
}

impl ChildProcesses {
    /// No process yet.
    pub fn new(setup: Setup, api: Box<dyn RuntimeApi>) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let places = Mutex::new(Places::new(setup.most, cores.max(2)));
        Self(Arc::new(Shared {
            setup,
            api,
            places,
            handlers: AtomicU64::new(0),
            gone: Notify::new(),
        }))
    }

    /// The way to a function that this handler is.
    pub fn adapter(&self, handler: Handler) -> ChildProcess {
        ChildProcess {
            number: self.0.handlers.fetch_add(1, Ordering::Relaxed),
            handler: Arc::new(handler),
            shared: Arc::clone(&self.0),
        }
    }

    /// How many processes there are, those that start or end among them.
    pub fn running(&self) -> usize {
        self.0.places().taken()
    }

    /// Ends every process, and waits until they are gone.
    pub async fn stop(&self) {
        for process in self.0.places().close() {
            process.end();
        }
        let gone = async {
            loop {
                let gone = self.0.gone.notified();
                if self.running() == 0 {
                    return;
                }
                gone.await;
            }
        };
        // A process that the system cannot end is the system's.
        let _ = timeout(FAREWELL, gone).await;
    }
}

impl fmt::Debug for ChildProcesses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChildProcesses")
            .field("running", &self.running())
            .finish_non_exhaustive()
    }
}

impl Shared {
    fn places(&self) -> MutexGuard<'_, Places<oneshot::Sender<Lease>>> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does what follows from a change of places; the lock must be free.
    fn carry_out(self: &Arc<Self>, settled: Settled<oneshot::Sender<Lease>>) {
        for process in settled.ended {
            process.end();
        }
        for (caller, grant) in settled.granted {
            let (seat, process) = match grant {
                Grant::Warm(seat, process) => (seat, Some(process)),
                Grant::Room(seat) => (seat, None),
            };
            let lease = Lease {
                shared: Arc::clone(self),
                seat,
                process,
                in_use: false,
            };
            // Of a caller that has left meanwhile, the lease gives itself back.
            let _ = caller.send(lease);
        }
    }

    fn change(
        self: &Arc<Self>,
        change: impl FnOnce(&mut Places<oneshot::Sender<Lease>>) -> Settled<oneshot::Sender<Lease>>,
    ) {
        let settled = change(&mut self.places());
        self.carry_out(settled);
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        let places = self.places.get_mut();
        for process in places.unwrap_or_else(PoisonError::into_inner).close() {
            process.end();
        }
    }
}

impl Caller for oneshot::Sender<Lease> {
    fn has_left(&self) -> bool {
        self.is_closed()
    }
}

/// The right to use one process for one event. One that is dropped while its process starts or works ends
/// the process.
struct Lease {
    shared: Arc<Shared>,
    seat: SeatId,
    process: Option<Arc<Process>>,
    in_use: bool,
}

impl Lease {
    /// The process has done what it was leased for.
    fn finish(mut self) {
        self.in_use = false;
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if self.in_use {
            let ended = self.shared.places().end(self.seat);
            if let Some(process) = ended {
                process.end();
            }
        } else {
            let now = Instant::now();
            self.shared
                .change(|places| places.give_back(self.seat, now));
        }
    }
}

/// The way to one handler.
pub struct ChildProcess {
    number: u64,
    handler: Arc<Handler>,
    shared: Arc<Shared>,
}

impl Adapter for ChildProcess {
    fn call<'a>(&'a self, call: Call<'a>) -> Calling<'a> {
        Box::pin(async move { self.ready(call).await?.await })
    }

    fn ready<'a>(&'a self, call: Call<'a>) -> Readying<'a> {
        Box::pin(async move {
            let lease = self.lease(&call).await?;
            let calling: Calling<'a> = Box::pin(self.run(call, lease));
            Ok(calling)
        })
    }

    fn name(&self) -> String {
        handler::name(&self.handler)
    }
}

impl ChildProcess {
    /// A process that stands ready for an event.
    async fn lease(&self, call: &Call<'_>) -> Result<Lease, NoAnswer> {
        loop {
            let mut lease = self.place(call).await?;
            let Some(process) = &lease.process else {
                self.start(call, &mut lease).await?;
                return Ok(lease);
            };
            if process.exchange.is_free() {
                return Ok(lease);
            }
            // It has ended by itself since it was last used.
            lease.in_use = true;
        }
    }

    /// A warm process, or the room for a new one.
    async fn place(&self, call: &Call<'_>) -> Result<Lease, NoAnswer> {
        let handler = Arc::clone(&self.handler);
        // A folder may lie on a network.
        let looked = tokio::task::spawn_blocking(move || files::fingerprint(&handler)).await;
        let key = Key {
            handler: self.number,
            arn: call.arn.to_owned(),
            fingerprint: looked.unwrap_or_default(),
        };
        let (caller, mut lease) = oneshot::channel();
        let began = Instant::now();
        self.shared.change(|places| places.ask(key, caller, began));
        loop {
            match timeout(LOOK, &mut lease).await {
                Ok(Ok(lease)) => return Ok(lease),
                Ok(Err(_)) => return Err(not_called("ServiceException", "the server stops")),
                Err(_) if began.elapsed() < WAIT => {
                    self.shared.change(|places| places.look(Instant::now()));
                }
                Err(_) => {
                    let reason = format!(
                        "all {} processes of functions were busy for {}s; --max-functions allows more",
                        self.shared.setup.most,
                        WAIT.as_secs()
                    );
                    return Err(not_called("TooManyRequestsException", &reason));
                }
            }
        }
    }

    /// Starts a process where there is room for it, and waits until it has loaded the function.
    async fn start(&self, call: &Call<'_>, lease: &mut Lease) -> Result<(), NoAnswer> {
        let (shared, seat, arn) = (&self.shared, lease.seat, Arn::parse(call.arn));
        let on_free = {
            let shared = Arc::downgrade(shared);
            move || told(&shared, |places| places.returned(seat, Instant::now()))
        };
        let on_gone = {
            let shared = Arc::downgrade(shared);
            move || {
                told(&shared, |places| places.gone(seat, Instant::now()));
                if let Some(shared) = shared.upgrade() {
                    shared.gone.notify_waiters();
                }
            }
        };
        let (exchange, starts) = Exchange::new(on_free);
        let process = Arc::new(Process::new(exchange, Output::new(arn.name)));
        let began = Instant::now();
        let start = Start {
            handler: &self.handler,
            arn,
            server: &shared.setup.server,
            inherited: &shared.setup.environment,
        };
        shared
            .api
            .listen(Arc::clone(&process.exchange))
            .and_then(|listening| process::start(&start, &process, listening, on_gone))
            .map_err(|error| {
                let name = self.name();
                // As for a function that is not there: there is none of its kind of failure on AWS.
                not_called(
                    "ResourceNotFoundException",
                    &format!("{name} cannot be started: {error}"),
                )
            })?;
        shared.places().sit(seat, Arc::clone(&process));
        lease.process = Some(process);
        lease.in_use = true;
        let patience = START.max(shared.setup.limit);
        match timeout(patience, starts).await {
            Ok(Ok(Started::Ready)) => {
                let millis = began.elapsed().as_millis();
                info!(target: "poolhouse::function", function = arn.name, "started {} in {millis} ms", self.name());
                lease.in_use = false;
                Ok(())
            }
            Ok(Ok(Started::Failed(message))) => Err(NoAnswer::Failed(message)),
            Ok(Ok(Started::Ended(how))) => Err(ended(call.request_id, &how)),
            Ok(Err(_)) => Err(not_called("ServiceException", "the server stops")),
            Err(_) => {
                let reason = format!(
                    "{} did not ask for its first event within {}s",
                    self.name(),
                    patience.as_secs()
                );
                Err(not_called(NOT_IN_TIME, &reason))
            }
        }
    }

    /// Has an event worked on.
    async fn run(&self, call: Call<'_>, mut lease: Lease) -> Result<Bytes, NoAnswer> {
        loop {
            let Some(process) = lease.process.clone() else {
                return Err(not_called("ServiceException", "there is no process"));
            };
            lease.in_use = true;
            process.output.begin(call.request_id);
            let answer = process.exchange.give(Invocation {
                request_id: call.request_id,
                arn: call.arn.to_owned(),
                deadline: Clock::running().now().plus(self.shared.setup.limit),
                event: Bytes::copy_from_slice(call.event),
            });
            return match answer.await {
                Ok(Outcome::Answered(answer)) => {
                    lease.finish();
                    Ok(answer)
                }
                Ok(Outcome::Failed(message)) => {
                    lease.finish();
                    Err(NoAnswer::Failed(message))
                }
                Ok(Outcome::TooLarge) => {
                    lease.finish();
                    Err(NoAnswer::too_large())
                }
                Ok(Outcome::Ended(how)) => Err(ended(call.request_id, &how)),
                Ok(Outcome::NotTaken) => {
                    // It ended just now, and another can have the event.
                    drop(lease);
                    lease = self.lease(&call).await?;
                    continue;
                }
                Err(_) => Err(not_called("ServiceException", "the server stops")),
            };
        }
    }
}

/// Tells the places of a change, if there are any left.
fn told(
    shared: &Weak<Shared>,
    change: impl FnOnce(&mut Places<oneshot::Sender<Lease>>) -> Settled<oneshot::Sender<Lease>>,
) {
    if let Some(shared) = shared.upgrade() {
        shared.change(change);
    }
}

/// The death of a process counts as an error of the function. Observed (TM 1.18).
fn ended(request_id: Uuid, how: &str) -> NoAnswer {
    NoAnswer::Failed(format!("RequestId: {request_id} Error: {how}"))
}

fn not_called(error: &str, reason: &str) -> NoAnswer {
    NoAnswer::NotCalled {
        error: error.to_owned(),
        reason: reason.to_owned(),
    }
}
