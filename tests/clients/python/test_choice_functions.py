"""USER_AUTH and sessions of sign-ups as the pool's functions meet them: which are called, in what order, with what."""

import pytest
import requests

from cognito import PASSWORD, Pool, attributes, refused, tokens_of
from poolhouse import Server
from test_choice import CHOICE, NOT_THERE, WRONG, begin, code_of, policy, select


def set_rules(server, *rules):
    """These first; whatever they do not answer gets an empty response."""
    rules = {"rules": [*rules, {"response": {}}]}
    answer = requests.put(f"{server.url}/_poolhouse/triggers", json=rules, timeout=30)
    assert answer.status_code == 200, answer.text


@pytest.fixture
def rules(functions):
    yield lambda *rules: set_rules(functions, *rules)
    set_rules(functions)


@pytest.fixture(scope="module")
def functions():
    """A server of its own, whose functions answer with what they are sent."""
    server = Server()
    set_rules(server)
    yield server
    server.stop()


TRIGGERS = [
    "PreSignUp", "PostConfirmation", "PreAuthentication", "PostAuthentication", "PreTokenGeneration", "CustomMessage",
    "UserMigration",
]


@pytest.fixture
def told(functions):
    config = {trigger: f"arn:aws:lambda:us-east-1:123456789012:function:{trigger}" for trigger in TRIGGERS}
    pool = Pool(
        functions, functions.client(), CHOICE, Policies=policy("PASSWORD", "EMAIL_OTP"), LambdaConfig=config,
        AutoVerifiedAttributes=["email"],
    )
    pool.add_user("ann", email="ann@example.com")
    seen = len(invocations(pool))
    pool.told = lambda: invocations(pool)[seen:]
    return pool


def invocations(pool):
    parameters = {"user_pool": pool.pool_id}
    answer = requests.get(f"{pool.server.url}/_poolhouse/invocations", params=parameters, timeout=30)
    assert answer.status_code == 200, answer.text
    return [found["event"] for found in answer.json()["invocations"]]


def sources(events):
    return [event["triggerSource"] for event in events]


def test_a_code_is_told_to_the_functions_of_a_sign_in(told):
    challenge = told.idp.initiate_auth(
        AuthFlow="USER_AUTH",
        ClientId=told.id,
        AuthParameters={"USERNAME": "ann", "PREFERRED_CHALLENGE": "EMAIL_OTP"},
        ClientMetadata={"a": "1"},
    )
    told.idp.respond_to_auth_challenge(
        ClientId=told.id,
        ChallengeName="EMAIL_OTP",
        Session=challenge["Session"],
        ChallengeResponses={"USERNAME": "ann", "EMAIL_OTP_CODE": code_of(told)},
        ClientMetadata={"b": "2"},
    )
    events = told.told()
    assert sources(events) == [
        "PreAuthentication_Authentication",
        "CustomMessage_Authentication",
        "PostAuthentication_Authentication",
        "TokenGeneration_Authentication",
    ]
    before, message, after, tokens = (event["request"] for event in events)
    assert before["validationData"] == {"a": "1"}
    assert message["codeParameter"] == "{####}" and "clientMetadata" not in message
    assert after["clientMetadata"] == tokens["clientMetadata"] == {"b": "2"}


def test_a_password_is_told_once(told):
    tokens_of(begin(told, preferred="PASSWORD", PASSWORD=PASSWORD))
    expected = [
        "PreAuthentication_Authentication",
        "PostAuthentication_Authentication",
        "TokenGeneration_Authentication",
    ]
    assert sources(told.told()) == expected
    tokens_of(select(told, begin(told), "PASSWORD", PASSWORD=PASSWORD))
    assert sources(told.told()) == expected * 2


def test_a_function_that_refuses_keeps_the_code_back(rules, told):
    rules({"trigger": "PreAuthentication", "userPoolId": told.pool_id, "error": "Not today"})
    with refused("UserLambdaValidationException", "PreAuthentication failed with error Not today."):
        begin(told, preferred="EMAIL_OTP")
    assert told.sent("ann") == []


