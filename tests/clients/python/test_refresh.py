"""Refresh, rotation, revocation, sign-out: which token works, and what a dead one is told."""

import pytest
from botocore.exceptions import ClientError

from cognito import PASSWORD, at_once, claims, refused, tokens_of, without_metadata

GARBAGE = ("NotAuthorizedException", "Invalid Refresh Token.")
EXPIRED = ("NotAuthorizedException", "Refresh Token has expired")
REVOKED = ("NotAuthorizedException", "Refresh Token has been revoked")
ACCESS_REVOKED = ("NotAuthorizedException", "Access Token has been revoked")
REUSED = ("RefreshTokenReuseException", "Refresh token reuse detected")


def exchange(client, token, **secret):
    return client.idp.get_tokens_from_refresh_token(RefreshToken=token, ClientId=client.id, **secret)[
        "AuthenticationResult"
    ]


def revoke(client, token, **secret):
    return client.idp.revoke_token(Token=token, ClientId=client.id, **secret)


@pytest.fixture
def pool(make_pool):
    pool = make_pool()
    pool.add_user("ann")
    return pool


@pytest.mark.parametrize("flow", ["REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"])
def test_refresh_gives_new_tokens_but_no_refresh_token(pool, flow):
    token = pool.tokens("ann")["RefreshToken"]
    renewed = tokens_of(pool.refresh(token, flow=flow))
    assert set(renewed) == {"AccessToken", "IdToken", "ExpiresIn", "TokenType"}
    assert pool.idp.get_user(AccessToken=renewed["AccessToken"])["Username"] == "ann"
    tokens_of(pool.refresh(token))


def test_admin_initiate_auth_refreshes_too(pool):
    token = tokens_of(pool.admin_sign_in("ann"))["RefreshToken"]
    renewed = pool.idp.admin_initiate_auth(
        UserPoolId=pool.pool_id,
        ClientId=pool.id,
        AuthFlow="REFRESH_TOKEN_AUTH",
        AuthParameters={"REFRESH_TOKEN": token},
    )
    assert "RefreshToken" not in tokens_of(renewed)


def test_get_tokens_from_refresh_token_without_rotation(pool):
    renewed = exchange(pool, pool.tokens("ann")["RefreshToken"])
    assert set(renewed) == {"AccessToken", "IdToken", "ExpiresIn", "TokenType"}


def test_a_refreshed_token_belongs_to_the_sign_in(make_frozen_pool):
    pool = make_frozen_pool()
    pool.add_user("ann")
    first = pool.tokens("ann")
    pool.server.advance("10m")
    renewed = tokens_of(pool.refresh(first["RefreshToken"]))
    again = pool.tokens("ann")
    for kind in ("AccessToken", "IdToken"):
        old, new = claims(first[kind]), claims(renewed[kind])
        assert new["auth_time"] == old["auth_time"]
        assert new["iat"] == old["iat"] + 600
        assert new["exp"] == old["exp"] + 600
        assert new["origin_jti"] == old["origin_jti"]
        assert new["event_id"] == old["event_id"]  # inferred
        assert new["jti"] != old["jti"]
    assert claims(again["AccessToken"])["origin_jti"] != claims(first["AccessToken"])["origin_jti"]


def test_refresh_reads_groups_and_attributes_anew(pool):
    first = pool.tokens("ann")
    pool.idp.create_group(UserPoolId=pool.pool_id, GroupName="crew")
    pool.idp.admin_add_user_to_group(UserPoolId=pool.pool_id, GroupName="crew", Username="ann")
    pool.idp.admin_update_user_attributes(
        UserPoolId=pool.pool_id, Username="ann", UserAttributes=[{"Name": "name", "Value": "Ann"}]
    )
    renewed = tokens_of(pool.refresh(first["RefreshToken"]))
    assert "cognito:groups" not in claims(first["IdToken"])
    assert claims(renewed["IdToken"])["cognito:groups"] == ["crew"]
    assert claims(renewed["AccessToken"])["cognito:groups"] == ["crew"]
    assert claims(renewed["IdToken"])["name"] == "Ann"


def test_garbage_is_no_refresh_token(pool):
    tokens = pool.tokens("ann")
    good = tokens["RefreshToken"]
    head, _, tail = good.rpartition(".")
    altered = head + "." + ("A" if tail[0] != "A" else "B") + tail[1:]
    for token in ("garbage", "a.b.c.d.e", altered, good[:-4], tokens["AccessToken"], tokens["IdToken"]):
        with refused(*GARBAGE):
            pool.refresh(token)
        with refused(*GARBAGE):
            exchange(pool, token)


