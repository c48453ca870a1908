//! Passwords: how one is kept, and the pool's policy for new ones.
//!
//! A password is kept as salt and SRP `x`: one value serves the password check, the SRP verifier (made when
//! first needed), the history and exports. `x` is of one pool's name, so beside it the text is sealed, for
//! copies of the pool; as it is it's nowhere.

use std::sync::OnceLock;

use crate::clock::Timestamp;
use crate::crypto::seal::Seal;
use crate::crypto::srp::{self, Salt, Verifier};
use crate::entropy::{Entropy, Purpose};
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::AdminSetUserPasswordRequest;
use crate::model::{DecodeError, PoolId, Secret, constraint_message};

const NONCE: usize = 12;

const SEALED: &str = "password";

/// A kept password.
pub struct Password {
    salt: Salt,
    /// SRP's `x`.
    key: [u8; 32],
    /// The text, sealed; its nonce begins the salt.
    sealed: Box<[u8]>,
    /// When it was set; a temporary one expires.
    pub set: Timestamp,
    verifier: OnceLock<Verifier>,
}

/// Shows nothing by which a password could be found or proved.
impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Password")
            .field("set", &self.set)
            .finish_non_exhaustive()
    }
}

impl Password {
    /// Keeps `password` of the user with this stored username.
    pub fn new(
        entropy: &Entropy,
        seal: &Seal,
        pool: &PoolId,
        username: &str,
        password: &Secret,
        set: Timestamp,
    ) -> Self {
        let salt = Salt::new(entropy.bytes(Purpose::Srp));
        let key = srp::password_key(pool.name_part(), username, password.expose(), &salt);
        let sealed = seal.seal(nonce(&salt), SEALED, password.expose().as_bytes());
        Self {
            sealed: sealed.get(NONCE..).unwrap_or_default().into(),
            salt,
            key,
            set,
            verifier: OnceLock::new(),
        }
    }

    /// The same password of the user of this name in another pool.
    pub(super) fn copied(&self, seal: &Seal, pool: &PoolId, username: &str) -> Option<Self> {
        let sealed = [&nonce(&self.salt)[..], &self.sealed].concat();
        let text = String::from_utf8(seal.open(SEALED, &sealed)?).ok()?;
        Some(Self {
            key: srp::password_key(pool.name_part(), username, &text, &self.salt),
            salt: self.salt.clone(),
            sealed: self.sealed.clone(),
            set: self.set,
            verifier: OnceLock::new(),
        })
    }

    /// Whether `password` is this one.
    pub fn matches(&self, pool: &PoolId, username: &str, password: &str) -> bool {
        let key = srp::password_key(pool.name_part(), username, password, &self.salt);
        aws_lc_rs::constant_time::verify_slices_are_equal(&key, &self.key).is_ok()
    }

    /// The salt that a client needs for SRP.
    pub fn salt(&self) -> &Salt {
        &self.salt
    }

    /// The SRP verifier: one exponentiation the first time, so not under a lock.
    pub fn verifier(&self) -> &Verifier {
        self.verifier.get_or_init(|| srp::verifier(&self.key))
    }
}

/// A salt is drawn once, so that no two texts are sealed under one nonce.
fn nonce(salt: &Salt) -> [u8; NONCE] {
    let mut nonce = [0; NONCE];
    for (to, from) in nonce.iter_mut().zip(salt.as_bytes()) {
        *to = *from;
    }
    nonce
}

/// A password that came as a value of a string map (NEW_PASSWORD): the model's constraints of the
/// member `Password` hold for it as well, though the map's own do not say so (inferred).
///
/// # Errors
/// The constraints it breaks, in AWS's words.
pub fn from_parameter(
    pool: &PoolId,
    username: &str,
    password: String,
) -> Result<Secret, CognitoError> {
    let as_member = serde_json::json!({
        "UserPoolId": pool.as_str(), "Username": username, "Password": password,
    });
    match crate::model::decode::<AdminSetUserPasswordRequest>(&as_member) {
        Ok(request) => Ok(request.password),
        Err(DecodeError::Constraints(violations)) => Refusal::Constraints {
            text: constraint_message(&violations),
        }
        .refuse("a password has 256 characters at most and no space at either end"),
        Err(_) => Ok(Secret::from(password)),
    }
}

/// Rules for new passwords.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordPolicy {
    /// 6 to 99.
    pub minimum_length: i32,
    /// A letter of `A-Z` is needed.
    pub require_uppercase: bool,
    /// A letter of `a-z` is needed.
    pub require_lowercase: bool,
    /// A digit is needed.
    pub require_numbers: bool,
    /// A symbol of the documented set is needed.
    pub require_symbols: bool,
    /// How many earlier passwords are refused, if given.
    pub history_size: Option<i32>,
    /// Life of a temporary password in days; 0 or absent means 7 (documented).
    pub temporary_validity_days: Option<i32>,
}

impl Default for PasswordPolicy {
    /// What a pool made without a policy has (observed).
    fn default() -> Self {
        Self {
            minimum_length: 8,
            require_uppercase: true,
            require_lowercase: true,
            require_numbers: true,
            require_symbols: true,
            history_size: None,
            temporary_validity_days: Some(7),
        }
    }
}

/// Symbols that count, from the guide's page on password requirements. A space inside counts too.
const SYMBOLS: &str = "^$*.[]{}()?\"!@#%&/\\,><':;|_~`=+-";

/// The first rule a password breaks. One rule a response (observed); the order is inferred.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Breach {
    /// Shorter than the policy's minimum.
    TooShort,
    /// No upper-case letter.
    NoUppercase,
    /// No lower-case letter.
    NoLowercase,
    /// No digit.
    NoNumber,
    /// No symbol.
    NoSymbol,
}

