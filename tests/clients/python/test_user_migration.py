"""UserMigration: users whom a function knows, at a sign-in by password and where the password is forgotten."""

import pytest

from cognito import PASSWORD, SMS, as_map, at_once, challenge_of, refused, tokens_of
from endpoint import Endpoint, answer
from poolhouse import Server
from triggered import TRIGGERS, Triggered, initiate, known_as, message, said, signed_in

WRONG = ("NotAuthorizedException", "Incorrect username or password.")
UNKNOWN = ("UserNotFoundException", "User does not exist.")
RESET = ("PasswordResetRequiredException", "Password reset required for the user")
UNRECOGNIZED = ("InvalidLambdaResponseException", "Unrecognizable lambda output")
UNREACHABLE = (
    "InvalidParameterException",
    "Cannot reset password for the user as there is no registered/verified email or phone_number",
)
EMAIL, PHONE = "ann@example.com", "+12065550839"
# Against every rule of the pool's policy, which is not enforced.
WEAK = "pw"
VERIFIED = {"email": EMAIL, "email_verified": "true"}
ANN = {"userAttributes": VERIFIED, "finalUserStatus": "CONFIRMED", "messageAction": "SUPPRESS"}


@pytest.fixture
def make(server):
    def make(told=None, hides=False, **settings):
        client = {"PreventUserExistenceErrors": "ENABLED" if hides else "LEGACY"}
        pool = Triggered(server, client=client, **settings)
        if told is not None:
            tell(pool, told)
        return pool

    return make


def tell(pool, told):
    """What the function says of whoever is asked for; a text is its error."""
    rule = {"error": told} if isinstance(told, str) else {"response": told}
    pool.rules({"trigger": "UserMigration"} | rule)


def forgot(pool, username="ann"):
    return pool.idp.forgot_password(ClientId=pool.id, Username=username, **said("ForgotPassword"))


def names(pool):
    return [user["Username"] for user in pool.idp.list_users(UserPoolId=pool.pool_id)["Users"]]


def asked(pool, by, username="ann"):
    """The event of a sign-in; the journal does not show the password."""
    given = {"validationData": {"call": by} if by else None}
    return pool.event("UserMigration_Authentication", {"password": "***"} | given, username)


def test_a_confirmed_user_signs_in_at_once_and_again_without_the_function(make):
    pool = make(ANN)
    tokens_of(initiate(pool, password=WEAK))
    known = known_as(pool, **VERIFIED)
    # That the function comes before PreAuthentication is inferred.
    assert pool.events() == [asked(pool, "InitiateAuth"), *signed_in(pool, known, "InitiateAuth")]
    assert pool.status("ann") == "CONFIRMED"
    assert pool.sent("ann") == []
    tokens_of(initiate(pool, password=WEAK))
    with refused(*WRONG):
        initiate(pool, password="other")
    assert "UserMigration_Authentication" not in pool.sources()
    pool.srp_sign_in("ann", WEAK)


def test_an_administrators_flow_migrates_and_srp_does_not(make):
    pool = make(ANN)
    with refused(*UNKNOWN):
        pool.srp_start("ann")
    assert pool.events() == []
    tokens_of(pool.admin_sign_in("ann", WEAK))
    known = known_as(pool, **VERIFIED)
    assert pool.events() == [asked(pool, None), *signed_in(pool, known, None)]


