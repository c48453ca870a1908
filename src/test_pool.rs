//! A pool to test operations on: requests and answers as JSON, without HTTP.

pub mod devices;
pub mod functions;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::clock::{Clock, Timestamp};
use crate::context::{Caller, Context, Settings, Shared, Signer};
use crate::control::outbox::Message;
use crate::dispatch;
use crate::dispatch::call::Call;
use crate::entropy::Entropy;
use crate::error::CognitoError;
use crate::model::cognito_idp::{
    ClientTypeType, ExplicitAuthFlowsType, Operation, PreventUserExistenceErrorTypes,
};
use crate::model::{ClientId, Decode, Encode, PoolId, decode, to_json};
use crate::store::user_pool::app_client::{AppClient, TokenValidity};
use crate::store::user_pool::settings::PoolSettings;
use crate::store::user_pool::user::User;
use crate::user_pool::users;

/// A password that the default policy takes.
pub const PASSWORD: &str = "Abc-1234";

/// An empty server whose clock stands at `now`.
pub fn context(now: Timestamp) -> Context {
    let shared = Shared::new(
        Clock::frozen_at(now),
        Entropy::from_seed(1),
        Settings::default(),
    );
    Context::new(Arc::new(shared), Caller::default())
}

/// Does two things at the same moment, each on a thread of its own, and gives both answers. `round` moves
/// the one against the other, so that many rounds meet in many places.
pub fn race<A: Send, B: Send>(
    round: usize,
    one: impl FnOnce() -> A + Send,
    other: impl FnOnce() -> B + Send,
) -> (A, B) {
    let arrived = AtomicUsize::new(0);
    let start = |wait: usize| {
        arrived.fetch_add(1, Ordering::SeqCst);
        while arrived.load(Ordering::SeqCst) < 2 {
            std::thread::yield_now();
        }
        for _ in 0..wait {
            std::hint::spin_loop();
        }
    };
    // On either side, up to some microseconds.
    let (ahead, behind) = match round % 2 {
        0 => (round % 400, 0),
        _ => (0, round % 400),
    };
    std::thread::scope(|scope| {
        let other = scope.spawn(|| {
            start(behind);
            other()
        });
        start(ahead);
        let one = one();
        (one, other.join().unwrap())
    })
}

/// What an operation answers to a request in JSON, null where the answer has no body.
pub fn answer<I: Decode, O: Encode>(
    cx: &Context,
    run: fn(&Context, I) -> Result<O, CognitoError>,
    body: &Value,
) -> Result<Value, CognitoError> {
    let request = decode(body).unwrap_or_else(|error| panic!("{body}: {error}"));
    let body = to_json(&run(cx, request)?);
    Ok(if body.is_empty() {
        Value::Null
    } else {
        serde_json::from_slice(&body).unwrap()
    })
}

/// A pool with one public client.
pub struct TestPool {
    pub cx: Context,
    pub id: PoolId,
    pub client: ClientId,
}

impl TestPool {
    /// A pool configured by members of CreateUserPool.
    pub async fn new(members: Value) -> Self {
        Self::with(members, Settings::default(), |_| {}).await
    }

    /// The same, with the server's settings and changes to the client.
    pub async fn with(
        members: Value,
        settings: Settings,
        change: impl FnOnce(&mut AppClient),
    ) -> Self {
        Self::on(server(settings), members, change).await
    }

    /// The same, on this server.
    pub async fn on(
        shared: Shared,
        mut members: Value,
        change: impl FnOnce(&mut AppClient),
    ) -> Self {
        let cx = Context::new(Arc::new(shared), Caller::default());
        members["PoolName"] = json!("test");
        let mut pool = Self {
            cx,
            id: PoolId::from(""),
            client: ClientId::from("client"),
        };
        let created = pool.call("CreateUserPool", members).await.unwrap();
        pool.id = PoolId::from(created["UserPool"]["Id"].as_str().unwrap());
        let mut client = client(&pool.client, &pool.id);
        change(&mut client);
        assert!(pool.cx.store.claim_client_id(&pool.client, &pool.id));
        let stored = pool.cx.pool(&pool.id).unwrap();
        stored
            .change(|draft| {
                draft.put_client(client);
                Ok(())
            })
            .unwrap();
        pool
    }

