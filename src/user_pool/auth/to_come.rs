//! The flows and challenges of AWS that are not served yet: the one list of them, which the refusals
//! here go by and the documentation is written from.

use crate::model::cognito_idp::{AuthFlowType, ChallengeNameType};

/// Flows that either door refuses.
pub const FLOWS: [AuthFlowType; 0] = [];

/// Challenges that no sign-in gives.
pub const CHALLENGES: [ChallengeNameType; 2] = [
    ChallengeNameType::DeviceSrpAuth,
    ChallengeNameType::DevicePasswordVerifier,
];

/// What the reason says more of an answer to this challenge.
pub(super) fn hint(challenge: ChallengeNameType) -> &'static str {
    if CHALLENGES.contains(&challenge) {
        ", which no sign-in gives yet"
    } else {
        ""
    }
}
