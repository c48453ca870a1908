"""Refused sign-ins: flows, client secrets, passwords, lock-out, states of the user."""

import pytest

from cognito import PASSWORD, challenge_of, refused, tokens_of

WRONG_PASSWORD = ("NotAuthorizedException", "Incorrect username or password.")
LOCKED = ("NotAuthorizedException", "Password attempts exceeded")
REFRESH_ONLY = {"ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH"]}
ADMIN_FLOWS = ["ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"]


# Flows --------------------------------------------------------------------------------------------

FLOW_NOT_ENABLED = [
    ("USER_PASSWORD_AUTH", "USER_PASSWORD_AUTH flow not enabled for this client"),
    ("USER_AUTH", "USER_AUTH flow not enabled for this client"),
    ("USER_SRP_AUTH", "USER_SRP_AUTH is not enabled for the client."),
    ("CUSTOM_AUTH", "CUSTOM_AUTH is not enabled for the client."),  # inferred, by analogy
]


@pytest.mark.parametrize(("flow", "text"), FLOW_NOT_ENABLED)
def test_a_flow_that_the_client_does_not_allow(make_pool, flow, text):
    pool = make_pool(client=REFRESH_ONLY)
    pool.add_user("ann")
    with refused("InvalidParameterException", text):
        pool.idp.initiate_auth(
            AuthFlow=flow,
            ClientId=pool.id,
            AuthParameters={"USERNAME": "ann", "PASSWORD": PASSWORD, "SRP_A": "1" * 64},
        )


@pytest.mark.parametrize("flow", ADMIN_FLOWS)
def test_an_admin_flow_that_the_client_does_not_allow(make_pool, flow):
    pool = make_pool(client=REFRESH_ONLY)
    pool.add_user("ann")
    with refused("InvalidParameterException", "Auth flow not enabled for this client"):
        pool.admin_sign_in("ann", flow=flow)


@pytest.mark.parametrize("flow", ["REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"])
def test_the_refresh_flow_where_the_client_does_not_allow_it(make_pool, flow):
    """Inferred text."""
    pool = make_pool(client={"ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"]})
    pool.add_user("ann")
    token = pool.tokens("ann")["RefreshToken"]
    with refused("InvalidParameterException", "Auth flow not enabled for this client"):
        pool.refresh(token, flow=flow)


@pytest.mark.parametrize("flow", ADMIN_FLOWS)
def test_initiate_auth_does_not_serve_admin_flows(make_pool, flow):
    pool = make_pool()
    pool.add_user("ann")
    with refused("InvalidParameterException", "Initiate Auth method not supported."):
        pool.idp.initiate_auth(
            AuthFlow=flow, ClientId=pool.id, AuthParameters={"USERNAME": "ann", "PASSWORD": PASSWORD}
        )


def test_admin_initiate_auth_does_not_serve_user_password_auth(make_pool):
    pool = make_pool()
    pool.add_user("ann")
    with refused("InvalidParameterException", "Initiate Auth method not supported."):
        pool.admin_sign_in("ann", flow="USER_PASSWORD_AUTH")


def test_a_client_without_explicit_flows_allows_srp_and_refresh_but_no_passwords(make_pool):
    pool = make_pool()
    made = pool.idp.create_user_pool_client(UserPoolId=pool.pool_id, ClientName="defaults")
    pool.id = made["UserPoolClient"]["ClientId"]
    pool.add_user("ann")
    tokens = tokens_of(pool.srp_sign_in("ann"))
    tokens_of(pool.refresh(tokens["RefreshToken"]))
    with refused("InvalidParameterException", "USER_PASSWORD_AUTH flow not enabled for this client"):
        pool.sign_in("ann")
    with refused("InvalidParameterException", "Auth flow not enabled for this client"):
        pool.admin_sign_in("ann")


def test_legacy_flow_names_add_to_srp_and_refresh(make_pool):
    pool = make_pool(client={"ExplicitAuthFlows": ["USER_PASSWORD_AUTH"]})
    pool.add_user("ann")
    tokens_of(pool.srp_sign_in("ann"))
    tokens_of(pool.refresh(pool.tokens("ann")["RefreshToken"], flow="REFRESH_TOKEN"))
    pool = make_pool(client={"ExplicitAuthFlows": ["ADMIN_NO_SRP_AUTH"]})
    pool.add_user("ann")
    tokens = tokens_of(pool.admin_sign_in("ann", flow="ADMIN_NO_SRP_AUTH"))
    tokens_of(pool.refresh(tokens["RefreshToken"], flow="REFRESH_TOKEN"))


