//! The functions that a LambdaConfig names.

use crate::model::cognito_idp::LambdaConfigType;

/// Each function of a LambdaConfig with the member that names it. PreTokenGeneration and its twin
/// PreTokenGenerationConfig are one.
pub fn functions(lambda: &LambdaConfigType) -> Vec<(&'static str, &str)> {
    let versioned = lambda.pre_token_generation_config.as_ref();
    let sms_sender = lambda.custom_sms_sender.as_ref();
    let email_sender = lambda.custom_email_sender.as_ref();
    let federation = lambda.inbound_federation.as_ref();
    let named = [
        ("PreSignUp", lambda.pre_sign_up.as_ref()),
        ("CustomMessage", lambda.custom_message.as_ref()),
        ("PostConfirmation", lambda.post_confirmation.as_ref()),
        ("PreAuthentication", lambda.pre_authentication.as_ref()),
        ("PostAuthentication", lambda.post_authentication.as_ref()),
        ("DefineAuthChallenge", lambda.define_auth_challenge.as_ref()),
        ("CreateAuthChallenge", lambda.create_auth_challenge.as_ref()),
        (
            "VerifyAuthChallengeResponse",
            lambda.verify_auth_challenge_response.as_ref(),
        ),
        (
            "PreTokenGeneration",
            lambda
                .pre_token_generation
                .as_ref()
                .or(versioned.map(|function| &function.lambda_arn)),
        ),
        ("UserMigration", lambda.user_migration.as_ref()),
        (
            "CustomSMSSender",
            sms_sender.map(|function| &function.lambda_arn),
        ),
        (
            "CustomEmailSender",
            email_sender.map(|function| &function.lambda_arn),
        ),
        (
            "InboundFederation",
            federation.map(|function| &function.lambda_arn),
        ),
    ];
    let given = named.into_iter();
    given
        .filter_map(|(trigger, arn)| Some((trigger, arn?.as_str())))
        .collect()
}
