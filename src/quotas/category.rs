//! Which category of the request-rate quotas an operation belongs to, and what a category allows.
//!
//! "Quotas in Amazon Cognito", developer guide, "API operation categories and request rate quotas":
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html#category_operations>.
//! Rates, what is adjustable, and the operations after `documented` are that table's. It does not
//! name every operation of the model; those after `inferred` stand with their nearest relatives.

use crate::model::cognito_idp::Operation;

/// How a category's place in the table is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// The developer guide lists the operation.
    Documented,
    /// It does not; the operation stands where its relatives do.
    Inferred,
}

/// One table: category, rate, whether it can be raised, and the operations in it.
macro_rules! categories {
    ($(
        $name:ident $rate:literal $adjustable:ident
        documented [ $($documented:ident),* ]
        inferred [ $($inferred:ident),* ];
    )+) => {
        /// A category of operations, which share one rate for each account and Region.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Category { $( $name ),+ }

        impl Category {
            /// All of them, in the order of AWS's table.
            pub const ALL: &'static [Self] = &[ $( Self::$name ),+ ];

            /// Their names.
            pub const NAMES: &'static [&'static str] = &[ $( stringify!($name) ),+ ];

            /// AWS's name.
            pub fn name(self) -> &'static str {
                match self { $( Self::$name => stringify!($name) ),+ }
            }

            /// Requests per second that come without cost.
            pub fn default_rate(self) -> u32 {
                match self { $( Self::$name => $rate ),+ }
            }

            /// Whether an account can have more.
            pub fn is_adjustable(self) -> bool {
                match self { $( Self::$name => categories!(@ $adjustable) ),+ }
            }

            /// The category that `operation` counts towards, and how that is known.
            pub fn of(operation: Operation) -> (Self, Basis) {
                match operation {
                    $(
                        $( Operation::$documented => (Self::$name, Basis::Documented), )*
                        $( Operation::$inferred => (Self::$name, Basis::Inferred), )*
                    )+
                }
            }
        }
    };
    (@ adjustable) => { true };
    (@ fixed) => { false };
}

categories! {
    UserAuthentication 120 adjustable
        documented [
            AdminInitiateAuth, AdminRespondToAuthChallenge, GetTokensFromRefreshToken, InitiateAuth,
            RespondToAuthChallenge
        ]
        inferred [];
    UserCreation 50 adjustable
        documented [AdminConfirmSignUp, AdminCreateUser, ConfirmSignUp, SignUp]
        inferred [];
    // No operation of the API: the answers of identity providers to a pool's endpoints.
    UserFederation 25 adjustable
        documented []
        inferred [];
    UserAccountRecovery 30 fixed
        documented [
            AdminResetUserPassword, AdminSetUserPassword, ChangePassword, ConfirmForgotPassword,
            ForgotPassword
        ]
        inferred [];
    UserRead 120 adjustable
        documented [AdminGetUser, AdminGetUserAuthFactors, GetUser]
        inferred [GetUserAuthFactors];
    UserUpdate 25 fixed
        documented [
            AdminAddUserToGroup, AdminDeleteUser, AdminDeleteUserAttributes,
            AdminDisableProviderForUser, AdminDisableUser, AdminEnableUser, AdminLinkProviderForUser,
            AdminRemoveUserFromGroup, AdminUpdateUserAttributes, AdminUserGlobalSignOut, DeleteUser,
            DeleteUserAttributes, GlobalSignOut, UpdateUserAttributes, VerifyUserAttribute
        ]
        inferred [];
    UserToken 120 adjustable
        documented [RevokeToken]
        inferred [AdminRevokeUserSession, GetDerivedToken, RevokeUserSession];
    UserResourceRead 50 adjustable
        documented [
            AdminGetDevice, AdminListDevices, AdminListGroupsForUser, AdminListUserAuthEvents,
            GetDevice, GetUserAttributeVerificationCode, ListDevices, ResendConfirmationCode
        ]
        inferred [AdminListUserSessions, ListUserSessions, ListWebAuthnCredentials];
    UserResourceUpdate 25 fixed
        documented [
            AdminDeleteSoftwareToken, AdminForgetDevice, AdminSetUserMFAPreference,
            AdminSetUserSettings, AdminUpdateAuthEventFeedback, AdminUpdateDeviceStatus,
            AssociateSoftwareToken, ConfirmDevice, ForgetDevice, SetUserMFAPreference,
            SetUserSettings, UpdateAuthEventFeedback, UpdateDeviceStatus, VerifySoftwareToken
        ]
        inferred [CompleteWebAuthnRegistration, DeleteWebAuthnCredential, StartWebAuthnRegistration];
    UserList 30 fixed
        documented [ListUsers, ListUsersInGroup]
        inferred [];
    UserPoolRead 15 fixed
        documented [DescribeUserPool, ListUserPools]
        inferred [ListUserPoolReplicas];
    UserPoolUpdate 15 fixed
        documented [CreateUserPool, DeleteUserPool, UpdateUserPool]
        inferred [CreateUserPoolReplica, DeleteUserPoolReplica, UpdateUserPoolReplica];
    UserPoolResourceRead 20 fixed
        documented [
            DescribeIdentityProvider, DescribeManagedLoginBranding,
            DescribeManagedLoginBrandingByClient, DescribeResourceServer, DescribeRiskConfiguration,
            DescribeUserImportJob, DescribeUserPoolDomain, GetCSVHeader, GetGroup,
            GetIdentityProviderByIdentifier, GetSigningCertificate, GetUICustomization,
            GetUserPoolMfaConfig, ListGroups, ListIdentityProviders, ListResourceServers,
            ListTagsForResource, ListUserImportJobs
        ]
        inferred [
            DescribeCIMDPolicy, DescribePointInTimeRecovery, DescribeTerms, DescribeTermsByClient,
            GetLogDeliveryConfiguration, GetUserPoolSessionConfiguration, ListCIMDPolicies,
            ListClientMetadataURLs, ListPointInTimeRecoveries, ListTerms
        ];
    UserPoolResourceUpdate 15 fixed
        documented [
            AddCustomAttributes, CreateGroup, CreateIdentityProvider, CreateManagedLoginBranding,
            CreateResourceServer, CreateUserImportJob, CreateUserPoolDomain, DeleteGroup,
            DeleteIdentityProvider, DeleteManagedLoginBranding, DeleteResourceServer,
            DeleteUserPoolDomain, SetRiskConfiguration, SetUICustomization, SetUserPoolMfaConfig,
            StartUserImportJob, StopUserImportJob, TagResource, UntagResource, UpdateGroup,
            UpdateIdentityProvider, UpdateManagedLoginBranding, UpdateResourceServer,
            UpdateUserPoolDomain
        ]
        inferred [
            CancelPointInTimeRecovery, CreateCIMDPolicy, CreateTerms, DeleteCIMDPolicy, DeleteTerms,
            InitiatePointInTimeRecovery, SetLogDeliveryConfiguration,
            SetUserPoolSessionConfiguration, StartPointInTimeRecovery, UpdateCIMDPolicy,
            UpdateClientMetadataURLState, UpdateTerms
        ];
    UserPoolClientRead 15 fixed
        documented [DescribeUserPoolClient, ListUserPoolClients]
        inferred [GetUserPoolClientSessionConfiguration, ListUserPoolClientSecrets];
    UserPoolClientUpdate 15 fixed
        documented [CreateUserPoolClient, DeleteUserPoolClient, UpdateUserPoolClient]
        inferred [
            AddUserPoolClientSecret, DeleteUserPoolClientSecret,
            SetUserPoolClientSessionConfiguration
        ];
    ClientAuthentication 150 fixed
        documented [GetClientToken]
        inferred [];
    LimitManagement 1 fixed
        documented [GetProvisionedLimit, UpdateProvisionedLimit]
        inferred [];
}

