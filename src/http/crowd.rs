//! The open connections: a bounded number, of which the longest idle one makes room for another.

use std::collections::HashMap;
use std::future::Future;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tracing::warn;

use super::activity::{Activity, End, IdleBell};

/// How long a connection that was told to end may take over it.
pub(super) const FAREWELL: Duration = Duration::from_secs(1);

/// All open connections.
#[derive(Debug)]
pub(super) struct Crowd {
    most: usize,
    places: Arc<Semaphore>,
    open: Mutex<Open>,
    next: AtomicU64,
    idle: Arc<IdleBell>,
    told_of_places: AtomicBool,
    told_of_work: AtomicBool,
    told_of_descriptors: AtomicBool,
}

#[derive(Debug, Default)]
struct Open {
    connections: HashMap<u64, Arc<Activity>>,
    /// The server stops, and so does whoever comes.
    stopping: bool,
}

/// A connection's place, free again when it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) activity: Arc<Activity>,
    number: u64,
    crowd: Arc<Crowd>,
    _permit: OwnedSemaphorePermit,
}

impl Crowd {
    pub(super) fn new(most: usize) -> Self {
        Self {
            most,
            places: Arc::new(Semaphore::new(most)),
            open: Mutex::default(),
            next: AtomicU64::new(0),
            idle: Arc::default(),
            told_of_places: AtomicBool::new(false),
            told_of_work: AtomicBool::new(false),
            told_of_descriptors: AtomicBool::new(false),
        }
    }

    /// A place for one more connection. Where there is none, the longest idle one is told to go; if
    /// all of them work, the next that is done.
    pub(super) async fn enter(self: &Arc<Self>) -> Option<Place> {
        if let Ok(permit) = Arc::clone(&self.places).try_acquire_owned() {
            return Some(self.place(permit));
        }
        loop {
            let look_again = async {
                let mut is_told = false;
                let look = || {
                    is_told = self.tell_longest_idle(Duration::ZERO);
                    self.warn_of_places(is_told);
                    is_told
                };
                self.idle.wait_unless(look).await;
                if is_told {
                    // By then it is gone, or had begun to work and goes when it is done.
                    tokio::time::sleep(2 * FAREWELL).await;
                }
            };
            tokio::select! {
                permit = Arc::clone(&self.places).acquire_owned() => {
                    // An error only when the semaphore is closed, which nothing does.
                    return permit.ok().map(|permit| self.place(permit));
                }
                () = look_again => {}
            }
        }
    }

    /// Says once of each what becomes of a connection that finds no place.
    fn warn_of_places(&self, is_told: bool) {
        if is_told && !self.told_of_places.swap(true, Ordering::Relaxed) {
            warn!(
                connections = self.most,
                "all places for connections are taken: from now on, each new one ends the one that \
                 has been idle longest; --max-connections gives more places"
            );
        }
        if !is_told && !self.told_of_work.swap(true, Ordering::Relaxed) {
            warn!(
                connections = self.most,
                "all places for connections are taken, and all of them work, reads that wait for \
                 messages among them: new ones wait until one is done; --max-connections gives more \
                 places"
            );
        }
    }

    fn place(self: &Arc<Self>, permit: OwnedSemaphorePermit) -> Place {
        let activity = Arc::new(Activity::new(Arc::clone(&self.idle)));
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let mut open = self.open();
        if open.stopping {
            activity.tell(End::Stop);
        }
        open.connections.insert(number, Arc::clone(&activity));
        Place {
            activity,
            number,
            crowd: Arc::clone(self),
            _permit: permit,
        }
    }

    /// Tells the connection that has been idle longest to go; `false` when none has been for `least`.
    fn tell_longest_idle(&self, least: Duration) -> bool {
        let open = self.open();
        let idle = open.connections.values().filter(|one| !one.is_ending());
        let idle = idle.filter_map(|one| Some((one.idle_since()?, one)));
        let idle = idle.filter(|(since, _)| since.elapsed() >= least);
        let longest = idle.min_by_key(|(since, _)| *since);
        if let Some((_, activity)) = longest {
            activity.tell(End::Leave);
        }
        longest.is_some()
    }

    /// A new connection has the last file descriptor, which the longest idle of the others makes up
    /// for; `false` when all of them work.
    pub(super) fn out_of_descriptors(&self) -> bool {
        if !self.told_of_descriptors.swap(true, Ordering::Relaxed) {
            warn!(
                connections = self.open().connections.len(),
                "no file descriptors are left, so idle connections are ended; raise the limit \
                 (ulimit -n) above --max-connections, or lower --max-connections"
            );
        }
        self.tell_longest_idle(Duration::ZERO)
    }

    /// The same later on, when the new connection is one of them and has had its time to be heard.
    pub(super) fn tell_long_idle(&self) -> bool {
        self.tell_longest_idle(FAREWELL)
    }

    /// Tells all connections that the server stops; waits until none is left.
    pub(super) fn stop(&self) -> impl Future<Output = ()> {
        let mut open = self.open();
        open.stopping = true;
        for activity in open.connections.values() {
            activity.tell(End::Stop);
        }
        drop(open);
        async {
            let all = u32::try_from(self.most).unwrap_or(u32::MAX);
            // An error only when the semaphore is closed, which nothing does.
            let _ = self.places.acquire_many(all).await;
        }
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.crowd.open().connections.remove(&self.number);
    }
}
