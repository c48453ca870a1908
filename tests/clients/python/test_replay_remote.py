"""`poolhouse replay --endpoint`: a running Poolhouse, and what stands in for AWS."""

import os
import signal
import subprocess
import sys

import boto3
import pytest
import requests

from poolhouse import NEW_YEAR, REPOSITORY, Server, binary
from stand_in import StandIn

SCENARIOS = REPOSITORY / "fixtures" / "scenarios"
FAST = ("--max-rps", "500")

POOL = """
fixtures:
  UserPools:
    - PoolName: shop
      Id: us-east-1_Pinned000
      UserPoolTags: {_custom_id_: us-east-1_Pinned000}
      AutoVerifiedAttributes: [email]
      MfaConfiguration: OPTIONAL
      SoftwareTokenMfaConfiguration: {Enabled: true}
      ResourceServers: [{Identifier: cart, Name: Cart, Scopes: [{ScopeName: read, ScopeDescription: Reads}]}]
      Domain: shop-of-a-replay
      Groups: [{GroupName: staff, Precedence: 1}]
      Clients:
        - {ClientName: web, ClientId: pinned, ExplicitAuthFlows: [ALLOW_USER_PASSWORD_AUTH, ALLOW_REFRESH_TOKEN_AUTH]}
        - {ClientName: server, GenerateSecret: true, ExplicitAuthFlows: [ALLOW_USER_PASSWORD_AUTH]}
      Users:
        - {Username: zoe, Password: Correct-1-horse, UserAttributes: {email: zoe@example.com, email_verified: true},
           Groups: [staff], Sub: a11ce000-0000-4000-8000-000000000009}
        - {Username: ned, TemporaryPassword: Temporary-1, UserAttributes: {email: ned@example.com}}
        - {Username: off, Password: Correct-1-horse, Enabled: false}
        - {Username: tom, Password: Correct-1-horse, SoftwareToken: {SecretCode: JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP}}
"""

WHOLE = """
scenario: What the fixture says is there
defaults: {ClientId: "${clients.web.ClientId}"}
steps:
  - DescribeUserPool: {}
    expect: {UserPool: {Name: shop, MfaConfiguration: OPTIONAL, Domain: shop-of-a-replay}}
  - InitiateAuth: {AuthFlow: USER_PASSWORD_AUTH, AuthParameters: {USERNAME: zoe, PASSWORD: Correct-1-horse}}
    expect: {AuthenticationResult: {IdToken: {$claims: {sub: "${users.zoe.Sub}", cognito:groups: [staff]}}}}
  - InitiateAuth:
      ClientId: ${clients.server.ClientId}
      AuthFlow: USER_PASSWORD_AUTH
      AuthParameters: {USERNAME: zoe, PASSWORD: Correct-1-horse, SECRET_HASH: "${secret_hash('zoe', clients.server)}"}
    expect: {AuthenticationResult: {AccessToken: <jwt>}}
  - InitiateAuth: {AuthFlow: USER_PASSWORD_AUTH, AuthParameters: {USERNAME: ned, PASSWORD: Temporary-1}}
    expect: {ChallengeName: NEW_PASSWORD_REQUIRED}
  - InitiateAuth: {AuthFlow: USER_PASSWORD_AUTH, AuthParameters: {USERNAME: "off", PASSWORD: Correct-1-horse}}
    error: {type: NotAuthorizedException, message: User is disabled., reason: not looked at}
  - DescribeResourceServer: {Identifier: cart}
    expect: {ResourceServer: {Name: Cart}}
  - CreateUserPool: {PoolName: another, DeletionProtection: ACTIVE}
    as: another
  - CreateUserPoolDomain: {Domain: another-of-a-replay, UserPoolId: "${another.UserPool.Id}"}
  - check: {"${target}": aws}
"""

WAITS = """
scenario: It waits
steps:
  - CreateUserPool: {PoolName: another}
  - AdminGetUser: {Username: zoe}
  - clock: {advance: 80s}
  - AdminGetUser: {Username: zoe}
"""


@pytest.fixture(scope="module")
def backend():
    server = Server()
    yield server
    server.stop()


