"""User pools: what a new one looks like, what an update resets, what is refused, deletion and lists."""

import json

import pytest

from cognito import SMS, refused, without_metadata

STANDARD_STRINGS = [
    "name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "profile", "picture",
    "website", "email", "gender", "zoneinfo", "locale", "phone_number", "address",
]  # fmt: skip


def describe(pool):
    return pool.idp.describe_user_pool(UserPoolId=pool.pool_id)["UserPool"]


def test_a_pool_with_only_a_name(frozen):
    """PM: the recordings and acceptance tests of infrastructure tools; the recovery setting's content is inferred."""
    answer = frozen.post("CreateUserPool", {"PoolName": "p"})
    assert answer.status_code == 200
    made = answer.json()["UserPool"]
    made.pop("SchemaAttributes")
    pool_id = made["Id"]
    region, _, name = pool_id.partition("_")
    assert region == "us-east-1"
    assert len(name) == 9 and name.isalnum()
    assert made == {
        "Id": pool_id,
        "Name": "p",
        "Arn": f"arn:aws:cognito-idp:us-east-1:123456789012:userpool/{pool_id}",
        "Policies": {
            "PasswordPolicy": {
                "MinimumLength": 8,
                "RequireUppercase": True,
                "RequireLowercase": True,
                "RequireNumbers": True,
                "RequireSymbols": True,
                "TemporaryPasswordValidityDays": 7,
            },
            "SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD"]},
        },
        "DeletionProtection": "INACTIVE",
        "LambdaConfig": {},
        "LastModifiedDate": 1767225600,
        "CreationDate": 1767225600,
        "VerificationMessageTemplate": {"DefaultEmailOption": "CONFIRM_WITH_CODE"},
        "MfaConfiguration": "OFF",
        "EstimatedNumberOfUsers": 0,
        "EmailConfiguration": {"EmailSendingAccount": "COGNITO_DEFAULT"},
        "UserPoolTags": {},
        "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": False, "UnusedAccountValidityDays": 7},
        "AccountRecoverySetting": {
            "RecoveryMechanisms": [
                {"Priority": 1, "Name": "verified_email"},
                {"Priority": 2, "Name": "verified_phone_number"},
            ]
        },
        "UserPoolTier": "ESSENTIALS",
    }
    described = frozen.post("DescribeUserPool", {"UserPoolId": pool_id}).json()["UserPool"]
    described.pop("SchemaAttributes")
    assert described == made


def test_the_standard_schema(make_pool):
    schema = {entry["Name"]: entry for entry in make_pool().description["SchemaAttributes"]}

    def entry(name, kind, required=False, mutable=True, **constraints):
        return {
            "Name": name,
            "AttributeDataType": kind,
            "DeveloperOnlyAttribute": False,
            "Mutable": mutable,
            "Required": required,
        } | constraints

    def string(shortest, longest):
        return {"StringAttributeConstraints": {"MinLength": shortest, "MaxLength": longest}}

    expected = [entry(name, "String", **string("0", "2048")) for name in STANDARD_STRINGS]
    expected += [
        entry("sub", "String", required=True, mutable=False, **string("1", "2048")),
        entry("birthdate", "String", **string("10", "10")),
        entry("email_verified", "Boolean"),
        entry("phone_number_verified", "Boolean"),
        entry("updated_at", "Number", NumberAttributeConstraints={"MinValue": "0"}),
        entry("identities", "String", StringAttributeConstraints={}),
    ]
    assert schema == {entry["Name"]: entry for entry in expected}


def test_custom_attributes_are_stored_with_their_prefix(make_pool):
    pool = make_pool(
        Schema=[
            {"Name": "team", "AttributeDataType": "String", "Mutable": True},
            {
                "Name": "age",
                "AttributeDataType": "Number",
                "Mutable": False,
                "StringAttributeConstraints": {"MinLength": "1", "MaxLength": "2"},
                "NumberAttributeConstraints": {"MinValue": "1", "MaxValue": "99"},
            },
            {"Name": "email", "AttributeDataType": "String", "Required": True, "Mutable": True},
        ]
    )
    schema = {entry["Name"]: entry for entry in pool.description["SchemaAttributes"]}
    assert schema["custom:team"]["StringAttributeConstraints"] == {}
    assert schema["custom:age"]["NumberAttributeConstraints"] == {"MinValue": "1", "MaxValue": "99"}
    assert "StringAttributeConstraints" not in schema["custom:age"]
    assert schema["custom:age"]["Mutable"] is False
    assert schema["email"]["Required"] is True


