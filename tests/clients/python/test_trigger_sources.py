"""Every source of a trigger: the calls that fire it, in AWS's order, and its whole event.

Each call that takes ClientMetadata and ValidationData sends both, with its own name as the value, so that an event
shows whose reached it. Those of sign-ins are in test_trigger_sources_of_sign_in.py, of custom authentication in
test_custom_auth.py, of migration in test_user_migration.py.
"""

import re

import pytest
import requests

from authenticator import create
from cognito import ALL_FLOWS, PASSWORD, attributes, challenge_of, refused, tokens_of
from triggered import (
    Triggered,
    initiate,
    known_as,
    message,
    request,
    respond,
    said,
    signed_in,
    validated,
    validation,
)

EMAIL, PHONE = "ann@example.com", "+12065550839"
NEW = "Poolhouse-2"


@pytest.fixture
def make(server):
    return lambda **settings: Triggered(server, **settings)


# Sign-up --------------------------------------------------------------------------------------------


def sign_up(pool, username="ann", **values):
    return pool.idp.sign_up(
        ClientId=pool.id,
        Username=username,
        Password=PASSWORD,
        UserAttributes=attributes(**values),
        **validated("SignUp"),
    )


def test_from_sign_up_to_confirmation(make):
    pool = make(AutoVerifiedAttributes=["email"])
    sign_up(pool, email=EMAIL, nickname="Annie")
    given = {"email": EMAIL, "nickname": "Annie"}
    known = known_as(pool, "UNCONFIRMED", email_verified="false", **given)
    assert pool.events() == [
        pool.event("PreSignUp_SignUp", request(given, "SignUp", **validation("SignUp"))),
        pool.event("CustomMessage_SignUp", message(known, "SignUp")),
    ]
    pool.idp.resend_confirmation_code(ClientId=pool.id, Username="ann", **said("ResendConfirmationCode"))
    assert pool.events() == [pool.event("CustomMessage_ResendCode", message(known, "ResendConfirmationCode"))]
    code = {"ConfirmationCode": pool.last_message("ann")["code"]}
    pool.idp.confirm_sign_up(ClientId=pool.id, Username="ann", **code, **said("ConfirmSignUp"))
    known = known_as(pool, email_verified="true", **given)
    assert pool.events() == [pool.event("PostConfirmation_ConfirmSignUp", request(known, "ConfirmSignUp"))]


def test_a_link_confirms_and_shows_what_the_function_says(make):
    link = {"DefaultEmailOption": "CONFIRM_WITH_LINK"}
    pool = make(AutoVerifiedAttributes=["email"], VerificationMessageTemplate=link)
    pool.idp.create_user_pool_domain(UserPoolId=pool.pool_id, Domain="trigger-sources")
    for name in ("ann", "eve"):
        pool.sign_up(name, email=f"{name}@example.com")
    assert pool.sources() == ["PreSignUp_SignUp", "CustomMessage_SignUp"] * 2
    pool.rules({"username": "eve", "error": "Not today"})
    pages = {name: requests.get(pool.last_message(name)["link"], timeout=30).text for name in ("ann", "eve")}
    events = [
        pool.event(
            "PostConfirmation_ConfirmSignUp",
            request(known_as(pool, username=name, email=f"{name}@example.com", email_verified="true")),
            name,
        )
        for name in ("ann", "eve")
    ]
    assert pool.events() == events
    assert "PostConfirmation failed with error Not today." in pages["eve"]
    assert "Not today" not in pages["ann"]


def test_nothing_is_said_where_nothing_was_given(make):
    pool = make()
    pool.sign_up("ann")
    assert pool.events() == [pool.event("PreSignUp_SignUp", {"userAttributes": {}, "validationData": None})]
    pool.idp.admin_confirm_sign_up(UserPoolId=pool.pool_id, Username="ann")
    known = known_as(pool)
    assert pool.events() == [
        pool.event("PostConfirmation_ConfirmSignUp", {"userAttributes": known}, clientId=None)
    ]
    pool.sign_in("ann")
    nothing = {"groupsToOverride": [], "iamRolesToOverride": [], "preferredRole": None}
    assert pool.events() == [
        pool.event("PreAuthentication_Authentication", {"userAttributes": known, "validationData": None}),
        pool.event("PostAuthentication_Authentication", {"userAttributes": known, "newDeviceUsed": False}),
        pool.event("TokenGeneration_Authentication", {"userAttributes": known, "groupConfiguration": nothing}),
    ]


