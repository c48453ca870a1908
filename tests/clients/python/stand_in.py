"""What stands in for AWS: an endpoint that checks each signature, and has nothing that AWS has not.

It hands what it lets in to a Poolhouse and answers as that does, but for the reasons; it has no test API, and refuses
what only a fixture may ask for, such as an id of one's own.
"""

import json
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import boto3
import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

TARGET = "AWSCognitoIdentityProviderService."
# Two of the pool's ids that fixtures can pin.
PINNED = "_custom_id_"
_MODEL = boto3.session.Session(region_name="us-east-1").client(
    "cognito-idp", aws_access_key_id="x", aws_secret_access_key="x"
).meta.service_model


class StandIn:
    """An endpoint in front of `poolhouse`, which takes these credentials alone, for this Region alone."""

    def __init__(self, poolhouse, key="AKIDSTANDIN000000000", secret="its-secret", token=None, region="eu-west-1"):
        self.poolhouse, self.region = poolhouse, region
        self.credentials = Credentials(key, secret, token)
        self.calls, self.refused, self.times = [], [], []
        # What befalls the next calls of an operation: AWS's status, type and text; `"lost"`, where it is done and
        # its answer is not heard; or `"cut"`, where nothing is done.
        self.mishaps = {}
        self._called = threading.Condition()
        self._session = requests.Session()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def stop(self):
        self._server.shutdown()
        self._server.server_close()

    def environment(self):
        """What a client's environment says of the credentials."""
        variables = {
            "AWS_ACCESS_KEY_ID": self.credentials.access_key,
            "AWS_SECRET_ACCESS_KEY": self.credentials.secret_key,
        }
        return variables | ({"AWS_SESSION_TOKEN": self.credentials.token} if self.credentials.token else {})

    def wait_for(self, operation, most=30):
        """Until this operation was answered; fails where it isn't."""
        with self._called:
            assert self._called.wait_for(lambda: self.count(operation), most), f"no {operation}"

    def count(self, operation):
        return sum(name == operation for name, _ in self.calls)

    # What AWS asks of a request -------------------------------------------------------------------

    def fault(self, path, headers, body):
        """AWS's type and text for what it would not take; none for what it would."""
        if path != "/":
            return 404, "UnknownOperationException", ""
        operation = headers.get("x-amz-target", "").removeprefix(TARGET)
        if operation not in _MODEL.operation_names:
            return 400, "UnknownOperationException", ""
        unsigned = _MODEL.operation_model(operation).auth_type == "none"
        if "authorization" in headers:
            if f"Credential={self.credentials.access_key}/" not in headers["authorization"]:
                return 400, "UnrecognizedClientException", "The security token included in the request is invalid."
            if self.signature(path, headers, body) != headers["authorization"].split("Signature=")[-1]:
                return 400, "InvalidSignatureException", (
                    "The request signature we calculated does not match the signature you provided."
                )
        elif not unsigned:
            return 400, "MissingAuthenticationTokenException", "Missing Authentication Token"
        if PINNED in body.decode() or "x-poolhouse-label" in headers:
            return 400, "InvalidParameterException", "AWS gives ids itself"
        return None

    def signature(self, path, headers, body):
        """The signature that the headers named as signed would have."""
        given = headers["authorization"]
        signed = given.split("SignedHeaders=")[1].split(",")[0].split(";")
        assert {"host", "x-amz-date"} <= set(signed), signed
        scope = given.split("Credential=")[1].split(",")[0].split("/")
        assert scope[0] == self.credentials.access_key, scope
        if scope[2:] != [self.region, "cognito-idp", "aws4_request"]:
            return f"not of {self.region}"
        if headers.get("x-amz-security-token") != self.credentials.token:
            return "another token"
        request = AWSRequest("POST", f"http://{headers['host']}{path}", {name: headers[name] for name in signed}, body)
        request.context["timestamp"] = headers["x-amz-date"]
        auth = SigV4Auth(self.credentials, "cognito-idp", self.region)
        return auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request)

    # Serving ------------------------------------------------------------------------------------------

    def _handler(stand_in):
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                headers = {name.lower(): value for name, value in self.headers.items()}
                fault = stand_in.fault(self.path, headers, body)
                if fault:
                    stand_in.refused.append((headers.get("x-amz-target"), fault))
                    status, kind, text = fault
                    return self.answer(status, {"__type": kind, "message": text})
                operation = headers["x-amz-target"].removeprefix(TARGET)
                mishap = next(iter(stand_in.mishaps.get(operation, [])), None)
                if mishap:
                    stand_in.mishaps[operation].pop(0)
                if isinstance(mishap, tuple):
                    status, kind, text = mishap
                    return self.answer(status, {"__type": kind, "message": text} if kind else text.encode())
                if mishap == "cut":
                    return self.hang_up()
                stand_in.times.append(time.monotonic())
                sent = {name: headers[name] for name in ("x-amz-target", "content-type") if name in headers}
                if "authorization" in headers:
                    sent |= {name: headers[name] for name in ("authorization", "x-amz-date")}
                found = stand_in._session.post(stand_in.poolhouse, data=body, headers=sent, timeout=30)
                with stand_in._called:
                    stand_in.calls.append((operation, json.loads(body or "{}")))
                    stand_in._called.notify_all()
                if mishap == "lost":
                    return self.hang_up()
                return self.answer(found.status_code, found.content, found.headers)

            def hang_up(self):
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)

            def do_GET(self):
                self.answer(404, {"message": "Not Found"})

            do_PUT = do_DELETE = do_GET

            def answer(self, status, body, headers={}):
                body = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                for name in ("Content-Type", "x-amzn-ErrorType", "x-amzn-RequestId"):
                    if name in headers:
                        self.send_header(name, headers[name])
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        return Handler
