"""Provisioned limits and request-rate quotas (developer guide, "Quotas in Amazon Cognito")."""

import pytest
import requests

from cognito import PASSWORD, Pool, at_once, refused, without_metadata
from poolhouse import NEW_YEAR, Server

THROTTLED = ("TooManyRequestsException", "Too many requests")


def definition(category):
    return {"LimitClass": "API_CATEGORY", "Attributes": {"Category": category}}


def quotas(server, **change):
    url = server.url + "/_poolhouse/quotas"
    answer = requests.put(url, json=change, timeout=30) if change else requests.get(url, timeout=30)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture
def held():
    """A pool on a server that keeps AWS's rates, under a clock that only the test moves."""
    server = Server("--frozen-clock", NEW_YEAR, "--seed", "7", "--quotas", "aws")
    pool = Pool(server, server.client())
    pool.add_user("ann")
    yield pool
    server.stop()


@pytest.fixture
def account(frozen):
    return frozen.client()


def update(account, category, value):
    return account.update_provisioned_limit(LimitDefinition=definition(category), RequestedLimitValue=value)


def test_a_limit_is_shown_raised_within_what_was_granted_and_lowered(frozen, account):
    limit = {"LimitDefinition": definition("UserAuthentication"), "ProvisionedLimitValue": 120, "FreeLimitValue": 120}
    shown = account.get_provisioned_limit(LimitDefinition=definition("UserAuthentication"))
    assert without_metadata(shown) == {"Limit": limit}
    with refused("ServiceQuotaExceededException"):
        update(account, "UserAuthentication", 300)
    quotas(frozen, category="UserAuthentication", max=500)
    raised = update(account, "UserAuthentication", 300)
    assert without_metadata(raised) == {"Limit": limit | {"ProvisionedLimitValue": 300}}
    assert update(account, "UserAuthentication", 120)["Limit"] == limit


def test_limits_that_cannot_be_provisioned_are_refused(frozen, account):
    """Types and texts are inferred."""
    with refused("InvalidParameterException"):
        update(account, "UserUpdate", 100)
    with refused("InvalidParameterException"):
        update(account, "UserRead", 100)
    with refused("ResourceNotFoundException"):
        account.get_provisioned_limit(LimitDefinition=definition("Nothing"))
    with refused("InvalidParameterException"):
        account.get_provisioned_limit(LimitDefinition={"LimitClass": "API_CATEGORY", "Attributes": {}})
    with refused("InvalidParameterException"):
        account.get_provisioned_limit(LimitDefinition=definition("Nothing") | {"LimitClass": "OTHER"})


def test_managed_login_holds_the_sign_in_limits(frozen, account):
    quotas(frozen, category="UserFederation", max=500)
    pool = Pool(frozen, account)
    account.create_user_pool_domain(UserPoolId=pool.pool_id, Domain="shop")
    with refused("InvalidParameterException"):
        update(account, "UserFederation", 100)
    account.delete_user_pool_domain(UserPoolId=pool.pool_id, Domain="shop")
    assert update(account, "UserFederation", 100)["Limit"]["ProvisionedLimitValue"] == 100


def test_calls_beyond_a_category_s_rate_are_throttled_until_time_passes(held):
    quotas(held.server, category="UserList", rps=3)
    for _ in range(3):
        held.idp.list_users(UserPoolId=held.pool_id)
    with refused(*THROTTLED):
        held.idp.list_users(UserPoolId=held.pool_id)
    held.server.advance("1s")
    held.idp.list_users(UserPoolId=held.pool_id)
    row = next(row for row in quotas(held.server)["categories"] if row["category"] == "UserList")
    assert (row["calls"], row["throttled"], row["used"]) == (4, 1, 1.0)


def test_an_operation_on_a_pool_s_resources_has_five_calls_a_second(held):
    for number in range(5):
        held.idp.create_group(UserPoolId=held.pool_id, GroupName=f"group-{number}")
    with refused(*THROTTLED):
        held.idp.create_group(UserPoolId=held.pool_id, GroupName="group-5")
    held.server.advance("200ms")
    held.idp.create_group(UserPoolId=held.pool_id, GroupName="group-5")


def test_a_user_signs_in_ten_times_a_second(held):
    outcomes = at_once([lambda: held.tokens("ann", PASSWORD)] * 16)
    assert outcomes == ["done"] * 10 + [THROTTLED] * 6


def test_a_client_that_retries_gets_through(held):
    """botocore takes TooManyRequestsException for a throttling error, and waits; so does the clock here."""
    quotas(held.server, category="UserRead", rps=1)
    held.get_user("ann")
    held.idp.meta.events.register(
        "needs-retry.cognito-identity-provider.AdminGetUser", lambda **_: held.server.advance("1s")
    )
    with refused(*THROTTLED):
        held.get_user("ann")
    held.get_user("ann")


def test_rates_can_be_switched_on_later(frozen, account):
    pool = Pool(frozen, account)
    for _ in range(20):
        account.list_groups(UserPoolId=pool.pool_id)
    quotas(frozen, enforced=True)
    for _ in range(5):
        account.list_groups(UserPoolId=pool.pool_id)
    with refused(*THROTTLED):
        account.list_groups(UserPoolId=pool.pool_id)
    quotas(frozen, enforced=False)
    account.list_groups(UserPoolId=pool.pool_id)


def test_what_is_no_request_is_not_counted(held):
    """Inferred, from the order of checks."""
    quotas(held.server, category="UserRead", rps=1)
    for name in (5, ""):
        held.server.post("AdminGetUser", {"UserPoolId": held.pool_id, "Username": name})
    held.get_user("ann")
    with refused(*THROTTLED):
        held.idp.admin_get_user(UserPoolId=held.pool_id, Username="ann")


def test_a_member_that_the_operation_does_not_have_names_nobody(held):
    other = Pool(held.server, held.idp)
    other.add_user("eve")
    stray = {"AccessToken": other.tokens("eve")["AccessToken"]}
    body = {"UserPoolId": held.pool_id} | stray
    types = [held.server.post("ListGroups", body).json().get("__type") for _ in range(6)]
    assert types == [None] * 5 + [THROTTLED[0]]
    other.idp.list_groups(UserPoolId=other.pool_id)
