"""Fifty answers at once that only a client can make, or only a function: of an authenticator, of a custom challenge."""

import json

import pytest
import requests

from authenticator import create
from authenticator import get as assertion
from cognito import ALL_FLOWS, at_once, challenge_of

USED = ("NotAuthorizedException", "Invalid session for the user, session can only be used once.")
WRONG = ("NotAuthorizedException", "Incorrect username or password.")
ARN = "arn:aws:lambda:us-east-1:123456789012:function:{}"
RACERS = 50


@pytest.fixture
def pool(make_pool):
    pool = make_pool(
        client={"ExplicitAuthFlows": [*ALL_FLOWS, "ALLOW_USER_AUTH"]},
        Policies={"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}},
    )
    pool.idp.set_user_pool_mfa_config(
        UserPoolId=pool.pool_id, MfaConfiguration="OFF", WebAuthnConfiguration={"RelyingPartyId": "example.com"}
    )
    pool.add_user("ann")
    token = pool.tokens("ann")["AccessToken"]
    options = pool.idp.start_web_authn_registration(AccessToken=token)["CredentialCreationOptions"]
    pool.passkey = create(options)
    pool.idp.complete_web_authn_registration(AccessToken=token, Credential=pool.passkey)
    return pool


def asked(pool):
    parameters = {"USERNAME": "ann", "PREFERRED_CHALLENGE": "WEB_AUTHN"}
    answer = pool.idp.initiate_auth(AuthFlow="USER_AUTH", ClientId=pool.id, AuthParameters=parameters)
    return challenge_of(answer, "WEB_AUTHN")


def signed(pool, challenge, **how):
    options = json.loads(challenge["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"])
    return json.dumps(assertion(options, pool.passkey, **how))


def test_an_assertion_signs_in_once(pool):
    challenge = asked(pool)
    credential = signed(pool, challenge)
    answers = [lambda: pool.answer(challenge, "ann", CREDENTIAL=credential)] * RACERS
    assert at_once(answers) == ["done"] + [USED] * (RACERS - 1)


def test_a_count_of_signatures_signs_in_once_whatever_sessions_there_are(pool):
    """Which of two with one count are refused is the standard's (WebAuthn 7.2); the text is inferred."""
    challenges = [asked(pool) for _ in range(RACERS)]
    answers = [
        lambda one=one, by=signed(pool, one, count=7): pool.answer(one, "ann", CREDENTIAL=by) for one in challenges
    ]
    assert at_once(answers) == ["done"] + [WRONG] * (RACERS - 1)


def test_a_custom_challenge_is_answered_once(server, make_pool):
    pool = make_pool(
        client={"ExplicitAuthFlows": ["ALLOW_CUSTOM_AUTH"]},
        LambdaConfig={
            trigger: ARN.format(trigger)
            for trigger in ("DefineAuthChallenge", "CreateAuthChallenge", "VerifyAuthChallengeResponse")
        },
    )
    pool.add_user("ann")

    def say(**define):
        rules = [
            {"trigger": "DefineAuthChallenge", "response": define},
            {"trigger": "CreateAuthChallenge", "response": {"publicChallengeParameters": {"question": "?"}}},
            {"trigger": "VerifyAuthChallengeResponse", "response": {"answerCorrect": True}},
        ]
        requests.put(f"{server.url}/_poolhouse/triggers", json={"rules": rules}, timeout=30).raise_for_status()

    say(challengeName="CUSTOM_CHALLENGE", issueTokens=False, failAuthentication=False)
    begun = pool.idp.initiate_auth(AuthFlow="CUSTOM_AUTH", ClientId=pool.id, AuthParameters={"USERNAME": "ann"})
    challenge = challenge_of(begun, "CUSTOM_CHALLENGE")
    say(issueTokens=True, failAuthentication=False)
    answers = [lambda: pool.answer(challenge, "ann", ANSWER="42")] * RACERS
    assert at_once(answers) == ["done"] + [USED] * (RACERS - 1)
    requests.delete(f"{server.url}/_poolhouse/triggers", timeout=30).raise_for_status()
