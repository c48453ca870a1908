"""Levels of authentication, as AWS documents them and as they were measured: `--step-up` turns them on."""

import json

import pytest

from authenticator import create
from authenticator import get as assertion
from cognito import ALL_FLOWS, PASSWORD, Pool, challenge_of, claims, refused, tokens_of
from poolhouse import NEW_YEAR, Server

LEVEL = "urn:cognito:loa:{}"


@pytest.fixture(params=[True, False], ids=["step_up", "as_measured"])
def step_up(request):
    return request.param


@pytest.fixture
def pool(step_up):
    server = Server("--frozen-clock", NEW_YEAR, *(["--step-up"] if step_up else []))
    pool = Pool(
        server,
        server.client(),
        client={"ExplicitAuthFlows": [*ALL_FLOWS, "ALLOW_USER_AUTH"]},
        mfa=None,
        Policies={"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP", "WEB_AUTHN"]}},
    )
    pool.idp.set_user_pool_mfa_config(
        UserPoolId=pool.pool_id,
        MfaConfiguration="OPTIONAL",
        SoftwareTokenMfaConfiguration={"Enabled": True},
        WebAuthnConfiguration={"RelyingPartyId": "example.com"},
    )
    pool.add_user("ann", email="ann@example.com")
    yield pool
    server.stop()


def begin(pool, preferred, **parameters):
    return pool.idp.initiate_auth(
        AuthFlow="USER_AUTH",
        ClientId=pool.id,
        AuthParameters={"USERNAME": "ann", "PREFERRED_CHALLENGE": preferred} | parameters,
    )


def told(tokens):
    """`acr` and `amr`, the same in both tokens."""
    found = [(claims(tokens[kind]).get("acr"), claims(tokens[kind]).get("amr")) for kind in ("IdToken", "AccessToken")]
    assert found[0] == found[1]
    return found[0]


def level(step_up, number, *amr):
    return (LEVEL.format(number), list(amr)) if step_up else (None, None)


def test_each_way_to_sign_in_is_told(pool, step_up):
    by_password = pool.tokens("ann")
    assert told(by_password) == level(step_up, 1, "pwd")
    assert told(tokens_of(pool.srp_sign_in("ann"))) == level(step_up, 1, "pwd")
    challenge = challenge_of(begin(pool, "EMAIL_OTP"), "EMAIL_OTP")
    by_code = tokens_of(pool.answer(challenge, "ann", EMAIL_OTP_CODE=pool.last_message("ann")["code"]))
    assert told(by_code) == level(step_up, 2, "email_otp")
    token = by_password["AccessToken"]
    for attachment, method in [("cross-platform", "hwk"), ("platform", "swk")]:
        options = pool.idp.start_web_authn_registration(AccessToken=token)["CredentialCreationOptions"]
        passkey = create(options) | {"authenticatorAttachment": attachment}
        pool.idp.complete_web_authn_registration(AccessToken=token, Credential=passkey)
        challenge = challenge_of(begin(pool, "WEB_AUTHN"), "WEB_AUTHN")
        asked = json.loads(challenge["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"])
        by_passkey = tokens_of(pool.answer(challenge, "ann", CREDENTIAL=json.dumps(assertion(asked, passkey))))
        assert told(by_passkey) == level(step_up, 3, method)
    secret = pool.register_totp(token)
    pool.server.advance("30s")
    challenge = challenge_of(pool.sign_in("ann"), "SOFTWARE_TOKEN_MFA")
    by_both = tokens_of(pool.answer(challenge, "ann", SOFTWARE_TOKEN_MFA_CODE=pool.code(secret)))
    assert told(by_both) == level(step_up, 4, "pwd", "otp", "mfa")
    pool.server.advance("30m")
    for renewed in (
        tokens_of(pool.refresh(by_both["RefreshToken"])),
        pool.idp.get_tokens_from_refresh_token(RefreshToken=by_both["RefreshToken"], ClientId=pool.id)[
            "AuthenticationResult"
        ],
    ):
        assert told(renewed) == told(by_both)
        assert claims(renewed["IdToken"])["auth_time"] == claims(by_both["IdToken"])["auth_time"]


