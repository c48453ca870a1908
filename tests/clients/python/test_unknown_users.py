"""PreventUserExistenceErrors: what each operation says about a user who does not exist, LEGACY and ENABLED."""

import pytest

from cognito import PASSWORD, refused, tokens_of

NOT_THERE = ("UserNotFoundException", "User does not exist.")
NOT_THERE_WITH_CLIENT = ("UserNotFoundException", "Username/client id combination not found.")
GENERIC = ("NotAuthorizedException", "Incorrect username or password.")
EXPIRED_CODE = ("ExpiredCodeException", "Invalid code provided, please request a code again.")


@pytest.fixture
def pool(make_pool):
    return make_pool(AutoVerifiedAttributes=["email"])


@pytest.fixture
def hiding(pool):
    return pool.add_client(PreventUserExistenceErrors="ENABLED")


def forgot(client, name):
    return client.idp.forgot_password(ClientId=client.id, Username=name)


def confirm_forgot(client, name):
    return client.idp.confirm_forgot_password(
        ClientId=client.id, Username=name, ConfirmationCode="123456", Password=PASSWORD
    )


def resend(client, name):
    return client.idp.resend_confirmation_code(ClientId=client.id, Username=name)


def confirm(client, name):
    return client.confirm(name, "123456")


OPERATIONS = [
    pytest.param(lambda client: client.sign_in("nobody"), NOT_THERE, id="USER_PASSWORD_AUTH"),
    pytest.param(lambda client: client.admin_sign_in("nobody"), NOT_THERE, id="ADMIN_USER_PASSWORD_AUTH"),
    pytest.param(lambda client: client.srp_start("nobody"), NOT_THERE, id="USER_SRP_AUTH"),
    pytest.param(lambda client: forgot(client, "nobody"), NOT_THERE_WITH_CLIENT, id="ForgotPassword"),
    pytest.param(lambda client: confirm_forgot(client, "nobody"), NOT_THERE_WITH_CLIENT, id="ConfirmForgotPassword"),
    pytest.param(lambda client: resend(client, "nobody"), NOT_THERE_WITH_CLIENT, id="ResendConfirmationCode"),
    pytest.param(lambda client: confirm(client, "nobody"), NOT_THERE_WITH_CLIENT, id="ConfirmSignUp"),
]


@pytest.mark.parametrize(("call", "expected"), OPERATIONS)
def test_legacy_tells_that_the_user_does_not_exist(pool, call, expected):
    with refused(*expected):
        call(pool)


@pytest.mark.parametrize(("call", "expected"), OPERATIONS)
def test_legacy_is_what_a_client_may_also_ask_for(pool, call, expected):
    with refused(*expected):
        call(pool.add_client(PreventUserExistenceErrors="LEGACY"))


def test_enabled_says_the_same_as_for_a_wrong_password(pool, hiding):
    pool.add_user("ann")
    for name in ("nobody", "ann"):
        for sign_in in (hiding.sign_in, hiding.admin_sign_in, hiding.srp_sign_in):
            with refused(*GENERIC):
                sign_in(name, "Poolhouse-2")


def test_enabled_simulates_srp_with_the_same_salt_and_id_each_time(pool, hiding):
    first = hiding.srp_start("nobody")["ChallengeParameters"]
    again = hiding.srp_start("nobody")["ChallengeParameters"]
    other = hiding.srp_start("nobody2")["ChallengeParameters"]
    pool.add_user("ann")
    real = hiding.srp_start("ann")["ChallengeParameters"]
    for member in ("SALT", "USER_ID_FOR_SRP", "USERNAME"):
        assert first[member] == again[member]
    for member in ("SALT", "USER_ID_FOR_SRP"):
        assert first[member] != other[member]
    assert first["SRP_B"] != again["SRP_B"]
    assert first["SECRET_BLOCK"] != again["SECRET_BLOCK"]
    assert set(first) == set(real)
    assert len(first["SECRET_BLOCK"]) == pytest.approx(len(real["SECRET_BLOCK"]), abs=64)
    assert len(first["USER_ID_FOR_SRP"]) == 36, "a simulated user id is a UUID"
    # pycognito takes part in the simulation and is refused at its end.
    with refused(*GENERIC):
        hiding.srp_sign_in("nobody")


def test_enabled_simulates_the_delivery_of_a_forgotten_password(hiding):
    details = forgot(hiding, "nobody@example.com")["CodeDeliveryDetails"]
    assert details == {"Destination": "n***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email"}
    assert forgot(hiding, "nobody@example.com")["CodeDeliveryDetails"] == details
    assert hiding.sent("nobody@example.com") == []


