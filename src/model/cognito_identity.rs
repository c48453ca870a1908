// Written by scripts/generate-model from botocore 1.44.8; do not edit.
//! What AWS declares for Amazon Cognito identity pools (`cognito-identity`): operations, errors, shapes, constraints.
//!
//! A line of a `shape!` is a member: our name, the name on the wire, whether AWS requires it, its
//! type and, where requests are read, the constraint it must satisfy.
#![allow(
    missing_docs,
    reason = "the AWS API reference documents every shape and member under its name"
)]

use super::need::{optional, required};
use super::pattern::{Class, Matcher, Pattern};
use super::rule::Rule::*;
use super::rule::{ANY, Constraint};
use super::{NoOutput, Secret, SecretMap, enumeration, operations, shape};
use crate::clock::Timestamp;
use std::collections::BTreeMap;

operations! {
    CreateIdentityPool: signed CreateIdentityPoolInput -> IdentityPool [
        "InvalidParameterException", "NotAuthorizedException", "ResourceConflictException",
        "TooManyRequestsException", "InternalErrorException", "LimitExceededException",
    ];
    DeleteIdentities: signed DeleteIdentitiesInput -> DeleteIdentitiesResponse [
        "InvalidParameterException", "TooManyRequestsException", "InternalErrorException",
    ];
    DeleteIdentityPool: signed DeleteIdentityPoolInput -> NoOutput [
        "InvalidParameterException", "ResourceNotFoundException", "NotAuthorizedException",
        "TooManyRequestsException", "InternalErrorException",
    ];
    DescribeIdentity: signed DescribeIdentityInput -> IdentityDescription [
        "InvalidParameterException", "ResourceNotFoundException", "NotAuthorizedException",
        "TooManyRequestsException", "InternalErrorException",
    ];
    DescribeIdentityPool: signed DescribeIdentityPoolInput -> IdentityPool [
        "InvalidParameterException", "ResourceNotFoundException", "NotAuthorizedException",
        "TooManyRequestsException", "InternalErrorException",
    ];
    GetCredentialsForIdentity: unsigned GetCredentialsForIdentityInput -> GetCredentialsForIdentityResponse [
        "InvalidParameterException", "ResourceNotFoundException", "NotAuthorizedException",
        "ResourceConflictException", "TooManyRequestsException",
        "InvalidIdentityPoolConfigurationException", "InternalErrorException",
        "ExternalServiceException",
    ];
    GetId: unsigned GetIdInput -> GetIdResponse [
        "InvalidParameterException", "ResourceNotFoundException", "NotAuthorizedException",
        "ResourceConflictException", "TooManyRequestsException", "InternalErrorException",
        "LimitExceededException", "ExternalServiceException",
    ];
    GetIdentityPoolRoles: signed GetIdentityPoolRolesInput -> GetIdentityPoolRolesResponse [
        "InvalidParameterException", "ResourceNotFoundException", "NotAuthorizedException",
        "ResourceConflictException", "TooManyRequestsException", "InternalErrorException",
    ];
    GetOpenIdToken: unsigned GetOpenIdTokenInput -> GetOpenIdTokenResponse [
        "InvalidParameterException", "ResourceNotFoundException", "NotAuthorizedException",
        "ResourceConflictException", "TooManyRequestsException", "InternalErrorException",
        "ExternalServiceException",
    ];
    GetOpenIdTokenForDeveloperIdentity: signed GetOpenIdTokenForDeveloperIdentityInput -> GetOpenIdTokenForDeveloperIdentityResponse [
        "InvalidParameterException", "ResourceNotFoundException", "NotAuthorizedException",
        "ResourceConflictException", "TooManyRequestsException", "InternalErrorException",
        "DeveloperUserAlreadyRegisteredException",
    ];
    GetPrincipalTagAttributeMap: signed GetPrincipalTagAttributeMapInput -> GetPrincipalTagAttributeMapResponse [
        "InvalidParameterException", "ResourceNotFoundException", "NotAuthorizedException",
        "TooManyRequestsException", "InternalErrorException",
    ];
    ListIdentities: signed ListIdentitiesInput -> ListIdentitiesResponse [
        "InvalidParameterException", "ResourceNotFoundException", "NotAuthorizedException",
        "TooManyRequestsException", "InternalErrorException",
    ];
    ListIdentityPools: signed ListIdentityPoolsInput -> ListIdentityPoolsResponse [
        "InvalidParameterException", "NotAuthorizedException", "TooManyRequestsException",
        "ResourceNotFoundException", "InternalErrorException",
    ];
    ListTagsForResource: signed ListTagsForResourceInput -> ListTagsForResourceResponse [
        "InvalidParameterException", "ResourceNotFoundException", "NotAuthorizedException",
        "TooManyRequestsException", "InternalErrorException",
    ];
    LookupDeveloperIdentity: signed LookupDeveloperIdentityInput -> LookupDeveloperIdentityResponse [
        "InvalidParameterException", "ResourceNotFoundException", "NotAuthorizedException",
        "ResourceConflictException", "TooManyRequestsException", "InternalErrorException",
    ];
    MergeDeveloperIdentities: signed MergeDeveloperIdentitiesInput -> MergeDeveloperIdentitiesResponse [
        "InvalidParameterException", "ResourceNotFoundException", "NotAuthorizedException",
        "ResourceConflictException", "TooManyRequestsException", "InternalErrorException",
    ];
    SetIdentityPoolRoles: signed SetIdentityPoolRolesInput -> NoOutput [
        "InvalidParameterException", "ResourceNotFoundException", "NotAuthorizedException",
        "ResourceConflictException", "TooManyRequestsException", "InternalErrorException",
        "ConcurrentModificationException",
    ];
    SetPrincipalTagAttributeMap: signed SetPrincipalTagAttributeMapInput -> SetPrincipalTagAttributeMapResponse [
        "InvalidParameterException", "ResourceNotFoundException", "NotAuthorizedException",
        "TooManyRequestsException", "InternalErrorException",
    ];
    TagResource: signed TagResourceInput -> TagResourceResponse [
        "InvalidParameterException", "ResourceNotFoundException", "NotAuthorizedException",
        "TooManyRequestsException", "InternalErrorException",
    ];
    UnlinkDeveloperIdentity: signed UnlinkDeveloperIdentityInput -> NoOutput [
        "InvalidParameterException", "ResourceNotFoundException", "NotAuthorizedException",
        "ResourceConflictException", "TooManyRequestsException", "InternalErrorException",
    ];
    UnlinkIdentity: unsigned UnlinkIdentityInput -> NoOutput [
        "InvalidParameterException", "ResourceNotFoundException", "NotAuthorizedException",
        "ResourceConflictException", "TooManyRequestsException", "InternalErrorException",
        "ExternalServiceException",
    ];
    UntagResource: signed UntagResourceInput -> UntagResourceResponse [
        "InvalidParameterException", "ResourceNotFoundException", "NotAuthorizedException",
        "TooManyRequestsException", "InternalErrorException",
    ];
    UpdateIdentityPool: signed IdentityPool -> IdentityPool [
        "InvalidParameterException", "ResourceNotFoundException", "NotAuthorizedException",
        "ResourceConflictException", "TooManyRequestsException", "InternalErrorException",
        "ConcurrentModificationException", "LimitExceededException",
    ];
}

