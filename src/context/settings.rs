//! Behaviour that a user of Poolhouse chooses when the server starts.

use std::collections::BTreeMap;

use crate::outbound::Reach;
use crate::store::user_pool::code::FixedCode;

/// Where the `iss` of tokens points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum IssuerMode {
    /// `http://HOST:PORT/POOL_ID`, the host that the request used unless a public URL pins it.
    #[default]
    Local,
    /// `https://cognito-idp.REGION.amazonaws.com/POOL_ID`.
    Aws,
}

/// Where an identity provider is reached, other than its details say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProviderEndpoint {
    /// The stand-in plays it.
    StandIn,
    /// Where its details say, which for social providers is the real one.
    Real,
    /// At the endpoints that the discovery document of this issuer names.
    Issuer(String),
}

/// Behaviour that a user of Poolhouse chooses when the server starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Where the `iss` of tokens points.
    pub issuer: IssuerMode,
    /// Pins the host of local issuers, without a slash at its end.
    pub public_url: Option<String>,
    /// Whether a user of a pool that requires MFA gets tokens once before a factor is set up, as an
    /// older edition of AWS's guide says. Off, as observed on the live service.
    pub one_time_tokens: bool,
    /// Whether levels of authentication are asked for and told of, as the guide says. Off, as observed on the
    /// live service.
    pub step_up: bool,
    /// Whether the hourly attempt limits of AWS apply.
    pub attempt_limits: bool,
    /// Whether the request-rate quotas of AWS apply.
    pub request_rates: bool,
    /// How many messages are kept to be read.
    pub keep_messages: usize,
    /// How many invocations of functions are kept to be read.
    pub keep_invocations: usize,
    /// How many requests are kept to be read; none keeps no journal of them.
    pub keep_requests: usize,
    /// How many snapshots are kept.
    pub keep_snapshots: usize,
    /// How many bytes of history are kept of each pool, for point-in-time recovery.
    pub keep_history: usize,
    /// The code that every user gets, in place of random ones.
    pub code: Option<FixedCode>,
    /// Whether codes stay out of the log.
    pub hide_codes: bool,
    /// How far requests of the server's own may go.
    pub outbound: Reach,
    /// Where identity providers are reached, by their names; of those that are not in here the social
    /// ones are played by the stand-in.
    pub identity_providers: BTreeMap<String, ProviderEndpoint>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            issuer: IssuerMode::Local,
            public_url: None,
            one_time_tokens: false,
            step_up: false,
            attempt_limits: false,
            request_rates: false,
            keep_messages: 10_000,
            keep_invocations: 1000,
            keep_requests: 1000,
            keep_snapshots: 100,
            keep_history: 64 * 1024 * 1024,
            code: None,
            hide_codes: false,
            outbound: Reach::Local,
            identity_providers: BTreeMap::new(),
        }
    }
}
