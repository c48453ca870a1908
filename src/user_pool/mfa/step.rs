//! Which factor follows a correct password: the guide's "MFA logic at user runtime".

use crate::model::Contact;
use crate::model::cognito_idp::UserPoolMfaType;
use crate::store::user_pool::settings::PoolSettings;
use crate::store::user_pool::user::{Factor, User};

/// What a sign-in asks for after the password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MfaStep {
    /// Nothing more.
    None,
    /// This factor.
    Challenge(Factor),
    /// One of these, as the user chooses (SELECT_MFA_TYPE).
    Select(Vec<Factor>),
    /// None is set up; these can be (MFA_SETUP).
    SetUp(Vec<Factor>),
    /// A factor is owed and there is none that the user could have.
    Impossible,
}

/// Decides the step. Documented, with these readings: where MFA is OFF nobody is prompted
/// (inferred); a token that was enabled is asked for although the pool has turned tokens off
/// (documented by the token page of 2022).
pub fn next_step(settings: &PoolSettings, user: &User) -> MfaStep {
    match settings.mfa.mode {
        UserPoolMfaType::Off => MfaStep::None,
        UserPoolMfaType::Optional => optional(settings, user),
        UserPoolMfaType::On => required(settings, user),
    }
}

/// The step that risk asks for: any factor the user could use, turned on or not (documented: an
/// address or a token is needed); none where there is none.
pub fn demanded_step(settings: &PoolSettings, user: &User) -> MfaStep {
    one_of(usable_factors(settings, user))
}

/// The factors that the user could use, turned on or not; none where MFA is off.
pub fn usable_factors(settings: &PoolSettings, user: &User) -> Vec<Factor> {
    let could = |factor: &Factor| {
        settings.mfa.mode != UserPoolMfaType::Off && usable(settings, user, *factor)
    };
    ORDER.into_iter().filter(could).collect()
}

/// The factors that some user of the pool could use, whoever it is; none where MFA is off.
pub fn possible_factors(settings: &PoolSettings) -> Vec<Factor> {
    let could = |factor: &Factor| {
        settings.mfa.mode != UserPoolMfaType::Off
            && match factor {
                Factor::SoftwareTokenMfa => true,
                Factor::SmsMfa => settings.mfa.sms,
                Factor::EmailOtp => settings.mfa.email.is_some(),
            }
    };
    ORDER.into_iter().filter(could).collect()
}

/// Whether the user has what `factor` needs and the pool has it on. A verified token outlives the
/// pool's setting.
pub fn usable(settings: &PoolSettings, user: &User, factor: Factor) -> bool {
    match factor {
        Factor::SoftwareTokenMfa => has_token(user),
        Factor::SmsMfa => settings.mfa.sms && user.address(Contact::PhoneNumber).is_some(),
        Factor::EmailOtp => settings.mfa.email.is_some() && user.address(Contact::Email).is_some(),
    }
}

fn has_token(user: &User) -> bool {
    user.more().is_some_and(|more| more.mfa.token.is_some())
}

/// The order in which challenges list factors (observed for the first two).
const ORDER: [Factor; 3] = [Factor::SmsMfa, Factor::SoftwareTokenMfa, Factor::EmailOtp];

fn turned_on(user: &User, factor: Factor) -> bool {
    user.more().is_some_and(|more| match factor {
        Factor::SmsMfa => more.mfa.sms || more.mfa.sms_option,
        Factor::SoftwareTokenMfa => more.mfa.software_token,
        Factor::EmailOtp => more.mfa.email,
    })
}

/// The factor that the user prefers, if it can be used.
pub fn preferred_factor(settings: &PoolSettings, user: &User) -> Option<Factor> {
    user.more()
        .and_then(|more| more.mfa.preferred)
        .filter(|factor| turned_on(user, *factor) && usable(settings, user, *factor))
}

