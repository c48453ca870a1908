//! What a pool serves while a point-in-time recovery of it is active.
//!
//! "InitiatePointInTimeRecovery", API reference: operations that write to the pool are blocked, sign-ins
//! and reads go on, but for the three challenges below; no import job is created or started. Inferred:
//! that settings count as writes too; that signing out and what is told of an auth event do not, since a
//! secondary Region, which takes no writes either, serves them; that the exception is
//! OperationNotEnabledException, so that operations which do not declare it (of app client secrets,
//! identity providers and log delivery) go on.
//!
//! This is the door. What is on its way already finds the pause at its change
//! ([`crate::store::user_pool`]).

use super::addressee::check_caller;
use super::members::Members;
use super::regions::PRIMARY_CHALLENGES;
use crate::context::Context;
use crate::error::CognitoError;
use crate::model::cognito_idp::Operation;

/// Checks a request to a pool that may be paused, before its operation looks at it.
///
/// # Errors
/// OperationNotEnabledException for what waits until the recovery is over.
pub(super) fn admit(
    cx: &Context,
    operation: Operation,
    members: &Members<'_>,
) -> Result<(), CognitoError> {
    if !cx.recoveries.any() || !waits(operation, members) {
        return Ok(());
    }
    let now = cx.now();
    let pool = members.addressee(cx).pool.as_ref();
    let active = pool.and_then(|pool| pool.read(|state| state.recoveries.active(now).cloned()));
    match active {
        Some(recovery) => {
            check_caller(cx, members)?;
            Err(recovery.refusal())
        }
        None => Ok(()),
    }
}

fn waits(operation: Operation, members: &Members<'_>) -> bool {
    match kind(operation) {
        Kind::Write => true,
        Kind::Answer => members
            .text("ChallengeName")
            .is_some_and(|name| PRIMARY_CHALLENGES.contains(&name)),
        Kind::Other => false,
    }
}

/// What an operation does with a pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Changes what the pool holds, or its settings.
    Write,
    /// Answers a challenge.
    Answer,
    /// Signs in or out, reads, is about a recovery, or is not about a pool that is there.
    Other,
}

