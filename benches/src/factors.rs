//! Sign-ins by more than a password: with a remembered device, by a passkey; and whether many by SRP keep
//! others waiting.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::ceilings::{self, Seconds};
use crate::fixture::{CLIENT, PASSWORD, POOL, user};
use crate::http::Connection;
use crate::passkey::{Passkey, RELYING_PARTY};
use crate::process::Server;
use crate::sign_in::{EXPONENTIATIONS, SIGNATURES, by_password, core_milliseconds, ratio_of};
use crate::table::{Row, Target, median, number, percentile};
use crate::{Bench, Outcome, aws, srp};

const ROUNDS: usize = 3;
const ROUND: Duration = Duration::from_secs(3);
const WARM_UP: Duration = Duration::from_millis(500);

/// Sign-ins at once, how often, and how long GetUser is called while nobody signs in.
const CROWD: usize = 16;
const BURSTS: usize = 20;
const IDLE: Duration = Duration::from_secs(2);

/// Between two calls of GetUser, which looks on and is no load itself.
const PAUSE: Duration = Duration::from_millis(1);

/// A pool of the measurement's own.
pub(crate) struct Pool {
    pub(crate) id: String,
    pub(crate) client: String,
}

impl Pool {
    pub(crate) fn make(connection: &mut Connection, settings: Value) -> Outcome<Self> {
        let made = aws::call(connection, "CreateUserPool", &settings)?;
        let id = aws::text(&made, "/UserPool/Id")?;
        let client = json!({ "UserPoolId": id, "ClientName": "bench", "ExplicitAuthFlows": [
            "ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH",
            "ALLOW_REFRESH_TOKEN_AUTH",
        ]});
        let made = aws::call(connection, "CreateUserPoolClient", &client)?;
        let client = aws::text(&made, "/UserPoolClient/ClientId")?;
        Ok(Self { id, client })
    }

    pub(crate) fn add_user(&self, connection: &mut Connection, username: &str) -> Outcome<()> {
        let user = json!({ "UserPoolId": self.id, "Username": username,
            "TemporaryPassword": PASSWORD, "MessageAction": "SUPPRESS" });
        aws::call(connection, "AdminCreateUser", &user)?;
        let password = json!({ "UserPoolId": self.id, "Username": username, "Password": PASSWORD,
            "Permanent": true });
        aws::call(connection, "AdminSetUserPassword", &password)?;
        Ok(())
    }

    fn name(&self) -> Outcome<&str> {
        name_of(&self.id)
    }
}

/// The name of a pool in SRP: its id without the Region.
fn name_of(pool: &str) -> Outcome<&str> {
    let (_, name) = pool.split_once('_').ok_or("a pool id without a name")?;
    Ok(name)
}

/// Each signs in over and over on a thread of its own; the number of sign-ins.
pub(crate) fn round<S: Send>(
    signers: &mut [S],
    time: Duration,
    sign_in: fn(&mut S) -> Outcome<()>,
) -> Outcome<u32> {
    let until = Instant::now() + time;
    let over_and_over = |signer: &mut S| -> Outcome<u32> {
        let mut count = 0;
        while Instant::now() < until {
            sign_in(signer)?;
            count += 1;
        }
        Ok(count)
    };
    Ok(at_once(signers, over_and_over)?.into_iter().sum())
}

/// Runs this for all at the same time.
fn at_once<S: Send, T: Send>(
    all: &mut [S],
    run: impl Fn(&mut S) -> Outcome<T> + Sync,
) -> Outcome<Vec<T>> {
    thread::scope(|scope| {
        let threads: Vec<_> = all.iter_mut().map(|one| scope.spawn(|| run(one))).collect();
        let results = threads.into_iter().map(|thread| match thread.join() {
            Ok(result) => result,
            Err(_) => Err("a client panicked".into()),
        });
        results.collect()
    })
}

