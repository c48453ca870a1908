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
    /// The digits of the codes that it was sent in place of, the latest first.
    pub(crate) superseded: Vec<Box<str>>,
}

/// Superseded codes that are kept in mind; an older one is as any wrong code. No user asks for so many
/// (documented: the hourly limits).
const SUPERSEDED: usize = 16;

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

    /// The same, sent in place of `last`, which stops working (inferred).
    #[must_use]
    pub fn in_place_of(mut self, last: Option<&Self>) -> Self {
        if let Some(last) = last {
            let before = last.superseded.iter().take(SUPERSEDED - 1);
            self.superseded = [&last.digits].into_iter().chain(before).cloned().collect();
        }
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
        are_equal(&self.digits, given)
    }

    /// Whether `given` is one that it was sent in place of.
    pub fn was(&self, given: &str) -> bool {
        let mut superseded = self.superseded.iter();
        superseded.any(|digits| are_equal(digits, given))
    }

    /// Checks a given code against the one outstanding, if any.
    ///
    /// # Errors
    /// ExpiredCodeException without a live code, CodeMismatchException for a wrong one (observed). One that
    /// another was sent in place of is as an expired one (observed for sign-ups, inferred for the others).
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
            if code.was(given) {
                return Refusal::CodeExpired.refuse(
                    "another code was sent since, in place of this one; \
                     GET /_poolhouse/messages shows the last one sent",
                );
            }
            return Refusal::VerificationCodeWrong.refuse(
                "another code is outstanding; GET /_poolhouse/messages shows the last one sent",
            );
        }
        Ok(())
    }
}

fn are_equal(digits: &str, given: &str) -> bool {
    aws_lc_rs::constant_time::verify_slices_are_equal(digits.as_bytes(), given.as_bytes()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::{Code, FixedCode, SUPERSEDED};
    use crate::clock::Timestamp;
    use crate::error::Refusal;
    use crate::model::Contact;

    #[test]
    fn a_code_that_another_was_sent_in_place_of_has_expired() {
        let code = |digits: usize| Code {
            digits: format!("{digits:06}").into(),
            expires: Timestamp(9),
            sent_to: Contact::Email,
            address: None,
            superseded: Vec::new(),
        };
        let mut last = code(0);
        for digits in 1..=SUPERSEDED + 3 {
            last = code(digits).in_place_of(Some(&last));
        }
        let check = |digits: usize| Code::check(Some(&last), &format!("{digits:06}"), Timestamp(9));
        assert_eq!(check(SUPERSEDED + 3), Ok(()));
        for digits in 0..SUPERSEDED + 3 {
            let refusal = if digits < 3 {
                Refusal::VerificationCodeWrong
            } else {
                Refusal::CodeExpired
            };
            assert_eq!(check(digits).unwrap_err().refusal, refusal, "{digits}");
        }
    }

    #[test]
    fn of_two_codes_with_the_same_digits_the_later_one_counts() {
        let code = Code {
            digits: "012345".into(),
            expires: Timestamp(9),
            sent_to: Contact::Email,
            address: None,
            superseded: Vec::new(),
        };
        let last = code.clone().in_place_of(Some(&code));
        assert_eq!(Code::check(Some(&last), "012345", Timestamp(9)), Ok(()));
    }

    #[test]
    fn a_fixed_code_has_six_digits() {
        assert_eq!(FixedCode::parse("012345").unwrap().digits(), "012345");
        assert_eq!(FixedCode::parse("012345").unwrap().long(), "01234501");
        for wrong in ["", "12345", "1234567", "12345a", "１２", " 12345"] {
            assert_eq!(FixedCode::parse(wrong), None, "{wrong}");
        }
    }
}
