"""ID and access tokens: claims, keys, discovery, expiry, and which tokens the user operations take."""

import base64
import json
import re

import jwt
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt import PyJWKClient

from cognito import Pool, claims, refused, tokens_of
from poolhouse import NEW_YEAR, Server

START = 1767225600  # NEW_YEAR
UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
INVALID = ("NotAuthorizedException", "Invalid Access Token")
SIGNATURE = ("NotAuthorizedException", "Could not verify signature for Access Token")
EXPIRED = ("NotAuthorizedException", "Access Token has expired")
ROLE = "arn:aws:iam::123456789012:role/"


@pytest.fixture
def pool(make_frozen_pool):
    return make_frozen_pool()


def issuer(pool):
    return f"{pool.server.url}/{pool.pool_id}"


def get_json(url):
    answer = requests.get(url, timeout=30)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("application/json")
    return answer.json()


def verify(token, pool, iss=None, **options):
    """PyJWT with the server's JWKS; the frozen clock is not this machine's, so times are compared by the tests."""
    key = PyJWKClient(issuer(pool) + "/.well-known/jwks.json").get_signing_key_from_jwt(token)
    return jwt.decode(
        token,
        key.key,
        algorithms=["RS256"],
        issuer=iss or issuer(pool),
        options={"verify_exp": False, "verify_iat": False} | options.pop("options", {}),
        **options,
    )


def pop_ids(found):
    """Takes the claims out that differ each time, after a look at their form."""
    taken = {name: found.pop(name) for name in ("jti", "origin_jti", "event_id", "sub")}
    for name, value in taken.items():
        assert re.fullmatch(UUID, value), name
    return taken


def test_claims_of_a_user_with_nothing(pool):
    pool.add_user("ann")
    tokens = pool.tokens("ann")
    access = verify(tokens["AccessToken"], pool)
    identity = verify(tokens["IdToken"], pool, audience=pool.id)
    access_ids, id_ids = pop_ids(access), pop_ids(identity)
    assert access == {
        "iss": issuer(pool),
        "client_id": pool.id,
        "token_use": "access",
        "scope": "aws.cognito.signin.user.admin",
        "auth_time": START,
        "iat": START,
        "exp": START + 3600,
        "username": "ann",
    }
    assert identity == {
        "iss": issuer(pool),
        "aud": pool.id,
        "token_use": "id",
        "auth_time": START,
        "iat": START,
        "exp": START + 3600,
        "cognito:username": "ann",
    }
    for shared in ("sub", "origin_jti", "event_id"):
        assert access_ids[shared] == id_ids[shared]
    assert access_ids["jti"] != id_ids["jti"]
    sub = next(a["Value"] for a in pool.get_user("ann")["UserAttributes"] if a["Name"] == "sub")
    assert access_ids["sub"] == sub


def test_the_header_has_a_key_id_and_an_algorithm(pool):
    pool.add_user("ann")
    tokens = pool.tokens("ann")
    headers = {kind: jwt.get_unverified_header(tokens[kind]) for kind in ("AccessToken", "IdToken")}
    for header in headers.values():
        assert set(header) == {"kid", "alg"}
        assert header["alg"] == "RS256"
    assert headers["AccessToken"]["kid"] != headers["IdToken"]["kid"]


def test_attribute_claims_have_their_types(make_frozen_pool):
    """`address` as an object and `updated_at` as a number are inferred."""
    pool = make_frozen_pool(
        Schema=[
            {"Name": "age", "AttributeDataType": "Number", "Mutable": True},
            {"Name": "vip", "AttributeDataType": "Boolean", "Mutable": True},
        ]
    )
    values = {
        "name": "Ann",
        "birthdate": "2000-01-01",
        "email": "ann@example.com",
        "email_verified": "true",
        "phone_number": "+15555550100",
        "phone_number_verified": "false",
        "address": "1 Street",
        "updated_at": "1700000000",
        "custom_age": "42",
        "custom_vip": "true",
    }
    pool.add_user("ann", **values)
    reader = pool.add_client(ReadAttributes=[name.replace("custom_", "custom:") for name in values])
    found = claims(reader.tokens("ann")["IdToken"])
    expected = {
        "name": "Ann",
        "birthdate": "2000-01-01",
        "email": "ann@example.com",
        "email_verified": True,
        "phone_number": "+15555550100",
        "phone_number_verified": False,
        "address": {"formatted": "1 Street"},
        "updated_at": 1700000000,
        "custom:age": "42",
        "custom:vip": "true",
    }
    assert {name: found[name] for name in expected} == expected
    access = claims(reader.tokens("ann")["AccessToken"])
    assert not set(expected) & set(access)