def test_an_access_token_steps_up(pool, step_up):
    tokens = pool.tokens("ann")
    secret = pool.register_totp(tokens["AccessToken"])
    pool.idp.admin_set_user_mfa_preference(
        UserPoolId=pool.pool_id, Username="ann", SoftwareTokenMfaSettings={"Enabled": False, "PreferredMfa": False}
    )
    pool.server.advance("30s")
    up = {"TARGET_ACR_VALUES": f"{LEVEL.format(4)} {LEVEL.format(3)}", "ACCESS_TOKEN": tokens["AccessToken"]}
    if not step_up:
        # None of it counts: the password alone is enough, as ever.
        assert told(tokens_of(begin(pool, "PASSWORD", PASSWORD=PASSWORD, **up))) == (None, None)
        tokens_of(begin(pool, "PASSWORD", PASSWORD=PASSWORD, TARGET_ACR_VALUES="x"))
        return
    challenge = challenge_of(begin(pool, "PASSWORD", **up), "SOFTWARE_TOKEN_MFA")
    with refused("CodeMismatchException"):
        pool.answer(challenge, "ann", SOFTWARE_TOKEN_MFA_CODE=pool.wrong_code(secret))
    stepped = tokens_of(pool.answer(challenge, "ann", SOFTWARE_TOKEN_MFA_CODE=pool.code(secret)))
    assert told(stepped) == level(True, 4, "pwd", "otp", "mfa")
    # Types and texts are inferred.
    for parameters, text in [
        ({"TARGET_ACR_VALUES": "x"}, "None of TARGET_ACR_VALUES is valid."),
        ({"ACCESS_TOKEN": tokens["AccessToken"]}, "Missing required parameter TARGET_ACR_VALUES"),
        (up | {"ACCESS_TOKEN": stepped["AccessToken"]}, "ACCESS_TOKEN already satisfies TARGET_ACR_VALUES."),
        (up | {"MAX_AGE": "soon"}, "Invalid MAX_AGE."),
    ]:
        with refused("InvalidParameterException", text):
            begin(pool, "PASSWORD", PASSWORD=PASSWORD, **parameters)
    pool.idp.global_sign_out(AccessToken=stepped["AccessToken"])
    with refused("NotAuthorizedException", "Access Token has been revoked"):
        begin(pool, "PASSWORD", PASSWORD=PASSWORD, **up)


def test_a_token_steps_up_past_no_block(pool, step_up):
    """What risk blocks stays blocked for who shows a token in place of the password."""
    token = pool.tokens("ann")["AccessToken"]
    pool.register_totp(token)
    policy = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP", "WEB_AUTHN"]}}
    pool.idp.update_user_pool(
        UserPoolId=pool.pool_id,
        Policies=policy,
        MfaConfiguration="OPTIONAL",
        UserPoolTier="PLUS",
        UserPoolAddOns={"AdvancedSecurityMode": "ENFORCED"},
    )
    steps_up = {"TARGET_ACR_VALUES": LEVEL.format(4), "ACCESS_TOKEN": token}
    asked = challenge_of(begin(pool, "PASSWORD", **steps_up), "SOFTWARE_TOKEN_MFA" if step_up else "PASSWORD")
    pool.idp.set_risk_configuration(
        UserPoolId=pool.pool_id, RiskExceptionConfiguration={"BlockedIPRangeList": ["127.0.0.0/8", "::1/128"]}
    )
    with refused("NotAuthorizedException", "Request not allowed due to security reasons."):
        if step_up:
            begin(pool, "PASSWORD", **steps_up)
        else:
            # The token counts for nothing; the password that is asked for is weighed.
            pool.answer(asked, "ann", PASSWORD=PASSWORD)
