//! As much of AWS KMS as those need who decrypt what a custom sender got: Decrypt, GenerateDataKey and
//! DescribeKey, of symmetric keys ("AWS Key Management Service API Reference").
//!
//! There is no store of keys. A key is there as long as a pool's LambdaConfig names it, and what was
//! wrapped under one is unwrapped as long as the server runs. Who may use a key is not asked: there is no
//! IAM here. Aliases are not there. Errors are documented, sentences reported unless marked inferred.

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::context::Context;
use crate::crypto::data_keys::Unwrapped;
use crate::entropy::Purpose;
use crate::model::arns;
use crate::store::user_pool::settings::PoolSettings;

const SYMMETRIC: &str = "SYMMETRIC_DEFAULT";

/// What is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// Opens a blob.
    Decrypt,
    /// A new data key, open and as a blob.
    GenerateDataKey,
    /// What is known of a key.
    DescribeKey,
}

impl Operation {
    /// The operation of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Decrypt, Self::GenerateDataKey, Self::DescribeKey]
            .into_iter()
            .find(|operation| operation.name() == name)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Decrypt => "Decrypt",
            Self::GenerateDataKey => "GenerateDataKey",
            Self::DescribeKey => "DescribeKey",
        }
    }
}

/// A refusal in KMS's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The type of the error.
    pub code: &'static str,
    /// The sentence; empty where KMS sends none.
    pub message: String,
    /// Which check failed, and what would pass.
    pub reason: String,
}

impl Refused {
    fn new(code: &'static str, message: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            reason: reason.into(),
        }
    }

    /// The service model's own checks; KMS spells members in lower camel case.
    fn constraint(value: &str, member: &str, must: &str) -> Self {
        let message = format!(
            "1 validation error detected: Value {value} at '{member}' failed to satisfy constraint: \
             Member must {must}"
        );
        Self::new(
            "ValidationException",
            message,
            format!("{member} must {must}"),
        )
    }

    fn missing(member: &str) -> Self {
        Self::constraint("null", member, "not be null")
    }
}

/// Members of the three operations; those that none of them has are ignored, as AWS does.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[derive(Default)]
struct Request {
    key_id: Option<String>,
    ciphertext_blob: Option<String>,
    encryption_context: Option<BTreeMap<String, String>>,
    encryption_algorithm: Option<String>,
    key_spec: Option<String>,
    number_of_bytes: Option<i64>,
    dry_run: Option<bool>,
    recipient: Option<Value>,
}

/// Answers a call.
///
/// # Errors
/// What KMS refuses.
pub fn serve(cx: &Context, operation: Operation, body: Value) -> Result<Value, Refused> {
    let request: Request = serde_json::from_value(body).map_err(|error| {
        // Says where, and no value, which may be a secret.
        let reason = format!(
            "a member has another type than KMS's: {:?}",
            error.classify()
        );
        Refused::new("SerializationException", "", reason)
    })?;
    if request.recipient.is_some() {
        return Err(Refused::new(
            "ValidationException",
            "Recipient is not supported.",
            "there are no enclaves here; leave Recipient out",
        ));
    }
    match operation {
        Operation::Decrypt => decrypt(cx, &request),
        Operation::GenerateDataKey => generate_data_key(cx, &request),
        Operation::DescribeKey => describe_key(cx, &request),
    }
}

fn decrypt(cx: &Context, request: &Request) -> Result<Value, Refused> {
    let blob = request.ciphertext_blob.as_deref();
    let blob = blob.ok_or_else(|| Refused::missing("ciphertextBlob"))?;
    let blob = STANDARD.decode(blob).map_err(|_invalid| {
        Refused::new(
            "SerializationException",
            "",
            "CiphertextBlob must be Base64",
        )
    })?;
    if !(1..=6144).contains(&blob.len()) {
        let must = "have length between 1 and 6144";
        return Err(Refused::constraint(
            "of another length",
            "ciphertextBlob",
            must,
        ));
    }
    check_algorithm(request)?;
    let context = request.encryption_context.clone().unwrap_or_default();
    let unwrapped = cx.data_keys.unwrap(&blob, &context);
    let Unwrapped { key_arn, plain } = same_key(cx, request, unwrapped)?;
    check_dry_run(request)?;
    Ok(json!({
        "KeyId": key_arn,
        "Plaintext": STANDARD.encode(plain),
        "EncryptionAlgorithm": SYMMETRIC,
    }))
}