def test_read_attributes_limit_the_id_token_and_get_user(make_frozen_pool):
    pool = make_frozen_pool(Schema=[{"Name": "team", "AttributeDataType": "String", "Mutable": True}])
    pool.add_user("ann", name="Ann", email="ann@example.com", email_verified="true", custom_team="x")
    readers = {
        ("name", "email", "email_verified", "custom:team"): pool,  # on defaults every attribute (observed)
        ("name",): pool.add_client(ReadAttributes=["name"]),
        ("name", "custom:team"): pool.add_client(ReadAttributes=["name", "custom:team"]),
    }
    for readable, client in readers.items():
        tokens = client.tokens("ann")
        attributes = {"name", "email", "email_verified", "custom:team"}
        assert set(claims(tokens["IdToken"])) & attributes == set(readable)
        user = pool.idp.get_user(AccessToken=tokens["AccessToken"])["UserAttributes"]
        assert {a["Name"] for a in user} & attributes == set(readable)


GROUPS = [
    # groups as (name, precedence, role), the claims in both tokens, those in the ID token only
    ([("a", None, None)], ["a"], None, None),
    ([("a", 1, ROLE + "a")], ["a"], [ROLE + "a"], ROLE + "a"),
    ([("a", 2, ROLE + "a"), ("b", 1, ROLE + "b")], ["a", "b"], [ROLE + "a", ROLE + "b"], ROLE + "b"),
    ([("a", None, ROLE + "a"), ("b", 9, ROLE + "b")], ["a", "b"], [ROLE + "a", ROLE + "b"], ROLE + "b"),
    ([("a", 1, ROLE + "a"), ("b", 1, ROLE + "b")], ["a", "b"], [ROLE + "a", ROLE + "b"], None),
    ([("a", 1, ROLE + "a"), ("b", 1, ROLE + "a")], ["a", "b"], [ROLE + "a"], ROLE + "a"),
]


@pytest.mark.parametrize(("groups", "names", "roles", "preferred"), GROUPS)
def test_groups_roles_and_the_preferred_role(pool, groups, names, roles, preferred):
    pool.add_user("ann")
    for name, precedence, role in groups:
        settings = {"Precedence": precedence, "RoleArn": role}
        pool.idp.create_group(
            UserPoolId=pool.pool_id,
            GroupName=name,
            **{key: value for key, value in settings.items() if value is not None},
        )
        pool.idp.admin_add_user_to_group(UserPoolId=pool.pool_id, Username="ann", GroupName=name)
    tokens = pool.tokens("ann")
    identity, access = claims(tokens["IdToken"]), claims(tokens["AccessToken"])
    assert sorted(identity["cognito:groups"]) == sorted(access["cognito:groups"]) == names
    found = identity.get("cognito:roles")
    assert (sorted(set(found)) if found is not None else None) == roles
    assert identity.get("cognito:preferred_role") == preferred
    assert not {"cognito:roles", "cognito:preferred_role"} & set(access)


@pytest.mark.parametrize("enabled", [True, False])
def test_token_ids_come_with_revocation(make_frozen_pool, enabled):
    pool = make_frozen_pool(client={"EnableTokenRevocation": enabled})
    pool.add_user("ann")
    tokens = pool.tokens("ann")
    for kind in ("AccessToken", "IdToken"):
        found = claims(tokens[kind])
        assert ("jti" in found, "origin_jti" in found) == (enabled, enabled)
        assert "event_id" in found


def test_a_refresh_token_is_an_opaque_jwe(pool):
    """The header is inferred."""
    pool.add_user("ann")
    parts = pool.tokens("ann")["RefreshToken"].split(".")
    assert len(parts) == 5
    header = json.loads(base64.urlsafe_b64decode(parts[0] + "=" * (-len(parts[0]) % 4)))
    assert header == {"cty": "JWT", "enc": "A256GCM", "alg": "RSA-OAEP"}


