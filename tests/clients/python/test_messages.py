"""Messages of the test API: whom they are found by, what is shown of each, and codes known beforehand."""

import html
import re

import pytest
import requests

from cognito import PASSWORD, SMS, Pool, attributes, refused
from poolhouse import Server


def messages(server, **chosen):
    answer = requests.get(server.url + "/_poolhouse/messages", params=chosen, timeout=30)
    assert answer.status_code == 200, answer.text
    return answer.json()["messages"]


def ids(server, **chosen):
    return [message["id"] for message in messages(server, **chosen)]


def test_a_user_named_by_an_address_is_found_by_every_name(make_frozen_pool):
    pool = make_frozen_pool(UsernameAttributes=["email"], AutoVerifiedAttributes=["email"])
    signed_up = pool.sign_up("ann@example.com")
    user = pool.idp.admin_get_user(UserPoolId=pool.pool_id, Username="ann@example.com")
    for name in ("ann@example.com", signed_up["UserSub"], user["Username"]):
        (message,) = messages(pool.server, username=name)
        assert message["destination"] == "ann@example.com"
    assert messages(pool.server, username="bob@example.com") == []


def test_a_user_is_found_by_the_aliases_of_the_pool_alone(make_frozen_pool):
    pool = make_frozen_pool(
        AliasAttributes=["preferred_username", "phone_number"], AutoVerifiedAttributes=["email"]
    )
    pool.add_user(
        "ann", email="ann@example.com", email_verified="true", phone_number="+15550100", preferred_username="annie"
    )
    pool.idp.forgot_password(ClientId=pool.id, Username="ann")
    found = ids(pool.server, username="ann")
    assert len(found) == 1
    for name in ("annie", "+15550100"):
        assert ids(pool.server, username=name) == found
    # No name of this pool; it is where the message went.
    assert ids(pool.server, username="ann@example.com") == []
    assert ids(pool.server, destination="ann@example.com") == found


def test_letter_case_counts_as_it_does_in_the_pool(make_frozen_pool):
    for is_sensitive in (False, True):
        pool = make_frozen_pool(
            UsernameConfiguration={"CaseSensitive": is_sensitive}, AutoVerifiedAttributes=["email"]
        )
        pool.sign_up("Ann", email="ann@example.com")
        assert bool(ids(pool.server, user_pool=pool.pool_id, username="ANN")) is not is_sensitive


def test_messages_are_chosen_shown_and_deleted(make_frozen_pool):
    pool = make_frozen_pool(AutoVerifiedAttributes=["email"], SmsConfiguration=SMS)
    pool.sign_up("ann", email="ann@example.com")
    pool.idp.admin_create_user(
        UserPoolId=pool.pool_id,
        Username="bob",
        UserAttributes=attributes(email="bob@example.com", phone_number="+15550100"),
        DesiredDeliveryMediums=["EMAIL", "SMS"],
    )
    url = pool.server.url + "/_poolhouse/messages"
    assert ids(pool.server, kind="SignUp") == [1]
    assert len(ids(pool.server, kind="AdminCreateUser")) == 2
    (text,) = messages(pool.server, kind="AdminCreateUser", medium="SMS")
    assert text["destination"] == "+15550100"
    whole = requests.get(f"{url}/{text['id']}", timeout=30).json()
    assert whole["text"] == whole["body"] and whole["html"] is None
    mail = requests.get(f"{url}/1", timeout=30).json()
    assert mail["html"] == mail["text"] == f"Your verification code is {mail['code']}"
    assert requests.delete(url, params={"username": "bob"}, timeout=30).json() == {"deleted": 2}
    assert ids(pool.server) == [1]
    assert requests.delete(f"{url}/1", timeout=30).json() == {"deleted": 1}
    assert requests.get(f"{url}/1", timeout=30).status_code == 404
    pool.idp.resend_confirmation_code(ClientId=pool.id, Username="ann")
    assert ids(pool.server) == [4]


