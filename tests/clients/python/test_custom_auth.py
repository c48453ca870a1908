"""CUSTOM_AUTH: what clients meet, and the whole event that each function gets, `session` above all.

The functions are behind a webhook: DefineAuthChallenge says what the test wrote down, CreateAuthChallenge asks for the
answer that it keeps to itself, VerifyAuthChallengeResponse compares.
"""

import base64

import pytest

from cognito import PASSWORD, at_once, challenge_of, refused, tokens_of
from endpoint import Endpoint, answer
from poolhouse import NEW_YEAR, Server
from triggered import Triggered, admin_respond, known_as, request, respond, said, signed_in, validation

WRONG = ("NotAuthorizedException", "Incorrect username or password.")
USED = ("NotAuthorizedException", "Invalid session for the user, session can only be used once.")
EXPIRED = ("NotAuthorizedException", "Invalid session for the user, session is expired.")
UNRECOGNIZED = ("InvalidLambdaResponseException", "Unrecognizable lambda output")
UNCONFIGURED = ("InvalidParameterException", "Custom auth lambda trigger is not configured for the user pool.")
UNKNOWN = ("UserNotFoundException", "User does not exist.")
PHONE = "+12065550839"
FLOWS = ["ALLOW_CUSTOM_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH"]
CUSTOM = {"challengeName": "CUSTOM_CHALLENGE", "issueTokens": False, "failAuthentication": False}
VERIFIER = CUSTOM | {"challengeName": "PASSWORD_VERIFIER"}
TOKENS = {"issueTokens": True, "failAuthentication": False}
FAIL = {"issueTokens": False, "failAuthentication": True}


class Script:
    """The functions of a pool."""

    def __init__(self, endpoint):
        endpoint.answers["/"] = self.answer
        self.defined = []

    def define(self, *answers):
        self.defined = list(answers)

    def answer(self, event):
        trigger, request = event["triggerSource"].split("_")[0], event["request"]
        if trigger == "DefineAuthChallenge":
            event["response"] = self.defined.pop(0)
        elif trigger == "CreateAuthChallenge":
            number = len(request["session"])
            event["response"] = {
                "publicChallengeParameters": {"question": f"{number}?"},
                "privateChallengeParameters": {"answer": f"xyzzy-{number}"},
                "challengeMetadata": f"PLUGH_{number}",
            }
        elif trigger == "VerifyAuthChallengeResponse":
            right = request["privateChallengeParameters"]["answer"]
            event["response"] = {"answerCorrect": request["challengeAnswer"] == right}
        return answer(event)


@pytest.fixture(scope="module")
def endpoint():
    endpoint = Endpoint()
    yield endpoint
    endpoint.stop()


@pytest.fixture(scope="module")
def server(endpoint):
    server = Server("--function", f"*={endpoint.url}/", "--frozen-clock", NEW_YEAR)
    yield server
    server.stop()


@pytest.fixture
def script(endpoint):
    return Script(endpoint)


@pytest.fixture
def make(server, script):
    """A pool with a confirmed user, `ann`."""

    def make(client=None, **settings):
        client = {"ExplicitAuthFlows": FLOWS, "PreventUserExistenceErrors": "LEGACY"} | (client or {})
        pool = Triggered(server, client=client, **settings)
        pool.rules(others=False)
        pool.add_user("ann")
        pool.events()
        return pool

    return make


# A sign-in, from the client's side and the administrator's ---------------------------------------------


def begin(pool, username="ann", **parameters):
    return pool.idp.initiate_auth(
        AuthFlow="CUSTOM_AUTH",
        ClientId=pool.id,
        AuthParameters={"USERNAME": username} | parameters,
        **said("InitiateAuth"),
    )


def admin_begin(pool, username="ann", **parameters):
    return pool.idp.admin_initiate_auth(
        UserPoolId=pool.pool_id,
        AuthFlow="CUSTOM_AUTH",
        ClientId=pool.id,
        AuthParameters={"USERNAME": username} | parameters,
        **said("AdminInitiateAuth"),
    )


SIDES = {"client": (begin, respond), "administrator": (admin_begin, admin_respond)}


@pytest.fixture(params=SIDES)
def side(request):
    return SIDES[request.param]


def met(name, metadata=None, result=True):
    return {"challengeName": name, "challengeResult": result, "challengeMetadata": metadata}


