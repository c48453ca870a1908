//! What reads bytes of others, each as one function of any bytes: `fuzz/` runs these on what a fuzzer
//! makes up, `tests/fuzz_corpora.rs` on what is kept of it. Not for anybody else.
//!
//! None may panic, hang or take memory without bound. Beyond that each says what must hold of whatever
//! it read; a breach is an `Err`.

use std::sync::{Arc, LazyLock};

use hyper::HeaderMap;
use hyper::header::{AUTHORIZATION, HeaderName, HeaderValue};
use serde_json::Value;
use uuid::Uuid;

use crate::clock::{Clock, Timestamp};
use crate::context::{Caller, Context, Settings, Shared};
use crate::crypto::cose_key::PublicKey;
use crate::crypto::credential_key::CredentialKey;
use crate::crypto::key_reserve::KeyReserve;
use crate::crypto::x509::Certificate;
use crate::crypto::{CryptoPool, cbor};
use crate::dispatch;
use crate::dispatch::call::Call;
use crate::entropy::Entropy;
use crate::error::CognitoError;
use crate::fixtures;
use crate::http::{aws_json as protocol, sigv4};
use crate::model::cognito_idp::{Operation, PasswordHashingAlgorithmType};
use crate::model::names::is_account;
use crate::model::{PoolId, cognito_identity};
use crate::saml_binding;
use crate::store::user_pool::identity_provider::Metadata;
use crate::store::user_pool::passkey::{AssertionChallenge, Passkey};
use crate::user_pool::federation::assertion;
use crate::user_pool::federation::saml_response::{self, Expected};
use crate::user_pool::identity_providers::certificate;
use crate::user_pool::import_jobs::record::Reader;
use crate::user_pool::import_jobs::{columns, csv};
use crate::user_pool::passkeys::assertion::Assertion;
use crate::user_pool::passkeys::attestation::Attestation;
use crate::user_pool::passkeys::relying_party::RelyingParty;
use crate::user_pool::users::filter::Filter;
use crate::xml::Document;

/// What a reader made of some bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It took them.
    Taken,
    /// It said no.
    Refused,
}

/// A reader of any bytes. An `Err` says what must hold and does not.
pub type Target = fn(&[u8]) -> Result<Verdict, String>;

/// Every target, under the name of its file in `fuzz/fuzz_targets` and of its folder in `fuzz/corpus`.
pub const TARGETS: [(&str, Target); 11] = [
    ("aws_json", aws_json),
    ("cbor", cbor),
    ("fixture", fixture),
    ("import_rows", import_rows),
    ("list_users_filter", list_users_filter),
    ("passkey_assertion", passkey_assertion),
    ("saml_assertion", saml_assertion),
    ("saml_metadata", saml_metadata),
    ("saml_redirect", saml_redirect),
    ("saml_response", saml_response),
    ("sigv4_header", sigv4_header),
];

/// 31 January 2026, 12:00 UTC; the seed and the moment of the golden exchanges, so that their ids are
/// good here.
const NOON: Timestamp = Timestamp(1_769_860_800_000);
const SEED: u64 = 7;

/// The pool of the default fixture.
const POOL: &str = "us-east-1_PoolHouse";

/// Calls of one input that are carried out.
const MOST_CALLS: usize = 8;

/// A fixture may ask for ten million users, and a fuzzer would find nothing else.
const MOST_COUNTED: u64 = 100;

fn empty_server() -> Arc<Shared> {
    let clock = Clock::frozen_at(NOON);
    let shared = Shared::new(clock, Entropy::from_seed(SEED), Settings::default());
    Arc::new(shared)
}

fn default_server() -> Result<Arc<Shared>, String> {
    let shared = empty_server();
    fixtures::load_default(&shared).map_err(|error| error.to_string())?;
    Ok(shared)
}

fn taken_if(taken: bool) -> Verdict {
    if taken {
        Verdict::Taken
    } else {
        Verdict::Refused
    }
}

/// Calls of operations, carried out one after the other on a server with the default fixture. A call is
/// a line with the operation's name and a body, and ends at an empty line. The verdict is the last
/// call's.
///
/// # Errors
/// An internal error; an answer that is no JSON.
pub fn aws_json(bytes: &[u8]) -> Result<Verdict, String> {
    let shared = default_server()?;
    let mut verdict = Verdict::Refused;
    let mut rest = bytes;
    for _ in 0..MOST_CALLS {
        let end = rest.windows(2).position(|two| two == b"\n\n");
        let (call, behind) = match end {
            Some(at) => (&rest[..at], &rest[at + 2..]),
            None => (rest, &[][..]),
        };
        verdict = aws_json_call(&shared, call)?;
        rest = behind;
        if rest.is_empty() {
            break;
        }
    }
    Ok(verdict)
}

