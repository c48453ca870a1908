//! What a process and the server say to each other, without HTTP.
//!
//! A process asks for an event, answers it, and asks for the next (documented: "Using the Lambda runtime
//! API for custom runtimes", developer guide of Lambda). [`Exchange`] is one process's place in that turn,
//! and refuses what is out of turn.

use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use serde_json::Value;
use tokio::sync::{Notify, oneshot};
use uuid::Uuid;

use crate::clock::Timestamp;

/// An event, and what the function's context says of it.
#[derive(Debug, Clone)]
pub struct Invocation {
    /// The id of the call.
    pub request_id: Uuid,
    /// The ARN by which the function is called.
    pub arn: String,
    /// Until when it may work, by the machine's clock.
    pub deadline: Timestamp,
    /// The event, as JSON.
    pub event: Bytes,
}

impl Invocation {
    /// A trace of AWS X-Ray that nobody records, made of the request id.
    pub fn trace_id(&self) -> String {
        let id = self.request_id.simple().to_string();
        let began = self.deadline.seconds();
        let (root, parent) = (&id[..24], &id[16..]);
        format!("Root=1-{began:08x}-{root};Parent={parent};Sampled=0")
    }
}

/// What became of a start.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Started {
    /// The process asks for its first event.
    Ready,
    /// It says why it cannot load the function: `errorMessage`.
    Failed(String),
    /// It ended before; how, in Lambda's words.
    Ended(String),
}

/// What became of an event.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The function's answer, as it was sent.
    Answered(Bytes),
    /// The function's error: `errorMessage`.
    Failed(String),
    /// There is an answer, beyond Lambda's limit.
    TooLarge,
    /// The process ended meanwhile; how, in Lambda's words.
    Ended(String),
    /// The process ended before it took the event: nothing has seen it.
    NotTaken,
}

/// Why a request of a process is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutOfTurn {
    /// There is no such event under way.
    WrongId,
    /// It asks for an event while it has one, or reports a failed start after it.
    WrongState,
    /// The process is being ended.
    Over,
}

/// One process's place in the turn of asking and answering.
pub struct Exchange {
    turn: Mutex<Turn>,
    handed_in: Notify,
    answered: Notify,
    on_free: Box<dyn Fn() + Send + Sync>,
}

enum Turn {
    /// It loads the function; somebody waits for that.
    Starting(oneshot::Sender<Started>),
    /// It waits for an event.
    Free,
    /// An event lies ready for it.
    Given(Invocation, oneshot::Sender<Outcome>),
    /// It works on an event.
    Working(Uuid, oneshot::Sender<Outcome>),
    /// It has answered, and has not asked for the next event yet.
    Answered(Uuid),
    /// It has ended, or is about to.
    Over,
}

impl Exchange {
    /// That of a process that is about to start. `on_free` hears each time that it waits for an event.
    pub(super) fn new(
        on_free: impl Fn() + Send + Sync + 'static,
    ) -> (Self, oneshot::Receiver<Started>) {
        let (started, starts) = oneshot::channel();
        let exchange = Self {
            turn: Mutex::new(Turn::Starting(started)),
            handed_in: Notify::new(),
            answered: Notify::new(),
            on_free: Box::new(on_free),
        };
        (exchange, starts)
    }

    /// The process asks for an event, and gets it once there is one.
    ///
    /// # Errors
    /// When it has one already.
    pub async fn next(&self) -> Result<Invocation, OutOfTurn> {
        self.ask()?;
        loop {
            let handed_in = self.handed_in.notified();
            if let Some(invocation) = self.take()? {
                return Ok(invocation);
            }
            handed_in.await;
        }
    }

    /// The process asks for an event.
    pub(super) fn ask(&self) -> Result<(), OutOfTurn> {
        let mut turn = self.turn();
        match &*turn {
            Turn::Starting(_) | Turn::Answered(_) => {}
            // It asks again over another connection.
            Turn::Free | Turn::Given(..) => return Ok(()),
            Turn::Working(..) => return Err(OutOfTurn::WrongState),
            Turn::Over => return Err(OutOfTurn::Over),
        }
        let before = std::mem::replace(&mut *turn, Turn::Free);
        drop(turn);
        if let Turn::Starting(started) = before {
            // Nobody waits any more: whoever did not ends the process.
            let _ = started.send(Started::Ready);
        }
        (self.on_free)();
        Ok(())
    }

