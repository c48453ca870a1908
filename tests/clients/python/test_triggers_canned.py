"""Answers in place of functions: each kind of rule as the callers of a pool meet it, and the journal of invocations."""

import time

import pytest
import requests

from cognito import PASSWORD, Pool, at_once, refused
from poolhouse import Server

ARN = "arn:aws:lambda:us-east-1:123456789012:function:{}"
SHAPE = ("InvalidLambdaResponseException", "Unrecognizable lambda output")
NOT_JSON = ("InvalidLambdaResponseException", "Invalid lambda function output : Invalid JSON")


@pytest.fixture(scope="module")
def server():
    server = Server("--function-timeout", "300ms")
    yield server
    server.stop()


@pytest.fixture
def rules(server):
    def put(*rules):
        answer = requests.put(f"{server.url}/_poolhouse/triggers", json={"rules": rules}, timeout=30)
        assert answer.status_code == 200, answer.text
        return answer.json()["rules"]

    yield put
    requests.delete(f"{server.url}/_poolhouse/triggers", timeout=30).raise_for_status()


def pool_with(server, *triggers):
    config = {trigger: ARN.format(trigger) for trigger in triggers}
    return Pool(server, server.client(), LambdaConfig=config)


def journal(server, **parameters):
    answer = requests.get(f"{server.url}/_poolhouse/invocations", params=parameters, timeout=30)
    assert answer.status_code == 200, answer.text
    return answer.json()["invocations"]


def test_a_response_is_merged_over_what_cognito_sent(server, rules):
    pool = pool_with(server, "PreSignUp")
    rules({"trigger": "PreSignUp", "response": {"autoConfirmUser": True}, "times": 1})
    assert pool.sign_up("ann")["UserConfirmed"]
    with refused("UnexpectedLambdaException"):
        pool.sign_up("bob")
    (answered, nothing) = journal(server, user_pool=pool.pool_id)
    assert answered["answer"]["response"] == {
        "autoConfirmUser": True,
        "autoVerifyEmail": False,
        "autoVerifyPhone": False,
    }
    assert (answered["target"], answered["attempts"], answered["error"]) == ("a canned answer", 1, None)
    assert (nothing["target"], nothing["attempts"]) == (None, 0)
    assert nothing["error"] == "ResourceNotFoundException"


# What a rule says, and AWS's type and text.
REFUSALS = {
    "error": ({"error": "Not today"}, "UserLambdaValidationException", "{} failed with error Not today."),
    "error-object": (
        {"error": {"errorType": "Error", "errorMessage": "Not today"}},
        "UserLambdaValidationException",
        "{} failed with error Not today.",
    ),
    "error-payload": (
        {"event": {"errorType": "Error", "errorMessage": "Not today"}},
        "UserLambdaValidationException",
        "{} failed with error Not today.",
    ),
    "null": ({"event": None}, *SHAPE),
    "list": ({"event": []}, *SHAPE),
    "response-only": ({"event": {"response": {}}}, *SHAPE),
    "not-json": ({"event": "<html>"}, *NOT_JSON),
    "throttled": (
        {"notInvoked": "TooManyRequestsException"},
        "UnexpectedLambdaException",
        "{} invocation failed due to error TooManyRequestsException.",
    ),
    "late": (
        {"delay": "1s", "response": {}},
        "UnexpectedLambdaException",
        "{} invocation failed due to error Socket timeout while invoking Lambda function.",
    ),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_a_failing_function_is_refused_in_sign_up_as_by_aws(server, rules, name):
    rule, error, text = REFUSALS[name]
    pool = pool_with(server, "PreSignUp")
    rules(rule | {"userPoolId": pool.pool_id})
    with refused(error, text.format("PreSignUp")):
        pool.sign_up("ann")
    (invoked,) = journal(server, user_pool=pool.pool_id)
    assert invoked["attempts"] == (3 if name in ("throttled", "late") else 1)


@pytest.mark.parametrize("name", REFUSALS)
def test_a_failing_function_is_refused_in_sign_in_as_by_aws(server, rules, name):
    rule, error, text = REFUSALS[name]
    pool = pool_with(server, "PreAuthentication")
    pool.add_user("ann")
    rules(rule | {"function": "PreAuth*", "username": "ann"})
    with refused(error, text.format("PreAuthentication")):
        pool.idp.initiate_auth(
            ClientId=pool.id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "ann", "PASSWORD": PASSWORD},
        )


def test_a_delay_is_real_time(server, rules):
    pool = pool_with(server, "PreSignUp")
    rules({"delay": "100ms", "userPoolId": pool.pool_id})
    since = time.monotonic()
    assert not pool.sign_up("ann")["UserConfirmed"]
    assert time.monotonic() - since >= 0.1
    (invoked,) = journal(server, user_pool=pool.pool_id)
    assert invoked["durationMs"] >= 100


def test_a_rule_is_used_up_by_exactly_as_many_as_it_is_for(server, rules):
    pool = pool_with(server, "PreSignUp")
    rules({"error": "No", "times": 3}, {"response": {}})
    ends = at_once([lambda n=n: pool.sign_up(f"user{n}") for n in range(50)])
    no = ("UserLambdaValidationException", "PreSignUp failed with error No.")
    assert ends == ["done"] * 47 + [no] * 3
    events = journal(server, user_pool=pool.pool_id, trigger="PreSignUp")
    assert len({invoked["requestId"] for invoked in events}) == 50
    assert {invoked["username"] for invoked in events} == {f"user{n}" for n in range(50)}


def test_the_journal_has_no_password(server, rules):
    pool = pool_with(server, "UserMigration")
    answer = {"userAttributes": {"username": "ann", "email": "ann@example.com"}, "finalUserStatus": "CONFIRMED"}
    rules({"trigger": "UserMigration", "response": answer | {"messageAction": "SUPPRESS"}})
    pool.idp.initiate_auth(
        ClientId=pool.id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ann", "PASSWORD": PASSWORD},
    )
    (invoked,) = journal(server, user_pool=pool.pool_id)
    assert invoked["triggerSource"] == "UserMigration_Authentication"
    assert invoked["event"]["request"]["password"] == "***"
    assert PASSWORD not in str(invoked)


@pytest.mark.parametrize(
    "rule, reason",
    [
        ({}, "a rule says nothing"),
        ({"error": "a", "response": {}}, "give one of response, event, error and notInvoked"),
        ({"error": "a", "trigger": "preSignUp"}, "trigger: no trigger is \"preSignUp\"; did you mean PreSignUp?"),
        ({"error": "a", "triggerSource": "PreSignUp"}, "triggerSource: no event has the source"),
        ({"error": "a", "colour": "a"}, "colour: unknown member"),
        ({"error": "a", "times": 0}, "times: must be a number from 1 on"),
        ({"delay": "soon"}, "give a time such as 2s"),
    ],
)
def test_a_wrong_rule_is_refused_and_says_why(server, rule, reason):
    answer = requests.put(f"{server.url}/_poolhouse/triggers", json={"rules": [rule]}, timeout=30)
    assert answer.status_code == 400
    assert reason in answer.json()["error"]
