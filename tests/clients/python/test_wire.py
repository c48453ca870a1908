"""What the server says before an operation is reached, and constraint messages, by plain HTTP."""

import json

import pytest
import requests

from cognito import PASSWORD
from poolhouse import TARGET

POOL_PATTERN = r"[\w-]+_[0-9a-zA-Z]+"
NAME_PATTERN = r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+"
PATTERN = "Member must satisfy regular expression pattern: "
SHORTER = "Member must have length greater than or equal to "
LONGER = "Member must have length less than or equal to "
NULL = "Member must not be null"


def violations(answer):
    """The items of a constraint message, whose order is not stable."""
    assert answer.status_code == 400
    assert answer.headers["x-amzn-ErrorType"] == "InvalidParameterException:"
    assert answer.headers.get("x-poolhouse-reason")
    body = answer.json()
    assert body["__type"] == "InvalidParameterException"
    count, _, items = body["message"].partition(" detected: ")
    items = items.split("; ")
    assert count == f"{len(items)} validation error{'' if len(items) == 1 else 's'}"
    return sorted(items)


def at(path, rule, value=None):
    shown = {None: "Value", "null": "Value null"}.get(value, f"Value '{value}'")
    return f"{shown} at '{path}' failed to satisfy constraint: {rule}"


CONSTRAINTS = [
    ("DescribeUserPool", {}, [at("userPoolId", NULL, "null")]),
    ("DescribeUserPool", {"UserPoolId": None}, [at("userPoolId", NULL, "null")]),
    (
        "DescribeUserPool",
        {"UserPoolId": ""},
        [at("userPoolId", SHORTER + "1", ""), at("userPoolId", PATTERN + POOL_PATTERN, "")],
    ),
    ("DescribeUserPool", {"UserPoolId": "x"}, [at("userPoolId", PATTERN + POOL_PATTERN, "x")]),
    (
        "DescribeUserPool",
        {"UserPoolId": "us-east-1_" + "a" * 46},
        [at("userPoolId", LONGER + "55", "us-east-1_" + "a" * 46)],
    ),
    (
        "AdminConfirmSignUp",
        {"UserPoolId": "x", "Username": ""},
        [
            at("userPoolId", PATTERN + POOL_PATTERN, "x"),
            at("username", SHORTER + "1"),
            at("username", PATTERN + NAME_PATTERN),
        ],
    ),
    ("AdminGetUser", {"UserPoolId": "us-east-1_A", "Username": "a b"}, [at("username", PATTERN + NAME_PATTERN)]),
    (
        "SignUp",
        {"ClientId": "", "Username": ""},
        [
            at("clientId", SHORTER + "1", ""),
            at("clientId", PATTERN + r"[\w+]+", ""),
            at("username", SHORTER + "1"),
            at("username", PATTERN + NAME_PATTERN),
        ],
    ),
    (
        "SignUp",
        {"ClientId": "c", "Username": "u", "Password": "p" * 257},
        [at("password", LONGER + "256")],
    ),
    (
        "SignUp",
        {"ClientId": "c", "Username": "u", "Password": PASSWORD, "UserAttributes": [{"Name": "", "Value": "x"}]},
        [
            at("userAttributes.1.member.name", SHORTER + "1", ""),
            at("userAttributes.1.member.name", PATTERN + r"[\p{L}\p{M}\p{S}\p{N}\p{P}\t\n\r ]+", ""),
        ],
    ),
    (
        "ConfirmSignUp",
        {"ClientId": "c", "Username": "u", "ConfirmationCode": ""},
        [
            at("confirmationCode", SHORTER + "1", ""),
            at("confirmationCode", PATTERN + r"[\S]+", ""),
        ],
    ),
    ("InitiateAuth", {}, [at("authFlow", NULL, "null"), at("clientId", NULL)]),
    (
        "RespondToAuthChallenge",
        {"ClientId": "c", "ChallengeName": "SMS_MFA", "Session": "short"},
        [at("session", SHORTER + "20")],
    ),
    ("GetUser", {"AccessToken": "a b"}, [at("accessToken", PATTERN + "[A-Za-z0-9-_=.]+")]),
    (
        "CreateUserPool",
        {"PoolName": "p", "Policies": {"PasswordPolicy": {"MinimumLength": 5}}},
        [at("policies.passwordPolicy.minimumLength", "Member must have value greater than or equal to 6", "5")],
    ),
    (
        "CreateUserPool",
        {"PoolName": "a/b"},
        [at("poolName", PATTERN + r"[\w\s+=,.@-]+", "a/b")],
    ),
    (
        "CreateUserPool",
        {
            "PoolName": "p",
            "Schema": [{"Name": "phone_number_verified", "AttributeDataType": "Boolean"}],
        },
        [at("schema.1.member.name", LONGER + "20", "phone_number_verified")],
    ),
    ("ListUserPools", {}, [at("maxResults", NULL, "null")]),
    ("ListUserPools", {"MaxResults": 0}, [at("maxResults", "Member must have value greater than or equal to 1", "0")]),
    ("ListUserPools", {"MaxResults": 61}, [at("maxResults", "Member must have value less than or equal to 60", "61")]),
    (
        "ListUsers",
        {"UserPoolId": "us-east-1_A", "Limit": 61, "Filter": "x" * 257},
        [
            at("limit", "Member must have value less than or equal to 60", "61"),
            at("filter", LONGER + "256", "x" * 257),
        ],
    ),
    (
        "CreateGroup",
        {"UserPoolId": "us-east-1_A", "GroupName": "a b", "Precedence": -1},
        [
            at("groupName", PATTERN + NAME_PATTERN, "a b"),
            at("precedence", "Member must have value greater than or equal to 0", "-1"),
        ],
    ),
    (
        "CreateUserPoolClient",
        {"UserPoolId": "us-east-1_A", "ClientName": "c", "AuthSessionValidity": 16},
        [at("authSessionValidity", "Member must have value less than or equal to 15", "16")],
    ),
]


