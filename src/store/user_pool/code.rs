//! A code that was sent to a user.

use super::user::User;
use crate::clock::Timestamp;
use crate::error::{CognitoError, Refusal};
use crate::model::Contact;

/// The code that every user gets, where a test wants codes known beforehand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FixedCode([u8; 6]);

impl FixedCode {
    /// Six digits, as codes have them.
    pub fn parse(text: &str) -> Option<Self> {
        let digits: [u8; 6] = text.as_bytes().try_into().ok()?;
        digits
            .iter()
            .all(u8::is_ascii_digit)
            .then_some(Self(digits))
    }

    /// Its digits.
    pub fn digits(self) -> String {
        self.0.map(char::from).iter().collect()
    }

    /// The eight digits where a code has so many: its own, and the first two of them again.
    pub fn long(self) -> String {
        let digits = self.0.iter().chain(&self.0[..2]);
        digits.copied().map(char::from).collect()
    }
}

/// A code that was sent and may be given once.
#[derive(Clone, PartialEq, Eq)]
pub struct Code {
    pub(crate) digits: Box<str>,
    /// When it stops being taken.
    pub expires: Timestamp,
    /// What it went to.
    pub sent_to: Contact,
    /// The address itself, where an answer must not be taken once the user has another. Codes that lie with
    /// the user go with the address.
    pub(crate) address: Option<Box<str>>,
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

    /// The same, good as long as the user has this address.
    #[must_use]
    pub fn bound_to(mut self, address: &str) -> Self {
        self.address = Some(address.into());
        self
    }

    /// Whether it still goes with what `user` has: not with an address that was put in place of the one it
    /// was sent to, which nobody has proven to hold. Inferred: so it is with the codes of sign-ups, resets and
    /// attributes.
    pub fn is_of(&self, user: &User) -> bool {
        let address = self.address.as_deref();
        address.is_none_or(|address| user.address(self.sent_to) == Some(address))
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

#[cfg(test)]
mod tests {
    use super::FixedCode;

    #[test]
    fn a_fixed_code_has_six_digits() {
        assert_eq!(FixedCode::parse("012345").unwrap().digits(), "012345");
        assert_eq!(FixedCode::parse("012345").unwrap().long(), "01234501");
        for wrong in ["", "12345", "1234567", "12345a", "１２", " 12345"] {
            assert_eq!(FixedCode::parse(wrong), None, "{wrong}");
        }
    }
}
