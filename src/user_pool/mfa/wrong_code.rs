//! What a wrong code of a software token may have been: said in the reason of its refusal, and in nothing else.

use std::cmp::Ordering;

use crate::clock::Timestamp;
use crate::store::user_pool::software_token::{
    STEP_SECONDS, SoftwareToken, base32, current_step, step_near,
};
use crate::store::user_pool::user::{User, UserMfa};

/// Steps that are looked at before and after the present one: ten minutes either way.
const AROUND: u64 = 20;

/// What `code` may be, which is none that `token` takes now. Nothing of a secret or a code is told.
pub fn of_token(user: &User, token: &SoftwareToken, code: &str, now: Timestamp) -> Option<String> {
    const DIGITS: usize = 6;

    if code.len() != DIGITS || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(format!("a code has {DIGITS} digits"));
    }
    let of_secret = |secret: &[u8]| step_near(secret, code, now, AROUND);
    if let Some(step) = of_secret(&token.secret) {
        return Some(format!("it is the code {}", of_step(step, now)));
    }
    // A client that takes the secret's text for the secret.
    if of_secret(base32(&token.secret).as_bytes()).is_some() {
        return Some(
            "it is made with the text of the secret for a key: the text is base32, of which the key is \
             decoded"
                .into(),
        );
    }
    let mfa = user.more().map(|more| &more.mfa)?;
    let (step, whose) = others(mfa, token).find_map(|(secret, whose)| {
        let step = of_secret(secret)?;
        Some((step, whose))
    })?;
    let is_now = step.abs_diff(current_step(now)) <= 1;
    Some(if is_now {
        format!("it is the code of {whose}")
    } else {
        format!("it is the code of {whose}, {}", of_step(step, now))
    })
}

/// The secrets of the user besides that of `token`.
fn others<'u>(
    mfa: &'u UserMfa,
    token: &'u SoftwareToken,
) -> impl Iterator<Item = (&'u [u8], &'static str)> {
    let pending = mfa.pending_secret.as_deref();
    let verified = mfa.token.as_ref().map(|token| &*token.secret);
    let former = mfa.former_secret.as_deref();
    [
        (
            pending,
            "the secret that AssociateSoftwareToken handed out last, which VerifySoftwareToken has not \
             taken a code of yet",
        ),
        (
            verified,
            "the token that was verified before AssociateSoftwareToken handed out another secret",
        ),
        (
            former,
            "an earlier secret, in place of which AssociateSoftwareToken handed out another one",
        ),
    ]
    .into_iter()
    .filter_map(|(secret, whose)| Some((secret?, whose)))
    .filter(|(secret, _)| !token.has_secret(secret))
}

/// Where a step lies, and what that says of the client's clock.
fn of_step(step: u64, now: Timestamp) -> String {
    let present = current_step(now);
    let apart = step.abs_diff(present) * STEP_SECONDS;
    let clock = match step.cmp(&present) {
        Ordering::Less => format!("the client's clock is {apart} s behind"),
        Ordering::Greater => format!("the client's clock is {apart} s ahead"),
        Ordering::Equal => "the clocks agree".to_owned(),
    };
    format!("of step {step}, and now is step {present}: {clock}")
}

#[cfg(test)]
#[path = "tests/wrong_code.rs"]
mod tests;