MISSING = [
    ("USER_PASSWORD_AUTH", {"PASSWORD": PASSWORD}, "USERNAME"),
    ("USER_SRP_AUTH", {"SRP_A": "1" * 64}, "USERNAME"),
    ("USER_SRP_AUTH", {"USERNAME": "ann"}, "SRP_A"),
    ("USER_PASSWORD_AUTH", {"USERNAME": "ann"}, "PASSWORD"),  # inferred, by analogy
    ("REFRESH_TOKEN_AUTH", {}, "REFRESH_TOKEN"),  # inferred, by analogy
]


@pytest.mark.parametrize(("flow", "parameters", "name"), MISSING)
def test_a_parameter_is_missing(make_pool, flow, parameters, name):
    pool = make_pool()
    with refused("InvalidParameterException", f"Missing required parameter {name}"):
        pool.idp.initiate_auth(AuthFlow=flow, ClientId=pool.id, AuthParameters=parameters)


def test_custom_auth_without_triggers(make_pool):
    pool = make_pool(client={"ExplicitAuthFlows": ["ALLOW_CUSTOM_AUTH"]})
    pool.add_user("ann")
    with refused("InvalidParameterException", "Custom auth lambda trigger is not configured for the user pool."):
        pool.idp.initiate_auth(AuthFlow="CUSTOM_AUTH", ClientId=pool.id, AuthParameters={"USERNAME": "ann"})


@pytest.mark.parametrize("srp_a", ["0", "00", "zz"])
def test_a_bad_srp_a(make_pool, srp_a):
    """The type is inferred. A mod N = 0 would let anyone in."""
    pool = make_pool()
    pool.add_user("ann")
    with refused("InvalidParameterException"):
        pool.idp.initiate_auth(
            AuthFlow="USER_SRP_AUTH",
            ClientId=pool.id,
            AuthParameters={"USERNAME": "ann", "SRP_A": srp_a},
        )


def test_srp_a_that_is_a_multiple_of_n(make_pool):
    """The type is inferred."""
    from pycognito.aws_srp import N_HEX

    pool = make_pool()
    pool.add_user("ann")
    for factor in (1, 2):
        with refused("InvalidParameterException"):
            pool.idp.initiate_auth(
                AuthFlow="USER_SRP_AUTH",
                ClientId=pool.id,
                AuthParameters={"USERNAME": "ann", "SRP_A": f"{int(N_HEX, 16) * factor:x}"},
            )


def test_an_unknown_client(make_pool):
    pool = make_pool()
    pool.id = "1234567890abcdefghijklmnop"
    with refused("ResourceNotFoundException", "User pool client 1234567890abcdefghijklmnop does not exist."):
        pool.sign_in("ann")


def test_admin_sign_in_by_a_client_of_another_pool(make_pool):
    """Inferred."""
    pool, other = make_pool(), make_pool()
    pool.add_user("ann")
    pool.id = other.id
    with refused("ResourceNotFoundException", f"User pool client {other.id} does not exist."):
        pool.admin_sign_in("ann")


def test_admin_sign_in_in_an_unknown_pool(make_pool):
    pool = make_pool()
    pool.pool_id = "us-east-1_Nowhere00"
    with refused("ResourceNotFoundException", "User pool us-east-1_Nowhere00 does not exist."):
        pool.admin_sign_in("ann")


# The client's secret ------------------------------------------------------------------------------


@pytest.fixture
def confidential(make_pool):
    pool = make_pool(client={"GenerateSecret": True}, AutoVerifiedAttributes=["email"])
    pool.add_user("ann", email="ann@example.com", email_verified="true")
    return pool


def calls_with_a_hash(pool, value=None):
    """Every operation that takes a secret hash, with this one or with none."""
    hashes = {"SECRET_HASH": value} if value else {}
    member = {"SecretHash": value} if value else {}
    call, name = pool.idp, {"ClientId": pool.id, "Username": "ann"}
    srp = pool.srp("ann").get_auth_params()
    del srp["SECRET_HASH"]
    return [
        lambda: call.initiate_auth(
            AuthFlow="USER_PASSWORD_AUTH",
            ClientId=pool.id,
            AuthParameters={"USERNAME": "ann", "PASSWORD": PASSWORD} | hashes,
        ),
        lambda: call.admin_initiate_auth(
            UserPoolId=pool.pool_id,
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            ClientId=pool.id,
            AuthParameters={"USERNAME": "ann", "PASSWORD": PASSWORD} | hashes,
        ),
        lambda: call.initiate_auth(AuthFlow="USER_SRP_AUTH", ClientId=pool.id, AuthParameters=srp | hashes),
        lambda: call.sign_up(**name, Password=PASSWORD, **member),
        lambda: call.confirm_sign_up(**name, ConfirmationCode="123456", **member),
        lambda: call.resend_confirmation_code(**name, **member),
        lambda: call.forgot_password(**name, **member),
        lambda: call.confirm_forgot_password(**name, ConfirmationCode="123456", Password=PASSWORD, **member),
    ]


