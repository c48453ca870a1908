//! Attributes of a user, and the rules for their values.

use crate::error::{CognitoError, Refusal};
use crate::model::Contact;
use crate::model::cognito_idp::{AttributeDataType, AttributeType};
use crate::store::user_pool::schema::{Schema, SchemaAttribute};

/// Which call gives attributes: its words for a finding differ (observed).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Giving {
    /// SignUp: required attributes must be there.
    SignUp,
    /// AdminCreateUser: required ones may be missing until NEW_PASSWORD_REQUIRED.
    AdminCreateUser,
    /// A fixture, which may hold what the service wrote: otherwise as AdminCreateUser.
    Fixture,
    /// An update of a user that exists.
    Update,
}

/// Checks given attributes against the schema and each other.
///
/// # Errors
/// A null value, what does not conform to the schema (all findings in one sentence), a malformed
/// address.
pub fn check_given(
    schema: &Schema,
    given: &[AttributeType],
    giving: Giving,
    is_admin: bool,
) -> Result<(), CognitoError> {
    for attribute in given {
        if attribute.value.is_none() {
            return Refusal::AttributeValueNull {
                name: attribute.name.clone(),
            }
            .refuse("every attribute needs a value; an empty text deletes it in an update");
        }
    }
    let mut findings = String::new();
    for attribute in given {
        let value = attribute.value.as_deref().unwrap_or_default();
        if let Some(finding) = finding(schema, &attribute.name, value, giving, is_admin) {
            if giving == Giving::Update {
                findings.push_str("user.");
            }
            findings.push_str(&format!("{}: {finding}\n", attribute.name));
        }
    }
    if giving == Giving::SignUp {
        for required in schema.required() {
            let has = |name: &str| {
                given.iter().any(|one| {
                    one.name == name && one.value.as_deref().is_some_and(|value| !value.is_empty())
                })
            };
            if !has(&required.name) {
                findings.push_str(&format!("{}: The attribute is required\n", required.name));
            }
        }
    }
    if !findings.is_empty() {
        let reason = format!(
            "checked against the pool's schema, which DescribeUserPool shows: {}",
            findings.trim_end().replace('\n', "; ")
        );
        return match giving {
            Giving::Update => Refusal::AttributeFindings { findings }.refuse(reason),
            Giving::SignUp | Giving::AdminCreateUser | Giving::Fixture => {
                Refusal::SchemaMismatch { findings }.refuse(reason)
            }
        };
    }
    check_addresses(given)
}

fn check_addresses(given: &[AttributeType]) -> Result<(), CognitoError> {
    for attribute in given {
        let value = attribute.value.as_deref().unwrap_or_default();
        if value.is_empty() {
            continue;
        }
        match Contact::parse(&attribute.name) {
            Some(Contact::Email) if !is_email(value) => {
                return Refusal::InvalidEmail
                    .refuse("email must look like name@domain, without spaces");
            }
            Some(Contact::PhoneNumber) if !is_phone_number(value) => {
                return Refusal::InvalidPhoneNumber
                    .refuse("phone_number must be + and digits only, such as +12065550100");
            }
            Some(Contact::Email | Contact::PhoneNumber) | None => {}
        }
    }
    Ok(())
}

/// What is wrong with one attribute, in AWS's words.
fn finding(
    schema: &Schema,
    name: &str,
    value: &str,
    giving: Giving,
    is_admin: bool,
) -> Option<String> {
    let Some(known) = schema
        .get(name)
        .filter(|known| is_admin || !known.developer_only)
    else {
        return Some("Attribute does not exist in the schema.".into());
    };
    if giving == Giving::Update && !known.mutable {
        return Some("Attribute cannot be updated.".into());
    }
    // These are the service's own; giving one at creation is an immutable attribute too. That
    // `identities`, which a sign-in through a provider writes, is refused like `sub` is inferred.
    if name == "sub" || (name == "identities" && giving != Giving::Fixture) {
        return Some("Attribute cannot be updated.".into());
    }
    if value.is_empty() {
        return None;
    }
    value_finding(known, value)
}

fn value_finding(known: &SchemaAttribute, value: &str) -> Option<String> {
    match known.data_type {
        AttributeDataType::String => {
            let length = value.encode_utf16().count();
            if let Some(min) = known.min_length().filter(|min| length < *min) {
                return Some(format!("String must be no shorter than {min} characters"));
            }
            let max = known.max_length().filter(|max| length > *max)?;
            // Inferred: the pair of the observed sentence for a short value.
            Some(format!("String must be no longer than {max} characters"))
        }
        AttributeDataType::Number => {
            // The three sentences are inferred from those for strings.
            let parsed = value.parse::<f64>().ok();
            let Some(number) = parsed.filter(|number| number.is_finite()) else {
                return Some("Attribute value must be a number".into());
            };
            if let Some(min) = known.min_value().filter(|min| number < *min) {
                return Some(format!("Number must be no less than {min}"));
            }
            let max = known.max_value().filter(|max| number > *max)?;
            Some(format!("Number must be no greater than {max}"))
        }
        AttributeDataType::Boolean => {
            let is_flag = value.eq_ignore_ascii_case("true") || value.eq_ignore_ascii_case("false");
            // Inferred sentence.
            (!is_flag).then(|| "Attribute value must be true or false".into())
        }
        AttributeDataType::DateTime => None,
    }
}

/// Whether a text is an e-mail address as far as Cognito looks: something on both sides of an `@`,
/// no spaces (the model's e-mail pattern, as whole match). That a second `@` is refused is inferred.
pub fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else {
        return false;
    };
    !local.is_empty()
        && !domain.is_empty()
        && !domain.contains('@')
        && !text.chars().any(|c| c.is_whitespace() || c.is_control())
}

/// Whether a text is an E.164 number: `+`, then digits only (documented), 15 at most by E.164.
pub fn is_phone_number(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|digits| {
        (2..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_one_at_sign_and_both_sides() {
        for (text, expected) in [
            ("a@b", true),
            ("bob+tag@example.com", true),
            ("a@b@c", false),
            ("@b", false),
            ("a@", false),
            ("a b@c", false),
            ("ab", false),
        ] {
            assert_eq!(is_email(text), expected, "{text}");
        }
    }

    #[test]
    fn identities_come_from_the_service_or_a_fixture() {
        let given = [AttributeType {
            name: "identities".into(),
            value: Some("[]".into()),
        }];
        let check = |giving| check_given(&Schema::default(), &given, giving, true).is_ok();
        assert!(check(Giving::Fixture));
        assert!(!check(Giving::AdminCreateUser));
        assert!(!check(Giving::SignUp));
        assert!(!check(Giving::Update));
    }
}
