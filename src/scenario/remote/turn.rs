//! The turn of a running Poolhouse, which all replays with `--exclusive` take one after the other, in whatever process.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::task::JoinHandle;

use super::poolhouse::{ask, ask_for, restore};
use super::{Endpoint, INTERRUPTED};
use crate::control::turn::LEASE;
use crate::scenario::target::Unable;

/// How long a request waits for the turn, and is sent again.
const WAIT: &str = "20s";

/// How often the server is told that this one is still there: twice more than it must be.
const SIGN: Duration = Duration::from_secs(LEASE.as_secs() / 3);

/// The turn, which is kept until it is given back.
pub(super) struct Held {
    endpoint: Arc<Endpoint>,
    keeping: JoinHandle<()>,
    is_lost: Arc<AtomicBool>,
}

impl Held {
    /// Waits for the turn. What one has left who had it before and did not give it back is undone first.
    ///
    /// # Errors
    /// Why it is not to be had.
    pub(super) async fn take(endpoint: &Arc<Endpoint>) -> Result<Self, Unable> {
        let left = loop {
            let body = json!({"holder": holder(&endpoint.run), "wait": WAIT});
            let asking = ask_for(endpoint, "POST", "turn", Some(body));
            let answered = tokio::select! {
                answered = asking => answered?,
                () = endpoint.stopped() => {
                    // It may have come in between.
                    give_back(endpoint).await?;
                    return Err(Unable::Unreachable(INTERRUPTED.to_owned()));
                }
            };
            match answered {
                Ok(shown) => break shown,
                Err((409, _)) => {}
                Err((_, text)) => return Err(Unable::Refused(text)),
            }
        };
        let is_lost = Arc::new(AtomicBool::new(false));
        let keeping = tokio::spawn(keep(Arc::clone(endpoint), Arc::clone(&is_lost)));
        let held = Self {
            endpoint: Arc::clone(endpoint),
            keeping,
            is_lost,
        };
        if let Some(run) = left.get("left").and_then(Value::as_str) {
            // None where it left before its first scenario, or after its last.
            let _ = restore(endpoint, run).await;
        }
        Ok(held)
    }

    /// Gives it back.
    ///
    /// # Errors
    /// That it was another's meanwhile, who may have been disturbed and have disturbed this one.
    pub(super) async fn give_back(self) -> Result<(), Unable> {
        self.keeping.abort();
        let was_own = give_back(&self.endpoint).await?;
        if was_own && !self.is_lost.load(Ordering::Relaxed) {
            return Ok(());
        }
        Err(Unable::Refused(format!(
            "another took the turn meanwhile, for the server heard nothing of this replay for {} seconds; \
             play it again",
            LEASE.as_secs()
        )))
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.keeping.abort();
    }
}

/// The name of a replay, which is also that of its snapshot.
pub(super) fn holder(run: &str) -> String {
    format!("replay-{run}")
}

async fn give_back(endpoint: &Endpoint) -> Result<bool, Unable> {
    let route = format!("turn/{}", holder(&endpoint.run));
    let shown = ask(endpoint, "DELETE", &route, None).await?;
    Ok(shown.get("given_back").and_then(Value::as_bool) == Some(true))
}

/// Says that this one is still there, until it is aborted.
async fn keep(endpoint: Arc<Endpoint>, is_lost: Arc<AtomicBool>) {
    loop {
        tokio::time::sleep(SIGN).await;
        let body = json!({"holder": holder(&endpoint.run)});
        match ask_for(&endpoint, "POST", "turn", Some(body)).await {
            // Whoever had it in between has left.
            Ok(Ok(shown)) if shown.get("left").is_some_and(Value::is_string) => {
                is_lost.store(true, Ordering::Relaxed);
            }
            Ok(Ok(_)) => {}
            Ok(Err(_)) => {
                is_lost.store(true, Ordering::Relaxed);
                return;
            }
            // What is played notices it, too.
            Err(_) => {}
        }
    }
}