def no_redaction(items):
    """The model marks the null client id sensitive, and reports show it: both forms are met."""
    return sorted(item.replace("Value null at 'clientId'", "Value at 'clientId'") for item in items)


@pytest.mark.parametrize(
    ("operation", "body", "expected"), CONSTRAINTS, ids=[f"{row[0]}-{n}" for n, row in enumerate(CONSTRAINTS)]
)
def test_every_broken_constraint_is_named(server, operation, body, expected):
    found = violations(server.post(operation, body))
    assert no_redaction(found) == sorted(expected)


ENUMS = [
    ("InitiateAuth", {"ClientId": "c", "AuthFlow": "NO"}, "Value 'NO' at 'authFlow' failed to satisfy constraint: "),
    (
        "CreateUserPool",
        {"PoolName": "p", "MfaConfiguration": "MAYBE"},
        "Value 'MAYBE' at 'mfaConfiguration' failed to satisfy constraint: ",
    ),
]


@pytest.mark.parametrize(("operation", "body", "start"), ENUMS)
def test_a_value_outside_an_enum_is_told_the_set(server, operation, body, start):
    """The order of the set is AWS's hash order; only its beginning is compared."""
    (item,) = violations(server.post(operation, body))
    assert item.startswith(start + "Member must satisfy enum value set: [")


def test_a_list_of_enums_nests_the_rule(server):
    (item,) = violations(server.post("CreateUserPool", {"PoolName": "p", "AutoVerifiedAttributes": ["x"]}))
    assert item.startswith(
        "Value '[x]' at 'autoVerifiedAttributes' failed to satisfy constraint: "
        "Member must satisfy constraint: [Member must satisfy enum value set: ["
    )


def test_constraints_come_before_everything_about_the_pool(server):
    answer = server.post("AdminGetUser", {"UserPoolId": "us-east-1_Nowhere00", "Username": ""})
    assert all("at 'username'" in item for item in violations(answer))


def test_unknown_members_are_ignored_and_null_counts_as_absent(server):
    """Inferred."""
    answer = server.post("ListUserPools", {"MaxResults": 1, "NextToken": None, "Colour": "blue"})
    assert answer.status_code == 200


SERIALIZATION = [
    ("an object for a string", {"UserPoolId": {}}, "Start of structure or map found where not expected."),
    ("a list for a string", {"UserPoolId": []}, "Start of structure or map found where not expected."),
]


@pytest.mark.parametrize(("what", "body", "text"), SERIALIZATION, ids=[row[0] for row in SERIALIZATION])
def test_a_wrong_json_type_hides_the_constraints(server, what, body, text):
    answer = server.post("DescribeUserPool", body)
    assert answer.status_code == 400
    found = answer.json()
    assert found["__type"] == "SerializationException"
    assert found.get("Message", found.get("message")) == text


def test_a_list_for_the_whole_request(server):
    answer = server.post("DescribeUserPool", b"[]")
    assert answer.status_code == 400
    assert answer.json() == {"__type": "SerializationException", "Message": "Expected map or null"}


@pytest.mark.parametrize("value", [True, 1])
def test_attribute_values_are_strings(server, value):
    body = {"ClientId": "c", "Username": "u", "UserAttributes": [{"Name": "email_verified", "Value": value}]}
    answer = server.post("SignUp", body, signed=False)
    assert (answer.status_code, answer.json()["__type"]) == (400, "SerializationException")


def test_a_body_that_is_no_json(server):
    answer = server.post("DescribeUserPool", b"{")
    assert (answer.status_code, answer.json()["__type"]) == (400, "SerializationException")


def test_an_unknown_operation(server):
    """404 is documented, the body inferred."""
    answer = server.post("CreateTeapot", {})
    assert answer.json()["__type"] == "UnknownOperationException"
    assert answer.status_code == 404


BAD_REQUEST = {
    "code": "BadRequest",
    "message": "The server did not understand the operation that was requested.",
    "type": "client",
}


