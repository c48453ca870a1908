"""The table of refusals: operation, input, exception type, text, and how well the text is known.

`$name` in an input or text stands for what `test_refusal_table.py` prepared under that name. The marks are those of
the sources: observed on the service, documented by AWS, reported by many, inferred. Where only the text or only the
type is weaker, the mark is the weaker one.
"""

INVALID = "InvalidParameterException"
DENIED = "NotAuthorizedException"
MISSING = "ResourceNotFoundException"
NO_USER = ("UserNotFoundException", "User does not exist.")
NO_COMBINATION = ("UserNotFoundException", "Username/client id combination not found.")
NO_POOL = (MISSING, "User pool us-east-1_Nowhere00 does not exist.")
NO_CLIENT = (MISSING, "User pool client 00nowhere00 does not exist.")
UNVERIFIED = "Cannot reset password for the user as there is no registered/verified email or phone_number"

NO_SIGNATURE = "Could not verify signature for Access Token"
PREFERRED_EARLY = ("Preferred username cannot be provided for unconfirmed account, since user pool is configured for "
                   "preferred username alias.")
LITE = "The following features need to be disabled for the LITE pricing tier configured: "

PASSWORD = "Poolhouse-1"
NOWHERE = {"UserPoolId": "us-east-1_Nowhere00"}
POOL = {"UserPoolId": "$pool"}
ROLE = "arn:aws:iam::123456789012:role/sms"
SMS = {"SnsCallerArn": ROLE, "ExternalId": "x"}
SES = "arn:aws:ses:us-east-1:123456789012:identity/a@b.example"
SES_REGIONS = "Provided SourceArn must be in one of the following SES regions: eu-west-1, us-east-1, us-west-2."
LOGS = "arn:aws:logs:us-east-1:123456789012:log-group:poolhouse"
CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"
DEVICE = "us-east-1_00000000-0000-4000-8000-000000000000"
CIMD = {"ClientId": "$client", "PolicyName": "agents", "URLPatterns": ["https://*.example.com/*"]}
CIMD_URL = {"URL": "https://agent.example.com/client.json"}
LAMBDA = "arn:aws:lambda:us-east-1:123456789012:function:"


def user(name, **more):
    return POOL | {"Username": name} | more


def from_client(name, client="$client", **more):
    return {"ClientId": client, "Username": name} | more


def sign_up(name="new", client="$client", password=PASSWORD, **attributes):
    values = [{"Name": key.replace("custom_", "custom:"), "Value": value} for key, value in attributes.items()]
    return from_client(name, client, Password=password, UserAttributes=values)


def auth(flow, client="$client", **parameters):
    return {"ClientId": client, "AuthFlow": flow, "AuthParameters": parameters}


def admin_auth(flow, client="$client", **parameters):
    return POOL | auth(flow, client, **parameters)


def attributes(**values):
    return [{"Name": key.replace("custom_", "custom:"), "Value": value} for key, value in values.items()]


def create_pool(**settings):
    return {"PoolName": "refused"} | settings


def create_client(**settings):
    return POOL | {"ClientName": "refused"} | settings


def oauth(flows, scopes=("openid",), **settings):
    return create_client(
        AllowedOAuthFlowsUserPoolClient=True, AllowedOAuthFlows=flows, AllowedOAuthScopes=list(scopes), **settings
    )


def provider(kind, details, name=None):
    return POOL | {"ProviderName": name or kind, "ProviderType": kind, "ProviderDetails": details}


def saml(**details):
    return provider("SAML", details, "Corp")


def oidc(**details):
    whole = {"client_id": "x", "authorize_scopes": "openid", "oidc_issuer": "https://a.example",
             "attributes_request_method": "GET"}
    return provider("OIDC", whole | details, "Corp")


def logs(event_source="userNotification", level="ERROR", arn=LOGS):
    return {"LogLevel": level, "EventSource": event_source, "CloudWatchLogsConfiguration": {"LogGroupArn": arn}}


def broken(path, constraint, shown=None):
    value = "Value" if shown is None else f"Value {shown}"
    return f"1 validation error detected: {value} at '{path}' failed to satisfy constraint: {constraint}"


UNKNOWN_THINGS = [
    *[
        (operation, NOWHERE | more, *NO_POOL, "reported")
        for operation, more in [
            ("DescribeUserPool", {}),
            ("UpdateUserPool", {}),
            ("DeleteUserPool", {}),
            ("AddCustomAttributes", {"CustomAttributes": [{"Name": "x", "AttributeDataType": "String"}]}),
            ("GetUserPoolMfaConfig", {}),
            ("SetUserPoolMfaConfig", {}),
            ("CreateUserPoolClient", {"ClientName": "c"}),
            ("ListUserPoolClients", {}),
            ("ListUsers", {}),
            ("AdminCreateUser", {"Username": "ann"}),
            ("AdminGetUser", {"Username": "ann"}),
            ("AdminInitiateAuth", {"ClientId": "c", "AuthFlow": "USER_SRP_AUTH"}),
            ("CreateGroup", {"GroupName": "g"}),
            ("ListGroups", {}),
            ("ListIdentityProviders", {}),
            ("CreateResourceServer", {"Identifier": "i", "Name": "n"}),
            ("ListResourceServers", {"MaxResults": 1}),
            ("CreateCIMDPolicy", CIMD),
            ("UpdateCIMDPolicy", CIMD | {"CIMDPolicyId": "p"}),
            ("DescribeCIMDPolicy", {"CIMDPolicyId": "p"}),
            ("DeleteCIMDPolicy", {"CIMDPolicyId": "p"}),
            ("ListCIMDPolicies", {}),
            ("ListClientMetadataURLs", {"CIMDPolicyId": "p"}),
            ("UpdateClientMetadataURLState", CIMD_URL | {"CIMDPolicyId": "p", "Action": "REFRESH"}),
        ]
    ],
    *[
        (operation, POOL | more | {"ClientId": "00nowhere00"}, *NO_CLIENT, "observed")
        for operation, more in [
            ("DescribeUserPoolClient", {}),
            ("UpdateUserPoolClient", {}),
            ("DeleteUserPoolClient", {}),
            ("AdminInitiateAuth", {"AuthFlow": "USER_SRP_AUTH"}),
        ]
    ],
    ("DescribeUserPoolClient", POOL | {"ClientId": "$mail_client"}, MISSING,
     "User pool client $mail_client does not exist.", "inferred"),
    *[
        (operation, {"ClientId": "00nowhere00"} | more, *NO_CLIENT, "observed")
        for operation, more in [
            ("SignUp", {"Username": "u", "Password": PASSWORD}),
            ("ConfirmSignUp", {"Username": "u", "ConfirmationCode": "123456"}),
            ("ResendConfirmationCode", {"Username": "u"}),
            ("ForgotPassword", {"Username": "u"}),
            ("ConfirmForgotPassword", {"Username": "u", "ConfirmationCode": "123456", "Password": PASSWORD}),
            ("InitiateAuth", {"AuthFlow": "USER_SRP_AUTH"}),
        ]
    ],
    *[
        (operation, user("nobody", **more), *NO_USER, "observed")
        for operation, more in [
            ("AdminAddUserToGroup", {"GroupName": "crew"}),
            ("AdminConfirmSignUp", {}),
            ("AdminDeleteUser", {}),
            ("AdminDeleteUserAttributes", {"UserAttributeNames": ["name"]}),
            ("AdminDisableUser", {}),
            ("AdminEnableUser", {}),
            ("AdminGetUser", {}),
            ("AdminListGroupsForUser", {}),
            ("AdminRemoveUserFromGroup", {"GroupName": "crew"}),
            ("AdminResetUserPassword", {}),
            ("AdminSetUserMFAPreference", {}),
            ("AdminSetUserPassword", {"Password": PASSWORD}),
            ("AdminUpdateUserAttributes", {"UserAttributes": []}),
            ("AdminUserGlobalSignOut", {}),
            ("AdminCreateUser", {"MessageAction": "RESEND"}),
        ]
    ],
    ("ForgotPassword", from_client("nobody"), *NO_COMBINATION, "observed"),
    ("ConfirmForgotPassword", from_client("nobody", ConfirmationCode="123456", Password=PASSWORD), *NO_COMBINATION,
     "observed"),
    ("ConfirmSignUp", from_client("nobody", ConfirmationCode="123456"), *NO_COMBINATION, "observed"),
    ("ResendConfirmationCode", from_client("nobody"), *NO_COMBINATION, "observed"),
    ("GetGroup", POOL | {"GroupName": "nowhere"}, MISSING, "Group not found.", "reported"),
    ("UpdateGroup", POOL | {"GroupName": "nowhere"}, MISSING, "Group not found.", "reported"),
    ("DeleteGroup", POOL | {"GroupName": "nowhere"}, MISSING, "Group not found.", "reported"),
    ("ListUsersInGroup", POOL | {"GroupName": "nowhere"}, MISSING, "Group not found.", "reported"),
    ("DescribeIdentityProvider", POOL | {"ProviderName": "Nowhere"}, MISSING,
     "Identity provider Nowhere does not exist.", "reported"),
    ("DeleteIdentityProvider", POOL | {"ProviderName": "Nowhere"}, MISSING,
     "Identity provider Nowhere does not exist.", "reported"),
    ("DescribeResourceServer", POOL | {"Identifier": "nowhere"}, MISSING, "Resource server nowhere does not exist.",
     "reported"),
    ("DeleteResourceServer", POOL | {"Identifier": "nowhere"}, MISSING, "Resource server nowhere does not exist.",
     "reported"),
    ("DeleteUserPoolDomain", POOL | {"Domain": "nowhere"}, INVALID, "No such domain or user pool exists.", "observed"),
    ("UpdateUserPoolDomain", POOL | {"Domain": "nowhere", "ManagedLoginVersion": 1}, INVALID,
     "No such domain or user pool exists.", "observed"),
    ("AdminAddUserToGroup", user("ann", GroupName="nowhere"), MISSING, "Group not found.", "reported"),
    ("InitiateAuth", auth("USER_PASSWORD_AUTH", "$tracked_client", USERNAME="ann", PASSWORD=PASSWORD,
                          DEVICE_KEY=DEVICE), MISSING, "Device does not exist.", "observed"),
    *[(operation, {"AccessToken": "$tracked_access", "DeviceKey": DEVICE} | more, MISSING, "Device does not exist.",
       "inferred") for operation, more in [
        ("ForgetDevice", {}), ("UpdateDeviceStatus", {"DeviceRememberedStatus": "remembered"})]],
    ("DescribeUserImportJob", POOL | {"JobId": "import-nowhere000"}, MISSING,
     "User import job import-nowhere000 does not exist.", "inferred"),
]

