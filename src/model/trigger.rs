//! The triggers of a pool: members of LambdaConfig that name functions, and what their events can say
//! caused them ("Customizing user pool workflows with Lambda triggers", developer guide; all documented).

use super::cognito_idp::LambdaConfigType;

/// A step at which a pool calls a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "named as in LambdaConfig")]
pub enum Trigger {
    PreSignUp,
    CustomMessage,
    PostConfirmation,
    PreAuthentication,
    PostAuthentication,
    DefineAuthChallenge,
    CreateAuthChallenge,
    VerifyAuthChallengeResponse,
    /// With its twin PreTokenGenerationConfig.
    PreTokenGeneration,
    UserMigration,
    CustomSmsSender,
    CustomEmailSender,
    InboundFederation,
}

impl Trigger {
    /// All of them, in the order of LambdaConfig.
    pub const ALL: [Self; 13] = [
        Self::PreSignUp,
        Self::CustomMessage,
        Self::PostConfirmation,
        Self::PreAuthentication,
        Self::PostAuthentication,
        Self::DefineAuthChallenge,
        Self::CreateAuthChallenge,
        Self::VerifyAuthChallengeResponse,
        Self::PreTokenGeneration,
        Self::UserMigration,
        Self::CustomSmsSender,
        Self::CustomEmailSender,
        Self::InboundFederation,
    ];

    /// Their names.
    pub const NAMES: [&'static str; 13] = {
        let mut names = [""; 13];
        let mut at = 0;
        while at < names.len() {
            names[at] = Self::ALL[at].name();
            at += 1;
        }
        names
    };

