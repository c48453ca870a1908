//! What can be wrong with a request, and the sentences in which AWS says so.

use std::fmt;

/// Why a JSON tree is not the shape that was asked for.
#[derive(Debug, Clone, PartialEq)]
pub enum DecodeError {
    /// A value has the wrong JSON type: AWS answers SerializationException and looks no further
    /// (that it hides every constraint violation is inferred).
    Serialization(SerializationFault),
    /// Members that no shape declares; only [`decode_strict`](super::decode_strict) reports them.
    Unknown(Vec<UnknownMember>),
    /// Constraints that do not hold, all of them, in the order of the shape; a message has an order
    /// of its own.
    Constraints(Vec<Violation>),
}

/// The first value of a wrong JSON type.
#[derive(Debug, Clone, PartialEq)]
pub struct SerializationFault {
    /// AWS's text; some faults have none.
    pub message: Option<String>,
    /// Where it is, empty for the whole body; AWS does not say.
    pub path: Path,
    /// What would be right, `a string`.
    pub wanted: &'static str,
    /// What it is, `a number`.
    pub found: &'static str,
}

/// A member that the shape does not have.
#[derive(Debug, Clone, PartialEq)]
pub struct UnknownMember {
    /// Where it is, its own name last: `Policies.PasswordPolicy.MinLength`.
    pub path: Path,
    /// The members that the shape does have.
    pub known: &'static [&'static str],
}

/// One constraint that does not hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Violation {
    /// Where it is.
    pub path: Path,
    /// What AWS shows of the value.
    pub shown: Shown,
    /// The constraint in AWS's words, `Member must not be null`.
    pub constraint: String,
}

/// What a message shows of a value.
#[derive(Debug, Clone, PartialEq)]
pub enum Shown {
    /// `Value null at …`
    Null,
    /// `Value 'x' at …`
    Literal(String),
    /// `Value at …`, for sensitive members.
    Hidden,
}

/// A place in a request. Prints wire names and indices from 1: `UserAttributes.1.Name`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Path(pub Vec<Segment>);

/// A step of a [`Path`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Segment {
    /// A member of a structure, by its wire name.
    Member(&'static str),
    /// An item of a list, counted from 1.
    Item(usize),
    /// A value of a map, or a member that no shape declares.
    Key(String),
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, segment) in self.0.iter().enumerate() {
            let dot = if at == 0 { "" } else { "." };
            match segment {
                Segment::Member(name) => write!(f, "{dot}{name}")?,
                Segment::Item(index) => write!(f, "{dot}{index}")?,
                Segment::Key(key) => write!(f, "{dot}{key}")?,
            }
        }
        Ok(())
    }
}

impl Path {
    /// The path as AWS's messages print it: only the first letter of a member is lowered, and
    /// `member` follows an index, `userAttributes.1.member.name` (observed in messages of the
    /// service for SignUp and CreateUserPool; `member` after a map's key is inferred from the lists).
    pub fn in_message(&self) -> String {
        let mut text = String::new();
        for segment in &self.0 {
            if !text.is_empty() {
                text.push('.');
            }
            match segment {
                Segment::Member(name) => {
                    let mut letters = name.chars();
                    text.extend(letters.next().map(|first| first.to_ascii_lowercase()));
                    text.push_str(letters.as_str());
                }
                Segment::Item(index) => text.push_str(&format!("{index}.member")),
                Segment::Key(key) => text.push_str(&format!("{key}.member")),
            }
        }
        text
    }

    /// Where a message names this place among others: the members of a structure stand in the order
    /// of a Java HashMap of 32 buckets, the items of a list in their own.
    ///
    /// Inferred from captures, all of which it reproduces, where the model's order reproduces one:
    /// `password` before `username` (amazon-archives/amazon-cognito-identity-js#388), `logoutURLs`
    /// before `callbackURLs` (aws/aws-sdk-java-v2#5528), `groupName` before `username`,
    /// `confirmationCode` before `password` (clients' tests), and five of other AWS services.
    fn rank(&self) -> Vec<usize> {
        let place = |segment: &Segment| match segment {
            Segment::Member(name) => bucket(name),
            Segment::Item(index) => *index,
            Segment::Key(_) => 0,
        };
        self.0.iter().map(place).collect()
    }
}