WHAT_EXISTS = [
    ("SignUp", sign_up("ann"), "UsernameExistsException", "User already exists", "observed"),
    ("AdminCreateUser", user("ann"), "UsernameExistsException", "User account already exists", "observed"),
    ("CreateGroup", POOL | {"GroupName": "crew"}, "GroupExistsException", "A group with the name already exists.",
     "reported"),
    ("CreateResourceServer", POOL | {"Identifier": "weather", "Name": "n"}, INVALID,
     "weather already exists in user pool $pool.", "reported"),
    ("CreateUserPoolDomain", {"UserPoolId": "$mail_pool", "Domain": "$domain"}, INVALID,
     "Domain already associated with another user pool.", "observed"),
    ("AddCustomAttributes", POOL | {"CustomAttributes": [{"Name": "fixed", "AttributeDataType": "String"}]}, INVALID,
     "custom:fixed: Existing attribute already has name custom:fixed.", "reported"),
    ("AdminCreateUser", user("other", MessageAction="RESEND") | {"Username": "ann"}, "UnsupportedUserStateException",
     "Resend not possible. ann status is not FORCE_CHANGE_PASSWORD", "observed"),
    ("AddCustomAttributes", POOL | {"CustomAttributes": [
        {"Name": "hidden", "AttributeDataType": "String", "DeveloperOnlyAttribute": True}]}, INVALID,
     "custom:hidden: Existing attribute already has name dev:custom:hidden.", "reported"),
    *[(operation, {"UserPoolId": "$alias_pool", "Username": name, "UserAttributes": attributes(**{
        kind: value, kind + "_verified": "true"})}, "AliasExistsException",
       f"An account with the given {kind} already exists.", "reported")
      for operation, name in (("AdminCreateUser", "new"), ("AdminUpdateUserAttributes", "other"))
      for kind, value in (("email", "a@b.example"), ("phone_number", "+15555550100"))],
    ("CreateUserPoolDomain", POOL | {"Domain": "refusals-two"}, INVALID, "User pool already has a domain configured.",
     "inferred"),
    ("CreateIdentityProvider", provider("Google", {
        "client_id": "x", "client_secret": "x", "authorize_scopes": "openid"}) | {"UserPoolId": "$mail_pool"},
     "DuplicateProviderException",
     "A provider named Google already exists in the user pool.", "inferred"),
]

