"""Mails that go to a real SMTP server too."""

import email
import email.policy
import socket
import time

import pytest
import requests
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from cognito import SMS, Pool
from poolhouse import Server

SENDER = {
    "EmailSendingAccount": "DEVELOPER",
    "SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/no-reply@example.com",
    "From": "The House <house@example.com>",
}


class Inbox:
    """What a server has taken; it refuses mail to anybody at refused.example."""

    def __init__(self):
        self.mails = []

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.endswith("@refused.example"):
            return "550 nobody lives here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.mails.append((envelope, mail))
        return "250 OK"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def serve():
    """Starts an SMTP server and a Poolhouse that sends to it."""
    started = []

    def start(login="", **settings):
        inbox = Inbox()
        smtp = Controller(inbox, hostname="127.0.0.1", port=free_port(), **settings)
        smtp.start()
        server = Server("--smtp", f"smtp://{login}127.0.0.1:{smtp.port}")
        started.append((smtp, server))
        return inbox, server

    yield start
    for smtp, server in started:
        server.stop()
        smtp.stop()


def outcome(server, at):
    """What became of a message, once that is known."""
    deadline = time.monotonic() + 20
    while True:
        message = requests.get(f"{server.url}/_poolhouse/messages/{at}", timeout=30).json()
        if message["delivery"] != {"smtp": "queued"}:
            return message["delivery"]
        assert time.monotonic() < deadline, message


def test_a_mail_comes_as_html_and_text(serve):
    inbox, server = serve()
    template = {"EmailMessage": "Bienvenue à <b>bord</b>: {####}", "EmailSubject": "Votre clé"}
    pool = Pool(
        server,
        server.client(),
        AutoVerifiedAttributes=["email"],
        EmailConfiguration=SENDER,
        VerificationMessageTemplate=template,
    )
    pool.sign_up("ann", email="ann@example.com")
    assert outcome(server, 1) == {"smtp": "sent"}
    ((envelope, mail),) = inbox.mails
    code = pool.last_message("ann")["code"]
    assert envelope.mail_from == "house@example.com" and envelope.rcpt_tos == ["ann@example.com"]
    assert mail["From"] == "The House <house@example.com>" and mail["Subject"] == "Votre clé"
    assert mail.get_body(("html",)).get_content().strip() == f"Bienvenue à <b>bord</b>: {code}"
    assert mail.get_body(("plain",)).get_content().strip() == f"Bienvenue à bord: {code}"


def test_text_messages_stay_here(serve):
    inbox, server = serve()
    pool = Pool(server, server.client(), AutoVerifiedAttributes=["phone_number"], SmsConfiguration=SMS)
    pool.sign_up("ann", phone_number="+15550100")
    assert pool.last_message("ann")["delivery"] is None
    assert inbox.mails == []


def test_a_failure_is_seen_and_stops_nothing(serve):
    inbox, server = serve()
    pool = Pool(server, server.client(), AutoVerifiedAttributes=["email"])
    pool.sign_up("ann", email="ann@refused.example")
    assert outcome(server, 1)["smtp"].startswith("failed: ")
    assert "nobody lives here" in outcome(server, 1)["smtp"]
    pool.confirm("ann", pool.last_message("ann")["code"])
    pool.sign_up("bob", email="bob@example.com")
    assert outcome(server, 2) == {"smtp": "sent"}
    assert len(inbox.mails) == 1 and inbox.mails[0][0].mail_from == "no-reply@verificationemail.com"


def test_a_server_that_is_away_is_told_of_and_the_password_never(serve):
    server = Server("--smtp", f"smtp://ann:not-to-be-seen@127.0.0.1:{free_port()}")
    try:
        pool = Pool(server, server.client(), AutoVerifiedAttributes=["email"])
        pool.sign_up("ann", email="ann@example.com")
        told = outcome(server, 1)["smtp"]
        assert told.startswith("failed: ")
        told_of = "a mail did not reach the SMTP server"
        log = server.logged(until=told_of)
        assert told_of in log
        assert "not-to-be-seen" not in log + told
    finally:
        server.stop()


def test_a_login_is_given(serve):
    seen = []

    def check(server, session, envelope, mechanism, data):
        seen.append((data.login, data.password))
        return AuthResult(success=True)

    inbox, server = serve("ann:p%40ss@", authenticator=check, auth_required=True, auth_require_tls=False)
    pool = Pool(server, server.client(), AutoVerifiedAttributes=["email"])
    pool.sign_up("ann", email="ann@example.com")
    assert outcome(server, 1) == {"smtp": "sent"}
    assert seen == [(b"ann", b"p@ss")] and len(inbox.mails) == 1
