//! Whom the stand-in identity provider knows, and who signs in there without being asked.

use std::sync::{Arc, PoisonError, RwLock};

use serde_json::{Map, Value, json};

use crate::model::misspelled;

/// People at most.
const MOST: usize = 1000;

/// What is told of the body, for those who gave another.
pub const TAKES: &str = r#"{"people":[{"id":"jane","email":"jane@example.com","name":"Jane Doe"}]}, and "signIn":"jane", or "signIn":{"error":"access_denied"}, to leave the page out"#;

/// Somebody with an account at every provider.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    /// What a test calls the person.
    pub id: String,
    /// What a provider says of the person, by the names of OpenID Connect.
    pub claims: Map<String, Value>,
}

impl Person {
    /// Somebody of whom no more is known than an id, or an address of mail.
    pub fn of(id: &str) -> Self {
        let (id, email) = match id.split_once('@') {
            Some((local, _)) if !local.is_empty() => (local, id.to_owned()),
            _ => (id, format!("{id}@example.com")),
        };
        let mut claims = Map::new();
        claims.insert("email".into(), email.into());
        claims.insert("email_verified".into(), true.into());
        claims.insert("name".into(), id.into());
        Self {
            id: id.to_owned(),
            claims,
        }
    }

    fn known(id: &str, given: &str, family: &str) -> Self {
        let mut person = Self::of(id);
        let name = format!("{given} {family}");
        for (claim, value) in [
            ("name", name.as_str()),
            ("given_name", given),
            ("family_name", family),
            ("locale", "en"),
        ] {
            person.claims.insert(claim.into(), value.into());
        }
        person
    }

    /// A claim that is a text.
    pub fn text(&self, claim: &str) -> Option<&str> {
        self.claims.get(claim).and_then(Value::as_str)
    }

    fn read(value: &Value) -> Result<Self, String> {
        let members = value.as_object().ok_or("a person is a JSON object")?;
        let id = members
            .get("id")
            .and_then(Value::as_str)
            .filter(|id| !id.is_empty())
            .ok_or("a person has an id, which is a text")?;
        let mut person = Self::of(id);
        for (claim, value) in members.iter().filter(|(name, _)| *name != "id") {
            if value.is_null() {
                person.claims.remove(claim);
            } else {
                person.claims.insert(claim.clone(), value.clone());
            }
        }
        Ok(person)
    }

    fn view(&self) -> Value {
        let mut members = self.claims.clone();
        members.insert("id".into(), self.id.clone().into());
        Value::Object(members)
    }
}

/// What the stand-in does without a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignIn {
    /// It signs this person in.
    Person(String),
    /// It comes back with an error, as when somebody cancels.
    Error {
        /// The code of OAuth 2.0.
        error: String,
        /// More words.
        description: Option<String>,
    },
}

impl SignIn {
    fn read(value: &Value) -> Result<Self, String> {
        const WRONG: &str = r#"signIn is the id of a person, or {"error":"access_denied"}"#;
        if let Some(id) = value.as_str().filter(|id| !id.is_empty()) {
            return Ok(Self::Person(id.to_owned()));
        }
        let names = ["error", "error_description"];
        let others = value.as_object().into_iter().flat_map(Map::keys);
        if let Some(name) = others
            .into_iter()
            .find(|name| !names.contains(&name.as_str()))
        {
            let hint = misspelled::hint(name, names);
            return Err(format!("signIn: there is no member {name:?}; {hint}"));
        }
        let text = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
        Ok(Self::Error {
            error: text("error").ok_or(WRONG)?,
            description: text("error_description"),
        })
    }

    fn view(&self) -> Value {
        match self {
            Self::Person(id) => id.clone().into(),
            Self::Error { error, description } => {
                json!({"error": error, "error_description": description})
            }
        }
    }
}

/// Whom it knows at a moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Known {
    people: Vec<Person>,
    sign_in: Option<SignIn>,
}

impl Default for Known {
    fn default() -> Self {
        Self {
            people: vec![
                Person::known("jane", "Jane", "Doe"),
                Person::known("alex", "Alex", "Kim"),
                Person::known("sam", "Sam", "Rivera"),
            ],
            sign_in: None,
        }
    }
}

