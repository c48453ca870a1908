//! Why a federated sign-in fails, as the redirect to the app tells it: a code and a description
//! ("Authorize endpoint" and the troubleshooting pages of the developer guide; what is observed beyond that
//! says so).

use crate::error::{CognitoError, Refusal};

/// The `error` of the redirect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Code {
    /// What a sign-in by OAuth 2.0 fails with, and what triggers refuse.
    InvalidRequest,
    /// What a sign-in by SAML fails with (observed).
    ServerError,
    /// What the provider itself answered.
    OfProvider(String),
}

impl Code {
    /// As the redirect has it.
    #[cfg(test)]
    pub fn as_str(&self) -> &str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::ServerError => "server_error",
            Self::OfProvider(code) => code,
        }
    }
}

/// A federated sign-in that fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// `error`.
    pub code: Code,
    /// `error_description`; none where the provider gave none.
    pub description: Option<String>,
    /// What only Poolhouse tells. Never holds a secret, a code or a token.
    pub reason: String,
}

impl Refused {
    pub(super) fn invalid_request(
        description: impl Into<String>,
        reason: impl Into<String>,
    ) -> Self {
        Self {
            code: Code::InvalidRequest,
            description: Some(description.into()),
            reason: reason.into(),
        }
    }

    pub(super) fn server_error(description: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            code: Code::ServerError,
            description: Some(description.into()),
            reason: reason.into(),
        }
    }

    /// What the service refuses: its own sentence.
    pub(super) fn of(error: &CognitoError) -> Self {
        let is_of_function = matches!(
            error.refusal,
            Refusal::LambdaRefused { .. }
                | Refusal::LambdaNotInvoked { .. }
                | Refusal::LambdaNotJson
                | Refusal::LambdaOutput
        );
        let text = if is_of_function {
            // Observed with a space behind, for PreSignUp.
            format!("{} ", error.message())
        } else if let Refusal::SchemaMismatch { findings } = &error.refusal {
            // Observed sentence for what the schema does not take.
            format!("Invalid user attributes: {findings} ")
        } else {
            error.message().into_owned()
        };
        Self::invalid_request(text, error.reason())
    }

    /// The same for the attributes of a SAML assertion, whose sentences begin otherwise (observed).
    pub(super) fn of_saml(error: &CognitoError) -> Self {
        let refused = Self::of(error);
        let text = refused.description.unwrap_or_default();
        Self::server_error(
            format!("Error in SAML response processing: {text}"),
            refused.reason,
        )
    }
}
