"""USER_AUTH: the user chooses the first factor, and what each of them leads to."""

import json

import pytest

from authenticator import create
from authenticator import get as assertion
from cognito import ALL_FLOWS, PASSWORD, SMS, as_map, at_once, challenge_of, refused, tokens_of

WRONG = ("NotAuthorizedException", "Incorrect username or password.")
WRONG_CODE = ("CodeMismatchException", "Invalid code or auth state for the user.")
USED = ("NotAuthorizedException", "Invalid session for the user, session can only be used once.")
UNKNOWN = ("NotAuthorizedException", "Invalid session for the user.")
EXPIRED = ("NotAuthorizedException", "Invalid session for the user, session is expired.")
MISMATCH = ("NotAuthorizedException", "Invalid session provided for the user.")
DISABLED = ("NotAuthorizedException", "User is disabled.")
UNCONFIRMED = ("UserNotConfirmedException", "User is not confirmed.")
RESET = ("PasswordResetRequiredException", "Password reset required for the user")
NOT_THERE = ("UserNotFoundException", "User does not exist.")
PASSWORDS = ["PASSWORD_SRP", "PASSWORD"]
ALL = [*PASSWORDS, "EMAIL_OTP", "SMS_OTP"]
CHOICE = {"ExplicitAuthFlows": [*ALL_FLOWS, "ALLOW_USER_AUTH"]}
BOTH = {"email": "ann@example.com", "phone_number": "+12065550839"}


def policy(*factors):
    return {"SignInPolicy": {"AllowedFirstAuthFactors": list(factors)}}


@pytest.fixture
def choosing(make_pool):
    """Makes a pool with these first factors, and a client that may choose among them."""

    def make(*factors, client=None, **settings):
        factors = factors or ("PASSWORD", "EMAIL_OTP", "SMS_OTP")
        settings = {"SmsConfiguration": SMS} | settings
        return make_pool(client=CHOICE | (client or {}), Policies=policy(*factors), **settings)

    return make


@pytest.fixture
def pool(choosing):
    pool = choosing()
    pool.add_user("ann", **BOTH)
    return pool


def begin(client, username="ann", preferred=None, **parameters):
    if preferred:
        parameters["PREFERRED_CHALLENGE"] = preferred
    return client.idp.initiate_auth(
        AuthFlow="USER_AUTH",
        ClientId=client.id,
        AuthParameters={"USERNAME": username} | client.secret_hash(username) | parameters,
    )


def admin_begin(client, username="ann", **parameters):
    return client.idp.admin_initiate_auth(
        UserPoolId=client.pool_id,
        AuthFlow="USER_AUTH",
        ClientId=client.id,
        AuthParameters={"USERNAME": username} | client.secret_hash(username) | parameters,
    )


def select(client, challenge, answer, username="ann", **responses):
    return client.answer(challenge, username, ANSWER=answer, **responses)


def offered(challenge):
    assert challenge["ChallengeParameters"] == {}
    return challenge_of(challenge, "SELECT_CHALLENGE")["AvailableChallenges"]


def code_of(client, username="ann"):
    code = client.last_message(username)["code"]
    assert len(code) == 8 and code.isdigit(), code
    return code


def other(code):
    return code[:-1] + str((int(code[-1]) + 1) % 10)


def create_user(pool, username, **request):
    return pool.idp.admin_create_user(UserPoolId=pool.pool_id, Username=username, **request)


# Choosing ---------------------------------------------------------------------------------------


def test_without_a_preference_the_factors_of_the_user_are_listed(pool):
    answer = begin(pool)
    assert offered(answer) == ALL
    assert len(answer["Session"]) >= 20


def test_what_is_listed_is_what_the_user_has(pool):
    pool.add_user("mail", email="mail@example.com")
    pool.add_user("number", phone_number="+12065550840")
    pool.add_user("plain")
    assert offered(begin(pool, "mail")) == [*PASSWORDS, "EMAIL_OTP"]
    assert offered(begin(pool, "number")) == [*PASSWORDS, "SMS_OTP"]
    assert offered(begin(pool, "plain")) == PASSWORDS


def test_what_is_listed_is_what_the_pool_allows(choosing):
    only = choosing("PASSWORD")
    only.add_user("ann", **BOTH)
    assert offered(begin(only)) == PASSWORDS
    mail = choosing("PASSWORD", "EMAIL_OTP")
    mail.add_user("ann", **BOTH)
    assert offered(begin(mail)) == [*PASSWORDS, "EMAIL_OTP"]


def test_a_pool_without_a_policy_allows_passwords(make_pool):
    pool = make_pool(client=CHOICE)
    pool.add_user("ann", **BOTH)
    assert offered(begin(pool)) == PASSWORDS