fn check_algorithm(request: &Request) -> Result<(), Refused> {
    match request.encryption_algorithm.as_deref() {
        None | Some(SYMMETRIC) => Ok(()),
        Some(other @ ("RSAES_OAEP_SHA_1" | "RSAES_OAEP_SHA_256" | "SM2PKE")) => Err(Refused::new(
            "InvalidKeyUsageException",
            "",
            format!("{other} is of asymmetric keys, and keys here are symmetric"),
        )),
        Some(other) => Err(Refused::constraint(
            &format!("'{other}'"),
            "encryptionAlgorithm",
            "satisfy enum value set: [SYMMETRIC_DEFAULT, RSAES_OAEP_SHA_1, RSAES_OAEP_SHA_256, SM2PKE]",
        )),
    }
}

/// What was unwrapped, if the call names the key of the blob, or none.
fn same_key(
    cx: &Context,
    request: &Request,
    unwrapped: Option<Unwrapped>,
) -> Result<Unwrapped, Refused> {
    let named = request.key_id.as_deref().map(|id| arn(cx, id));
    let named = named.transpose()?;
    match (named, unwrapped) {
        (Some(named), Some(unwrapped)) if named == unwrapped.key_arn => Ok(unwrapped),
        (Some(named), unwrapped) => {
            existing(cx, &named)?;
            Err(match unwrapped {
                None => invalid_ciphertext(),
                Some(unwrapped) => Refused::new(
                    "IncorrectKeyException",
                    "The key ID in the request does not identify a CMK that can perform this operation.",
                    format!("the blob was made under {}", unwrapped.key_arn),
                ),
            })
        }
        (None, None) => Err(invalid_ciphertext()),
        (None, Some(unwrapped)) if arns::region(&unwrapped.key_arn) == region(cx) => Ok(unwrapped),
        (None, Some(unwrapped)) => Err(Refused::new(
            "AccessDeniedException",
            "The ciphertext refers to a customer master key that does not exist, does not exist in this \
             region, or you are not allowed to access.",
            format!("call the Region of {}", unwrapped.key_arn),
        )),
    }
}

fn invalid_ciphertext() -> Refused {
    Refused::new(
        "InvalidCiphertextException",
        "",
        "the blob must be one that this run of the server has made, whole, and EncryptionContext the same \
         as it was then",
    )
}

fn generate_data_key(cx: &Context, request: &Request) -> Result<Value, Refused> {
    let id = request.key_id.as_deref();
    let id = id.ok_or_else(|| Refused::missing("keyId"))?;
    let length = data_key_length(request)?;
    let key_arn = arn(cx, id)?;
    existing(cx, &key_arn)?;
    check_dry_run(request)?;
    let drawn: [u8; 1024] = cx.entropy.bytes(Purpose::Encryption);
    let plain = &drawn[..length];
    let nonce = cx.entropy.bytes(Purpose::Encryption);
    let context = request.encryption_context.clone().unwrap_or_default();
    let blob = cx.data_keys.wrap(nonce, &key_arn, &context, plain);
    Ok(json!({
        "KeyId": key_arn,
        "CiphertextBlob": STANDARD.encode(blob),
        "Plaintext": STANDARD.encode(plain),
    }))
}

fn data_key_length(request: &Request) -> Result<usize, Refused> {
    match (request.key_spec.as_deref(), request.number_of_bytes) {
        (Some("AES_256"), None) => Ok(32),
        (Some("AES_128"), None) => Ok(16),
        (Some(other), None) => Err(Refused::constraint(
            &format!("'{other}'"),
            "keySpec",
            "satisfy enum value set: [AES_256, AES_128]",
        )),
        (None, Some(number)) => match usize::try_from(number) {
            Ok(length @ 1..=1024) => Ok(length),
            _ => {
                let (end, than) = if number < 1 {
                    ("greater", 1)
                } else {
                    ("less", 1024)
                };
                let must = format!("have value {end} than or equal to {than}");
                Err(Refused::constraint(
                    &format!("'{number}'"),
                    "numberOfBytes",
                    &must,
                ))
            }
        },
        (None, None) | (Some(_), Some(_)) => Err(Refused::new(
            "ValidationException",
            "Please specify either number of bytes or key spec.",
            "give KeySpec or NumberOfBytes, one of them",
        )),
    }
}