@pytest.fixture
def aws(backend):
    stand_in = StandIn(backend.url, token="its-token")
    yield stand_in
    stand_in.stop()


@pytest.fixture
def write(tmp_path):
    def write(text, fixture=POOL, name="one"):
        path = tmp_path / f"{name}.scenario.yaml"
        path.write_text(text.strip() + "\n" + fixture)
        return path

    return write


def command(target, *arguments):
    return [binary(), "replay", "--endpoint", target.url, *map(str, arguments)]


def environment(target, **changes):
    variables = {"PATH": os.environ["PATH"], "AWS_REGION": "eu-west-1"}
    if isinstance(target, StandIn):
        variables |= target.environment()
    return variables | changes


def replay(target, *arguments, code=0, **changes):
    done = subprocess.run(
        command(target, *arguments), env=environment(target, **changes), capture_output=True, text=True, timeout=120
    )
    print(done.stdout, done.stderr)
    assert done.returncode == code
    return done.stdout + done.stderr


def pools(backend, region="eu-west-1"):
    client = boto3.client(
        "cognito-idp", endpoint_url=backend.url, region_name=region, aws_access_key_id="x", aws_secret_access_key="x"
    )
    return {pool["Id"] for page in client.get_paginator("list_user_pools").paginate(MaxResults=60)
            for pool in page["UserPools"]}  # fmt: skip


def everything(server):
    """All pools of all accounts, and the accounts that are branches."""
    answer = requests.post(f"{server.url}/_poolhouse/snapshots", json={"name": "all", "replace": True}, timeout=30)
    requests.delete(f"{server.url}/_poolhouse/snapshots/all", timeout=30)
    known = requests.delete(f"{server.url}/_poolhouse/branches/1", timeout=30).json()["error"]
    return answer.json()["userPools"], known


# AWS ----------------------------------------------------------------------------------------------------


def test_fixtures_are_made_and_deleted(backend, aws, write):
    told = replay(aws, write(WHOLE), *FAST)
    assert "1 passed, 0 failed, 0 skipped" in told
    assert not aws.refused
    assert pools(backend) == set()
    [made, another] = [body for name, body in aws.calls if name == "CreateUserPool"]
    assert set(made["UserPoolTags"]) == {"poolhouse-replay"} == set(another["UserPoolTags"])
    assert "Id" not in made and aws.count("DeleteUserPoolDomain") == 2
    created = [body["Username"] for name, body in aws.calls if name == "AdminCreateUser"]
    assert created == ["zoe", "ned", "off"]
    assert all(body["MessageAction"] == "SUPPRESS" for name, body in aws.calls if name == "AdminCreateUser")


def test_shipped_scenarios_pass(backend, aws):
    files = [
        "totp/t05-enabled-for-the-pool.scenario.yaml",
        "totp/t26-a-code-has-six-digits.scenario.yaml",
        "totp/t02-by-srp.scenario.yaml",
        "sessions/revoke.scenario.yaml",
        "srp.scenario.yaml",
        "accounts/groups.scenario.yaml",
    ]
    told = replay(aws, *(SCENARIOS / file for file in files), *FAST)
    assert " 0 failed" in told and not aws.refused
    assert pools(backend) == set()


def test_differences_have_file_and_line_and_no_secrets(backend, aws, write):
    path = write("""
scenario: It is wrong
defaults: {ClientId: "${clients.web.ClientId}"}
steps:
  - InitiateAuth: {AuthFlow: USER_PASSWORD_AUTH, AuthParameters: {USERNAME: zoe, PASSWORD: Correct-1-horse}}
    expect:
      ChallengeName: SMS_MFA
      AuthenticationResult: {TokenType: bearer, AccessToken: none, ExpiresIn: 60}
""")
    told = replay(aws, path, *FAST, code=1)
    assert f"{path}:6:22" in told
    assert "7 |" in told and "bearer" in told and "60" in told
    assert "eyJ" not in told and "its-secret" not in told
    assert pools(backend) == set()


