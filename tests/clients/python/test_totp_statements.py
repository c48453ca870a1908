"""AWS's page on TOTP MFA, statement by statement (developer guide, "TOTP software token MFA", 2022 and 2026).

Each test is named after its statement T1 to T38. Those about the
hosted pages (T4, T9, T13 to T15, T18) are shown in tests/oauth_one_time_tokens.rs and tests/clients/js/pages.test.js.
The page promises one-time tokens that the live API does not give: T11, T12, T13 and T21 run both ways.
"""

import base64
import hashlib
import re
from urllib.parse import quote

import pyotp
import pytest

from cognito import PASSWORD, Client, Pool, at_once, challenge_of, parameter, refused, tokens_of, without_metadata
from poolhouse import NEW_YEAR, Server

NOT_ENABLED = ("SoftwareTokenMFANotFoundException", "Software Token MFA has not been enabled by the userPool")
NO_DELIVERY = (
    "InvalidParameterException",
    "User does not have delivery config set to turn on SOFTWARE_TOKEN_MFA",
)
USED = ("ExpiredCodeException", "Your software token has already been used once.")
MISMATCH = ("EnableSoftwareTokenMFAException", "Code mismatch")
WRONG = ("CodeMismatchException", "Invalid code received for user")


FIXTURE = """
UserPools:
  - Id: us-east-1_OldPage00
    PoolName: as the older edition of the page says
    OneTimeTokens: true
    AutoVerifiedAttributes: [email]
    MfaConfiguration: "ON"
    SoftwareTokenMfaConfiguration: {Enabled: true}
    Clients:
      - {ClientName: c, ClientId: 1old0page00client000000000, ExplicitAuthFlows: [ALLOW_USER_PASSWORD_AUTH]}
  - Id: us-east-1_NewPage00
    PoolName: as observed
    AutoVerifiedAttributes: [email]
    MfaConfiguration: "ON"
    SoftwareTokenMfaConfiguration: {Enabled: true}
    Clients:
      - {ClientName: c, ClientId: 1new0page00client000000000, ExplicitAuthFlows: [ALLOW_USER_PASSWORD_AUTH]}
"""


@pytest.fixture(params=[False, True], ids=["as_observed", "one_time_tokens"])
def one_time(request):
    return request.param


@pytest.fixture
def required(one_time):
    """A pool that requires TOTP, with and without the one-time tokens of AWS's page."""
    flags = ["--one-time-tokens"] if one_time else []
    server = Server("--frozen-clock", NEW_YEAR, "--seed", "7", *flags)
    yield Pool(server, server.client(), mfa="ON", AutoVerifiedAttributes=["email"])
    server.stop()


@pytest.fixture
def optional(make_frozen_pool):
    return make_frozen_pool(mfa="OPTIONAL", AutoVerifiedAttributes=["email"])


@pytest.fixture
def on(make_frozen_pool):
    return make_frozen_pool(mfa="ON", AutoVerifiedAttributes=["email"])


@pytest.fixture
def off(make_frozen_pool):
    return make_frozen_pool()


def user_with_totp(pool, name="ann", preferred=True):
    """A user of a pool whose MFA is optional, with a TOTP whose present step is spent; returns the secret."""
    pool.add_user(name)
    secret = pool.register_totp(pool.tokens(name)["AccessToken"], preferred)
    pool.server.advance("30s")
    return secret


def mfa_of(pool, access_token):
    user = pool.idp.get_user(AccessToken=access_token)
    return user.get("UserMFASettingList"), user.get("PreferredMfaSetting")


def prefer(pool, access_token, **settings):
    pool.idp.set_user_mfa_preference(AccessToken=access_token, SoftwareTokenMfaSettings=settings)


def test_t01_the_api_sets_a_totp_up(optional):
    optional.add_user("ann")
    token = optional.tokens("ann")["AccessToken"]
    secret = optional.idp.associate_software_token(AccessToken=token)["SecretCode"]
    verified = optional.idp.verify_software_token(AccessToken=token, UserCode=optional.code(secret))
    assert without_metadata(verified) == {"Status": "SUCCESS"}


def test_t02_sign_in_is_password_then_totp(optional):
    secret = user_with_totp(optional)
    challenge = challenge_of(optional.sign_in("ann"), "SOFTWARE_TOKEN_MFA")
    reply = optional.answer(challenge, "ann", SOFTWARE_TOKEN_MFA_CODE=optional.code(secret))
    assert set(tokens_of(reply)) == {"AccessToken", "IdToken", "RefreshToken", "ExpiresIn", "TokenType"}