/// Whom the stand-in knows.
#[derive(Debug, Default)]
pub struct People(RwLock<Arc<Known>>);

impl People {
    fn known(&self) -> Arc<Known> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn put(&self, known: Known) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(known);
    }

    /// All of them.
    pub fn all(&self) -> Vec<Person> {
        self.known().people.clone()
    }

    /// The person with this id or address; somebody new where nobody has it.
    pub fn person(&self, id: &str) -> Person {
        let known = self.known();
        let is_meant = |person: &&Person| person.id == id || person.text("email") == Some(id);
        let found = known.people.iter().find(is_meant);
        found.cloned().unwrap_or_else(|| Person::of(id))
    }

    /// What happens without a page.
    pub fn sign_in(&self) -> Option<SignIn> {
        self.known().sign_in.clone()
    }

    /// Replaces what is told; people that are left out are those of the beginning.
    ///
    /// # Errors
    /// What is wrong with it, and nothing is replaced.
    pub fn replace(&self, told: &Value) -> Result<(), String> {
        let members = told.as_object().ok_or("a JSON object is expected")?;
        if let Some(name) = members
            .keys()
            .find(|name| !["people", "signIn"].contains(&name.as_str()))
        {
            let hint = misspelled::hint(name, ["people", "signIn"]);
            return Err(format!("there is no member {name:?}; {hint}"));
        }
        let mut known = Known::default();
        if let Some(people) = members.get("people") {
            let people = people.as_array().ok_or("people is a list")?;
            if people.len() > MOST {
                return Err(format!("{MOST} people are the most"));
            }
            let people = people.iter().enumerate();
            let read = people.map(|(at, person)| {
                Person::read(person).map_err(|wrong| format!("people[{at}]: {wrong}"))
            });
            known.people = read.collect::<Result<_, _>>()?;
        }
        if let Some(told) = members.get("signIn").filter(|told| !told.is_null()) {
            known.sign_in = Some(SignIn::read(told)?);
        }
        self.put(known);
        Ok(())
    }

    /// Whom it knows now.
    pub fn image(&self) -> Arc<Known> {
        self.known()
    }

    /// Makes it know whom it knew at another moment.
    pub fn put_back(&self, image: &Arc<Known>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(image);
    }

    /// As in the beginning.
    pub fn reset(&self) {
        self.put(Known::default());
    }

    /// What is told; it may be given again.
    pub fn view(&self) -> Value {
        let known = self.known();
        let people: Vec<Value> = known.people.iter().map(Person::view).collect();
        let sign_in = known.sign_in.as_ref().map(SignIn::view);
        json!({"people": people, "signIn": sign_in})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_is_shown_and_may_be_given_again() {
        let people = People::default();
        assert_eq!(people.all().len(), 3);
        for told in [
            json!({"people": [{"id": "bob", "email": "bob@x.org", "sub": "1", "email_verified": false}], "signIn": "bob"}),
            json!({"signIn": {"error": "access_denied", "error_description": "No."}}),
            json!({}),
        ] {
            people.replace(&told).unwrap();
            let shown = people.view();
            people.replace(&shown).unwrap();
            assert_eq!(people.view(), shown);
        }
        people.reset();
        assert_eq!(people.sign_in(), None);
    }

    #[test]
    fn somebody_nobody_knows_is_somebody_new() {
        let people = People::default();
        assert_eq!(people.person("jane").text("name"), Some("Jane Doe"));
        assert_eq!(people.person("jane@example.com").id, "jane");
        let new = people.person("eve@x.org");
        assert_eq!(
            (new.id.as_str(), new.text("email")),
            ("eve", Some("eve@x.org"))
        );
    }

    #[test]
    fn what_is_wrong_replaces_nothing() {
        let people = People::default();
        people.replace(&json!({"signIn": "jane"})).unwrap();
        for wrong in [
            json!([]),
            json!({"person": []}),
            json!({"people": {}}),
            json!({"people": [{"email": "a@b"}]}),
            json!({"people": ["a"]}),
            json!({"signIn": {}}),
            json!({"signIn": 1}),
        ] {
            assert!(people.replace(&wrong).is_err(), "{wrong}");
            assert!(people.sign_in().is_some());
        }
    }
}
