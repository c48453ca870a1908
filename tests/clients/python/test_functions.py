"""Functions over HTTP, as callers of a pool meet them: what a function decides, and each way in which it fails."""

import json
import re
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import unquote

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from cognito import Pool, refused
from endpoint import Endpoint, answer
from poolhouse import Server

REGION, ACCOUNT = "us-east-1", "123456789012"
MEBIBYTE = 1024 * 1024


def arn(name):
    return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"


def confirming(event):
    return answer(event | {"response": {"autoConfirmUser": True}})


@pytest.fixture(scope="module")
def endpoint():
    endpoint = Endpoint()
    yield endpoint
    endpoint.stop()


@pytest.fixture(scope="module")
def server(endpoint):
    """Functions named `webhook-PATH` are webhooks, `nowhere` is where nobody listens, the rest is invoked."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        nowhere = f"http://127.0.0.1:{taken.getsockname()[1]}/"
    functions = {name: f"{endpoint.url}/{name}" for name in ("webhook", "webhook-500", "webhook-error")}
    functions["nowhere"] = nowhere
    # The name of the fixture's own function is not what it is called there.
    functions["renamed"] = f"invoke+{endpoint.url}/other"
    flags = [flag for pattern, target in functions.items() for flag in ("--function", f"{pattern}={target}")]
    server = Server(*flags, "--lambda-endpoint", endpoint.url, "--function-timeout", "1s")
    yield server
    server.stop()


def invoked(name):
    return f"/2015-03-31/functions/{name}/invocations"


@pytest.fixture
def pool_with(make_pool):
    return lambda **triggers: make_pool(LambdaConfig={trigger: arn(name) for trigger, name in triggers.items()})


def test_a_webhook_and_an_invoke_endpoint_decide(endpoint, pool_with):
    endpoint.answers["/webhook"] = confirming
    endpoint.answers[invoked("f")] = confirming
    endpoint.answers[invoked("other")] = confirming
    for name in ("webhook", "f", "renamed"):
        assert pool_with(PreSignUp=name).sign_up("ann")["UserConfirmed"], name
    (asked,) = endpoint.calls("/webhook")
    assert asked[2]["triggerSource"] == "PreSignUp_SignUp"


def test_a_call_is_signed_as_botocore_signs_it(endpoint, pool_with):
    endpoint.answers[invoked("signed")] = confirming
    pool_with(PreSignUp="signed:live").sign_up("ann")
    target = invoked("signed") + "?Qualifier=live"
    ((_, lines, event),) = endpoint.calls(target)
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    found = re.fullmatch(
        rf"AWS4-HMAC-SHA256 Credential=({ACCOUNT})/(\d{{8}})/{REGION}/lambda/aws4_request, "
        r"SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})",
        headers["authorization"],
    )
    key, day, signed, signature = found.groups()
    assert headers["x-amz-date"].startswith(day)
    order = ["version", "region", "userPoolId", "userName", "callerContext", "triggerSource", "request", "response"]
    assert list(event) == order
    # The event's own bytes.
    body = json.dumps(event, separators=(",", ":"), ensure_ascii=False).encode()
    assert len(body) == int(headers["content-length"])
    request = AWSRequest(method="POST", url=endpoint.url + unquote(target), data=body)
    for name in signed.split(";"):
        request.headers[name] = headers[name]
    request.context["timestamp"] = headers["x-amz-date"]
    auth = SigV4Auth(Credentials(key, "test"), "lambda", REGION)
    text = auth.string_to_sign(request, auth.canonical_request(request))
    assert auth.signature(text, request) == signature


ERROR = {"errorType": "Error", "errorMessage": "boom", "trace": []}
NOT_INVOKED = "PreSignUp invocation failed due to error {}."
FAILED = "PreSignUp failed with error {}."
NOT_JSON = ("InvalidLambdaResponseException", "Invalid lambda function output : Invalid JSON")
SHAPE = ("InvalidLambdaResponseException", "Unrecognizable lambda output")
TOO_LARGE = "Response payload size exceeded maximum allowed payload size (6291556 bytes)."
NOT_FOUND = {"Type": "User", "Message": f"Function not found: {arn('f')}"}


def not_invoked(error):
    return "UnexpectedLambdaException", NOT_INVOKED.format(error)


def failed(text):
    return "UserLambdaValidationException", FAILED.format(text)


# Function, what its endpoint answers, type and text of the refusal, how often it is called.
FAILURES = {
    "error": (answer(ERROR, X_Amz_Function_Error="Unhandled"), *failed("boom"), 1),
    "error-of-an-emulator": (answer(ERROR), *failed("boom"), 1),
    "died": (answer(ERROR, "502 Bad Gateway"), *failed("boom"), 1),
    "timed-out-itself": (answer(b"Task timed out after 3.00 seconds"), *NOT_JSON, 1),
    "garbage": (answer(b"<html>"), *NOT_JSON, 1),
    "nothing": (answer(b""), *NOT_JSON, 1),
    "null": (answer(None), *SHAPE, 1),
    "response-only": (answer({"response": {}}), *SHAPE, 1),
    "flood": (answer(b"x" * 10 * MEBIBYTE), *failed(TOO_LARGE), 1),
    "unknown": (
        answer(NOT_FOUND, "404 Not Found", x_amzn_ErrorType="ResourceNotFoundException"),
        *not_invoked("ResourceNotFoundException"),
        1,
    ),
    "forbidden": (answer({}, "403 Forbidden"), *not_invoked("AccessDeniedException"), 1),
    "throttled": (answer({}, "429 Too Many Requests"), *not_invoked("TooManyRequestsException"), 3),
    "broken": (answer({}, "500 Internal Server Error"), *not_invoked("ServiceException"), 3),
    "no-http": (b"SSH-2.0-OpenSSH\r\n\r\n", *not_invoked("ServiceException"), 3),
    "silent": (None, *not_invoked("Socket timeout while invoking Lambda function"), 3),
}


@pytest.mark.parametrize("name", FAILURES)
def test_a_failure_is_told_as_aws_tells_it(endpoint, pool_with, name):
    given, error, text, calls = FAILURES[name]
    endpoint.answers[invoked(name)] = lambda _: given
    pool = pool_with(PreSignUp=name)
    with refused(error, text):
        pool.sign_up("ann")
    assert len(endpoint.calls(invoked(name))) == calls
    with refused("UserNotFoundException", "User does not exist."):
        pool.get_user("ann")
    # The server goes on, and so does the function.
    endpoint.answers[invoked(name)] = confirming
    assert pool.sign_up("ann")["UserConfirmed"]


def test_a_webhook_fails_by_its_status_or_by_an_error(endpoint, pool_with):
    endpoint.answers["/webhook-500"] = lambda _: answer(b"oops", "500 Internal Server Error")
    endpoint.answers["/webhook-error"] = lambda _: answer(ERROR, "500 Internal Server Error")
    with refused(*not_invoked("ServiceException")):
        pool_with(PreSignUp="webhook-500").sign_up("ann")
    with refused(*failed("boom")):
        pool_with(PreSignUp="webhook-error").sign_up("ann")


def test_where_nobody_listens_is_told(pool_with):
    pool = pool_with(PreSignUp="nowhere")
    with refused(*not_invoked("ServiceException")):
        pool.sign_up("ann")


def test_a_function_that_fails_after_the_fact_undoes_nothing(endpoint, pool_with):
    endpoint.answers[invoked("late")] = lambda _: answer(ERROR)
    pool = pool_with(PostConfirmation="late")
    pool.sign_up("ann", email="ann@example.com")
    with refused("UserLambdaValidationException", "PostConfirmation failed with error boom."):
        pool.idp.admin_confirm_sign_up(UserPoolId=pool.pool_id, Username="ann")
    assert pool.status("ann") == "CONFIRMED"


def test_callers_that_leave_and_functions_that_never_answer_leak_no_connection(endpoint, server, pool_with):
    endpoint.answers[invoked("stuck")] = lambda _: None
    pool = pool_with(PreSignUp="stuck")
    host, port = server.url.removeprefix("http://").split(":")
    for n in range(20):
        body = json.dumps({"ClientId": pool.id, "Username": f"u{n}", "Password": "Poolhouse-1"})
        with socket.create_connection((host, int(port))) as caller:
            caller.sendall(
                (
                    "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-amz-json-1.1\r\n"
                    "X-Amz-Target: AWSCognitoIdentityProviderService.SignUp\r\n"
                    f"Content-Length: {len(body)}\r\n\r\n{body}"
                ).encode()
            )
            endpoint.wait(lambda it: any(asked[2]["userName"] == f"u{n}" for asked in it.asked))
    endpoint.wait(lambda it: len(it.calls(invoked("stuck"))) == 60)
    # Connections of other tests wait for another call.
    endpoint.wait(lambda it: it.open <= 8)
    endpoint.answers[invoked("stuck")] = confirming
    assert pool.sign_up("ann")["UserConfirmed"]


def test_a_slow_function_holds_up_nobody_else(endpoint, pool_with):
    endpoint.answers[invoked("slow")] = lambda _: None
    slow, other = pool_with(PreSignUp="slow"), pool_with()
    with ThreadPoolExecutor(8) as workers:
        waiting = [workers.submit(slow.sign_up, f"u{n}") for n in range(8)]
        endpoint.wait(lambda it: len(it.calls(invoked("slow"))) >= 8)
        began = time.monotonic()
        other.sign_up("ann")
        assert time.monotonic() - began < 0.6
        for one in waiting:
            with refused(*not_invoked("Socket timeout while invoking Lambda function")):
                one.result()


def test_a_function_may_call_back(endpoint, server, pool_with):
    pool = pool_with(PostConfirmation="calls-back")
    idp = server.client()

    def mark(event):
        idp.admin_update_user_attributes(
            UserPoolId=event["userPoolId"],
            Username=event["userName"],
            UserAttributes=[{"Name": "nickname", "Value": "marked"}],
        )
        return answer(event)

    endpoint.answers[invoked("calls-back")] = mark
    pool.sign_up("ann")
    pool.idp.admin_confirm_sign_up(UserPoolId=pool.pool_id, Username="ann")
    found = {one["Name"]: one["Value"] for one in pool.get_user("ann")["UserAttributes"]}
    assert found["nickname"] == "marked"


def test_without_a_target_a_call_is_refused_or_goes_on():
    refusing = Server()
    pool = Pool(refusing, refusing.client(), LambdaConfig={"PreSignUp": arn("f")})
    with refused(*not_invoked("ResourceNotFoundException")):
        pool.sign_up("ann")
    refusing.stop()
    skipping = Server("--unreachable-functions", "skip")
    pool = Pool(skipping, skipping.client(), LambdaConfig={"PreSignUp": arn("f")})
    for name in ("ann", "bob"):
        assert not pool.sign_up(name)["UserConfirmed"]
    skipping.process.terminate()
    skipping.process.wait(timeout=10)
    told_of = "nothing runs the function"
    warnings = [line for line in skipping.logged(until=told_of).splitlines() if told_of in line]
    assert len(warnings) == 1 and arn("f") in warnings[0], warnings
    skipping.stop()
