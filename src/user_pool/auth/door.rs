//! Which door a sign-in came by, and what it answers there.

use std::sync::Arc;

use crate::model::cognito_idp::{AuthenticationResultType, ChallengeNameType};
use crate::model::{Secret, SecretMap};
use crate::store::user_pool::lineage::Lineage;
use crate::store::user_pool::user::User;

/// Which pair of operations, or which pages, a sign-in runs through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// InitiateAuth and RespondToAuthChallenge.
    Public,
    /// AdminInitiateAuth and AdminRespondToAuthChallenge.
    Admin,
    /// The hosted pages. Tokens come later, at the token endpoint.
    Hosted,
}

/// Somebody who signed in on the hosted pages, or at another identity provider.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The user.
    pub user: Arc<User>,
    /// The sign-in.
    pub lineage: Lineage,
    /// The identity provider that said who it is; none is the pool itself.
    pub provider: Option<Arc<str>>,
}

/// What a step of a sign-in leads to.
#[derive(Debug)]
pub enum Outcome {
    /// The user is in.
    Tokens(AuthenticationResultType),
    /// The user is in, by the hosted pages.
    SignedIn(Box<SignedIn>),
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