def test_t02_sign_in_by_srp_is_password_then_totp(optional):
    secret = user_with_totp(optional)
    challenge = challenge_of(optional.srp_sign_in("ann"), "SOFTWARE_TOKEN_MFA")
    tokens_of(optional.answer(challenge, "ann", SOFTWARE_TOKEN_MFA_CODE=optional.code(secret)))


def test_t03_totp_comes_after_username_and_password_are_verified(optional):
    optional.sign_up("ann", email="ann@example.com")
    with refused("UserNotConfirmedException", "User is not confirmed."):
        optional.sign_in("ann")
    optional.confirm("ann", optional.last_message("ann")["code"])
    token = optional.tokens("ann")["AccessToken"]
    assert optional.idp.associate_software_token(AccessToken=token)["SecretCode"]


def test_t05_totp_is_enabled_for_the_pool_by_set_user_pool_mfa_config(off):
    settings = {"SoftwareTokenMfaConfiguration": {"Enabled": True}, "MfaConfiguration": "OPTIONAL"}
    assert without_metadata(off.set_mfa("OPTIONAL")) == settings
    read = off.idp.get_user_pool_mfa_config(UserPoolId=off.pool_id)
    assert without_metadata(read) == settings


def test_t06_without_totp_in_the_pool_associate_and_verify_fail(off):
    off.add_user("ann")
    token = off.tokens("ann")["AccessToken"]
    with refused(*NOT_ENABLED):
        off.idp.associate_software_token(AccessToken=token)
    with refused(*NOT_ENABLED):
        off.idp.verify_software_token(AccessToken=token, UserCode="123456")


def test_t06_without_totp_in_the_pool_a_session_does_not_help(off):
    """Inferred: the session form behaves like the token form."""
    off.set_mfa("ON", totp=False, sms=True)
    off.add_user("ann")
    challenge = challenge_of(off.sign_in("ann"), "MFA_SETUP")
    assert parameter(challenge, "MFAS_CAN_SETUP") == ["SMS_MFA"]
    with refused(*NOT_ENABLED):
        off.idp.associate_software_token(Session=challenge["Session"])
    with refused(*NOT_ENABLED):
        off.idp.verify_software_token(Session=challenge["Session"], UserCode="123456")


@pytest.mark.parametrize("mode", ["OPTIONAL", "ON"])
def test_t07_t20_users_keep_their_totp_when_the_pool_deactivates_it(off, mode):
    off.set_mfa("OPTIONAL", sms=True)
    off.add_user("bea")
    other = off.tokens("bea")["AccessToken"]
    secret = user_with_totp(off)
    off.set_mfa(mode, totp=False, sms=True)
    challenge = challenge_of(off.sign_in("ann"), "SOFTWARE_TOKEN_MFA")
    tokens_of(off.answer(challenge, "ann", SOFTWARE_TOKEN_MFA_CODE=off.code(secret)))
    with refused(*NOT_ENABLED):
        off.idp.associate_software_token(AccessToken=other)


def test_t08_secret_then_validation_then_enabled_or_preferred(optional):
    optional.add_user("ann")
    token = optional.tokens("ann")["AccessToken"]
    secret = optional.idp.associate_software_token(AccessToken=token)["SecretCode"]
    verified = optional.idp.verify_software_token(AccessToken=token, UserCode=optional.code(secret))
    assert verified["Status"] == "SUCCESS"
    assert mfa_of(optional, token) == (None, None), "verifying alone sets no preference"
    prefer(optional, token, Enabled=True)
    assert mfa_of(optional, token) == (["SOFTWARE_TOKEN_MFA"], None)
    prefer(optional, token, Enabled=True, PreferredMfa=True)
    assert mfa_of(optional, token) == (["SOFTWARE_TOKEN_MFA"], "SOFTWARE_TOKEN_MFA")
    factors = optional.idp.get_user_auth_factors(AccessToken=token)
    assert factors["PreferredMfaSetting"] == "SOFTWARE_TOKEN_MFA"
    assert factors["UserMFASettingList"] == ["SOFTWARE_TOKEN_MFA"]


def test_t08_an_enabled_totp_is_asked_for_without_being_preferred(optional):
    secret = user_with_totp(optional, preferred=False)
    challenge = challenge_of(optional.sign_in("ann"), "SOFTWARE_TOKEN_MFA")
    tokens_of(optional.answer(challenge, "ann", SOFTWARE_TOKEN_MFA_CODE=optional.code(secret)))


