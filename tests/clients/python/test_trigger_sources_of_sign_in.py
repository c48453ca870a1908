"""Every source of a trigger that a sign-in or a token fires: by which calls, in AWS's order, and its whole event.

As in test_trigger_sources.py, each call that takes ClientMetadata sends its own name.
"""

import pytest

from cognito import PASSWORD, challenge_of, refused, tokens_of
from test_devices import Device, confirm
from triggered import (
    Triggered,
    admin_respond,
    initiate,
    known_as,
    message,
    request,
    respond,
    said,
    signed_in,
    tokens,
    validation,
)

EMAIL, PHONE = "ann@example.com", "+12065550839"
ROLE = "arn:aws:iam::123456789012:role/{}"
SCOPE = "aws.cognito.signin.user.admin"


@pytest.fixture
def make(server):
    return lambda **settings: Triggered(server, **settings)


@pytest.fixture
def pool(make):
    """A pool with a confirmed user, `ann`, whose address is verified."""
    pool = make()
    pool.add_user("ann", email=EMAIL, email_verified="true")
    pool.events()
    return pool


def test_sign_ins_by_password(pool):
    known = known_as(pool, email=EMAIL, email_verified="true")
    tokens_of(initiate(pool))
    assert pool.events() == signed_in(pool, known, "InitiateAuth")
    pool.idp.admin_initiate_auth(
        UserPoolId=pool.pool_id,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        ClientId=pool.id,
        AuthParameters={"USERNAME": "ann", "PASSWORD": PASSWORD},
        **said("AdminInitiateAuth"),
    )
    assert pool.events() == signed_in(pool, known, "AdminInitiateAuth")

    # Before the password is looked at.
    with refused("NotAuthorizedException", "Incorrect username or password."):
        initiate(pool, password="Wrong-1234")
    assert pool.events() == signed_in(pool, known, "InitiateAuth")[:1]


def test_a_sign_in_by_srp(pool):
    known = known_as(pool, email=EMAIL, email_verified="true")
    srp = pool.srp("ann")
    parameters = srp.get_auth_params()
    challenge = pool.idp.initiate_auth(
        AuthFlow="USER_SRP_AUTH", ClientId=pool.id, AuthParameters=parameters, **said("InitiateAuth")
    )
    before, *after = signed_in(pool, known, "InitiateAuth", "RespondToAuthChallenge")
    assert pool.events() == [before]
    proof = srp.process_challenge(challenge["ChallengeParameters"], parameters)
    tokens_of(respond(pool, challenge, **proof))
    assert pool.events() == after


@pytest.mark.parametrize("hides", [True, False])
def test_unknown_users_reach_pre_authentication_only_where_they_are_hidden(make, hides):
    """Without a UserMigration function; with one it is asked before."""
    existence = "ENABLED" if hides else "LEGACY"
    pool = make(without=["UserMigration"], client={"PreventUserExistenceErrors": existence})
    pool.add_user("ann")
    pool.events()
    told = {"userNotFound": False} if hides else {}
    initiate(pool)
    before, _, _ = pool.events()
    assert before["request"] == request(known_as(pool), **validation("InitiateAuth"), **told)
    error = "NotAuthorizedException" if hides else "UserNotFoundException"
    with refused(error):
        initiate(pool, username="nobody")
    with refused(error):
        pool.admin_sign_in("nobody")
    unknown = [{"userAttributes": {}, "userNotFound": True} | validation(by) for by in ("InitiateAuth", None)]
    source = "PreAuthentication_Authentication"
    assert pool.events() == [pool.event(source, asked, "nobody") for asked in unknown if hides]
    # No function hears of one who asks for a code.
    try:
        pool.idp.forgot_password(ClientId=pool.id, Username="nobody")
        pool.idp.resend_confirmation_code(ClientId=pool.id, Username="nobody")
    except pool.idp.exceptions.UserNotFoundException:
        assert not hides
    assert pool.events() == []


SES = {"EmailSendingAccount": "DEVELOPER", "SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/a@example.com"}
FACTORS = {
    "SMS_MFA": ("sms", "phone_number", PHONE, "verified_email"),
    "EMAIL_OTP": ("email", "email", EMAIL, "verified_phone_number"),
}


@pytest.mark.parametrize("name", FACTORS)
def test_a_code_as_the_second_factor(make, name):
    factor, contact, address, recovery = FACTORS[name]
    recovery = {"RecoveryMechanisms": [{"Priority": 1, "Name": recovery}]}
    pool = make(EmailConfiguration=SES, AccountRecoverySetting=recovery)
    pool.set_mfa("ON", totp=False, **{factor: True})
    known = {contact: address, f"{contact}_verified": "true"}
    pool.add_user("ann", **known)
    pool.events()
    known = known_as(pool, **known)
    challenge = challenge_of(initiate(pool), name)
    before, *after = signed_in(pool, known, "InitiateAuth", "RespondToAuthChallenge")
    # Metadata of the first request does not reach the message.
    assert pool.events() == [before, pool.event("CustomMessage_Authentication", message(known))]
    code = {f"{name}_CODE": pool.last_message("ann")["code"]}
    tokens_of(respond(pool, challenge, **code))
    assert pool.events() == after