fn describe_key(cx: &Context, request: &Request) -> Result<Value, Refused> {
    let id = request.key_id.as_deref();
    let id = id.ok_or_else(|| Refused::missing("keyId"))?;
    let key_arn = arn(cx, id)?;
    let pool = existing(cx, &key_arn)?;
    let key_id = arns::resource(&key_arn).trim_start_matches("key/");
    let mut metadata = json!({
        "AWSAccountId": arns::account(&key_arn),
        "KeyId": key_id,
        "Arn": key_arn,
        "CreationDate": pool.created.seconds(),
        "Enabled": true,
        "Description": "",
        "KeyUsage": "ENCRYPT_DECRYPT",
        "KeyState": "Enabled",
        "Origin": "AWS_KMS",
        "KeyManager": "CUSTOMER",
        "CustomerMasterKeySpec": SYMMETRIC,
        "KeySpec": SYMMETRIC,
        "EncryptionAlgorithms": [SYMMETRIC],
        "MultiRegion": key_id.starts_with("mrk-"),
    });
    if key_id.starts_with("mrk-") {
        metadata["MultiRegionConfiguration"] = json!({
            "MultiRegionKeyType": "PRIMARY",
            "PrimaryKey": {"Arn": key_arn, "Region": arns::region(&key_arn)},
            "ReplicaKeys": [],
        });
    }
    Ok(json!({ "KeyMetadata": metadata }))
}

fn check_dry_run(request: &Request) -> Result<(), Refused> {
    match request.dry_run {
        Some(true) => Err(Refused::new(
            "DryRunOperationException",
            "The request would have succeeded, but the DryRun option is set.",
            "the call would have been answered without DryRun",
        )),
        Some(false) | None => Ok(()),
    }
}

fn region(cx: &Context) -> &str {
    cx.caller.region_or_default()
}

/// The ARN of the key that `id` names: an ARN, or a key's id in the caller's account and Region.
fn arn(cx: &Context, id: &str) -> Result<String, Refused> {
    let (region, account) = (region(cx), &cx.caller.account);
    let own = |resource: &str| {
        let partition = arns::partition(region);
        format!("arn:{partition}:kms:{region}:{account}:{resource}")
    };
    if id.is_empty() || id.len() > 2048 {
        let must = "have length between 1 and 2048";
        return Err(Refused::constraint("of another length", "keyId", must));
    }
    let named = match id {
        _ if id.starts_with("arn:") => id.to_owned(),
        _ if id.starts_with("alias/") => own(id),
        _ => own(&format!("key/{id}")),
    };
    if arns::service(&named) != "kms" || arns::region(&named) != region {
        return Err(Refused::new(
            "NotFoundException",
            format!("Invalid arn {}", arns::region(&named)),
            format!("the call is for KMS in {region}, and so must the key be"),
        ));
    }
    Ok(named)
}

/// The settings of a pool that names the key.
fn existing(cx: &Context, arn: &str) -> Result<Arc<PoolSettings>, Refused> {
    let named = |settings: &Arc<PoolSettings>| settings.lambda.kms_key_id.as_deref() == Some(arn);
    let pools = cx.store.all_pools();
    let mut all = pools.iter().map(|pool| pool.settings());
    all.find(named).ok_or_else(|| {
        let message = if arns::resource(arn).starts_with("alias/") {
            format!("Alias {arn} is not found.")
        } else {
            format!("Key '{arn}' does not exist")
        };
        let reason =
            "a key is there if a pool has it as LambdaConfig.KMSKeyID; there are no aliases";
        Refused::new("NotFoundException", message, reason)
    })
}

#[cfg(test)]
#[path = "kms_tests.rs"]
mod tests;
