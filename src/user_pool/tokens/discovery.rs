//! Temporary stub.
use crate::context::Context;
/// Key set.
pub fn jwks(_: &Context, pool_id: &str) -> Option<Vec<u8>> {
    (pool_id == "us-east-1_stub").then(|| b"{\"keys\":[]}".to_vec())
}
/// Discovery.
pub fn openid_configuration(cx: &Context, pool_id: &str) -> Option<Vec<u8>> {
    (pool_id == "us-east-1_stub")
        .then(|| format!("{{\"issuer\":\"{}/{pool_id}\"}}", cx.caller.origin).into_bytes())
}
