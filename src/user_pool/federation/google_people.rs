//! What Google tells beside its ID token: a person of its People API.
//!
//! Documented (describe-identity-provider): `attributes_url` is `https://people.googleapis.com/v1/people/me?personFields=`,
//! and the names of mapped claims are put behind it. Google answers one list for each field
//! (<https://developers.google.com/people/api/rest/v1/people>). Which value of a list is taken, and as which text, is
//! inferred: the primary one, in the form that the attribute of that meaning has in a pool.

use serde_json::{Map, Value};

/// The fields that are lists of values, and the members of a value that tell it, the best first.
const FIELDS: [(&str, &[&str]); 19] = [
    ("addresses", &["formattedValue"]),
    ("ageRanges", &["ageRange"]),
    ("biographies", &["value"]),
    ("birthdays", &["text"]),
    ("emailAddresses", &["value"]),
    ("genders", &["value"]),
    ("interests", &["value"]),
    ("locales", &["value"]),
    ("locations", &["value"]),
    ("names", &["displayName"]),
    ("nicknames", &["value"]),
    ("occupations", &["value"]),
    ("organizations", &["name"]),
    // That of E.164, as a pool's phone_number wants it.
    ("phoneNumbers", &["canonicalForm", "value"]),
    ("photos", &["url"]),
    ("relations", &["person"]),
    ("skills", &["value"]),
    ("urls", &["value"]),
    ("userDefined", &["value"]),
];

/// Whether a claim is a field of a person; the others stand in the ID token.
pub(super) fn is_field(claim: &str) -> bool {
    FIELDS.iter().any(|(field, _)| *field == claim)
}

/// The claims in what the People API tells of a person.
pub(super) fn claims(person: &Map<String, Value>) -> Map<String, Value> {
    let told = FIELDS.iter().filter_map(|(field, members)| {
        let value = primary(person.get(*field)?.as_array()?)?;
        let date = || date(&value["date"]);
        let found = members.iter().find_map(|member| value[*member].as_str());
        let text = date().or_else(|| found.map(str::to_owned))?;
        Some(((*field).to_owned(), Value::from(text)))
    });
    told.collect()
}

/// The value that is marked as the primary one, else the first.
fn primary(values: &[Value]) -> Option<&Value> {
    let is_primary = |value: &&Value| value["metadata"]["primary"] == true;
    values.iter().find(is_primary).or_else(|| values.first())
}

/// A whole date as an attribute `birthdate` has it; of many a person the year is not told.
fn date(value: &Value) -> Option<String> {
    let part = |name: &str| value[name].as_u64();
    let (year, month, day) = (part("year")?, part("month")?, part("day")?);
    Some(format!("{year:04}-{month:02}-{day:02}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn of_each_field_the_primary_value_is_told() {
        let person = json!({
            "resourceName": "people/1",
            "birthdays": [
                {"date": {"month": 5, "day": 7}},
                {"metadata": {"primary": true}, "date": {"year": 1990, "month": 5, "day": 7}}
            ],
            "phoneNumbers": [{"value": "(206) 555-0100", "canonicalForm": "+12065550100"}],
            "names": [{"displayName": "Jane Doe", "givenName": "Jane"}],
            "genders": [{"value": "female"}],
            "addresses": [{"formattedValue": "1 Main St"}],
            "nicknames": [],
            "urls": [{"type": "home"}]
        });
        let expected = json!({"birthdays": "1990-05-07", "phoneNumbers": "+12065550100", "names": "Jane Doe",
            "genders": "female", "addresses": "1 Main St"});
        assert_eq!(Value::Object(claims(person.as_object().unwrap())), expected);
        let unwhole = json!({"birthdays": [{"date": {"month": 5, "day": 7}, "text": "May 7"}]});
        assert_eq!(claims(unwhole.as_object().unwrap())["birthdays"], "May 7");
        assert!(is_field("birthdays") && !is_field("email"));
    }
}