def test_a_sign_up_that_is_confirmed_at_once_sends_nothing(make):
    pool = make(AutoVerifiedAttributes=["email"])
    pool.rules({"trigger": "PreSignUp", "response": {"autoConfirmUser": True, "autoVerifyEmail": True}})
    assert sign_up(pool, email=EMAIL)["UserConfirmed"]
    known = known_as(pool, email=EMAIL, email_verified="true")
    assert pool.events() == [
        pool.event("PreSignUp_SignUp", request({"email": EMAIL}, "SignUp", **validation("SignUp"))),
        pool.event("PostConfirmation_ConfirmSignUp", request(known, "SignUp")),
    ]


def test_an_administrator_confirms(make):
    pool = make(AutoVerifiedAttributes=["email"])
    sign_up(pool, email=EMAIL)
    pool.events()
    pool.idp.admin_confirm_sign_up(UserPoolId=pool.pool_id, Username="ann", **said("AdminConfirmSignUp"))
    known = known_as(pool, email=EMAIL, email_verified="false")
    assert pool.events() == [
        pool.event("PostConfirmation_ConfirmSignUp", request(known, "AdminConfirmSignUp"), clientId=None)
    ]


def test_aliases_and_addresses_in_place_of_usernames(make):
    pool = make(AliasAttributes=["email", "phone_number"])
    sign_up(pool, email=EMAIL, phone_number=PHONE)
    (before,) = pool.events()
    assert before["request"]["userAttributes"] == {"email": EMAIL, "phone_number": PHONE}
    pool.idp.admin_confirm_sign_up(UserPoolId=pool.pool_id, Username="ann")
    known = known_as(pool, email=EMAIL, email_verified="false", phone_number=PHONE, phone_number_verified="false")
    known |= {"cognito:email_alias": EMAIL, "cognito:phone_number_alias": PHONE}
    assert pool.events() == [pool.event("PostConfirmation_ConfirmSignUp", request(known), clientId=None)]

    pool = make(UsernameAttributes=["email"], AutoVerifiedAttributes=["email"])
    sub = sign_up(pool, EMAIL)["UserSub"]
    known = known_as(pool, "UNCONFIRMED", sub, email=EMAIL, email_verified="false", cognito__email_alias=EMAIL)
    given = request({"email": EMAIL}, "SignUp", **validation("SignUp"))
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", sub)
    assert pool.events() == [
        pool.event("PreSignUp_SignUp", given, sub),
        pool.event("CustomMessage_SignUp", message(known, "SignUp"), sub),
    ]
    pool.confirm(EMAIL, pool.last_message(EMAIL)["code"])
    known |= {"cognito:user_status": "CONFIRMED", "email_verified": "true"}
    assert pool.events() == [pool.event("PostConfirmation_ConfirmSignUp", request(known), sub)]
    initiate(pool, username=EMAIL)
    assert [event["userName"] for event in pool.events()] == [sub] * 3


def test_all_values_are_texts(make):
    schema = [
        {"Name": "level", "AttributeDataType": "Number", "Mutable": True},
        {"Name": "since", "AttributeDataType": "DateTime", "Mutable": True},
        {"Name": "member", "AttributeDataType": "Boolean", "Mutable": True},
    ]
    pool = make(Schema=schema)
    given = {"custom:level": "7", "custom:member": "true", "email_verified": "true", "email": EMAIL}
    pool.idp.admin_create_user(
        UserPoolId=pool.pool_id,
        Username="ann",
        MessageAction="SUPPRESS",
        UserAttributes=[{"Name": name, "Value": value} for name, value in given.items()],
    )
    (event,) = pool.events()
    assert event["request"]["userAttributes"] == given