@pytest.mark.parametrize("hides", ["LEGACY", "ENABLED"])
def test_a_passwordless_factor_asks_no_other_directory(told, hides):
    """Documented; a password does."""
    client = told.add_client(PreventUserExistenceErrors=hides, **CHOICE)
    for preferred in (None, "EMAIL_OTP"):
        if hides == "LEGACY":
            with refused(*NOT_THERE):
                begin(client, "nobody", preferred)
        else:
            begin(client, "nobody", preferred)
    assert "UserMigration_Authentication" not in sources(told.told())
    with refused(*(NOT_THERE if hides == "LEGACY" else WRONG)):
        begin(client, "nobody", "PASSWORD", PASSWORD=PASSWORD)
    assert sources(told.told()).count("UserMigration_Authentication") == 1
    assert told.told()[-2 if hides == "ENABLED" else -1]["triggerSource"] == "UserMigration_Authentication"
    if hides == "ENABLED":
        assert told.told()[-1]["request"]["userNotFound"] is True


@pytest.mark.parametrize("how", ["preferred", "selected"])
def test_a_password_brings_a_user_from_another_directory(rules, told, how):
    found = {"email": "bob@example.com", "email_verified": "true"}
    response = {"userAttributes": found, "finalUserStatus": "CONFIRMED", "messageAction": "SUPPRESS"}
    rules({"trigger": "UserMigration", "userPoolId": told.pool_id, "response": response})
    hiding = told.add_client(PreventUserExistenceErrors="ENABLED", **CHOICE)
    if how == "preferred":
        tokens_of(begin(told, "bob", "PASSWORD", PASSWORD=PASSWORD))
    else:
        tokens_of(select(hiding, begin(hiding, "bob"), "PASSWORD", "bob", PASSWORD=PASSWORD))
    assert told.status("bob") == "CONFIRMED"


def test_a_sign_up_and_its_session_are_told_in_order(told):
    made = told.idp.sign_up(ClientId=told.id, Username="bob", UserAttributes=attributes(email="bob@example.com"))
    session = told.idp.confirm_sign_up(
        ClientId=told.id, Username="bob", ConfirmationCode=told.last_message("bob")["code"], Session=made["Session"]
    )["Session"]
    tokens_of(told.idp.initiate_auth(AuthFlow="USER_AUTH", ClientId=told.id, Session=session))
    assert sources(told.told()) == [
        "PreSignUp_SignUp",
        "CustomMessage_SignUp",
        "PostConfirmation_ConfirmSignUp",
        "PreAuthentication_Authentication",
        "PostAuthentication_Authentication",
        "TokenGeneration_Authentication",
    ]


def test_a_user_confirmed_by_a_sign_in_is_not_told_as_confirmed(told):
    """Inferred: AWS's table of sources has ConfirmSignUp and its kin alone."""
    told.idp.sign_up(ClientId=told.id, Username="bob", UserAttributes=attributes(email="bob@example.com"))
    challenge = begin(told, "bob", "EMAIL_OTP")
    tokens_of(told.answer(challenge, "bob", EMAIL_OTP_CODE=told.sent("bob")[-1]["code"]))
    assert told.status("bob") == "CONFIRMED"
    assert not [source for source in sources(told.told()) if source.startswith("PostConfirmation")]


def test_a_user_confirmed_by_a_function_chooses(rules, told):
    """Inferred: without a code there is nothing that the Session of SignUp could stand for."""
    rules({"trigger": "PreSignUp", "userPoolId": told.pool_id, "response": {"autoConfirmUser": True}})
    made = told.idp.sign_up(ClientId=told.id, Username="bob", UserAttributes=attributes(email="bob@example.com"))
    assert made["UserConfirmed"] is True
    listed = told.idp.initiate_auth(AuthFlow="USER_AUTH", ClientId=told.id, Session=made["Session"])
    assert listed["AvailableChallenges"] == ["EMAIL_OTP"]
