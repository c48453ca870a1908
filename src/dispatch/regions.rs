//! What a secondary Region serves.
//!
//! "Supported API operations in secondary Regions", developer guide:
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-multi-region.html#user-pool-multi-region-api-operations>.
//! The two lists are that page's; "operations that aren't listed here are only available in the
//! primary Region". Documented, too, is that a secondary Region takes no new password and no software
//! token; that answers to those challenges get OperationNotEnabledException is inferred.

use super::addressee::check_caller;
use super::members::Members;
use crate::context::Context;
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::Operation;
use crate::store::user_pool::UserPool;
use crate::store::user_pool::replica::Replica;
use crate::user_pool::auth::sign_out;

/// Challenges that change a user or need what is not replicated.
pub(super) const PRIMARY_CHALLENGES: [&str; 3] =
    ["NEW_PASSWORD_REQUIRED", "MFA_SETUP", "SOFTWARE_TOKEN_MFA"];

/// Whether an INACTIVE replica serves `operation`.
fn is_for_inactive(operation: Operation) -> bool {
    matches!(
        operation,
        Operation::AdminGetDevice
            | Operation::AdminGetUser
            | Operation::AdminListDevices
            | Operation::AdminListGroupsForUser
            | Operation::AdminListUserAuthEvents
            | Operation::CreateUserPoolDomain
            | Operation::DeleteUserPoolDomain
            | Operation::DescribeIdentityProvider
            | Operation::DescribeManagedLoginBranding
            | Operation::DescribeManagedLoginBrandingByClient
            | Operation::DescribeResourceServer
            | Operation::DescribeRiskConfiguration
            | Operation::DescribeTerms
            | Operation::DescribeUserPool
            | Operation::DescribeUserPoolClient
            | Operation::DescribeUserPoolDomain
            | Operation::GetGroup
            | Operation::GetLogDeliveryConfiguration
            | Operation::GetSigningCertificate
            | Operation::GetUICustomization
            | Operation::GetUserPoolMfaConfig
            | Operation::ListIdentityProviders
            | Operation::ListGroups
            | Operation::ListResourceServers
            | Operation::ListTagsForResource
            | Operation::ListTerms
            | Operation::ListUserPoolClients
            | Operation::ListUserPoolClientSecrets
            | Operation::ListUserPoolReplicas
            | Operation::ListUserPools
            | Operation::ListUsers
            | Operation::ListUsersInGroup
            | Operation::SetLogDeliveryConfiguration
            | Operation::SetRiskConfiguration
            | Operation::SetUserPoolMfaConfig
            | Operation::TagResource
            | Operation::UntagResource
            | Operation::UpdateUserPool
            | Operation::UpdateUserPoolDomain
            | Operation::UpdateUserPoolReplica
    )
}

/// Whether an ACTIVE replica serves `operation` besides.
fn is_for_active(operation: Operation) -> bool {
    matches!(
        operation,
        Operation::AdminInitiateAuth
            | Operation::AdminRespondToAuthChallenge
            | Operation::AdminUpdateAuthEventFeedback
            | Operation::AdminUserGlobalSignOut
            | Operation::GetDevice
            | Operation::GetIdentityProviderByIdentifier
            | Operation::GetTokensFromRefreshToken
            | Operation::GetUser
            | Operation::GetUserAuthFactors
            | Operation::GlobalSignOut
            | Operation::InitiateAuth
            | Operation::ListDevices
            | Operation::ListWebAuthnCredentials
            | Operation::RespondToAuthChallenge
            | Operation::RevokeToken
            | Operation::UpdateAuthEventFeedback
    )
}

/// Checks a request that came to another Region than the pool's, before its operation looks at it.
/// Where the pool has no replica, operations with an administrator's credentials find out by
/// themselves; those without say it in the words for an unknown client or a wrong token (inferred).
///
/// # Errors
/// OperationNotEnabledException for what the replica there does not serve.
pub(super) fn admit(
    cx: &Context,
    operation: Operation,
    members: &Members<'_>,
) -> Result<(), CognitoError> {
    let Some(region) = cx.caller.region() else {
        return Ok(());
    };
    // Most requests name a pool by an id that tells its Region; they end here.
    let home = members
        .text("UserPoolId")
        .and_then(|id| id.split_once('_'))
        .map(|(home, _)| home);
    if home == Some(region) {
        return Ok(());
    }
    let Some(pool) = &members.addressee(cx).pool else {
        return Ok(());
    };
    if pool.region() == region {
        return Ok(());
    }
    let replica = pool.read(|state| state.replicas.secondary_in(region).cloned());
    let Some(replica) = replica else {
        // A signed caller does not get here: to that one the pool is unknown.
        return unseen(operation, members, pool.region());
    };
    check_served(cx, pool, &replica, operation, members)
}

/// Refuses what the replica of a pool does not serve.
fn check_served(
    cx: &Context,
    pool: &UserPool,
    replica: &Replica,
    operation: Operation,
    members: &Members<'_>,
) -> Result<(), CognitoError> {
    let is_served = is_for_inactive(operation) || (replica.is_active && is_for_active(operation));
    let refuse = |reason: String| {
        check_caller(cx, members)?;
        Refusal::NotInSecondaryRegion {
            operation: operation.name().to_owned(),
        }
        .refuse(reason)
    };
    if !is_served {
        let status = if replica.is_active {
            "ACTIVE"
        } else {
            "INACTIVE"
        };
        return refuse(format!(
            "{} has an {status} secondary replica in {}, which does not serve {}; call the primary \
             Region, {}",
            pool.id,
            replica.region,
            operation.name(),
            pool.region()
        ));
    }
    match members
        .text("ChallengeName")
        .filter(|name| PRIMARY_CHALLENGES.contains(name))
    {
        Some(name) => refuse(format!(
            "{name} is answered in the primary Region, {}",
            pool.region()
        )),
        None => Ok(()),
    }
}

fn unseen(operation: Operation, members: &Members<'_>, home: &str) -> Result<(), CognitoError> {
    let reason = format!("the host of the request names another Region than {home}, the pool's");
    let error = match members.text("ClientId") {
        Some(id) => Refusal::ClientUnknown { id: id.to_owned() }.because(reason),
        None => Refusal::AccessTokenInvalid.because(reason),
    };
    Err(match operation {
        Operation::RevokeToken => sign_out::as_declared(error),
        _ => error,
    })
}
