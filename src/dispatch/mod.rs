//! Operation → function: the one place that knows which function serves which operation.
//!
//! Both matches are exhaustive, without a catch-all arm: an operation that a newer model brings does
//! not compile until someone decides about it. The operations not served yet stand in one arm, by
//! name.

mod addressee;
pub mod call;
pub mod faults;
pub mod journal;
mod members;
pub mod near_misses;
pub(crate) mod paused;
pub(crate) mod quotas;
pub mod regions;

use serde_json::Value;

use self::call::Call;
use self::members::Members;
use crate::context::Context;
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::Operation;
use crate::model::{
    Decode, DecodeError, Encode, cognito_identity, constraint_message, decode, to_json,
};
use crate::user_pool::accounts::{admin_users, create_user, forgot_password, profile, sign_up};
use crate::user_pool::app_clients::{self, resource_servers};
use crate::user_pool::auth::{self, refresh, sign_out};
use crate::user_pool::branding::{domains, managed_login, terms, ui_customization};
use crate::user_pool::messages::log_delivery;
use crate::user_pool::pools::{self, mfa_config, provisioned_limits, replicas, schema, tags};
use crate::user_pool::tokens::client_token;
use crate::user_pool::users::{groups, list};
use crate::user_pool::{
    client_id_metadata, devices, identity_providers, import_jobs, mfa, passkeys, recovery,
    sessions, threat_protection, token_exchange,
};

/// Serves a call: the body of its answer, empty where the operation has no output.
///
/// # Errors
/// Whatever the operation refuses.
pub async fn serve(cx: &Context, call: &Call) -> Result<Vec<u8>, CognitoError> {
    let outcome = match call.operation {
        call::Operation::UserPool(operation) => user_pool(cx, operation, call).await,
        call::Operation::IdentityPool(operation) => identity_pool(operation),
    };
    outcome.map_err(|refused| near_misses::explained(cx, call, refused))
}