def test_a_refresh_token_of_another_client_is_refused(pool):
    token = pool.tokens("ann")["RefreshToken"]
    other = pool.add_client()
    with refused(*GARBAGE):
        other.refresh(token)
    with refused(*GARBAGE):
        exchange(other, token)


def test_a_refresh_token_of_another_pool_is_refused(pool, make_pool):
    with refused(*GARBAGE):
        make_pool().refresh(pool.tokens("ann")["RefreshToken"])


@pytest.mark.parametrize(
    ("settings", "life"),
    [({}, "30 days"), ({"RefreshTokenValidity": 60, "TokenValidityUnits": {"RefreshToken": "minutes"}}, "1 hour")],
)
def test_a_refresh_token_expires(make_frozen_pool, settings, life):
    pool = make_frozen_pool(client=settings)
    pool.add_user("ann")
    token = pool.tokens("ann")["RefreshToken"]
    minutes = {"30 days": 30 * 24 * 60, "1 hour": 60}[life]
    pool.server.advance(f"{minutes - 1}m")
    tokens_of(pool.refresh(token))
    pool.server.advance("61s")
    with refused(*EXPIRED):
        pool.refresh(token)
    with refused(*EXPIRED):
        exchange(pool, token)


def test_refresh_by_a_disabled_user(pool):
    """That it is refused is reported, the text inferred."""
    token = pool.tokens("ann")["RefreshToken"]
    pool.idp.admin_disable_user(UserPoolId=pool.pool_id, Username="ann")
    with refused("NotAuthorizedException", "User is disabled."):
        pool.refresh(token)


def test_refresh_by_a_user_whose_password_was_reset(make_pool):
    """Inferred; the exception is declared, and observed with GetUser (aws-amplify/amplify-js#1350)."""
    pool = make_pool()
    pool.add_user("ann", email="ann@example.com", email_verified="true")
    tokens = pool.tokens("ann")
    pool.idp.admin_reset_user_password(UserPoolId=pool.pool_id, Username="ann")
    with refused("PasswordResetRequiredException"):
        pool.refresh(tokens["RefreshToken"])
    with refused("PasswordResetRequiredException", "Password reset required for the user"):
        pool.idp.get_user(AccessToken=tokens["AccessToken"])


def test_refresh_by_a_deleted_user(pool):
    """Either answer is inferred."""
    token = pool.tokens("ann")["RefreshToken"]
    pool.idp.admin_delete_user(UserPoolId=pool.pool_id, Username="ann")
    with pytest.raises(ClientError) as caught:
        pool.refresh(token)
    assert caught.value.response["Error"]["Code"] in {"NotAuthorizedException", "UserNotFoundException"}
    pool.add_user("ann")
    with pytest.raises(ClientError) as caught:
        pool.refresh(token)
    assert caught.value.response["Error"]["Code"] in {"NotAuthorizedException", "UserNotFoundException"}


# Rotation -----------------------------------------------------------------------------------------


def rotating(make_pool, grace):
    pool = make_pool(
        client={
            "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"],
            "RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": grace},
        }
    )
    pool.add_user("ann")
    return pool


def test_rotation_takes_the_refresh_flow_away(make_pool):
    """The text is inferred."""
    pool = rotating(make_pool, 0)
    with refused("InvalidParameterException", "Auth flow not enabled for this client"):
        pool.refresh(pool.tokens("ann")["RefreshToken"])


def test_rotation_without_grace_kills_the_old_token_at_once_but_not_the_family(make_frozen_pool):
    pool = rotating(make_frozen_pool, 0)
    first = pool.tokens("ann")["RefreshToken"]
    second = exchange(pool, first)["RefreshToken"]
    assert second != first
    with refused(*REUSED):
        exchange(pool, first)
    third = exchange(pool, second)["RefreshToken"]
    for old in (first, second):
        with refused(*REUSED):
            exchange(pool, old)
    assert exchange(pool, third)["RefreshToken"] != third


def test_rotation_happens_once_among_calls_at_the_same_time(make_frozen_pool):
    pool = rotating(make_frozen_pool, 0)
    token = pool.tokens("ann")["RefreshToken"]
    assert at_once([lambda: exchange(pool, token)] * 8) == ["done"] + [REUSED] * 7