def test_t08_a_verified_but_not_enabled_totp_is_not_asked_for(optional):
    """Optional MFA prompts users with an active factor only; verifying does not activate."""
    optional.add_user("ann")
    token = optional.tokens("ann")["AccessToken"]
    secret = optional.idp.associate_software_token(AccessToken=token)["SecretCode"]
    optional.idp.verify_software_token(AccessToken=token, UserCode=optional.code(secret))
    tokens_of(optional.sign_in("ann"))


def test_t08b_enabling_before_validation_is_refused(optional):
    optional.add_user("ann")
    token = optional.tokens("ann")["AccessToken"]
    optional.idp.associate_software_token(AccessToken=token)
    with refused(*NO_DELIVERY):
        prefer(optional, token, Enabled=True)
    with refused(*NO_DELIVERY):
        optional.idp.admin_set_user_mfa_preference(
            UserPoolId=optional.pool_id, Username="ann", SoftwareTokenMfaSettings={"Enabled": True}
        )
    assert mfa_of(optional, token) == (None, None)


def test_t08_two_preferred_factors_are_refused(optional):
    """The type is observed, the text unknown."""
    optional.set_mfa("OPTIONAL", sms=True)
    optional.add_user("ann", phone_number="+15555550100")
    token = optional.tokens("ann")["AccessToken"]
    optional.register_totp(token)
    both = {"Enabled": True, "PreferredMfa": True}
    with refused("InvalidParameterException"):
        optional.idp.set_user_mfa_preference(AccessToken=token, SoftwareTokenMfaSettings=both, SMSMfaSettings=both)
    optional.idp.set_user_mfa_preference(AccessToken=token, SMSMfaSettings=both)
    enabled, preferred = mfa_of(optional, token)
    assert sorted(enabled) == ["SMS_MFA", "SOFTWARE_TOKEN_MFA"]
    assert preferred == "SMS_MFA", "making one factor preferred demotes the other"


def test_t10_any_rfc_6238_generator_will_do_and_no_hardware_factor_exists(on):
    on.add_user("ann")
    challenge = challenge_of(on.sign_in("ann"), "MFA_SETUP")
    assert parameter(challenge, "MFAS_CAN_SETUP") == ["SOFTWARE_TOKEN_MFA"]
    _, done = on.set_up_totp(challenge, "ann")
    tokens_of(done)
    answer = on.server.post(
        "RespondToAuthChallenge",
        {"ClientId": on.id, "ChallengeName": "HARDWARE_TOKEN_MFA"},
        signed=False,
    )
    assert answer.status_code == 400
    found = answer.json()
    assert found["__type"] == "InvalidParameterException"
    refusal, names = found["message"].split(" enum value set: ")
    assert refusal == (
        "1 validation error detected: Value 'HARDWARE_TOKEN_MFA' at 'challengeName' "
        "failed to satisfy constraint: Member must satisfy"
    )
    assert set(re.findall(r"\w*MFA\w*", names)) == {
        "SMS_MFA", "SOFTWARE_TOKEN_MFA", "SELECT_MFA_TYPE", "MFA_SETUP",
    }  # fmt: skip


def test_t11_t12_t13_t21_first_sign_in_of_a_self_signed_up_user(required, one_time):
    required.sign_up_and_confirm("ann")
    first = required.sign_in("ann")
    if one_time:
        token = tokens_of(first)["AccessToken"]
        later = required.sign_in("ann")
        challenge_of(later, "MFA_SETUP")
        secret = required.idp.associate_software_token(AccessToken=token)["SecretCode"]
        verified = required.idp.verify_software_token(AccessToken=token, UserCode=required.code(secret))
        assert verified["Status"] == "SUCCESS"
    else:
        challenge_of(first, "MFA_SETUP")
        later = challenge_of(required.sign_in("ann"), "MFA_SETUP")
        secret, done = required.set_up_totp(later, "ann")
        tokens_of(done)
    required.server.advance("30s")
    challenge = challenge_of(required.sign_in("ann"), "SOFTWARE_TOKEN_MFA")
    tokens_of(required.answer(challenge, "ann", SOFTWARE_TOKEN_MFA_CODE=required.code(secret)))


def test_t11_the_first_sign_in_by_srp_is_no_different(required, one_time):
    required.sign_up_and_confirm("ann")
    first = required.srp_sign_in("ann")
    if one_time:
        tokens_of(first)
        challenge_of(required.srp_sign_in("ann"), "MFA_SETUP")
    else:
        challenge_of(first, "MFA_SETUP")