    fn take(&self) -> Result<Option<Invocation>, OutOfTurn> {
        let mut turn = self.turn();
        match std::mem::replace(&mut *turn, Turn::Over) {
            Turn::Given(invocation, answer) => {
                *turn = Turn::Working(invocation.request_id, answer);
                Ok(Some(invocation))
            }
            Turn::Over => Err(OutOfTurn::Over),
            other => {
                *turn = other;
                Ok(None)
            }
        }
    }

    /// The process answers the event with this id.
    ///
    /// # Errors
    /// When it does not work on that one.
    pub fn answer(&self, id: &str, answer: Bytes) -> Result<(), OutOfTurn> {
        self.finish(id, Outcome::Answered(answer))
    }

    /// The function fails on the event with this id; `report` is the error as JSON.
    ///
    /// # Errors
    /// When the process does not work on that one.
    pub fn fail(&self, id: &str, report: &[u8]) -> Result<(), OutOfTurn> {
        self.finish(id, Outcome::Failed(error_message(report)))
    }

    /// The answer to the event with this id is too large, by Lambda's measure.
    ///
    /// # Errors
    /// When the process does not work on that one.
    pub fn answer_too_large(&self, id: &str) -> Result<(), OutOfTurn> {
        self.finish(id, Outcome::TooLarge)
    }

    fn finish(&self, id: &str, outcome: Outcome) -> Result<(), OutOfTurn> {
        let id = Uuid::parse_str(id).map_err(|_| OutOfTurn::WrongId)?;
        let mut turn = self.turn();
        match std::mem::replace(&mut *turn, Turn::Answered(id)) {
            Turn::Working(working, answer) if working == id => {
                drop(turn);
                // Whoever asked may have given up meanwhile.
                let _ = answer.send(outcome);
                self.answered.notify_one();
                Ok(())
            }
            other => {
                *turn = other;
                Err(OutOfTurn::WrongId)
            }
        }
    }

    /// The process cannot load the function; `report` is the error as JSON.
    ///
    /// # Errors
    /// When it has asked for an event already.
    pub fn fail_start(&self, report: &[u8]) -> Result<(), OutOfTurn> {
        let mut turn = self.turn();
        match std::mem::replace(&mut *turn, Turn::Over) {
            Turn::Starting(started) => {
                let _ = started.send(Started::Failed(error_message(report)));
                Ok(())
            }
            Turn::Over => Err(OutOfTurn::Over),
            other => {
                *turn = other;
                Err(OutOfTurn::WrongState)
            }
        }
    }

    /// Hands in an event; only a process that waits for one may be given it.
    pub(super) fn give(&self, invocation: Invocation) -> oneshot::Receiver<Outcome> {
        let (answer, answers) = oneshot::channel();
        let mut turn = self.turn();
        if matches!(*turn, Turn::Free) {
            *turn = Turn::Given(invocation, answer);
            self.handed_in.notify_one();
        } else {
            let _ = answer.send(Outcome::NotTaken);
        }
        answers
    }

    /// The process has ended, as these words of Lambda's say.
    pub(super) fn end(&self, how: &str) {
        let before = std::mem::replace(&mut *self.turn(), Turn::Over);
        // Who does not listen needs no answer.
        match before {
            Turn::Starting(started) => {
                let _ = started.send(Started::Ended(how.to_owned()));
            }
            Turn::Given(_, answer) => {
                let _ = answer.send(Outcome::NotTaken);
            }
            Turn::Working(_, answer) => {
                let _ = answer.send(Outcome::Ended(how.to_owned()));
            }
            Turn::Free | Turn::Answered(_) | Turn::Over => {}
        }
        self.handed_in.notify_waiters();
    }

    /// Whether it waits for an event.
    pub(super) fn is_free(&self) -> bool {
        matches!(*self.turn(), Turn::Free)
    }

    /// Waits until the process has answered an event.
    pub(super) async fn has_answered(&self) {
        self.answered.notified().await;
    }

    /// The event that it has answered, if it has not asked for the next.
    pub(super) fn lingers_on(&self) -> Option<Uuid> {
        match *self.turn() {
            Turn::Answered(id) => Some(id),
            _ => None,
        }
    }