def test_rotation_with_grace_lets_the_old_token_fork_the_family(make_frozen_pool):
    pool = rotating(make_frozen_pool, 60)
    first = pool.tokens("ann")["RefreshToken"]
    earlier = exchange(pool, first)["RefreshToken"]
    pool.server.advance("59s")
    newest = exchange(pool, first)["RefreshToken"]
    assert newest not in (first, earlier)
    pool.server.advance("2s")
    with refused(*REUSED):
        exchange(pool, first)
    with refused(*REUSED):
        exchange(pool, earlier)
    exchange(pool, newest)


def test_rotation_does_not_extend_the_life_of_the_family(make_frozen_pool):
    pool = make_frozen_pool(
        client={
            "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"],
            "RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 0},
            "RefreshTokenValidity": 2,
            "TokenValidityUnits": {"RefreshToken": "hours"},
        }
    )
    pool.add_user("ann")
    token = pool.tokens("ann")["RefreshToken"]
    pool.server.advance("90m")
    token = exchange(pool, token)["RefreshToken"]
    pool.server.advance("29m")
    token = exchange(pool, token)["RefreshToken"]
    pool.server.advance("2m")
    with refused(*EXPIRED):
        exchange(pool, token)


@pytest.mark.parametrize("which", ["newest", "original"])
def test_revoking_the_newest_or_the_original_token_ends_the_family(make_pool, which):
    pool = rotating(make_pool, 0)
    first = pool.tokens("ann")["RefreshToken"]
    second = exchange(pool, first)["RefreshToken"]
    third = exchange(pool, second)["RefreshToken"]
    revoke(pool, {"newest": third, "original": first}[which])
    for token in (first, second, third):
        with refused("NotAuthorizedException"):
            exchange(pool, token)


def test_revoking_a_middle_token_ends_nothing(make_pool):
    pool = rotating(make_pool, 0)
    first = pool.tokens("ann")["RefreshToken"]
    second = exchange(pool, first)["RefreshToken"]
    third = exchange(pool, second)["RefreshToken"]
    revoke(pool, second)
    exchange(pool, third)


# RevokeToken --------------------------------------------------------------------------------------


def test_revoke_ends_the_tokens_of_one_sign_in(pool):
    first, other = pool.tokens("ann"), pool.tokens("ann")
    renewed = tokens_of(pool.refresh(first["RefreshToken"]))
    assert without_metadata(revoke(pool, first["RefreshToken"])) == {}
    with refused(*REVOKED):
        pool.refresh(first["RefreshToken"])
    with refused(*REVOKED):
        exchange(pool, first["RefreshToken"])
    for dead in (first, renewed):
        with refused(*ACCESS_REVOKED):
            pool.idp.get_user(AccessToken=dead["AccessToken"])
    pool.idp.get_user(AccessToken=other["AccessToken"])
    tokens_of(pool.refresh(other["RefreshToken"]))


def test_revoke_can_be_repeated(pool):
    token = pool.tokens("ann")["RefreshToken"]
    for _ in range(3):
        assert without_metadata(revoke(pool, token)) == {}


@pytest.mark.parametrize("kind", ["AccessToken", "IdToken"])
def test_revoke_takes_refresh_tokens_only(pool, kind):
    tokens = pool.tokens("ann")
    with refused("UnsupportedTokenTypeException"):
        revoke(pool, tokens[kind])
    pool.idp.get_user(AccessToken=tokens["AccessToken"])


def test_revoke_where_the_client_has_revocation_turned_off(make_pool):
    pool = make_pool(client={"EnableTokenRevocation": False})
    pool.add_user("ann")
    tokens = pool.tokens("ann")
    with refused("UnsupportedOperationException"):
        revoke(pool, tokens["RefreshToken"])
    for kind in ("AccessToken", "IdToken"):
        assert not {"jti", "origin_jti"} & set(claims(tokens[kind]))


def test_another_client_revokes_nothing(pool):
    """Whether the call is refused is not known; that the token lives on is documented."""
    tokens = pool.tokens("ann")
    at_once([lambda: revoke(pool.add_client(), tokens["RefreshToken"])])
    tokens_of(pool.refresh(tokens["RefreshToken"]))
    pool.idp.get_user(AccessToken=tokens["AccessToken"])


