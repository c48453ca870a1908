//! What each provider says of a person, by the names that the real one has.

use aws_lc_rs::digest::{SHA256, digest};
use serde_json::{Map, Value};

use crate::context::Context;
use crate::control::people::{Person, SignIn};
use crate::model::cognito_idp::IdentityProviderTypeType as Kind;

/// Which provider is played.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Played {
    pub(crate) kind: Kind,
    /// The name that the page shows, and that ids are made of.
    pub(crate) name: String,
}

impl Played {
    /// The provider that parameters name; one of OpenID Connect where they name none.
    pub(crate) fn read(given: &[(String, String)], otherwise: Kind) -> Self {
        let kind = super::value(given, super::KIND)
            .and_then(|text| ALL.into_iter().find(|kind| kind.as_str() == text))
            .unwrap_or(otherwise);
        let name = super::value(given, super::PROVIDER).unwrap_or(match kind {
            Kind::Saml | Kind::Oidc => "Stand-in",
            social @ (Kind::Google
            | Kind::Facebook
            | Kind::LoginWithAmazon
            | Kind::SignInWithApple) => social.as_str(),
        });
        Self {
            kind,
            name: name.to_owned(),
        }
    }

    /// The name for people: Apple's and Amazon's types read like buttons.
    pub(crate) fn title(&self) -> &str {
        match self.kind {
            Kind::SignInWithApple => "Apple",
            Kind::LoginWithAmazon => "Amazon",
            Kind::Google | Kind::Facebook | Kind::Saml | Kind::Oidc => &self.name,
        }
    }

    /// The provider's own name for a person: stable, and in the form that the real one has.
    pub(crate) fn subject(&self, person: &Person) -> String {
        if let Some(given) = person.text("sub") {
            return given.to_owned();
        }
        if self.kind == Kind::Saml {
            let email = person.text("email").unwrap_or(&person.id);
            return email.to_owned();
        }
        let hash = digest(&SHA256, format!("{}\n{}", self.name, person.id).as_bytes());
        let hash = hash.as_ref();
        let hex = |bytes: &[u8]| {
            bytes
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect::<String>()
        };
        let digits = |count: usize| {
            let digits = hash
                .iter()
                .take(count - 1)
                .map(|byte| char::from(b'0' + byte % 10));
            std::iter::once('1').chain(digits).collect::<String>()
        };
        match self.kind {
            Kind::Google => digits(21),
            Kind::Facebook => digits(17),
            Kind::SignInWithApple => {
                format!("00{}.{}.0{}", &digits(4), hex(&hash[..16]), &digits(3))
            }
            Kind::LoginWithAmazon => format!("amzn1.account.{}", hex(&hash[..14]).to_uppercase()),
            Kind::Oidc | Kind::Saml => hex(&hash[..16]),
        }
    }

    /// What the provider says of a person.
    pub(crate) fn claims(&self, person: &Person) -> Map<String, Value> {
        let subject = Value::from(self.subject(person));
        let mut claims = person.claims.clone();
        claims.remove("sub");
        let renamed: &[(&str, &str)] = match self.kind {
            Kind::Facebook => &[("given_name", "first_name"), ("family_name", "last_name")],
            Kind::SignInWithApple => &[("given_name", "firstName"), ("family_name", "lastName")],
            Kind::Google | Kind::LoginWithAmazon | Kind::Oidc | Kind::Saml => &[],
        };
        for (from, to) in renamed {
            if let Some(value) = claims.get(*from).cloned() {
                claims.entry((*to).to_owned()).or_insert(value);
            }
        }
        let name = match self.kind {
            Kind::Facebook => "id",
            Kind::LoginWithAmazon => "user_id",
            Kind::Google | Kind::SignInWithApple | Kind::Oidc | Kind::Saml => "sub",
        };
        claims.insert(name.into(), subject);
        claims
    }
}