def test_a_declared_attribute_is_immutable_unless_it_says_otherwise(make_pool):
    """Observed through CloudFormation, which sends what a template says: aws-cdk#8624, aws-cdk#7011."""
    pool = make_pool(Schema=[{"Name": "email", "Required": True}, {"Name": "own", "AttributeDataType": "String"}])
    added = [{"Name": "later", "AttributeDataType": "String"}]
    pool.idp.add_custom_attributes(UserPoolId=pool.pool_id, CustomAttributes=added)
    schema = {entry["Name"]: entry["Mutable"] for entry in describe(pool)["SchemaAttributes"]}
    assert [name for name, mutable in schema.items() if not mutable] == [
        "sub", "email", "custom:own", "custom:later"
    ]  # fmt: skip
    pool.add_user("ann", email="ann@example.com", custom_own="1", custom_later="2")
    for name in ("email", "custom:own", "custom:later"):
        with refused("InvalidParameterException", f"user.{name}: Attribute cannot be updated.\n"):
            pool.idp.admin_update_user_attributes(
                UserPoolId=pool.pool_id, Username="ann", UserAttributes=[{"Name": name, "Value": "b@b.example"}]
            )


def test_add_custom_attributes(make_pool):
    pool = make_pool()
    added = pool.idp.add_custom_attributes(
        UserPoolId=pool.pool_id,
        CustomAttributes=[
            {"Name": "team", "AttributeDataType": "String"},
            {"Name": "custom:rank", "AttributeDataType": "String"},  # prefix: inferred
        ],
    )
    assert without_metadata(added) == {}
    names = {entry["Name"] for entry in describe(pool)["SchemaAttributes"]}
    assert {"custom:team", "custom:rank"} <= names
    with refused(
        "InvalidParameterException", "custom:team: Existing attribute already has name custom:team."
    ):  # the full form is reported
        pool.idp.add_custom_attributes(
            UserPoolId=pool.pool_id, CustomAttributes=[{"Name": "team", "AttributeDataType": "String"}]
        )
    with refused("InvalidParameterException", "Required custom attributes are not supported currently."):
        pool.idp.add_custom_attributes(
            UserPoolId=pool.pool_id,
            CustomAttributes=[{"Name": "x", "AttributeDataType": "String", "Required": True}],
        )


def recovery(*mechanisms):
    return {
        "AccountRecoverySetting": {
            "RecoveryMechanisms": [{"Name": name, "Priority": priority} for name, priority in mechanisms]
        }
    }


