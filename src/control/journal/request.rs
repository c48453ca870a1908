//! A request as it is kept, from its beginning to its end.

use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use bytes::Bytes;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Journal, veil};
use crate::clock::Timestamp;
use crate::control::faults::Applied;
use crate::control::outbox::Names;
use crate::model::described::Shape;
use crate::model::tree;

/// Longer bodies are not kept, only their length.
const LONGEST_BODY: usize = 64 * 1024;

/// A request. Not `Debug` as a whole: its bodies hold passwords and tokens, which are hidden when they are
/// shown.
pub struct Request {
    /// Rises with each entry of the journal.
    pub id: u64,
    /// The id that its answer carries, where it carries one.
    pub request_id: Option<Uuid>,
    /// When it came, by the server's clock.
    pub at: Timestamp,
    /// How long it took, in real time.
    pub duration: Duration,
    /// What was asked for.
    pub what: What,
    /// Who asked.
    pub asker: Asker,
    /// What the client calls it.
    pub label: Option<Box<str>>,
    /// The trace that it belongs to.
    pub trace: Option<u128>,
    /// The status that was sent; none where no answer was.
    pub status: Option<u16>,
    /// How the operation ended, where one was called.
    pub answered: Answered,
    /// Why it ended so.
    pub reason: Option<Box<str>>,
    /// What a rule of faults did to it.
    pub fault: Option<Faulted>,
    /// Whom it is about, once that is known.
    pub about: OnceLock<About>,
    input: Body,
    output: Body,
}

/// What was asked for.
#[derive(Debug)]
pub enum What {
    /// A call of an operation.
    Call {
        /// Its service.
        service: Service,
        /// Its name, if it is one that the service has.
        operation: Option<&'static str>,
        /// What it is given, and what it answers.
        shapes: Option<[&'static Shape; 2]>,
    },
    /// Anything else.
    Route {
        /// The method.
        method: Box<str>,
        /// The path, with its query.
        target: Box<str>,
    },
}

/// The service that a call is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// User pools.
    UserPools,
    /// Identity pools.
    IdentityPools,
    /// AWS KMS.
    Kms,
    /// None that is known.
    Unknown,
}

impl Service {
    /// The name that AWS signs for.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::UserPools => Some("cognito-idp"),
            Self::IdentityPools => Some("cognito-identity"),
            Self::Kms => Some("kms"),
            Self::Unknown => None,
        }
    }
}

/// Who asks, as far as the request tells.
#[derive(Debug, Default)]
pub struct Asker {
    /// Where from.
    pub address: Option<IpAddr>,
    /// The account of the signature, where it is not the default one.
    pub account: Option<Box<str>>,
    /// The Region of the signature or of the host.
    pub region: Option<Box<str>>,
    /// Whether it is signed.
    pub is_signed: bool,
    /// The program, in its own words.
    pub user_agent: Option<Box<str>>,
}

/// How an operation ended.
#[derive(Debug, Default)]
pub enum Answered {
    /// Not with an error of AWS.
    #[default]
    Plainly,
    /// With an error.
    Error {
        /// Its type.
        code: Cow<'static, str>,
        /// Its sentence.
        message: Box<str>,
    },
}

/// What a rule of faults did to a request.
#[derive(Debug)]
pub struct Faulted {
    /// The rule.
    pub rule: Box<str>,
    /// Whether the operation took effect first.
    pub applied: Applied,
    /// What came in place of the answer, or became of it.
    pub effect: Option<&'static str>,
}

/// Whom a request is about.
#[derive(Debug, Default)]
pub struct About {
    /// The pool.
    pub user_pool: Option<Box<str>>,
    /// The account of the pool, else that of the signature.
    pub account: Option<Box<str>>,
    /// The app client.
    pub client: Option<Box<str>>,
    /// The names of the user: first the one that is shown.
    pub user: Names,
}

impl About {
    /// Whether the user has this name.
    pub fn has_user(&self, name: &str) -> bool {
        self.user.has(name)
    }
}

/// How a request ended for its client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// With what was asked for.
    Success,
    /// With a refusal, of whatever kind.
    Refused,
    /// Without an answer: the connection ended, or the client left before.
    Lost,
    /// With this error.
    Error(String),
}

#[derive(Default)]
struct Body {
    length: usize,
    /// Nothing where it is too long, or not for showing.
    kept: Bytes,
}

impl Body {
    fn value(&self) -> Option<Value> {
        (!self.kept.is_empty()).then(|| tree::parse(&self.kept).ok())?
    }
}

impl std::fmt::Debug for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Request")
            .field("id", &self.id)
            .field("what", &self.what)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

impl Request {
    /// One that begins.
    pub fn new(what: What, at: Timestamp) -> Self {
        Self {
            id: 0,
            request_id: None,
            at,
            duration: Duration::ZERO,
            what,
            asker: Asker::default(),
            label: None,
            trace: None,
            status: None,
            answered: Answered::Plainly,
            reason: None,
            fault: None,
            about: OnceLock::new(),
            input: Body::default(),
            output: Body::default(),
        }
    }

    /// Notes what was sent. It is copied: the bytes as they came may be a part of much more.
    pub fn take_input(&mut self, body: &[u8]) {
        self.input.length = body.len();
        if body.len() <= LONGEST_BODY {
            self.input.kept = Bytes::copy_from_slice(body);
        }
    }

