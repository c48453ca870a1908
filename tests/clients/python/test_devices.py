"""Devices: the keys that sign-ins give, what confirming, remembering and forgetting do; the older MFA options."""

import pytest
from pycognito.aws_srp import AWSSRP, generate_hash_device

from cognito import PASSWORD, SMS, as_map, at_once, challenge_of, claims, refused, tokens_of, without_metadata

ALWAYS = {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": False}
OPT_IN = {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": True}
NEVER = "us-east-1_01234567-89ab-cdef-0123-456789abcdef"
UNKNOWN = ("ResourceNotFoundException", "Device does not exist.")
INVALID = ("NotAuthorizedException", "Invalid Refresh Token.")
WRONG = ("NotAuthorizedException", "Incorrect username or password.")
USED = ("NotAuthorizedException", "Invalid session for the user, session can only be used once.")
TOO_EARLY = ("NotAuthorizedException", "Cannot initiate DEVICE_SRP_AUTH flow without first authenticating")


@pytest.fixture
def pool(make_pool):
    pool = make_pool(DeviceConfiguration=ALWAYS)
    pool.add_user("ann", phone_number="+15555550100")
    return pool


@pytest.fixture
def opt_in(make_pool):
    pool = make_pool(DeviceConfiguration=OPT_IN)
    pool.add_user("ann")
    return pool


class Device:
    """What a client keeps of its device, and its side of the exchange, which is pycognito's."""

    def __init__(self, tokens, username="ann"):
        self.username, metadata = username, tokens["NewDeviceMetadata"]
        self.key, self.group = metadata["DeviceKey"], metadata["DeviceGroupKey"]
        self.password, self.verifier = generate_hash_device(self.group, self.key)

    def srp(self, pool, password=None):
        return AWSSRP(
            self.username,
            PASSWORD,
            pool.pool_id,
            pool.id,
            client=pool.idp,
            device_key=self.key,
            device_group_key=self.group,
            device_password=password or self.password,
        )

    def begin(self, pool, challenge, session=True, **changed):
        """Answers DEVICE_SRP_AUTH: gives the exchange and the next challenge."""
        srp = self.srp(pool, changed.pop("password", None))
        responses = {"USERNAME": self.username, "DEVICE_KEY": self.key, "SRP_A": f"{srp.large_a_value:x}"} | changed
        asked = pool.idp.respond_to_auth_challenge(
            ClientId=pool.id,
            ChallengeName="DEVICE_SRP_AUTH",
            ChallengeResponses=responses,
            **({"Session": challenge["Session"]} if session else {}),
        )
        return srp, challenge_of(asked, "DEVICE_PASSWORD_VERIFIER")

    def prove(self, pool, challenge, session=True, **changed):
        """Answers DEVICE_SRP_AUTH and DEVICE_PASSWORD_VERIFIER."""
        srp, asked = self.begin(pool, challenge, session, **changed)
        return pool.idp.respond_to_auth_challenge(
            ClientId=pool.id,
            ChallengeName="DEVICE_PASSWORD_VERIFIER",
            ChallengeResponses=srp.process_device_challenge(asked["ChallengeParameters"]),
            **({"Session": asked["Session"]} if session else {}),
        )


def confirm(pool, tokens, name="laptop", device=None):
    """ConfirmDevice for the new device of a sign-in; gives the answer."""
    device = device or Device(tokens)
    return pool.idp.confirm_device(
        AccessToken=tokens["AccessToken"],
        DeviceKey=device.key,
        DeviceSecretVerifierConfig=device.verifier,
        DeviceName=name,
    )


def confirmed(pool, tokens=None):
    """A sign-in and its device, which is confirmed."""
    tokens = tokens or pool.tokens("ann")
    device = Device(tokens)
    confirm(pool, tokens, device=device)
    return tokens, device


def refresh(pool, tokens, **device):
    return pool.idp.initiate_auth(
        AuthFlow="REFRESH_TOKEN_AUTH",
        ClientId=pool.id,
        AuthParameters={"REFRESH_TOKEN": tokens["RefreshToken"]} | device,
    )


def test_every_sign_in_without_a_key_is_from_a_new_device(pool):
    for sign_in in (pool.sign_in, pool.srp_sign_in):
        tokens = tokens_of(sign_in("ann"))
        key = tokens["NewDeviceMetadata"]["DeviceKey"]
        assert claims(tokens["AccessToken"])["device_key"] == key
        assert "device_key" not in claims(tokens["IdToken"])


def test_a_refresh_needs_the_device_key(pool):
    tokens = pool.tokens("ann")
    with refused(*INVALID):
        refresh(pool, tokens)
    with refused(*INVALID):
        refresh(pool, tokens, DEVICE_KEY=NEVER)
    with refused(*INVALID):
        pool.idp.get_tokens_from_refresh_token(RefreshToken=tokens["RefreshToken"], ClientId=pool.id)
    key = tokens["NewDeviceMetadata"]["DeviceKey"]
    with refused(*INVALID):  # documented: ConfirmDevice comes first
        refresh(pool, tokens, DEVICE_KEY=key)
    confirm(pool, tokens)
    renewed = tokens_of(refresh(pool, tokens, DEVICE_KEY=key))
    assert "NewDeviceMetadata" not in renewed
    assert claims(renewed["AccessToken"])["device_key"] == key
    pool.idp.get_tokens_from_refresh_token(RefreshToken=tokens["RefreshToken"], ClientId=pool.id, DeviceKey=key)


def test_tokens_of_an_administrators_sign_in_cannot_be_refreshed(pool):
    tokens = tokens_of(pool.admin_sign_in("ann"))
    assert "NewDeviceMetadata" not in tokens
    with refused(*INVALID):
        refresh(pool, tokens)


def test_a_confirmed_device_is_remembered_and_keeps_its_key(pool):
    tokens = pool.tokens("ann")
    mine = Device(tokens)
    assert confirm(pool, tokens, device=mine)["UserConfirmationNecessary"] is False
    key = mine.key
    challenge = challenge_of(pool.sign_in("ann", DEVICE_KEY=key), "DEVICE_SRP_AUTH")
    again = tokens_of(mine.prove(pool, challenge))
    assert "NewDeviceMetadata" not in again
    assert claims(again["AccessToken"])["device_key"] == key
    tokens_of(refresh(pool, again, DEVICE_KEY=key))
    (device,) = pool.idp.list_devices(AccessToken=again["AccessToken"])["Devices"]
    assert device == pool.idp.get_device(AccessToken=again["AccessToken"], DeviceKey=key)["Device"]
    shown = as_map(device["DeviceAttributes"])
    assert shown["device_status"] == "valid"
    assert shown["device_name"] == "laptop"
    assert shown["last_ip_used"] in ("127.0.0.1", "::1")
    assert not [name for name in shown if name.startswith("dev:")]  # administrators see those (observed)
    seen = pool.idp.admin_get_device(UserPoolId=pool.pool_id, Username="ann", DeviceKey=key)["Device"]
    seen = as_map(seen["DeviceAttributes"])
    assert seen["dev:device_owner"] == f"ann.{pool.pool_id}"
    assert seen["dev:device_arn"].endswith(f":owner/ann.{pool.pool_id}/device/{key}")
    assert seen["dev:device_remembered_status"] == "remembered"


def test_an_srp_answer_with_a_stale_key_can_be_sent_again_without_it(pool):
    """AWS's web client answers the same challenge again when its device turns out to be gone."""
    srp = pool.srp("ann")
    challenge = pool.srp_start("ann", srp)
    proof = srp.process_challenge(challenge["ChallengeParameters"], srp.get_auth_params())
    answer = {"ClientId": pool.id, "ChallengeName": "PASSWORD_VERIFIER"}
    with refused(*UNKNOWN):
        pool.idp.respond_to_auth_challenge(ChallengeResponses=proof | {"DEVICE_KEY": NEVER}, **answer)
    tokens = tokens_of(pool.idp.respond_to_auth_challenge(ChallengeResponses=proof, **answer))
    assert tokens["NewDeviceMetadata"]["DeviceKey"] != NEVER


def test_a_device_key_does_not_tell_who_exists(make_pool):
    pool = make_pool(DeviceConfiguration=ALWAYS, client={"PreventUserExistenceErrors": "ENABLED"})
    pool.add_user("ann")
    for name in ("ann", "ghost"):
        srp = pool.srp(name)
        challenge = pool.srp_start(name, srp)
        proof = srp.process_challenge(challenge["ChallengeParameters"], srp.get_auth_params())
        with refused(*UNKNOWN):
            pool.idp.respond_to_auth_challenge(
                ClientId=pool.id,
                ChallengeName="PASSWORD_VERIFIER",
                ChallengeResponses=proof | {"DEVICE_KEY": NEVER},
            )
        with refused("NotAuthorizedException", "Incorrect username or password."):
            pool.sign_in(name, "Wrong-password-1", DEVICE_KEY=NEVER)


def test_a_key_that_was_never_confirmed_or_is_another_users_does_not_exist(pool):
    pool.add_user("eve")
    unconfirmed = pool.tokens("ann")["NewDeviceMetadata"]["DeviceKey"]
    _, anns = confirmed(pool)
    for name, key in (("ann", NEVER), ("ann", unconfirmed), ("eve", anns.key)):
        with refused(*UNKNOWN):
            pool.sign_in(name, DEVICE_KEY=key)


def test_a_device_is_confirmed_once_by_its_own_sign_in(pool):
    mine, other = pool.tokens("ann"), pool.tokens("ann")
    with refused("InvalidParameterException", "Invalid device key given."):
        confirm(pool, mine | {"AccessToken": other["AccessToken"]})
    confirm(pool, mine)
    with refused("DeviceKeyExistsException"):
        confirm(pool, mine)


def test_an_opt_in_device_shows_to_its_user_while_it_is_remembered(opt_in):
    """As AWS's own integration tests of the SDK for Android have it."""
    pool = opt_in
    tokens = pool.tokens("ann")
    key = tokens["NewDeviceMetadata"]["DeviceKey"]
    mine = {"AccessToken": tokens["AccessToken"], "DeviceKey": key}
    admin = {"UserPoolId": pool.pool_id, "Username": "ann"}
    assert confirm(pool, tokens)["UserConfirmationNecessary"] is True

    def listed():
        return [one["DeviceKey"] for one in pool.idp.list_devices(AccessToken=tokens["AccessToken"])["Devices"]]

    for _ in range(2):
        assert listed() == []
        answer = pool.idp.update_device_status(DeviceRememberedStatus="remembered", **mine)
        assert without_metadata(answer) == {}
        assert listed() == [key]
        assert pool.idp.get_device(**mine)["Device"]["DeviceKey"] == key
        pool.idp.admin_update_device_status(DeviceKey=key, DeviceRememberedStatus="not_remembered", **admin)
        with refused(*UNKNOWN):
            pool.idp.get_device(**mine)
        seen = pool.idp.admin_get_device(DeviceKey=key, **admin)["Device"]
        assert as_map(seen["DeviceAttributes"])["dev:device_remembered_status"] == "not_remembered"
        assert pool.idp.admin_list_devices(**admin)["Devices"] == [seen]


@pytest.mark.parametrize("by_admin", [False, True])
def test_a_forgotten_device_is_gone_and_its_refresh_tokens_are_dead(pool, by_admin):
    tokens, device = confirmed(pool)
    key = device.key
    if by_admin:
        pool.idp.admin_forget_device(UserPoolId=pool.pool_id, Username="ann", DeviceKey=key)
    else:
        pool.idp.forget_device(AccessToken=tokens["AccessToken"], DeviceKey=key)
    assert pool.idp.list_devices(AccessToken=tokens["AccessToken"])["Devices"] == []
    with refused(*UNKNOWN):
        pool.idp.update_device_status(
            AccessToken=tokens["AccessToken"], DeviceKey=key, DeviceRememberedStatus="remembered"
        )
    with refused(*UNKNOWN):
        pool.sign_in("ann", DEVICE_KEY=key)
    with refused(*INVALID):
        refresh(pool, tokens, DEVICE_KEY=key)
    assert pool.tokens("ann")["NewDeviceMetadata"]["DeviceKey"] != key


def test_device_operations_need_device_tracking(make_pool):
    pool = make_pool()
    pool.add_user("ann")
    tokens = tokens_of(pool.sign_in("ann", DEVICE_KEY=NEVER))
    assert "NewDeviceMetadata" not in tokens
    assert "device_key" not in claims(tokens["AccessToken"])
    mine = {"AccessToken": tokens["AccessToken"], "DeviceKey": NEVER}
    admin = {"UserPoolId": pool.pool_id, "Username": "ann"}
    one = {"DeviceKey": NEVER, **admin}
    for call in (
        lambda: pool.idp.confirm_device(**mine),
        lambda: pool.idp.get_device(**mine),
        lambda: pool.idp.list_devices(AccessToken=tokens["AccessToken"]),
        lambda: pool.idp.update_device_status(DeviceRememberedStatus="remembered", **mine),
        lambda: pool.idp.forget_device(**mine),
        lambda: pool.idp.admin_get_device(**one),
        lambda: pool.idp.admin_list_devices(**admin),
        lambda: pool.idp.admin_update_device_status(DeviceRememberedStatus="remembered", **one),
        lambda: pool.idp.admin_forget_device(**one),
    ):
        with refused("InvalidUserPoolConfigurationException"):
            call()


def with_code(pool, challenge, **more):
    """Answers SMS_MFA with the code that was sent."""
    return pool.answer(challenge, "ann", SMS_MFA_CODE=pool.sent("ann")[-1]["code"], **more)


def test_a_remembered_device_spares_the_code(pool):
    _, device = confirmed(pool)
    pool.set_mfa("ON", totp=False, sms=True)
    challenge = challenge_of(pool.sign_in("ann", DEVICE_KEY=device.key), "DEVICE_SRP_AUTH")
    assert challenge["ChallengeParameters"]["DEVICE_KEY"] == device.key
    _, asked = device.begin(pool, challenge)
    parameters = asked["ChallengeParameters"]
    assert set(parameters) == {"DEVICE_KEY", "SALT", "SECRET_BLOCK", "SRP_B", "USERNAME"}
    assert parameters["DEVICE_KEY"] == device.key and parameters["USERNAME"] == "ann"
    challenge = challenge_of(pool.sign_in("ann", DEVICE_KEY=device.key), "DEVICE_SRP_AUTH")
    tokens = tokens_of(device.prove(pool, challenge))
    assert claims(tokens["AccessToken"])["device_key"] == device.key
    assert pool.sent("ann") == []
    challenge_of(pool.sign_in("ann"), "SMS_MFA")


def test_the_code_comes_first_where_the_device_does_not_spare_it(make_pool):
    """A code without the device's key makes a new device of it, whatever came with the password (observed)."""
    pool = make_pool(DeviceConfiguration=ALWAYS | {"ChallengeRequiredOnNewDevice": False})
    pool.add_user("ann", phone_number="+15555550100")
    _, device = confirmed(pool)
    pool.set_mfa("ON", totp=False, sms=True)
    challenge = challenge_of(pool.sign_in("ann", DEVICE_KEY=device.key), "SMS_MFA")
    challenge = challenge_of(with_code(pool, challenge, DEVICE_KEY=device.key), "DEVICE_SRP_AUTH")
    assert "NewDeviceMetadata" not in tokens_of(device.prove(pool, challenge))
    challenge = challenge_of(pool.sign_in("ann", DEVICE_KEY=device.key), "SMS_MFA")
    tokens = tokens_of(with_code(pool, challenge))
    assert tokens["NewDeviceMetadata"]["DeviceKey"] != device.key


def test_an_opt_in_device_spares_the_code_while_it_is_remembered(opt_in):
    pool = opt_in
    pool.idp.admin_update_user_attributes(
        UserPoolId=pool.pool_id, Username="ann", UserAttributes=[{"Name": "phone_number", "Value": "+15555550100"}]
    )
    pool.set_mfa("ON", totp=False, sms=True)
    tokens, device = confirmed(pool, tokens_of(with_code(pool, pool.sign_in("ann"))))
    challenge = challenge_of(pool.sign_in("ann", DEVICE_KEY=device.key), "SMS_MFA")
    again = tokens_of(with_code(pool, challenge, DEVICE_KEY=device.key))
    assert claims(again["AccessToken"])["device_key"] == device.key
    tokens_of(refresh(pool, again, DEVICE_KEY=device.key))
    mine = {"AccessToken": again["AccessToken"], "DeviceKey": device.key}
    pool.idp.update_device_status(DeviceRememberedStatus="remembered", **mine)
    challenge = challenge_of(pool.sign_in("ann", DEVICE_KEY=device.key), "DEVICE_SRP_AUTH")
    tokens_of(device.prove(pool, challenge))
    pool.idp.update_device_status(DeviceRememberedStatus="not_remembered", **mine)
    challenge_of(pool.sign_in("ann", DEVICE_KEY=device.key), "SMS_MFA")


def test_both_answers_of_a_device_are_taken_without_their_session(pool):
    """AWS's own Python sample sends none."""
    _, device = confirmed(pool)
    challenge = challenge_of(pool.sign_in("ann", DEVICE_KEY=device.key), "DEVICE_SRP_AUTH")
    tokens_of(device.prove(pool, challenge, session=False))
    with refused(*TOO_EARLY):
        device.prove(pool, challenge, session=False)


def test_no_device_gets_in_without_a_first_factor(pool):
    _, device = confirmed(pool)
    with refused(*TOO_EARLY):
        device.begin(pool, None, session=False)
    with refused(*WRONG):
        pool.sign_in("ann", "Wrong-password-1", DEVICE_KEY=device.key)
    for username in ("ann", "ghost"):
        with refused(*TOO_EARLY):
            device.begin(pool, None, session=False, USERNAME=username)


def test_pycognito_signs_in_with_its_device(pool):
    _, device = confirmed(pool)
    pool.set_mfa("ON", totp=False, sms=True)
    tokens = tokens_of(device.srp(pool).authenticate_user())
    assert claims(tokens["AccessToken"])["device_key"] == device.key
    with refused(*WRONG):
        device.srp(pool, password="another").authenticate_user()
    pool.idp.forget_device(AccessToken=tokens["AccessToken"], DeviceKey=device.key)
    with refused(*UNKNOWN):
        device.srp(pool).authenticate_user()


def test_a_wrong_device_password_ends_the_sign_in(pool):
    _, device = confirmed(pool)
    for _ in range(6):  # no lock follows, which is for passwords
        challenge = challenge_of(pool.sign_in("ann", DEVICE_KEY=device.key), "DEVICE_SRP_AUTH")
        with refused(*WRONG):
            device.prove(pool, challenge, password="another")
    with refused(*USED):
        device.begin(pool, challenge)


def test_a_wrong_key_or_value_leaves_the_session_of_a_device_open(pool):
    _, device = confirmed(pool)
    _, other = confirmed(pool)
    challenge = challenge_of(pool.sign_in("ann", DEVICE_KEY=device.key), "DEVICE_SRP_AUTH")
    for key in (NEVER, "nonsense"):
        with refused(*UNKNOWN):
            device.begin(pool, challenge, DEVICE_KEY=key)
    with refused("InvalidParameterException", "Invalid device key given."):
        device.begin(pool, challenge, DEVICE_KEY=other.key)
    for a in ("0", f"{device.srp(pool).big_n * 2:x}", "xyz"):
        with refused("InvalidParameterException"):
            device.begin(pool, challenge, SRP_A=a)
    tokens_of(device.prove(pool, challenge))


def test_a_secret_block_of_a_device_is_good_for_one_of_many(pool):
    _, device = confirmed(pool)
    challenge = challenge_of(pool.sign_in("ann", DEVICE_KEY=device.key), "DEVICE_SRP_AUTH")
    srp, asked = device.begin(pool, challenge)
    proof = srp.process_device_challenge(asked["ChallengeParameters"])
    answer = {"ClientId": pool.id, "ChallengeName": "DEVICE_PASSWORD_VERIFIER", "ChallengeResponses": proof}
    outcomes = at_once([lambda: pool.idp.respond_to_auth_challenge(**answer)] * 8)
    assert outcomes == ["done"] + [USED] * 7


def test_a_totp_sign_in_tells_a_new_device_of_itself(pool):
    """AWS's Python MFA sample confirms its device with what the answer to the code brings."""
    pool.set_mfa("OPTIONAL")
    secret = pool.register_totp(pool.tokens("ann")["AccessToken"])
    challenge = challenge_of(pool.srp_sign_in("ann"), "SOFTWARE_TOKEN_MFA")
    code = pool.code(secret, step=1)
    _, device = confirmed(pool, tokens_of(pool.answer(challenge, "ann", SOFTWARE_TOKEN_MFA_CODE=code)))
    tokens_of(device.srp(pool).authenticate_user())


def test_the_older_mfa_options_turn_sms_codes_on_and_off(make_pool):
    pool = make_pool(SmsConfiguration=SMS)
    pool.set_mfa("OPTIONAL", sms=True)
    pool.add_user("ann", phone_number="+15555550100")
    option = {"DeliveryMedium": "SMS", "AttributeName": "phone_number"}
    access = pool.tokens("ann")["AccessToken"]
    assert without_metadata(pool.idp.set_user_settings(AccessToken=access, MFAOptions=[option])) == {}
    for user in (pool.idp.get_user(AccessToken=access), pool.get_user("ann")):
        assert user["MFAOptions"] == [option]
        assert "UserMFASettingList" not in user
    challenge_of(pool.sign_in("ann"), "SMS_MFA")
    pool.idp.admin_set_user_settings(UserPoolId=pool.pool_id, Username="ann", MFAOptions=[])
    assert "MFAOptions" not in pool.get_user("ann")
    pool.tokens("ann")
    with refused("InvalidParameterException"):
        pool.idp.set_user_settings(
            AccessToken=access, MFAOptions=[{"DeliveryMedium": "EMAIL", "AttributeName": "email"}]
        )