@pytest.mark.parametrize("preferred", ["WEB_AUTHN", "SOFTWARE_TOKEN_MFA", "email_otp", "NO_SUCH_CHALLENGE", " "])
def test_a_preference_that_the_user_cannot_have_is_no_error(pool, preferred):
    """Observed for a factor that the user lacks, inferred for one that there is not."""
    assert offered(begin(pool, preferred=preferred)) == ALL


@pytest.mark.parametrize(("name", "medium", "shown"), [
    ("EMAIL_OTP", "EMAIL", "a***@e***"),
    ("SMS_OTP", "SMS", "+*******0839"),
])
def test_a_preferred_code_is_sent_at_once(pool, name, medium, shown):
    challenge = challenge_of(begin(pool, preferred=name), name)
    assert challenge["AvailableChallenges"] == ALL
    assert challenge["ChallengeParameters"] == {
        "CODE_DELIVERY_DELIVERY_MEDIUM": medium,
        "CODE_DELIVERY_DESTINATION": shown,
    }
    assert pool.last_message("ann")["medium"] == medium
    tokens_of(pool.answer(challenge, "ann", **{f"{name}_CODE": code_of(pool)}))


@pytest.mark.parametrize("name", ["EMAIL_OTP", "SMS_OTP"])
def test_a_selected_code_is_sent(pool, name):
    first = begin(pool)
    assert pool.sent("ann") == []
    challenge = challenge_of(select(pool, first, name), name)
    assert challenge["Session"] != first["Session"]
    tokens_of(pool.answer(challenge, "ann", **{f"{name}_CODE": code_of(pool)}))


def test_each_challenge_sends_another_code(pool):
    codes = set()
    for _ in range(3):
        begin(pool, preferred="EMAIL_OTP")
        codes.add(code_of(pool))
    assert len(codes) == 3


def test_a_preferred_password_signs_in_with_one_call(pool):
    tokens_of(begin(pool, preferred="PASSWORD", PASSWORD=PASSWORD))
    with refused(*WRONG):
        begin(pool, preferred="PASSWORD", PASSWORD="Poolhouse-2")


def test_a_password_without_the_preference_counts_for_nothing(pool):
    assert offered(begin(pool, PASSWORD=PASSWORD)) == ALL


def test_a_password_is_selected_with_or_without_it(pool):
    tokens_of(select(pool, begin(pool), "PASSWORD", PASSWORD=PASSWORD))
    asked = challenge_of(select(pool, begin(pool), "PASSWORD"), "PASSWORD")
    assert asked["AvailableChallenges"] == ALL
    with refused("InvalidParameterException", "Missing required parameter PASSWORD"):
        pool.answer(asked, "ann")
    tokens_of(pool.answer(asked, "ann", PASSWORD=PASSWORD))
    preferred = challenge_of(begin(pool, preferred="PASSWORD"), "PASSWORD")
    tokens_of(pool.answer(preferred, "ann", PASSWORD=PASSWORD))


def test_password_and_its_proof_answer_the_choice_directly(pool):
    first = begin(pool)
    tokens_of(pool.answer(first | {"ChallengeName": "PASSWORD"}, "ann", PASSWORD=PASSWORD))
    srp = pool.srp("ann")
    a = srp.get_auth_params()["SRP_A"]
    verifier = pool.answer(begin(pool) | {"ChallengeName": "PASSWORD_SRP"}, "ann", SRP_A=a)
    tokens_of(prove(pool, srp, verifier))


def prove(client, srp, challenge, **changed):
    """Answers PASSWORD_VERIFIER with its session."""
    challenge_of(challenge, "PASSWORD_VERIFIER")
    proof = srp.process_challenge(challenge["ChallengeParameters"], srp.get_auth_params())
    return client.idp.respond_to_auth_challenge(
        **{
            "ClientId": client.id,
            "ChallengeName": "PASSWORD_VERIFIER",
            "Session": challenge["Session"],
            "ChallengeResponses": proof,
        }
        | changed
    )


@pytest.mark.parametrize("how", ["preferred", "selected", "asked"])
def test_a_proof_of_the_password(pool, how):
    srp = pool.srp("ann")
    a = srp.get_auth_params()["SRP_A"]
    if how == "preferred":
        challenge = begin(pool, preferred="PASSWORD_SRP", SRP_A=a)
        assert challenge["AvailableChallenges"] == ALL
    elif how == "selected":
        challenge = select(pool, begin(pool), "PASSWORD_SRP", SRP_A=a)
    else:
        asked = challenge_of(begin(pool, preferred="PASSWORD_SRP"), "PASSWORD_SRP")
        with refused("InvalidParameterException", "Missing required parameter SRP_A"):
            pool.answer(asked, "ann")
        challenge = pool.answer(asked, "ann", SRP_A=a)
    assert set(challenge["ChallengeParameters"]) == {"SALT", "SECRET_BLOCK", "SRP_B", "USERNAME", "USER_ID_FOR_SRP"}
    tokens_of(prove(pool, srp, challenge))
    with refused(*USED):
        prove(pool, srp, challenge)