def test_t11_a_fixture_may_ask_for_one_time_tokens_in_one_pool(tmp_path):
    fixture = tmp_path / "pools.yaml"
    fixture.write_text(FIXTURE)
    server = Server("--fixtures", str(fixture))
    try:
        idp = server.client()
        old = Client(server, idp, "us-east-1_OldPage00", "1old0page00client000000000")
        new = Client(server, idp, "us-east-1_NewPage00", "1new0page00client000000000")
        for client in (old, new):
            client.sign_up_and_confirm("ann")
        tokens_of(old.sign_in("ann"))
        for client in (old, new):
            challenge_of(client.sign_in("ann"), "MFA_SETUP")
    finally:
        server.stop()


def test_t12_later_sign_ins_fail_until_a_totp_is_registered(required, one_time):
    required.sign_up_and_confirm("ann")
    if one_time:
        tokens_of(required.sign_in("ann"))
    for _ in range(3):
        challenge = challenge_of(required.sign_in("ann"), "MFA_SETUP")
        required.idp.associate_software_token(Session=challenge["Session"])


def test_t12_the_one_time_tokens_belong_to_the_user_not_to_the_client(required, one_time):
    second = required.add_client()
    required.sign_up_and_confirm("ann")
    first = required.sign_in("ann")
    assert ("AuthenticationResult" in first) == one_time
    challenge_of(second.sign_in("ann"), "MFA_SETUP")


def test_t13_an_unfinished_sign_up_gives_nothing(required):
    required.sign_up("ann", email="ann@example.com")
    with refused("UserNotConfirmedException", "User is not confirmed."):
        required.sign_in("ann")


@pytest.mark.parametrize("by", ["InitiateAuth", "AdminInitiateAuth"])
def test_t16_t19_admin_created_users_go_from_new_password_to_mfa_setup(required, by):
    required.add_user("ann", "Temporary-1", temporary=True)
    if by == "InitiateAuth":
        sign_in, answer = required.sign_in, required.answer
    else:
        sign_in, answer = required.admin_sign_in, required.admin_answer
    challenge = challenge_of(sign_in("ann", "Temporary-1"), "NEW_PASSWORD_REQUIRED")
    setup = challenge_of(answer(challenge, "ann", NEW_PASSWORD=PASSWORD), "MFA_SETUP")
    associated = required.idp.associate_software_token(Session=setup["Session"])
    assert associated["Session"] != setup["Session"]
    secret = associated["SecretCode"]
    verified = required.idp.verify_software_token(Session=associated["Session"], UserCode=required.code(secret))
    assert verified["Status"] == "SUCCESS"
    assert verified["Session"] != associated["Session"]
    tokens_of(answer(setup | {"Session": verified["Session"]}, "ann"))


@pytest.mark.parametrize("by", ["InitiateAuth", "AdminInitiateAuth"])
def test_t17_admin_created_users_with_a_permanent_password_get_mfa_setup_at_once(required, by):
    required.add_user("ann")
    sign_in = required.sign_in if by == "InitiateAuth" else required.admin_sign_in
    challenge = challenge_of(sign_in("ann"), "MFA_SETUP")
    assert parameter(challenge, "MFAS_CAN_SETUP") == ["SOFTWARE_TOKEN_MFA"]
    assert challenge["ChallengeParameters"]["USER_ID_FOR_SRP"] == "ann"


def test_t19_mfa_setup_is_not_done_before_the_token_is_verified(on):
    """Inferred: a session from before VerifySoftwareToken does not answer MFA_SETUP."""
    on.add_user("ann")
    setup = challenge_of(on.sign_in("ann"), "MFA_SETUP")
    with refused("NotAuthorizedException"):
        on.answer(setup, "ann")
    setup = challenge_of(on.sign_in("ann"), "MFA_SETUP")
    associated = on.idp.associate_software_token(Session=setup["Session"])
    with refused("NotAuthorizedException"):
        on.answer(setup | {"Session": associated["Session"]}, "ann")


def test_t19_a_spare_code_in_the_answer_to_mfa_setup_does_no_harm(on):
    on.add_user("ann")
    setup = challenge_of(on.sign_in("ann"), "MFA_SETUP")
    associated = on.idp.associate_software_token(Session=setup["Session"])
    code = on.code(associated["SecretCode"])
    verified = on.idp.verify_software_token(Session=associated["Session"], UserCode=code)
    setup |= {"Session": verified["Session"]}
    tokens_of(on.answer(setup, "ann", SOFTWARE_TOKEN_MFA_CODE=code))


@pytest.mark.parametrize("by", ["RespondToAuthChallenge", "AdminRespondToAuthChallenge"])
def test_t22_t33_the_totp_is_handed_over_in_the_challenge_response(optional, by):
    secret = user_with_totp(optional)
    if by == "RespondToAuthChallenge":
        sign_in, answer = optional.sign_in, optional.answer
    else:
        sign_in, answer = optional.admin_sign_in, optional.admin_answer
    challenge = challenge_of(sign_in("ann"), "SOFTWARE_TOKEN_MFA")
    tokens_of(answer(challenge, "ann", SOFTWARE_TOKEN_MFA_CODE=optional.code(secret)))


