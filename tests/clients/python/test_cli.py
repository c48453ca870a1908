"""The AWS CLI: answers on stdout, errors on stderr, exit codes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cognito import PASSWORD
from conftest import CONFIDENTIAL, POOL_ID, PUBLIC

AWS = Path(sys.executable).with_name("aws")
CLIENT_ID = PUBLIC[0]
# Version 1 of the CLI, the one on the package index; version 2 says 254.
SERVICE_ERROR = 255


@pytest.fixture
def aws(server):
    """Runs `aws cognito-idp …`; gives the answer, or the error where an exit code is expected."""

    def run(*arguments, fails=0):
        environment = {
            "PATH": os.environ["PATH"],
            "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "not-checked",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }
        command = [str(AWS), "cognito-idp", *arguments, "--endpoint-url", server.url, "--output", "json"]
        print("$", " ".join(command))
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
        print(done.stdout, done.stderr)
        assert done.returncode == fails
        if fails:
            assert done.stdout == ""
            return done.stderr.strip()
        return json.loads(done.stdout) if done.stdout.strip() else None

    return run


def error(operation, kind, text):
    return f"An error occurred ({kind}) when calling the {operation} operation: {text}"


def test_describe_user_pool(aws):
    pool = aws("describe-user-pool", "--user-pool-id", POOL_ID)["UserPool"]
    assert pool["Id"] == POOL_ID
    assert pool["MfaConfiguration"] == "OPTIONAL"
    assert pool["AutoVerifiedAttributes"] == ["email"]


def test_describe_an_unknown_user_pool(aws):
    found = aws("describe-user-pool", "--user-pool-id", "us-east-1_Nowhere00", fails=SERVICE_ERROR)
    text = "User pool us-east-1_Nowhere00 does not exist."
    assert found.endswith(error("DescribeUserPool", "ResourceNotFoundException", text))


def test_describe_the_fixtures_clients(aws):
    for client_id, secret in (PUBLIC, CONFIDENTIAL):
        answer = aws("describe-user-pool-client", "--user-pool-id", POOL_ID, "--client-id", client_id)
        assert answer["UserPoolClient"].get("ClientSecret") == secret


def test_the_story_on_the_command_line(aws, house):
    client = ["--client-id", CLIENT_ID]
    signed_up = aws(
        "sign-up", *client, "--username", "cleo", "--password", PASSWORD,
        "--user-attributes", "Name=email,Value=cleo@example.com",
    )  # fmt: skip
    assert signed_up["CodeDeliveryDetails"]["Destination"] == "c***@e***"
    password = ["--auth-flow", "USER_PASSWORD_AUTH", "--auth-parameters", f"USERNAME=cleo,PASSWORD={PASSWORD}"]
    found = aws("initiate-auth", *client, *password, fails=SERVICE_ERROR)
    assert found.endswith(error("InitiateAuth", "UserNotConfirmedException", "User is not confirmed."))
    code = house.last_message("cleo")["code"]
    confirmed = aws("confirm-sign-up", *client, "--username", "cleo", "--confirmation-code", code)
    assert confirmed in ({}, None)
    tokens = aws("initiate-auth", *client, *password)["AuthenticationResult"]
    user = aws("get-user", "--access-token", tokens["AccessToken"])
    assert user["Username"] == "cleo"
    assert aws("global-sign-out", "--access-token", tokens["AccessToken"]) in ({}, None)
    found = aws("get-user", "--access-token", tokens["AccessToken"], fails=SERVICE_ERROR)
    assert found.endswith(error("GetUser", "NotAuthorizedException", "Access Token has been revoked"))


def test_a_new_user_answers_new_password_required(aws):
    made = aws(
        "admin-create-user", "--user-pool-id", POOL_ID, "--username", "nell", "--temporary-password",
        "Temporary-1", "--message-action", "SUPPRESS", "--user-attributes", "Name=email,Value=nell@example.com",
    )  # fmt: skip
    assert made["User"]["UserStatus"] == "FORCE_CHANGE_PASSWORD"
    challenge = aws(
        "admin-initiate-auth", "--user-pool-id", POOL_ID, "--client-id", CLIENT_ID,
        "--auth-flow", "ADMIN_USER_PASSWORD_AUTH", "--auth-parameters", "USERNAME=nell,PASSWORD=Temporary-1",
    )  # fmt: skip
    assert challenge["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
    answer = [
        "--client-id", CLIENT_ID, "--challenge-name", "NEW_PASSWORD_REQUIRED", "--session", challenge["Session"],
        "--challenge-responses",
    ]  # fmt: skip
    found = aws("respond-to-auth-challenge", *answer, "USERNAME=nell,NEW_PASSWORD=short", fails=SERVICE_ERROR)
    assert found.endswith(
        error(
            "RespondToAuthChallenge",
            "InvalidPasswordException",
            "Password does not conform to policy: Password not long enough",
        )
    )
    tokens = aws("respond-to-auth-challenge", *answer, f"USERNAME=nell,NEW_PASSWORD={PASSWORD}")
    assert tokens["AuthenticationResult"]["TokenType"] == "Bearer"


def test_list_users_with_a_filter(aws):
    users = aws("list-users", "--user-pool-id", POOL_ID, "--filter", 'email = "alice@example.com"')["Users"]
    assert [user["Username"] for user in users] == ["alice"]
    found = aws("list-users", "--user-pool-id", POOL_ID, "--filter", 'username ^= "b"', "--query", "Users[].Username")
    assert found == ["bob"]


def test_list_users_pages_by_itself(aws):
    users = aws("list-users", "--user-pool-id", POOL_ID, "--page-size", "2")["Users"]
    assert {"alice", "bob", "uma", "fay", "rex", "dan"} <= {user["Username"] for user in users}


def test_a_wrong_password(aws):
    found = aws(
        "initiate-auth", "--client-id", CLIENT_ID, "--auth-flow", "USER_PASSWORD_AUTH",
        "--auth-parameters", "USERNAME=alice,PASSWORD=Poolhouse-2", fails=SERVICE_ERROR,
    )  # fmt: skip
    assert found.endswith(error("InitiateAuth", "NotAuthorizedException", "Incorrect username or password."))


def test_operations_without_an_answer_print_nothing(aws):
    group = ["--user-pool-id", POOL_ID, "--group-name", "readers"]
    assert aws("admin-add-user-to-group", *group, "--username", "alice") is None
    assert aws("admin-remove-user-from-group", *group, "--username", "alice") is None