CUSTOM = {"AttributeDataType": "String", "Mutable": True}
REFUSED_SETTINGS = [
    (
        {"AliasAttributes": ["email"], "UsernameAttributes": ["email"]},
        "Only one of the aliasAttributes or usernameAttributes can be set in a User pool.",
    ),
    (
        {"AutoVerifiedAttributes": ["phone_number"]},
        "SMS configuration is required when phone_number is selected for auto verification",
    ),
    (
        {"MfaConfiguration": "ON"},
        "SMS configuration and Auto verification for phone_number are required when MFA is required/optional",
    ),
    (
        {"MfaConfiguration": "OPTIONAL"},
        "SMS configuration and Auto verification for phone_number are required when MFA is required/optional",
    ),
    (
        {"UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": ["email"]}},
        "All attributes in AttributesRequireVerificationBeforeUpdate must exist in AutoVerifiedAttributes",
    ),
    (
        recovery(("admin_only", 1), ("verified_email", 2)),
        "Account Recovery Setting cannot use admin_only setting with any other recovery mechanisms.",
    ),
    (
        recovery(("verified_email", 1), ("verified_phone_number", 1)),
        "Account Recovery Setting cannot have duplicate priorities or recovery mechanisms.",
    ),
    (
        recovery(("verified_email", 1), ("verified_email", 2)),
        "Account Recovery Setting cannot have duplicate priorities or recovery mechanisms.",
    ),
    (
        {"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["EMAIL_OTP"]}}},
        "Password should be configured as one of the allowed first auth factors.",
    ),
    (
        {
            "Policies": {"PasswordPolicy": {"MinimumLength": 8, "TemporaryPasswordValidityDays": 3}},
            "AdminCreateUserConfig": {"UnusedAccountValidityDays": 3},
        },
        "Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays",
    ),
    (
        {"EmailConfiguration": {"EmailSendingAccount": "DEVELOPER"}},
        "Source ARN is required to use DEVELOPER email sending owner",
    ),
    (
        {
            "EmailConfiguration": {
                "EmailSendingAccount": "DEVELOPER",
                "SourceArn": "arn:aws:ses:ap-south-1:123456789012:identity/example.com",
            }
        },
        "Provided SourceArn must be in one of the following SES regions: eu-west-1, us-east-1, us-west-2.",
    ),
    (
        {"SmsConfiguration": SMS | {"SnsRegion": "eu-west-1"}},
        "Invalid snsRegion. Allowed SNS region for us-east-1 is us-east-1",
    ),
    (
        {"SmsConfiguration": SMS | {"SnsCallerArn": "arn:aws:iam::999999999999:role/sms"}},
        "Cross-account pass role is not allowed.",
    ),
    (
        {"LambdaConfig": {"PreSignUp": "arn:aws:lambda:eu-west-1:123456789012:function:f"}},
        "Cross-region lambda functions are not supported",
    ),
    (
        {
            "LambdaConfig": {
                "CustomEmailSender": {
                    "LambdaVersion": "V1_0",
                    "LambdaArn": "arn:aws:lambda:us-east-1:123456789012:function:f",
                }
            }
        },
        "KMSKeyId parameter is required when Custom SMS/Email Lambda trigger is used.",
    ),
    (
        {"Schema": [CUSTOM | {"Name": "team", "Required": True}]},
        "Required custom attributes are not supported currently.",
    ),
    (
        {"Schema": [{"Name": "email", "AttributeDataType": "Number", "Mutable": True}]},
        "You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute email",
    ),
    (
        {"Schema": [{"Name": "email", "DeveloperOnlyAttribute": True}]},
        "You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute email",
    ),
    (
        {"Schema": [CUSTOM | {"Name": "team"}, CUSTOM | {"Name": "team"}]},
        "Duplicate custom attribute names custom:team are not allowed in a user pool schema.",
    ),
    (
        {
            "Schema": [
                {
                    "Name": "age",
                    "AttributeDataType": "Number",
                    "NumberAttributeConstraints": {"MinValue": "9", "MaxValue": "1"},
                }
            ]
        },
        "Attribute custom:age cannot have a max value smaller than it's min value",
    ),
    (  # the beginning of the text is inferred
        {"Schema": [CUSTOM | {"Name": "team", "StringAttributeConstraints": {"MinLength": "9", "MaxLength": "1"}}]},
        "Attribute custom:team cannot have a max length shorter than it's min length",
    ),
    (  # reported
        {"Schema": [{"Name": "team", "Mutable": True}]},
        "Invalid AttributeDataType input, consider using the provided AttributeDataType enum.",
    ),
]


@pytest.mark.parametrize(
    ("settings", "text"), REFUSED_SETTINGS, ids=[f"{json.dumps(row[0])[:60]}" for row in REFUSED_SETTINGS]
)
def test_create_user_pool_is_refused(idp, settings, text):
    with refused("InvalidParameterException", text):
        idp.create_user_pool(PoolName="p", **settings)


CREATION_ONLY = {"AliasAttributes", "UsernameAttributes", "Schema", "MfaConfiguration"}
REFUSED_UPDATES = [row for row in REFUSED_SETTINGS if not CREATION_ONLY & set(row[0])]