/// One factor, or the choice of several.
pub fn one_of(factors: Vec<Factor>) -> MfaStep {
    match factors.as_slice() {
        [] => MfaStep::None,
        [only] => MfaStep::Challenge(*only),
        _ => MfaStep::Select(factors),
    }
}

fn optional(settings: &PoolSettings, user: &User) -> MfaStep {
    if let Some(factor) = preferred_factor(settings, user) {
        return MfaStep::Challenge(factor);
    }
    let active = ORDER.into_iter().filter(|factor| turned_on(user, *factor));
    let (usable, unusable): (Vec<Factor>, Vec<Factor>) =
        active.partition(|factor| usable(settings, user, *factor));
    // Who has an active factor is prompted, and the exception is for who has none that could be
    // (documented): the password alone does not do because an address was taken away. One that the pool
    // has off is not active (inferred).
    if usable.is_empty()
        && unusable
            .iter()
            .any(|factor| needs_address(settings, *factor))
    {
        return MfaStep::Impossible;
    }
    one_of(usable)
}

/// Whether an address is all that a user needs for `factor`: so where the pool has it on.
fn needs_address(settings: &PoolSettings, factor: Factor) -> bool {
    match factor {
        Factor::SoftwareTokenMfa => false,
        Factor::SmsMfa => settings.mfa.sms,
        Factor::EmailOtp => settings.mfa.email.is_some(),
    }
}

/// The guide's steps 4 to 9. A token that the pool has turned off since counts only for who turned it
/// on (documented: the steps of today have it count for nobody, the token page of 2022 for all who
/// set it up; inferred: the latter spoke of those who enabled it).
fn required(settings: &PoolSettings, user: &User) -> MfaStep {
    if let Some(factor) = preferred_factor(settings, user) {
        return MfaStep::Challenge(factor);
    }
    let counts = |factor: &Factor| match factor {
        Factor::SoftwareTokenMfa => {
            settings.mfa.has_software_token() || turned_on(user, Factor::SoftwareTokenMfa)
        }
        Factor::SmsMfa | Factor::EmailOtp => !is_sole_recovery(settings, *factor),
    };
    let usable: Vec<Factor> = ORDER
        .into_iter()
        .filter(|factor| usable(settings, user, *factor) && counts(factor))
        .collect();
    if !usable.is_empty() {
        return one_of(usable);
    }
    let has_address = |factor: &Factor| {
        let contact = factor.contact();
        contact.is_some_and(|contact| user.address(contact).is_some())
    };
    let addresses: Vec<Factor> = ORDER.into_iter().filter(has_address).collect();
    // Step 6 (documented): no token may be set up either, until the user has another address.
    if let [only] = addresses.as_slice()
        && is_sole_recovery(settings, *only)
    {
        return MfaStep::Impossible;
    }
    // Who has an address whose factor is off can only add a token (documented for one address,
    // inferred for two); who has none, whatever the pool has on (documented).
    let could_set_up = |factor: &Factor| match factor {
        Factor::SoftwareTokenMfa => settings.mfa.has_software_token(),
        Factor::SmsMfa => settings.mfa.sms && addresses.is_empty(),
        Factor::EmailOtp => settings.mfa.email.is_some() && addresses.is_empty(),
    };
    let set_up: Vec<Factor> = ORDER
        .into_iter()
        .filter(|factor| could_set_up(factor) && !is_sole_recovery(settings, *factor))
        .collect();
    if set_up.is_empty() {
        MfaStep::Impossible
    } else {
        MfaStep::SetUp(set_up)
    }
}

/// A factor's address cannot also be the only way to recover the password. Inferred reading of the
/// guide's "recovery destination": a pool that recovers by both addresses excludes neither, as
/// observed for SMS and e-mail together.
fn is_sole_recovery(settings: &PoolSettings, factor: Factor) -> bool {
    factor.contact().is_some_and(|contact| {
        matches!(settings.recovery.as_slice(), [only] if Contact::recovered_by(only.name) == Some(contact))
    })
}

#[cfg(test)]
#[path = "tests/step.rs"]
mod tests;