    /// Gives the pool a domain, as links need one.
    pub async fn give_domain(&self) {
        let domain = json!({"UserPoolId": self.id.as_str(), "Domain": "house"});
        self.ok("CreateUserPoolDomain", domain).await;
    }

    /// The same pool, called from this address.
    pub fn from(&self, address: &str) -> Self {
        let mut cx = self.cx.clone();
        cx.caller.address = Some(address.parse().unwrap());
        Self {
            cx,
            id: self.id.clone(),
            client: self.client.clone(),
        }
    }

    /// Calls an operation; pool and client are filled in where it has them. A refusal is
    /// `Type: sentence`.
    pub async fn call(&self, operation: &str, request: Value) -> Result<Value, String> {
        let outcome = self.outcome(operation, request).await;
        outcome.map_err(|refused| {
            assert!(!refused.reason().is_empty(), "{operation} gives a reason");
            format!("{}: {}", refused.code(), refused.message())
        })
    }

    /// Calls an operation that must be refused, and gives the reason.
    pub async fn reason(&self, operation: &str, request: Value) -> String {
        let refused = self.outcome(operation, request).await;
        refused.expect_err(operation).reason().to_owned()
    }

    async fn outcome(&self, operation: &str, mut request: Value) -> Result<Value, CognitoError> {
        let named = Operation::from_name(operation).unwrap();
        if !operation.contains("UserPool") {
            let members = request.as_object_mut().unwrap();
            if named.signed() {
                members
                    .entry("UserPoolId")
                    .or_insert_with(|| json!(self.id.as_str()));
            } else if !members.contains_key("AccessToken") {
                members
                    .entry("ClientId")
                    .or_insert_with(|| json!(self.client.as_str()));
            }
        }
        let call = Call::new(named, request);
        let body = dispatch::serve(&self.as_called(named), &call).await?;
        if body.is_empty() {
            return Ok(Value::Null);
        }
        Ok(serde_json::from_slice(&body).unwrap())
    }

    /// The view of the caller of an operation. As on the wire, a signature counts only where the
    /// operation takes one, and else the host names the Region.
    fn as_called(&self, operation: Operation) -> Context {
        let mut cx = self.cx.clone();
        let takes_none = !operation.signed();
        if let Signer::Scope { region } = &cx.caller.signer
            && takes_none
        {
            cx.caller.endpoint_region = Some(region.clone());
            cx.caller.signer = Signer::Unsigned;
        }
        cx
    }

    /// Calls an operation that must succeed.
    pub async fn ok(&self, operation: &str, request: Value) -> Value {
        self.call(operation, request)
            .await
            .unwrap_or_else(|refused| panic!("{operation}: {refused}"))
    }

    /// Calls an operation that must be refused.
    pub async fn refused(&self, operation: &str, request: Value) -> String {
        self.call(operation, request).await.expect_err(operation)
    }

    /// Makes a confirmed user with a permanent password and these attributes.
    pub async fn confirmed(&self, name: &str, attributes: Value) {
        let request =
            json!({"Username": name, "UserAttributes": attributes, "MessageAction": "SUPPRESS"});
        self.ok("AdminCreateUser", request).await;
        let request = json!({"Username": name, "Password": PASSWORD, "Permanent": true});
        self.ok("AdminSetUserPassword", request).await;
    }

    /// Signs a user in and gives the access token.
    pub async fn access_token(&self, name: &str) -> Value {
        let request = json!({
            "AuthFlow": "USER_PASSWORD_AUTH",
            "AuthParameters": {"USERNAME": name, "PASSWORD": PASSWORD},
        });
        self.ok("InitiateAuth", request).await["AuthenticationResult"]["AccessToken"].clone()
    }

