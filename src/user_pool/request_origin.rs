//! Where a request says that it is from: ContextData of a server, UserContextData of an app, else the
//! peer.

use crate::context::Context;
use crate::model::cognito_idp::{ContextDataType, UserContextDataType};
use crate::user_pool::app_clients::AppClient;

/// Where a request says that it is from.
#[derive(Debug, Default)]
pub struct Origin {
    address: Option<String>,
    agent: Option<String>,
    has_context: bool,
}

impl Origin {
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
    pub fn of_user(client: &AppClient, context: Option<UserContextDataType>) -> Self {
        let Some(context) = context else {
            return Self::default();
        };
        let counts = client.propagate_user_context && client.is_confidential();
        Self {
            address: context.ip_address.filter(|_| counts),
            agent: None,
            has_context: true,
        }
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
