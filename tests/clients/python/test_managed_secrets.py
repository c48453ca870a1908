"""Client secrets that AWS Secrets Manager keeps and rotates; the test API shows them."""

import json
import re

import pytest
import requests

from cognito import refused

ARN = re.compile(r"arn:(aws|aws-us-gov|aws-eusc):secretsmanager:([\d\w\-]+):(\d{12}):secret/[\w+=/,.@\-]+")


@pytest.fixture
def pool(make_frozen_pool):
    pool = make_frozen_pool()
    scopes = [{"ScopeName": "read", "ScopeDescription": "read"}]
    pool.idp.create_resource_server(UserPoolId=pool.pool_id, Identifier="files", Name="Files", Scopes=scopes)
    return pool


def machine(pool, **settings):
    made = pool.idp.create_user_pool_client(
        UserPoolId=pool.pool_id, ClientName="machine", GenerateSecret=True, AllowedOAuthScopes=["files/read"],
        ExplicitAuthFlows=["ALLOW_CLIENT_TOKEN_AUTH"], **settings)  # fmt: skip
    return made["UserPoolClient"]


def update(pool, client, **settings):
    changed = pool.idp.update_user_pool_client(
        UserPoolId=pool.pool_id, ClientId=client["ClientId"], AllowedOAuthScopes=["files/read"],
        ExplicitAuthFlows=["ALLOW_CLIENT_TOKEN_AUTH"], **settings)  # fmt: skip
    return changed["UserPoolClient"]


def published(pool, arn):
    """The secret as Secrets Manager would give it."""
    answer = requests.get(pool.server.url + "/_poolhouse/secrets", params={"arn": arn}, timeout=30)
    assert answer.status_code == 200, answer.text
    (secret,) = answer.json()["secrets"]
    return secret | {"secret": json.loads(secret["secretString"])["clientSecretValue"]}


def token(pool, client, secret):
    return pool.idp.get_client_token(ClientId=client["ClientId"], Secret=secret)


def test_a_published_secret_has_an_arn_in_its_place(pool):
    client = machine(pool, PublishSecretsInAWSSecretsManager=True)
    assert "ClientSecret" not in client
    assert ARN.fullmatch(client["ClientSecretArn"])
    named = {"UserPoolId": pool.pool_id, "ClientId": client["ClientId"]}
    assert pool.idp.describe_user_pool_client(**named)["UserPoolClient"] == client | {"ClientType": "REGULAR"}
    secret = published(pool, client["ClientSecretArn"])
    assert json.loads(secret["secretString"]) == {
        "userPoolId": pool.pool_id, "userPoolClientId": client["ClientId"], "clientSecretValue": secret["secret"]
    }  # fmt: skip
    assert token(pool, client, secret["secret"])["ClientAuthenticationResult"]["AccessToken"]


def test_a_secret_moves_to_secrets_manager_and_back(pool):
    client = machine(pool)
    moved = update(pool, client, PublishSecretsInAWSSecretsManager=True)
    assert "ClientSecret" not in moved
    kept = update(pool, client)
    assert kept["ClientSecretArn"] == moved["ClientSecretArn"]
    held = published(pool, moved["ClientSecretArn"])["secret"]
    back = update(pool, client, PublishSecretsInAWSSecretsManager=False)
    assert back["ClientSecret"] == held != client["ClientSecret"]
    assert update(pool, client)["ClientSecret"] == held
    assert "ClientSecretArn" not in back
    answer = requests.get(pool.server.url + "/_poolhouse/secrets", timeout=30)
    assert answer.json() == {"secrets": []}


def test_an_arn_leads_to_a_secret_whichever_is_deleted(pool):
    """Inferred: of a published secret that is deleted, the one that is left takes the place."""
    client = machine(pool, PublishSecretsInAWSSecretsManager=True)
    named = {"UserPoolId": pool.pool_id, "ClientId": client["ClientId"]}
    secrets = pool.idp.list_user_pool_client_secrets(**named)["ClientSecrets"]
    held = published(pool, client["ClientSecretArn"])["secret"]
    pool.idp.delete_user_pool_client_secret(**named, ClientSecretId=secrets[-1]["ClientSecretId"])
    left = published(pool, client["ClientSecretArn"])["secret"]
    assert left != held
    token(pool, client, left)


def test_a_published_secret_rotates_every_seven_days(pool):
    client = machine(pool, PublishSecretsInAWSSecretsManager=True)
    arn = client["ClientSecretArn"]
    first = published(pool, arn)
    assert (first["rotatedAt"], first["rotatesAt"]) == ("2026-01-01T00:00:00Z", "2026-01-08T00:00:00Z")
    pool.server.advance("7d")
    second = published(pool, arn)
    assert (second["rotatedAt"], second["rotatesAt"]) == ("2026-01-08T00:00:00Z", "2026-01-15T00:00:00Z")
    token(pool, client, first["secret"])
    token(pool, client, second["secret"])
    pool.server.advance("7d")
    with refused("NotAuthorizedException", "Invalid client or secret"):
        token(pool, client, first["secret"])
    token(pool, client, second["secret"])


def test_a_public_client_and_a_secret_of_ones_own_are_not_published(pool):
    named = {"UserPoolId": pool.pool_id, "ClientName": "other", "PublishSecretsInAWSSecretsManager": True}
    for settings in ({}, {"ClientSecret": "abcdefghijklmnopqrstuvwx"}):
        made = pool.idp.create_user_pool_client(**named, **settings)["UserPoolClient"]
        assert "ClientSecretArn" not in made
        assert made.get("ClientSecret") == settings.get("ClientSecret")