def test_a_proof_needs_the_session_of_its_challenge(pool):
    srp = pool.srp("ann")
    a = srp.get_auth_params()["SRP_A"]
    challenge = begin(pool, preferred="PASSWORD_SRP", SRP_A=a)
    proof = srp.process_challenge(challenge["ChallengeParameters"], srp.get_auth_params())
    with refused("InvalidParameterException", "Missing required parameter Session"):
        pool.idp.respond_to_auth_challenge(
            ClientId=pool.id, ChallengeName="PASSWORD_VERIFIER", ChallengeResponses=proof
        )
    with refused(*UNKNOWN):
        prove(pool, srp, challenge, Session=begin(pool)["Session"])
    tokens_of(prove(pool, srp, challenge))


def test_a_malformed_public_value_is_refused_and_leaves_the_session(pool):
    first = begin(pool)
    for value in ("xyz", "0"):
        with refused("InvalidParameterException"):
            select(pool, first, "PASSWORD_SRP", SRP_A=value)
        with refused("InvalidParameterException"):
            begin(pool, preferred="PASSWORD_SRP", SRP_A=value)
    tokens_of(select(pool, first, "PASSWORD", PASSWORD=PASSWORD))


@pytest.mark.parametrize("answer", ["WEB_AUTHN", "SOFTWARE_TOKEN_MFA", "password", "NO_SUCH"])
def test_what_is_not_offered_is_not_selected(pool, answer):
    """Type and text are inferred."""
    first = begin(pool)
    with refused("InvalidParameterException", f"Invalid challenge {answer} selected."):
        select(pool, first, answer)
    tokens_of(select(pool, first, "PASSWORD", PASSWORD=PASSWORD))


def test_a_choice_needs_its_answer(pool):
    with refused("InvalidParameterException", "Missing required parameter ANSWER"):
        pool.answer(begin(pool), "ann")
    with refused("InvalidParameterException", "Missing required parameter USERNAME"):
        pool.idp.initiate_auth(AuthFlow="USER_AUTH", ClientId=pool.id)


# Sessions ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["SELECT_CHALLENGE", "PASSWORD"])
def test_a_wrong_password_ends_the_session(pool, how):
    first = begin(pool)
    extra = {"ANSWER": "PASSWORD"} if how == "SELECT_CHALLENGE" else {}
    with refused(*WRONG):
        pool.answer(first | {"ChallengeName": how}, "ann", PASSWORD="Poolhouse-2", **extra)
    with refused(*USED):
        pool.answer(first | {"ChallengeName": how}, "ann", PASSWORD=PASSWORD, **extra)


def test_a_wrong_proof_ends_the_session(pool):
    srp = pool.srp("ann", "Poolhouse-2")
    challenge = begin(pool, preferred="PASSWORD_SRP", SRP_A=srp.get_auth_params()["SRP_A"])
    for expected in (WRONG, USED):
        with refused(*expected):
            prove(pool, srp, challenge)


def test_wrong_codes_leave_the_session_and_do_not_lock(pool):
    challenge = begin(pool, preferred="EMAIL_OTP")
    code = code_of(pool)
    for _ in range(6):
        with refused(*WRONG_CODE):
            pool.answer(challenge, "ann", EMAIL_OTP_CODE=other(code))
    tokens_of(begin(pool, preferred="PASSWORD", PASSWORD=PASSWORD))
    tokens_of(pool.answer(challenge, "ann", EMAIL_OTP_CODE=code))
    with refused(*USED):
        pool.answer(challenge, "ann", EMAIL_OTP_CODE=code)


def test_a_code_is_of_its_own_session(pool):
    first = begin(pool, preferred="EMAIL_OTP")
    code = code_of(pool)
    second = begin(pool, preferred="EMAIL_OTP")
    with refused(*WRONG_CODE):
        pool.answer(second, "ann", EMAIL_OTP_CODE=code)
    tokens_of(pool.answer(first, "ann", EMAIL_OTP_CODE=code))


def test_a_code_of_fifty_answers_at_once_signs_in_once(pool):
    challenge = begin(pool, preferred="EMAIL_OTP")
    code = code_of(pool)
    outcomes = at_once([lambda: pool.answer(challenge, "ann", EMAIL_OTP_CODE=code)] * 20)
    assert outcomes == ["done"] + [USED] * 19