def test_t23_every_associate_returns_a_secret_of_its_own(optional):
    secrets = []
    for name in ("ann", "bea"):
        optional.add_user(name)
        token = optional.tokens(name)["AccessToken"]
        secrets += [optional.idp.associate_software_token(AccessToken=token)["SecretCode"] for _ in range(2)]
    assert len(set(secrets)) == 4
    for secret in secrets:
        assert re.fullmatch("[A-Z2-7]{16,}", secret)
        assert len(base64.b32decode(secret + "=" * (-len(secret) % 8))) == 32


def test_t23_the_last_associated_secret_counts(optional):
    """Inferred for two calls of AssociateSoftwareToken without a VerifySoftwareToken between them."""
    optional.add_user("ann")
    token = optional.tokens("ann")["AccessToken"]
    first, last = (optional.idp.associate_software_token(AccessToken=token)["SecretCode"] for _ in range(2))
    with refused(*MISMATCH):
        optional.idp.verify_software_token(AccessToken=token, UserCode=optional.code(first))
    optional.idp.verify_software_token(AccessToken=token, UserCode=optional.code(last))


def test_t23_a_verified_token_stays_in_force_until_the_new_one_is_verified(optional):
    old = user_with_totp(optional)
    challenge = challenge_of(optional.sign_in("ann"), "SOFTWARE_TOKEN_MFA")
    code = optional.code(old)
    token = tokens_of(optional.answer(challenge, "ann", SOFTWARE_TOKEN_MFA_CODE=code))["AccessToken"]
    new = optional.idp.associate_software_token(AccessToken=token)["SecretCode"]
    optional.server.advance("30s")
    challenge = challenge_of(optional.sign_in("ann"), "SOFTWARE_TOKEN_MFA")
    tokens_of(optional.answer(challenge, "ann", SOFTWARE_TOKEN_MFA_CODE=optional.code(old)))
    optional.idp.verify_software_token(AccessToken=token, UserCode=optional.code(new))
    optional.server.advance("30s")
    challenge = challenge_of(optional.sign_in("ann"), "SOFTWARE_TOKEN_MFA")
    with refused(*WRONG):
        optional.answer(challenge, "ann", SOFTWARE_TOKEN_MFA_CODE=optional.code(old))
    tokens_of(optional.answer(challenge, "ann", SOFTWARE_TOKEN_MFA_CODE=optional.code(new)))


def test_t24_associate_is_authorized_by_access_token_or_by_session(on, optional):
    optional.add_user("ann")
    token = optional.tokens("ann")["AccessToken"]
    by_token = without_metadata(optional.idp.associate_software_token(AccessToken=token))
    assert set(by_token) == {"SecretCode"}
    on.add_user("ann")
    session = on.sign_in("ann")["Session"]
    by_session = without_metadata(on.idp.associate_software_token(Session=session))
    assert set(by_session) == {"SecretCode", "Session"}


def test_t24_associate_needs_one_of_them(optional):
    """The type is inferred."""
    with refused("InvalidParameterException"):
        optional.idp.associate_software_token()


def test_t24_a_session_of_another_challenge_does_not_associate(optional):
    """Inferred text."""
    user_with_totp(optional)
    challenge = challenge_of(optional.sign_in("ann"), "SOFTWARE_TOKEN_MFA")
    with refused("NotAuthorizedException", "Invalid session for the user."):
        optional.idp.associate_software_token(Session=challenge["Session"])


def test_t25_the_key_works_through_an_otpauth_uri(optional):
    optional.add_user("ann")
    token = optional.tokens("ann")["AccessToken"]
    secret = optional.idp.associate_software_token(AccessToken=token)["SecretCode"]
    uri = f"otpauth://totp/{quote('Poolhouse')}:ann?secret={secret}&issuer=Poolhouse"
    code = pyotp.parse_uri(uri).at(optional.server.now())
    verified = optional.idp.verify_software_token(AccessToken=token, UserCode=code)
    assert verified["Status"] == "SUCCESS"


