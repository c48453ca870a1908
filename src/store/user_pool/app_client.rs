//! An app client, its secrets and the lifetimes of its tokens.

use std::sync::Arc;
use std::time::Duration;

use super::change::{Change, Staged};
use super::draft::Draft;
use crate::clock::Timestamp;
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::{
    AnalyticsConfigurationType, ClientTypeType, ExplicitAuthFlowsType, FeatureType, OAuthFlowType,
    PreventUserExistenceErrorTypes, RefreshTokenRotationType, TimeUnitsType,
    TokenValidityUnitsType,
};
use crate::model::{ClientId, Contact, PoolId, Secret};

/// Whether no app client may write an attribute, whatever its list says (documented).
pub(crate) fn is_reserved(attribute: &str) -> bool {
    matches!(attribute, "sub" | "identities") || Contact::flagged(attribute).is_some()
}

/// An app client of a pool.
#[derive(Debug, Clone, PartialEq)]
pub struct AppClient {
    /// Its id, unique in the whole server.
    pub id: ClientId,
    /// The pool it belongs to.
    pub pool: PoolId,
    /// Its display name; not unique.
    pub name: String,
    /// When it was made.
    pub created: Timestamp,
    /// When it last changed.
    pub modified: Timestamp,
    /// Its secrets, oldest first; none for a public client, two at most.
    pub secrets: Vec<ClientSecret>,
    /// The moment in the id of the last secret that it got, so that an id is never given again.
    pub last_secret: Option<Timestamp>,
    /// The id of the secret that answers show, where it is another than the oldest.
    pub shown_secret: Option<String>,
    /// How long tokens live, as configured.
    pub validity: TokenValidity,
    /// Attributes it may read, if given.
    pub read_attributes: Option<Vec<String>>,
    /// Attributes it may write, if given.
    pub write_attributes: Option<Vec<String>>,
    /// Sign-in flows it may use, if given.
    pub explicit_auth_flows: Option<Vec<ExplicitAuthFlowsType>>,
    /// Identity providers of the hosted pages.
    pub identity_providers: Option<Vec<String>>,
    /// Where the hosted pages may return to.
    pub callback_urls: Option<Vec<String>>,
    /// Where signing out may return to.
    pub logout_urls: Option<Vec<String>>,
    /// The callback used when a request names none.
    pub default_redirect_uri: Option<String>,
    /// OAuth grants.
    pub oauth_flows: Option<Vec<OAuthFlowType>>,
    /// OAuth scopes.
    pub oauth_scopes: Option<Vec<String>>,
    /// Whether the OAuth settings apply.
    pub oauth_enabled: bool,
    /// Analytics; only kept.
    pub analytics: Option<AnalyticsConfigurationType>,
    /// Whether an unknown user is told apart from a wrong password, if given.
    pub prevent_user_existence_errors: Option<PreventUserExistenceErrorTypes>,
    /// Whether tokens can be revoked (and carry `jti` and `origin_jti`).
    pub token_revocation: bool,
    /// Whether what requests say of the address of their user counts (UserContextData).
    pub propagate_user_context: bool,
    /// Life of a challenge session, in minutes.
    pub auth_session_minutes: i32,
    /// Refresh token rotation, if given.
    pub rotation: Option<RefreshTokenRotationType>,
    /// How it was made.
    pub kind: ClientTypeType,
    /// What Secrets Manager keeps of its secrets, if it does.
    pub managed_secret: Option<ManagedSecret>,
}

/// A client secret that AWS Secrets Manager keeps and rotates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManagedSecret {
    /// Where it is.
    pub arn: Arc<str>,
    /// The id of the secret that it holds.
    pub secret: String,
    /// When it became that one.
    pub rotated: Timestamp,
}

/// A client secret.
#[derive(Debug, Clone, PartialEq)]
pub struct ClientSecret {
    /// Its id, `CLIENT_ID--MILLISECONDS`.
    pub id: String,
    /// The secret.
    pub value: Secret,
    /// When it was made.
    pub created: Timestamp,
    /// Whether Cognito made it.
    pub is_generated: bool,
}

/// What is wrong with the secret that a client gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretFault {
    /// The client has a secret and gives none.
    Missing,
    /// It is none of the client's.
    Wrong,
    /// The client has no secret.
    NotExpected,
}

