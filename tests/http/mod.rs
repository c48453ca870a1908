//! What the HTTP edge answers, byte for byte, to raw requests.

mod browsers;
mod classic_assets;
mod connections;
mod limits;
mod panics;
mod places;
mod protocol;
mod room;
mod signatures;
mod signers;
mod test_api;
pub mod tls;
pub(crate) mod uploads;
pub(crate) mod wire;
