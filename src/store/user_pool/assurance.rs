//! How strongly a sign-in was proven: what the claims `acr` and `amr` say.
//!
//! Methods, levels and what satisfies each are fixed (documented: "Authentication levels with ACR and AMR
//! claims", developer guide); a pool only names the levels.

use serde::{Deserialize, Serialize};

use super::user::Factor;
use crate::model::Contact;

/// One way to prove who signs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// A password, or its proof.
    Password,
    /// A code of an authenticator app.
    SoftwareToken,
    /// A code by text message.
    Sms,
    /// A code by mail.
    Email,
    /// A passkey of the device itself.
    Platform,
    /// A passkey of a security key.
    Roaming,
    /// The word of an identity provider.
    Federated,
}

impl Method {
    /// In the order of the guide's sample, where it has one.
    const ALL: [Self; 7] = [
        Self::Password,
        Self::SoftwareToken,
        Self::Sms,
        Self::Email,
        Self::Platform,
        Self::Roaming,
        Self::Federated,
    ];

    /// Its value of `amr`.
    const fn as_str(self) -> &'static str {
        match self {
            Self::Password => "pwd",
            Self::SoftwareToken => "otp",
            Self::Sms => "sms",
            Self::Email => "email_otp",
            Self::Platform => "swk",
            Self::Roaming => "hwk",
            Self::Federated => "fed",
        }
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

impl From<Factor> for Method {
    fn from(factor: Factor) -> Self {
        match factor {
            Factor::SmsMfa => Self::Sms,
            Factor::SoftwareTokenMfa => Self::SoftwareToken,
            Factor::EmailOtp => Self::Email,
        }
    }
}

impl From<Contact> for Method {
    fn from(contact: Contact) -> Self {
        match contact {
            Contact::PhoneNumber => Self::Sms,
            Contact::Email => Self::Email,
        }
    }
}

/// A level of authentication, 1 to 4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Level(u8);

impl Level {
    /// All four.
    pub const ALL: [Self; 4] = [Self(1), Self(2), Self(3), Self(4)];

    /// Its member of AcrConfiguration.
    pub fn member(self) -> String {
        format!("Level{}", self.0)
    }
}

/// A set of methods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Methods(u8);

impl Methods {
    /// These and one more.
    #[must_use]
    pub const fn with(self, method: Method) -> Self {
        Self(self.0 | method.bit())
    }

    /// These and those.
    #[must_use]
    pub const fn and(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// Whether a method is among them.
    pub const fn has(self, method: Method) -> bool {
        self.0 & method.bit() != 0
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The highest level that they satisfy.
    pub const fn level(self) -> Option<Level> {
        let password = self.has(Method::Password);
        let code = self.has(Method::Sms) || self.has(Method::Email);
        let passkey = self.has(Method::Platform) || self.has(Method::Roaming);
        Some(Level(if password && self.has(Method::SoftwareToken) {
            4
        } else if passkey || (password && code) {
            3
        } else if code {
            2
        } else if password {
            1
        } else {
            return None;
        }))
    }

    /// The claim `amr`: a value each, and `mfa` where there are several.
    pub fn amr(self) -> impl Iterator<Item = &'static str> {
        let values = Method::ALL
            .into_iter()
            .filter(move |method| self.has(*method));
        let several = (self.0.count_ones() > 1).then_some("mfa");
        values.map(Method::as_str).chain(several)
    }

    /// The methods of a claim `amr`; a value that is none of them counts for nothing.
    pub fn of_amr<'a>(values: impl IntoIterator<Item = &'a str>) -> Self {
        let known = |value: &str| {
            Method::ALL
                .into_iter()
                .find(|method| method.as_str() == value)
        };
        values
            .into_iter()
            .filter_map(known)
            .fold(Self::default(), Self::with)
    }
}

/// What the tokens of a sign-in say of how strongly it was proven; a refresh keeps it as it is (documented).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assurance {
    /// The name that the level had when the user signed in; none where the methods satisfy no level.
    #[serde(rename = "l", default, skip_serializing_if = "Option::is_none")]
    pub acr: Option<String>,
    /// The methods.
    #[serde(rename = "m")]
    pub methods: Methods,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &str) -> Methods {
        Methods::of_amr(values.split_whitespace())
    }

    /// The guide's two tables.
    #[test]
    fn methods_satisfy_the_highest_level_that_they_can() {
        let rows = [
            ("", None, ""),
            ("pwd", Some(1), "pwd"),
            ("sms", Some(2), "sms"),
            ("email_otp", Some(2), "email_otp"),
            ("sms email_otp", Some(2), "sms email_otp mfa"),
            ("swk", Some(3), "swk"),
            ("hwk", Some(3), "hwk"),
            ("pwd sms", Some(3), "pwd sms mfa"),
            ("email_otp pwd", Some(3), "pwd email_otp mfa"),
            ("pwd otp", Some(4), "pwd otp mfa"),
            ("pwd sms otp mfa", Some(4), "pwd otp sms mfa"),
            // No row of the guide has a token without a password.
            ("otp", None, "otp"),
            ("swk otp", Some(3), "otp swk mfa"),
            ("fed", None, "fed"),
            ("mfa x", None, ""),
        ];
        for (given, level, amr) in rows {
            let methods = of(given);
            assert_eq!(methods.level(), level.map(Level), "{given}");
            assert_eq!(methods.amr().collect::<Vec<_>>().join(" "), amr, "{given}");
        }
    }
}
