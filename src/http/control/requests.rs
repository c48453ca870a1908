//! `/_poolhouse/requests`: the journal, and `/_poolhouse/requests/verify`: whether so many requests of a kind
//! came.

use std::collections::BTreeMap;
use std::time::Duration;

use hyper::StatusCode;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::messages::with_plus;
use super::page::{self, page_with};
use super::route::{Call, Content, READS, Refused, Route, Serve, Waiting};
use crate::context::{DEFAULT_ACCOUNT, Shared};
use crate::control::faults::Applied;
use crate::control::invocations::Invoked;
use crate::control::journal::{About, Outcome, Request, Selection, What, known_errors};
use crate::dispatch::journal::about_token;
use crate::http::well_known::Document;
use crate::http::{noted, query};
use crate::model::names::is_account;
use crate::model::{PoolId, cognito_identity, cognito_idp, misspelled};

pub(super) const ROUTE: Route = Route {
    path: "requests",
    methods: READS,
    about: "requests and how they ended: ?after=ID&limit=1000&wait=5s&operation=SignUp&path=/oauth2/*&\
            user_pool=POOL_ID&client=CLIENT_ID&username=NAME&account=123456789012&\
            outcome=success|refused|lost|ERROR&label=TEXT&trace=ID",
    serve: Serve::Wait(serve),
};

/// What a query asks for.
#[derive(Debug, PartialEq)]
struct Wanted {
    after: u64,
    limit: usize,
    wait: Duration,
    selection: Selection,
}

fn serve<'a>(call: &'a Call<'a>) -> Waiting<'a> {
    Box::pin(async move {
        let Call { door, peer, .. } = call;
        let wanted = Wanted::parse(call.query)?;
        is_on(&door.shared)?;
        let picked = |kept: &Request| wanted.selection.picks(kept, about(&door.shared, kept));
        let journal = &door.shared.journal;
        let found = tokio::select! {
            found = journal.wait_for_requests(wanted.after, wanted.wait, picked) => found,
            // As for messages: a stopping server waits for nothing, nor does who has left.
            () = door.stopped() => Vec::new(),
            () = peer.left() => Vec::new(),
        };
        door.caught_up(peer).await?;
        let viewer = Viewer::new(&door.shared);
        let requests = found.iter().map(|request| viewer.view(request));
        let dropped = [("dropped", journal.dropped().into())];
        let page = page_with("requests", requests, wanted.limit, &dropped);
        Ok(Content::Json(page))
    })
}

/// Refuses to tell what nobody kept.
pub(super) fn is_on(shared: &Shared) -> Result<(), Refused> {
    if shared.journal.keeps_requests() {
        return Ok(());
    }
    let text = "there is no journal of requests: the server was started with --keep-requests 0";
    Err(Refused(StatusCode::CONFLICT, text.to_owned()))
}

/// Whom a request is about.
pub(super) fn about<'r>(shared: &Shared, request: &'r Request) -> &'r About {
    request.about.get_or_init(|| {
        if let Some(about) = about_document(shared, request) {
            return about;
        }
        let token = request.sent("AccessToken");
        let told = token.map(|token| about_token(shared, &token));
        let mut about = told.unwrap_or_default();
        if about.user_pool.is_none() {
            let own = request.asker.account.as_deref();
            about.account = Some(own.unwrap_or(DEFAULT_ACCOUNT).into());
        }
        about
    })
}

/// What a request for a public document of a pool is about.
fn about_document(shared: &Shared, request: &Request) -> Option<About> {
    let (Document::Keys(id) | Document::Configuration(id)) = Document::at(request.path())?;
    let pool = shared.store.pool(&PoolId::from(id)).ok()?;
    Some(About {
        user_pool: Some(id.into()),
        account: Some(pool.account.as_str().into()),
        ..About::default()
    })
}

