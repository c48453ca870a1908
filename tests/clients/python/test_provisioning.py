"""Provisioning without drift, as Terraform and CloudFormation do it: what Create answers reads back the same, a
resource that is sent its own description again (less what Update doesn't take) reads back the same, and so does one
that a random other description has replaced. The inputs are random, from a fixed seed."""

import base64
import random

import pytest

from cognito import SMS, refused, without_metadata
from test_identity_providers import METADATA, certificate

TIMES = {"LastModifiedDate", "CreationDate"}
ROUNDS = 12


@pytest.fixture
def pool(make_pool):
    return make_pool(UserPoolTier="PLUS", UserPoolAddOns={"AdvancedSecurityMode": "ENFORCED"})


@pytest.fixture(params=range(ROUNDS))
def pick(request):
    return Pick(request.param)


class Pick:
    """Random choices from one seed."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def one(self, *values):
        return self.random.choice(values)

    def some(self, *values, least=0):
        count = self.random.randint(least, len(values))
        return self.random.sample(values, count)

    def number(self, low, high):
        return self.random.randint(low, high)

    def word(self, length=8):
        return "".join(self.random.choices("abcdefghijklmnopqrstuvwxyz", k=length))

    def settings(self, **members):
        """Some of these members."""
        return {name: members[name] for name in self.some(*members)}


def timeless(answer):
    """What a plan compares: without the dates that every change moves."""
    return {name: value for name, value in without_metadata(answer).items() if name not in TIMES}


def own(idp, operation, described):
    """The part of a description that an operation takes, as a provider sends it again."""
    taken = idp.meta.service_model.operation_model(operation).input_shape
    return {name: trimmed(taken.members[name], value) for name, value in described.items() if name in taken.members}


def trimmed(shape, value):
    if shape.type_name != "structure":
        return value
    return {name: trimmed(shape.members[name], inner) for name, inner in value.items() if name in shape.members}


# --- pools ----------------------------------------------------------------------------------------


def pool_settings(pick):
    password = {
        "MinimumLength": pick.number(6, 99),
        "RequireUppercase": pick.one(True, False),
        "RequireLowercase": pick.one(True, False),
        "RequireNumbers": pick.one(True, False),
        "RequireSymbols": pick.one(True, False),
        "TemporaryPasswordValidityDays": pick.number(1, 365),
    }
    settings = pick.settings(
        Policies={"PasswordPolicy": password},
        DeletionProtection=pick.one("ACTIVE", "INACTIVE"),
        AutoVerifiedAttributes=["email"],
        VerificationMessageTemplate={
            "DefaultEmailOption": pick.one("CONFIRM_WITH_CODE", "CONFIRM_WITH_LINK"),
            "EmailMessage": "Code {####}, " + pick.word(),
            "EmailSubject": pick.word(),
            "EmailMessageByLink": "{##Click here##} " + pick.word(),
            "EmailSubjectByLink": pick.word(),
            "SmsMessage": "{####} " + pick.word(),
        },
        SmsAuthenticationMessage="{####} " + pick.word(),
        UserAttributeUpdateSettings={"AttributesRequireVerificationBeforeUpdate": pick.some("email")},
        DeviceConfiguration={
            "ChallengeRequiredOnNewDevice": pick.one(True, False),
            "DeviceOnlyRememberedOnUserPrompt": pick.one(True, False),
        },
        EmailConfiguration={"EmailSendingAccount": "COGNITO_DEFAULT"},
        SmsConfiguration=SMS,
        UserPoolTags={pick.word(): pick.word() for _ in range(pick.number(0, 3))},
        AdminCreateUserConfig={
            "AllowAdminCreateUserOnly": pick.one(True, False),
            "InviteMessageTemplate": {
                "EmailMessage": "{username} {####} " + pick.word(),
                "EmailSubject": pick.word(),
                "SMSMessage": "{username} {####}",
            },
        },
        AccountRecoverySetting={
            "RecoveryMechanisms": pick.one(
                [{"Priority": 1, "Name": "verified_email"}],
                [{"Priority": 1, "Name": "verified_phone_number"}, {"Priority": 2, "Name": "verified_email"}],
                [{"Priority": 1, "Name": "admin_only"}],
            )
        },
        UserPoolTier=pick.one("LITE", "ESSENTIALS", "PLUS"),
        IssuerConfiguration={"Type": pick.one("ORIGINAL", "UPDATED")},
    )
    if "AutoVerifiedAttributes" not in settings:
        settings.pop("UserAttributeUpdateSettings", None)
    return settings


def pool_schema(pick):
    attributes = [
        {"Name": pick.word(), "AttributeDataType": "String", "StringAttributeConstraints": {"MaxLength": "99"}},
        {"Name": pick.word(), "AttributeDataType": "Number", "NumberAttributeConstraints": {"MinValue": "1"}},
        {"Name": pick.word(), "AttributeDataType": "Boolean", "Mutable": False},
        {"Name": "email", "AttributeDataType": "String", "Required": True, "Mutable": True},
    ]
    return pick.some(*attributes, least=1)


def test_a_pool_reads_back_as_it_was_sent(idp, pick):
    create = pool_settings(pick) | pick.settings(
        UsernameConfiguration={"CaseSensitive": pick.one(True, False)},
        UsernameAttributes=["email"],
        Schema=pool_schema(pick),
    )
    made = idp.create_user_pool(PoolName=pick.word(), **create)["UserPool"]
    name = {"UserPoolId": made["Id"]}

    def read():
        return idp.describe_user_pool(**name)["UserPool"]

    assert read() == made
    # Terraform sets MFA by its own operation after each create and update.
    mfa = idp.get_user_pool_mfa_config(**name)
    idp.set_user_pool_mfa_config(**name, **own(idp, "SetUserPoolMfaConfig", mfa))
    assert timeless(read()) == timeless(made)
    assert without_metadata(idp.get_user_pool_mfa_config(**name)) == without_metadata(mfa)
    update_pool(idp, name | own(idp, "UpdateUserPool", made))
    assert timeless(read()) == timeless(made)
    update_pool(idp, name | pool_settings(pick))
    after = read()
    update_pool(idp, name | own(idp, "UpdateUserPool", after))
    assert timeless(read()) == timeless(after)


def update_pool(idp, description):
    # Both members for the days of temporary passwords are described; only one may be sent.
    description.get("AdminCreateUserConfig", {}).pop("UnusedAccountValidityDays", None)
    idp.update_user_pool(**description)


# --- what a pool has ------------------------------------------------------------------------------


def client_settings(pick):
    return pick.settings(
        ReadAttributes=pick.some("email", "name", "address", least=1),
        WriteAttributes=pick.some("email", "name", "address", least=1),
        ExplicitAuthFlows=pick.some("ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", least=1)
        + ["ALLOW_REFRESH_TOKEN_AUTH"],
        PreventUserExistenceErrors=pick.one("ENABLED", "LEGACY"),
        EnableTokenRevocation=pick.one(True, False),
        AuthSessionValidity=pick.number(3, 15),
        RefreshTokenValidity=pick.number(2, 3650),
        CallbackURLs=["https://app.example.com/" + pick.word()],
        LogoutURLs=["https://app.example.com/" + pick.word()],
        SupportedIdentityProviders=["COGNITO"],
    )


def test_an_app_client_reads_back_as_it_was_sent(pool, pick):
    idp, name = pool.idp, {"UserPoolId": pool.pool_id}
    create = {"ClientName": pick.word(), "GenerateSecret": pick.one(True, False), **client_settings(pick)}
    create["PublishSecretsInAWSSecretsManager"] = pick.one(True, False)
    made = idp.create_user_pool_client(**name, **create)["UserPoolClient"]
    name["ClientId"] = made["ClientId"]

    def read():
        described = idp.describe_user_pool_client(**name)["UserPoolClient"]
        assert described.pop("ClientType") == "REGULAR"
        return described

    def update(description):
        return idp.update_user_pool_client(**description)["UserPoolClient"]

    assert read() == made
    assert timeless(update(own(idp, "UpdateUserPoolClient", made))) == timeless(made)
    assert timeless(read()) == timeless(made)
    changed = update(name | client_settings(pick))
    assert read() == changed
    assert timeless(update(own(idp, "UpdateUserPoolClient", changed))) == timeless(changed)


def group(pool, pick):
    return pick.settings(
        Description=pick.word(), RoleArn="arn:aws:iam::123456789012:role/" + pick.word(), Precedence=pick.number(0, 99)
    )


def test_a_group_reads_back_as_it_was_sent(pool, pick):
    name = {"UserPoolId": pool.pool_id, "GroupName": pick.word()}
    check_resource(pool.idp, pick, "Group", name, lambda: group(pool, pick), "group")


def test_a_resource_server_reads_back_as_it_was_sent(pool, pick):
    def settings():
        scopes = [{"ScopeName": pick.word(), "ScopeDescription": pick.word()} for _ in range(pick.number(0, 5))]
        return {"Name": pick.word()} | pick.settings(Scopes=scopes)

    name = {"UserPoolId": pool.pool_id, "Identifier": "https://" + pick.word()}
    check_resource(pool.idp, pick, "ResourceServer", name, settings, "resource_server")


def provider_details(pool, kind):
    social = {"client_id": "id", "client_secret": "secret", "authorize_scopes": "email"}
    endpoint = "https://login.example.com/"
    return {
        "SAML": {"MetadataFile": METADATA.format(certificate=certificate(pool)), "IDPSignout": "true"},
        "OIDC": social
        | {"oidc_issuer": endpoint, "attributes_request_method": "GET"}
        | {f"{name}_url": endpoint + name for name in ("authorize", "token", "attributes")}
        | {"jwks_uri": endpoint + "jwks"},
        "Google": social,
        "Facebook": social | {"authorize_scopes": "public_profile,email", "api_version": "v21.0"},
        "LoginWithAmazon": social | {"authorize_scopes": "profile"},
        "SignInWithApple": {"client_id": "id", "team_id": "team", "key_id": "key", "private_key": "key", "authorize_scopes": "email"},
    }[kind]


@pytest.mark.parametrize("kind", ["SAML", "OIDC", "Google", "Facebook", "LoginWithAmazon", "SignInWithApple"])
def test_an_identity_provider_reads_back_as_it_was_sent(pool, kind):
    for seed in range(4):
        pick = Pick(seed)
        details = provider_details(pool, kind)

        def settings():
            return {"ProviderDetails": details} | pick.settings(
                AttributeMapping={"email": pick.word()},
                IdpIdentifiers=[pick.word() + ".example.com"],
            )

        names = {"Google": "Google", "Facebook": "Facebook", "LoginWithAmazon": "LoginWithAmazon"}
        names["SignInWithApple"] = "SignInWithApple"
        name = {"UserPoolId": pool.pool_id, "ProviderName": names.get(kind, pick.word())}
        check_resource(pool.idp, pick, "IdentityProvider", name, settings, "identity_provider", {"ProviderType": kind})
        pool.idp.delete_identity_provider(**name)


def check_resource(idp, pick, kind, name, settings, method, made_with=None):
    """Create, read, update with its own description, read, update with another, read."""
    answer = getattr(idp, f"create_{method}")(**name, **(made_with or {}), **settings())
    key = next(iter(without_metadata(answer)))
    verb = "get" if method == "group" else "describe"

    def read():
        return getattr(idp, f"{verb}_{method}")(**name)[key]

    def update(description):
        return getattr(idp, f"update_{method}")(**description)[key]

    assert read() == answer[key]
    before = read()
    update(with_secret(own(idp, f"Update{kind}", before)))
    assert timeless(read()) == timeless(before)
    changed = update(name | settings())
    assert read() == changed
    update(with_secret(own(idp, f"Update{kind}", changed)))
    assert timeless(read()) == timeless(changed)


def with_secret(description):
    """Apple's key is never described: a provider sends the one that it was configured with."""
    if "team_id" in description.get("ProviderDetails", {}):
        description["ProviderDetails"] = description["ProviderDetails"] | {"private_key": "key"}
    return description


