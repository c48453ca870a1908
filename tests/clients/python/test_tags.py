"""Tags of user pools."""

import pytest

from cognito import refused, without_metadata


@pytest.fixture
def pool(make_pool):
    return make_pool(UserPoolTags={"team": "blue"})


def tags(pool):
    return pool.idp.list_tags_for_resource(ResourceArn=pool.description["Arn"])["Tags"]


def tag(pool, given):
    return pool.idp.tag_resource(ResourceArn=pool.description["Arn"], Tags=given)


def test_tags_are_merged_and_shown_with_the_pool(pool):
    assert tags(pool) == {"team": "blue"}
    assert without_metadata(tag(pool, {"team": "red", "stage": ""})) == {}
    assert tags(pool) == {"team": "red", "stage": ""}
    shown = pool.idp.describe_user_pool(UserPoolId=pool.pool_id)["UserPool"]
    assert shown["UserPoolTags"] == {"team": "red", "stage": ""}


def test_tags_are_taken_off_and_unknown_keys_ignored(pool):
    """That unknown keys are ignored is inferred."""
    answer = pool.idp.untag_resource(ResourceArn=pool.description["Arn"], TagKeys=["team", "unknown"])
    assert without_metadata(answer) == {}
    assert tags(pool) == {}


def test_creation_and_tagging_refuse_the_same_tags(pool, idp):
    """The texts are inferred."""
    for given in ({"aws:team": "a"}, {"a*": "b"}, {f"key-{number}": "" for number in range(51)}):
        with refused("UserPoolTaggingException"):
            idp.create_user_pool(PoolName="test", UserPoolTags=given)
        with refused("InvalidParameterException"):
            tag(pool, given)
    assert tags(pool) == {"team": "blue"}


def test_an_unknown_pool_has_no_tags(pool):
    arn = pool.description["Arn"].replace(pool.pool_id, "us-east-1_Nowhere00")
    with refused("ResourceNotFoundException", "User pool us-east-1_Nowhere00 does not exist."):
        pool.idp.list_tags_for_resource(ResourceArn=arn)


@pytest.mark.parametrize(("region", "partition"), [("us-gov-west-1", "aws-us-gov"), ("cn-north-1", "aws-cn")])
def test_the_arn_of_a_pool_has_the_partition_of_its_region(server, region, partition):
    idp = server.client(region_name=region)
    pool = idp.create_user_pool(PoolName="p", UserPoolTags={"a": "b"})["UserPool"]
    assert pool["Arn"] == f"arn:{partition}:cognito-idp:{region}:123456789012:userpool/{pool['Id']}"
    idp.untag_resource(ResourceArn=pool["Arn"], TagKeys=["a"])
    assert idp.list_tags_for_resource(ResourceArn=pool["Arn"])["Tags"] == {}
    with refused("ResourceNotFoundException", f"User pool {pool['Id']} does not exist."):
        idp.list_tags_for_resource(ResourceArn=pool["Arn"].replace(partition, "aws"))
