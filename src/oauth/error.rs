//! Why something is refused, and who is told: the app by a redirect, the user by the error page, or whoever
//! called by JSON.

use std::borrow::Cow;

use super::address::{self, Part};
use crate::error::CognitoError;
use crate::model::cognito_idp::OAuthFlowType;

/// An error code of OAuth 2.0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// A parameter is missing or wrong.
    InvalidRequest,
    /// The client may not do so.
    UnauthorizedClient,
    /// A scope that there is not, or that the client has not.
    InvalidScope,
    /// `prompt=none`, and nobody is signed in.
    LoginRequired,
    /// Somebody did not agree.
    #[allow(dead_code, reason = "identity providers answer so, who are to come")]
    AccessDenied,
    /// A failure of the server.
    ServerError,
    /// The client did not prove who it is.
    InvalidClient,
    /// A code or token that is good for nothing.
    InvalidGrant,
    /// No grant of the token endpoint.
    UnsupportedGrantType,
    /// No refresh token.
    UnsupportedTokenType,
    /// An access token that is good for nothing (RFC 6750).
    InvalidToken,
    /// A registration with wrong members (RFC 7591).
    InvalidClientMetadata,
    /// A registration with a wrong redirect URI (RFC 7591).
    InvalidRedirectUri,
    /// Too many requests (inferred: what AWS calls it here is not known).
    SlowDown,
}

impl Code {
    /// Its text.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::InvalidScope => "invalid_scope",
            Self::LoginRequired => "login_required",
            Self::AccessDenied => "access_denied",
            Self::ServerError => "server_error",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::UnsupportedTokenType => "unsupported_token_type",
            Self::InvalidToken => "invalid_token",
            Self::InvalidClientMetadata => "invalid_client_metadata",
            Self::InvalidRedirectUri => "invalid_redirect_uri",
            Self::SlowDown => "slow_down",
        }
    }

    /// The code and text for what an operation refuses: the service's own sentence, with a space behind it as
    /// redirects of AWS have it (observed). That all but failures of the server are `invalid_request` is
    /// inferred.
    pub fn of(error: &CognitoError) -> (Self, String) {
        let code = match error.code() {
            "InternalErrorException" => Self::ServerError,
            _ => Self::InvalidRequest,
        };
        (code, format!("{} ", error.message()))
    }
}

/// Where an app waits for the answer to its request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnTo {
    /// The redirect URI, which is the client's.
    pub redirect_uri: String,
    /// What was asked for.
    pub flow: OAuthFlowType,
    /// What the app gets back.
    pub state: Option<String>,
}

impl ReturnTo {
    /// The address with an answer; the state comes last, where there is one.
    pub fn answer(&self, pairs: &[(&str, &str)]) -> String {
        let mut pairs = pairs.to_vec();
        pairs.extend(self.state.as_deref().map(|state| ("state", state)));
        address::with(&self.redirect_uri, Part::of(self.flow), &pairs)
    }

    /// The address with an error. Where there is a description it comes first and the code last (observed).
    fn error(&self, code: Code, description: Option<&str>) -> String {
        let Some(description) = description else {
            return self.answer(&[("error", code.as_str())]);
        };
        let mut pairs = vec![("error_description", description)];
        pairs.extend(self.state.as_deref().map(|state| ("state", state)));
        pairs.push(("error", code.as_str()));
        address::with(&self.redirect_uri, Part::of(self.flow), &pairs)
    }

    /// A refusal that goes there.
    pub fn refuse(&self, code: Code, reason: impl Into<Cow<'static, str>>) -> Rejection {
        self.refuse_saying(code, None, reason)
    }

    /// The same, with a text for the app.
    pub fn refuse_saying(
        &self,
        code: Code,
        description: Option<String>,
        reason: impl Into<Cow<'static, str>>,
    ) -> Rejection {
        Rejection {
            to: To::App {
                to: self.clone(),
                code,
                description,
            },
            reason: reason.into(),
        }
    }

    /// What an operation on the way refused.
    pub fn failed(&self, error: &CognitoError) -> Rejection {
        let (code, text) = Code::of(error);
        self.refuse_saying(code, Some(text), error.reason().to_owned())
    }
}

/// A request of a browser that is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    to: To,
    reason: Cow<'static, str>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum To {
    /// The error page, where nothing shows that the address is the client's.
    Page {
        error: Cow<'static, str>,
        client_id: Option<String>,
    },
    App {
        to: ReturnTo,
        code: Code,
        description: Option<String>,
    },
}

impl Rejection {
    /// A refusal that the user reads on the error page.
    pub fn on_page(
        error: impl Into<Cow<'static, str>>,
        client_id: Option<&str>,
        reason: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            to: To::Page {
                error: error.into(),
                client_id: client_id.map(str::to_owned),
            },
            reason: reason.into(),
        }
    }

    /// Where the browser is sent; `base` is the address of the pool's pages.
    pub fn location(&self, base: &str) -> String {
        match &self.to {
            To::Page { error, client_id } => {
                let mut pairs = vec![("error", &**error)];
                pairs.extend(client_id.as_deref().map(|id| ("client_id", id)));
                address::with(&format!("{base}/error"), Part::Query, &pairs)
            }
            To::App {
                to,
                code,
                description,
            } => to.error(*code, description.as_deref()),
        }
    }

    /// Which check failed, and what would pass.
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

/// A call of a program that is refused: JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The code.
    pub code: Code,
    /// A text beside it; AWS seldom has one (observed).
    pub description: Option<Cow<'static, str>>,
    reason: Cow<'static, str>,
}

impl Refused {
    /// With a code, and a reason that Poolhouse alone tells.
    pub fn new(code: Code, reason: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code,
            description: None,
            reason: reason.into(),
        }
    }

    /// The same with a text for the caller.
    #[must_use]
    pub fn saying(self, description: impl Into<Cow<'static, str>>) -> Self {
        Self {
            description: Some(description.into()),
            ..self
        }
    }

    /// Which check failed, and what would pass.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// The body of the answer.
    pub fn to_json(&self) -> String {
        let mut body = serde_json::Map::new();
        body.insert("error".into(), self.code.as_str().into());
        if let Some(description) = &self.description {
            body.insert("error_description".into(), (&**description).into());
        }
        serde_json::Value::Object(body).to_string()
    }
}
