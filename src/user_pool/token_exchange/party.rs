//! The two that an exchange is about, each by a token that is verified in full: whom the new token
//! stands for, and who acts for them.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::clock::Timestamp;
use crate::context::Context;
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::{
    IdentityProviderTypeType as Provider, TokenTypeIdentifierType as Kind,
};
use crate::model::{ClientId, Secret};
use crate::store::user_pool::UserPool;
use crate::store::user_pool::app_client::AppClient;
use crate::store::user_pool::identity_provider::IdentityProvider;
use crate::store::user_pool::lineage::Lineage;
use crate::store::user_pool::state::PoolState;
use crate::store::user_pool::user::User;
use crate::user_pool::federation::jwt::Jwt;
use crate::user_pool::federation::{Fault, assertion, openid};
use crate::user_pool::identity_providers;

/// Which of the two a token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Subject,
    Actor,
}

impl Role {
    /// As the members of the request have it.
    fn name(self) -> &'static str {
        match self {
            Self::Subject => "SubjectToken",
            Self::Actor => "ActorToken",
        }
    }
}

/// A token of the request.
pub(super) struct Presented {
    pub(super) role: Role,
    pub(super) token: Secret,
    pub(super) kind: Kind,
    /// The provider that issued it, where the pool did not.
    pub(super) provider: Option<String>,
}

impl Presented {
    fn refusal(&self, fault: Fault) -> CognitoError {
        let token = self.role.name().to_owned();
        match fault {
            Fault::Expired(reason) => Refusal::PresentedExpired { token }.because(reason),
            Fault::Invalid(reason) => Refusal::PresentedInvalid { token }.because(reason),
        }
    }

    fn invalid(&self, reason: &'static str) -> CognitoError {
        self.refusal(Fault::Invalid(reason.into()))
    }

    fn revoked(&self, reason: &'static str) -> CognitoError {
        let token = self.role.name().to_owned();
        Refusal::PresentedRevoked { token }.because(reason)
    }
}

/// Whom the new token stands for.
pub(super) struct Subject {
    pub(super) user: Arc<User>,
    /// The sign-in that the new token belongs to: that of the subject's token, so that its end is the
    /// end of what was derived from it (inferred).
    pub(super) lineage: Lineage,
    pub(super) scopes: Vec<String>,
    /// `act` of the subject's token.
    pub(super) acting: Option<Value>,
}

/// Who acts for the subject.
pub(super) struct Actor {
    sub: String,
    /// Of another issuer than the pool.
    issuer: Option<String>,
}

impl Actor {
    /// The claim `act`: who acts now, with whoever acted before in it (RFC 8693, 4.1). Which members
    /// AWS writes is inferred: `sub`, which in the token of a client is its id, and `iss` where it is
    /// another issuer's.
    pub(super) fn claim(self, before: Option<Value>) -> Value {
        let mut claim = json!({"sub": self.sub});
        if let Some(issuer) = self.issuer {
            claim["iss"] = issuer.into();
        }
        if let Some(before) = before {
            claim["act"] = before;
        }
        claim
    }
}

/// Whose a verified token is.
enum Whose {
    User(Arc<User>),
    /// An app client of the pool (GetClientToken).
    Client(ClientId),
    /// Somebody whom a provider vouches for.
    Foreign {
        subject: String,
        issuer: String,
    },
}

/// A token whose signature, time and revocation are checked.
struct Verified {
    whose: Whose,
    scopes: Vec<String>,
    acting: Option<Value>,
    /// Of the pool's own tokens.
    origin: Option<Origin>,
}

/// The sign-in of one of the pool's own tokens.
struct Origin {
    origin_jti: Option<Uuid>,
    event_id: Option<Uuid>,
    auth_time: Option<Timestamp>,
}