fn aws_json_call(shared: &Arc<Shared>, call: &[u8]) -> Result<Verdict, String> {
    let line = call.iter().position(|byte| *byte == b'\n');
    let (name, body) = call.split_at(line.unwrap_or(call.len()));
    let name = std::str::from_utf8(name).unwrap_or_default();
    let outcome = match protocol::parse(body.strip_prefix(b"\n").unwrap_or_default()) {
        Ok(input) => carry_out(shared, name, &input)?,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(answer) if answer.is_empty() => Ok(Verdict::Taken),
        Ok(answer) => match serde_json::from_slice::<Value>(&answer) {
            Ok(Value::Object(_)) => Ok(Verdict::Taken),
            Ok(_) | Err(_) => Err(format!("the answer of {name} is no JSON object")),
        },
        Err(error) => {
            if matches!(
                error.code(),
                "InternalErrorException" | "InternalServerException"
            ) {
                return Err(format!("{name}: {error}: {}", error.reason()));
            }
            if error.reason().is_empty() {
                return Err(format!("{name}: {error} has no reason"));
            }
            Ok(Verdict::Refused)
        }
    }
}

/// A runtime for each call, so that nothing of it goes on behind its back.
fn carry_out(
    shared: &Arc<Shared>,
    name: &str,
    input: &Value,
) -> Result<Result<Vec<u8>, CognitoError>, String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .map_err(|error| error.to_string())?;
    let cx = Context::new(Arc::clone(shared), Caller::default());
    Ok(runtime.block_on(async {
        if let Some(operation) = Operation::from_name(name) {
            dispatch::serve(&cx, &Call::new(operation, input.clone())).await
        } else if let Some(operation) = cognito_identity::Operation::from_name(name) {
            dispatch::serve(&cx, &Call::new(operation, input.clone())).await
        } else {
            Ok(Vec::new())
        }
    }))
}

/// An `Authorization` header and, on a second line, an `X-Amz-Date`.
///
/// # Errors
/// A signer without a Region, or of an account that is none.
pub fn sigv4_header(bytes: &[u8]) -> Result<Verdict, String> {
    let mut lines = bytes.split(|byte| *byte == b'\n');
    let mut headers = HeaderMap::new();
    for name in [AUTHORIZATION, HeaderName::from_static("x-amz-date")] {
        let value = lines
            .next()
            .and_then(|line| HeaderValue::from_bytes(line).ok());
        if let Some(value) = value {
            headers.insert(name, value);
        }
    }
    let Ok(signer) = sigv4::credential_of(&headers, "cognito-idp") else {
        return Ok(Verdict::Refused);
    };
    if signer.region.is_empty() || !is_account(&signer.account) {
        return Err(format!("{signer:?}"));
    }
    Ok(Verdict::Taken)
}

/// A filter of ListUsers.
///
/// # Errors
/// One that does not parse to itself when it is printed.
pub fn list_users_filter(bytes: &[u8]) -> Result<Verdict, String> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Ok(Verdict::Refused);
    };
    let Ok(Some(filter)) = Filter::parse(text) else {
        return Ok(Verdict::Refused);
    };
    let printed = filter.to_string();
    match Filter::parse(&printed) {
        Ok(Some(again)) if again == filter => Ok(Verdict::Taken),
        other => Err(format!(
            "{text:?} is printed as {printed:?}, read as {other:?}"
        )),
    }
}

/// The provider that signed the assertions of the corpus, of which the key stays with the tests: what
/// a fuzzer makes of them can only be the same assertion, or be refused.
static PROVIDER: LazyLock<Option<Metadata>> = LazyLock::new(|| {
    let key = KeyReserve::new().next_saml();
    let issued = Timestamp(NOON.0 - 60_000).calendar()?;
    let certificate = CryptoPool::default().run_here(|thread| {
        certificate::self_signed(key.signing(thread), &PoolId::from("idp"), issued)
    })?;
    Some(Metadata {
        entity_id: "https://idp.example.com".into(),
        sso_redirect: "https://idp.example.com/sso".into(),
        certificates: vec![certificate],
        ..Metadata::default()
    })
});

