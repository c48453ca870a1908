//! The README's coverage table says what dispatch serves, and what sign-in does: both are asked.
//!
//! `UPDATE_README=1 cargo test coverage` writes the table anew.

mod flows;

use std::collections::HashSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use poolhouse::clock::Clock;
use poolhouse::context::{Caller, Context, Settings, Shared};
use poolhouse::dispatch;
use poolhouse::entropy::Entropy;
use poolhouse::error::{CognitoError, Refusal};
use poolhouse::model::cognito_identity;
use poolhouse::model::cognito_idp::{AuthFlowType, ChallengeNameType, Operation};
use poolhouse::user_pool::auth::to_come;

const BEGIN: &str = "<!-- coverage -->\n";
const END: &str = "<!-- /coverage -->";

/// A row of the table each: what the operations are about, and their names.
const CAPABILITIES: [(&str, &str); 22] = [
    (
        "User pools",
        "CreateUserPool DescribeUserPool UpdateUserPool DeleteUserPool ListUserPools \
         AddCustomAttributes GetUserPoolMfaConfig SetUserPoolMfaConfig",
    ),
    (
        "App clients",
        "CreateUserPoolClient DescribeUserPoolClient UpdateUserPoolClient \
         DeleteUserPoolClient ListUserPoolClients AddUserPoolClientSecret \
         ListUserPoolClientSecrets DeleteUserPoolClientSecret",
    ),
    (
        "Users, by an administrator",
        "AdminCreateUser AdminGetUser AdminDeleteUser ListUsers AdminConfirmSignUp \
         AdminDisableUser AdminEnableUser AdminSetUserPassword AdminResetUserPassword \
         AdminUpdateUserAttributes AdminDeleteUserAttributes AdminUserGlobalSignOut",
    ),
    (
        "Groups",
        "CreateGroup GetGroup UpdateGroup DeleteGroup ListGroups ListUsersInGroup \
         AdminAddUserToGroup AdminRemoveUserFromGroup AdminListGroupsForUser",
    ),
    ("Sign-up", "SignUp ConfirmSignUp ResendConfirmationCode"),
    (
        "Passwords",
        "ForgotPassword ConfirmForgotPassword ChangePassword",
    ),
    (
        "The signed-in user",
        "GetUser UpdateUserAttributes DeleteUserAttributes DeleteUser \
         GetUserAttributeVerificationCode VerifyUserAttribute",
    ),
    (
        "Sign-in and tokens",
        "InitiateAuth RespondToAuthChallenge AdminInitiateAuth AdminRespondToAuthChallenge \
         GetTokensFromRefreshToken RevokeToken GlobalSignOut GetClientToken GetDerivedToken",
    ),
    (
        "MFA",
        "AssociateSoftwareToken VerifySoftwareToken SetUserMFAPreference \
         AdminSetUserMFAPreference AdminDeleteSoftwareToken GetUserAuthFactors \
         AdminGetUserAuthFactors SetUserSettings AdminSetUserSettings",
    ),
    (
        "Passkeys",
        "StartWebAuthnRegistration CompleteWebAuthnRegistration ListWebAuthnCredentials \
         DeleteWebAuthnCredential",
    ),
    (
        "Devices",
        "ConfirmDevice GetDevice ListDevices UpdateDeviceStatus ForgetDevice AdminGetDevice \
         AdminListDevices AdminUpdateDeviceStatus AdminForgetDevice",
    ),
    (
        "Sessions",
        "ListUserSessions RevokeUserSession AdminListUserSessions AdminRevokeUserSession \
         GetUserPoolSessionConfiguration SetUserPoolSessionConfiguration \
         GetUserPoolClientSessionConfiguration SetUserPoolClientSessionConfiguration",
    ),
    (
        "Identity providers",
        "CreateIdentityProvider DescribeIdentityProvider UpdateIdentityProvider \
         DeleteIdentityProvider ListIdentityProviders GetIdentityProviderByIdentifier \
         GetSigningCertificate AdminLinkProviderForUser AdminDisableProviderForUser",
    ),
    (
        "Resource servers",
        "CreateResourceServer DescribeResourceServer UpdateResourceServer \
         DeleteResourceServer ListResourceServers",
    ),
    (
        "Domains",
        "CreateUserPoolDomain DescribeUserPoolDomain UpdateUserPoolDomain \
         DeleteUserPoolDomain",
    ),
    (
        "Branding",
        "GetUICustomization SetUICustomization CreateManagedLoginBranding \
         DescribeManagedLoginBranding DescribeManagedLoginBrandingByClient \
         UpdateManagedLoginBranding DeleteManagedLoginBranding",
    ),
    (
        "Terms",
        "CreateTerms DescribeTerms DescribeTermsByClient UpdateTerms DeleteTerms ListTerms",
    ),
    (
        "Threat protection and logs",
        "DescribeRiskConfiguration SetRiskConfiguration GetLogDeliveryConfiguration \
         SetLogDeliveryConfiguration AdminListUserAuthEvents AdminUpdateAuthEventFeedback \
         UpdateAuthEventFeedback",
    ),
    (
        "User import",
        "GetCSVHeader CreateUserImportJob DescribeUserImportJob ListUserImportJobs \
         StartUserImportJob StopUserImportJob",
    ),
    (
        "Replicas",
        "CreateUserPoolReplica ListUserPoolReplicas UpdateUserPoolReplica \
         DeleteUserPoolReplica",
    ),
    ("Tags", "TagResource UntagResource ListTagsForResource"),
    (
        "Provisioned limits",
        "GetProvisionedLimit UpdateProvisionedLimit",
    ),
];