# --- what is set, not created ---------------------------------------------------------------------


def test_a_risk_configuration_reads_back_as_it_was_sent(pool, pick):
    idp, name = pool.idp, {"UserPoolId": pool.pool_id}
    action = {"Notify": False, "EventAction": pick.one("BLOCK", "MFA_REQUIRED", "NO_ACTION")}
    settings = pick.settings(
        CompromisedCredentialsRiskConfiguration={
            "EventFilter": pick.some("SIGN_IN", "SIGN_UP", "PASSWORD_CHANGE", least=1),
            "Actions": {"EventAction": pick.one("BLOCK", "NO_ACTION")},
        },
        AccountTakeoverRiskConfiguration={"Actions": {"HighAction": action}},
        RiskExceptionConfiguration=pick.settings(
            BlockedIPRangeList=["203.0.113.0/24"], SkippedIPRangeList=["198.51.100.7/32"]
        ),
    )
    made = idp.set_risk_configuration(**name, **settings)["RiskConfiguration"]
    assert {member: made[member] for member in settings} == settings
    read = idp.describe_risk_configuration(**name)["RiskConfiguration"]
    assert timeless(read) == timeless(made)
    idp.set_risk_configuration(**own(idp, "SetRiskConfiguration", read))
    assert timeless(idp.describe_risk_configuration(**name)["RiskConfiguration"]) == timeless(read)