# Keys and discovery -------------------------------------------------------------------------------


def test_the_jwks_has_two_rsa_keys(pool):
    keys = get_json(issuer(pool) + "/.well-known/jwks.json")
    assert set(keys) == {"keys"}
    assert len(keys["keys"]) == 2
    for key in keys["keys"]:
        assert set(key) == {"alg", "e", "kid", "kty", "n", "use"}
        assert (key["alg"], key["e"], key["kty"], key["use"]) == ("RS256", "AQAB", "RSA", "sig")
        assert len(base64.b64decode(key["kid"], validate=True)) == 32  # the length is inferred
        assert len(key["n"]) == 342  # inferred
    assert len({key["kid"] for key in keys["keys"]}) == 2


def test_pools_have_keys_of_their_own(make_frozen_pool):
    kids = [
        {key["kid"] for key in get_json(issuer(pool) + "/.well-known/jwks.json")["keys"]}
        for pool in (make_frozen_pool(), make_frozen_pool())
    ]
    assert not kids[0] & kids[1]


def test_discovery_names_the_issuer_and_the_keys(pool):
    found = get_json(issuer(pool) + "/.well-known/openid-configuration")
    assert found["issuer"] == issuer(pool)
    assert found["jwks_uri"] == issuer(pool) + "/.well-known/jwks.json"
    assert found["id_token_signing_alg_values_supported"] == ["RS256"]
    assert found["response_types_supported"] == ["code", "token"]
    assert found["scopes_supported"] == ["openid", "email", "phone", "profile"]
    assert found["subject_types_supported"] == ["public"]
    assert found["token_endpoint_auth_methods_supported"] == ["client_secret_basic", "client_secret_post"]
    assert list(found) == sorted(found)


def test_the_default_pools_keys_are_the_same_in_every_run():
    seen = []
    for _ in range(2):
        server = Server()
        try:
            seen.append(get_json(server.url + "/us-east-1_PoolHouse/.well-known/jwks.json"))
        finally:
            server.stop()
    assert seen[0] == seen[1]


def test_an_unknown_pool_has_no_keys(frozen):
    answer = requests.get(frozen.url + "/us-east-1_Nowhere00/.well-known/jwks.json", timeout=30)
    assert 400 <= answer.status_code < 500


def test_pyjwt_verifies_both_tokens_with_the_running_clock(server, idp):
    """No option turned off: signature, issuer, audience, expiry and issue time."""
    pool = Pool(server, idp)
    pool.add_user("ann")
    tokens = pool.tokens("ann")
    full = {"verify_exp": True, "verify_iat": True, "require": ["exp", "iat", "iss"]}
    verify(tokens["IdToken"], pool, audience=pool.id, options=full, leeway=5)
    verify(tokens["AccessToken"], pool, options=full, leeway=5)
    with pytest.raises(jwt.InvalidAudienceError):
        verify(tokens["IdToken"], pool, audience="another-client")
    with pytest.raises(jwt.InvalidIssuerError):
        verify(tokens["IdToken"], pool, iss="https://elsewhere.example", audience=pool.id)


def test_the_issuer_can_be_awss():
    server = Server("--frozen-clock", NEW_YEAR, "--issuer", "aws")
    try:
        pool = Pool(server, server.client())
        pool.add_user("ann")
        iss = f"https://cognito-idp.us-east-1.amazonaws.com/{pool.pool_id}"
        tokens = pool.tokens("ann")
        verify(tokens["IdToken"], pool, iss, audience=pool.id)
        verify(tokens["AccessToken"], pool, iss)
        assert pool.idp.get_user(AccessToken=tokens["AccessToken"])["Username"] == "ann"
        found = get_json(issuer(pool) + "/.well-known/openid-configuration")
        assert found["issuer"] == iss
        assert found["jwks_uri"] == iss + "/.well-known/jwks.json"
    finally:
        server.stop()