@pytest.fixture
def fixed():
    server = Server("--code", "000123")
    yield server
    server.stop()


def test_a_fixed_code_is_every_code(fixed):
    pool = Pool(fixed, fixed.client(), AutoVerifiedAttributes=["email"])
    pool.sign_up("ann", email="ann@example.com")
    pool.confirm("ann", "000123")
    pool.idp.forgot_password(ClientId=pool.id, Username="ann")
    pool.idp.confirm_forgot_password(
        ClientId=pool.id, Username="ann", ConfirmationCode="000123", Password=PASSWORD + "2"
    )
    assert {message["code"] for message in messages(fixed)} == {"000123"}


BY_LINK = {"DefaultEmailOption": "CONFIRM_WITH_LINK"}
NO_DOMAIN = (
    "Cannot perform specific action because there does not exist a valid use pool domain associated with the user pool"
)


@pytest.fixture
def link_pool(make_frozen_pool):
    pool = make_frozen_pool(AutoVerifiedAttributes=["email"], VerificationMessageTemplate=BY_LINK)
    pool.idp.create_user_pool_domain(Domain="msgs-test", UserPoolId=pool.pool_id)
    return pool


def click(link):
    page = requests.get(link, timeout=30)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["content-security-policy"].startswith("default-src 'none';")
    assert "<script" not in page.text
    return page.status_code, html.unescape(re.search("<p>(.*)</p>", page.text)[1])


def test_a_link_confirms_the_user_once(link_pool):
    pool = link_pool
    pool.sign_up("ann&b<c>", email="ann@example.com")
    message = pool.last_message("ann&b<c>")
    assert message["subject"] == "Your verification link"
    assert message["body"] == (
        f'Please click the link below to verify your email address. <a href="{message["link"]}">Verify Email</a> '
    )
    assert requests.head(message["link"], timeout=30).status_code == 200
    assert pool.status("ann&b<c>") == "UNCONFIRMED"
    assert click(message["link"]) == (200, "Your registration has been confirmed!")
    assert pool.status("ann&b<c>") == "CONFIRMED"
    user = pool.idp.admin_get_user(UserPoolId=pool.pool_id, Username="ann&b<c>")
    assert {"Name": "email_verified", "Value": "true"} in user["UserAttributes"]
    assert click(message["link"]) == (400, "User cannot be confirmed. Current status is CONFIRMED")


def test_a_link_may_have_a_slash_before_its_query(link_pool):
    link_pool.sign_up("ann", email="ann@example.com")
    link = link_pool.last_message("ann")["link"]
    assert "/confirmUser?client_id=" in link
    assert click(link.replace("/confirmUser?", "/confirmUser/?"))[0] == 200
    assert link_pool.status("ann") == "CONFIRMED"


def test_a_wrong_or_late_link_says_so(link_pool):
    pool = link_pool
    pool.sign_up("ann", email="ann@example.com")
    message = pool.last_message("ann")
    link, code = message["link"], message["code"]
    wrong = "111111" if code != "111111" else "222222"
    mismatch = "Invalid verification code provided, please try again."
    assert click(link.replace(code, wrong)) == (400, mismatch)
    markup = "<script>alert(1)</script>"
    assert click(link.replace(pool.id, markup)) == (400, f"User pool client {markup} does not exist.")
    lacking = "An error was encountered with the requested page."
    assert click(link.replace("user_name=ann", "user_name=")) == (400, lacking)
    assert click(link.split("?")[0]) == (400, lacking)
    pool.server.advance("24h 1s")
    assert click(link) == (400, "Invalid code provided, please request a code again.")
    assert pool.status("ann") == "UNCONFIRMED"
    pool.idp.resend_confirmation_code(ClientId=pool.id, Username="ann")
    assert click(pool.last_message("ann")["link"])[0] == 200