/// Who the assertions of the corpus are about.
const NAME_ID: &str = "ann@example.com";

/// A SAML assertion, or a response with one.
///
/// # Errors
/// One that is taken and says what nobody signed.
pub fn saml_assertion(bytes: &[u8]) -> Result<Verdict, String> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Ok(Verdict::Refused);
    };
    let provider = PROVIDER.as_ref().ok_or("no provider")?;
    let audience = assertion::audience(&PoolId::from(POOL));
    match assertion::verify(text, provider, &audience, NOON) {
        Err(_) => Ok(Verdict::Refused),
        Ok(found) if found.name_id == NAME_ID && found.issuer == provider.entity_id => {
            Ok(Verdict::Taken)
        }
        Ok(found) => Err(format!("{found:?} was signed by nobody")),
    }
}

/// A message of SAML in the query of a redirect, which the stand-in reads.
///
/// # Errors
/// One that is not the same once it is written again.
pub fn saml_redirect(bytes: &[u8]) -> Result<Verdict, String> {
    let Some(message) = std::str::from_utf8(bytes)
        .ok()
        .and_then(|text| saml_binding::inflated(text).ok())
    else {
        return Ok(Verdict::Refused);
    };
    let _ = Document::parse(&message);
    match saml_binding::inflated(&saml_binding::deflated(&message)) {
        Ok(again) if again == message => Ok(Verdict::Taken),
        other => Err(format!("{message:?} is read again as {other:?}")),
    }
}

/// A provider's answer to a request to sign in, the assertion in it encrypted or not.
///
/// # Errors
/// One that is taken and says what nobody signed.
pub fn saml_response(bytes: &[u8]) -> Result<Verdict, String> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Ok(Verdict::Refused);
    };
    let metadata = PROVIDER.as_ref().ok_or("no provider")?;
    let expected = Expected {
        metadata,
        audience: &assertion::audience(&PoolId::from(POOL)),
        acs: "https://house.example/saml2/idpresponse",
        request: Some("_q"),
        now: NOON,
    };
    let key = KeyReserve::new().stand_in();
    let crypto = CryptoPool::default();
    let read = crypto.run_here(|thread| saml_response::read(text, &expected, key.signing(thread)));
    match read {
        Err(_) => Ok(Verdict::Refused),
        Ok(found) if found.name_id == NAME_ID && found.bearing.id == "_a1" => Ok(Verdict::Taken),
        Ok(found) => Err(format!("{found:?} was signed by nobody")),
    }
}

/// The metadata of a SAML provider, and the certificates in it.
///
/// # Errors
/// Metadata without what a sign-in needs; a certificate without a key.
pub fn saml_metadata(bytes: &[u8]) -> Result<Verdict, String> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Ok(Verdict::Refused);
    };
    let Ok(metadata) = Metadata::parse(text) else {
        return Ok(Verdict::Refused);
    };
    if metadata.sso_redirect.is_empty() {
        return Err("metadata without a SingleSignOnService was taken".into());
    }
    let mut any = false;
    for der in &metadata.certificates {
        if let Some(read) = Certificate::read(der) {
            any = true;
            if read.public_key.is_empty() {
                return Err("a certificate was taken that has no key".into());
            }
        }
    }
    Ok(taken_if(any))
}

/// CBOR, and an attestation object of it.
///
/// # Errors
/// More values than there were bytes.
pub fn cbor(bytes: &[u8]) -> Result<Verdict, String> {
    fn count(value: &cbor::Value<'_>) -> usize {
        match value {
            cbor::Value::Array(items) => 1 + items.iter().map(count).sum::<usize>(),
            cbor::Value::Map(entries) => {
                let of_entry =
                    |(key, value): &(cbor::Value<'_>, cbor::Value<'_>)| count(key) + count(value);
                1 + entries.iter().map(of_entry).sum::<usize>()
            }
            cbor::Value::Int(_)
            | cbor::Value::Bytes(_)
            | cbor::Value::Text(_)
            | cbor::Value::Simple(_) => 1,
        }
    }
    if let Some(value) = cbor::read(bytes)
        && count(&value) > bytes.len()
    {
        return Err("more values than bytes".into());
    }
    let checked = Attestation::read(bytes).map(|read| read.check(&[0; 32]).is_ok());
    Ok(taken_if(checked == Some(true)))
}

