//! A user's contacts, as AWS calls them where passwords are recovered: the e-mail address and the phone
//! number, with AWS's other names for the same two.

use super::cognito_idp::{
    AliasAttributeType, AuthFactorType, DeliveryMediumType, RecoveryOptionNameType,
};
use super::shape::enumeration;

enumeration! {
    /// A standard attribute that holds an address. The order is the model's, and that of AWS: where
    /// both would do, the phone is first.
    Contact {
        /// An E.164 number, for text messages.
        PhoneNumber = "phone_number",
        /// An address of mail.
        Email = "email",
    }
}

impl Contact {
    /// The attribute beside it that tells whether it is verified.
    pub fn flag(self) -> &'static str {
        match self {
            Self::PhoneNumber => "phone_number_verified",
            Self::Email => "email_verified",
        }
    }

    /// The contact whose flag has this name.
    pub fn flagged(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|contact| contact.flag() == name)
    }

    /// How messages to it travel.
    pub fn medium(self) -> DeliveryMediumType {
        match self {
            Self::PhoneNumber => DeliveryMediumType::Sms,
            Self::Email => DeliveryMediumType::Email,
        }
    }

    /// What messages that travel so are sent to.
    pub fn reached_by(medium: DeliveryMediumType) -> Self {
        match medium {
            DeliveryMediumType::Sms => Self::PhoneNumber,
            DeliveryMediumType::Email => Self::Email,
        }
    }

    /// Its name among the aliases of a pool.
    pub fn alias(self) -> AliasAttributeType {
        match self {
            Self::PhoneNumber => AliasAttributeType::PhoneNumber,
            Self::Email => AliasAttributeType::Email,
        }
    }

    /// What a recovery option recovers by; nothing where administrators do it.
    pub fn recovered_by(option: RecoveryOptionNameType) -> Option<Self> {
        match option {
            RecoveryOptionNameType::VerifiedPhoneNumber => Some(Self::PhoneNumber),
            RecoveryOptionNameType::VerifiedEmail => Some(Self::Email),
            RecoveryOptionNameType::AdminOnly => None,
        }
    }

    /// What the one-time code of a first factor is sent to.
    pub fn coded_by(factor: AuthFactorType) -> Option<Self> {
        match factor {
            AuthFactorType::SmsOtp => Some(Self::PhoneNumber),
            AuthFactorType::EmailOtp => Some(Self::Email),
            AuthFactorType::Password | AuthFactorType::WebAuthn | AuthFactorType::SoftwareToken => {
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_is_found_by_each_of_its_names() {
        for contact in Contact::ALL.iter().copied() {
            assert_eq!(Contact::parse(contact.as_str()), Some(contact));
            assert_eq!(Contact::flagged(contact.flag()), Some(contact));
            assert_eq!(Contact::flagged(contact.as_str()), None);
            assert_eq!(Contact::reached_by(contact.medium()), contact);
            assert_eq!(contact.alias().as_str(), contact.as_str());
        }
    }
}