def test_a_code_is_good_as_long_as_its_session(make_frozen_pool):
    pool = make_frozen_pool(client=CHOICE | {"AuthSessionValidity": 5}, Policies=policy("PASSWORD", "EMAIL_OTP"))
    pool.add_user("ann", email="ann@example.com")
    challenge, late = begin(pool, preferred="EMAIL_OTP"), begin(pool)
    code = pool.sent("ann")[0]["code"]
    pool.server.advance("5m")
    tokens_of(pool.answer(challenge, "ann", EMAIL_OTP_CODE=code))
    pool.server.advance("1s")
    with refused(*EXPIRED):
        select(pool, late, "PASSWORD", PASSWORD=PASSWORD)


def test_a_session_is_of_its_challenge_its_user_and_its_client(pool):
    pool.add_user("bob", email="bob@example.com")
    challenge = begin(pool, preferred="EMAIL_OTP")
    code = code_of(pool)
    for name, answer in [
        ("SMS_OTP", {"SMS_OTP_CODE": code}),
        ("SMS_MFA", {"SMS_MFA_CODE": code}),
        ("PASSWORD", {"PASSWORD": PASSWORD}),
        ("PASSWORD_SRP", {"SRP_A": "7f"}),
        ("SELECT_CHALLENGE", {"ANSWER": "PASSWORD", "PASSWORD": PASSWORD}),
        ("WEB_AUTHN", {"CREDENTIAL": "{}"}),
    ]:
        with refused(*MISMATCH):
            pool.answer(challenge | {"ChallengeName": name}, "ann", **answer)
    with refused(*MISMATCH):
        pool.answer(begin(pool) | {"ChallengeName": "EMAIL_OTP"}, "ann", EMAIL_OTP_CODE=code)
    with refused(*UNKNOWN):
        pool.answer(challenge, "bob", EMAIL_OTP_CODE=code)
    stranger = pool.add_client(**CHOICE)
    with refused(*UNKNOWN):
        stranger.answer(challenge, "ann", EMAIL_OTP_CODE=code)
    with refused(*UNKNOWN):
        pool.answer(challenge | {"Session": "A" * 40}, "ann", EMAIL_OTP_CODE=code)
    tokens_of(pool.answer(challenge, "ann", EMAIL_OTP_CODE=code))


def test_the_code_may_be_answered_by_an_alias(choosing):
    pool = choosing(UsernameAttributes=["email"])
    pool.add_user("ann@example.com", email_verified="true")
    challenge = begin(pool, "ann@example.com", "EMAIL_OTP")
    tokens_of(pool.answer(challenge, "ann@example.com", EMAIL_OTP_CODE=code_of(pool, "ann@example.com")))


# States -----------------------------------------------------------------------------------------


def test_a_user_with_a_temporary_password_is_offered_passwords_alone(pool):
    """Observed: whatever else the pool allows."""
    pool.add_user("new", temporary=True, email="new@example.com")
    assert offered(begin(pool, "new", "EMAIL_OTP")) == PASSWORDS
    challenge = begin(pool, "new", "PASSWORD", PASSWORD=PASSWORD)
    challenge_of(challenge, "NEW_PASSWORD_REQUIRED")
    assert "AvailableChallenges" not in challenge
    tokens_of(pool.answer(challenge, "new", NEW_PASSWORD="Poolhouse-2"))
    assert offered(begin(pool, "new")) == [*PASSWORDS, "EMAIL_OTP"]


def test_a_user_without_a_password_is_offered_none(pool):
    """Observed: CONFIRMED, and EMAIL_OTP alone."""
    create_user(pool, "bare", MessageAction="SUPPRESS", UserAttributes=[{"Name": "email", "Value": "b@example.com"}])
    assert pool.status("bare") == "CONFIRMED"
    assert offered(begin(pool, "bare")) == ["EMAIL_OTP"]
    challenge = begin(pool, "bare", "EMAIL_OTP")
    assert challenge["AvailableChallenges"] == ["EMAIL_OTP"]
    tokens_of(pool.answer(challenge, "bare", EMAIL_OTP_CODE=code_of(pool, "bare")))
    with refused(*WRONG):
        pool.sign_in("bare")
    assert offered(begin(pool, "bare", "PASSWORD", PASSWORD=PASSWORD)) == ["EMAIL_OTP"]


def test_a_code_confirms_and_verifies(choosing):
    """Documented: whatever the pool verifies at sign-ups."""
    pool = choosing()
    pool.sign_up("ann", **BOTH)
    assert (pool.status("ann"), pool.sent("ann")) == ("UNCONFIRMED", [])
    with refused(*UNCONFIRMED):
        begin(pool, preferred="PASSWORD", PASSWORD=PASSWORD)
    challenge = begin(pool, preferred="EMAIL_OTP")
    with refused(*WRONG_CODE):
        pool.answer(challenge, "ann", EMAIL_OTP_CODE=other(code_of(pool)))
    assert pool.status("ann") == "UNCONFIRMED"
    tokens_of(pool.answer(challenge, "ann", EMAIL_OTP_CODE=code_of(pool)))
    user = pool.get_user("ann")
    found = as_map(user["UserAttributes"])
    assert user["UserStatus"] == "CONFIRMED"
    assert (found["email_verified"], found["phone_number_verified"]) == ("true", "false")
    challenge = begin(pool, preferred="SMS_OTP")
    tokens_of(pool.answer(challenge, "ann", SMS_OTP_CODE=code_of(pool)))
    assert as_map(pool.get_user("ann")["UserAttributes"])["phone_number_verified"] == "true"


