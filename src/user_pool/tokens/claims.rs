//! The claims of ID and access tokens, each with its exact JSON type and condition.
//!
//! Documented in "Understanding the identity (ID) token" and "Understanding the access token";
//! what is observed beyond that says so.

use serde_json::Value;
use uuid::Uuid;

use super::scopes;
use crate::clock::Timestamp;
use crate::context::Context;
use crate::entropy::Purpose;
use crate::model::{ClientId, Contact, JsonWriter, PoolId};
use crate::store::token_table::Grant;
use crate::store::user_pool::app_client::AppClient;
use crate::store::user_pool::device;
use crate::store::user_pool::lineage::{Granted, Lineage};
use crate::store::user_pool::user::User;
use crate::user_pool::triggers::token_generation::ClaimChanges;
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
    /// `nonce` of an authorization request.
    pub nonce: Option<&'a str>,
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
    pub fn id_token(&self, cx: &Context, said: &ClaimChanges) -> Vec<u8> {
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
            if let Some(nonce) = self.nonce {
                out.field("nonce", nonce);
            }
            self.shared(out, "id", jti, expires);
            for (name, value) in said.values() {
                if !may_set_in_id(name, value) {
                    continue;
                }
                match value.as_str().filter(|_| is_typed(name)) {
                    Some(text) => write_attribute(out, name, text),
                    None => {
                        out.field(name, value);
                    }
                }
            }
        });
        out.into_bytes()
    }

    /// The claims of the access token, as JSON, and what the token grants. Its scopes are those that the
    /// function left.
    pub fn access_token(
        &self,
        cx: &Context,
        pool: &PoolId,
        scopes: &[String],
        said: &ClaimChanges,
    ) -> (Vec<u8>, Grant) {
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
            if self.granted().is_some() {
                // Documented by a sample; that other sign-ins have none is inferred.
                out.field("version", &2);
            }
            out.field("client_id", self.client.id.as_str());
            out.field("username", self.user.username.as_str());
            out.field("scope", &scopes.join(" "));
            let audience = self.audience();
            if let Some(audience) = audience {
                out.field("aud", audience);
            }
            for (name, value) in said.values() {
                // The audience that an exchange gave is not the function's to change (inferred).
                let is_given = name == "aud" && audience.is_some();
                if !is_given && may_set_in_access(name, value, &self.client.id) {
                    out.field(name, value);
                }
            }
        });
        let grant = Grant {
            pool: pool.clone(),
            client: self.client.id.clone(),
            sub: self.user.sub,
            expires: Timestamp::from_seconds(expires.seconds()),
            origin_jti: jti.map(|_| self.lineage.origin_jti),
            told: cx.tokens.event_ids.read(self.lineage.event_id),
            device: self.lineage.device,
            has_admin_scope: scopes.iter().any(|scope| scope == ADMIN_SCOPE),
            scopes: (scopes != [ADMIN_SCOPE]).then(|| scopes.join(" ").into()),
            auth_time: self.lineage.auth_time,
            assurance: self.lineage.assurance.clone(),
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
        if let Some(assurance) = &self.lineage.assurance {
            if let Some(acr) = &assurance.acr {
                out.field("acr", acr);
            }
            out.name("amr").array(|out| {
                for method in assurance.methods.amr() {
                    out.string(method);
                }
            });
        }
        if let Some(actor) = self.derivation.and_then(|it| it.actor.as_ref()) {
            out.field("act", actor);
        }
    }

    fn group_claims(&self, out: &mut JsonWriter) {
        if !self.groups.groups.is_empty() {
            out.field("cognito:groups", &self.groups.groups);
        }
    }

    /// The scopes that the access token has unless a function changes them.
    pub fn scopes(&self) -> Vec<String> {
        match (self.derivation, self.granted()) {
            (Some(derivation), _) => derivation.scopes.clone(),
            (None, Some(granted)) => granted.scopes.clone(),
            (None, None) => vec![ADMIN_SCOPE.to_owned()],
        }
    }

    /// What the authorization server granted; a token of an exchange has what the exchange gives.
    fn granted(&self) -> Option<&Granted> {
        let granted = self.lineage.granted.as_deref();
        granted.filter(|_| self.derivation.is_none())
    }

    /// Whom the access token is for, if it is for one service.
    fn audience(&self) -> Option<&str> {
        match self.derivation {
            Some(derivation) => derivation.audience.as_deref(),
            None => self.granted()?.resource.as_deref(),
        }
    }

    /// The attributes the client may read and the scopes let out, but for those that the function leaves out
    /// or gives another value.
    fn attributes(&self, out: &mut JsonWriter, said: &ClaimChanges) {
        for (name, value) in self.user.attributes.iter() {
            let set = said.value_of(name);
            let is_replaced = set.is_some_and(|value| may_set_in_id(name, value));
            let is_suppressed = said.suppresses(name) && !is_protected(name);
            let is_let_out = self
                .granted()
                .is_none_or(|granted| scopes::releases(granted, name));
            if self.client.can_read(name) && is_let_out && !is_replaced && !is_suppressed {
                write_attribute(out, name, value);
            }
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

/// The claims that the ID token has in another type than the attribute, which is a text.
fn is_typed(claim: &str) -> bool {
    Contact::flagged(claim).is_some() || matches!(claim, "address" | "updated_at")
}

/// Whether a function may give a claim of the ID token this value. Attributes for developers can only be
/// suppressed, and of the typed claims no value but a text is taken (documented); that it is then written
/// as the attribute is, and that what may not be set is passed over in silence, is inferred.
fn may_set_in_id(claim: &str, value: &Value) -> bool {
    !is_protected(claim) && !claim.starts_with("dev:") && (value.is_string() || !is_typed(claim))
}

/// The same for a claim of an access token. An audience may be added, and only the client's own id;
/// scopes have lists of their own (documented).
pub(super) fn may_set_in_access(claim: &str, value: &Value, client: &ClientId) -> bool {
    match claim {
        "aud" => value.as_str() == Some(client.as_str()),
        "scope" => false,
        _ => !is_protected(claim) && !claim.starts_with("dev:"),
    }
}

/// Claims that no function may change by their names (documented); groups and roles have a member of
/// their own in its response.
fn is_protected(claim: &str) -> bool {
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
    PROTECTED.contains(&claim) || claim.starts_with("cognito:")
}