impl Breach {
    fn sentence(self) -> &'static str {
        match self {
            Self::TooShort => "Password not long enough",
            Self::NoUppercase => "Password must have uppercase characters",
            Self::NoLowercase => "Password must have lowercase characters",
            Self::NoNumber => "Password must have numeric characters",
            Self::NoSymbol => "Password must have symbol characters",
        }
    }
}

/// Which sentence a refused password gets: two prefixes, by operation (observed).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// SignUp and AdminCreateUser: `did not conform with`.
    NewUser,
    /// Every password set on a user that exists: `does not conform to`. Observed for the challenge
    /// and ConfirmForgotPassword, inferred for ChangePassword and AdminSetUserPassword.
    ExistingUser,
}

impl PasswordPolicy {
    /// The first rule that `password` breaks.
    pub fn breach(&self, password: &str) -> Option<Breach> {
        let has = |test: fn(char) -> bool| password.chars().any(test);
        let length = password.encode_utf16().count();
        if length < usize::try_from(self.minimum_length).unwrap_or(0) {
            Some(Breach::TooShort)
        } else if self.require_uppercase && !has(|c| c.is_ascii_uppercase()) {
            Some(Breach::NoUppercase)
        } else if self.require_lowercase && !has(|c| c.is_ascii_lowercase()) {
            Some(Breach::NoLowercase)
        } else if self.require_numbers && !has(|c| c.is_ascii_digit()) {
            Some(Breach::NoNumber)
        } else if self.require_symbols
            && !has(|c| SYMBOLS.contains(c))
            && !password.trim_matches(' ').contains(' ')
        {
            Some(Breach::NoSymbol)
        } else {
            None
        }
    }

    /// Checks a new password.
    ///
    /// # Errors
    /// InvalidPasswordException with the first rule broken.
    pub fn check(&self, password: &Secret, setting: Setting) -> Result<(), CognitoError> {
        let Some(breach) = self.breach(password.expose()) else {
            return Ok(());
        };
        let rule = breach.sentence().to_owned();
        let refusal = match setting {
            Setting::NewUser => Refusal::PasswordDidNotConform { rule },
            Setting::ExistingUser => Refusal::PasswordDoesNotConform { rule },
        };
        refusal.refuse(format!(
            "the pool's password policy needs {}",
            self.in_words()
        ))
    }

    /// Whether a temporary password set at `set` is too old at `now`.
    pub fn is_expired(&self, set: Timestamp, now: Timestamp) -> bool {
        let days = match self.temporary_validity_days {
            Some(days) if days > 0 => u64::try_from(days).unwrap_or(7),
            _ => 7,
        };
        now > set.plus(std::time::Duration::from_secs(days * 24 * 60 * 60))
    }

    /// A random password that the policy takes.
    pub fn generate(&self, entropy: &Entropy) -> Secret {
        const CLASSES: [&[u8]; 4] = [
            b"ABCDEFGHJKLMNPQRSTUVWXYZ",
            b"abcdefghijkmnopqrstuvwxyz",
            b"23456789",
            b"!@#$%&*+-=",
        ];
        let length = usize::try_from(self.minimum_length).unwrap_or(8).max(8);
        let mut password: Vec<u8> = Vec::with_capacity(length);
        for place in 0..length {
            // The first four places bring one of each class, the others any letter or digit.
            let alphabet = if place < 4 {
                CLASSES[place]
            } else {
                CLASSES[place % 3]
            };
            password.push(alphabet[entropy.below(Purpose::Secrets, alphabet.len())]);
        }
        for place in (1..length).rev() {
            password.swap(place, entropy.below(Purpose::Secrets, place + 1));
        }
        Secret::from(password.into_iter().map(char::from).collect::<String>())
    }

    fn in_words(&self) -> String {
        let classes = [
            (self.require_uppercase, "an upper-case letter"),
            (self.require_lowercase, "a lower-case letter"),
            (self.require_numbers, "a digit"),
            (self.require_symbols, "a symbol"),
        ];
        classes.into_iter().filter(|(required, _)| *required).fold(
            format!("{} characters", self.minimum_length),
            |text, (_, class)| format!("{text}, {class}"),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formatted_password_tells_neither_key_nor_verifier() {
        let entropy = Entropy::from_seed(1);
        let pool = PoolId::from("us-east-1_a");
        let password = Password::new(
            &entropy,
            &Seal::new([7; 32]),
            &pool,
            "bob",
            &Secret::from("Right-1"),
            Timestamp(7),
        );
        assert_eq!(
            format!("{password:?}"),
            "Password { set: Timestamp(7), .. }"
        );
    }

    #[test]
    fn default_policy_names_the_first_rule_a_password_breaks() {
        let cases = [
            ("Aa1!aaaa", None),
            ("Aa1!", Some(Breach::TooShort)),
            ("aa1!aaaa", Some(Breach::NoUppercase)),
            ("AA1!AAAA", Some(Breach::NoLowercase)),
            ("Aaa!aaaa", Some(Breach::NoNumber)),
            ("Aa1aaaaa", Some(Breach::NoSymbol)),
            ("Aa1a aaaa", None),
            ("Aa1aaaaa ", Some(Breach::NoSymbol)),
        ];
        for (password, expected) in cases {
            assert_eq!(
                PasswordPolicy::default().breach(password),
                expected,
                "{password}"
            );
        }
    }

    #[test]
    fn generated_passwords_satisfy_the_policy() {
        let entropy = Entropy::from_seed(1);
        for minimum_length in [6, 8, 99] {
            let policy = PasswordPolicy {
                minimum_length,
                ..PasswordPolicy::default()
            };
            for _ in 0..50 {
                assert_eq!(policy.breach(policy.generate(&entropy).expose()), None);
            }
        }
    }
}