/// CPU milliseconds of the server for each sign-in of a round.
pub(crate) fn cost<S: Send>(
    server: &Server,
    signers: &mut [S],
    sign_in: fn(&mut S) -> Outcome<()>,
) -> Outcome<f64> {
    let before = server.cpu()?;
    let count = round(signers, ROUND, sign_in)?;
    Ok((server.cpu()? - before) * 1e3 / f64::from(count))
}

/// Whoever signs in by SRP, with a device that is remembered.
struct DeviceOwner {
    connection: Connection,
    srp: srp::Client,
    client: String,
    pool_name: String,
    username: String,
    key: String,
    group: String,
}

impl DeviceOwner {
    fn new(port: u16, pool: &Pool, number: usize) -> Outcome<Self> {
        let mut owner = Self {
            connection: Connection::open(port)?,
            srp: srp::Client::new(),
            client: pool.client.clone(),
            pool_name: pool.name()?.to_owned(),
            username: user(number),
            key: String::new(),
            group: String::new(),
        };
        pool.add_user(&mut owner.connection, &owner.username)?;
        let start = owner.srp.start(&owner.client, &owner.username);
        let challenge = aws::call(&mut owner.connection, "InitiateAuth", &start)?;
        let proof = owner
            .srp
            .prove(&owner.client, &owner.pool_name, PASSWORD, &challenge)?;
        let signed_in = owner.respond(&proof)?;
        let metadata = "/AuthenticationResult/NewDeviceMetadata";
        owner.key = aws::text(&signed_in, &format!("{metadata}/DeviceKey"))?;
        owner.group = aws::text(&signed_in, &format!("{metadata}/DeviceGroupKey"))?;
        let config = owner.srp.device_config(&owner.group, &owner.key, PASSWORD);
        let confirm = json!({
            "AccessToken": aws::text(&signed_in, "/AuthenticationResult/AccessToken")?,
            "DeviceKey": owner.key, "DeviceSecretVerifierConfig": config,
        });
        aws::call(&mut owner.connection, "ConfirmDevice", &confirm)?;
        Ok(owner)
    }

    fn respond(&mut self, answer: &Value) -> Outcome<Value> {
        aws::call(&mut self.connection, "RespondToAuthChallenge", answer)
    }

    fn sign_in(&mut self) -> Outcome<()> {
        let mut start = self.srp.start(&self.client, &self.username);
        start["AuthParameters"]["DEVICE_KEY"] = json!(self.key);
        let challenge = aws::call(&mut self.connection, "InitiateAuth", &start)?;
        let mut proof = self
            .srp
            .prove(&self.client, &self.pool_name, PASSWORD, &challenge)?;
        proof["ChallengeResponses"]["DEVICE_KEY"] = json!(self.key);
        let asked = self.respond(&proof)?;
        let begin = self
            .srp
            .start_device(&self.client, &self.username, &self.key, &asked);
        let challenge = self.respond(&begin)?;
        let proof = self
            .srp
            .prove_device(&self.client, &self.group, PASSWORD, &challenge)?;
        let signed_in = self.respond(&proof)?;
        aws::text(&signed_in, "/AuthenticationResult/AccessToken").map(drop)
    }
}

/// By CPU time of the server, as without a device: the client's arithmetic runs on the same cores.
pub(crate) fn devices(bench: &Bench) -> Outcome<Vec<Row>> {
    let server = bench.small_server(None)?;
    let pool = json!({ "PoolName": "devices", "DeviceConfiguration":
        { "ChallengeRequiredOnNewDevice": false, "DeviceOnlyRememberedOnUserPrompt": false } });
    let pool = Pool::make(&mut Connection::open(server.port)?, pool)?;
    let owners = (1..=ceilings::cores()).map(|number| DeviceOwner::new(server.port, &pool, number));
    let mut owners: Vec<DeviceOwner> = owners.collect::<Outcome<_>>()?;
    round(&mut owners, WARM_UP, DeviceOwner::sign_in)?;
    let (mut costs, mut limits) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let signature = core_milliseconds(ceilings::signatures(Seconds::Cpu)?);
        let exponentiation = core_milliseconds(ceilings::exponentiations(Seconds::Cpu)?);
        // Those of the password and those of the device.
        limits.push(SIGNATURES * signature + 2.0 * EXPONENTIATIONS * exponentiation);
        costs.push(cost(&server, &mut owners, DeviceOwner::sign_in)?);
    }
    let ratio = ratio_of(&costs, &limits);
    Ok(vec![Row::ratio(
        "USER_SRP_AUTH with a remembered device, CPU of the server",
        format!("{} ms a sign-in", number(median(costs))),
        format!(
            "{} ms: four ffdh3072, two RS256 of `openssl speed`",
            number(median(limits))
        ),
        ratio,
        Target::AtMost(1.3),
    )])
}