/// The assertion of a passkey, as CREDENTIAL has it, against one passkey and one challenge.
///
/// # Errors
/// One that is taken for another challenge, another passkey or another relying party too.
pub fn passkey_assertion(bytes: &[u8]) -> Result<Verdict, String> {
    static PASSKEY: LazyLock<Option<Passkey>> = LazyLock::new(passkey);
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    let passkey = PASSKEY.as_ref().ok_or("the passkey is none")?;
    let Ok(assertion) = Assertion::read(text) else {
        return Ok(Verdict::Refused);
    };
    let party = |id: &str| RelyingParty {
        id: id.into(),
        requires_verification: false,
    };
    let (right, wrong) = (AssertionChallenge([7; 16]), AssertionChallenge([8; 16]));
    let other = Passkey {
        owner: Uuid::max(),
        relying_party: "example.net".into(),
        ..passkey.clone()
    };
    let taken = assertion.check(&right, &party("example.com"), passkey);
    for (challenge, id, passkey) in [
        (&wrong, "example.com", passkey),
        (&right, "example.net", passkey),
        (&right, "example.com", &other),
        (&right, "example.net", &other),
    ] {
        if assertion.check(challenge, &party(id), passkey).is_ok() {
            return Err(format!("taken for {challenge:?}, {id}, {}", passkey.owner));
        }
    }
    Ok(taken_if(taken.is_ok()))
}

/// The passkey of the corpus: the key of ES256 that 32 bytes of 7 are, of the user without a number.
fn passkey() -> Option<Passkey> {
    let cose = CredentialKey::es256([7; 32])?.cose();
    let key = PublicKey::from_cose(&cbor::read(&cose)?).ok()?;
    Some(Passkey::unused(
        Uuid::nil(),
        "example.com",
        &[7; 16],
        key,
        NOON,
    ))
}

/// A fixture in YAML, or in JSON.
///
/// # Errors
/// A fault without a text, or on a line that is not there.
pub fn fixture(bytes: &[u8]) -> Result<Verdict, String> {
    fn counts_many(value: &Value) -> bool {
        match value {
            Value::Array(items) => items.iter().any(counts_many),
            Value::Object(members) => members.iter().any(|(name, value)| {
                let count = value.as_u64().filter(|_| name == "Count");
                count.is_some_and(|count| count > MOST_COUNTED) || counts_many(value)
            }),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
        }
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Ok(Verdict::Refused);
    };
    let mut verdict = Verdict::Refused;
    for name in ["fuzz.yaml", "fuzz.json"] {
        if fixtures::tree(name, text).is_some_and(|tree| counts_many(&tree)) {
            continue;
        }
        let Err(error) = fixtures::load_text(&empty_server(), name, text) else {
            verdict = Verdict::Taken;
            continue;
        };
        let lines = text.lines().count() + 1;
        for fault in &error.faults {
            if fault.text.is_empty() || fault.line.is_some_and(|line| line == 0 || line > lines) {
                return Err(format!("{fault:?}, of {lines} lines"));
            }
        }
    }
    Ok(verdict)
}

/// The server whose pool the rows of imports are read for.
static IMPORTING: LazyLock<Result<Arc<Shared>, String>> = LazyLock::new(default_server);

/// The CSV file of an import job, header and rows, by each of the algorithms for hashes.
///
/// # Errors
/// A refusal of more than one line, which would forge another in the log of the rows.
pub fn import_rows(bytes: &[u8]) -> Result<Verdict, String> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Ok(Verdict::Refused);
    };
    let cx = Context::new(Arc::clone(IMPORTING.as_ref()?), Caller::default());
    let pool = cx
        .pool(&PoolId::from(POOL))
        .map_err(|error| error.to_string())?;
    let mut any = false;
    let hashed = PasswordHashingAlgorithmType::ALL.iter().copied().map(Some);
    for algorithm in hashed.chain([None]) {
        let settings = pool.settings();
        let mut rows = csv::rows(text);
        let Some((_, header)) = rows.next() else {
            return Ok(Verdict::Refused);
        };
        let Ok(columns) = columns::read(&settings.schema, header, algorithm.is_some()) else {
            continue;
        };
        let reader = Reader {
            settings,
            algorithm,
            columns,
        };
        for (_, row) in rows {
            match reader.user(&cx, row, NOON) {
                Ok(_) => any = true,
                Err(unfit) if unfit.0.contains(['\n', '\r']) => {
                    return Err(format!("{unfit:?}"));
                }
                Err(_) => {}
            }
        }
    }
    Ok(taken_if(any))
}
