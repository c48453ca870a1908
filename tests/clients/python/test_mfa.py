"""Which MFA challenge follows the password, and codes by SMS and e-mail.

The rows are instances seen on live pools (developer guide, "Details of MFA logic at user runtime").
"""

import pytest

from cognito import challenge_of, parameter, refused, tokens_of

EXPIRED = ("NotAuthorizedException", "Invalid session for the user, session is expired.")
USED = ("NotAuthorizedException", "Invalid session for the user, session can only be used once.")
WRONG = ("CodeMismatchException", "Invalid code or auth state for the user.")
OWN_SENDER = {
    "EmailSendingAccount": "DEVELOPER",
    "SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/no-reply@example.com",
}
BY_PHONE = {"RecoveryMechanisms": [{"Name": "verified_phone_number", "Priority": 1}]}
PHONE = {"phone_number": "+15555550839"}
EMAIL = {"email": "ann@example.com"}


def email_pool(make_pool, mode, recovery=None, **factors):
    settings = {"AccountRecoverySetting": recovery} if recovery else {}
    pool = make_pool(EmailConfiguration=OWN_SENDER, **settings)
    pool.set_mfa(mode, email=True, **factors)
    return pool


@pytest.fixture
def sms_pool(make_frozen_pool):
    pool = make_frozen_pool()
    pool.set_mfa("OPTIONAL", sms=True)
    pool.add_user("ann", phone_number="+15555550839")
    token = pool.tokens("ann")["AccessToken"]
    pool.idp.set_user_mfa_preference(AccessToken=token, SMSMfaSettings={"Enabled": True})
    return pool


def test_sms_mfa_sends_a_code_and_says_where(sms_pool):
    challenge = challenge_of(sms_pool.sign_in("ann"), "SMS_MFA")
    parameters = challenge["ChallengeParameters"]
    assert parameters["CODE_DELIVERY_DELIVERY_MEDIUM"] == "SMS"
    assert parameters["CODE_DELIVERY_DESTINATION"] == "+*******0839"
    assert parameters["USER_ID_FOR_SRP"] == "ann"
    message = sms_pool.last_message("ann")
    assert message["destination"] == "+15555550839"
    assert message["body"] == f"Your authentication code is {message['code']}."
    wrong = "000000" if message["code"] != "000000" else "111111"
    for _ in range(2):
        with refused("CodeMismatchException", "Invalid code or auth state for the user."):
            sms_pool.answer(challenge, "ann", SMS_MFA_CODE=wrong)
    tokens_of(sms_pool.answer(challenge, "ann", SMS_MFA_CODE=message["code"]))
    assert {"Name": "phone_number_verified", "Value": "true"} in sms_pool.get_user("ann")["UserAttributes"]
    with refused(*USED):
        sms_pool.answer(challenge, "ann", SMS_MFA_CODE=message["code"])


def test_an_sms_code_expires_with_its_session(sms_pool):
    challenge = challenge_of(sms_pool.sign_in("ann"), "SMS_MFA")
    code = sms_pool.last_message("ann")["code"]
    sms_pool.server.advance("181s")
    with refused(*EXPIRED):
        sms_pool.answer(challenge, "ann", SMS_MFA_CODE=code)


def test_a_user_with_two_factors_and_no_preference_chooses(sms_pool):
    challenge = challenge_of(sms_pool.sign_in("ann"), "SMS_MFA")
    code = sms_pool.last_message("ann")["code"]
    token = tokens_of(sms_pool.answer(challenge, "ann", SMS_MFA_CODE=code))["AccessToken"]
    secret = sms_pool.register_totp(token, preferred=False)
    sms_pool.server.advance("30s")
    choice = challenge_of(sms_pool.sign_in("ann"), "SELECT_MFA_TYPE")
    assert sorted(parameter(choice, "MFAS_CAN_CHOOSE")) == ["SMS_MFA", "SOFTWARE_TOKEN_MFA"]
    challenge = challenge_of(sms_pool.answer(choice, "ann", ANSWER="SOFTWARE_TOKEN_MFA"), "SOFTWARE_TOKEN_MFA")
    assert challenge["Session"] != choice["Session"]
    tokens_of(sms_pool.answer(challenge, "ann", SOFTWARE_TOKEN_MFA_CODE=sms_pool.code(secret)))
    choice = challenge_of(sms_pool.sign_in("ann"), "SELECT_MFA_TYPE")
    challenge = challenge_of(sms_pool.answer(choice, "ann", ANSWER="SMS_MFA"), "SMS_MFA")
    code = sms_pool.last_message("ann")["code"]
    tokens_of(sms_pool.answer(challenge, "ann", SMS_MFA_CODE=code))