    fn turn(&self) -> MutexGuard<'_, Turn> {
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// `errorMessage` of an error's JSON. What Cognito shows of an error without one is not known; Java's
/// `null` is inferred.
fn error_message(report: &[u8]) -> String {
    let report: Value = serde_json::from_slice(report).unwrap_or_default();
    report["errorMessage"].as_str().unwrap_or("null").to_owned()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    const ID: Uuid = Uuid::from_u128(7);

    fn invocation() -> Invocation {
        Invocation {
            request_id: ID,
            arn: "arn:aws:lambda:us-east-1:123456789012:function:f".into(),
            deadline: Timestamp(1_767_225_600_000),
            event: Bytes::from_static(b"{}"),
        }
    }

    fn exchange() -> (Exchange, oneshot::Receiver<Started>, Arc<AtomicUsize>) {
        let free = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&free);
        let (exchange, starts) = Exchange::new(move || {
            counted.fetch_add(1, Ordering::Relaxed);
        });
        (exchange, starts, free)
    }

    #[tokio::test]
    async fn a_process_asks_is_given_an_event_and_answers_it() {
        let (exchange, mut starts, free) = exchange();
        assert!(exchange.ask().is_ok());
        assert_eq!(starts.try_recv(), Ok(Started::Ready));
        let mut answers = exchange.give(invocation());
        let taken = exchange.next().await.unwrap();
        assert_eq!(taken.request_id, ID);
        assert_eq!(
            exchange.answer(&Uuid::nil().to_string(), Bytes::new()),
            Err(OutOfTurn::WrongId)
        );
        assert_eq!(exchange.ask(), Err(OutOfTurn::WrongState));
        let body = Bytes::from_static(b"{\"a\":1}");
        assert_eq!(exchange.answer(&ID.to_string(), body.clone()), Ok(()));
        assert_eq!(answers.try_recv(), Ok(Outcome::Answered(body)));
        assert_eq!(exchange.lingers_on(), Some(ID));
        assert_eq!(
            exchange.answer(&ID.to_string(), Bytes::new()),
            Err(OutOfTurn::WrongId)
        );
        assert!(exchange.ask().is_ok() && exchange.is_free());
        assert_eq!(free.load(Ordering::Relaxed), 2);
    }

    #[tokio::test]
    async fn the_end_of_a_process_is_told_to_whoever_waits_for_it() {
        let (starting, mut starts, _) = exchange();
        starting.end("gone");
        assert_eq!(starts.try_recv(), Ok(Started::Ended("gone".into())));
        assert_eq!(starting.next().await.unwrap_err(), OutOfTurn::Over);

        let (given, _starts, _) = exchange();
        given.ask().unwrap();
        let mut answers = given.give(invocation());
        given.end("gone");
        assert_eq!(answers.try_recv(), Ok(Outcome::NotTaken));
        assert_eq!(given.give(invocation()).try_recv(), Ok(Outcome::NotTaken));

        let (working, _starts, _) = exchange();
        working.ask().unwrap();
        let mut answers = working.give(invocation());
        working.next().await.unwrap();
        working.end("gone");
        assert_eq!(answers.try_recv(), Ok(Outcome::Ended("gone".into())));
    }

    #[test]
    fn an_error_is_told_by_its_message() {
        let cases = [
            (
                &br#"{"errorMessage":"boom","errorType":"Error"}"#[..],
                "boom",
            ),
            (br#"{"errorMessage":""}"#, ""),
            (br#"{"errorType":"Error"}"#, "null"),
            (b"garbage", "null"),
            (b"[1]", "null"),
        ];
        for (report, expected) in cases {
            assert_eq!(error_message(report), expected);
        }
    }

    #[test]
    fn a_start_fails_once_and_only_as_a_start() {
        let (failing, mut starts, _) = exchange();
        let report = br#"{"errorMessage":"f.handler is undefined or not exported"}"#;
        assert_eq!(failing.fail_start(report), Ok(()));
        let message = "f.handler is undefined or not exported".to_owned();
        assert_eq!(starts.try_recv(), Ok(Started::Failed(message)));
        assert_eq!(failing.fail_start(report), Err(OutOfTurn::Over));

        let (free, _starts, _) = exchange();
        free.ask().unwrap();
        assert_eq!(free.fail_start(report), Err(OutOfTurn::WrongState));
        assert!(free.is_free());
    }
}