/// Lifetimes of tokens, as configured.
#[derive(Debug, Clone, PartialEq)]
pub struct TokenValidity {
    /// Access token, if given.
    pub access: Option<i32>,
    /// ID token, if given.
    pub id: Option<i32>,
    /// Refresh token; 0 was replaced by the default of 30 days.
    pub refresh: i32,
    /// Units, if any was given; then all three are filled.
    pub units: Option<TokenValidityUnitsType>,
}

impl Default for TokenValidity {
    /// One hour, one hour, thirty days (documented).
    fn default() -> Self {
        Self {
            access: None,
            id: None,
            refresh: 30,
            units: None,
        }
    }
}

impl TokenValidity {
    /// Life of an access token.
    pub fn access(&self) -> Duration {
        let unit = self.units.as_ref().and_then(|units| units.access_token);
        span(
            self.access.unwrap_or(1),
            self.access.and(unit).unwrap_or(TimeUnitsType::Hours),
        )
    }

    /// Life of an ID token.
    pub fn id(&self) -> Duration {
        let unit = self.units.as_ref().and_then(|units| units.id_token);
        span(
            self.id.unwrap_or(1),
            self.id.and(unit).unwrap_or(TimeUnitsType::Hours),
        )
    }

    /// Life of a refresh token.
    pub fn refresh(&self) -> Duration {
        let unit = self.units.as_ref().and_then(|units| units.refresh_token);
        span(self.refresh, unit.unwrap_or(TimeUnitsType::Days))
    }
}

pub(crate) fn span(count: i32, unit: TimeUnitsType) -> Duration {
    let seconds = match unit {
        TimeUnitsType::Seconds => 1,
        TimeUnitsType::Minutes => 60,
        TimeUnitsType::Hours => 60 * 60,
        TimeUnitsType::Days => 24 * 60 * 60,
    };
    Duration::from_secs(u64::try_from(count).unwrap_or(0) * seconds)
}

impl AppClient {
    /// Whether it has a secret.
    pub fn is_confidential(&self) -> bool {
        !self.secrets.is_empty()
    }

    /// Whether a sign-in with an unknown name is answered like one with a wrong password. LEGACY is
    /// the API's default (documented).
    pub fn hides_unknown_users(&self) -> bool {
        self.prevent_user_existence_errors == Some(PreventUserExistenceErrorTypes::Enabled)
    }

    /// Life of a challenge session.
    pub fn auth_session(&self) -> Duration {
        Duration::from_secs(u64::try_from(self.auth_session_minutes).unwrap_or(3) * 60)
    }

    /// The grace period of refresh token rotation, if it is on.
    pub fn rotation_grace(&self) -> Option<Duration> {
        let rotation = self
            .rotation
            .as_ref()
            .filter(|set| set.feature == FeatureType::Enabled)?;
        let seconds = rotation.retry_grace_period_seconds.unwrap_or(0);
        Some(Duration::from_secs(u64::try_from(seconds).unwrap_or(0)))
    }

    /// Whether one of `allowing` is among the client's flows. Without a list the refresh, SRP and
    /// custom flows are on (documented); a list of legacy names adds to those (observed), but for
    /// CUSTOM_AUTH_FLOW_ONLY (inferred from its name).
    pub fn allows_flow(&self, allowing: &[ExplicitAuthFlowsType]) -> bool {
        use crate::model::cognito_idp::ExplicitAuthFlowsType as Flow;

        const DEFAULTS: [Flow; 3] = [
            Flow::AllowRefreshTokenAuth,
            Flow::AllowUserSrpAuth,
            Flow::AllowCustomAuth,
        ];
        let by_default = || allowing.iter().any(|flow| DEFAULTS.contains(flow));
        let Some(listed) = self
            .explicit_auth_flows
            .as_deref()
            .filter(|list| !list.is_empty())
        else {
            return by_default();
        };
        if allowing.iter().any(|flow| listed.contains(flow)) {
            return true;
        }
        let legacy = |flow: &Flow| {
            matches!(
                flow,
                Flow::AdminNoSrpAuth | Flow::UserPasswordAuth | Flow::CustomAuthFlowOnly
            )
        };
        if listed.contains(&Flow::CustomAuthFlowOnly) {
            return allowing.contains(&Flow::AllowCustomAuth)
                || allowing.contains(&Flow::AllowRefreshTokenAuth);
        }
        listed.iter().all(legacy) && by_default()
    }

