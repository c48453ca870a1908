"""What no client means to send: each kind of challenge answered with other keys, names, clients, sessions and sizes.

The session stays open for the right answer wherever the refusal does not say that it was looked at.
"""

import base64
import hashlib
import json

import pytest
from pycognito.aws_srp import N_HEX

from cognito import ALL_FLOWS, PASSWORD, SMS, challenge_of, refused, tokens_of

UNKNOWN = ("NotAuthorizedException", "Invalid session for the user.")
MISMATCH = ("NotAuthorizedException", "Invalid session provided for the user.")
USED = ("NotAuthorizedException", "Invalid session for the user, session can only be used once.")
WRONG = ("NotAuthorizedException", "Incorrect username or password.")
OWN_SENDER = {
    "EmailSendingAccount": "DEVELOPER",
    "SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/no-reply@example.com",
}
CLIENT = {"ExplicitAuthFlows": [*ALL_FLOWS, "ALLOW_USER_AUTH"]}
FACTORS = {"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP", "SMS_OTP"]}}}
ADDRESSES = {"email": "a@example.com", "phone_number": "+12065550839"}


def begin(pool, username, **parameters):
    return pool.idp.initiate_auth(
        AuthFlow="USER_AUTH", ClientId=pool.id, AuthParameters={"USERNAME": username} | parameters
    )


def prefer(pool, username, **settings):
    on = {name: {"Enabled": True, "PreferredMfa": True} for name in settings}
    pool.idp.admin_set_user_mfa_preference(UserPoolId=pool.pool_id, Username=username, **on)


class Kind:
    """A challenge: how it is opened, the key that its answer needs, and the right value of it."""

    def __init__(self, name, key, right, opens, mode="OPTIONAL"):
        self.name, self.key, self.right, self.opens, self.mode = name, key, right, opens, mode

    def __str__(self):
        return self.opens.__name__.strip("_")


def code(pool):
    return pool.last_message("ann")["code"]


def new_password(pool):
    pool.add_user("ann", temporary=True)
    return pool.sign_in("ann")


def sms(pool):
    pool.add_user("ann", **ADDRESSES)
    prefer(pool, "ann", SMSMfaSettings=True)
    return pool.sign_in("ann")


def mail(pool):
    pool.add_user("ann", **ADDRESSES)
    prefer(pool, "ann", EmailMfaSettings=True)
    return pool.sign_in("ann")


def totp(pool):
    pool.add_user("ann")
    pool.totp = pool.register_totp(pool.tokens("ann")["AccessToken"])
    pool.server.advance("30s")
    return pool.sign_in("ann")


def choice_of_mfa(pool):
    pool.add_user("ann", **ADDRESSES)
    on = {"Enabled": True, "PreferredMfa": False}
    pool.idp.admin_set_user_mfa_preference(
        UserPoolId=pool.pool_id, Username="ann", SMSMfaSettings=on, EmailMfaSettings=on
    )
    return pool.sign_in("ann")


def choice(pool):
    pool.add_user("ann", **ADDRESSES)
    return begin(pool, "ann")


def password(pool):
    pool.add_user("ann", **ADDRESSES)
    return begin(pool, "ann", PREFERRED_CHALLENGE="PASSWORD")


def password_srp(pool):
    pool.add_user("ann", **ADDRESSES)
    return begin(pool, "ann", PREFERRED_CHALLENGE="PASSWORD_SRP")


def first_mail(pool):
    pool.add_user("ann", **ADDRESSES)
    return begin(pool, "ann", PREFERRED_CHALLENGE="EMAIL_OTP")


def first_sms(pool):
    pool.add_user("ann", **ADDRESSES)
    return begin(pool, "ann", PREFERRED_CHALLENGE="SMS_OTP")


