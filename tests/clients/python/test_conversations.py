"""A sign-in under way sees what happens to the account meanwhile, and an alias has one holder whatever way it comes."""

import pytest

from cognito import PASSWORD, SMS, as_map, at_once, challenge_of, claims, refused, tokens_of

DISABLED = ("NotAuthorizedException", "User is disabled.")
UNKNOWN = ("NotAuthorizedException", "Invalid session for the user.")
WRONG = ("NotAuthorizedException", "Incorrect username or password.")


def disable(pool, username):
    pool.idp.admin_disable_user(UserPoolId=pool.pool_id, Username=username)


def test_a_user_disabled_before_the_new_password_is_refused(make_pool):
    pool = make_pool()
    pool.add_user("ann", temporary=True)
    challenge = challenge_of(pool.sign_in("ann"), "NEW_PASSWORD_REQUIRED")
    disable(pool, "ann")
    with refused(*DISABLED):
        pool.answer(challenge, "ann", NEW_PASSWORD="Poolhouse-2")
    assert pool.status("ann") == "FORCE_CHANGE_PASSWORD"


def test_a_user_disabled_during_mfa_setup_is_refused_at_each_step(make_pool):
    pool = make_pool(mfa="ON")
    pool.add_user("ann")
    challenge = challenge_of(pool.sign_in("ann"), "MFA_SETUP")
    associated = pool.idp.associate_software_token(Session=challenge["Session"])
    verified = pool.idp.verify_software_token(
        Session=associated["Session"], UserCode=pool.code(associated["SecretCode"])
    )
    fresh = challenge_of(pool.sign_in("ann"), "SOFTWARE_TOKEN_MFA")
    disable(pool, "ann")
    with refused(*DISABLED):
        pool.answer(challenge | {"Session": verified["Session"]}, "ann")
    with refused(*DISABLED):
        pool.answer(fresh, "ann", SOFTWARE_TOKEN_MFA_CODE="123456")


def test_a_token_deleted_after_it_was_verified_does_not_end_the_setup(make_pool):
    pool = make_pool(mfa="ON")
    pool.add_user("ann")
    challenge = challenge_of(pool.sign_in("ann"), "MFA_SETUP")
    associated = pool.idp.associate_software_token(Session=challenge["Session"])
    verified = pool.idp.verify_software_token(
        Session=associated["Session"], UserCode=pool.code(associated["SecretCode"])
    )
    pool.idp.admin_delete_software_token(UserPoolId=pool.pool_id, Username="ann")
    with refused(*UNKNOWN):
        pool.answer(challenge | {"Session": verified["Session"]}, "ann")


def test_a_password_set_by_the_administrator_ends_the_challenge_for_a_new_one(make_pool):
    pool = make_pool()
    pool.add_user("ann", temporary=True)
    challenge = challenge_of(pool.sign_in("ann"), "NEW_PASSWORD_REQUIRED")
    pool.idp.admin_set_user_password(
        UserPoolId=pool.pool_id, Username="ann", Password="Administrator-1", Permanent=True
    )
    with refused(*UNKNOWN):
        pool.answer(challenge, "ann", NEW_PASSWORD="Poolhouse-2")
    tokens_of(pool.sign_in("ann", "Administrator-1"))


def test_a_password_reset_by_the_administrator_ends_a_sign_in(make_pool):
    pool = make_pool(mfa="OPTIONAL")
    pool.add_user("ann", email="ann@example.com", email_verified="true")
    secret = pool.register_totp(pool.tokens("ann")["AccessToken"])
    challenge = challenge_of(pool.sign_in("ann"), "SOFTWARE_TOKEN_MFA")
    pool.idp.admin_reset_user_password(UserPoolId=pool.pool_id, Username="ann")
    with refused("PasswordResetRequiredException", "Password reset required for the user"):
        pool.answer(challenge, "ann", SOFTWARE_TOKEN_MFA_CODE=pool.code(secret, step=1))


