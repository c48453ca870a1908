//! The scopes of OpenID Connect, and which attributes of a user they let out: into the ID token and the answer of
//! `/oauth2/userInfo`.
//!
//! Documented ("Scopes, M2M, and resource servers"; "The userInfo endpoint"): `openid` alone lets out all that
//! the client may read; beside others it is they that count. `email` and `phone` have an address and its flag
//! each. Of `profile` AWS's pages disagree: two say that it is all attributes, the one that lists them leaves
//! out e-mail, phone and address and has custom attributes; that one is followed. That scopes of resource
//! servers and the one of user operations limit nothing, and that `identities` is always let out, is inferred.

use crate::model::Contact;
use crate::store::user_pool::lineage::Granted;

/// The scope that asks for an ID token.
pub const OPENID: &str = "openid";

/// The scopes that let out attributes, and that come with `openid` alone (documented).
pub const OF_ATTRIBUTES: [&str; 3] = ["email", "phone", "profile"];

const PROFILE: [&str; 14] = [
    "name",
    "family_name",
    "given_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "updated_at",
];

/// Whether what was granted lets an attribute out.
pub fn releases(granted: &Granted, attribute: &str) -> bool {
    if attribute == "identities" || !OF_ATTRIBUTES.iter().any(|scope| granted.has(scope)) {
        return true;
    }
    let of_contact = |contact: Contact, scope: &str| {
        let is_its = attribute == contact.as_str() || Contact::flagged(attribute) == Some(contact);
        is_its && granted.has(scope)
    };
    let is_profile = PROFILE.contains(&attribute)
        || attribute.starts_with("custom:")
        || attribute.starts_with("dev:");
    of_contact(Contact::Email, "email")
        || of_contact(Contact::PhoneNumber, "phone")
        || (is_profile && granted.has("profile"))
}

/// The attribute that the client may not read although a granted scope lets it out, if there is one: the token
/// endpoint then refuses (documented, by `email_verified`). That `profile`, of which few clients may read all,
/// is left alone is inferred.
pub fn unreadable(granted: &Granted, can_read: impl Fn(&str) -> bool) -> Option<&'static str> {
    let pairs = [
        ("email", ["email", "email_verified"]),
        ("phone", ["phone_number", "phone_number_verified"]),
    ];
    let of_granted = pairs.into_iter().filter(|(scope, _)| granted.has(scope));
    of_granted
        .flat_map(|(_, attributes)| attributes)
        .find(|attribute| !can_read(attribute))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn granted(scopes: &str) -> Granted {
        Granted {
            scopes: scopes.split(' ').map(str::to_owned).collect(),
            ..Granted::default()
        }
    }

    #[test]
    fn scopes_let_out_what_is_theirs() {
        let all = [
            "email",
            "email_verified",
            "phone_number",
            "address",
            "name",
            "custom:a",
            "identities",
        ];
        for (scopes, expected) in [
            ("openid", &all[..]),
            ("openid aws.cognito.signin.user.admin api/read", &all),
            ("openid email", &["email", "email_verified", "identities"]),
            ("openid phone", &["phone_number", "identities"]),
            ("openid profile", &["name", "custom:a", "identities"]),
            (
                "openid profile email",
                &["email", "email_verified", "name", "custom:a", "identities"],
            ),
        ] {
            let granted = granted(scopes);
            let out: Vec<_> = all
                .into_iter()
                .filter(|one| releases(&granted, one))
                .collect();
            assert_eq!(out, expected, "{scopes}");
        }
    }

    #[test]
    fn a_scope_whose_attributes_the_client_may_not_read_is_found() {
        let reads = |attribute: &str| attribute != "email_verified";
        assert_eq!(
            unreadable(&granted("openid email"), reads),
            Some("email_verified")
        );
        assert_eq!(unreadable(&granted("openid phone profile"), reads), None);
    }
}
