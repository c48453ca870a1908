"""Challenge sessions, and the challenge NEW_PASSWORD_REQUIRED."""

import pytest

from cognito import PASSWORD, at_once, challenge_of, parameter, refused, tokens_of

EXPIRED = ("NotAuthorizedException", "Invalid session for the user, session is expired.")
USED = ("NotAuthorizedException", "Invalid session for the user, session can only be used once.")
UNKNOWN = ("NotAuthorizedException", "Invalid session for the user.")


@pytest.mark.parametrize("minutes", [3, 15])
def test_a_session_lives_as_long_as_the_client_says(make_frozen_pool, minutes):
    settings = {} if minutes == 3 else {"client": {"AuthSessionValidity": minutes}}
    pool = make_frozen_pool(**settings)
    pool.add_user("ann", temporary=True)
    in_time = challenge_of(pool.sign_in("ann"), "NEW_PASSWORD_REQUIRED")
    late = challenge_of(pool.sign_in("ann"), "NEW_PASSWORD_REQUIRED")
    pool.server.advance(f"{minutes * 60 - 1}s")
    with refused("InvalidPasswordException"):
        pool.answer(in_time, "ann", NEW_PASSWORD="short")
    pool.server.advance("2s")
    with refused(*EXPIRED):
        pool.answer(late, "ann", NEW_PASSWORD="Poolhouse-2")


def test_a_session_is_used_up_by_the_right_answer(make_pool):
    pool = make_pool()
    pool.add_user("ann", temporary=True)
    challenge = challenge_of(pool.sign_in("ann"), "NEW_PASSWORD_REQUIRED")
    tokens_of(pool.answer(challenge, "ann", NEW_PASSWORD="Poolhouse-2"))
    with refused(*USED):
        pool.answer(challenge, "ann", NEW_PASSWORD="Poolhouse-3")
    tokens_of(pool.sign_in("ann", "Poolhouse-2"))


def test_a_session_is_used_once_among_answers_at_the_same_time(make_pool):
    pool = make_pool()
    pool.add_user("ann", temporary=True)
    challenge = challenge_of(pool.sign_in("ann"), "NEW_PASSWORD_REQUIRED")
    calls = [lambda n=n: pool.answer(challenge, "ann", NEW_PASSWORD=f"Poolhouse-{n}") for n in range(8)]
    assert at_once(calls) == ["done"] + [USED] * 7


def test_an_unknown_session(make_pool):
    """The text is observed, these causes are inferred."""
    pool, other = make_pool(), make_pool()
    for each in (pool, other):
        each.add_user("ann", temporary=True)
        each.add_user("bea", temporary=True)
    challenge = challenge_of(pool.sign_in("ann"), "NEW_PASSWORD_REQUIRED")
    forged = challenge | {"Session": "AYABe" + "A" * 40}
    with refused(*UNKNOWN):
        pool.answer(forged, "ann", NEW_PASSWORD="Poolhouse-2")
    with refused(*UNKNOWN):
        pool.answer(challenge, "bea", NEW_PASSWORD="Poolhouse-2")
    with refused(*UNKNOWN):
        other.answer(challenge, "ann", NEW_PASSWORD="Poolhouse-2")
    with refused(*UNKNOWN):
        pool.add_client().answer(challenge, "ann", NEW_PASSWORD="Poolhouse-2")
    assert pool.status("bea") == other.status("ann") == "FORCE_CHANGE_PASSWORD"
    tokens_of(pool.answer(challenge, "ann", NEW_PASSWORD="Poolhouse-2"))


UNFIT = {"InvalidParameterException", "NotAuthorizedException"}


def test_a_session_of_another_challenge(make_frozen_pool):
    """Either type is inferred, as are the text and that the session stays."""
    pool = make_frozen_pool(mfa="OPTIONAL")
    pool.add_user("ann")
    secret = pool.register_totp(pool.tokens("ann")["AccessToken"])
    pool.server.advance("30s")
    challenge = challenge_of(pool.sign_in("ann"), "SOFTWARE_TOKEN_MFA")
    for name in ("NEW_PASSWORD_REQUIRED", "MFA_SETUP", "SMS_MFA"):
        # Observed for NEW_PASSWORD_REQUIRED with a session of the custom flow.
        with refused("NotAuthorizedException", "Invalid session provided for the user."):
            pool.answer(challenge | {"ChallengeName": name}, "ann", NEW_PASSWORD="Poolhouse-2", SMS_MFA_CODE="123456")
    with refused("NotAuthorizedException", "Incorrect username or password."):
        pool.sign_in("ann", "Poolhouse-2")
    tokens_of(pool.answer(challenge, "ann", SOFTWARE_TOKEN_MFA_CODE=pool.code(secret)))


