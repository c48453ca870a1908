"""Sessions of users: tracked, limited, listed and revoked."""

import pytest

from cognito import PASSWORD, at_once, refused

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
    """That tracking must be on is documented; the type is AWS's for what a configuration rules out."""
    client = {"UserPoolId": pool.pool_id, "ClientId": pool.id}
    found = pool.idp.get_user_pool_client_session_configuration(**client)
    assert found["SSOSession"] == {"MaxValidityMinutes": 60}
    with refused("OperationNotEnabledException"):
        pool.idp.set_user_pool_client_session_configuration(**client, SSOSession={"MaxValidityMinutes": 0})
    track(pool)
    pool.idp.set_user_pool_client_session_configuration(**client, SSOSession={"MaxValidityMinutes": 129600})
    found = pool.idp.get_user_pool_client_session_configuration(**client)
    assert found["SSOSession"] == {"MaxValidityMinutes": 129600}
    track(pool, tracking="DISABLED")
    assert pool.idp.get_user_pool_client_session_configuration(**client)["SSOSession"] == found["SSOSession"]
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


def test_sign_ins_at_once_keep_to_the_limit(pool):
    track(pool, 3)
    found = []
    assert at_once([lambda: found.append(pool.tokens("ann"))] * 12) == ["done"] * 12
    alive = [tokens for tokens in found if works(pool, tokens)]
    assert (len(all_of(pool, "ann")), len(alive)) == (3, 3)


def works(pool, tokens):
    try:
        pool.idp.get_user(AccessToken=tokens["AccessToken"])
    except pool.idp.exceptions.NotAuthorizedException:
        return False
    return True


def test_disabling_while_users_sign_in_leaves_no_session(pool):
    track(pool)
    found = []
    named = {"UserPoolId": pool.pool_id, "Username": "ann"}
    sign_ins = [lambda: found.append(pool.tokens("ann"))] * 8
    at_once(sign_ins[:4] + [lambda: pool.idp.admin_disable_user(**named)] + sign_ins[4:])
    assert all_of(pool, "ann") == []
    assert not [tokens for tokens in found if works(pool, tokens)]


def test_sessions_go_with_their_client_and_their_user(pool):
    track(pool)
    other = pool.add_client(EnableTokenRevocation=False)
    tokens, elsewhere = pool.tokens("ann"), other.tokens("ann")
    assert {session["ClientId"] for session in sessions(pool, elsewhere)} == {pool.id, other.id}
    (own,) = [session for session in sessions(pool, elsewhere) if session["IsCurrentSession"]]
    assert own["ClientId"] == other.id
    # A session is revoked also where RevokeToken would refuse the client.
    pool.idp.revoke_user_session(AccessToken=tokens["AccessToken"], SessionId=own["SessionId"])
    with refused(*REVOKED):
        sessions(pool, elsewhere)
    other.tokens("ann")
    pool.idp.delete_user_pool_client(UserPoolId=pool.pool_id, ClientId=other.id)
    assert [session["ClientId"] for session in all_of(pool, "ann")] == [pool.id]
    pool.idp.admin_delete_user(UserPoolId=pool.pool_id, Username="ann")
    pool.add_user("ann")
    assert all_of(pool, "ann") == []


def test_a_server_says_where_its_user_is(pool):
    track(pool)
    browser = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/131.0.0.0 Safari/537.36"
    pool.idp.admin_initiate_auth(
        UserPoolId=pool.pool_id,
        ClientId=pool.id,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ann", "PASSWORD": PASSWORD},
        ContextData={
            "IpAddress": "203.0.113.9",
            "ServerName": "shop",
            "ServerPath": "/",
            "HttpHeaders": [{"headerName": "User-Agent", "headerValue": browser}],
        },
    )
    (session,) = all_of(pool, "ann")
    assert (session["LastIPAddress"], session["DeviceType"]) == ("203.0.113.9", "Chrome 131, Windows 10")
