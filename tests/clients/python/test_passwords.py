"""Password policy, sign-up and confirmation, forgotten and changed passwords, attribute verification."""

import re

import pytest

from cognito import PASSWORD, SMS, as_map, at_once, challenge_of, refused, tokens_of, without_metadata

WRONG_CODE = ("CodeMismatchException", "Invalid verification code provided, please try again.")
NO_CODE = ("ExpiredCodeException", "Invalid code provided, please request a code again.")
NO_CONTACT = (
    "InvalidParameterException",
    "Cannot reset password for the user as there is no registered/verified email or phone_number",
)
CREATING = "Password did not conform with policy: "
CHANGING = "Password does not conform to policy: "
ADDRESS = {"Destination": "a***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email"}

# The order of the rules where several fail is inferred: length, upper, lower, numeric, symbol.
POLICY = [
    ("Aa1!aaa", "Password not long enough"),
    ("aa1!aaaa", "Password must have uppercase characters"),
    ("AA1!AAAA", "Password must have lowercase characters"),
    ("Aa!!aaaa", "Password must have numeric characters"),
    ("Aa1aaaaa", "Password must have symbol characters"),
    ("ab", "Password not long enough"),
    ("aaaaaaaa", "Password must have uppercase characters"),
]
BROKEN = pytest.mark.parametrize(("password", "rule"), POLICY)


@pytest.fixture
def pool(make_pool):
    return make_pool(AutoVerifiedAttributes=["email"])


def wrong(code):
    return "000000" if code != "000000" else "111111"


# Policy -------------------------------------------------------------------------------------------


@BROKEN
def test_sign_up_did_not_conform_with_policy(pool, password, rule):
    with refused("InvalidPasswordException", CREATING + rule):
        pool.sign_up("ann", password)


@BROKEN
def test_admin_create_user_did_not_conform_with_policy(pool, password, rule):
    with refused("InvalidPasswordException", CREATING + rule):
        pool.add_user("ann", password, temporary=True)


@BROKEN
def test_new_password_required_does_not_conform_to_policy(pool, password, rule):
    pool.add_user("ann", temporary=True)
    challenge = challenge_of(pool.sign_in("ann"), "NEW_PASSWORD_REQUIRED")
    with refused("InvalidPasswordException", CHANGING + rule):
        pool.answer(challenge, "ann", NEW_PASSWORD=password)
    tokens_of(pool.answer(challenge, "ann", NEW_PASSWORD="Poolhouse-2"))


@BROKEN
def test_confirm_forgot_password_does_not_conform_to_policy(pool, password, rule):
    """That the code is looked at first, and survives, is inferred."""
    pool.add_user("ann", email="ann@example.com", email_verified="true")
    pool.idp.forgot_password(ClientId=pool.id, Username="ann")
    code = pool.last_message("ann")["code"]
    reset = {"ClientId": pool.id, "Username": "ann", "ConfirmationCode": code}
    with refused("InvalidPasswordException", CHANGING + rule):
        pool.idp.confirm_forgot_password(**reset, Password=password)
    pool.idp.confirm_forgot_password(**reset, Password="Poolhouse-2")


@BROKEN
def test_change_and_admin_set_password_do_not_conform_to_policy(pool, password, rule):
    """The prefix of these two is inferred."""
    pool.add_user("ann")
    token = pool.tokens("ann")["AccessToken"]
    with refused("InvalidPasswordException", CHANGING + rule):
        pool.idp.change_password(AccessToken=token, PreviousPassword=PASSWORD, ProposedPassword=password)
    with refused("InvalidPasswordException", CHANGING + rule):
        pool.idp.admin_set_user_password(UserPoolId=pool.pool_id, Username="ann", Password=password, Permanent=True)
    tokens_of(pool.sign_in("ann"))


@pytest.mark.parametrize("symbol", list("^$*.[]{}()?\"!@#%&/\\,><':;|_~`+=-"))
def test_every_documented_symbol_counts(pool, symbol):
    pool.sign_up("ann", f"Poolhouse{symbol}1")


@pytest.mark.parametrize("symbol", ["§", "ä", "€"])
def test_other_characters_are_no_symbols(pool, symbol):
    with refused("InvalidPasswordException", CREATING + "Password must have symbol characters"):
        pool.sign_up("ann", f"Poolhouse{symbol}1")