@pytest.mark.parametrize("index", range(8))
def test_the_secret_hash_is_missing(confidential, index):
    text = f"Client {confidential.id} is configured with secret but SECRET_HASH was not received"
    with refused("NotAuthorizedException", text):
        calls_with_a_hash(confidential)[index]()


@pytest.mark.parametrize("index", range(8))
def test_the_secret_hash_is_wrong(confidential, index):
    text = f"Unable to verify secret hash for client {confidential.id}"
    with refused("NotAuthorizedException", text):
        calls_with_a_hash(confidential, "AAAA")[index]()


def test_the_secret_hash_of_another_user_is_wrong(confidential):
    text = f"Unable to verify secret hash for client {confidential.id}"
    with refused("NotAuthorizedException", text):
        confidential.sign_in("ann", SECRET_HASH=confidential.secret_hash("bea")["SECRET_HASH"])


def test_the_secret_is_checked_before_the_user(confidential):
    """Inferred."""
    text = f"Unable to verify secret hash for client {confidential.id}"
    with refused("NotAuthorizedException", text):
        confidential.sign_in("nobody", SECRET_HASH="AAAA")


def test_the_secret_hash_is_missing_or_wrong_in_a_challenge_answer(make_pool):
    pool = make_pool(client={"GenerateSecret": True})
    pool.add_user("ann", temporary=True)
    challenge = challenge_of(pool.sign_in("ann"), "NEW_PASSWORD_REQUIRED")
    with refused("NotAuthorizedException", f"Unable to verify secret hash for client {pool.id}"):
        pool.answer(challenge, "ann", NEW_PASSWORD="Poolhouse-2", SECRET_HASH="AAAA")
    text = f"Client {pool.id} is configured with secret but SECRET_HASH was not received"
    with refused("NotAuthorizedException", text):
        pool.idp.respond_to_auth_challenge(
            ClientId=pool.id,
            ChallengeName="NEW_PASSWORD_REQUIRED",
            Session=challenge["Session"],
            ChallengeResponses={"USERNAME": "ann", "NEW_PASSWORD": "Poolhouse-2"},
        )
    tokens_of(pool.answer(challenge, "ann", NEW_PASSWORD="Poolhouse-2"))


def test_refresh_words_a_wrong_hash_in_its_own_way(confidential):
    token = confidential.tokens("ann")["RefreshToken"]
    with refused("NotAuthorizedException", f"SecretHash does not match for the client: {confidential.id}"):
        confidential.refresh(token, "bea")
    tokens_of(confidential.refresh(token, "ann"))


def test_refresh_without_a_hash(confidential):
    token = confidential.tokens("ann")["RefreshToken"]
    text = f"Client {confidential.id} is configured with secret but SECRET_HASH was not received"
    with refused("NotAuthorizedException", text):
        confidential.refresh(token)


def test_a_hash_for_a_client_without_a_secret(make_pool):
    """The text is reported only."""
    pool = make_pool()
    pool.add_user("ann")
    text = f"Client {pool.id} is not configured for secret but secret was received"
    with refused("NotAuthorizedException", text):
        pool.sign_in("ann", SECRET_HASH="AAAA")


# Passwords and lock-out ---------------------------------------------------------------------------


def test_a_wrong_password_in_every_flow(make_pool):
    pool = make_pool()
    pool.add_user("ann")
    for sign_in in (pool.sign_in, pool.srp_sign_in, pool.admin_sign_in):
        with refused(*WRONG_PASSWORD):
            sign_in("ann", "Poolhouse-2")


