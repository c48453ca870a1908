"""Auth events other than plain sign-ins, and where their requests are from."""

import pytest

from cognito import PASSWORD, claims, refused
from test_threat_protection import configure, events, guarded, risk, takeover, test_api  # noqa: F401

NEW_PASSWORD = "Poolhouse-2"
EXPIRED = "Invalid code provided, please request a code again."
MISMATCH = "Invalid verification code provided, please try again."
VERIFIED = {"AutoVerifiedAttributes": ["email"]}


def outcomes(pool, username="ann"):
    """Type and response of a user's events, oldest first."""
    return [(event["EventType"], event["EventResponse"]) for event in reversed(events(pool, username))]


def other_code(code):
    return "111111" if code == "000000" else "000000"


def test_a_sign_up_is_under_way_until_its_code_comes(guarded):
    pool = guarded("AUDIT", **VERIFIED)
    pool.sign_up("ann", email="ann@example.com")
    assert outcomes(pool) == [("SignUp", "InProgress")]
    code = pool.last_message("ann")["code"]
    with refused("CodeMismatchException", MISMATCH):
        pool.confirm("ann", other_code(code))
    assert outcomes(pool) == [("SignUp", "InProgress"), ("SignUp", "Fail")]
    pool.confirm("ann", code)
    assert outcomes(pool) == [("SignUp", "Pass"), ("SignUp", "Fail")]
    with refused("NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED"):
        pool.confirm("ann", code)
    assert len(events(pool)) == 2


def test_an_administrators_confirmation_ends_the_sign_up(guarded):
    pool = guarded("AUDIT", **VERIFIED)
    pool.sign_up("ann", email="ann@example.com")
    pool.idp.admin_confirm_sign_up(UserPoolId=pool.pool_id, Username="ann")
    assert outcomes(pool) == [("SignUp", "Pass")]


def test_a_code_sent_again_is_an_event(guarded):
    pool = guarded("AUDIT", **VERIFIED)
    pool.sign_up("ann", email="ann@example.com")
    pool.idp.resend_confirmation_code(ClientId=pool.id, Username="ann")
    assert outcomes(pool) == [("SignUp", "InProgress"), ("ResendCode", "Pass")]
    assert all(event["ChallengeResponses"] == [] for event in events(pool))


def test_a_recovery_is_under_way_until_its_code_comes(guarded):
    pool = guarded("AUDIT")
    pool.add_user("ann", email="ann@example.com", email_verified="true")

    def set_password(code):
        pool.idp.confirm_forgot_password(
            ClientId=pool.id, Username="ann", ConfirmationCode=code, Password=NEW_PASSWORD
        )

    pool.idp.forgot_password(ClientId=pool.id, Username="ann")
    code = pool.last_message("ann")["code"]
    with refused("CodeMismatchException", MISMATCH):
        set_password(other_code(code))
    assert outcomes(pool) == [("ForgotPassword", "InProgress"), ("ForgotPassword", "Fail")]
    set_password(code)
    assert outcomes(pool) == [("ForgotPassword", "Pass"), ("ForgotPassword", "Fail")]
    with refused("ExpiredCodeException", EXPIRED):
        set_password(code)
    assert outcomes(pool)[-1] == ("ForgotPassword", "Fail")


def test_changes_of_a_password_are_events(guarded):
    pool = guarded("AUDIT")
    pool.add_user("ann")
    access = pool.tokens("ann")["AccessToken"]
    change = {"AccessToken": access, "ProposedPassword": NEW_PASSWORD}
    with refused("NotAuthorizedException", "Incorrect username or password."):
        pool.idp.change_password(PreviousPassword="Wrong-1234", **change)
    pool.idp.change_password(PreviousPassword=PASSWORD, **change)
    assert outcomes(pool)[1:] == [("PasswordChange", "Fail"), ("PasswordChange", "Pass")]


def test_no_event_where_threat_protection_is_off(guarded):
    pool = guarded("OFF", **VERIFIED)
    pool.sign_up("ann", email="ann@example.com")
    with refused("CodeMismatchException"):
        pool.confirm("ann", other_code(pool.last_message("ann")["code"]))
    pool.idp.admin_confirm_sign_up(UserPoolId=pool.pool_id, Username="ann")
    guard = {"UserPoolTier": "PLUS", "UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"}}
    pool.idp.update_user_pool(UserPoolId=pool.pool_id, **VERIFIED, **guard)
    assert events(pool) == []


