"""Refusals with known texts, as a table: the rows are in refusal_rows.py.

The calls go by plain HTTP, since boto3 keeps some of them to itself. No row changes anything, so that one prepared
server serves them all; what takes a conversation to get to (challenges, codes, lock-out, clocks) has tests of its own.
"""

import pytest

import refusal_rows as rows
from cognito import ALL_FLOWS, PASSWORD, Pool, tokens_of

SECTIONS = ["UNKNOWN_THINGS", "WHAT_EXISTS", "TOKENS", "SIGN_IN", "USERS", "POOLS", "CLIENTS", "FEDERATION_AND_PAGES",
            "SECURITY"]
TABLE = [row for section in SECTIONS for row in getattr(rows, section)]


@pytest.fixture(scope="module")
def prepared(server, idp):
    """The server's furniture, by the names that rows use."""
    string = {"AttributeDataType": "String"}
    sized = {"StringAttributeConstraints": {"MinLength": "3", "MaxLength": "5"}}
    schema = [string | {"Name": "fixed", "Mutable": False}, string | sized | {"Name": "sized", "Mutable": True}]
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
    tracked = Pool(server, idp, DeviceConfiguration={"DeviceOnlyRememberedOnUserPrompt": True})
    tracked.add_user("ann")
    required = Pool(server, idp, Schema=[string | {"Name": "nickname", "Required": True, "Mutable": True}])
    required.add_user("ann", nickname="ann")
    mail = Pool(server, idp, UsernameAttributes=["email"])
    alias = ["email", "phone_number", "preferred_username"]
    return {
        "pool": pool.pool_id,
        "client": pool.id,
        "secret_client": pool.add_client(GenerateSecret=True).id,
        "refresh_client": pool.add_client(ExplicitAuthFlows=["ALLOW_REFRESH_TOKEN_AUTH"]).id,
        "wrong_code": "000000" if code != "000000" else "111111",
        "access": tokens["AccessToken"],
        "id_token": tokens["IdToken"],
        "revoked": tokens["revoked"],
        "tracked_access": tracked.tokens("ann")["AccessToken"],
        "domain": "refusals",
        "mail_pool": mail.pool_id,
        "mail_client": mail.id,
        "phone_client": Pool(server, idp, UsernameAttributes=["phone_number"]).id,
        "both_client": Pool(server, idp, UsernameAttributes=["email", "phone_number"]).id,
        "alias_client": Pool(server, idp, AliasAttributes=alias).id,
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
