//! The same request many times at once: so many succeed, and all others are refused as expected.

use std::sync::Arc;

use serde_json::Value;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::act::Ready;
use super::operation::Done;
use super::{Moment, Player, Stop, http};
use crate::scenario::plan::{MOST_AT_ONCE, Parallel};
use crate::scenario::target::Unable;

impl<'s> Player<'s> {
    /// Sends a request as often as a step says, at once. The result is that of the first that won, else of
    /// the first.
    pub(super) async fn at_once(
        &mut self,
        moment: Moment<'s>,
        ready: Ready,
        parallel: &'s Parallel,
    ) -> Result<Value, Stop> {
        let step = moment.step;
        let requests = self.count(moment, &parallel.requests, 1, MOST_AT_ONCE)?;
        let winners = match &parallel.winners {
            Some(winners) => self.count(moment, winners, 0, requests)?,
            None => requests,
        };
        let all = send_all(&self.target, &ready, requests).await;
        let mut all = all.map_err(|unable| self.unable(step, unable))?;
        for done in &all {
            self.play.veil.learn(&done.result);
        }
        // In an order that does not tell who came first.
        all.sort_by(|one, other| one.bytes.cmp(&other.bytes));
        let mut told: Vec<_> = all.iter().map(told).collect();
        told.sort();
        self.keep(moment, told);
        let (won, lost): (Vec<_>, Vec<_>) = all.into_iter().partition(|done| !done.is_refused);
        for done in &won {
            if let Some(failure) = self.misfit_success(moment, done)? {
                return Err(Stop::Failed(failure));
            }
        }
        // Too many that were refused are told by one that was, if it was refused otherwise.
        for done in &lost {
            if let Some(failure) = self.misfit_error(moment, done)? {
                return Err(Stop::Failed(failure));
            }
        }
        if won.len() != winners as usize {
            let at = parallel.winners.as_ref().unwrap_or(&parallel.requests);
            let text = "another number of requests succeeded".to_owned();
            let mut stop = self.failed(step, at.at.clone(), text);
            if let Stop::Failed(failure) = &mut stop {
                failure.expected = Some(format!("{winners} of {requests}"));
                failure.got = Some(won.len().to_string());
            }
            return Err(stop);
        }
        let first = won.into_iter().chain(lost).next();
        Ok(first.map_or(Value::Null, |done| done.result))
    }
}

/// What of an answer is the same whoever came first: how many won. Which of them drew which id is chance, and what the
/// others are refused for is told by how far each had come.
fn told(done: &Done) -> Vec<u8> {
    let kind: &[u8] = if done.is_refused { b"refused" } else { b"won" };
    kind.to_vec()
}

/// Sends a request many times, each on a task of its own, none before all are there.
async fn send_all(
    target: &Arc<dyn crate::scenario::target::Target>,
    ready: &Ready,
    requests: u32,
) -> Result<Vec<Done>, Unable> {
    let line = Arc::new(Barrier::new(requests as usize));
    let mut tasks = JoinSet::new();
    for _ in 0..requests {
        let (target, ready, line) = (Arc::clone(target), ready.clone(), Arc::clone(&line));
        tasks.spawn(async move {
            line.wait().await;
            http::send(&*target, ready).await
        });
    }
    let mut all = Vec::new();
    while let Some(done) = tasks.join_next().await {
        // A task that panicked, or the end of the runtime.
        let done = done.map_err(|error| Unable::Refused(error.to_string()))?;
        let (done, _jar) = done?;
        all.push(done);
    }
    Ok(all)
}
