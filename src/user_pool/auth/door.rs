//! Which of the two doors a sign-in came by, and what it answers there.

use crate::model::cognito_idp::{AuthenticationResultType, ChallengeNameType};
use crate::model::{Secret, SecretMap};

/// Which pair of operations a sign-in runs through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// InitiateAuth and RespondToAuthChallenge.
    Public,
    /// AdminInitiateAuth and AdminRespondToAuthChallenge.
    Admin,
}

/// What a step of a sign-in leads to.
#[derive(Debug)]
pub enum Outcome {
    /// The user is in.
    Tokens(AuthenticationResultType),
    /// Another answer is needed.
    Challenge {
        /// What is asked for.
        name: ChallengeNameType,
        /// The conversation; an SRP challenge has none, its secret block stands in (observed).
        session: Option<Secret>,
        /// What the client needs to answer.
        parameters: SecretMap,
        /// The first factors that the user may choose from, in USER_AUTH.
        available: Option<Vec<ChallengeNameType>>,
    },
}
