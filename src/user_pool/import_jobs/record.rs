//! One row of an import's CSV file: the rules for its values, and the user it makes.
//!
//! The rules are documented ("Formatting the CSV file"; status: "Requiring imported users to reset
//! their passwords" and "Importing users with password hashes", developer guide). Of the words for a
//! refused row only those about auto-verified attributes are documented; the others are inferred, but
//! for AWS's sentences that other operations say of the same fault. None holds a value of the row.

use std::borrow::Cow;
use std::sync::Arc;

use super::columns::Column;
use super::csv;
use crate::clock::Timestamp;
use crate::context::Context;
use crate::error::CognitoError;
use crate::model::Contact;
use crate::model::cognito_idp::{
    AttributeDataType, AttributeType, PasswordHashingAlgorithmType, UserPoolMfaType, UserStatusType,
};
use crate::store::user_pool::imported_hash::{HashFault, ImportedHash};
use crate::store::user_pool::settings::PoolSettings;
use crate::store::user_pool::user::User;
use crate::user_pool::accounts::create_user::{self, NewUser};
use crate::user_pool::users::attributes::{self, Giving};

/// Documented.
const LONGEST_ROW: usize = 16_000;

/// A username's longest, as the model has it for every operation.
const LONGEST_USERNAME: usize = 128;

const TOO_LONG: &str = "The User Record is longer than 16000 characters.";

const COLUMNS: &str = "The User Record does not have as many columns as the header.";

const NO_USERNAME: &str = "The User Record does not have a cognito:username.";

const USERNAME: &str = "The User Record has a cognito:username with spaces, tabs or control \
                        characters, or of more than 128 characters.";

const NOT_VERIFIED: &str = "The User Record does not set any of the auto verified attributes to \
                            true. (Example: email_verified to true).";

const UNVERIFIABLE_EMAIL: &str =
    "The User Record sets email_verified to true and does not have an email.";

const UNVERIFIABLE_PHONE: &str =
    "The User Record sets phone_number_verified to true and does not have a phone_number.";

const BIRTHDATE: &str = "The User Record does not have its birthdate in the format mm/dd/yyyy.";

const UPDATED_AT: &str = "The User Record does not have its updated_at as epoch time in seconds.";

const MFA: &str = "The User Record does not set cognito:mfa_enabled as the MFA configuration of the user pool is.";

const MALFORMED_HASH: &str =
    "The User Record has a password hash that does not match the format of the algorithm.";

const COSTLY_HASH: &str =
    "The User Record has a password hash whose parameters exceed the maximum allowed values.";

/// Why a row makes no user, as the log says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfit(pub Cow<'static, str>);

impl From<&'static str> for Unfit {
    fn from(text: &'static str) -> Self {
        Self(text.into())
    }
}

impl From<CognitoError> for Unfit {
    /// AWS's sentence, on one line.
    fn from(error: CognitoError) -> Self {
        Self(error.message().trim_end().replace('\n', "; ").into())
    }
}

/// What makes users of rows: the pool's settings, the job's algorithm and the file's columns.
pub struct Reader {
    /// The pool's settings when the job began.
    pub settings: Arc<PoolSettings>,
    /// The algorithm of the job's hashes.
    pub algorithm: Option<PasswordHashingAlgorithmType>,
    /// What the file's columns are.
    pub columns: Vec<Column>,
}

/// The values of a row that are no attributes.
#[derive(Default)]
struct Special<'a> {
    username: Cow<'a, str>,
    mfa_enabled: Cow<'a, str>,
    hash: Cow<'a, str>,
}

impl Reader {
    /// The user that a row makes; nothing is stored yet. It draws a sub, and hashes nothing.
    ///
    /// # Errors
    /// Why the row makes none.
    pub fn user(&self, cx: &Context, row: &str, now: Timestamp) -> Result<User, Unfit> {
        let settings = &self.settings;
        if row.len() > LONGEST_ROW && row.chars().nth(LONGEST_ROW).is_some() {
            return Err(TOO_LONG.into());
        }
        let (special, given) = self.split(row)?;
        check_username(&special.username)?;
        check_verified(settings, &given)?;
        check_forms(&given)?;
        let mfa = mfa_enabled(settings.mfa.mode, &special.mfa_enabled)?;
        let address = create_user::check_username(settings, &special.username, None)?;
        let given = create_user::with_address(given, address, &special.username);
        // As at a sign-up, required attributes must be there; as for an administrator, those for
        // developers only may be.
        attributes::check_given(&settings.schema, &given, Giving::SignUp, true)?;
        let hash = self.hash(&special.hash)?;
        let new = NewUser {
            username: &special.username,
            attributes: &given,
            sub: None,
            status: UserStatusType::ResetRequired,
            created: now,
        };
        let mut user = create_user::build_user(cx, settings, new)?;
        if let Some(hash) = hash {
            user.more_mut().imported_hash = Some(Arc::new(hash));
            user.status = UserStatusType::Confirmed;
        } else if create_user::can_sign_in_by_code(settings, &user) {
            // Documented: "If they are imported with the ability to sign in with a passwordless factor,
            // Amazon Cognito sets their state to CONFIRMED."
            user.status = UserStatusType::Confirmed;
        }
        // Which factor a TRUE turns on is inferred: text messages, the one factor there was when the
        // column came to be, for who has a number. Where MFA is required no user needs a mark.
        let has_number = user.address(Contact::PhoneNumber).is_some();
        if mfa && settings.mfa.mode == UserPoolMfaType::Optional && settings.mfa.sms && has_number {
            user.more_mut().mfa.sms_option = true;
        }
        Ok(user)
    }