def test_a_link_needs_a_domain(make_frozen_pool):
    pool = make_frozen_pool(AutoVerifiedAttributes=["email"], VerificationMessageTemplate=BY_LINK)
    with refused("InvalidParameterException", NO_DOMAIN):
        pool.sign_up("ann", email="ann@example.com")
    with refused("UserNotFoundException"):
        pool.idp.admin_get_user(UserPoolId=pool.pool_id, Username="ann")
    # Nothing is sent to who gives no address.
    assert pool.sign_up("bob")["UserConfirmed"] is False


CODE = "Your verification code"
RESET = "Your password reset code is {####}"
OWN = {
    "SmsMessage": "Texted {####}",
    "EmailMessage": "Own <b>{####}</b> for {username}",
    "EmailSubject": "Own subject",
}
# What the pool is made with, then subject and body of each message, codes put back as {####}.
TEXTS = [
    ({}, (CODE, CODE + " is {####}"), (CODE, RESET), (None, CODE + " is {####}"), (None, RESET)),
    (
        {"VerificationMessageTemplate": OWN},
        ("Own subject", OWN["EmailMessage"]),
        # A template serves resets and changed addresses too.
        ("Own subject", OWN["EmailMessage"]),
        (None, "Texted {####}"),
        (None, "Texted {####}"),
    ),
    (
        {
            "EmailVerificationMessage": "Old {####}",
            "EmailVerificationSubject": "Old subject",
            "SmsVerificationMessage": "Old text {####}",
        },
        ("Old subject", "Old {####}"),
        ("Old subject", "Old {####}"),
        (None, "Old text {####}"),
        (None, "Old text {####}"),
    ),
]


def shown(message):
    return message["subject"], message["body"].replace(message["code"] or message["temporaryPassword"], "{####}")


@pytest.mark.parametrize("settings, verify, reset, sms_verify, sms_reset", TEXTS, ids=["default", "template", "legacy"])
def test_codes_come_in_awss_words_or_the_pools(make_frozen_pool, settings, verify, reset, sms_verify, sms_reset):
    for name, given, address, verified, forgotten in (
        ("email", {"email": "ann@example.com"}, "bob@example.com", verify, reset),
        ("phone_number", {"phone_number": "+15550100"}, "+15550101", sms_verify, sms_reset),
    ):
        pool = make_frozen_pool(AutoVerifiedAttributes=[name], SmsConfiguration=SMS, **settings)
        pool.sign_up("ann", **given)
        pool.idp.resend_confirmation_code(ClientId=pool.id, Username="ann")
        pool.confirm("ann", pool.last_message("ann")["code"])
        token = pool.tokens("ann")["AccessToken"]
        pool.idp.get_user_attribute_verification_code(AccessToken=token, AttributeName=name)
        pool.idp.forgot_password(ClientId=pool.id, Username="ann")
        pool.idp.update_user_attributes(AccessToken=token, UserAttributes=attributes(**{name: address}))
        sent = [(message["kind"], *shown(message)) for message in pool.sent("ann")]
        assert sent == [
            ("SignUp", *verified),
            ("ResendCode", *verified),
            ("VerifyUserAttribute", *verified),
            ("ForgotPassword", *forgotten),
            ("UpdateUserAttribute", *verified),
        ]
        assert pool.sent("ann")[-1]["destination"] == address


def test_links_are_for_sign_ups_alone(link_pool):
    pool = link_pool
    pool.sign_up("ann", email="ann@example.com")
    pool.idp.resend_confirmation_code(ClientId=pool.id, Username="ann")
    assert click(pool.last_message("ann")["link"])[0] == 200
    token = pool.tokens("ann")["AccessToken"]
    pool.idp.get_user_attribute_verification_code(AccessToken=token, AttributeName="email")
    pool.idp.forgot_password(ClientId=pool.id, Username="ann")
    first, second, *others = pool.sent("ann")
    assert first["link"] and second["link"] and first["subject"] == second["subject"] == "Your verification link"
    assert [(message["link"], *shown(message)) for message in others] == [
        (None, CODE, CODE + " is {####}"),
        (None, CODE, RESET),
    ]