# Users made by administrators -----------------------------------------------------------------------

NOBODY = "CLIENT_ID_NOT_APPLICABLE"


def invite(pool, **settings):
    return pool.idp.admin_create_user(
        UserPoolId=pool.pool_id,
        Username="ann",
        UserAttributes=attributes(email=EMAIL),
        DesiredDeliveryMediums=["EMAIL"],
        **validated("AdminCreateUser"),
        **settings,
    )


def test_an_invitation_and_the_first_sign_in(make):
    pool = make()
    invite(pool, TemporaryPassword=PASSWORD)
    known = known_as(pool, "FORCE_CHANGE_PASSWORD", email=EMAIL)
    before = request({"email": EMAIL}, "AdminCreateUser", **validation("AdminCreateUser"))
    invitation = pool.event(
        "CustomMessage_AdminCreateUser", message(known, username="{username}"), clientId=NOBODY
    )
    assert pool.events() == [pool.event("PreSignUp_AdminCreateUser", before, clientId=NOBODY), invitation]
    invite(pool, TemporaryPassword=PASSWORD, MessageAction="RESEND")
    assert pool.events() == [invitation]

    challenge = challenge_of(initiate(pool), "NEW_PASSWORD_REQUIRED")
    before, _, _ = signed_in(pool, known, "InitiateAuth")
    assert pool.events() == [before]
    tokens_of(respond(pool, challenge, NEW_PASSWORD=NEW))
    known = known_as(pool, email=EMAIL)
    source = "TokenGeneration_NewPasswordChallenge"
    assert pool.events() == signed_in(pool, known, None, "RespondToAuthChallenge", source)[1:]


def test_an_invitation_that_is_not_sent(make):
    pool = make()
    invite(pool, MessageAction="SUPPRESS")
    assert pool.sources() == ["PreSignUp_AdminCreateUser"]
    pool.idp.admin_set_user_password(UserPoolId=pool.pool_id, Username="ann", Password=PASSWORD, Permanent=True)
    assert pool.status("ann") == "CONFIRMED"
    assert pool.sources() == []


# Recovery -------------------------------------------------------------------------------------------


@pytest.fixture
def pool(make):
    """A pool with a confirmed user, `ann`, whose address is verified."""
    pool = make(AutoVerifiedAttributes=["email"])
    pool.add_user("ann", email=EMAIL, email_verified="true")
    pool.events()
    return pool


def test_a_forgotten_password(pool):
    known = known_as(pool, email=EMAIL, email_verified="true")
    pool.idp.forgot_password(ClientId=pool.id, Username="ann", **said("ForgotPassword"))
    assert pool.events() == [pool.event("CustomMessage_ForgotPassword", message(known, "ForgotPassword"))]
    code = {"ConfirmationCode": pool.last_message("ann")["code"], "Password": NEW}
    pool.idp.confirm_forgot_password(ClientId=pool.id, Username="ann", **code, **said("ConfirmForgotPassword"))
    confirmed = request(known, "ConfirmForgotPassword")
    assert pool.events() == [pool.event("PostConfirmation_ConfirmForgotPassword", confirmed)]
    tokens_of(initiate(pool, password=NEW))


def test_a_reset_by_an_administrator(pool):
    pool.idp.admin_reset_user_password(UserPoolId=pool.pool_id, Username="ann", **said("AdminResetUserPassword"))
    known = known_as(pool, "RESET_REQUIRED", email=EMAIL, email_verified="true")
    told = message(known, "AdminResetUserPassword")
    assert pool.events() == [pool.event("CustomMessage_ForgotPassword", told, clientId=NOBODY)]


# Changed addresses ----------------------------------------------------------------------------------


