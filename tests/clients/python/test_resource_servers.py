"""Resource servers, and the custom scopes that app clients may name."""

import pytest

from cognito import refused, without_metadata

WEATHER = "https://weather.example.com/v1"
SCOPES = [
    {"ScopeName": "read", "ScopeDescription": "Read the weather"},
    {"ScopeName": "write", "ScopeDescription": "Make the weather"},
]


@pytest.fixture
def pool(make_pool):
    return make_pool()


def create(pool, identifier=WEATHER, **settings):
    made = pool.idp.create_resource_server(
        UserPoolId=pool.pool_id, Identifier=identifier, Name="Weather", **settings
    )
    return made["ResourceServer"]


def machine(pool, scope):
    return pool.add_client(
        ExplicitAuthFlows=[],
        GenerateSecret=True,
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["client_credentials"],
        AllowedOAuthScopes=[scope],
    )


def test_a_server_reads_back_as_it_was_made(pool):
    made = create(pool, Scopes=SCOPES)
    assert made == {"UserPoolId": pool.pool_id, "Identifier": WEATHER, "Name": "Weather", "Scopes": SCOPES}
    named = {"UserPoolId": pool.pool_id, "Identifier": WEATHER}
    assert pool.idp.describe_resource_server(**named)["ResourceServer"] == made
    assert pool.idp.list_resource_servers(UserPoolId=pool.pool_id, MaxResults=50)["ResourceServers"] == [made]


def test_an_update_replaces_and_left_out_scopes_are_gone(pool):
    create(pool, Scopes=SCOPES)
    named = {"UserPoolId": pool.pool_id, "Identifier": WEATHER}
    changed = pool.idp.update_resource_server(**named, Name="Climate")["ResourceServer"]
    assert (changed["Name"], changed["Scopes"]) == ("Climate", [])
    assert pool.idp.describe_resource_server(**named)["ResourceServer"] == changed


def test_an_identifier_is_used_once_per_pool(pool, make_pool):
    """The text is reported."""
    create(pool)
    with refused("InvalidParameterException", f"{WEATHER} already exists in user pool {pool.pool_id}."):
        create(pool)
    create(make_pool())


def test_an_unknown_server(pool):
    """The text is reported."""
    named = {"UserPoolId": pool.pool_id, "Identifier": "none"}
    calls = [
        lambda: pool.idp.describe_resource_server(**named),
        lambda: pool.idp.update_resource_server(**named, Name="Climate"),
        lambda: pool.idp.delete_resource_server(**named),
    ]
    for call in calls:
        with refused("ResourceNotFoundException", "Resource server none does not exist."):
            call()


def test_a_client_names_scopes_that_exist_only(pool):
    create(pool, Scopes=SCOPES)
    client = machine(pool, f"{WEATHER}/read")
    shown = pool.idp.describe_user_pool_client(UserPoolId=pool.pool_id, ClientId=client.id)
    assert shown["UserPoolClient"]["AllowedOAuthScopes"] == [f"{WEATHER}/read"]
    for unknown in (f"{WEATHER}/fly", "read", WEATHER):
        with refused("ScopeDoesNotExistException", f"Invalid scope requested: {unknown}"):
            machine(pool, unknown)
    answer = pool.idp.delete_resource_server(UserPoolId=pool.pool_id, Identifier=WEATHER)
    assert without_metadata(answer) == {}
    with refused("ScopeDoesNotExistException", f"Invalid scope requested: {WEATHER}/read"):
        machine(pool, f"{WEATHER}/read")


def test_servers_are_listed_in_pages(pool):
    for number in range(5):
        create(pool, f"api-{number}")
    paginator = pool.idp.get_paginator("list_resource_servers")
    pages = list(paginator.paginate(UserPoolId=pool.pool_id, PaginationConfig={"PageSize": 2}))
    assert [len(page["ResourceServers"]) for page in pages] == [2, 2, 1]
    found = [server["Identifier"] for page in pages for server in page["ResourceServers"]]
    assert found == [f"api-{number}" for number in range(5)]
