"""Sessions of users: tracked, limited, listed and revoked."""

import pytest

from cognito import refused

UNKNOWN = "tkn" + "a" * 25
REVOKED = ("NotAuthorizedException", "Access Token has been revoked")


@pytest.fixture
def pool(make_frozen_pool):
    pool = make_frozen_pool()
    pool.add_user("ann")
    return pool


def track(pool, limit=20, tracking="ENABLED"):
    settings = {"UserPoolId": pool.pool_id, "UserSessionTracking": tracking, "TokenSession": {"MaxPerUser": limit}}
    set_up = pool.idp.set_user_pool_session_configuration(**settings)
    assert settings.items() <= set_up.items()
    found = pool.idp.get_user_pool_session_configuration(UserPoolId=pool.pool_id)
    assert settings.items() <= found.items()


def sessions(pool, tokens):
    return pool.idp.list_user_sessions(AccessToken=tokens["AccessToken"])["Sessions"]


def all_of(pool, username):
    return pool.idp.admin_list_user_sessions(UserPoolId=pool.pool_id, Username=username)["Sessions"]


def test_a_sign_in_opens_a_session_that_refreshes_move(pool):
    track(pool)
    tokens = pool.tokens("ann")
    (opened,) = sessions(pool, tokens)
    assert (opened["SessionType"], opened["ClientId"], opened["IsCurrentSession"]) == ("TOKEN", pool.id, True)
    assert opened["DeviceType"].startswith("Boto3 1")
    assert opened["LastIPAddress"] in ("127.0.0.1", "::1")
    assert opened["LastLocation"] == {"Country": "unknown"}
    assert "OriginSessionId" not in opened
    assert opened["CreateDate"] == opened["LastActiveDate"]
    pool.server.advance("5m")
    pool.idp.get_user(AccessToken=tokens["AccessToken"])
    assert sessions(pool, tokens) == [opened]
    pool.refresh(tokens["RefreshToken"])
    (moved,) = all_of(pool, "ann")
    assert (moved["LastActiveDate"] - moved["CreateDate"]).total_seconds() == 300
    assert (moved["SessionId"], moved["IsCurrentSession"]) == (opened["SessionId"], False)


def test_a_limit_of_one_signs_the_other_device_out(pool):
    track(pool, 1)
    first, second = pool.tokens("ann"), pool.tokens("ann")
    with refused(*REVOKED):
        sessions(pool, first)
    with refused("NotAuthorizedException", "Refresh Token has been revoked"):
        pool.refresh(first["RefreshToken"])
    assert len(sessions(pool, second)) == 1


def test_a_user_revokes_the_others_but_not_their_own(pool):
    track(pool)
    here, there = pool.tokens("ann"), pool.tokens("ann")
    own, other = sorted(sessions(pool, here), key=lambda found: not found["IsCurrentSession"])
    # The texts are inferred.
    with refused("InvalidParameterException", "The current session cannot be revoked."):
        pool.idp.revoke_user_session(AccessToken=here["AccessToken"], SessionId=own["SessionId"])
    pool.idp.revoke_user_session(AccessToken=here["AccessToken"], SessionId=other["SessionId"])
    with refused(*REVOKED):
        sessions(pool, there)
    with refused("ResourceNotFoundException", "Session does not exist."):
        pool.idp.revoke_user_session(AccessToken=here["AccessToken"], SessionId=UNKNOWN)
    with refused("InvalidParameterException"):
        pool.idp.revoke_user_session(AccessToken=here["AccessToken"], SessionId="tkn" + "A" * 25)
    pool.add_user("bob")
    with refused("ResourceNotFoundException", "Session does not exist."):
        pool.idp.admin_revoke_user_session(UserPoolId=pool.pool_id, Username="bob", SessionId=own["SessionId"])
    pool.idp.admin_revoke_user_session(
        UserPoolId=pool.pool_id, Username="ann", SessionId=own["SessionId"], RevokeAssociatedSessions="LINKED"
    )
    assert all_of(pool, "ann") == []
    with refused("UserNotFoundException"):
        all_of(pool, "nobody")


def test_revoke_token_and_sign_out_end_sessions(pool):
    track(pool)
    tokens = pool.tokens("ann")
    pool.idp.revoke_token(Token=tokens["RefreshToken"], ClientId=pool.id, RevokeAssociatedSessions="LINKED")
    assert all_of(pool, "ann") == []
    tokens = pool.tokens("ann")
    pool.idp.global_sign_out(AccessToken=tokens["AccessToken"])
    assert all_of(pool, "ann") == []


def test_a_client_sets_how_long_sso_sessions_serve(pool):
    client = {"UserPoolId": pool.pool_id, "ClientId": pool.id}
    found = pool.idp.get_user_pool_client_session_configuration(**client)
    assert found["SSOSession"] == {"MaxValidityMinutes": 60}
    with refused("InvalidParameterException"):
        pool.idp.set_user_pool_client_session_configuration(**client, SSOSession={"MaxValidityMinutes": 0})
    track(pool)
    pool.idp.set_user_pool_client_session_configuration(**client, SSOSession={"MaxValidityMinutes": 129600})
    found = pool.idp.get_user_pool_client_session_configuration(**client)
    assert found["SSOSession"] == {"MaxValidityMinutes": 129600}
    with refused("InvalidParameterException"):
        pool.idp.set_user_pool_client_session_configuration(**client, SSOSession={"MaxValidityMinutes": 129601})
    with refused("ResourceNotFoundException"):
        pool.idp.get_user_pool_client_session_configuration(UserPoolId=pool.pool_id, ClientId="unknown")


def test_the_lite_tier_does_not_track(make_frozen_pool):
    lite = make_frozen_pool(UserPoolTier="LITE")
    with refused("FeatureUnavailableInTierException"):
        track(lite)
    pool = make_frozen_pool()
    track(pool)
    with refused("TierChangeNotAllowedException"):
        pool.idp.update_user_pool(UserPoolId=pool.pool_id, UserPoolTier="LITE")