/// Whoever has a password and a passkey.
struct KeyOwner {
    connection: Connection,
    passkey: Passkey,
    client: String,
    number: usize,
}

impl KeyOwner {
    fn new(port: u16, pool: &Pool, number: usize) -> Outcome<Self> {
        let mut connection = Connection::open(port)?;
        pool.add_user(&mut connection, &user(number))?;
        let signed_in = by_password(&pool.client, number);
        let signed_in = aws::call(&mut connection, "InitiateAuth", &signed_in)?;
        let token = aws::text(&signed_in, "/AuthenticationResult/AccessToken")?;
        let start = json!({ "AccessToken": token });
        let options = aws::call(&mut connection, "StartWebAuthnRegistration", &start)?;
        let passkey = Passkey::new(number)?;
        let credential = passkey.create(&options["CredentialCreationOptions"])?;
        let complete = json!({ "AccessToken": token, "Credential": credential });
        aws::call(&mut connection, "CompleteWebAuthnRegistration", &complete)?;
        let client = pool.client.clone();
        Ok(Self {
            connection,
            passkey,
            client,
            number,
        })
    }

    fn by_password(&mut self) -> Outcome<()> {
        let start = by_password(&self.client, self.number);
        let signed_in = aws::call(&mut self.connection, "InitiateAuth", &start)?;
        aws::text(&signed_in, "/AuthenticationResult/AccessToken").map(drop)
    }

    fn by_passkey(&mut self) -> Outcome<()> {
        let start = json!({ "ClientId": self.client, "AuthFlow": "USER_AUTH", "AuthParameters":
            { "USERNAME": user(self.number), "PREFERRED_CHALLENGE": "WEB_AUTHN" } });
        let challenge = aws::call(&mut self.connection, "InitiateAuth", &start)?;
        let options = aws::text(
            &challenge,
            "/ChallengeParameters/CREDENTIAL_REQUEST_OPTIONS",
        )?;
        let credential = self.passkey.sign(&serde_json::from_str(&options)?)?;
        let answer = json!({ "ClientId": self.client, "ChallengeName": "WEB_AUTHN",
            "Session": challenge["Session"], "ChallengeResponses":
            { "USERNAME": user(self.number), "CREDENTIAL": credential } });
        let signed_in = aws::call(&mut self.connection, "RespondToAuthChallenge", &answer)?;
        aws::text(&signed_in, "/AuthenticationResult/AccessToken").map(drop)
    }
}

/// What the second call and the check of the signature add to a sign-in.
pub(crate) fn passkeys(bench: &Bench) -> Outcome<Vec<Row>> {
    let server = bench.small_server(None)?;
    let mut connection = Connection::open(server.port)?;
    let factors = json!({ "AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"] });
    let pool = json!({ "PoolName": "passkeys", "Policies": { "SignInPolicy": factors } });
    let pool = Pool::make(&mut connection, pool)?;
    let party = json!({ "UserPoolId": pool.id, "WebAuthnConfiguration":
        { "RelyingPartyId": RELYING_PARTY, "UserVerification": "required" } });
    aws::call(&mut connection, "SetUserPoolMfaConfig", &party)?;
    let owners = (1..=ceilings::cores()).map(|number| KeyOwner::new(server.port, &pool, number));
    let mut owners: Vec<KeyOwner> = owners.collect::<Outcome<_>>()?;
    round(&mut owners, WARM_UP, KeyOwner::by_passkey)?;
    let (mut passwords, mut passkeys) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        passwords.push(cost(&server, &mut owners, KeyOwner::by_password)?);
        passkeys.push(cost(&server, &mut owners, KeyOwner::by_passkey)?);
    }
    let ratio = ratio_of(&passkeys, &passwords);
    Ok(vec![Row::ratio(
        "USER_AUTH by passkey, CPU of the server",
        format!("{} ms a sign-in", number(median(passkeys))),
        format!("{} ms by password", number(median(passwords))),
        ratio,
        Target::AtMost(1.2),
    )])
}