    /// Whether the client may read an attribute. Without a list: every one, custom attributes
    /// included (observed: aws/aws-aspnet-cognito-identity-provider#89,
    /// hashicorp/terraform-provider-aws#2874; the model speaks of standard attributes only). That
    /// developer-only ones are among them is inferred: ID tokens have them (documented).
    pub fn can_read(&self, attribute: &str) -> bool {
        match &self.read_attributes {
            Some(list) => attribute == "sub" || list.iter().any(|name| name == attribute),
            None => true,
        }
    }

    /// Whether the client may write an attribute. Without a list: every one, custom attributes
    /// included (observed, as for reading). Never the verification flags or what is for
    /// administrators only (documented).
    pub fn can_write(&self, attribute: &str) -> bool {
        if is_reserved(attribute) || attribute.starts_with("dev:") {
            return false;
        }
        match &self.write_attributes {
            Some(list) => list.iter().any(|name| name == attribute),
            None => true,
        }
    }

    /// Checks a `SECRET_HASH` or `SecretHash`: Base64 of HMAC-SHA256 over username and client id
    /// (documented). `wrong` makes the refusal for a hash that does not match.
    ///
    /// # Errors
    /// A missing, wrong or uncalled-for hash.
    pub fn check_secret_hash(
        &self,
        username: &str,
        hash: Option<&str>,
        wrong: impl FnOnce(String) -> Refusal,
    ) -> Result<(), CognitoError> {
        let client = self.id.to_string();
        match hash {
            None if !self.is_confidential() => Ok(()),
            None => Refusal::SecretHashMissing { client }.refuse(
                "the client has a secret; send SecretHash (SECRET_HASH in parameters): Base64 of \
                 HMAC-SHA256 with the secret as key over username + client id",
            ),
            Some(_) if !self.is_confidential() => Refusal::SecretNotExpected { client }
                .refuse("the client has no secret; leave the secret hash out"),
            Some(hash) if self.matches_hash(username, hash) => Ok(()),
            Some(_) => wrong(client).refuse(format!(
                "the hash is not Base64(HMAC-SHA256(client secret, {username:?} + client id)); the \
                 username in it must be the one this request carries"
            )),
        }
    }

    /// The secret hash over a name, for those who act for the client; none where it has no secret.
    pub fn secret_hash(&self, username: &str) -> Option<Secret> {
        use aws_lc_rs::hmac;

        use base64::Engine as _;

        let secret = self.secrets.first()?;
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.value.expose().as_bytes());
        let message = [username.as_bytes(), self.id.as_bytes()].concat();
        let hash = base64::engine::general_purpose::STANDARD.encode(hmac::sign(&key, &message));
        Some(Secret::from(hash))
    }

    fn matches_hash(&self, username: &str, hash: &str) -> bool {
        use aws_lc_rs::hmac;

        use base64::Engine as _;

        let Ok(given) = base64::engine::general_purpose::STANDARD.decode(hash) else {
            return false;
        };
        self.secrets.iter().any(|secret| {
            let key = hmac::Key::new(hmac::HMAC_SHA256, secret.value.expose().as_bytes());
            let message = [username.as_bytes(), self.id.as_bytes()].concat();
            hmac::verify(&key, &message, &given).is_ok()
        })
    }

    /// Checks a secret that came as it is, in operations that take no hash. Each says in words of its
    /// own what is wrong.
    ///
    /// # Errors
    /// A missing, wrong or uncalled-for secret.
    pub fn check_secret(&self, given: Option<&Secret>) -> Result<(), SecretFault> {
        match given {
            None if self.is_confidential() => Err(SecretFault::Missing),
            Some(_) if !self.is_confidential() => Err(SecretFault::NotExpected),
            Some(given) if !self.secrets.iter().any(|own| own.value == *given) => {
                Err(SecretFault::Wrong)
            }
            None | Some(_) => Ok(()),
        }
    }
}

impl Draft<'_> {
    /// Adds or replaces an app client.
    pub fn put_client(&mut self, client: AppClient) -> Arc<AppClient> {
        self.put(Change::Client, client.id.clone(), client)
    }

    /// Takes an app client away.
    pub fn remove_client(&mut self, id: ClientId) {
        self.stage(Change::Client(Staged::Remove(id)));
    }
}