def test_revoke_of_a_token_that_was_never_issued(pool):
    header = pool.tokens("ann")["RefreshToken"].split(".")[0]
    assert without_metadata(revoke(pool, f"{header}.AAAA.AAAA.AAAA.AAAA")) == {}


def test_revoke_by_a_confidential_client_needs_the_secret(make_pool):
    """The type for this condition is inferred."""
    pool = make_pool(client={"GenerateSecret": True})
    pool.add_user("ann")
    token = pool.tokens("ann")["RefreshToken"]
    with refused("UnauthorizedException"):
        revoke(pool, token)
    with refused("UnauthorizedException"):
        revoke(pool, token, ClientSecret="a" * 30)
    tokens_of(pool.refresh(token, "ann"))
    revoke(pool, token, ClientSecret=pool.secret)
    with refused(*REVOKED):
        pool.refresh(token, "ann")


def test_get_tokens_by_a_confidential_client_needs_the_secret(make_pool):
    """The text is inferred."""
    pool = make_pool(client={"GenerateSecret": True})
    pool.add_user("ann")
    token = pool.tokens("ann")["RefreshToken"]
    for secret in ({}, {"ClientSecret": "a" * 30}):
        with refused("NotAuthorizedException", f"Unable to verify secret hash for client {pool.id}"):
            exchange(pool, token, **secret)
    assert exchange(pool, token, ClientSecret=pool.secret)["AccessToken"]


# Sign-out -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["GlobalSignOut", "AdminUserGlobalSignOut"])
def test_global_sign_out_ends_every_session_on_every_client(pool, by):
    sessions = [(pool, pool.tokens("ann")), (other := pool.add_client(), other.tokens("ann"))]
    if by == "GlobalSignOut":
        done = pool.idp.global_sign_out(AccessToken=sessions[0][1]["AccessToken"])
    else:
        done = pool.idp.admin_user_global_sign_out(UserPoolId=pool.pool_id, Username="ann")
    assert without_metadata(done) == {}
    for client, tokens in sessions:
        with refused(*ACCESS_REVOKED):
            pool.idp.get_user(AccessToken=tokens["AccessToken"])
        with refused(*REVOKED):
            client.refresh(tokens["RefreshToken"])
    with refused(*ACCESS_REVOKED):
        pool.idp.global_sign_out(AccessToken=sessions[0][1]["AccessToken"])
    again = pool.tokens("ann")
    pool.idp.get_user(AccessToken=again["AccessToken"])
    tokens_of(pool.refresh(again["RefreshToken"]))


def test_tokens_of_the_second_of_the_sign_out_work(make_frozen_pool):
    """Inferred."""
    pool = make_frozen_pool()
    pool.add_user("ann")
    pool.idp.global_sign_out(AccessToken=pool.tokens("ann")["AccessToken"])
    pool.idp.get_user(AccessToken=pool.tokens("ann")["AccessToken"])


def test_global_sign_out_works_without_token_revocation(make_pool):
    pool = make_pool(client={"EnableTokenRevocation": False})
    pool.add_user("ann")
    tokens = pool.tokens("ann")
    pool.idp.global_sign_out(AccessToken=tokens["AccessToken"])
    with refused(*ACCESS_REVOKED):
        pool.idp.get_user(AccessToken=tokens["AccessToken"])
    with refused(*REVOKED):
        pool.refresh(tokens["RefreshToken"])


def test_a_new_user_of_the_same_name_is_another_user(pool):
    token = pool.tokens("ann")["AccessToken"]
    pool.idp.admin_delete_user(UserPoolId=pool.pool_id, Username="ann")
    pool.add_user("ann")
    with refused("UserNotFoundException", "User does not exist."):
        pool.idp.get_user(AccessToken=token)


def test_disabling_a_user_revokes_the_access_tokens_for_good(pool):
    """That they are revoked is documented, the text inferred."""
    token = pool.tokens("ann")["AccessToken"]
    pool.idp.admin_disable_user(UserPoolId=pool.pool_id, Username="ann")
    with refused(*ACCESS_REVOKED):
        pool.idp.get_user(AccessToken=token)
    pool.idp.admin_enable_user(UserPoolId=pool.pool_id, Username="ann")
    with refused(*ACCESS_REVOKED):
        pool.idp.get_user(AccessToken=token)