def test_an_inner_space_is_a_symbol_and_an_outer_one_is_refused(pool):
    pool.sign_up("ann", "Poolhouse 1")
    for password in (" Poolhouse-1", "Poolhouse-1 "):
        with refused(
            "InvalidParameterException",
            "1 validation error detected: Value at 'password' failed to satisfy constraint: "
            r"Member must satisfy regular expression pattern: ^[\S]+.*[\S]+$",
        ):
            pool.sign_up("bea", password)


def test_a_pool_may_ask_for_less(make_pool):
    policy = {
        "MinimumLength": 6,
        "RequireUppercase": False,
        "RequireLowercase": False,
        "RequireNumbers": False,
        "RequireSymbols": False,
    }
    pool = make_pool(Policies={"PasswordPolicy": policy})
    with refused("InvalidPasswordException", CREATING + "Password not long enough"):
        pool.sign_up("ann", "aaaaa")
    pool.sign_up("ann", "aaaaaa")


def test_a_pool_may_forbid_the_passwords_of_before(make_pool):
    """The text is from one source; whether the present password counts among the two is not tested."""
    pool = make_pool(Policies={"PasswordPolicy": {"MinimumLength": 8, "PasswordHistorySize": 2}})
    pool.sign_up("ann")
    pool.idp.admin_confirm_sign_up(UserPoolId=pool.pool_id, Username="ann")
    token = pool.tokens("ann")["AccessToken"]
    history = ("PasswordHistoryPolicyViolationException", "Password has previously been used")
    passwords = [PASSWORD, "Poolhouse-2", "Poolhouse-3", "Poolhouse-4"]

    def change(previous, proposed):
        pool.idp.change_password(AccessToken=token, PreviousPassword=previous, ProposedPassword=proposed)

    for previous, proposed in zip(passwords, passwords[1:], strict=False):
        with refused(*history):
            change(previous, previous)
        change(previous, proposed)
        with refused(*history):
            change(proposed, previous)
        with refused(*history):
            pool.idp.admin_set_user_password(UserPoolId=pool.pool_id, Username="ann", Password=previous, Permanent=True)
    change("Poolhouse-4", PASSWORD)


def test_changing_a_password_needs_the_previous_one(pool):
    pool.add_user("ann")
    token = pool.tokens("ann")["AccessToken"]
    with refused("NotAuthorizedException", "Incorrect username or password."):
        pool.idp.change_password(AccessToken=token, PreviousPassword="Poolhouse-9", ProposedPassword="Poolhouse-2")
    done = pool.idp.change_password(AccessToken=token, PreviousPassword=PASSWORD, ProposedPassword="Poolhouse-2")
    assert without_metadata(done) == {}
    for sign_in in (pool.sign_in, pool.srp_sign_in):
        tokens_of(sign_in("ann", "Poolhouse-2"))
        with refused("NotAuthorizedException", "Incorrect username or password."):
            sign_in("ann")


# Sign-up and confirmation -------------------------------------------------------------------------


def test_sign_up_says_where_the_code_went(pool):
    answer = without_metadata(pool.sign_up("ann", email="ann@example.com"))
    sub = answer.pop("UserSub")
    assert re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", sub)
    assert answer == {"UserConfirmed": False, "CodeDeliveryDetails": ADDRESS}
    assert pool.status("ann") == "UNCONFIRMED"
    assert as_map(pool.get_user("ann")["UserAttributes"]) == {
        "sub": sub,
        "email": "ann@example.com",
        "email_verified": "false",
    }


SILENT = [
    ("nothing is auto-verified", {}, {"email": "ann@example.com"}),
    ("another attribute is", {"AutoVerifiedAttributes": ["email"]}, {"name": "Ann"}),
    ("the attribute is not given", {"AutoVerifiedAttributes": ["email"]}, {}),
]


@pytest.mark.parametrize(("why", "settings", "given"), SILENT, ids=[row[0] for row in SILENT])
def test_sign_up_sends_nothing_where_there_is_nothing_to_verify(make_pool, why, settings, given):
    pool = make_pool(**settings)
    answer = without_metadata(pool.sign_up("ann", **given))
    assert set(answer) == {"UserConfirmed", "UserSub"}
    assert answer["UserConfirmed"] is False
    assert pool.sent("ann") == []