    /// Signs a user in by password, and gives the AuthenticationResult.
    pub async fn signed_in(&self, name: &str) -> Value {
        let request = json!({
            "AuthFlow": "USER_PASSWORD_AUTH",
            "AuthParameters": {"USERNAME": name, "PASSWORD": PASSWORD},
        });
        self.ok("InitiateAuth", request).await["AuthenticationResult"].clone()
    }

    /// The claims of the ID token of a sign-in.
    pub async fn id_claims(&self, name: &str) -> Value {
        claims(&self.signed_in(name).await["IdToken"])
    }

    /// The user as it is stored.
    pub fn user(&self, name: &str) -> Arc<User> {
        let pool = self.cx.pool(&self.id).unwrap();
        pool.read(|state| users::require(state, name).cloned())
            .unwrap()
    }

    /// An attribute of a user, `-` without one.
    pub fn attribute(&self, name: &str, attribute: &str) -> String {
        self.user(name)
            .attributes
            .get(attribute)
            .unwrap_or("-")
            .to_owned()
    }

    /// Marks the pool as one of a fixture with `Quotas: aws`.
    pub fn mark(&self) {
        let stored = self.cx.pool(&self.id).unwrap();
        stored
            .change(|draft| {
                let mut settings = PoolSettings::clone(&draft.state().settings);
                settings.emulation.attempt_limits = true;
                draft.put_settings(settings);
                Ok(())
            })
            .unwrap();
    }

    /// Every message that was sent.
    pub fn messages(&self) -> Vec<Arc<Message>> {
        self.cx.outbox.after(0)
    }

    /// The code of the last message.
    pub fn code(&self) -> String {
        self.messages().last().unwrap().code.clone().unwrap()
    }

    /// Moves the clock on.
    pub fn advance(&self, by: Duration) {
        self.cx
            .clock
            .advance(i64::try_from(by.as_millis()).unwrap());
    }
}

/// The claims of a token.
pub fn claims(token: &Value) -> Value {
    let claims = token.as_str().unwrap().split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap()
}

/// A server whose clock stands still and whose chance repeats.
pub fn server(settings: Settings) -> Shared {
    let clock = Clock::frozen_at(Timestamp(1_800_000_000_000));
    Shared::new(clock, Entropy::from_seed(1), settings)
}

fn client(id: &ClientId, pool: &PoolId) -> AppClient {
    AppClient {
        id: id.clone(),
        pool: pool.clone(),
        name: "client".into(),
        created: Timestamp(0),
        modified: Timestamp(0),
        secrets: Vec::new(),
        validity: TokenValidity::default(),
        read_attributes: None,
        write_attributes: None,
        explicit_auth_flows: Some(vec![ExplicitAuthFlowsType::AllowUserPasswordAuth]),
        identity_providers: None,
        callback_urls: None,
        logout_urls: None,
        default_redirect_uri: None,
        oauth_flows: None,
        oauth_scopes: None,
        oauth_enabled: false,
        analytics: None,
        prevent_user_existence_errors: None,
        token_revocation: true,
        propagate_user_context: false,
        auth_session_minutes: 3,
        rotation: None,
        kind: ClientTypeType::Regular,
        managed_secret: None,
        last_secret: None,
        shown_secret: None,
    }
}

/// Hides unknown users.
pub fn hiding(client: &mut AppClient) {
    client.prevent_user_existence_errors = Some(PreventUserExistenceErrorTypes::Enabled);
}

/// Attributes as the wire has them.
pub fn attributes<const N: usize>(pairs: [(&str, &str); N]) -> Value {
    pairs
        .iter()
        .map(|(name, value)| json!({"Name": name, "Value": value}))
        .collect()
}
