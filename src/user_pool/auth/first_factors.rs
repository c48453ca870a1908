//! The first factors of USER_AUTH: which of them a user may sign in with.

use crate::model::Contact;
use crate::model::cognito_idp::ChallengeNameType as Name;

/// The challenge of a code sent to `contact`.
pub(super) fn of_code(contact: Contact) -> Name {
    match contact {
        Contact::Email => Name::EmailOtp,
        Contact::PhoneNumber => Name::SmsOtp,
    }
}