async fn user_pool(
    cx: &Context,
    operation: Operation,
    call: &Call,
) -> Result<Vec<u8>, CognitoError> {
    let body = call.body();
    macro_rules! call {
        ($run:path) => {
            answer($run(cx, admitted(cx, operation, body)?)?)
        };
    }
    // Boxed, or the future of every call would be as large as the largest of these, and moving it
    // would cost a read more than its work.
    macro_rules! call_async {
        ($run:path) => {
            answer(Box::pin($run(cx, admitted(cx, operation, body)?)).await?)
        };
    }
    Ok(match operation {
        Operation::AddCustomAttributes => call!(schema::add_custom_attributes),
        Operation::AddUserPoolClientSecret => call!(app_clients::add_user_pool_client_secret),
        Operation::AdminAddUserToGroup => call!(groups::admin_add_user_to_group),
        Operation::AdminConfirmSignUp => call_async!(admin_users::admin_confirm_sign_up),
        Operation::AdminCreateUser => call_async!(create_user::admin_create_user),
        Operation::AdminDeleteSoftwareToken => call!(mfa::admin_delete_software_token),
        Operation::AdminDeleteUser => call!(admin_users::admin_delete_user),
        Operation::AdminDeleteUserAttributes => call!(admin_users::admin_delete_user_attributes),
        Operation::AdminDisableProviderForUser => {
            call!(identity_providers::admin_disable_provider_for_user)
        }
        Operation::AdminDisableUser => call!(admin_users::admin_disable_user),
        Operation::AdminEnableUser => call!(admin_users::admin_enable_user),
        Operation::AdminForgetDevice => call!(devices::admin_forget_device),
        Operation::AdminGetDevice => call!(devices::admin_get_device),
        Operation::AdminGetUser => call!(admin_users::admin_get_user),
        Operation::AdminGetUserAuthFactors => call!(mfa::admin_get_user_auth_factors),
        Operation::AdminInitiateAuth => call_async!(auth::admin_initiate_auth),
        Operation::AdminLinkProviderForUser => {
            call!(identity_providers::admin_link_provider_for_user)
        }
        Operation::AdminListDevices => call!(devices::admin_list_devices),
        Operation::AdminListGroupsForUser => call!(groups::admin_list_groups_for_user),
        Operation::AdminListUserAuthEvents => call!(threat_protection::admin_list_user_auth_events),
        Operation::AdminListUserSessions => {
            call!(sessions::admin_list_user_sessions)
        }
        Operation::AdminRemoveUserFromGroup => call!(groups::admin_remove_user_from_group),
        Operation::AdminResetUserPassword => call_async!(admin_users::admin_reset_user_password),
        Operation::AdminRespondToAuthChallenge => {
            call_async!(auth::admin_respond_to_auth_challenge)
        }
        Operation::AdminRevokeUserSession => {
            call!(sessions::admin_revoke_user_session)
        }
        Operation::AdminSetUserMFAPreference => call!(mfa::admin_set_user_mfa_preference),
        Operation::AdminSetUserPassword => call!(admin_users::admin_set_user_password),
        Operation::AdminSetUserSettings => call!(mfa::admin_set_user_settings),
        Operation::AdminUpdateAuthEventFeedback => {
            call!(threat_protection::admin_update_auth_event_feedback)
        }
        Operation::AdminUpdateDeviceStatus => call!(devices::admin_update_device_status),
        Operation::AdminUpdateUserAttributes => {
            call_async!(admin_users::admin_update_user_attributes)
        }
        Operation::AdminUserGlobalSignOut => call!(admin_users::admin_user_global_sign_out),
        Operation::AssociateSoftwareToken => call!(mfa::associate_software_token),
        Operation::CancelPointInTimeRecovery => call!(recovery::cancel_point_in_time_recovery),
        Operation::ChangePassword => call_async!(forgot_password::change_password),
        Operation::CompleteWebAuthnRegistration => {
            call_async!(passkeys::complete_web_authn_registration)
        }
        Operation::ConfirmDevice => call!(devices::confirm_device),
        Operation::ConfirmForgotPassword => call_async!(forgot_password::confirm_forgot_password),
        Operation::ConfirmSignUp => call_async!(sign_up::confirm_sign_up),
        Operation::CreateCIMDPolicy => call!(client_id_metadata::create_cimd_policy),
        Operation::CreateGroup => call!(groups::create_group),
        Operation::CreateIdentityProvider => {
            call_async!(identity_providers::create_identity_provider)
        }
        Operation::CreateManagedLoginBranding => {
            call!(managed_login::create_managed_login_branding)
        }
        Operation::CreateResourceServer => call!(resource_servers::create_resource_server),
        Operation::CreateTerms => call!(terms::create_terms),
        Operation::CreateUserImportJob => call!(import_jobs::create_user_import_job),
        Operation::CreateUserPool => call!(pools::create_user_pool),
        Operation::CreateUserPoolClient => call!(app_clients::create_user_pool_client),
        Operation::CreateUserPoolDomain => call!(domains::create_user_pool_domain),
        Operation::CreateUserPoolReplica => call!(replicas::create_user_pool_replica),
        Operation::DeleteCIMDPolicy => call!(client_id_metadata::delete_cimd_policy),
        Operation::DeleteGroup => call!(groups::delete_group),
        Operation::DeleteIdentityProvider => call!(identity_providers::delete_identity_provider),
        Operation::DeleteManagedLoginBranding => {
            call!(managed_login::delete_managed_login_branding)
        }
        Operation::DeleteResourceServer => call!(resource_servers::delete_resource_server),
        Operation::DeleteTerms => call!(terms::delete_terms),
        Operation::DeleteUser => call!(profile::delete_user),
        Operation::DeleteUserAttributes => call!(profile::delete_user_attributes),
        Operation::DeleteUserPool => call!(pools::delete_user_pool),
        Operation::DeleteUserPoolClient => call!(app_clients::delete_user_pool_client),
        Operation::DeleteUserPoolClientSecret => call!(app_clients::delete_user_pool_client_secret),
        Operation::DeleteUserPoolDomain => call!(domains::delete_user_pool_domain),
        Operation::DeleteUserPoolReplica => call!(replicas::delete_user_pool_replica),
        Operation::DeleteWebAuthnCredential => call!(passkeys::delete_web_authn_credential),
        Operation::DescribeCIMDPolicy => call!(client_id_metadata::describe_cimd_policy),
        Operation::DescribeIdentityProvider => {
            call!(identity_providers::describe_identity_provider)
        }
        Operation::DescribeManagedLoginBranding => {
            call!(managed_login::describe_managed_login_branding)
        }
        Operation::DescribeManagedLoginBrandingByClient => {
            call!(managed_login::describe_managed_login_branding_by_client)
        }
        Operation::DescribePointInTimeRecovery => call!(recovery::describe_point_in_time_recovery),
        Operation::DescribeResourceServer => call!(resource_servers::describe_resource_server),
        Operation::DescribeRiskConfiguration => {
            call!(threat_protection::describe_risk_configuration)
        }
        Operation::DescribeTerms => call!(terms::describe_terms),
        Operation::DescribeTermsByClient => call!(terms::describe_terms_by_client),
        Operation::DescribeUserImportJob => call!(import_jobs::describe_user_import_job),
        Operation::DescribeUserPool => call!(pools::describe_user_pool),
        Operation::DescribeUserPoolClient => call!(app_clients::describe_user_pool_client),
        Operation::DescribeUserPoolDomain => call!(domains::describe_user_pool_domain),
        Operation::ForgetDevice => call!(devices::forget_device),
        Operation::ForgotPassword => call_async!(forgot_password::forgot_password),
        Operation::GetCSVHeader => call!(import_jobs::get_csv_header),
        Operation::GetClientToken => call_async!(client_token::get_client_token),
        Operation::GetDerivedToken => call_async!(token_exchange::get_derived_token),
        Operation::GetDevice => call!(devices::get_device),
        Operation::GetGroup => call!(groups::get_group),
        Operation::GetIdentityProviderByIdentifier => {
            call!(identity_providers::get_identity_provider_by_identifier)
        }
        Operation::GetLogDeliveryConfiguration => {
            call!(log_delivery::get_log_delivery_configuration)
        }
        Operation::GetProvisionedLimit => call!(provisioned_limits::get_provisioned_limit),
        Operation::GetSigningCertificate => {
            call_async!(identity_providers::get_signing_certificate)
        }
        Operation::GetTokensFromRefreshToken => {
            call_async!(refresh::get_tokens_from_refresh_token)
        }
        Operation::GetUICustomization => call!(ui_customization::get_ui_customization),
        Operation::GetUser => call!(profile::get_user),
        Operation::GetUserAttributeVerificationCode => {
            call_async!(profile::get_user_attribute_verification_code)
        }
        Operation::GetUserAuthFactors => call!(mfa::get_user_auth_factors),
        Operation::GetUserPoolClientSessionConfiguration => {
            call!(sessions::get_user_pool_client_session_configuration)
        }
        Operation::GetUserPoolMfaConfig => call!(mfa_config::get_user_pool_mfa_config),
        Operation::GetUserPoolSessionConfiguration => {
            call!(sessions::get_user_pool_session_configuration)
        }
        Operation::GlobalSignOut => call!(sign_out::global_sign_out),
        Operation::InitiateAuth => call_async!(auth::initiate_auth),
        Operation::InitiatePointInTimeRecovery => call!(recovery::initiate_point_in_time_recovery),
        Operation::ListCIMDPolicies => call!(client_id_metadata::list_cimd_policies),
        Operation::ListClientMetadataURLs => call!(client_id_metadata::list_client_metadata_urls),
        Operation::ListDevices => call!(devices::list_devices),
        Operation::ListGroups => call!(groups::list_groups),
        Operation::ListIdentityProviders => call!(identity_providers::list_identity_providers),
        Operation::ListPointInTimeRecoveries => call!(recovery::list_point_in_time_recoveries),
        Operation::ListResourceServers => call!(resource_servers::list_resource_servers),
        Operation::ListTagsForResource => call!(tags::list_tags_for_resource),
        Operation::ListTerms => call!(terms::list_terms),
        Operation::ListUserImportJobs => call!(import_jobs::list_user_import_jobs),
        Operation::ListUserPoolClientSecrets => call!(app_clients::list_user_pool_client_secrets),
        Operation::ListUserPoolClients => call!(app_clients::list_user_pool_clients),
        Operation::ListUserPoolReplicas => call!(replicas::list_user_pool_replicas),
        Operation::ListUserPools => call!(pools::list_user_pools),
        Operation::ListUserSessions => {
            call!(sessions::list_user_sessions)
        }
        Operation::ListUsers => call!(list::list_users),
        Operation::ListUsersInGroup => call!(groups::list_users_in_group),
        Operation::ListWebAuthnCredentials => call!(passkeys::list_web_authn_credentials),
        Operation::ResendConfirmationCode => call_async!(sign_up::resend_confirmation_code),
        Operation::RespondToAuthChallenge => call_async!(auth::respond_to_auth_challenge),
        Operation::RevokeToken => call!(sign_out::revoke_token),
        Operation::RevokeUserSession => {
            call!(sessions::revoke_user_session)
        }
        Operation::SetLogDeliveryConfiguration => {
            call!(log_delivery::set_log_delivery_configuration)
        }
        Operation::SetRiskConfiguration => call!(threat_protection::set_risk_configuration),
        Operation::SetUICustomization => call!(ui_customization::set_ui_customization),
        Operation::SetUserMFAPreference => call!(mfa::set_user_mfa_preference),
        Operation::SetUserPoolClientSessionConfiguration => {
            call!(sessions::set_user_pool_client_session_configuration)
        }
        Operation::SetUserPoolMfaConfig => call!(mfa_config::set_user_pool_mfa_config),
        Operation::SetUserPoolSessionConfiguration => {
            call!(sessions::set_user_pool_session_configuration)
        }
        Operation::SetUserSettings => call!(mfa::set_user_settings),
        Operation::SignUp => call_async!(sign_up::sign_up),
        Operation::StartPointInTimeRecovery => call!(recovery::start_point_in_time_recovery),
        Operation::StartUserImportJob => call!(import_jobs::start_user_import_job),
        Operation::StartWebAuthnRegistration => call!(passkeys::start_web_authn_registration),
        Operation::StopUserImportJob => call!(import_jobs::stop_user_import_job),
        Operation::TagResource => call!(tags::tag_resource),
        Operation::UntagResource => call!(tags::untag_resource),
        Operation::UpdateAuthEventFeedback => call!(threat_protection::update_auth_event_feedback),
        Operation::UpdateCIMDPolicy => call!(client_id_metadata::update_cimd_policy),
        Operation::UpdateClientMetadataURLState => {
            call_async!(client_id_metadata::update_client_metadata_url_state)
        }
        Operation::UpdateDeviceStatus => call!(devices::update_device_status),
        Operation::UpdateGroup => call!(groups::update_group),
        Operation::UpdateIdentityProvider => {
            call_async!(identity_providers::update_identity_provider)
        }
        Operation::UpdateManagedLoginBranding => {
            call!(managed_login::update_managed_login_branding)
        }
        Operation::UpdateProvisionedLimit => {
            call!(provisioned_limits::update_provisioned_limit)
        }
        Operation::UpdateResourceServer => call!(resource_servers::update_resource_server),
        Operation::UpdateTerms => call!(terms::update_terms),
        Operation::UpdateUserAttributes => call_async!(profile::update_user_attributes),
        Operation::UpdateUserPool => call!(pools::update_user_pool),
        Operation::UpdateUserPoolClient => call!(app_clients::update_user_pool_client),
        Operation::UpdateUserPoolDomain => call!(domains::update_user_pool_domain),
        Operation::UpdateUserPoolReplica => call!(replicas::update_user_pool_replica),
        Operation::VerifySoftwareToken => call!(mfa::verify_software_token),
        Operation::VerifyUserAttribute => call!(profile::verify_user_attribute),
    })
}

