"""What keeps tests that run at the same time apart: a Poolhouse each, or a branch of one that they share."""

import os
import shutil
import subprocess
import threading
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import requests

HERE = Path(__file__).resolve().parent
FIXTURE = HERE.parent / "cognito.yaml"
BINARY = os.environ.get("POOLHOUSE_BIN") or shutil.which("poolhouse") or "poolhouse"


class Poolhouse:
    """A server on a port that was free."""

    def __init__(self):
        command = [BINARY, "serve", "--port", "0", "--fixtures", str(FIXTURE)]
        environment = {"RUST_LOG": "warn"} | os.environ
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        self.url = None
        for line in self.process.stdout:
            if "Cognito Local running on " in line:
                self.url = line.split()[-1]
            if line == "Ready.\n":
                break
        else:
            raise RuntimeError(f"{' '.join(command)} ended with {self.process.wait()}")
        # A pipe that nobody reads fills up, and then the server waits.
        threading.Thread(target=self.process.stdout.read, daemon=True).start()

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=10)
        self.process.stdout.close()


@dataclass
class Place:
    """Where one test happens: the pool and the client of the fixture, which in a branch have other ids."""

    url: str
    pool: str = "us-east-1_Accounts"
    client: str = "accounts0server0client"
    # The same in a branch.
    secret: str = "accounts0test0only0secret0never0use0in0production000"
    account: str = "123456789012"

    def code(self, kind, to):
        """The code of the newest message of this kind to an address."""
        sent = ask(self.url, "GET", f"messages?user_pool={self.pool}&kind={kind}&destination={to}&wait=10s")
        assert sent["messages"], f"no {kind} was sent to {to}"
        return sent["messages"][-1]["code"]

    def seconds(self):
        """The server's time, of which authenticator apps make codes."""
        return datetime.fromisoformat(ask(self.url, "GET", "clock")["now"].replace("Z", "+00:00")).timestamp()

    def advance(self, span):
        """Only for tests that are marked `moves_the_clock`: it is the whole server's."""
        ask(self.url, "POST", "clock", {"advance": span})


def start_again(url):
    """The whole server, as it was when it was ready."""
    ask(url, "POST", "reset")
    return Place(url)


def branch(url):
    """A copy of the pool as it was when the server was ready, in an account of its own."""
    made = ask(url, "POST", "branches", {"from": "@start"})
    client = made["clients"]["server"]
    return Place(url, client["userPoolId"], client["new"], account=made["account"])


def drop(place):
    ask(place.url, "DELETE", f"branches/{place.account}")


def ask(url, method, path, body=None):
    answer = requests.request(method, f"{url}/_poolhouse/{path}", json=body, timeout=30)
    assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text}"
    return answer.json()