def test_a_preference_needs_the_phone_number(make_frozen_pool):
    """The SMS variant of the text is inferred."""
    pool = make_frozen_pool()
    pool.set_mfa("OPTIONAL", sms=True)
    pool.add_user("ann")
    with refused("InvalidParameterException", "User does not have delivery config set to turn on SMS_MFA"):
        pool.idp.set_user_mfa_preference(
            AccessToken=pool.tokens("ann")["AccessToken"], SMSMfaSettings={"Enabled": True}
        )


def test_a_token_that_is_deleted_after_the_password_is_missing(make_frozen_pool):
    """The type is documented, the text inferred."""
    pool = make_frozen_pool(mfa="OPTIONAL")
    pool.add_user("ann")
    secret = pool.register_totp(pool.tokens("ann")["AccessToken"])
    pool.server.advance("30s")
    challenge = challenge_of(pool.sign_in("ann"), "SOFTWARE_TOKEN_MFA")
    pool.idp.admin_delete_software_token(UserPoolId=pool.pool_id, Username="ann")
    with refused("SoftwareTokenMFANotFoundException", "Software token MFA not found for the user."):
        pool.answer(challenge, "ann", SOFTWARE_TOKEN_MFA_CODE=pool.code(secret))


def test_required_mfa_without_a_factor_that_the_user_could_have(make_frozen_pool):
    """The text is inferred: the phone recovers the account, and nothing else is enabled. The type is documented, but
    for InitiateAuth, which does not declare it; that one's is inferred."""
    pool = make_frozen_pool(AccountRecoverySetting=BY_PHONE)
    pool.set_mfa("ON", totp=False, sms=True)
    pool.add_user("ann", **PHONE)
    text = "No MFA mechanism registered in the account."
    with refused("InvalidUserPoolConfigurationException", text):
        pool.sign_in("ann")
    for sign_in in (pool.admin_sign_in, pool.srp_sign_in):
        with refused("MFAMethodNotFoundException", text):
            sign_in("ann")


# Required MFA, by what the pool enables and the user has ------------------------------------------

REQUIRED = [
    # factors of the pool, attributes of the user, has a TOTP, the challenge
    ({"totp": True}, {}, False, "MFA_SETUP"),
    ({"totp": True}, PHONE | EMAIL, False, "MFA_SETUP"),
    ({"totp": True}, {}, True, "SOFTWARE_TOKEN_MFA"),
    ({"totp": True, "sms": True}, {}, False, "MFA_SETUP"),
    ({"totp": True, "sms": True}, PHONE, False, "SMS_MFA"),
    ({"totp": True, "sms": True}, PHONE, True, "SELECT_MFA_TYPE"),
    ({"totp": True, "email": True}, EMAIL, False, "EMAIL_OTP"),
    ({"totp": False, "sms": True}, PHONE, False, "SMS_MFA"),
    ({"totp": True, "sms": True, "email": True}, {}, False, "MFA_SETUP"),
]