impl Wanted {
    fn parse(query: &str) -> Result<Self, Refused> {
        let mut wanted = Self {
            after: 0,
            limit: page::LIMIT,
            wait: Duration::ZERO,
            selection: Selection::default(),
        };
        for (name, value) in query::pairs(query) {
            match name.as_str() {
                "after" => wanted.after = page::after(&value, "a request")?,
                "limit" => wanted.limit = page::limit(&value)?,
                "wait" => wanted.wait = page::wait(&value)?,
                _ => wanted.choose(&name, value)?,
            }
        }
        Ok(wanted)
    }

    fn choose(&mut self, name: &str, value: String) -> Result<(), Refused> {
        const NAMES: [&str; 12] = [
            "after",
            "limit",
            "wait",
            "operation",
            "path",
            "user_pool",
            "client",
            "username",
            "account",
            "outcome",
            "label",
            "trace",
        ];
        let selection = &mut self.selection;
        match name {
            "operation" => {
                let names = value.split(',').map(operation);
                selection.operations = names.collect::<Result<_, _>>()?;
            }
            "path" => selection.path = Some(value),
            "user_pool" => selection.user_pool = Some(value),
            "client" => selection.client = Some(value),
            "username" => selection.username = Some(with_plus(value)),
            "account" => selection.account = Some(account(&value)?),
            "outcome" => selection.outcome = Some(outcome(&value)?),
            "label" => selection.label = Some(value),
            "trace" => selection.trace = Some(trace(&value)?),
            _ => {
                let hint = misspelled::hint(name, NAMES);
                let text = format!("there is no parameter {name}; {hint}");
                return Err(Refused::bad_request(text));
            }
        }
        Ok(())
    }
}

/// An operation of one of the services.
pub(super) fn operation(name: &str) -> Result<String, Refused> {
    const OF_KMS: [&str; 3] = ["Decrypt", "DescribeKey", "GenerateDataKey"];
    let of_user_pools = cognito_idp::Operation::ALL.iter().map(|one| one.name());
    let of_others = cognito_identity::Operation::ALL
        .iter()
        .map(|one| one.name());
    let mut known = of_user_pools.clone().chain(of_others).chain(OF_KMS);
    if known.any(|one| one == name) {
        return Ok(name.to_owned());
    }
    let hint = misspelled::hint(name, of_user_pools);
    let text = format!("operation: there is no operation {name:?}; {hint}");
    Err(Refused::bad_request(text))
}

pub(super) fn account(text: &str) -> Result<String, Refused> {
    if is_account(text) {
        return Ok(text.to_owned());
    }
    let text = format!("account: {text:?} is not an account, which has 12 digits");
    Err(Refused::bad_request(text))
}

pub(super) fn outcome(name: &str) -> Result<Outcome, Refused> {
    Outcome::named(name).ok_or_else(|| {
        let words = Outcome::NAMES.join(", ");
        let errors = known_errors();
        let near = misspelled::nearest(name, errors.into_iter().chain(Outcome::NAMES));
        let hint = near.map_or_else(String::new, |near| format!("; did you mean {near}?"));
        let text = format!("outcome: {name:?} is neither {words} nor the type of an error{hint}");
        Refused::bad_request(text)
    })
}

pub(super) fn trace(text: &str) -> Result<u128, Refused> {
    noted::trace_id(text).ok_or_else(|| {
        let text = format!(
            "trace: {text:?} is not the id of a trace, which has 32 of 0-9 and a-f: the second part of a \
             traceparent"
        );
        Refused::bad_request(text)
    })
}

/// Shows requests, each with the invocations that it caused, as far as they are kept.
pub(super) struct Viewer<'s> {
    shared: &'s Shared,
    caused: BTreeMap<Uuid, Vec<Value>>,
}

impl<'s> Viewer<'s> {
    pub(super) fn new(shared: &'s Shared) -> Self {
        let mut caused: BTreeMap<Uuid, Vec<Value>> = BTreeMap::new();
        for invoked in shared.invocations.after(0) {
            if let Some(call) = invoked.caused_by {
                caused.entry(call).or_default().push(brief(&invoked));
            }
        }
        Self { shared, caused }
    }