TOKENS = [
    ("GetUser", {"AccessToken": "garbage"}, DENIED, "Invalid Access Token", "observed"),
    ("GetUser", {"AccessToken": "$id_token"}, DENIED, "Invalid Access Token", "observed"),
    ("DeleteUser", {"AccessToken": "garbage"}, DENIED, "Invalid Access Token", "observed"),
    ("GlobalSignOut", {"AccessToken": "garbage"}, DENIED, "Invalid Access Token", "observed"),
    ("UpdateUserAttributes", {"AccessToken": "garbage", "UserAttributes": []}, DENIED, "Invalid Access Token",
     "observed"),
    ("GetUser", {"AccessToken": "$revoked"}, DENIED, "Access Token has been revoked", "observed"),
    ("InitiateAuth", auth("REFRESH_TOKEN_AUTH", REFRESH_TOKEN="garbage"), DENIED, "Invalid Refresh Token.", "observed"),
    ("ChangePassword", {"AccessToken": "$access", "PreviousPassword": "Poolhouse-9", "ProposedPassword": PASSWORD},
     DENIED, "Incorrect username or password.", "observed"),
    ("ChangePassword", {"AccessToken": "$access", "PreviousPassword": PASSWORD, "ProposedPassword": "short"},
     "InvalidPasswordException", "Password does not conform to policy: Password not long enough", "inferred"),
    ("GetUserAttributeVerificationCode", {"AccessToken": "$access", "AttributeName": "name"}, INVALID,
     "Invalid attribute name. Only phone_number and email can be verified.", "observed"),
    ("VerifyUserAttribute", {"AccessToken": "$access", "AttributeName": "email", "Code": "123456"},
     "ExpiredCodeException", "Invalid code provided, please request a code again.", "observed"),
    ("AssociateSoftwareToken", {"AccessToken": "$access"}, "SoftwareTokenMFANotFoundException",
     "Software Token MFA has not been enabled by the userPool", "observed"),
    ("VerifySoftwareToken", {"AccessToken": "$access", "UserCode": "123456"}, "SoftwareTokenMFANotFoundException",
     "Software Token MFA has not been enabled by the userPool", "documented"),
    ("SetUserMFAPreference", {"AccessToken": "$access", "SoftwareTokenMfaSettings": {"Enabled": True}}, INVALID,
     "User does not have delivery config set to turn on SOFTWARE_TOKEN_MFA", "observed"),
    ("AdminSetUserMFAPreference", user("ann", SMSMfaSettings={"Enabled": True}), INVALID,
     "User does not have delivery config set to turn on SMS_MFA", "inferred"),
    ("UpdateUserAttributes", {"AccessToken": "$access", "UserAttributes": attributes(sub="x")}, DENIED,
     "A client attempted to write unauthorized attribute", "reported"),
    ("UpdateUserAttributes", {"AccessToken": "$access", "UserAttributes": attributes(email_verified="true")}, DENIED,
     "A client attempted to write unauthorized attribute", "reported"),
    ("GetUser", {"AccessToken": "$foreign"}, DENIED, NO_SIGNATURE, "observed"),
    *[(operation, {"AccessToken": "$client_token"} | more, DENIED, "Access Token does not have required scopes",
       "observed") for operation, more in [
        ("GetUser", {}),
        ("GlobalSignOut", {}),
        ("UpdateUserAttributes", {"UserAttributes": []}),
        ("SetUserMFAPreference", {})]],
    *[("AdminSetUserMFAPreference", user("bare", **{settings: {"Enabled": True}}), INVALID,
       f"User does not have delivery config set to turn on {factor}", mark) for settings, factor, mark in [
        ("SoftwareTokenMfaSettings", "SOFTWARE_TOKEN_MFA", "observed"),
        ("EmailMfaSettings", "EMAIL_OTP", "inferred")]],
    ("AdminSetUserMFAPreference", user("ann", EmailMfaSettings={"Enabled": False, "PreferredMfa": True}), INVALID,
     "Preferred MFA setting must be enabled.", "inferred"),
    ("AdminSetUserMFAPreference", user("ann", EmailMfaSettings={"Enabled": True, "PreferredMfa": True},
                                       SMSMfaSettings={"Enabled": True, "PreferredMfa": True}), INVALID,
     "Only one MFA setting can be preferred.", "inferred"),
    ("AdminSetUserSettings", user("ann", MFAOptions=[{"DeliveryMedium": "EMAIL", "AttributeName": "email"}]), INVALID,
     "Only SMS to phone_number can be set as an MFA option.", "inferred"),
    ("AssociateSoftwareToken", {}, INVALID, "Missing access token or session", "inferred"),
    ("VerifySoftwareToken", {"UserCode": "123456"}, INVALID, "Missing access token or session", "inferred"),
    ("DeleteUserAttributes", {"AccessToken": "$access", "UserAttributeNames": ["custom:none"]}, INVALID,
     "Invalid user attributes: user.custom:none: Attribute does not exist in the schema.\n", "reported"),
    ("ConfirmDevice", {"AccessToken": "$tracked_access", "DeviceKey": DEVICE, "DeviceSecretVerifierConfig": {
        "PasswordVerifier": "AQAB", "Salt": "AQAB"}}, INVALID, "Invalid device key given.", "observed"),
    ("ConfirmDevice", {"AccessToken": "$tracked_access", "DeviceKey": DEVICE, "DeviceSecretVerifierConfig": {
        "PasswordVerifier": "?", "Salt": "AQAB"}}, INVALID, "Invalid device secret verifier given.", "inferred"),
    ("RespondToAuthChallenge", {"ClientId": "$tracked_client", "ChallengeName": "DEVICE_SRP_AUTH", "ChallengeResponses": {
        "USERNAME": "ann", "DEVICE_KEY": DEVICE, "SRP_A": "1234"}}, DENIED,
     "Cannot initiate DEVICE_SRP_AUTH flow without first authenticating", "observed"),
    ("RespondToAuthChallenge", {"ClientId": "$tracked_client", "ChallengeName": "DEVICE_SRP_AUTH", "ChallengeResponses": {
        "USERNAME": "ann", "SRP_A": "1234"}}, INVALID, "Missing required parameter DEVICE_KEY", "inferred"),
    ("ListDevices", {"AccessToken": "$access"}, "InvalidUserPoolConfigurationException",
     "Device tracking is not enabled for the user pool.", "inferred"),
    ("RevokeToken", {"ClientId": "$client", "Token": "$access"}, "UnsupportedTokenTypeException",
     "Only refresh tokens can be revoked.", "inferred"),
    ("RevokeToken", {"ClientId": "00nowhere00", "Token": "x"}, "UnauthorizedException", NO_CLIENT[1], "inferred"),
    ("InitiateAuth", auth("REFRESH_TOKEN_AUTH", "$secret_client"), DENIED,
     "Client $secret_client is configured with secret but SECRET_HASH was not received", "inferred"),
    ("RevokeToken", {"ClientId": "$secret_client", "Token": "x"}, "UnauthorizedException", "Invalid client secret.",
     "inferred"),
]

SIGN_IN = [
    ("InitiateAuth", auth("USER_PASSWORD_AUTH", USERNAME="ann", PASSWORD="Poolhouse-9"), DENIED,
     "Incorrect username or password.", "observed"),
    ("InitiateAuth", auth("USER_PASSWORD_AUTH", USERNAME="nobody", PASSWORD=PASSWORD), *NO_USER, "observed"),
    ("AdminInitiateAuth", admin_auth("ADMIN_USER_PASSWORD_AUTH", USERNAME="nobody", PASSWORD=PASSWORD), *NO_USER,
     "observed"),
    ("InitiateAuth", auth("USER_SRP_AUTH", USERNAME="nobody", SRP_A="1234"), *NO_USER, "observed"),
    ("InitiateAuth", auth("USER_PASSWORD_AUTH", USERNAME="dis", PASSWORD=PASSWORD), DENIED, "User is disabled.",
     "observed"),
    ("InitiateAuth", auth("USER_PASSWORD_AUTH", USERNAME="una", PASSWORD=PASSWORD), "UserNotConfirmedException",
     "User is not confirmed.", "observed"),
    ("InitiateAuth", auth("USER_PASSWORD_AUTH", USERNAME="una", PASSWORD="Poolhouse-9"), "UserNotConfirmedException",
     "User is not confirmed.", "observed"),
    ("InitiateAuth", auth("USER_PASSWORD_AUTH", USERNAME="", PASSWORD=PASSWORD), INVALID,
     "Missing required parameter USERNAME", "observed"),
    ("InitiateAuth", auth("USER_PASSWORD_AUTH", USERNAME="ann", PASSWORD=""), INVALID,
     "Missing required parameter PASSWORD", "observed"),
    ("InitiateAuth", auth("USER_PASSWORD_AUTH", USERNAME="res", PASSWORD=PASSWORD), "PasswordResetRequiredException",
     "Password reset required for the user", "observed"),
    *[("InitiateAuth", auth(flow, USERNAME="ann", PASSWORD=PASSWORD), INVALID, "Initiate Auth method not supported.",
       "observed") for flow in ("ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH")],
    ("AdminInitiateAuth", admin_auth("USER_PASSWORD_AUTH", USERNAME="ann", PASSWORD=PASSWORD), INVALID,
     "Initiate Auth method not supported.", "observed"),
    ("InitiateAuth", auth("USER_PASSWORD_AUTH", "$refresh_client", USERNAME="ann", PASSWORD=PASSWORD), INVALID,
     "USER_PASSWORD_AUTH flow not enabled for this client", "observed"),
    ("InitiateAuth", auth("USER_AUTH", "$refresh_client", USERNAME="ann"), INVALID,
     "USER_AUTH flow not enabled for this client", "observed"),
    ("InitiateAuth", auth("USER_SRP_AUTH", "$refresh_client", USERNAME="ann", SRP_A="1234"), INVALID,
     "USER_SRP_AUTH is not enabled for the client.", "observed"),
    ("InitiateAuth", auth("CUSTOM_AUTH", "$refresh_client", USERNAME="ann"), INVALID,
     "CUSTOM_AUTH is not enabled for the client.", "inferred"),
    ("AdminInitiateAuth", admin_auth("ADMIN_USER_PASSWORD_AUTH", "$refresh_client", USERNAME="ann", PASSWORD=PASSWORD),
     INVALID, "Auth flow not enabled for this client", "observed"),
    ("InitiateAuth", auth("CUSTOM_AUTH", USERNAME="ann"), INVALID,
     "Custom auth lambda trigger is not configured for the user pool.", "observed"),
    ("InitiateAuth", auth("USER_SRP_AUTH", SRP_A="1234"), INVALID, "Missing required parameter USERNAME", "observed"),
    ("InitiateAuth", auth("USER_SRP_AUTH", USERNAME="ann"), INVALID, "Missing required parameter SRP_A", "observed"),
    ("InitiateAuth", auth("USER_PASSWORD_AUTH", USERNAME="ann"), INVALID, "Missing required parameter PASSWORD",
     "inferred"),
    ("InitiateAuth", auth("REFRESH_TOKEN_AUTH"), INVALID, "Missing required parameter REFRESH_TOKEN", "inferred"),
    ("InitiateAuth", auth("USER_PASSWORD_AUTH", "$secret_client", USERNAME="ann", PASSWORD=PASSWORD), DENIED,
     "Client $secret_client is configured with secret but SECRET_HASH was not received", "observed"),
    ("InitiateAuth", auth("USER_PASSWORD_AUTH", "$secret_client", USERNAME="ann", PASSWORD=PASSWORD, SECRET_HASH="AA"),
     DENIED, "Unable to verify secret hash for client $secret_client", "observed"),
    ("InitiateAuth", auth("USER_PASSWORD_AUTH", USERNAME="ann", PASSWORD=PASSWORD, SECRET_HASH="AA"), DENIED,
     "Client $client is not configured for secret but secret was received", "reported"),
    ("SignUp", sign_up("u", "$secret_client"), DENIED,
     "Client $secret_client is configured with secret but SECRET_HASH was not received", "observed"),
    ("ForgotPassword", from_client("ann", "$secret_client", SecretHash="AA"), DENIED,
     "Unable to verify secret hash for client $secret_client", "observed"),
    ("RespondToAuthChallenge", {"ClientId": "$client", "ChallengeName": "SMS_MFA", "Session": "x" * 40,
                                "ChallengeResponses": {"USERNAME": "ann", "SMS_MFA_CODE": "123456"}}, DENIED,
     "Invalid session for the user.", "inferred"),
    ("AdminInitiateAuth", admin_auth("ADMIN_NO_SRP_AUTH", "$refresh_client", USERNAME="ann", PASSWORD=PASSWORD),
     INVALID, "Auth flow not enabled for this client", "observed"),
    ("InitiateAuth", auth("REFRESH_TOKEN_AUTH", "$secret_client", REFRESH_TOKEN="$secret_refresh", SECRET_HASH="AA"),
     DENIED, "SecretHash does not match for the client: $secret_client", "observed"),
    ("InitiateAuth", auth("USER_SRP_AUTH", USERNAME="ann", SRP_A="0"), INVALID, "Invalid SRP_A value", "inferred"),
    ("InitiateAuth", auth("USER_PASSWORD_AUTH", "$hiding_client", USERNAME="nobody", PASSWORD=PASSWORD), DENIED,
     "Incorrect username or password.", "observed"),
    *[(operation, from_client("nobody", "$hiding_client", ConfirmationCode="123456", **more), "ExpiredCodeException",
       "Invalid code provided, please request a code again.", "observed")
      for operation, more in [("ConfirmSignUp", {}), ("ConfirmForgotPassword", {"Password": PASSWORD})]],
    ("RespondToAuthChallenge", {"ClientId": "$client", "ChallengeName": "ADMIN_NO_SRP_AUTH", "Session": "x" * 40,
                                "ChallengeResponses": {"USERNAME": "ann"}}, INVALID, "Invalid challenge name.",
     "inferred"),
]