@pytest.mark.parametrize(("factors", "values", "has_totp", "expected"), REQUIRED)
def test_required_mfa_by_what_the_user_has(make_frozen_pool, factors, values, has_totp, expected):
    settings = {"EmailConfiguration": OWN_SENDER, "AccountRecoverySetting": BY_PHONE}
    pool = make_frozen_pool(**(settings if "email" in factors else {}))
    pool.add_user("ann", **values)
    if has_totp:
        pool.set_mfa("OPTIONAL")
        token = pool.tokens("ann")["AccessToken"]
        pool.register_totp(token, preferred=False)
        pool.idp.set_user_mfa_preference(AccessToken=token, SoftwareTokenMfaSettings={"Enabled": False})
    pool.set_mfa("ON", **factors)
    challenge = challenge_of(pool.sign_in("ann"), expected)
    if expected == "MFA_SETUP":
        offered = set(parameter(challenge, "MFAS_CAN_SETUP"))
        assert ("SOFTWARE_TOKEN_MFA" in offered) == factors["totp"]
        assert ("SMS_MFA" in offered) <= factors.get("sms", False)
        assert ("EMAIL_OTP" in offered) == factors.get("email", False)
    if expected == "SELECT_MFA_TYPE":
        assert sorted(parameter(challenge, "MFAS_CAN_CHOOSE")) == ["SMS_MFA", "SOFTWARE_TOKEN_MFA"]
    for sign_in in (pool.srp_sign_in, pool.admin_sign_in):
        challenge_of(sign_in("ann"), expected)


def test_required_sms_and_email_mfa_let_the_user_choose(make_frozen_pool):
    """Recovery by either address, the default of a new pool, takes neither of them away."""
    pool = email_pool(make_frozen_pool, "ON", totp=False, sms=True)
    pool.add_user("ann", **PHONE, **EMAIL)
    choice = challenge_of(pool.sign_in("ann"), "SELECT_MFA_TYPE")
    assert sorted(parameter(choice, "MFAS_CAN_CHOOSE")) == ["EMAIL_OTP", "SMS_MFA"]
    challenge = challenge_of(pool.answer(choice, "ann", ANSWER="EMAIL_OTP"), "EMAIL_OTP")
    code = pool.last_message("ann")["code"]
    tokens_of(pool.answer(challenge, "ann", EMAIL_OTP_CODE=code))


def test_sms_cannot_be_set_up_in_the_challenge(make_pool):
    pool = make_pool()
    pool.set_mfa("ON", totp=False, sms=True)
    pool.add_user("ann")
    challenge = challenge_of(pool.sign_in("ann"), "MFA_SETUP")
    assert parameter(challenge, "MFAS_CAN_SETUP") == ["SMS_MFA"]


# E-mail -------------------------------------------------------------------------------------------


def test_email_mfa_sends_a_code_of_six_digits(make_frozen_pool):
    """The texts of the message are inferred."""
    pool = email_pool(make_frozen_pool, "OPTIONAL", BY_PHONE)
    pool.add_user("ann", **EMAIL)
    token = pool.tokens("ann")["AccessToken"]
    pool.idp.set_user_mfa_preference(AccessToken=token, EmailMfaSettings={"Enabled": True})
    assert pool.get_user("ann")["UserMFASettingList"] == ["EMAIL_OTP"]
    challenge = challenge_of(pool.sign_in("ann"), "EMAIL_OTP")
    parameters = challenge["ChallengeParameters"]
    assert parameters["CODE_DELIVERY_DELIVERY_MEDIUM"] == "EMAIL"
    assert parameters["CODE_DELIVERY_DESTINATION"] == "a***@e***"
    message = pool.last_message("ann")
    assert len(message["code"]) == 6
    assert message["body"] == f"Your authentication code is {message['code']}."
    with refused(*WRONG):
        pool.answer(challenge, "ann", EMAIL_OTP_CODE="000000" if message["code"] != "000000" else "111111")
    tokens_of(pool.answer(challenge, "ann", EMAIL_OTP_CODE=message["code"]))
    assert {"Name": "email_verified", "Value": "true"} in pool.get_user("ann")["UserAttributes"]


def test_email_mfa_uses_the_pools_own_text(make_frozen_pool):
    pool = make_frozen_pool(EmailConfiguration=OWN_SENDER, AccountRecoverySetting=BY_PHONE)
    pool.idp.set_user_pool_mfa_config(
        UserPoolId=pool.pool_id,
        MfaConfiguration="ON",
        EmailMfaConfiguration={"Message": "Code: {####}", "Subject": "Sign-in"},
    )
    pool.add_user("ann", **EMAIL)
    challenge_of(pool.sign_in("ann"), "EMAIL_OTP")
    message = pool.last_message("ann")
    assert (message["subject"], message["body"]) == ("Sign-in", f"Code: {message['code']}")


