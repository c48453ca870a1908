//! The tables as data: which members a shape has, and what each may be.
//!
//! The typed requests and answers serve operations; this serves those who look at a shape as such: the
//! checker of scenarios, and the schemas that editors read.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::cognito_idp::Operation;
use super::rule::{ANY, Constraint, Rule};
use super::{ClientId, GroupName, NoOutput, OrEmpty, PoolId, Secret, SecretMap, Username};
use crate::clock::Timestamp;

/// A type of which the model says what it may be.
pub trait Described {
    /// What it may be.
    const TYPE: Type;
}

/// What a value may be.
#[derive(Debug, Clone, Copy)]
pub enum Type {
    /// A text.
    Text,
    /// A text that is not shown: a password, token, code or key.
    Secret,
    /// A whole number of 32 bits.
    Integer,
    /// A whole number of 64 bits.
    Long,
    /// True or false.
    Boolean,
    /// Seconds since the epoch, with a fraction.
    Timestamp,
    /// Bytes, as base64 text.
    Blob,
    /// Any JSON.
    Document,
    /// One of these texts.
    Enum(&'static [&'static str]),
    /// A list.
    List(&'static Type),
    /// Values by name.
    Map(&'static Type),
    /// A structure.
    Structure(&'static Shape),
}

/// A structure.
#[derive(Debug)]
pub struct Shape {
    /// AWS's name of it.
    pub name: &'static str,
    /// What it has, in the order of the model.
    pub members: &'static [Member],
}

/// A member of a structure.
#[derive(Debug)]
pub struct Member {
    /// Its name on the wire.
    pub name: &'static str,
    /// Whether AWS requires it.
    pub required: bool,
    /// What it may be.
    pub value: Type,
    /// What else must hold of it where it is read; of what is only written the tables say nothing.
    pub constraint: &'static Constraint,
}

/// A member that is Poolhouse's own: of a file or of a body of the test API.
#[derive(Debug, Clone, Copy)]
pub struct Own {
    /// Its name.
    pub name: &'static str,
    /// What it may be.
    pub value: Type,
}

impl Own {
    /// A member.
    pub const fn new(name: &'static str, value: Type) -> Self {
        Self { name, value }
    }
}

/// Errors that any operation can give, beside those that it declares: "Common Error Types" of AWS's API
/// reference (documented), and what the wire itself refuses (as the rows of `error/table/requests.rs`).
pub const OF_ANY: &[&str] = &[
    "AccessDeniedException",
    "ExpiredTokenException",
    "IncompleteSignatureException",
    "InternalErrorException",
    "InternalFailure",
    "InternalServerException",
    "InvalidParameterException",
    "InvalidSignatureException",
    "MalformedHttpRequestException",
    "MissingAuthenticationTokenException",
    "NotAuthorizedException",
    "OptInRequired",
    "RequestAbortedException",
    "RequestEntityTooLargeException",
    "RequestExpired",
    "RequestTimeoutException",
    "ResourceNotFoundException",
    "SerializationException",
    "ServiceUnavailable",
    "ThrottlingException",
    "TooManyRequestsException",
    "UnknownOperationException",
    "UnrecognizedClientException",
    "ValidationError",
];

/// Every error that an operation can give: those that it declares, those of any operation, and where AWS's
/// guide names one that the model lacks, that one.
pub fn errors_of(operation: Operation) -> BTreeSet<&'static str> {
    // "the API throws an AliasExistsException error" (documented, AdminCreateUser's ForceAliasCreation).
    let beyond: &[&str] = match operation {
        Operation::AdminCreateUser => &["AliasExistsException"],
        _ => &[],
    };
    let declared = operation.declared_errors();
    declared
        .iter()
        .chain(OF_ANY)
        .chain(beyond)
        .copied()
        .collect()
}

/// Bounds of a value, each where there is one. Of a text they count UTF-16 units, of a blob decoded
/// bytes, of a list or map entries; of a number they are its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Bounds {
    /// The least.
    pub least: Option<i64>,
    /// The most.
    pub most: Option<i64>,
}

impl Shape {
    /// The shape of what has no body.
    pub const EMPTY: Self = Self {
        name: "NoOutput",
        members: &[],
    };

    /// The member of this name.
    pub fn member(&self, name: &str) -> Option<&'static Member> {
        self.members.iter().find(|member| member.name == name)
    }
}

impl Member {
    /// A member of a structure that is none of AWS's.
    pub const fn own(name: &'static str, value: Type) -> Self {
        Self {
            name,
            required: false,
            value,
            constraint: &ANY,
        }
    }

    /// Whether its value may be shown to nobody.
    pub fn is_sensitive(&self) -> bool {
        let mut inner = &self.value;
        while let Type::List(of) | Type::Map(of) = inner {
            inner = of;
        }
        self.constraint.hidden || matches!(inner, Type::Secret)
    }
}

impl Type {
    /// Whether it is AWS's list of attributes, `{Name, Value}` each, which a map of texts can stand for.
    pub fn is_attribute_list(&self) -> bool {
        let Self::List(Self::Structure(shape)) = self else {
            return false;
        };
        let names = shape.members.iter().map(|member| member.name);
        names.eq(["Name", "Value"])
    }
}

