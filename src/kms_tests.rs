//! Each operation as KMS answers it, and what it refuses.

use serde_json::{Value, json};

use super::*;
use crate::test_pool::TestPool;

const KEY: &str = "arn:aws:kms:us-east-1:123456789012:key/one";
const OTHER: &str = "arn:aws:kms:us-east-1:123456789012:key/two";
const FUNCTION: &str = "arn:aws:lambda:us-east-1:123456789012:function:f";

async fn scene() -> TestPool {
    let pool = |key| {
        let sender = json!({"LambdaVersion": "V1_0", "LambdaArn": FUNCTION});
        json!({"PoolName": "p", "LambdaConfig": {"CustomEmailSender": sender, "KMSKeyID": key}})
    };
    let scene = TestPool::new(pool(KEY)).await;
    scene.ok("CreateUserPool", pool(OTHER)).await;
    scene
}

fn refused(scene: &TestPool, operation: Operation, body: Value) -> String {
    let refused = serve(&scene.cx, operation, body).unwrap_err();
    assert!(!refused.reason.is_empty());
    format!("{}: {}", refused.code, refused.message)
}

#[tokio::test]
async fn a_data_key_comes_back_from_its_blob_under_the_same_context() {
    let scene = scene().await;
    let context = json!({"a": "b"});
    let made = json!({"KeyId": "one", "KeySpec": "AES_256", "EncryptionContext": context});
    let made = serve(&scene.cx, Operation::GenerateDataKey, made).unwrap();
    assert_eq!(made["KeyId"], KEY);
    let plain = STANDARD
        .decode(made["Plaintext"].as_str().unwrap())
        .unwrap();
    assert_eq!(plain.len(), 32);

    let blob = &made["CiphertextBlob"];
    let decrypt = |mut more: Value| {
        more["CiphertextBlob"] = blob.clone();
        more
    };
    for body in [
        json!({"EncryptionContext": context}),
        json!({"EncryptionContext": context, "KeyId": KEY, "GrantTokens": []}),
        json!({"EncryptionContext": context, "KeyId": "one", "EncryptionAlgorithm": "SYMMETRIC_DEFAULT"}),
    ] {
        let opened = serve(&scene.cx, Operation::Decrypt, decrypt(body)).unwrap();
        assert_eq!(opened["Plaintext"], made["Plaintext"]);
        assert_eq!(opened["KeyId"], KEY);
    }
    let refusals = [
        (json!({}), "InvalidCiphertextException: "),
        (json!({"KeyId": KEY}), "InvalidCiphertextException: "),
        (
            json!({"EncryptionContext": context, "KeyId": OTHER}),
            "IncorrectKeyException: The key ID in the request does not identify a CMK that can perform \
             this operation.",
        ),
        (
            json!({"EncryptionContext": context, "KeyId": "three"}),
            "NotFoundException: Key 'arn:aws:kms:us-east-1:123456789012:key/three' does not exist",
        ),
        (
            json!({"EncryptionContext": context, "EncryptionAlgorithm": "SM2PKE"}),
            "InvalidKeyUsageException: ",
        ),
        (
            json!({"EncryptionContext": context, "DryRun": true}),
            "DryRunOperationException: The request would have succeeded, but the DryRun option is set.",
        ),
    ];
    for (body, expected) in refusals {
        assert_eq!(refused(&scene, Operation::Decrypt, decrypt(body)), expected);
    }
}

#[tokio::test]
async fn what_is_missing_or_foreign_is_refused_in_kmss_words() {
    use Operation::{Decrypt, DescribeKey, GenerateDataKey};

    let scene = scene().await;
    let either = "ValidationException: Please specify either number of bytes or key spec.";
    let cases = [
        (
            Decrypt,
            json!({}),
            "ValidationException: 1 validation error detected: Value null at 'ciphertextBlob' failed to \
             satisfy constraint: Member must not be null",
        ),
        (
            Decrypt,
            json!({"CiphertextBlob": 1}),
            "SerializationException: ",
        ),
        (
            Decrypt,
            json!({"CiphertextBlob": "???"}),
            "SerializationException: ",
        ),
        (
            Decrypt,
            json!({"CiphertextBlob": "QUJD"}),
            "InvalidCiphertextException: ",
        ),
        (GenerateDataKey, json!({"KeyId": KEY}), either),
        (
            GenerateDataKey,
            json!({"KeyId": KEY, "KeySpec": "AES_256", "NumberOfBytes": 32}),
            either,
        ),
        (
            GenerateDataKey,
            json!({"KeyId": KEY, "NumberOfBytes": 1025}),
            "ValidationException: 1 validation error detected: Value '1025' at 'numberOfBytes' failed to \
             satisfy constraint: Member must have value less than or equal to 1024",
        ),
        (
            DescribeKey,
            json!({"KeyId": "alias/a"}),
            "NotFoundException: Alias arn:aws:kms:us-east-1:123456789012:alias/a is not found.",
        ),
        (
            DescribeKey,
            json!({"KeyId": "arn:aws:kms:eu-west-1:123456789012:key/one"}),
            "NotFoundException: Invalid arn eu-west-1",
        ),
    ];
    for (operation, body, expected) in cases {
        assert_eq!(refused(&scene, operation, body), expected);
    }
}

#[tokio::test]
async fn a_key_that_a_pool_names_is_described() {
    let scene = scene().await;
    let told = serve(&scene.cx, Operation::DescribeKey, json!({"KeyId": KEY})).unwrap();
    let metadata = &told["KeyMetadata"];
    assert_eq!(metadata["Arn"], KEY);
    assert_eq!(metadata["KeyId"], "one");
    assert_eq!(metadata["AWSAccountId"], "123456789012");
    assert_eq!(metadata["KeyState"], "Enabled");
}