@pytest.mark.parametrize("call", ["ResendConfirmationCode", "ConfirmForgotPassword", "ConfirmSignUp", "CUSTOM_AUTH"])
def test_other_calls_do_not_migrate(make, call):
    pool = make(ANN)
    named = {"ClientId": pool.id, "Username": "ann"}
    client = pool.add_client(ExplicitAuthFlows=["ALLOW_CUSTOM_AUTH"])
    calls = {
        "ResendConfirmationCode": lambda: pool.idp.resend_confirmation_code(**named),
        "ConfirmSignUp": lambda: pool.confirm("ann", "123456"),
        "ConfirmForgotPassword": lambda: pool.idp.confirm_forgot_password(
            ConfirmationCode="123456", Password=PASSWORD, **named
        ),
        "CUSTOM_AUTH": lambda: pool.idp.initiate_auth(
            AuthFlow="CUSTOM_AUTH", ClientId=client.id, AuthParameters={"USERNAME": "ann"}
        ),
    }
    with pytest.raises(pool.idp.exceptions.ClientError):
        calls[call]()
    assert pool.events() == [] and names(pool) == []


@pytest.mark.parametrize("status", [None, "RESET_REQUIRED", "UNCONFIRMED", "FORCE_CHANGE_PASSWORD"])
@pytest.mark.parametrize("hides", [True, False])
def test_another_status_than_confirmed_wants_a_new_password(make, status, hides):
    pool = make(ANN | {"finalUserStatus": status}, hides)
    with refused(*RESET):
        initiate(pool, password=WEAK)
    assert pool.status("ann") == "RESET_REQUIRED"
    sources = pool.sources()
    assert sources[0] == "UserMigration_Authentication"
    assert "PostAuthentication_Authentication" not in sources
    # The user is there, so the function is not asked; a code sets the password.
    pool.idp.forgot_password(ClientId=pool.id, Username="ann")
    code = pool.last_message("ann")["code"]
    pool.idp.confirm_forgot_password(ClientId=pool.id, Username="ann", ConfirmationCode=code, Password=PASSWORD)
    tokens_of(initiate(pool))
    assert not [source for source in pool.sources() if source.startswith("UserMigration")]


def with_attributes(**values):
    values = {name.replace("custom_", "custom:"): value for name, value in values.items()}
    return ANN | {"userAttributes": VERIFIED | values}


UNMADE = {
    "no-attributes": {"finalUserStatus": "CONFIRMED"},
    "null-attributes": ANN | {"userAttributes": None},
    "empty-attributes": ANN | {"userAttributes": {}},
    "the-sub": with_attributes(sub="3f2504e0-4f89-11d3-9a0c-0305e82c3301"),
    "an-attribute-that-the-pool-lacks": with_attributes(custom_tier="1"),
    "a-malformed-address": with_attributes(email="ann"),
    "another-name": with_attributes(username="bob"),
    "sms-codes-in-a-pool-without-mfa": ANN | {"enableSMSMFA": True},
}


@pytest.mark.parametrize("row", UNMADE)
@pytest.mark.parametrize("hides", [True, False])
def test_who_cannot_be_made_is_unknown(make, row, hides):
    pool = make(UNMADE[row], hides)
    with refused(*WRONG if hides else UNKNOWN):
        initiate(pool, password=WEAK)
    if hides:
        # A simulated answer.
        assert forgot(pool)["CodeDeliveryDetails"]["DeliveryMedium"] == "EMAIL"
        assert pool.sent("ann") == []
    else:
        with refused("UserNotFoundException", "Username/client id combination not found."):
            forgot(pool)
    unknown = ["PreAuthentication_Authentication"] if hides else []
    assert pool.sources() == ["UserMigration_Authentication", *unknown, "UserMigration_ForgotPassword"]
    assert names(pool) == []


FAILURES = {
    "error": ("Bad password", "UserLambdaValidationException", "UserMigration failed with error Bad password."),
    "values-that-are-no-texts": (ANN | {"userAttributes": {"email_verified": True}}, *UNRECOGNIZED),
    "a-list-of-attributes": (ANN | {"userAttributes": [{"Name": "email", "Value": EMAIL}]}, *UNRECOGNIZED),
    "one-medium": (ANN | {"desiredDeliveryMediums": "EMAIL"}, *UNRECOGNIZED),
    "no-medium-of-aws": (ANN | {"desiredDeliveryMediums": ["FAX"]}, *UNRECOGNIZED),
    "a-text-for-a-flag": (ANN | {"forceAliasCreation": "true"}, *UNRECOGNIZED),
}


