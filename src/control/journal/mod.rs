//! The journal: what was asked of the server and how it ended, and what else happened, under ids of one
//! sequence.
//!
//! Each request writes into it, so that is cheap: bodies are kept as they came, and what is shown of them,
//! whom a request is about and what differs from a wish is made when somebody reads. It tells what happened
//! in this process, so no snapshot holds it and no restore changes it.

mod event;
mod request;
mod selection;
mod veil;

pub use self::event::{Deed, Event, Happening};
pub use self::request::{
    About, Answered, Asker, Faulted, InFlight, Outcome, Request, Service, Unfinished, What,
};
pub use self::selection::{Differing, Selection, known_errors};
pub use self::veil::hidden_in;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use super::ring::{self, Entry, Ring};

/// How many bytes of requests are kept, whatever their number.
const MOST_BYTES: usize = 32 * 1024 * 1024;

/// How many events are kept beside the requests.
const EVENTS: usize = 1000;

/// The last requests and events.
#[derive(Debug)]
pub struct Journal {
    kept: Mutex<Kept>,
    arrived: Notify,
    keeps_requests: bool,
}

#[derive(Debug)]
struct Kept {
    requests: Ring<Request>,
    events: Ring<Event>,
    last_id: u64,
}

/// One of the journal's entries.
#[derive(Debug, Clone)]
pub enum Entered {
    /// A request.
    Request(Arc<Request>),
    /// Something else.
    Event(Arc<Event>),
}

impl Entered {
    /// Its id.
    pub fn id(&self) -> u64 {
        match self {
            Self::Request(request) => request.id,
            Self::Event(event) => event.id,
        }
    }
}

/// What a listener has to be told.
#[derive(Debug, Default)]
pub struct News {
    /// Entries, oldest first.
    pub entries: Vec<Entered>,
    /// Whether requests between are not kept any more.
    pub has_lost_requests: bool,
    /// Whether other events between are not.
    pub has_lost_events: bool,
}

impl Journal {
    /// An empty one that keeps the last so many requests; 0 keeps none.
    pub fn new(keep_requests: usize) -> Self {
        Self {
            kept: Mutex::new(Kept {
                requests: Ring::new(keep_requests, MOST_BYTES),
                events: Ring::new(EVENTS, MOST_BYTES),
                last_id: 0,
            }),
            arrived: Notify::new(),
            keeps_requests: keep_requests > 0,
        }
    }

    /// Whether requests are kept.
    pub fn keeps_requests(&self) -> bool {
        self.keeps_requests
    }

    /// Keeps a request under the next id, and wakes those who wait. Nobody else has it yet.
    fn enter(&self, mut request: Arc<Request>) {
        let mut kept = self.kept();
        kept.last_id += 1;
        let id = kept.last_id;
        if let Some(request) = Arc::get_mut(&mut request) {
            request.id = id;
        }
        let gone = kept.requests.push(request);
        drop(kept);
        drop(gone);
        self.arrived.notify_waiters();
    }

    /// Keeps something else that happened.
    pub fn tell(&self, happening: Happening) {
        let mut kept = self.kept();
        kept.last_id += 1;
        let id = kept.last_id;
        let gone = kept.events.push(Arc::new(Event { id, happening }));
        drop(kept);
        drop(gone);
        self.arrived.notify_waiters();
    }

    /// The id that was given last.
    pub fn last_id(&self) -> u64 {
        self.kept().last_id
    }

    /// How many requests had to go.
    pub fn dropped(&self) -> u64 {
        self.kept().requests.dropped()
    }

    /// The kept requests with an id above `id`, oldest first.
    pub fn requests_after(&self, id: u64) -> Vec<Arc<Request>> {
        self.kept().requests.after(id).cloned().collect()
    }

    /// The requests above `id` that `wanted` picks; waits until there is one, or `patience` (real time) is
    /// over.
    pub async fn wait_for_requests(
        &self,
        id: u64,
        patience: Duration,
        wanted: impl Fn(&Request) -> bool,
    ) -> Vec<Arc<Request>> {
        let mut seen = id;
        let look = || {
            let mut found = self.requests_after(seen);
            // What was not wanted once never is.
            seen = found.last().map_or(seen, |last| last.id);
            found.retain(|request| wanted(request));
            found
        };
        ring::wait(&self.arrived, patience, look).await
    }

    /// What came after `id`; waits until there is something, or `patience` (real time) is over.
    pub async fn wait_for_news(&self, id: u64, patience: Duration) -> News {
        let (mut has_lost_requests, mut has_lost_events) = (false, false);
        let look = || {
            let kept = self.kept();
            has_lost_requests = kept.requests.last_dropped() > id;
            has_lost_events = kept.events.last_dropped() > id;
            let requests = kept.requests.after(id).cloned().map(Entered::Request);
            let events = kept.events.after(id).cloned().map(Entered::Event);
            let mut entries: Vec<Entered> = requests.chain(events).collect();
            entries.sort_unstable_by_key(Entered::id);
            entries
        };
        let entries = ring::wait(&self.arrived, patience, look).await;
        News {
            entries,
            has_lost_requests,
            has_lost_events,
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entry for Request {
    fn id(&self) -> u64 {
        self.id
    }

    fn size(&self) -> usize {
        self.weight()
    }
}

impl Entry for Event {
    fn id(&self) -> u64 {
        self.id
    }

    fn size(&self) -> usize {
        self.weight()
    }
}

#[cfg(test)]
use serde_json::Value;

#[cfg(test)]
mod tests;