def test_a_pool_has_its_own_words_for_a_link(make_frozen_pool):
    template = BY_LINK | {
        "EmailMessageByLink": "Come in: {##this way##}, please",
        "EmailSubjectByLink": "The way in",
        "EmailMessage": "Own {####}",
    }
    pool = make_frozen_pool(AutoVerifiedAttributes=["email"], VerificationMessageTemplate=template)
    pool.idp.create_user_pool_domain(Domain="msgs-own", UserPoolId=pool.pool_id)
    pool.sign_up("ann", email="ann@example.com")
    message = pool.last_message("ann")
    assert message["subject"] == "The way in"
    assert message["body"] == f'Come in: <a href="{message["link"]}">this way</a>, please'


def test_invitations_are_in_awss_words_or_the_pools(make_frozen_pool):
    default = "Your username is ann and temporary password is {####}."
    own = {"EmailMessage": "Hi {username}: {####}", "EmailSubject": "Come", "SMSMessage": "{username}, {####}"}
    for template, expected in (
        ({}, [("EMAIL", "Your temporary password", default), ("SMS", None, default)]),
        (own, [("EMAIL", "Come", "Hi ann: {####}"), ("SMS", None, "ann, {####}")]),
    ):
        settings = {"AdminCreateUserConfig": {"InviteMessageTemplate": template}} if template else {}
        pool = make_frozen_pool(SmsConfiguration=SMS, **settings)
        pool.idp.admin_create_user(
            UserPoolId=pool.pool_id,
            Username="ann",
            UserAttributes=attributes(email="ann@example.com", phone_number="+15550100"),
            DesiredDeliveryMediums=["SMS", "EMAIL"],
        )
        assert sorted((message["medium"], *shown(message)) for message in pool.sent("ann")) == expected


def test_a_text_message_goes_before_a_mail_and_only_one_is_sent(make_frozen_pool):
    pool = make_frozen_pool(AutoVerifiedAttributes=["email", "phone_number"], SmsConfiguration=SMS)
    signed_up = pool.sign_up("ann", email="ann@example.com", phone_number="+12065550839")
    assert signed_up["CodeDeliveryDetails"] == {
        "Destination": "+*******0839",
        "DeliveryMedium": "SMS",
        "AttributeName": "phone_number",
    }
    assert [message["medium"] for message in pool.sent("ann")] == ["SMS"]


def test_codes_of_a_second_factor_are_in_the_pools_words(make_frozen_pool):
    sender = {
        "EmailSendingAccount": "DEVELOPER",
        "SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/no-reply@example.com",
    }
    pool = make_frozen_pool(
        EmailConfiguration=sender,
        AccountRecoverySetting={"RecoveryMechanisms": [{"Name": "verified_phone_number", "Priority": 1}]},
    )
    pool.idp.set_user_pool_mfa_config(
        UserPoolId=pool.pool_id,
        MfaConfiguration="OPTIONAL",
        SmsMfaConfiguration={"SmsAuthenticationMessage": "In by {####}", "SmsConfiguration": SMS},
        EmailMfaConfiguration={"Message": "Mailed {####}", "Subject": "Factor"},
    )
    pool.add_user("ann", email="ann@example.com", email_verified="true")
    pool.add_user("bob", phone_number="+15550100", phone_number_verified="true")
    for name, factor, expected in (
        ("ann", "EmailMfaSettings", ("Factor", "Mailed {####}")),
        ("bob", "SMSMfaSettings", (None, "In by {####}")),
    ):
        token = pool.tokens(name)["AccessToken"]
        pool.idp.set_user_mfa_preference(AccessToken=token, **{factor: {"Enabled": True, "PreferredMfa": True}})
        pool.sign_in(name)
        assert shown(pool.last_message(name)) == expected