@pytest.mark.parametrize("row", FAILURES)
@pytest.mark.parametrize("hides", [True, False])
def test_a_function_that_fails(make, row, hides):
    told, error, text = FAILURES[row]
    pool = make(told, hides)
    with refused(error, text):
        initiate(pool, password=WEAK)
    with refused(error, text):
        forgot(pool)
    with refused(error, text):
        pool.admin_sign_in("ann", WEAK)
    assert names(pool) == []


# The function's other members -------------------------------------------------------------------------


MEDIUMS = {
    "sms-by-default": ({}, {PHONE: "SMS"}),
    "email": ({"desiredDeliveryMediums": ["EMAIL"]}, {EMAIL: "EMAIL"}),
    "both": ({"desiredDeliveryMediums": ["EMAIL", "SMS"]}, {EMAIL: "EMAIL", PHONE: "SMS"}),
    "none": ({"desiredDeliveryMediums": ["EMAIL"], "messageAction": "SUPPRESS"}, {}),
}


@pytest.mark.parametrize("row", MEDIUMS)
def test_the_welcome_message(make, row):
    more, expected = MEDIUMS[row]
    known = VERIFIED | {"phone_number": PHONE}
    pool = make({"userAttributes": known, "finalUserStatus": "CONFIRMED"} | more, SmsConfiguration=SMS)
    tokens_of(initiate(pool, password=WEAK))
    sent = pool.sent("ann")
    assert {message["destination"]: message["medium"] for message in sent} == expected
    assert not [message for message in sent if WEAK in str(message)]
    known = known_as(pool, **known)
    welcome = pool.event("CustomMessage_AdminCreateUser", message(known, username="{username}"))
    before, *after = pool.events()
    assert before == asked(pool, "InitiateAuth")
    assert after == [welcome] * len(expected) + signed_in(pool, known, "InitiateAuth")


@pytest.mark.parametrize("force", [None, False, True])
def test_an_alias_in_use_moves_by_force_alone(make, force):
    pool = make(with_attributes(username="ann") | {"forceAliasCreation": force}, AliasAttributes=["email"])
    pool.add_user("old", **VERIFIED)
    if force:
        tokens_of(initiate(pool, password=WEAK))
        assert sorted(names(pool)) == ["ann", "old"]
        assert pool.get_user(EMAIL)["Username"] == "ann"
    else:
        with refused(*UNKNOWN):
            initiate(pool, password=WEAK)
        assert pool.get_user(EMAIL)["Username"] == "old"
    old = as_map(pool.get_user("old")["UserAttributes"])
    assert old["email_verified"] == ("false" if force else "true")


def test_a_typed_alias_needs_a_name_of_its_own(make):
    pool = make(ANN, AliasAttributes=["email"])
    with refused(*UNKNOWN):
        initiate(pool, username=EMAIL, password=WEAK)
    tell(pool, with_attributes(username="ann"))
    with refused(*UNKNOWN):
        initiate(pool, username="eve@example.com", password=WEAK)
    pool.events()
    tokens_of(initiate(pool, username=EMAIL, password=WEAK))
    assert names(pool) == ["ann"]
    known = known_as(pool, **VERIFIED, cognito__email_alias=EMAIL)
    # What was typed, and then the user's own name.
    assert pool.events() == [asked(pool, "InitiateAuth", EMAIL), *signed_in(pool, known, "InitiateAuth")]


def test_an_address_in_place_of_a_username(make):
    pool = make(ANN | {"userAttributes": {"email_verified": "true"}}, UsernameAttributes=["email"])
    tokens_of(initiate(pool, username=EMAIL, password=WEAK))
    (name,) = names(pool)
    assert name == pool.sub(EMAIL)
    migration, *others = pool.events()
    assert migration == asked(pool, "InitiateAuth", EMAIL)
    assert [event["userName"] for event in others] == [name] * 3
    assert others[0]["request"]["userAttributes"]["email"] == EMAIL


