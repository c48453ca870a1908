"""Domains of user pools: prefixes, custom domains, and what stands in their way."""

import pytest
import requests

from cognito import Pool, refused, without_metadata
from poolhouse import Server

CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/4f5a"
CUSTOM = {"CustomDomainConfig": {"CertificateArn": CERTIFICATE}}
TAKEN = ("InvalidParameterException", "Domain already associated with another user pool.")
UNKNOWN = ("InvalidParameterException", "No such domain or user pool exists.")


@pytest.fixture
def pool(make_frozen_pool):
    return make_frozen_pool()


def create(pool, domain, **settings):
    return without_metadata(pool.idp.create_user_pool_domain(UserPoolId=pool.pool_id, Domain=domain, **settings))


def delete(pool, domain):
    return without_metadata(pool.idp.delete_user_pool_domain(UserPoolId=pool.pool_id, Domain=domain))


def describe(pool, domain):
    return pool.idp.describe_user_pool_domain(Domain=domain)["DomainDescription"]


def shown(pool):
    found = pool.idp.describe_user_pool(UserPoolId=pool.pool_id)["UserPool"]
    return found.get("Domain"), found.get("CustomDomain")


def test_a_prefix_domain(pool):
    assert create(pool, "my-shop") == {"ManagedLoginVersion": 1}
    found = describe(pool, "my-shop")
    assert found.pop("CloudFrontDistribution").endswith(".cloudfront.net")
    assert found == {
        "UserPoolId": pool.pool_id,
        "AWSAccountId": "123456789012",
        "Domain": "my-shop",
        "S3Bucket": "aws-cognito-prod-iad-assets",
        "Version": "20260101000000",
        "Status": "ACTIVE",
        "CustomDomainConfig": {},
        "ManagedLoginVersion": 1,
    }
    assert shown(pool) == ("my-shop", None)


def test_a_custom_domain_stands_beside_a_prefix(pool):
    create(pool, "my-shop")
    made = create(pool, "auth.example.com", ManagedLoginVersion=2, **CUSTOM)
    found = describe(pool, "auth.example.com")
    assert made == {"ManagedLoginVersion": 2, "CloudFrontDomain": found["CloudFrontDistribution"]}
    assert found["CustomDomainConfig"] == {"CertificateArn": CERTIFICATE}
    assert shown(pool) == ("my-shop", "auth.example.com")
    for domain, settings in (("another", {}), ("login.example.com", CUSTOM)):
        with refused("InvalidParameterException"):
            create(pool, domain, **settings)


def test_a_domain_that_does_not_exist_has_an_empty_description(pool):
    assert without_metadata(pool.idp.describe_user_pool_domain(Domain="none")) == {"DomainDescription": {}}


def test_a_prefix_is_used_once_in_a_region(frozen, pool, make_frozen_pool):
    create(pool, "shop")
    with refused(*TAKEN):
        create(make_frozen_pool(), "shop")
    stranger = frozen.client(aws_access_key_id="210987654321", aws_secret_access_key="any")
    with refused(*TAKEN):
        create(Pool(frozen, stranger), "shop")
    abroad = Pool(frozen, frozen.client(region_name="eu-west-1"))
    create(abroad, "shop")
    assert describe(abroad, "shop")["UserPoolId"] == abroad.pool_id
    assert describe(pool, "shop")["UserPoolId"] == pool.pool_id


def test_reserved_words_are_whole_words(pool):
    """The text is reported."""
    for domain, word in (("aws", "aws"), ("my-amazon-shop", "amazon"), ("shop-cognito", "cognito")):
        with refused("InvalidParameterException", f"Domain cannot contain reserved word: {word}"):
            create(pool, domain)
    create(pool, "awsome-shop")


def test_a_prefix_has_letters_digits_and_inner_hyphens(pool):
    text = (
        "The domain name contains an invalid character. Domain names can only contain lower-case letters, "
        "numbers, and hyphens. Please enter a different name that follows this format: "
        r"^[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?$"
    )
    for domain in ("Shop", "shop_1", "-shop", "shop-", "auth.example.com"):
        with refused("InvalidParameterException", text):
            create(pool, domain)
    with refused("InvalidParameterException"):
        create(pool, "a" * 64)
    create(pool, "a" * 63)


def test_a_certificate_is_one_of_us_east_1(pool):
    text = (
        "The specified SSL certificate doesn't exist, isn't in us-east-1 region, isn't valid, or doesn't "
        "include a valid certificate chain."
    )
    elsewhere = CERTIFICATE.replace("us-east-1", "eu-west-1")
    with refused("InvalidParameterException", text):
        create(pool, "auth.example.com", CustomDomainConfig={"CertificateArn": elsewhere})


def test_an_update_changes_the_version(pool):
    create(pool, "shop")
    named = {"UserPoolId": pool.pool_id, "Domain": "shop"}
    answer = pool.idp.update_user_pool_domain(**named, ManagedLoginVersion=2)
    assert without_metadata(answer) == {"ManagedLoginVersion": 2}
    assert describe(pool, "shop")["ManagedLoginVersion"] == 2


def test_managed_login_needs_more_than_lite(make_frozen_pool):
    pool = make_frozen_pool(UserPoolTier="LITE")
    text = "The following feature is not available for the LITE pricing tier configured: Managed Login Version 2"
    with refused("FeatureUnavailableInTierException", text):
        create(pool, "shop", ManagedLoginVersion=2)
    create(pool, "shop", ManagedLoginVersion=1)


def test_a_pool_with_a_domain_is_not_deleted(pool):
    create(pool, "shop")
    text = "User pool cannot be deleted. It has a domain configured that should be deleted first."
    with refused("InvalidParameterException", text):
        pool.idp.delete_user_pool(UserPoolId=pool.pool_id)
    assert delete(pool, "shop") == {}
    assert shown(pool) == (None, None)
    pool.idp.delete_user_pool(UserPoolId=pool.pool_id)


def test_another_pools_domain_is_unknown(pool, make_frozen_pool):
    create(pool, "shop")
    other = make_frozen_pool()
    for named in (pool, "none"), (other, "shop"):
        with refused(*UNKNOWN):
            delete(*named)
    assert describe(pool, "shop")["UserPoolId"] == pool.pool_id


def test_discovery_names_the_domain_where_issuers_are_awss():
    server = Server("--issuer", "aws")
    try:
        pool = Pool(server, server.client())
        create(pool, "shop")
        answer = requests.get(f"{server.url}/{pool.pool_id}/.well-known/openid-configuration", timeout=30)
        host = "https://shop.auth.us-east-1.amazoncognito.com"
        assert answer.json()["authorization_endpoint"] == host + "/oauth2/authorize"
        assert answer.json()["end_session_endpoint"] == host + "/logout"
    finally:
        server.stop()