def test_sign_up_with_email_and_phone_sends_one_sms(make_pool):
    pool = make_pool(AutoVerifiedAttributes=["email", "phone_number"], SmsConfiguration=SMS)
    answer = pool.sign_up("ann", email="ann@example.com", phone_number="+15555550839")
    assert answer["CodeDeliveryDetails"] == {
        "Destination": "+*******0839",
        "DeliveryMedium": "SMS",
        "AttributeName": "phone_number",
    }
    sent = pool.sent("ann")
    assert [message["medium"].upper() for message in sent] == ["SMS"]
    pool.confirm("ann", sent[0]["code"])
    verified = as_map(pool.get_user("ann")["UserAttributes"])
    assert verified["phone_number_verified"] == "true"
    assert verified.get("email_verified", "false") == "false"


def test_confirming_verifies_the_attribute_that_got_the_code(pool):
    pool.sign_up("cora", email="cora@example.com")
    code = pool.last_message("cora")["code"]
    assert re.fullmatch("[0-9]{6}", code)
    with refused(*WRONG_CODE):
        pool.confirm("cora", wrong(code))
    assert pool.status("cora") == "UNCONFIRMED"
    pool.confirm("cora", code)
    assert pool.status("cora") == "CONFIRMED"
    assert as_map(pool.get_user("cora")["UserAttributes"])["email_verified"] == "true"
    with refused("NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED"):
        pool.confirm("cora", code)
    with refused("InvalidParameterException", "User is already confirmed."):
        pool.idp.resend_confirmation_code(ClientId=pool.id, Username="cora")


def test_the_administrators_confirmation_verifies_nothing(pool):
    pool.sign_up("ann", email="ann@example.com")
    done = pool.idp.admin_confirm_sign_up(UserPoolId=pool.pool_id, Username="ann")
    assert without_metadata(done) == {}
    assert pool.status("ann") == "CONFIRMED"
    assert as_map(pool.get_user("ann")["UserAttributes"])["email_verified"] == "false"
    with refused("NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED"):
        pool.idp.admin_confirm_sign_up(UserPoolId=pool.pool_id, Username="ann")  # text reported


def test_a_new_code_takes_the_place_of_the_old_one(pool):
    pool.sign_up("dora", email="dora@example.com")
    first = pool.last_message("dora")
    answer = pool.idp.resend_confirmation_code(ClientId=pool.id, Username="dora")
    assert answer["CodeDeliveryDetails"] == ADDRESS | {"Destination": "d***@e***"}
    second = pool.last_message("dora")
    assert second["subject"] == "Your verification code"
    if first["code"] != second["code"]:
        with refused(*NO_CODE):
            pool.confirm("dora", first["code"])
    pool.confirm("dora", second["code"])


def test_a_confirmation_code_lives_for_a_day(make_frozen_pool):
    pool = make_frozen_pool(AutoVerifiedAttributes=["email"])
    for name in ("ann", "bea"):
        pool.sign_up(name, email=f"{name}@example.com")
    pool.server.advance("23h")
    pool.confirm("ann", pool.last_message("ann")["code"])
    pool.server.advance("61m")
    with refused(*NO_CODE):
        pool.confirm("bea", pool.last_message("bea")["code"])


def test_a_pool_may_keep_sign_up_for_administrators(make_pool):
    """The text is reported."""
    pool = make_pool(AdminCreateUserConfig={"AllowAdminCreateUserOnly": True})
    with refused("NotAuthorizedException", "SignUp is not permitted for this user pool"):
        pool.sign_up("ann")


# Forgotten passwords ------------------------------------------------------------------------------


