"""Faults as boto3 meets them: how often it calls, and what its retries find."""

import boto3
import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ClientError

from conftest import POOL_ID
from poolhouse import Server

ATTEMPTS = 4


@pytest.fixture(scope="module")
def server():
    server = Server()
    yield server
    server.stop()


@pytest.fixture(params=["legacy", "standard"])
def idp(server, request):
    requests.delete(f"{server.url}/_poolhouse/faults", timeout=30)
    config = Config(retries={"mode": request.param, "total_max_attempts": ATTEMPTS})
    return boto3.client(
        "cognito-idp",
        endpoint_url=server.url,
        region_name="us-east-1",
        aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
        aws_secret_access_key="not-checked",
        config=config,
    )


def fail(server, **rule):
    put = requests.put(f"{server.url}/_poolhouse/faults", json={"rules": [rule]}, timeout=30)
    assert put.status_code == 200, put.text


def called(server):
    """How often the client called, and how often it was harmed."""
    shown = requests.get(f"{server.url}/_poolhouse/faults", timeout=30).json()["rules"][0]
    return shown["matched"], shown["applied"]


LOST = [
    {"connection": "CONNECTION_RESET_BY_PEER"},
    {"connection": "EMPTY_RESPONSE"},
    {"status": 503, "body": "Service Unavailable"},
    {"error": "InternalErrorException"},
]


@pytest.mark.parametrize("effect", LOST, ids=lambda effect: next(iter(effect.values())))
@pytest.mark.parametrize("applied", ["before", "after"])
def test_retries_survive_answers_that_are_lost(server, idp, effect, applied):
    idp.admin_update_user_attributes(
        UserPoolId=POOL_ID, Username="alice", UserAttributes=[{"Name": "name", "Value": "before"}]
    )
    fail(server, match={"operation": "AdminUpdateUserAttributes"}, times=2, applied=applied, **effect)
    idp.admin_update_user_attributes(
        UserPoolId=POOL_ID, Username="alice", UserAttributes=[{"Name": "name", "Value": "after"}]
    )
    assert called(server) == (3, 2)
    user = idp.admin_get_user(UserPoolId=POOL_ID, Username="alice")
    assert {"Name": "name", "Value": "after"} in user["UserAttributes"]


def test_a_retry_finds_what_the_lost_answer_did(server, idp):
    name = f"ghost-{idp.meta.config.retries['mode']}"
    fail(
        server,
        match={"operation": "AdminCreateUser", "username": name},
        times=1,
        applied="after",
        connection="CONNECTION_RESET_BY_PEER",
    )
    with pytest.raises(ClientError) as refused:
        idp.admin_create_user(UserPoolId=POOL_ID, Username=name, MessageAction="SUPPRESS")
    assert refused.value.response["Error"]["Code"] == "UsernameExistsException"
    assert called(server) == (2, 1)
    assert idp.admin_get_user(UserPoolId=POOL_ID, Username=name)["Username"] == name


def test_retries_end_and_legacy_ones_do_not_begin(server, idp):
    """botocore's legacy mode knows no TooManyRequestsException, and calls once."""
    calls = 1 if idp.meta.config.retries["mode"] == "legacy" else ATTEMPTS
    fail(server, match={"operation": "ListUsers"}, error="TooManyRequestsException")
    with pytest.raises(ClientError) as refused:
        idp.list_users(UserPoolId=POOL_ID)
    answer = refused.value.response
    assert answer["Error"]["Code"] == "TooManyRequestsException"
    assert answer["ResponseMetadata"]["RetryAttempts"] == calls - 1
    assert called(server) == (calls, calls)


def test_garbage_is_no_answer(server, idp):
    for kind in ["MALFORMED_RESPONSE_CHUNK", "RANDOM_DATA_THEN_CLOSE"]:
        fail(server, match={"operation": "ListUsers"}, times=1, connection=kind)
        assert idp.list_users(UserPoolId=POOL_ID)["Users"], kind
        assert called(server) == (2, 1), kind


def test_a_client_gives_silence_up_and_calls_again(server):
    config = Config(read_timeout=0.3, retries={"total_max_attempts": 2})
    idp = boto3.client(
        "cognito-idp",
        endpoint_url=server.url,
        region_name="us-east-1",
        aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
        aws_secret_access_key="not-checked",
        config=config,
    )
    fail(server, match={"operation": "ListUsers"}, times=1, connection="NO_RESPONSE")
    assert idp.list_users(UserPoolId=POOL_ID)["Users"]
    assert called(server) == (2, 1)


def test_an_answer_that_dribbles_is_read_whole(server, idp):
    fail(server, match={"operation": "ListUsers"}, dribble={"chunks": 7, "over": "100ms"})
    assert len(idp.list_users(UserPoolId=POOL_ID)["Users"]) > 3
    assert called(server) == (1, 1)
