"""Authlib signs people in by a code with PKCE, as an app on a server does; the form is sent by requests."""

import pytest
import requests
from authlib.integrations.requests_client import OAuth2Session, OAuthError
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.jwk import KeySet

from hosted_pages import sign_in
from poolhouse import REPOSITORY, Server

CALLBACK = "http://localhost:3000/callback"
WEB = "4hosted0web0client00000000"
SERVER = "4hosted0server0client00000"
MACHINE = "4hosted0machine0client0000"
SECRET = "hosted0test0only0secret0never0use0in0production000"
VERIFIER = "a" * 43


@pytest.fixture(scope="module")
def hosted():
    server = Server("--fixtures", str(REPOSITORY / "fixtures" / "pools" / "hosted.yaml"))
    yield server
    server.stop()


@pytest.fixture(scope="module")
def provider(hosted):
    """What the discovery document says, as an app reads it once."""
    issuer = f"{hosted.url}/us-east-1_Hosted"
    found = requests.get(f"{issuer}/.well-known/openid-configuration", timeout=10).json()
    assert found["issuer"] == issuer
    return found


def session(client, secret=None, scope="openid email"):
    method = "client_secret_basic" if secret else "none"
    return OAuth2Session(
        client, secret, scope=scope, redirect_uri=CALLBACK, code_challenge_method="S256",
        token_endpoint_auth_method=method,
    )


def test_a_code_becomes_tokens_that_authlib_takes(provider):
    client = session(WEB)
    url, state = client.create_authorization_url(
        provider["authorization_endpoint"], code_verifier=VERIFIER, nonce="nonce-1"
    )
    back = sign_in(url)
    assert back.startswith(f"{CALLBACK}?code=")
    tokens = client.fetch_token(
        provider["token_endpoint"], authorization_response=back, state=state, code_verifier=VERIFIER
    )
    keys = KeySet.import_key_set(requests.get(provider["jwks_uri"], timeout=10).json())
    decoded = jwt.decode(tokens["id_token"], keys, algorithms=["RS256"])
    claims = CodeIDToken(
        decoded.claims,
        decoded.header,
        options={"iss": {"value": provider["issuer"]}, "aud": {"value": WEB}},
        params={"nonce": "nonce-1", "client_id": WEB, "access_token": tokens["access_token"]},
    )
    claims.validate()
    assert claims["email"] == "alice@example.com"
    told = client.get(provider["userinfo_endpoint"], timeout=10).json()
    assert (told["sub"], told["email_verified"]) == (claims["sub"], "true")
    refreshed = client.refresh_token(provider["token_endpoint"])
    assert refreshed["access_token"] != tokens["access_token"]
    client.revoke_token(provider["revocation_endpoint"], token=tokens["refresh_token"])
    with pytest.raises(OAuthError, match="invalid_grant"):
        client.refresh_token(provider["token_endpoint"], refresh_token=tokens["refresh_token"])


def test_a_confidential_client_and_a_wrong_verifier(provider):
    client = session(SERVER, SECRET)
    url, state = client.create_authorization_url(provider["authorization_endpoint"], code_verifier=VERIFIER)
    back = sign_in(url)
    with pytest.raises(OAuthError, match="invalid_grant"):
        client.fetch_token(
            provider["token_endpoint"], authorization_response=back, state=state, code_verifier="b" * 43
        )
    tokens = client.fetch_token(
        provider["token_endpoint"], authorization_response=back, state=state, code_verifier=VERIFIER
    )
    rotated = client.refresh_token(provider["token_endpoint"])
    assert rotated["refresh_token"] != tokens["refresh_token"]


def test_a_wrong_password_comes_back_to_the_form(provider):
    url, _ = session(WEB).create_authorization_url(provider["authorization_endpoint"], code_verifier=VERIFIER)
    assert sign_in(url, password="wrong") is None


def test_a_machine_gets_a_token(provider):
    machine = OAuth2Session(MACHINE, SECRET, scope="https://api.example.com/read")
    token = machine.fetch_token(provider["token_endpoint"], grant_type="client_credentials")
    assert (token["token_type"], token["expires_in"]) == ("Bearer", 3600)