def test_the_code_of_a_sign_up_is_none_of_a_sign_in(choosing):
    pool = choosing(AutoVerifiedAttributes=["email"])
    pool.sign_up("ann", email="ann@example.com")
    confirmation = pool.last_message("ann")["code"]
    challenge = begin(pool, preferred="EMAIL_OTP")
    code = pool.sent("ann")[-1]["code"]
    with refused(*WRONG_CODE):
        pool.answer(challenge, "ann", EMAIL_OTP_CODE=confirmation)
    tokens_of(pool.answer(challenge, "ann", EMAIL_OTP_CODE=code))
    with refused("NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED"):
        pool.confirm("ann", confirmation)


def test_a_disabled_user_is_refused_at_every_step(pool):
    first, challenge = begin(pool), begin(pool, preferred="EMAIL_OTP")
    code = code_of(pool)
    pool.idp.admin_disable_user(UserPoolId=pool.pool_id, Username="ann")
    with refused(*DISABLED):
        begin(pool)
    with refused(*DISABLED):
        begin(pool, preferred="PASSWORD", PASSWORD=PASSWORD)
    with refused(*DISABLED):
        select(pool, first, "EMAIL_OTP")
    with refused(*DISABLED):
        pool.answer(challenge, "ann", EMAIL_OTP_CODE=code)
    pool.idp.admin_enable_user(UserPoolId=pool.pool_id, Username="ann")
    tokens_of(pool.answer(challenge, "ann", EMAIL_OTP_CODE=code))


def test_a_user_who_must_reset_the_password_is_told_after_it(choosing):
    """That such a user is not offered a code is inferred."""
    pool = choosing()
    pool.add_user("ann", email_verified="true", **BOTH)
    challenge = begin(pool, preferred="EMAIL_OTP")
    code = code_of(pool)
    pool.idp.admin_reset_user_password(UserPoolId=pool.pool_id, Username="ann")
    assert offered(begin(pool)) == PASSWORDS
    with refused(*WRONG):
        begin(pool, preferred="PASSWORD", PASSWORD="Poolhouse-2")
    with refused(*RESET):
        begin(pool, preferred="PASSWORD", PASSWORD=PASSWORD)
    with refused(*RESET):
        pool.answer(challenge, "ann", EMAIL_OTP_CODE=code)


def test_a_deleted_user_is_gone(pool):
    challenge = begin(pool, preferred="EMAIL_OTP")
    code = code_of(pool)
    pool.idp.admin_delete_user(UserPoolId=pool.pool_id, Username="ann")
    with refused(*UNKNOWN):
        pool.answer(challenge, "ann", EMAIL_OTP_CODE=code)
    with refused(*NOT_THERE):
        begin(pool)


def test_a_locked_user_is_refused_by_password_alone(make_frozen_pool):
    pool = make_frozen_pool(client=CHOICE, Policies=policy("PASSWORD", "EMAIL_OTP"))
    pool.add_user("ann", email="ann@example.com")
    for _ in range(5):
        with refused(*WRONG):
            begin(pool, preferred="PASSWORD", PASSWORD="Poolhouse-2")
    with refused("NotAuthorizedException", "Password attempts exceeded"):
        begin(pool, preferred="PASSWORD", PASSWORD=PASSWORD)
    challenge = begin(pool, preferred="EMAIL_OTP")
    tokens_of(pool.answer(challenge, "ann", EMAIL_OTP_CODE=code_of(pool)))


def test_a_user_with_nothing_to_sign_in_by_is_refused(choosing):
    """What AWS answers is not known."""
    pool = choosing()
    create_user(pool, "bare", MessageAction="SUPPRESS", UserAttributes=[{"Name": "email", "Value": "b@example.com"}])
    pool.idp.admin_delete_user_attributes(
        UserPoolId=pool.pool_id, Username="bare", UserAttributeNames=["email"]
    )
    with refused(*WRONG):
        begin(pool, "bare")


# MFA --------------------------------------------------------------------------------------------


