// Written by scripts/generate-model from botocore 1.44.8; do not edit.
//! What AWS declares for Amazon Cognito user pools (`cognito-idp`): operations, errors, shapes, constraints.
//!
//! A line of a `shape!` is a member: our name, the name on the wire, whether AWS requires it, its
//! type and, where requests are read, the constraint it must satisfy.
#![allow(
    missing_docs,
    reason = "the AWS API reference documents every shape and member under its name"
)]

use super::need::{optional, required};
use super::pattern::left_to_the_operation;
use super::pattern::{Class, Matcher, Pattern};
use super::rule::Rule::*;
use super::rule::{ANY, Constraint};
use super::{
    ClientId, Contact, GroupName, NoOutput, OrEmpty, PoolId, Secret, SecretMap, Username,
    enumeration, operations, shape,
};
use crate::clock::Timestamp;
use serde_json::Value;
use std::collections::BTreeMap;

operations! {
    AddCustomAttributes: signed AddCustomAttributesRequest -> AddCustomAttributesResponse [
        "ResourceNotFoundException", "InvalidParameterException", "TooManyRequestsException",
        "NotAuthorizedException", "OperationNotEnabledException", "UserImportInProgressException",
        "InternalErrorException",
    ];
    AddUserPoolClientSecret: signed AddUserPoolClientSecretRequest -> AddUserPoolClientSecretResponse [
        "InvalidParameterException", "InternalServerException", "TooManyRequestsException",
        "LimitExceededException", "AccessDeniedException", "ResourceNotFoundException",
    ];
    AdminAddUserToGroup: signed AdminAddUserToGroupRequest -> NoOutput [
        "InvalidParameterException", "ResourceNotFoundException", "TooManyRequestsException",
        "NotAuthorizedException", "UserNotFoundException", "OperationNotEnabledException",
        "InternalErrorException",
    ];
    AdminConfirmSignUp: signed AdminConfirmSignUpRequest -> AdminConfirmSignUpResponse [
        "ResourceNotFoundException", "InvalidParameterException", "UnexpectedLambdaException",
        "UserLambdaValidationException", "NotAuthorizedException", "TooManyFailedAttemptsException",
        "InvalidLambdaResponseException", "TooManyRequestsException", "LimitExceededException",
        "UserNotFoundException", "OperationNotEnabledException", "InternalErrorException",
    ];
    AdminCreateUser: signed AdminCreateUserRequest -> AdminCreateUserResponse [
        "ResourceNotFoundException", "InvalidParameterException", "UserNotFoundException",
        "UsernameExistsException", "InvalidPasswordException", "CodeDeliveryFailureException",
        "UnexpectedLambdaException", "UserLambdaValidationException",
        "InvalidLambdaResponseException", "PreconditionNotMetException",
        "InvalidSmsRoleAccessPolicyException", "InvalidSmsRoleTrustRelationshipException",
        "TooManyRequestsException", "NotAuthorizedException", "UnsupportedUserStateException",
        "OperationNotEnabledException", "InternalErrorException",
    ];
    AdminDeleteSoftwareToken: signed AdminDeleteSoftwareTokenRequest -> AdminDeleteSoftwareTokenResponse [
        "ResourceNotFoundException", "InvalidParameterException", "NotAuthorizedException",
        "TooManyRequestsException", "UserNotFoundException", "UserNotConfirmedException",
        "OperationNotEnabledException", "InternalErrorException",
    ];
    AdminDeleteUser: signed AdminDeleteUserRequest -> NoOutput [
        "ResourceNotFoundException", "InvalidParameterException", "TooManyRequestsException",
        "NotAuthorizedException", "UserNotFoundException", "OperationNotEnabledException",
        "InternalErrorException",
    ];
    AdminDeleteUserAttributes: signed AdminDeleteUserAttributesRequest -> AdminDeleteUserAttributesResponse [
        "ResourceNotFoundException", "InvalidParameterException", "TooManyRequestsException",
        "NotAuthorizedException", "UserNotFoundException", "OperationNotEnabledException",
        "InternalErrorException",
    ];
    AdminDisableProviderForUser: signed AdminDisableProviderForUserRequest -> AdminDisableProviderForUserResponse [
        "ResourceNotFoundException", "InvalidParameterException", "TooManyRequestsException",
        "NotAuthorizedException", "UserNotFoundException", "AliasExistsException",
        "OperationNotEnabledException", "InternalErrorException",
    ];
    AdminDisableUser: signed AdminDisableUserRequest -> AdminDisableUserResponse [
        "ResourceNotFoundException", "InvalidParameterException", "TooManyRequestsException",
        "NotAuthorizedException", "UserNotFoundException", "OperationNotEnabledException",
        "InternalErrorException",
    ];
    AdminEnableUser: signed AdminEnableUserRequest -> AdminEnableUserResponse [
        "ResourceNotFoundException", "InvalidParameterException", "TooManyRequestsException",
        "NotAuthorizedException", "UserNotFoundException", "OperationNotEnabledException",
        "InternalErrorException",
    ];
    AdminForgetDevice: signed AdminForgetDeviceRequest -> NoOutput [
        "ResourceNotFoundException", "InvalidParameterException",
        "InvalidUserPoolConfigurationException", "TooManyRequestsException",
        "NotAuthorizedException", "OperationNotEnabledException", "UserNotFoundException",
        "InternalErrorException",
    ];
    AdminGetDevice: signed AdminGetDeviceRequest -> AdminGetDeviceResponse [
        "ResourceNotFoundException", "InvalidParameterException",
        "InvalidUserPoolConfigurationException", "TooManyRequestsException",
        "OperationNotEnabledException", "InternalErrorException", "NotAuthorizedException",
    ];
    AdminGetUser: signed AdminGetUserRequest -> AdminGetUserResponse [
        "ResourceNotFoundException", "InvalidParameterException", "TooManyRequestsException",
        "NotAuthorizedException", "UserNotFoundException", "OperationNotEnabledException",
        "InternalErrorException",
    ];
    AdminGetUserAuthFactors: signed AdminGetUserAuthFactorsRequest -> AdminGetUserAuthFactorsResponse [
        "ResourceNotFoundException", "InvalidParameterException", "NotAuthorizedException",
        "OperationNotEnabledException", "TooManyRequestsException", "UserNotFoundException",
        "InternalErrorException",
    ];
    AdminInitiateAuth: signed AdminInitiateAuthRequest -> AdminInitiateAuthResponse [
        "ResourceNotFoundException", "UnsupportedOperationException", "InvalidParameterException",
        "NotAuthorizedException", "TooManyRequestsException", "InternalErrorException",
        "UnexpectedLambdaException", "InvalidUserPoolConfigurationException",
        "UserLambdaValidationException", "InvalidLambdaResponseException",
        "MFAMethodNotFoundException", "InvalidSmsRoleAccessPolicyException",
        "InvalidEmailRoleAccessPolicyException", "InvalidSmsRoleTrustRelationshipException",
        "PasswordResetRequiredException", "UserNotFoundException", "UserNotConfirmedException",
        "OperationNotEnabledException", "FeatureUnavailableInTierException",
    ];
    AdminLinkProviderForUser: signed AdminLinkProviderForUserRequest -> AdminLinkProviderForUserResponse [
        "ResourceNotFoundException", "InvalidParameterException", "TooManyRequestsException",
        "NotAuthorizedException", "UserNotFoundException", "AliasExistsException",
        "LimitExceededException", "OperationNotEnabledException", "InternalErrorException",
    ];
    AdminListDevices: signed AdminListDevicesRequest -> AdminListDevicesResponse [
        "InvalidParameterException", "ResourceNotFoundException",
        "InvalidUserPoolConfigurationException", "TooManyRequestsException",
        "OperationNotEnabledException", "InternalErrorException", "NotAuthorizedException",
    ];
    AdminListGroupsForUser: signed AdminListGroupsForUserRequest -> AdminListGroupsForUserResponse [
        "InvalidParameterException", "ResourceNotFoundException", "TooManyRequestsException",
        "NotAuthorizedException", "UserNotFoundException", "OperationNotEnabledException",
        "InternalErrorException",
    ];
    AdminListUserAuthEvents: signed AdminListUserAuthEventsRequest -> AdminListUserAuthEventsResponse [
        "InvalidParameterException", "ResourceNotFoundException", "TooManyRequestsException",
        "NotAuthorizedException", "UserNotFoundException", "OperationNotEnabledException",
        "UserPoolAddOnNotEnabledException", "InternalErrorException",
    ];
    AdminListUserSessions: signed AdminListUserSessionsRequest -> AdminListUserSessionsResponse [
        "InvalidParameterException", "ResourceNotFoundException", "TooManyRequestsException",
        "NotAuthorizedException", "UserNotFoundException", "OperationNotEnabledException",
        "InternalErrorException",
    ];
    AdminRemoveUserFromGroup: signed AdminRemoveUserFromGroupRequest -> NoOutput [
        "InvalidParameterException", "ResourceNotFoundException", "TooManyRequestsException",
        "NotAuthorizedException", "UserNotFoundException", "OperationNotEnabledException",
        "InternalErrorException",
    ];
    AdminResetUserPassword: signed AdminResetUserPasswordRequest -> AdminResetUserPasswordResponse [
        "ResourceNotFoundException", "InvalidParameterException", "UnexpectedLambdaException",
        "UserLambdaValidationException", "NotAuthorizedException", "InvalidLambdaResponseException",
        "TooManyRequestsException", "LimitExceededException", "UserNotFoundException",
        "InvalidSmsRoleAccessPolicyException", "InvalidEmailRoleAccessPolicyException",
        "InvalidSmsRoleTrustRelationshipException", "OperationNotEnabledException",
        "InternalErrorException",
    ];
    AdminRespondToAuthChallenge: signed AdminRespondToAuthChallengeRequest -> AdminRespondToAuthChallengeResponse [
        "ResourceNotFoundException", "InvalidParameterException", "NotAuthorizedException",
        "CodeMismatchException", "ExpiredCodeException", "UnexpectedLambdaException",
        "InvalidPasswordException", "PasswordHistoryPolicyViolationException",
        "UserLambdaValidationException", "InvalidLambdaResponseException",
        "TooManyRequestsException", "InvalidUserPoolConfigurationException",
        "InternalErrorException", "MFAMethodNotFoundException",
        "InvalidEmailRoleAccessPolicyException", "InvalidSmsRoleAccessPolicyException",
        "InvalidSmsRoleTrustRelationshipException", "AliasExistsException",
        "PasswordResetRequiredException", "UserNotFoundException", "UserNotConfirmedException",
        "SoftwareTokenMFANotFoundException", "OperationNotEnabledException",
    ];
    AdminRevokeUserSession: signed AdminRevokeUserSessionRequest -> AdminRevokeUserSessionResponse [
        "InvalidParameterException", "ResourceNotFoundException", "TooManyRequestsException",
        "NotAuthorizedException", "UserNotFoundException", "OperationNotEnabledException",
        "InternalErrorException",
    ];
    AdminSetUserMFAPreference: signed AdminSetUserMFAPreferenceRequest -> AdminSetUserMFAPreferenceResponse [
        "ResourceNotFoundException", "InvalidParameterException", "NotAuthorizedException",
        "PasswordResetRequiredException", "UserNotFoundException", "UserNotConfirmedException",
        "OperationNotEnabledException", "InternalErrorException",
    ];
    AdminSetUserPassword: signed AdminSetUserPasswordRequest -> AdminSetUserPasswordResponse [
        "ResourceNotFoundException", "NotAuthorizedException", "UserNotFoundException",
        "InternalErrorException", "TooManyRequestsException", "InvalidParameterException",
        "InvalidPasswordException", "PasswordHistoryPolicyViolationException",
        "OperationNotEnabledException",
    ];
    AdminSetUserSettings: signed AdminSetUserSettingsRequest -> AdminSetUserSettingsResponse [
        "ResourceNotFoundException", "InvalidParameterException", "NotAuthorizedException",
        "UserNotFoundException", "OperationNotEnabledException", "InternalErrorException",
    ];
    AdminUpdateAuthEventFeedback: signed AdminUpdateAuthEventFeedbackRequest -> AdminUpdateAuthEventFeedbackResponse [
        "InvalidParameterException", "ResourceNotFoundException", "TooManyRequestsException",
        "NotAuthorizedException", "UserNotFoundException", "UserPoolAddOnNotEnabledException",
        "OperationNotEnabledException", "InternalErrorException",
    ];
    AdminUpdateDeviceStatus: signed AdminUpdateDeviceStatusRequest -> AdminUpdateDeviceStatusResponse [
        "InvalidParameterException", "ResourceNotFoundException",
        "InvalidUserPoolConfigurationException", "TooManyRequestsException",
        "NotAuthorizedException", "OperationNotEnabledException", "UserNotFoundException",
        "InternalErrorException",
    ];
    AdminUpdateUserAttributes: signed AdminUpdateUserAttributesRequest -> AdminUpdateUserAttributesResponse [
        "ResourceNotFoundException", "InvalidParameterException", "UnexpectedLambdaException",
        "UserLambdaValidationException", "InvalidLambdaResponseException", "AliasExistsException",
        "TooManyRequestsException", "NotAuthorizedException", "UserNotFoundException",
        "InternalErrorException", "InvalidSmsRoleAccessPolicyException",
        "InvalidEmailRoleAccessPolicyException", "InvalidSmsRoleTrustRelationshipException",
        "OperationNotEnabledException",
    ];
    AdminUserGlobalSignOut: signed AdminUserGlobalSignOutRequest -> AdminUserGlobalSignOutResponse [
        "ResourceNotFoundException", "InvalidParameterException", "TooManyRequestsException",
        "NotAuthorizedException", "UserNotFoundException", "OperationNotEnabledException",
        "InternalErrorException",
    ];
    AssociateSoftwareToken: unsigned AssociateSoftwareTokenRequest -> AssociateSoftwareTokenResponse [
        "ConcurrentModificationException", "InvalidParameterException", "NotAuthorizedException",
        "ResourceNotFoundException", "InternalErrorException", "SoftwareTokenMFANotFoundException",
        "ForbiddenException", "OperationNotEnabledException",
    ];
    CancelPointInTimeRecovery: signed CancelPointInTimeRecoveryRequest -> CancelPointInTimeRecoveryResponse [
        "InvalidParameterException", "ResourceNotFoundException",
        "FeatureUnavailableInTierException", "ConcurrentModificationException",
        "TooManyRequestsException", "NotAuthorizedException", "OperationNotEnabledException",
        "InternalErrorException",
    ];
    ChangePassword: unsigned ChangePasswordRequest -> ChangePasswordResponse [
        "ResourceNotFoundException", "InvalidParameterException", "InvalidPasswordException",
        "PasswordHistoryPolicyViolationException", "NotAuthorizedException",
        "TooManyRequestsException", "LimitExceededException", "PasswordResetRequiredException",
        "UserNotFoundException", "UserNotConfirmedException", "OperationNotEnabledException",
        "InternalErrorException", "ForbiddenException",
    ];
    CompleteWebAuthnRegistration: unsigned CompleteWebAuthnRegistrationRequest -> CompleteWebAuthnRegistrationResponse [
        "ForbiddenException", "InternalErrorException", "InvalidParameterException",
        "LimitExceededException", "NotAuthorizedException", "TooManyRequestsException",
        "WebAuthnNotEnabledException", "WebAuthnChallengeNotFoundException",
        "WebAuthnRelyingPartyMismatchException", "WebAuthnClientMismatchException",
        "WebAuthnOriginNotAllowedException", "PasswordResetRequiredException",
        "WebAuthnCredentialNotSupportedException", "OperationNotEnabledException",
    ];
    ConfirmDevice: unsigned ConfirmDeviceRequest -> ConfirmDeviceResponse [
        "ResourceNotFoundException", "InvalidParameterException", "NotAuthorizedException",
        "InvalidPasswordException", "InvalidLambdaResponseException", "UsernameExistsException",
        "InvalidUserPoolConfigurationException", "TooManyRequestsException",
        "PasswordResetRequiredException", "UserNotFoundException", "UserNotConfirmedException",
        "InternalErrorException", "OperationNotEnabledException", "DeviceKeyExistsException",
        "ForbiddenException",
    ];
    ConfirmForgotPassword: unsigned ConfirmForgotPasswordRequest -> ConfirmForgotPasswordResponse [
        "ResourceNotFoundException", "UnexpectedLambdaException", "UserLambdaValidationException",
        "InvalidParameterException", "InvalidPasswordException",
        "PasswordHistoryPolicyViolationException", "NotAuthorizedException",
        "CodeMismatchException", "ExpiredCodeException", "TooManyFailedAttemptsException",
        "InvalidLambdaResponseException", "TooManyRequestsException", "LimitExceededException",
        "UserNotFoundException", "UserNotConfirmedException", "OperationNotEnabledException",
        "InternalErrorException", "ForbiddenException",
    ];
    ConfirmSignUp: unsigned ConfirmSignUpRequest -> ConfirmSignUpResponse [
        "ResourceNotFoundException", "InvalidParameterException", "UnexpectedLambdaException",
        "UserLambdaValidationException", "NotAuthorizedException", "TooManyFailedAttemptsException",
        "CodeMismatchException", "ExpiredCodeException", "InvalidLambdaResponseException",
        "AliasExistsException", "TooManyRequestsException", "LimitExceededException",
        "UserNotFoundException", "OperationNotEnabledException", "InternalErrorException",
        "ForbiddenException",
    ];
    CreateCIMDPolicy: signed CreateCIMDPolicyRequest -> CreateCIMDPolicyResponse [
        "InvalidParameterException", "ResourceNotFoundException", "ConcurrentModificationException",
        "NotAuthorizedException", "TooManyRequestsException", "LimitExceededException",
        "OperationNotEnabledException", "InternalErrorException",
        "FeatureUnavailableInTierException",
    ];
    CreateGroup: signed CreateGroupRequest -> CreateGroupResponse [
        "InvalidParameterException", "GroupExistsException", "ResourceNotFoundException",
        "TooManyRequestsException", "LimitExceededException", "NotAuthorizedException",
        "OperationNotEnabledException", "InternalErrorException",
    ];
    CreateIdentityProvider: signed CreateIdentityProviderRequest -> CreateIdentityProviderResponse [
        "InvalidParameterException", "DuplicateProviderException", "ResourceNotFoundException",
        "NotAuthorizedException", "TooManyRequestsException", "LimitExceededException",
        "InternalErrorException",
    ];
    CreateManagedLoginBranding: signed CreateManagedLoginBrandingRequest -> CreateManagedLoginBrandingResponse [
        "ResourceNotFoundException", "ConcurrentModificationException",
        "ManagedLoginBrandingExistsException", "InvalidParameterException",
        "TooManyRequestsException", "NotAuthorizedException", "LimitExceededException",
        "OperationNotEnabledException", "InternalErrorException",
    ];
    CreateResourceServer: signed CreateResourceServerRequest -> CreateResourceServerResponse [
        "InvalidParameterException", "ResourceNotFoundException", "NotAuthorizedException",
        "TooManyRequestsException", "LimitExceededException", "OperationNotEnabledException",
        "InternalErrorException",
    ];
    CreateTerms: signed CreateTermsRequest -> CreateTermsResponse [
        "ResourceNotFoundException", "ConcurrentModificationException", "TermsExistsException",
        "InvalidParameterException", "TooManyRequestsException", "NotAuthorizedException",
        "LimitExceededException", "OperationNotEnabledException", "InternalErrorException",
    ];
    CreateUserImportJob: signed CreateUserImportJobRequest -> CreateUserImportJobResponse [
        "ResourceNotFoundException", "InvalidParameterException", "TooManyRequestsException",
        "PreconditionNotMetException", "NotAuthorizedException", "LimitExceededException",
        "OperationNotEnabledException", "InternalErrorException",
    ];
    CreateUserPool: signed CreateUserPoolRequest -> CreateUserPoolResponse [
        "InvalidParameterException", "TooManyRequestsException", "LimitExceededException",
        "InvalidSmsRoleAccessPolicyException", "InvalidSmsRoleTrustRelationshipException",
        "InvalidEmailRoleAccessPolicyException", "NotAuthorizedException",
        "UserPoolTaggingException", "InternalErrorException", "TierChangeNotAllowedException",
        "FeatureUnavailableInTierException",
    ];
    CreateUserPoolClient: signed CreateUserPoolClientRequest -> CreateUserPoolClientResponse [
        "InvalidParameterException", "ResourceNotFoundException", "TooManyRequestsException",
        "LimitExceededException", "NotAuthorizedException", "ScopeDoesNotExistException",
        "InvalidOAuthFlowException", "OperationNotEnabledException", "InternalErrorException",
        "FeatureUnavailableInTierException",
    ];
    CreateUserPoolDomain: signed CreateUserPoolDomainRequest -> CreateUserPoolDomainResponse [
        "InvalidParameterException", "NotAuthorizedException", "ConcurrentModificationException",
        "ResourceNotFoundException", "LimitExceededException", "InternalErrorException",
        "OperationNotEnabledException", "FeatureUnavailableInTierException",
    ];
    CreateUserPoolReplica: signed CreateUserPoolReplicaRequest -> CreateUserPoolReplicaResponse [
        "InvalidParameterException", "TooManyRequestsException", "LimitExceededException",
        "NotAuthorizedException", "UserPoolTaggingException", "OperationNotEnabledException",
        "InternalErrorException", "ResourceNotFoundException", "FeatureUnavailableInTierException",
    ];
    DeleteCIMDPolicy: signed DeleteCIMDPolicyRequest -> DeleteCIMDPolicyResponse [
        "InvalidParameterException", "ResourceNotFoundException", "ConcurrentModificationException",
        "TooManyRequestsException", "NotAuthorizedException", "OperationNotEnabledException",
        "InternalErrorException",
    ];
    DeleteGroup: signed DeleteGroupRequest -> NoOutput [
        "ResourceNotFoundException", "InvalidParameterException", "TooManyRequestsException",
        "NotAuthorizedException", "OperationNotEnabledException", "InternalErrorException",
    ];
    DeleteIdentityProvider: signed DeleteIdentityProviderRequest -> NoOutput [
        "InvalidParameterException", "UnsupportedIdentityProviderException",
        "ConcurrentModificationException", "ResourceNotFoundException", "NotAuthorizedException",
        "TooManyRequestsException", "InternalErrorException",
    ];
    DeleteManagedLoginBranding: signed DeleteManagedLoginBrandingRequest -> NoOutput [
        "ResourceNotFoundException", "ConcurrentModificationException", "InvalidParameterException",
        "TooManyRequestsException", "NotAuthorizedException", "OperationNotEnabledException",
        "InternalErrorException",
    ];
    DeleteResourceServer: signed DeleteResourceServerRequest -> NoOutput [
        "InvalidParameterException", "ResourceNotFoundException", "NotAuthorizedException",
        "TooManyRequestsException", "OperationNotEnabledException", "InternalErrorException",
    ];
    DeleteTerms: signed DeleteTermsRequest -> NoOutput [
        "ResourceNotFoundException", "ConcurrentModificationException", "InvalidParameterException",
        "TooManyRequestsException", "NotAuthorizedException", "OperationNotEnabledException",
        "InternalErrorException",
    ];
    DeleteUser: unsigned DeleteUserRequest -> NoOutput [
        "ResourceNotFoundException", "InvalidParameterException", "NotAuthorizedException",
        "TooManyRequestsException", "PasswordResetRequiredException", "UserNotFoundException",
        "UserNotConfirmedException", "OperationNotEnabledException", "InternalErrorException",
        "ForbiddenException",
    ];
    DeleteUserAttributes: unsigned DeleteUserAttributesRequest -> DeleteUserAttributesResponse [
        "ResourceNotFoundException", "InvalidParameterException", "NotAuthorizedException",
        "TooManyRequestsException", "PasswordResetRequiredException", "UserNotFoundException",
        "UserNotConfirmedException", "OperationNotEnabledException", "InternalErrorException",
        "ForbiddenException",
    ];
    DeleteUserPool: signed DeleteUserPoolRequest -> NoOutput [
        "ResourceNotFoundException", "InvalidParameterException", "TooManyRequestsException",
        "NotAuthorizedException", "UserImportInProgressException", "OperationNotEnabledException",
        "InternalErrorException",
    ];
    DeleteUserPoolClient: signed DeleteUserPoolClientRequest -> NoOutput [
        "ResourceNotFoundException", "InvalidParameterException", "TooManyRequestsException",
        "NotAuthorizedException", "ConcurrentModificationException", "OperationNotEnabledException",
        "InternalErrorException",
    ];
    DeleteUserPoolClientSecret: signed DeleteUserPoolClientSecretRequest -> DeleteUserPoolClientSecretResponse [
        "InvalidParameterException", "InternalServerException", "TooManyRequestsException",
        "LimitExceededException", "ResourceNotFoundException",
    ];
    DeleteUserPoolDomain: signed DeleteUserPoolDomainRequest -> DeleteUserPoolDomainResponse [
        "NotAuthorizedException", "InvalidParameterException", "ConcurrentModificationException",
        "ResourceNotFoundException", "OperationNotEnabledException", "InternalErrorException",
    ];
    DeleteUserPoolReplica: signed DeleteUserPoolReplicaRequest -> DeleteUserPoolReplicaResponse [
        "InvalidParameterException", "TooManyRequestsException", "NotAuthorizedException",
        "OperationNotEnabledException", "InternalErrorException", "ResourceNotFoundException",
    ];
    DeleteWebAuthnCredential: unsigned DeleteWebAuthnCredentialRequest -> DeleteWebAuthnCredentialResponse [
        "ForbiddenException", "InternalErrorException", "InvalidParameterException",
        "TooManyRequestsException", "LimitExceededException", "PasswordResetRequiredException",
        "NotAuthorizedException", "ResourceNotFoundException", "OperationNotEnabledException",
    ];
    DescribeCIMDPolicy: signed DescribeCIMDPolicyRequest -> DescribeCIMDPolicyResponse [
        "InvalidParameterException", "ResourceNotFoundException", "NotAuthorizedException",
        "TooManyRequestsException", "InternalErrorException",
    ];
    DescribeIdentityProvider: signed DescribeIdentityProviderRequest -> DescribeIdentityProviderResponse [
        "InvalidParameterException", "ResourceNotFoundException", "NotAuthorizedException",
        "TooManyRequestsException", "InternalErrorException",
    ];
    DescribeManagedLoginBranding: signed DescribeManagedLoginBrandingRequest -> DescribeManagedLoginBrandingResponse [
        "ResourceNotFoundException", "InvalidParameterException", "TooManyRequestsException",
        "NotAuthorizedException", "OperationNotEnabledException", "InternalErrorException",
    ];
    DescribeManagedLoginBrandingByClient: signed DescribeManagedLoginBrandingByClientRequest -> DescribeManagedLoginBrandingByClientResponse [
        "ResourceNotFoundException", "InvalidParameterException", "TooManyRequestsException",
        "NotAuthorizedException", "OperationNotEnabledException", "InternalErrorException",
    ];
    DescribePointInTimeRecovery: signed DescribePointInTimeRecoveryRequest -> DescribePointInTimeRecoveryResponse [
        "InvalidParameterException", "ResourceNotFoundException",
        "FeatureUnavailableInTierException", "TooManyRequestsException", "NotAuthorizedException",
        "OperationNotEnabledException", "InternalErrorException",
    ];
    DescribeResourceServer: signed DescribeResourceServerRequest -> DescribeResourceServerResponse [
        "InvalidParameterException", "ResourceNotFoundException", "NotAuthorizedException",
        "TooManyRequestsException", "OperationNotEnabledException", "InternalErrorException",
    ];
    DescribeRiskConfiguration: signed DescribeRiskConfigurationRequest -> DescribeRiskConfigurationResponse [
        "ResourceNotFoundException", "InvalidParameterException", "TooManyRequestsException",
        "NotAuthorizedException", "UserPoolAddOnNotEnabledException",
        "OperationNotEnabledException", "InternalErrorException",
    ];
    DescribeTerms: signed DescribeTermsRequest -> DescribeTermsResponse [
        "ResourceNotFoundException", "InvalidParameterException", "TooManyRequestsException",
        "NotAuthorizedException", "OperationNotEnabledException", "InternalErrorException",
    ];
    DescribeTermsByClient: signed DescribeTermsByClientRequest -> DescribeTermsByClientResponse [
        "ResourceNotFoundException", "InvalidParameterException", "TooManyRequestsException",
        "NotAuthorizedException", "OperationNotEnabledException", "InternalErrorException",
    ];
    DescribeUserImportJob: signed DescribeUserImportJobRequest -> DescribeUserImportJobResponse [
        "ResourceNotFoundException", "InvalidParameterException", "TooManyRequestsException",
        "NotAuthorizedException", "OperationNotEnabledException", "InternalErrorException",
    ];
    DescribeUserPool: signed DescribeUserPoolRequest -> DescribeUserPoolResponse [
        "ResourceNotFoundException", "InvalidParameterException", "TooManyRequestsException",
        "NotAuthorizedException", "UserPoolTaggingException", "OperationNotEnabledException",
        "InternalErrorException",
    ];
    DescribeUserPoolClient: signed DescribeUserPoolClientRequest -> DescribeUserPoolClientResponse [
        "ResourceNotFoundException", "InvalidParameterException", "TooManyRequestsException",
        "OperationNotEnabledException", "NotAuthorizedException", "InternalErrorException",
    ];
    DescribeUserPoolDomain: signed DescribeUserPoolDomainRequest -> DescribeUserPoolDomainResponse [
        "NotAuthorizedException", "InvalidParameterException", "ResourceNotFoundException",
        "OperationNotEnabledException", "InternalErrorException",
    ];
    ForgetDevice: unsigned ForgetDeviceRequest -> NoOutput [
        "ResourceNotFoundException", "InvalidParameterException", "NotAuthorizedException",
        "TooManyRequestsException", "InvalidUserPoolConfigurationException",
        "PasswordResetRequiredException", "UserNotFoundException", "UserNotConfirmedException",
        "OperationNotEnabledException", "InternalErrorException", "ForbiddenException",
    ];
    ForgotPassword: unsigned ForgotPasswordRequest -> ForgotPasswordResponse [
        "ResourceNotFoundException", "InvalidParameterException", "UnexpectedLambdaException",
        "UserLambdaValidationException", "NotAuthorizedException", "InvalidLambdaResponseException",
        "TooManyRequestsException", "LimitExceededException", "InvalidSmsRoleAccessPolicyException",
        "InvalidSmsRoleTrustRelationshipException", "InvalidEmailRoleAccessPolicyException",
        "CodeDeliveryFailureException", "UserNotFoundException", "OperationNotEnabledException",
        "InternalErrorException", "ForbiddenException",
    ];
    GetCSVHeader: signed GetCSVHeaderRequest -> GetCSVHeaderResponse [
        "ResourceNotFoundException", "InvalidParameterException", "TooManyRequestsException",
        "NotAuthorizedException", "OperationNotEnabledException", "InternalErrorException",
    ];
    GetClientToken: signed GetClientTokenRequest -> GetClientTokenResponse [
        "InvalidParameterException", "ResourceNotFoundException", "NotAuthorizedException",
        "TooManyRequestsException", "InternalErrorException", "OperationNotEnabledException",
        "ForbiddenException",
    ];
    GetDerivedToken: signed GetDerivedTokenRequest -> GetDerivedTokenResponse [
        "InvalidParameterException", "ResourceNotFoundException", "NotAuthorizedException",
        "TooManyRequestsException", "UserNotFoundException", "UnexpectedLambdaException",
        "UserLambdaValidationException", "InvalidLambdaResponseException", "InternalErrorException",
        "OperationNotEnabledException", "ForbiddenException",
    ];
    GetDevice: unsigned GetDeviceRequest -> GetDeviceResponse [
        "ResourceNotFoundException", "InvalidParameterException",
        "InvalidUserPoolConfigurationException", "NotAuthorizedException",
        "TooManyRequestsException", "PasswordResetRequiredException", "UserNotFoundException",
        "UserNotConfirmedException", "OperationNotEnabledException", "InternalErrorException",
        "ForbiddenException",
    ];
    GetGroup: signed GetGroupRequest -> GetGroupResponse [
        "ResourceNotFoundException", "InvalidParameterException", "TooManyRequestsException",
        "NotAuthorizedException", "OperationNotEnabledException", "InternalErrorException",
    ];
    GetIdentityProviderByIdentifier: signed GetIdentityProviderByIdentifierRequest -> GetIdentityProviderByIdentifierResponse [
        "InvalidParameterException", "ResourceNotFoundException", "NotAuthorizedException",
        "TooManyRequestsException", "InternalErrorException",
    ];
    GetLogDeliveryConfiguration: signed GetLogDeliveryConfigurationRequest -> GetLogDeliveryConfigurationResponse [
        "InvalidParameterException", "InternalErrorException", "TooManyRequestsException",
        "NotAuthorizedException", "ResourceNotFoundException",
    ];
    GetProvisionedLimit: signed GetProvisionedLimitRequest -> GetProvisionedLimitResponse [
        "InvalidParameterException", "ResourceNotFoundException", "NotAuthorizedException",
        "TooManyRequestsException", "InternalErrorException",
    ];
    GetSigningCertificate: signed GetSigningCertificateRequest -> GetSigningCertificateResponse [
        "InternalErrorException", "InvalidParameterException", "ResourceNotFoundException",
        "OperationNotEnabledException",
    ];
    GetTokensFromRefreshToken: unsigned GetTokensFromRefreshTokenRequest -> GetTokensFromRefreshTokenResponse [
        "ResourceNotFoundException", "InvalidParameterException", "NotAuthorizedException",
        "TooManyRequestsException", "UserNotFoundException", "UnexpectedLambdaException",
        "UserLambdaValidationException", "InvalidLambdaResponseException", "ForbiddenException",
        "RefreshTokenReuseException", "OperationNotEnabledException", "InternalErrorException",
    ];
    GetUICustomization: signed GetUICustomizationRequest -> GetUICustomizationResponse [
        "InvalidParameterException", "ResourceNotFoundException", "NotAuthorizedException",
        "OperationNotEnabledException", "TooManyRequestsException", "InternalErrorException",
    ];
    GetUser: unsigned GetUserRequest -> GetUserResponse [
        "ResourceNotFoundException", "InvalidParameterException", "NotAuthorizedException",
        "TooManyRequestsException", "PasswordResetRequiredException", "UserNotFoundException",
        "UserNotConfirmedException", "OperationNotEnabledException", "InternalErrorException",
        "ForbiddenException",
    ];
    GetUserAttributeVerificationCode: unsigned GetUserAttributeVerificationCodeRequest -> GetUserAttributeVerificationCodeResponse [
        "ResourceNotFoundException", "InvalidParameterException", "TooManyRequestsException",
        "NotAuthorizedException", "UnexpectedLambdaException", "UserLambdaValidationException",
        "InvalidLambdaResponseException", "InvalidSmsRoleAccessPolicyException",
        "InvalidSmsRoleTrustRelationshipException", "InvalidEmailRoleAccessPolicyException",
        "CodeDeliveryFailureException", "LimitExceededException", "PasswordResetRequiredException",
        "UserNotFoundException", "UserNotConfirmedException", "OperationNotEnabledException",
        "InternalErrorException", "ForbiddenException",
    ];
    GetUserAuthFactors: unsigned GetUserAuthFactorsRequest -> GetUserAuthFactorsResponse [
        "ResourceNotFoundException", "InvalidParameterException", "NotAuthorizedException",
        "TooManyRequestsException", "PasswordResetRequiredException", "UserNotFoundException",
        "UserNotConfirmedException", "OperationNotEnabledException", "InternalErrorException",
        "ForbiddenException",
    ];
    GetUserPoolClientSessionConfiguration: signed GetUserPoolClientSessionConfigurationRequest -> GetUserPoolClientSessionConfigurationResponse [
        "InvalidParameterException", "TooManyRequestsException", "ResourceNotFoundException",
        "NotAuthorizedException", "InternalErrorException", "OperationNotEnabledException",
    ];
    GetUserPoolMfaConfig: signed GetUserPoolMfaConfigRequest -> GetUserPoolMfaConfigResponse [
        "InvalidParameterException", "TooManyRequestsException", "ResourceNotFoundException",
        "NotAuthorizedException", "InternalErrorException",
    ];
    GetUserPoolSessionConfiguration: signed GetUserPoolSessionConfigurationRequest -> GetUserPoolSessionConfigurationResponse [
        "InvalidParameterException", "TooManyRequestsException", "ResourceNotFoundException",
        "NotAuthorizedException", "InternalErrorException", "OperationNotEnabledException",
    ];
    GlobalSignOut: unsigned GlobalSignOutRequest -> GlobalSignOutResponse [
        "ResourceNotFoundException", "InvalidParameterException", "NotAuthorizedException",
        "TooManyRequestsException", "PasswordResetRequiredException", "UserNotConfirmedException",
        "OperationNotEnabledException", "InternalErrorException", "ForbiddenException",
    ];
    InitiateAuth: unsigned InitiateAuthRequest -> InitiateAuthResponse [
        "UnsupportedOperationException", "ResourceNotFoundException", "InvalidParameterException",
        "NotAuthorizedException", "TooManyRequestsException", "UnexpectedLambdaException",
        "InvalidUserPoolConfigurationException", "UserLambdaValidationException",
        "InvalidLambdaResponseException", "PasswordResetRequiredException", "UserNotFoundException",
        "UserNotConfirmedException", "InternalErrorException",
        "InvalidSmsRoleAccessPolicyException", "InvalidEmailRoleAccessPolicyException",
        "InvalidSmsRoleTrustRelationshipException", "OperationNotEnabledException",
        "FeatureUnavailableInTierException", "ForbiddenException",
    ];
    InitiatePointInTimeRecovery: signed InitiatePointInTimeRecoveryRequest -> InitiatePointInTimeRecoveryResponse [
        "InvalidParameterException", "ResourceNotFoundException", "ConcurrentModificationException",
        "FeatureUnavailableInTierException", "LimitExceededException", "TooManyRequestsException",
        "NotAuthorizedException", "OperationNotEnabledException", "InternalErrorException",
    ];
    ListCIMDPolicies: signed ListCIMDPoliciesRequest -> ListCIMDPoliciesResponse [
        "InvalidParameterException", "ResourceNotFoundException", "NotAuthorizedException",
        "TooManyRequestsException", "InternalErrorException",
    ];
    ListClientMetadataURLs: signed ListClientMetadataURLsRequest -> ListClientMetadataURLsResponse [
        "InvalidParameterException", "ResourceNotFoundException", "NotAuthorizedException",
        "TooManyRequestsException", "InternalErrorException",
    ];
    ListDevices: unsigned ListDevicesRequest -> ListDevicesResponse [
        "InvalidParameterException", "ResourceNotFoundException", "NotAuthorizedException",
        "InvalidUserPoolConfigurationException", "TooManyRequestsException",
        "PasswordResetRequiredException", "UserNotFoundException", "UserNotConfirmedException",
        "OperationNotEnabledException", "InternalErrorException", "ForbiddenException",
    ];
    ListGroups: signed ListGroupsRequest -> ListGroupsResponse [
        "InvalidParameterException", "ResourceNotFoundException", "TooManyRequestsException",
        "NotAuthorizedException", "OperationNotEnabledException", "InternalErrorException",
    ];
    ListIdentityProviders: signed ListIdentityProvidersRequest -> ListIdentityProvidersResponse [
        "InvalidParameterException", "ResourceNotFoundException", "NotAuthorizedException",
        "TooManyRequestsException", "InternalErrorException",
    ];
    ListPointInTimeRecoveries: signed ListPointInTimeRecoveriesRequest -> ListPointInTimeRecoveriesResponse [
        "InvalidParameterException", "ResourceNotFoundException",
        "FeatureUnavailableInTierException", "TooManyRequestsException", "NotAuthorizedException",
        "OperationNotEnabledException", "InternalErrorException",
    ];
    ListResourceServers: signed ListResourceServersRequest -> ListResourceServersResponse [
        "InvalidParameterException", "ResourceNotFoundException", "NotAuthorizedException",
        "TooManyRequestsException", "OperationNotEnabledException", "InternalErrorException",
    ];
    ListTagsForResource: signed ListTagsForResourceRequest -> ListTagsForResourceResponse [
        "ResourceNotFoundException", "NotAuthorizedException", "TooManyRequestsException",
        "InvalidParameterException", "OperationNotEnabledException", "InternalErrorException",
    ];
    ListTerms: signed ListTermsRequest -> ListTermsResponse [
        "ResourceNotFoundException", "InvalidParameterException", "TooManyRequestsException",
        "NotAuthorizedException", "OperationNotEnabledException", "InternalErrorException",
    ];
    ListUserImportJobs: signed ListUserImportJobsRequest -> ListUserImportJobsResponse [
        "ResourceNotFoundException", "InvalidParameterException", "TooManyRequestsException",
        "NotAuthorizedException", "OperationNotEnabledException", "InternalErrorException",
    ];
    ListUserPoolClientSecrets: signed ListUserPoolClientSecretsRequest -> ListUserPoolClientSecretsResponse [
        "InvalidParameterException", "InternalServerException", "TooManyRequestsException",
        "LimitExceededException", "ResourceNotFoundException",
    ];
    ListUserPoolClients: signed ListUserPoolClientsRequest -> ListUserPoolClientsResponse [
        "InvalidParameterException", "ResourceNotFoundException", "TooManyRequestsException",
        "NotAuthorizedException", "OperationNotEnabledException", "InternalErrorException",
    ];
    ListUserPoolReplicas: signed ListUserPoolReplicasRequest -> ListUserPoolReplicasResponse [
        "InvalidParameterException", "TooManyRequestsException", "NotAuthorizedException",
        "OperationNotEnabledException", "InternalErrorException", "ResourceNotFoundException",
    ];
    ListUserPools: signed ListUserPoolsRequest -> ListUserPoolsResponse [
        "InvalidParameterException", "TooManyRequestsException", "NotAuthorizedException",
        "InternalErrorException",
    ];
    ListUserSessions: unsigned ListUserSessionsRequest -> ListUserSessionsResponse [
        "InvalidParameterException", "ResourceNotFoundException", "TooManyRequestsException",
        "NotAuthorizedException", "PasswordResetRequiredException", "UserNotFoundException",
        "UserNotConfirmedException", "OperationNotEnabledException", "InternalErrorException",
        "ForbiddenException",
    ];
    ListUsers: signed ListUsersRequest -> ListUsersResponse [
        "InvalidParameterException", "ResourceNotFoundException", "TooManyRequestsException",
        "NotAuthorizedException", "OperationNotEnabledException", "InternalErrorException",
    ];
    ListUsersInGroup: signed ListUsersInGroupRequest -> ListUsersInGroupResponse [
        "InvalidParameterException", "ResourceNotFoundException", "TooManyRequestsException",
        "NotAuthorizedException", "OperationNotEnabledException", "InternalErrorException",
    ];
    ListWebAuthnCredentials: unsigned ListWebAuthnCredentialsRequest -> ListWebAuthnCredentialsResponse [
        "ForbiddenException", "InternalErrorException", "InvalidParameterException",
        "TooManyRequestsException", "LimitExceededException", "PasswordResetRequiredException",
        "NotAuthorizedException", "OperationNotEnabledException",
    ];
    ResendConfirmationCode: unsigned ResendConfirmationCodeRequest -> ResendConfirmationCodeResponse [
        "ResourceNotFoundException", "InvalidParameterException", "UnexpectedLambdaException",
        "UserLambdaValidationException", "NotAuthorizedException", "InvalidLambdaResponseException",
        "TooManyRequestsException", "LimitExceededException", "InvalidSmsRoleAccessPolicyException",
        "InvalidSmsRoleTrustRelationshipException", "InvalidEmailRoleAccessPolicyException",
        "CodeDeliveryFailureException", "UserNotFoundException", "OperationNotEnabledException",
        "InternalErrorException", "ForbiddenException",
    ];
    RespondToAuthChallenge: unsigned RespondToAuthChallengeRequest -> RespondToAuthChallengeResponse [
        "ResourceNotFoundException", "InvalidParameterException", "NotAuthorizedException",
        "CodeMismatchException", "ExpiredCodeException", "UnexpectedLambdaException",
        "UserLambdaValidationException", "InvalidPasswordException",
        "PasswordHistoryPolicyViolationException", "InvalidLambdaResponseException",
        "TooManyRequestsException", "InvalidUserPoolConfigurationException",
        "MFAMethodNotFoundException", "PasswordResetRequiredException", "UserNotFoundException",
        "UserNotConfirmedException", "InvalidSmsRoleAccessPolicyException",
        "InvalidSmsRoleTrustRelationshipException", "InvalidEmailRoleAccessPolicyException",
        "AliasExistsException", "InternalErrorException", "SoftwareTokenMFANotFoundException",
        "ForbiddenException", "OperationNotEnabledException",
    ];
    RevokeToken: unsigned RevokeTokenRequest -> RevokeTokenResponse [
        "TooManyRequestsException", "InternalErrorException", "UnauthorizedException",
        "InvalidParameterException", "UnsupportedOperationException",
        "UnsupportedTokenTypeException", "ForbiddenException", "OperationNotEnabledException",
    ];
    RevokeUserSession: unsigned RevokeUserSessionRequest -> RevokeUserSessionResponse [
        "InvalidParameterException", "ResourceNotFoundException", "TooManyRequestsException",
        "NotAuthorizedException", "PasswordResetRequiredException", "UserNotFoundException",
        "UserNotConfirmedException", "OperationNotEnabledException", "InternalErrorException",
        "ForbiddenException",
    ];
    SetLogDeliveryConfiguration: signed SetLogDeliveryConfigurationRequest -> SetLogDeliveryConfigurationResponse [
        "InvalidParameterException", "InternalErrorException", "TooManyRequestsException",
        "NotAuthorizedException", "ResourceNotFoundException", "FeatureUnavailableInTierException",
    ];
    SetRiskConfiguration: signed SetRiskConfigurationRequest -> SetRiskConfigurationResponse [
        "ResourceNotFoundException", "InvalidParameterException", "TooManyRequestsException",
        "NotAuthorizedException", "UserPoolAddOnNotEnabledException",
        "CodeDeliveryFailureException", "InvalidEmailRoleAccessPolicyException",
        "OperationNotEnabledException", "InternalErrorException",
    ];
    SetUICustomization: signed SetUICustomizationRequest -> SetUICustomizationResponse [
        "InvalidParameterException", "ResourceNotFoundException", "NotAuthorizedException",
        "TooManyRequestsException", "OperationNotEnabledException", "InternalErrorException",
    ];
    SetUserMFAPreference: unsigned SetUserMFAPreferenceRequest -> SetUserMFAPreferenceResponse [
        "ResourceNotFoundException", "InvalidParameterException", "NotAuthorizedException",
        "PasswordResetRequiredException", "UserNotFoundException", "UserNotConfirmedException",
        "OperationNotEnabledException", "InternalErrorException", "ForbiddenException",
    ];
    SetUserPoolClientSessionConfiguration: signed SetUserPoolClientSessionConfigurationRequest -> SetUserPoolClientSessionConfigurationResponse [
        "InvalidParameterException", "TooManyRequestsException", "ConcurrentModificationException",
        "ResourceNotFoundException", "NotAuthorizedException", "InternalErrorException",
        "FeatureUnavailableInTierException", "OperationNotEnabledException",
    ];
    SetUserPoolMfaConfig: signed SetUserPoolMfaConfigRequest -> SetUserPoolMfaConfigResponse [
        "InvalidParameterException", "TooManyRequestsException", "ConcurrentModificationException",
        "ResourceNotFoundException", "InvalidSmsRoleAccessPolicyException",
        "InvalidSmsRoleTrustRelationshipException", "NotAuthorizedException",
        "OperationNotEnabledException", "InternalErrorException",
        "FeatureUnavailableInTierException",
    ];
    SetUserPoolSessionConfiguration: signed SetUserPoolSessionConfigurationRequest -> SetUserPoolSessionConfigurationResponse [
        "InvalidParameterException", "TooManyRequestsException", "ConcurrentModificationException",
        "ResourceNotFoundException", "NotAuthorizedException", "InternalErrorException",
        "FeatureUnavailableInTierException", "OperationNotEnabledException",
    ];
    SetUserSettings: unsigned SetUserSettingsRequest -> SetUserSettingsResponse [
        "ResourceNotFoundException", "InvalidParameterException", "NotAuthorizedException",
        "PasswordResetRequiredException", "UserNotFoundException", "UserNotConfirmedException",
        "OperationNotEnabledException", "InternalErrorException", "ForbiddenException",
    ];
    SignUp: unsigned SignUpRequest -> SignUpResponse [
        "ResourceNotFoundException", "InvalidParameterException", "UnexpectedLambdaException",
        "UserLambdaValidationException", "NotAuthorizedException", "InvalidPasswordException",
        "InvalidLambdaResponseException", "UsernameExistsException", "TooManyRequestsException",
        "InternalErrorException", "LimitExceededException", "InvalidSmsRoleAccessPolicyException",
        "InvalidSmsRoleTrustRelationshipException", "InvalidEmailRoleAccessPolicyException",
        "CodeDeliveryFailureException", "OperationNotEnabledException", "ForbiddenException",
    ];
    StartPointInTimeRecovery: signed StartPointInTimeRecoveryRequest -> StartPointInTimeRecoveryResponse [
        "InvalidParameterException", "ResourceNotFoundException",
        "FeatureUnavailableInTierException", "ConcurrentModificationException",
        "TooManyRequestsException", "NotAuthorizedException", "OperationNotEnabledException",
        "InternalErrorException",
    ];
    StartUserImportJob: signed StartUserImportJobRequest -> StartUserImportJobResponse [
        "ResourceNotFoundException", "InvalidParameterException", "TooManyRequestsException",
        "InternalErrorException", "PreconditionNotMetException", "OperationNotEnabledException",
        "NotAuthorizedException",
    ];
    StartWebAuthnRegistration: unsigned StartWebAuthnRegistrationRequest -> StartWebAuthnRegistrationResponse [
        "ForbiddenException", "InternalErrorException", "InvalidParameterException",
        "LimitExceededException", "NotAuthorizedException", "TooManyRequestsException",
        "WebAuthnNotEnabledException", "PasswordResetRequiredException",
        "WebAuthnConfigurationMissingException", "OperationNotEnabledException",
    ];
    StopUserImportJob: signed StopUserImportJobRequest -> StopUserImportJobResponse [
        "ResourceNotFoundException", "InvalidParameterException", "TooManyRequestsException",
        "InternalErrorException", "PreconditionNotMetException", "OperationNotEnabledException",
        "NotAuthorizedException",
    ];
    TagResource: signed TagResourceRequest -> TagResourceResponse [
        "ResourceNotFoundException", "NotAuthorizedException", "TooManyRequestsException",
        "InvalidParameterException", "OperationNotEnabledException", "InternalErrorException",
    ];
    UntagResource: signed UntagResourceRequest -> UntagResourceResponse [
        "ResourceNotFoundException", "NotAuthorizedException", "TooManyRequestsException",
        "InvalidParameterException", "OperationNotEnabledException", "InternalErrorException",
    ];
    UpdateAuthEventFeedback: unsigned UpdateAuthEventFeedbackRequest -> UpdateAuthEventFeedbackResponse [
        "InvalidParameterException", "ResourceNotFoundException", "TooManyRequestsException",
        "NotAuthorizedException", "UserNotFoundException", "UserPoolAddOnNotEnabledException",
        "OperationNotEnabledException", "InternalErrorException",
    ];
    UpdateCIMDPolicy: signed UpdateCIMDPolicyRequest -> UpdateCIMDPolicyResponse [
        "InvalidParameterException", "ResourceNotFoundException", "ConcurrentModificationException",
        "NotAuthorizedException", "TooManyRequestsException", "LimitExceededException",
        "OperationNotEnabledException", "InternalErrorException",
        "FeatureUnavailableInTierException",
    ];
    UpdateClientMetadataURLState: signed UpdateClientMetadataURLStateRequest -> UpdateClientMetadataURLStateResponse [
        "InvalidParameterException", "ResourceNotFoundException",
        "CachedCIMDURLDoesNotExistException", "NotAuthorizedException", "TooManyRequestsException",
        "OperationNotEnabledException", "InternalErrorException",
        "FeatureUnavailableInTierException",
    ];
    UpdateDeviceStatus: unsigned UpdateDeviceStatusRequest -> UpdateDeviceStatusResponse [
        "InvalidParameterException", "ResourceNotFoundException", "NotAuthorizedException",
        "InvalidUserPoolConfigurationException", "TooManyRequestsException",
        "PasswordResetRequiredException", "UserNotFoundException", "UserNotConfirmedException",
        "OperationNotEnabledException", "InternalErrorException", "ForbiddenException",
    ];
    UpdateGroup: signed UpdateGroupRequest -> UpdateGroupResponse [
        "ResourceNotFoundException", "InvalidParameterException", "TooManyRequestsException",
        "NotAuthorizedException", "OperationNotEnabledException", "InternalErrorException",
    ];
    UpdateIdentityProvider: signed UpdateIdentityProviderRequest -> UpdateIdentityProviderResponse [
        "InvalidParameterException", "UnsupportedIdentityProviderException",
        "ResourceNotFoundException", "ConcurrentModificationException", "NotAuthorizedException",
        "TooManyRequestsException", "InternalErrorException",
    ];
    UpdateManagedLoginBranding: signed UpdateManagedLoginBrandingRequest -> UpdateManagedLoginBrandingResponse [
        "ResourceNotFoundException", "ConcurrentModificationException", "InvalidParameterException",
        "TooManyRequestsException", "NotAuthorizedException", "OperationNotEnabledException",
        "InternalErrorException",
    ];
    UpdateProvisionedLimit: signed UpdateProvisionedLimitRequest -> UpdateProvisionedLimitResponse [
        "InvalidParameterException", "ResourceNotFoundException", "NotAuthorizedException",
        "TooManyRequestsException", "ServiceQuotaExceededException", "InternalErrorException",
    ];
    UpdateResourceServer: signed UpdateResourceServerRequest -> UpdateResourceServerResponse [
        "InvalidParameterException", "ResourceNotFoundException", "NotAuthorizedException",
        "TooManyRequestsException", "OperationNotEnabledException", "InternalErrorException",
    ];
    UpdateTerms: signed UpdateTermsRequest -> UpdateTermsResponse [
        "ResourceNotFoundException", "ConcurrentModificationException", "TermsExistsException",
        "InvalidParameterException", "TooManyRequestsException", "NotAuthorizedException",
        "OperationNotEnabledException", "InternalErrorException",
    ];
    UpdateUserAttributes: unsigned UpdateUserAttributesRequest -> UpdateUserAttributesResponse [
        "ResourceNotFoundException", "InvalidParameterException", "CodeMismatchException",
        "ExpiredCodeException", "NotAuthorizedException", "UnexpectedLambdaException",
        "UserLambdaValidationException", "InvalidLambdaResponseException",
        "TooManyRequestsException", "AliasExistsException", "InvalidSmsRoleAccessPolicyException",
        "InvalidSmsRoleTrustRelationshipException", "InvalidEmailRoleAccessPolicyException",
        "CodeDeliveryFailureException", "PasswordResetRequiredException", "UserNotFoundException",
        "UserNotConfirmedException", "OperationNotEnabledException", "InternalErrorException",
        "ForbiddenException",
    ];
    UpdateUserPool: signed UpdateUserPoolRequest -> UpdateUserPoolResponse [
        "ResourceNotFoundException", "InvalidParameterException", "ConcurrentModificationException",
        "TooManyRequestsException", "NotAuthorizedException", "UserImportInProgressException",
        "InternalErrorException", "InvalidSmsRoleAccessPolicyException",
        "InvalidSmsRoleTrustRelationshipException", "UserPoolTaggingException",
        "InvalidEmailRoleAccessPolicyException", "OperationNotEnabledException",
        "TierChangeNotAllowedException", "FeatureUnavailableInTierException",
    ];
    UpdateUserPoolClient: signed UpdateUserPoolClientRequest -> UpdateUserPoolClientResponse [
        "ResourceNotFoundException", "InvalidParameterException", "ConcurrentModificationException",
        "TooManyRequestsException", "NotAuthorizedException", "ScopeDoesNotExistException",
        "InvalidOAuthFlowException", "OperationNotEnabledException", "InternalErrorException",
        "FeatureUnavailableInTierException",
    ];
    UpdateUserPoolDomain: signed UpdateUserPoolDomainRequest -> UpdateUserPoolDomainResponse [
        "InvalidParameterException", "NotAuthorizedException", "ConcurrentModificationException",
        "ResourceNotFoundException", "TooManyRequestsException", "OperationNotEnabledException",
        "InternalErrorException", "FeatureUnavailableInTierException",
    ];
    UpdateUserPoolReplica: signed UpdateUserPoolReplicaRequest -> UpdateUserPoolReplicaResponse [
        "InvalidParameterException", "TooManyRequestsException", "NotAuthorizedException",
        "OperationNotEnabledException", "InternalErrorException", "ResourceNotFoundException",
    ];
    VerifySoftwareToken: unsigned VerifySoftwareTokenRequest -> VerifySoftwareTokenResponse [
        "InvalidParameterException", "ResourceNotFoundException",
        "InvalidUserPoolConfigurationException", "NotAuthorizedException",
        "TooManyRequestsException", "PasswordResetRequiredException", "UserNotFoundException",
        "UserNotConfirmedException", "InternalErrorException", "EnableSoftwareTokenMFAException",
        "NotAuthorizedException", "SoftwareTokenMFANotFoundException", "CodeMismatchException",
        "ForbiddenException", "OperationNotEnabledException",
    ];
    VerifyUserAttribute: unsigned VerifyUserAttributeRequest -> VerifyUserAttributeResponse [
        "ResourceNotFoundException", "InvalidParameterException", "CodeMismatchException",
        "ExpiredCodeException", "NotAuthorizedException", "TooManyRequestsException",
        "LimitExceededException", "PasswordResetRequiredException", "UserNotFoundException",
        "UserNotConfirmedException", "OperationNotEnabledException", "InternalErrorException",
        "AliasExistsException", "ForbiddenException",
    ];
}