def test_addresses_that_change(pool):
    access = {"AccessToken": pool.tokens("ann")["AccessToken"]}
    pool.events()
    changed = {"UserAttributes": attributes(email="b@example.com")}
    pool.idp.update_user_attributes(**access, **changed, **said("UpdateUserAttributes"))
    known = known_as(pool, email="b@example.com", email_verified="false")
    told = message(known, "UpdateUserAttributes")
    assert pool.events() == [pool.event("CustomMessage_UpdateUserAttribute", told)]

    asked = access | {"AttributeName": "email"}
    operation = "GetUserAttributeVerificationCode"
    pool.idp.get_user_attribute_verification_code(**asked, **said(operation))
    assert pool.events() == [pool.event("CustomMessage_VerifyUserAttribute", message(known, operation))]
    pool.idp.verify_user_attribute(Code=pool.last_message("ann")["code"], **asked)
    assert pool.events() == []

    changed = {"UserPoolId": pool.pool_id, "Username": "ann", "UserAttributes": attributes(email="c@example.com")}
    operation = "AdminUpdateUserAttributes"
    pool.idp.admin_update_user_attributes(**changed, **said(operation))
    known = known_as(pool, email="c@example.com", email_verified="false")
    told = message(known, operation)
    assert pool.events() == [pool.event("CustomMessage_UpdateUserAttribute", told, clientId=NOBODY)]
    changed["UserAttributes"] = attributes(email="d@example.com", email_verified="true")
    pool.idp.admin_update_user_attributes(**changed, **said(operation))
    assert pool.events() == []


def test_addresses_that_get_no_code(make):
    pool = make()
    pool.add_user("ann", email=EMAIL, email_verified="true")
    access = {"AccessToken": pool.tokens("ann")["AccessToken"]}
    pool.events()
    pool.idp.update_user_attributes(UserAttributes=attributes(email="b@example.com"), **access)
    pool.idp.admin_update_user_attributes(
        UserPoolId=pool.pool_id, Username="ann", UserAttributes=attributes(phone_number=PHONE)
    )
    assert pool.events() == []


def test_a_function_that_fails_is_named_and_what_came_before_it_stands(make):
    pool = make(AutoVerifiedAttributes=["email"])
    failed = "UserLambdaValidationException"
    pool.rules({"trigger": "CustomMessage", "error": "no."})
    # A full stop is always added (observed).
    with refused(failed, "CustomMessage failed with error no.."):
        sign_up(pool, email=EMAIL)
    assert pool.status("ann") == "UNCONFIRMED" and pool.sent("ann") == []
    pool.rules({"trigger": "PostConfirmation", "error": "no"})
    with refused(failed, "PostConfirmation failed with error no."):
        pool.idp.admin_confirm_sign_up(UserPoolId=pool.pool_id, Username="ann")
    assert pool.status("ann") == "CONFIRMED"
    pool.idp.admin_set_user_password(UserPoolId=pool.pool_id, Username="ann", Password=PASSWORD, Permanent=False)
    for trigger in ("PreAuthentication", "PostAuthentication", "PreTokenGeneration"):
        # PostAuthentication and the tokens come after the challenge, whose session they burn.
        challenge = None if trigger == "PreAuthentication" else initiate(pool)
        pool.rules({"trigger": trigger, "error": "no"})
        with refused(failed, f"{trigger} failed with error no."):
            respond(pool, challenge, NEW_PASSWORD=NEW) if challenge else initiate(pool)
        pool.rules()
        if challenge:
            used = "Invalid session for the user, session can only be used once."
            with refused("NotAuthorizedException", used):
                respond(pool, challenge, NEW_PASSWORD=NEW)
            pool.idp.admin_set_user_password(
                UserPoolId=pool.pool_id, Username="ann", Password=PASSWORD, Permanent=False
            )


# What fires nothing ---------------------------------------------------------------------------------