def test_log_delivery_reads_back_as_it_was_sent(pool):
    idp, name = pool.idp, {"UserPoolId": pool.pool_id}
    group = "arn:aws:logs:us-east-1:123456789012:log-group:pool"
    bucket = "arn:aws:s3:::activity"
    logs = [
        {"LogLevel": "ERROR", "EventSource": "userNotification", "CloudWatchLogsConfiguration": {"LogGroupArn": group}},
        {"LogLevel": "INFO", "EventSource": "userAuthEvents", "S3Configuration": {"BucketArn": bucket}},
    ]
    for sent in (logs, logs[:1], []):
        made = idp.set_log_delivery_configuration(**name, LogConfigurations=sent)["LogDeliveryConfiguration"]
        assert made == {**name, "LogConfigurations": sent}
        assert idp.get_log_delivery_configuration(**name)["LogDeliveryConfiguration"] == made


def test_branding_terms_and_look_read_back_as_they_were_sent(pool, pick):
    idp, name = pool.idp, {"UserPoolId": pool.pool_id}
    client = idp.create_user_pool_client(**name, ClientName="look")["UserPoolClient"]["ClientId"]
    idp.create_user_pool_domain(**name, Domain="drift-" + pick.word(), ManagedLoginVersion=2)
    image = {"Category": "FAVICON_ICO", "ColorMode": "DYNAMIC", "Extension": "ICO", "Bytes": base64.b64decode("AAABAA==")}
    style = idp.create_managed_login_branding(
        **name, ClientId=client, Settings={"categories": {"form": {"displayGraphics": pick.one(True, False)}}}, Assets=[image]
    )["ManagedLoginBranding"]
    style_name = name | {"ManagedLoginBrandingId": style["ManagedLoginBrandingId"]}

    def styled():
        return idp.describe_managed_login_branding(**style_name)["ManagedLoginBranding"]

    assert styled() == style
    idp.update_managed_login_branding(**own(idp, "UpdateManagedLoginBranding", style))
    assert timeless(styled()) == timeless(style)

    links = {"cognito:default": "https://example.com/" + pick.word()}
    terms = idp.create_terms(
        **name, ClientId=client, TermsName="terms-of-use", TermsSource="LINK", Enforcement="NONE", Links=links
    )["Terms"]
    terms_name = name | {"TermsId": terms["TermsId"]}
    assert idp.describe_terms(**terms_name)["Terms"] == terms
    idp.update_terms(**own(idp, "UpdateTerms", terms))
    assert timeless(idp.describe_terms(**terms_name)["Terms"]) == timeless(terms)