KINDS = [
    Kind("NEW_PASSWORD_REQUIRED", "NEW_PASSWORD", lambda pool: "Poolhouse-2", new_password),
    Kind("SMS_MFA", "SMS_MFA_CODE", code, sms),
    Kind("EMAIL_OTP", "EMAIL_OTP_CODE", code, mail),
    Kind("SOFTWARE_TOKEN_MFA", "SOFTWARE_TOKEN_MFA_CODE", lambda pool: pool.code(pool.totp), totp),
    Kind("SELECT_MFA_TYPE", "ANSWER", lambda pool: "SMS_MFA", choice_of_mfa),
    Kind("SELECT_CHALLENGE", "ANSWER", lambda pool: "EMAIL_OTP", choice),
    Kind("PASSWORD", "PASSWORD", lambda pool: PASSWORD, password),
    Kind("PASSWORD_SRP", "SRP_A", lambda pool: "1234", password_srp),
    Kind("EMAIL_OTP", "EMAIL_OTP_CODE", code, first_mail),
    Kind("SMS_OTP", "SMS_OTP_CODE", code, first_sms),
]
KEYS = {kind.key: "123456" for kind in KINDS} | {"CREDENTIAL": "{}", "EMAIL": "b@example.com"}


@pytest.fixture
def pool(make_frozen_pool):
    pool = make_frozen_pool(client=CLIENT, EmailConfiguration=OWN_SENDER, SmsConfiguration=SMS, **FACTORS)
    pool.set_mfa("OPTIONAL", sms=True, email=True)
    return pool


each_kind = pytest.mark.parametrize("kind", KINDS, ids=str)


def is_open(pool, kind, challenge):
    """The right answer is taken, once."""
    right = {kind.key: kind.right(pool)}
    pool.answer(challenge, "ann", **right)
    with refused(*USED):
        pool.answer(challenge, "ann", **right)


@each_kind
def test_the_keys_of_other_challenges_answer_nothing(pool, kind):
    challenge = challenge_of(kind.opens(pool), kind.name)
    others = {key: value for key, value in KEYS.items() if key != kind.key}
    with refused("InvalidParameterException", f"Missing required parameter {kind.key}"):
        pool.answer(challenge, "ann", **others)
    with refused("InvalidParameterException", f"Missing required parameter {kind.key}"):
        pool.answer(challenge, "ann", **{kind.key: ""})
    is_open(pool, kind, challenge)


@each_kind
def test_the_name_of_another_challenge_is_refused(pool, kind):
    challenge = challenge_of(kind.opens(pool), kind.name)
    answers = {other.name for other in KINDS} | {"CUSTOM_CHALLENGE", "MFA_SETUP", "WEB_AUTHN"}
    # Documented: these two answer the choice of a first factor directly.
    if kind.name == "SELECT_CHALLENGE":
        answers -= {"PASSWORD", "PASSWORD_SRP"}
    for name in sorted(answers - {kind.name}):
        with refused(*MISMATCH):
            pool.answer(challenge | {"ChallengeName": name}, "ann", **KEYS)
    is_open(pool, kind, challenge)


@each_kind
def test_a_session_is_of_its_user_its_client_and_its_pool(pool, kind, make_frozen_pool):
    """The text is observed, that it is told for these causes is inferred."""
    challenge = challenge_of(kind.opens(pool), kind.name)
    pool.add_user("eve", email="eve@example.com")
    elsewhere = make_frozen_pool(client=CLIENT)
    elsewhere.add_user("ann")
    right = {kind.key: kind.right(pool)}
    for client, name in [(pool, "eve"), (pool, "nobody"), (pool.add_client(**CLIENT), "ann"), (elsewhere, "ann")]:
        with refused(*UNKNOWN):
            client.answer(challenge, name, **right)
    with refused(*UNKNOWN):
        pool.answer(challenge | {"Session": challenge["Session"][:-4]}, "ann", **right)
    is_open(pool, kind, challenge)


@each_kind
def test_a_value_of_any_size_is_refused_as_what_it_is(pool, kind):
    challenge = challenge_of(kind.opens(pool), kind.name)
    if kind.name == "PASSWORD":  # observed: a wrong password ends it
        with refused(*WRONG):
            pool.answer(challenge, "ann", PASSWORD="P-1a" * 20_000)
        with refused(*USED):
            pool.answer(challenge, "ann", PASSWORD=PASSWORD)
        return
    for value in ("9" * 100_000, "\u0660\u0661\u0662\u0663\u0664\u0665", "\U0001f511" * 1000):
        if kind.name == "PASSWORD_SRP" and value.isascii():
            continue
        with pytest.raises(pool.idp.exceptions.ClientError) as caught:
            pool.answer(challenge, "ann", **{kind.key: value})
        error = caught.value.response["Error"]["Code"]
        assert error in {"CodeMismatchException", "InvalidParameterException", "InvalidPasswordException"}, error
    is_open(pool, kind, challenge)