@pytest.mark.parametrize(
    ("steps", "reason"),
    [
        ("- clock: {set: 2030-01-01T00:00:00Z}", "AWS's clock cannot be set"),
        ("- check: {'${users.zoe.Sub}': a11ce000-0000-4000-8000-000000000009}", "write ${users.NAME.Sub}"),
        ("- clock: {advance: 91s}", "1m 31s is longer than 1m 30s; --real-wait waits longer"),
        ("- risk: {riskLevel: High}", "AWS takes no rule of `risk`"),
        ("- message: {username: zoe}", "--codes COMMAND tells their codes"),
        ("- AdminGetUser: {Username: tom}", "it names the user tom, whose fixture has SoftwareToken"),
        ("- DescribeUserPool: {UserPoolId: us-east-1_Pinned000}", "names the pinned id us-east-1_Pinned000"),
        ("- ListTagsForResource: {ResourceArn: 'arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_Abc'}",
         "it names the account 123456789012"),
        ("- http: {url: /_poolhouse/clock}", "AWS has no test API"),
    ],
)
def test_what_aws_cannot_do_skips(backend, aws, write, steps, reason):
    path = write(f"scenario: It asks for much\nsteps:\n  {steps}")
    told = replay(aws, path, *FAST)
    assert reason in told and "0 passed, 0 failed, 1 skipped" in told
    replay(aws, path, *FAST, "--fail-on-skip", code=1)
    assert pools(backend) == set()


@pytest.mark.parametrize(
    ("member", "reason"),
    [
        ("Code: '123456'", "Code, which CreateUserPool does not take"),
        ("LambdaConfig: {PreSignUp: 'arn:aws:lambda:us-east-1:123456789012:function:f'}", "arn:aws:lambda"),
    ],
)
def test_a_fixture_that_no_operation_makes_skips(aws, write, member, reason):
    path = write("scenario: It is special\nsteps:\n  - DescribeUserPool: {}", f"""
fixtures: {{UserPools: [{{PoolName: special, {member}}}]}}
""")
    assert reason in replay(aws, path, *FAST)
    assert aws.count("CreateUserPool") == 0


def test_codes_come_from_a_command(backend, aws, write, tmp_path):
    script = tmp_path / "code.py"
    script.write_text(f"""
import json, os, urllib.request
url = "{backend.url}/_poolhouse/messages?wait=10s&kind=" + os.environ["kind"] + "&username=" + os.environ["username"]
print(json.load(urllib.request.urlopen(url))["messages"][-1]["code"])
""")
    path = write("""
scenario: A user signs up
vars: {name: "${unique('una')}"}
defaults: {ClientId: "${clients.web.ClientId}", Username: "${name}"}
steps:
  - SignUp: {Password: Correct-1-horse, UserAttributes: {email: una@example.com}}
  - message: {username: "${name}", kind: SignUp}
    as: mail
    expect: {code: <code>}
  - clock: {advance: 1s}
  - ConfirmSignUp: {ConfirmationCode: "${mail.code}"}
""")
    told = replay(aws, path, *FAST, "--codes", f"{sys.executable} {script}")
    assert "1 passed" in told


def test_no_more_requests_a_second_than_may_be(aws, write):
    replay(aws, write(WHOLE), "--max-rps", "20")
    spans = zip(aws.times, aws.times[10:])
    assert len(aws.times) > 20 and all(last - first > 0.4 for first, last in spans)


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"AWS_SECRET_ACCESS_KEY": "not-its-secret"}, "InvalidSignatureException: The request signature we calculated"),
        ({"AWS_ACCESS_KEY_ID": "AKIDNOBODY"}, "UnrecognizedClientException"),
        ({"AWS_SESSION_TOKEN": ""}, "does not take these credentials for eu-west-1"),
        ({"AWS_ACCESS_KEY_ID": ""}, "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"),
        ({"AWS_REGION": "us-west-2"}, "does not take these credentials for us-west-2"),
        ({"AWS_REGION": "Ireland"}, '"Ireland" is no Region'),
    ],
)
def test_wrong_credentials_play_nothing(aws, write, changes, text):
    told = replay(aws, write(WHOLE), code=2, **changes)
    assert text in told and "its-secret" not in told
    assert not aws.calls