def test_email_is_set_up_in_the_challenge(make_frozen_pool):
    pool = email_pool(make_frozen_pool, "ON", BY_PHONE)
    pool.add_user("ann")
    setup = challenge_of(pool.sign_in("ann"), "MFA_SETUP")
    challenge = challenge_of(pool.answer(setup, "ann", EMAIL="new@example.com"), "EMAIL_OTP")
    message = pool.last_message("ann")
    assert message["destination"] == "new@example.com"
    tokens_of(pool.answer(challenge, "ann", EMAIL_OTP_CODE=message["code"]))
    read = {entry["Name"]: entry["Value"] for entry in pool.get_user("ann")["UserAttributes"]}
    assert (read["email"], read["email_verified"]) == ("new@example.com", "true")


def test_new_password_comes_before_mfa(make_frozen_pool):
    pool = make_frozen_pool()
    pool.set_mfa("ON", sms=True)
    pool.add_user("ann", temporary=True, **PHONE)
    challenge = challenge_of(pool.sign_in("ann"), "NEW_PASSWORD_REQUIRED")
    challenge_of(pool.answer(challenge, "ann", NEW_PASSWORD="Poolhouse-2"), "SMS_MFA")


def test_mfa_that_is_off_never_prompts(make_frozen_pool):
    """Inferred for a user who has a TOTP."""
    pool = make_frozen_pool(mfa="OPTIONAL")
    pool.add_user("ann")
    pool.register_totp(pool.tokens("ann")["AccessToken"])
    pool.idp.set_user_pool_mfa_config(UserPoolId=pool.pool_id, MfaConfiguration="OFF")
    tokens_of(pool.sign_in("ann"))


# Set-up, through the challenge and beside it ------------------------------------------------------


def attributes_of(pool, username="ann"):
    return {entry["Name"]: entry["Value"] for entry in pool.get_user(username)["UserAttributes"]}


def test_sms_is_set_up_by_the_number_and_a_new_sign_in(make_frozen_pool):
    """Documented: the app adds phone_number and begins again."""
    pool = make_frozen_pool()
    pool.set_mfa("ON", totp=False, sms=True)
    pool.add_user("ann")
    for _ in range(2):
        setup = challenge_of(pool.sign_in("ann"), "MFA_SETUP")
        assert parameter(setup, "MFAS_CAN_SETUP") == ["SMS_MFA"]
    # Type and text are inferred.
    with refused("InvalidParameterException", "Invalid MFA type EMAIL_OTP selected."):
        pool.answer(setup, "ann", EMAIL="ann@example.com")
    with refused("SoftwareTokenMFANotFoundException"):
        pool.idp.associate_software_token(Session=setup["Session"])
    pool.idp.admin_update_user_attributes(
        UserPoolId=pool.pool_id, Username="ann", UserAttributes=[{"Name": "phone_number", "Value": "+15555550839"}]
    )
    challenge = challenge_of(pool.sign_in("ann"), "SMS_MFA")
    tokens_of(pool.answer(challenge, "ann", SMS_MFA_CODE=pool.last_message("ann")["code"]))
    assert attributes_of(pool)["phone_number_verified"] == "true"
    challenge_of(pool.sign_in("ann"), "SMS_MFA")