def test_t26_the_app_passes_the_code_by_verify_software_token(on, optional):
    optional.add_user("ann")
    token = optional.tokens("ann")["AccessToken"]
    secret = optional.idp.associate_software_token(AccessToken=token)["SecretCode"]
    verified = optional.idp.verify_software_token(AccessToken=token, UserCode=optional.code(secret))
    assert without_metadata(verified) == {"Status": "SUCCESS"}
    on.add_user("ann")
    associated = on.idp.associate_software_token(Session=on.sign_in("ann")["Session"])
    verified = on.idp.verify_software_token(Session=associated["Session"], UserCode=on.code(associated["SecretCode"]))
    assert verified["Status"] == "SUCCESS"
    assert verified["Session"]


@pytest.mark.parametrize("code", ["Aaaa", "12345", "1234567", "12345a"])
def test_t26_a_code_has_six_digits(optional, code):
    optional.add_user("ann")
    token = optional.tokens("ann")["AccessToken"]
    optional.idp.associate_software_token(AccessToken=token)
    answer = optional.server.post("VerifySoftwareToken", {"AccessToken": token, "UserCode": code}, signed=False)
    rules = []
    if len(code) < 6:
        rules.append("Member must have length greater than or equal to 6")
    if len(code) > 6:
        rules.append("Member must have length less than or equal to 6")
    if not code.isdigit():
        rules.append("Member must satisfy regular expression pattern: [0-9]+")
    found = answer.json()
    assert (answer.status_code, found["__type"]) == (400, "InvalidParameterException")
    count = f"{len(rules)} validation error{'s' if len(rules) > 1 else ''} detected: "
    assert found["message"].startswith(count)
    items = found["message"].removeprefix(count).split("; ")
    assert sorted(items) == sorted(
        f"Value '{code}' at 'userCode' failed to satisfy constraint: {rule}" for rule in rules
    )


def test_t27_the_service_compares_with_its_own_totp(optional):
    optional.add_user("ann")
    token = optional.tokens("ann")["AccessToken"]
    secret = optional.idp.associate_software_token(AccessToken=token)["SecretCode"]
    with refused(*MISMATCH):
        optional.idp.verify_software_token(AccessToken=token, UserCode=optional.wrong_code(secret))
    verified = optional.idp.verify_software_token(AccessToken=token, UserCode=optional.code(secret))
    assert verified["Status"] == "SUCCESS"


def test_t27_without_a_secret_no_code_matches(optional):
    """Inferred."""
    optional.add_user("ann")
    token = optional.tokens("ann")["AccessToken"]
    with refused(*MISMATCH):
        optional.idp.verify_software_token(AccessToken=token, UserCode="123456")


def test_t28_a_verified_factor_belongs_to_the_user(on):
    on.add_user("ann")
    setup = challenge_of(on.sign_in("ann"), "MFA_SETUP")
    associated = on.idp.associate_software_token(Session=setup["Session"])
    secret = associated["SecretCode"]
    on.idp.verify_software_token(Session=associated["Session"], UserCode=on.code(secret))
    on.server.advance("30s")
    challenge = challenge_of(on.sign_in("ann"), "SOFTWARE_TOKEN_MFA")
    tokens_of(on.answer(challenge, "ann", SOFTWARE_TOKEN_MFA_CODE=on.code(secret)))


def test_t29_a_failed_verify_can_be_repeated_with_the_same_access_token(optional):
    optional.add_user("ann")
    token = optional.tokens("ann")["AccessToken"]
    secret = optional.idp.associate_software_token(AccessToken=token)["SecretCode"]
    for _ in range(2):
        with refused(*MISMATCH):
            optional.idp.verify_software_token(AccessToken=token, UserCode=optional.wrong_code(secret))
    verified = optional.idp.verify_software_token(AccessToken=token, UserCode=optional.code(secret))
    assert verified["Status"] == "SUCCESS"


def test_t29_a_failed_verify_can_be_repeated_with_the_same_session(on):
    on.add_user("ann")
    setup = on.sign_in("ann")
    associated = on.idp.associate_software_token(Session=setup["Session"])
    secret, session = associated["SecretCode"], associated["Session"]
    for _ in range(2):
        with refused(*MISMATCH):
            on.idp.verify_software_token(Session=session, UserCode=on.wrong_code(secret))
    verified = on.idp.verify_software_token(Session=session, UserCode=on.code(secret))
    assert verified["Status"] == "SUCCESS"
    tokens_of(on.answer(setup | {"Session": verified["Session"]}, "ann"))


STEPS = [(-2, False), (-1, True), (0, True), (1, True), (2, False)]


