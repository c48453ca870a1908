//! Functions for tests: each notes its events, and does as it is told.

use std::sync::{Arc, Mutex, OnceLock, Weak};

use serde_json::{Value, json};

use super::{TestPool, server};
use crate::context::{Caller, Context, Settings, Shared};
use crate::dispatch;
use crate::dispatch::call::Call;
use crate::lambda::{Answering, Fault, Functions, Invocation};
use crate::model::cognito_idp::Operation;
use crate::store::user_pool::app_client::AppClient;

/// The one function that every trigger names.
pub const ARN: &str = "arn:aws:lambda:us-east-1:123456789012:function:f";

/// What a function does with an event.
pub enum Act {
    /// Returns it, with these members set in its response.
    Return(Value),
    /// Returns an error, `no`.
    Fail,
    /// Calls operations, which must succeed, and returns the event as it came.
    Call(Vec<(&'static str, Value)>),
}

impl Act {
    /// Returns the event as it came.
    pub fn nothing() -> Self {
        Self::Return(json!({}))
    }
}

type Script = Box<dyn FnMut(&str, &Value) -> Act + Send>;

/// The functions of a pool.
pub struct Scripted {
    seen: Mutex<Vec<Value>>,
    script: Mutex<Script>,
    server: OnceLock<Weak<Shared>>,
}

struct Port(Arc<Scripted>);

impl Functions for Port {
    fn invoke<'a>(&'a self, invocation: Invocation<'a>) -> Answering<'a> {
        Box::pin(self.0.answer(invocation.event))
    }
}

impl Scripted {
    /// What the functions do from now on, by the source of the event and the event.
    pub fn does(&self, script: impl FnMut(&str, &Value) -> Act + Send + 'static) {
        *self.script.lock().unwrap() = Box::new(script);
    }

    /// Every event since the last time.
    pub fn events(&self) -> Vec<Value> {
        std::mem::take(&mut *self.seen.lock().unwrap())
    }

    /// The sources of the events since the last time.
    pub fn sources(&self) -> Vec<String> {
        let events = self.events();
        let sources = events.iter().map(|event| event["triggerSource"].as_str());
        sources.map(|source| source.unwrap().to_owned()).collect()
    }

    async fn answer(&self, mut event: Value) -> Result<Value, Fault> {
        self.seen.lock().unwrap().push(event.clone());
        let source = event["triggerSource"].as_str().unwrap();
        let act = (self.script.lock().unwrap())(source, &event);
        match act {
            Act::Return(members) => {
                for (member, value) in members.as_object().unwrap() {
                    event["response"][member] = value.clone();
                }
            }
            Act::Fail => {
                return Err(Fault::Failed {
                    text: "no".into(),
                    reason: "it is told to".into(),
                });
            }
            Act::Call(calls) => {
                for (operation, request) in calls {
                    let shared = self.server.get().unwrap().upgrade().unwrap();
                    let cx = Context::new(shared, Caller::default());
                    let named = Operation::from_name(operation).unwrap();
                    let answer = dispatch::serve(&cx, &Call::new(named, request)).await;
                    answer.unwrap_or_else(|refused| panic!("{operation}: {}", refused.reason()));
                }
            }
        }
        Ok(event)
    }
}

/// A pool that has the function for every event it can have, those of PreTokenGeneration in `version`.
pub async fn pool(
    version: &str,
    mut members: Value,
    change: impl FnOnce(&mut AppClient),
) -> (TestPool, Arc<Scripted>) {
    let functions = Arc::new(Scripted {
        seen: Mutex::default(),
        script: Mutex::new(Box::new(|_, _| Act::nothing())),
        server: OnceLock::new(),
    });
    let mut shared = server(Settings::default());
    shared.functions = Box::new(Port(Arc::clone(&functions)));
    members["LambdaConfig"] = json!({
        "PreSignUp": ARN, "PostConfirmation": ARN, "PreAuthentication": ARN,
        "PostAuthentication": ARN, "CustomMessage": ARN,
        "PreTokenGenerationConfig": {"LambdaArn": ARN, "LambdaVersion": version},
        "InboundFederation": {"LambdaArn": ARN, "LambdaVersion": "V1_0"},
    });
    let pool = TestPool::on(shared, members, change).await;
    let server = Arc::downgrade(pool.cx.shared());
    assert!(functions.server.set(server).is_ok());
    (pool, functions)
}