/// Every error AWS declares, with its HTTP status: 500 where the model says the service is at
/// fault, else 400.
pub const ERROR_CODES: &[(&str, u16)] = &[
    ("AccessDeniedException", 400),
    ("AliasExistsException", 400),
    ("CachedCIMDURLDoesNotExistException", 400),
    ("CodeDeliveryFailureException", 400),
    ("CodeMismatchException", 400),
    ("ConcurrentModificationException", 400),
    ("DeviceKeyExistsException", 400),
    ("DuplicateProviderException", 400),
    ("EnableSoftwareTokenMFAException", 400),
    ("ExpiredCodeException", 400),
    ("FeatureUnavailableInTierException", 400),
    ("ForbiddenException", 400),
    ("GroupExistsException", 400),
    ("InternalErrorException", 500),
    ("InternalServerException", 500),
    ("InvalidEmailRoleAccessPolicyException", 400),
    ("InvalidLambdaResponseException", 400),
    ("InvalidOAuthFlowException", 400),
    ("InvalidParameterException", 400),
    ("InvalidPasswordException", 400),
    ("InvalidSmsRoleAccessPolicyException", 400),
    ("InvalidSmsRoleTrustRelationshipException", 400),
    ("InvalidUserPoolConfigurationException", 400),
    ("LimitExceededException", 400),
    ("MFAMethodNotFoundException", 400),
    ("ManagedLoginBrandingExistsException", 400),
    ("NotAuthorizedException", 400),
    ("OperationNotEnabledException", 400),
    ("PasswordHistoryPolicyViolationException", 400),
    ("PasswordResetRequiredException", 400),
    ("PreconditionNotMetException", 400),
    ("RefreshTokenReuseException", 400),
    ("ResourceNotFoundException", 400),
    ("ScopeDoesNotExistException", 400),
    ("ServiceQuotaExceededException", 400),
    ("SoftwareTokenMFANotFoundException", 400),
    ("TermsExistsException", 400),
    ("TierChangeNotAllowedException", 400),
    ("TooManyFailedAttemptsException", 400),
    ("TooManyRequestsException", 400),
    ("UnauthorizedException", 400),
    ("UnexpectedLambdaException", 400),
    ("UnsupportedIdentityProviderException", 400),
    ("UnsupportedOperationException", 400),
    ("UnsupportedTokenTypeException", 400),
    ("UnsupportedUserStateException", 400),
    ("UserImportInProgressException", 400),
    ("UserLambdaValidationException", 400),
    ("UserNotConfirmedException", 400),
    ("UserNotFoundException", 400),
    ("UserPoolAddOnNotEnabledException", 400),
    ("UserPoolTaggingException", 400),
    ("UsernameExistsException", 400),
    ("WebAuthnChallengeNotFoundException", 400),
    ("WebAuthnClientMismatchException", 400),
    ("WebAuthnConfigurationMissingException", 400),
    ("WebAuthnCredentialNotSupportedException", 400),
    ("WebAuthnNotEnabledException", 400),
    ("WebAuthnOriginNotAllowedException", 400),
    ("WebAuthnRelyingPartyMismatchException", 400),
];