/// Every error AWS declares, with its HTTP status: 500 where the model says the service is at
/// fault, else 400.
pub const ERROR_CODES: &[(&str, u16)] = &[
    ("ConcurrentModificationException", 400),
    ("DeveloperUserAlreadyRegisteredException", 400),
    ("ExternalServiceException", 400),
    ("InternalErrorException", 500),
    ("InvalidIdentityPoolConfigurationException", 400),
    ("InvalidParameterException", 400),
    ("LimitExceededException", 400),
    ("NotAuthorizedException", 400),
    ("ResourceConflictException", 400),
    ("ResourceNotFoundException", 400),
    ("TooManyRequestsException", 400),
];

shape! {
    #[derive(Default)]
    both CognitoIdentityProvider {
        provider_name "ProviderName": optional String [COGNITO_IDENTITY_PROVIDER_NAME];
        client_id "ClientId": optional String [COGNITO_IDENTITY_PROVIDER_CLIENT_ID];
        server_side_token_check "ServerSideTokenCheck": optional bool [ANY];
    }
}

shape! {
    input CreateIdentityPoolInput {
        identity_pool_name "IdentityPoolName": required String [IDENTITY_POOL_NAME];
        allow_unauthenticated_identities "AllowUnauthenticatedIdentities": required bool [ANY];
        allow_classic_flow "AllowClassicFlow": optional bool [ANY];
        supported_login_providers "SupportedLoginProviders": optional BTreeMap<String, String> [IDENTITY_PROVIDERS];
        developer_provider_name "DeveloperProviderName": optional String [DEVELOPER_PROVIDER_NAME];
        open_id_connect_provider_arns "OpenIdConnectProviderARNs": optional Vec<String> [OIDC_PROVIDER_LIST];
        cognito_identity_providers "CognitoIdentityProviders": optional Vec<CognitoIdentityProvider> [ANY];
        saml_provider_arns "SamlProviderARNs": optional Vec<String> [SAML_PROVIDER_LIST];
        identity_pool_tags "IdentityPoolTags": optional BTreeMap<String, String> [IDENTITY_POOL_TAGS_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output Credentials {
        access_key_id "AccessKeyId": optional String;
        secret_key "SecretKey": optional Secret;
        session_token "SessionToken": optional Secret;
        expiration "Expiration": optional Timestamp;
    }
}

shape! {
    input DeleteIdentitiesInput {
        identity_ids_to_delete "IdentityIdsToDelete": required Vec<String> [IDENTITY_ID_LIST];
    }
}

shape! {
    #[derive(Default)]
    output DeleteIdentitiesResponse {
        unprocessed_identity_ids "UnprocessedIdentityIds": optional Vec<UnprocessedIdentityId>;
    }
}

shape! {
    input DeleteIdentityPoolInput {
        identity_pool_id "IdentityPoolId": required String [IDENTITY_POOL_ID];
    }
}

shape! {
    input DescribeIdentityInput {
        identity_id "IdentityId": required String [IDENTITY_ID];
    }
}

shape! {
    input DescribeIdentityPoolInput {
        identity_pool_id "IdentityPoolId": required String [IDENTITY_POOL_ID];
    }
}

shape! {
    input GetCredentialsForIdentityInput {
        identity_id "IdentityId": required String [IDENTITY_ID];
        logins "Logins": optional SecretMap [LOGINS_MAP];
        custom_role_arn "CustomRoleArn": optional String [ARN_STRING];
    }
}

shape! {
    #[derive(Default)]
    output GetCredentialsForIdentityResponse {
        identity_id "IdentityId": optional String;
        credentials "Credentials": optional Credentials;
    }
}

shape! {
    input GetIdInput {
        account_id "AccountId": optional String [ACCOUNT_ID];
        identity_pool_id "IdentityPoolId": required String [IDENTITY_POOL_ID];
        logins "Logins": optional SecretMap [LOGINS_MAP];
    }
}

shape! {
    #[derive(Default)]
    output GetIdResponse {
        identity_id "IdentityId": optional String;
    }
}

shape! {
    input GetIdentityPoolRolesInput {
        identity_pool_id "IdentityPoolId": required String [IDENTITY_POOL_ID];
    }
}

shape! {
    #[derive(Default)]
    output GetIdentityPoolRolesResponse {
        identity_pool_id "IdentityPoolId": optional String;
        roles "Roles": optional BTreeMap<String, String>;
        role_mappings "RoleMappings": optional BTreeMap<String, RoleMapping>;
    }
}

shape! {
    input GetOpenIdTokenForDeveloperIdentityInput {
        identity_pool_id "IdentityPoolId": required String [IDENTITY_POOL_ID];
        identity_id "IdentityId": optional String [IDENTITY_ID];
        logins "Logins": required SecretMap [LOGINS_MAP];
        principal_tags "PrincipalTags": optional BTreeMap<String, String> [PRINCIPAL_TAGS];
        token_duration "TokenDuration": optional i64 [TOKEN_DURATION];
    }
}

shape! {
    #[derive(Default)]
    output GetOpenIdTokenForDeveloperIdentityResponse {
        identity_id "IdentityId": optional String;
        token "Token": optional Secret;
    }
}

shape! {
    input GetOpenIdTokenInput {
        identity_id "IdentityId": required String [IDENTITY_ID];
        logins "Logins": optional SecretMap [LOGINS_MAP];
    }
}

shape! {
    #[derive(Default)]
    output GetOpenIdTokenResponse {
        identity_id "IdentityId": optional String;
        token "Token": optional Secret;
    }
}

shape! {
    input GetPrincipalTagAttributeMapInput {
        identity_pool_id "IdentityPoolId": required String [IDENTITY_POOL_ID];
        identity_provider_name "IdentityProviderName": required String [IDENTITY_PROVIDER_NAME];
    }
}

shape! {
    #[derive(Default)]
    output GetPrincipalTagAttributeMapResponse {
        identity_pool_id "IdentityPoolId": optional String;
        identity_provider_name "IdentityProviderName": optional String;
        use_defaults "UseDefaults": optional bool;
        principal_tags "PrincipalTags": optional BTreeMap<String, String>;
    }
}

shape! {
    #[derive(Default)]
    output IdentityDescription {
        identity_id "IdentityId": optional String;
        logins "Logins": optional Vec<String>;
        creation_date "CreationDate": optional Timestamp;
        last_modified_date "LastModifiedDate": optional Timestamp;
    }
}

shape! {
    both IdentityPool {
        identity_pool_id "IdentityPoolId": required String [IDENTITY_POOL_ID];
        identity_pool_name "IdentityPoolName": required String [IDENTITY_POOL_NAME];
        allow_unauthenticated_identities "AllowUnauthenticatedIdentities": required bool [ANY];
        allow_classic_flow "AllowClassicFlow": optional bool [ANY];
        supported_login_providers "SupportedLoginProviders": optional BTreeMap<String, String> [IDENTITY_PROVIDERS];
        developer_provider_name "DeveloperProviderName": optional String [DEVELOPER_PROVIDER_NAME];
        open_id_connect_provider_arns "OpenIdConnectProviderARNs": optional Vec<String> [OIDC_PROVIDER_LIST];
        cognito_identity_providers "CognitoIdentityProviders": optional Vec<CognitoIdentityProvider> [ANY];
        saml_provider_arns "SamlProviderARNs": optional Vec<String> [SAML_PROVIDER_LIST];
        identity_pool_tags "IdentityPoolTags": optional BTreeMap<String, String> [IDENTITY_POOL_TAGS_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output IdentityPoolShortDescription {
        identity_pool_id "IdentityPoolId": optional String;
        identity_pool_name "IdentityPoolName": optional String;
    }
}

shape! {
    input ListIdentitiesInput {
        identity_pool_id "IdentityPoolId": required String [IDENTITY_POOL_ID];
        max_results "MaxResults": required i32 [QUERY_LIMIT];
        next_token "NextToken": optional String [PAGINATION_KEY];
        hide_disabled "HideDisabled": optional bool [ANY];
    }
}

shape! {
    #[derive(Default)]
    output ListIdentitiesResponse {
        identity_pool_id "IdentityPoolId": optional String;
        identities "Identities": optional Vec<IdentityDescription>;
        next_token "NextToken": optional String;
    }
}

shape! {
    input ListIdentityPoolsInput {
        max_results "MaxResults": required i32 [QUERY_LIMIT];
        next_token "NextToken": optional String [PAGINATION_KEY];
    }
}

shape! {
    #[derive(Default)]
    output ListIdentityPoolsResponse {
        identity_pools "IdentityPools": optional Vec<IdentityPoolShortDescription>;
        next_token "NextToken": optional String;
    }
}

shape! {
    input ListTagsForResourceInput {
        resource_arn "ResourceArn": required String [ARN_STRING];
    }
}

shape! {
    #[derive(Default)]
    output ListTagsForResourceResponse {
        tags "Tags": optional BTreeMap<String, String>;
    }
}

shape! {
    input LookupDeveloperIdentityInput {
        identity_pool_id "IdentityPoolId": required String [IDENTITY_POOL_ID];
        identity_id "IdentityId": optional String [IDENTITY_ID];
        developer_user_identifier "DeveloperUserIdentifier": optional String [DEVELOPER_USER_IDENTIFIER];
        max_results "MaxResults": optional i32 [QUERY_LIMIT];
        next_token "NextToken": optional String [PAGINATION_KEY];
    }
}

shape! {
    #[derive(Default)]
    output LookupDeveloperIdentityResponse {
        identity_id "IdentityId": optional String;
        developer_user_identifier_list "DeveloperUserIdentifierList": optional Vec<String>;
        next_token "NextToken": optional String;
    }
}

shape! {
    both MappingRule {
        claim "Claim": required String [CLAIM_NAME];
        match_type "MatchType": required MappingRuleMatchType [MAPPING_RULE_MATCH_TYPE];
        value "Value": required String [CLAIM_VALUE];
        role_arn "RoleARN": required String [ARN_STRING];
    }
}

shape! {
    input MergeDeveloperIdentitiesInput {
        source_user_identifier "SourceUserIdentifier": required String [DEVELOPER_USER_IDENTIFIER];
        destination_user_identifier "DestinationUserIdentifier": required String [DEVELOPER_USER_IDENTIFIER];
        developer_provider_name "DeveloperProviderName": required String [DEVELOPER_PROVIDER_NAME];
        identity_pool_id "IdentityPoolId": required String [IDENTITY_POOL_ID];
    }
}

shape! {
    #[derive(Default)]
    output MergeDeveloperIdentitiesResponse {
        identity_id "IdentityId": optional String;
    }
}

shape! {
    both RoleMapping {
        type_ "Type": required RoleMappingType [ROLE_MAPPING_TYPE];
        ambiguous_role_resolution "AmbiguousRoleResolution": optional AmbiguousRoleResolutionType [AMBIGUOUS_ROLE_RESOLUTION_TYPE];
        rules_configuration "RulesConfiguration": optional RulesConfigurationType [ANY];
    }
}

shape! {
    both RulesConfigurationType {
        rules "Rules": required Vec<MappingRule> [MAPPING_RULES_LIST];
    }
}

shape! {
    input SetIdentityPoolRolesInput {
        identity_pool_id "IdentityPoolId": required String [IDENTITY_POOL_ID];
        roles "Roles": required BTreeMap<String, String> [ROLES_MAP];
        role_mappings "RoleMappings": optional BTreeMap<String, RoleMapping> [ROLE_MAPPING_MAP];
    }
}

shape! {
    input SetPrincipalTagAttributeMapInput {
        identity_pool_id "IdentityPoolId": required String [IDENTITY_POOL_ID];
        identity_provider_name "IdentityProviderName": required String [IDENTITY_PROVIDER_NAME];
        use_defaults "UseDefaults": optional bool [ANY];
        principal_tags "PrincipalTags": optional BTreeMap<String, String> [PRINCIPAL_TAGS];
    }
}

shape! {
    #[derive(Default)]
    output SetPrincipalTagAttributeMapResponse {
        identity_pool_id "IdentityPoolId": optional String;
        identity_provider_name "IdentityProviderName": optional String;
        use_defaults "UseDefaults": optional bool;
        principal_tags "PrincipalTags": optional BTreeMap<String, String>;
    }
}

shape! {
    input TagResourceInput {
        resource_arn "ResourceArn": required String [ARN_STRING];
        tags "Tags": required BTreeMap<String, String> [IDENTITY_POOL_TAGS_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output TagResourceResponse {}
}

shape! {
    input UnlinkDeveloperIdentityInput {
        identity_id "IdentityId": required String [IDENTITY_ID];
        identity_pool_id "IdentityPoolId": required String [IDENTITY_POOL_ID];
        developer_provider_name "DeveloperProviderName": required String [DEVELOPER_PROVIDER_NAME];
        developer_user_identifier "DeveloperUserIdentifier": required String [DEVELOPER_USER_IDENTIFIER];
    }
}

shape! {
    input UnlinkIdentityInput {
        identity_id "IdentityId": required String [IDENTITY_ID];
        logins "Logins": required SecretMap [LOGINS_MAP];
        logins_to_remove "LoginsToRemove": required Vec<String> [LOGINS_LIST];
    }
}

shape! {
    #[derive(Default)]
    output UnprocessedIdentityId {
        identity_id "IdentityId": optional String;
        error_code "ErrorCode": optional ErrorCode;
    }
}

shape! {
    input UntagResourceInput {
        resource_arn "ResourceArn": required String [ARN_STRING];
        tag_keys "TagKeys": required Vec<String> [IDENTITY_POOL_TAGS_LIST_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output UntagResourceResponse {}
}

enumeration! {
    AmbiguousRoleResolutionType {
        AuthenticatedRole = "AuthenticatedRole",
        Deny = "Deny",
    }
}

enumeration! {
    ErrorCode {
        AccessDenied = "AccessDenied",
        InternalServerError = "InternalServerError",
    }
}

enumeration! {
    MappingRuleMatchType {
        Equals = "Equals",
        Contains = "Contains",
        StartsWith = "StartsWith",
        NotEqual = "NotEqual",
    }
}

enumeration! {
    RoleMappingType {
        Token = "Token",
        Rules = "Rules",
    }
}

static COGNITO_IDENTITY_PROVIDER_NAME: Constraint = Constraint::shown(&[
    MaxLength(128),
    MinLength(1),
    Pattern(&COGNITO_IDENTITY_PROVIDER_NAME_PATTERN),
]);
static COGNITO_IDENTITY_PROVIDER_CLIENT_ID: Constraint = Constraint::shown(&[
    MaxLength(128),
    MinLength(1),
    Pattern(&COGNITO_IDENTITY_PROVIDER_CLIENT_ID_PATTERN),
]);
static IDENTITY_POOL_NAME: Constraint = Constraint::shown(&[
    MaxLength(128),
    MinLength(1),
    Pattern(&IDENTITY_POOL_NAME_PATTERN),
]);
static IDENTITY_PROVIDER_NAME: Constraint = Constraint::shown(&[MaxLength(128), MinLength(1)]);
static IDENTITY_PROVIDER_ID: Constraint = Constraint::shown(&[
    MaxLength(128),
    MinLength(1),
    Pattern(&IDENTITY_PROVIDER_ID_PATTERN),
]);
static IDENTITY_PROVIDERS: Constraint = Constraint::shown(&[
    MaxLength(10),
    Keys(&IDENTITY_PROVIDER_NAME),
    Values(&IDENTITY_PROVIDER_ID),
]);
static DEVELOPER_PROVIDER_NAME: Constraint = Constraint::shown(&[
    MaxLength(128),
    MinLength(1),
    Pattern(&DEVELOPER_PROVIDER_NAME_PATTERN),
]);
static ARN_STRING: Constraint = Constraint::shown(&[MaxLength(2048), MinLength(20)]);
static OIDC_PROVIDER_LIST: Constraint = Constraint::shown(&[Items(&ARN_STRING)]);
static SAML_PROVIDER_LIST: Constraint = Constraint::shown(&[Items(&ARN_STRING)]);
static TAG_KEYS_TYPE: Constraint = Constraint::shown(&[MaxLength(128), MinLength(1)]);
static TAG_VALUE_TYPE: Constraint = Constraint::shown(&[MaxLength(256), MinLength(0)]);
static IDENTITY_POOL_TAGS_TYPE: Constraint =
    Constraint::shown(&[Keys(&TAG_KEYS_TYPE), Values(&TAG_VALUE_TYPE)]);
static IDENTITY_ID: Constraint =
    Constraint::shown(&[MaxLength(55), MinLength(1), Pattern(&IDENTITY_ID_PATTERN)]);
static IDENTITY_ID_LIST: Constraint =
    Constraint::shown(&[MaxLength(60), MinLength(1), Items(&IDENTITY_ID)]);
static IDENTITY_POOL_ID: Constraint =
    Constraint::shown(&[MaxLength(55), MinLength(1), Pattern(&IDENTITY_ID_PATTERN)]);
static IDENTITY_PROVIDER_TOKEN: Constraint = Constraint::hidden(&[MaxLength(50000), MinLength(1)]);
static LOGINS_MAP: Constraint = Constraint::shown(&[
    MaxLength(10),
    Keys(&IDENTITY_PROVIDER_NAME),
    Values(&IDENTITY_PROVIDER_TOKEN),
]);
static ACCOUNT_ID: Constraint =
    Constraint::shown(&[MaxLength(15), MinLength(1), Pattern(&ACCOUNT_ID_PATTERN)]);
static PRINCIPAL_TAG_ID: Constraint = Constraint::shown(&[MaxLength(128), MinLength(1)]);
static PRINCIPAL_TAG_VALUE: Constraint = Constraint::shown(&[MaxLength(256), MinLength(1)]);
static PRINCIPAL_TAGS: Constraint = Constraint::shown(&[
    MaxLength(50),
    Keys(&PRINCIPAL_TAG_ID),
    Values(&PRINCIPAL_TAG_VALUE),
]);
static TOKEN_DURATION: Constraint = Constraint::shown(&[AtMost(86400), AtLeast(1)]);
static QUERY_LIMIT: Constraint = Constraint::shown(&[AtMost(60), AtLeast(1)]);
static PAGINATION_KEY: Constraint = Constraint::shown(&[
    MaxLength(65535),
    MinLength(1),
    Pattern(&PAGINATION_KEY_PATTERN),
]);
static DEVELOPER_USER_IDENTIFIER: Constraint = Constraint::shown(&[MaxLength(1024), MinLength(1)]);
static CLAIM_NAME: Constraint =
    Constraint::shown(&[MaxLength(64), MinLength(1), Pattern(&CLAIM_NAME_PATTERN)]);
static MAPPING_RULE_MATCH_TYPE: Constraint =
    Constraint::shown(&[Enum(&["Equals", "NotEqual", "Contains", "StartsWith"])]);
static CLAIM_VALUE: Constraint = Constraint::shown(&[MaxLength(128), MinLength(1)]);
static ROLE_MAPPING_TYPE: Constraint = Constraint::shown(&[Enum(&["Token", "Rules"])]);
static AMBIGUOUS_ROLE_RESOLUTION_TYPE: Constraint =
    Constraint::shown(&[Enum(&["AuthenticatedRole", "Deny"])]);
static MAPPING_RULES_LIST: Constraint = Constraint::shown(&[MaxLength(400), MinLength(1)]);
static ROLE_TYPE: Constraint =
    Constraint::shown(&[MaxLength(128), MinLength(1), Pattern(&ROLE_TYPE_PATTERN)]);
static ROLES_MAP: Constraint =
    Constraint::shown(&[MaxLength(2), Keys(&ROLE_TYPE), Values(&ARN_STRING)]);
static ROLE_MAPPING_MAP: Constraint =
    Constraint::shown(&[MaxLength(10), Keys(&IDENTITY_PROVIDER_NAME)]);
static LOGINS_LIST: Constraint = Constraint::shown(&[Items(&IDENTITY_PROVIDER_NAME)]);
static IDENTITY_POOL_TAGS_LIST_TYPE: Constraint = Constraint::shown(&[Items(&TAG_KEYS_TYPE)]);

static COGNITO_IDENTITY_PROVIDER_NAME_PATTERN: Pattern = Pattern::new(
    r"[\w._:/-]+",
    Matcher::Each(Class::new(0x07fffffe87fffffe07ffe00000000000, ""), 1),
);
static COGNITO_IDENTITY_PROVIDER_CLIENT_ID_PATTERN: Pattern = Pattern::new(
    r"[\w_]+",
    Matcher::Each(Class::new(0x07fffffe87fffffe03ff000000000000, ""), 1),
);
static IDENTITY_POOL_NAME_PATTERN: Pattern = Pattern::new(
    r"[\w\s+=,.@-]+",
    Matcher::Each(Class::new(0x07fffffe87ffffff23ff780100003e00, ""), 1),
);
static IDENTITY_PROVIDER_ID_PATTERN: Pattern = Pattern::new(
    r"[\w.;_/-]+",
    Matcher::Each(Class::new(0x07fffffe87fffffe0bffe00000000000, ""), 1),
);
static DEVELOPER_PROVIDER_NAME_PATTERN: Pattern = Pattern::new(
    r"[\w._-]+",
    Matcher::Each(Class::new(0x07fffffe87fffffe03ff600000000000, ""), 1),
);
static IDENTITY_ID_PATTERN: Pattern = Pattern::new(
    r"[\w-]+:[0-9a-f-]+",
    Matcher::Joined(
        Class::new(0x07fffffe87fffffe03ff200000000000, ""),
        ':',
        Class::new(0x0000007e0000000003ff200000000000, ""),
    ),
);
static ACCOUNT_ID_PATTERN: Pattern = Pattern::new(r"\d+", Matcher::regex("^(?:[0-9]+)$"));
static PAGINATION_KEY_PATTERN: Pattern = Pattern::new(
    r"[\S]+",
    Matcher::Each(Class::new(0xfffffffffffffffffffffffeffffc1ff, "LMNPSZC"), 1),
);
static CLAIM_NAME_PATTERN: Pattern = Pattern::new(
    r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+",
    Matcher::Each(Class::new(0x7ffffffffffffffffffffffe00000000, "LMNPS"), 1),
);
static ROLE_TYPE_PATTERN: Pattern = Pattern::new(
    "(un)?authenticated",
    Matcher::regex("^(?:(un)?authenticated)$"),
);

/// Every pattern of this service, so that a test can try each.
#[cfg(test)]
pub(super) static PATTERNS: &[&Pattern] = &[
    &COGNITO_IDENTITY_PROVIDER_NAME_PATTERN,
    &COGNITO_IDENTITY_PROVIDER_CLIENT_ID_PATTERN,
    &IDENTITY_POOL_NAME_PATTERN,
    &IDENTITY_PROVIDER_ID_PATTERN,
    &DEVELOPER_PROVIDER_NAME_PATTERN,
    &IDENTITY_ID_PATTERN,
    &ACCOUNT_ID_PATTERN,
    &PAGINATION_KEY_PATTERN,
    &CLAIM_NAME_PATTERN,
    &ROLE_TYPE_PATTERN,
];
