"""HTTPS on the same port: clients as they are, with the authority's certificate and, where they know AWS's names
alone, with those names led to this machine."""

import os
import socket
import ssl
import stat
import subprocess
from contextlib import contextmanager

import boto3
import jwt
import pytest
import requests
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import EndpointConnectionError, SSLError

from poolhouse import Server

POOL = "us-east-1_PoolHouse"
CLIENT = "1poolhouse0public0client00"
AWS_HOST = "cognito-idp.us-east-1.amazonaws.com"


@pytest.fixture(scope="module")
def secure():
    server = Server("--tls", "--seed", "7")
    yield server
    server.stop()


@pytest.fixture(scope="module")
def authority(secure, tmp_path_factory):
    """The authority's certificate, downloaded as a user would."""
    path = tmp_path_factory.mktemp("tls") / "ca.pem"
    answer = requests.get(f"{secure.url}/_poolhouse/ca.pem", timeout=30)
    answer.raise_for_status()
    path.write_text(answer.text)
    return str(path)


def port(server):
    return int(server.url.rsplit(":", 1)[1])


@contextmanager
def names_lead_here(server, *names):
    """What a line of /etc/hosts and port 443 would do, for this process."""
    found = socket.getaddrinfo

    def lookup(host, *rest, **settings):
        if host in names:
            return found("127.0.0.1", port(server), type=socket.SOCK_STREAM)
        return found(host, *rest, **settings)

    socket.getaddrinfo = lookup
    try:
        yield
    finally:
        socket.getaddrinfo = found


def sign_in(client):
    return client.initiate_auth(
        ClientId=CLIENT, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": "alice", "PASSWORD": "Poolhouse-1"}
    )["AuthenticationResult"]


def boto(**settings):
    session = boto3.session.Session("test", "test", region_name="us-east-1")
    return session.client("cognito-idp", config=Config(retries={"total_max_attempts": 1}), **settings)


def test_boto3_signs_in_over_tls(secure, authority):
    url = secure.url.replace("http://", "https://")
    client = boto(endpoint_url=url, verify=authority)
    token = sign_in(client)["AccessToken"]
    assert client.get_user(AccessToken=token)["Username"] == "alice"
    assert jwt.decode(token, options={"verify_signature": False})["iss"] == f"{url}/{POOL}"
    # Many connections at once, each with a handshake of its own.
    for _ in range(20):
        assert requests.get(f"{url}/health", verify=authority, timeout=30).json() == {"ok": True}


def test_who_was_not_given_the_authority_refuses_the_server_and_the_log_says_so(secure):
    with pytest.raises(SSLError):
        sign_in(boto(endpoint_url=secure.url.replace("http://", "https://")))
    told_of = "give it /_poolhouse/ca.pem"
    assert told_of in secure.logged(until=told_of)


def test_aws_ca_bundle_is_enough(secure, authority, monkeypatch):
    monkeypatch.setenv("AWS_CA_BUNDLE", authority)
    assert sign_in(boto(endpoint_url=secure.url.replace("http://", "https://")))["TokenType"] == "Bearer"


def test_a_client_that_knows_aws_alone_runs_as_it_is(secure, authority):
    """No endpoint is given: boto3 calls AWS's own name by its own port."""
    with names_lead_here(secure, AWS_HOST):
        client = boto(verify=authority)
        assert client.meta.endpoint_url == f"https://{AWS_HOST}"
        tokens = sign_in(client)
        pool = client.describe_user_pool(UserPoolId=POOL)["UserPool"]
        assert pool["Name"]
        # A verifier finds the keys where the issuer says, as on AWS, and needs no word of Poolhouse.
        issuer = f"https://{AWS_HOST}/{POOL}"
        trust = ssl.create_default_context(cafile=authority)
        keys = jwt.PyJWKClient(f"{issuer}/.well-known/jwks.json", ssl_context=trust)
        key = keys.get_signing_key_from_jwt(tokens["IdToken"])
        claims = jwt.decode(tokens["IdToken"], key, algorithms=["RS256"], issuer=issuer, audience=CLIENT)
        assert claims["cognito:username"] == "alice"
        document = requests.get(f"{issuer}/.well-known/openid-configuration", verify=authority, timeout=30).json()
        assert document["issuer"] == issuer
    # An unsigned call tells its Region by the name alone.
    with names_lead_here(secure, "cognito-idp.eu-west-1.amazonaws.com"):
        session = boto3.session.Session(region_name="eu-west-1")
        settings = Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1})
        elsewhere = session.client("cognito-idp", verify=authority, config=settings)
        with pytest.raises(elsewhere.exceptions.ResourceNotFoundException):
            sign_in(elsewhere)