/// What a request does with one user: each user has a rate for either (documented).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Access {
    /// Signs the user in, or reads the profile or what belongs to it.
    Read,
    /// Changes the profile.
    Write,
}

impl Category {
    /// The category of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|category| category.name() == name)
    }

    /// Whether one operation of it is also held to a rate in one user pool (documented).
    pub fn is_capped_in_a_pool(self) -> bool {
        matches!(
            self,
            Self::UserPoolResourceRead
                | Self::UserPoolResourceUpdate
                | Self::UserPoolClientRead
                | Self::UserPoolClientUpdate
        )
    }

    /// What it does with a user's profile. The guide has examples only (GetUser, GetDevice,
    /// InitiateAuth and RespondToAuthChallenge; UpdateUserAttributes and SetUserSettings); that
    /// their whole categories go with them, and no others, is inferred.
    pub fn access(self) -> Option<Access> {
        match self {
            Self::UserAuthentication | Self::UserRead | Self::UserResourceRead => {
                Some(Access::Read)
            }
            Self::UserUpdate | Self::UserResourceUpdate => Some(Access::Write),
            Self::UserCreation
            | Self::UserFederation
            | Self::UserAccountRecovery
            | Self::UserToken
            | Self::UserList
            | Self::UserPoolRead
            | Self::UserPoolUpdate
            | Self::UserPoolResourceRead
            | Self::UserPoolResourceUpdate
            | Self::UserPoolClientRead
            | Self::UserPoolClientUpdate
            | Self::ClientAuthentication
            | Self::LimitManagement => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_of_the_model_has_a_category() {
        // The match is exhaustive; what is counted here is that none was let in by chance.
        let inferred: Vec<_> = Operation::ALL
            .iter()
            .filter(|operation| Category::of(**operation).1 == Basis::Inferred)
            .map(|operation| operation.name())
            .collect();
        assert_eq!(Operation::ALL.len() - inferred.len(), 112, "{inferred:?}");
    }

    #[test]
    fn the_rates_are_those_of_the_guide() {
        let adjustable: Vec<_> = Category::ALL
            .iter()
            .filter(|category| category.is_adjustable())
            .map(|category| (category.name(), category.default_rate()))
            .collect();
        assert_eq!(
            adjustable,
            [
                ("UserAuthentication", 120),
                ("UserCreation", 50),
                ("UserFederation", 25),
                ("UserRead", 120),
                ("UserToken", 120),
                ("UserResourceRead", 50),
            ]
        );
        for category in Category::ALL {
            assert_eq!(Category::named(category.name()), Some(*category));
        }
        assert_eq!(Category::named("userread"), None);
    }
}