def test_the_updated_issuer_has_documents_that_agree(server):
    """Of AWS's two forms, the pool's IssuerConfiguration chooses; local issuers have one."""
    aws = Server("--frozen-clock", NEW_YEAR, "--issuer", "aws")
    try:
        pool = Pool(aws, aws.client(), IssuerConfiguration={"Type": "UPDATED"})
        pool.add_user("ann")
        host = "issuer-cognito-idp.us-east-1.amazonaws.com"
        iss = f"https://{host}/{pool.pool_id}"
        # As who resolves the issuer's own host to this server asks.
        at_host = {"headers": {"Host": host}, "timeout": 10}
        found = requests.get(issuer(pool) + "/.well-known/openid-configuration", **at_host).json()
        assert (found["issuer"], found["jwks_uri"]) == (iss, iss + "/.well-known/jwks.json")
        keys = requests.get(issuer(pool) + "/.well-known/jwks.json", **at_host).json()
        assert keys == get_json(issuer(pool) + "/.well-known/jwks.json")
        tokens = pool.tokens("ann")
        verify(tokens["IdToken"], pool, iss, audience=pool.id)
        verify(tokens["AccessToken"], pool, iss)
        pool.idp.update_user_pool(UserPoolId=pool.pool_id, IssuerConfiguration={"Type": "ORIGINAL"})
        assert pool.idp.get_user(AccessToken=tokens["AccessToken"])["Username"] == "ann"
        original = f"https://cognito-idp.us-east-1.amazonaws.com/{pool.pool_id}"
        verify(pool.tokens("ann")["IdToken"], pool, original, audience=pool.id)
        assert get_json(issuer(pool) + "/.well-known/openid-configuration")["issuer"] == original
    finally:
        aws.stop()
    local = Pool(server, server.client(), IssuerConfiguration={"Type": "UPDATED"})
    local.add_user("ann")
    verify(local.tokens("ann")["IdToken"], local, audience=local.id)
    assert get_json(issuer(local) + "/.well-known/openid-configuration")["issuer"] == issuer(local)


# Expiry -------------------------------------------------------------------------------------------

VALIDITIES = [
    ({}, 3600, 3600),
    ({"AccessTokenValidity": 2, "IdTokenValidity": 3}, 7200, 10800),
    (
        {
            "AccessTokenValidity": 300,
            "IdTokenValidity": 5,
            "TokenValidityUnits": {"AccessToken": "seconds", "IdToken": "minutes"},
        },
        300,
        300,
    ),
    (
        {
            "AccessTokenValidity": 1,
            "IdTokenValidity": 1,
            "TokenValidityUnits": {"AccessToken": "days", "IdToken": "days"},
        },
        86400,
        86400,
    ),
]


@pytest.mark.parametrize(("settings", "access_life", "id_life"), VALIDITIES)
def test_an_access_token_lives_as_long_as_the_client_says(make_frozen_pool, settings, access_life, id_life):
    pool = make_frozen_pool(client=settings)
    pool.add_user("ann")
    tokens = pool.tokens("ann")
    access, identity = claims(tokens["AccessToken"]), claims(tokens["IdToken"])
    assert tokens["ExpiresIn"] == access_life
    assert access["exp"] - access["iat"] == access_life
    assert identity["exp"] - identity["iat"] == id_life
    pool.server.advance(f"{access_life - 1}s")
    pool.idp.get_user(AccessToken=tokens["AccessToken"])
    pool.server.advance("2s")
    with refused(*EXPIRED):
        pool.idp.get_user(AccessToken=tokens["AccessToken"])


# Tokens that do not count -------------------------------------------------------------------------


