"""Devices: the keys that sign-ins give, what confirming, remembering and forgetting do; the older MFA options."""

import pytest
from pycognito.aws_srp import generate_hash_device

from cognito import SMS, as_map, claims, challenge_of, refused, tokens_of, without_metadata

ALWAYS = {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": False}
OPT_IN = {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": True}
NEVER = "us-east-1_01234567-89ab-cdef-0123-456789abcdef"
UNKNOWN = ("ResourceNotFoundException", "Device does not exist.")
INVALID = ("NotAuthorizedException", "Invalid Refresh Token.")


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


def confirm(pool, tokens, name="laptop"):
    """ConfirmDevice for the new device of a sign-in, its verifier made by pycognito; gives the answer."""
    device = tokens["NewDeviceMetadata"]
    _, verifier = generate_hash_device(device["DeviceGroupKey"], device["DeviceKey"])
    return pool.idp.confirm_device(
        AccessToken=tokens["AccessToken"],
        DeviceKey=device["DeviceKey"],
        DeviceSecretVerifierConfig=verifier,
        DeviceName=name,
    )


def confirmed(pool):
    """A sign-in and the key of its device, which is confirmed."""
    tokens = pool.tokens("ann")
    confirm(pool, tokens)
    return tokens, tokens["NewDeviceMetadata"]["DeviceKey"]


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
    assert confirm(pool, tokens)["UserConfirmationNecessary"] is False
    key = tokens["NewDeviceMetadata"]["DeviceKey"]
    again = tokens_of(pool.sign_in("ann", DEVICE_KEY=key))
    assert "NewDeviceMetadata" not in again
    assert claims(again["AccessToken"])["device_key"] == key
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
    for name, key in (("ann", NEVER), ("ann", unconfirmed), ("eve", anns)):
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
    tokens, key = confirmed(pool)
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


def test_the_second_factor_is_asked_for_on_a_confirmed_device(pool):
    """Until DEVICE_SRP_AUTH lands, the key alone spares nobody the second factor."""
    _, key = confirmed(pool)
    pool.set_mfa("ON", totp=False, sms=True)
    challenge = challenge_of(pool.sign_in("ann", DEVICE_KEY=key), "SMS_MFA")
    code = pool.server.messages("ann")[-1]["code"]
    tokens = tokens_of(pool.answer(challenge, "ann", SMS_MFA_CODE=code))
    assert "NewDeviceMetadata" not in tokens
    assert claims(tokens["AccessToken"])["device_key"] == key


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
