"""App clients: what a new one looks like, what an update resets, what is refused, secrets, lists."""

import json
import re

import pytest

from cognito import PASSWORD, refused, secret_hash, tokens_of, without_metadata

CLIENT_ID = "[0-9a-v]{25,26}"


@pytest.fixture
def pool(make_pool):
    return make_pool()


def create(pool, **settings):
    return pool.idp.create_user_pool_client(UserPoolId=pool.pool_id, **{"ClientName": "c"} | settings)["UserPoolClient"]


def describe(pool, client_id):
    answer = pool.idp.describe_user_pool_client(UserPoolId=pool.pool_id, ClientId=client_id)
    return answer["UserPoolClient"]


def update(pool, client_id, **settings):
    answer = pool.idp.update_user_pool_client(UserPoolId=pool.pool_id, ClientId=client_id, **settings)
    return answer["UserPoolClient"]


def test_a_client_with_only_a_name(make_frozen_pool):
    """`TokenValidityUnits: {}` rather than absent is reported."""
    pool = make_frozen_pool()
    body = {"UserPoolId": pool.pool_id, "ClientName": "c"}
    made = pool.server.post("CreateUserPoolClient", body).json()["UserPoolClient"]
    client_id = made["ClientId"]
    assert re.fullmatch(CLIENT_ID, client_id)
    assert made == {
        "UserPoolId": pool.pool_id,
        "ClientName": "c",
        "ClientId": client_id,
        "LastModifiedDate": 1767225600,
        "CreationDate": 1767225600,
        "RefreshTokenValidity": 30,
        "TokenValidityUnits": {},
        "AllowedOAuthFlowsUserPoolClient": False,
        "EnableTokenRevocation": True,
        "EnablePropagateAdditionalUserContextData": False,
        "AuthSessionValidity": 3,
    }
    body = {"UserPoolId": pool.pool_id, "ClientId": client_id}
    described = pool.server.post("DescribeUserPoolClient", body).json()["UserPoolClient"]
    assert described == made | {"ClientType": "REGULAR"}
    assert pool.server.post("UpdateUserPoolClient", body).json()["UserPoolClient"] == made


def test_the_id_of_a_deleted_secret_is_not_given_again(make_frozen_pool):
    pool = make_frozen_pool()
    ids = {"UserPoolId": pool.pool_id, "ClientId": pool.add_client(GenerateSecret=True).id}
    seen = [secret["ClientSecretId"] for secret in pool.idp.list_user_pool_client_secrets(**ids)["ClientSecrets"]]
    for _ in range(3):
        made = pool.idp.add_user_pool_client_secret(**ids)["ClientSecretDescriptor"]["ClientSecretId"]
        assert made not in seen
        pool.idp.delete_user_pool_client_secret(**ids, ClientSecretId=made)
        seen.append(made)


def test_a_generated_secret_is_shown_by_create_describe_and_update(pool):
    made = create(pool, GenerateSecret=True)
    assert re.fullmatch("[0-9a-v]{51,52}", made["ClientSecret"])
    assert describe(pool, made["ClientId"])["ClientSecret"] == made["ClientSecret"]
    assert update(pool, made["ClientId"])["ClientSecret"] == made["ClientSecret"]
    assert "ClientSecret" not in create(pool)


def test_a_supplied_secret_is_kept(pool):
    secret = "a" * 30
    assert create(pool, ClientSecret=secret)["ClientSecret"] == secret


def test_a_zero_refresh_validity_is_thirty_days(pool):
    assert create(pool, RefreshTokenValidity=0)["RefreshTokenValidity"] == 30


def test_missing_units_are_filled(pool):
    made = create(pool, AccessTokenValidity=2, TokenValidityUnits={"AccessToken": "hours"})
    assert made["TokenValidityUnits"] == {"AccessToken": "hours", "IdToken": "hours", "RefreshToken": "days"}
    assert made["AccessTokenValidity"] == 2
    assert "IdTokenValidity" not in made


def test_lists_come_back_as_sets(pool):
    settings = {
        "ReadAttributes": ["name", "email"],
        "WriteAttributes": ["name", "email"],
        "CallbackURLs": ["https://a.example", "https://b.example"],
        "LogoutURLs": ["https://a.example/out"],
        "SupportedIdentityProviders": ["COGNITO"],
        "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": ["openid", "email"],
        "ExplicitAuthFlows": ["USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"],
    }
    made = create(pool, AllowedOAuthFlowsUserPoolClient=True, **settings)
    for member, value in settings.items():
        assert sorted(made[member]) == sorted(value), member


# Update -------------------------------------------------------------------------------------------