@each_kind
def test_an_answer_names_its_user(pool, kind):
    challenge = challenge_of(kind.opens(pool), kind.name)
    with refused("InvalidParameterException", "Missing required parameter USERNAME"):
        pool.answer(challenge, "", **{kind.key: kind.right(pool)})
    is_open(pool, kind, challenge)


@each_kind
def test_an_answer_needs_a_session_of_the_models_size(pool, kind):
    challenge = challenge_of(kind.opens(pool), kind.name)

    def send(session):
        responses = {"USERNAME": "ann", kind.key: kind.right(pool)}
        body = {"ClientId": pool.id, "ChallengeName": kind.name, "ChallengeResponses": responses}
        answer = pool.server.post("RespondToAuthChallenge", body | session, signed=False)
        return answer.status_code, answer.json()["__type"], answer.json()["message"]

    missing = (400, "InvalidParameterException", "Missing required parameter Session")
    assert send({}) == missing
    for size, rule in [(19, "greater than or equal to 20"), (4097, "less than or equal to 4096")]:
        status, error, text = send({"Session": "x" * size})
        assert (status, error) == (400, "InvalidParameterException")
        assert text.endswith(f"at 'session' failed to satisfy constraint: Member must have length {rule}"), text
    is_open(pool, kind, challenge)


@pytest.mark.parametrize("flow", ["USER_PASSWORD_AUTH", "USER_SRP_AUTH", "USER_AUTH"])
def test_a_sign_in_names_its_user(pool, flow):
    parameters = {"USERNAME": "", "PASSWORD": PASSWORD, "SRP_A": "1234"}
    with refused("InvalidParameterException", "Missing required parameter USERNAME"):
        pool.idp.initiate_auth(AuthFlow=flow, ClientId=pool.id, AuthParameters=parameters)


def test_a_body_that_is_no_utf_8_is_no_request(pool):
    challenge = challenge_of(sms(pool), "SMS_MFA")
    responses = {"USERNAME": "ann", "SMS_MFA_CODE": "CODE"}
    body = json.dumps(
        {"ClientId": pool.id, "ChallengeName": "SMS_MFA", "Session": challenge["Session"],
         "ChallengeResponses": responses}
    ).encode()
    answer = pool.server.post("RespondToAuthChallenge", body.replace(b"CODE", b"\xff\xfe12"), signed=False)
    assert (answer.status_code, answer.json()["__type"]) == (400, "SerializationException")
    tokens_of(pool.answer(challenge, "ann", SMS_MFA_CODE=code(pool)))


# SRP ----------------------------------------------------------------------------------------------

NOTHING_PROVEN = ["0", "00", N_HEX, f"{int(N_HEX, 16) * 2:x}", "", "zz", "-1", "0x12", "12 34", "\u0661"]


@pytest.mark.parametrize("value", NOTHING_PROVEN, ids=lambda value: value[:6] or "empty")
def test_a_public_value_that_proves_nothing_is_refused_wherever_it_comes(pool, value):
    """The type is inferred."""
    pool.add_user("ann", **ADDRESSES)
    starts = [
        lambda: pool.idp.initiate_auth(
            AuthFlow="USER_SRP_AUTH", ClientId=pool.id, AuthParameters={"USERNAME": "ann", "SRP_A": value}
        ),
        lambda: pool.answer(begin(pool, "ann", PREFERRED_CHALLENGE="PASSWORD_SRP"), "ann", SRP_A=value),
        lambda: pool.answer(begin(pool, "ann") | {"ChallengeName": "PASSWORD_SRP"}, "ann", SRP_A=value),
    ]
    if value:  # an empty one counts as none: it is then asked for
        starts.append(lambda: begin(pool, "ann", PREFERRED_CHALLENGE="PASSWORD_SRP", SRP_A=value))
        starts.append(lambda: pool.answer(begin(pool, "ann"), "ann", ANSWER="PASSWORD_SRP", SRP_A=value))
    for start in starts:
        with refused("InvalidParameterException"):
            start()


def proof(pool):
    srp = pool.srp("ann")
    challenge = pool.srp_start("ann", srp)
    return srp.process_challenge(challenge["ChallengeParameters"], srp.get_auth_params())


def prove(pool, claim, **session):
    return pool.idp.respond_to_auth_challenge(
        ClientId=pool.id, ChallengeName="PASSWORD_VERIFIER", ChallengeResponses=claim, **session
    )


