"""Multi-Region replication (developer guide, "Multi-Region replication for user pools")."""

import pytest

from cognito import PASSWORD, SMS, refused, without_metadata
from poolhouse import AUTHORIZATION

KEY = "arn:aws:kms:us-east-1:123456789012:key/mrk-1234abcd12ab34cd56ef1234567890ab"
KEYS = {"KeyConfiguration": {"KeyType": "CUSTOMER_MANAGED_KEY", "KmsKeyArn": KEY}}
THERE = "us-west-2"
# Text inferred.
NOT_THERE = "OperationNotEnabledException"


@pytest.fixture
def pool(make_pool):
    pool = make_pool(**KEYS)
    pool.add_user("ann")
    return pool


@pytest.fixture
def there(server):
    """A client of the Region of the replica."""
    return server.client(region_name=THERE)


def create(pool, **members):
    return pool.idp.create_user_pool_replica(UserPoolId=pool.pool_id, RegionName=THERE, **members)["UserPoolReplica"]


def switch(client, pool, status):
    return client.update_user_pool_replica(UserPoolId=pool.pool_id, RegionName=THERE, Status=status)["UserPoolReplica"]


def sign_in(client, pool):
    return client.admin_initiate_auth(
        UserPoolId=pool.pool_id,
        ClientId=pool.id,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ann", "PASSWORD": PASSWORD},
    )["AuthenticationResult"]


def test_a_replica_s_life(pool):
    secondary = {
        "RegionName": THERE,
        "Role": "SECONDARY",
        "UserPoolArn": f"arn:aws:cognito-idp:{THERE}:123456789012:userpool/{pool.pool_id}",
    }
    assert create(pool) == secondary | {"Status": "CREATING"}
    listed = pool.idp.list_user_pool_replicas(UserPoolId=pool.pool_id)
    primary = {"RegionName": "us-east-1", "Role": "PRIMARY", "Status": "ACTIVE", "UserPoolArn": pool.description["Arn"]}
    expected = [primary, secondary | {"Status": "INACTIVE"}]
    assert without_metadata(listed) == {"UserPoolReplicas": expected}
    assert switch(pool.idp, pool, "ACTIVE") == secondary | {"Status": "ACTIVE"}
    with refused("InvalidParameterException"):
        pool.idp.delete_user_pool_replica(UserPoolId=pool.pool_id, RegionName=THERE)
    with refused("InvalidParameterException"):
        pool.idp.delete_user_pool(UserPoolId=pool.pool_id)
    switch(pool.idp, pool, "INACTIVE")
    gone = pool.idp.delete_user_pool_replica(UserPoolId=pool.pool_id, RegionName=THERE)
    assert gone["UserPoolReplica"] == secondary | {"Status": "DELETING"}
    with refused("ResourceNotFoundException"):
        switch(pool.idp, pool, "ACTIVE")
    pool.idp.delete_user_pool(UserPoolId=pool.pool_id)


def test_what_a_replica_needs(pool, make_pool):
    def refuses(error, pool, region=THERE):
        with refused(error):
            pool.idp.create_user_pool_replica(UserPoolId=pool.pool_id, RegionName=region)

    refuses("FeatureUnavailableInTierException", make_pool(UserPoolTier="LITE"))
    refuses("InvalidParameterException", make_pool())
    refuses("InvalidParameterException", pool, "us-east-1")
    create(pool)
    refuses("LimitExceededException", pool, "eu-west-1")


def test_users_sign_in_where_the_replica_is_once_it_is_active(pool, there):
    with refused("ResourceNotFoundException", f"User pool {pool.pool_id} does not exist."):
        there.describe_user_pool(UserPoolId=pool.pool_id)
    create(pool)
    assert there.admin_get_user(UserPoolId=pool.pool_id, Username="ann")["Username"] == "ann"
    with refused(NOT_THERE):
        sign_in(there, pool)
    switch(there, pool, "ACTIVE")
    tokens = sign_in(there, pool)
    assert pool.idp.get_user(AccessToken=tokens["AccessToken"])["Username"] == "ann"


