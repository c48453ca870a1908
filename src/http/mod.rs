//! Everything that knows HTTP.
//!
//! A connection (`connection`) brings requests to the `Door`, whose one routing table sends each
//! to AWS's protocol (`aws_json`), a pool's public documents (`well_known`), the files of import jobs
//! (`uploads`), the page behind a verification link (`confirm_user`), a pool's authorization server and its
//! pages (`oauth`) or the test API (`control`).

mod activity;
pub(crate) mod aws_json;
mod body;
mod call_log;
mod classic_assets;
mod client;
mod confirm_user;
pub(crate) mod connection;
mod control;
mod cors;
mod crowd;
mod dial;
pub(crate) mod door;
mod event_stream;
mod faults;
mod framing;
mod guard;
mod home;
mod html;
mod inside;
mod kept_alive;
mod kms;
pub(crate) mod lambda;
pub(crate) mod limits;
pub(crate) mod listener;
mod noted;
mod oauth;
pub(crate) mod origin;
pub(crate) mod outbound;
mod panics;
mod query;
mod reply;
pub(crate) mod routes;
pub(crate) mod runtime_api;
mod signer;
pub(crate) mod sigv4;
mod spare;
mod stream;
mod tls;
mod unread;
mod uploads;
mod well_known;

pub(crate) use self::client::{Client, sign};
pub(crate) use self::connection::Server;
pub(crate) use self::control::{TAKEN_BY_QUOTAS, wrong_of_quotas};
pub(crate) use self::guard::Guests;
pub(crate) use self::inside::{Answered, Asked, Inside};
pub use self::limits::Limits;
pub(crate) use self::listener::bind;
pub use self::listener::{BindError, Host};
pub(crate) use self::origin::{host_of, is_authority, is_loopback};
pub(crate) use self::outbound::outbound;
pub use self::runtime_api::LoopbackRuntimeApi;
pub use self::signer::Credentials;
pub(crate) use self::tls::Tls;
pub use self::tls::{AuthorityError, TlsSettings};
