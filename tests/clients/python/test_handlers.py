"""The handlers of fixtures/handlers/python, run by Poolhouse: by its own bootstrap and by AWS's runtime client."""

import importlib.util
import json
import os
import re
import signal
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from cognito import claims, refused, tokens_of
from poolhouse import REPOSITORY, Server

HANDLERS = REPOSITORY / "fixtures" / "handlers" / "python"
CLIENT = "1handlers0test0client00000"
POOL = "us-east-1_Handlers2"
# The Python of these tests comes first, with what is installed for it.
ENV = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}


def handler(file, **env):
    return {"run": str(HANDLERS / file), "env": ENV | env}


@pytest.fixture
def serve(tmp_path):
    """Starts servers with a pool whose triggers are these."""
    servers = []

    def start(triggers, *flags):
        pool = {
            "PoolName": "handlers",
            "Id": POOL,
            "Clients": [{"ClientName": "c", "ClientId": CLIENT, "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]}],
            "Triggers": triggers,
        }
        fixture = tmp_path / f"pool{len(servers)}.json"
        fixture.write_text(json.dumps(pool))
        given = any(flag == "--function-timeout" for flag in flags)
        patience = () if given else ("--function-timeout", "30s")
        servers.append(Server("--fixtures", str(fixture), *patience, *flags))
        return servers[-1]

    yield start
    for server in servers:
        if server.process.poll() is None:
            server.stop()


def sign_up(server, username, email):
    attributes = [{"Name": "email", "Value": email}]
    return server.client().sign_up(
        ClientId=CLIENT, Username=username, Password="Poolhouse-1", UserAttributes=attributes
    )


def eventually(holds):
    """A machine under load is slow."""
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def children_of(pid):
    """The processes that `pid` has started, and theirs."""
    return [child for child in psutil.Process(pid).children(recursive=True) if is_alive(child)]


def is_alive(process):
    """Whether it still runs; one that has ended and is not yet reaped does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_handlers_decide_call_back_and_add_claims(serve):
    server = serve(
        {
            "PreSignUp": handler("pre_sign_up.py", DENIED_DOMAINS="spam.example"),
            "PostConfirmation": handler("post_confirmation.py"),
            "PreTokenGeneration": handler("pre_token_generation.py") | {"version": "V2_0"},
        }
    )
    with refused("UserLambdaValidationException", "PreSignUp failed with error Sign-ups from spam.example are not allowed."):
        sign_up(server, "eve", "eve@spam.example")
    assert sign_up(server, "ada", "ada@example.com")["UserConfirmed"] is False
    assert sign_up(server, "bob", "bob@corp.example.com")["UserConfirmed"] is True
    user = server.client().admin_get_user(UserPoolId=POOL, Username="bob")
    # The function called back while its event was under way.
    assert {"Name": "nickname", "Value": "welcomed"} in user["UserAttributes"]
    reply = server.client().initiate_auth(
        ClientId=CLIENT,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "bob", "PASSWORD": "Poolhouse-1"},
    )
    assert claims(tokens_of(reply)["IdToken"])["roles"] == []


def test_a_handler_that_cannot_be_loaded_is_an_error_of_the_function(serve, tmp_path):
    (tmp_path / "broken.py").write_text("import nowhere\n")
    server = serve({"PreSignUp": {"run": str(tmp_path / "broken.py")}})
    text = "PreSignUp failed with error Unable to import module 'broken': No module named 'nowhere'."
    with refused("UserLambdaValidationException", text):
        sign_up(server, "ada", "ada@example.com")


def test_a_handler_that_hangs_is_ended_and_tried_three_times(serve, tmp_path):
    (tmp_path / "hang.py").write_text(
        "import time\ndef lambda_handler(event, context):\n    print('hangs')\n    time.sleep(1000)\n"
    )
    server = serve({"PreSignUp": {"run": str(tmp_path / "hang.py")}}, "--function-timeout", "300ms")
    text = "PreSignUp invocation failed due to error Socket timeout while invoking Lambda function."
    with refused("UnexpectedLambdaException", text):
        sign_up(server, "ada", "ada@example.com")
    eventually(lambda: server.logged().count(" hangs ") == 3)
    eventually(lambda: not children_of(server.process.pid))


def test_the_log_tells_function_and_request_of_each_line_and_nothing_of_the_event(serve, tmp_path):
    (tmp_path / "speak.mjs").write_text(
        "export const handler = async (event, context) => {\n"
        "  console.log(`first of ${context.awsRequestId}`);\n  console.error('second');\n  return event;\n};\n"
    )
    server = serve({"PreSignUp": {"run": str(tmp_path / "speak.mjs")}})
    sign_up(server, "ada", "ada@example.com")
    eventually(lambda: "second" in server.logged())
    log = server.logged()
    request_id = re.search(r"first of (\S+) function=handlers-PreSignUp request_id=(\S+)", log)
    assert request_id[1] == request_id[2]
    assert f"second function=handlers-PreSignUp request_id={request_id[1]}" in log
    assert "Poolhouse-1" not in log and "ada@example.com" not in log


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_a_server_that_ends_leaves_no_process(serve, tmp_path, how):
    sleeper = f"{sys.executable!r}, ['-c', 'import time; time.sleep(1000)']"
    (tmp_path / "busy.py").write_text(
        f"import subprocess\nname, arguments = {sleeper}\nsubprocess.Popen([name, *arguments])\n"
        "def handler(event, context):\n    while event['userName'] == 'hang': pass\n    return event\n"
    )
    (tmp_path / "busy.mjs").write_text(
        f"import {{ spawn }} from 'node:child_process';\nspawn({sleeper}, {{ stdio: 'ignore' }});\n"
        "export const handler = async (event) => { while (event.userName === 'hang'); return event; };\n"
    )
    def hang(server):
        with pytest.raises(Exception):
            sign_up(server, "hang", "ada@example.com")

    for target in [
        {"run": "busy.mjs"},
        {"run": "busy.py", "handler": "handler"},
        {"command": [sys.executable, "-m", "awslambdaric", "busy.handler"], "dir": "."},
    ]:
        server = serve({"PreSignUp": target}, "--function-timeout", "1m", "--shutdown-timeout", "100ms")
        hanging = threading.Thread(target=hang, args=(server,))
        hanging.start()
        eventually(lambda: children_of(server.process.pid))
        # One process is busy and hears nothing else, the other waits for an event.
        sign_up(server, "ada", "ada@example.com")
        # Each has started one of its own.
        eventually(lambda: len(children_of(server.process.pid)) >= 4)
        children = children_of(server.process.pid)
        server.process.send_signal(how)
        server.process.wait(timeout=10)
        hanging.join()
        eventually(lambda: not any(is_alive(child) for child in children))


def test_awslambdaric_runs_a_handler(serve):
    target = {"command": [sys.executable, "-m", "awslambdaric", "pre_sign_up.lambda_handler"], "dir": str(HANDLERS)}
    server = serve({"PreSignUp": target})
    assert sign_up(server, "bob", "bob@corp.example.com")["UserConfirmed"] is True
    with refused("UserLambdaValidationException", "PreSignUp failed with error Sign-ups from spam.example are not allowed."):
        sign_up(server, "eve", "eve@spam.example")
    assert sign_up(server, "ada", "ada@example.com")["UserConfirmed"] is False


def load(file):
    spec = importlib.util.spec_from_file_location(file, HANDLERS / f"{file}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_functions_of_a_custom_sign_in_agree_with_one_another():
    auth, session = load("custom_auth"), []
    for answer, is_right in [("8", False), ("7", True)]:
        event = {"request": {"session": session}, "response": {}}
        assert auth.define(event, None)["response"]["challengeName"] == "CUSTOM_CHALLENGE"
        asked = auth.create({"request": {"session": session}, "response": {}}, None)["response"]
        request = {"challengeAnswer": answer, "privateChallengeParameters": asked["privateChallengeParameters"]}
        assert auth.verify({"request": request, "response": {}}, None)["response"]["answerCorrect"] is is_right
        session.append({"challengeName": "CUSTOM_CHALLENGE", "challengeResult": is_right})
    assert auth.define({"request": {"session": session}, "response": {}}, None)["response"]["issueTokens"] is True
    wrong = [{"challengeName": "CUSTOM_CHALLENGE", "challengeResult": False}] * 3
    assert auth.define({"request": {"session": wrong}, "response": {}}, None)["response"]["failAuthentication"] is True


def test_a_list_of_another_system_migrates_and_a_message_has_its_own_words():
    def migrate(username, password):
        event = {"triggerSource": "UserMigration_Authentication", "userName": username, "response": {}}
        return load("user_migration").lambda_handler(event | {"request": {"password": password}}, None)["response"]

    assert migrate("Maria", "Legacy-Pass-1")["userAttributes"]["email"] == "maria@example.com"
    for username, password, text in [("maria", "wrong", "Bad password"), ("nobody", "x", "User not found")]:
        with pytest.raises(Exception, match=text):
            migrate(username, password)
    event = {"triggerSource": "CustomMessage_SignUp", "request": {"codeParameter": "{####}"}, "response": {}}
    assert "{####}" in load("custom_message").lambda_handler(event, None)["response"]["emailMessage"]


def test_suspended_users_stay_out_and_federated_attributes_are_what_the_handler_makes_of_them():
    def pre_authentication(**attributes):
        event = {"callerContext": {"clientId": "c"}, "request": {"userAttributes": attributes}}
        return load("pre_authentication").lambda_handler(event, None)

    pre_authentication(email="ada@example.com")
    with pytest.raises(Exception, match="This account is suspended"):
        pre_authentication(**{"custom:suspended": "true"})
    for attributes in (
        {"idToken": {"sub": "1", "email": "old@example.com"}, "userInfo": {"email": "Ada@Example.com", "groups": "a,b"}},
        {"samlResponse": {"sub": "1", "email": "Ada@Example.com", "groups": "a,b"}},
    ):
        event = load("inbound_federation").lambda_handler({"request": {"attributes": attributes}, "response": {}}, None)
        assert event["response"]["userAttributesToMap"] == {"sub": "1", "email": "ada@example.com"}