@pytest.mark.parametrize("key", ["PASSWORD_CLAIM_SECRET_BLOCK", "PASSWORD_CLAIM_SIGNATURE", "TIMESTAMP", "USERNAME"])
def test_a_proof_lacks_nothing(pool, key):
    pool.add_user("ann")
    claim = proof(pool)
    for value in ({}, {key: ""}):
        without = {name: given for name, given in claim.items() if name != key} | value
        with refused("InvalidParameterException", f"Missing required parameter {key}"):
            prove(pool, without)
    tokens_of(prove(pool, claim))


def test_a_secret_block_is_the_one_that_was_given(pool):
    pool.add_user("ann", **ADDRESSES)
    claim = proof(pool)
    block = claim["PASSWORD_CLAIM_SECRET_BLOCK"]
    session = begin(pool, "ann")["Session"]
    others = ["%%%", "A", block[:-8], block + "AAAA", "AAAA" * 30_000, session, base64.b64encode(session.encode()).decode()]
    for other in others:
        with refused(*WRONG):
            prove(pool, claim | {"PASSWORD_CLAIM_SECRET_BLOCK": other})
    tokens_of(prove(pool, claim))


@pytest.mark.parametrize("signature", ["%%%", "AAAA", "A" * 100_000, hashlib.sha256(b"").hexdigest()])
def test_a_signature_that_is_none_is_a_wrong_password(pool, signature):
    pool.add_user("ann")
    claim = proof(pool)
    with refused(*WRONG):
        prove(pool, claim | {"PASSWORD_CLAIM_SIGNATURE": signature})
    with refused(*USED):
        prove(pool, claim)


def test_a_session_that_is_sent_with_a_proof_is_its_own(pool):
    """USER_SRP_AUTH gives none, and its answer needs none (observed). Which are refused is inferred, as for every
    challenge; the texts are observed."""
    pool.add_user("ann", **ADDRESSES)
    claim = proof(pool)
    other = begin(pool, "ann")
    used = begin(pool, "ann")
    challenge_of(pool.answer(used, "ann", ANSWER="EMAIL_OTP"), "EMAIL_OTP")
    for session, text in [
        ("x" * 40, UNKNOWN[1]),
        ("AYABe" + "A" * 40, UNKNOWN[1]),
        (other["Session"], UNKNOWN[1]),
        (used["Session"], USED[1]),
    ]:
        with refused("NotAuthorizedException", text):
            prove(pool, claim, Session=session)
    pool.server.advance("179s")
    tokens_of(prove(pool, claim))
    claim = proof(pool)
    pool.server.advance("2s")
    with refused("NotAuthorizedException", "Invalid session for the user, session is expired."):
        prove(pool, claim, Session=other["Session"])
    tokens_of(prove(pool, claim))


# MFA_SETUP ----------------------------------------------------------------------------------------


def test_a_set_up_ends_with_its_own_last_session(make_frozen_pool):
    pool = make_frozen_pool(mfa="ON")
    for name in ("ann", "eve"):
        pool.add_user(name)
    challenge = challenge_of(pool.sign_in("ann"), "MFA_SETUP")
    eves = challenge_of(pool.sign_in("eve"), "MFA_SETUP")
    with refused(*UNKNOWN):  # inferred: nothing is set up yet
        pool.answer(challenge, "ann", SOFTWARE_TOKEN_MFA_CODE="123456", **{"SMS_MFA_CODE": "123456"})
    with refused(*UNKNOWN):
        pool.idp.associate_software_token(Session="AYABe" + "A" * 40)
    associated = pool.idp.associate_software_token(Session=challenge["Session"])
    with refused(*USED):
        pool.idp.associate_software_token(Session=challenge["Session"])
    with refused(*UNKNOWN):
        pool.answer(challenge | {"Session": associated["Session"]}, "ann")
    verified = pool.idp.verify_software_token(
        Session=associated["Session"], UserCode=pool.code(associated["SecretCode"])
    )
    with refused(*UNKNOWN):
        pool.answer(challenge | {"Session": verified["Session"]}, "eve")
    with refused(*UNKNOWN):
        pool.answer(eves, "eve")
    tokens_of(pool.answer(challenge | {"Session": verified["Session"]}, "ann"))