def test_a_message_is_made_when_its_factor_is_chosen(make):
    pool = make()
    pool.set_mfa("OPTIONAL", sms=True)
    pool.add_user("ann", phone_number=PHONE, phone_number_verified="true")
    pool.register_totp(pool.tokens("ann")["AccessToken"], preferred=False)
    enabled = {"Enabled": True, "PreferredMfa": False}
    pool.idp.admin_set_user_mfa_preference(
        UserPoolId=pool.pool_id, Username="ann", SMSMfaSettings=enabled, SoftwareTokenMfaSettings=enabled
    )
    pool.events()
    known = known_as(pool, phone_number=PHONE, phone_number_verified="true")
    before, *after = signed_in(pool, known, "InitiateAuth", "RespondToAuthChallenge")
    # Of the two operations, the administrator's alone passes its metadata to the message (documented).
    for operation, told in ((respond, None), (admin_respond, "AdminRespondToAuthChallenge")):
        challenge = challenge_of(initiate(pool), "SELECT_MFA_TYPE")
        assert pool.events() == [before]
        challenge = challenge_of(operation(pool, challenge, ANSWER="SMS_MFA"), "SMS_MFA")
        assert pool.events() == [pool.event("CustomMessage_Authentication", message(known, told))]
        tokens_of(respond(pool, challenge, SMS_MFA_CODE=pool.last_message("ann")["code"]))
        assert pool.events() == after


def test_a_software_token_needs_no_message(make):
    pool = make()
    pool.set_mfa("ON")
    pool.add_user("ann")
    pool.events()
    challenge = challenge_of(initiate(pool), "MFA_SETUP")
    assert pool.sources() == ["PreAuthentication_Authentication"]
    pool.set_up_totp(challenge, "ann")
    assert pool.sources() == ["PostAuthentication_Authentication", "TokenGeneration_Authentication"]


def test_devices(make):
    pool = make(DeviceConfiguration={"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": False})
    pool.add_user("ann")
    pool.events()
    known = known_as(pool)
    result = tokens_of(initiate(pool))
    before, after, made = signed_in(pool, known, "InitiateAuth")
    new = after | {"request": request(known, newDeviceUsed=True)}
    assert pool.events() == [before, new, made]
    device = Device(result)
    confirm(pool, result, device=device)
    assert pool.events() == []
    asked = initiate(pool, DEVICE_KEY=device.key)
    srp = device.srp(pool)
    asked = respond(pool, asked, DEVICE_KEY=device.key, SRP_A=f"{srp.large_a_value:x}")
    answer = srp.process_device_challenge(challenge_of(asked, "DEVICE_PASSWORD_VERIFIER")["ChallengeParameters"])
    tokens_of(respond(pool, asked, **{name: value for name, value in answer.items() if name != "USERNAME"}))
    source = "TokenGeneration_AuthenticateDevice"
    assert pool.events() == signed_in(pool, known, "InitiateAuth", "RespondToAuthChallenge", source)


# Tokens ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["1", "2", "3"])
def test_tokens_of_each_version(make, version):
    pool = make(version=f"V{version}_0")
    pool.add_user("ann")
    for name, precedence in (("staff", 2), ("admins", 1)):
        pool.idp.create_group(
            UserPoolId=pool.pool_id, GroupName=name, Precedence=precedence, RoleArn=ROLE.format(name)
        )
        pool.idp.admin_add_user_to_group(UserPoolId=pool.pool_id, Username="ann", GroupName=name)
    pool.events()
    scopes = {"scopes": [SCOPE]} if version != "1" else {}
    known = known_as(pool)

    def made(source, metadata=None):
        groups = ["admins", "staff"]
        roles = [ROLE.format(group) for group in groups]
        return pool.event(source, tokens(known, metadata, groups, roles, roles[0], **scopes), version=version)

    def fired():
        """The events, their groups in order: which comes first is not said anywhere."""
        events = pool.events()
        for event in events:
            if event["triggerSource"].startswith("TokenGeneration"):
                for member in ("groupsToOverride", "iamRolesToOverride"):
                    event["request"]["groupConfiguration"][member].sort()
        return events

    result = tokens_of(initiate(pool))
    assert fired()[-1] == made("TokenGeneration_Authentication")

    # Only GetTokensFromRefreshToken passes its metadata on.
    token = {"REFRESH_TOKEN": result["RefreshToken"]}
    for flow in ("REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"):
        asked = {"AuthFlow": flow, "ClientId": pool.id, "AuthParameters": token}
        pool.idp.initiate_auth(**asked, **said("InitiateAuth"))
        assert fired() == [made("TokenGeneration_RefreshTokens")]
        pool.idp.admin_initiate_auth(UserPoolId=pool.pool_id, **asked, **said("AdminInitiateAuth"))
        assert fired() == [made("TokenGeneration_RefreshTokens")]
    operation = "GetTokensFromRefreshToken"
    pool.idp.get_tokens_from_refresh_token(ClientId=pool.id, RefreshToken=result["RefreshToken"], **said(operation))
    assert fired() == [made("TokenGeneration_RefreshTokens", operation)]


@pytest.mark.parametrize("version", ["V1_0", "V2_0", "V3_0"])
def test_tokens_of_an_app_client(make, version):
    pool = make(version=version)
    scopes = [{"ScopeName": "read", "ScopeDescription": "read"}]
    pool.idp.create_resource_server(UserPoolId=pool.pool_id, Identifier="sky", Name="sky", Scopes=scopes)
    client = pool.add_client(
        GenerateSecret=True, ExplicitAuthFlows=["ALLOW_CLIENT_TOKEN_AUTH"], AllowedOAuthScopes=["sky/read"]
    )
    asked = {"ClientId": client.id, "Secret": client.secret, "Scopes": ["sky/read"]}
    pool.idp.get_client_token(**asked, **said("GetClientToken"))
    told = request({}, "GetClientToken", groupConfiguration=None, scopes=["sky/read"])
    event = pool.event(
        "TokenGeneration_ClientCredentials", told, "ClientCredentials", version="3", clientId=client.id
    )
    assert pool.events() == [event] * (version == "V3_0")