    /// Members that a request lacks are null, so that a script may name each.
    pub(super) fn view(&self, request: &Request) -> Value {
        let about = about(self.shared, request);
        let [input_bytes, output_bytes] = request.lengths();
        let invocations = request.request_id.and_then(|id| self.caused.get(&id));
        let (service, method, query) = match &request.what {
            What::Call { service, .. } => (service.name(), "POST", Value::Null),
            What::Route { method, target } => (None, &**method, shown_query(target)),
        };
        let asker = &request.asker;
        json!({
            "id": request.id,
            "requestId": request.request_id.map(|id| id.to_string()),
            "at": request.at.to_rfc3339(),
            "durationMs": request.duration.as_secs_f64() * 1e3,
            "service": service,
            "operation": request.operation(),
            "method": method,
            "path": request.path(),
            "query": query,
            "userPoolId": about.user_pool,
            "clientId": about.client,
            "username": about.user.all.first(),
            "account": about.account,
            "caller": {
                "address": asker.address.map(|address| address.to_string()),
                "account": asker.account.as_deref().unwrap_or(DEFAULT_ACCOUNT),
                "region": asker.region,
                "signed": asker.is_signed,
                "userAgent": asker.user_agent,
            },
            "label": request.label,
            "trace": request.trace.map(|trace| format!("{trace:032x}")),
            "status": request.status,
            "outcome": request.outcome().name(),
            "error": request.error(),
            "reason": request.reason,
            "input": request.input(),
            "inputBytes": input_bytes,
            "output": request.output(),
            "outputBytes": output_bytes,
            "invocations": invocations.cloned().unwrap_or_default(),
            "fault": request.fault.as_ref().map(|fault| json!({
                "rule": fault.rule,
                "applied": match fault.applied {
                    Applied::Before => "before",
                    Applied::After => "after",
                },
                "effect": fault.effect,
            })),
        })
    }
}

fn brief(invoked: &Invoked) -> Value {
    json!({
        "id": invoked.id,
        "trigger": invoked.trigger,
        "triggerSource": invoked.source,
        "error": invoked.error,
    })
}

/// The parameters of a query by their names; their values may be codes and tokens, and are not shown.
fn shown_query(target: &str) -> Value {
    let Some((_, text)) = target.split_once('?') else {
        return Value::Null;
    };
    let harmless = ["client_id", "response_type", "scope", "user_name"];
    let pairs = query::pairs(text).into_iter().map(|(name, value)| {
        let shown = if harmless.contains(&name.as_str()) {
            value
        } else {
            "***".to_owned()
        };
        (name, shown.into())
    });
    pairs.collect::<Map<String, Value>>().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_read_or_refused() {
        let all = "after=7&limit=2&wait=5s&operation=SignUp,GetUser&path=/x*&user_pool=p&client=c&\
                   username=+12065550100&account=123456789012&outcome=CodeMismatchException&label=l&\
                   trace=4bf92f3577b34da6a3ce929d0e0e4736";
        let wanted = Wanted::parse(all).unwrap();
        assert_eq!((wanted.after, wanted.limit), (7, 2));
        assert_eq!(wanted.selection.operations, ["SignUp", "GetUser"]);
        assert_eq!(wanted.selection.username.as_deref(), Some("+12065550100"));
        for (query, told) in [
            ("after=x", "the id of a request"),
            ("wait=soon", "duration"),
            ("operation=Signup", "did you mean SignUp?"),
            ("userpool=x", "did you mean user_pool?"),
            ("account=1", "12 digits"),
            (
                "outcome=NotAuthorisedException",
                "did you mean NotAuthorizedException?",
            ),
            ("outcome=good", "success, refused, lost"),
            ("trace=1", "traceparent"),
        ] {
            let Refused(status, text) = Wanted::parse(query).unwrap_err();
            assert_eq!(status, 400);
            assert!(text.contains(told), "{query}: {text}");
        }
    }

    #[test]
    fn a_query_of_a_route_tells_no_code() {
        let shown = shown_query("/confirmUser?client_id=c&user_name=bob&confirmation_code=123456");
        let expected = json!({"client_id": "c", "user_name": "bob", "confirmation_code": "***"});
        assert_eq!(shown, expected);
        assert_eq!(shown_query("/x"), Value::Null);
    }
}