@pytest.mark.parametrize(
    ("kind", "said", "remedy"),
    [
        ("InvalidSignatureException", "Signature expired: 20260101T000000Z is now earlier than 20260101T001000Z "
         "(20260101T001500Z - 5 min.)", "the clock of this machine is wrong; set it"),
        ("InvalidSignatureException", "Signature not yet current: 20260101T001000Z is still later than "
         "20260101T000500Z (20260101T000000Z + 5 min.)", "the clock of this machine is wrong; set it"),
        ("InvalidSignatureException", "Credential should be scoped to a valid region. ", "give --region"),
        ("InvalidSignatureException", "The request signature we calculated does not match the signature you provided.",
         "AWS_SECRET_ACCESS_KEY is not the key of AWS_ACCESS_KEY_ID"),
        ("ExpiredTokenException", "The security token included in the request is expired", "AWS_SESSION_TOKEN has expired"),
        ("UnrecognizedClientException", "The security token included in the request is invalid.", "nobody has this"),
        ("AccessDeniedException", "User: arn:aws:iam::1:user/x is not authorized to perform: cognito-idp:ListUserPools",
         "their policy"),
        ("OptInRequired", "The AWS Access Key Id needs a subscription for the service", "not signed up"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_credentials_is_told_with_what_would_be_right(aws, write, kind, said, remedy):
    aws.mishaps["ListUserPools"] = [(400, kind, said)]
    told = replay(aws, write(WHOLE), *FAST, code=2)
    assert f"{kind}: {said}" in told and remedy in told and "its-secret" not in told
    assert not aws.calls


def test_throttled_calls_are_made_again(backend, aws, write):
    slow = (400, "TooManyRequestsException", "Rate exceeded")
    aws.mishaps = {"CreateUserPool": [slow], "DescribeResourceServer": [slow, slow], "DeleteUserPool": [slow]}
    told = replay(aws, write(WHOLE), *FAST)
    assert "1 passed" in told and not any(aws.mishaps.values())
    assert pools(backend) == set()


def test_one_that_stays_throttled_fails(backend, aws, write):
    aws.mishaps["DescribeResourceServer"] = [(400, "ThrottlingException", "Rate exceeded")] * 5
    told = replay(aws, write(WHOLE), *FAST, code=1)
    assert "got: ThrottlingException: Rate exceeded" in told
    assert pools(backend) == set()


ONE_STEP = """
scenario: It looks
steps:
  - AdminGetUser: {Username: zoe}
"""


@pytest.mark.parametrize("operation", ["AdminGetUser", "CreateUserPoolClient"])
def test_credentials_that_expire_meanwhile_end_it(backend, aws, write, operation):
    aws.mishaps[operation] = [(400, "ExpiredTokenException", "The security token included in the request is expired")]
    told = replay(aws, write(ONE_STEP), *FAST, code=3)
    assert "STOPPED" in told and "the credentials have expired meanwhile" in told
    assert pools(backend) == set()


@pytest.mark.parametrize(
    ("operation", "mishap"),
    [
        ("AdminGetUser", "cut"),
        ("AdminGetUser", "lost"),
        ("AdminCreateUser", "lost"),
        # Nobody is told the id of that pool.
        ("CreateUserPool", "lost"),
    ],
)
def test_nothing_is_left_where_a_connection_breaks(backend, aws, write, operation, mishap):
    aws.mishaps[operation] = [mishap]
    told = replay(aws, write(ONE_STEP), *FAST, code=3)
    assert "STOPPED" in told and aws.url in told and "is left" not in told
    assert pools(backend) == set()


def test_what_cannot_be_deleted_is_told(backend, aws, write):
    aws.mishaps["DeleteUserPool"] = [(400, "AccessDeniedException", "Not you.")] * 4
    told = replay(aws, write(ONE_STEP), *FAST)
    [left] = pools(backend)
    assert f"user pool {left} is left: AccessDeniedException: Not you.; --sweep deletes it" in told
    assert f"user pool {left} of run" in replay(aws, "--sweep", *FAST)
    assert pools(backend) == set()


def test_an_answer_that_is_none_of_cognitos_is_told(backend, aws, write):
    aws.mishaps["AdminGetUser"] = [(503, "", "<html>Busy</html>")]
    told = replay(aws, write(ONE_STEP), *FAST, code=1)
    assert "the operation was refused" in told and "503" in told
    assert pools(backend) == set()


def test_an_interrupted_replay_deletes_what_it_made(backend, aws, write):
    running = subprocess.Popen(
        command(aws, write(WAITS), *FAST), env=environment(aws), stdout=subprocess.PIPE, text=True
    )
    aws.wait_for("AdminGetUser")
    assert len(pools(backend)) == 2
    running.send_signal(signal.SIGINT)
    told, _ = running.communicate(timeout=30)
    assert running.returncode == 1 and "interrupted" in told
    assert pools(backend) == set()
    assert aws.count("AdminGetUser") == 1


def test_a_sweep_deletes_what_a_killed_replay_left(backend, aws, write):
    own = boto3.client(
        "cognito-idp", endpoint_url=backend.url, region_name="eu-west-1", aws_access_key_id="x",
        aws_secret_access_key="x",
    )  # fmt: skip
    kept = own.create_user_pool(PoolName="kept", UserPoolTags={"team": "shop"})["UserPool"]["Id"]
    with subprocess.Popen(command(aws, write(WAITS), *FAST), env=environment(aws), stdout=subprocess.PIPE) as running:
        aws.wait_for("AdminGetUser")
        running.kill()
    left = pools(backend) - {kept}
    assert len(left) == 2
    told = replay(aws, "--sweep", *FAST)
    assert all(f"user pool {pool} of run" in told for pool in left)
    assert pools(backend) == {kept}
    assert "no user pool has the tag" in replay(aws, "--sweep", *FAST)
    own.delete_user_pool(UserPoolId=kept)


# A running Poolhouse ------------------------------------------------------------------------------------


@pytest.fixture
def house():
    server = Server()
    yield server
    server.stop()


def test_a_running_poolhouse_has_an_account_for_each_scenario(house):
    before = everything(house)
    files = [
        "sessions", "totp/t02-by-srp.scenario.yaml", "totp/t05-enabled-for-the-pool.scenario.yaml",
        "sign-in/secret-hash.scenario.yaml", "one-confirmation.scenario.yaml", "lockout.scenario.yaml",
        "srp.scenario.yaml",
    ]  # fmt: skip
    told = replay(house, *(SCENARIOS / file for file in files))
    assert " 0 failed" in told
    assert "moving the clock would disturb others; --exclusive plays it alone" in told
    assert "passed  " + str(SCENARIOS / "one-confirmation.scenario.yaml") in told
    assert everything(house) == before


def test_alone_a_scenario_may_move_the_clock(house):
    before = everything(house)
    told = replay(
        house, SCENARIOS / "lockout.scenario.yaml", SCENARIOS / "reset-code.scenario.yaml", "--exclusive",
        "--fail-on-skip",
    )  # fmt: skip
    assert "2 passed, 0 failed, 0 skipped" in told
    assert everything(house) == before
    snapshots = requests.get(f"{house.url}/_poolhouse/snapshots", timeout=30).json()["snapshots"]
    assert [one["name"] for one in snapshots] == ["@start"]
    clock = requests.get(f"{house.url}/_poolhouse/clock", timeout=30).json()
    assert not clock["frozen"] and clock["now"] > NEW_YEAR


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("server: {one-time-tokens: true}", "a running server behaves as it was told"),
        ("clock: 2030-01-01T00:00:00Z", "its `clock` would disturb others"),
        ("fixtures: {UserPools: [{PoolName: p, Domain: a-domain}]}", "its fixtures have a domain"),
        ("fixtures: {UserPools: [{PoolName: p}], RiskRules: [{riskLevel: High}]}", "RiskRules that name no pool"),
        ("fixtures: {UserPools: [{PoolName: p}], Faults: [{delay: 1ms}]}", "Faults of its fixtures hold for a whole server"),
    ],
)
def test_what_would_disturb_others_is_skipped(house, write, text, reason):
    path = write(f"scenario: It asks for much\n{text}\nsteps:\n  - ListUserPools: {{MaxResults: 1}}", "")
    assert reason in replay(house, path)


def test_a_fixture_goes_into_an_account(house):
    fixture = {"UserPools": [{"PoolName": "p", "MfaConfiguration": "OPTIONAL",
        "SoftwareTokenMfaConfiguration": {"Enabled": True}, "Clients": [{"ClientName": "c"}], "Users": [
        {"Username": "ann", "Password": "Correct-1-horse", "MfaPreference": "SOFTWARE_TOKEN_MFA",
         "SoftwareToken": {"SecretCode": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"}}]}]}  # fmt: skip
    url = f"{house.url}/_poolhouse/branches"
    made = requests.post(url, json={"fixture": fixture, "seed": 1}, timeout=30).json()
    again = requests.post(url, json={"fixture": [fixture], "seed": 1}, timeout=30).json()
    assert made["account"] != again["account"] and made["pools"]["p"]["old"] == again["pools"]["p"]["old"]
    client = boto3.client(
        "cognito-idp", endpoint_url=house.url, region_name="us-east-1", aws_access_key_id=made["account"],
        aws_secret_access_key="x",
    )  # fmt: skip
    ann = client.admin_get_user(UserPoolId=made["pools"]["p"]["new"], Username="ann")
    assert ann["UserStatus"] == "CONFIRMED" and ann["UserMFASettingList"] == ["SOFTWARE_TOKEN_MFA"]
    before = everything(house)
    for body, text in [
        ({"fixture": {"UserPools": [{"PoolName": "p", "Userz": []}]}}, "Users"),
        ({"fixture": fixture, "from": "@start"}, "leave one of the two out"),
        ({"fixture": 7}, "is not an object, or a list of objects"),
        ({"fixture": {"UserPools": [], "Functions": {"*": "http://localhost:1"}}}, "hold for a whole server"),
    ]:
        refused = requests.post(url, json=body, timeout=30)
        assert refused.status_code == 400 and text in refused.json()["error"], refused.text
    assert everything(house) == before


LONELY = """
scenario: It is left alone
defaults: {ClientId: "${clients.web.ClientId}"}
steps:
  - SignUp: {Username: lena, Password: Correct-1-horse, UserAttributes: {email: lena@example.com}}
  - message: {to: nobody@example.com, wait: 60s}
"""
LONELY_POOL = POOL.replace("      Domain: shop-of-a-replay\n", "")


@pytest.mark.parametrize("flags", [[], ["--exclusive"]])
def test_an_interrupted_replay_leaves_a_poolhouse_as_it_was(house, write, flags):
    before = everything(house)
    running = subprocess.Popen(
        command(house, write(LONELY, LONELY_POOL), *flags), env=environment(house), stdout=subprocess.PIPE, text=True
    )
    assert house.messages("lena", wait="30s")
    running.send_signal(signal.SIGINT)
    told, _ = running.communicate(timeout=30)
    assert running.returncode == 1 and "interrupted" in told
    assert everything(house) == before
    snapshots = requests.get(f"{house.url}/_poolhouse/snapshots", timeout=30).json()["snapshots"]
    assert [one["name"] for one in snapshots] == ["@start"]


def snapshots(house):
    listed = requests.get(f"{house.url}/_poolhouse/snapshots", timeout=30).json()["snapshots"]
    return [one["name"] for one in listed]


def test_two_replays_that_play_alone_take_turns(house, write):
    before = everything(house)
    first = subprocess.Popen(
        command(house, write(LONELY, LONELY_POOL), "--exclusive"), env=environment(house), stdout=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    assert house.messages("lena", wait="30s")
    second = subprocess.Popen(
        command(house, SCENARIOS / "lockout.scenario.yaml", "--exclusive"), env=environment(house),
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    # Left to itself it is done in less.
    with pytest.raises(subprocess.TimeoutExpired):
        second.communicate(timeout=3)
    assert house.messages("lena")
    first.send_signal(signal.SIGINT)
    told, _ = first.communicate(timeout=30)
    assert "interrupted" in told
    told, _ = second.communicate(timeout=30)
    assert second.returncode == 0 and "1 passed" in told
    assert everything(house) == before
    assert snapshots(house) == ["@start"]
    assert requests.get(f"{house.url}/_poolhouse/turn", timeout=30).json()["holder"] is None


def test_one_that_waits_for_its_turn_can_be_interrupted(house):
    requests.post(f"{house.url}/_poolhouse/turn", json={"holder": "another"}, timeout=30).raise_for_status()
    waiting = subprocess.Popen(
        command(house, SCENARIOS / "lockout.scenario.yaml", "--exclusive"), env=environment(house),
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with pytest.raises(subprocess.TimeoutExpired):
        waiting.communicate(timeout=2)
    waiting.send_signal(signal.SIGINT)
    told, _ = waiting.communicate(timeout=30)
    assert waiting.returncode == 1 and "interrupted" in told
    assert requests.get(f"{house.url}/_poolhouse/turn", timeout=30).json()["holder"] == "another"


def test_what_a_killed_replay_left_is_undone_by_the_next(house):
    before = everything(house)
    post = lambda route, **body: requests.post(f"{house.url}/_poolhouse/{route}", json=body, timeout=30).raise_for_status()  # noqa: E731
    post("turn", holder="replay-killed", lease="1s")
    post("snapshots", name="replay-killed")
    post("clock", set="2031-01-01T00:00:00Z", freeze=True)
    post("branches")
    told = replay(house, SCENARIOS / "lockout.scenario.yaml", "--exclusive")
    assert "1 passed" in told
    assert everything(house) == before
    assert snapshots(house) == ["@start"]
    assert not requests.get(f"{house.url}/_poolhouse/clock", timeout=30).json()["frozen"]


# Nobody -------------------------------------------------------------------------------------------------


def test_nobody_answers(house, write):
    house.stop()
    assert house.url in replay(house, write(WHOLE), code=3)


def test_a_target_stops_answering(house, write):
    path = write(LONELY, LONELY_POOL)
    with subprocess.Popen(command(house, path), env=environment(house), stdout=subprocess.PIPE, text=True) as running:
        assert house.messages("lena", wait="30s")
        house.process.kill()
        told, _ = running.communicate(timeout=60)
    assert running.returncode == 3 and "STOPPED" in told


DRAWS = """
scenario: A name is drawn
table: [{case: one}, {case: another}]
vars: {name: "${unique('crew')}"}
steps:
  - CreateGroup: {GroupName: "${name}", Description: "${random(20)}"}
  - check: {"${name}": {$startsWith: crew-}}
"""


def test_no_two_replays_or_rows_draw_the_same(aws, write):
    path = write(DRAWS, fixture="")
    for _ in range(2):
        assert "2 passed, 0 failed, 0 skipped" in replay(aws, path, *FAST)
    names = [body["GroupName"] for name, body in aws.calls if name == "CreateGroup"]
    drawn = [name for name in names if name.startswith("crew-")]
    assert len(drawn) == 4 == len(set(drawn))


def test_a_clock_step_is_waited_for(aws, write):
    path = write("""
scenario: It waits
steps:
  - AdminGetUser: {Username: zoe}
  - clock: {advance: 1s}
  - AdminGetUser: {Username: zoe}
""")
    replay(aws, path, *FAST, "--real-wait", "1s")
    calls = [time for (name, _), time in zip(aws.calls, aws.times) if name == "AdminGetUser"]
    assert len(calls) == 2 and calls[1] - calls[0] >= 1
    told = replay(aws, path, *FAST, "--real-wait", "900ms")
    assert "1s is longer than 900ms; --real-wait waits longer" in told


EXPECTS = """
scenario: It expects something else
steps:
  - DescribeUserPool: {}  # kept
    expect: {UserPool: {Name: another, MfaConfiguration: <any>}}
  - AdminGetUser: {Username: nobody}
    error: {type: ResourceNotFoundException, message: No.}
"""


def test_what_aws_answers_is_written(aws, write):
    path = write(EXPECTS)
    before = path.read_text()
    assert "--update is refused where CI is set" in replay(aws, path, *FAST, "--update", code=2, CI="true")
    assert path.read_text() == before and not aws.calls
    told = replay(aws, path, *FAST, "--update")
    assert "3 values rewritten in 1 file" in told
    after = before.replace("another", "shop").replace("ResourceNotFound", "UserNotFound")
    after = after.replace("No.", "User does not exist.")
    assert path.read_text() == after
    assert "1 passed" in replay(aws, path, *FAST)
