"""Refusals with known texts, as a table: the rows are in refusal_rows.py.

The calls go by plain HTTP, since boto3 keeps some of them to itself. No row changes anything, so that one prepared
server serves them all; what takes a conversation to get to (challenges, codes, lock-out, clocks) has tests of its own.
"""

import datetime

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

import refusal_rows as rows
from cognito import ALL_FLOWS, PASSWORD, Pool, claims, tokens_of
from provider import certify, metadata_of

SECTIONS = ["UNKNOWN_THINGS", "WHAT_EXISTS", "TOKENS", "SIGN_IN", "USERS", "POOLS", "CLIENTS", "FEDERATION_AND_PAGES",
            "SECURITY", "RECOVERIES"]
TABLE = [row for section in SECTIONS for row in getattr(rows, section)]


def first_factor(factor):
    return {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", factor]}}


def client_token(pool):
    """An access token that an app client got for itself: it has a scope, but not that of user operations."""
    client = pool.add_client(
        ExplicitAuthFlows=["ALLOW_CLIENT_TOKEN_AUTH"], GenerateSecret=True, AllowedOAuthScopes=["weather/read"]
    )
    answer = pool.idp.get_client_token(ClientId=client.id, Secret=client.secret)
    return answer["ClientAuthenticationResult"]["AccessToken"]


def signed_by_another(token):
    """The same token, by a key that is not the pool's."""
    key = rsa.generate_private_key(65537, 2048)
    return jwt.encode(claims(token), key, "RS256", headers=jwt.get_unverified_header(token))


def expired_metadata():
    """A SAML provider's metadata, whose only signing certificate ended with the year 2021."""
    key = rsa.generate_private_key(65537, 2048)
    return metadata_of("https://idp.example.com", certify(key, "idp", ends=datetime.datetime(2022, 1, 1)))


@pytest.fixture(scope="module")
def prepared(server, idp):
    """The server's furniture, by the names that rows use."""
    string = {"AttributeDataType": "String"}
    sized = {"StringAttributeConstraints": {"MinLength": "3", "MaxLength": "5"}}
    schema = [
        string | {"Name": "fixed", "Mutable": False},
        string | sized | {"Name": "sized", "Mutable": True},
        string | {"Name": "hidden", "DeveloperOnlyAttribute": True},
    ]
    pool = Pool(server, idp, client={"ExplicitAuthFlows": [*ALL_FLOWS, "ALLOW_CUSTOM_AUTH"]},
                Schema=schema, AutoVerifiedAttributes=["email"])  # fmt: skip
    verified = {"email": "a@b.example", "email_verified": "true"}
    for name in ("ann", "dis", "res"):
        pool.add_user(name, **verified)
    pool.add_user("bare")
    pool.add_user("tem", temporary=True, **verified)
    pool.sign_up("una", email="u@b.example")
    code = pool.last_message("una")["code"]
    pool.sign_up("mute")
    ids = {"UserPoolId": pool.pool_id}
    idp.admin_disable_user(**ids, Username="dis")
    idp.admin_reset_user_password(**ids, Username="res")
    idp.create_group(**ids, GroupName="crew")
    scopes = [{"ScopeName": "read", "ScopeDescription": "read"}]
    idp.create_resource_server(**ids, Identifier="weather", Name="Weather", Scopes=scopes)
    idp.create_user_pool_domain(**ids, Domain="refusals")
    tokens = tokens_of(pool.sign_in("bare"))
    idp.global_sign_out(AccessToken=tokens["AccessToken"])
    tokens |= {"revoked": tokens["AccessToken"]} | tokens_of(pool.sign_in("ann"))
    role = "arn:aws:iam::123456789012:role/imports"
    job = idp.create_user_import_job(**ids, JobName="refused", CloudWatchLogsRoleArn=role)["UserImportJob"]
    secret = pool.add_client(GenerateSecret=True)
    policy = idp.create_cimd_policy(
        **ids, ClientId=pool.id, PolicyName="refused", URLPatterns=["https://*.example.com/*"]
    )["CIMDPolicy"]
    tracked = Pool(server, idp, DeviceConfiguration={"DeviceOnlyRememberedOnUserPrompt": True})
    tracked.add_user("ann")
    required = Pool(server, idp, Schema=[string | {"Name": "nickname", "Required": True, "Mutable": True}])
    required.add_user("ann", nickname="ann")
    mail = Pool(server, idp, UsernameAttributes=["email"])
    google = {"client_id": "id", "client_secret": "secret", "authorize_scopes": "openid"}
    idp.create_identity_provider(
        UserPoolId=mail.pool_id, ProviderName="Google", ProviderType="Google", ProviderDetails=google
    )
    alias = Pool(server, idp, AliasAttributes=["email", "phone_number", "preferred_username"])
    alias.add_user("ann", phone_number="+15555550100", phone_number_verified="true", **verified)
    alias.add_user("other")
    alias.sign_up("una")
    passkeys = Pool(server, idp, Policies=first_factor("WEB_AUTHN"))
    idp.set_user_pool_mfa_config(
        UserPoolId=passkeys.pool_id, WebAuthnConfiguration={"RelyingPartyId": "example.com"}
    )
    passkeys.add_user("ann")
    risks = {"UserPoolTier": "PLUS", "UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"}}
    return {
        "pool": pool.pool_id,
        "client": pool.id,
        "hiding_client": pool.add_client(PreventUserExistenceErrors="ENABLED").id,
        "secret_client": secret.id,
        "secret_refresh": secret.tokens("ann")["RefreshToken"],
        "refresh_client": pool.add_client(ExplicitAuthFlows=["ALLOW_REFRESH_TOKEN_AUTH"]).id,
        "wrong_code": "000000" if code != "000000" else "111111",
        "access": tokens["AccessToken"],
        "id_token": tokens["IdToken"],
        "revoked": tokens["revoked"],
        "foreign": signed_by_another(tokens["AccessToken"]),
        "client_token": client_token(pool),
        "job": job["JobId"],
        "policy": policy["CIMDPolicyId"],
        "tracked_client": tracked.id,
        "tracked_access": tracked.tokens("ann")["AccessToken"],
        "domain": "refusals",
        "mail_pool": mail.pool_id,
        "mail_client": mail.id,
        "phone_client": Pool(server, idp, UsernameAttributes=["phone_number"]).id,
        "both_client": Pool(server, idp, UsernameAttributes=["email", "phone_number"]).id,
        "alias_pool": alias.pool_id,
        "alias_client": alias.id,
        "passkey_pool": passkeys.pool_id,
        "passkey_access": passkeys.tokens("ann")["AccessToken"],
        "code_pool": Pool(server, idp, Policies=first_factor("EMAIL_OTP")).pool_id,
        "plus_pool": Pool(server, idp, **risks).pool_id,
        "expired_metadata": expired_metadata(),
        "closed_client": Pool(server, idp, AdminCreateUserConfig={"AllowAdminCreateUserOnly": True}).id,
        "required_pool": required.pool_id,
        "required_client": required.id,
        "lite_pool": Pool(server, idp, UserPoolTier="LITE").pool_id,
        "protected_pool": Pool(server, idp, DeletionProtection="ACTIVE").pool_id,
    }