shape! {
    #[derive(Default)]
    both AccountRecoverySettingType {
        recovery_mechanisms "RecoveryMechanisms": optional Vec<RecoveryOptionType> [RECOVERY_MECHANISMS_TYPE];
    }
}

shape! {
    both AccountTakeoverActionType {
        notify "Notify": required bool [ANY];
        event_action "EventAction": required AccountTakeoverEventActionType [ACCOUNT_TAKEOVER_EVENT_ACTION_TYPE];
    }
}

shape! {
    #[derive(Default)]
    both AccountTakeoverActionsType {
        low_action "LowAction": optional AccountTakeoverActionType [ANY];
        medium_action "MediumAction": optional AccountTakeoverActionType [ANY];
        high_action "HighAction": optional AccountTakeoverActionType [ANY];
    }
}

shape! {
    both AccountTakeoverRiskConfigurationType {
        notify_configuration "NotifyConfiguration": optional NotifyConfigurationType [ANY];
        actions "Actions": required AccountTakeoverActionsType [ANY];
    }
}

shape! {
    both AcrLevelConfigType {
        acr_value "AcrValue": required String [ACR_VALUE_TYPE];
    }
}

shape! {
    input AddCustomAttributesRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        custom_attributes "CustomAttributes": required Vec<SchemaAttributeType> [CUSTOM_ATTRIBUTES_LIST_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output AddCustomAttributesResponse {}
}

shape! {
    input AddUserPoolClientSecretRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        client_id "ClientId": required ClientId [CLIENT_ID_TYPE];
        client_secret "ClientSecret": optional Secret [CLIENT_SECRET_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output AddUserPoolClientSecretResponse {
        client_secret_descriptor "ClientSecretDescriptor": optional ClientSecretDescriptorType;
    }
}

shape! {
    input AdminAddUserToGroupRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        username "Username": required Username [USERNAME_TYPE];
        group_name "GroupName": required GroupName [GROUP_NAME_TYPE];
    }
}

shape! {
    input AdminConfirmSignUpRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        username "Username": required Username [USERNAME_TYPE];
        client_metadata "ClientMetadata": optional BTreeMap<String, String> [CLIENT_METADATA_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output AdminConfirmSignUpResponse {}
}

shape! {
    #[derive(Default)]
    both AdminCreateUserConfigType {
        allow_admin_create_user_only "AllowAdminCreateUserOnly": optional bool [ANY];
        unused_account_validity_days "UnusedAccountValidityDays": optional i32 [ADMIN_CREATE_USER_UNUSED_ACCOUNT_VALIDITY_DAYS_TYPE];
        invite_message_template "InviteMessageTemplate": optional MessageTemplateType [ANY];
    }
}

shape! {
    input AdminCreateUserRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        username "Username": required Username [USERNAME_TYPE];
        user_attributes "UserAttributes": optional Vec<AttributeType> [ANY];
        validation_data "ValidationData": optional Vec<AttributeType> [ANY];
        temporary_password "TemporaryPassword": optional Secret [PASSWORD_TYPE_OR_BLANK];
        force_alias_creation "ForceAliasCreation": optional bool [ANY];
        message_action "MessageAction": optional MessageActionType [MESSAGE_ACTION_TYPE];
        desired_delivery_mediums "DesiredDeliveryMediums": optional Vec<DeliveryMediumType> [DELIVERY_MEDIUM_LIST_TYPE];
        client_metadata "ClientMetadata": optional BTreeMap<String, String> [CLIENT_METADATA_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output AdminCreateUserResponse {
        user "User": optional UserType;
    }
}

shape! {
    input AdminDeleteSoftwareTokenRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        username "Username": required Username [USERNAME_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output AdminDeleteSoftwareTokenResponse {}
}

shape! {
    input AdminDeleteUserAttributesRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        username "Username": required Username [USERNAME_TYPE];
        user_attribute_names "UserAttributeNames": required Vec<String> [ATTRIBUTE_NAME_LIST_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output AdminDeleteUserAttributesResponse {}
}

shape! {
    input AdminDeleteUserRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        username "Username": required Username [USERNAME_TYPE];
    }
}

shape! {
    input AdminDisableProviderForUserRequest {
        user_pool_id "UserPoolId": required String [STRING_TYPE];
        user "User": required ProviderUserIdentifierType [ANY];
    }
}

shape! {
    #[derive(Default)]
    output AdminDisableProviderForUserResponse {}
}

shape! {
    input AdminDisableUserRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        username "Username": required Username [USERNAME_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output AdminDisableUserResponse {}
}

shape! {
    input AdminEnableUserRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        username "Username": required Username [USERNAME_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output AdminEnableUserResponse {}
}

shape! {
    input AdminForgetDeviceRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        username "Username": required Username [USERNAME_TYPE];
        device_key "DeviceKey": required String [DEVICE_KEY_TYPE];
    }
}

shape! {
    input AdminGetDeviceRequest {
        device_key "DeviceKey": required String [DEVICE_KEY_TYPE];
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        username "Username": required Username [USERNAME_TYPE];
    }
}

shape! {
    output AdminGetDeviceResponse {
        device "Device": required DeviceType;
    }
}

shape! {
    input AdminGetUserAuthFactorsRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        username "Username": required Username [USERNAME_TYPE];
    }
}

shape! {
    output AdminGetUserAuthFactorsResponse {
        username "Username": required Username;
        preferred_mfa_setting "PreferredMfaSetting": optional String;
        user_mfa_setting_list "UserMFASettingList": optional Vec<String>;
        configured_user_auth_factors "ConfiguredUserAuthFactors": optional Vec<AuthFactorType>;
    }
}

shape! {
    input AdminGetUserRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        username "Username": required Username [USERNAME_TYPE];
    }
}

shape! {
    output AdminGetUserResponse {
        username "Username": required Username;
        user_attributes "UserAttributes": optional Vec<AttributeType>;
        user_create_date "UserCreateDate": optional Timestamp;
        user_last_modified_date "UserLastModifiedDate": optional Timestamp;
        enabled "Enabled": optional bool;
        user_status "UserStatus": optional UserStatusType;
        mfa_options "MFAOptions": optional Vec<MFAOptionType>;
        preferred_mfa_setting "PreferredMfaSetting": optional String;
        user_mfa_setting_list "UserMFASettingList": optional Vec<String>;
    }
}

shape! {
    input AdminInitiateAuthRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        client_id "ClientId": required ClientId [CLIENT_ID_TYPE];
        auth_flow "AuthFlow": required AuthFlowType [AUTH_FLOW_TYPE];
        auth_parameters "AuthParameters": optional SecretMap [AUTH_PARAMETERS_TYPE];
        client_metadata "ClientMetadata": optional BTreeMap<String, String> [CLIENT_METADATA_TYPE];
        analytics_metadata "AnalyticsMetadata": optional AnalyticsMetadataType [ANY];
        context_data "ContextData": optional ContextDataType [ANY];
        session "Session": optional Secret [SESSION_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output AdminInitiateAuthResponse {
        challenge_name "ChallengeName": optional ChallengeNameType;
        session "Session": optional Secret;
        challenge_parameters "ChallengeParameters": optional SecretMap;
        authentication_result "AuthenticationResult": optional AuthenticationResultType;
        available_challenges "AvailableChallenges": optional Vec<ChallengeNameType>;
    }
}

shape! {
    input AdminLinkProviderForUserRequest {
        user_pool_id "UserPoolId": required String [STRING_TYPE];
        destination_user "DestinationUser": required ProviderUserIdentifierType [ANY];
        source_user "SourceUser": required ProviderUserIdentifierType [ANY];
    }
}

shape! {
    #[derive(Default)]
    output AdminLinkProviderForUserResponse {}
}

shape! {
    input AdminListDevicesRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        username "Username": required Username [USERNAME_TYPE];
        limit "Limit": optional i32 [QUERY_LIMIT_TYPE];
        pagination_token "PaginationToken": optional String [SEARCH_PAGINATION_TOKEN_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output AdminListDevicesResponse {
        devices "Devices": optional Vec<DeviceType>;
        pagination_token "PaginationToken": optional String;
    }
}

shape! {
    input AdminListGroupsForUserRequest {
        username "Username": required Username [USERNAME_TYPE];
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        limit "Limit": optional i32 [QUERY_LIMIT_TYPE];
        next_token "NextToken": optional String [PAGINATION_KEY];
    }
}

shape! {
    #[derive(Default)]
    output AdminListGroupsForUserResponse {
        groups "Groups": optional Vec<GroupType>;
        next_token "NextToken": optional String;
    }
}

shape! {
    input AdminListUserAuthEventsRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        username "Username": required Username [USERNAME_TYPE];
        max_results "MaxResults": optional i32 [QUERY_LIMIT_TYPE];
        next_token "NextToken": optional String [PAGINATION_KEY];
    }
}

shape! {
    #[derive(Default)]
    output AdminListUserAuthEventsResponse {
        auth_events "AuthEvents": optional Vec<AuthEventType>;
        next_token "NextToken": optional String;
    }
}

shape! {
    input AdminListUserSessionsRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        username "Username": required Username [USERNAME_TYPE];
        next_token "NextToken": optional String [PAGINATION_KEY];
    }
}

shape! {
    #[derive(Default)]
    output AdminListUserSessionsResponse {
        sessions "Sessions": optional Vec<SessionDescriptionType>;
        next_token "NextToken": optional String;
    }
}

shape! {
    input AdminRemoveUserFromGroupRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        username "Username": required Username [USERNAME_TYPE];
        group_name "GroupName": required GroupName [GROUP_NAME_TYPE];
    }
}

shape! {
    input AdminResetUserPasswordRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        username "Username": required Username [USERNAME_TYPE];
        client_metadata "ClientMetadata": optional BTreeMap<String, String> [CLIENT_METADATA_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output AdminResetUserPasswordResponse {}
}

shape! {
    input AdminRespondToAuthChallengeRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        client_id "ClientId": required ClientId [CLIENT_ID_TYPE];
        challenge_name "ChallengeName": required ChallengeNameType [CHALLENGE_NAME_TYPE];
        challenge_responses "ChallengeResponses": optional SecretMap [CHALLENGE_RESPONSES_TYPE];
        session "Session": optional Secret [SESSION_TYPE];
        analytics_metadata "AnalyticsMetadata": optional AnalyticsMetadataType [ANY];
        context_data "ContextData": optional ContextDataType [ANY];
        client_metadata "ClientMetadata": optional BTreeMap<String, String> [CLIENT_METADATA_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output AdminRespondToAuthChallengeResponse {
        challenge_name "ChallengeName": optional ChallengeNameType;
        session "Session": optional Secret;
        challenge_parameters "ChallengeParameters": optional SecretMap;
        authentication_result "AuthenticationResult": optional AuthenticationResultType;
        available_challenges "AvailableChallenges": optional Vec<ChallengeNameType>;
    }
}

shape! {
    input AdminRevokeUserSessionRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        username "Username": required Username [USERNAME_TYPE];
        session_id "SessionId": required String [SESSION_ID_TYPE];
        revoke_associated_sessions "RevokeAssociatedSessions": optional RevokeAssociatedSessionsType [REVOKE_ASSOCIATED_SESSIONS_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output AdminRevokeUserSessionResponse {}
}

shape! {
    input AdminSetUserMFAPreferenceRequest {
        sms_mfa_settings "SMSMfaSettings": optional SMSMfaSettingsType [ANY];
        software_token_mfa_settings "SoftwareTokenMfaSettings": optional SoftwareTokenMfaSettingsType [ANY];
        email_mfa_settings "EmailMfaSettings": optional EmailMfaSettingsType [ANY];
        web_authn_mfa_settings "WebAuthnMfaSettings": optional WebAuthnMfaSettingsType [ANY];
        username "Username": required Username [USERNAME_TYPE];
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output AdminSetUserMFAPreferenceResponse {}
}

shape! {
    input AdminSetUserPasswordRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        username "Username": required Username [USERNAME_TYPE];
        password "Password": required Secret [PASSWORD_TYPE];
        permanent "Permanent": optional bool [ANY];
    }
}

shape! {
    #[derive(Default)]
    output AdminSetUserPasswordResponse {}
}

shape! {
    input AdminSetUserSettingsRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        username "Username": required Username [USERNAME_TYPE];
        mfa_options "MFAOptions": required Vec<MFAOptionType> [ANY];
    }
}

shape! {
    #[derive(Default)]
    output AdminSetUserSettingsResponse {}
}

shape! {
    input AdminUpdateAuthEventFeedbackRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        username "Username": required Username [USERNAME_TYPE];
        event_id "EventId": required String [EVENT_ID_TYPE];
        feedback_value "FeedbackValue": required FeedbackValueType [FEEDBACK_VALUE_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output AdminUpdateAuthEventFeedbackResponse {}
}

shape! {
    input AdminUpdateDeviceStatusRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        username "Username": required Username [USERNAME_TYPE];
        device_key "DeviceKey": required String [DEVICE_KEY_TYPE];
        device_remembered_status "DeviceRememberedStatus": optional DeviceRememberedStatusType [DEVICE_REMEMBERED_STATUS_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output AdminUpdateDeviceStatusResponse {}
}

shape! {
    input AdminUpdateUserAttributesRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        username "Username": required Username [USERNAME_TYPE];
        user_attributes "UserAttributes": required Vec<AttributeType> [ANY];
        client_metadata "ClientMetadata": optional BTreeMap<String, String> [CLIENT_METADATA_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output AdminUpdateUserAttributesResponse {}
}

shape! {
    input AdminUserGlobalSignOutRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        username "Username": required Username [USERNAME_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output AdminUserGlobalSignOutResponse {}
}

shape! {
    #[derive(Default)]
    both AdvancedSecurityAdditionalFlowsType {
        custom_auth_mode "CustomAuthMode": optional AdvancedSecurityEnabledModeType [ADVANCED_SECURITY_ENABLED_MODE_TYPE];
    }
}

shape! {
    #[derive(Default)]
    both AnalyticsConfigurationType {
        application_id "ApplicationId": optional String [HEX_STRING_TYPE];
        application_arn "ApplicationArn": optional String [ARN_TYPE];
        role_arn "RoleArn": optional String [ARN_TYPE];
        external_id "ExternalId": optional String [STRING_TYPE];
        user_data_shared "UserDataShared": optional bool [ANY];
    }
}

shape! {
    #[derive(Default)]
    input AnalyticsMetadataType {
        analytics_endpoint_id "AnalyticsEndpointId": optional String [STRING_TYPE];
    }
}

shape! {
    both AssetType {
        category "Category": required AssetCategoryType [ASSET_CATEGORY_TYPE];
        color_mode "ColorMode": required ColorSchemeModeType [COLOR_SCHEME_MODE_TYPE];
        extension "Extension": required AssetExtensionType [ASSET_EXTENSION_TYPE];
        bytes "Bytes": optional Vec<u8> [ASSET_BYTES_TYPE];
        resource_id "ResourceId": optional String [RESOURCE_ID_TYPE];
    }
}

shape! {
    #[derive(Default)]
    input AssociateSoftwareTokenRequest {
        access_token "AccessToken": optional Secret [TOKEN_MODEL_TYPE];
        session "Session": optional Secret [SESSION_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output AssociateSoftwareTokenResponse {
        secret_code "SecretCode": optional Secret;
        session "Session": optional Secret;
    }
}

shape! {
    both AttributeType {
        name "Name": required String [ATTRIBUTE_NAME_TYPE];
        value "Value": optional String [ATTRIBUTE_VALUE_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output AuthEventType {
        event_id "EventId": optional String;
        event_type "EventType": optional EventType;
        creation_date "CreationDate": optional Timestamp;
        event_response "EventResponse": optional EventResponseType;
        event_risk "EventRisk": optional EventRiskType;
        challenge_responses "ChallengeResponses": optional Vec<ChallengeResponseType>;
        event_context_data "EventContextData": optional EventContextDataType;
        event_feedback "EventFeedback": optional EventFeedbackType;
    }
}

shape! {
    #[derive(Default)]
    output AuthenticationResultType {
        access_token "AccessToken": optional Secret;
        expires_in "ExpiresIn": optional i32;
        token_type "TokenType": optional String;
        refresh_token "RefreshToken": optional Secret;
        id_token "IdToken": optional Secret;
        new_device_metadata "NewDeviceMetadata": optional NewDeviceMetadataType;
    }
}

shape! {
    output CIMDPolicySummaryType {
        cimd_policy_id "CIMDPolicyId": required String;
        client_id "ClientId": optional ClientId;
        policy_name "PolicyName": required String;
        cache_duration "CacheDuration": optional i32;
        creation_date "CreationDate": optional Timestamp;
        last_modified_date "LastModifiedDate": optional Timestamp;
    }
}

shape! {
    output CIMDPolicyType {
        user_pool_id "UserPoolId": required PoolId;
        cimd_policy_id "CIMDPolicyId": required String;
        client_id "ClientId": optional ClientId;
        policy_name "PolicyName": required String;
        cache_duration "CacheDuration": optional i32;
        url_patterns "URLPatterns": optional Vec<String>;
        creation_date "CreationDate": optional Timestamp;
        last_modified_date "LastModifiedDate": optional Timestamp;
    }
}

shape! {
    input CancelPointInTimeRecoveryRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        restore_id "RestoreId": required String [RESTORE_ID_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output CancelPointInTimeRecoveryResponse {
        restoration "Restoration": optional RestorationType;
    }
}

shape! {
    #[derive(Default)]
    output ChallengeResponseType {
        challenge_name "ChallengeName": optional ChallengeName;
        challenge_response "ChallengeResponse": optional ChallengeResponse;
    }
}

shape! {
    input ChangePasswordRequest {
        previous_password "PreviousPassword": optional Secret [PASSWORD_TYPE];
        proposed_password "ProposedPassword": required Secret [PASSWORD_TYPE];
        access_token "AccessToken": required Secret [TOKEN_MODEL_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output ChangePasswordResponse {}
}

shape! {
    #[derive(Default)]
    output ClientAuthenticationResultType {
        access_token "AccessToken": optional Secret;
        expires_in "ExpiresIn": optional i32;
        token_type "TokenType": optional String;
    }
}

shape! {
    output ClientMetadataURLType {
        url "URL": required String;
        cached_date "CachedDate": optional Timestamp;
        expiration_date "ExpirationDate": optional Timestamp;
    }
}

shape! {
    both ClientSSOSessionConfigType {
        max_validity_minutes "MaxValidityMinutes": required i32 [SSO_SESSION_MAX_VALIDITY_MINUTES_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output ClientSecretDescriptorType {
        client_secret_id "ClientSecretId": optional String;
        client_secret_value "ClientSecretValue": optional Secret;
        client_secret_create_date "ClientSecretCreateDate": optional Timestamp;
    }
}

shape! {
    #[derive(Default)]
    both CloudWatchLogsConfigurationType {
        log_group_arn "LogGroupArn": optional String [ARN_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output CodeDeliveryDetailsType {
        destination "Destination": optional String;
        delivery_medium "DeliveryMedium": optional DeliveryMediumType;
        attribute_name "AttributeName": optional String;
    }
}

shape! {
    input CompleteWebAuthnRegistrationRequest {
        access_token "AccessToken": required Secret [TOKEN_MODEL_TYPE];
        credential "Credential": required Value [ANY];
    }
}

shape! {
    #[derive(Default)]
    output CompleteWebAuthnRegistrationResponse {}
}

shape! {
    both CompromisedCredentialsActionsType {
        event_action "EventAction": required CompromisedCredentialsEventActionType [COMPROMISED_CREDENTIALS_EVENT_ACTION_TYPE];
    }
}

shape! {
    both CompromisedCredentialsRiskConfigurationType {
        event_filter "EventFilter": optional Vec<EventFilterType> [EVENT_FILTERS_TYPE];
        actions "Actions": required CompromisedCredentialsActionsType [ANY];
    }
}

shape! {
    input ConfirmDeviceRequest {
        access_token "AccessToken": required Secret [TOKEN_MODEL_TYPE];
        device_key "DeviceKey": required String [DEVICE_KEY_TYPE];
        device_secret_verifier_config "DeviceSecretVerifierConfig": optional DeviceSecretVerifierConfigType [ANY];
        device_name "DeviceName": optional String [DEVICE_NAME_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output ConfirmDeviceResponse {
        user_confirmation_necessary "UserConfirmationNecessary": optional bool;
    }
}

shape! {
    input ConfirmForgotPasswordRequest {
        client_id "ClientId": required ClientId [CLIENT_ID_TYPE];
        secret_hash "SecretHash": optional Secret [SECRET_HASH_TYPE];
        username "Username": required Username [USERNAME_TYPE];
        confirmation_code "ConfirmationCode": required Secret [CONFIRMATION_CODE_TYPE];
        password "Password": required Secret [PASSWORD_TYPE];
        analytics_metadata "AnalyticsMetadata": optional AnalyticsMetadataType [ANY];
        user_context_data "UserContextData": optional UserContextDataType [USER_CONTEXT_DATA_TYPE];
        client_metadata "ClientMetadata": optional BTreeMap<String, String> [CLIENT_METADATA_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output ConfirmForgotPasswordResponse {}
}

shape! {
    input ConfirmSignUpRequest {
        client_id "ClientId": required ClientId [CLIENT_ID_TYPE];
        secret_hash "SecretHash": optional Secret [SECRET_HASH_TYPE];
        username "Username": required Username [USERNAME_TYPE];
        confirmation_code "ConfirmationCode": required Secret [CONFIRMATION_CODE_TYPE];
        force_alias_creation "ForceAliasCreation": optional bool [ANY];
        analytics_metadata "AnalyticsMetadata": optional AnalyticsMetadataType [ANY];
        user_context_data "UserContextData": optional UserContextDataType [USER_CONTEXT_DATA_TYPE];
        client_metadata "ClientMetadata": optional BTreeMap<String, String> [CLIENT_METADATA_TYPE];
        session "Session": optional Secret [SESSION_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output ConfirmSignUpResponse {
        session "Session": optional Secret;
    }
}

shape! {
    input ContextDataType {
        ip_address "IpAddress": required String [STRING_TYPE];
        server_name "ServerName": required String [STRING_TYPE];
        server_path "ServerPath": required String [STRING_TYPE];
        http_headers "HttpHeaders": required Vec<HttpHeader> [ANY];
        encoded_data "EncodedData": optional String [STRING_TYPE];
    }
}

shape! {
    input CreateCIMDPolicyRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        client_id "ClientId": required ClientId [CLIENT_ID_TYPE];
        policy_name "PolicyName": required String [CIMD_POLICY_NAME_TYPE];
        cache_duration "CacheDuration": optional i32 [CACHE_DURATION_TYPE];
        url_patterns "URLPatterns": required Vec<String> [URL_PATTERN_LIST_TYPE];
    }
}

shape! {
    output CreateCIMDPolicyResponse {
        cimd_policy "CIMDPolicy": required CIMDPolicyType;
    }
}

shape! {
    input CreateGroupRequest {
        group_name "GroupName": required GroupName [GROUP_NAME_TYPE];
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        description "Description": optional String [DESCRIPTION_TYPE];
        role_arn "RoleArn": optional String [ARN_TYPE];
        precedence "Precedence": optional i32 [PRECEDENCE_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output CreateGroupResponse {
        group "Group": optional GroupType;
    }
}

shape! {
    input CreateIdentityProviderRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        provider_name "ProviderName": required String [PROVIDER_NAME_TYPE_V2];
        provider_type "ProviderType": required IdentityProviderTypeType [IDENTITY_PROVIDER_TYPE_TYPE];
        provider_details "ProviderDetails": required SecretMap [PROVIDER_DETAILS_TYPE];
        attribute_mapping "AttributeMapping": optional BTreeMap<String, String> [ATTRIBUTE_MAPPING_TYPE];
        idp_identifiers "IdpIdentifiers": optional Vec<String> [IDP_IDENTIFIERS_LIST_TYPE];
        acr_mapping "AcrMapping": optional BTreeMap<String, String> [ACR_MAPPING_TYPE];
    }
}

shape! {
    output CreateIdentityProviderResponse {
        identity_provider "IdentityProvider": required IdentityProviderType;
    }
}

shape! {
    input CreateManagedLoginBrandingRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        client_id "ClientId": required ClientId [CLIENT_ID_TYPE];
        use_cognito_provided_values "UseCognitoProvidedValues": optional bool [ANY];
        settings "Settings": optional Value [ANY];
        assets "Assets": optional Vec<AssetType> [ASSET_LIST_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output CreateManagedLoginBrandingResponse {
        managed_login_branding "ManagedLoginBranding": optional ManagedLoginBrandingType;
    }
}

shape! {
    input CreateResourceServerRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        identifier "Identifier": required String [RESOURCE_SERVER_IDENTIFIER_TYPE];
        name "Name": required String [RESOURCE_SERVER_NAME_TYPE];
        scopes "Scopes": optional Vec<ResourceServerScopeType> [RESOURCE_SERVER_SCOPE_LIST_TYPE];
    }
}

shape! {
    output CreateResourceServerResponse {
        resource_server "ResourceServer": required ResourceServerType;
    }
}

shape! {
    input CreateTermsRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        client_id "ClientId": required ClientId [CLIENT_ID_TYPE];
        terms_name "TermsName": required String [TERMS_NAME_TYPE];
        terms_source "TermsSource": required TermsSourceType [TERMS_SOURCE_TYPE];
        enforcement "Enforcement": required TermsEnforcementType [TERMS_ENFORCEMENT_TYPE];
        links "Links": optional BTreeMap<String, String> [LINKS_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output CreateTermsResponse {
        terms "Terms": optional TermsType;
    }
}

shape! {
    input CreateUserImportJobRequest {
        job_name "JobName": required String [USER_IMPORT_JOB_NAME_TYPE];
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        cloud_watch_logs_role_arn "CloudWatchLogsRoleArn": required String [ARN_TYPE];
        password_hashing_algorithm "PasswordHashingAlgorithm": optional PasswordHashingAlgorithmType [PASSWORD_HASHING_ALGORITHM_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output CreateUserImportJobResponse {
        user_import_job "UserImportJob": optional UserImportJobType;
    }
}

shape! {
    input CreateUserPoolClientRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        client_name "ClientName": required String [CLIENT_NAME_TYPE];
        generate_secret "GenerateSecret": optional bool [ANY];
        client_secret "ClientSecret": optional Secret [CLIENT_SECRET_TYPE];
        refresh_token_validity "RefreshTokenValidity": optional i32 [REFRESH_TOKEN_VALIDITY_TYPE];
        access_token_validity "AccessTokenValidity": optional i32 [ACCESS_TOKEN_VALIDITY_TYPE];
        id_token_validity "IdTokenValidity": optional i32 [ID_TOKEN_VALIDITY_TYPE];
        token_validity_units "TokenValidityUnits": optional TokenValidityUnitsType [ANY];
        read_attributes "ReadAttributes": optional Vec<String> [CLIENT_PERMISSION_LIST_TYPE];
        write_attributes "WriteAttributes": optional Vec<String> [CLIENT_PERMISSION_LIST_TYPE];
        explicit_auth_flows "ExplicitAuthFlows": optional Vec<ExplicitAuthFlowsType> [EXPLICIT_AUTH_FLOWS_LIST_TYPE];
        supported_identity_providers "SupportedIdentityProviders": optional Vec<String> [SUPPORTED_IDENTITY_PROVIDERS_LIST_TYPE];
        callback_urls "CallbackURLs": optional Vec<String> [CALLBACK_URLS_LIST_TYPE];
        logout_urls "LogoutURLs": optional Vec<String> [LOGOUT_URLS_LIST_TYPE];
        default_redirect_uri "DefaultRedirectURI": optional String [REDIRECT_URL_TYPE];
        allowed_oauth_flows "AllowedOAuthFlows": optional Vec<OAuthFlowType> [OAUTH_FLOWS_TYPE];
        allowed_oauth_scopes "AllowedOAuthScopes": optional Vec<String> [SCOPE_LIST_TYPE];
        allowed_oauth_flows_user_pool_client "AllowedOAuthFlowsUserPoolClient": optional bool [ANY];
        analytics_configuration "AnalyticsConfiguration": optional AnalyticsConfigurationType [ANY];
        prevent_user_existence_errors "PreventUserExistenceErrors": optional PreventUserExistenceErrorTypes [PREVENT_USER_EXISTENCE_ERROR_TYPES];
        enable_token_revocation "EnableTokenRevocation": optional bool [ANY];
        enable_propagate_additional_user_context_data "EnablePropagateAdditionalUserContextData": optional bool [ANY];
        auth_session_validity "AuthSessionValidity": optional i32 [AUTH_SESSION_VALIDITY_TYPE];
        refresh_token_rotation "RefreshTokenRotation": optional RefreshTokenRotationType [ANY];
        publish_secrets_in_aws_secrets_manager "PublishSecretsInAWSSecretsManager": optional bool [ANY];
    }
}

shape! {
    #[derive(Default)]
    output CreateUserPoolClientResponse {
        user_pool_client "UserPoolClient": optional UserPoolClientType;
    }
}

shape! {
    input CreateUserPoolDomainRequest {
        domain "Domain": required String [DOMAIN_TYPE];
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        managed_login_version "ManagedLoginVersion": optional i32 [ANY];
        custom_domain_config "CustomDomainConfig": optional CustomDomainConfigType [ANY];
        routing "Routing": optional RoutingType [ANY];
    }
}

shape! {
    #[derive(Default)]
    output CreateUserPoolDomainResponse {
        managed_login_version "ManagedLoginVersion": optional i32;
        cloud_front_domain "CloudFrontDomain": optional String;
        routing "Routing": optional RoutingType;
    }
}

shape! {
    input CreateUserPoolReplicaRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        region_name "RegionName": required String [REGION_NAME_TYPE];
        user_pool_tags "UserPoolTags": optional BTreeMap<String, String> [USER_POOL_TAGS_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output CreateUserPoolReplicaResponse {
        user_pool_replica "UserPoolReplica": optional UserPoolReplicaType;
    }
}

shape! {
    input CreateUserPoolRequest {
        pool_name "PoolName": required String [USER_POOL_NAME_TYPE];
        policies "Policies": optional UserPoolPolicyType [ANY];
        deletion_protection "DeletionProtection": optional DeletionProtectionType [DELETION_PROTECTION_TYPE];
        lambda_config "LambdaConfig": optional LambdaConfigType [ANY];
        auto_verified_attributes "AutoVerifiedAttributes": optional Vec<Contact> [VERIFIED_ATTRIBUTES_LIST_TYPE];
        alias_attributes "AliasAttributes": optional Vec<AliasAttributeType> [ALIAS_ATTRIBUTES_LIST_TYPE];
        username_attributes "UsernameAttributes": optional Vec<Contact> [USERNAME_ATTRIBUTES_LIST_TYPE];
        sms_verification_message "SmsVerificationMessage": optional String [SMS_VERIFICATION_MESSAGE_TYPE];
        email_verification_message "EmailVerificationMessage": optional String [EMAIL_VERIFICATION_MESSAGE_TYPE];
        email_verification_subject "EmailVerificationSubject": optional String [EMAIL_VERIFICATION_SUBJECT_TYPE];
        verification_message_template "VerificationMessageTemplate": optional VerificationMessageTemplateType [ANY];
        sms_authentication_message "SmsAuthenticationMessage": optional String [SMS_VERIFICATION_MESSAGE_TYPE];
        mfa_configuration "MfaConfiguration": optional UserPoolMfaType [USER_POOL_MFA_TYPE];
        user_attribute_update_settings "UserAttributeUpdateSettings": optional UserAttributeUpdateSettingsType [ANY];
        device_configuration "DeviceConfiguration": optional DeviceConfigurationType [ANY];
        email_configuration "EmailConfiguration": optional EmailConfigurationType [ANY];
        sms_configuration "SmsConfiguration": optional SmsConfigurationType [ANY];
        user_pool_tags "UserPoolTags": optional BTreeMap<String, String> [USER_POOL_TAGS_TYPE];
        admin_create_user_config "AdminCreateUserConfig": optional AdminCreateUserConfigType [ANY];
        schema "Schema": optional Vec<SchemaAttributeType> [SCHEMA_ATTRIBUTES_LIST_TYPE];
        user_pool_add_ons "UserPoolAddOns": optional UserPoolAddOnsType [ANY];
        dcr_configuration "DcrConfiguration": optional DcrConfigurationType [ANY];
        username_configuration "UsernameConfiguration": optional UsernameConfigurationType [ANY];
        account_recovery_setting "AccountRecoverySetting": optional AccountRecoverySettingType [ANY];
        user_pool_tier "UserPoolTier": optional UserPoolTierType [USER_POOL_TIER_TYPE];
        key_configuration "KeyConfiguration": optional KeyConfigurationType [ANY];
        issuer_configuration "IssuerConfiguration": optional IssuerConfigurationType [ANY];
        acr_configuration "AcrConfiguration": optional BTreeMap<String, AcrLevelConfigType> [ACR_CONFIGURATION_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output CreateUserPoolResponse {
        user_pool "UserPool": optional UserPoolType;
    }
}

shape! {
    both CustomDomainConfigType {
        certificate_arn "CertificateArn": required String [ARN_TYPE];
        security_policy "SecurityPolicy": optional SecurityPolicyType [SECURITY_POLICY_TYPE];
    }
}

shape! {
    both CustomEmailLambdaVersionConfigType {
        lambda_version "LambdaVersion": required CustomEmailSenderLambdaVersionType [CUSTOM_EMAIL_SENDER_LAMBDA_VERSION_TYPE];
        lambda_arn "LambdaArn": required String [ARN_TYPE];
    }
}

shape! {
    both CustomSMSLambdaVersionConfigType {
        lambda_version "LambdaVersion": required CustomSMSSenderLambdaVersionType [CUSTOM_SMS_SENDER_LAMBDA_VERSION_TYPE];
        lambda_arn "LambdaArn": required String [ARN_TYPE];
    }
}

shape! {
    #[derive(Default)]
    both DcrConfigurationType {
        enable_status "EnableStatus": optional StatusType [STATUS_TYPE];
        open_dcr_enabled "OpenDcrEnabled": optional bool [ANY];
        authenticated_grant_types "AuthenticatedGrantTypes": optional Vec<OAuthFlowType> [OAUTH_FLOWS_TYPE];
        open_dcr_grant_types "OpenDcrGrantTypes": optional Vec<OAuthFlowType> [OAUTH_FLOWS_TYPE];
        allowed_scopes "AllowedScopes": optional Vec<String> [SCOPE_LIST_TYPE];
    }
}

shape! {
    input DeleteCIMDPolicyRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        cimd_policy_id "CIMDPolicyId": required String [CIMD_POLICY_ID_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output DeleteCIMDPolicyResponse {}
}

shape! {
    input DeleteGroupRequest {
        group_name "GroupName": required GroupName [GROUP_NAME_TYPE];
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
    }
}

shape! {
    input DeleteIdentityProviderRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        provider_name "ProviderName": required String [PROVIDER_NAME_TYPE];
    }
}

shape! {
    input DeleteManagedLoginBrandingRequest {
        managed_login_branding_id "ManagedLoginBrandingId": required String [MANAGED_LOGIN_BRANDING_ID_TYPE];
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
    }
}

shape! {
    input DeleteResourceServerRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        identifier "Identifier": required String [RESOURCE_SERVER_IDENTIFIER_TYPE];
    }
}

shape! {
    input DeleteTermsRequest {
        terms_id "TermsId": required String [TERMS_ID_TYPE];
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
    }
}

shape! {
    input DeleteUserAttributesRequest {
        user_attribute_names "UserAttributeNames": required Vec<String> [ATTRIBUTE_NAME_LIST_TYPE];
        access_token "AccessToken": required Secret [TOKEN_MODEL_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output DeleteUserAttributesResponse {}
}

shape! {
    input DeleteUserPoolClientRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        client_id "ClientId": required ClientId [CLIENT_ID_TYPE];
    }
}

shape! {
    input DeleteUserPoolClientSecretRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        client_id "ClientId": required ClientId [CLIENT_ID_TYPE];
        client_secret_id "ClientSecretId": required String [CLIENT_SECRET_ID_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output DeleteUserPoolClientSecretResponse {}
}

shape! {
    input DeleteUserPoolDomainRequest {
        domain "Domain": required String [DOMAIN_TYPE];
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output DeleteUserPoolDomainResponse {}
}

shape! {
    input DeleteUserPoolReplicaRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        region_name "RegionName": required String [REGION_NAME_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output DeleteUserPoolReplicaResponse {
        user_pool_replica "UserPoolReplica": optional UserPoolReplicaType;
    }
}

shape! {
    input DeleteUserPoolRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
    }
}

shape! {
    input DeleteUserRequest {
        access_token "AccessToken": required Secret [TOKEN_MODEL_TYPE];
    }
}

shape! {
    input DeleteWebAuthnCredentialRequest {
        access_token "AccessToken": required Secret [TOKEN_MODEL_TYPE];
        credential_id "CredentialId": required String [STRING_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output DeleteWebAuthnCredentialResponse {}
}

shape! {
    input DescribeCIMDPolicyRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        cimd_policy_id "CIMDPolicyId": required String [CIMD_POLICY_ID_TYPE];
    }
}

shape! {
    output DescribeCIMDPolicyResponse {
        cimd_policy "CIMDPolicy": required CIMDPolicyType;
    }
}

shape! {
    input DescribeIdentityProviderRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        provider_name "ProviderName": required String [PROVIDER_NAME_TYPE];
    }
}

shape! {
    output DescribeIdentityProviderResponse {
        identity_provider "IdentityProvider": required IdentityProviderType;
    }
}

shape! {
    input DescribeManagedLoginBrandingByClientRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        client_id "ClientId": required ClientId [CLIENT_ID_TYPE];
        return_merged_resources "ReturnMergedResources": optional bool [ANY];
    }
}

shape! {
    #[derive(Default)]
    output DescribeManagedLoginBrandingByClientResponse {
        managed_login_branding "ManagedLoginBranding": optional ManagedLoginBrandingType;
    }
}

shape! {
    input DescribeManagedLoginBrandingRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        managed_login_branding_id "ManagedLoginBrandingId": required String [MANAGED_LOGIN_BRANDING_ID_TYPE];
        return_merged_resources "ReturnMergedResources": optional bool [ANY];
    }
}

shape! {
    #[derive(Default)]
    output DescribeManagedLoginBrandingResponse {
        managed_login_branding "ManagedLoginBranding": optional ManagedLoginBrandingType;
    }
}

shape! {
    input DescribePointInTimeRecoveryRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        restore_id "RestoreId": required String [RESTORE_ID_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output DescribePointInTimeRecoveryResponse {
        restoration "Restoration": optional RestorationType;
    }
}

shape! {
    input DescribeResourceServerRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        identifier "Identifier": required String [RESOURCE_SERVER_IDENTIFIER_TYPE];
    }
}

shape! {
    output DescribeResourceServerResponse {
        resource_server "ResourceServer": required ResourceServerType;
    }
}

shape! {
    input DescribeRiskConfigurationRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        client_id "ClientId": optional ClientId [CLIENT_ID_TYPE];
    }
}

shape! {
    output DescribeRiskConfigurationResponse {
        risk_configuration "RiskConfiguration": required RiskConfigurationType;
    }
}

shape! {
    input DescribeTermsByClientRequest {
        client_id "ClientId": required ClientId [CLIENT_ID_TYPE];
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        terms_name "TermsName": required String [TERMS_NAME_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output DescribeTermsByClientResponse {
        terms "Terms": optional TermsType;
    }
}

shape! {
    input DescribeTermsRequest {
        terms_id "TermsId": required String [TERMS_ID_TYPE];
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output DescribeTermsResponse {
        terms "Terms": optional TermsType;
    }
}

shape! {
    input DescribeUserImportJobRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        job_id "JobId": required String [USER_IMPORT_JOB_ID_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output DescribeUserImportJobResponse {
        user_import_job "UserImportJob": optional UserImportJobType;
    }
}

shape! {
    input DescribeUserPoolClientRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        client_id "ClientId": required ClientId [CLIENT_ID_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output DescribeUserPoolClientResponse {
        user_pool_client "UserPoolClient": optional UserPoolClientType;
    }
}

shape! {
    input DescribeUserPoolDomainRequest {
        domain "Domain": required String [DOMAIN_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output DescribeUserPoolDomainResponse {
        domain_description "DomainDescription": optional DomainDescriptionType;
    }
}

shape! {
    input DescribeUserPoolRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output DescribeUserPoolResponse {
        user_pool "UserPool": optional UserPoolType;
    }
}

shape! {
    #[derive(Default)]
    both DeviceConfigurationType {
        challenge_required_on_new_device "ChallengeRequiredOnNewDevice": optional bool [ANY];
        device_only_remembered_on_user_prompt "DeviceOnlyRememberedOnUserPrompt": optional bool [ANY];
    }
}

shape! {
    #[derive(Default)]
    input DeviceSecretVerifierConfigType {
        password_verifier "PasswordVerifier": optional Secret [STRING_TYPE];
        salt "Salt": optional String [STRING_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output DeviceType {
        device_key "DeviceKey": optional String;
        device_attributes "DeviceAttributes": optional Vec<AttributeType>;
        device_create_date "DeviceCreateDate": optional Timestamp;
        device_last_modified_date "DeviceLastModifiedDate": optional Timestamp;
        device_last_authenticated_date "DeviceLastAuthenticatedDate": optional Timestamp;
    }
}

shape! {
    #[derive(Default)]
    output DomainDescriptionType {
        user_pool_id "UserPoolId": optional PoolId;
        aws_account_id "AWSAccountId": optional String;
        domain "Domain": optional String;
        s3_bucket "S3Bucket": optional String;
        cloud_front_distribution "CloudFrontDistribution": optional String;
        version "Version": optional String;
        status "Status": optional DomainStatusType;
        custom_domain_config "CustomDomainConfig": optional OrEmpty<CustomDomainConfigType>;
        managed_login_version "ManagedLoginVersion": optional i32;
        routing "Routing": optional RoutingType;
    }
}

shape! {
    #[derive(Default)]
    both EmailConfigurationType {
        source_arn "SourceArn": optional String [ARN_TYPE];
        reply_to_email_address "ReplyToEmailAddress": optional String [EMAIL_ADDRESS_TYPE];
        email_sending_account "EmailSendingAccount": optional EmailSendingAccountType [EMAIL_SENDING_ACCOUNT_TYPE];
        from "From": optional String [STRING_TYPE];
        configuration_set "ConfigurationSet": optional String [SES_CONFIGURATION_SET];
    }
}

shape! {
    #[derive(Default)]
    both EmailMfaConfigType {
        message "Message": optional String [EMAIL_MFA_MESSAGE_TYPE];
        subject "Subject": optional String [EMAIL_MFA_SUBJECT_TYPE];
    }
}

shape! {
    #[derive(Default)]
    input EmailMfaSettingsType {
        enabled "Enabled": optional bool [ANY];
        preferred_mfa "PreferredMfa": optional bool [ANY];
    }
}

shape! {
    both EumsSmsConfigurationType {
        caller_arn "CallerArn": required String [ARN_TYPE];
        external_id "ExternalId": optional String [STRING_TYPE];
        origination_identity "OriginationIdentity": optional String [STRING_TYPE];
        configuration_set_name "ConfigurationSetName": optional String [STRING_TYPE];
        in_entity_id "InEntityId": optional String [STRING_TYPE];
        in_template_id "InTemplateId": optional String [STRING_TYPE];
        region "Region": optional String [REGION_CODE_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output EventContextDataType {
        ip_address "IpAddress": optional String;
        device_name "DeviceName": optional String;
        timezone "Timezone": optional String;
        city "City": optional String;
        country "Country": optional String;
    }
}

shape! {
    output EventFeedbackType {
        feedback_value "FeedbackValue": required FeedbackValueType;
        provider "Provider": required String;
        feedback_date "FeedbackDate": optional Timestamp;
    }
}

shape! {
    #[derive(Default)]
    output EventRiskType {
        risk_decision "RiskDecision": optional RiskDecisionType;
        risk_level "RiskLevel": optional RiskLevelType;
        compromised_credentials_detected "CompromisedCredentialsDetected": optional bool;
    }
}

shape! {
    both FailoverType {
        secondary_region "SecondaryRegion": required String [REGION_NAME_TYPE];
        primary_route53_health_check_id "PrimaryRoute53HealthCheckId": required String [HEALTH_CHECK_ID_TYPE];
    }
}

shape! {
    #[derive(Default)]
    both FirehoseConfigurationType {
        stream_arn "StreamArn": optional String [ARN_TYPE];
    }
}

shape! {
    input ForgetDeviceRequest {
        access_token "AccessToken": optional Secret [TOKEN_MODEL_TYPE];
        device_key "DeviceKey": required String [DEVICE_KEY_TYPE];
    }
}

shape! {
    input ForgotPasswordRequest {
        client_id "ClientId": required ClientId [CLIENT_ID_TYPE];
        secret_hash "SecretHash": optional Secret [SECRET_HASH_TYPE];
        user_context_data "UserContextData": optional UserContextDataType [USER_CONTEXT_DATA_TYPE];
        username "Username": required Username [USERNAME_TYPE];
        analytics_metadata "AnalyticsMetadata": optional AnalyticsMetadataType [ANY];
        client_metadata "ClientMetadata": optional BTreeMap<String, String> [CLIENT_METADATA_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output ForgotPasswordResponse {
        code_delivery_details "CodeDeliveryDetails": optional CodeDeliveryDetailsType;
    }
}

shape! {
    input GetCSVHeaderRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output GetCSVHeaderResponse {
        user_pool_id "UserPoolId": optional PoolId;
        csv_header "CSVHeader": optional Vec<String>;
    }
}

shape! {
    input GetClientTokenRequest {
        client_id "ClientId": required ClientId [CLIENT_ID_TYPE];
        secret "Secret": required Secret [CLIENT_SECRET_TYPE];
        scopes "Scopes": optional Vec<String> [SCOPE_LIST_TYPE];
        client_metadata "ClientMetadata": optional BTreeMap<String, String> [CLIENT_METADATA_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output GetClientTokenResponse {
        client_authentication_result "ClientAuthenticationResult": optional ClientAuthenticationResultType;
    }
}

shape! {
    input GetDerivedTokenRequest {
        client_id "ClientId": required ClientId [CLIENT_ID_TYPE];
        client_secret "ClientSecret": optional Secret [CLIENT_SECRET_TYPE];
        subject_token "SubjectToken": required Secret [GET_DERIVED_TOKEN_TOKEN_MODEL_TYPE];
        subject_token_type "SubjectTokenType": required TokenTypeIdentifierType [TOKEN_TYPE_IDENTIFIER_TYPE];
        subject_token_provider_name "SubjectTokenProviderName": optional String [PROVIDER_NAME_TYPE];
        actor_token "ActorToken": optional Secret [GET_DERIVED_TOKEN_TOKEN_MODEL_TYPE];
        actor_token_type "ActorTokenType": optional TokenTypeIdentifierType [TOKEN_TYPE_IDENTIFIER_TYPE];
        actor_token_provider_name "ActorTokenProviderName": optional String [PROVIDER_NAME_TYPE];
        scopes "Scopes": optional Vec<String> [SCOPE_LIST_TYPE];
        audiences "Audiences": optional Vec<String> [AUDIENCE_LIST_TYPE];
        resources "Resources": optional Vec<String> [RESOURCE_LIST_TYPE];
        requested_token_type "RequestedTokenType": optional IssuedTokenTypeIdentifierType [ISSUED_TOKEN_TYPE_IDENTIFIER_TYPE];
    }
}

shape! {
    output GetDerivedTokenResponse {
        issued_token "IssuedToken": required Secret;
        issued_token_type "IssuedTokenType": required IssuedTokenTypeIdentifierType;
        token_type "TokenType": required OAuthTokenTypeType;
        expires_in "ExpiresIn": optional i32;
        scopes "Scopes": optional Vec<String>;
    }
}

shape! {
    input GetDeviceRequest {
        device_key "DeviceKey": required String [DEVICE_KEY_TYPE];
        access_token "AccessToken": optional Secret [TOKEN_MODEL_TYPE];
    }
}

shape! {
    output GetDeviceResponse {
        device "Device": required DeviceType;
    }
}

shape! {
    input GetGroupRequest {
        group_name "GroupName": required GroupName [GROUP_NAME_TYPE];
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output GetGroupResponse {
        group "Group": optional GroupType;
    }
}

shape! {
    input GetIdentityProviderByIdentifierRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        idp_identifier "IdpIdentifier": required String [IDP_IDENTIFIER_TYPE];
    }
}

shape! {
    output GetIdentityProviderByIdentifierResponse {
        identity_provider "IdentityProvider": required IdentityProviderType;
    }
}

shape! {
    input GetLogDeliveryConfigurationRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output GetLogDeliveryConfigurationResponse {
        log_delivery_configuration "LogDeliveryConfiguration": optional LogDeliveryConfigurationType;
    }
}

shape! {
    input GetProvisionedLimitRequest {
        limit_definition "LimitDefinition": required LimitDefinitionType [ANY];
    }
}

shape! {
    output GetProvisionedLimitResponse {
        limit "Limit": required LimitType;
    }
}

shape! {
    input GetSigningCertificateRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output GetSigningCertificateResponse {
        certificate "Certificate": optional String;
    }
}

shape! {
    input GetTokensFromRefreshTokenRequest {
        refresh_token "RefreshToken": required Secret [TOKEN_MODEL_TYPE];
        client_id "ClientId": required ClientId [CLIENT_ID_TYPE];
        client_secret "ClientSecret": optional Secret [CLIENT_SECRET_TYPE];
        device_key "DeviceKey": optional String [DEVICE_KEY_TYPE];
        client_metadata "ClientMetadata": optional BTreeMap<String, String> [CLIENT_METADATA_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output GetTokensFromRefreshTokenResponse {
        authentication_result "AuthenticationResult": optional AuthenticationResultType;
    }
}

shape! {
    input GetUICustomizationRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        client_id "ClientId": optional ClientId [CLIENT_ID_TYPE];
    }
}

shape! {
    output GetUICustomizationResponse {
        ui_customization "UICustomization": required UICustomizationType;
    }
}

shape! {
    input GetUserAttributeVerificationCodeRequest {
        access_token "AccessToken": required Secret [TOKEN_MODEL_TYPE];
        attribute_name "AttributeName": required String [ATTRIBUTE_NAME_TYPE];
        client_metadata "ClientMetadata": optional BTreeMap<String, String> [CLIENT_METADATA_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output GetUserAttributeVerificationCodeResponse {
        code_delivery_details "CodeDeliveryDetails": optional CodeDeliveryDetailsType;
    }
}

shape! {
    input GetUserAuthFactorsRequest {
        access_token "AccessToken": required Secret [TOKEN_MODEL_TYPE];
    }
}

shape! {
    output GetUserAuthFactorsResponse {
        username "Username": required Username;
        preferred_mfa_setting "PreferredMfaSetting": optional String;
        user_mfa_setting_list "UserMFASettingList": optional Vec<String>;
        configured_user_auth_factors "ConfiguredUserAuthFactors": optional Vec<AuthFactorType>;
    }
}

shape! {
    input GetUserPoolClientSessionConfigurationRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        client_id "ClientId": required ClientId [CLIENT_ID_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output GetUserPoolClientSessionConfigurationResponse {
        user_pool_id "UserPoolId": optional PoolId;
        client_id "ClientId": optional ClientId;
        sso_session "SSOSession": optional ClientSSOSessionConfigType;
    }
}

shape! {
    input GetUserPoolMfaConfigRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output GetUserPoolMfaConfigResponse {
        sms_mfa_configuration "SmsMfaConfiguration": optional SmsMfaConfigType;
        software_token_mfa_configuration "SoftwareTokenMfaConfiguration": optional SoftwareTokenMfaConfigType;
        email_mfa_configuration "EmailMfaConfiguration": optional EmailMfaConfigType;
        mfa_configuration "MfaConfiguration": optional UserPoolMfaType;
        web_authn_configuration "WebAuthnConfiguration": optional WebAuthnConfigurationType;
    }
}

shape! {
    input GetUserPoolSessionConfigurationRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output GetUserPoolSessionConfigurationResponse {
        user_pool_id "UserPoolId": optional PoolId;
        user_session_tracking "UserSessionTracking": optional UserSessionTrackingType;
        token_session "TokenSession": optional UserPoolTokenSessionConfigType;
    }
}

shape! {
    input GetUserRequest {
        access_token "AccessToken": required Secret [TOKEN_MODEL_TYPE];
    }
}

shape! {
    output GetUserResponse {
        username "Username": required Username;
        user_attributes "UserAttributes": required Vec<AttributeType>;
        mfa_options "MFAOptions": optional Vec<MFAOptionType>;
        preferred_mfa_setting "PreferredMfaSetting": optional String;
        user_mfa_setting_list "UserMFASettingList": optional Vec<String>;
    }
}

shape! {
    input GlobalSignOutRequest {
        access_token "AccessToken": required Secret [TOKEN_MODEL_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output GlobalSignOutResponse {}
}

shape! {
    #[derive(Default)]
    output GroupType {
        group_name "GroupName": optional GroupName;
        user_pool_id "UserPoolId": optional PoolId;
        description "Description": optional String;
        role_arn "RoleArn": optional String;
        precedence "Precedence": optional i32;
        last_modified_date "LastModifiedDate": optional Timestamp;
        creation_date "CreationDate": optional Timestamp;
    }
}

shape! {
    #[derive(Default)]
    input HttpHeader {
        header_name "headerName": optional String [STRING_TYPE];
        header_value "headerValue": optional String [STRING_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output IdentityProviderType {
        user_pool_id "UserPoolId": optional PoolId;
        provider_name "ProviderName": optional String;
        provider_type "ProviderType": optional IdentityProviderTypeType;
        provider_details "ProviderDetails": optional SecretMap;
        attribute_mapping "AttributeMapping": optional BTreeMap<String, String>;
        idp_identifiers "IdpIdentifiers": optional Vec<String>;
        acr_mapping "AcrMapping": optional BTreeMap<String, String>;
        last_modified_date "LastModifiedDate": optional Timestamp;
        creation_date "CreationDate": optional Timestamp;
    }
}

shape! {
    both InboundFederationLambdaType {
        lambda_version "LambdaVersion": required InboundFederationLambdaVersionType [INBOUND_FEDERATION_LAMBDA_VERSION_TYPE];
        lambda_arn "LambdaArn": required String [ARN_TYPE];
    }
}

shape! {
    input InitiateAuthRequest {
        auth_flow "AuthFlow": required AuthFlowType [AUTH_FLOW_TYPE];
        auth_parameters "AuthParameters": optional SecretMap [AUTH_PARAMETERS_TYPE];
        client_metadata "ClientMetadata": optional BTreeMap<String, String> [CLIENT_METADATA_TYPE];
        client_id "ClientId": required ClientId [CLIENT_ID_TYPE];
        analytics_metadata "AnalyticsMetadata": optional AnalyticsMetadataType [ANY];
        user_context_data "UserContextData": optional UserContextDataType [USER_CONTEXT_DATA_TYPE];
        session "Session": optional Secret [SESSION_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output InitiateAuthResponse {
        challenge_name "ChallengeName": optional ChallengeNameType;
        session "Session": optional Secret;
        challenge_parameters "ChallengeParameters": optional SecretMap;
        authentication_result "AuthenticationResult": optional AuthenticationResultType;
        available_challenges "AvailableChallenges": optional Vec<ChallengeNameType>;
    }
}

shape! {
    input InitiatePointInTimeRecoveryRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        restore_timestamp "RestoreTimestamp": required Timestamp [ANY];
    }
}

shape! {
    #[derive(Default)]
    output InitiatePointInTimeRecoveryResponse {
        restoration "Restoration": optional RestorationType;
    }
}

shape! {
    #[derive(Default)]
    both IssuerConfigurationType {
        type_ "Type": optional IssuerType [ISSUER_TYPE];
    }
}

shape! {
    #[derive(Default)]
    both KeyConfigurationType {
        key_type "KeyType": optional EncryptionKeyType [ENCRYPTION_KEY_TYPE];
        kms_key_arn "KmsKeyArn": optional String [ENCRYPTION_KEY_ARN_TYPE];
    }
}

shape! {
    #[derive(Default)]
    both LambdaConfigType {
        pre_sign_up "PreSignUp": optional String [ARN_TYPE];
        custom_message "CustomMessage": optional String [ARN_TYPE];
        post_confirmation "PostConfirmation": optional String [ARN_TYPE];
        pre_authentication "PreAuthentication": optional String [ARN_TYPE];
        post_authentication "PostAuthentication": optional String [ARN_TYPE];
        define_auth_challenge "DefineAuthChallenge": optional String [ARN_TYPE];
        create_auth_challenge "CreateAuthChallenge": optional String [ARN_TYPE];
        verify_auth_challenge_response "VerifyAuthChallengeResponse": optional String [ARN_TYPE];
        pre_token_generation "PreTokenGeneration": optional String [ARN_TYPE];
        user_migration "UserMigration": optional String [ARN_TYPE];
        pre_token_generation_config "PreTokenGenerationConfig": optional PreTokenGenerationVersionConfigType [ANY];
        custom_sms_sender "CustomSMSSender": optional CustomSMSLambdaVersionConfigType [ANY];
        custom_email_sender "CustomEmailSender": optional CustomEmailLambdaVersionConfigType [ANY];
        kms_key_id "KMSKeyID": optional String [ARN_TYPE];
        inbound_federation "InboundFederation": optional InboundFederationLambdaType [ANY];
    }
}

shape! {
    both LimitDefinitionType {
        limit_class "LimitClass": required LimitClass [LIMIT_CLASS];
        attributes "Attributes": required BTreeMap<String, String> [STRING_TO_STRING_MAP_TYPE];
    }
}

shape! {
    output LimitType {
        limit_definition "LimitDefinition": required LimitDefinitionType;
        provisioned_limit_value "ProvisionedLimitValue": required i32;
        free_limit_value "FreeLimitValue": required i32;
    }
}

shape! {
    input ListCIMDPoliciesRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        next_token "NextToken": optional String [PAGINATION_KEY_TYPE];
        max_results "MaxResults": optional i32 [POOL_QUERY_LIMIT_TYPE];
    }
}

shape! {
    output ListCIMDPoliciesResponse {
        next_token "NextToken": optional String;
        cimd_policies "CIMDPolicies": required Vec<CIMDPolicySummaryType>;
    }
}

shape! {
    input ListClientMetadataURLsRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        cimd_policy_id "CIMDPolicyId": required String [CIMD_POLICY_ID_TYPE];
        next_token "NextToken": optional String [PAGINATION_KEY_TYPE];
        max_results "MaxResults": optional i32 [POOL_QUERY_LIMIT_TYPE];
    }
}

shape! {
    output ListClientMetadataURLsResponse {
        next_token "NextToken": optional String;
        client_metadata_urls "ClientMetadataURLs": required Vec<ClientMetadataURLType>;
    }
}

shape! {
    input ListDevicesRequest {
        access_token "AccessToken": required Secret [TOKEN_MODEL_TYPE];
        limit "Limit": optional i32 [QUERY_LIMIT_TYPE];
        pagination_token "PaginationToken": optional String [SEARCH_PAGINATION_TOKEN_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output ListDevicesResponse {
        devices "Devices": optional Vec<DeviceType>;
        pagination_token "PaginationToken": optional String;
    }
}

shape! {
    input ListGroupsRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        limit "Limit": optional i32 [QUERY_LIMIT_TYPE];
        next_token "NextToken": optional String [PAGINATION_KEY];
    }
}

shape! {
    #[derive(Default)]
    output ListGroupsResponse {
        groups "Groups": optional Vec<GroupType>;
        next_token "NextToken": optional String;
    }
}

shape! {
    input ListIdentityProvidersRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        max_results "MaxResults": optional i32 [LIST_PROVIDERS_LIMIT_TYPE];
        next_token "NextToken": optional String [PAGINATION_KEY_TYPE];
    }
}

shape! {
    output ListIdentityProvidersResponse {
        providers "Providers": required Vec<ProviderDescription>;
        next_token "NextToken": optional String;
    }
}

shape! {
    input ListPointInTimeRecoveriesRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        next_token "NextToken": optional String [PAGINATION_KEY_TYPE];
        max_results "MaxResults": optional i32 [POOL_QUERY_LIMIT_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output ListPointInTimeRecoveriesResponse {
        restorations "Restorations": optional Vec<RestorationDescriptionType>;
        next_token "NextToken": optional String;
    }
}

shape! {
    input ListResourceServersRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        max_results "MaxResults": optional i32 [LIST_RESOURCE_SERVERS_LIMIT_TYPE];
        next_token "NextToken": optional String [PAGINATION_KEY_TYPE];
    }
}

shape! {
    output ListResourceServersResponse {
        resource_servers "ResourceServers": required Vec<ResourceServerType>;
        next_token "NextToken": optional String;
    }
}

shape! {
    input ListTagsForResourceRequest {
        resource_arn "ResourceArn": required String [ARN_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output ListTagsForResourceResponse {
        tags "Tags": optional BTreeMap<String, String>;
    }
}

shape! {
    input ListTermsRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        max_results "MaxResults": optional i32 [LIST_TERMS_REQUEST_MAX_RESULTS_INTEGER];
        next_token "NextToken": optional String [STRING_TYPE];
    }
}

shape! {
    output ListTermsResponse {
        terms "Terms": required Vec<TermsDescriptionType>;
        next_token "NextToken": optional String;
    }
}

shape! {
    input ListUserImportJobsRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        max_results "MaxResults": required i32 [POOL_QUERY_LIMIT_TYPE];
        pagination_token "PaginationToken": optional String [PAGINATION_KEY_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output ListUserImportJobsResponse {
        user_import_jobs "UserImportJobs": optional Vec<UserImportJobType>;
        pagination_token "PaginationToken": optional String;
    }
}

shape! {
    input ListUserPoolClientSecretsRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        client_id "ClientId": required ClientId [CLIENT_ID_TYPE];
        next_token "NextToken": optional String [PAGINATION_KEY];
    }
}

shape! {
    #[derive(Default)]
    output ListUserPoolClientSecretsResponse {
        client_secrets "ClientSecrets": optional Vec<ClientSecretDescriptorType>;
        next_token "NextToken": optional String;
    }
}

shape! {
    input ListUserPoolClientsRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        max_results "MaxResults": optional i32 [QUERY_LIMIT];
        next_token "NextToken": optional String [PAGINATION_KEY];
        client_type "ClientType": optional ClientTypeType [CLIENT_TYPE_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output ListUserPoolClientsResponse {
        user_pool_clients "UserPoolClients": optional Vec<UserPoolClientDescription>;
        next_token "NextToken": optional String;
    }
}

shape! {
    input ListUserPoolReplicasRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        next_token "NextToken": optional String [PAGINATION_KEY_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output ListUserPoolReplicasResponse {
        user_pool_replicas "UserPoolReplicas": optional Vec<UserPoolReplicaType>;
        next_token "NextToken": optional String;
    }
}

shape! {
    input ListUserPoolsRequest {
        next_token "NextToken": optional String [PAGINATION_KEY_TYPE];
        max_results "MaxResults": required i32 [POOL_QUERY_LIMIT_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output ListUserPoolsResponse {
        user_pools "UserPools": optional Vec<UserPoolDescriptionType>;
        next_token "NextToken": optional String;
    }
}

shape! {
    input ListUserSessionsRequest {
        access_token "AccessToken": required Secret [TOKEN_MODEL_TYPE];
        next_token "NextToken": optional String [PAGINATION_KEY];
    }
}

shape! {
    #[derive(Default)]
    output ListUserSessionsResponse {
        sessions "Sessions": optional Vec<SessionDescriptionType>;
        next_token "NextToken": optional String;
    }
}

shape! {
    input ListUsersInGroupRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        group_name "GroupName": required GroupName [GROUP_NAME_TYPE];
        limit "Limit": optional i32 [QUERY_LIMIT_TYPE];
        next_token "NextToken": optional String [PAGINATION_KEY];
    }
}

shape! {
    #[derive(Default)]
    output ListUsersInGroupResponse {
        users "Users": optional Vec<UserType>;
        next_token "NextToken": optional String;
    }
}

shape! {
    input ListUsersRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        attributes_to_get "AttributesToGet": optional Vec<String> [SEARCHED_ATTRIBUTE_NAMES_LIST_TYPE];
        limit "Limit": optional i32 [QUERY_LIMIT_TYPE];
        pagination_token "PaginationToken": optional String [SEARCH_PAGINATION_TOKEN_TYPE];
        filter "Filter": optional String [USER_FILTER_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output ListUsersResponse {
        users "Users": optional Vec<UserType>;
        pagination_token "PaginationToken": optional String;
    }
}

shape! {
    input ListWebAuthnCredentialsRequest {
        access_token "AccessToken": required Secret [TOKEN_MODEL_TYPE];
        next_token "NextToken": optional String [PAGINATION_KEY];
        max_results "MaxResults": optional i32 [WEB_AUTHN_CREDENTIALS_QUERY_LIMIT_TYPE];
    }
}

shape! {
    output ListWebAuthnCredentialsResponse {
        credentials "Credentials": required Vec<WebAuthnCredentialDescription>;
        next_token "NextToken": optional String;
    }
}

shape! {
    both LogConfigurationType {
        log_level "LogLevel": required LogLevel [LOG_LEVEL];
        event_source "EventSource": required EventSourceName [EVENT_SOURCE_NAME];
        cloud_watch_logs_configuration "CloudWatchLogsConfiguration": optional CloudWatchLogsConfigurationType [ANY];
        s3_configuration "S3Configuration": optional S3ConfigurationType [ANY];
        firehose_configuration "FirehoseConfiguration": optional FirehoseConfigurationType [ANY];
    }
}

shape! {
    output LogDeliveryConfigurationType {
        user_pool_id "UserPoolId": required PoolId;
        log_configurations "LogConfigurations": required Vec<LogConfigurationType>;
    }
}

shape! {
    #[derive(Default)]
    both MFAOptionType {
        delivery_medium "DeliveryMedium": optional DeliveryMediumType [DELIVERY_MEDIUM_TYPE];
        attribute_name "AttributeName": optional String [ATTRIBUTE_NAME_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output ManagedLoginBrandingType {
        managed_login_branding_id "ManagedLoginBrandingId": optional String;
        user_pool_id "UserPoolId": optional PoolId;
        use_cognito_provided_values "UseCognitoProvidedValues": optional bool;
        settings "Settings": optional Value;
        assets "Assets": optional Vec<AssetType>;
        creation_date "CreationDate": optional Timestamp;
        last_modified_date "LastModifiedDate": optional Timestamp;
    }
}

shape! {
    #[derive(Default)]
    both MessageTemplateType {
        sms_message "SMSMessage": optional String [SMS_INVITE_MESSAGE_TYPE];
        email_message "EmailMessage": optional String [EMAIL_INVITE_MESSAGE_TYPE];
        email_subject "EmailSubject": optional String [EMAIL_VERIFICATION_SUBJECT_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output NewDeviceMetadataType {
        device_key "DeviceKey": optional String;
        device_group_key "DeviceGroupKey": optional String;
    }
}

shape! {
    both NotifyConfigurationType {
        from "From": optional String [STRING_TYPE];
        reply_to "ReplyTo": optional String [STRING_TYPE];
        source_arn "SourceArn": required String [ARN_TYPE];
        block_email "BlockEmail": optional NotifyEmailType [ANY];
        no_action_email "NoActionEmail": optional NotifyEmailType [ANY];
        mfa_email "MfaEmail": optional NotifyEmailType [ANY];
    }
}

shape! {
    both NotifyEmailType {
        subject "Subject": required String [EMAIL_NOTIFICATION_SUBJECT_TYPE];
        html_body "HtmlBody": optional String [EMAIL_NOTIFICATION_BODY_TYPE];
        text_body "TextBody": optional String [EMAIL_NOTIFICATION_BODY_TYPE];
    }
}

shape! {
    #[derive(Default)]
    both NumberAttributeConstraintsType {
        min_value "MinValue": optional String [STRING_TYPE];
        max_value "MaxValue": optional String [STRING_TYPE];
    }
}

shape! {
    #[derive(Default)]
    both PasswordPolicyType {
        minimum_length "MinimumLength": optional i32 [PASSWORD_POLICY_MIN_LENGTH_TYPE];
        require_uppercase "RequireUppercase": optional bool [ANY];
        require_lowercase "RequireLowercase": optional bool [ANY];
        require_numbers "RequireNumbers": optional bool [ANY];
        require_symbols "RequireSymbols": optional bool [ANY];
        password_history_size "PasswordHistorySize": optional i32 [PASSWORD_HISTORY_SIZE_TYPE];
        temporary_password_validity_days "TemporaryPasswordValidityDays": optional i32 [TEMPORARY_PASSWORD_VALIDITY_DAYS_TYPE];
    }
}

shape! {
    both PreTokenGenerationVersionConfigType {
        lambda_version "LambdaVersion": required PreTokenGenerationLambdaVersionType [PRE_TOKEN_GENERATION_LAMBDA_VERSION_TYPE];
        lambda_arn "LambdaArn": required String [ARN_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output ProviderDescription {
        provider_name "ProviderName": optional String;
        provider_type "ProviderType": optional IdentityProviderTypeType;
        last_modified_date "LastModifiedDate": optional Timestamp;
        creation_date "CreationDate": optional Timestamp;
    }
}

shape! {
    #[derive(Default)]
    input ProviderUserIdentifierType {
        provider_name "ProviderName": optional String [PROVIDER_NAME_TYPE];
        provider_attribute_name "ProviderAttributeName": optional String [STRING_TYPE];
        provider_attribute_value "ProviderAttributeValue": optional String [STRING_TYPE];
    }
}

shape! {
    both RecoveryOptionType {
        priority "Priority": required i32 [PRIORITY_TYPE];
        name "Name": required RecoveryOptionNameType [RECOVERY_OPTION_NAME_TYPE];
    }
}

shape! {
    both RefreshTokenRotationType {
        feature "Feature": required FeatureType [FEATURE_TYPE];
        retry_grace_period_seconds "RetryGracePeriodSeconds": optional i32 [RETRY_GRACE_PERIOD_SECONDS_TYPE];
    }
}

shape! {
    input ResendConfirmationCodeRequest {
        client_id "ClientId": required ClientId [CLIENT_ID_TYPE];
        secret_hash "SecretHash": optional Secret [SECRET_HASH_TYPE];
        user_context_data "UserContextData": optional UserContextDataType [USER_CONTEXT_DATA_TYPE];
        username "Username": required Username [USERNAME_TYPE];
        analytics_metadata "AnalyticsMetadata": optional AnalyticsMetadataType [ANY];
        client_metadata "ClientMetadata": optional BTreeMap<String, String> [CLIENT_METADATA_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output ResendConfirmationCodeResponse {
        code_delivery_details "CodeDeliveryDetails": optional CodeDeliveryDetailsType;
    }
}

shape! {
    both ResourceServerScopeType {
        scope_name "ScopeName": required String [RESOURCE_SERVER_SCOPE_NAME_TYPE];
        scope_description "ScopeDescription": required String [RESOURCE_SERVER_SCOPE_DESCRIPTION_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output ResourceServerType {
        user_pool_id "UserPoolId": optional PoolId;
        identifier "Identifier": optional String;
        name "Name": optional String;
        scopes "Scopes": optional Vec<ResourceServerScopeType>;
        managed_by "ManagedBy": optional ResourceServerManagedByType;
    }
}

shape! {
    input RespondToAuthChallengeRequest {
        client_id "ClientId": required ClientId [CLIENT_ID_TYPE];
        challenge_name "ChallengeName": required ChallengeNameType [CHALLENGE_NAME_TYPE];
        session "Session": optional Secret [SESSION_TYPE];
        challenge_responses "ChallengeResponses": optional SecretMap [CHALLENGE_RESPONSES_TYPE];
        analytics_metadata "AnalyticsMetadata": optional AnalyticsMetadataType [ANY];
        user_context_data "UserContextData": optional UserContextDataType [USER_CONTEXT_DATA_TYPE];
        client_metadata "ClientMetadata": optional BTreeMap<String, String> [CLIENT_METADATA_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output RespondToAuthChallengeResponse {
        challenge_name "ChallengeName": optional ChallengeNameType;
        session "Session": optional Secret;
        challenge_parameters "ChallengeParameters": optional SecretMap;
        authentication_result "AuthenticationResult": optional AuthenticationResultType;
        available_challenges "AvailableChallenges": optional Vec<ChallengeNameType>;
    }
}

shape! {
    #[derive(Default)]
    output RestorationDescriptionType {
        restore_id "RestoreId": optional String;
        restore_status "RestoreStatus": optional RestoreStatusType;
        restore_timestamp "RestoreTimestamp": optional Timestamp;
    }
}

shape! {
    #[derive(Default)]
    output RestorationType {
        restore_id "RestoreId": optional String;
        restore_status "RestoreStatus": optional RestoreStatusType;
        restore_timestamp "RestoreTimestamp": optional Timestamp;
        trigger_timestamp "TriggerTimestamp": optional Timestamp;
        restore_preview "RestorePreview": optional Vec<RestorePreviewType>;
    }
}

shape! {
    #[derive(Default)]
    output RestorePreviewType {
        entity "Entity": optional String;
        create_count "CreateCount": optional i64;
        update_count "UpdateCount": optional i64;
        delete_count "DeleteCount": optional i64;
    }
}

shape! {
    input RevokeTokenRequest {
        token "Token": required Secret [TOKEN_MODEL_TYPE];
        client_id "ClientId": required ClientId [CLIENT_ID_TYPE];
        client_secret "ClientSecret": optional Secret [CLIENT_SECRET_TYPE];
        revoke_associated_sessions "RevokeAssociatedSessions": optional RevokeAssociatedSessionsType [REVOKE_ASSOCIATED_SESSIONS_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output RevokeTokenResponse {}
}

shape! {
    input RevokeUserSessionRequest {
        access_token "AccessToken": required Secret [TOKEN_MODEL_TYPE];
        session_id "SessionId": required String [SESSION_ID_TYPE];
        revoke_associated_sessions "RevokeAssociatedSessions": optional RevokeAssociatedSessionsType [REVOKE_ASSOCIATED_SESSIONS_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output RevokeUserSessionResponse {}
}

shape! {
    #[derive(Default)]
    output RiskConfigurationType {
        user_pool_id "UserPoolId": optional PoolId;
        client_id "ClientId": optional ClientId;
        compromised_credentials_risk_configuration "CompromisedCredentialsRiskConfiguration": optional CompromisedCredentialsRiskConfigurationType;
        account_takeover_risk_configuration "AccountTakeoverRiskConfiguration": optional AccountTakeoverRiskConfigurationType;
        risk_exception_configuration "RiskExceptionConfiguration": optional RiskExceptionConfigurationType;
        last_modified_date "LastModifiedDate": optional Timestamp;
    }
}

shape! {
    #[derive(Default)]
    both RiskExceptionConfigurationType {
        blocked_ip_range_list "BlockedIPRangeList": optional Vec<String> [BLOCKED_IP_RANGE_LIST_TYPE];
        skipped_ip_range_list "SkippedIPRangeList": optional Vec<String> [SKIPPED_IP_RANGE_LIST_TYPE];
    }
}

shape! {
    #[derive(Default)]
    both RoutingType {
        failover "Failover": optional FailoverType [ANY];
    }
}

shape! {
    #[derive(Default)]
    both S3ConfigurationType {
        bucket_arn "BucketArn": optional String [S3_ARN_TYPE];
    }
}

shape! {
    #[derive(Default)]
    input SMSMfaSettingsType {
        enabled "Enabled": optional bool [ANY];
        preferred_mfa "PreferredMfa": optional bool [ANY];
    }
}

shape! {
    #[derive(Default)]
    both SchemaAttributeType {
        name "Name": optional String [CUSTOM_ATTRIBUTE_NAME_TYPE];
        attribute_data_type "AttributeDataType": optional AttributeDataType [ATTRIBUTE_DATA_TYPE];
        developer_only_attribute "DeveloperOnlyAttribute": optional bool [ANY];
        mutable "Mutable": optional bool [ANY];
        required "Required": optional bool [ANY];
        number_attribute_constraints "NumberAttributeConstraints": optional NumberAttributeConstraintsType [ANY];
        string_attribute_constraints "StringAttributeConstraints": optional StringAttributeConstraintsType [ANY];
    }
}

shape! {
    #[derive(Default)]
    output SessionDescriptionType {
        session_id "SessionId": optional String;
        session_type "SessionType": optional SessionTypeType;
        client_id "ClientId": optional ClientId;
        create_date "CreateDate": optional Timestamp;
        last_active_date "LastActiveDate": optional Timestamp;
        device_type "DeviceType": optional String;
        last_ip_address "LastIPAddress": optional Secret;
        last_location "LastLocation": optional SessionLocationType;
        origin_session_id "OriginSessionId": optional String;
        is_current_session "IsCurrentSession": optional bool;
    }
}

shape! {
    #[derive(Default)]
    output SessionLocationType {
        city "City": optional String;
        country "Country": optional String;
    }
}

shape! {
    input SetLogDeliveryConfigurationRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        log_configurations "LogConfigurations": required Vec<LogConfigurationType> [LOG_CONFIGURATION_LIST_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output SetLogDeliveryConfigurationResponse {
        log_delivery_configuration "LogDeliveryConfiguration": optional LogDeliveryConfigurationType;
    }
}

shape! {
    input SetRiskConfigurationRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        client_id "ClientId": optional ClientId [CLIENT_ID_TYPE];
        compromised_credentials_risk_configuration "CompromisedCredentialsRiskConfiguration": optional CompromisedCredentialsRiskConfigurationType [ANY];
        account_takeover_risk_configuration "AccountTakeoverRiskConfiguration": optional AccountTakeoverRiskConfigurationType [ANY];
        risk_exception_configuration "RiskExceptionConfiguration": optional RiskExceptionConfigurationType [ANY];
    }
}

shape! {
    output SetRiskConfigurationResponse {
        risk_configuration "RiskConfiguration": required RiskConfigurationType;
    }
}

shape! {
    input SetUICustomizationRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        client_id "ClientId": optional ClientId [CLIENT_ID_TYPE];
        css "CSS": optional String [CSS_TYPE];
        image_file "ImageFile": optional Vec<u8> [IMAGE_FILE_TYPE];
    }
}

shape! {
    output SetUICustomizationResponse {
        ui_customization "UICustomization": required UICustomizationType;
    }
}

shape! {
    input SetUserMFAPreferenceRequest {
        sms_mfa_settings "SMSMfaSettings": optional SMSMfaSettingsType [ANY];
        software_token_mfa_settings "SoftwareTokenMfaSettings": optional SoftwareTokenMfaSettingsType [ANY];
        email_mfa_settings "EmailMfaSettings": optional EmailMfaSettingsType [ANY];
        web_authn_mfa_settings "WebAuthnMfaSettings": optional WebAuthnMfaSettingsType [ANY];
        access_token "AccessToken": required Secret [TOKEN_MODEL_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output SetUserMFAPreferenceResponse {}
}

shape! {
    input SetUserPoolClientSessionConfigurationRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        client_id "ClientId": required ClientId [CLIENT_ID_TYPE];
        sso_session "SSOSession": required ClientSSOSessionConfigType [ANY];
    }
}

shape! {
    #[derive(Default)]
    output SetUserPoolClientSessionConfigurationResponse {
        user_pool_id "UserPoolId": optional PoolId;
        client_id "ClientId": optional ClientId;
        sso_session "SSOSession": optional ClientSSOSessionConfigType;
    }
}

shape! {
    input SetUserPoolMfaConfigRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        sms_mfa_configuration "SmsMfaConfiguration": optional SmsMfaConfigType [ANY];
        software_token_mfa_configuration "SoftwareTokenMfaConfiguration": optional SoftwareTokenMfaConfigType [ANY];
        email_mfa_configuration "EmailMfaConfiguration": optional EmailMfaConfigType [ANY];
        mfa_configuration "MfaConfiguration": optional UserPoolMfaType [USER_POOL_MFA_TYPE];
        web_authn_configuration "WebAuthnConfiguration": optional WebAuthnConfigurationType [ANY];
    }
}

shape! {
    #[derive(Default)]
    output SetUserPoolMfaConfigResponse {
        sms_mfa_configuration "SmsMfaConfiguration": optional SmsMfaConfigType;
        software_token_mfa_configuration "SoftwareTokenMfaConfiguration": optional SoftwareTokenMfaConfigType;
        email_mfa_configuration "EmailMfaConfiguration": optional EmailMfaConfigType;
        mfa_configuration "MfaConfiguration": optional UserPoolMfaType;
        web_authn_configuration "WebAuthnConfiguration": optional WebAuthnConfigurationType;
    }
}

shape! {
    input SetUserPoolSessionConfigurationRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        user_session_tracking "UserSessionTracking": required UserSessionTrackingType [USER_SESSION_TRACKING_TYPE];
        token_session "TokenSession": required UserPoolTokenSessionConfigType [ANY];
    }
}

shape! {
    #[derive(Default)]
    output SetUserPoolSessionConfigurationResponse {
        user_pool_id "UserPoolId": optional PoolId;
        user_session_tracking "UserSessionTracking": optional UserSessionTrackingType;
        token_session "TokenSession": optional UserPoolTokenSessionConfigType;
    }
}

shape! {
    input SetUserSettingsRequest {
        access_token "AccessToken": required Secret [TOKEN_MODEL_TYPE];
        mfa_options "MFAOptions": required Vec<MFAOptionType> [ANY];
    }
}

shape! {
    #[derive(Default)]
    output SetUserSettingsResponse {}
}

shape! {
    #[derive(Default)]
    both SignInPolicyType {
        allowed_first_auth_factors "AllowedFirstAuthFactors": optional Vec<AuthFactorType> [ALLOWED_FIRST_AUTH_FACTORS_LIST_TYPE];
    }
}

shape! {
    input SignUpRequest {
        client_id "ClientId": required ClientId [CLIENT_ID_TYPE];
        secret_hash "SecretHash": optional Secret [SECRET_HASH_TYPE];
        username "Username": required Username [USERNAME_TYPE];
        password "Password": optional Secret [PASSWORD_TYPE_OR_BLANK];
        user_attributes "UserAttributes": optional Vec<AttributeType> [ANY];
        validation_data "ValidationData": optional Vec<AttributeType> [ANY];
        analytics_metadata "AnalyticsMetadata": optional AnalyticsMetadataType [ANY];
        user_context_data "UserContextData": optional UserContextDataType [USER_CONTEXT_DATA_TYPE];
        client_metadata "ClientMetadata": optional BTreeMap<String, String> [CLIENT_METADATA_TYPE];
    }
}

shape! {
    output SignUpResponse {
        user_confirmed "UserConfirmed": required bool;
        code_delivery_details "CodeDeliveryDetails": optional CodeDeliveryDetailsType;
        user_sub "UserSub": required String;
        session "Session": optional Secret;
    }
}

shape! {
    #[derive(Default)]
    both SmsConfigurationType {
        sns_caller_arn "SnsCallerArn": optional String [OPTIONAL_ARN_TYPE];
        external_id "ExternalId": optional String [STRING_TYPE];
        sns_region "SnsRegion": optional String [REGION_CODE_TYPE];
        eums_sms "EumsSms": optional EumsSmsConfigurationType [ANY];
    }
}

shape! {
    #[derive(Default)]
    both SmsMfaConfigType {
        sms_authentication_message "SmsAuthenticationMessage": optional String [SMS_VERIFICATION_MESSAGE_TYPE];
        sms_configuration "SmsConfiguration": optional SmsConfigurationType [ANY];
    }
}

shape! {
    #[derive(Default)]
    both SoftwareTokenMfaConfigType {
        enabled "Enabled": optional bool [ANY];
    }
}

shape! {
    #[derive(Default)]
    input SoftwareTokenMfaSettingsType {
        enabled "Enabled": optional bool [ANY];
        preferred_mfa "PreferredMfa": optional bool [ANY];
    }
}

shape! {
    input StartPointInTimeRecoveryRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        restore_id "RestoreId": required String [RESTORE_ID_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output StartPointInTimeRecoveryResponse {
        restoration "Restoration": optional RestorationType;
    }
}

shape! {
    input StartUserImportJobRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        job_id "JobId": required String [USER_IMPORT_JOB_ID_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output StartUserImportJobResponse {
        user_import_job "UserImportJob": optional UserImportJobType;
    }
}

shape! {
    input StartWebAuthnRegistrationRequest {
        access_token "AccessToken": required Secret [TOKEN_MODEL_TYPE];
    }
}

shape! {
    output StartWebAuthnRegistrationResponse {
        credential_creation_options "CredentialCreationOptions": required Value;
    }
}

shape! {
    input StopUserImportJobRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        job_id "JobId": required String [USER_IMPORT_JOB_ID_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output StopUserImportJobResponse {
        user_import_job "UserImportJob": optional UserImportJobType;
    }
}

shape! {
    #[derive(Default)]
    both StringAttributeConstraintsType {
        min_length "MinLength": optional String [STRING_TYPE];
        max_length "MaxLength": optional String [STRING_TYPE];
    }
}

shape! {
    input TagResourceRequest {
        resource_arn "ResourceArn": required String [ARN_TYPE];
        tags "Tags": required BTreeMap<String, String> [USER_POOL_TAGS_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output TagResourceResponse {}
}

shape! {
    output TermsDescriptionType {
        terms_id "TermsId": required String;
        terms_name "TermsName": required String;
        enforcement "Enforcement": required TermsEnforcementType;
        creation_date "CreationDate": required Timestamp;
        last_modified_date "LastModifiedDate": required Timestamp;
    }
}

shape! {
    output TermsType {
        terms_id "TermsId": required String;
        user_pool_id "UserPoolId": required PoolId;
        client_id "ClientId": required ClientId;
        terms_name "TermsName": required String;
        terms_source "TermsSource": required TermsSourceType;
        enforcement "Enforcement": required TermsEnforcementType;
        links "Links": required BTreeMap<String, String>;
        creation_date "CreationDate": required Timestamp;
        last_modified_date "LastModifiedDate": required Timestamp;
    }
}

shape! {
    #[derive(Default)]
    both TokenValidityUnitsType {
        access_token "AccessToken": optional TimeUnitsType [TIME_UNITS_TYPE];
        id_token "IdToken": optional TimeUnitsType [TIME_UNITS_TYPE];
        refresh_token "RefreshToken": optional TimeUnitsType [TIME_UNITS_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output UICustomizationType {
        user_pool_id "UserPoolId": optional PoolId;
        client_id "ClientId": optional ClientId;
        image_url "ImageUrl": optional String;
        css "CSS": optional String;
        css_version "CSSVersion": optional String;
        last_modified_date "LastModifiedDate": optional Timestamp;
        creation_date "CreationDate": optional Timestamp;
    }
}

shape! {
    input UntagResourceRequest {
        resource_arn "ResourceArn": required String [ARN_TYPE];
        tag_keys "TagKeys": required Vec<String> [USER_POOL_TAGS_LIST_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output UntagResourceResponse {}
}

shape! {
    input UpdateAuthEventFeedbackRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        username "Username": required Username [USERNAME_TYPE];
        event_id "EventId": required String [EVENT_ID_TYPE];
        feedback_token "FeedbackToken": required Secret [TOKEN_MODEL_TYPE];
        feedback_value "FeedbackValue": required FeedbackValueType [FEEDBACK_VALUE_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output UpdateAuthEventFeedbackResponse {}
}

shape! {
    input UpdateCIMDPolicyRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        cimd_policy_id "CIMDPolicyId": required String [CIMD_POLICY_ID_TYPE];
        client_id "ClientId": required ClientId [CLIENT_ID_TYPE];
        policy_name "PolicyName": optional String [CIMD_POLICY_NAME_TYPE];
        cache_duration "CacheDuration": optional i32 [CACHE_DURATION_TYPE];
        url_patterns "URLPatterns": required Vec<String> [URL_PATTERN_LIST_TYPE];
    }
}

shape! {
    output UpdateCIMDPolicyResponse {
        cimd_policy "CIMDPolicy": required CIMDPolicyType;
    }
}

shape! {
    input UpdateClientMetadataURLStateRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        cimd_policy_id "CIMDPolicyId": required String [CIMD_POLICY_ID_TYPE];
        url "URL": required String [METADATA_URL_TYPE];
        action "Action": required CIMDCacheActionType [CIMD_CACHE_ACTION_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output UpdateClientMetadataURLStateResponse {}
}

shape! {
    input UpdateDeviceStatusRequest {
        access_token "AccessToken": required Secret [TOKEN_MODEL_TYPE];
        device_key "DeviceKey": required String [DEVICE_KEY_TYPE];
        device_remembered_status "DeviceRememberedStatus": optional DeviceRememberedStatusType [DEVICE_REMEMBERED_STATUS_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output UpdateDeviceStatusResponse {}
}

shape! {
    input UpdateGroupRequest {
        group_name "GroupName": required GroupName [GROUP_NAME_TYPE];
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        description "Description": optional String [DESCRIPTION_TYPE];
        role_arn "RoleArn": optional String [ARN_TYPE];
        precedence "Precedence": optional i32 [PRECEDENCE_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output UpdateGroupResponse {
        group "Group": optional GroupType;
    }
}

shape! {
    input UpdateIdentityProviderRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        provider_name "ProviderName": required String [PROVIDER_NAME_TYPE];
        provider_details "ProviderDetails": optional SecretMap [PROVIDER_DETAILS_TYPE];
        attribute_mapping "AttributeMapping": optional BTreeMap<String, String> [ATTRIBUTE_MAPPING_TYPE];
        idp_identifiers "IdpIdentifiers": optional Vec<String> [IDP_IDENTIFIERS_LIST_TYPE];
        acr_mapping "AcrMapping": optional BTreeMap<String, String> [ACR_MAPPING_TYPE];
    }
}

shape! {
    output UpdateIdentityProviderResponse {
        identity_provider "IdentityProvider": required IdentityProviderType;
    }
}

shape! {
    #[derive(Default)]
    input UpdateManagedLoginBrandingRequest {
        user_pool_id "UserPoolId": optional PoolId [USER_POOL_ID_TYPE];
        managed_login_branding_id "ManagedLoginBrandingId": optional String [MANAGED_LOGIN_BRANDING_ID_TYPE];
        use_cognito_provided_values "UseCognitoProvidedValues": optional bool [ANY];
        settings "Settings": optional Value [ANY];
        assets "Assets": optional Vec<AssetType> [ASSET_LIST_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output UpdateManagedLoginBrandingResponse {
        managed_login_branding "ManagedLoginBranding": optional ManagedLoginBrandingType;
    }
}

shape! {
    input UpdateProvisionedLimitRequest {
        limit_definition "LimitDefinition": required LimitDefinitionType [ANY];
        requested_limit_value "RequestedLimitValue": required i32 [ANY];
    }
}

shape! {
    output UpdateProvisionedLimitResponse {
        limit "Limit": required LimitType;
    }
}

shape! {
    input UpdateResourceServerRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        identifier "Identifier": required String [RESOURCE_SERVER_IDENTIFIER_TYPE];
        name "Name": required String [RESOURCE_SERVER_NAME_TYPE];
        scopes "Scopes": optional Vec<ResourceServerScopeType> [RESOURCE_SERVER_SCOPE_LIST_TYPE];
    }
}

shape! {
    output UpdateResourceServerResponse {
        resource_server "ResourceServer": required ResourceServerType;
    }
}

shape! {
    input UpdateTermsRequest {
        terms_id "TermsId": required String [TERMS_ID_TYPE];
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        terms_name "TermsName": optional String [TERMS_NAME_TYPE];
        terms_source "TermsSource": optional TermsSourceType [TERMS_SOURCE_TYPE];
        enforcement "Enforcement": optional TermsEnforcementType [TERMS_ENFORCEMENT_TYPE];
        links "Links": optional BTreeMap<String, String> [LINKS_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output UpdateTermsResponse {
        terms "Terms": optional TermsType;
    }
}

shape! {
    input UpdateUserAttributesRequest {
        user_attributes "UserAttributes": required Vec<AttributeType> [ANY];
        access_token "AccessToken": required Secret [TOKEN_MODEL_TYPE];
        client_metadata "ClientMetadata": optional BTreeMap<String, String> [CLIENT_METADATA_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output UpdateUserAttributesResponse {
        code_delivery_details_list "CodeDeliveryDetailsList": optional Vec<CodeDeliveryDetailsType>;
    }
}

shape! {
    input UpdateUserPoolClientRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        client_id "ClientId": required ClientId [CLIENT_ID_TYPE];
        client_name "ClientName": optional String [CLIENT_NAME_TYPE];
        refresh_token_validity "RefreshTokenValidity": optional i32 [REFRESH_TOKEN_VALIDITY_TYPE];
        access_token_validity "AccessTokenValidity": optional i32 [ACCESS_TOKEN_VALIDITY_TYPE];
        id_token_validity "IdTokenValidity": optional i32 [ID_TOKEN_VALIDITY_TYPE];
        token_validity_units "TokenValidityUnits": optional TokenValidityUnitsType [ANY];
        read_attributes "ReadAttributes": optional Vec<String> [CLIENT_PERMISSION_LIST_TYPE];
        write_attributes "WriteAttributes": optional Vec<String> [CLIENT_PERMISSION_LIST_TYPE];
        explicit_auth_flows "ExplicitAuthFlows": optional Vec<ExplicitAuthFlowsType> [EXPLICIT_AUTH_FLOWS_LIST_TYPE];
        supported_identity_providers "SupportedIdentityProviders": optional Vec<String> [SUPPORTED_IDENTITY_PROVIDERS_LIST_TYPE];
        callback_urls "CallbackURLs": optional Vec<String> [CALLBACK_URLS_LIST_TYPE];
        logout_urls "LogoutURLs": optional Vec<String> [LOGOUT_URLS_LIST_TYPE];
        default_redirect_uri "DefaultRedirectURI": optional String [REDIRECT_URL_TYPE];
        allowed_oauth_flows "AllowedOAuthFlows": optional Vec<OAuthFlowType> [OAUTH_FLOWS_TYPE];
        allowed_oauth_scopes "AllowedOAuthScopes": optional Vec<String> [SCOPE_LIST_TYPE];
        allowed_oauth_flows_user_pool_client "AllowedOAuthFlowsUserPoolClient": optional bool [ANY];
        analytics_configuration "AnalyticsConfiguration": optional AnalyticsConfigurationType [ANY];
        prevent_user_existence_errors "PreventUserExistenceErrors": optional PreventUserExistenceErrorTypes [PREVENT_USER_EXISTENCE_ERROR_TYPES];
        enable_token_revocation "EnableTokenRevocation": optional bool [ANY];
        enable_propagate_additional_user_context_data "EnablePropagateAdditionalUserContextData": optional bool [ANY];
        auth_session_validity "AuthSessionValidity": optional i32 [AUTH_SESSION_VALIDITY_TYPE];
        refresh_token_rotation "RefreshTokenRotation": optional RefreshTokenRotationType [ANY];
        publish_secrets_in_aws_secrets_manager "PublishSecretsInAWSSecretsManager": optional bool [ANY];
    }
}

shape! {
    #[derive(Default)]
    output UpdateUserPoolClientResponse {
        user_pool_client "UserPoolClient": optional UserPoolClientType;
    }
}

shape! {
    input UpdateUserPoolDomainRequest {
        domain "Domain": required String [DOMAIN_TYPE];
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        managed_login_version "ManagedLoginVersion": optional i32 [ANY];
        custom_domain_config "CustomDomainConfig": optional CustomDomainConfigType [ANY];
        routing "Routing": optional RoutingType [ANY];
    }
}

shape! {
    #[derive(Default)]
    output UpdateUserPoolDomainResponse {
        managed_login_version "ManagedLoginVersion": optional i32;
        cloud_front_domain "CloudFrontDomain": optional String;
        routing "Routing": optional RoutingType;
    }
}

shape! {
    input UpdateUserPoolReplicaRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        region_name "RegionName": required String [REGION_NAME_TYPE];
        status "Status": required UpdateReplicaStatusType [UPDATE_REPLICA_STATUS_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output UpdateUserPoolReplicaResponse {
        user_pool_replica "UserPoolReplica": optional UserPoolReplicaType;
    }
}

shape! {
    input UpdateUserPoolRequest {
        user_pool_id "UserPoolId": required PoolId [USER_POOL_ID_TYPE];
        policies "Policies": optional UserPoolPolicyType [ANY];
        deletion_protection "DeletionProtection": optional DeletionProtectionType [DELETION_PROTECTION_TYPE];
        lambda_config "LambdaConfig": optional LambdaConfigType [ANY];
        auto_verified_attributes "AutoVerifiedAttributes": optional Vec<Contact> [VERIFIED_ATTRIBUTES_LIST_TYPE];
        sms_verification_message "SmsVerificationMessage": optional String [SMS_VERIFICATION_MESSAGE_TYPE];
        email_verification_message "EmailVerificationMessage": optional String [EMAIL_VERIFICATION_MESSAGE_TYPE];
        email_verification_subject "EmailVerificationSubject": optional String [EMAIL_VERIFICATION_SUBJECT_TYPE];
        verification_message_template "VerificationMessageTemplate": optional VerificationMessageTemplateType [ANY];
        sms_authentication_message "SmsAuthenticationMessage": optional String [SMS_VERIFICATION_MESSAGE_TYPE];
        user_attribute_update_settings "UserAttributeUpdateSettings": optional UserAttributeUpdateSettingsType [ANY];
        mfa_configuration "MfaConfiguration": optional UserPoolMfaType [USER_POOL_MFA_TYPE];
        device_configuration "DeviceConfiguration": optional DeviceConfigurationType [ANY];
        email_configuration "EmailConfiguration": optional EmailConfigurationType [ANY];
        sms_configuration "SmsConfiguration": optional SmsConfigurationType [ANY];
        user_pool_tags "UserPoolTags": optional BTreeMap<String, String> [USER_POOL_TAGS_TYPE];
        admin_create_user_config "AdminCreateUserConfig": optional AdminCreateUserConfigType [ANY];
        user_pool_add_ons "UserPoolAddOns": optional UserPoolAddOnsType [ANY];
        dcr_configuration "DcrConfiguration": optional DcrConfigurationType [ANY];
        account_recovery_setting "AccountRecoverySetting": optional AccountRecoverySettingType [ANY];
        pool_name "PoolName": optional String [USER_POOL_NAME_TYPE];
        user_pool_tier "UserPoolTier": optional UserPoolTierType [USER_POOL_TIER_TYPE];
        key_configuration "KeyConfiguration": optional KeyConfigurationType [ANY];
        issuer_configuration "IssuerConfiguration": optional IssuerConfigurationType [ANY];
        acr_configuration "AcrConfiguration": optional BTreeMap<String, AcrLevelConfigType> [ACR_CONFIGURATION_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output UpdateUserPoolResponse {}
}

shape! {
    #[derive(Default)]
    both UserAttributeUpdateSettingsType {
        attributes_require_verification_before_update "AttributesRequireVerificationBeforeUpdate": optional Vec<Contact> [ATTRIBUTES_REQUIRE_VERIFICATION_BEFORE_UPDATE_TYPE];
    }
}

shape! {
    #[derive(Default)]
    input UserContextDataType {
        ip_address "IpAddress": optional String [STRING_TYPE];
        encoded_data "EncodedData": optional String [STRING_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output UserImportJobType {
        job_name "JobName": optional String;
        job_id "JobId": optional String;
        user_pool_id "UserPoolId": optional PoolId;
        pre_signed_url "PreSignedUrl": optional Secret;
        creation_date "CreationDate": optional Timestamp;
        start_date "StartDate": optional Timestamp;
        completion_date "CompletionDate": optional Timestamp;
        status "Status": optional UserImportJobStatusType;
        cloud_watch_logs_role_arn "CloudWatchLogsRoleArn": optional String;
        imported_users "ImportedUsers": optional i64;
        skipped_users "SkippedUsers": optional i64;
        failed_users "FailedUsers": optional i64;
        completion_message "CompletionMessage": optional String;
        password_hashing_algorithm "PasswordHashingAlgorithm": optional PasswordHashingAlgorithmType;
    }
}

shape! {
    both UserPoolAddOnsType {
        advanced_security_mode "AdvancedSecurityMode": required AdvancedSecurityModeType [ADVANCED_SECURITY_MODE_TYPE];
        advanced_security_additional_flows "AdvancedSecurityAdditionalFlows": optional AdvancedSecurityAdditionalFlowsType [ANY];
    }
}

shape! {
    #[derive(Default)]
    output UserPoolClientDescription {
        client_id "ClientId": optional ClientId;
        user_pool_id "UserPoolId": optional PoolId;
        client_name "ClientName": optional String;
    }
}

shape! {
    #[derive(Default)]
    output UserPoolClientType {
        user_pool_id "UserPoolId": optional PoolId;
        client_name "ClientName": optional String;
        client_id "ClientId": optional ClientId;
        client_secret "ClientSecret": optional Secret;
        client_secret_arn "ClientSecretArn": optional String;
        last_modified_date "LastModifiedDate": optional Timestamp;
        creation_date "CreationDate": optional Timestamp;
        refresh_token_validity "RefreshTokenValidity": optional i32;
        access_token_validity "AccessTokenValidity": optional i32;
        id_token_validity "IdTokenValidity": optional i32;
        token_validity_units "TokenValidityUnits": optional TokenValidityUnitsType;
        read_attributes "ReadAttributes": optional Vec<String>;
        write_attributes "WriteAttributes": optional Vec<String>;
        explicit_auth_flows "ExplicitAuthFlows": optional Vec<ExplicitAuthFlowsType>;
        supported_identity_providers "SupportedIdentityProviders": optional Vec<String>;
        callback_urls "CallbackURLs": optional Vec<String>;
        logout_urls "LogoutURLs": optional Vec<String>;
        default_redirect_uri "DefaultRedirectURI": optional String;
        allowed_oauth_flows "AllowedOAuthFlows": optional Vec<OAuthFlowType>;
        allowed_oauth_scopes "AllowedOAuthScopes": optional Vec<String>;
        allowed_oauth_flows_user_pool_client "AllowedOAuthFlowsUserPoolClient": optional bool;
        analytics_configuration "AnalyticsConfiguration": optional AnalyticsConfigurationType;
        prevent_user_existence_errors "PreventUserExistenceErrors": optional PreventUserExistenceErrorTypes;
        enable_token_revocation "EnableTokenRevocation": optional bool;
        enable_propagate_additional_user_context_data "EnablePropagateAdditionalUserContextData": optional bool;
        auth_session_validity "AuthSessionValidity": optional i32;
        refresh_token_rotation "RefreshTokenRotation": optional RefreshTokenRotationType;
        client_type "ClientType": optional ClientTypeType;
    }
}

shape! {
    #[derive(Default)]
    output UserPoolDescriptionType {
        id "Id": optional PoolId;
        name "Name": optional String;
        lambda_config "LambdaConfig": optional LambdaConfigType;
        status "Status": optional StatusType;
        last_modified_date "LastModifiedDate": optional Timestamp;
        creation_date "CreationDate": optional Timestamp;
        replica_regions "ReplicaRegions": optional Vec<String>;
    }
}

shape! {
    #[derive(Default)]
    both UserPoolPolicyType {
        password_policy "PasswordPolicy": optional PasswordPolicyType [ANY];
        sign_in_policy "SignInPolicy": optional SignInPolicyType [ANY];
    }
}

shape! {
    #[derive(Default)]
    output UserPoolReplicaType {
        region_name "RegionName": optional String;
        status "Status": optional ReplicaStatusType;
        role "Role": optional ReplicaRoleType;
        user_pool_arn "UserPoolArn": optional String;
    }
}

shape! {
    both UserPoolTokenSessionConfigType {
        max_per_user "MaxPerUser": required i32 [MAX_SESSIONS_PER_USER_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output UserPoolType {
        id "Id": optional PoolId;
        name "Name": optional String;
        policies "Policies": optional UserPoolPolicyType;
        deletion_protection "DeletionProtection": optional DeletionProtectionType;
        lambda_config "LambdaConfig": optional LambdaConfigType;
        status "Status": optional StatusType;
        last_modified_date "LastModifiedDate": optional Timestamp;
        creation_date "CreationDate": optional Timestamp;
        schema_attributes "SchemaAttributes": optional Vec<SchemaAttributeType>;
        auto_verified_attributes "AutoVerifiedAttributes": optional Vec<Contact>;
        alias_attributes "AliasAttributes": optional Vec<AliasAttributeType>;
        username_attributes "UsernameAttributes": optional Vec<Contact>;
        sms_verification_message "SmsVerificationMessage": optional String;
        email_verification_message "EmailVerificationMessage": optional String;
        email_verification_subject "EmailVerificationSubject": optional String;
        verification_message_template "VerificationMessageTemplate": optional VerificationMessageTemplateType;
        sms_authentication_message "SmsAuthenticationMessage": optional String;
        user_attribute_update_settings "UserAttributeUpdateSettings": optional UserAttributeUpdateSettingsType;
        mfa_configuration "MfaConfiguration": optional UserPoolMfaType;
        device_configuration "DeviceConfiguration": optional DeviceConfigurationType;
        estimated_number_of_users "EstimatedNumberOfUsers": optional i32;
        email_configuration "EmailConfiguration": optional EmailConfigurationType;
        sms_configuration "SmsConfiguration": optional SmsConfigurationType;
        user_pool_tags "UserPoolTags": optional BTreeMap<String, String>;
        sms_configuration_failure "SmsConfigurationFailure": optional String;
        email_configuration_failure "EmailConfigurationFailure": optional String;
        domain "Domain": optional String;
        custom_domain "CustomDomain": optional String;
        admin_create_user_config "AdminCreateUserConfig": optional AdminCreateUserConfigType;
        user_pool_add_ons "UserPoolAddOns": optional UserPoolAddOnsType;
        dcr_configuration "DcrConfiguration": optional DcrConfigurationType;
        username_configuration "UsernameConfiguration": optional UsernameConfigurationType;
        arn "Arn": optional String;
        account_recovery_setting "AccountRecoverySetting": optional AccountRecoverySettingType;
        user_pool_tier "UserPoolTier": optional UserPoolTierType;
        key_configuration "KeyConfiguration": optional KeyConfigurationType;
        issuer_configuration "IssuerConfiguration": optional IssuerConfigurationType;
        acr_configuration "AcrConfiguration": optional BTreeMap<String, AcrLevelConfigType>;
    }
}

shape! {
    #[derive(Default)]
    output UserType {
        username "Username": optional Username;
        attributes "Attributes": optional Vec<AttributeType>;
        user_create_date "UserCreateDate": optional Timestamp;
        user_last_modified_date "UserLastModifiedDate": optional Timestamp;
        enabled "Enabled": optional bool;
        user_status "UserStatus": optional UserStatusType;
        mfa_options "MFAOptions": optional Vec<MFAOptionType>;
    }
}

shape! {
    both UsernameConfigurationType {
        case_sensitive "CaseSensitive": required bool [ANY];
    }
}

shape! {
    #[derive(Default)]
    both VerificationMessageTemplateType {
        sms_message "SmsMessage": optional String [SMS_VERIFICATION_MESSAGE_TYPE];
        email_message "EmailMessage": optional String [EMAIL_VERIFICATION_MESSAGE_TYPE];
        email_subject "EmailSubject": optional String [EMAIL_VERIFICATION_SUBJECT_TYPE];
        email_message_by_link "EmailMessageByLink": optional String [EMAIL_VERIFICATION_MESSAGE_BY_LINK_TYPE];
        email_subject_by_link "EmailSubjectByLink": optional String [EMAIL_VERIFICATION_SUBJECT_BY_LINK_TYPE];
        default_email_option "DefaultEmailOption": optional DefaultEmailOptionType [DEFAULT_EMAIL_OPTION_TYPE];
    }
}

shape! {
    input VerifySoftwareTokenRequest {
        access_token "AccessToken": optional Secret [TOKEN_MODEL_TYPE];
        session "Session": optional Secret [SESSION_TYPE];
        user_code "UserCode": required Secret [SOFTWARE_TOKEN_MFA_USER_CODE_TYPE];
        friendly_device_name "FriendlyDeviceName": optional String [STRING_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output VerifySoftwareTokenResponse {
        status "Status": optional VerifySoftwareTokenResponseType;
        session "Session": optional Secret;
    }
}

shape! {
    input VerifyUserAttributeRequest {
        access_token "AccessToken": required Secret [TOKEN_MODEL_TYPE];
        attribute_name "AttributeName": required String [ATTRIBUTE_NAME_TYPE];
        code "Code": required Secret [CONFIRMATION_CODE_TYPE];
    }
}

shape! {
    #[derive(Default)]
    output VerifyUserAttributeResponse {}
}

shape! {
    #[derive(Default)]
    both WebAuthnConfigurationType {
        relying_party_id "RelyingPartyId": optional String [RELYING_PARTY_ID_TYPE];
        user_verification "UserVerification": optional UserVerificationType [USER_VERIFICATION_TYPE];
        factor_configuration "FactorConfiguration": optional WebAuthnFactorConfigurationType [WEB_AUTHN_FACTOR_CONFIGURATION_TYPE];
    }
}

shape! {
    output WebAuthnCredentialDescription {
        credential_id "CredentialId": required String;
        friendly_credential_name "FriendlyCredentialName": required String;
        relying_party_id "RelyingPartyId": required String;
        authenticator_attachment "AuthenticatorAttachment": optional String;
        authenticator_transports "AuthenticatorTransports": required Vec<String>;
        created_at "CreatedAt": required Timestamp;
    }
}

shape! {
    #[derive(Default)]
    input WebAuthnMfaSettingsType {
        enabled "Enabled": optional bool [ANY];
    }
}

enumeration! {
    AccountTakeoverEventActionType {
        Block = "BLOCK",
        MfaIfConfigured = "MFA_IF_CONFIGURED",
        MfaRequired = "MFA_REQUIRED",
        NoAction = "NO_ACTION",
    }
}

enumeration! {
    AdvancedSecurityEnabledModeType {
        Audit = "AUDIT",
        Enforced = "ENFORCED",
    }
}

enumeration! {
    AdvancedSecurityModeType {
        Off = "OFF",
        Audit = "AUDIT",
        Enforced = "ENFORCED",
    }
}

enumeration! {
    AliasAttributeType {
        PhoneNumber = "phone_number",
        Email = "email",
        PreferredUsername = "preferred_username",
    }
}

enumeration! {
    AssetCategoryType {
        FaviconIco = "FAVICON_ICO",
        FaviconSvg = "FAVICON_SVG",
        EmailGraphic = "EMAIL_GRAPHIC",
        SmsGraphic = "SMS_GRAPHIC",
        AuthAppGraphic = "AUTH_APP_GRAPHIC",
        PasswordGraphic = "PASSWORD_GRAPHIC",
        PasskeyGraphic = "PASSKEY_GRAPHIC",
        PageHeaderLogo = "PAGE_HEADER_LOGO",
        PageHeaderBackground = "PAGE_HEADER_BACKGROUND",
        PageFooterLogo = "PAGE_FOOTER_LOGO",
        PageFooterBackground = "PAGE_FOOTER_BACKGROUND",
        PageBackground = "PAGE_BACKGROUND",
        FormBackground = "FORM_BACKGROUND",
        FormLogo = "FORM_LOGO",
        IdpButtonIcon = "IDP_BUTTON_ICON",
    }
}

enumeration! {
    AssetExtensionType {
        Ico = "ICO",
        Jpeg = "JPEG",
        Png = "PNG",
        Svg = "SVG",
        Webp = "WEBP",
    }
}

enumeration! {
    AttributeDataType {
        String = "String",
        Number = "Number",
        DateTime = "DateTime",
        Boolean = "Boolean",
    }
}

enumeration! {
    AuthFactorType {
        Password = "PASSWORD",
        EmailOtp = "EMAIL_OTP",
        SmsOtp = "SMS_OTP",
        WebAuthn = "WEB_AUTHN",
        SoftwareToken = "SOFTWARE_TOKEN",
    }
}

enumeration! {
    AuthFlowType {
        UserSrpAuth = "USER_SRP_AUTH",
        RefreshTokenAuth = "REFRESH_TOKEN_AUTH",
        RefreshToken = "REFRESH_TOKEN",
        CustomAuth = "CUSTOM_AUTH",
        AdminNoSrpAuth = "ADMIN_NO_SRP_AUTH",
        UserPasswordAuth = "USER_PASSWORD_AUTH",
        AdminUserPasswordAuth = "ADMIN_USER_PASSWORD_AUTH",
        UserAuth = "USER_AUTH",
    }
}

enumeration! {
    CIMDCacheActionType {
        Refresh = "REFRESH",
        Invalidate = "INVALIDATE",
    }
}

enumeration! {
    ChallengeName {
        Password = "Password",
        Mfa = "Mfa",
    }
}

enumeration! {
    ChallengeNameType {
        SmsMfa = "SMS_MFA",
        EmailOtp = "EMAIL_OTP",
        SoftwareTokenMfa = "SOFTWARE_TOKEN_MFA",
        SelectMfaType = "SELECT_MFA_TYPE",
        MfaSetup = "MFA_SETUP",
        PasswordVerifier = "PASSWORD_VERIFIER",
        CustomChallenge = "CUSTOM_CHALLENGE",
        SelectChallenge = "SELECT_CHALLENGE",
        DeviceSrpAuth = "DEVICE_SRP_AUTH",
        DevicePasswordVerifier = "DEVICE_PASSWORD_VERIFIER",
        AdminNoSrpAuth = "ADMIN_NO_SRP_AUTH",
        NewPasswordRequired = "NEW_PASSWORD_REQUIRED",
        SmsOtp = "SMS_OTP",
        Password = "PASSWORD",
        WebAuthn = "WEB_AUTHN",
        PasswordSrp = "PASSWORD_SRP",
    }
}

enumeration! {
    ChallengeResponse {
        Success = "Success",
        Failure = "Failure",
    }
}

enumeration! {
    ClientTypeType {
        Regular = "REGULAR",
        Dcr = "DCR",
    }
}

enumeration! {
    ColorSchemeModeType {
        Light = "LIGHT",
        Dark = "DARK",
        Dynamic = "DYNAMIC",
    }
}

enumeration! {
    CompromisedCredentialsEventActionType {
        Block = "BLOCK",
        NoAction = "NO_ACTION",
    }
}

enumeration! {
    CustomEmailSenderLambdaVersionType {
        V1_0 = "V1_0",
    }
}

enumeration! {
    CustomSMSSenderLambdaVersionType {
        V1_0 = "V1_0",
    }
}

enumeration! {
    DefaultEmailOptionType {
        ConfirmWithLink = "CONFIRM_WITH_LINK",
        ConfirmWithCode = "CONFIRM_WITH_CODE",
    }
}

enumeration! {
    DeletionProtectionType {
        Active = "ACTIVE",
        Inactive = "INACTIVE",
    }
}

enumeration! {
    DeliveryMediumType {
        Sms = "SMS",
        Email = "EMAIL",
    }
}

enumeration! {
    DeviceRememberedStatusType {
        Remembered = "remembered",
        NotRemembered = "not_remembered",
    }
}

enumeration! {
    DomainStatusType {
        Creating = "CREATING",
        Deleting = "DELETING",
        Updating = "UPDATING",
        Active = "ACTIVE",
        Failed = "FAILED",
    }
}

enumeration! {
    EmailSendingAccountType {
        CognitoDefault = "COGNITO_DEFAULT",
        Developer = "DEVELOPER",
    }
}

enumeration! {
    EncryptionKeyType {
        AwsOwnedKey = "AWS_OWNED_KEY",
        CustomerManagedKey = "CUSTOMER_MANAGED_KEY",
    }
}

enumeration! {
    EventFilterType {
        SignIn = "SIGN_IN",
        PasswordChange = "PASSWORD_CHANGE",
        SignUp = "SIGN_UP",
    }
}

enumeration! {
    EventResponseType {
        Pass = "Pass",
        Fail = "Fail",
        InProgress = "InProgress",
    }
}

enumeration! {
    EventSourceName {
        UserNotification = "userNotification",
        UserAuthEvents = "userAuthEvents",
    }
}

enumeration! {
    EventType {
        SignIn = "SignIn",
        SignUp = "SignUp",
        ForgotPassword = "ForgotPassword",
        PasswordChange = "PasswordChange",
        ResendCode = "ResendCode",
    }
}

enumeration! {
    ExplicitAuthFlowsType {
        AdminNoSrpAuth = "ADMIN_NO_SRP_AUTH",
        CustomAuthFlowOnly = "CUSTOM_AUTH_FLOW_ONLY",
        UserPasswordAuth = "USER_PASSWORD_AUTH",
        AllowAdminUserPasswordAuth = "ALLOW_ADMIN_USER_PASSWORD_AUTH",
        AllowCustomAuth = "ALLOW_CUSTOM_AUTH",
        AllowUserPasswordAuth = "ALLOW_USER_PASSWORD_AUTH",
        AllowUserSrpAuth = "ALLOW_USER_SRP_AUTH",
        AllowRefreshTokenAuth = "ALLOW_REFRESH_TOKEN_AUTH",
        AllowUserAuth = "ALLOW_USER_AUTH",
        AllowTokenExchangeDelegation = "ALLOW_TOKEN_EXCHANGE_DELEGATION",
        AllowTokenExchangeImpersonation = "ALLOW_TOKEN_EXCHANGE_IMPERSONATION",
        AllowClientTokenAuth = "ALLOW_CLIENT_TOKEN_AUTH",
    }
}

enumeration! {
    FeatureType {
        Enabled = "ENABLED",
        Disabled = "DISABLED",
    }
}

enumeration! {
    FeedbackValueType {
        Valid = "Valid",
        Invalid = "Invalid",
    }
}

enumeration! {
    IdentityProviderTypeType {
        Saml = "SAML",
        Facebook = "Facebook",
        Google = "Google",
        LoginWithAmazon = "LoginWithAmazon",
        SignInWithApple = "SignInWithApple",
        Oidc = "OIDC",
    }
}

enumeration! {
    InboundFederationLambdaVersionType {
        V1_0 = "V1_0",
    }
}

enumeration! {
    IssuedTokenTypeIdentifierType {
        AccessToken = "ACCESS_TOKEN",
        IdToken = "ID_TOKEN",
    }
}

enumeration! {
    IssuerType {
        Original = "ORIGINAL",
        Updated = "UPDATED",
    }
}

enumeration! {
    LimitClass {
        ApiCategory = "API_CATEGORY",
    }
}

enumeration! {
    LogLevel {
        Error = "ERROR",
        Info = "INFO",
    }
}

enumeration! {
    MessageActionType {
        Resend = "RESEND",
        Suppress = "SUPPRESS",
    }
}

enumeration! {
    OAuthFlowType {
        Code = "code",
        Implicit = "implicit",
        ClientCredentials = "client_credentials",
    }
}

enumeration! {
    OAuthTokenTypeType {
        Bearer = "Bearer",
        NA = "N_A",
    }
}

enumeration! {
    PasswordHashingAlgorithmType {
        Bcrypt = "BCRYPT",
        Scrypt = "SCRYPT",
        Argon2Id = "ARGON2ID",
        Pbkdf2Sha256 = "PBKDF2_SHA256",
    }
}

enumeration! {
    PreTokenGenerationLambdaVersionType {
        V1_0 = "V1_0",
        V2_0 = "V2_0",
        V3_0 = "V3_0",
    }
}

enumeration! {
    PreventUserExistenceErrorTypes {
        Legacy = "LEGACY",
        Enabled = "ENABLED",
    }
}

enumeration! {
    RecoveryOptionNameType {
        VerifiedEmail = "verified_email",
        VerifiedPhoneNumber = "verified_phone_number",
        AdminOnly = "admin_only",
    }
}

enumeration! {
    ReplicaRoleType {
        Primary = "PRIMARY",
        Secondary = "SECONDARY",
    }
}

enumeration! {
    ReplicaStatusType {
        Creating = "CREATING",
        Active = "ACTIVE",
        Inactive = "INACTIVE",
        Deleting = "DELETING",
    }
}

enumeration! {
    ResourceServerManagedByType {
        Cognito = "COGNITO",
    }
}

enumeration! {
    RestoreStatusType {
        PreviewGenerating = "PREVIEW_GENERATING",
        PreviewGenerated = "PREVIEW_GENERATED",
        PreviewCancelled = "PREVIEW_CANCELLED",
        PreviewGenerationFailed = "PREVIEW_GENERATION_FAILED",
        PreviewExpired = "PREVIEW_EXPIRED",
        Restoring = "RESTORING",
        RestoreCompleted = "RESTORE_COMPLETED",
        TemporaryInternalErrorSeeSupportCase = "TEMPORARY_INTERNAL_ERROR_SEE_SUPPORT_CASE",
        AwsAborted = "AWS_ABORTED",
    }
}

enumeration! {
    RevokeAssociatedSessionsType {
        None = "NONE",
        Linked = "LINKED",
    }
}

enumeration! {
    RiskDecisionType {
        NoRisk = "NoRisk",
        AccountTakeover = "AccountTakeover",
        Block = "Block",
    }
}

enumeration! {
    RiskLevelType {
        Low = "Low",
        Medium = "Medium",
        High = "High",
    }
}

enumeration! {
    SecurityPolicyType {
        TlsV1 = "TLS_V1",
        TlsV1_2_2021 = "TLS_V1_2_2021",
        TlsV1_3_2025 = "TLS_V1_3_2025",
    }
}

enumeration! {
    SessionTypeType {
        Token = "TOKEN",
        Sso = "SSO",
    }
}

enumeration! {
    StatusType {
        Enabled = "Enabled",
        Disabled = "Disabled",
    }
}

enumeration! {
    TermsEnforcementType {
        None = "NONE",
    }
}

enumeration! {
    TermsSourceType {
        Link = "LINK",
    }
}

enumeration! {
    TimeUnitsType {
        Seconds = "seconds",
        Minutes = "minutes",
        Hours = "hours",
        Days = "days",
    }
}

enumeration! {
    TokenTypeIdentifierType {
        AccessToken = "ACCESS_TOKEN",
        IdToken = "ID_TOKEN",
        Saml2 = "SAML2",
    }
}

enumeration! {
    UpdateReplicaStatusType {
        Active = "ACTIVE",
        Inactive = "INACTIVE",
    }
}

enumeration! {
    UserImportJobStatusType {
        Created = "Created",
        Pending = "Pending",
        InProgress = "InProgress",
        Stopping = "Stopping",
        Expired = "Expired",
        Stopped = "Stopped",
        Failed = "Failed",
        Succeeded = "Succeeded",
    }
}

enumeration! {
    UserPoolMfaType {
        Off = "OFF",
        On = "ON",
        Optional = "OPTIONAL",
    }
}

enumeration! {
    UserPoolTierType {
        Lite = "LITE",
        Essentials = "ESSENTIALS",
        Plus = "PLUS",
    }
}

enumeration! {
    UserSessionTrackingType {
        Enabled = "ENABLED",
        Disabled = "DISABLED",
    }
}

enumeration! {
    UserStatusType {
        Unconfirmed = "UNCONFIRMED",
        Confirmed = "CONFIRMED",
        Archived = "ARCHIVED",
        Compromised = "COMPROMISED",
        Unknown = "UNKNOWN",
        ResetRequired = "RESET_REQUIRED",
        ForceChangePassword = "FORCE_CHANGE_PASSWORD",
        ExternalProvider = "EXTERNAL_PROVIDER",
    }
}

enumeration! {
    UserVerificationType {
        Required = "required",
        Preferred = "preferred",
    }
}

enumeration! {
    VerifySoftwareTokenResponseType {
        Success = "SUCCESS",
        Error = "ERROR",
    }
}

enumeration! {
    WebAuthnFactorConfigurationType {
        SingleFactor = "SINGLE_FACTOR",
        MultiFactorWithUserVerification = "MULTI_FACTOR_WITH_USER_VERIFICATION",
    }
}

static RECOVERY_MECHANISMS_TYPE: Constraint = Constraint::shown(&[MaxLength(2), MinLength(1)]);
static ACCOUNT_TAKEOVER_EVENT_ACTION_TYPE: Constraint = Constraint::shown(&[Enum(&[
    "MFA_IF_CONFIGURED",
    "BLOCK",
    "NO_ACTION",
    "MFA_REQUIRED",
])]);
static ACR_VALUE_TYPE: Constraint = Constraint::shown(&[
    MaxLength(64),
    MinLength(1),
    Pattern(&ACR_VALUE_TYPE_PATTERN),
]);
static USER_POOL_ID_TYPE: Constraint = Constraint::shown(&[
    MaxLength(55),
    MinLength(1),
    Pattern(&USER_POOL_ID_TYPE_PATTERN),
]);
static CUSTOM_ATTRIBUTES_LIST_TYPE: Constraint = Constraint::shown(&[MaxLength(25), MinLength(1)]);
static CLIENT_ID_TYPE: Constraint = Constraint::shown(&[
    MaxLength(128),
    MinLength(1),
    Pattern(&CLIENT_ID_TYPE_PATTERN),
]);
static CLIENT_SECRET_TYPE: Constraint = Constraint::hidden(&[
    MaxLength(64),
    MinLength(24),
    Pattern(&CLIENT_ID_TYPE_PATTERN),
]);
static USERNAME_TYPE: Constraint = Constraint::hidden(&[
    Pattern(&USERNAME_TYPE_PATTERN),
    MaxLength(128),
    MinLength(1),
]);
static GROUP_NAME_TYPE: Constraint = Constraint::shown(&[
    MaxLength(128),
    MinLength(1),
    Pattern(&USERNAME_TYPE_PATTERN),
]);
static STRING_TYPE: Constraint = Constraint::shown(&[MaxLength(131072), MinLength(0)]);
static CLIENT_METADATA_TYPE: Constraint =
    Constraint::shown(&[Keys(&STRING_TYPE), Values(&STRING_TYPE)]);
static ADMIN_CREATE_USER_UNUSED_ACCOUNT_VALIDITY_DAYS_TYPE: Constraint =
    Constraint::shown(&[AtMost(365), AtLeast(0)]);
static PASSWORD_TYPE: Constraint =
    Constraint::hidden(&[MaxLength(256), Pattern(&PASSWORD_TYPE_PATTERN)]);
static PASSWORD_TYPE_OR_BLANK: Constraint = PASSWORD_TYPE.or_blank();
static MESSAGE_ACTION_TYPE: Constraint = Constraint::shown(&[Enum(&["SUPPRESS", "RESEND"])]);
static DELIVERY_MEDIUM_TYPE: Constraint = Constraint::shown(&[Enum(&["SMS", "EMAIL"])]);
static DELIVERY_MEDIUM_LIST_TYPE: Constraint = Constraint::shown(&[Items(&DELIVERY_MEDIUM_TYPE)]);
static ATTRIBUTE_NAME_TYPE: Constraint = Constraint::shown(&[
    MaxLength(32),
    MinLength(1),
    Pattern(&ATTRIBUTE_NAME_TYPE_PATTERN),
]);
static ATTRIBUTE_NAME_LIST_TYPE: Constraint = Constraint::shown(&[Items(&ATTRIBUTE_NAME_TYPE)]);
static DEVICE_KEY_TYPE: Constraint = Constraint::shown(&[
    MaxLength(55),
    MinLength(1),
    Pattern(&DEVICE_KEY_TYPE_PATTERN),
]);
static AUTH_FLOW_TYPE: Constraint = Constraint::shown(&[Enum(&[
    "USER_AUTH",
    "REFRESH_TOKEN_AUTH",
    "ADMIN_NO_SRP_AUTH",
    "USER_PASSWORD_AUTH",
    "ADMIN_USER_PASSWORD_AUTH",
    "REFRESH_TOKEN",
    "USER_SRP_AUTH",
    "CUSTOM_AUTH",
])]);
static AUTH_PARAMETERS_TYPE: Constraint =
    Constraint::hidden(&[Keys(&STRING_TYPE), Values(&STRING_TYPE)]);
static SESSION_TYPE: Constraint = Constraint::hidden(&[MaxLength(4096), MinLength(20)]);
static QUERY_LIMIT_TYPE: Constraint = Constraint::shown(&[AtMost(60), AtLeast(0)]);
static SEARCH_PAGINATION_TOKEN_TYPE: Constraint =
    Constraint::shown(&[MinLength(1), Pattern(&SEARCH_PAGINATION_TOKEN_TYPE_PATTERN)]);
static PAGINATION_KEY: Constraint = Constraint::shown(&[
    MaxLength(131072),
    MinLength(1),
    Pattern(&SEARCH_PAGINATION_TOKEN_TYPE_PATTERN),
]);
static CHALLENGE_NAME_TYPE: Constraint = Constraint::shown(&[Enum(&[
    "NEW_PASSWORD_REQUIRED",
    "EMAIL_OTP",
    "PASSWORD_VERIFIER",
    "CUSTOM_CHALLENGE",
    "SMS_MFA",
    "MFA_SETUP",
    "SMS_OTP",
    "SOFTWARE_TOKEN_MFA",
    "PASSWORD_SRP",
    "SELECT_MFA_TYPE",
    "SELECT_CHALLENGE",
    "PASSWORD",
    "ADMIN_NO_SRP_AUTH",
    "DEVICE_SRP_AUTH",
    "WEB_AUTHN",
    "DEVICE_PASSWORD_VERIFIER",
])]);
static CHALLENGE_RESPONSES_TYPE: Constraint =
    Constraint::hidden(&[Keys(&STRING_TYPE), Values(&STRING_TYPE)]);
static SESSION_ID_TYPE: Constraint = Constraint::shown(&[
    MaxLength(28),
    MinLength(28),
    Pattern(&SESSION_ID_TYPE_PATTERN),
]);
static REVOKE_ASSOCIATED_SESSIONS_TYPE: Constraint =
    Constraint::shown(&[Enum(&["LINKED", "NONE"])]);
static EVENT_ID_TYPE: Constraint =
    Constraint::shown(&[MaxLength(50), MinLength(1), Pattern(&EVENT_ID_TYPE_PATTERN)]);
static FEEDBACK_VALUE_TYPE: Constraint = Constraint::shown(&[Enum(&["Valid", "Invalid"])]);
static DEVICE_REMEMBERED_STATUS_TYPE: Constraint =
    Constraint::shown(&[Enum(&["not_remembered", "remembered"])]);
static ADVANCED_SECURITY_ENABLED_MODE_TYPE: Constraint =
    Constraint::shown(&[Enum(&["AUDIT", "ENFORCED"])]);
static HEX_STRING_TYPE: Constraint = Constraint::shown(&[Pattern(&HEX_STRING_TYPE_PATTERN)]);
static ARN_TYPE: Constraint =
    Constraint::shown(&[MaxLength(2048), MinLength(20), Pattern(&ARN_TYPE_PATTERN)]);
static ASSET_CATEGORY_TYPE: Constraint = Constraint::shown(&[Enum(&[
    "PASSWORD_GRAPHIC",
    "FAVICON_ICO",
    "PAGE_BACKGROUND",
    "EMAIL_GRAPHIC",
    "PAGE_FOOTER_LOGO",
    "PASSKEY_GRAPHIC",
    "FAVICON_SVG",
    "IDP_BUTTON_ICON",
    "PAGE_HEADER_BACKGROUND",
    "FORM_LOGO",
    "AUTH_APP_GRAPHIC",
    "PAGE_HEADER_LOGO",
    "PAGE_FOOTER_BACKGROUND",
    "FORM_BACKGROUND",
    "SMS_GRAPHIC",
])]);
static COLOR_SCHEME_MODE_TYPE: Constraint =
    Constraint::shown(&[Enum(&["LIGHT", "DARK", "DYNAMIC"])]);
static ASSET_EXTENSION_TYPE: Constraint =
    Constraint::shown(&[Enum(&["ICO", "WEBP", "SVG", "PNG", "JPEG"])]);
static ASSET_BYTES_TYPE: Constraint = Constraint::shown(&[MaxBytes(1000000)]);
static RESOURCE_ID_TYPE: Constraint = Constraint::shown(&[
    MaxLength(40),
    MinLength(1),
    Pattern(&RESOURCE_ID_TYPE_PATTERN),
]);
static TOKEN_MODEL_TYPE: Constraint = Constraint::hidden(&[Pattern(&TOKEN_MODEL_TYPE_PATTERN)]);
static ATTRIBUTE_VALUE_TYPE: Constraint = Constraint::hidden(&[MaxLength(2048)]);
static RESTORE_ID_TYPE: Constraint = Constraint::shown(&[
    MaxLength(36),
    MinLength(36),
    Pattern(&RESTORE_ID_TYPE_PATTERN),
]);
static SSO_SESSION_MAX_VALIDITY_MINUTES_TYPE: Constraint =
    Constraint::shown(&[AtMost(129600), AtLeast(0)]);
static COMPROMISED_CREDENTIALS_EVENT_ACTION_TYPE: Constraint =
    Constraint::shown(&[Enum(&["BLOCK", "NO_ACTION"])]);
static EVENT_FILTER_TYPE: Constraint =
    Constraint::shown(&[Enum(&["SIGN_IN", "PASSWORD_CHANGE", "SIGN_UP"])]);
static EVENT_FILTERS_TYPE: Constraint = Constraint::shown(&[Items(&EVENT_FILTER_TYPE)]);
static DEVICE_NAME_TYPE: Constraint = Constraint::shown(&[MaxLength(1024), MinLength(1)]);
static SECRET_HASH_TYPE: Constraint = Constraint::hidden(&[
    MaxLength(128),
    MinLength(1),
    Pattern(&SECRET_HASH_TYPE_PATTERN),
]);
static CONFIRMATION_CODE_TYPE: Constraint = Constraint::shown(&[
    Pattern(&SEARCH_PAGINATION_TOKEN_TYPE_PATTERN),
    MaxLength(2048),
    MinLength(1),
]);
static USER_CONTEXT_DATA_TYPE: Constraint = Constraint::hidden(&[]);
static CIMD_POLICY_NAME_TYPE: Constraint = Constraint::shown(&[
    MaxLength(32),
    MinLength(1),
    Pattern(&CIMD_POLICY_NAME_TYPE_PATTERN),
]);
static CACHE_DURATION_TYPE: Constraint = Constraint::shown(&[AtMost(31556952), AtLeast(86400)]);
static URL_PATTERN_TYPE: Constraint = Constraint::shown(&[
    MaxLength(256),
    MinLength(12),
    Pattern(&URL_PATTERN_TYPE_PATTERN),
]);
static URL_PATTERN_LIST_TYPE: Constraint =
    Constraint::shown(&[MaxLength(5), MinLength(1), Items(&URL_PATTERN_TYPE)]);
static DESCRIPTION_TYPE: Constraint = Constraint::shown(&[MaxLength(2048)]);
static PRECEDENCE_TYPE: Constraint = Constraint::shown(&[AtLeast(0)]);
static PROVIDER_NAME_TYPE_V2: Constraint = Constraint::shown(&[
    MaxLength(32),
    MinLength(1),
    Pattern(&PROVIDER_NAME_TYPE_V2_PATTERN),
]);
static IDENTITY_PROVIDER_TYPE_TYPE: Constraint = Constraint::shown(&[Enum(&[
    "Google",
    "LoginWithAmazon",
    "SAML",
    "OIDC",
    "Facebook",
    "SignInWithApple",
])]);
static PROVIDER_DETAILS_TYPE: Constraint =
    Constraint::shown(&[Keys(&STRING_TYPE), Values(&STRING_TYPE)]);
static ATTRIBUTE_MAPPING_KEY_TYPE: Constraint = Constraint::shown(&[MaxLength(32), MinLength(1)]);
static ATTRIBUTE_MAPPING_TYPE: Constraint =
    Constraint::shown(&[Keys(&ATTRIBUTE_MAPPING_KEY_TYPE), Values(&STRING_TYPE)]);
static IDP_IDENTIFIER_TYPE: Constraint = Constraint::shown(&[
    MaxLength(40),
    MinLength(1),
    Pattern(&IDP_IDENTIFIER_TYPE_PATTERN),
]);
static IDP_IDENTIFIERS_LIST_TYPE: Constraint =
    Constraint::shown(&[MaxLength(50), MinLength(0), Items(&IDP_IDENTIFIER_TYPE)]);
static ACR_MAPPING_KEY_TYPE: Constraint =
    Constraint::shown(&[Pattern(&ACR_MAPPING_KEY_TYPE_PATTERN)]);
static ACR_MAPPING_TYPE: Constraint = Constraint::shown(&[
    MaxLength(4),
    MinLength(0),
    Keys(&ACR_MAPPING_KEY_TYPE),
    Values(&ACR_VALUE_TYPE),
]);
static ASSET_LIST_TYPE: Constraint = Constraint::shown(&[MaxLength(40), MinLength(0)]);
static RESOURCE_SERVER_IDENTIFIER_TYPE: Constraint = Constraint::shown(&[
    MaxLength(256),
    MinLength(1),
    Pattern(&ACR_VALUE_TYPE_PATTERN),
]);
static RESOURCE_SERVER_NAME_TYPE: Constraint = Constraint::shown(&[
    MaxLength(256),
    MinLength(1),
    Pattern(&RESOURCE_SERVER_NAME_TYPE_PATTERN),
]);
static RESOURCE_SERVER_SCOPE_LIST_TYPE: Constraint = Constraint::shown(&[MaxLength(100)]);
static TERMS_NAME_TYPE: Constraint = Constraint::shown(&[Pattern(&TERMS_NAME_TYPE_PATTERN)]);
static TERMS_SOURCE_TYPE: Constraint = Constraint::shown(&[Enum(&["LINK"])]);
static TERMS_ENFORCEMENT_TYPE: Constraint = Constraint::shown(&[Enum(&["NONE"])]);
static LANGUAGE_ID_TYPE: Constraint = Constraint::shown(&[Pattern(&LANGUAGE_ID_TYPE_PATTERN)]);
static LINK_URL_TYPE: Constraint = Constraint::shown(&[
    MaxLength(1024),
    MinLength(1),
    Pattern(&LINK_URL_TYPE_PATTERN),
]);
static LINKS_TYPE: Constraint = Constraint::shown(&[
    MaxLength(13),
    MinLength(1),
    Keys(&LANGUAGE_ID_TYPE),
    Values(&LINK_URL_TYPE),
]);
static USER_IMPORT_JOB_NAME_TYPE: Constraint = Constraint::shown(&[
    MaxLength(128),
    MinLength(1),
    Pattern(&RESOURCE_SERVER_NAME_TYPE_PATTERN),
]);
static PASSWORD_HASHING_ALGORITHM_TYPE: Constraint =
    Constraint::shown(&[Enum(&["SCRYPT", "PBKDF2_SHA256", "ARGON2ID", "BCRYPT"])]);
static CLIENT_NAME_TYPE: Constraint = Constraint::shown(&[
    MaxLength(128),
    MinLength(1),
    Pattern(&CLIENT_NAME_TYPE_PATTERN),
]);
static REFRESH_TOKEN_VALIDITY_TYPE: Constraint =
    Constraint::shown(&[AtMost(315360000), AtLeast(0)]);
static ACCESS_TOKEN_VALIDITY_TYPE: Constraint = Constraint::shown(&[AtMost(86400), AtLeast(1)]);
static ID_TOKEN_VALIDITY_TYPE: Constraint = Constraint::shown(&[AtMost(86400), AtLeast(1)]);
static CLIENT_PERMISSION_TYPE: Constraint = Constraint::shown(&[MaxLength(2048), MinLength(1)]);
static CLIENT_PERMISSION_LIST_TYPE: Constraint =
    Constraint::shown(&[Items(&CLIENT_PERMISSION_TYPE)]);
static EXPLICIT_AUTH_FLOWS_TYPE: Constraint = Constraint::shown(&[Enum(&[
    "ALLOW_CUSTOM_AUTH",
    "ADMIN_NO_SRP_AUTH",
    "ALLOW_REFRESH_TOKEN_AUTH",
    "ALLOW_USER_PASSWORD_AUTH",
    "ALLOW_USER_SRP_AUTH",
    "CUSTOM_AUTH_FLOW_ONLY",
    "USER_PASSWORD_AUTH",
    "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    "ALLOW_USER_AUTH",
    "ALLOW_TOKEN_EXCHANGE_DELEGATION",
    "ALLOW_TOKEN_EXCHANGE_IMPERSONATION",
    "ALLOW_CLIENT_TOKEN_AUTH",
])]);
static EXPLICIT_AUTH_FLOWS_LIST_TYPE: Constraint =
    Constraint::shown(&[Items(&EXPLICIT_AUTH_FLOWS_TYPE)]);
static PROVIDER_NAME_TYPE: Constraint = Constraint::shown(&[
    MaxLength(32),
    MinLength(1),
    Pattern(&CIMD_POLICY_NAME_TYPE_PATTERN),
]);
static SUPPORTED_IDENTITY_PROVIDERS_LIST_TYPE: Constraint =
    Constraint::shown(&[Items(&PROVIDER_NAME_TYPE)]);
static REDIRECT_URL_TYPE: Constraint = Constraint::shown(&[
    MaxLength(1024),
    MinLength(1),
    Pattern(&USERNAME_TYPE_PATTERN),
]);
static CALLBACK_URLS_LIST_TYPE: Constraint =
    Constraint::shown(&[MaxLength(100), MinLength(0), Items(&REDIRECT_URL_TYPE)]);
static LOGOUT_URLS_LIST_TYPE: Constraint =
    Constraint::shown(&[MaxLength(100), MinLength(0), Items(&REDIRECT_URL_TYPE)]);
static OAUTH_FLOW_TYPE: Constraint =
    Constraint::shown(&[Enum(&["implicit", "client_credentials", "code"])]);
static OAUTH_FLOWS_TYPE: Constraint =
    Constraint::shown(&[MaxLength(3), MinLength(0), Items(&OAUTH_FLOW_TYPE)]);
static SCOPE_TYPE: Constraint = Constraint::shown(&[
    MaxLength(256),
    MinLength(1),
    Pattern(&ACR_VALUE_TYPE_PATTERN),
]);
static SCOPE_LIST_TYPE: Constraint = Constraint::shown(&[MaxLength(50), Items(&SCOPE_TYPE)]);
static PREVENT_USER_EXISTENCE_ERROR_TYPES: Constraint =
    Constraint::shown(&[Enum(&["LEGACY", "ENABLED"])]);
static AUTH_SESSION_VALIDITY_TYPE: Constraint = Constraint::shown(&[AtMost(15), AtLeast(3)]);
static DOMAIN_TYPE: Constraint =
    Constraint::shown(&[MaxLength(63), MinLength(1), Pattern(&DOMAIN_TYPE_PATTERN)]);
static REGION_NAME_TYPE: Constraint = Constraint::shown(&[MaxLength(32), MinLength(5)]);
static TAG_KEYS_TYPE: Constraint = Constraint::shown(&[MaxLength(128), MinLength(1)]);
static TAG_VALUE_TYPE: Constraint = Constraint::shown(&[MaxLength(256), MinLength(0)]);
static USER_POOL_TAGS_TYPE: Constraint =
    Constraint::shown(&[Keys(&TAG_KEYS_TYPE), Values(&TAG_VALUE_TYPE)]);
static USER_POOL_NAME_TYPE: Constraint = Constraint::shown(&[
    MaxLength(128),
    MinLength(1),
    Pattern(&RESOURCE_SERVER_NAME_TYPE_PATTERN),
]);
static DELETION_PROTECTION_TYPE: Constraint = Constraint::shown(&[Enum(&["ACTIVE", "INACTIVE"])]);
static VERIFIED_ATTRIBUTE_TYPE: Constraint = Constraint::shown(&[Enum(&["phone_number", "email"])]);
static VERIFIED_ATTRIBUTES_LIST_TYPE: Constraint =
    Constraint::shown(&[Items(&VERIFIED_ATTRIBUTE_TYPE)]);
static ALIAS_ATTRIBUTE_TYPE: Constraint =
    Constraint::shown(&[Enum(&["phone_number", "preferred_username", "email"])]);
static ALIAS_ATTRIBUTES_LIST_TYPE: Constraint = Constraint::shown(&[Items(&ALIAS_ATTRIBUTE_TYPE)]);
static USERNAME_ATTRIBUTE_TYPE: Constraint = Constraint::shown(&[Enum(&["phone_number", "email"])]);
static USERNAME_ATTRIBUTES_LIST_TYPE: Constraint =
    Constraint::shown(&[Items(&USERNAME_ATTRIBUTE_TYPE)]);
static SMS_VERIFICATION_MESSAGE_TYPE: Constraint = Constraint::shown(&[
    MaxLength(140),
    MinLength(6),
    Pattern(&SMS_VERIFICATION_MESSAGE_TYPE_PATTERN),
]);
static EMAIL_VERIFICATION_MESSAGE_TYPE: Constraint = Constraint::shown(&[
    MaxLength(20000),
    MinLength(6),
    Pattern(&EMAIL_VERIFICATION_MESSAGE_TYPE_PATTERN),
]);
static EMAIL_VERIFICATION_SUBJECT_TYPE: Constraint = Constraint::shown(&[
    MaxLength(140),
    MinLength(1),
    Pattern(&EMAIL_VERIFICATION_SUBJECT_TYPE_PATTERN),
]);
static USER_POOL_MFA_TYPE: Constraint = Constraint::shown(&[Enum(&["OPTIONAL", "OFF", "ON"])]);
static SCHEMA_ATTRIBUTES_LIST_TYPE: Constraint = Constraint::shown(&[MaxLength(50), MinLength(1)]);
static USER_POOL_TIER_TYPE: Constraint =
    Constraint::shown(&[Enum(&["ESSENTIALS", "LITE", "PLUS"])]);
static ACR_LEVEL_KEY_TYPE: Constraint =
    Constraint::shown(&[Pattern(&ACR_MAPPING_KEY_TYPE_PATTERN)]);
static ACR_CONFIGURATION_TYPE: Constraint =
    Constraint::shown(&[MaxLength(4), MinLength(0), Keys(&ACR_LEVEL_KEY_TYPE)]);
static SECURITY_POLICY_TYPE: Constraint =
    Constraint::shown(&[Enum(&["TLS_V1", "TLS_V1_2_2021", "TLS_V1_3_2025"])]);
static CUSTOM_EMAIL_SENDER_LAMBDA_VERSION_TYPE: Constraint = Constraint::shown(&[Enum(&["V1_0"])]);
static CUSTOM_SMS_SENDER_LAMBDA_VERSION_TYPE: Constraint = Constraint::shown(&[Enum(&["V1_0"])]);
static STATUS_TYPE: Constraint = Constraint::shown(&[Enum(&["Enabled", "Disabled"])]);
static CIMD_POLICY_ID_TYPE: Constraint = Constraint::shown(&[
    MaxLength(64),
    MinLength(1),
    Pattern(&CIMD_POLICY_ID_TYPE_PATTERN),
]);
static MANAGED_LOGIN_BRANDING_ID_TYPE: Constraint =
    Constraint::shown(&[Pattern(&MANAGED_LOGIN_BRANDING_ID_TYPE_PATTERN)]);
static TERMS_ID_TYPE: Constraint =
    Constraint::shown(&[Pattern(&MANAGED_LOGIN_BRANDING_ID_TYPE_PATTERN)]);
static CLIENT_SECRET_ID_TYPE: Constraint = Constraint::shown(&[MaxLength(128), MinLength(1)]);
static USER_IMPORT_JOB_ID_TYPE: Constraint = Constraint::shown(&[
    MaxLength(55),
    MinLength(1),
    Pattern(&USER_IMPORT_JOB_ID_TYPE_PATTERN),
]);
static EMAIL_ADDRESS_TYPE: Constraint = Constraint::shown(&[Pattern(&EMAIL_ADDRESS_TYPE_PATTERN)]);
static EMAIL_SENDING_ACCOUNT_TYPE: Constraint =
    Constraint::shown(&[Enum(&["COGNITO_DEFAULT", "DEVELOPER"])]);
static SES_CONFIGURATION_SET: Constraint = Constraint::shown(&[
    MaxLength(64),
    MinLength(1),
    Pattern(&SES_CONFIGURATION_SET_PATTERN),
]);
static EMAIL_MFA_MESSAGE_TYPE: Constraint = Constraint::shown(&[
    MaxLength(20000),
    MinLength(6),
    Pattern(&EMAIL_VERIFICATION_MESSAGE_TYPE_PATTERN),
]);
static EMAIL_MFA_SUBJECT_TYPE: Constraint =
    Constraint::shown(&[Pattern(&EMAIL_VERIFICATION_SUBJECT_TYPE_PATTERN)]);
static REGION_CODE_TYPE: Constraint = Constraint::shown(&[MaxLength(32), MinLength(5)]);
static HEALTH_CHECK_ID_TYPE: Constraint = Constraint::shown(&[MaxLength(64)]);
static GET_DERIVED_TOKEN_TOKEN_MODEL_TYPE: Constraint = Constraint::hidden(&[
    MaxLength(131072),
    MinLength(0),
    Pattern(&GET_DERIVED_TOKEN_TOKEN_MODEL_TYPE_PATTERN),
]);
static TOKEN_TYPE_IDENTIFIER_TYPE: Constraint =
    Constraint::shown(&[Enum(&["SAML2", "ACCESS_TOKEN", "ID_TOKEN"])]);
static AUDIENCE_TYPE: Constraint = Constraint::shown(&[
    MaxLength(256),
    MinLength(1),
    Pattern(&ACR_VALUE_TYPE_PATTERN),
]);
static AUDIENCE_LIST_TYPE: Constraint =
    Constraint::shown(&[MaxLength(1), MinLength(0), Items(&AUDIENCE_TYPE)]);
static RESOURCE_LIST_TYPE: Constraint = Constraint::shown(&[
    MaxLength(1),
    MinLength(0),
    Items(&RESOURCE_SERVER_IDENTIFIER_TYPE),
]);
static ISSUED_TOKEN_TYPE_IDENTIFIER_TYPE: Constraint =
    Constraint::shown(&[Enum(&["ACCESS_TOKEN", "ID_TOKEN"])]);
static INBOUND_FEDERATION_LAMBDA_VERSION_TYPE: Constraint = Constraint::shown(&[Enum(&["V1_0"])]);
static ISSUER_TYPE: Constraint = Constraint::shown(&[Enum(&["ORIGINAL", "UPDATED"])]);
static ENCRYPTION_KEY_TYPE: Constraint =
    Constraint::shown(&[Enum(&["CUSTOMER_MANAGED_KEY", "AWS_OWNED_KEY"])]);
static ENCRYPTION_KEY_ARN_TYPE: Constraint =
    Constraint::shown(&[MaxLength(2048), MinLength(20), Pattern(&ARN_TYPE_PATTERN)]);
static LIMIT_CLASS: Constraint = Constraint::shown(&[Enum(&["API_CATEGORY"])]);
static STRING_TO_STRING_MAP_TYPE: Constraint =
    Constraint::shown(&[Keys(&STRING_TYPE), Values(&STRING_TYPE)]);
static PAGINATION_KEY_TYPE: Constraint =
    Constraint::shown(&[MinLength(1), Pattern(&SEARCH_PAGINATION_TOKEN_TYPE_PATTERN)]);
static POOL_QUERY_LIMIT_TYPE: Constraint = Constraint::shown(&[AtMost(60), AtLeast(1)]);
static LIST_PROVIDERS_LIMIT_TYPE: Constraint = Constraint::shown(&[AtMost(60), AtLeast(0)]);
static LIST_RESOURCE_SERVERS_LIMIT_TYPE: Constraint = Constraint::shown(&[AtMost(50), AtLeast(1)]);
static LIST_TERMS_REQUEST_MAX_RESULTS_INTEGER: Constraint =
    Constraint::shown(&[AtMost(60), AtLeast(1)]);
static QUERY_LIMIT: Constraint = Constraint::shown(&[AtMost(60), AtLeast(1)]);
static CLIENT_TYPE_TYPE: Constraint = Constraint::shown(&[Enum(&["REGULAR", "DCR"])]);
static SEARCHED_ATTRIBUTE_NAMES_LIST_TYPE: Constraint =
    Constraint::shown(&[Items(&ATTRIBUTE_NAME_TYPE)]);
static USER_FILTER_TYPE: Constraint = Constraint::shown(&[MaxLength(256)]);
static WEB_AUTHN_CREDENTIALS_QUERY_LIMIT_TYPE: Constraint =
    Constraint::shown(&[AtMost(20), AtLeast(0)]);
static LOG_LEVEL: Constraint = Constraint::shown(&[Enum(&["ERROR", "INFO"])]);
static EVENT_SOURCE_NAME: Constraint =
    Constraint::shown(&[Enum(&["userNotification", "userAuthEvents"])]);
static SMS_INVITE_MESSAGE_TYPE: Constraint = Constraint::shown(&[
    MaxLength(140),
    MinLength(6),
    Pattern(&SMS_INVITE_MESSAGE_TYPE_PATTERN),
]);
static EMAIL_INVITE_MESSAGE_TYPE: Constraint = Constraint::shown(&[
    MaxLength(20000),
    MinLength(6),
    Pattern(&EMAIL_INVITE_MESSAGE_TYPE_PATTERN),
]);
static EMAIL_NOTIFICATION_SUBJECT_TYPE: Constraint = Constraint::shown(&[
    MaxLength(140),
    MinLength(1),
    Pattern(&EMAIL_VERIFICATION_SUBJECT_TYPE_PATTERN),
]);
static EMAIL_NOTIFICATION_BODY_TYPE: Constraint = Constraint::shown(&[
    MaxLength(20000),
    MinLength(6),
    Pattern(&EMAIL_NOTIFICATION_BODY_TYPE_PATTERN),
]);
static PASSWORD_POLICY_MIN_LENGTH_TYPE: Constraint = Constraint::shown(&[AtMost(99), AtLeast(6)]);
static PASSWORD_HISTORY_SIZE_TYPE: Constraint = Constraint::shown(&[AtMost(24), AtLeast(0)]);
static TEMPORARY_PASSWORD_VALIDITY_DAYS_TYPE: Constraint =
    Constraint::shown(&[AtMost(365), AtLeast(0)]);
static PRE_TOKEN_GENERATION_LAMBDA_VERSION_TYPE: Constraint =
    Constraint::shown(&[Enum(&["V3_0", "V2_0", "V1_0"])]);
static PRIORITY_TYPE: Constraint = Constraint::shown(&[AtMost(2), AtLeast(1)]);
static RECOVERY_OPTION_NAME_TYPE: Constraint = Constraint::shown(&[Enum(&[
    "verified_phone_number",
    "verified_email",
    "admin_only",
])]);
static FEATURE_TYPE: Constraint = Constraint::shown(&[Enum(&["DISABLED", "ENABLED"])]);
static RETRY_GRACE_PERIOD_SECONDS_TYPE: Constraint = Constraint::shown(&[AtMost(60), AtLeast(0)]);
static RESOURCE_SERVER_SCOPE_NAME_TYPE: Constraint = Constraint::shown(&[
    MaxLength(256),
    MinLength(1),
    Pattern(&RESOURCE_SERVER_SCOPE_NAME_TYPE_PATTERN),
]);
static RESOURCE_SERVER_SCOPE_DESCRIPTION_TYPE: Constraint =
    Constraint::shown(&[MaxLength(256), MinLength(1)]);
static BLOCKED_IP_RANGE_LIST_TYPE: Constraint =
    Constraint::shown(&[MaxLength(200), Items(&STRING_TYPE)]);
static SKIPPED_IP_RANGE_LIST_TYPE: Constraint =
    Constraint::shown(&[MaxLength(200), Items(&STRING_TYPE)]);
static S3_ARN_TYPE: Constraint =
    Constraint::shown(&[MaxLength(1024), MinLength(3), Pattern(&S3_ARN_TYPE_PATTERN)]);
static CUSTOM_ATTRIBUTE_NAME_TYPE: Constraint =
    Constraint::shown(&[MaxLength(20), MinLength(1), Pattern(&USERNAME_TYPE_PATTERN)]);
static ATTRIBUTE_DATA_TYPE: Constraint =
    Constraint::shown(&[Enum(&["Number", "String", "Boolean", "DateTime"])]);
static LOG_CONFIGURATION_LIST_TYPE: Constraint = Constraint::shown(&[MaxLength(2), MinLength(0)]);
static CSS_TYPE: Constraint = Constraint::shown(&[MaxLength(131072), MinLength(0)]);
static IMAGE_FILE_TYPE: Constraint = Constraint::shown(&[MaxBytes(131072), MinBytes(0)]);
static USER_SESSION_TRACKING_TYPE: Constraint =
    Constraint::shown(&[Enum(&["DISABLED", "ENABLED"])]);
static AUTH_FACTOR_TYPE: Constraint = Constraint::shown(&[Enum(&[
    "PASSWORD",
    "EMAIL_OTP",
    "SOFTWARE_TOKEN",
    "SMS_OTP",
    "WEB_AUTHN",
])]);
static ALLOWED_FIRST_AUTH_FACTORS_LIST_TYPE: Constraint =
    Constraint::shown(&[MaxLength(5), MinLength(1), Items(&AUTH_FACTOR_TYPE)]);
static OPTIONAL_ARN_TYPE: Constraint = Constraint::shown(&[
    MaxLength(2048),
    MinLength(0),
    Pattern(&OPTIONAL_ARN_TYPE_PATTERN),
]);
static TIME_UNITS_TYPE: Constraint =
    Constraint::shown(&[Enum(&["seconds", "hours", "minutes", "days"])]);
static USER_POOL_TAGS_LIST_TYPE: Constraint = Constraint::shown(&[Items(&TAG_KEYS_TYPE)]);
static METADATA_URL_TYPE: Constraint = Constraint::shown(&[
    MaxLength(256),
    MinLength(12),
    Pattern(&METADATA_URL_TYPE_PATTERN),
]);
static CIMD_CACHE_ACTION_TYPE: Constraint = Constraint::shown(&[Enum(&["INVALIDATE", "REFRESH"])]);
static UPDATE_REPLICA_STATUS_TYPE: Constraint = Constraint::shown(&[Enum(&["ACTIVE", "INACTIVE"])]);
static ATTRIBUTES_REQUIRE_VERIFICATION_BEFORE_UPDATE_TYPE: Constraint =
    Constraint::shown(&[Items(&VERIFIED_ATTRIBUTE_TYPE)]);
static ADVANCED_SECURITY_MODE_TYPE: Constraint =
    Constraint::shown(&[Enum(&["AUDIT", "ENFORCED", "OFF"])]);
static MAX_SESSIONS_PER_USER_TYPE: Constraint = Constraint::shown(&[AtMost(100), AtLeast(1)]);
static EMAIL_VERIFICATION_MESSAGE_BY_LINK_TYPE: Constraint = Constraint::shown(&[
    MaxLength(20000),
    MinLength(6),
    Pattern(&EMAIL_VERIFICATION_MESSAGE_BY_LINK_TYPE_PATTERN),
]);
static EMAIL_VERIFICATION_SUBJECT_BY_LINK_TYPE: Constraint = Constraint::shown(&[
    MaxLength(140),
    MinLength(1),
    Pattern(&EMAIL_VERIFICATION_SUBJECT_TYPE_PATTERN),
]);
static DEFAULT_EMAIL_OPTION_TYPE: Constraint =
    Constraint::shown(&[Enum(&["CONFIRM_WITH_LINK", "CONFIRM_WITH_CODE"])]);
static SOFTWARE_TOKEN_MFA_USER_CODE_TYPE: Constraint = Constraint::shown(&[
    Pattern(&SOFTWARE_TOKEN_MFA_USER_CODE_TYPE_PATTERN),
    MaxLength(6),
    MinLength(6),
]);
static RELYING_PARTY_ID_TYPE: Constraint = Constraint::shown(&[MaxLength(127), MinLength(1)]);
static USER_VERIFICATION_TYPE: Constraint = Constraint::shown(&[Enum(&["required", "preferred"])]);
static WEB_AUTHN_FACTOR_CONFIGURATION_TYPE: Constraint = Constraint::shown(&[Enum(&[
    "MULTI_FACTOR_WITH_USER_VERIFICATION",
    "SINGLE_FACTOR",
])]);

static ACR_VALUE_TYPE_PATTERN: Pattern = Pattern::new(
    r"[\x21\x23-\x5B\x5D-\x7E]+",
    Matcher::Each(Class::new(0x7fffffffeffffffffffffffa00000000, ""), 1),
);
static USER_POOL_ID_TYPE_PATTERN: Pattern = Pattern::new(
    r"[\w-]+_[0-9a-zA-Z]+",
    Matcher::Joined(
        Class::new(0x07fffffe87fffffe03ff200000000000, ""),
        '_',
        Class::new(0x07fffffe07fffffe03ff000000000000, ""),
    ),
);
static CLIENT_ID_TYPE_PATTERN: Pattern = Pattern::new(
    r"[\w+]+",
    Matcher::Each(Class::new(0x07fffffe87fffffe03ff080000000000, ""), 1),
);
static USERNAME_TYPE_PATTERN: Pattern = Pattern::new(
    r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+",
    Matcher::Each(Class::new(0x7ffffffffffffffffffffffe00000000, "LMNPS"), 1),
);
static PASSWORD_TYPE_PATTERN: Pattern = Pattern::new(
    r"^[\S]+.*[\S]+$",
    Matcher::regex(r"^(?:^[[^ \t\n\x0B\f\r]]+[^\n\r\u{85}\u{2028}\u{2029}]*[[^ \t\n\x0B\f\r]]+$)$"),
);
static ATTRIBUTE_NAME_TYPE_PATTERN: Pattern = Pattern::new(
    r"[\p{L}\p{M}\p{S}\p{N}\p{P}\t\n\r ]+",
    Matcher::Each(Class::new(0x7fffffffffffffffffffffff00002600, "LMNPS"), 1),
);
static DEVICE_KEY_TYPE_PATTERN: Pattern = Pattern::new(
    r"[\w-]+_[0-9a-f-]+",
    Matcher::Joined(
        Class::new(0x07fffffe87fffffe03ff200000000000, ""),
        '_',
        Class::new(0x0000007e0000000003ff200000000000, ""),
    ),
);
static SEARCH_PAGINATION_TOKEN_TYPE_PATTERN: Pattern = Pattern::new(
    r"[\S]+",
    Matcher::Each(Class::new(0xfffffffffffffffffffffffeffffc1ff, "LMNPSZC"), 1),
);
static SESSION_ID_TYPE_PATTERN: Pattern = Pattern::new(
    "^(tkn|sso)[a-z0-9]{25}$",
    Matcher::regex("^(?:^(tkn|sso)[a-z0-9]{25}$)$"),
);
static EVENT_ID_TYPE_PATTERN: Pattern = Pattern::new(
    r"[\w+-]+",
    Matcher::Each(Class::new(0x07fffffe87fffffe03ff280000000000, ""), 1),
);
static HEX_STRING_TYPE_PATTERN: Pattern = Pattern::new(
    "^[0-9a-fA-F]+$",
    Matcher::Each(Class::new(0x0000007e0000007e03ff000000000000, ""), 1),
);
static ARN_TYPE_PATTERN: Pattern = Pattern::new(
    r"arn:[\w+=/,.@-]+:[\w+=/,.@-]+:([\w+=/,.@-]*)?:[0-9]+:[\w+=/,.@-]+(:[\w+=/,.@-]+)?(:[\w+=/,.@-]+)?",
    Matcher::regex(
        "^(?:arn:[0-9A-Za-z_+=/,.@-]+:[0-9A-Za-z_+=/,.@-]+:([0-9A-Za-z_+=/,.@-]*)?:[0-9]+:[0-9A-Za-z_+=/,.@-]+(:[0-9A-Za-z_+=/,.@-]+)?(:[0-9A-Za-z_+=/,.@-]+)?)$",
    ),
);
static RESOURCE_ID_TYPE_PATTERN: Pattern = Pattern::new(
    r"^[\w\- ]+$",
    Matcher::Each(Class::new(0x07fffffe87fffffe03ff200100000000, ""), 1),
);
static TOKEN_MODEL_TYPE_PATTERN: Pattern = Pattern::new(
    "[A-Za-z0-9-_=.]+",
    Matcher::Each(Class::new(0x07fffffe87fffffe23ff600000000000, ""), 1),
);
static RESTORE_ID_TYPE_PATTERN: Pattern = Pattern::new(
    r"^[0-9a-f]{8}\b-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-\b[0-9a-f]{12}$",
    Matcher::regex(r"^(?:^[0-9a-f]{8}\b-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-\b[0-9a-f]{12}$)$"),
);
static SECRET_HASH_TYPE_PATTERN: Pattern = Pattern::new(
    r"[\w+=/]+",
    Matcher::Each(Class::new(0x07fffffe87fffffe23ff880000000000, ""), 1),
);
static CIMD_POLICY_NAME_TYPE_PATTERN: Pattern = Pattern::new(
    r"[\p{L}\p{M}\p{S}\p{N}\p{P}\p{Z}]+",
    Matcher::Each(Class::new(0x7fffffffffffffffffffffff00000000, "LMNPSZ"), 1),
);
static URL_PATTERN_TYPE_PATTERN: Pattern = Pattern::new(
    r"^https://[!$-;=@-\[\]_a-z~]+$",
    Matcher::regex(r"^(?:^https://[!$-;=@-\[\]_a-z~]+$)$"),
);
static PROVIDER_NAME_TYPE_V2_PATTERN: Pattern = Pattern::new(
    r"[^_\p{Z}][\p{L}\p{M}\p{S}\p{N}\p{P}][^_\p{Z}]+",
    Matcher::regex(r"^(?:[^_\p{Z}][\p{L}\p{M}\p{S}\p{N}\p{P}][^_\p{Z}]+)$"),
);
static IDP_IDENTIFIER_TYPE_PATTERN: Pattern = Pattern::new(
    r"[\w\s+=.@-]+",
    Matcher::Each(Class::new(0x07fffffe87ffffff23ff680100003e00, ""), 1),
);
static ACR_MAPPING_KEY_TYPE_PATTERN: Pattern =
    Pattern::new("Level[1-4]", Matcher::regex("^(?:Level[1-4])$"));
static RESOURCE_SERVER_NAME_TYPE_PATTERN: Pattern = Pattern::new(
    r"[\w\s+=,.@-]+",
    Matcher::Each(Class::new(0x07fffffe87ffffff23ff780100003e00, ""), 1),
);
static TERMS_NAME_TYPE_PATTERN: Pattern = Pattern::new(
    "^(terms-of-use|privacy-policy)$",
    Matcher::regex("^(?:^(terms-of-use|privacy-policy)$)$"),
);
static LANGUAGE_ID_TYPE_PATTERN: Pattern = Pattern::new(
    "^cognito:(default|dutch|english|french|spanish|german|bahasa-indonesia|italian|japanese|korean|portuguese-brazil|chinese-(simplified|traditional))$",
    Matcher::regex(
        "^(?:^cognito:(default|dutch|english|french|spanish|german|bahasa-indonesia|italian|japanese|korean|portuguese-brazil|chinese-(simplified|traditional))$)$",
    ),
);
static LINK_URL_TYPE_PATTERN: Pattern = Pattern::new(
    r"^[\p{L}\p{M}\p{S}\p{N}\p{P}]+$",
    Matcher::Each(Class::new(0x7ffffffffffffffffffffffe00000000, "LMNPS"), 1),
);
static CLIENT_NAME_TYPE_PATTERN: Pattern = Pattern::new(
    r"[\w\s+=,.@-]+",
    Matcher::Each(Class::new(0x07fffffe87ffffff23ff780100003e00, ""), 1),
)
.also_after("_custom_id_:");
static DOMAIN_TYPE_PATTERN: Pattern = Pattern::new(
    r"^[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?$",
    Matcher::Custom(left_to_the_operation),
);
static SMS_VERIFICATION_MESSAGE_TYPE_PATTERN: Pattern = Pattern::new(
    r".*\{####\}.*",
    Matcher::regex(r"^(?:[^\n\r\u{85}\u{2028}\u{2029}]*\{####\}[^\n\r\u{85}\u{2028}\u{2029}]*)$"),
);
static EMAIL_VERIFICATION_MESSAGE_TYPE_PATTERN: Pattern = Pattern::new(
    r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*\{####\}[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*",
    Matcher::regex(
        r"^(?:[\p{L}\p{M}\p{S}\p{N}\p{P} \t\n\x0B\f\r*]*\{####\}[\p{L}\p{M}\p{S}\p{N}\p{P} \t\n\x0B\f\r*]*)$",
    ),
);
static EMAIL_VERIFICATION_SUBJECT_TYPE_PATTERN: Pattern = Pattern::new(
    r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s]+",
    Matcher::Each(Class::new(0x7fffffffffffffffffffffff00003e00, "LMNPS"), 1),
);
static CIMD_POLICY_ID_TYPE_PATTERN: Pattern = Pattern::new(
    "^[a-z0-9]+$",
    Matcher::Each(Class::new(0x07fffffe0000000003ff000000000000, ""), 1),
);
static MANAGED_LOGIN_BRANDING_ID_TYPE_PATTERN: Pattern = Pattern::new(
    "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[4][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}$",
    Matcher::regex(
        "^(?:^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[4][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}$)$",
    ),
);
static USER_IMPORT_JOB_ID_TYPE_PATTERN: Pattern = Pattern::new(
    "import-[0-9a-zA-Z-]+",
    Matcher::regex("^(?:import-[0-9a-zA-Z-]+)$"),
);
static EMAIL_ADDRESS_TYPE_PATTERN: Pattern = Pattern::new(
    r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+@[\p{L}\p{M}\p{S}\p{N}\p{P}]+",
    Matcher::regex(r"^(?:[\p{L}\p{M}\p{S}\p{N}\p{P}]+@[\p{L}\p{M}\p{S}\p{N}\p{P}]+)$"),
);
static SES_CONFIGURATION_SET_PATTERN: Pattern = Pattern::new(
    "^[a-zA-Z0-9_-]+$",
    Matcher::Each(Class::new(0x07fffffe87fffffe03ff200000000000, ""), 1),
);
static GET_DERIVED_TOKEN_TOKEN_MODEL_TYPE_PATTERN: Pattern = Pattern::new(
    "[A-Za-z0-9-_+/=.]+",
    Matcher::Each(Class::new(0x07fffffe87fffffe23ffe80000000000, ""), 1),
);
static SMS_INVITE_MESSAGE_TYPE_PATTERN: Pattern = Pattern::new("(?s).*", Matcher::Anything);
static EMAIL_INVITE_MESSAGE_TYPE_PATTERN: Pattern = Pattern::new(
    r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*",
    Matcher::Each(Class::new(0x7fffffffffffffffffffffff00003e00, "LMNPS"), 0),
);
static EMAIL_NOTIFICATION_BODY_TYPE_PATTERN: Pattern = Pattern::new(
    r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]+",
    Matcher::Each(Class::new(0x7fffffffffffffffffffffff00003e00, "LMNPS"), 1),
);
static RESOURCE_SERVER_SCOPE_NAME_TYPE_PATTERN: Pattern = Pattern::new(
    r"[\x21\x23-\x2E\x30-\x5B\x5D-\x7E]+",
    Matcher::Each(Class::new(0x7fffffffefffffffffff7ffa00000000, ""), 1),
);
static S3_ARN_TYPE_PATTERN: Pattern = Pattern::new(
    r"arn:[\w+=/,.@-]+:[\w+=/,.@-]+:::[\w+=/,.@-]+(:[\w+=/,.@-]+)?(:[\w+=/,.@-]+)?",
    Matcher::regex(
        "^(?:arn:[0-9A-Za-z_+=/,.@-]+:[0-9A-Za-z_+=/,.@-]+:::[0-9A-Za-z_+=/,.@-]+(:[0-9A-Za-z_+=/,.@-]+)?(:[0-9A-Za-z_+=/,.@-]+)?)$",
    ),
);
static OPTIONAL_ARN_TYPE_PATTERN: Pattern = Pattern::new(
    r"(arn:[\w+=/,.@-]+:[\w+=/,.@-]+:([\w+=/,.@-]*)?:[0-9]+:[\w+=/,.@-]+(:[\w+=/,.@-]+)?(:[\w+=/,.@-]+)?)?",
    Matcher::regex(
        "^(?:(arn:[0-9A-Za-z_+=/,.@-]+:[0-9A-Za-z_+=/,.@-]+:([0-9A-Za-z_+=/,.@-]*)?:[0-9]+:[0-9A-Za-z_+=/,.@-]+(:[0-9A-Za-z_+=/,.@-]+)?(:[0-9A-Za-z_+=/,.@-]+)?)?)$",
    ),
);
static METADATA_URL_TYPE_PATTERN: Pattern = Pattern::new(
    r"^https://[^\s]+$",
    Matcher::regex(r"^(?:^https://[^ \t\n\x0B\f\r]+$)$"),
);
static EMAIL_VERIFICATION_MESSAGE_BY_LINK_TYPE_PATTERN: Pattern = Pattern::new(
    r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*\{##[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*##\}[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*",
    Matcher::regex(
        r"^(?:[\p{L}\p{M}\p{S}\p{N}\p{P} \t\n\x0B\f\r*]*\{##[\p{L}\p{M}\p{S}\p{N}\p{P} \t\n\x0B\f\r*]*##\}[\p{L}\p{M}\p{S}\p{N}\p{P} \t\n\x0B\f\r*]*)$",
    ),
);
static SOFTWARE_TOKEN_MFA_USER_CODE_TYPE_PATTERN: Pattern = Pattern::new(
    "[0-9]+",
    Matcher::Each(Class::new(0x000000000000000003ff000000000000, ""), 1),
);

/// Every pattern of this service, so that a test can try each.
#[cfg(test)]
pub(super) static PATTERNS: &[&Pattern] = &[
    &ACR_VALUE_TYPE_PATTERN,
    &USER_POOL_ID_TYPE_PATTERN,
    &CLIENT_ID_TYPE_PATTERN,
    &USERNAME_TYPE_PATTERN,
    &PASSWORD_TYPE_PATTERN,
    &ATTRIBUTE_NAME_TYPE_PATTERN,
    &DEVICE_KEY_TYPE_PATTERN,
    &SEARCH_PAGINATION_TOKEN_TYPE_PATTERN,
    &SESSION_ID_TYPE_PATTERN,
    &EVENT_ID_TYPE_PATTERN,
    &HEX_STRING_TYPE_PATTERN,
    &ARN_TYPE_PATTERN,
    &RESOURCE_ID_TYPE_PATTERN,
    &TOKEN_MODEL_TYPE_PATTERN,
    &RESTORE_ID_TYPE_PATTERN,
    &SECRET_HASH_TYPE_PATTERN,
    &CIMD_POLICY_NAME_TYPE_PATTERN,
    &URL_PATTERN_TYPE_PATTERN,
    &PROVIDER_NAME_TYPE_V2_PATTERN,
    &IDP_IDENTIFIER_TYPE_PATTERN,
    &ACR_MAPPING_KEY_TYPE_PATTERN,
    &RESOURCE_SERVER_NAME_TYPE_PATTERN,
    &TERMS_NAME_TYPE_PATTERN,
    &LANGUAGE_ID_TYPE_PATTERN,
    &LINK_URL_TYPE_PATTERN,
    &CLIENT_NAME_TYPE_PATTERN,
    &DOMAIN_TYPE_PATTERN,
    &SMS_VERIFICATION_MESSAGE_TYPE_PATTERN,
    &EMAIL_VERIFICATION_MESSAGE_TYPE_PATTERN,
    &EMAIL_VERIFICATION_SUBJECT_TYPE_PATTERN,
    &CIMD_POLICY_ID_TYPE_PATTERN,
    &MANAGED_LOGIN_BRANDING_ID_TYPE_PATTERN,
    &USER_IMPORT_JOB_ID_TYPE_PATTERN,
    &EMAIL_ADDRESS_TYPE_PATTERN,
    &SES_CONFIGURATION_SET_PATTERN,
    &GET_DERIVED_TOKEN_TOKEN_MODEL_TYPE_PATTERN,
    &SMS_INVITE_MESSAGE_TYPE_PATTERN,
    &EMAIL_INVITE_MESSAGE_TYPE_PATTERN,
    &EMAIL_NOTIFICATION_BODY_TYPE_PATTERN,
    &RESOURCE_SERVER_SCOPE_NAME_TYPE_PATTERN,
    &S3_ARN_TYPE_PATTERN,
    &OPTIONAL_ARN_TYPE_PATTERN,
    &METADATA_URL_TYPE_PATTERN,
    &EMAIL_VERIFICATION_MESSAGE_BY_LINK_TYPE_PATTERN,
    &SOFTWARE_TOKEN_MFA_USER_CODE_TYPE_PATTERN,
];