    /// Notes what is answered.
    pub fn take_output(&mut self, body: &Bytes) {
        self.output.length = body.len();
        if body.len() <= LONGEST_BODY {
            self.output.kept = body.clone();
        }
    }

    /// Forgets the answer, which was not sent.
    pub fn lose_output(&mut self) {
        self.output = Body::default();
    }

    /// Notes how many bytes are sent of what is not shown.
    pub fn measure_input(&mut self, length: usize) {
        self.input.length = length;
    }

    /// Notes how many bytes are answered, also of what is not shown.
    pub fn measure_output(&mut self, length: u64) {
        self.output.length = usize::try_from(length).unwrap_or(usize::MAX);
    }

    /// The operation.
    pub fn operation(&self) -> Option<&'static str> {
        match &self.what {
            What::Call { operation, .. } => *operation,
            What::Route { .. } => None,
        }
    }

    /// The path, which of calls is `/`.
    pub fn path(&self) -> &str {
        match &self.what {
            What::Call { .. } => "/",
            What::Route { target, .. } => target.split('?').next().unwrap_or_default(),
        }
    }

    /// The type of the error.
    pub fn error(&self) -> Option<&str> {
        match &self.answered {
            Answered::Plainly => None,
            Answered::Error { code, .. } => Some(code),
        }
    }

    /// How it ended.
    pub fn outcome(&self) -> Outcome {
        match self.status {
            None => Outcome::Lost,
            Some(status) if status < 400 => Outcome::Success,
            Some(_) => Outcome::Refused,
        }
    }

    /// A member of text, as it was sent: for whoever finds out whom it is about, and not to be shown.
    pub fn sent(&self, member: &str) -> Option<String> {
        let value = self.input.value()?;
        value.get(member)?.as_str().map(str::to_owned)
    }

    /// What was sent, without what nobody may see.
    pub fn input(&self) -> Value {
        self.shown(&self.input, 0)
    }

    /// What was answered, without what nobody may see.
    pub fn output(&self) -> Value {
        match &self.answered {
            Answered::Plainly => self.shown(&self.output, 1),
            // As the body has it: an error without a sentence has its type alone.
            Answered::Error { code, message } if message.is_empty() => json!({ "__type": code }),
            Answered::Error { code, message } if code == "SerializationException" => {
                json!({ "__type": code, "Message": message })
            }
            Answered::Error { code, message } => json!({ "__type": code, "message": message }),
        }
    }

    /// How many bytes were sent and answered.
    pub fn lengths(&self) -> [usize; 2] {
        [self.input.length, self.output.length]
    }

    fn shown(&self, body: &Body, which: usize) -> Value {
        let What::Call {
            shapes: Some(shapes),
            ..
        } = &self.what
        else {
            return Value::Null;
        };
        match body.value() {
            Some(value) => veil::shown(&value, shapes[which]),
            None => Value::Null,
        }
    }

    /// About how many bytes it keeps.
    pub(super) fn weight(&self) -> usize {
        let text = |text: &Option<Box<str>>| text.as_ref().map_or(0, |text| text.len());
        let texts = text(&self.label) + text(&self.reason) + text(&self.asker.user_agent);
        let target = match &self.what {
            What::Call { .. } => 0,
            What::Route { target, .. } => target.len(),
        };
        size_of::<Self>() + self.input.kept.len() + self.output.kept.len() + texts + target
    }
}

/// A request under way. It is kept as it ends, also when its client leaves before.
pub struct InFlight<'j> {
    /// None where no requests are kept, and once it is.
    open: Option<(&'j Journal, Arc<Request>, Instant)>,
}

impl<'j> InFlight<'j> {
    /// One that begins; `make` is called where requests are kept.
    pub fn begin(journal: &'j Journal, make: impl FnOnce() -> Request) -> Self {
        let open = journal
            .keeps_requests()
            .then(|| (journal, Arc::new(make()), Instant::now()));
        Self { open }
    }

    /// One that nobody keeps.
    pub fn none() -> Self {
        Self { open: None }
    }

    /// Notes something of it.
    pub fn note(&mut self, note: impl FnOnce(&mut Request)) {
        let open = self.open.as_mut();
        // Nobody else has it before it is entered.
        if let Some(request) = open.and_then(|(_, request, _)| Arc::get_mut(request)) {
            note(request);
        }
    }

    /// Keeps it, with the status that is sent.
    pub fn end(mut self, status: Option<u16>) {
        self.note(|request| request.status = status);
        self.enter();
    }

    /// Holds it until what its answer goes through is over.
    pub fn hold(mut self) -> Option<Unfinished> {
        let (_, request, since) = self.open.take()?;
        Some(Unfinished { request, since })
    }

    fn enter(&mut self) {
        let Some((journal, mut request, since)) = self.open.take() else {
            return;
        };
        if let Some(request) = Arc::get_mut(&mut request) {
            request.duration = since.elapsed();
        }
        journal.enter(request);
    }
}

/// A request whose answer is made, but not sent yet.
pub struct Unfinished {
    request: Arc<Request>,
    since: Instant,
}

impl Unfinished {
    /// The same under way, to be kept in `journal`.
    pub fn resume(self, journal: &Journal) -> InFlight<'_> {
        InFlight {
            open: Some((journal, self.request, self.since)),
        }
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        if self.open.is_some() {
            self.note(|request| {
                let left = "the client left before its answer was there";
                request.reason.get_or_insert_with(|| left.into());
            });
            self.enter();
        }
    }
}