def test_a_required_second_factor_leaves_passwords_alone(choosing):
    pool = choosing("PASSWORD", mfa="ON")
    pool.add_user("ann", **BOTH)
    assert offered(begin(pool, preferred="EMAIL_OTP")) == PASSWORDS
    challenge = begin(pool, preferred="PASSWORD", PASSWORD=PASSWORD)
    assert json.loads(challenge["ChallengeParameters"]["MFAS_CAN_SETUP"]) == ["SOFTWARE_TOKEN_MFA"]
    assert "AvailableChallenges" not in challenge
    secret, done = pool.set_up_totp(challenge, "ann")
    tokens_of(done)
    again = select(pool, begin(pool), "PASSWORD", PASSWORD=PASSWORD)
    challenge_of(again, "SOFTWARE_TOKEN_MFA")
    tokens_of(pool.answer(again, "ann", SOFTWARE_TOKEN_MFA_CODE=pool.code(secret, 1)))


def test_an_optional_second_factor_counts_for_who_has_one(choosing):
    pool = choosing(mfa="OPTIONAL")
    pool.add_user("ann", **BOTH)
    pool.add_user("bob", email="bob@example.com")
    under_way = begin(pool, preferred="EMAIL_OTP")
    code = code_of(pool)
    secret = pool.register_totp(pool.tokens("ann")["AccessToken"])
    assert offered(begin(pool, preferred="EMAIL_OTP")) == PASSWORDS
    assert offered(begin(pool, "bob")) == [*PASSWORDS, "EMAIL_OTP"]
    challenge = begin(pool, preferred="PASSWORD", PASSWORD=PASSWORD)
    challenge_of(challenge, "SOFTWARE_TOKEN_MFA")
    tokens_of(pool.answer(challenge, "ann", SOFTWARE_TOKEN_MFA_CODE=pool.code(secret, 1)))
    # A code that was sent before is no way around the factor.
    with refused(*UNKNOWN):
        pool.answer(under_way, "ann", EMAIL_OTP_CODE=code)


def test_a_choice_made_before_the_factor_is_no_way_around_it(choosing):
    pool = choosing(mfa="OPTIONAL")
    pool.add_user("ann", **BOTH)
    first = begin(pool)
    pool.register_totp(pool.tokens("ann")["AccessToken"])
    with refused(*UNKNOWN):
        select(pool, first, "EMAIL_OTP")


def test_a_code_is_of_the_address_it_went_to(pool):
    """Nobody has proven to hold the other; it is so with every other code, and inferred here."""
    token = pool.tokens("ann")["AccessToken"]
    challenge = begin(pool, preferred="EMAIL_OTP")
    code = code_of(pool)
    pool.idp.update_user_attributes(AccessToken=token, UserAttributes=[{"Name": "email", "Value": "eve@example.com"}])
    with refused(*WRONG_CODE):
        pool.answer(challenge, "ann", EMAIL_OTP_CODE=code)
    shown = as_map(pool.idp.admin_get_user(UserPoolId=pool.pool_id, Username="ann")["UserAttributes"])
    assert (shown["email"], shown["email_verified"]) == ("eve@example.com", "false")


def test_a_second_factors_code_is_of_the_address_it_went_to(choosing):
    pool = choosing()
    pool.set_mfa("OPTIONAL", totp=True, sms=True)
    pool.add_user("ann", **BOTH)
    token = pool.tokens("ann")["AccessToken"]
    pool.idp.set_user_mfa_preference(AccessToken=token, SMSMfaSettings={"Enabled": True, "PreferredMfa": True})
    challenge = challenge_of(begin(pool, preferred="PASSWORD", PASSWORD=PASSWORD), "SMS_MFA")
    code = pool.last_message("ann")["code"]
    pool.idp.update_user_attributes(
        AccessToken=token, UserAttributes=[{"Name": "phone_number", "Value": "+12065550199"}]
    )
    with refused(*WRONG_CODE):
        pool.answer(challenge, "ann", SMS_MFA_CODE=code)
    shown = as_map(pool.idp.admin_get_user(UserPoolId=pool.pool_id, Username="ann")["UserAttributes"])
    assert shown["phone_number_verified"] == "false"


# Unknown users ----------------------------------------------------------------------------------


@pytest.mark.parametrize("preferred", [None, "PASSWORD", "PASSWORD_SRP", "EMAIL_OTP"])
def test_an_unknown_user_is_told_where_the_client_hides_nobody(pool, preferred):
    with refused(*NOT_THERE):
        begin(pool, "nobody", preferred)
    with refused(*NOT_THERE):
        begin(pool, "nobody", preferred, PASSWORD=PASSWORD)


@pytest.fixture
def hiding(pool):
    return pool.add_client(PreventUserExistenceErrors="ENABLED", **CHOICE)