def round_of(number, result):
    return met("CUSTOM_CHALLENGE", f"PLUGH_{number}", result)


class Events:
    """The events that are expected of a sign-in."""

    def __init__(self, pool, known, metadata=None, username="ann", **flags):
        self.pool, self.known, self.metadata, self.username, self.flags = pool, known, metadata, username, flags

    def event(self, trigger, **members):
        asked = request(self.known, self.metadata, **members, **self.flags)
        return self.pool.event(f"{trigger}_Authentication", asked, self.username)

    def define(self, *session):
        return self.event("DefineAuthChallenge", session=[*session])

    def create(self, *session):
        return self.event("CreateAuthChallenge", challengeName="CUSTOM_CHALLENGE", session=[*session])

    def verify(self, number, given):
        private = {"answer": f"xyzzy-{number}"}
        return self.event("VerifyAuthChallengeResponse", privateChallengeParameters=private, challengeAnswer=given)

    def end(self):
        _, *end = signed_in(self.pool, self.known, None, self.metadata)
        return end


def operation_of(respond_):
    return "RespondToAuthChallenge" if respond_ is respond else "AdminRespondToAuthChallenge"


def test_rounds_until_the_answer_is_right(make, script, side):
    pool, (start, go_on) = make(), side
    script.define(CUSTOM, CUSTOM, CUSTOM, TOKENS)
    first = Events(pool, known_as(pool))
    later = Events(pool, known_as(pool), operation_of(go_on))
    challenge = challenge_of(start(pool), "CUSTOM_CHALLENGE")
    assert challenge["ChallengeParameters"] == {"USERNAME": "ann", "question": "0?"}
    # Metadata of the first request reaches none of them.
    assert pool.events() == [first.define(), first.create()]
    session, sessions = [], [challenge["Session"]]
    for number, result in enumerate([False, True]):
        given = f"xyzzy-{number}" if result else "no"
        challenge = challenge_of(go_on(pool, challenge, ANSWER=given), "CUSTOM_CHALLENGE")
        assert challenge["ChallengeParameters"] == {"USERNAME": "ann", "question": f"{number + 1}?"}
        session.append(round_of(number, result))
        sessions.append(challenge["Session"])
        assert pool.events() == [later.verify(number, given), later.define(*session), later.create(*session)]
    assert len(set(sessions)) == 3
    tokens_of(go_on(pool, challenge, ANSWER="xyzzy-2"))
    session.append(round_of(2, True))
    # PreAuthentication is not among them (observed).
    assert pool.events() == [later.verify(2, "xyzzy-2"), later.define(*session), *later.end()]
    assert script.defined == []


def srp_begin(pool, username="ann", password=PASSWORD):
    srp = pool.srp(username, password)
    parameters = srp.get_auth_params()
    challenge = begin(pool, **parameters | {"CHALLENGE_NAME": "SRP_A"})
    return srp, parameters, challenge


def prove(pool, started, username="ann"):
    srp, parameters, challenge = started
    proof = srp.process_challenge(challenge["ChallengeParameters"], parameters)
    return respond(pool, challenge, username, **proof)


def test_the_password_first(make, script):
    pool = make()
    script.define(VERIFIER, CUSTOM, CUSTOM, TOKENS)
    first, later = Events(pool, known_as(pool)), Events(pool, known_as(pool), "RespondToAuthChallenge")
    started = srp_begin(pool)
    challenge = challenge_of(started[2], "PASSWORD_VERIFIER")
    before = pool.event("PreAuthentication_Authentication", request(first.known, **validation("InitiateAuth")))
    session = [met("SRP_A")]
    assert pool.events() == [before, first.define(*session)]
    challenge = challenge_of(prove(pool, started), "CUSTOM_CHALLENGE")
    session.append(met("PASSWORD_VERIFIER"))
    assert pool.events() == [later.define(*session), later.create(*session)]
    for number, result in ((2, False), (3, True)):
        given = f"xyzzy-{number}" if result else "no"
        reply = respond(pool, challenge, ANSWER=given)
        session.append(round_of(number, result))
        verified = [later.verify(number, given), later.define(*session)]
        if result:
            tokens_of(reply)
            assert pool.events() == verified + later.end()
        else:
            challenge = challenge_of(reply, "CUSTOM_CHALLENGE")
            assert pool.events() == [*verified, later.create(*session)]


