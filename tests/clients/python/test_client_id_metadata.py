"""Client ID metadata documents: policies of URLs that are clients, and the documents cached under them."""

import datetime
import json

import pytest

from cognito import refused, without_metadata
from poolhouse import NEW_YEAR, Server
from provider import Provider

PATTERNS = ["https://*.example.com/*", "https://agent.example.org/client.json"]
POOL_ID = "us-east-1_Agents"
CLIENT = "7poolhouse0agents0client00"
DAY = datetime.timedelta(days=1)
NOT_CACHED = "CachedCIMDURLDoesNotExistException"


@pytest.fixture
def pool(make_pool):
    return make_pool()


def create(pool, name="agents", patterns=PATTERNS, **settings):
    return pool.idp.create_cimd_policy(
        UserPoolId=pool.pool_id, ClientId=pool.id, PolicyName=name, URLPatterns=patterns, **settings
    )["CIMDPolicy"]


def named(pool, policy):
    return {"UserPoolId": pool.pool_id, "CIMDPolicyId": policy["CIMDPolicyId"]}


def test_a_policy_reads_back_as_it_was_made(pool):
    policy = create(pool)
    assert (policy["UserPoolId"], policy["ClientId"], policy["PolicyName"]) == (pool.pool_id, pool.id, "agents")
    assert (policy["URLPatterns"], policy["CacheDuration"]) == (PATTERNS, 86_400)
    assert policy["CreationDate"] == policy["LastModifiedDate"]
    name = named(pool, policy)
    assert pool.idp.describe_cimd_policy(**name)["CIMDPolicy"] == policy
    listed = pool.idp.list_cimd_policies(UserPoolId=pool.pool_id)["CIMDPolicies"]
    assert listed == [{key: value for key, value in policy.items() if key not in ("URLPatterns", "UserPoolId")}]
    assert pool.idp.list_client_metadata_urls(**name)["ClientMetadataURLs"] == []
    assert without_metadata(pool.idp.delete_cimd_policy(**name)) == {}
    with refused("ResourceNotFoundException", f"CIMD policy {policy['CIMDPolicyId']} does not exist."):
        pool.idp.describe_cimd_policy(**name)


def test_an_update_replaces_client_and_patterns_and_keeps_the_rest(pool):
    policy = create(pool, CacheDuration=100_000)
    other = pool.add_client().id
    update = named(pool, policy) | {"ClientId": other, "URLPatterns": PATTERNS[:1]}
    changed = pool.idp.update_cimd_policy(**update)["CIMDPolicy"]
    stays = policy | {"ClientId": other, "URLPatterns": PATTERNS[:1], "LastModifiedDate": changed["LastModifiedDate"]}
    assert changed == stays
    changed = pool.idp.update_cimd_policy(**update, PolicyName="others", CacheDuration=90_000)["CIMDPolicy"]
    assert (changed["PolicyName"], changed["CacheDuration"]) == ("others", 90_000)


def test_a_policy_outlives_its_app_client_without_showing_it(pool):
    client = pool.add_client().id
    policy = pool.idp.create_cimd_policy(
        UserPoolId=pool.pool_id, ClientId=client, PolicyName="agents", URLPatterns=PATTERNS
    )["CIMDPolicy"]
    pool.idp.delete_user_pool_client(UserPoolId=pool.pool_id, ClientId=client)
    del policy["ClientId"]
    assert pool.idp.describe_cimd_policy(**named(pool, policy))["CIMDPolicy"] == policy


def test_policies_are_listed_in_pages(pool):
    made = {create(pool, f"policy {number}")["CIMDPolicyId"] for number in range(5)}
    pages = list(pool.idp.get_paginator("list_cimd_policies").paginate(
        UserPoolId=pool.pool_id, PaginationConfig={"PageSize": 2}))  # fmt: skip
    seen = [policy["CIMDPolicyId"] for page in pages for policy in page["CIMDPolicies"]]
    assert ([len(page["CIMDPolicies"]) for page in pages], len(seen), set(seen)) == ([2, 2, 1], 5, made)


def test_the_essentials_plan_is_needed(make_pool):
    lite = make_pool(UserPoolTier="LITE")
    with refused("FeatureUnavailableInTierException"):
        create(lite)
    pool = make_pool()
    create(pool)
    with refused("TierChangeNotAllowedException"):
        pool.idp.update_user_pool(UserPoolId=pool.pool_id, UserPoolTier="LITE")


# --- documents ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def provider(tmp_path_factory):
    provider = Provider(tmp_path_factory.mktemp("provider"))
    yield provider
    provider.stop()


def document(url, **members):
    client = {"client_id": url, "token_endpoint_auth_method": "none", "redirect_uris": ["http://localhost:3000/back"]}
    return client | members