@pytest.mark.parametrize(("step", "accepted"), STEPS)
@pytest.mark.parametrize("into", ["0s", "29s"], ids=["step_begins", "step_ends"])
def test_t30_verify_accepts_codes_of_30_seconds_before_and_after(optional, step, accepted, into):
    optional.server.advance(into)
    optional.add_user("ann")
    token = optional.tokens("ann")["AccessToken"]
    secret = optional.idp.associate_software_token(AccessToken=token)["SecretCode"]
    code = optional.code(secret, step)
    if accepted:
        verified = optional.idp.verify_software_token(AccessToken=token, UserCode=code)
        assert verified["Status"] == "SUCCESS"
    else:
        with refused(*MISMATCH):
            optional.idp.verify_software_token(AccessToken=token, UserCode=code)


@pytest.mark.parametrize(("step", "accepted"), STEPS)
def test_t30_sign_in_accepts_codes_of_30_seconds_before_and_after(optional, step, accepted):
    secret = user_with_totp(optional)
    optional.server.advance("10m")
    challenge = challenge_of(optional.sign_in("ann"), "SOFTWARE_TOKEN_MFA")
    code = optional.code(secret, step)
    if accepted:
        tokens_of(optional.answer(challenge, "ann", SOFTWARE_TOKEN_MFA_CODE=code))
    else:
        with refused(*WRONG):
            optional.answer(challenge, "ann", SOFTWARE_TOKEN_MFA_CODE=code)


def test_t30_an_unused_code_of_an_earlier_step_still_works_after_a_later_one(optional):
    """Inferred: what is remembered is the used step, not the highest one."""
    secret = user_with_totp(optional)
    optional.server.advance("10m")
    for step in (1, -1, 0):
        challenge = challenge_of(optional.sign_in("ann"), "SOFTWARE_TOKEN_MFA")
        code = optional.code(secret, step)
        tokens_of(optional.answer(challenge, "ann", SOFTWARE_TOKEN_MFA_CODE=code))
    for step in (1, -1, 0):
        challenge = challenge_of(optional.sign_in("ann"), "SOFTWARE_TOKEN_MFA")
        code = optional.code(secret, step)
        with refused(*USED):
            optional.answer(challenge, "ann", SOFTWARE_TOKEN_MFA_CODE=code)


def test_t31_sign_in_names_the_user_and_the_device_in_the_challenge(optional):
    optional.add_user("ann")
    token = optional.tokens("ann")["AccessToken"]
    secret = optional.idp.associate_software_token(AccessToken=token)["SecretCode"]
    optional.idp.verify_software_token(
        AccessToken=token, UserCode=optional.code(secret), FriendlyDeviceName="Ann's phone"
    )
    prefer(optional, token, Enabled=True, PreferredMfa=True)
    challenge = challenge_of(optional.sign_in("ann"), "SOFTWARE_TOKEN_MFA")
    assert challenge["ChallengeParameters"]["USER_ID_FOR_SRP"] == "ann"
    assert challenge["ChallengeParameters"]["FRIENDLY_DEVICE_NAME"] == "Ann's phone"


def test_t32_every_sign_in_has_its_own_challenge_and_a_code_counts_once(optional):
    secret = user_with_totp(optional)
    first = challenge_of(optional.sign_in("ann"), "SOFTWARE_TOKEN_MFA")
    second = challenge_of(optional.sign_in("ann"), "SOFTWARE_TOKEN_MFA")
    assert first["Session"] != second["Session"]
    code = optional.code(secret)
    tokens_of(optional.answer(first, "ann", SOFTWARE_TOKEN_MFA_CODE=code))
    with refused(*USED):
        optional.answer(second, "ann", SOFTWARE_TOKEN_MFA_CODE=code)
    optional.server.advance("30s")
    tokens_of(optional.answer(second, "ann", SOFTWARE_TOKEN_MFA_CODE=optional.code(secret)))


def test_t32_the_code_spent_in_verify_is_spent_for_sign_in(optional):
    optional.add_user("ann")
    token = optional.tokens("ann")["AccessToken"]
    secret = optional.register_totp(token)
    challenge = challenge_of(optional.sign_in("ann"), "SOFTWARE_TOKEN_MFA")
    with refused(*USED):
        optional.answer(challenge, "ann", SOFTWARE_TOKEN_MFA_CODE=optional.code(secret))


def test_t32_a_code_counts_once_among_answers_at_the_same_time(optional):
    secret = user_with_totp(optional)
    code = optional.code(secret)
    challenges = [optional.sign_in("ann") for _ in range(8)]
    outcomes = at_once([lambda c=c: optional.answer(c, "ann", SOFTWARE_TOKEN_MFA_CODE=code) for c in challenges])
    assert outcomes == ["done"] + [USED] * 7