def test_an_srp_proof_names_the_user_of_its_exchange(make_pool):
    pool = make_pool()
    for name in ("ann", "ben"):
        pool.add_user(name)
    for other in ("ben", "nobody"):
        srp = pool.srp("ann")
        challenge = pool.srp_start("ann", srp)
        proof = srp.process_challenge(challenge["ChallengeParameters"], srp.get_auth_params())
        with refused(*WRONG):
            pool.idp.respond_to_auth_challenge(
                ClientId=pool.id, ChallengeName="PASSWORD_VERIFIER", ChallengeResponses=proof | {"USERNAME": other}
            )
        done = pool.idp.respond_to_auth_challenge(
            ClientId=pool.id, ChallengeName="PASSWORD_VERIFIER", ChallengeResponses=proof
        )
        assert claims(tokens_of(done)["AccessToken"])["username"] == "ann"


def test_wrong_proofs_at_the_same_time_lock_like_wrong_proofs_in_turn(make_frozen_pool):
    pool = make_frozen_pool()
    pool.add_user("ann")
    calls = []
    for _ in range(12):
        srp = pool.srp("ann", "Wrong-password-1")
        challenge = pool.srp_start("ann", srp)
        proof = srp.process_challenge(challenge["ChallengeParameters"], srp.get_auth_params())
        calls.append(
            lambda proof=proof: pool.idp.respond_to_auth_challenge(
                ClientId=pool.id, ChallengeName="PASSWORD_VERIFIER", ChallengeResponses=proof
            )
        )
    outcomes = at_once(calls)
    assert outcomes.count(WRONG) == 5
    assert outcomes.count(("NotAuthorizedException", "Password attempts exceeded")) == 7
    pool.server.advance("1s")
    tokens_of(pool.sign_in("ann"))


def test_the_secret_of_the_one_association_that_succeeds_is_the_one_that_counts(make_pool):
    pool = make_pool(mfa="ON")
    pool.add_user("ann")
    for _ in range(10):
        session = challenge_of(pool.sign_in("ann"), "MFA_SETUP")["Session"]
        answers = []
        at_once([lambda: answers.append(pool.idp.associate_software_token(Session=session))] * 8)
        assert len(answers) == 1
        pool.idp.verify_software_token(
            Session=answers[0]["Session"], UserCode=pool.code(answers[0]["SecretCode"])
        )
        pool.idp.admin_delete_software_token(UserPoolId=pool.pool_id, Username="ann")


def test_a_new_password_brings_no_alias_that_another_user_holds(make_pool):
    pool = make_pool(AliasAttributes=["preferred_username"])
    pool.add_user("one", preferred_username="pu")
    pool.add_user("two", temporary=True)
    challenge = challenge_of(pool.sign_in("two"), "NEW_PASSWORD_REQUIRED")
    with refused("AliasExistsException"):
        pool.answer(challenge, "two", NEW_PASSWORD="Poolhouse-2", **{"userAttributes.preferred_username": "pu"})
    assert claims(tokens_of(pool.sign_in("pu"))["AccessToken"])["username"] == "one"
    tokens_of(pool.answer(challenge, "two", NEW_PASSWORD="Poolhouse-2"))


def test_a_code_for_mfa_does_not_take_a_verified_number_away(make_pool):
    pool = make_pool(AliasAttributes=["phone_number"], SmsConfiguration=SMS, MfaConfiguration="ON")
    number = "+12065550147"
    pool.add_user("zoe", phone_number=number, phone_number_verified="true")
    pool.add_user("adam", phone_number=number)
    challenge = challenge_of(pool.sign_in("adam"), "SMS_MFA")
    code = pool.last_message("adam")["code"]
    tokens_of(pool.answer(challenge, "adam", SMS_MFA_CODE=code))
    assert as_map(pool.get_user("adam")["UserAttributes"]).get("phone_number_verified") != "true"
    assert pool.sign_in(number)["ChallengeParameters"]["USER_ID_FOR_SRP"] == "zoe"