def part(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_an_id_token_is_no_access_token(pool):
    pool.add_user("ann")
    with refused(*INVALID):
        pool.idp.get_user(AccessToken=pool.tokens("ann")["IdToken"])


@pytest.mark.parametrize("token", ["garbage", "a.b.c", "a.b", "...."])
def test_garbage_is_no_access_token(pool, token):
    with refused(*INVALID):
        pool.idp.get_user(AccessToken=token)


def test_a_refresh_token_is_no_access_token(pool):
    pool.add_user("ann")
    with refused(*INVALID):
        pool.idp.get_user(AccessToken=pool.tokens("ann")["RefreshToken"])


ALTERED = [
    {"username": "bea"},
    {"exp": START + 10**6},
    {"scope": "openid"},
    {"client_id": "another"},
    {"cognito:groups": ["admins"]},
    {},  # a new order of the same claims
]


@pytest.mark.parametrize("change", ALTERED)
def test_a_real_token_with_an_altered_claim_is_refused(pool, change):
    """Its `jti` is known to the server, its signature no longer fits."""
    pool.add_user("ann")
    pool.add_user("bea")
    token = pool.tokens("ann")["AccessToken"]
    assert pool.idp.get_user(AccessToken=token)["Username"] == "ann"
    header, _, signature = token.split(".")
    altered = dict(reversed(claims(token).items())) | change
    with refused(*SIGNATURE):
        pool.idp.get_user(AccessToken=f"{header}.{part(altered)}.{signature}")


def test_a_token_signed_by_a_stranger_is_refused(pool):
    pool.add_user("ann")
    token = pool.tokens("ann")["AccessToken"]
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    kid = jwt.get_unverified_header(token)["kid"]
    for headers in ({"kid": kid}, {"kid": "unknown"}):
        forged = jwt.encode(claims(token), stranger, algorithm="RS256", headers=headers)
        with refused(*SIGNATURE):
            pool.idp.get_user(AccessToken=forged)


def test_a_token_without_a_signature_is_refused(pool):
    """Whether AWS calls it invalid or unverifiable is not known."""
    pool.add_user("ann")
    token = pool.tokens("ann")["AccessToken"]
    kid = jwt.get_unverified_header(token)["kid"]
    header = part({"kid": kid, "alg": "none"})
    for forged in (f"{header}.{token.split('.')[1]}.", f"{header}.{token.split('.')[1]}.AAAA"):
        with pytest.raises(pool.idp.exceptions.NotAuthorizedException) as caught:
            pool.idp.get_user(AccessToken=forged)
        assert caught.value.response["Error"]["Message"] in (INVALID[1], SIGNATURE[1])


def test_an_expired_token_stays_expired_after_a_look(pool):
    """A token that the server has seen before is checked again at every call."""
    pool.add_user("ann")
    token = pool.tokens("ann")["AccessToken"]
    pool.idp.get_user(AccessToken=token)
    pool.server.advance("3601s")
    for _ in range(2):
        with refused(*EXPIRED):
            pool.idp.get_user(AccessToken=token)


USER_OPERATIONS = [
    lambda idp, token: idp.get_user(AccessToken=token),
    lambda idp, token: idp.delete_user(AccessToken=token),
    lambda idp, token: idp.global_sign_out(AccessToken=token),
    lambda idp, token: idp.change_password(
        AccessToken=token, PreviousPassword="Poolhouse-1", ProposedPassword="Poolhouse-2"
    ),
    lambda idp, token: idp.update_user_attributes(AccessToken=token, UserAttributes=[{"Name": "name", "Value": "x"}]),
    lambda idp, token: idp.delete_user_attributes(AccessToken=token, UserAttributeNames=["name"]),
    lambda idp, token: idp.get_user_attribute_verification_code(AccessToken=token, AttributeName="email"),
    lambda idp, token: idp.verify_user_attribute(AccessToken=token, AttributeName="email", Code="123456"),
    lambda idp, token: idp.associate_software_token(AccessToken=token),
    lambda idp, token: idp.verify_software_token(AccessToken=token, UserCode="123456"),
    lambda idp, token: idp.set_user_mfa_preference(AccessToken=token, SoftwareTokenMfaSettings={"Enabled": False}),
    lambda idp, token: idp.get_user_auth_factors(AccessToken=token),
]


@pytest.mark.parametrize("call", USER_OPERATIONS)
def test_every_user_operation_checks_the_token(make_frozen_pool, call):
    pool = make_frozen_pool(mfa="OPTIONAL")
    pool.add_user("ann", email="ann@example.com")
    tokens = tokens_of(pool.sign_in("ann"))
    with refused(*INVALID):
        call(pool.idp, "garbage")
    with refused(*INVALID):
        call(pool.idp, tokens["IdToken"])
    revoked = tokens_of(pool.sign_in("ann"))
    pool.idp.revoke_token(Token=revoked["RefreshToken"], ClientId=pool.id)
    with refused("NotAuthorizedException", "Access Token has been revoked"):
        call(pool.idp, revoked["AccessToken"])
    pool.server.advance("3601s")
    with refused(*EXPIRED):
        call(pool.idp, tokens["AccessToken"])
    tokens_of(pool.sign_in("ann"))