@pytest.mark.parametrize("key", ["EMAIL", "email"])  # as clients send it (observed), as the guide prints it
def test_email_is_set_up_beside_a_token_as_the_app_decides(make_frozen_pool, key):
    pool = email_pool(make_frozen_pool, "ON", BY_PHONE)
    pool.add_user("ann")
    setup = challenge_of(pool.sign_in("ann"), "MFA_SETUP")
    assert sorted(parameter(setup, "MFAS_CAN_SETUP")) == ["EMAIL_OTP", "SOFTWARE_TOKEN_MFA"]
    with refused("NotAuthorizedException", "Invalid session for the user."):  # inferred: as if there was none
        pool.answer(setup, "ann", **{key: ""})
    for address in ("nobody", "a@", "@example.com"):
        with refused("InvalidParameterException"):
            pool.answer(setup, "ann", **{key: address})
    assert "email" not in attributes_of(pool)
    challenge = challenge_of(pool.answer(setup, "ann", **{key: "ann@example.com"}), "EMAIL_OTP")
    assert challenge["ChallengeParameters"]["CODE_DELIVERY_DESTINATION"] == "a***@e***"
    with refused(*USED):
        pool.answer(setup, "ann", **{key: "other@example.com"})
    code = pool.last_message("ann")["code"]
    with refused(*WRONG):
        pool.answer(challenge, "ann", EMAIL_OTP_CODE="000000" if code != "000000" else "111111")
    assert attributes_of(pool).get("email_verified") != "true"
    tokens_of(pool.answer(challenge, "ann", EMAIL_OTP_CODE=code))
    assert attributes_of(pool)["email_verified"] == "true"
    challenge_of(pool.sign_in("ann"), "EMAIL_OTP")
    # Who leaves it half done has the address, and is asked for its code.
    pool.add_user("bob")
    setup = challenge_of(pool.sign_in("bob"), "MFA_SETUP")
    challenge_of(pool.answer(setup, "bob", **{key: "bob@example.com"}), "EMAIL_OTP")
    challenge_of(pool.sign_in("bob"), "EMAIL_OTP")


def test_the_only_address_recovers_the_password_whichever_it_is(make_frozen_pool):
    """Rule 7: an error, though a token could be set up; it goes away with the other address, or a token."""
    pool = make_frozen_pool(AccountRecoverySetting=BY_PHONE)
    pool.set_mfa("ON", sms=True)
    pool.add_user("ann", **PHONE)
    with refused("InvalidUserPoolConfigurationException", "No MFA mechanism registered in the account."):
        pool.sign_in("ann")
    pool.idp.admin_update_user_attributes(
        UserPoolId=pool.pool_id, Username="ann", UserAttributes=[{"Name": "email", "Value": "ann@example.com"}]
    )
    setup = challenge_of(pool.sign_in("ann"), "MFA_SETUP")
    assert parameter(setup, "MFAS_CAN_SETUP") == ["SOFTWARE_TOKEN_MFA"]
    _, done = pool.set_up_totp(setup, "ann")
    tokens_of(done)
    pool.server.advance("30s")
    challenge_of(pool.sign_in("ann"), "SOFTWARE_TOKEN_MFA")


def test_a_choice_of_three_leads_to_each(make_frozen_pool):
    pool = email_pool(make_frozen_pool, "ON", sms=True)
    pool.add_user("ann", **PHONE, **EMAIL)
    pool.set_mfa("OPTIONAL", sms=True, email=True)
    secret = pool.register_totp(pool.tokens("ann")["AccessToken"], preferred=False)
    pool.set_mfa("ON", sms=True, email=True)
    for factor, key in [
        ("SMS_MFA", "SMS_MFA_CODE"),
        ("SOFTWARE_TOKEN_MFA", "SOFTWARE_TOKEN_MFA_CODE"),
        ("EMAIL_OTP", "EMAIL_OTP_CODE"),
    ]:
        pool.server.advance("30s")
        choice = challenge_of(pool.sign_in("ann"), "SELECT_MFA_TYPE")
        assert sorted(parameter(choice, "MFAS_CAN_CHOOSE")) == ["EMAIL_OTP", "SMS_MFA", "SOFTWARE_TOKEN_MFA"]
        with refused("InvalidParameterException", "Invalid MFA type WEB_AUTHN selected."):  # inferred
            pool.answer(choice, "ann", ANSWER="WEB_AUTHN")
        challenge = challenge_of(pool.answer(choice, "ann", ANSWER=factor), factor)
        right = pool.code(secret) if factor == "SOFTWARE_TOKEN_MFA" else pool.last_message("ann")["code"]
        tokens_of(pool.answer(challenge, "ann", **{key: right}))