def test_a_password_change_leaves_the_tokens_alone(pool):
    """Inferred."""
    tokens = pool.tokens("ann")
    pool.idp.change_password(
        AccessToken=tokens["AccessToken"], PreviousPassword=PASSWORD, ProposedPassword="Poolhouse-2"
    )
    pool.idp.get_user(AccessToken=tokens["AccessToken"])
    tokens_of(pool.refresh(tokens["RefreshToken"]))


# What happens to the account meanwhile ------------------------------------------------------------


def by_every_way(pool, token):
    """The three operations that refresh."""
    admin = {"UserPoolId": pool.pool_id, "ClientId": pool.id, "AuthFlow": "REFRESH_TOKEN_AUTH"}
    return [
        lambda: pool.refresh(token),
        lambda: pool.idp.admin_initiate_auth(**admin, AuthParameters={"REFRESH_TOKEN": token}),
        lambda: exchange(pool, token),
    ]


def test_every_way_to_refresh_tells_a_dead_token_alike(make_frozen_pool):
    pool = make_frozen_pool()
    pool.add_user("ann", email="ann@example.com", email_verified="true")
    named = {"UserPoolId": pool.pool_id, "Username": "ann"}

    def is_refused(token, error, text):
        for refresh in by_every_way(pool, token):
            with refused(error, text):
                refresh()

    token = pool.tokens("ann")["RefreshToken"]
    for refresh in by_every_way(pool, token):
        refresh()
    pool.idp.admin_disable_user(**named)
    is_refused(token, "NotAuthorizedException", "User is disabled.")
    pool.idp.admin_enable_user(**named)
    # That it does not live again is inferred.
    is_refused(token, *REVOKED)
    token = pool.tokens("ann")["RefreshToken"]
    pool.idp.admin_user_global_sign_out(**named)
    is_refused(token, *REVOKED)
    token = pool.tokens("ann")["RefreshToken"]
    revoke(pool, token)
    is_refused(token, *REVOKED)
    token = pool.tokens("ann")["RefreshToken"]
    pool.server.advance("721h")
    is_refused(token, *EXPIRED)
    is_refused("garbage", *GARBAGE)
    token = pool.tokens("ann")["RefreshToken"]
    pool.idp.admin_reset_user_password(**named)
    is_refused(token, "PasswordResetRequiredException", "Password reset required for the user")
    pool.idp.admin_delete_user(**named)
    is_refused(token, *GARBAGE)


def test_a_password_that_was_reset_and_set_leaves_the_tokens_alone(make_pool):
    """Inferred: a reset is told as long as it stands, and revokes nothing (observed for access tokens)."""
    pool = make_pool()
    pool.add_user("ann", email="ann@example.com", email_verified="true")
    tokens = pool.tokens("ann")
    pool.idp.admin_set_user_password(
        UserPoolId=pool.pool_id, Username="ann", Password="Poolhouse-3", Permanent=True
    )
    tokens_of(pool.refresh(tokens["RefreshToken"]))
    pool.idp.admin_reset_user_password(UserPoolId=pool.pool_id, Username="ann")
    code = pool.last_message("ann")["code"]
    pool.idp.confirm_forgot_password(
        ClientId=pool.id, Username="ann", ConfirmationCode=code, Password="Poolhouse-4"
    )
    tokens_of(pool.refresh(tokens["RefreshToken"]))
    pool.idp.get_user(AccessToken=tokens["AccessToken"])


def test_rotation_is_not_for_the_administrators_refresh_flow_either(make_pool):
    """The text is inferred."""
    pool = rotating(make_pool, 60)
    flow, admin, rotated = by_every_way(pool, pool.tokens("ann")["RefreshToken"])
    for refresh in (flow, admin):
        with refused("InvalidParameterException", "Auth flow not enabled for this client"):
            refresh()
    assert rotated()["RefreshToken"]


def test_a_refusal_rotates_nothing(make_frozen_pool):
    pool = rotating(make_frozen_pool, 0)
    other = pool.add_client(GenerateSecret=True)
    token = pool.tokens("ann")["RefreshToken"]
    named = {"UserPoolId": pool.pool_id, "Username": "ann"}
    with refused(*GARBAGE):
        exchange(other, token, ClientSecret=other.secret)
    not_expected = f"Client {pool.id} is not configured for secret but secret was received"
    with refused("NotAuthorizedException", not_expected):
        exchange(pool, token, ClientSecret="a" * 30)
    pool.idp.admin_update_user_attributes(
        **named, UserAttributes=[{"Name": "email", "Value": "a@example.com"}, {"Name": "email_verified", "Value": "true"}]
    )
    pool.idp.admin_reset_user_password(**named)
    with refused("PasswordResetRequiredException"):
        exchange(pool, token)
    pool.idp.admin_set_user_password(**named, Password=PASSWORD, Permanent=True)
    exchange(pool, token)
    with refused(*REUSED):
        exchange(pool, token)