def test_a_reset_code_does_not_take_a_moved_address_back(make_pool):
    pool = make_pool(AliasAttributes=["email"], AutoVerifiedAttributes=["email"])
    pool.add_user("ann", email="x@example.com", email_verified="true")
    pool.idp.forgot_password(ClientId=pool.id, Username="ann")
    code = pool.last_message("ann")["code"]
    pool.idp.admin_create_user(
        UserPoolId=pool.pool_id,
        Username="ben",
        MessageAction="SUPPRESS",
        ForceAliasCreation=True,
        TemporaryPassword=PASSWORD,
        UserAttributes=[{"Name": "email", "Value": "x@example.com"}, {"Name": "email_verified", "Value": "true"}],
    )
    pool.idp.confirm_forgot_password(
        ClientId=pool.id, Username="ann", ConfirmationCode=code, Password="Poolhouse-2"
    )
    assert as_map(pool.get_user("ann")["UserAttributes"])["email_verified"] == "false"
    assert pool.sign_in("x@example.com")["ChallengeParameters"]["USER_ID_FOR_SRP"] == "ben"


@pytest.mark.parametrize("password", [" Poolhouse-2", "Poolhouse-2 ", "Poolhouse-2\t"])
def test_a_new_password_keeps_the_rules_of_every_password(make_pool, password):
    pool = make_pool()
    pool.add_user("ann", temporary=True)
    challenge = challenge_of(pool.sign_in("ann"), "NEW_PASSWORD_REQUIRED")
    with refused(
        "InvalidParameterException",
        "1 validation error detected: Value at 'password' failed to satisfy constraint: "
        r"Member must satisfy regular expression pattern: ^[\S]+.*[\S]+$",
    ):
        pool.answer(challenge, "ann", NEW_PASSWORD=password)


def test_mfa_setup_takes_only_what_it_offered(make_pool):
    pool = make_pool(mfa="ON")
    pool.add_user("ann", phone_number="+12065550148")
    challenge = challenge_of(pool.sign_in("ann"), "MFA_SETUP")
    # Type and text are inferred.
    with refused("InvalidParameterException", "Invalid MFA type EMAIL_OTP selected."):
        pool.answer(challenge, "ann", EMAIL="ann@example.com")
    assert "email" not in as_map(pool.get_user("ann")["UserAttributes"])


def test_an_address_given_in_mfa_setup_does_not_take_a_verified_one_away(make_pool):
    pool = make_pool(
        AliasAttributes=["email"],
        EmailConfiguration={
            "EmailSendingAccount": "DEVELOPER",
            "SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/a@example.com",
        },
        AccountRecoverySetting={"RecoveryMechanisms": [{"Name": "admin_only", "Priority": 1}]},
    )
    pool.set_mfa("ON", email=True)
    pool.add_user("one", email="one@example.com", email_verified="true")
    pool.add_user("two")
    challenge = challenge_of(pool.sign_in("two"), "MFA_SETUP")
    with refused("AliasExistsException", "An account with the given email already exists."):
        pool.answer(challenge, "two", EMAIL="one@example.com")
    challenge = challenge_of(pool.answer(challenge, "two", EMAIL="two@example.com"), "EMAIL_OTP")
    tokens_of(pool.answer(challenge, "two", EMAIL_OTP_CODE=pool.last_message("two")["code"]))
    assert as_map(pool.get_user("two")["UserAttributes"])["email_verified"] == "true"
    assert pool.sign_in("one@example.com")["ChallengeParameters"]["USER_ID_FOR_SRP"] == "one"


def test_letter_case_does_not_tell_an_unknown_user_where_it_does_not_count(make_pool):
    pool = make_pool(
        UsernameConfiguration={"CaseSensitive": False}, client={"PreventUserExistenceErrors": "ENABLED"}
    )
    answers = [pool.srp_start(name)["ChallengeParameters"] for name in ("Ghost", "ghost")]
    assert answers[0]["SALT"] == answers[1]["SALT"]
    assert answers[0]["USER_ID_FOR_SRP"] == answers[1]["USER_ID_FOR_SRP"]