def test_a_forgotten_password_is_reset_by_code(pool):
    pool.add_user("edda", email="edda@example.com", email_verified="True")
    answer = pool.idp.forgot_password(ClientId=pool.id, Username="edda")
    assert without_metadata(answer) == {"CodeDeliveryDetails": ADDRESS | {"Destination": "e***@e***"}}
    assert pool.status("edda") == "CONFIRMED"
    message = pool.last_message("edda")
    assert message["body"] == f"Your password reset code is {message['code']}"
    reset = {"ClientId": pool.id, "Username": "edda", "Password": "Poolhouse-2"}
    with refused(*WRONG_CODE):
        pool.idp.confirm_forgot_password(**reset, ConfirmationCode=wrong(message["code"]))
    done = pool.idp.confirm_forgot_password(**reset, ConfirmationCode=message["code"])
    assert without_metadata(done) == {}
    tokens_of(pool.sign_in("edda", "Poolhouse-2"))
    with refused(*NO_CODE):
        pool.idp.confirm_forgot_password(**reset, ConfirmationCode=message["code"])


def test_a_reset_code_counts_once_among_calls_at_the_same_time(pool):
    pool.add_user("ann", email="ann@example.com", email_verified="true")
    pool.idp.forgot_password(ClientId=pool.id, Username="ann")
    reset = {"ClientId": pool.id, "Username": "ann", "ConfirmationCode": pool.last_message("ann")["code"]}
    calls = [lambda n=n: pool.idp.confirm_forgot_password(**reset, Password=f"Poolhouse-{n}") for n in range(8)]
    assert at_once(calls) == ["done"] + [NO_CODE] * 7


def test_an_unfinished_reset_can_be_started_again(pool):
    pool.add_user("ann", email="ann@example.com", email_verified="true")
    pool.idp.admin_reset_user_password(UserPoolId=pool.pool_id, Username="ann")
    assert pool.idp.forgot_password(ClientId=pool.id, Username="ann")["CodeDeliveryDetails"] == ADDRESS
    assert pool.status("ann") == "RESET_REQUIRED"
    code = pool.last_message("ann")["code"]
    pool.idp.confirm_forgot_password(ClientId=pool.id, Username="ann", ConfirmationCode=code, Password="Poolhouse-2")
    assert pool.status("ann") == "CONFIRMED"


def test_a_reset_code_lives_for_an_hour(make_frozen_pool):
    pool = make_frozen_pool()
    reset = {}
    for name in ("ann", "bea"):
        pool.add_user(name, email=f"{name}@example.com", email_verified="true")
        pool.idp.forgot_password(ClientId=pool.id, Username=name)
        code = pool.last_message(name)["code"]
        reset[name] = {"ClientId": pool.id, "Username": name, "Password": PASSWORD, "ConfirmationCode": code}
    pool.server.advance("59m")
    pool.idp.confirm_forgot_password(**reset["ann"])
    pool.server.advance("61s")
    with refused(*NO_CODE):
        pool.idp.confirm_forgot_password(**reset["bea"])


def test_nobody_asked_for_a_code(pool):
    pool.add_user("ann", email="ann@example.com", email_verified="true")
    with refused(*NO_CODE):
        pool.idp.confirm_forgot_password(ClientId=pool.id, Username="ann", Password=PASSWORD, ConfirmationCode="123456")


def no_contact(pool):
    pool.add_user("ann")


def unverified(pool):
    pool.add_user("ann", email="ann@example.com")


def unconfirmed(pool):
    pool.sign_up("ann", email="ann@example.com")


def temporary(pool):
    pool.add_user("ann", temporary=True, email="ann@example.com", email_verified="true")


def disabled(pool):
    pool.add_user("ann", email="ann@example.com", email_verified="true")
    pool.idp.admin_disable_user(UserPoolId=pool.pool_id, Username="ann")


NO_RESET = [
    (no_contact, *NO_CONTACT),
    (unverified, *NO_CONTACT),
    (unconfirmed, *NO_CONTACT),
    (temporary, "NotAuthorizedException", "User password cannot be reset in the current state."),
    (disabled, "NotAuthorizedException", "User is disabled."),
]


@pytest.mark.parametrize(("state", "error", "text"), NO_RESET)
def test_forgot_password_is_refused_by_state(pool, state, error, text):
    state(pool)
    with refused(error, text):
        pool.idp.forgot_password(ClientId=pool.id, Username="ann")


@pytest.mark.parametrize(("state", "error", "text"), [row for row in NO_RESET if row[0] is not unconfirmed])
def test_admin_reset_is_refused_by_state(pool, state, error, text):
    """The text for missing contacts is inferred here."""
    state(pool)
    with refused(error, text):
        pool.idp.admin_reset_user_password(UserPoolId=pool.pool_id, Username="ann")


