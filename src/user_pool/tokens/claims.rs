//! The claims of ID and access tokens, each with its exact JSON type and condition.
//!
//! Documented in "Understanding the identity (ID) token" and "Understanding the access token";
//! what is observed beyond that says so.

use serde_json::Value;
use uuid::Uuid;

use crate::clock::Timestamp;
use crate::context::Context;
use crate::entropy::Purpose;
use crate::model::{Contact, JsonWriter, PoolId};
use crate::store::token_table::Grant;
use crate::store::user_pool::app_client::AppClient;
use crate::store::user_pool::device;
use crate::store::user_pool::lineage::Lineage;
use crate::store::user_pool::user::User;
use crate::user_pool::triggers::token_generation::IdTokenChanges;
use crate::user_pool::users::groups::GroupClaims;

/// The scope of every token of an API sign-in, and the one that user operations ask for (observed).
pub const ADMIN_SCOPE: &str = "aws.cognito.signin.user.admin";

/// What both tokens are made of.
pub struct Common<'a> {
    /// `iss`.
    pub issuer: String,
    /// The sign-in.
    pub lineage: &'a Lineage,
    /// The app client.
    pub client: &'a AppClient,
    /// The user.
    pub user: &'a User,
    /// The user's groups and roles.
    pub groups: &'a GroupClaims,
    /// Whether the pool tracks sessions.
    pub tracks_sessions: bool,
    /// When the tokens are made.
    pub now: Timestamp,
    /// What a token exchange adds.
    pub derivation: Option<&'a Derivation>,
}

/// What a token from an exchange (GetDerivedToken) has beyond the user's own.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Derivation {
    /// Whom the token is for, if it is for one service.
    pub audience: Option<String>,
    /// The scopes of an access token.
    pub scopes: Vec<String>,
    /// `act`: who acts for the user (RFC 8693, 4.1).
    pub actor: Option<Value>,
}

impl Common<'_> {
    /// The claims of the ID token, as JSON.
    pub fn id_token(&self, cx: &Context, said: &IdTokenChanges) -> Vec<u8> {
        let jti = self.jti(cx);
        let expires = self.now.plus(self.client.validity.id());
        let mut out = JsonWriter::new();
        out.object(|out| {
            out.field("sub", &self.user.sub.to_string());
            self.attributes(out, said);
            self.group_claims(out);
            if !self.groups.roles.is_empty() {
                out.field("cognito:roles", &self.groups.roles);
            }
            if let Some(role) = &self.groups.preferred_role {
                out.field("cognito:preferred_role", role);
            }
            out.field("cognito:username", self.user.username.as_str());
            let audience = self.derivation.and_then(|it| it.audience.as_deref());
            out.field("aud", audience.unwrap_or(&self.client.id));
            self.shared(out, "id", jti, expires);
            for (name, value) in &said.claims_to_set {
                if !is_protected(name) && !said.claims_to_suppress.contains(name) {
                    out.field(name, value);
                }
            }
        });
        out.into_bytes()
    }

    /// The claims of the access token, as JSON, and what the token grants.
    pub fn access_token(&self, cx: &Context, pool: &PoolId) -> (Vec<u8>, Grant) {
        let jti = self.jti(cx);
        let expires = self.now.plus(self.client.validity.access());
        let mut out = JsonWriter::new();
        out.object(|out| {
            out.field("sub", &self.user.sub.to_string());
            if let Some(device) = self.lineage.device {
                out.field("device_key", &device::key_of(pool, device));
            }
            self.group_claims(out);
            self.shared(out, "access", jti, expires);
            out.field("client_id", self.client.id.as_str());
            out.field("username", self.user.username.as_str());
            match self.derivation {
                None => {
                    out.field("scope", ADMIN_SCOPE);
                }
                Some(derivation) => {
                    out.field("scope", &derivation.scopes.join(" "));
                    if let Some(audience) = &derivation.audience {
                        out.field("aud", audience);
                    }
                }
            }
        });
        let grant = Grant {
            pool: pool.clone(),
            client: self.client.id.clone(),
            sub: self.user.sub,
            expires: Timestamp::from_seconds(expires.seconds()),
            origin_jti: jti.map(|_| self.lineage.origin_jti),
            epoch: self.lineage.epoch,
            device: self.lineage.device,
            has_admin_scope: self.derivation.is_none_or(|derivation| {
                derivation.scopes.iter().any(|scope| scope == ADMIN_SCOPE)
            }),
        };
        (out.into_bytes(), grant)
    }

    /// Token ids are there only where tokens can be revoked (documented), and where sessions are
    /// tracked, whose access tokens can be (inferred: only without tracking are tokens documented to
    /// stay as they are).
    fn jti(&self, cx: &Context) -> Option<Uuid> {
        (self.client.token_revocation || self.tracks_sessions)
            .then(|| cx.entropy.uuid(Purpose::Tokens))
    }

    fn shared(&self, out: &mut JsonWriter, token_use: &str, jti: Option<Uuid>, expires: Timestamp) {
        out.field("iss", &self.issuer);
        if let Some(jti) = jti {
            out.field("origin_jti", &self.lineage.origin_jti.to_string());
            out.field("jti", &jti.to_string());
        }
        out.field("event_id", &self.lineage.event_id.to_string());
        out.field("token_use", token_use);
        out.field("auth_time", &self.lineage.auth_time.seconds());
        out.field("exp", &expires.seconds());
        out.field("iat", &self.now.seconds());
        if let Some(actor) = self.derivation.and_then(|it| it.actor.as_ref()) {
            out.field("act", actor);
        }
    }

    fn group_claims(&self, out: &mut JsonWriter) {
        if !self.groups.groups.is_empty() {
            out.field("cognito:groups", &self.groups.groups);
        }
    }

    /// The attributes the client may read.
    fn attributes(&self, out: &mut JsonWriter, said: &IdTokenChanges) {
        for (name, value) in self.user.attributes.iter() {
            let replaced = said.claims_to_set.contains_key(name);
            let suppressed = said.claims_to_suppress.iter().any(|claim| claim == name);
            if !self.client.can_read(name) || replaced || suppressed {
                continue;
            }
            write_attribute(out, name, value);
        }
    }
}