def test_what_is_no_operation_at_all(server):
    """The 404 was seen in a browser client; which requests get it is partly inferred."""
    json_type = {"Content-Type": "application/x-amz-json-1.1"}
    answers = [
        requests.get(server.url + "/", timeout=30),
        requests.post(server.url + "/", data="{}", headers=json_type, timeout=30),
        requests.post(
            server.url + "/",
            data="{}",
            headers={"X-Amz-Target": TARGET + "ListUserPools", "Content-Type": "text/html"},
            timeout=30,
        ),
    ]
    for answer in answers:
        assert (answer.status_code, answer.json()) == (404, BAD_REQUEST), answer.request.headers


def test_management_needs_a_signature_and_user_operations_do_not(server):
    answer = server.post("ListUserPools", {"MaxResults": 1}, signed=False)
    assert answer.status_code == 400
    assert answer.json() == {
        "__type": "MissingAuthenticationTokenException",
        "message": "Missing Authentication Token",
    }
    answer = server.post("GetUser", {"AccessToken": "garbage"}, signed=False)
    assert answer.json() == {"__type": "NotAuthorizedException", "message": "Invalid Access Token"}


def test_a_signature_that_lacks_its_parts(server):
    answer = server.post("ListUserPools", {"MaxResults": 1}, signed=False, Authorization="AWS4-HMAC-SHA256 x")
    assert answer.status_code == 400
    assert answer.json()["__type"] == "IncompleteSignatureException"
    assert "Authorization header requires 'Credential' parameter." in answer.json()["message"]


def test_answers_carry_awss_headers(server):
    answer = server.post("ListUserPools", {"MaxResults": 1})
    assert answer.headers["Content-Type"] == "application/x-amz-json-1.1"
    assert len(answer.headers["x-amzn-RequestId"]) == 36
    assert "Date" in answer.headers
    assert "x-poolhouse-reason" not in answer.headers
    assert "access-control-allow-origin" not in answer.headers
    refusal = server.post("DescribeUserPool", {"UserPoolId": "us-east-1_Nowhere00"})
    assert refusal.headers["Content-Type"] == "application/x-amz-json-1.1"
    assert refusal.headers["x-amzn-ErrorType"] == "ResourceNotFoundException:"
    assert refusal.headers["x-amzn-ErrorMessage"] == "User pool us-east-1_Nowhere00 does not exist."
    assert refusal.json() == {
        "__type": "ResourceNotFoundException",
        "message": "User pool us-east-1_Nowhere00 does not exist.",
    }


def test_browsers_may_call_and_read_the_reason(server):
    answer = server.post("GetUser", {"AccessToken": "garbage"}, signed=False, Origin="http://localhost:3000")
    assert answer.headers["access-control-allow-origin"] == "*"
    exposed = {name.strip().lower() for name in answer.headers["access-control-expose-headers"].split(",")}
    assert {"x-amzn-requestid", "x-amzn-errortype", "x-amzn-errormessage", "date", "x-poolhouse-reason"} <= exposed
    wanted = "content-type,x-amz-target,x-amz-user-agent"
    preflight = requests.options(
        server.url + "/",
        headers={
            "Origin": "http://localhost:3000",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": wanted,
        },
        timeout=30,
    )
    assert (preflight.status_code, preflight.content) == (200, b"")
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert preflight.headers["access-control-max-age"] == "172800"
    allowed = {name.strip().lower() for name in preflight.headers["access-control-allow-headers"].split(",")}
    assert set(wanted.split(",")) <= allowed


EMPTY = [
    ("AdminAddUserToGroup", lambda ids: ids | {"GroupName": "crew"}, b""),
    ("AdminRemoveUserFromGroup", lambda ids: ids | {"GroupName": "crew"}, b""),
    ("AdminDisableUser", lambda ids: ids, b"{}"),
    ("AdminEnableUser", lambda ids: ids, b"{}"),
    ("AdminUserGlobalSignOut", lambda ids: ids, b"{}"),
    ("AdminDeleteUser", lambda ids: ids, b""),
    ("DeleteGroup", lambda ids: {"UserPoolId": ids["UserPoolId"], "GroupName": "crew"}, b""),
    ("UpdateUserPool", lambda ids: {"UserPoolId": ids["UserPoolId"]}, b"{}"),
    ("DeleteUserPool", lambda ids: {"UserPoolId": ids["UserPoolId"]}, b""),
]


def test_operations_without_an_output_shape_answer_with_nothing_at_all(make_pool):
    pool = make_pool()
    pool.add_user("ann")
    pool.idp.create_group(UserPoolId=pool.pool_id, GroupName="crew")
    ids = {"UserPoolId": pool.pool_id, "Username": "ann"}
    for operation, body, expected in EMPTY:
        answer = pool.server.post(operation, body(ids))
        assert (answer.status_code, answer.content) == (200, expected), operation
        assert answer.headers["Content-Length"] == str(len(expected))


def test_timestamps_are_seconds_with_a_fraction(make_frozen_pool):
    pool = make_frozen_pool()
    body = json.loads(pool.server.post("DescribeUserPool", {"UserPoolId": pool.pool_id}).content)
    assert body["UserPool"]["CreationDate"] == body["UserPool"]["LastModifiedDate"] == 1767225600
