//! The flows and challenges of AWS that are not served yet: the one list of them, which the refusals
//! here go by and the documentation is written from.

use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::{AuthFlowType, ChallengeNameType};

/// Flows that either door refuses.
pub const FLOWS: [AuthFlowType; 1] = [AuthFlowType::UserAuth];

/// Challenges that no sign-in gives.
pub const CHALLENGES: [ChallengeNameType; 5] = [
    ChallengeNameType::SelectChallenge,
    ChallengeNameType::Password,
    ChallengeNameType::PasswordSrp,
    ChallengeNameType::SmsOtp,
    ChallengeNameType::WebAuthn,
];

/// The refusal of a flow.
pub(super) fn refused(flow: AuthFlowType, reason: &'static str) -> CognitoError {
    Refusal::OperationNotServed {
        operation: flow.to_string(),
    }
    .because(reason)
}

/// What the reason says more of an answer to this challenge.
pub(super) fn hint(challenge: ChallengeNameType) -> &'static str {
    if CHALLENGES.contains(&challenge) {
        ", which no sign-in gives yet"
    } else {
        ""
    }
}
