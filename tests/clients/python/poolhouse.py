"""A Poolhouse process, and the ways in: boto3, raw HTTP, and the test API."""

import json
import os
import subprocess
import tempfile
import threading
import time
from datetime import datetime
from pathlib import Path

import boto3
import requests
from botocore.config import Config

REPOSITORY = Path(__file__).resolve().parents[3]
BANNER = "Cognito Local running on "
NEW_YEAR = "2026-01-01T00:00:00Z"
TARGET = "AWSCognitoIdentityProviderService."
# The form is checked, the signature never is.
AUTHORIZATION = (
    "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260101/us-east-1/cognito-idp/aws4_request, "
    "SignedHeaders=host;x-amz-date, Signature=" + "0" * 64
)

_sdk = boto3.session.Session(
    aws_access_key_id="AKIAIOSFODNN7EXAMPLE", aws_secret_access_key="not-checked", region_name="us-east-1"
)


def binary():
    return os.environ.get("POOLHOUSE_BIN") or str(REPOSITORY / "target" / "release" / "poolhouse")


class Server:
    """A server of its own, on a free port, until `stop`."""

    def __init__(self, *flags):
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [binary(), "--port", "0", *flags], stdout=subprocess.PIPE, stderr=self.log, text=True
        )
        self.url = None
        for line in self.process.stdout:
            if BANNER in line:
                self.url = line.split(BANNER, 1)[1].strip()
            if line.strip() == "Ready.":
                break
        if self.url is None:
            self.process.wait(timeout=10)
            raise RuntimeError(f"the server did not start: {self.logged()}")
        # Nobody reads stdout any more; a full pipe would stop the server.
        threading.Thread(target=self.process.stdout.read, daemon=True).start()

    def logged(self, until=""):
        """What it has logged so far, and `until` among it: a line is written some milliseconds after what it tells
        of. Read in place: the server writes through the same open file, and a seek here would move where it
        writes."""
        log = self.log.fileno()
        deadline = time.monotonic() + 10
        while True:
            text = os.pread(log, os.fstat(log).st_size, 0).decode()
            if until in text or time.monotonic() > deadline:
                return text
            time.sleep(0.005)

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=10)
        self.process.stdout.close()
        self.log.close()

    def client(self, connections=10, **settings):
        """A boto3 client that shows every request and answer where a test fails."""
        config = Config(retries={"total_max_attempts": 1}, max_pool_connections=connections)
        client = _sdk.client("cognito-idp", endpoint_url=self.url, config=config, **settings)
        client.meta.events.register("before-call.cognito-identity-provider", _print_request)
        client.meta.events.register("after-call.cognito-identity-provider", _print_answer)
        return client

    def post(self, operation, body, signed=True, **headers):
        """One call by plain HTTP; `body` is a dict, or the bytes to send as they are."""
        sent = {"X-Amz-Target": TARGET + operation, "Content-Type": "application/x-amz-json-1.1"}
        if signed:
            sent |= {"Authorization": AUTHORIZATION, "X-Amz-Date": "20260101T000000Z"}
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        print(f"> {operation} {data.decode(errors='replace')}")
        answer = requests.post(self.url + "/", data=data, headers=sent | headers, timeout=30)
        print(f"< {answer.status_code} {answer.text}")
        return answer

    def now(self):
        answer = requests.get(self.url + "/_poolhouse/clock", timeout=30)
        answer.raise_for_status()
        return datetime.fromisoformat(answer.json()["now"].replace("Z", "+00:00"))

    def _clock(self, change):
        print(f"> clock {change}")
        answer = requests.post(self.url + "/_poolhouse/clock", json=change, timeout=30)
        assert answer.status_code == 200, answer.text

    def freeze(self):
        self._clock({"freeze": True})

    def advance(self, span):
        """`span` is Poolhouse's own notation: "31s", "5m", "1h"."""
        self._clock({"advance": span})

    def messages(self, username, wait="0s"):
        """What was sent to users of this name; `wait` is for the first message, if there is none yet."""
        answer = requests.get(
            self.url + "/_poolhouse/messages", params={"username": username, "wait": wait}, timeout=30
        )
        assert answer.status_code == 200, answer.text
        return answer.json()["messages"]


def _print_request(model, params, **_):
    body = params["body"]
    print(f"> {model.name} {body.decode() if isinstance(body, bytes) else body}")


def _print_answer(model, http_response, **_):
    print(f"< {http_response.status_code} {http_response.text}")