def test_who_must_reset_the_password_cannot_use_an_access_token(pool):
    pool.add_user("ann", email="ann@example.com", email_verified="true")
    access = pool.tokens("ann")["AccessToken"]
    ann = {"UserPoolId": pool.pool_id, "Username": "ann"}
    pool.idp.admin_reset_user_password(**ann)
    for call, request in [
        (pool.idp.get_user, {}),
        (pool.idp.get_user_auth_factors, {}),
        (pool.idp.verify_software_token, {"UserCode": "123456"}),
        (pool.idp.change_password, {"PreviousPassword": PASSWORD, "ProposedPassword": "Poolhouse-2"}),
        (pool.idp.global_sign_out, {}),
        (pool.idp.delete_user, {}),
    ]:
        with refused("PasswordResetRequiredException", "Password reset required for the user"):
            call(AccessToken=access, **request)
    # It declares no error of the user's status.
    with refused("SoftwareTokenMFANotFoundException"):
        pool.idp.associate_software_token(AccessToken=access)
    code = pool.last_message("ann")["code"]
    named = {"ClientId": pool.id, "Username": "ann"}
    pool.idp.confirm_forgot_password(ConfirmationCode=code, Password="Poolhouse-2", **named)
    assert pool.idp.get_user(AccessToken=access)["Username"] == "ann"


def test_a_pool_may_keep_recovery_for_administrators(make_pool):
    """Inferred."""
    pool = make_pool(AccountRecoverySetting={"RecoveryMechanisms": [{"Name": "admin_only", "Priority": 1}]})
    pool.add_user("ann", email="ann@example.com", email_verified="true")
    with refused("NotAuthorizedException", "Contact administrator to reset password."):
        pool.idp.forgot_password(ClientId=pool.id, Username="ann")


def test_recovery_follows_the_priorities(make_pool):
    first_phone = [
        {"Name": "verified_email", "Priority": 2},
        {"Name": "verified_phone_number", "Priority": 1},
    ]
    pool = make_pool(SmsConfiguration=SMS, AccountRecoverySetting={"RecoveryMechanisms": first_phone})
    contact = {"email": "ann@example.com", "email_verified": "true", "phone_number": "+15555550839"}
    pool.add_user("ann", **contact, phone_number_verified="true")
    pool.add_user("bea", **contact, phone_number_verified="false")
    by_phone = pool.idp.forgot_password(ClientId=pool.id, Username="ann")["CodeDeliveryDetails"]
    by_email = pool.idp.forgot_password(ClientId=pool.id, Username="bea")["CodeDeliveryDetails"]
    assert by_phone["AttributeName"] == "phone_number"
    assert by_email["AttributeName"] == "email"


def test_an_address_that_is_the_users_mfa_is_no_way_to_recover(make_pool):
    first_phone = [
        {"Name": "verified_phone_number", "Priority": 1},
        {"Name": "verified_email", "Priority": 2},
    ]
    pool = make_pool(AccountRecoverySetting={"RecoveryMechanisms": first_phone})
    pool.set_mfa("OPTIONAL", sms=True)
    phone = {"phone_number": "+15555550839", "phone_number_verified": "true"}
    pool.add_user("ann", **phone, email="ann@example.com", email_verified="true")
    pool.add_user("bea", **phone)
    for name in ("ann", "bea"):
        pool.idp.admin_set_user_mfa_preference(UserPoolId=pool.pool_id, Username=name, SMSMfaSettings={"Enabled": True})
    assert pool.idp.forgot_password(ClientId=pool.id, Username="ann")["CodeDeliveryDetails"] == ADDRESS
    with refused(*NO_CONTACT):
        pool.idp.forgot_password(ClientId=pool.id, Username="bea")


# Attributes that are verified by code -------------------------------------------------------------