/// Verifies the subject's token, and finds the user. Of a provider's user only one who is in the pool
/// counts: as its own profile, or as one it is linked to (inferred; UserNotFoundException is declared).
pub(super) async fn subject(
    cx: &Context,
    pool: &Arc<UserPool>,
    client: &AppClient,
    presented: &Presented,
) -> Result<Subject, CognitoError> {
    let verified = verify(cx, pool, presented).await?;
    let user = match verified.whose {
        Whose::User(user) => user,
        Whose::Client(_) => {
            return Err(presented
                .invalid("it is an app client's own token; the subject of an exchange is a user"));
        }
        Whose::Foreign { subject, .. } => {
            let name = presented.provider.as_deref().unwrap_or_default();
            let found =
                pool.read(|state| identity_providers::user_of(state, name, &subject).cloned());
            found.ok_or_else(|| {
                Refusal::UserUnknown.because(
                    "the provider's user is neither in the pool nor linked to a user of it; \
                     AdminLinkProviderForUser links one",
                )
            })?
        }
    };
    if !user.enabled {
        return Refusal::UserDisabled
            .refuse("the account is disabled; AdminEnableUser lets it sign in again");
    }
    let mut lineage = Lineage::begin(cx, client, &user, None);
    if let Some(origin) = verified.origin {
        lineage.origin_jti = origin.origin_jti.unwrap_or(lineage.origin_jti);
        lineage.event_id = origin.event_id.unwrap_or(lineage.event_id);
        lineage.auth_time = origin.auth_time.unwrap_or(lineage.auth_time);
    }
    Ok(Subject {
        user,
        lineage,
        scopes: verified.scopes,
        acting: verified.acting,
    })
}

/// Verifies the actor's token: of a user, of an app client, or of anybody whom a provider vouches for.
pub(super) async fn actor(
    cx: &Context,
    pool: &Arc<UserPool>,
    presented: &Presented,
) -> Result<Actor, CognitoError> {
    let (sub, issuer) = match verify(cx, pool, presented).await?.whose {
        Whose::User(user) => (user.sub.to_string(), None),
        Whose::Client(id) => (id.to_string(), None),
        Whose::Foreign { subject, issuer } => (subject, Some(issuer)),
    };
    Ok(Actor { sub, issuer })
}

async fn verify(
    cx: &Context,
    pool: &Arc<UserPool>,
    presented: &Presented,
) -> Result<Verified, CognitoError> {
    let Some(name) = presented.provider.as_deref() else {
        return match presented.kind {
            Kind::AccessToken | Kind::IdToken => own(cx, pool, presented),
            Kind::Saml2 => Refusal::MissingParameter {
                name: format!("{}ProviderName", presented.role.name()),
            }
            .refuse("the pool issues no SAML assertions; name the provider that did"),
        };
    };
    let provider = pool.read(|state| identity_providers::require(state, name).cloned())?;
    match (presented.kind, provider.kind) {
        (Kind::Saml2, Provider::Saml) => asserted(cx, pool, presented, &provider).await,
        (Kind::AccessToken | Kind::IdToken, Provider::Oidc) => {
            let token = presented.token.expose();
            let vouched = openid::verify(cx, &provider, token)
                .await
                .map_err(|fault| presented.refusal(fault))?;
            Ok(Verified {
                whose: Whose::Foreign {
                    subject: vouched.subject,
                    issuer: vouched.issuer,
                },
                scopes: vouched.scopes,
                acting: None,
                origin: None,
            })
        }
        (kind, of) => Refusal::PresentedKind {
            kind: kind.to_string(),
            provider: name.to_owned(),
        }
        .refuse(format!(
            "a SAML provider issues SAML2, an OIDC provider ACCESS_TOKEN and ID_TOKEN; {name} is {of}"
        )),
    }
}