def test_other_names_are_refused_and_the_log_says_so(secure, authority):
    with names_lead_here(secure, "accounts.example.de"):
        with pytest.raises(requests.exceptions.SSLError):
            requests.get("https://accounts.example.de/health", verify=authority, timeout=30)
    assert "--tls-host accounts.example.de" in secure.logged()


def curl(*arguments):
    return subprocess.run(["curl", "--silent", "--show-error", *arguments], capture_output=True, text=True, timeout=60)


def test_curl_resolves_and_trusts(secure, authority):
    here = port(secure)
    for name in ("localhost", "my-app.auth.localhost", AWS_HOST, "my-app.auth.us-east-1.amazoncognito.com"):
        done = curl("--cacert", authority, "--resolve", f"{name}:{here}:127.0.0.1", f"https://{name}:{here}/health")
        assert (done.stdout, done.stderr) == ('{"ok":true}', ""), name
    done = curl("--cacert", authority, "--connect-to", f"::localhost:{here}", f"https://{AWS_HOST}/{POOL}/.well-known/jwks.json")
    assert '"keys"' in done.stdout, done.stderr
    versions = [("--tls-max", "1.2"), ("--tlsv1.3",), ("--http1.1",), ("--http2",)]
    for version in versions:
        done = curl("--cacert", authority, *version, f"https://127.0.0.1:{here}/health")
        assert done.stdout == '{"ok":true}', (version, done.stderr)
    assert curl(f"https://127.0.0.1:{here}/health").returncode == 60, "not trusted"
    # Without TLS, as ever.
    assert curl(f"http://127.0.0.1:{here}/health").stdout == '{"ok":true}'


def test_a_kept_authority_is_the_same_after_a_restart_and_vouches_for_no_other_name(tmp_path):
    kept = tmp_path / "tls"
    shown = []
    for _ in range(2):
        server = Server("--tls-dir", str(kept))
        shown.append(requests.get(f"{server.url}/_poolhouse/ca.pem", timeout=30).text)
        assert shown[-1] == (kept / "ca.pem").read_text()
        url = server.url.replace("http://", "https://")
        assert requests.get(f"{url}/health", verify=str(kept / "ca.pem"), timeout=30).status_code == 200
        with names_lead_here(server, AWS_HOST, "login.company.de", "auth.example.com"):
            assert sign_in(boto(verify=str(kept / "ca.pem")))["TokenType"] == "Bearer"
            assert requests.get("https://auth.example.com/health", verify=str(kept / "ca.pem"), timeout=30).ok
            # OpenSSL, as every client here, looks at what the certificate lets it vouch for.
            with pytest.raises(requests.exceptions.SSLError):
                requests.get("https://login.company.de/health", verify=str(kept / "ca.pem"), timeout=30)
        server.stop()
    assert shown[0] == shown[1]
    if os.name == "posix":
        assert stat.S_IMODE((kept / "ca-key.pem").stat().st_mode) == 0o600


def test_openssl_holds_a_kept_authority_to_its_limits(tmp_path):
    """A thief of the key is not believed for other names: OpenSSL verifies what the key signs."""
    kept = tmp_path / "tls"
    Server("--tls-dir", str(kept)).stop()

    def run(*arguments, **settings):
        return subprocess.run(["openssl", *arguments], capture_output=True, text=True, cwd=tmp_path, **settings)

    for name, expected in ((AWS_HOST, True), ("s3.us-east-1.amazonaws.com", False), ("login.company.de", False)):
        request = run("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "x.key",
                      "-out", "x.csr", "-subj", "/CN=x")  # fmt: skip
        assert request.returncode == 0, request.stderr
        (tmp_path / "x.ext").write_text(f"subjectAltName=DNS:{name}\n")
        signed = run("x509", "-req", "-in", "x.csr", "-CA", str(kept / "ca.pem"), "-CAkey", str(kept / "ca-key.pem"),
                     "-CAcreateserial", "-days", "7", "-extfile", "x.ext", "-out", "x.pem")  # fmt: skip
        assert signed.returncode == 0, signed.stderr
        verified = run("verify", "-x509_strict", "-CAfile", str(kept / "ca.pem"), "x.pem")
        assert (verified.returncode == 0) == expected, (name, verified.stdout, verified.stderr)
        assert expected or "permitted subtree violation" in verified.stderr, verified.stderr


def test_a_plain_port_says_what_would_be_right(server):
    with pytest.raises((SSLError, EndpointConnectionError)):
        sign_in(boto(endpoint_url=server.url.replace("http://", "https://")))
    assert "--tls" in server.logged(until="--tls")
    answer = requests.get(f"{server.url}/_poolhouse/ca.pem", timeout=30)
    assert answer.status_code == 404
    assert "--tls" in answer.json()["error"]