def test_calls_that_fire_nothing(make):
    sign_in = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}}
    pool = make(AutoVerifiedAttributes=["email"], Policies=sign_in)
    idp, own = pool.idp, {"UserPoolId": pool.pool_id}
    idp.set_user_pool_mfa_config(
        MfaConfiguration="OPTIONAL",
        SoftwareTokenMfaConfiguration={"Enabled": True},
        WebAuthnConfiguration={"RelyingPartyId": "example.com"},
        **own,
    )
    idp.create_group(GroupName="staff", **own)
    pool.add_user("ann", email=EMAIL, email_verified="true")
    result = tokens_of(initiate(pool))
    pool.events()
    named, access = own | {"Username": "ann"}, {"AccessToken": result["AccessToken"]}
    staff, off = named | {"GroupName": "staff"}, {"SoftwareTokenMfaSettings": {"Enabled": False}}

    def passkey():
        options = idp.start_web_authn_registration(**access)["CredentialCreationOptions"]
        idp.complete_web_authn_registration(Credential=create(options), **access)

    def changed(**values):
        return named | {"UserAttributes": attributes(**values)}

    def password(permanent):
        return named | {"Password": PASSWORD, "Permanent": permanent}

    calls = [
        lambda: idp.admin_get_user(**named),
        lambda: idp.get_user(**access),
        lambda: idp.list_users(**own),
        lambda: idp.update_user_attributes(UserAttributes=attributes(nickname="A"), **access),
        lambda: idp.admin_update_user_attributes(**changed(nickname="B")),
        lambda: idp.admin_update_user_attributes(**changed(email=EMAIL, email_verified="true")),
        lambda: idp.delete_user_attributes(UserAttributeNames=["nickname"], **access),
        lambda: idp.admin_delete_user_attributes(UserAttributeNames=["profile"], **named),
        lambda: idp.admin_add_user_to_group(**staff),
        lambda: idp.admin_list_groups_for_user(**named),
        lambda: idp.admin_remove_user_from_group(**staff),
        lambda: pool.register_totp(access["AccessToken"], preferred=False),
        lambda: idp.set_user_mfa_preference(**off, **access),
        lambda: idp.admin_set_user_mfa_preference(**off, **named),
        passkey,
        lambda: idp.list_web_authn_credentials(**access),
        lambda: idp.change_password(PreviousPassword=PASSWORD, ProposedPassword=NEW, **access),
        lambda: idp.admin_set_user_password(**password(True)),
        lambda: idp.admin_set_user_password(**password(False)),
        lambda: idp.admin_disable_user(**named),
        lambda: idp.admin_enable_user(**named),
        lambda: idp.revoke_token(ClientId=pool.id, Token=result["RefreshToken"]),
        lambda: idp.admin_user_global_sign_out(**named),
        lambda: idp.update_user_pool_client(ClientId=pool.id, ExplicitAuthFlows=ALL_FLOWS, **own),
        lambda: idp.admin_delete_user(**named),
    ]
    for number, call in enumerate(calls):
        call()
        assert pool.sources() == [], number
    for name, leave in (("bob", idp.global_sign_out), ("eve", idp.delete_user)):
        pool.add_user(name)
        access = {"AccessToken": pool.tokens(name)["AccessToken"]}
        pool.events()
        leave(**access)
        assert pool.sources() == [], leave


def test_what_is_wrong_before_a_function_is_asked_asks_none(make):
    pool = make(AutoVerifiedAttributes=["email"])
    wrong = [
        ("InvalidPasswordException", lambda: pool.sign_up("ann", "weak", email=EMAIL)),
        ("InvalidParameterException", lambda: pool.sign_up("ann", email="nowhere")),
        ("UserNotFoundException", lambda: pool.srp_start("nobody")),
        ("ExpiredCodeException", lambda: pool.confirm("nobody", "123456")),
        ("NotAuthorizedException", lambda: pool.refresh("no-token")),
    ]
    for error, call in wrong:
        with pytest.raises(pool.idp.exceptions.ClientError):
            call()
        assert pool.sources() == [], error
    # The name is looked at afterwards (inferred).
    pool.sign_up("ann", email=EMAIL)
    with refused("CodeMismatchException"):
        pool.confirm("ann", "000000" if pool.last_message("ann")["code"] != "000000" else "111111")
    pool.events()
    with refused("UsernameExistsException"):
        pool.sign_up("ann", email=EMAIL)
    assert pool.sources() == ["PreSignUp_SignUp"]
