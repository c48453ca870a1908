//! The first factors of USER_AUTH: which of them a user may sign in with.
//!
//! Pure, from the pool's settings and the user; the app client has no say in it beyond ALLOW_USER_AUTH
//! (documented: "in all app clients").
//!
//! - A pool that allows PASSWORD allows both ways to prove one (documented). Who has no password is not
//!   asked for one, and who has a temporary one is asked for nothing else (observed).
//! - A code needs the address; it need not be verified, nor need the user be CONFIRMED, for the code does
//!   both (documented).
//! - Of whom MFA is asked, codes are not taken, and a passkey only where it counts as MFA (documented).
//! - Who must reset the password must do so "before they can sign in" (documented for the status), so that no
//!   code and no passkey is a way around (inferred). Who has one is asked for it, and so told. Who was
//!   imported without one and could sign in by a code is not in that state: the import makes them CONFIRMED
//!   (documented).
//! - A user of an identity provider signs in there (documented: none of the flows signs one in).

use crate::model::Contact;
use crate::model::cognito_idp::{AuthFactorType, ChallengeNameType as Name, UserStatusType};
use crate::store::user_pool::settings::PoolSettings;
use crate::store::user_pool::state::PoolState;
use crate::store::user_pool::user::User;
use crate::user_pool::mfa::{self, MfaStep};
use crate::user_pool::passkeys::assertion;

/// A first factor, in the order in which AvailableChallenges lists them (observed for the first two,
/// documented for EMAIL_OTP and WEB_AUTHN, reported for SMS_OTP).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FirstFactor {
    /// The password's proof.
    PasswordSrp,
    /// The password itself.
    Password,
    /// A one-time code.
    Code(Contact),
    /// A passkey.
    Passkey,
}

impl FirstFactor {
    const ALL: [Self; 5] = [
        Self::PasswordSrp,
        Self::Password,
        Self::Code(Contact::Email),
        Self::Code(Contact::PhoneNumber),
        Self::Passkey,
    ];

    /// Its challenge.
    pub(super) fn name(self) -> Name {
        match self {
            Self::PasswordSrp => Name::PasswordSrp,
            Self::Password => Name::Password,
            Self::Code(Contact::Email) => Name::EmailOtp,
            Self::Code(Contact::PhoneNumber) => Name::SmsOtp,
            Self::Passkey => Name::WebAuthn,
        }
    }

    /// The one that a client names.
    pub(super) fn parse(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|factor| factor.name().as_str() == name)
    }

    /// Whether it is the password, in either way.
    pub(super) fn is_password(self) -> bool {
        self.allowed_as() == AuthFactorType::Password
    }

    /// What a pool calls it.
    fn allowed_as(self) -> AuthFactorType {
        match self {
            Self::PasswordSrp | Self::Password => AuthFactorType::Password,
            Self::Code(Contact::Email) => AuthFactorType::EmailOtp,
            Self::Code(Contact::PhoneNumber) => AuthFactorType::SmsOtp,
            Self::Passkey => AuthFactorType::WebAuthn,
        }
    }

    fn is_allowed(self, settings: &PoolSettings) -> bool {
        settings.first_factors.contains(&self.allowed_as())
    }
}

/// AvailableChallenges.
pub(super) fn names(factors: &[FirstFactor]) -> Vec<Name> {
    factors.iter().map(|factor| factor.name()).collect()
}

/// Those that a user may sign in with.
pub(super) fn eligible(state: &PoolState, user: &User) -> Vec<FirstFactor> {
    let is_mfa_asked = is_mfa_asked(&state.settings, user);
    of(
        &state.settings,
        user,
        assertion::is_usable(state, user, is_mfa_asked),
    )
}

/// Whether a password of the user would be followed by a second factor.
pub(super) fn is_mfa_asked(settings: &PoolSettings, user: &User) -> bool {
    mfa::next_step(settings, user) != MfaStep::None
}

fn of(settings: &PoolSettings, user: &User, has_passkey: bool) -> Vec<FirstFactor> {
    let has_password = user.password.is_some() || user.imported_hash().is_some();
    let may_lack_password = match user.status {
        UserStatusType::Unconfirmed
        | UserStatusType::Confirmed
        | UserStatusType::Archived
        | UserStatusType::Compromised
        | UserStatusType::Unknown => true,
        UserStatusType::ResetRequired | UserStatusType::ForceChangePassword => false,
        UserStatusType::ExternalProvider => return Vec::new(),
    };
    let takes_code = may_lack_password && !is_mfa_asked(settings, user);
    let takes = |factor: &FirstFactor| match factor {
        FirstFactor::PasswordSrp | FirstFactor::Password => has_password,
        FirstFactor::Code(contact) => takes_code && user.address(*contact).is_some(),
        FirstFactor::Passkey => may_lack_password && has_passkey,
    };
    allowed(settings).filter(takes).collect()
}

/// Those that the pool allows.
pub(super) fn allowed(settings: &PoolSettings) -> impl Iterator<Item = FirstFactor> {
    let all = FirstFactor::ALL.into_iter();
    all.filter(|factor| factor.is_allowed(settings))
}

/// Those of a user who is played for a name that means nobody: what the pool allows, "a random selection"
/// of which AWS answers with (documented), as far as it `leads` where the sign-in is to. That it is the
/// preferred kind alone where there is one is observed for EMAIL_OTP; that it is otherwise all but a passkey
/// is inferred.
pub(super) fn played(
    settings: &PoolSettings,
    preferred: Option<FirstFactor>,
    leads: impl Fn(FirstFactor) -> bool,
) -> Vec<FirstFactor> {
    let plays = |factor: &FirstFactor| {
        *factor != FirstFactor::Passkey && factor.is_allowed(settings) && leads(*factor)
    };
    let preferred = preferred.filter(plays);
    let is_kind = |factor: &FirstFactor| {
        preferred.is_none_or(|wanted| wanted.allowed_as() == factor.allowed_as())
    };
    FirstFactor::ALL
        .into_iter()
        .filter(|factor| plays(factor) && is_kind(factor))
        .collect()
}

#[cfg(test)]
#[path = "tests/first_factors.rs"]
mod tests;
