//! A software token (TOTP, RFC 6238).

use std::sync::Arc;

use totp_rs::{Algorithm, Builder, Secret as TotpSecret, Totp};

use crate::clock::Timestamp;

/// For how long a code is the current one.
pub const STEP_SECONDS: u64 = 30;

/// A verified token.
#[derive(Clone, PartialEq, Eq)]
pub struct SoftwareToken {
    pub(crate) secret: Arc<[u8]>,
    /// `FriendlyDeviceName`, if one was given.
    pub friendly_name: Option<String>,
    /// Steps whose codes were used and whose window is still open.
    pub(crate) used: Vec<u64>,
}

impl std::fmt::Debug for SoftwareToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "SoftwareToken {{ friendly_name: {:?}, .. }}",
            self.friendly_name
        )
    }
}

/// How a given code compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Match {
    /// The code of this step, which was not used before.
    Fresh(u64),
    /// The code of this step of the window, which was used already.
    Used(u64),
    /// No code of the window.
    Wrong,
}

impl SoftwareToken {
    /// A token over `secret`, none of its codes used.
    pub fn new(secret: Arc<[u8]>, friendly_name: Option<String>) -> Self {
        Self {
            secret,
            friendly_name,
            used: Vec::new(),
        }
    }

    /// A token from 16 or more base32 characters, as fixtures give it.
    pub fn from_base32(text: &str) -> Option<Self> {
        let secret = TotpSecret::try_from_base32(text.trim_end_matches('=').to_uppercase()).ok()?;
        (text.len() >= 16).then(|| Self::new(secret.as_bytes().into(), None))
    }

    /// The secret as base32 without padding.
    pub fn to_base32(&self) -> String {
        base32(&self.secret)
    }

    /// Compares a code with those of the step before, this step and the next. An unused code of an
    /// earlier step still counts after a later one was used.
    pub fn compare(&self, code: &str, now: Timestamp) -> Match {
        let mut used = None;
        for step in matching_steps(&self.secret, code, now) {
            if !self.used.contains(&step) {
                return Match::Fresh(step);
            }
            used = Some(step);
        }
        used.map_or(Match::Wrong, Match::Used)
    }

    /// Notes that the code of `step` was used; false if it was already.
    pub fn consume(&mut self, step: u64, now: Timestamp) -> bool {
        if self.used.contains(&step) {
            return false;
        }
        let oldest = current_step(now).saturating_sub(2);
        self.used.retain(|used| *used >= oldest);
        self.used.push(step);
        true
    }

    /// The code at a moment.
    pub fn code_at(&self, now: Timestamp) -> String {
        totp(&self.secret).generate(unix_seconds(now)).to_string()
    }

    pub(crate) fn has_secret(&self, secret: &[u8]) -> bool {
        *self.secret == *secret
    }
}

pub(crate) fn base32(secret: &[u8]) -> String {
    TotpSecret::new(secret.into())
        .to_base32()
        .trim_end_matches('=')
        .to_owned()
}

fn totp(secret: &[u8]) -> Totp {
    // Unchecked, since fixtures may bring secrets shorter than the RFC's 128 bits.
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_skew(1)
        .with_step_duration(STEP_SECONDS)
        .with_secret(TotpSecret::new(secret.into()))
        .build_noncompliant()
}

fn unix_seconds(now: Timestamp) -> u64 {
    u64::try_from(now.seconds()).unwrap_or(0)
}

pub(crate) fn current_step(now: Timestamp) -> u64 {
    unix_seconds(now) / STEP_SECONDS
}

fn matching_steps(secret: &[u8], code: &str, now: Timestamp) -> Vec<u64> {
    steps_with(secret, code, now, 1)
}

/// The step nearest to the present one of which `code` is the code, at most so many away.
pub(crate) fn step_near(secret: &[u8], code: &str, now: Timestamp, around: u64) -> Option<u64> {
    let steps = steps_with(secret, code, now, around);
    let present = current_step(now);
    steps.into_iter().min_by_key(|step| step.abs_diff(present))
}

fn steps_with(secret: &[u8], code: &str, now: Timestamp, around: u64) -> Vec<u64> {
    let totp = totp(secret);
    let step = current_step(now);
    (step.saturating_sub(around)..=step + around)
        .filter(|step| {
            let expected = totp.generate(step * STEP_SECONDS).to_string();
            aws_lc_rs::constant_time::verify_slices_are_equal(expected.as_bytes(), code.as_bytes())
                .is_ok()
        })
        .collect()
}