def test_codes_by_sms_are_turned_on(make):
    told = ANN | {"enableSMSMFA": True, "userAttributes": {"phone_number": PHONE, "phone_number_verified": "true"}}
    pool = make(told)
    pool.set_mfa("OPTIONAL", sms=True)
    challenge = challenge_of(initiate(pool, password=WEAK), "SMS_MFA")
    code = pool.last_message("ann")["code"]
    tokens_of(pool.answer(challenge, "ann", SMS_MFA_CODE=code))
    # Without a number there is nobody.
    tell(pool, ANN | {"enableSMSMFA": True})
    with refused(*UNKNOWN):
        initiate(pool, username="eve", password=WEAK)


# Where the password is forgotten ----------------------------------------------------------------------


@pytest.mark.parametrize("status", [None, "CONFIRMED", "RESET_REQUIRED"])
def test_who_forgot_the_password_comes_along_and_gets_a_code(make, status):
    pool = make(ANN | {"finalUserStatus": status})
    details = forgot(pool)["CodeDeliveryDetails"]
    assert details == {"Destination": "a***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email"}
    status = "CONFIRMED" if status == "CONFIRMED" else "RESET_REQUIRED"
    asked_for = {"validationData": None, "clientMetadata": {"call": "ForgotPassword"}}
    told = message(known_as(pool, status, **VERIFIED), "ForgotPassword")
    assert pool.events() == [
        pool.event("UserMigration_ForgotPassword", asked_for),
        pool.event("CustomMessage_ForgotPassword", told),
    ]
    code = pool.last_message("ann")["code"]
    pool.idp.confirm_forgot_password(ClientId=pool.id, Username="ann", ConfirmationCode=code, Password=PASSWORD)
    assert pool.status("ann") == "CONFIRMED"
    tokens_of(initiate(pool))
    migrations = [source for source in pool.sources() if source.startswith("UserMigration")]
    assert migrations == []


def test_without_a_verified_address_there_is_nowhere_to_send_a_code(make):
    pool = make(ANN | {"userAttributes": {"email": EMAIL}})
    with refused(*UNREACHABLE):
        forgot(pool)
    assert names(pool) == ["ann"]
    assert pool.sent("ann") == []


# Races ------------------------------------------------------------------------------------------------


@pytest.fixture
def endpoint():
    endpoint = Endpoint()
    yield endpoint
    endpoint.stop()


@pytest.fixture
def calling(endpoint):
    """A server that calls the function at the endpoint."""
    server = Server("--function", f"UserMigration={endpoint.url}/")
    yield server
    server.stop()


def test_fifty_sign_ins_at_once_make_one_user(endpoint, calling):
    """Whoever does not find the user asks the function, and one of them makes it."""
    endpoint.answers["/"] = lambda event: answer(event | {"response": event["response"] | told})
    told = {"userAttributes": VERIFIED, "finalUserStatus": "CONFIRMED", "desiredDeliveryMediums": ["EMAIL"]}
    others = {*TRIGGERS, "PreTokenGeneration"} - {"UserMigration"}
    pool = Triggered(calling, without=others)
    pool.rules(others=False)
    ends = at_once([lambda: pool.sign_in("ann", WEAK)] * 50)
    assert ends == ["done"] * 50
    assert names(pool) == ["ann"]
    assert [sent["kind"] for sent in pool.sent("ann")] == ["AdminCreateUser"]
    called = [event for _, _, event in endpoint.calls("/")]
    invoked = pool.invocations()
    assert 1 <= len(called) == len(invoked) <= 50
    # The function gets the password; the journal does not.
    assert {event["request"]["password"] for event in called} == {WEAK}
    assert {one["event"]["request"]["password"] for one in invoked} == {"***"}