def filled(value, prepared):
    """The value with each `$name` replaced by what was prepared under it."""
    if isinstance(value, dict):
        return {key: filled(inner, prepared) for key, inner in value.items()}
    if isinstance(value, list):
        return [filled(inner, prepared) for inner in value]
    if isinstance(value, str):
        # The longest first: `$pool` begins `$pool_x`.
        for name in sorted(prepared, key=len, reverse=True):
            value = value.replace("$" + name, prepared[name])
    return value


def named(table):
    return [f"{number}-{row[0]}" for number, row in enumerate(table)]


@pytest.mark.parametrize(("operation", "body", "error", "text", "mark"), TABLE, ids=named(TABLE))
def test_a_refusal_has_awss_type_and_text(server, prepared, operation, body, error, text, mark):
    assert mark in {"observed", "documented", "reported", "inferred"}
    answer = server.post(operation, filled(body, prepared))
    assert answer.status_code == 400
    found = answer.json()
    assert (found["__type"], found.get("message")) == (error, filled(text, prepared)), f"the text is {mark}"
    assert answer.headers["x-amzn-ErrorType"] == error + ":"
    assert answer.headers["x-poolhouse-reason"]
    for secret in (PASSWORD, prepared["access"]):
        assert secret not in answer.text + answer.headers["x-poolhouse-reason"]