/// One of many who sign in by SRP at the same time.
struct Member {
    connection: Connection,
    srp: srp::Client,
    username: String,
    answer: Value,
}

impl Member {
    fn start(&mut self) -> Outcome<()> {
        let start = self.srp.start(CLIENT, &self.username);
        self.answer = aws::call(&mut self.connection, "InitiateAuth", &start)?;
        Ok(())
    }

    fn prove(&mut self) -> Outcome<()> {
        self.answer = self
            .srp
            .prove(CLIENT, name_of(POOL)?, PASSWORD, &self.answer)?;
        Ok(())
    }

    fn finish(&mut self) -> Outcome<()> {
        let proof = &self.answer;
        let signed_in = aws::call(&mut self.connection, "RespondToAuthChallenge", proof)?;
        aws::text(&signed_in, "/AuthenticationResult/AccessToken").map(drop)
    }
}

/// The time of GetUser while the server is at sixteen sign-ins. All come at the same moment, first to begin
/// and then with their proofs; while the clients compute those, nobody reads: they use the same cores.
pub(crate) fn crowd(bench: &Bench) -> Outcome<Vec<Row>> {
    let server = bench.small_server(None)?;
    let mut connection = Connection::open(server.port)?;
    let signed_in = aws::call(&mut connection, "InitiateAuth", &by_password(CLIENT, 1))?;
    let token = aws::text(&signed_in, "/AuthenticationResult/AccessToken")?;
    let get_user = aws::request("GetUser", &json!({ "AccessToken": token }));
    let mut crowd = (1..=CROWD)
        .map(|number| {
            Ok(Member {
                connection: Connection::open(server.port)?,
                srp: srp::Client::new(),
                username: user(number),
                answer: Value::Null,
            })
        })
        .collect::<Outcome<Vec<_>>>()?;
    let mut idle = beside(&mut connection, &get_user, || {
        thread::sleep(IDLE);
        Ok(())
    })?;
    let mut busy = Vec::new();
    for _ in 0..BURSTS {
        let begins = || at_once(&mut crowd, Member::start).map(drop);
        busy.extend(beside(&mut connection, &get_user, begins)?);
        at_once(&mut crowd, Member::prove)?;
        let proofs = || at_once(&mut crowd, Member::finish).map(drop);
        busy.extend(beside(&mut connection, &get_user, proofs)?);
    }
    let (idle, busy) = (percentile(&mut idle, 99), percentile(&mut busy, 99));
    Ok(vec![Row::ratio(
        &format!("GetUser while {CROWD} at once sign in by SRP, p99"),
        format!("{} ms", number(busy)),
        format!("{} ms idle", number(idle)),
        busy / idle,
        Target::AtMost(2.0),
    )])
}

/// Makes one call after the other until the work is done; the milliseconds that each took.
fn beside(
    connection: &mut Connection,
    request: &[u8],
    work: impl FnOnce() -> Outcome<()>,
) -> Outcome<Vec<f64>> {
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        let reader = scope.spawn(|| -> Outcome<Vec<f64>> {
            let mut times = Vec::new();
            while !is_over.load(Ordering::Relaxed) {
                let sent = Instant::now();
                connection.succeed(request)?;
                times.push(sent.elapsed().as_secs_f64() * 1e3);
                thread::sleep(PAUSE);
            }
            Ok(times)
        });
        let done = work();
        is_over.store(true, Ordering::Relaxed);
        let times = reader.join().map_err(|_| "the reader panicked")?;
        done.and(times)
    })
}
