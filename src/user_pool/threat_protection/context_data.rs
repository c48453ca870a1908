//! Where a request says that it is from: ContextData of a server, UserContextData of an app, else the
//! peer.

use std::net::IpAddr;

use crate::context::Context;
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::{ContextDataType, UserContextDataType};
use crate::store::user_pool::UserPool;
use crate::store::user_pool::app_client::AppClient;

/// Where a request says that it is from.
#[derive(Debug, Default)]
pub struct ContextData {
    address: Option<String>,
    agent: Option<String>,
    has_context: bool,
}

impl ContextData {
    /// Of an administrator's request: what its server says of the user.
    pub fn told(context: Option<ContextDataType>) -> Self {
        let Some(context) = context else {
            return Self::default();
        };
        let agent = context.http_headers.into_iter().find(|header| {
            let name = header.header_name.as_deref();
            name.is_some_and(|name| name.eq_ignore_ascii_case("user-agent"))
        });
        Self {
            address: Some(context.ip_address),
            agent: agent.and_then(|header| header.header_value),
            has_context: true,
        }
    }

    /// Of a user's request. Its word on the address counts for a client with a secret that
    /// propagates additional context (documented).
    ///
    /// # Errors
    /// InvalidParameterException for such an address that is none, where threat protection is on
    /// (documented that AWS returns an error; which, and that it comes first, is inferred).
    pub fn of_user(
        pool: &UserPool,
        client: &AppClient,
        context: Option<UserContextDataType>,
    ) -> Result<Self, CognitoError> {
        let Some(context) = context else {
            return Ok(Self::default());
        };
        let counts = client.propagate_user_context && client.is_confidential();
        let address = context.ip_address.filter(|_| counts);
        let is_none = |address: &String| address.parse::<IpAddr>().is_err();
        if address.as_ref().is_some_and(is_none) && pool.settings().guard().is_some() {
            return Refusal::UserContextAddress
                .refuse("UserContextData.IpAddress is neither an IPv4 nor an IPv6 address");
        }
        Ok(Self {
            address,
            agent: None,
            has_context: true,
        })
    }

    /// The address: what the request says as far as it counts, else the peer's.
    pub fn address(&self, cx: &Context) -> Option<String> {
        let peer = || {
            cx.caller
                .address
                .map(|peer| peer.to_canonical().to_string())
        };
        self.address.clone().or_else(peer)
    }

    /// The user agent: the one that a server passed on, else the caller's.
    pub fn agent<'a>(&'a self, cx: &'a Context) -> Option<&'a str> {
        self.agent.as_deref().or(cx.caller.user_agent.as_deref())
    }

    /// Whether the request says anything of it.
    pub fn has_context(&self) -> bool {
        self.has_context
    }
}