/// The two verification flags are JSON booleans, custom attributes always strings (documented);
/// `address` as an object and `updated_at` as a number are inferred from OpenID Connect Core 5.1.
fn write_attribute(out: &mut JsonWriter, name: &str, value: &str) {
    match name {
        flag if Contact::flagged(flag).is_some() => {
            out.field(name, &value.eq_ignore_ascii_case("true"));
        }
        "address" => {
            out.name(name).object(|out| {
                out.field("formatted", value);
            });
        }
        "updated_at" => match value.parse::<i64>() {
            Ok(number) => {
                out.field(name, &number);
            }
            Err(_) => {
                out.field(name, value);
            }
        },
        "identities" => match serde_json::from_str::<Value>(value) {
            Ok(mut identities) => {
                as_texts(&mut identities);
                out.field(name, &identities);
            }
            Err(_) => {
                out.field(name, value);
            }
        },
        _ => {
            out.field(name, value);
        }
    }
}

/// The members of an identity that are a boolean and a number in the attribute are texts in the token
/// (documented).
fn as_texts(identities: &mut Value) {
    for identity in identities.as_array_mut().into_iter().flatten() {
        for member in ["primary", "dateCreated"] {
            if let Some(value) = identity.get_mut(member)
                && matches!(value, Value::Bool(_) | Value::Number(_))
            {
                *value = Value::String(value.to_string());
            }
        }
    }
}

/// Claims that no function may change (documented).
pub(super) fn is_protected(claim: &str) -> bool {
    const PROTECTED: [&str; 22] = [
        // Ours to say (inferred): it would name another actor.
        "act",
        "username",
        "sub",
        "client_id",
        "event_id",
        "device_key",
        "version",
        "acr",
        "amr",
        "at_hash",
        "aud",
        "auth_time",
        "azp",
        "exp",
        "iat",
        "iss",
        "jti",
        "nbf",
        "nonce",
        "origin_jti",
        "token_use",
        "identities",
    ];
    PROTECTED.contains(&claim) || claim.starts_with("cognito:") || claim.starts_with("dev:")
}