def test_an_attribute_is_verified_by_code(pool):
    pool.add_user("fern", email="fern@example.com")
    token = pool.tokens("fern")["AccessToken"]
    answer = pool.idp.get_user_attribute_verification_code(AccessToken=token, AttributeName="email")
    assert answer["CodeDeliveryDetails"] == ADDRESS | {"Destination": "f***@e***"}
    code = pool.last_message("fern")["code"]
    verify = {"AccessToken": token, "AttributeName": "email"}
    with refused(*WRONG_CODE):
        pool.idp.verify_user_attribute(**verify, Code=wrong(code))
    assert without_metadata(pool.idp.verify_user_attribute(**verify, Code=code)) == {}
    assert as_map(pool.idp.get_user(AccessToken=token)["UserAttributes"])["email_verified"] == "true"
    with refused(*NO_CODE):
        pool.idp.verify_user_attribute(**verify, Code=code)


def test_only_email_and_phone_number_are_verified(pool):
    pool.add_user("ann", name="Ann")
    token = pool.tokens("ann")["AccessToken"]
    with refused(
        "InvalidParameterException",
        "Invalid attribute name. Only phone_number and email can be verified.",
    ):
        pool.idp.get_user_attribute_verification_code(AccessToken=token, AttributeName="name")


def test_changing_the_email_unverifies_it_and_sends_a_code(pool):
    pool.add_user("gail", email="gail@example.com", email_verified="true")
    token = pool.tokens("gail")["AccessToken"]
    answer = pool.idp.update_user_attributes(
        AccessToken=token,
        UserAttributes=[{"Name": "email", "Value": "new@example.com"}, {"Name": "name", "Value": "Gail"}],
    )
    assert answer["CodeDeliveryDetailsList"] == [ADDRESS | {"Destination": "n***@e***"}]
    read = as_map(pool.get_user("gail")["UserAttributes"])
    assert (read["email"], read["email_verified"]) == ("new@example.com", "false")
    message = pool.last_message("gail")
    assert message["destination"] == "new@example.com"
    pool.idp.verify_user_attribute(AccessToken=token, AttributeName="email", Code=message["code"])
    assert as_map(pool.get_user("gail")["UserAttributes"])["email_verified"] == "true"
    answer = pool.idp.update_user_attributes(AccessToken=token, UserAttributes=[{"Name": "name", "Value": "G"}])
    assert answer["CodeDeliveryDetailsList"] == []


def test_a_pool_may_want_the_new_email_verified_first(make_pool):
    setting = {"AttributesRequireVerificationBeforeUpdate": ["email"]}
    pool = make_pool(AutoVerifiedAttributes=["email"], UserAttributeUpdateSettings=setting)
    pool.add_user("hope", email="hope@example.com", email_verified="true")
    token = pool.tokens("hope")["AccessToken"]
    pool.idp.update_user_attributes(AccessToken=token, UserAttributes=[{"Name": "email", "Value": "new@example.com"}])
    read = as_map(pool.get_user("hope")["UserAttributes"])
    assert (read["email"], read["email_verified"]) == ("hope@example.com", "true")
    message = pool.last_message("hope")
    assert message["destination"] == "new@example.com"
    pool.idp.verify_user_attribute(AccessToken=token, AttributeName="email", Code=message["code"])
    read = as_map(pool.get_user("hope")["UserAttributes"])
    assert (read["email"], read["email_verified"]) == ("new@example.com", "true")
    pool.idp.admin_update_user_attributes(
        UserPoolId=pool.pool_id,
        Username="hope",
        UserAttributes=[
            {"Name": "email", "Value": "admin@example.com"},
            {"Name": "email_verified", "Value": "true"},
        ],
    )
    read = as_map(pool.get_user("hope")["UserAttributes"])
    assert (read["email"], read["email_verified"]) == ("admin@example.com", "true")


# The lock ------------------------------------------------------------------------------------------


def test_failures_add_up_until_a_lock_and_a_success_after_it_clears_them(make_frozen_pool):
    """Documented: the count is cumulative, and a successful sign-in after a lock has expired resets it."""
    pool = make_frozen_pool()
    pool.add_user("ann")

    def fail(times):
        for _ in range(times):
            with refused("NotAuthorizedException", "Incorrect username or password."):
                pool.sign_in("ann", "Wrong-1")

    fail(4)
    pool.tokens("ann")
    fail(1)
    with refused("NotAuthorizedException", "Password attempts exceeded"):
        pool.sign_in("ann")
    pool.server.advance("1s")
    pool.tokens("ann")
    fail(4)
    pool.tokens("ann")