    fn split<'a>(&self, row: &'a str) -> Result<(Special<'a>, Vec<AttributeType>), Unfit> {
        let mut special = Special::default();
        let mut given = Vec::with_capacity(8);
        let mut values = csv::values(row);
        for column in &self.columns {
            let value = values.next().ok_or(COLUMNS)?;
            match column {
                Column::Username => special.username = value,
                Column::MfaEnabled => special.mfa_enabled = value,
                Column::PasswordHash => special.hash = value,
                Column::Attribute(_) if value.is_empty() => {}
                Column::Attribute(name) => given.push(AttributeType {
                    name: name.to_string(),
                    value: Some(self.as_shown(name, &value)),
                }),
            }
        }
        if values.next().is_some() {
            return Err(COLUMNS.into());
        }
        Ok((special, given))
    }

    /// Booleans in the small letters that every answer has them in (inferred for imports, whose
    /// samples have TRUE).
    fn as_shown(&self, name: &str, value: &str) -> String {
        let is_flag = self
            .settings
            .schema
            .get(name)
            .is_some_and(|known| known.data_type == AttributeDataType::Boolean);
        if is_flag {
            value.to_ascii_lowercase()
        } else {
            value.to_owned()
        }
    }

    /// Documented: a row without a hash makes a user without a password. That the column of a job
    /// without an algorithm counts for nothing is inferred.
    fn hash(&self, given: &str) -> Result<Option<ImportedHash>, Unfit> {
        let Some(algorithm) = self.algorithm.filter(|_| !given.is_empty()) else {
            return Ok(None);
        };
        match ImportedHash::parse(algorithm, given) {
            Ok(hash) => Ok(Some(hash)),
            Err(HashFault::Malformed) => Err(MALFORMED_HASH.into()),
            Err(HashFault::OutOfBounds) => Err(COSTLY_HASH.into()),
        }
    }
}

fn value<'a>(given: &'a [AttributeType], name: &str) -> Option<&'a str> {
    let found = given.iter().find(|attribute| attribute.name == name)?;
    found.value.as_deref()
}

fn check_username(username: &str) -> Result<(), Unfit> {
    let bad = |c: char| c.is_whitespace() || c.is_control();
    if username.is_empty() {
        Err(NO_USERNAME.into())
    } else if username.chars().any(bad) || username.encode_utf16().count() > LONGEST_USERNAME {
        Err(USERNAME.into())
    } else {
        Ok(())
    }
}

/// One of the pool's auto-verified attributes must be true, and what is verified must be there.
fn check_verified(settings: &PoolSettings, given: &[AttributeType]) -> Result<(), Unfit> {
    let mut any = false;
    for contact in [Contact::Email, Contact::PhoneNumber] {
        if value(given, contact.flag()) != Some("true") {
            continue;
        }
        any |= settings.auto_verifies(contact);
        if value(given, contact.as_str()).is_none() {
            return Err(match contact {
                Contact::Email => UNVERIFIABLE_EMAIL,
                Contact::PhoneNumber => UNVERIFIABLE_PHONE,
            }
            .into());
        }
    }
    if any {
        Ok(())
    } else {
        Err(NOT_VERIFIED.into())
    }
}

fn check_forms(given: &[AttributeType]) -> Result<(), Unfit> {
    if value(given, "birthdate").is_some_and(|date| !is_date(date)) {
        return Err(BIRTHDATE.into());
    }
    let is_seconds = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if value(given, "updated_at").is_some_and(|text| !is_seconds(text)) {
        return Err(UPDATED_AT.into());
    }
    Ok(())
}

/// `mm/dd/yyyy`, a day of the calendar (that the thirtieth of February is refused is inferred). It is
/// kept as it is written (inferred).
fn is_date(text: &str) -> bool {
    let mut parts = text.split('/');
    let mut number = |digits: usize| {
        let part = parts.next().filter(|part| part.len() == digits)?;
        let all = part.bytes().all(|byte| byte.is_ascii_digit());
        all.then(|| part.parse::<u16>().ok()).flatten()
    };
    let (Some(month), Some(day), Some(year)) = (number(2), number(2), number(4)) else {
        return false;
    };
    let (Ok(month), Ok(day)) = (u8::try_from(month), u8::try_from(day)) else {
        return false;
    };
    let month = time::Month::try_from(month);
    parts.next().is_none()
        && month
            .is_ok_and(|month| time::Date::from_calendar_date(i32::from(year), month, day).is_ok())
}

/// Must be as the pool's MFA is, or blank.
fn mfa_enabled(mode: UserPoolMfaType, given: &str) -> Result<bool, Unfit> {
    let asked = match given {
        "" => return Ok(mode == UserPoolMfaType::On),
        _ if given.eq_ignore_ascii_case("true") => true,
        _ if given.eq_ignore_ascii_case("false") => false,
        _ => return Err(MFA.into()),
    };
    match (mode, asked) {
        (UserPoolMfaType::On, false) | (UserPoolMfaType::Off, true) => Err(MFA.into()),
        (UserPoolMfaType::On | UserPoolMfaType::Off | UserPoolMfaType::Optional, asked) => {
            Ok(asked)
        }
    }
}

#[cfg(test)]
#[path = "tests/record.rs"]
mod tests;
