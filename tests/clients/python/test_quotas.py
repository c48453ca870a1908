"""AWS's limits by the hour and the day, which apply only with `--quotas aws` (developer guide, "Quotas")."""

from contextlib import nullcontext

import pytest

from cognito import PASSWORD, Pool, refused
from poolhouse import NEW_YEAR, Server

DAILY = (
    "LimitExceededException",
    "Exceeded daily email limit for the operation or the account. If a higher limit is required, please configure your "
    "user pool to use your own Amazon SES configuration for sending email.",
)
OWN_SENDER = {
    "EmailSendingAccount": "DEVELOPER",
    "SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/noreply@example.com",
}
LIMIT = ("LimitExceededException", "Attempt limit exceeded, please try after some time.")
WRONG_CODE = ("CodeMismatchException", "Invalid verification code provided, please try again.")
OFF, AWS = [], ["--quotas", "aws"]


def make(flags):
    server = Server("--frozen-clock", NEW_YEAR, "--seed", "7", *flags)
    return Pool(server, server.client(), AutoVerifiedAttributes=["email"])


@pytest.fixture
def pool(request):
    pool = make(request.param)
    pool.sign_up("una", email="una@example.com")
    pool.add_user("ann", email="ann@example.com", email_verified="true")
    pool.token = pool.tokens("ann")["AccessToken"]
    yield pool
    pool.server.stop()


def wrong(code):
    return "000000" if code != "000000" else "111111"


def resend(pool):
    pool.idp.resend_confirmation_code(ClientId=pool.id, Username="una")


def confirm(pool):
    """With a wrong code: `attempts` expects its refusal."""
    pool.confirm("una", wrong(pool.last_message("una")["code"]))


def change(pool):
    pool.idp.change_password(AccessToken=pool.token, PreviousPassword=PASSWORD, ProposedPassword=PASSWORD)


def ask_for_code(pool):
    pool.idp.get_user_attribute_verification_code(AccessToken=pool.token, AttributeName="email")


LIMITS = [(resend, 5), (confirm, 15), (change, 5), (ask_for_code, 5)]


def attempts(pool, attempt, times):
    for _ in range(times):
        with refused(*WRONG_CODE) if attempt is confirm else nullcontext():
            attempt(pool)


@pytest.mark.parametrize(("attempt", "limit"), LIMITS)
@pytest.mark.parametrize("pool", [AWS], ids=["aws"], indirect=True)
def test_attempts_are_limited_by_the_hour(pool, attempt, limit):
    attempts(pool, attempt, limit)
    with refused(*LIMIT):
        attempt(pool)
    pool.server.advance("61m")
    pool.token = pool.tokens("ann")["AccessToken"]
    attempts(pool, attempt, 1)


@pytest.mark.parametrize(("attempt", "limit"), LIMITS)
@pytest.mark.parametrize("pool", [OFF], ids=["off"], indirect=True)
def test_nothing_is_limited_unless_asked(pool, attempt, limit):
    attempts(pool, attempt, limit + 5)


@pytest.mark.parametrize("pool", [AWS], ids=["aws"], indirect=True)
def test_forgot_password_is_limited_somewhere_between_5_and_20(pool):
    for _ in range(5):
        pool.idp.forgot_password(ClientId=pool.id, Username="ann")
    with refused(*LIMIT):
        for _ in range(16):
            pool.idp.forgot_password(ClientId=pool.id, Username="ann")


def send_fifty(pool):
    for number in range(50):
        pool.sign_up(f"user{number}", email=f"user{number}@example.com")
        if number == 25:
            pool.server.advance("1s")
    pool.server.advance("1s")


@pytest.fixture
def fresh(request):
    pool = make(request.param)
    yield pool
    pool.server.stop()


@pytest.mark.parametrize("fresh", [AWS], ids=["aws"], indirect=True)
def test_an_account_has_fifty_mails_a_day(fresh):
    """The number and the hour are documented, the text is observed."""
    send_fifty(fresh)
    with refused(*DAILY):
        fresh.sign_up("late", email="late@example.com")
    # Documented: the user is there all the same.
    assert fresh.status("late") == "UNCONFIRMED" and fresh.sent("late") == []
    other = Pool(fresh.server, fresh.idp, AutoVerifiedAttributes=["email"])
    with refused(*DAILY):
        other.sign_up("ann", email="ann@example.com")
    own = Pool(fresh.server, fresh.idp, AutoVerifiedAttributes=["email"], EmailConfiguration=OWN_SENDER)
    own.sign_up("ann", email="ann@example.com")
    own.last_message("ann")
    fresh.server.advance("8h")
    with refused(*DAILY):
        other.sign_up("bob", email="bob@example.com")
    # The day ends at 09:00 UTC.
    fresh.server.advance("1h")
    other.sign_up("eve", email="eve@example.com")
    other.last_message("eve")


@pytest.mark.parametrize("fresh", [OFF], ids=["off"], indirect=True)
def test_mails_are_not_counted_unless_asked(fresh):
    send_fifty(fresh)
    fresh.sign_up("late", email="late@example.com")
    fresh.last_message("late")