@pytest.mark.parametrize(
    ("settings", "text"), REFUSED_UPDATES, ids=[f"{json.dumps(row[0])[:60]}" for row in REFUSED_UPDATES]
)
def test_update_user_pool_is_refused(make_pool, settings, text):
    pool = make_pool(EmailVerificationSubject="Hi")
    with refused("InvalidParameterException", text):
        pool.idp.update_user_pool(UserPoolId=pool.pool_id, **settings)
    assert describe(pool)["EmailVerificationSubject"] == "Hi", "a refused update changes nothing"


CONSTRAINED = [
    (
        recovery(("verified_email", 1), ("verified_phone_number", 2), ("admin_only", 1)),
        "length less than or equal to 2",
    ),
    ({"Schema": [CUSTOM | {"Name": f"a{n}"} for n in range(51)]}, "length less than or equal to 50"),
    (
        {"EmailConfiguration": {"ReplyToEmailAddress": "nobody"}},
        r"regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+@[\p{L}\p{M}\p{S}\p{N}\p{P}]+",
    ),
]


@pytest.mark.parametrize(("settings", "rule"), CONSTRAINED, ids=[row[1] for row in CONSTRAINED])
def test_create_user_pool_breaks_a_constraint(idp, settings, rule):
    with pytest.raises(idp.exceptions.InvalidParameterException) as caught:
        idp.create_user_pool(PoolName="p", **settings)
    message = caught.value.response["Error"]["Message"]
    assert message.startswith("1 validation error detected: ")
    assert message.endswith(rule)


def test_a_sender_must_be_an_address(idp):
    with refused("InvalidParameterException", "Provided From email address is invalid"):
        idp.create_user_pool(
            PoolName="p",
            EmailConfiguration={
                "EmailSendingAccount": "DEVELOPER",
                "SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/example.com",
                "From": "nobody",
            },
        )


def test_developer_only_attributes_have_their_own_prefix(make_pool):
    pool = make_pool(Schema=[CUSTOM | {"Name": "rank", "DeveloperOnlyAttribute": True}])
    schema = {entry["Name"]: entry for entry in pool.description["SchemaAttributes"]}
    assert schema["dev:custom:rank"]["DeveloperOnlyAttribute"] is True
    assert "custom:rank" not in schema