def test_users_and_settings_change_in_the_primary_region_alone(pool, there):
    create(pool)
    switch(there, pool, "ACTIVE")
    with refused(NOT_THERE):
        there.admin_create_user(UserPoolId=pool.pool_id, Username="bob")
    with refused(NOT_THERE):
        there.admin_set_user_password(UserPoolId=pool.pool_id, Username="ann", Password=PASSWORD, Permanent=True)
    with refused(NOT_THERE):
        there.create_group(UserPoolId=pool.pool_id, GroupName="group")
    with refused(NOT_THERE):
        there.delete_user_pool_replica(UserPoolId=pool.pool_id, RegionName=THERE)
    with refused("InvalidParameterException"):
        there.update_user_pool(UserPoolId=pool.pool_id, DeletionProtection="ACTIVE", **KEYS)
    pool.add_user("bob")
    assert there.admin_get_user(UserPoolId=pool.pool_id, Username="bob")["UserStatus"] == "CONFIRMED"


def test_a_member_that_the_operation_does_not_have_opens_no_region(pool, there, make_pool):
    create(pool)
    token = make_pool()
    token.add_user("eve")
    stray = {"AccessToken": token.tokens("eve")["AccessToken"]}
    west = {"Authorization": AUTHORIZATION.replace("us-east-1", THERE)}
    body = {"UserPoolId": pool.pool_id, "Username": "bob"}
    for extra in ({}, stray):
        assert pool.server.post("AdminCreateUser", body | extra, **west).json()["__type"] == NOT_THERE
    malformed = pool.server.post("AdminCreateUser", body | {"Username": 5}, **west)
    assert malformed.json()["__type"] == "SerializationException"


def test_each_region_has_its_own_senders_triggers_and_tags(pool, there):
    create(pool, UserPoolTags={"team": "blue"})
    function = f"arn:aws:lambda:{THERE}:123456789012:function:f"
    there.update_user_pool(
        UserPoolId=pool.pool_id, LambdaConfig={"PreSignUp": function}, SmsConfiguration=SMS, **KEYS
    )
    shown = there.describe_user_pool(UserPoolId=pool.pool_id)["UserPool"]
    assert shown["LambdaConfig"] == {"PreSignUp": function}
    assert shown["SmsConfiguration"]["SnsRegion"] == THERE
    assert shown["UserPoolTags"] == {"team": "blue"}
    there.tag_resource(ResourceArn=shown["Arn"], Tags={"stage": "test"})
    assert there.list_tags_for_resource(ResourceArn=shown["Arn"])["Tags"] == {"team": "blue", "stage": "test"}
    at_home = pool.idp.describe_user_pool(UserPoolId=pool.pool_id)["UserPool"]
    assert (at_home["LambdaConfig"], at_home["UserPoolTags"]) == ({}, {})
    assert "SmsConfiguration" not in at_home


def test_lists_of_both_regions_have_the_pool(pool, there):
    def regions(client):
        pages = client.get_paginator("list_user_pools").paginate(MaxResults=60)
        pools = {found["Id"]: found for page in pages for found in page["UserPools"]}
        return pools.get(pool.pool_id, {}).get("ReplicaRegions", "not listed" if pool.pool_id not in pools else None)

    assert (regions(pool.idp), regions(there)) == (None, "not listed")
    create(pool)
    assert regions(pool.idp) == regions(there) == ["us-east-1", THERE]


def test_a_domain_fails_over_to_a_replica_alone(pool):
    def domain():
        pool.idp.create_user_pool_domain(
            UserPoolId=pool.pool_id,
            Domain="auth.replica.example.com",
            CustomDomainConfig={"CertificateArn": f"arn:aws:acm:us-east-1:123456789012:certificate/{'a' * 8}"},
            Routing={"Failover": {"SecondaryRegion": THERE, "PrimaryRoute53HealthCheckId": "check"}},
        )

    with refused("InvalidParameterException", f"Invalid secondary region {THERE}."):
        domain()
    create(pool)
    domain()
    shown = pool.idp.describe_user_pool_domain(Domain="auth.replica.example.com")["DomainDescription"]
    assert shown["Routing"]["Failover"]["SecondaryRegion"] == THERE