fn kind(operation: Operation) -> Kind {
    match operation {
        Operation::AddCustomAttributes
        | Operation::AdminAddUserToGroup
        | Operation::AdminConfirmSignUp
        | Operation::AdminCreateUser
        | Operation::AdminDeleteSoftwareToken
        | Operation::AdminDeleteUser
        | Operation::AdminDeleteUserAttributes
        | Operation::AdminDisableProviderForUser
        | Operation::AdminDisableUser
        | Operation::AdminEnableUser
        | Operation::AdminForgetDevice
        | Operation::AdminLinkProviderForUser
        | Operation::AdminRemoveUserFromGroup
        | Operation::AdminResetUserPassword
        | Operation::AdminSetUserMFAPreference
        | Operation::AdminSetUserPassword
        | Operation::AdminSetUserSettings
        | Operation::AdminUpdateDeviceStatus
        | Operation::AdminUpdateUserAttributes
        | Operation::AssociateSoftwareToken
        | Operation::ChangePassword
        | Operation::CompleteWebAuthnRegistration
        | Operation::ConfirmDevice
        | Operation::ConfirmForgotPassword
        | Operation::ConfirmSignUp
        | Operation::CreateCIMDPolicy
        | Operation::CreateGroup
        | Operation::CreateManagedLoginBranding
        | Operation::CreateResourceServer
        | Operation::CreateTerms
        | Operation::CreateUserImportJob
        | Operation::CreateUserPoolClient
        | Operation::CreateUserPoolDomain
        | Operation::CreateUserPoolReplica
        | Operation::DeleteCIMDPolicy
        | Operation::DeleteGroup
        | Operation::DeleteManagedLoginBranding
        | Operation::DeleteResourceServer
        | Operation::DeleteTerms
        | Operation::DeleteUser
        | Operation::DeleteUserAttributes
        | Operation::DeleteUserPool
        | Operation::DeleteUserPoolClient
        | Operation::DeleteUserPoolDomain
        | Operation::DeleteUserPoolReplica
        | Operation::DeleteWebAuthnCredential
        | Operation::ForgetDevice
        | Operation::ForgotPassword
        | Operation::GetUserAttributeVerificationCode
        | Operation::ResendConfirmationCode
        | Operation::SetRiskConfiguration
        | Operation::SetUICustomization
        | Operation::SetUserMFAPreference
        | Operation::SetUserPoolClientSessionConfiguration
        | Operation::SetUserPoolMfaConfig
        | Operation::SetUserPoolSessionConfiguration
        | Operation::SetUserSettings
        | Operation::SignUp
        | Operation::StartUserImportJob
        | Operation::StartWebAuthnRegistration
        | Operation::StopUserImportJob
        | Operation::TagResource
        | Operation::UntagResource
        | Operation::UpdateCIMDPolicy
        | Operation::UpdateClientMetadataURLState
        | Operation::UpdateDeviceStatus
        | Operation::UpdateGroup
        | Operation::UpdateManagedLoginBranding
        | Operation::UpdateResourceServer
        | Operation::UpdateTerms
        | Operation::UpdateUserAttributes
        | Operation::UpdateUserPool
        | Operation::UpdateUserPoolClient
        | Operation::UpdateUserPoolDomain
        | Operation::UpdateUserPoolReplica
        | Operation::VerifySoftwareToken
        | Operation::VerifyUserAttribute => Kind::Write,
        Operation::AdminRespondToAuthChallenge | Operation::RespondToAuthChallenge => Kind::Answer,
        Operation::AddUserPoolClientSecret
        | Operation::AdminGetDevice
        | Operation::AdminGetUser
        | Operation::AdminGetUserAuthFactors
        | Operation::AdminInitiateAuth
        | Operation::AdminListDevices
        | Operation::AdminListGroupsForUser
        | Operation::AdminListUserAuthEvents
        | Operation::AdminListUserSessions
        | Operation::AdminRevokeUserSession
        | Operation::AdminUpdateAuthEventFeedback
        | Operation::AdminUserGlobalSignOut
        | Operation::CancelPointInTimeRecovery
        | Operation::CreateIdentityProvider
        | Operation::CreateUserPool
        | Operation::DeleteIdentityProvider
        | Operation::DeleteUserPoolClientSecret
        | Operation::DescribeCIMDPolicy
        | Operation::DescribeIdentityProvider
        | Operation::DescribeManagedLoginBranding
        | Operation::DescribeManagedLoginBrandingByClient
        | Operation::DescribePointInTimeRecovery
        | Operation::DescribeResourceServer
        | Operation::DescribeRiskConfiguration
        | Operation::DescribeTerms
        | Operation::DescribeTermsByClient
        | Operation::DescribeUserImportJob
        | Operation::DescribeUserPool
        | Operation::DescribeUserPoolClient
        | Operation::DescribeUserPoolDomain
        | Operation::GetCSVHeader
        | Operation::GetClientToken
        | Operation::GetDerivedToken
        | Operation::GetDevice
        | Operation::GetGroup
        | Operation::GetIdentityProviderByIdentifier
        | Operation::GetLogDeliveryConfiguration
        | Operation::GetProvisionedLimit
        | Operation::GetSigningCertificate
        | Operation::GetTokensFromRefreshToken
        | Operation::GetUICustomization
        | Operation::GetUser
        | Operation::GetUserAuthFactors
        | Operation::GetUserPoolClientSessionConfiguration
        | Operation::GetUserPoolMfaConfig
        | Operation::GetUserPoolSessionConfiguration
        | Operation::GlobalSignOut
        | Operation::InitiateAuth
        | Operation::InitiatePointInTimeRecovery
        | Operation::ListCIMDPolicies
        | Operation::ListClientMetadataURLs
        | Operation::ListDevices
        | Operation::ListGroups
        | Operation::ListIdentityProviders
        | Operation::ListPointInTimeRecoveries
        | Operation::ListResourceServers
        | Operation::ListTagsForResource
        | Operation::ListTerms
        | Operation::ListUserImportJobs
        | Operation::ListUserPoolClientSecrets
        | Operation::ListUserPoolClients
        | Operation::ListUserPoolReplicas
        | Operation::ListUserPools
        | Operation::ListUserSessions
        | Operation::ListUsers
        | Operation::ListUsersInGroup
        | Operation::ListWebAuthnCredentials
        | Operation::RevokeToken
        | Operation::RevokeUserSession
        | Operation::SetLogDeliveryConfiguration
        | Operation::StartPointInTimeRecovery
        | Operation::UpdateAuthEventFeedback
        | Operation::UpdateIdentityProvider
        | Operation::UpdateProvisionedLimit => Kind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_reads_by_its_name_is_no_write() {
        for operation in Operation::ALL {
            let name = operation.name().trim_start_matches("Admin");
            let reads = ["Describe", "Get", "List"];
            // It sends a code, and keeps it.
            let sends = *operation == Operation::GetUserAttributeVerificationCode;
            if !sends && reads.iter().any(|prefix| name.starts_with(prefix)) {
                assert_eq!(kind(*operation), Kind::Other, "{operation}");
            }
        }
    }

    #[test]
    fn whatever_waits_declares_the_exception() {
        for operation in Operation::ALL {
            let declared = operation.declared_errors();
            if kind(*operation) != Kind::Other {
                let says = declared.contains(&"OperationNotEnabledException");
                assert!(says, "{operation}");
            }
        }
    }

    #[test]
    fn what_makes_changes_or_takes_away_by_its_name_is_a_write() {
        let is_other = [
            "CreateUserPool",
            "UpdateAuthEventFeedback",
            "UpdateProvisionedLimit",
        ];
        for operation in Operation::ALL {
            let name = operation.name().trim_start_matches("Admin");
            let writes = [
                "Add", "Create", "Delete", "Disable", "Enable", "Set", "Update",
            ];
            let errors = operation.declared_errors();
            let may_wait =
                errors.contains(&"OperationNotEnabledException") && !is_other.contains(&name);
            if may_wait && writes.iter().any(|prefix| name.starts_with(prefix)) {
                assert_eq!(kind(*operation), Kind::Write, "{operation}");
            }
        }
    }
}
