//! The functions of CUSTOM_AUTH: DefineAuthChallenge says what follows, CreateAuthChallenge makes the
//! question, VerifyAuthChallengeResponse judges the answer.
//!
//! Values of `publicChallengeParameters` and `privateChallengeParameters` are strings (documented);
//! that others are not recognised is inferred, and so is that an answer without `answerCorrect`, or a
//! definition that says nothing, is not recognised either.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{ClientMetadata, Event, Subject, attributes_of, read, with_metadata};
use crate::model::Trigger;
use crate::model::cognito_idp::{ChallengeNameType, LambdaConfigType};
use crate::store::user_pool::user::{Factor, User};

/// Whose sign-in the functions are asked about.
#[derive(Clone, Copy)]
pub struct Signing<'a> {
    /// The user; none where the name means nobody.
    pub user: Option<&'a User>,
    /// Whether the app client hides unknown users: only then is `userNotFound` there (documented).
    pub hides_unknown_users: bool,
    /// ClientMetadata of the two Respond operations; that of a first request does not reach these
    /// functions (documented).
    pub metadata: &'a ClientMetadata,
}

impl Signing<'_> {
    /// `request` with what all three events have.
    fn request(&self, subject: &Subject<'_>, mut request: Value) -> Value {
        let attributes = self.user.map(|user| attributes_of(subject.settings, user));
        request["userAttributes"] = attributes.unwrap_or_default().into();
        if self.hides_unknown_users {
            request["userNotFound"] = self.user.is_none().into();
        }
        with_metadata(request, self.metadata)
    }
}

/// An element of `session`: a challenge that was met, the first one first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChallengeResult<'a> {
    /// AWS's name of the challenge.
    pub challenge_name: &'static str,
    /// Whether it was met.
    pub challenge_result: bool,
    /// What CreateAuthChallenge called it.
    pub challenge_metadata: Option<&'a str>,
}

/// What follows in this sign-in?
pub struct DefineAuthChallenge<'a> {
    /// Whose sign-in it is.
    pub signing: Signing<'a>,
    /// What was met so far.
    pub session: &'a [ChallengeResult<'a>],
}

/// What DefineAuthChallenge may say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Definition {
    /// The sign-in has failed. A failure wins over tokens (inferred).
    #[default]
    Fail,
    /// The sign-in has succeeded.
    Tokens,
    /// A question of the pool's own.
    CustomChallenge,
    /// The proof of the password, by SRP.
    PasswordVerifier,
    /// The challenge of a factor.
    Factor(Factor),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Defined {
    challenge_name: Option<String>,
    issue_tokens: Option<bool>,
    fail_authentication: Option<bool>,
}

impl Definition {
    /// None for a challenge that Cognito would not give here, or none at all (inferred).
    fn of(said: &Defined) -> Option<Self> {
        if said.fail_authentication == Some(true) {
            return Some(Self::Fail);
        }
        if said.issue_tokens == Some(true) {
            return Some(Self::Tokens);
        }
        match ChallengeNameType::parse(said.challenge_name.as_deref()?)? {
            ChallengeNameType::CustomChallenge => Some(Self::CustomChallenge),
            ChallengeNameType::PasswordVerifier => Some(Self::PasswordVerifier),
            ChallengeNameType::SmsMfa => Some(Self::Factor(Factor::SmsMfa)),
            ChallengeNameType::EmailOtp => Some(Self::Factor(Factor::EmailOtp)),
            ChallengeNameType::SoftwareTokenMfa => Some(Self::Factor(Factor::SoftwareTokenMfa)),
            ChallengeNameType::SelectMfaType
            | ChallengeNameType::MfaSetup
            | ChallengeNameType::SelectChallenge
            | ChallengeNameType::DeviceSrpAuth
            | ChallengeNameType::DevicePasswordVerifier
            | ChallengeNameType::AdminNoSrpAuth
            | ChallengeNameType::NewPasswordRequired
            | ChallengeNameType::SmsOtp
            | ChallengeNameType::Password
            | ChallengeNameType::WebAuthn
            | ChallengeNameType::PasswordSrp => None,
        }
    }
}

impl Event for DefineAuthChallenge<'_> {
    type Answer = Definition;

    const TRIGGER: Trigger = Trigger::DefineAuthChallenge;

    fn source(&self) -> &'static str {
        "DefineAuthChallenge_Authentication"
    }

    fn request(&self, subject: &Subject<'_>) -> Value {
        self.signing
            .request(subject, json!({"session": self.session}))
    }

    fn response(&self, _lambda: &LambdaConfigType) -> Value {
        json!({"challengeName": null, "issueTokens": null, "failAuthentication": null})
    }

    fn read(&self, response: Value, _lambda: &LambdaConfigType) -> Option<Definition> {
        Definition::of(&read(response)?)
    }
}

/// What is the user asked?
pub struct CreateAuthChallenge<'a> {
    /// Whose sign-in it is.
    pub signing: Signing<'a>,
    /// What was met so far.
    pub session: &'a [ChallengeResult<'a>],
}

/// What CreateAuthChallenge may say; what it leaves out is empty (inferred).
#[derive(Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Question {
    /// What the client gets.
    pub public_challenge_parameters: Option<BTreeMap<String, String>>,
    /// What VerifyAuthChallengeResponse alone gets.
    pub private_challenge_parameters: Option<BTreeMap<String, String>>,
    /// What the challenge is called in `session`.
    pub challenge_metadata: Option<String>,
}

/// Shows nothing of what may hold the answer.
impl std::fmt::Debug for Question {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Question").finish_non_exhaustive()
    }
}

impl Event for CreateAuthChallenge<'_> {
    type Answer = Question;

    const TRIGGER: Trigger = Trigger::CreateAuthChallenge;

    fn source(&self) -> &'static str {
        "CreateAuthChallenge_Authentication"
    }

    fn request(&self, subject: &Subject<'_>) -> Value {
        let request = json!({"challengeName": "CUSTOM_CHALLENGE", "session": self.session});
        self.signing.request(subject, request)
    }

    fn response(&self, _lambda: &LambdaConfigType) -> Value {
        json!({
            "publicChallengeParameters": null,
            "privateChallengeParameters": null,
            "challengeMetadata": null,
        })
    }

    fn read(&self, response: Value, _lambda: &LambdaConfigType) -> Option<Question> {
        read(response)
    }
}

/// Is this the answer?
pub struct VerifyAuthChallengeResponse<'a> {
    /// Whose sign-in it is.
    pub signing: Signing<'a>,
    /// What CreateAuthChallenge said for this function alone.
    pub private: &'a BTreeMap<String, String>,
    /// The answer.
    pub answer: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Verified {
    answer_correct: Option<bool>,
}

impl Event for VerifyAuthChallengeResponse<'_> {
    /// Whether the answer is right.
    type Answer = bool;

    const TRIGGER: Trigger = Trigger::VerifyAuthChallengeResponse;

    fn source(&self) -> &'static str {
        "VerifyAuthChallengeResponse_Authentication"
    }

    fn request(&self, subject: &Subject<'_>) -> Value {
        let request = json!({
            "privateChallengeParameters": self.private,
            "challengeAnswer": self.answer,
        });
        self.signing.request(subject, request)
    }

    fn response(&self, _lambda: &LambdaConfigType) -> Value {
        json!({"answerCorrect": null})
    }

    fn read(&self, response: Value, _lambda: &LambdaConfigType) -> Option<bool> {
        read::<Verified>(response)?.answer_correct
    }
}
