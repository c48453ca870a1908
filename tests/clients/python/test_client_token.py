"""GetClientToken: access tokens from machine to machine."""

import time

import boto3
import jwt
import pytest
import requests
from botocore import UNSIGNED
from botocore.config import Config

from cognito import claims, refused


@pytest.fixture
def pool(make_pool):
    pool = make_pool()
    scopes = [{"ScopeName": name, "ScopeDescription": name} for name in ("asteroids.add", "asteroids.read")]
    pool.idp.create_resource_server(
        UserPoolId=pool.pool_id, Identifier="solar-system-data", Name="Solar system", Scopes=scopes
    )
    return pool


def machine(pool, **settings):
    """The client of the developer guide: a secret, the one flow, and a custom scope."""
    settings = {
        "GenerateSecret": True,
        "ExplicitAuthFlows": ["ALLOW_CLIENT_TOKEN_AUTH"],
        "AllowedOAuthScopes": ["solar-system-data/asteroids.add"],
    } | settings
    made = pool.idp.create_user_pool_client(UserPoolId=pool.pool_id, ClientName="my-m2m-client", **settings)
    return made["UserPoolClient"]


def ask(pool, client, **members):
    members = {"ClientId": client["ClientId"], "Secret": client["ClientSecret"]} | members
    return pool.idp.get_client_token(**members)["ClientAuthenticationResult"]


def test_a_token_of_the_client(pool):
    client = machine(pool)
    assert client["ExplicitAuthFlows"] == ["ALLOW_CLIENT_TOKEN_AUTH"]
    result = ask(pool, client, Scopes=["solar-system-data/asteroids.add"], ClientMetadata={"a": "b"})
    assert result["ExpiresIn"] == 3600 and result["TokenType"] == "Bearer"
    issuer = f"{pool.server.url}/{pool.pool_id}"
    keys = jwt.PyJWKSet.from_dict(requests.get(f"{issuer}/.well-known/jwks.json", timeout=10).json())
    token = result["AccessToken"]
    key = keys[jwt.get_unverified_header(token)["kid"]]
    found = jwt.decode(token, key, ["RS256"], issuer=issuer)
    assert found["sub"] == found["client_id"] == client["ClientId"]
    assert found["token_use"] == "access" and found["version"] == 2
    assert found["scope"] == "solar-system-data/asteroids.add"
    assert found["exp"] - found["iat"] == 3600
    # Inferred: such a token opens no operation of a user.
    with refused("NotAuthorizedException", "Access Token does not have required scopes"):
        pool.idp.get_user(AccessToken=token)


def test_no_credentials_are_needed(pool):
    client = machine(pool)
    unsigned = boto3.client(
        "cognito-idp",
        region_name="us-east-1",
        endpoint_url=pool.server.url,
        config=Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1}),
    )
    unsigned.get_client_token(ClientId=client["ClientId"], Secret=client["ClientSecret"])
    with refused("NotAuthorizedException", "Invalid client or secret"):
        unsigned.get_client_token(ClientId=client["ClientId"], Secret="x" * 24)


def test_scopes(pool):
    both = ["solar-system-data/asteroids.add", "solar-system-data/asteroids.read"]
    client = machine(pool, AllowedOAuthScopes=both)
    # Without Scopes: those of the client.
    assert sorted(claims(ask(pool, client)["AccessToken"])["scope"].split()) == both
    one = ask(pool, client, Scopes=both[1:])["AccessToken"]
    assert claims(one)["scope"] == both[1]
    with refused("InvalidParameterException", "Invalid scope requested: solar-system-data/other"):
        ask(pool, client, Scopes=["solar-system-data/other"])
    # A scope that is deleted stays with the client, and is left out of tokens.
    pool.idp.update_resource_server(
        UserPoolId=pool.pool_id,
        Identifier="solar-system-data",
        Name="Solar system",
        Scopes=[{"ScopeName": "asteroids.add", "ScopeDescription": "x"}],
    )
    assert claims(ask(pool, client, Scopes=both)["AccessToken"])["scope"] == both[0]
    with refused("InvalidParameterException"):
        ask(pool, machine(pool, AllowedOAuthScopes=[]))


def test_a_second_secret(pool):
    client = machine(pool)
    second = pool.idp.add_user_pool_client_secret(UserPoolId=pool.pool_id, ClientId=client["ClientId"])
    second = second["ClientSecretDescriptor"]
    ask(pool, client, Secret=second["ClientSecretValue"])
    ask(pool, client)
    pool.idp.delete_user_pool_client_secret(
        UserPoolId=pool.pool_id, ClientId=client["ClientId"], ClientSecretId=second["ClientSecretId"]
    )
    with refused("NotAuthorizedException", "Invalid client or secret"):
        ask(pool, client, Secret=second["ClientSecretValue"])


def test_refusals(pool):
    client = machine(pool)
    with refused("ResourceNotFoundException", "User pool client nobody does not exist."):
        ask(pool, client, ClientId="nobody")
    for_users = machine(pool, ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"])
    with refused("InvalidParameterException", "Auth flow not enabled for this client"):
        ask(pool, for_users)
    # The flow stands alone, and with a secret.
    with refused("InvalidParameterException"):
        machine(pool, ExplicitAuthFlows=["ALLOW_CLIENT_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"])
    with refused("InvalidParameterException"):
        machine(pool, GenerateSecret=False)
    short = pool.server.post("GetClientToken", {"ClientId": client["ClientId"], "Secret": "short"}, signed=False)
    assert short.json()["__type"] == "InvalidParameterException"
    assert "Member must have length greater than or equal to 24" in short.json()["message"]
    for body in ({}, {"ClientId": 7, "Secret": []}, {"ClientId": "a", "Secret": "x" * 24, "Scopes": "all"}):
        answer = pool.server.post("GetClientToken", body, signed=False)
        assert answer.status_code == 400, answer.text


def test_a_deleted_client_gets_no_token(pool):
    client = machine(pool)
    pool.idp.delete_user_pool_client(UserPoolId=pool.pool_id, ClientId=client["ClientId"])
    with refused("ResourceNotFoundException"):
        ask(pool, client)


def test_many_at_once(pool):
    from cognito import at_once

    client = machine(pool)
    began = time.monotonic()
    assert at_once([lambda: ask(pool, client)] * 20) == ["done"] * 20
    assert time.monotonic() - began < 20