USERS = [
    ("SignUp", sign_up(password="short"), "InvalidPasswordException",
     "Password did not conform with policy: Password not long enough", "observed"),
    ("SignUp", sign_up(password="poolhouse-1"), "InvalidPasswordException",
     "Password did not conform with policy: Password must have uppercase characters", "observed"),
    ("SignUp", sign_up(password="POOLHOUSE-1"), "InvalidPasswordException",
     "Password did not conform with policy: Password must have lowercase characters", "observed"),
    ("SignUp", sign_up(password="Poolhouse-x"), "InvalidPasswordException",
     "Password did not conform with policy: Password must have numeric characters", "observed"),
    ("SignUp", sign_up(password="Poolhouse1"), "InvalidPasswordException",
     "Password did not conform with policy: Password must have symbol characters", "observed"),
    ("AdminCreateUser", user("new", TemporaryPassword="short"), "InvalidPasswordException",
     "Password did not conform with policy: Password not long enough", "observed"),
    ("AdminSetUserPassword", user("ann", Password="short"), "InvalidPasswordException",
     "Password does not conform to policy: Password not long enough", "inferred"),
    ("AdminSetUserPassword", user("ann", Password=" Poolhouse-1"), INVALID,
     r"1 validation error detected: Value at 'password' failed to satisfy constraint: "
     r"Member must satisfy regular expression pattern: ^[\S]+.*[\S]+$", "observed"),
    ("SignUp", sign_up(client="$mail_client"), INVALID, "Username should be an email.", "observed"),
    ("SignUp", sign_up(client="$phone_client"), INVALID, "Username should be a phone number.", "reported"),
    ("SignUp", sign_up(client="$both_client"), INVALID, "Username should be either an email or a phone number.",
     "observed"),
    ("SignUp", sign_up("a@b.example", "$alias_client"), INVALID,
     "Username cannot be of email format, since user pool is configured for email alias.", "observed"),
    ("SignUp", sign_up("+15555550100", "$alias_client"), INVALID,
     "Username cannot be of phone number format, since user pool is configured for phone_number alias.", "reported"),
    ("SignUp", sign_up(client="$closed_client"), DENIED, "SignUp is not permitted for this user pool", "reported"),
    ("SignUp", sign_up(client="$required_client"), INVALID,
     "Attributes did not conform to the schema: nickname: The attribute is required\n", "observed"),
    ("SignUp", sign_up(phone_number="123"), INVALID, "Invalid phone number format.", "observed"),
    ("SignUp", sign_up(email="nothing"), INVALID, "Invalid email address format.", "observed"),
    ("AdminCreateUser", user("new", UserAttributes=attributes(custom_none="x")), INVALID,
     "Attributes did not conform to the schema: custom:none: Attribute does not exist in the schema.\n", "observed"),
    ("AdminUpdateUserAttributes", user("ann", UserAttributes=attributes(custom_none="x")), INVALID,
     "user.custom:none: Attribute does not exist in the schema.\n", "observed"),
    ("AdminUpdateUserAttributes", user("ann", UserAttributes=attributes(custom_fixed="x")), INVALID,
     "user.custom:fixed: Attribute cannot be updated.\n", "observed"),
    ("AdminUpdateUserAttributes", user("ann", UserAttributes=attributes(custom_sized="x")), INVALID,
     "user.custom:sized: String must be no shorter than 3 characters\n", "observed"),
    ("AdminUpdateUserAttributes", user("ann", UserAttributes=attributes(custom_sized="x" * 6)), INVALID,
     "user.custom:sized: String must be no longer than 5 characters\n", "inferred"),
    ("AdminUpdateUserAttributes", user("ann", UserAttributes=[{"Name": "name"}]), INVALID,
     "Attribute value for name must not be null", "observed"),
    ("AdminUpdateUserAttributes", user("ann", UserAttributes=attributes(phone_number="5550100")), INVALID,
     "Invalid phone number format.", "observed"),
    ("AdminDeleteUserAttributes", user("ann", UserAttributeNames=["custom:none"]), INVALID,
     "Invalid user attributes: user.custom:none: Attribute does not exist in the schema.\n", "reported"),
    ("AdminDeleteUserAttributes", {"UserPoolId": "$required_pool", "Username": "ann",
                                   "UserAttributeNames": ["nickname"]}, INVALID,
     "Invalid user attributes: nickname: Required attribute cannot be deleted.", "observed"),
    ("AdminConfirmSignUp", user("ann"), DENIED, "User cannot be confirmed. Current status is CONFIRMED", "reported"),
    ("ConfirmSignUp", from_client("ann", ConfirmationCode="123456"), DENIED,
     "User cannot be confirmed. Current status is CONFIRMED", "observed"),
    ("ConfirmSignUp", from_client("una", ConfirmationCode="$wrong_code"), "CodeMismatchException",
     "Invalid verification code provided, please try again.", "observed"),
    ("ResendConfirmationCode", from_client("ann"), INVALID, "User is already confirmed.", "observed"),
    ("ResendConfirmationCode", from_client("mute"), DENIED, "Cannot resend codes. Auto verification not turned on.",
     "observed"),
    ("ForgotPassword", from_client("una"), INVALID, UNVERIFIED, "observed"),
    ("ForgotPassword", from_client("tem"), DENIED, "User password cannot be reset in the current state.", "observed"),
    ("ForgotPassword", from_client("dis"), DENIED, "User is disabled.", "observed"),
    ("ConfirmForgotPassword", from_client("ann", ConfirmationCode="123456", Password=PASSWORD),
     "ExpiredCodeException", "Invalid code provided, please request a code again.", "observed"),
    ("AdminResetUserPassword", user("bare"), INVALID, UNVERIFIED, "inferred"),
    ("AdminResetUserPassword", user("tem"), DENIED, "User password cannot be reset in the current state.", "observed"),
    ("AdminResetUserPassword", user("dis"), DENIED, "User is disabled.", "observed"),
    ("ListUsers", POOL | {"AttributesToGet": ["custom:none"]}, INVALID,
     "One or more requested attributes do not exist.", "observed"),
    ("ListUsers", POOL | {"Filter": "name is ann"}, INVALID, "Error while parsing filter", "reported"),
    ("ListUsers", POOL | {"Filter": 'custom:foo = "x"'}, INVALID, "Invalid search attribute: custom:foo", "reported"),
    ("SignUp", sign_up(client="$alias_client", preferred_username="new"), INVALID, PREFERRED_EARLY, "observed"),
    ("AdminUpdateUserAttributes", {"UserPoolId": "$alias_pool", "Username": "una",
                                   "UserAttributes": attributes(preferred_username="new")}, INVALID, PREFERRED_EARLY,
     "observed"),
    ("AdminCreateUser", {"UserPoolId": "$passkey_pool", "Username": "new", "MessageAction": "SUPPRESS"}, INVALID,
     "User is required to have a password", "observed"),
    ("AdminCreateUser", {"UserPoolId": "$mail_pool", "Username": "new"}, INVALID, "Username should be an email.",
     "observed"),
]

