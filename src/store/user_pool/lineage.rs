//! What the tokens of one sign-in, and those refreshed from them, have in common.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::assurance::Assurance;
use crate::clock::Timestamp;

/// What the authorization server granted with a sign-in; its tokens, and those refreshed from them, keep to
/// it (documented).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Granted {
    /// The scopes.
    #[serde(rename = "s")]
    pub scopes: Vec<String>,
    /// The resource server that access tokens are for, where the request named one.
    #[serde(rename = "a", default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// The client that is the URL of its metadata document; its app client is that of others too.
    #[serde(rename = "u", default, skip_serializing_if = "Option::is_none")]
    pub client_url: Option<String>,
}

impl Granted {
    /// Whether a scope is granted.
    pub fn has(&self, scope: &str) -> bool {
        self.scopes.iter().any(|one| one == scope)
    }
}

/// A sign-in: what its tokens, and those refreshed from them, have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lineage {
    /// The user.
    pub sub: Uuid,
    /// The same in every token of the sign-in.
    pub origin_jti: Uuid,
    /// The event; holds the user's sign-out epoch, see [`event_id`].
    pub event_id: Uuid,
    /// When the user signed in; a refresh does not move it.
    pub auth_time: Timestamp,
    /// The user's sign-out epoch.
    pub epoch: u32,
    /// When the refresh token expires.
    pub refresh_expires: Timestamp,
    /// The device, where the pool tracks devices.
    pub device: Option<Uuid>,
    /// How strongly it was proven, where tokens tell.
    pub assurance: Option<Assurance>,
    /// What the authorization server granted; none for a sign-in through the API.
    pub granted: Option<Arc<Granted>>,
}

/// What a refresh token stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefreshToken {
    /// The pool.
    #[serde(rename = "p")]
    pub pool: String,
    /// The app client it was given to.
    #[serde(rename = "c")]
    pub client: String,
    /// The user.
    #[serde(rename = "s")]
    pub sub: Uuid,
    /// The sign-in: the same in every token made from it.
    #[serde(rename = "o")]
    pub origin_jti: Uuid,
    /// The sign-in's event.
    #[serde(rename = "e")]
    pub event_id: Uuid,
    /// When the user signed in, in milliseconds.
    #[serde(rename = "a")]
    auth_time: i64,
    /// When it expires, in milliseconds.
    #[serde(rename = "x")]
    pub(crate) expires_millis: i64,
    /// The user's sign-out epoch when it was made.
    #[serde(rename = "n")]
    pub epoch: u32,
    /// Its place in the rotation: the first is 0.
    #[serde(rename = "r")]
    pub serial: u64,
    /// The device it was given to, where the pool tracks devices.
    #[serde(rename = "d", default, skip_serializing_if = "Option::is_none")]
    pub device: Option<Uuid>,
    /// How strongly the sign-in was proven, where tokens tell.
    #[serde(rename = "m", default, skip_serializing_if = "Option::is_none")]
    pub assurance: Option<Assurance>,
    /// What the authorization server granted.
    #[serde(rename = "g", default, skip_serializing_if = "Option::is_none")]
    pub granted: Option<Granted>,
    /// When it expires.
    #[serde(skip)]
    pub expires: Timestamp,
}

impl RefreshToken {
    pub(crate) fn new(pool: &str, client: &str, lineage: &Lineage, expires: Timestamp) -> Self {
        Self {
            pool: pool.to_owned(),
            client: client.to_owned(),
            sub: lineage.sub,
            origin_jti: lineage.origin_jti,
            event_id: lineage.event_id,
            auth_time: lineage.auth_time.0,
            expires_millis: expires.0,
            epoch: lineage.epoch,
            serial: 0,
            device: lineage.device,
            assurance: lineage.assurance.clone(),
            granted: lineage.granted.as_deref().cloned(),
            expires,
        }
    }

    /// The sign-in that tokens made from it belong to.
    pub fn lineage(&self) -> Lineage {
        Lineage {
            sub: self.sub,
            origin_jti: self.origin_jti,
            event_id: self.event_id,
            auth_time: Timestamp(self.auth_time),
            epoch: self.epoch,
            refresh_expires: self.expires,
            device: self.device,
            assurance: self.assurance.clone(),
            granted: self.granted.clone().map(Arc::new),
        }
    }

    /// The client that it was given to, where that is the URL of a metadata document.
    pub fn client_url(&self) -> Option<&str> {
        self.granted.as_ref()?.client_url.as_deref()
    }

    /// The token that replaces this one in a rotation; it inherits what is left of its life.
    pub fn at(&self, serial: u64) -> Self {
        Self {
            serial,
            ..self.clone()
        }
    }
}