def test_update_resets_what_it_does_not_name(pool):
    made = create(
        pool,
        GenerateSecret=True,
        RefreshTokenValidity=5,
        AccessTokenValidity=2,
        TokenValidityUnits={"AccessToken": "hours"},
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"],
        PreventUserExistenceErrors="ENABLED",
        EnableTokenRevocation=False,
        AuthSessionValidity=15,
        ReadAttributes=["email"],
        CallbackURLs=["https://a.example"],
    )
    changed = update(pool, made["ClientId"])
    assert changed["ClientName"] == "c"  # inferred
    assert changed["RefreshTokenValidity"] == 30
    assert changed["AuthSessionValidity"] == 3
    assert changed["EnableTokenRevocation"] is True
    for member in (
        "AccessTokenValidity",
        "ExplicitAuthFlows",
        "PreventUserExistenceErrors",
        "ReadAttributes",
        "CallbackURLs",
    ):
        assert member not in changed, member
    assert changed["ClientSecret"] == made["ClientSecret"]
    assert changed["CreationDate"] == made["CreationDate"]
    assert describe(pool, made["ClientId"]) == changed | {"ClientType": "REGULAR"}


def test_update_takes_effect_in_sign_in(pool):
    pool.add_user("ann")
    update(pool, pool.id, ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH"])
    with refused("InvalidParameterException", "USER_PASSWORD_AUTH flow not enabled for this client"):
        pool.sign_in("ann")
    tokens_of(pool.srp_sign_in("ann"))


# Refusals -----------------------------------------------------------------------------------------

RANGE = "Invalid range for token validity."
OAUTH = {"AllowedOAuthFlowsUserPoolClient": True}
REFUSED = [
    (
        {"ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "USER_PASSWORD_AUTH"]},
        "InvalidParameterException",
        "Auth flow name with prefix 'ALLOW' cannot be used with legacy auth flow names.",
    ),
    (
        OAUTH,
        "InvalidOAuthFlowException",
        "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.",
    ),
    (
        OAUTH
        | {
            "AllowedOAuthFlows": ["client_credentials", "code"],
            "AllowedOAuthScopes": ["openid"],
            "GenerateSecret": True,
            "CallbackURLs": ["https://a.example"],
        },
        "InvalidOAuthFlowException",
        "client_credentials flow can not be selected along with code flow or implicit flow.",
    ),
    (
        OAUTH | {"AllowedOAuthFlows": ["client_credentials"], "AllowedOAuthScopes": ["a/b"]},
        "InvalidOAuthFlowException",
        "client_credentials flow can not be selected if client does not have a client secret.",
    ),
    (
        OAUTH
        | {
            "AllowedOAuthFlows": ["client_credentials"],
            "AllowedOAuthScopes": ["openid"],
            "GenerateSecret": True,
        },
        "InvalidOAuthFlowException",
        "openid is not supported with client_credentials flow",
    ),
    (
        OAUTH | {"AllowedOAuthFlows": ["code"], "AllowedOAuthScopes": ["openid"]},
        "InvalidParameterException",
        "CallbackUrls can not be empty when code flow or implicit flow is selected",
    ),
    (
        OAUTH
        | {
            "AllowedOAuthFlows": ["code"],
            "AllowedOAuthScopes": ["nothing/here"],
            "CallbackURLs": ["https://a.example"],
        },
        "ScopeDoesNotExistException",
        "Invalid scope requested: nothing/here",
    ),
    (
        {"CallbackURLs": ["http://a.example"]},
        "InvalidParameterException",
        "http://a.example cannot use the HTTP protocol.",
    ),
    (
        {"LogoutURLs": ["http://a.example"]},
        "InvalidParameterException",
        "http://a.example cannot use the HTTP protocol.",
    ),
    (
        {"CallbackURLs": ["https://a.example/#x"]},
        "InvalidParameterException",
        "https://a.example/#x cannot use fragment",
    ),
    (
        {"CallbackURLs": ["https://a.example"], "DefaultRedirectURI": "https://b.example"},
        "InvalidParameterException",
        "The default redirect URI https://b.example is not in the callback URIs list.",
    ),
    ({"AccessTokenValidity": 25}, "InvalidParameterException", RANGE),
    ({"AccessTokenValidity": 60}, "InvalidParameterException", RANGE),
    ({"IdTokenValidity": 25}, "InvalidParameterException", RANGE),
    (
        {"AccessTokenValidity": 299, "TokenValidityUnits": {"AccessToken": "seconds"}},
        "InvalidParameterException",
        RANGE,
    ),
    (
        {"IdTokenValidity": 4, "TokenValidityUnits": {"IdToken": "minutes"}},
        "InvalidParameterException",
        RANGE,
    ),
    (
        {"RefreshTokenValidity": 59, "TokenValidityUnits": {"RefreshToken": "minutes"}},
        "InvalidParameterException",
        RANGE,
    ),
    ({"RefreshTokenValidity": 3651}, "InvalidParameterException", RANGE),
    (
        {
            "AccessTokenValidity": 2,
            "RefreshTokenValidity": 1,
            "TokenValidityUnits": {"AccessToken": "hours", "RefreshToken": "hours"},
        },
        "InvalidParameterException",
        "Access and Id Token expiration times must be less than or equal to refresh token expiration times.",
    ),
    (
        {"ReadAttributes": ["custom:nothing"]},
        "InvalidParameterException",
        "Invalid read attributes specified while creating a client",
    ),
    (
        {"WriteAttributes": ["custom:nothing"]},
        "InvalidParameterException",
        "Invalid write attributes specified while creating a client",
    ),
    (
        {"WriteAttributes": ["email_verified"]},
        "InvalidParameterException",
        "Invalid write attributes specified while creating a client",
    ),
    (
        {"WriteAttributes": ["sub"]},
        "InvalidParameterException",
        "Invalid write attributes specified while creating a client",
    ),
    (
        {"EnablePropagateAdditionalUserContextData": True},
        "InvalidParameterException",
        "Client Secret is required to set EnablePropagateAdditionalUserContextData as true",
    ),
]
NAMES = [json.dumps(row[0])[:60] for row in REFUSED]


@pytest.mark.parametrize(("settings", "error", "text"), REFUSED, ids=NAMES)
def test_create_user_pool_client_is_refused(pool, settings, error, text):
    with refused(error, text):
        create(pool, **settings)


# Members that an update does not have.
REFUSED_UPDATES = [row for row in REFUSED if "GenerateSecret" not in row[0]]


@pytest.mark.parametrize(
    ("settings", "error", "text"), REFUSED_UPDATES, ids=[json.dumps(row[0])[:60] for row in REFUSED_UPDATES]
)
def test_update_user_pool_client_is_refused(pool, settings, error, text):
    before = describe(pool, pool.id)
    with refused(error, text.replace("while creating a client", "while updating a client")):
        update(pool, pool.id, **settings)
    assert describe(pool, pool.id) == before


@pytest.mark.parametrize("settings", [{"CallbackURLs": [url]} for url in (
    "http://localhost:3000", "http://127.0.0.1/cb", "http://[::1]:8080", "https://a.example/cb", "myapp://cb",
)])  # fmt: skip
def test_callbacks_that_are_allowed(pool, settings):
    assert create(pool, **settings)["CallbackURLs"] == settings["CallbackURLs"]


def test_an_unknown_provider_names_the_pool(pool):
    with refused("InvalidParameterException", f"The provider Nobody does not exist for User Pool {pool.pool_id}."):
        create(pool, SupportedIdentityProviders=["Nobody"])


def test_user_auth_needs_more_than_lite(make_pool):
    pool = make_pool(UserPoolTier="LITE")
    with refused("FeatureUnavailableInTierException"):
        create(pool, ExplicitAuthFlows=["ALLOW_USER_AUTH"])


@pytest.mark.parametrize("days", [3650])
def test_the_longest_refresh_token(pool, days):
    assert create(pool, RefreshTokenValidity=days)["RefreshTokenValidity"] == days


def test_a_client_is_known_in_its_own_pool_only(pool, make_pool):
    """That another pool's client does not exist here is inferred."""
    other = make_pool()
    text = f"User pool client {other.id} does not exist."
    for call in (
        lambda: describe(pool, other.id),
        lambda: update(pool, other.id),
        lambda: pool.idp.delete_user_pool_client(UserPoolId=pool.pool_id, ClientId=other.id),
    ):
        with refused("ResourceNotFoundException", text):
            call()
    assert describe(other, other.id)["ClientId"] == other.id


def test_a_deleted_client_signs_nobody_in(pool):
    pool.add_user("ann")
    pool.idp.delete_user_pool_client(UserPoolId=pool.pool_id, ClientId=pool.id)
    text = f"User pool client {pool.id} does not exist."
    with refused("ResourceNotFoundException", text):
        describe(pool, pool.id)
    with refused("ResourceNotFoundException", text):
        pool.sign_in("ann")


def test_clients_are_listed_in_pages(pool):
    made = {pool.id} | {create(pool)["ClientId"] for _ in range(6)}
    paginator = pool.idp.get_paginator("list_user_pool_clients")
    pages = list(paginator.paginate(UserPoolId=pool.pool_id, PaginationConfig={"PageSize": 3}))
    assert [len(page["UserPoolClients"]) for page in pages] == [3, 3, 1]
    found = [client for page in pages for client in page["UserPoolClients"]]
    assert {client["ClientId"] for client in found} == made
    for client in found:
        assert set(client) == {"ClientId", "UserPoolId", "ClientName"}


def test_a_page_of_another_kind_is_empty_and_has_a_successor(pool):
    create(pool)
    paginator = pool.idp.get_paginator("list_user_pool_clients")
    pages = paginator.paginate(UserPoolId=pool.pool_id, ClientType="DCR", PaginationConfig={"PageSize": 1})
    assert [page["UserPoolClients"] for page in pages] == [[], []]


# Attributes that a client may read and write ------------------------------------------------------


def test_a_client_writes_only_what_it_may(make_pool):
    """The type is documented, the text observed."""
    pool = make_pool(
        client={"WriteAttributes": ["name"]},
        Schema=[{"Name": "team", "AttributeDataType": "String", "Mutable": True}],
    )
    pool.add_user("ann", name="Ann")
    token = pool.tokens("ann")["AccessToken"]
    unauthorized = ("NotAuthorizedException", "A client attempted to write unauthorized attribute")
    with refused(*unauthorized):
        pool.sign_up("bea", email="bea@example.com")
    for name in ("email", "custom:team", "email_verified", "sub"):
        with refused(*unauthorized):
            pool.idp.update_user_attributes(AccessToken=token, UserAttributes=[{"Name": name, "Value": "true"}])
    pool.sign_up("bea", name="Bea")
    pool.idp.update_user_attributes(AccessToken=token, UserAttributes=[{"Name": "name", "Value": "A"}])


# Secrets ------------------------------------------------------------------------------------------


@pytest.fixture
def confidential(make_pool):
    pool = make_pool(client={"GenerateSecret": True})
    pool.add_user("ann")
    return pool


def sign_in_with(pool, secret):
    return pool.idp.initiate_auth(
        AuthFlow="USER_PASSWORD_AUTH",
        ClientId=pool.id,
        AuthParameters={
            "USERNAME": "ann",
            "PASSWORD": PASSWORD,
            "SECRET_HASH": secret_hash("ann", pool.id, secret),
        },
    )


def test_secrets_are_rotated(confidential):
    """That a third is refused and the last one stays is documented; the types are partly inferred."""
    ids = {"UserPoolId": confidential.pool_id, "ClientId": confidential.id}
    idp = confidential.idp
    first = idp.list_user_pool_client_secrets(**ids)["ClientSecrets"]
    assert len(first) == 1
    assert "ClientSecretValue" not in first[0]
    added = idp.add_user_pool_client_secret(**ids)["ClientSecretDescriptor"]
    assert added["ClientSecretValue"] not in ("", confidential.secret)
    both = idp.list_user_pool_client_secrets(**ids)["ClientSecrets"]
    assert {entry["ClientSecretId"] for entry in both} == {
        first[0]["ClientSecretId"],
        added["ClientSecretId"],
    }
    assert all("ClientSecretValue" not in entry for entry in both)
    for secret in (confidential.secret, added["ClientSecretValue"]):
        tokens_of(sign_in_with(confidential, secret))
    with refused("LimitExceededException"):
        idp.add_user_pool_client_secret(**ids)
    gone = idp.delete_user_pool_client_secret(**ids, ClientSecretId=first[0]["ClientSecretId"])
    assert without_metadata(gone) == {}
    with refused("NotAuthorizedException", f"Unable to verify secret hash for client {confidential.id}"):
        sign_in_with(confidential, confidential.secret)
    tokens_of(sign_in_with(confidential, added["ClientSecretValue"]))
    with pytest.raises(idp.exceptions.ClientError):
        idp.delete_user_pool_client_secret(**ids, ClientSecretId=added["ClientSecretId"])
    tokens_of(sign_in_with(confidential, added["ClientSecretValue"]))


def test_a_supplied_second_secret_works(confidential):
    ids = {"UserPoolId": confidential.pool_id, "ClientId": confidential.id}
    confidential.idp.add_user_pool_client_secret(**ids, ClientSecret="b" * 30)
    tokens_of(sign_in_with(confidential, "b" * 30))


def test_only_confidential_clients_get_another_secret(pool):
    """The type is inferred."""
    with refused("InvalidParameterException"):
        pool.idp.add_user_pool_client_secret(UserPoolId=pool.pool_id, ClientId=pool.id)