def cimd_policy(pick):
    patterns = ["https://*.example.com/*", f"https://{pick.word()}.example.org:8443/*.json", "https://example.net/%7Ea"]
    return {"URLPatterns": pick.some(*patterns, least=1)} | pick.settings(
        PolicyName=pick.word(), CacheDuration=pick.number(86_400, 31_556_952)
    )


def test_a_cimd_policy_reads_back_as_it_was_sent(pool, pick):
    idp, name = pool.idp, {"UserPoolId": pool.pool_id}
    client = {"ClientId": pool.id}
    sent = {"PolicyName": "drift"} | cimd_policy(pick)
    made = idp.create_cimd_policy(**name, **client, **sent)["CIMDPolicy"]
    assert {member: made[member] for member in sent} == sent
    name["CIMDPolicyId"] = made["CIMDPolicyId"]

    def read():
        return idp.describe_cimd_policy(**name)["CIMDPolicy"]

    assert read() == made
    idp.update_cimd_policy(**own(idp, "UpdateCIMDPolicy", made))
    assert timeless(read()) == timeless(made)
    changed = idp.update_cimd_policy(**name, **client, **cimd_policy(pick))["CIMDPolicy"]
    assert read() == changed
    idp.update_cimd_policy(**own(idp, "UpdateCIMDPolicy", changed))
    assert timeless(read()) == timeless(changed)


@pytest.mark.parametrize("version", [1, 2])
def test_a_domain_reads_back_as_it_was_sent(pool, version):
    idp, domain = pool.idp, f"drift-{version}"
    idp.create_user_pool_domain(UserPoolId=pool.pool_id, Domain=domain, ManagedLoginVersion=version)
    before = idp.describe_user_pool_domain(Domain=domain)["DomainDescription"]
    assert before["ManagedLoginVersion"] == version
    idp.update_user_pool_domain(UserPoolId=pool.pool_id, Domain=domain, ManagedLoginVersion=version)
    assert idp.describe_user_pool_domain(Domain=domain)["DomainDescription"] == before
    idp.delete_user_pool_domain(UserPoolId=pool.pool_id, Domain=domain)


def test_exported_activity_holds_a_pool_in_the_plus_plan(make_pool):
    pool = make_pool(UserPoolTier="PLUS")
    idp, name = pool.idp, {"UserPoolId": pool.pool_id}
    log = {"LogLevel": "INFO", "EventSource": "userAuthEvents", "S3Configuration": {"BucketArn": "arn:aws:s3:::activity"}}
    idp.set_log_delivery_configuration(**name, LogConfigurations=[log])
    with refused("TierChangeNotAllowedException"):
        idp.update_user_pool(**name, UserPoolTier="ESSENTIALS")
    idp.set_log_delivery_configuration(**name, LogConfigurations=[])
    idp.update_user_pool(**name, UserPoolTier="ESSENTIALS")