/// The bucket of a member's name, its first letter lowered as in messages.
fn bucket(name: &str) -> usize {
    let units = name
        .encode_utf16()
        .enumerate()
        .map(|(at, unit)| match (at, u8::try_from(unit)) {
            (0, Ok(first)) => u32::from(first.to_ascii_lowercase()),
            _ => u32::from(unit),
        });
    let hash = units.fold(0_u32, |hash, unit| hash.wrapping_mul(31).wrapping_add(unit));
    usize::try_from((hash ^ (hash >> 16)) % 32).unwrap_or_default()
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (path, constraint) = (self.path.in_message(), &self.constraint);
        match &self.shown {
            Shown::Null => write!(f, "Value null at '{path}'")?,
            Shown::Literal(value) => write!(f, "Value '{value}' at '{path}'")?,
            Shown::Hidden => write!(f, "Value at '{path}'")?,
        }
        write!(f, " failed to satisfy constraint: {constraint}")
    }
}

/// AWS's sentence for a request that breaks constraints (observed, boto/boto3#3581 among others).
pub fn constraint_message(violations: &[Violation]) -> String {
    let mut listed: Vec<&Violation> = violations.iter().collect();
    listed.sort_by_cached_key(|violation| violation.path.rank());
    let items: Vec<String> = listed
        .iter()
        .map(|violation| violation.to_string())
        .collect();
    let errors = if items.len() == 1 { "error" } else { "errors" };
    format!(
        "{} validation {errors} detected: {}",
        items.len(),
        items.join("; ")
    )
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Serialization(fault) => {
                let text = fault.message.as_deref().unwrap_or("unreadable value");
                write!(f, "{}: {text}", fault.path)
            }
            Self::Unknown(members) => {
                for (at, member) in members.iter().enumerate() {
                    let comma = if at == 0 { "unknown member " } else { ", " };
                    write!(f, "{comma}{}", member.path)?;
                }
                Ok(())
            }
            Self::Constraints(violations) => f.write_str(&constraint_message(violations)),
        }
    }
}

impl std::error::Error for DecodeError {}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::model::cognito_idp::*;
    use crate::model::{Decode, decode};

    fn refusal<T: Decode + fmt::Debug>(body: &Value) -> String {
        decode::<T>(body).unwrap_err().to_string()
    }

    /// Each as a client of the live service has captured it.
    #[test]
    fn members_and_rules_stand_in_the_captured_order() {
        let username = "Value at 'username' failed to satisfy constraint: Member must";
        let code = "Value '' at 'confirmationCode' failed to satisfy constraint: Member must";
        let password = "Value at 'password' failed to satisfy constraint: Member must satisfy regular \
                        expression pattern: ^[\\S]+.*[\\S]+$";
        let letters = "satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+";
        let at_least = "have length greater than or equal to 1";
        let url = format!(
            "Member must satisfy constraint: [Member must have length less than or equal to 1024, Member must \
             {at_least}, Member must {letters}]"
        );
        let pool = "us-east-1_AbCdEfGhI";
        let cases = [
            (
                refusal::<SignUpRequest>(
                    &json!({"ClientId": "c", "Username": "", "Password": " "}),
                ),
                format!(
                    "3 validation errors detected: {password}; {username} {letters}; {username} {at_least}"
                ),
            ),
            (
                refusal::<ConfirmForgotPasswordRequest>(&json!({
                    "ClientId": "c", "Username": "a", "ConfirmationCode": "", "Password": ""
                })),
                format!(
                    "3 validation errors detected: {code} satisfy regular expression pattern: [\\S]+; {code} \
                     {at_least}; {password}"
                ),
            ),
            (
                refusal::<AdminAddUserToGroupRequest>(&json!({"UserPoolId": pool})),
                format!(
                    "2 validation errors detected: Value null at 'groupName' failed to satisfy constraint: \
                     Member must not be null; {username} not be null"
                ),
            ),
            (
                refusal::<UpdateUserPoolClientRequest>(&json!({
                    "UserPoolId": pool, "ClientId": "c", "CallbackURLs": [""], "LogoutURLs": [""]
                })),
                format!(
                    "2 validation errors detected: Value '[]' at 'logoutURLs' failed to satisfy constraint: {url}; \
                     Value '[]' at 'callbackURLs' failed to satisfy constraint: {url}"
                ),
            ),
        ];
        for (message, captured) in cases {
            assert_eq!(message, captured);
        }
    }
}