POOLS = [
    ("CreateUserPool", create_pool(AliasAttributes=["email"], UsernameAttributes=["email"]), INVALID,
     "Only one of the aliasAttributes or usernameAttributes can be set in a User pool.", "observed"),
    ("CreateUserPool", create_pool(AutoVerifiedAttributes=["phone_number"]), INVALID,
     "SMS configuration is required when phone_number is selected for auto verification", "observed"),
    *[("CreateUserPool", create_pool(MfaConfiguration=mode), INVALID,
       "SMS configuration and Auto verification for phone_number are required when MFA is required/optional",
       "observed") for mode in ("ON", "OPTIONAL")],
    ("CreateUserPool", create_pool(UserAttributeUpdateSettings={"AttributesRequireVerificationBeforeUpdate": ["email"]}),
     INVALID, "All attributes in AttributesRequireVerificationBeforeUpdate must exist in AutoVerifiedAttributes",
     "observed"),
    ("CreateUserPool", create_pool(AccountRecoverySetting={"RecoveryMechanisms": [
        {"Name": "admin_only", "Priority": 1}, {"Name": "verified_email", "Priority": 2}]}), INVALID,
     "Account Recovery Setting cannot use admin_only setting with any other recovery mechanisms.", "observed"),
    *[("CreateUserPool", create_pool(AccountRecoverySetting={"RecoveryMechanisms": mechanisms}), INVALID,
       "Account Recovery Setting cannot have duplicate priorities or recovery mechanisms.", "observed")
      for mechanisms in (
        [{"Name": "verified_email", "Priority": 1}, {"Name": "verified_phone_number", "Priority": 1}],
        [{"Name": "verified_email", "Priority": 1}, {"Name": "verified_email", "Priority": 2}])],
    ("CreateUserPool", create_pool(Policies={"SignInPolicy": {"AllowedFirstAuthFactors": ["EMAIL_OTP"]}}), INVALID,
     "Password should be configured as one of the allowed first auth factors.", "observed"),
    ("CreateUserPool", create_pool(Policies={"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "SMS_OTP"]}}),
     INVALID, "SMS_OTP can not be configured as AuthFactor as user pool is missing valid SMS configuration",
     "observed"),
    ("CreateUserPool", create_pool(UserPoolTier="LITE", Policies={
        "SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}}), "FeatureUnavailableInTierException",
     "The following features need to be disabled for the LITE pricing tier configured: Passwordless Sign-In",
     "inferred"),
    ("CreateUserPool", create_pool(LambdaConfig={
        "PreTokenGeneration": LAMBDA + "a",
        "PreTokenGenerationConfig": {"LambdaArn": LAMBDA + "b", "LambdaVersion": "V1_0"}}), INVALID,
     "Cannot use PreTokenGenerationLambda and PreTokenGeneration with different Lambda function ARN's", "inferred"),
    ("CreateUserPool", create_pool(
        Policies={"PasswordPolicy": {"MinimumLength": 8, "TemporaryPasswordValidityDays": 3}},
        AdminCreateUserConfig={"UnusedAccountValidityDays": 3}), INVALID,
     "Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays", "observed"),
    ("CreateUserPool", create_pool(EmailConfiguration={"EmailSendingAccount": "DEVELOPER"}), INVALID,
     "Source ARN is required to use DEVELOPER email sending owner", "observed"),
    ("CreateUserPool", create_pool(EmailConfiguration={
        "EmailSendingAccount": "DEVELOPER",
        "SourceArn": "arn:aws:ses:ap-south-1:123456789012:identity/a@b.example"}), INVALID,
     "Provided SourceArn must be in one of the following SES regions: eu-west-1, us-east-1, us-west-2.", "observed"),
    ("CreateUserPool", create_pool(EmailConfiguration={
        "EmailSendingAccount": "DEVELOPER", "From": "nobody",
        "SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/a@b.example"}), INVALID,
     "Provided From email address is invalid", "observed"),
    ("CreateUserPool", create_pool(SmsConfiguration=SMS | {"SnsRegion": "eu-west-1"}), INVALID,
     "Invalid snsRegion. Allowed SNS region for us-east-1 is us-east-1", "observed"),
    ("CreateUserPool", create_pool(SmsConfiguration={"SnsCallerArn": "arn:aws:iam::999999999999:role/sms"}), INVALID,
     "Cross-account pass role is not allowed.", "observed"),
    ("CreateUserPool", create_pool(LambdaConfig={
        "PreSignUp": "arn:aws:lambda:eu-west-1:123456789012:function:f"}), INVALID,
     "Cross-region lambda functions are not supported", "observed"),
    ("CreateUserPool", create_pool(LambdaConfig={
        "CustomEmailSender": {"LambdaArn": LAMBDA + "f", "LambdaVersion": "V1_0"}}), INVALID,
     "KMSKeyId parameter is required when Custom SMS/Email Lambda trigger is used.", "observed"),
    *[("CreateUserPool", create_pool(Schema=schema), INVALID, text, mark) for schema, text, mark in [
        ([{"Name": "x", "AttributeDataType": "String", "Required": True}],
         "Required custom attributes are not supported currently.", "observed"),
        ([{"Name": "email", "AttributeDataType": "Number"}],
         "You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute email",
         "observed"),
        ([{"Name": "x", "AttributeDataType": "String"}] * 2,
         "Duplicate custom attribute names custom:x are not allowed in a user pool schema.", "observed"),
        ([{"Name": "x", "AttributeDataType": "String",
           "StringAttributeConstraints": {"MinLength": "5", "MaxLength": "3"}}],
         "Attribute custom:x cannot have a max length shorter than it's min length", "inferred"),
        ([{"Name": "x", "AttributeDataType": "Number", "NumberAttributeConstraints": {"MinValue": "5", "MaxValue": "3"}}],
         "Attribute custom:x cannot have a max value smaller than it's min value", "observed"),
        ([{"Name": "x"}],
         "Invalid AttributeDataType input, consider using the provided AttributeDataType enum.", "reported")]],
    ("SetUserPoolMfaConfig", POOL | {"MfaConfiguration": "OFF", "SoftwareTokenMfaConfiguration": {"Enabled": True}},
     INVALID, "Invalid MFA configuration given, can't turn off MFA and configure an MFA together.", "observed"),
    ("SetUserPoolMfaConfig", POOL | {"SoftwareTokenMfaConfiguration": {"Enabled": False}},
     INVALID, "Invalid MFA configuration given, can't turn off MFA and configure an MFA together.", "observed"),
    ("SetUserPoolMfaConfig", POOL | {"MfaConfiguration": "ON"}, INVALID,
     "Invalid MFA Configuration given. SMS MFA, Email MFA, or Software Token MFA must be enabled.", "observed"),
    ("SetUserPoolMfaConfig", POOL | {"MfaConfiguration": "OPTIONAL", "EmailMfaConfiguration": {}}, INVALID,
     "Cannot set EmailMfaConfiguration when user pool EmailConfiguration contains an EmailSendingAccount of "
     "COGNITO_DEFAULT.", "observed"),
    ("UpdateUserPool", POOL | {"MfaConfiguration": "ON"}, INVALID,
     "Cannot turn MFA functionality ON, once the user pool has been created.", "observed"),
    ("DeleteUserPool", {"UserPoolId": "$protected_pool"}, INVALID,
     "The user pool cannot be deleted because deletion protection is activated. Deletion protection must be "
     "inactivated first.", "observed"),
    ("DeleteUserPool", POOL, INVALID,
     "User pool cannot be deleted. It has a domain configured that should be deleted first.", "observed"),
    *[("CreateUserPool", create_pool(**settings), INVALID, broken(path, constraint, shown), "observed")
      for settings, path, constraint, shown in [
        ({"PoolName": "x!"}, "poolName", r"Member must satisfy regular expression pattern: [\w\s+=,.@-]+", "'x!'"),
        ({"EmailConfiguration": {"ReplyToEmailAddress": "nobody"}}, "emailConfiguration.replyToEmailAddress",
         r"Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+@[\p{L}\p{M}\p{S}\p{N}\p{P}]+",
         "'nobody'"),
        ({"Schema": [{"Name": "phone_number_verified", "AttributeDataType": "Boolean"}]}, "schema.1.member.name",
         "Member must have length less than or equal to 20", "'phone_number_verified'")]],
    *[("CreateUserPool", create_pool(UserPoolTier="LITE", **settings), "FeatureUnavailableInTierException",
       LITE + feature, "inferred") for settings, feature in [
        ({"LambdaConfig": {"PreTokenGenerationConfig": {"LambdaArn": LAMBDA + "a", "LambdaVersion": "V2_0"}}},
         "Access Token Customization"),
        ({"Policies": {"PasswordPolicy": {"MinimumLength": 8, "PasswordHistorySize": 3}}}, "Password History"),
        ({"UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"}}, "Threat Protection")]],
    ("CreateUserPool", create_pool(Policies={"SignInPolicy": {
        "AllowedFirstAuthFactors": ["PASSWORD", "SOFTWARE_TOKEN"]}}), INVALID,
     "SOFTWARE_TOKEN cannot be configured as an allowed first auth factor.", "inferred"),
    ("CreateUserPool", create_pool(SmsConfiguration={"ExternalId": "x"}), INVALID,
     "Either SnsCallerArn or EumsSms is required in SmsConfiguration, but not both.", "inferred"),
    ("SetUserPoolMfaConfig", {"UserPoolId": "$passkey_pool", "MfaConfiguration": "ON",
                              "SoftwareTokenMfaConfiguration": {"Enabled": True}}, INVALID,
     "Cannot set WebAuthn factor configuration to SINGLE_FACTOR if MFA is required and WebAuthn is an allowed first "
     "auth factor", "observed"),
    ("SetUserPoolMfaConfig", {"UserPoolId": "$code_pool", "MfaConfiguration": "ON",
                              "SoftwareTokenMfaConfiguration": {"Enabled": True}}, INVALID,
     "Only PASSWORD and WEB_AUTHN (if configured) can be enabled as an auth factor if MFA is enabled", "observed"),
]

CLIENTS = [
    ("CreateUserPoolClient", create_client(ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH", "USER_PASSWORD_AUTH"]), INVALID,
     "Auth flow name with prefix 'ALLOW' cannot be used with legacy auth flow names.", "observed"),
    ("CreateUserPoolClient", create_client(AllowedOAuthFlowsUserPoolClient=True), "InvalidOAuthFlowException",
     "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.",
     "inferred"),
    ("CreateUserPoolClient", oauth(["code", "client_credentials"], ["weather/read"], GenerateSecret=True,
                                   CallbackURLs=["https://a.example"]), "InvalidOAuthFlowException",
     "client_credentials flow can not be selected along with code flow or implicit flow.", "inferred"),
    ("CreateUserPoolClient", oauth(["client_credentials"], ["weather/read"]), "InvalidOAuthFlowException",
     "client_credentials flow can not be selected if client does not have a client secret.", "observed"),
    ("CreateUserPoolClient", oauth(["client_credentials"], GenerateSecret=True), "InvalidOAuthFlowException",
     "openid is not supported with client_credentials flow", "observed"),
    ("CreateUserPoolClient", oauth(["code"]), INVALID,
     "CallbackUrls can not be empty when code flow or implicit flow is selected", "observed"),
    ("CreateUserPoolClient", oauth(["code"], ["nothing"], CallbackURLs=["https://a.example"]),
     "ScopeDoesNotExistException", "Invalid scope requested: nothing", "observed"),
    ("CreateUserPoolClient", create_client(CallbackURLs=["http://a.example"]), INVALID,
     "http://a.example cannot use the HTTP protocol.", "observed"),
    ("CreateUserPoolClient", create_client(LogoutURLs=["http://a.example"]), INVALID,
     "http://a.example cannot use the HTTP protocol.", "observed"),
    ("CreateUserPoolClient", create_client(CallbackURLs=["https://a.example#b"]), INVALID,
     "https://a.example#b cannot use fragment", "observed"),
    ("CreateUserPoolClient", create_client(CallbackURLs=["https://a.example"], DefaultRedirectURI="https://b.example"),
     INVALID, "The default redirect URI https://b.example is not in the callback URIs list.", "observed"),
    ("CreateUserPoolClient", create_client(SupportedIdentityProviders=["Nowhere"]), INVALID,
     "The provider Nowhere does not exist for User Pool $pool.", "observed"),
    *[("CreateUserPoolClient", create_client(**validity), INVALID, "Invalid range for token validity.", "observed")
      for validity in ({"AccessTokenValidity": 60}, {"IdTokenValidity": 25}, {"RefreshTokenValidity": 3651},
                       {"AccessTokenValidity": 4, "TokenValidityUnits": {"AccessToken": "minutes"}},
                       {"RefreshTokenValidity": 59, "TokenValidityUnits": {"RefreshToken": "minutes"}})],
    ("CreateUserPoolClient", create_client(AccessTokenValidity=2, RefreshTokenValidity=1,
                                           TokenValidityUnits={"RefreshToken": "hours"}), INVALID,
     "Access and Id Token expiration times must be less than or equal to refresh token expiration times.", "observed"),
    ("CreateUserPoolClient", create_client(ReadAttributes=["custom:none"]), INVALID,
     "Invalid read attributes specified while creating a client", "observed"),
    *[("CreateUserPoolClient", create_client(WriteAttributes=[name]), INVALID,
       "Invalid write attributes specified while creating a client", "observed")
      for name in ("custom:none", "sub", "email_verified", "phone_number_verified")],
    ("UpdateUserPoolClient", POOL | {"ClientId": "$client", "ReadAttributes": ["custom:none"]}, INVALID,
     "Invalid read attributes specified while updating a client", "inferred"),
    ("UpdateUserPoolClient", POOL | {"ClientId": "$client", "WriteAttributes": ["email_verified"]}, INVALID,
     "Invalid write attributes specified while updating a client", "observed"),
    ("CreateUserPoolClient", create_client(EnablePropagateAdditionalUserContextData=True), INVALID,
     "Client Secret is required to set EnablePropagateAdditionalUserContextData as true", "observed"),
    ("CreateUserPoolClient", create_client(AnalyticsConfiguration={"ApplicationId": "abc"}), INVALID,
     "Invalid analytics configuration given, either <application arn> or <application id, role arn, external id> "
     "are valid", "observed"),
    ("CreateUserPoolClient", create_client(AnalyticsConfiguration={
        "ApplicationArn": "arn:aws:mobiletargeting:eu-west-1:123456789012:apps/abc"}), INVALID,
     "The integration with Pinpoint is not supported for the requested eu-west-1 region.", "observed"),
    ("CreateUserPoolClient", {"UserPoolId": "$lite_pool", "ClientName": "refused",
                              "ExplicitAuthFlows": ["ALLOW_USER_AUTH"]}, "FeatureUnavailableInTierException",
     LITE + "Choice-Based Sign-In", "inferred"),
]

FEDERATION_AND_PAGES = [
    *[("CreateIdentityProvider", provider(kind, {"client_id": "x"}), INVALID,
       "clientId, clientSecret and authorizeScopes are all required idp details.", "observed")
      for kind in ("Google", "Facebook", "LoginWithAmazon")],
    ("CreateIdentityProvider", provider("SignInWithApple", {"client_id": "x"}), INVALID,
     "clientId, privateKey, teamId, and keyId are all required idp details.", "observed"),
    ("CreateIdentityProvider", provider("OIDC", {"client_id": "x"}, "Corp"), INVALID,
     "clientId, authorizeScopes, oidcIssuer and attributesRequestMethod are all required idp details.", "observed"),
    ("CreateIdentityProvider", provider("OIDC", {
        "client_id": "x", "authorize_scopes": "openid", "oidc_issuer": "http://a.example",
        "attributes_request_method": "GET"}, "Corp"), INVALID, "OIDC endpoint must start with https://", "observed"),
    ("CreateIdentityProvider", provider("SAML", {}, "Corp"), INVALID,
     "At least one of the MetadataURL or MetadataFile should be provided.", "observed"),
    ("CreateIdentityProvider", provider("SAML", {"MetadataURL": "https://a.example", "MetadataFile": "<x/>"}, "Corp"),
     INVALID, "Only one of the MetadataURL or MetadataFile should be provided.", "observed"),
    ("CreateIdentityProvider", provider("Google", {
        "client_id": "x", "client_secret": "x", "authorize_scopes": "openid"}, "Corp"), INVALID,
     "Provider Corp cannot be of type Google.", "observed"),
    ("CreateUserPoolDomain", {"UserPoolId": "$mail_pool", "Domain": "my-cognito-app"}, INVALID,
     "Domain cannot contain reserved word: cognito", "reported"),
    ("CreateUserPoolDomain", {"UserPoolId": "$lite_pool", "Domain": "lite-login", "ManagedLoginVersion": 2},
     "FeatureUnavailableInTierException",
     "The following feature is not available for the LITE pricing tier configured: Managed Login Version 2",
     "observed"),
    ("CreateUserPoolDomain", {"UserPoolId": "$mail_pool", "Domain": "My_App"}, INVALID,
     "The domain name contains an invalid character. Domain names can only contain lower-case letters, numbers, and "
     "hyphens. Please enter a different name that follows this format: ^[a-z0-9](?:[a-z0-9\\-]{0,61}[a-z0-9])?$",
     "observed"),
    ("SetUICustomization", {"UserPoolId": "$mail_pool", "CSS": ".label-customizable {color: red;}"}, INVALID,
     "A domain must be associated with this user pool.", "observed"),
    ("SetUICustomization", POOL | {"CSS": ".foreign {color: red;}"}, INVALID,
     "The CSS class .foreign is not in the list of allowed classes.", "observed"),
    *[("CreateManagedLoginBranding", POOL | {"ClientId": "$client"} | more, INVALID,
       "useCognitoProvidedValues or settings should be specified (but not both)", "observed")
      for more in ({}, {"UseCognitoProvidedValues": True, "Settings": {}})],
    ("AdminLinkProviderForUser", POOL | {
        "DestinationUser": {"ProviderName": "Cognito", "ProviderAttributeValue": "ann"},
        "SourceUser": {"ProviderName": "Cognito", "ProviderAttributeName": "Cognito_Subject",
                       "ProviderAttributeValue": "ann"}}, INVALID,
     "Invalid SourceUser: Cognito users with a username/password may not be passed in as a SourceUser, only as a "
     "DestinationUser", "observed"),
    ("GetDevice", {"AccessToken": "$tracked_access", "DeviceKey": "us-east-1_00000000-0000-4000-8000-000000000000"}, MISSING,
     "Device does not exist.", "observed"),
    ("CreateIdentityProvider", oidc(attributes_request_method="PUT"), INVALID,
     broken("attributesRequestMethod", "Member must satisfy enum value set: [POST, GET]", "'PUT'"), "inferred"),
    ("CreateIdentityProvider", saml(MetadataURL="https://a.example/metadata"), INVALID,
     "Error retrieving metadata from https://a.example/metadata", "documented"),
    ("CreateIdentityProvider", saml(MetadataFile="<nothing/>"), INVALID, "Unable to unmarshall metadata", "reported"),
    ("CreateIdentityProvider", saml(MetadataFile="$expired_metadata"), INVALID, "Signing certificates are expired",
     "observed"),
    ("CreateIdentityProvider", oidc() | {"AttributeMapping": {"custom:none": "none"}}, INVALID,
     "AttributeMapping contains invalid mapping: [custom:none]", "observed"),
    ("CreateIdentityProvider", provider("SAML", {}, "x" * 33), INVALID,
     broken("providerName", "Member must have length less than or equal to 32", f"'{'x' * 33}'"), "observed"),
    ("CreateUserPoolDomain", {"UserPoolId": "$mail_pool", "Domain": "example.com",
                              "CustomDomainConfig": {"CertificateArn": CERTIFICATE}}, INVALID,
     "Custom domain is not a valid subdomain: Was not able to resolve the root domain, please ensure an A record "
     "exists for the root domain.", "observed"),
    ("CreateUserPoolDomain", {"UserPoolId": "$mail_pool", "Domain": "auth.example.com", "CustomDomainConfig": {
        "CertificateArn": CERTIFICATE.replace("us-east-1", "us-east-2")}}, INVALID,
     "The specified SSL certificate doesn't exist, isn't in us-east-1 region, isn't valid, or doesn't include a valid "
     "certificate chain.", "observed"),
    ("CreateUserPoolDomain", {"UserPoolId": "$mail_pool", "Domain": "a" * 64}, INVALID,
     broken("domain", "Member must have length less than or equal to 63", f"'{'a' * 64}'"), "observed"),
    ("CreateManagedLoginBranding", POOL | {"UseCognitoProvidedValues": True}, INVALID,
     broken("clientId", "Member must not be null", "null"), "observed"),
    ("CreateCIMDPolicy", {"UserPoolId": "$lite_pool"} | CIMD, "FeatureUnavailableInTierException",
     "The following feature is not available for the LITE pricing tier configured: Client ID Metadata Documents",
     "inferred"),
    *[(operation, POOL | CIMD | {"ClientId": "00nowhere00"} | more, *NO_CLIENT, "inferred") for operation, more in [
        ("CreateCIMDPolicy", {}), ("UpdateCIMDPolicy", {"CIMDPolicyId": "$policy"})]],
    *[(operation, POOL | {"CIMDPolicyId": "nothing"} | more, MISSING, "CIMD policy nothing does not exist.", "inferred")
      for operation, more in [
          ("DescribeCIMDPolicy", {}), ("UpdateCIMDPolicy", CIMD), ("DeleteCIMDPolicy", {}), ("ListClientMetadataURLs", {}),
          ("UpdateClientMetadataURLState", CIMD_URL | {"Action": "INVALIDATE"})]],
    *[("UpdateClientMetadataURLState", POOL | {"CIMDPolicyId": "$policy"} | CIMD_URL | {"Action": action},
       "CachedCIMDURLDoesNotExistException", "Cached CIMD URL does not exist.", "inferred")
      for action in ("REFRESH", "INVALIDATE")],
    ("CreateCIMDPolicy", POOL | CIMD | {"URLPatterns": []}, INVALID,
     broken("uRLPatterns", "Member must have length greater than or equal to 1", "'[]'"), "inferred"),
    ("CreateCIMDPolicy", POOL | CIMD | {"CacheDuration": 86_399}, INVALID,
     broken("cacheDuration", "Member must have value greater than or equal to 86400", "'86399'"), "inferred"),
    ("UpdateClientMetadataURLState", POOL | {"CIMDPolicyId": "$policy"} | CIMD_URL | {"Action": "DROP"}, INVALID,
     broken("action", "Member must satisfy enum value set: [INVALIDATE, REFRESH]", "'DROP'"), "inferred"),
    ("ListCIMDPolicies", POOL | {"NextToken": "AAAA"}, INVALID, "Invalid pagination token", "inferred"),
    ("AdminDisableProviderForUser", {"UserPoolId": "$mail_pool", "User": {
        "ProviderName": "Google", "ProviderAttributeName": "Cognito_Subject", "ProviderAttributeValue": "nobody"}},
     INVALID, "Account isn't linked to anyone else, verify that the account has been linked", "inferred"),
]

SECURITY = [
    ("StartWebAuthnRegistration", {"AccessToken": "garbage"}, DENIED, "Invalid Access Token", "observed"),
    ("ListWebAuthnCredentials", {"AccessToken": "garbage"}, DENIED, "Invalid Access Token", "observed"),
    ("ListUserSessions", {"AccessToken": "garbage"}, DENIED, "Invalid Access Token", "observed"),
    *[(operation, NOWHERE | more, *NO_POOL, "reported") for operation, more in [
        ("GetCSVHeader", {}),
        ("DescribeRiskConfiguration", {}),
        ("GetLogDeliveryConfiguration", {}),
        ("GetUserPoolSessionConfiguration", {})]],
    ("SetLogDeliveryConfiguration", POOL | {"LogConfigurations": [
        {"LogLevel": "ERROR", "EventSource": "userNotification"}] * 2}, INVALID,
     "Following event sources appear more then once in a request", "observed"),
    ("SetLogDeliveryConfiguration", POOL | {"LogConfigurations": [logs("userAuthEvents", "INFO")]},
     "FeatureUnavailableInTierException",
     "The following feature is not available for the ESSENTIALS pricing tier configured: Log Streaming", "observed"),
    ("SetLogDeliveryConfiguration", POOL | {"LogConfigurations": [logs(arn=LOGS.replace("us-east-1", "eu-west-1"))]},
     INVALID, "ARN does not belong to current region", "observed"),
    ("SetLogDeliveryConfiguration", POOL | {"LogConfigurations": [logs(arn=LOGS.replace("1234", "9999"))]},
     INVALID, "ARN does not belong to current account", "inferred"),
    ("SetLogDeliveryConfiguration", POOL | {"LogConfigurations": [{
        "LogLevel": "ERROR", "EventSource": "userNotification",
        "S3Configuration": {"BucketArn": "arn:aws:s3:::bucket"}}]}, INVALID,
     "Invalid destination for the event source.", "inferred"),
    ("SetRiskConfiguration", {"UserPoolId": "$plus_pool",
                              "RiskExceptionConfiguration": {"BlockedIPRangeList": ["nothing"]}}, INVALID,
     "Incorrect CIDR format", "observed"),
    ("SetRiskConfiguration", {"UserPoolId": "$plus_pool", "AccountTakeoverRiskConfiguration": {
        "NotifyConfiguration": {"SourceArn": SES.replace("us-east-1", "ap-south-1")},
        "Actions": {"LowAction": {"Notify": True, "EventAction": "BLOCK"}}}}, INVALID, SES_REGIONS, "observed"),
    ("AdminListUserAuthEvents", user("ann"), "UserPoolAddOnNotEnabledException",
     "User pool add-ons are not enabled for the user pool.", "inferred"),
    ("SetUserPoolClientSessionConfiguration", POOL | {"ClientId": "$client", "SSOSession": {
        "MaxValidityMinutes": 60}}, "OperationNotEnabledException", "Session tracking is not enabled for the user pool.", "inferred"),
    ("StartUserImportJob", POOL | {"JobId": "$job"}, "PreconditionNotMetException",
     "No csv file was uploaded for $job", "observed"),
    ("StartWebAuthnRegistration", {"AccessToken": "$access"}, "WebAuthnNotEnabledException",
     "Passkeys are not enabled for the user pool.", "inferred"),
    *[("CompleteWebAuthnRegistration", {"AccessToken": "$passkey_access", "Credential": credential}, INVALID,
       "Credential data is not valid", "observed") for credential in ({}, {"id": "AA", "response": {}})],
    ("DeleteWebAuthnCredential", {"AccessToken": "$passkey_access", "CredentialId": "AA"}, MISSING,
     "WebAuthn credential does not exist.", "inferred"),
]

NO_RECOVERY = {"RestoreId": "00000000-0000-4000-8000-000000000000"}
RECOVERIES = [
    ("InitiatePointInTimeRecovery", NOWHERE | {"RestoreTimestamp": 0}, *NO_POOL, "reported"),
    ("ListPointInTimeRecoveries", NOWHERE, *NO_POOL, "reported"),
    *[(operation, NOWHERE | NO_RECOVERY, *NO_POOL, "reported") for operation in (
        "DescribePointInTimeRecovery", "StartPointInTimeRecovery", "CancelPointInTimeRecovery")],
    *[(operation, POOL | NO_RECOVERY, MISSING,
       f"Point-in-time recovery {NO_RECOVERY['RestoreId']} does not exist.", "inferred") for operation in (
        "DescribePointInTimeRecovery", "StartPointInTimeRecovery", "CancelPointInTimeRecovery")],
    ("InitiatePointInTimeRecovery", POOL | {"RestoreTimestamp": 0}, INVALID,
     "RestoreTimestamp is earlier than the creation of the user pool.", "inferred"),
    ("InitiatePointInTimeRecovery", POOL | {"RestoreTimestamp": 99999999999}, INVALID,
     "RestoreTimestamp must be at least 15 minutes in the past.", "inferred"),
    *[(operation, {"UserPoolId": "$lite_pool"} | more, "FeatureUnavailableInTierException",
       "The following feature is not available for the LITE pricing tier configured: Point-in-Time Recovery",
       "inferred") for operation, more in [
        ("InitiatePointInTimeRecovery", {"RestoreTimestamp": 0}),
        ("DescribePointInTimeRecovery", NO_RECOVERY),
        ("StartPointInTimeRecovery", NO_RECOVERY),
        ("CancelPointInTimeRecovery", NO_RECOVERY),
        ("ListPointInTimeRecoveries", {})]],
    ("ListPointInTimeRecoveries", POOL | {"NextToken": "none"}, INVALID, "Invalid pagination token", "inferred"),
]