def test_passwordless_factors_need_more_than_lite(idp):
    """The type is inferred."""
    with refused(
        "FeatureUnavailableInTierException",
        "The following features need to be disabled for the LITE pricing tier configured: Passwordless Sign-In",
    ):
        idp.create_user_pool(
            PoolName="p",
            UserPoolTier="LITE",
            Policies={"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}},
        )


def test_message_templates_need_their_placeholders(server):
    for settings in (
        {"EmailVerificationMessage": "no code here"},
        {"SmsVerificationMessage": "no code here"},
        {"VerificationMessageTemplate": {"EmailMessageByLink": "no link here"}},
    ):
        answer = server.post("CreateUserPool", {"PoolName": "p"} | settings)
        assert answer.status_code == 400
        assert (
            "failed to satisfy constraint: Member must satisfy regular expression pattern: "
            in (answer.json()["message"])
        )


def test_verification_texts_fill_their_twins(make_pool):
    pool = make_pool(EmailVerificationMessage="Code {####}", EmailVerificationSubject="Hi")
    template = describe(pool)["VerificationMessageTemplate"]
    assert (template["EmailMessage"], template["EmailSubject"]) == ("Code {####}", "Hi")
    pool = make_pool(VerificationMessageTemplate={"SmsMessage": "SMS {####}", "EmailMessage": "Mail {####}"})
    found = describe(pool)
    assert (found["SmsVerificationMessage"], found["EmailVerificationMessage"]) == ("SMS {####}", "Mail {####}")


def test_a_pools_own_text_is_what_is_sent(make_pool):
    pool = make_pool(
        AutoVerifiedAttributes=["email"],
        EmailVerificationMessage="Your code: {####}!",
        EmailVerificationSubject="Welcome",
    )
    pool.sign_up("ivy", email="ivy@example.com")
    message = pool.last_message("ivy")
    assert (message["subject"], message["body"]) == ("Welcome", f"Your code: {message['code']}!")


def test_sms_configuration_names_the_pools_region(make_pool):
    pool = make_pool(SmsConfiguration=SMS)
    assert describe(pool)["SmsConfiguration"] == SMS | {"SnsRegion": "us-east-1"}


def test_username_configuration_is_shown_only_when_set(make_pool):
    assert "UsernameConfiguration" not in make_pool().description
    pool = make_pool(UsernameConfiguration={"CaseSensitive": False})
    assert pool.description["UsernameConfiguration"] == {"CaseSensitive": False}


# Update -------------------------------------------------------------------------------------------


def test_update_resets_what_it_does_not_name(make_pool):
    pool = make_pool(
        AutoVerifiedAttributes=["email"],
        Policies={"PasswordPolicy": {"MinimumLength": 12, "RequireSymbols": True}},
        LambdaConfig={"PreSignUp": "arn:aws:lambda:us-east-1:123456789012:function:f"},
        DeletionProtection="ACTIVE",
        EmailVerificationSubject="Hi",
        AdminCreateUserConfig={"AllowAdminCreateUserOnly": True},
    )
    assert without_metadata(pool.idp.update_user_pool(UserPoolId=pool.pool_id)) == {}
    found = describe(pool)
    assert "AutoVerifiedAttributes" not in found or found["AutoVerifiedAttributes"] == []
    assert found["LambdaConfig"] == {}
    assert found["Policies"]["PasswordPolicy"]["MinimumLength"] == 8
    assert found["DeletionProtection"] == "INACTIVE"
    assert found["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is False
    assert "EmailVerificationSubject" not in found


def test_update_leaves_some_members_alone(make_pool):
    pool = make_pool(
        AutoVerifiedAttributes=["email"],
        UserAttributeUpdateSettings={"AttributesRequireVerificationBeforeUpdate": ["email"]},
        UserPoolTags={"team": "blue"},
        UserPoolTier="PLUS",
        mfa="OPTIONAL",
    )
    pool.idp.update_user_pool(UserPoolId=pool.pool_id, AutoVerifiedAttributes=["email"])
    found = describe(pool)
    assert found["MfaConfiguration"] == "OPTIONAL"
    assert found["UserAttributeUpdateSettings"] == {"AttributesRequireVerificationBeforeUpdate": ["email"]}
    assert found["UserPoolTags"] == {"team": "blue"}
    assert found["UserPoolTier"] == "PLUS"
    config = pool.idp.get_user_pool_mfa_config(UserPoolId=pool.pool_id)
    assert config["SoftwareTokenMfaConfiguration"] == {"Enabled": True}
    pool.idp.update_user_pool(
        UserPoolId=pool.pool_id,
        UserAttributeUpdateSettings={"AttributesRequireVerificationBeforeUpdate": []},
    )
    assert describe(pool)["UserAttributeUpdateSettings"] == {"AttributesRequireVerificationBeforeUpdate": []}


def test_update_replaces_a_policy_as_a_whole(make_pool):
    """Inferred."""
    pool = make_pool()
    pool.idp.update_user_pool(UserPoolId=pool.pool_id, Policies={"PasswordPolicy": {"MinimumLength": 10}})
    policy = describe(pool)["Policies"]["PasswordPolicy"]
    assert policy["MinimumLength"] == 10
    assert policy["RequireSymbols"] is policy["RequireNumbers"] is False


def test_update_renames_a_pool_and_moves_its_date(make_frozen_pool):
    pool = make_frozen_pool()
    pool.server.advance("1h")
    pool.idp.update_user_pool(UserPoolId=pool.pool_id, PoolName="other")
    found = describe(pool)
    assert found["Name"] == "other"
    assert (found["LastModifiedDate"] - found["CreationDate"]).total_seconds() == 3600


def test_update_turns_mfa_on_only_where_a_factor_is_enabled(make_pool):
    pool = make_pool()
    with refused("InvalidParameterException", "Cannot turn MFA functionality ON, once the user pool has been created."):
        pool.idp.update_user_pool(UserPoolId=pool.pool_id, MfaConfiguration="ON")
    pool.set_mfa("OPTIONAL")
    pool.idp.update_user_pool(UserPoolId=pool.pool_id, MfaConfiguration="ON")
    assert describe(pool)["MfaConfiguration"] == "ON"


# MFA configuration --------------------------------------------------------------------------------


def test_a_new_pool_has_no_mfa(make_pool):
    """The exact body is inferred."""
    pool = make_pool()
    config = pool.idp.get_user_pool_mfa_config(UserPoolId=pool.pool_id)
    assert without_metadata(config) == {"MfaConfiguration": "OFF"}


def test_set_mfa_config_replaces_everything(make_pool):
    pool = make_pool()
    pool.set_mfa("ON", sms=True)
    pool.idp.set_user_pool_mfa_config(UserPoolId=pool.pool_id)
    config = without_metadata(pool.idp.get_user_pool_mfa_config(UserPoolId=pool.pool_id))
    assert config["MfaConfiguration"] == "OFF"
    assert "SoftwareTokenMfaConfiguration" not in config
    assert describe(pool)["MfaConfiguration"] == "OFF"


TOGETHER = "Invalid MFA configuration given, can't turn off MFA and configure an MFA together."
NO_FACTOR = "Invalid MFA Configuration given. SMS MFA, Email MFA, or Software Token MFA must be enabled."
REFUSED_MFA = [
    ({"MfaConfiguration": "OFF", "SoftwareTokenMfaConfiguration": {"Enabled": True}}, TOGETHER),
    ({"MfaConfiguration": "OFF", "SoftwareTokenMfaConfiguration": {"Enabled": False}}, TOGETHER),
    ({"SoftwareTokenMfaConfiguration": {"Enabled": True}}, TOGETHER),
    ({"EmailMfaConfiguration": {}}, TOGETHER),
    ({"MfaConfiguration": "ON"}, NO_FACTOR),
    ({"MfaConfiguration": "OPTIONAL"}, NO_FACTOR),
    ({"MfaConfiguration": "ON", "WebAuthnConfiguration": {"RelyingPartyId": "example.com"}}, NO_FACTOR),
    (
        {"MfaConfiguration": "OPTIONAL", "EmailMfaConfiguration": {}},
        "Cannot set EmailMfaConfiguration when user pool EmailConfiguration contains an EmailSendingAccount of "
        "COGNITO_DEFAULT.",
    ),
]


@pytest.mark.parametrize(("settings", "text"), REFUSED_MFA, ids=[json.dumps(row[0])[:60] for row in REFUSED_MFA])
def test_set_mfa_config_is_refused(make_pool, settings, text):
    pool = make_pool()
    with refused("InvalidParameterException", text):
        pool.idp.set_user_pool_mfa_config(UserPoolId=pool.pool_id, **settings)


def test_mfa_on_and_one_time_passwords_as_first_factor_exclude_each_other(make_pool):
    pool = make_pool(Policies={"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}})
    pool.set_mfa("OPTIONAL")
    with refused(
        "InvalidParameterException",
        "Only PASSWORD and WEB_AUTHN (if configured) can be enabled as an auth factor if MFA is enabled",
    ):
        pool.set_mfa("ON")


def test_sms_mfa_is_echoed(make_pool):
    pool = make_pool()
    config = without_metadata(pool.set_mfa("OPTIONAL", sms=True))
    assert config["SmsMfaConfiguration"]["SmsConfiguration"]["SnsCallerArn"] == SMS["SnsCallerArn"]
    assert config["SoftwareTokenMfaConfiguration"] == {"Enabled": True}


# Deletion and lists -------------------------------------------------------------------------------


def test_a_deleted_pool_is_gone_with_all_that_was_in_it(make_pool):
    pool = make_pool()
    pool.add_user("ann")
    token = pool.tokens("ann")["AccessToken"]
    pool.idp.delete_user_pool(UserPoolId=pool.pool_id)
    with refused("ResourceNotFoundException", f"User pool {pool.pool_id} does not exist."):
        describe(pool)
    with refused("ResourceNotFoundException", f"User pool {pool.pool_id} does not exist."):
        pool.idp.delete_user_pool(UserPoolId=pool.pool_id)
    with refused("ResourceNotFoundException", f"User pool client {pool.id} does not exist."):
        pool.sign_in("ann")
    with pytest.raises(pool.idp.exceptions.ClientError):
        pool.idp.get_user(AccessToken=token)


def test_a_protected_pool_is_not_deleted(make_pool):
    pool = make_pool(DeletionProtection="ACTIVE")
    with refused(
        "InvalidParameterException",
        "The user pool cannot be deleted because deletion protection is activated. "
        "Deletion protection must be inactivated first.",
    ):
        pool.idp.delete_user_pool(UserPoolId=pool.pool_id)
    pool.idp.update_user_pool(UserPoolId=pool.pool_id, DeletionProtection="INACTIVE")
    pool.idp.delete_user_pool(UserPoolId=pool.pool_id)


def test_pools_are_listed_in_pages(frozen):
    idp = frozen.client()
    made = {idp.create_user_pool(PoolName="same name")["UserPool"]["Id"] for _ in range(7)}
    pages = list(idp.get_paginator("list_user_pools").paginate(PaginationConfig={"PageSize": 3}))
    assert [len(page["UserPools"]) for page in pages] == [3, 3, 2]
    found = [pool for page in pages for pool in page["UserPools"]]
    assert {pool["Id"] for pool in found} == made | {"us-east-1_PoolHouse"}
    for pool in found:
        assert set(pool) == {"Id", "Name", "LambdaConfig", "CreationDate", "LastModifiedDate"}


def test_accounts_and_regions_do_not_see_each_others_pools(frozen):
    here = frozen.client()
    elsewhere = frozen.client(region_name="eu-west-1")
    stranger = frozen.client(aws_access_key_id="111122223333", aws_secret_access_key="any")
    made = {idp: idp.create_user_pool(PoolName="p")["UserPool"] for idp in (here, elsewhere, stranger)}
    assert made[elsewhere]["Id"].startswith("eu-west-1_")
    assert made[elsewhere]["Arn"].startswith("arn:aws:cognito-idp:eu-west-1:123456789012:userpool/")
    assert made[stranger]["Arn"].startswith("arn:aws:cognito-idp:us-east-1:111122223333:userpool/")
    for idp, pool in made.items():
        listed = {found["Id"] for found in idp.list_user_pools(MaxResults=60)["UserPools"]}
        assert listed - {"us-east-1_PoolHouse"} == {pool["Id"]}
        for other in made.values():
            if other is not pool:
                with refused("ResourceNotFoundException", f"User pool {other['Id']} does not exist."):
                    idp.describe_user_pool(UserPoolId=other["Id"])


def test_an_unknown_pool_is_named_by_every_operation(idp):
    """The text is reported, very widely."""
    pool = {"UserPoolId": "us-east-1_Nowhere00"}
    user = pool | {"Username": "ann"}
    calls = [
        lambda: idp.describe_user_pool(**pool),
        lambda: idp.update_user_pool(**pool),
        lambda: idp.get_user_pool_mfa_config(**pool),
        lambda: idp.set_user_pool_mfa_config(**pool),
        lambda: idp.create_user_pool_client(**pool, ClientName="c"),
        lambda: idp.list_user_pool_clients(**pool),
        lambda: idp.list_users(**pool),
        lambda: idp.list_groups(**pool),
        lambda: idp.create_group(**pool, GroupName="g"),
        lambda: idp.admin_create_user(**user),
        lambda: idp.admin_get_user(**user),
        lambda: idp.admin_delete_user(**user),
    ]
    for call in calls:
        with refused("ResourceNotFoundException", "User pool us-east-1_Nowhere00 does not exist."):
            call()