class Agents:
    """A server that trusts the provider, and a pool with one document in its cache."""

    def __init__(self, provider, folder):
        self.url = provider.url + "/client.json"
        policy = {"PolicyName": "agents", "ClientId": CLIENT, "URLPatterns": [provider.url + "/*"],
                  "CacheDuration": 200_000, "Documents": [document(self.url)]}  # fmt: skip
        fixture = {"Id": POOL_ID, "PoolName": "agents", "CIMDPolicies": [policy],
                   "Clients": [{"ClientName": "agents", "ClientId": CLIENT}]}  # fmt: skip
        file = folder / "agents.json"
        file.write_text(json.dumps(fixture))
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("SSL_CERT_FILE", str(provider.trusted))
            patch.delenv("SSL_CERT_DIR", raising=False)
            self.server = Server("--fixtures", str(file), "--frozen-clock", NEW_YEAR)
        self.idp = self.server.client()
        policies = self.idp.list_cimd_policies(UserPoolId=POOL_ID)["CIMDPolicies"]
        self.name = {"UserPoolId": POOL_ID, "CIMDPolicyId": policies[0]["CIMDPolicyId"]}

    def urls(self):
        return self.idp.list_client_metadata_urls(**self.name)["ClientMetadataURLs"]

    def change(self, action):
        return self.idp.update_client_metadata_url_state(**self.name, URL=self.url, Action=action)

    def cached(self):
        url = self.urls()[0]
        return url["CachedDate"], url["ExpirationDate"] - url["CachedDate"]


@pytest.fixture
def agents(provider, tmp_path):
    provider.documents.clear()
    provider.headers.clear()
    provider.asked.clear()
    agents = Agents(provider, tmp_path)
    yield agents
    agents.server.stop()


def test_a_document_is_cached_until_it_expires(agents):
    start = datetime.datetime.fromisoformat(NEW_YEAR)
    lasts = datetime.timedelta(seconds=200_000)
    assert agents.urls() == [{"URL": agents.url, "CachedDate": start, "ExpirationDate": start + lasts}]
    agents.server.advance("199999s")
    assert agents.cached() == (start, lasts)
    agents.server.advance("1s")
    assert agents.urls() == [{"URL": agents.url}]
    for action in ("REFRESH", "INVALIDATE"):
        with refused(NOT_CACHED, "Cached CIMD URL does not exist."):
            agents.change(action)


def test_a_refresh_fetches_the_document_again(agents, provider):
    provider.serve("/client.json", document(agents.url, client_name="Agent"))
    agents.server.advance("1h")
    assert without_metadata(agents.change("REFRESH")) == {}
    assert [path for path, _ in provider.asked] == ["/client.json"]
    later = datetime.datetime.fromisoformat(NEW_YEAR) + datetime.timedelta(hours=1)
    assert agents.cached() == (later, datetime.timedelta(seconds=200_000))
    for max_age, lasts in [(86_400, 86_400), (31_556_952, 31_556_952), (86_399, 200_000), (31_556_953, 200_000)]:
        provider.headers["/client.json"] = {"Cache-Control": f"public, max-age={max_age}"}
        agents.change("REFRESH")
        assert agents.cached()[1] == datetime.timedelta(seconds=lasts), max_age


def test_a_refresh_that_fails_keeps_what_is_cached(agents, provider):
    text = f"Unable to retrieve a valid client metadata document from {agents.url}."
    before = agents.urls()
    agents.server.advance("1h")
    wrong = [
        document(agents.url + "?"),
        document(agents.url, token_endpoint_auth_method="client_secret_basic"),
        document(agents.url, redirect_uris=[]),
        "no JSON",
    ]
    for body in wrong:
        provider.serve("/client.json", body)
        with refused("InvalidParameterException", text):
            agents.change("REFRESH")
    provider.documents.clear()
    with refused("InvalidParameterException", text):
        agents.change("REFRESH")
    assert agents.urls() == before


def test_what_is_invalidated_is_not_cached_any_more(agents):
    assert without_metadata(agents.change("INVALIDATE")) == {}
    assert agents.urls() == [{"URL": agents.url}]
    for action in ("REFRESH", "INVALIDATE"):
        with refused(NOT_CACHED):
            agents.change(action)


def test_urls_are_of_one_policy(agents):
    other = agents.idp.create_cimd_policy(
        UserPoolId=POOL_ID, ClientId=CLIENT, PolicyName="same patterns", URLPatterns=[agents.url]
    )["CIMDPolicy"]
    agents.name["CIMDPolicyId"] = other["CIMDPolicyId"]
    assert agents.urls() == []
    with refused(NOT_CACHED):
        agents.change("INVALIDATE")