def test_an_unknown_user_gets_a_code_that_is_never_right(hiding):
    """Observed, but for the text of the answer."""
    challenge = challenge_of(begin(hiding, "nobody@inbox.example", "EMAIL_OTP"), "EMAIL_OTP")
    assert challenge["AvailableChallenges"] == ["EMAIL_OTP"]
    assert challenge["ChallengeParameters"] == {
        "CODE_DELIVERY_DELIVERY_MEDIUM": "EMAIL",
        "CODE_DELIVERY_DESTINATION": "n***@i***",
    }
    assert hiding.sent("nobody@inbox.example") == []
    for _ in range(2):
        with refused(*WRONG_CODE):
            hiding.answer(challenge, "nobody@inbox.example", EMAIL_OTP_CODE="12345678")


def test_an_unknown_user_is_offered_what_the_pool_allows(hiding):
    first = begin(hiding, "nobody")
    assert offered(first) == ALL
    with refused(*WRONG):
        select(hiding, first, "PASSWORD", "nobody", PASSWORD=PASSWORD)
    with refused(*USED):
        select(hiding, first, "PASSWORD", "nobody", PASSWORD=PASSWORD)
    sms = challenge_of(select(hiding, begin(hiding, "nobody"), "SMS_OTP", "nobody"), "SMS_OTP")
    assert sms["AvailableChallenges"] == ALL
    with refused(*WRONG_CODE):
        hiding.answer(sms, "nobody", SMS_OTP_CODE="12345678")
    assert offered(begin(hiding, "nobody", "WEB_AUTHN")) == ALL


def test_an_unknown_user_has_a_wrong_password(hiding):
    with refused(*WRONG):
        begin(hiding, "nobody", "PASSWORD", PASSWORD=PASSWORD)
    srp = hiding.srp("nobody")
    a = srp.get_auth_params()["SRP_A"]
    first, again = (begin(hiding, "nobody", "PASSWORD_SRP", SRP_A=a) for _ in range(2))
    assert first["AvailableChallenges"] == PASSWORDS
    for member in ("SALT", "USER_ID_FOR_SRP"):
        assert first["ChallengeParameters"][member] == again["ChallengeParameters"][member]
    with refused(*WRONG):
        prove(hiding, srp, first)


def test_a_session_of_nobody_is_of_its_name(hiding):
    challenge = begin(hiding, "nobody", "EMAIL_OTP")
    for other_name in ("somebody", "ann"):
        with refused(*UNKNOWN):
            hiding.answer(challenge, other_name, EMAIL_OTP_CODE="12345678")


# Clients and doors ------------------------------------------------------------------------------


def test_the_client_must_allow_the_flow(make_pool):
    pool = make_pool()
    pool.add_user("ann")
    for door in (begin, admin_begin):
        with refused("InvalidParameterException", "USER_AUTH flow not enabled for this client"):
            door(pool)


def test_the_lowest_tier_has_no_choice(make_pool):
    """So no client of a LITE pool can begin one: none is made, and none is left over."""
    lite = make_pool(UserPoolTier="LITE")
    with refused("FeatureUnavailableInTierException"):
        lite.add_client(**CHOICE)
    pool = make_pool(client=CHOICE)
    with refused("TierChangeNotAllowedException"):
        pool.idp.update_user_pool(UserPoolId=pool.pool_id, UserPoolTier="LITE")


def test_a_confidential_client_signs_every_request(pool):
    secret = pool.add_client(GenerateSecret=True, **CHOICE)
    challenge = begin(secret, preferred="EMAIL_OTP")
    code = code_of(pool)
    public = {"AuthFlow": "USER_AUTH", "ClientId": secret.id}
    missing = f"Client {secret.id} is configured with secret but SECRET_HASH was not received"
    wrong = f"Unable to verify secret hash for client {secret.id}"
    for parameters, text in [
        ({"USERNAME": "ann"}, missing),
        ({"USERNAME": "ann", "SECRET_HASH": "d3Jvbmc="}, wrong),
        ({"USERNAME": "ann"} | secret.secret_hash("bob"), wrong),
    ]:
        with refused("NotAuthorizedException", text):
            pool.idp.initiate_auth(AuthParameters=parameters, **public)
        with refused("NotAuthorizedException", text):
            pool.idp.respond_to_auth_challenge(
                ClientId=secret.id,
                ChallengeName="EMAIL_OTP",
                Session=challenge["Session"],
                ChallengeResponses=parameters | {"EMAIL_OTP_CODE": code},
            )
    tokens_of(secret.answer(challenge, "ann", EMAIL_OTP_CODE=code))


def test_the_administrators_door_has_the_same_choices(pool):
    first = admin_begin(pool)
    assert offered(first) == ALL
    challenge = pool.admin_answer(first, "ann", ANSWER="EMAIL_OTP")
    with refused(*WRONG_CODE):
        pool.admin_answer(challenge, "ann", EMAIL_OTP_CODE=other(code_of(pool)))
    tokens_of(pool.admin_answer(challenge, "ann", EMAIL_OTP_CODE=code_of(pool)))
    tokens_of(admin_begin(pool, PREFERRED_CHALLENGE="PASSWORD", PASSWORD=PASSWORD))
    with refused(*NOT_THERE):
        admin_begin(pool, "nobody")