    /// The member of LambdaConfig.
    pub const fn name(self) -> &'static str {
        match self {
            Self::PreSignUp => "PreSignUp",
            Self::CustomMessage => "CustomMessage",
            Self::PostConfirmation => "PostConfirmation",
            Self::PreAuthentication => "PreAuthentication",
            Self::PostAuthentication => "PostAuthentication",
            Self::DefineAuthChallenge => "DefineAuthChallenge",
            Self::CreateAuthChallenge => "CreateAuthChallenge",
            Self::VerifyAuthChallengeResponse => "VerifyAuthChallengeResponse",
            Self::PreTokenGeneration => "PreTokenGeneration",
            Self::UserMigration => "UserMigration",
            Self::CustomSmsSender => "CustomSMSSender",
            Self::CustomEmailSender => "CustomEmailSender",
            Self::InboundFederation => "InboundFederation",
        }
    }

    /// The trigger of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|trigger| trigger.name() == name)
    }

    /// Every `triggerSource` that its events have on AWS.
    pub fn sources(self) -> &'static [&'static str] {
        match self {
            Self::PreSignUp => &[
                "PreSignUp_SignUp",
                "PreSignUp_AdminCreateUser",
                "PreSignUp_ExternalProvider",
            ],
            Self::CustomMessage => &[
                "CustomMessage_SignUp",
                "CustomMessage_ResendCode",
                "CustomMessage_ForgotPassword",
                "CustomMessage_AdminCreateUser",
                "CustomMessage_UpdateUserAttribute",
                "CustomMessage_VerifyUserAttribute",
                "CustomMessage_Authentication",
            ],
            Self::PostConfirmation => &[
                "PostConfirmation_ConfirmSignUp",
                "PostConfirmation_ConfirmForgotPassword",
            ],
            Self::PreAuthentication => &["PreAuthentication_Authentication"],
            Self::PostAuthentication => &["PostAuthentication_Authentication"],
            Self::DefineAuthChallenge => &["DefineAuthChallenge_Authentication"],
            Self::CreateAuthChallenge => &["CreateAuthChallenge_Authentication"],
            Self::VerifyAuthChallengeResponse => &["VerifyAuthChallengeResponse_Authentication"],
            Self::PreTokenGeneration => &[
                "TokenGeneration_HostedAuth",
                "TokenGeneration_Authentication",
                "TokenGeneration_NewPasswordChallenge",
                "TokenGeneration_AuthenticateDevice",
                "TokenGeneration_RefreshTokens",
                "TokenGeneration_ClientCredentials",
            ],
            Self::UserMigration => &[
                "UserMigration_Authentication",
                "UserMigration_ForgotPassword",
            ],
            Self::CustomSmsSender => &[
                "CustomSMSSender_SignUp",
                "CustomSMSSender_ForgotPassword",
                "CustomSMSSender_ResendCode",
                "CustomSMSSender_VerifyUserAttribute",
                "CustomSMSSender_UpdateUserAttribute",
                "CustomSMSSender_Authentication",
                "CustomSMSSender_AdminCreateUser",
            ],
            Self::CustomEmailSender => &[
                "CustomEmailSender_SignUp",
                "CustomEmailSender_Authentication",
                "CustomEmailSender_ForgotPassword",
                "CustomEmailSender_ResendCode",
                "CustomEmailSender_UpdateUserAttribute",
                "CustomEmailSender_VerifyUserAttribute",
                "CustomEmailSender_AdminCreateUser",
                "CustomEmailSender_AccountTakeOverNotification",
            ],
            Self::InboundFederation => &["InboundFederation_ExternalProvider"],
        }
    }

    /// The trigger whose events have this `triggerSource`.
    pub fn of_source(source: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|trigger| trigger.sources().contains(&source))
    }

    /// The versions that its events have, of which LambdaConfig names one beside the ARN; none where the
    /// member is the ARN itself.
    pub fn versions(self) -> &'static [&'static str] {
        match self {
            Self::PreTokenGeneration => &["V1_0", "V2_0", "V3_0"],
            Self::CustomSmsSender | Self::CustomEmailSender | Self::InboundFederation => &["V1_0"],
            Self::PreSignUp
            | Self::CustomMessage
            | Self::PostConfirmation
            | Self::PreAuthentication
            | Self::PostAuthentication
            | Self::DefineAuthChallenge
            | Self::CreateAuthChallenge
            | Self::VerifyAuthChallengeResponse
            | Self::UserMigration => &[],
        }
    }

    /// The ARN of its function, if LambdaConfig names one. PreTokenGeneration and its twin are one.
    pub fn function(self, lambda: &LambdaConfigType) -> Option<&str> {
        let arn = match self {
            Self::PreSignUp => lambda.pre_sign_up.as_ref(),
            Self::CustomMessage => lambda.custom_message.as_ref(),
            Self::PostConfirmation => lambda.post_confirmation.as_ref(),
            Self::PreAuthentication => lambda.pre_authentication.as_ref(),
            Self::PostAuthentication => lambda.post_authentication.as_ref(),
            Self::DefineAuthChallenge => lambda.define_auth_challenge.as_ref(),
            Self::CreateAuthChallenge => lambda.create_auth_challenge.as_ref(),
            Self::VerifyAuthChallengeResponse => lambda.verify_auth_challenge_response.as_ref(),
            Self::PreTokenGeneration => {
                let versioned = lambda.pre_token_generation_config.as_ref();
                let versioned = versioned.map(|function| &function.lambda_arn);
                lambda.pre_token_generation.as_ref().or(versioned)
            }
            Self::UserMigration => lambda.user_migration.as_ref(),
            Self::CustomSmsSender => {
                let function = lambda.custom_sms_sender.as_ref();
                function.map(|function| &function.lambda_arn)
            }
            Self::CustomEmailSender => {
                let function = lambda.custom_email_sender.as_ref();
                function.map(|function| &function.lambda_arn)
            }
            Self::InboundFederation => {
                let function = lambda.inbound_federation.as_ref();
                function.map(|function| &function.lambda_arn)
            }
        };
        arn.map(String::as_str)
    }

    /// Each trigger that LambdaConfig names a function of, and its ARN.
    pub fn functions(lambda: &LambdaConfigType) -> impl Iterator<Item = (Self, &str)> {
        Self::ALL
            .into_iter()
            .filter_map(|trigger| Some((trigger, trigger.function(lambda)?)))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::json;

    use super::*;
    use crate::model::cognito_idp::PreTokenGenerationLambdaVersionType;
    use crate::model::{DecodeError, decode_strict};

    #[test]
    fn every_member_of_lambda_config_that_names_a_function_is_a_trigger() {
        let refused = decode_strict::<LambdaConfigType>(&json!({"None": 1})).unwrap_err();
        let DecodeError::Unknown(members) = refused else {
            panic!("{refused:?}")
        };
        let mut named: BTreeSet<&str> = members[0].known.iter().copied().collect();
        assert!(named.remove("KMSKeyID") && named.remove("PreTokenGenerationConfig"));
        let known: BTreeSet<&str> = Trigger::ALL.iter().map(|one| one.name()).collect();
        assert_eq!(named, known);
        for (at, trigger) in Trigger::ALL.into_iter().enumerate() {
            let arn = format!("arn:aws:lambda:us-east-1:123456789012:function:f{at}");
            let value = match trigger.versions() {
                [] => json!(arn),
                [first, ..] => json!({"LambdaVersion": first, "LambdaArn": arn}),
            };
            let member = match trigger {
                Trigger::PreTokenGeneration => "PreTokenGenerationConfig",
                other => other.name(),
            };
            let config = decode_strict(&json!({member: value})).unwrap();
            let found: Vec<_> = Trigger::functions(&config).collect();
            assert_eq!(found, [(trigger, arn.as_str())]);
        }
        for version in Trigger::PreTokenGeneration.versions() {
            assert!(PreTokenGenerationLambdaVersionType::parse(version).is_some());
        }
    }

    #[test]
    fn a_source_begins_with_its_trigger_and_belongs_to_it_alone() {
        let mut seen = BTreeSet::new();
        for trigger in Trigger::ALL {
            let prefix = match trigger {
                Trigger::PreTokenGeneration => "TokenGeneration_".to_owned(),
                other => format!("{}_", other.name()),
            };
            for source in trigger.sources() {
                assert!(source.starts_with(&prefix), "{source}");
                assert!(seen.insert(source), "{source}");
                assert_eq!(Trigger::of_source(source), Some(trigger));
            }
        }
        assert_eq!(Trigger::of_source("PreSignUp"), None);
    }
}