impl Constraint {
    /// The bounds of a value.
    pub fn bounds(&self) -> Bounds {
        let mut bounds = Bounds::default();
        let wide = |bound: usize| i64::try_from(bound).unwrap_or(i64::MAX);
        for rule in self.rules {
            match rule {
                Rule::MinLength(least) | Rule::MinBytes(least) => bounds.least = Some(wide(*least)),
                Rule::MaxLength(most) | Rule::MaxBytes(most) => bounds.most = Some(wide(*most)),
                Rule::AtLeast(least) => bounds.least = Some(*least),
                Rule::AtMost(most) => bounds.most = Some(*most),
                Rule::Pattern(_)
                | Rule::Enum(_)
                | Rule::Items(_)
                | Rule::Keys(_)
                | Rule::Values(_) => {}
            }
        }
        bounds
    }

    /// What must hold of each item of a list or value of a map, if there is a rule for them.
    pub fn of_each(&self) -> Option<&'static Constraint> {
        self.rules.iter().find_map(|rule| match rule {
            Rule::Items(each) | Rule::Values(each) => Some(*each),
            _ => None,
        })
    }

    /// Whether a blank text passes whatever else must hold.
    pub fn may_be_blank(&self) -> bool {
        self.may_be_blank
    }
}

/// The [`Described`] of types that are one kind of value.
macro_rules! described {
    ($($type:ty => $value:expr;)+) => {
        $(impl Described for $type {
            const TYPE: Type = $value;
        })+
    };
}

described! {
    String => Type::Text;
    PoolId => Type::Text;
    ClientId => Type::Text;
    Username => Type::Text;
    GroupName => Type::Text;
    Secret => Type::Secret;
    SecretMap => Type::Map(&Type::Secret);
    i32 => Type::Integer;
    i64 => Type::Long;
    bool => Type::Boolean;
    Timestamp => Type::Timestamp;
    Vec<u8> => Type::Blob;
    Value => Type::Document;
    NoOutput => Type::Structure(&Shape::EMPTY);
}

impl<T: Described> Described for Vec<T> {
    const TYPE: Type = Type::List(&T::TYPE);
}

impl<T: Described> Described for BTreeMap<String, T> {
    const TYPE: Type = Type::Map(&T::TYPE);
}

impl<T: Described> Described for OrEmpty<T> {
    const TYPE: Type = T::TYPE;
}

/// The shape of a structure's type; an empty one for what is none.
pub(crate) const fn shape_of<T: Described>() -> &'static Shape {
    match T::TYPE {
        Type::Structure(shape) => shape,
        _ => &Shape::EMPTY,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::cognito_identity;
    use crate::model::cognito_idp::AuthFlowType;

    fn member(shape: &Shape, name: &str) -> &'static Member {
        shape.member(name).unwrap_or_else(|| panic!("no {name}"))
    }

    #[test]
    fn a_shape_says_what_its_members_are_and_which_are_required() {
        let input = Operation::InitiateAuth.input();
        assert_eq!(input.name, "InitiateAuthRequest");
        let flow = member(input, "AuthFlow");
        assert!(flow.required && !flow.is_sensitive());
        let Type::Enum(flows) = flow.value else {
            panic!("{flow:?}")
        };
        assert!(
            flows
                .iter()
                .copied()
                .eq(AuthFlowType::ALL.iter().map(|flow| flow.as_str()))
        );
        let parameters = member(input, "AuthParameters");
        assert!(!parameters.required && parameters.is_sensitive());
        assert!(matches!(parameters.value, Type::Map(Type::Secret)));
        let result = member(Operation::InitiateAuth.output(), "AuthenticationResult");
        let Type::Structure(tokens) = result.value else {
            panic!("{result:?}")
        };
        assert!(matches!(member(tokens, "ExpiresIn").value, Type::Integer));
        assert!(member(tokens, "IdToken").is_sensitive());
    }

    #[test]
    fn an_operation_without_output_has_a_shape_without_members() {
        let has_output: Vec<_> = Operation::ALL
            .iter()
            .filter(|operation| operation.output().members.is_empty() && !operation.has_output())
            .collect();
        assert!(has_output.contains(&&Operation::AdminDeleteUser));
        let identity = cognito_identity::Operation::DescribeIdentityPool;
        assert_eq!(identity.input().name, "DescribeIdentityPoolInput");
        assert_eq!(identity.output().name, "IdentityPool");
    }

    #[test]
    fn an_operation_gives_what_it_declares_and_what_any_gives() {
        let errors = errors_of(Operation::ListUserPools);
        assert!(
            errors.contains("SerializationException")
                && errors.contains("TooManyRequestsException")
        );
        assert!(!errors.contains("AliasExistsException"));
        assert!(errors_of(Operation::AdminCreateUser).contains("AliasExistsException"));
        // What the table of refusals can say of any request is among what any operation gives.
        for code in [
            "MissingAuthenticationTokenException",
            "RequestTimeoutException",
        ] {
            assert!(crate::error::Refusal::CODES.contains(&code) && OF_ANY.contains(&code));
        }
    }

    #[test]
    fn bounds_are_those_of_the_model() {
        let limit = member(Operation::ListUsers.input(), "Limit").constraint;
        let expected = Bounds {
            least: Some(0),
            most: Some(60),
        };
        assert_eq!(limit.bounds(), expected);
        let urls = member(Operation::CreateUserPoolClient.input(), "CallbackURLs").constraint;
        assert_eq!(urls.bounds().most, Some(100));
        let each = urls.of_each().unwrap().bounds();
        assert_eq!((each.least, each.most), (Some(1), Some(1024)));
    }

    #[test]
    fn a_list_of_attributes_is_known() {
        let create = Operation::AdminCreateUser.input();
        for (name, expected) in [
            ("UserAttributes", true),
            ("ValidationData", true),
            ("DesiredDeliveryMediums", false),
            ("Username", false),
        ] {
            let value = member(create, name).value;
            assert_eq!(value.is_attribute_list(), expected, "{name}");
        }
    }
}
