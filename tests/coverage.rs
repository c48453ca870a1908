//! The table of `docs/operations.md` says what dispatch serves, and what sign-in does: both are asked.
//!
//! `UPDATE_DOCS=1 cargo test coverage` writes the table anew.

mod flows;

use std::collections::HashSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use poolhouse::Emulator;
use poolhouse::clock::Clock;
use poolhouse::context::{Caller, Context, Settings, Shared};
use poolhouse::dispatch;
use poolhouse::dispatch::call::{self, Call};
use poolhouse::entropy::Entropy;
use poolhouse::error::{CognitoError, Refusal};
use poolhouse::model::cognito_identity;
use poolhouse::model::cognito_idp::Operation;

use super::http::wire::{Wire, request};

const BEGIN: &str = "<!-- coverage -->\n";
const END: &str = "<!-- /coverage -->";

/// A row of the table each: what the operations are about, and their names.
const CAPABILITIES: [(&str, &str); 24] = [
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
        "Client ID metadata documents",
        "CreateCIMDPolicy DescribeCIMDPolicy UpdateCIMDPolicy DeleteCIMDPolicy \
         ListCIMDPolicies ListClientMetadataURLs UpdateClientMetadataURLState",
    ),
    (
        "Point-in-time recovery",
        "InitiatePointInTimeRecovery DescribePointInTimeRecovery StartPointInTimeRecovery \
         CancelPointInTimeRecovery ListPointInTimeRecoveries",
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
async fn the_page_shows_what_is_served() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/operations.md");
    let page = fs::read_to_string(&path).expect("the page is there");
    let (before, rest) = page.split_once(BEGIN).expect("the page marks its table");
    let (shown, after) = rest.split_once(END).expect("the page ends its table");
    let table = table(&not_served().await);
    if wants_update() {
        fs::write(&path, [before, BEGIN, &table, END, after].concat())
            .expect("the page can be written");
        return;
    }
    assert_eq!(
        shown, table,
        "write the table anew: UPDATE_DOCS=1 cargo test coverage"
    );
}

/// What `--help` says of it.
#[tokio::test]
async fn the_help_says_what_is_served() {
    let help = <poolhouse::cli::Arguments as clap::CommandFactory>::command()
        .render_long_help()
        .to_string();
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        help.contains("Serves every operation of the user pools API"),
        "{help}"
    );
    let not_served = not_served().await;
    assert_eq!(not_served.of_user_pools, Vec::<&str>::new());
    let identity_pools =
        not_served.of_identity_pools.len() < cognito_identity::Operation::ALL.len();
    let to_come = help.split_once("Not served yet: ");
    let to_come = to_come.map_or("", |(_, rest)| {
        rest.split_once(". For").map_or(rest, |(list, _)| list)
    });
    assert_ne!(identity_pools, to_come.contains("identity pools"), "{help}");
    let server = Emulator::builder().start().await.expect("a server");
    let mut wire = Wire::to(&server).await;
    let page = wire.ask(request("GET /signup", "", "")).await;
    assert_eq!(
        page.text().contains("not_served_yet"),
        to_come.contains("hosted pages"),
        "{help}"
    );
    // Every flow and challenge is there.
    let names_one = to_come.split([' ', ',']).any(|word| word.contains('_'));
    assert!(!names_one, "{help}");
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
    let mut table = format!(
        "Served are {} of the {all} operations of user pools, {} of the {identity} of identity pools.",
        all - not_served.of_user_pools.len(),
        identity - not_served.of_identity_pools.len(),
    );
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
    let mut of_user_pools = Vec::new();
    for operation in Operation::ALL {
        let answer = ask(&cx, *operation).await;
        if is_not_served(&answer) {
            of_user_pools.push(operation.name());
        }
    }
    let mut of_identity_pools = Vec::new();
    for operation in cognito_identity::Operation::ALL {
        let answer = ask(&cx, *operation).await;
        if is_not_served(&answer) {
            of_identity_pools.push(operation.name());
        }
    }
    NotServed {
        of_user_pools,
        of_identity_pools,
    }
}

/// What an operation answers to a request without members.
async fn ask(cx: &Context, operation: impl Into<call::Operation>) -> Result<Vec<u8>, CognitoError> {
    dispatch::serve(cx, &Call::new(operation, serde_json::json!({}))).await
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
    std::env::var("UPDATE_DOCS").is_ok_and(|value| value == "1")
}