def test_a_wrong_password_ends_it_without_another_word_of_define(make, script):
    pool = make()
    script.define(VERIFIER)
    started = srp_begin(pool, password="Wrong-1234")
    pool.events()
    with refused(*WRONG):
        prove(pool, started)
    assert pool.events() == []


def test_an_administrator_sends_the_password(make, script):
    pool = make()
    with refused(*WRONG):
        admin_begin(pool, PASSWORD="Wrong-1234")
    assert pool.sources() == ["PreAuthentication_Authentication"]
    script.define(CUSTOM, TOKENS)
    first = Events(pool, known_as(pool))
    later = Events(pool, known_as(pool), "AdminRespondToAuthChallenge")
    challenge = challenge_of(admin_begin(pool, PASSWORD=PASSWORD), "CUSTOM_CHALLENGE")
    session = [met("ADMIN_NO_SRP_AUTH")]
    before = pool.event("PreAuthentication_Authentication", request(first.known, **validation("AdminInitiateAuth")))
    assert pool.events() == [before, first.define(*session), first.create(*session)]
    tokens_of(admin_respond(pool, challenge, ANSWER="xyzzy-1"))
    session.append(round_of(1, True))
    assert pool.events() == [later.verify(1, "xyzzy-1"), later.define(*session), *later.end()]


def test_a_code_by_sms_comes_between_password_and_challenge(make, script):
    pool = make()
    pool.set_mfa("OPTIONAL", sms=True)
    pool.add_user("eve", phone_number=PHONE, phone_number_verified="true")
    pool.idp.admin_set_user_mfa_preference(
        UserPoolId=pool.pool_id, Username="eve", SMSMfaSettings={"Enabled": True, "PreferredMfa": True}
    )
    pool.events()
    script.define(VERIFIER, CUSTOM, TOKENS)
    srp = pool.srp("eve")
    parameters = srp.get_auth_params()
    challenge = begin(pool, **parameters | {"CHALLENGE_NAME": "SRP_A"})
    pool.events()
    challenge = challenge_of(prove(pool, (srp, parameters, challenge), "eve"), "SMS_MFA")
    # Define is not called in between (observed).
    assert pool.sources() == ["CustomMessage_Authentication"]
    code = pool.last_message("eve")["code"]
    challenge = challenge_of(respond(pool, challenge, "eve", SMS_MFA_CODE=code), "CUSTOM_CHALLENGE")
    known = known_as(pool, username="eve", phone_number=PHONE, phone_number_verified="true")
    later = Events(pool, known, "RespondToAuthChallenge", "eve")
    session = [met("SRP_A"), met("PASSWORD_VERIFIER"), met("SMS_MFA")]
    assert pool.events() == [later.define(*session), later.create(*session)]
    tokens_of(respond(pool, challenge, "eve", ANSWER="xyzzy-3"))


def test_after_a_software_token_there_are_tokens_at_once(make, script):
    pool = make()
    pool.set_mfa("OPTIONAL")
    secret = pool.register_totp(pool.tokens("ann")["AccessToken"])
    pool.server.advance("31s")
    pool.events()
    script.define(VERIFIER)
    challenge = challenge_of(prove(pool, srp_begin(pool)), "SOFTWARE_TOKEN_MFA")
    pool.events()
    tokens_of(respond(pool, challenge, SOFTWARE_TOKEN_MFA_CODE=pool.code(secret)))
    assert pool.sources() == ["PostAuthentication_Authentication", "TokenGeneration_Authentication"]


def test_what_the_functions_keep_to_themselves_leaves_the_server_in_no_answer(make, script):
    pool = make()
    shown = []
    pool.idp.meta.events.register(
        "after-call.cognito-identity-provider", lambda http_response, **_: shown.append(http_response)
    )
    script.define(CUSTOM, CUSTOM, FAIL)
    challenge = respond(pool, begin(pool), ANSWER="no")
    with refused(*WRONG):
        respond(pool, challenge, ANSWER="xyzzy")
    assert len(shown) == 3
    texts = [answer.text + str(answer.headers) for answer in shown]
    session = challenge["Session"]
    texts.append(str(base64.urlsafe_b64decode(session + "=" * (-len(session) % 4))))
    texts.append(pool.server.logged())
    for text in texts:
        assert "xyzzy-" not in text and "PLUGH" not in text


