"""Sign-up, confirmation, sign-in, TOTP, refresh and sign-out, played by boto3 and by pycognito."""

import pytest
from pycognito import Cognito
from pycognito.exceptions import SoftwareTokenMFAChallengeException, TokenVerificationException

from cognito import PASSWORD, Client, as_map, challenge_of, claims, refused, tokens_of, without_metadata
from conftest import CONFIDENTIAL, POOL_ID, PUBLIC
from poolhouse import REPOSITORY, Server

CLIENTS = pytest.mark.parametrize(("client_id", "secret"), [PUBLIC, CONFIDENTIAL], ids=["public", "confidential"])
REVOKED = ("NotAuthorizedException", "Access Token has been revoked")


@pytest.fixture
def stopped():
    """The default fixture on a clock that stands at the present until the test moves it."""
    server = Server()
    server.freeze()
    yield server
    server.stop()


def story(stopped, client, sign_in):
    idp, name = client.idp, "cleo"

    signed_up = client.sign_up(name, email="cleo@example.com")
    assert signed_up["UserConfirmed"] is False
    assert signed_up["CodeDeliveryDetails"] == {
        "Destination": "c***@e***",
        "DeliveryMedium": "EMAIL",
        "AttributeName": "email",
    }
    message = client.last_message(name)
    assert message["destination"] == "cleo@example.com"
    assert message["subject"] == "Your verification code"
    assert message["body"] == f"Your verification code is {message['code']}"
    assert len(message["code"]) == 6
    assert without_metadata(client.confirm(name, message["code"])) == {}

    tokens = tokens_of(sign_in(name))
    assert tokens["TokenType"] == "Bearer"
    assert tokens["ExpiresIn"] == 3600
    access = tokens["AccessToken"]

    secret = idp.associate_software_token(AccessToken=access)["SecretCode"]
    verified = idp.verify_software_token(AccessToken=access, UserCode=client.code(secret))
    assert verified["Status"] == "SUCCESS"
    idp.set_user_mfa_preference(AccessToken=access, SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True})

    stopped.advance("30s")
    challenge = challenge_of(sign_in(name), "SOFTWARE_TOKEN_MFA")
    tokens = tokens_of(client.answer(challenge, name, SOFTWARE_TOKEN_MFA_CODE=client.code(secret)))

    user = idp.get_user(AccessToken=tokens["AccessToken"])
    assert user["Username"] == name
    read = as_map(user["UserAttributes"])
    assert read == {"sub": signed_up["UserSub"], "email": "cleo@example.com", "email_verified": "true"}
    assert user["UserMFASettingList"] == ["SOFTWARE_TOKEN_MFA"]
    assert user["PreferredMfaSetting"] == "SOFTWARE_TOKEN_MFA"

    stopped.advance("10s")
    renewed = tokens_of(client.refresh(tokens["RefreshToken"], name))
    assert "RefreshToken" not in renewed
    before, after = claims(tokens["AccessToken"]), claims(renewed["AccessToken"])
    assert after["auth_time"] == before["auth_time"]
    assert after["iat"] == before["iat"] + 10
    assert after["origin_jti"] == before["origin_jti"]
    assert after["jti"] != before["jti"]

    assert without_metadata(idp.global_sign_out(AccessToken=renewed["AccessToken"])) == {}
    for token in (access, tokens["AccessToken"], renewed["AccessToken"]):
        with refused(*REVOKED):
            idp.get_user(AccessToken=token)
    with refused("NotAuthorizedException", "Refresh Token has been revoked"):
        client.refresh(tokens["RefreshToken"], name)


@CLIENTS
def test_story_by_password(stopped, client_id, secret):
    client = Client(stopped, stopped.client(), POOL_ID, client_id, secret)
    story(stopped, client, client.sign_in)


@CLIENTS
def test_story_by_srp(stopped, client_id, secret):
    client = Client(stopped, stopped.client(), POOL_ID, client_id, secret)
    story(stopped, client, client.srp_sign_in)


@CLIENTS
def test_story_by_the_administrator(stopped, client_id, secret):
    client = Client(stopped, stopped.client(), POOL_ID, client_id, secret)
    story(stopped, client, client.admin_sign_in)


def pycognito(server, client_id, secret, username):
    return Cognito(
        POOL_ID,
        client_id,
        username=username,
        client_secret=secret,
        access_key="AKIAIOSFODNN7EXAMPLE",
        secret_key="not-checked",
        boto3_client_kwargs={"endpoint_url": server.url},
    )