#[tokio::test]
async fn the_readme_shows_what_is_served() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = fs::read_to_string(&path).expect("the README is there");
    let (before, rest) = readme
        .split_once(BEGIN)
        .expect("the README has a coverage mark");
    let (shown, after) = rest
        .split_once(END)
        .expect("the README ends its coverage table");
    let table = table(&not_served().await);
    if wants_update() {
        fs::write(&path, [before, BEGIN, &table, END, after].concat())
            .expect("the README can be written");
        return;
    }
    assert_eq!(
        shown, table,
        "write the table anew: UPDATE_README=1 cargo test coverage"
    );
}

#[test]
fn every_operation_stands_in_one_row() {
    let mut seen = HashSet::new();
    for (capability, names) in CAPABILITIES {
        for name in names.split_whitespace() {
            assert!(
                Operation::from_name(name).is_some(),
                "{capability}: the model has no {name}"
            );
            assert!(seen.insert(name), "{capability} has {name} a second time");
        }
    }
    let missing: Vec<_> = Operation::ALL
        .iter()
        .filter(|operation| !seen.contains(operation.name()))
        .collect();
    assert!(missing.is_empty(), "give these a row: {missing:?}");
}

#[tokio::test]
async fn every_operation_of_user_pools_is_served() {
    assert_eq!(not_served().await.of_user_pools, Vec::<&str>::new());
}

fn table(not_served: &NotServed) -> String {
    let all = Operation::ALL.len();
    let identity = cognito_identity::Operation::ALL.len();
    let to_come = [
        ("flows", to_come::FLOWS.map(AuthFlowType::as_str).to_vec()),
        (
            "challenges",
            to_come::CHALLENGES.map(ChallengeNameType::as_str).to_vec(),
        ),
    ];
    let mut table = format!(
        "Served are {} of the {all} operations of user pools, {} of the {identity} of identity pools.",
        all - not_served.of_user_pools.len(),
        identity - not_served.of_identity_pools.len(),
    );
    for (what, names) in to_come.iter().filter(|(_, names)| !names.is_empty()) {
        table += &format!(" Not yet: the {what} {}.", names.join(", "));
    }
    table += "\n\n| | operations |\n| --- | --- |\n";
    for (capability, names) in CAPABILITIES {
        let names: Vec<_> = names.split_whitespace().collect();
        table += &format!("| {capability} | {} |\n", names.join(", "));
    }
    table
}

/// Operations that answer that they are not served.
struct NotServed {
    of_user_pools: Vec<&'static str>,
    of_identity_pools: Vec<&'static str>,
}

/// Each operation is asked; dispatch keeps no list.
async fn not_served() -> NotServed {
    let shared = Shared::new(Clock::running(), Entropy::from_seed(1), Settings::default());
    let cx = Context::new(Arc::new(shared), Caller::default());
    let empty = serde_json::json!({});
    let mut of_user_pools = Vec::new();
    for operation in Operation::ALL {
        let answer = dispatch::user_pool(&cx, *operation, &empty).await;
        if is_not_served(&answer) {
            of_user_pools.push(operation.name());
        }
    }
    let mut of_identity_pools = Vec::new();
    for operation in cognito_identity::Operation::ALL {
        let answer = dispatch::identity_pool(&cx, *operation, &empty).await;
        if is_not_served(&answer) {
            of_identity_pools.push(operation.name());
        }
    }
    NotServed {
        of_user_pools,
        of_identity_pools,
    }
}

fn is_not_served<T>(answer: &Result<T, CognitoError>) -> bool {
    let refused = answer.as_ref().err();
    refused.is_some_and(|error| matches!(error.refusal, Refusal::OperationNotServed { .. }))
}

#[expect(
    clippy::disallowed_methods,
    reason = "a switch of this test, not of the program"
)]
fn wants_update() -> bool {
    std::env::var("UPDATE_README").is_ok_and(|value| value == "1")
}
