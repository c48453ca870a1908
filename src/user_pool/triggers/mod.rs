//! Functions that a pool calls at certain steps (Lambda triggers): the port, and the places where
//! operations call it. What runs behind the port (a function over HTTP, a canned answer) is not the
//! operations' business.
//!
//! A pool without a function for an event never reaches the port.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::context::Context;
use crate::error::CognitoError;
use crate::model::ClientId;
use crate::model::cognito_idp::{
    AttributeType, LambdaConfigType, PreTokenGenerationLambdaVersionType as Version,
};
use crate::store::user_pool::Pool;
use crate::store::user_pool::settings::UserPool;

/// Metadata that a caller passes through to functions.
pub type ClientMetadata = BTreeMap<String, String>;

/// One call of a function.
pub struct Call<'a> {
    /// The function.
    pub arn: &'a str,
    /// `triggerSource`.
    pub source: &'static str,
    /// The pool that calls.
    pub pool: &'a Pool,
    /// The app client, where one is known.
    pub client_id: Option<&'a ClientId>,
    /// The user's name.
    pub username: &'a str,
    /// The user's attributes, `sub` among them once there is one.
    pub attributes: Vec<AttributeType>,
    /// What is asked beyond the user.
    pub request: Request<'a>,
    /// Metadata of the call, where AWS passes it on.
    pub metadata: &'a ClientMetadata,
}

/// What is asked beyond the user.
pub enum Request<'a> {
    /// May this user sign up?
    PreSignUp {
        /// ValidationData of the call.
        validation_data: &'a [AttributeType],
    },
    /// A user was confirmed.
    PostConfirmation,
    /// May this user sign in?
    PreAuthentication {
        /// Whether the name means nobody.
        user_not_found: bool,
    },
    /// A user signed in.
    PostAuthentication {
        /// Whether the pool tracks devices, and this one was not known.
        new_device_used: bool,
    },
    /// Which claims do tokens carry?
    PreTokenGeneration {
        /// The user's groups, by rising precedence.
        groups: &'a [String],
    },
    /// Which claims does the access token of an app client carry?
    ClientCredentials {
        /// The scopes that the token would have.
        scopes: &'a [String],
    },
    /// What does a message say?
    CustomMessage {
        /// Stands for the code in the function's texts.
        code_parameter: &'a str,
        /// Stands for the username, in invitations.
        username_parameter: Option<&'a str>,
    },
}

/// What a function said; a pool without functions goes on by the default.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answer {
    /// PreSignUp: confirm at once.
    pub auto_confirm_user: bool,
    /// PreSignUp: count the address as verified.
    pub auto_verify_email: bool,
    /// PreSignUp: count the number as verified.
    pub auto_verify_phone: bool,
    /// CustomMessage: text of an SMS.
    pub sms_message: Option<String>,
    /// CustomMessage: subject of a mail.
    pub email_subject: Option<String>,
    /// CustomMessage: body of a mail.
    pub email_message: Option<String>,
    /// PreTokenGeneration: claims of the ID token to set, as JSON.
    pub claims_to_set: BTreeMap<String, serde_json::Value>,
    /// PreTokenGeneration: claims of the ID token to leave out.
    pub claims_to_suppress: Vec<String>,
    /// PreTokenGeneration for an app client: what changes in its access token.
    pub client_token: ClientTokenChanges,
}

/// What a function changes in the access token of an app client.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ClientTokenChanges {
    /// Claims to set, as JSON.
    pub claims_to_set: BTreeMap<String, serde_json::Value>,
    /// Claims to leave out.
    pub claims_to_suppress: Vec<String>,
    /// Scopes to add.
    pub scopes_to_add: Vec<String>,
    /// Scopes to leave out.
    pub scopes_to_suppress: Vec<String>,
}

/// An event of a pool, and which member of LambdaConfig names its function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trigger {
    /// Before a user is made.
    PreSignUp,
    /// After a user is confirmed, or confirmed a forgotten password.
    PostConfirmation,
    /// Before a password is checked.
    PreAuthentication,
    /// After a sign-in.
    PostAuthentication,
    /// Before tokens are made.
    PreTokenGeneration,
    /// Before an app client gets a token of its own. The same function, asked from version 3 of its
    /// events on (documented).
    ClientCredentials,
    /// Before a message is sent.
    CustomMessage,
}

impl Trigger {
    fn arn(self, lambda: &LambdaConfigType) -> Option<&str> {
        match self {
            Self::PreSignUp => lambda.pre_sign_up.as_deref(),
            Self::PostConfirmation => lambda.post_confirmation.as_deref(),
            Self::PreAuthentication => lambda.pre_authentication.as_deref(),
            Self::PostAuthentication => lambda.post_authentication.as_deref(),
            Self::PreTokenGeneration => lambda.pre_token_generation.as_deref().or(lambda
                .pre_token_generation_config
                .as_ref()
                .map(|config| config.lambda_arn.as_str())),
            Self::ClientCredentials => lambda
                .pre_token_generation_config
                .as_ref()
                .filter(|config| config.lambda_version == Version::V3_0)
                .map(|config| config.lambda_arn.as_str()),
            Self::CustomMessage => lambda.custom_message.as_deref(),
        }
    }
}

/// Who an event is about.
pub struct Subject<'a> {
    /// The pool that calls.
    pub pool: &'a Arc<Pool>,
    /// Its settings.
    pub settings: &'a UserPool,
    /// The app client, where one is known.
    pub client_id: Option<&'a ClientId>,
    /// The user's name.
    pub username: &'a str,
    /// Metadata of the call, where AWS passes it on.
    pub metadata: &'a ClientMetadata,
}

/// Calls the pool's function for `trigger`, if it has one; `attributes` are listed only then.
///
/// # Errors
/// What the function's refusal or failure becomes.
pub async fn call(
    cx: &Context,
    trigger: Trigger,
    source: &'static str,
    subject: Subject<'_>,
    attributes: impl FnOnce() -> Vec<AttributeType>,
    request: Request<'_>,
) -> Result<Answer, CognitoError> {
    let Some(arn) = trigger.arn(&subject.settings.lambda) else {
        return Ok(Answer::default());
    };
    let call = Call {
        arn,
        source,
        pool: subject.pool,
        client_id: subject.client_id,
        username: subject.username,
        attributes: attributes(),
        request,
        metadata: subject.metadata,
    };
    cx.triggers.call(call).await
}