@pytest.mark.parametrize(
    ("settings", "counts"),
    [
        ({"GenerateSecret": True, "EnablePropagateAdditionalUserContextData": True}, True),
        ({"GenerateSecret": True}, False),
        ({}, False),
    ],
)
def test_the_users_word_on_the_address_counts_behind_a_secret(guarded, settings, counts):
    pool = guarded("AUDIT", **VERIFIED)
    client = pool.add_client(**settings)
    context = {"UserContextData": {"IpAddress": "203.0.113.7", "EncodedData": "e"}}
    named = {"ClientId": client.id, "Username": "ann"} | client.secret_hash("ann", "SecretHash")
    email = [{"Name": "email", "Value": "ann@example.com"}]
    pool.idp.sign_up(Password=PASSWORD, UserAttributes=email, **named, **context)
    pool.idp.resend_confirmation_code(**named, **context)
    with refused("CodeMismatchException"):
        code = other_code(pool.last_message("ann")["code"])
        pool.idp.confirm_sign_up(ConfirmationCode=code, **named, **context)
    pool.idp.admin_confirm_sign_up(UserPoolId=pool.pool_id, Username="ann")
    parameters = {"USERNAME": "ann", "PASSWORD": PASSWORD} | client.secret_hash("ann")
    pool.idp.initiate_auth(
        ClientId=client.id, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters, **context
    )
    seen = [event["EventContextData"]["IpAddress"] for event in events(pool)]
    assert seen == ["203.0.113.7" if counts else "127.0.0.1"] * 4


def test_an_address_that_counts_must_be_one(guarded):
    pool = guarded("AUDIT")
    pool.add_user("ann")
    client = pool.add_client(GenerateSecret=True, EnablePropagateAdditionalUserContextData=True)

    def sign_in(client, address):
        parameters = {"USERNAME": "ann", "PASSWORD": PASSWORD} | client.secret_hash("ann")
        return pool.idp.initiate_auth(
            ClientId=client.id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters=parameters,
            UserContextData={"IpAddress": address},
        )

    for address in ("localhost", "1.2.3", "1.2.3.4/32", ""):
        # Inferred text.
        with refused("InvalidParameterException", "Invalid IP address in user context data."):
            sign_in(client, address)
        assert "AuthenticationResult" in sign_in(pool, address), "a word that does not count is not read"
    assert "AuthenticationResult" in sign_in(client, "2001:db8::7")
    assert events(pool)[0]["EventContextData"]["IpAddress"] == "2001:db8::7"


def test_risk_is_not_assessed_for_a_skipped_range(guarded):
    pool = guarded()
    pool.add_user("ann")
    skipped = {"RiskExceptionConfiguration": {"SkippedIPRangeList": ["127.0.0.0/8"]}}
    configure(pool, AccountTakeoverRiskConfiguration=takeover("BLOCK"), **skipped)
    risk(pool, username="ann", riskLevel="High")
    assert "AuthenticationResult" in pool.sign_in("ann")
    assert events(pool)[0]["EventRisk"] == {"RiskDecision": "NoRisk", "CompromisedCredentialsDetected": False}
    configure(pool, AccountTakeoverRiskConfiguration=takeover("BLOCK"))
    with refused("NotAuthorizedException", "Unable to login because of security reasons."):
        pool.sign_in("ann")


def test_a_blocked_range_wins_over_a_skipped_one(guarded):
    pool = guarded()
    pool.add_user("ann")
    ranges = {"BlockedIPRangeList": ["127.0.0.1/32"], "SkippedIPRangeList": ["127.0.0.0/8"]}
    configure(pool, RiskExceptionConfiguration=ranges)
    with refused("NotAuthorizedException", "Request not allowed due to security reasons."):
        pool.sign_in("ann")
    assert events(pool)[0]["EventRisk"]["RiskDecision"] == "Block"
    assert "RiskLevel" not in events(pool)[0]["EventRisk"]


def test_the_event_has_the_id_of_the_tokens_after_a_global_sign_out_on_the_way(guarded):
    pool = guarded("AUDIT")
    pool.set_mfa("OPTIONAL")
    pool.add_user("ann")
    totp = pool.register_totp(pool.tokens("ann")["AccessToken"])
    challenge = pool.sign_in("ann")
    began = events(pool)[0]["EventId"]
    pool.idp.admin_user_global_sign_out(UserPoolId=pool.pool_id, Username="ann")
    answer = pool.answer(challenge, "ann", SOFTWARE_TOKEN_MFA_CODE=pool.code(totp, 1))
    tokens = answer["AuthenticationResult"]
    event = events(pool)[0]
    assert event["EventResponse"] == "Pass"
    assert event["EventId"] == claims(tokens["IdToken"])["event_id"] != began
    pool.idp.get_user(AccessToken=tokens["AccessToken"])