def test_replays_within_the_grace_period_each_fork_and_the_last_fork_goes_on(make_frozen_pool):
    pool = rotating(make_frozen_pool, 60)
    first = pool.tokens("ann")["RefreshToken"]
    forks = [exchange(pool, first)["RefreshToken"] for _ in range(4)]
    assert len({first, *forks}) == 5
    pool.server.advance("61s")
    for dead in (first, *forks[:-1]):
        with refused(*REUSED):
            exchange(pool, dead)
    exchange(pool, forks[-1])


def test_a_revoked_family_is_dead_within_its_grace_period_too(make_frozen_pool):
    pool = rotating(make_frozen_pool, 60)
    tokens = pool.tokens("ann")
    first = tokens["RefreshToken"]
    renewed = exchange(pool, first)
    revoke(pool, renewed["RefreshToken"])
    for dead in (first, renewed["RefreshToken"]):
        with refused(*REVOKED):
            exchange(pool, dead)
    # Every access token of the origin_jti, that of the sign-in too.
    for dead in (tokens, renewed):
        with refused(*ACCESS_REVOKED):
            pool.idp.get_user(AccessToken=dead["AccessToken"])


def test_an_expired_token_can_be_revoked(make_frozen_pool):
    """RFC 7009: what is dead already is no error (observed for tokens that were never issued)."""
    pool = make_frozen_pool()
    pool.add_user("ann")
    token = pool.tokens("ann")["RefreshToken"]
    pool.server.advance("721h")
    assert without_metadata(revoke(pool, token)) == {}


def test_a_rotated_token_is_of_its_device(make_frozen_pool):
    pool = make_frozen_pool(
        DeviceConfiguration={"ChallengeRequiredOnNewDevice": False, "DeviceOnlyRememberedOnUserPrompt": True},
        client={
            "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"],
            "RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 0},
        },
    )
    pool.add_user("ann")
    tokens = pool.tokens("ann")
    key = tokens["NewDeviceMetadata"]["DeviceKey"]
    for given in ({}, {"DeviceKey": key}):  # documented: ConfirmDevice comes first
        with refused(*GARBAGE):
            exchange(pool, tokens["RefreshToken"], **given)
    pool.idp.confirm_device(
        AccessToken=tokens["AccessToken"],
        DeviceKey=key,
        DeviceSecretVerifierConfig={"PasswordVerifier": "AQIDBA==", "Salt": "AQIDBA=="},
    )
    renewed = exchange(pool, tokens["RefreshToken"], DeviceKey=key)
    assert claims(renewed["AccessToken"])["device_key"] == key
    with refused(*GARBAGE):
        exchange(pool, renewed["RefreshToken"])
    renewed = exchange(pool, renewed["RefreshToken"], DeviceKey=key)
    pool.idp.admin_forget_device(UserPoolId=pool.pool_id, Username="ann", DeviceKey=key)
    with refused(*GARBAGE):
        exchange(pool, renewed["RefreshToken"], DeviceKey=key)


def test_a_refresh_checks_the_secret_before_it_tells_of_the_user(make_pool):
    """Inferred, as in every flow."""
    pool = make_pool(client={"GenerateSecret": True})
    pool.add_user("ann")
    pool.add_user("bob")
    token = pool.tokens("ann")["RefreshToken"]
    wrong = ("NotAuthorizedException", f"SecretHash does not match for the client: {pool.id}")
    with refused(*wrong):
        pool.refresh(token, "bob")
    pool.idp.admin_disable_user(UserPoolId=pool.pool_id, Username="ann")
    with refused(*wrong):
        pool.refresh(token, "bob")
    with refused("NotAuthorizedException", "User is disabled."):
        pool.refresh(token, "ann")
    unverified = ("NotAuthorizedException", f"Unable to verify secret hash for client {pool.id}")
    with refused(*unverified):
        exchange(pool, token, ClientSecret="a" * 30)
    with refused("NotAuthorizedException", "User is disabled."):
        exchange(pool, token, ClientSecret=pool.secret)
