"""Sign-up without a password, and the Sessions of SignUp and ConfirmSignUp, which sign in at once."""

import pytest

from cognito import ALL_FLOWS, PASSWORD, SMS, as_map, at_once, attributes, challenge_of, claims, refused, tokens_of

CHOICE = {"ExplicitAuthFlows": [*ALL_FLOWS, "ALLOW_USER_AUTH"]}
UNKNOWN = ("NotAuthorizedException", "Invalid session for the user.")
USED = ("NotAuthorizedException", "Invalid session for the user, session can only be used once.")
EXPIRED = ("NotAuthorizedException", "Invalid session for the user, session is expired.")
WRONG_CODE = ("CodeMismatchException", "Invalid verification code provided, please try again.")


def policy(*factors):
    return {"SignInPolicy": {"AllowedFirstAuthFactors": list(factors)}}


def settings(*factors, client=None, **more):
    return {
        "client": CHOICE | (client or {}),
        "Policies": policy(*(factors or ("PASSWORD", "EMAIL_OTP"))),
        "AutoVerifiedAttributes": ["email"],
    } | more


@pytest.fixture
def pool(make_pool):
    return make_pool(**settings())


def sign_up(client, username="ann", password=None, **values):
    values = values or {"email": f"{username}@example.com"}
    given = {"Password": password} if password else {}
    return client.idp.sign_up(
        ClientId=client.id,
        Username=username,
        UserAttributes=attributes(**values),
        **given,
        **client.secret_hash(username, "SecretHash"),
    )


def confirm(client, session=None, username="ann", code=None):
    given = {"Session": session} if session else {}
    return client.idp.confirm_sign_up(
        ClientId=client.id,
        Username=username,
        ConfirmationCode=code or client.sent(username)[-1]["code"],
        **given,
        **client.secret_hash(username, "SecretHash"),
    )


def begin(client, session, **parameters):
    return client.idp.initiate_auth(
        AuthFlow="USER_AUTH", ClientId=client.id, Session=session, AuthParameters=parameters
    )


def admin_begin(client, session, **parameters):
    return client.idp.admin_initiate_auth(
        UserPoolId=client.pool_id,
        AuthFlow="USER_AUTH",
        ClientId=client.id,
        Session=session,
        AuthParameters=parameters,
    )


# Without a password -----------------------------------------------------------------------------


def test_a_user_signs_up_without_a_password(pool):
    made = sign_up(pool)
    assert made["UserConfirmed"] is False
    assert made["CodeDeliveryDetails"]["Destination"] == "a***@e***"
    confirm(pool)
    assert pool.status("ann") == "CONFIRMED"
    listed = pool.idp.initiate_auth(
        AuthFlow="USER_AUTH", ClientId=pool.id, AuthParameters={"USERNAME": "ann"}
    )
    assert challenge_of(listed, "SELECT_CHALLENGE")["AvailableChallenges"] == ["EMAIL_OTP"]


def test_a_blank_password_is_none(pool):
    """Documented, of both operations."""
    pool.idp.sign_up(
        ClientId=pool.id, Username="ann", Password="", UserAttributes=attributes(email="ann@example.com")
    )
    tokens_of(begin(pool, confirm(pool, sign_up(pool, "bob")["Session"], "bob")["Session"]))
    with refused("NotAuthorizedException", "Incorrect username or password."):
        confirm(pool)
        pool.sign_in("ann", PASSWORD)
    pool.idp.admin_create_user(
        UserPoolId=pool.pool_id,
        Username="cat",
        TemporaryPassword="",
        MessageAction="SUPPRESS",
        UserAttributes=attributes(email="cat@example.com"),
    )
    assert pool.status("cat") == "CONFIRMED"


def test_a_blank_password_does_where_none_does(make_pool):
    pool = make_pool(**settings("PASSWORD"))
    with refused("InvalidParameterException", "User is required to have a password"):
        pool.idp.sign_up(
            ClientId=pool.id, Username="ann", Password="", UserAttributes=attributes(email="ann@example.com")
        )
    with refused("InvalidParameterException"):
        pool.idp.sign_up(ClientId=pool.id, Username="ann", Password=" ")


@pytest.mark.parametrize("factors", [("PASSWORD",), ("PASSWORD", "WEB_AUTHN")])
def test_a_pool_without_codes_wants_a_password(make_pool, factors):
    """The sentence is that of AdminCreateUser."""
    pool = make_pool(**settings(*factors))
    with refused("InvalidParameterException", "User is required to have a password"):
        sign_up(pool)


