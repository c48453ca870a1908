"""Messages that cannot be delivered: what the caller is told, what stays, and what the pool's log says."""

import pytest
import requests

from cognito import SMS, attributes, refused

GROUP = "arn:aws:logs:us-east-1:123456789012:log-group:notifications"
FAILED = "Cognito received the following error from Amazon SES when attempting to send email: "


def unverified(address):
    return (
        "Email address is not verified. The following identities failed the check in region US-EAST-1: " + address
    )


def rules(server, *given):
    answer = requests.put(f"{server.url}/_poolhouse/undeliverable", json={"rules": given}, timeout=30)
    assert answer.status_code == 200, answer.text
    return answer.json()["rules"]


@pytest.fixture
def pool(make_frozen_pool):
    pool = make_frozen_pool(AutoVerifiedAttributes=["email"], SmsConfiguration=SMS, MfaConfiguration="OPTIONAL")
    log = {
        "EventSource": "userNotification",
        "LogLevel": "ERROR",
        "CloudWatchLogsConfiguration": {"LogGroupArn": GROUP},
    }
    pool.idp.set_log_delivery_configuration(UserPoolId=pool.pool_id, LogConfigurations=[log])
    return pool


def failures(pool):
    found = requests.get(f"{pool.server.url}/_poolhouse/deliveries", timeout=30).json()["deliveries"]
    assert {one["destination"] for one in found} <= {GROUP}
    assert {one["record"]["eventSource"] for one in found} <= {"USER_NOTIFICATION"}
    return [one["record"]["message"]["details"] for one in found]


def test_a_sign_up_whose_mail_fails_leaves_an_unconfirmed_user(pool):
    rules(pool.server, {"destination": "ann@example.com"})
    failed = unverified("ann@example.com")
    with refused("CodeDeliveryFailureException", FAILED + failed):
        pool.sign_up("ann", email="ann@example.com")
    assert pool.status("ann") == "UNCONFIRMED"
    assert pool.sent("ann") == []
    pool.sign_up("bob", email="bob@example.com")
    assert failures(pool) == [failed]
    with refused("CodeDeliveryFailureException", FAILED + failed):
        pool.idp.resend_confirmation_code(ClientId=pool.id, Username="ann")
    rules(pool.server)
    pool.idp.resend_confirmation_code(ClientId=pool.id, Username="ann")
    pool.confirm("ann", pool.last_message("ann")["code"])


def test_every_operation_that_declares_the_failure_tells_it(pool):
    pool.add_user("ann", email="ann@example.com", email_verified="true")
    access = pool.tokens("ann")["AccessToken"]
    rules(pool.server, {"userPoolId": pool.pool_id, "medium": "EMAIL", "error": "Throttled."})
    idp, named = pool.idp, {"UserPoolId": pool.pool_id, "Username": "ann"}
    calls = [
        lambda: idp.forgot_password(ClientId=pool.id, Username="ann"),
        lambda: idp.get_user_attribute_verification_code(AccessToken=access, AttributeName="email"),
        lambda: idp.update_user_attributes(AccessToken=access, UserAttributes=attributes(email="new@example.com")),
        lambda: idp.admin_create_user(
            UserPoolId=pool.pool_id,
            Username="eve",
            UserAttributes=attributes(email="eve@example.com"),
            DesiredDeliveryMediums=["EMAIL"],
        ),
    ]
    for call in calls:
        with refused("CodeDeliveryFailureException", FAILED + "Throttled."):
            call()
    assert pool.status("eve") == "FORCE_CHANGE_PASSWORD"
    # These do not declare it.
    idp.admin_update_user_attributes(**named, UserAttributes=attributes(email="other@example.com"))
    idp.admin_update_user_attributes(**named, UserAttributes=attributes(email_verified="true"))
    idp.admin_reset_user_password(**named)
    assert failures(pool) == ["Throttled."] * 6


def test_a_lost_text_message_shows_in_the_log_only(pool):
    pool.add_user("ann", phone_number="+15550100999", phone_number_verified="true")
    pool.idp.admin_set_user_mfa_preference(
        UserPoolId=pool.pool_id, Username="ann", SMSMfaSettings={"Enabled": True, "PreferredMfa": True}
    )
    rules(pool.server, {"username": "ann", "medium": "SMS"})
    assert pool.sign_in("ann")["ChallengeName"] == "SMS_MFA"
    assert pool.sent("ann") == []
    assert failures(pool) == ["Unknown error attempting to reach phone"]


def test_rules_are_shown_dropped_and_refused(pool):
    url = f"{pool.server.url}/_poolhouse/undeliverable"
    (shown,) = rules(pool.server, {"username": "ann", "medium": "SMS"})
    assert shown == {"userPoolId": None, "username": "ann", "destination": None, "medium": "SMS", "error": None}
    assert requests.put(url, json={"rules": [{"medium": "PIGEON"}]}, timeout=30).status_code == 400
    assert requests.get(url, timeout=30).json() == {"rules": [shown]}
    assert requests.delete(url, timeout=30).json() == {"rules": []}