def test_enabled_simulates_the_delivery_for_a_name_that_is_no_address(hiding):
    """How the destination is made up is inferred."""
    details = forgot(hiding, "nobody")["CodeDeliveryDetails"]
    assert details["DeliveryMedium"] == "EMAIL"
    assert details["AttributeName"] == "email"
    assert "***@" in details["Destination"]


def test_enabled_simulates_the_resent_code(hiding):
    details = resend(hiding, "nobody@example.com")["CodeDeliveryDetails"]
    assert details == {"Destination": "n***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email"}


def test_enabled_hides_that_a_user_is_disabled_from_who_asks_for_the_code_again(pool, hiding):
    """Documented; the refusal where nobody is hidden is inferred from ForgotPassword."""
    pool.sign_up("ann", email="ann@example.com")
    pool.idp.admin_disable_user(UserPoolId=pool.pool_id, Username="ann")
    sent = len(pool.sent("ann"))
    with refused("NotAuthorizedException", "User is disabled."):
        resend(pool, "ann")
    assert resend(hiding, "ann")["CodeDeliveryDetails"] == resend(hiding, "ann")["CodeDeliveryDetails"]
    assert len(pool.sent("ann")) == sent
    pool.idp.admin_enable_user(UserPoolId=pool.pool_id, Username="ann")
    assert resend(pool, "ann")["CodeDeliveryDetails"]["Destination"] == "a***@e***"


def test_enabled_knows_no_code_for_the_user(hiding):
    """Live runs answered ExpiredCodeException for the reset; for the confirmation either was seen."""
    with refused(*EXPIRED_CODE):
        confirm_forgot(hiding, "nobody")
    with pytest.raises(hiding.idp.exceptions.ClientError) as caught:
        confirm(hiding, "nobody")
    error = caught.value.response["Error"]
    assert (error["Code"], error["Message"]) in {
        EXPIRED_CODE,
        ("CodeMismatchException", "Invalid verification code provided, please try again."),
    }


def test_enabled_hides_that_a_user_cannot_reset_the_password(pool, hiding):
    pool.add_user("ann", email="ann@example.com", email_verified="true")
    pool.add_user("bea")
    pool.idp.admin_disable_user(UserPoolId=pool.pool_id, Username="ann")
    for name in ("ann", "bea"):
        assert forgot(hiding, name)["CodeDeliveryDetails"]["DeliveryMedium"] == "EMAIL"
        assert pool.sent(name) == []
    with refused("NotAuthorizedException", "User is disabled."):
        forgot(pool, "ann")


@pytest.mark.parametrize("setting", ["LEGACY", "ENABLED"])
def test_a_taken_name_is_never_hidden(pool, setting):
    client = pool.add_client(PreventUserExistenceErrors=setting)
    client.sign_up("ann", email="ann@example.com")
    with refused("UsernameExistsException", "User already exists"):
        client.sign_up("ann", email="other@example.com")


def test_administrators_are_always_told(pool, hiding):
    names = {"UserPoolId": pool.pool_id, "Username": "nobody"}
    calls = [
        lambda: pool.idp.admin_get_user(**names),
        lambda: pool.idp.admin_delete_user(**names),
        lambda: pool.idp.admin_disable_user(**names),
        lambda: pool.idp.admin_enable_user(**names),
        lambda: pool.idp.admin_confirm_sign_up(**names),
        lambda: pool.idp.admin_reset_user_password(**names),
        lambda: pool.idp.admin_user_global_sign_out(**names),
        lambda: pool.idp.admin_set_user_password(**names, Password=PASSWORD),
        lambda: pool.idp.admin_update_user_attributes(**names, UserAttributes=[{"Name": "name", "Value": "x"}]),
        lambda: pool.idp.admin_delete_user_attributes(**names, UserAttributeNames=["name"]),
        lambda: pool.idp.admin_list_groups_for_user(**names),
        lambda: pool.idp.admin_set_user_mfa_preference(**names, SoftwareTokenMfaSettings={"Enabled": False}),
        lambda: pool.idp.admin_get_user_auth_factors(**names),
        lambda: pool.idp.admin_delete_software_token(**names),
        lambda: pool.idp.admin_create_user(**names, MessageAction="RESEND"),
    ]
    for call in calls:
        with refused(*NOT_THERE):
            call()


def test_a_deleted_users_token_says_that_the_user_does_not_exist(pool):
    """The text is reported."""
    pool.add_user("ann")
    token = tokens_of(pool.sign_in("ann"))["AccessToken"]
    pool.idp.admin_delete_user(UserPoolId=pool.pool_id, Username="ann")
    with refused(*NOT_THERE):
        pool.idp.get_user(AccessToken=token)