/// An assertion in Base64, of either alphabet (RFC 8693 says base64url). It is read where slow work is
/// done: what a stranger sends may be as long and as twisted as the limits allow.
async fn asserted(
    cx: &Context,
    pool: &Arc<UserPool>,
    presented: &Presented,
    provider: &IdentityProvider,
) -> Result<Verified, CognitoError> {
    let token = presented.token.expose().trim_end_matches('=');
    let digits = token.replace('+', "-").replace('/', "_");
    let document = URL_SAFE_NO_PAD
        .decode(digits)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(|| presented.invalid("it is no XML in Base64"))?;
    let metadata = provider
        .metadata
        .clone()
        .ok_or_else(|| presented.invalid("the provider has no metadata"))?;
    let audience = assertion::audience(&pool.id);
    let now = cx.now();
    let read = cx
        .crypto
        .run(move || assertion::verify(&document, &metadata, &audience, now))
        .await?
        .map_err(|fault| presented.refusal(fault))?;
    Ok(Verified {
        whose: Whose::Foreign {
            subject: read.name_id,
            issuer: read.issuer,
        },
        scopes: Vec::new(),
        acting: None,
        origin: None,
    })
}

/// One of the pool's own tokens, which the key for its kind signed.
fn own(
    cx: &Context,
    pool: &Arc<UserPool>,
    presented: &Presented,
) -> Result<Verified, CognitoError> {
    let jwt = Jwt::parse(presented.token.expose())
        .map_err(|fault| presented.refusal(Fault::Invalid(fault.into())))?;
    let (key, token_use) = match presented.kind {
        Kind::AccessToken => (&pool.keys.access, "access"),
        Kind::IdToken | Kind::Saml2 => (&pool.keys.id, "id"),
    };
    let is_signed = key.verifying_if_made().is_some_and(|key| {
        jwt.alg == "RS256"
            && jwt.kid.as_deref() == Some(key.kid())
            && key.verify(jwt.signed, &jwt.signature)
    });
    if !is_signed || jwt.text("token_use") != Some(token_use) {
        return Err(presented.invalid(
            "the pool did not sign it as it is, as a token of the type that the request says; a \
             token of a registered provider comes with the provider's name",
        ));
    }
    let now = cx.now();
    let expires = jwt.moment("exp").unwrap_or_default();
    if now >= expires {
        return Err(presented.refusal(Fault::Expired(format!(
            "it was good until {}, and the clock shows {}",
            expires.to_rfc3339(),
            now.to_rfc3339()
        ))));
    }
    let whose = pool.read(|state| bearer(cx, state, presented, &jwt))?;
    Ok(Verified {
        whose,
        scopes: jwt.scopes(),
        acting: jwt.claims.get("act").cloned(),
        origin: Some(Origin {
            origin_jti: uuid(&jwt, "origin_jti"),
            event_id: uuid(&jwt, "event_id"),
            auth_time: jwt.moment("auth_time"),
        }),
    })
}

fn uuid(jwt: &Jwt<'_>, claim: &str) -> Option<Uuid> {
    jwt.text(claim)?.parse().ok()
}

/// Whose an own token is, if it is not dead: the checks of every user operation
/// (`tokens/access.rs`), for ID tokens as well.
fn bearer(
    cx: &Context,
    state: &PoolState,
    presented: &Presented,
    jwt: &Jwt<'_>,
) -> Result<Whose, CognitoError> {
    let client = jwt.text("client_id").map(ClientId::from);
    if let Some(client) = &client
        && !state.clients.contains_key(client)
    {
        return Err(presented.invalid("the app client that it was given to was deleted"));
    }
    let Some(sub) = uuid(jwt, "sub") else {
        let client = client.ok_or_else(|| presented.invalid("it names neither user nor client"))?;
        return Ok(Whose::Client(client));
    };
    let user = state
        .users
        .with_sub(sub)
        .ok_or_else(|| Refusal::UserUnknown.because("the token's user was deleted"))?;
    let told = uuid(jwt, "event_id").map(|id| cx.tokens.event_ids.read(id));
    let told = told.unwrap_or_default();
    if !told.is_under(user.sign_out_epoch()) {
        return Err(presented.revoked(
            "all tokens of the user were revoked after this one was given (a global sign-out, or the \
             account was disabled), or another run of Poolhouse gave the token",
        ));
    }
    if uuid(jwt, "origin_jti").is_some_and(|family| state.revocations.is_ended(family)) {
        return Err(presented.revoked("RevokeToken ended the sign-in that the token belongs to"));
    }
    Ok(Whose::User(Arc::clone(user)))
}