@CLIENTS
def test_story_by_pycognito(stopped, client_id, secret):
    """pycognito proves the password by SRP, fetches the JWKS, and wants `iss` to be endpoint/pool."""
    user = pycognito(stopped, client_id, secret, "cleo")
    user.set_base_attributes(email="cleo@example.com", given_name="Cleo")
    user.register("cleo", PASSWORD)
    boto = Client(stopped, stopped.client(), POOL_ID, client_id)
    user.confirm_sign_up(boto.last_message("cleo")["code"])

    user.authenticate(PASSWORD)
    assert user.id_claims["iss"] == f"{stopped.url}/{POOL_ID}"
    assert user.id_claims["cognito:username"] == "cleo"
    assert user.access_claims["client_id"] == client_id
    assert user.get_user().given_name == "Cleo"

    key = user.associate_software_token()
    assert user.verify_software_token(boto.code(key), "phone")
    user.set_user_mfa_preference(sms_mfa=False, software_token_mfa=True, preferred="SOFTWARE_TOKEN")

    stopped.advance("30s")
    again = pycognito(stopped, client_id, secret, "cleo")
    with pytest.raises(SoftwareTokenMFAChallengeException):
        again.authenticate(PASSWORD)
    again.respond_to_software_token_mfa_challenge(boto.code(key))
    again.verify_tokens()

    first = again.access_token
    again.renew_access_token()
    assert again.access_token != first
    again.verify_tokens()

    again.change_password(PASSWORD, "Poolhouse-2")
    last = again.access_token
    again.logout()
    with refused(*REVOKED):
        again.client.get_user(AccessToken=last)


def test_pycognito_refuses_a_wrong_password_by_srp(server):
    with refused("NotAuthorizedException", "Incorrect username or password."):
        pycognito(server, *PUBLIC, "alice").authenticate("Poolhouse-2")


def test_pycognito_refuses_a_token_of_another_client(server):
    user = pycognito(server, *PUBLIC, "alice")
    user.authenticate(PASSWORD)
    other = pycognito(server, *CONFIDENTIAL, "alice")
    with pytest.raises(TokenVerificationException):
        other.verify_token(user.id_token, "id_token", "id")


def test_pycognito_plays_the_forgotten_password(server, house):
    user = pycognito(server, *CONFIDENTIAL, "bob")
    user.initiate_forgot_password()
    message = house.last_message("bob")
    assert message["body"] == f"Your password reset code is {message['code']}"
    user.confirm_forgot_password(message["code"], "Poolhouse-3")
    with pytest.raises(SoftwareTokenMFAChallengeException):
        user.authenticate("Poolhouse-3")


def test_pycognito_answers_new_password_required_by_srp(server):
    """The fixture's user with a temporary password; pycognito echoes the proof's members along."""
    user = pycognito(server, *PUBLIC, "fay")
    user.new_password_challenge("Temporary-1", "Poolhouse-4")
    user.authenticate("Poolhouse-4")
    assert user.id_claims["cognito:username"] == "fay"


def test_the_fixtures_totp_user_signs_in_with_the_fixtures_secret(stopped):
    client = Client(stopped, stopped.client(), POOL_ID, *PUBLIC)
    challenge = challenge_of(client.srp_sign_in("bob"), "SOFTWARE_TOKEN_MFA")
    code = client.code("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    access = tokens_of(client.answer(challenge, "bob", SOFTWARE_TOKEN_MFA_CODE=code))["AccessToken"]
    assert claims(access)["cognito:groups"] == ["readers"]


FIXTURE_STATES = [
    ("uma", PASSWORD, "UserNotConfirmedException", "User is not confirmed."),
    ("rex", PASSWORD, "PasswordResetRequiredException", "Password reset required for the user"),
    ("dan", PASSWORD, "NotAuthorizedException", "User is disabled."),
]


@pytest.mark.parametrize(("name", "password", "error", "text"), FIXTURE_STATES)
def test_the_fixtures_other_users_are_refused_by_their_state(server, house, name, password, error, text):
    for sign_in in (house.sign_in, house.srp_sign_in, house.admin_sign_in):
        with refused(error, text):
            sign_in(name, password)


def test_the_totp_fixture_asks_a_new_user_to_set_one_up():
    server = Server("--fixtures", str(REPOSITORY / "fixtures" / "pools" / "totp.yaml"))
    try:
        server.freeze()
        client = Client(server, server.client(), "us-east-1_TotpMust1", "3poolhouse0totp0client0000")
        client.idp.admin_create_user(
            UserPoolId=client.pool_id, Username="cleo", TemporaryPassword=PASSWORD, MessageAction="SUPPRESS"
        )
        challenge = challenge_of(client.srp_sign_in("cleo"), "NEW_PASSWORD_REQUIRED")
        setup = challenge_of(client.answer(challenge, "cleo", NEW_PASSWORD="Poolhouse-5"), "MFA_SETUP")
        _, done = client.set_up_totp(setup, "cleo")
        tokens_of(done)
    finally:
        server.stop()