def test_a_user_without_a_password_gets_one_by_changing_it(pool):
    session = confirm(pool, sign_up(pool)["Session"])["Session"]
    token = tokens_of(begin(pool, session))["AccessToken"]
    pool.idp.change_password(AccessToken=token, ProposedPassword=PASSWORD)
    tokens_of(pool.sign_in("ann"))


def test_an_administrator_makes_a_user_without_a_password(pool):
    pool.idp.admin_create_user(
        UserPoolId=pool.pool_id,
        Username="ann",
        MessageAction="SUPPRESS",
        UserAttributes=attributes(email="ann@example.com"),
    )
    assert pool.status("ann") == "CONFIRMED"
    challenge = pool.idp.initiate_auth(
        AuthFlow="USER_AUTH",
        ClientId=pool.id,
        AuthParameters={"USERNAME": "ann", "PREFERRED_CHALLENGE": "EMAIL_OTP"},
    )
    tokens_of(pool.answer(challenge, "ann", EMAIL_OTP_CODE=pool.last_message("ann")["code"]))
    assert as_map(pool.get_user("ann")["UserAttributes"])["email_verified"] == "true"


# The sessions -----------------------------------------------------------------------------------


@pytest.mark.parametrize("password", [None, PASSWORD])
@pytest.mark.parametrize("door", [begin, admin_begin])
def test_sign_up_confirmation_and_sign_in_are_one_chain(pool, password, door):
    first = sign_up(pool, password=password)["Session"]
    second = confirm(pool, first)["Session"]
    assert first != second
    tokens = tokens_of(door(pool, second))
    assert claims(tokens["IdToken"])["cognito:username"] == "ann"
    assert claims(tokens["AccessToken"])["username"] == "ann"
    assert len(pool.sent("ann")) == 1, "no further code"


def test_the_chain_of_a_phone(make_pool):
    pool = make_pool(**settings("PASSWORD", "SMS_OTP", AutoVerifiedAttributes=["phone_number"], SmsConfiguration=SMS))
    session = sign_up(pool, phone_number="+12065550839")["Session"]
    tokens_of(begin(pool, confirm(pool, session)["Session"]))


def test_there_is_no_session_for_a_client_that_cannot_use_it(make_pool):
    pool = make_pool(AutoVerifiedAttributes=["email"])
    assert "Session" not in sign_up(pool, password=PASSWORD)
    assert "Session" not in confirm(pool)


def test_confirming_without_the_session_gives_one_too(pool):
    """Amplify JS sends none, and goes on with the one it gets."""
    sign_up(pool)
    tokens_of(begin(pool, confirm(pool)["Session"]))


def test_the_parameters_do_not_matter_beside_the_session(pool):
    """Documented."""
    session = confirm(pool, sign_up(pool)["Session"])["Session"]
    tokens_of(begin(pool, session, USERNAME="ann", PREFERRED_CHALLENGE="EMAIL_OTP"))
    session = confirm(pool, sign_up(pool, "bob")["Session"], "bob")["Session"]
    found = tokens_of(begin(pool, session, USERNAME="bob", PREFERRED_CHALLENGE="PASSWORD", PASSWORD="wrong"))
    assert claims(found["IdToken"])["cognito:username"] == "bob"


def test_the_session_does_not_matter_in_another_flow(pool):
    session = confirm(pool, sign_up(pool, password=PASSWORD)["Session"])["Session"]
    with refused("NotAuthorizedException", "Incorrect username or password."):
        pool.idp.initiate_auth(
            AuthFlow="USER_PASSWORD_AUTH",
            ClientId=pool.id,
            Session=session,
            AuthParameters={"USERNAME": "ann", "PASSWORD": "Poolhouse-2"},
        )
    tokens_of(begin(pool, session))


def test_each_session_is_good_for_one_use(pool):
    first = sign_up(pool)["Session"]
    with refused(*WRONG_CODE):
        confirm(pool, first, code="000000" if pool.last_message("ann")["code"] != "000000" else "000001")
    second = confirm(pool, first)["Session"]
    with refused(*USED):
        begin(pool, first)
    outcomes = at_once([lambda: tokens_of(begin(pool, second))] * 8)
    assert outcomes == ["done"] + [USED] * 7


def test_a_session_lives_as_long_as_one_of_a_sign_in(make_frozen_pool):
    pool = make_frozen_pool(**settings())
    session = confirm(pool, sign_up(pool)["Session"])["Session"]
    other = confirm(pool, sign_up(pool, "bob")["Session"], "bob")["Session"]
    pool.server.advance("3m")
    tokens_of(begin(pool, session))
    pool.server.advance("1s")
    with refused(*EXPIRED):
        begin(pool, other)