# What Define says, what is answered, and how it ends.
DEFINED = {
    "tokens-at-once": ([TOKENS], [], None),
    "failure-at-once": ([FAIL], [], WRONG),
    "failure-after-three": ([CUSTOM, CUSTOM, CUSTOM, FAIL], ["a", "b", "c"], WRONG),
    "failure-wins": ([{"issueTokens": True, "failAuthentication": True}], [], WRONG),
    "tokens-for-a-wrong-answer": ([CUSTOM, TOKENS], ["no"], None),
    "nothing": ([{}], [], UNRECOGNIZED),
    "nulls": ([dict.fromkeys(CUSTOM)], [], UNRECOGNIZED),
    "no-response": ([None], [], UNRECOGNIZED),
    "nothing-after-an-answer": ([CUSTOM, {"issueTokens": False}], ["xyzzy-0"], UNRECOGNIZED),
    "a-text-for-a-flag": ([{"issueTokens": "true"}], [], UNRECOGNIZED),
    "no-challenge-of-aws": ([{"challengeName": "CAPTCHA"}], [], UNRECOGNIZED),
}


@pytest.mark.parametrize("name", DEFINED)
def test_what_define_says_decides(make, script, side, name):
    says, answers, end = DEFINED[name]
    pool, (start, go_on) = make(), side
    script.define(*says)

    def play():
        reply = start(pool)
        for given in answers:
            reply = go_on(pool, challenge_of(reply, "CUSTOM_CHALLENGE"), ANSWER=given)
        return reply

    if end is None:
        tokens_of(play())
    else:
        with refused(*end):
            play()
    fired = pool.sources()
    assert ("TokenGeneration_Authentication" in fired) == (end is None)
    assert fired.count("DefineAuthChallenge_Authentication") == len(says)
    assert fired.count("VerifyAuthChallengeResponse_Authentication") == len(answers)


FAILURES = {
    "error": ({"error": "no"}, "UserLambdaValidationException", "{} failed with error no."),
    "not-invoked": (
        {"notInvoked": "AccessDeniedException"},
        "UnexpectedLambdaException",
        "{} invocation failed due to error AccessDeniedException.",
    ),
    "not-json": ({"event": "oops"}, "InvalidLambdaResponseException", "Invalid lambda function output : Invalid JSON"),
    "null": ({"event": None}, *UNRECOGNIZED),
}


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("trigger", ["DefineAuthChallenge", "VerifyAuthChallengeResponse", "CreateAuthChallenge"])
def test_a_function_that_fails_burns_the_session(make, script, trigger, failure):
    pool = make()
    rule, error, text = FAILURES[failure]
    script.define(CUSTOM, CUSTOM, CUSTOM)
    challenge = begin(pool)
    pool.rules({"trigger": trigger} | rule, others=False)
    with refused(error, text.format(trigger)):
        respond(pool, challenge, ANSWER="no")
    pool.rules(others=False)
    with refused(*USED):
        respond(pool, challenge, ANSWER="xyzzy-0")


WRONG_OUTPUT = [
    ("CreateAuthChallenge", {"publicChallengeParameters": {"a": {"b": "c"}}}),
    ("CreateAuthChallenge", {"privateChallengeParameters": {"a": 1}}),
    ("CreateAuthChallenge", {"publicChallengeParameters": ["a"]}),
    ("CreateAuthChallenge", {"challengeMetadata": {}}),
    ("VerifyAuthChallengeResponse", {"answerCorrect": "true"}),
]


@pytest.mark.parametrize("trigger, response", WRONG_OUTPUT)
def test_output_of_another_shape_is_not_recognised(make, script, trigger, response):
    pool = make()
    script.define(CUSTOM, CUSTOM)
    pool.rules({"trigger": trigger, "response": response}, others=False)
    with refused(*UNRECOGNIZED):
        respond(pool, begin(pool), ANSWER="xyzzy-0")


# Who is asked about ---------------------------------------------------------------------------------