def test_srp_refuses_at_the_second_step(make_pool):
    pool = make_pool()
    pool.add_user("ann")
    srp = pool.srp("ann", "Poolhouse-2")
    challenge = pool.srp_start("ann", srp)
    assert set(challenge["ChallengeParameters"]) == {
        "SALT", "SECRET_BLOCK", "SRP_B", "USERNAME", "USER_ID_FOR_SRP",
    }  # fmt: skip
    assert "Session" not in challenge
    proof = srp.process_challenge(challenge["ChallengeParameters"], srp.get_auth_params())
    with refused(*WRONG_PASSWORD):
        pool.idp.respond_to_auth_challenge(
            ClientId=pool.id, ChallengeName="PASSWORD_VERIFIER", ChallengeResponses=proof
        )


@pytest.mark.parametrize(
    ("name", "password"),
    [("ännë-名前", "Pässwörd-1"), ("a+b:c/d=e", "Pass:word/1"), ("ann", "Poolhouse-1" * 20)],
)
def test_srp_speaks_every_name_and_password(make_pool, name, password):
    pool = make_pool()
    pool.add_user(name, password)
    tokens_of(pool.srp_sign_in(name, password))
    with refused(*WRONG_PASSWORD):
        pool.srp_sign_in(name, password + "x")


def test_srp_speaks_every_salt(make_pool):
    """Salts and values of B with leading zeros or a high first bit are padded in their own ways."""
    pool = make_pool()
    for number in range(40):
        pool.add_user(f"user-{number}")
        tokens_of(pool.srp_sign_in(f"user-{number}"))


def test_an_srp_proof_counts_once(make_pool):
    """Inferred for the secret block; the same SRP_A may come again."""
    pool = make_pool()
    pool.add_user("ann")
    srp = pool.srp("ann")
    challenge = pool.srp_start("ann", srp)
    proof = srp.process_challenge(challenge["ChallengeParameters"], srp.get_auth_params())
    answer = {"ClientId": pool.id, "ChallengeName": "PASSWORD_VERIFIER", "ChallengeResponses": proof}
    tokens_of(pool.idp.respond_to_auth_challenge(**answer))
    with refused("NotAuthorizedException"):
        pool.idp.respond_to_auth_challenge(**answer)
    again = pool.srp_start("ann", srp)
    proof = srp.process_challenge(again["ChallengeParameters"], srp.get_auth_params())
    tokens_of(
        pool.idp.respond_to_auth_challenge(
            ClientId=pool.id, ChallengeName="PASSWORD_VERIFIER", ChallengeResponses=proof
        )
    )


def test_the_srp_timestamp_has_a_form(make_pool):
    """The text is observed, the type inferred."""
    pool = make_pool()
    pool.add_user("ann")
    srp = pool.srp("ann")
    challenge = pool.srp_start("ann", srp)
    proof = srp.process_challenge(challenge["ChallengeParameters"], srp.get_auth_params())
    with refused("InvalidParameterException", "TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english"):
        pool.idp.respond_to_auth_challenge(
            ClientId=pool.id,
            ChallengeName="PASSWORD_VERIFIER",
            ChallengeResponses=proof | {"TIMESTAMP": "2026-01-01T00:00:00Z"},
        )


def fail(pool, times, sign_in=None):
    for _ in range(times):
        with refused(*WRONG_PASSWORD):
            (sign_in or pool.sign_in)("ann", "Poolhouse-2")


def test_five_wrong_passwords_lock_the_user_for_a_second(make_frozen_pool):
    pool = make_frozen_pool()
    pool.add_user("ann")
    pool.add_user("bea")
    fail(pool, 5)
    with refused(*LOCKED):
        pool.sign_in("ann")
    with refused(*LOCKED):
        pool.admin_sign_in("ann")
    tokens_of(pool.sign_in("bea"))
    pool.server.advance("1s")
    tokens_of(pool.sign_in("ann"))


def test_every_further_failure_doubles_the_lock(make_frozen_pool):
    pool = make_frozen_pool()
    pool.add_user("ann")
    fail(pool, 5)
    for lock in (1, 2, 4, 8, 16):
        if lock > 1:
            pool.server.advance(f"{lock - 1}s")
            with refused(*LOCKED):
                pool.sign_in("ann", "Poolhouse-2")
        pool.server.advance("1s")
        fail(pool, 1)


def test_the_lock_ends_growing_at_fifteen_minutes(make_frozen_pool):
    """ "Near 15 minutes" is documented; 900 s is how Poolhouse reads it."""
    pool = make_frozen_pool()
    pool.add_user("ann")
    fail(pool, 5)
    for lock in (1, 2, 4, 8, 16, 32, 64, 128, 256, 512):
        pool.server.advance(f"{lock}s")
        fail(pool, 1)
    pool.server.advance("899s")
    with refused(*LOCKED):
        pool.sign_in("ann")
    pool.server.advance("1s")
    tokens_of(pool.sign_in("ann"))