def test_who_takes_longer_is_confirmed_without_a_session(make_frozen_pool):
    """Inferred: the code lives for a day, the session for minutes."""
    pool = make_frozen_pool(**settings())
    first = sign_up(pool)["Session"]
    pool.server.advance("4m")
    assert "Session" not in confirm(pool, first)
    assert pool.status("ann") == "CONFIRMED"


def test_a_session_is_of_its_user_and_its_client(pool):
    anns, bobs = sign_up(pool)["Session"], sign_up(pool, "bob")["Session"]
    other = pool.add_client(**CHOICE)
    in_sign_in = pool.idp.initiate_auth(AuthFlow="USER_AUTH", ClientId=pool.id, AuthParameters={"USERNAME": "bob"})
    for client, session in [(pool, bobs), (other, anns), (pool, in_sign_in["Session"]), (pool, "A" * 40)]:
        with refused(*UNKNOWN):
            confirm(client, session)
    assert pool.status("ann") == "UNCONFIRMED"
    session = confirm(pool, anns)["Session"]
    with refused(*UNKNOWN):
        confirm(pool, session, "bob")
    for client, given in [(other, session), (pool, in_sign_in["Session"]), (pool, "A" * 40)]:
        with refused(*UNKNOWN):
            begin(client, given)
    with refused("NotAuthorizedException", "Invalid session provided for the user."):
        pool.answer({"ChallengeName": "EMAIL_OTP", "Session": session}, "ann", EMAIL_OTP_CODE="12345678")
    tokens_of(begin(pool, session))


def test_the_session_of_a_user_who_is_gone_or_disabled(pool):
    session = confirm(pool, sign_up(pool)["Session"])["Session"]
    pool.idp.admin_disable_user(UserPoolId=pool.pool_id, Username="ann")
    with refused("NotAuthorizedException", "User is disabled."):
        begin(pool, session)
    pool.idp.admin_delete_user(UserPoolId=pool.pool_id, Username="ann")
    with refused(*UNKNOWN):
        begin(pool, session)


def test_who_may_not_sign_in_by_a_code_chooses(make_pool):
    """Documented: tokens need a user who is eligible for the code; what comes else is inferred."""
    pool = make_pool(**settings("PASSWORD"))
    session = confirm(pool, sign_up(pool, password=PASSWORD)["Session"])["Session"]
    listed = challenge_of(begin(pool, session), "SELECT_CHALLENGE")
    assert listed["AvailableChallenges"] == ["PASSWORD_SRP", "PASSWORD"]
    tokens_of(pool.answer(listed, "ann", ANSWER="PASSWORD", PASSWORD=PASSWORD))
    with refused(*USED):
        begin(pool, session)


def test_required_mfa_is_not_passed_by_a_sign_up(make_pool):
    pool = make_pool(**settings("PASSWORD", mfa="ON"))
    session = confirm(pool, sign_up(pool, password=PASSWORD)["Session"])["Session"]
    challenge = begin(pool, session, PREFERRED_CHALLENGE="PASSWORD", PASSWORD=PASSWORD)
    challenge_of(challenge, "MFA_SETUP")


def test_the_session_of_sign_up_alone_proves_nothing(pool):
    """Inferred: whoever began the sign-up has shown no code yet."""
    first = sign_up(pool)["Session"]
    challenge = begin(pool, first, PREFERRED_CHALLENGE="EMAIL_OTP")
    challenge_of(challenge, "EMAIL_OTP")
    code = pool.sent("ann")[-1]["code"]
    tokens_of(pool.answer(challenge, "ann", EMAIL_OTP_CODE=code))


def test_a_confidential_client_signs_the_sign_in_too(pool):
    """Inferred: the hash is no parameter that the session replaces."""
    secret = pool.add_client(GenerateSecret=True, **CHOICE)
    session = confirm(secret, sign_up(secret)["Session"])["Session"]
    missing = f"Client {secret.id} is configured with secret but SECRET_HASH was not received"
    with refused("NotAuthorizedException", missing):
        begin(secret, session)
    with refused("NotAuthorizedException", f"Unable to verify secret hash for client {secret.id}"):
        begin(secret, session, USERNAME="ann", SECRET_HASH="d3Jvbmc=")
    tokens_of(begin(secret, session, USERNAME="ann", **secret.secret_hash("ann")))


def test_an_unknown_user_has_no_session_to_confirm_by(pool):
    hiding = pool.add_client(PreventUserExistenceErrors="ENABLED", **CHOICE)
    session = sign_up(hiding)["Session"]
    with refused(*UNKNOWN):
        confirm(hiding, session, "nobody", "123456")
    with refused("ExpiredCodeException", "Invalid code provided, please request a code again."):
        confirm(hiding, None, "nobody", "123456")