def test_a_challenge_needs_its_session(make_frozen_pool):
    """The type is inferred."""
    pool = make_frozen_pool(mfa="OPTIONAL")
    pool.add_user("ann")
    secret = pool.register_totp(pool.tokens("ann")["AccessToken"])
    pool.server.advance("30s")
    with pytest.raises(pool.idp.exceptions.ClientError) as caught:
        pool.idp.respond_to_auth_challenge(
            ClientId=pool.id,
            ChallengeName="SOFTWARE_TOKEN_MFA",
            ChallengeResponses={"USERNAME": "ann", "SOFTWARE_TOKEN_MFA_CODE": pool.code(secret)},
        )
    assert caught.value.response["Error"]["Code"] in UNFIT


# NEW_PASSWORD_REQUIRED ----------------------------------------------------------------------------


def required_name(make_pool):
    schema = [{"Name": "name", "Required": True, "Mutable": True}]
    return make_pool(Schema=schema)


def test_new_password_required_lists_what_is_missing_and_what_is_known(make_pool):
    pool = required_name(make_pool)
    pool.add_user("ann", temporary=True, email="ann@example.com", email_verified="true")
    challenge = challenge_of(pool.sign_in("ann"), "NEW_PASSWORD_REQUIRED")
    assert parameter(challenge, "requiredAttributes") == ["userAttributes.name"]
    assert parameter(challenge, "userAttributes") == {"email": "ann@example.com", "email_verified": "true"}
    assert challenge["ChallengeParameters"]["USER_ID_FOR_SRP"] == "ann"
    with refused("InvalidParameterException", "Invalid attributes given, name is missing"):
        pool.answer(challenge, "ann", NEW_PASSWORD="Poolhouse-2")
    reply = pool.answer(challenge, "ann", **{"NEW_PASSWORD": "Poolhouse-2", "userAttributes.name": "Ann"})
    tokens_of(reply)
    assert pool.status("ann") == "CONFIRMED"
    assert {"Name": "name", "Value": "Ann"} in pool.get_user("ann")["UserAttributes"]


def test_new_password_required_has_no_list_of_missing_attributes_when_there_are_none(make_pool):
    pool = make_pool()
    pool.add_user("ann", temporary=True)
    challenge = challenge_of(pool.sign_in("ann"), "NEW_PASSWORD_REQUIRED")
    assert parameter(challenge, "requiredAttributes") == []
    assert parameter(challenge, "userAttributes") == {}


def test_new_password_required_does_not_change_what_is_there(make_pool):
    pool = make_pool()
    pool.add_user("ann", temporary=True, email="ann@example.com")
    challenge = challenge_of(pool.sign_in("ann"), "NEW_PASSWORD_REQUIRED")
    with refused("NotAuthorizedException", "Cannot modify an already provided email"):
        pool.answer(challenge, "ann", **{"NEW_PASSWORD": "Poolhouse-2", "userAttributes.email": "other@example.com"})


def test_the_temporary_password_may_become_the_permanent_one(make_pool):
    pool = make_pool()
    pool.add_user("ann", temporary=True)
    challenge = challenge_of(pool.sign_in("ann"), "NEW_PASSWORD_REQUIRED")
    tokens_of(pool.answer(challenge, "ann", NEW_PASSWORD=PASSWORD))


def test_new_password_required_by_srp(make_pool):
    pool = make_pool()
    pool.add_user("ann", temporary=True)
    challenge = challenge_of(pool.srp_sign_in("ann"), "NEW_PASSWORD_REQUIRED")
    tokens_of(pool.answer(challenge, "ann", NEW_PASSWORD="Poolhouse-2"))
    tokens_of(pool.srp_sign_in("ann", "Poolhouse-2"))
