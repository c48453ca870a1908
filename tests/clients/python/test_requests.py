"""The journal as a test suite uses it: what boto3 asked, why it was refused, how often it called, and events."""

import json

import boto3
import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ClientError

from conftest import POOL_ID, PUBLIC
from poolhouse import Server

CLIENT_ID = PUBLIC[0]
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.fixture(scope="module")
def server():
    server = Server()
    yield server
    server.stop()


@pytest.fixture
def idp(server):
    """A client whose requests have a label and a trace, as a suite's hooks would give them."""
    config = Config(retries={"mode": "standard", "total_max_attempts": 3})
    client = boto3.client(
        "cognito-idp",
        endpoint_url=server.url,
        region_name="us-east-1",
        aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
        aws_secret_access_key="not-checked",
        config=config,
    )

    def label(request, **_):
        request.headers["x-poolhouse-label"] = "checkout"
        request.headers["traceparent"] = f"00-{TRACE}-00f067aa0ba902b7-01"

    client.meta.events.register("before-sign.cognito-identity-provider", label)
    return client


def journal(server, **query):
    answer = requests.get(f"{server.url}/_poolhouse/requests", params=query, timeout=90)
    assert answer.status_code == 200, answer.text
    return answer.json()


def last(server):
    return max((request["id"] for request in journal(server)["requests"]), default=0)


def verify(server, match, **counts):
    body = {"match": match, **counts}
    return requests.post(f"{server.url}/_poolhouse/requests/verify", json=body, timeout=30)


def sign_in(idp, password):
    return idp.initiate_auth(
        ClientId=CLIENT_ID, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": "alice", "PASSWORD": password}
    )


def test_a_refusal_is_told_with_its_reason_and_no_secret(server, idp):
    after = last(server)
    with pytest.raises(ClientError) as refused:
        sign_in(idp, "Wrong-password-1")
    tokens = sign_in(idp, "Poolhouse-1")["AuthenticationResult"]
    idp.get_user(AccessToken=tokens["AccessToken"])
    page = journal(server, after=after, label="checkout", trace=TRACE)
    asked = page["requests"]
    assert [one["operation"] for one in asked] == ["InitiateAuth", "InitiateAuth", "GetUser"]
    assert [one["outcome"] for one in asked] == ["refused", "success", "success"]
    assert all(one["username"] == "alice" and one["userPoolId"] == POOL_ID for one in asked)
    assert asked[0]["requestId"] == refused.value.response["ResponseMetadata"]["RequestId"]
    headers = refused.value.response["ResponseMetadata"]["HTTPHeaders"]
    assert asked[0]["reason"] == headers["x-poolhouse-reason"]
    assert asked[0]["caller"]["userAgent"].startswith("Boto3/")
    text = json.dumps(page)
    for secret in ["Wrong-password-1", "Poolhouse-1", *(tokens[name] for name in ("AccessToken", "IdToken", "RefreshToken"))]:
        assert secret not in text


def test_retries_are_counted(server, idp):
    after = last(server)
    rule = {"match": {"operation": "AdminGetUser"}, "times": 2, "status": 503}
    requests.put(f"{server.url}/_poolhouse/faults", json={"rules": [rule]}, timeout=30).raise_for_status()
    idp.admin_get_user(UserPoolId=POOL_ID, Username="alice")
    match = {"operation": "AdminGetUser", "username": "alice"}
    assert verify(server, match, exactly=3, after=after).status_code == 200
    assert verify(server, match | {"status": 503}, exactly=2, after=after).status_code == 200
    wrong = verify(server, match | {"username": "bob"}, after=after)
    assert wrong.status_code == 422
    nearest = wrong.json()["nearest"]
    assert [one["differs"] for one in nearest] == [[{"member": "username", "wanted": "bob", "found": "alice"}]] * 3


def test_a_request_is_waited_for_and_heard_of(server, idp):
    after = last(server)
    with requests.get(f"{server.url}/_poolhouse/events?only=request", stream=True, timeout=30) as events:
        lines = events.iter_lines(decode_unicode=True)
        assert next(lines) == ": events"
        idp.admin_get_user(UserPoolId=POOL_ID, Username="bob")
        told = next(line for line in lines if line.startswith("data: "))
    told = json.loads(told.removeprefix("data: "))
    waited = journal(server, after=after, wait="30s", operation="AdminGetUser")["requests"]
    assert waited == [told]


def test_the_code_of_a_token_signs_in(server, idp):
    server.freeze()
    challenge = idp.initiate_auth(
        ClientId=CLIENT_ID, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": "bob", "PASSWORD": "Poolhouse-1"}
    )
    assert challenge["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    shown = requests.get(f"{server.url}/_poolhouse/users/{POOL_ID}/bob/totp", timeout=30).json()
    assert 1 <= shown["remainingSeconds"] <= 30
    done = idp.respond_to_auth_challenge(
        ClientId=CLIENT_ID,
        ChallengeName="SOFTWARE_TOKEN_MFA",
        Session=challenge["Session"],
        ChallengeResponses={"USERNAME": "bob", "SOFTWARE_TOKEN_MFA_CODE": shown["code"]},
    )
    assert "AuthenticationResult" in done
