//! A code that was sent to a user.

use crate::clock::Timestamp;
use crate::error::{CognitoError, Refusal};
use crate::model::Contact;

/// A code that was sent and may be given once.
#[derive(Clone, PartialEq, Eq)]
pub struct Code {
    pub(crate) digits: Box<str>,
    /// When it stops being taken.
    pub expires: Timestamp,
    /// What it went to.
    pub sent_to: Contact,
}

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Code {{ digits: ***, expires: {:?}, sent_to: {} }}",
            self.expires, self.sent_to
        )
    }
}

impl Code {
    /// The digits, for the message.
    pub fn digits(&self) -> &str {
        &self.digits
    }

    /// Whether `given` is this code.
    pub fn is(&self, given: &str) -> bool {
        aws_lc_rs::constant_time::verify_slices_are_equal(self.digits.as_bytes(), given.as_bytes())
            .is_ok()
    }

    /// Checks a given code against the one outstanding, if any.
    ///
    /// # Errors
    /// ExpiredCodeException without a live code, CodeMismatchException for a wrong one (observed).
    pub fn check(
        outstanding: Option<&Self>,
        given: &str,
        now: Timestamp,
    ) -> Result<(), CognitoError> {
        let Some(code) = outstanding else {
            return Refusal::CodeExpired.refuse(
                "no code is outstanding: none was sent, it was used, or a changed address or a new \
                 password voided it; ask for a new one (ResendConfirmationCode for a sign-up)",
            );
        };
        if now > code.expires {
            return Refusal::CodeExpired.refuse(format!(
                "the code was good until {}, and the clock shows {}; ask for a new one",
                code.expires.to_rfc3339(),
                now.to_rfc3339()
            ));
        }
        if !code.is(given) {
            return Refusal::VerificationCodeWrong.refuse(
                "another code is outstanding; GET /_poolhouse/messages shows the last one sent",
            );
        }
        Ok(())
    }
}