def test_t34_a_wrong_totp_is_refused_and_the_session_stays_open(optional):
    """That the session stays open is inferred from the other codes."""
    secret = user_with_totp(optional)
    challenge = challenge_of(optional.sign_in("ann"), "SOFTWARE_TOKEN_MFA")
    for _ in range(2):
        with refused(*WRONG):
            optional.answer(challenge, "ann", SOFTWARE_TOKEN_MFA_CODE=optional.wrong_code(secret))
    tokens_of(optional.answer(challenge, "ann", SOFTWARE_TOKEN_MFA_CODE=optional.code(secret)))


def test_t35_t36_preference_removes_the_totp_for_one_user(optional):
    secret = user_with_totp(optional)
    other = user_with_totp(optional, "bea")
    challenge = challenge_of(optional.sign_in("ann"), "SOFTWARE_TOKEN_MFA")
    reply = optional.answer(challenge, "ann", SOFTWARE_TOKEN_MFA_CODE=optional.code(secret))
    token = tokens_of(reply)["AccessToken"]
    prefer(optional, token, Enabled=False, PreferredMfa=False)
    assert mfa_of(optional, token) == (None, None)
    tokens_of(optional.sign_in("ann"))
    challenge = challenge_of(optional.sign_in("bea"), "SOFTWARE_TOKEN_MFA")
    tokens_of(optional.answer(challenge, "bea", SOFTWARE_TOKEN_MFA_CODE=optional.code(other)))


def test_t35_a_removed_totp_can_be_enabled_again(optional):
    """Inferred: the verified token is kept."""
    secret = user_with_totp(optional)
    challenge = optional.sign_in("ann")
    reply = optional.answer(challenge, "ann", SOFTWARE_TOKEN_MFA_CODE=optional.code(secret))
    token = tokens_of(reply)["AccessToken"]
    prefer(optional, token, Enabled=False, PreferredMfa=False)
    prefer(optional, token, Enabled=True, PreferredMfa=True)
    optional.server.advance("30s")
    challenge = challenge_of(optional.sign_in("ann"), "SOFTWARE_TOKEN_MFA")
    tokens_of(optional.answer(challenge, "ann", SOFTWARE_TOKEN_MFA_CODE=optional.code(secret)))


def test_t36_in_a_pool_that_requires_mfa_the_totp_is_still_asked_for(on):
    """Live pools accept the preference; the verified token alone is enough to be asked."""
    on.add_user("ann")
    secret, done = on.set_up_totp(on.sign_in("ann"), "ann")
    token = tokens_of(done)["AccessToken"]
    prefer(on, token, Enabled=False, PreferredMfa=False)
    assert mfa_of(on, token) == (None, None)
    on.server.advance("30s")
    challenge = challenge_of(on.sign_in("ann"), "SOFTWARE_TOKEN_MFA")
    tokens_of(on.answer(challenge, "ann", SOFTWARE_TOKEN_MFA_CODE=on.code(secret)))


def test_t37_sha_256_codes_do_not_match(optional):
    optional.add_user("ann")
    token = optional.tokens("ann")["AccessToken"]
    secret = optional.idp.associate_software_token(AccessToken=token)["SecretCode"]
    with refused(*MISMATCH):
        optional.idp.verify_software_token(AccessToken=token, UserCode=optional.code(secret, digest=hashlib.sha256))


def test_t38_admin_delete_software_token_in_an_optional_pool_leaves_the_password(optional):
    user_with_totp(optional)
    other = user_with_totp(optional, "bea")
    deleted = optional.idp.admin_delete_software_token(UserPoolId=optional.pool_id, Username="ann")
    assert without_metadata(deleted) == {}
    token = tokens_of(optional.sign_in("ann"))["AccessToken"]
    assert mfa_of(optional, token) == (None, None)
    with refused(*NO_DELIVERY):
        prefer(optional, token, Enabled=True)
    challenge = challenge_of(optional.sign_in("bea"), "SOFTWARE_TOKEN_MFA")
    tokens_of(optional.answer(challenge, "bea", SOFTWARE_TOKEN_MFA_CODE=optional.code(other)))


def test_t38_admin_delete_software_token_in_a_required_pool_brings_mfa_setup_back(on):
    on.add_user("ann")
    on.set_up_totp(on.sign_in("ann"), "ann")
    on.idp.admin_delete_software_token(UserPoolId=on.pool_id, Username="ann")
    challenge = challenge_of(on.sign_in("ann"), "MFA_SETUP")
    on.server.advance("30s")
    _, done = on.set_up_totp(challenge, "ann")
    tokens_of(done)


def test_t38_admin_delete_software_token_of_nobody(on):
    with refused("UserNotFoundException", "User does not exist."):
        on.idp.admin_delete_software_token(UserPoolId=on.pool_id, Username="nobody")