def test_a_sign_in_after_the_lock_forgets_the_failures(make_frozen_pool):
    pool = make_frozen_pool()
    pool.add_user("ann")
    fail(pool, 5)
    pool.server.advance("1s")
    tokens_of(pool.sign_in("ann"))
    fail(pool, 4)
    tokens_of(pool.sign_in("ann"))


def test_fifteen_quiet_minutes_forget_the_failures(make_frozen_pool):
    pool = make_frozen_pool()
    pool.add_user("ann")
    fail(pool, 5)
    pool.server.advance("16m")
    fail(pool, 4)
    tokens_of(pool.sign_in("ann"))


def test_wrong_srp_proofs_count_too(make_frozen_pool):
    pool = make_frozen_pool()
    pool.add_user("ann")
    fail(pool, 5, pool.srp_sign_in)
    with refused(*LOCKED):
        pool.srp_sign_in("ann")


def test_a_password_reset_ends_the_lock(make_frozen_pool):
    """Inferred."""
    pool = make_frozen_pool()
    pool.add_user("ann")
    fail(pool, 5)
    pool.idp.admin_set_user_password(UserPoolId=pool.pool_id, Username="ann", Password="Poolhouse-3", Permanent=True)
    tokens_of(pool.sign_in("ann", "Poolhouse-3"))


# States -------------------------------------------------------------------------------------------


def test_a_disabled_user_is_refused_whatever_the_password(make_pool):
    pool = make_pool()
    pool.add_user("ann")
    pool.idp.admin_disable_user(UserPoolId=pool.pool_id, Username="ann")
    for password in (PASSWORD, "Poolhouse-2"):
        for sign_in in (pool.sign_in, pool.admin_sign_in):
            with refused("NotAuthorizedException", "User is disabled."):
                sign_in("ann", password)
    pool.idp.admin_enable_user(UserPoolId=pool.pool_id, Username="ann")
    tokens_of(pool.sign_in("ann"))


def test_an_unconfirmed_user(make_pool):
    pool = make_pool()
    pool.sign_up("ann")
    for sign_in in (pool.sign_in, pool.srp_sign_in, pool.admin_sign_in):
        for password in (PASSWORD, "Poolhouse-2"):  # before the password (observed)
            with refused("UserNotConfirmedException", "User is not confirmed."):
                sign_in("ann", password)
    pool.idp.admin_confirm_sign_up(UserPoolId=pool.pool_id, Username="ann")
    tokens_of(pool.sign_in("ann"))


def test_a_user_whose_password_was_reset(make_pool):
    pool = make_pool()
    pool.add_user("ann", email="ann@example.com", email_verified="true")
    pool.idp.admin_reset_user_password(UserPoolId=pool.pool_id, Username="ann")
    assert pool.status("ann") == "RESET_REQUIRED"
    for sign_in in (pool.sign_in, pool.srp_sign_in, pool.admin_sign_in):
        with refused("PasswordResetRequiredException", "Password reset required for the user"):
            sign_in("ann")
    pool.idp.confirm_forgot_password(
        ClientId=pool.id,
        Username="ann",
        ConfirmationCode=pool.last_message("ann")["code"],
        Password="Poolhouse-3",
    )
    tokens_of(pool.sign_in("ann", "Poolhouse-3"))


@pytest.mark.parametrize(("days", "policy"), [(7, {}), (2, {"MinimumLength": 8, "TemporaryPasswordValidityDays": 2})])
def test_a_temporary_password_expires(make_frozen_pool, days, policy):
    settings = {"Policies": {"PasswordPolicy": policy}} if policy else {}
    pool = make_frozen_pool(**settings)
    pool.add_user("ann", temporary=True)
    pool.server.advance(f"{days * 24 - 1}h")
    challenge_of(pool.sign_in("ann"), "NEW_PASSWORD_REQUIRED")
    pool.server.advance("2h")
    text = "Temporary password has expired and must be reset by an administrator."
    with refused("NotAuthorizedException", text):
        pool.sign_in("ann")
    with refused("NotAuthorizedException", text):
        pool.srp_sign_in("ann")
    assert pool.status("ann") == "FORCE_CHANGE_PASSWORD"
    pool.idp.admin_set_user_password(UserPoolId=pool.pool_id, Username="ann", Password="Temporary-2")
    challenge_of(pool.sign_in("ann", "Temporary-2"), "NEW_PASSWORD_REQUIRED")