def test_a_name_that_means_nobody(make, script, side):
    start, go_on = side
    pool = make()
    with refused(*UNKNOWN):
        start(pool, "nobody")
    assert pool.events() == []

    pool = make(client={"PreventUserExistenceErrors": "ENABLED"})
    script.define(CUSTOM, CUSTOM, TOKENS)
    first = Events(pool, {}, None, "nobody", userNotFound=True)
    later = Events(pool, {}, operation_of(go_on), "nobody", userNotFound=True)
    challenge = challenge_of(start(pool, "nobody"), "CUSTOM_CHALLENGE")
    assert challenge["ChallengeParameters"] == {"USERNAME": "nobody", "question": "0?"}
    assert pool.events() == [first.define(), first.create()]
    challenge = challenge_of(go_on(pool, challenge, "nobody", ANSWER="no"), "CUSTOM_CHALLENGE")
    session = [round_of(0, False)]
    assert pool.events() == [later.verify(0, "no"), later.define(*session), later.create(*session)]
    # Whatever the functions say, nobody gets tokens (inferred).
    with refused(*WRONG):
        go_on(pool, challenge, "nobody", ANSWER="xyzzy-1")
    session.append(round_of(1, True))
    assert pool.events() == [later.verify(1, "xyzzy-1"), later.define(*session)]

    script.define(TOKENS)
    tokens_of(start(pool))
    known = Events(pool, known_as(pool), userNotFound=False)
    define, *_ = pool.events()
    assert define == known.define()


STATES = {
    "unconfirmed": ("UserNotConfirmedException", "User is not confirmed."),
    "disabled": ("NotAuthorizedException", "User is disabled."),
    "reset": ("PasswordResetRequiredException", "Password reset required for the user"),
}


@pytest.mark.parametrize("state", STATES)
def test_states_that_let_nobody_in(make, script, side, state):
    pool, (start, _) = make(), side
    named = {"UserPoolId": pool.pool_id, "Username": "eve"}
    if state == "unconfirmed":
        pool.sign_up("eve")
    else:
        pool.add_user("eve", email="eve@example.com", email_verified="true")
        pool.idp.admin_disable_user(**named) if state == "disabled" else pool.idp.admin_reset_user_password(**named)
    pool.events()
    with refused(*STATES[state]):
        start(pool, "eve")
    assert pool.events() == []


@pytest.mark.parametrize("missing", ["DefineAuthChallenge", "CreateAuthChallenge", "VerifyAuthChallengeResponse"])
def test_a_pool_without_the_functions(server, side, missing):
    start, _ = side
    pool = Triggered(server, without=[missing], client={"ExplicitAuthFlows": FLOWS})
    pool.add_user("ann")
    pool.events()
    for name in ("ann", "nobody"):
        with refused(*UNCONFIGURED):
            start(pool, name)
    assert pool.events() == []


# Sessions -------------------------------------------------------------------------------------------


def test_a_session_is_good_for_one_answer(make, script, side):
    pool, (start, go_on) = make(), side
    script.define(CUSTOM, CUSTOM, TOKENS)
    first = start(pool)
    with refused("InvalidParameterException", "Missing required parameter ANSWER"):
        go_on(pool, first)
    second = go_on(pool, first, ANSWER="no")
    pool.events()
    with refused(*USED):
        go_on(pool, first, ANSWER="xyzzy-0")
    assert pool.events() == []
    tokens_of(go_on(pool, second, ANSWER="xyzzy-1"))
    with refused(*USED):
        go_on(pool, second, ANSWER="xyzzy-1")


def test_a_session_expires(make, script):
    pool = make()
    script.define(CUSTOM, CUSTOM, TOKENS)
    challenge = begin(pool)
    pool.server.advance("3m")
    challenge = respond(pool, challenge, ANSWER="no")
    pool.events()
    pool.server.advance("181s")
    with refused(*EXPIRED):
        respond(pool, challenge, ANSWER="xyzzy-1")
    assert pool.events() == []


def test_a_session_that_fifty_answer_at_once_is_answered_once(make, script):
    pool = make()
    for right in (True, False):
        script.define(CUSTOM, TOKENS if right else CUSTOM)
        challenge = begin(pool)
        pool.events()
        given = "xyzzy-0" if right else "no"
        ends = at_once([lambda: respond(pool, challenge, ANSWER=given)] * 50)
        assert ends == ["done"] + [USED] * 49
        fired = pool.sources()
        assert fired[:2] == ["VerifyAuthChallengeResponse_Authentication", "DefineAuthChallenge_Authentication"]
        assert len(fired) == (4 if right else 3)
