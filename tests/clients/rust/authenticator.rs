//! An authenticator app: RFC 6238 codes, read off the server's clock.

use totp_rs::{Builder, Secret, Totp};

use crate::poolhouse::Poolhouse;

/// The code that the app shows now.
pub async fn totp_code(server: &Poolhouse, secret: &str) -> String {
    app(secret).generate(server.now().await).to_string()
}

/// A code no call has used yet: the clock moves to the next step of 30 s first.
pub async fn fresh_code(server: &Poolhouse, secret: &str) -> String {
    server.advance_clock("30s").await;
    totp_code(server, secret).await
}

/// Six digits that are no valid code now or one step to either side.
pub async fn wrong_code(server: &Poolhouse, secret: &str) -> String {
    let now = server.now().await;
    let valid = [now - 30, now, now + 30].map(|moment| app(secret).generate(moment).to_string());
    let candidates = ["000000", "111111", "222222", "333333"].map(String::from);
    candidates
        .into_iter()
        .find(|code| !valid.contains(code))
        .expect("three codes cannot be four")
}

fn app(secret: &str) -> Totp {
    let secret = Secret::try_from_base32(secret).expect("the secret is base32");
    Builder::new().with_secret(secret).build_noncompliant()
}
