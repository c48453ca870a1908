"""Custom senders: the AWS Encryption SDK, unchanged, reads what Poolhouse encrypts, through Poolhouse's KMS."""

import json
import os
import sys
import time
from pathlib import Path

import boto3
import pytest
from aws_encryption_sdk import CommitmentPolicy, EncryptionSDKClient, StrictAwsKmsMasterKeyProvider
from botocore.exceptions import ClientError

from poolhouse import REPOSITORY, Server

CLIENT = "1senders0test00client0000"
POOL = "us-east-1_Senders01"
KEY = "arn:aws:kms:us-east-1:123456789012:key/0f3ac2e5-3b46-4a2e-9d5c-6c2a4e1b7d10"
HANDLER = REPOSITORY / "fixtures" / "handlers" / "python" / "custom_senders.py"


@pytest.fixture
def scene(tmp_path):
    """A server with both senders, and the lines that they wrote."""
    sent = tmp_path / "sent.jsonl"
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    sender = {"run": str(HANDLER), "handler": "lambda_handler", "env": {"PATH": path, "KEY_ARN": KEY, "SENT_TO": str(sent)}}
    pool = {
        "PoolName": "senders",
        "Id": POOL,
        "AutoVerifiedAttributes": ["email", "phone_number"],
        "SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms"},
        "LambdaConfig": {"KMSKeyID": KEY},
        "Clients": [{"ClientName": "c", "ClientId": CLIENT, "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"]}],
        "Triggers": {"CustomEmailSender": sender, "CustomSMSSender": sender},
    }
    fixture = tmp_path / "pool.json"
    fixture.write_text(json.dumps(pool))
    server = Server("--function-timeout", "30s", "--fixtures", str(fixture))
    yield server, sent
    server.stop()


def lines(file, count):
    """The first lines, once there are as many; nobody waits for a sender, so a test must look."""
    end = time.monotonic() + 30
    while not file.exists() or len(file.read_text().splitlines()) < count:
        assert time.monotonic() < end
        time.sleep(0.02)
    return [json.loads(line) for line in file.read_text().splitlines()]


def kms(server, **settings):
    return boto3.client(
        "kms",
        endpoint_url=server.url,
        region_name="us-east-1",
        aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
        aws_secret_access_key="not-checked",
        **settings,
    )


def sign_up(server, username, **attributes):
    server.client().sign_up(
        ClientId=CLIENT,
        Username=username,
        Password="Poolhouse-1",
        UserAttributes=[{"Name": name, "Value": value} for name, value in attributes.items()],
    )


def test_a_sender_decrypts_what_it_gets_as_awss_sample_does(scene):
    server, sent = scene
    sign_up(server, "ann", email="ann@example.com")
    (mail,) = lines(sent, 1)
    assert mail["source"] == "CustomEmailSender_SignUp"
    assert mail["to"] == "ann@example.com"
    server.client().confirm_sign_up(ClientId=CLIENT, Username="ann", ConfirmationCode=mail["code"])

    sign_up(server, "bob", phone_number="+12065550100")
    sms = lines(sent, 2)[1]
    assert (sms["source"], sms["to"]) == ("CustomSMSSender_SignUp", "+12065550100")
    server.client().confirm_sign_up(ClientId=CLIENT, Username="bob", ConfirmationCode=sms["code"])


def test_a_temporary_password_survives_its_escapes(scene):
    server, sent = scene
    server.client().admin_create_user(
        UserPoolId=POOL,
        Username="eve",
        TemporaryPassword="Poolhouse-<1>&\"'",
        UserAttributes=[{"Name": "email", "Value": "eve@example.com"}],
        DesiredDeliveryMediums=["EMAIL"],
    )
    (mail,) = lines(sent, 1)
    assert mail == {"source": "CustomEmailSender_AdminCreateUser", "to": "eve@example.com", "code": "Poolhouse-<1>&\"'"}


def test_the_sdk_encrypts_and_decrypts_by_the_local_kms(scene, monkeypatch):
    server, _ = scene
    monkeypatch.setenv("AWS_ENDPOINT_URL_KMS", server.url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not-checked")
    client = EncryptionSDKClient(commitment_policy=CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT)
    keys = StrictAwsKmsMasterKeyProvider(key_ids=[KEY])
    message, _ = client.encrypt(source=b"secret", key_provider=keys, encryption_context={"a": "b"})
    plain, header = client.decrypt(source=message, key_provider=keys)
    assert plain == b"secret"
    assert header.encryption_context["a"] == "b"


def test_kms_answers_boto3_as_kms_does(scene):
    server, _ = scene
    client = kms(server)
    made = client.generate_data_key(KeyId=KEY, NumberOfBytes=7, EncryptionContext={"a": "b"})
    opened = client.decrypt(CiphertextBlob=made["CiphertextBlob"], EncryptionContext={"a": "b"})
    assert (opened["Plaintext"], opened["KeyId"]) == (made["Plaintext"], KEY)
    assert client.describe_key(KeyId=KEY)["KeyMetadata"]["KeyState"] == "Enabled"
    with pytest.raises(client.exceptions.InvalidCiphertextException):
        client.decrypt(CiphertextBlob=made["CiphertextBlob"], EncryptionContext={"a": "c"})
    with pytest.raises(client.exceptions.NotFoundException) as refused:
        client.describe_key(KeyId="arn:aws:kms:us-east-1:123456789012:key/none")
    error = refused.value.response
    assert error["Error"]["Message"] == "Key 'arn:aws:kms:us-east-1:123456789012:key/none' does not exist"
    assert "x-poolhouse-reason" in error["ResponseMetadata"]["HTTPHeaders"]
    with pytest.raises(ClientError) as refused:
        client.list_keys()
    assert refused.value.response["Error"]["Code"] == "UnknownOperationException"