/// None is served until identity pools land.
fn identity_pool(operation: cognito_identity::Operation) -> Result<Vec<u8>, CognitoError> {
    not_served(operation.name())
}

fn not_served(operation: &str) -> Result<Vec<u8>, CognitoError> {
    Refusal::OperationNotServed {
        operation: operation.to_owned(),
    }
    .refuse("docs/operations.md lists what is served")
}

/// What an operation is given, once every gate lets it pass. Their order is the service's (inferred): the
/// request's form, the rates, whom it is about, what that one's Region and pool serve now. Behind the
/// form nothing sees a member that the operation does not have.
fn admitted<T: Decode>(
    cx: &Context,
    operation: Operation,
    body: &Value,
) -> Result<T, CognitoError> {
    let request = decode(body).map_err(refused)?;
    gates(cx, operation, &Members::of::<T>(body))?;
    Ok(request)
}

fn gates(cx: &Context, operation: Operation, members: &Members<'_>) -> Result<(), CognitoError> {
    quotas::admit(cx, operation, members)?;
    regions::admit(cx, operation, members)?;
    paused::admit(cx, operation, members)
}

fn answer<T: Encode>(output: T) -> Vec<u8> {
    to_json(&output)
}

/// What is wrong with a request before its operation looks at it.
fn refused(error: DecodeError) -> CognitoError {
    match error {
        DecodeError::Serialization(fault) => {
            let place = match fault.path.to_string() {
                path if path.is_empty() => "the body".to_owned(),
                path => path,
            };
            let reason = format!("{place} must be {}, and is {}", fault.wanted, fault.found);
            Refusal::Serialization {
                text: fault.message.unwrap_or_default(),
            }
            .because(reason)
        }
        DecodeError::Constraints(violations) => {
            let text = constraint_message(&violations);
            Refusal::Constraints { text }
                .because("the request breaks constraints of the service model; each is in the text")
        }
        // Only strict decoding reports unknown members; AWS ignores them.
        DecodeError::Unknown(unknown) => {
            let members: Vec<String> = unknown
                .iter()
                .map(|member| member.path.to_string())
                .collect();
            Refusal::Serialization {
                text: String::new(),
            }
            .because(format!("unknown members: {}", members.join(", ")))
        }
    }
}