# Passkeys ---------------------------------------------------------------------------------------


@pytest.fixture
def keyed(choosing):
    """A pool whose ann has a passkey."""
    pool = choosing("PASSWORD", "EMAIL_OTP", "WEB_AUTHN")
    pool.idp.set_user_pool_mfa_config(
        UserPoolId=pool.pool_id, MfaConfiguration="OFF", WebAuthnConfiguration={"RelyingPartyId": "example.com"}
    )
    pool.add_user("ann", email="ann@example.com")
    pool.passkey = register(pool)
    return pool


def register(pool, username="ann"):
    token = pool.tokens(username)["AccessToken"]
    options = pool.idp.start_web_authn_registration(AccessToken=token)["CredentialCreationOptions"]
    credential = create(options)
    pool.idp.complete_web_authn_registration(AccessToken=token, Credential=credential)
    return credential


def test_a_passkey_signs_in(keyed):
    assert offered(begin(keyed)) == [*PASSWORDS, "EMAIL_OTP", "WEB_AUTHN"]
    for challenge in (begin(keyed, preferred="WEB_AUTHN"), select(keyed, begin(keyed), "WEB_AUTHN")):
        challenge_of(challenge, "WEB_AUTHN")
        assert challenge["AvailableChallenges"] == [*PASSWORDS, "EMAIL_OTP", "WEB_AUTHN"]
        assert set(challenge["ChallengeParameters"]) == {"CREDENTIAL_REQUEST_OPTIONS"}
        options = json.loads(challenge["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"])
        assert options["rpId"] == "example.com"
        answer = json.dumps(assertion(options, keyed.passkey))
        tokens_of(keyed.answer(challenge, "ann", CREDENTIAL=answer))
        with refused(*USED):
            keyed.answer(challenge, "ann", CREDENTIAL=answer)


def test_a_wrong_assertion_leaves_the_session(keyed):
    """Inferred: a right answer alone uses a session up, but for the exceptions that are known."""
    challenge = begin(keyed, preferred="WEB_AUTHN")
    options = json.loads(challenge["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"])
    with refused("InvalidParameterException", "Missing required parameter CREDENTIAL"):
        keyed.answer(challenge, "ann")
    with refused(*WRONG):
        keyed.answer(challenge, "ann", CREDENTIAL=json.dumps(assertion(options, keyed.passkey, origin="https://a.example")))
    for malformed in ("{", "null"):
        with refused(*WRONG):
            keyed.answer(challenge, "ann", CREDENTIAL=malformed)
    right = json.dumps(assertion(options, keyed.passkey))
    tokens_of(keyed.answer(challenge, "ann", CREDENTIAL=right))
    with refused(*USED):
        keyed.answer(challenge, "ann", CREDENTIAL=right)


def test_a_passkey_is_of_its_user(keyed):
    keyed.add_user("bob", email="bob@example.com")
    assert offered(begin(keyed, "bob", "WEB_AUTHN")) == [*PASSWORDS, "EMAIL_OTP"]
    register(keyed, "bob")
    challenge = begin(keyed, "bob", "WEB_AUTHN")
    options = json.loads(challenge["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"])
    with refused(*WRONG):
        keyed.answer(challenge, "bob", CREDENTIAL=json.dumps(assertion(options, keyed.passkey)))


# Auth events ------------------------------------------------------------------------------------


def test_each_first_factor_is_an_event(choosing):
    pool = choosing(UserPoolTier="PLUS", UserPoolAddOns={"AdvancedSecurityMode": "AUDIT"})
    pool.add_user("ann", **BOTH)

    def events():
        listed = pool.idp.admin_list_user_auth_events(UserPoolId=pool.pool_id, Username="ann")["AuthEvents"]
        found = [(event["EventType"], event["EventResponse"]) for event in reversed(listed)]
        assert found[0] == ("SignIn", "Fail"), found
        return [response for _, response in found]

    challenge = begin(pool, preferred="EMAIL_OTP")
    with refused(*WRONG_CODE):
        pool.answer(challenge, "ann", EMAIL_OTP_CODE=other(code_of(pool)))
    assert events() == ["Fail"]
    tokens_of(pool.answer(challenge, "ann", EMAIL_OTP_CODE=code_of(pool)))
    with refused(*WRONG):
        begin(pool, preferred="PASSWORD", PASSWORD="Poolhouse-2")
    tokens_of(begin(pool, preferred="PASSWORD", PASSWORD=PASSWORD))
    assert events() == ["Fail", "Pass", "Fail", "Pass"]
