"""Functions of requests that run at once: each event exactly once, and call-backs that wait for nobody."""

import json
import threading
import time
from collections import Counter
from functools import partial

import pytest

from cognito import at_once, challenge_of
from endpoint import Endpoint, answer
from poolhouse import Server
from triggered import Triggered

RACERS = 50


@pytest.fixture(scope="module")
def endpoint():
    endpoint = Endpoint()
    yield endpoint
    endpoint.stop()


@pytest.fixture(scope="module")
def server(endpoint):
    server = Server("--function", f"*={endpoint.url}/")
    yield server
    server.stop()


@pytest.fixture
def make(server, endpoint):
    """A pool whose functions are called at the endpoint, where they return what they got."""

    def make(**settings):
        endpoint.answers["/"] = answer
        pool = Triggered(server, **settings)
        pool.rules(others=False)
        return pool

    return make


def fired(pool, endpoint):
    """How often each event of a user was invoked; what the endpoint was sent is what the journal has."""
    sent = [event for _, _, event in endpoint.calls("/") if event["userPoolId"] == pool.pool_id]
    invoked = pool.invocations()
    assert [one for one in invoked if one["attempts"] != 1 or one["error"]] == []
    text = partial(json.dumps, sort_keys=True)
    assert sorted(map(text, sent)) == sorted(text(one["event"]) for one in invoked)
    return dict(Counter((event["triggerSource"], event["userName"]) for event in sent))


def test_fifty_sign_ups_at_once_are_told_of_once_each(make, endpoint):
    def confirm(event):
        confirms = event["triggerSource"].startswith("PreSignUp")
        return answer(event | {"response": {"autoConfirmUser": True} if confirms else {}})

    pool = make()
    endpoint.answers["/"] = confirm
    users = [f"user{n}" for n in range(RACERS)]
    assert at_once([lambda name=name: pool.sign_up(name) for name in users]) == ["done"] * RACERS
    sources = ("PreSignUp_SignUp", "PostConfirmation_ConfirmSignUp")
    assert fired(pool, endpoint) == {(source, name): 1 for source in sources for name in users}


def test_of_fifty_who_want_one_name_one_is_confirmed_and_told_of(make, endpoint):
    pool = make()
    endpoint.answers["/"] = lambda event: answer(event | {"response": {"autoConfirmUser": True}})
    ends = at_once([lambda: pool.sign_up("ann")] * RACERS)
    assert ends == ["done"] + [("UsernameExistsException", "User already exists")] * (RACERS - 1)
    # PreSignUp is asked before the name is looked at (inferred).
    assert fired(pool, endpoint) == {
        ("PreSignUp_SignUp", "ann"): RACERS,
        ("PostConfirmation_ConfirmSignUp", "ann"): 1,
    }


@pytest.mark.parametrize("by", ["client", "administrator"])
def test_of_fifty_confirmations_of_one_user_one_is_told_of(make, endpoint, by):
    pool = make(AutoVerifiedAttributes=["email"])
    pool.sign_up("ann", email="ann@example.com")
    code = pool.last_message("ann")["code"]

    def confirm():
        if by == "client":
            pool.confirm("ann", code)
        else:
            pool.idp.admin_confirm_sign_up(UserPoolId=pool.pool_id, Username="ann")

    ends = at_once([confirm] * RACERS)
    text = "User cannot be confirmed. Current status is CONFIRMED"
    assert ends == ["done"] + [("NotAuthorizedException", text)] * (RACERS - 1)
    assert fired(pool, endpoint)["PostConfirmation_ConfirmSignUp", "ann"] == 1


def test_of_fifty_new_passwords_of_one_user_one_is_told_of(make, endpoint):
    pool = make()
    pool.add_user("ann", email="ann@example.com", email_verified="true")
    pool.idp.forgot_password(ClientId=pool.id, Username="ann")
    code = pool.last_message("ann")["code"]

    def confirm():
        pool.idp.confirm_forgot_password(
            ClientId=pool.id, Username="ann", ConfirmationCode=code, Password="Poolhouse-2"
        )

    ends = at_once([confirm] * RACERS)
    assert ends[0] == "done" and {end[0] for end in ends[1:]} == {"ExpiredCodeException"}, ends
    assert fired(pool, endpoint)["PostConfirmation_ConfirmForgotPassword", "ann"] == 1


def test_a_session_that_fifty_answer_at_once_gives_tokens_once(make, endpoint):
    pool = make()
    pool.add_user("ann", temporary=True)
    challenge = challenge_of(pool.sign_in("ann"), "NEW_PASSWORD_REQUIRED")
    ends = at_once([lambda: pool.answer(challenge, "ann", NEW_PASSWORD="Poolhouse-2")] * RACERS)
    used = ("NotAuthorizedException", "Invalid session for the user, session can only be used once.")
    assert ends == ["done"] + [used] * (RACERS - 1)
    found = fired(pool, endpoint)
    assert found["PostAuthentication_Authentication", "ann"] == 1
    assert found["TokenGeneration_NewPasswordChallenge", "ann"] == 1


# Call-backs -------------------------------------------------------------------------------------------


@pytest.fixture
def serve(endpoint):
    """Starts a server with these flags, whose functions are at the endpoint."""
    servers = []

    def serve(*flags):
        servers.append(Server("--function", f"*={endpoint.url}/", *flags))
        return servers[-1]

    yield serve
    for server in servers:
        server.stop()


class CallingBack:
    """Functions that call back once so many of them are in flight."""

    def __init__(self, server, most, changes):
        self.server, self.changes = server, changes
        self.all_there = threading.Barrier(most, timeout=20)
        self.statuses = []

    def __call__(self, event):
        if event["triggerSource"].startswith("PostConfirmation"):
            self.all_there.wait()
            name = event["userName"]
            changed = [{"Name": self.changes, "Value": f"new-{name}@example.com"}]
            named = {"UserPoolId": event["userPoolId"], "Username": name}
            sent = self.server.post("AdminUpdateUserAttributes", named | {"UserAttributes": changed})
            self.statuses.append(sent.status_code)
        return answer(event)


@pytest.mark.parametrize(
    "most, flags, changes",
    [
        # As many as are worked on at once.
        (256, [], "nickname"),
        # Each call-back needs the endpoint for an event of its own.
        (16, ["--max-in-flight", "16"], "email"),
    ],
)
def test_functions_that_call_back_while_all_places_are_taken_wait_for_nobody(serve, endpoint, most, flags, changes):
    # The limit is far away, so that it ends nothing.
    server = serve("--function-timeout", "30s", *flags)
    endpoint.answers["/"] = answer
    pool = Triggered(server, AutoVerifiedAttributes=["email"])
    pool.rules(others=False)
    idp = server.client(connections=most)
    users = [f"user{n}" for n in range(most)]
    for name in users:
        pool.sign_up(name, email=f"{name}@example.com")
    functions = endpoint.answers["/"] = CallingBack(server, most, changes)
    began = time.monotonic()
    confirm = [lambda name=name: idp.admin_confirm_sign_up(UserPoolId=pool.pool_id, Username=name) for name in users]
    assert at_once(confirm) == ["done"] * most
    assert time.monotonic() - began < 25
    assert functions.statuses == [200] * most
    for name in users[:3]:
        found = {entry["Name"]: entry["Value"] for entry in pool.get_user(name)["UserAttributes"]}
        assert found[changes] == f"new-{name}@example.com"
    sources = Counter(one["triggerSource"] for one in pool.invocations())
    assert sources["PostConfirmation_ConfirmSignUp"] == most
    assert sources["CustomMessage_UpdateUserAttribute"] == (most if changes == "email" else 0)
