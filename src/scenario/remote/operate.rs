//! Operations that replay calls of its own: those that make pools, and those that delete them.

use bytes::Bytes;
use serde_json::{Map, Value, json};
use tokio::time::{Duration, sleep};

use super::Endpoint;
use super::aws::{Aws, Signing};
use crate::http::Answered;
use crate::model::cognito_idp::Operation;
use crate::scenario::target::{Call, Signer, Unable};

/// How often an operation is tried that AWS throttles.
const TRIES: u32 = 5;

/// How long after the first try; twice as long after each further one.
const FIRST_WAIT: Duration = Duration::from_millis(500);

/// A refusal that comes of too many requests.
const THROTTLED: [&str; 2] = ["TooManyRequestsException", "ThrottlingException"];

/// Why an operation did nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Trouble {
    Refused { kind: String, message: String },
    Unreachable(String),
}

impl Trouble {
    /// What of an answer is a refusal.
    pub(super) fn of(answered: &Answered) -> Option<Self> {
        if answered.status == 200 {
            return None;
        }
        let body: Value = serde_json::from_slice(&answered.body).unwrap_or_default();
        let text = |names: [&str; 2]| {
            let found = names.iter().find_map(|name| body.get(*name)?.as_str());
            found.unwrap_or_default().to_owned()
        };
        let kind = text(["__type", "code"]);
        let kind = kind.rsplit('#').next().unwrap_or_default();
        Some(Self::Refused {
            kind: match kind {
                "" => format!("status {}", answered.status),
                kind => kind.to_owned(),
            },
            message: text(["message", "Message"]),
        })
    }

    pub(super) fn is(&self, name: &str) -> bool {
        matches!(self, Self::Refused { kind, .. } if kind == name)
    }

    /// Whether AWS says that there were too many calls, and has done nothing.
    fn is_throttled(&self) -> bool {
        THROTTLED.iter().any(|name| self.is(name))
    }

    /// Whether the credentials are no longer what they were when the first call was let in.
    pub(super) fn is_expired(&self) -> bool {
        self.is("ExpiredTokenException")
    }

    /// What is to be done, where a refusal is about who calls; none where it is about what is asked for.
    pub(super) fn remedy(&self) -> Option<&'static str> {
        let Self::Refused { kind, message } = self else {
            return None;
        };
        Some(match kind.as_str() {
            // The texts are those that SigV4's verifier has for all services (reported).
            "InvalidSignatureException" | "RequestExpired"
                if message.starts_with("Signature expired")
                    || message.starts_with("Signature not yet current")
                    || kind == "RequestExpired" =>
            {
                "the clock of this machine is wrong; set it"
            }
            "InvalidSignatureException" if message.contains("scoped to a valid region") => {
                "the endpoint is of another Region; give --region, or set AWS_REGION"
            }
            "InvalidSignatureException"
            | "IncompleteSignature"
            | "IncompleteSignatureException" => {
                "AWS_SECRET_ACCESS_KEY is not the key of AWS_ACCESS_KEY_ID"
            }
            "ExpiredTokenException" => {
                "AWS_SESSION_TOKEN has expired; get new credentials, with all three of their variables"
            }
            "UnrecognizedClientException" | "InvalidClientTokenId" => {
                "nobody has this AWS_ACCESS_KEY_ID, or AWS_SESSION_TOKEN, which temporary ones need, is not its own"
            }
            "MissingAuthenticationTokenException" => {
                "something between has taken the signature away"
            }
            "OptInRequired" => "the account is not signed up for Cognito in this Region",
            "AccessDeniedException" => {
                "their policy does not let them call cognito-idp:*, which a replay needs"
            }
            _ => return None,
        })
    }
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Refused { kind, message } if message.is_empty() => f.write_str(kind),
            Self::Refused { kind, message } => write!(f, "{kind}: {message}"),
            Self::Unreachable(text) => f.write_str(text),
        }
    }
}

impl Signing<'_> {
    /// Sends a call; again, where AWS says that there were too many, as every client of AWS does.
    pub(super) async fn patiently(&self, call: Call) -> Result<Answered, Unable> {
        let mut wait = FIRST_WAIT;
        for _ in 1..TRIES {
            let answered = self.call(call.clone()).await?;
            if !Trouble::of(&answered).is_some_and(|trouble| trouble.is_throttled()) {
                return Ok(answered);
            }
            sleep(wait).await;
            wait *= 2;
        }
        self.call(call).await
    }
}

/// Calls of one endpoint.
pub(super) struct Operator<'a> {
    pub(super) endpoint: &'a Endpoint,
    pub(super) aws: &'a Aws,
    /// Whether it goes on when what is played is to end, as who deletes does.
    pub(super) anyway: bool,
}

impl Operator<'_> {
    /// Calls an operation; again, where AWS says that there were too many calls.
    pub(super) async fn call(
        &self,
        operation: Operation,
        input: &Map<String, Value>,
    ) -> Result<Value, Trouble> {
        let input = Bytes::from(json!(input).to_string());
        let call = Call {
            operation,
            input,
            signer: operation.signed().then(Signer::default),
            headers: Vec::new(),
            now: self.aws.now(),
        };
        let signing = Signing {
            endpoint: self.endpoint,
            aws: self.aws,
            anyway: self.anyway,
        };
        let answered = signing.patiently(call).await;
        let answered = answered.map_err(|unable| match unable {
            Unable::Refused(text) | Unable::Beyond(text) | Unable::Unreachable(text) => {
                Trouble::Unreachable(text)
            }
        })?;
        match Trouble::of(&answered) {
            Some(trouble) => Err(trouble),
            None => Ok(serde_json::from_slice(&answered.body).unwrap_or_default()),
        }
    }

    /// Deletes a pool with what stands in the way; one that is gone is deleted.
    pub(super) async fn delete_pool(&self, id: &str) -> Result<(), Trouble> {
        let of_pool = Map::from_iter([("UserPoolId".to_owned(), Value::from(id))]);
        let is_gone = |trouble: &Trouble| trouble.is("ResourceNotFoundException");
        match self.call(Operation::DeleteUserPool, &of_pool).await {
            Ok(_) => return Ok(()),
            Err(trouble) if is_gone(&trouble) => return Ok(()),
            Err(Trouble::Unreachable(text)) => return Err(Trouble::Unreachable(text)),
            // A domain, or its protection (documented).
            Err(_) => {}
        }
        let shown = self.call(Operation::DescribeUserPool, &of_pool).await?;
        let shown = shown.get("UserPool").cloned().unwrap_or_default();
        for name in ["Domain", "CustomDomain"] {
            if let Some(domain) = shown.get(name).and_then(Value::as_str) {
                let mut input = of_pool.clone();
                input.insert("Domain".to_owned(), domain.into());
                self.call(Operation::DeleteUserPoolDomain, &input).await?;
            }
        }
        if shown.get("DeletionProtection").and_then(Value::as_str) == Some("ACTIVE") {
            let mut input = of_pool.clone();
            input.insert("DeletionProtection".to_owned(), "INACTIVE".into());
            self.call(Operation::UpdateUserPool, &input).await?;
        }
        match self.call(Operation::DeleteUserPool, &of_pool).await {
            Err(trouble) if !is_gone(&trouble) => Err(trouble),
            _ => Ok(()),
        }
    }
}