const ALL: [Kind; 6] = [
    Kind::Google,
    Kind::Facebook,
    Kind::SignInWithApple,
    Kind::LoginWithAmazon,
    Kind::Oidc,
    Kind::Saml,
];

/// What the browser, or the test, chose.
pub(crate) enum Choice {
    /// Nothing yet: a page asks.
    Ask,
    /// This person.
    Person(Box<Person>),
    /// Not to sign in.
    Error {
        error: String,
        description: Option<String>,
    },
}

/// Reads what was chosen: by the page's form, by a parameter, or by a test beforehand.
///
/// # Errors
/// What is wrong with a typed person.
pub(crate) fn choice(
    cx: &Context,
    given: &[(String, String)],
    is_posted: bool,
) -> Result<Choice, String> {
    let value = |name| super::value(given, name);
    if is_posted {
        return posted(cx, given);
    }
    if let Some(id) = value(super::PERSON) {
        return Ok(Choice::Person(Box::new(cx.people.person(id))));
    }
    Ok(match cx.people.sign_in() {
        Some(SignIn::Person(id)) => Choice::Person(Box::new(cx.people.person(&id))),
        Some(SignIn::Error { error, description }) => Choice::Error { error, description },
        None => Choice::Ask,
    })
}

fn posted(cx: &Context, given: &[(String, String)]) -> Result<Choice, String> {
    let value = |name| super::value(given, name);
    if value("cancel").is_some() {
        return Ok(Choice::Error {
            error: "access_denied".into(),
            description: Some("The person did not agree.".into()),
        });
    }
    if let Some(id) = value("person") {
        return Ok(Choice::Person(Box::new(cx.people.person(id))));
    }
    let email = value("email").map(str::trim);
    let id = value("sub")
        .or(email)
        .ok_or("type an e-mail address or an id")?;
    let mut person = Person::of(email.unwrap_or(id));
    for (claim, typed) in [("sub", value("sub")), ("name", value("name"))] {
        if let Some(typed) = typed {
            person.claims.insert(claim.into(), typed.trim().into());
        }
    }
    if let Some(more) = value("claims") {
        let more: Map<String, Value> = serde_json::from_str(more)
            .map_err(|error| format!("more claims are a JSON object: {error}"))?;
        person.claims.extend(more);
    }
    person.claims.retain(|_, value| !value.is_null());
    Ok(Choice::Person(Box::new(person)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_has_a_stable_id_of_the_form_that_each_provider_has() {
        let person = Person::of("jane");
        for (kind, length, start) in [
            (Kind::Google, 21, "1"),
            (Kind::Facebook, 17, "1"),
            (Kind::LoginWithAmazon, 42, "amzn1.account."),
            (Kind::SignInWithApple, 44, "001"),
            (Kind::Oidc, 32, ""),
            (Kind::Saml, 16, "jane@example.com"),
        ] {
            let played = Played {
                kind,
                name: kind.as_str().into(),
            };
            let subject = played.subject(&person);
            assert_eq!(subject.len(), length, "{subject}");
            assert!(subject.starts_with(start), "{subject}");
            assert_eq!(played.subject(&person), subject);
            assert_ne!(played.subject(&Person::of("john")), subject);
        }
    }

    #[test]
    fn claims_have_the_names_that_each_provider_has() {
        let mut person = Person::of("jane");
        person.claims.insert("given_name".into(), "Jane".into());
        for (kind, subject, given) in [
            (Kind::Google, "sub", "given_name"),
            (Kind::Facebook, "id", "first_name"),
            (Kind::LoginWithAmazon, "user_id", "given_name"),
            (Kind::SignInWithApple, "sub", "firstName"),
        ] {
            let played = Played {
                kind,
                name: "x".into(),
            };
            let claims = played.claims(&person);
            assert_eq!(claims[subject], played.subject(&person));
            assert_eq!(claims[given], "Jane");
        }
    }
}
