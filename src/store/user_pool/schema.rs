//! The attributes that users of a pool can have.
//!
//! Order, types and limits of the standard attributes are observed in recorded DescribeUserPool
//! answers. Custom attributes are stored and shown as `custom:NAME`, developer-only ones as
//! `dev:custom:NAME` (documented by samples), and can neither be changed nor removed.

use std::sync::{Arc, LazyLock};

use crate::error::{CognitoError, Refusal};
use crate::model::Contact;
use crate::model::cognito_idp::{
    AttributeDataType, NumberAttributeConstraintsType, SchemaAttributeType,
    StringAttributeConstraintsType,
};

/// Documented: 50 custom attributes a pool.
const MAX_CUSTOM: usize = 50;

/// The attributes of a pool. Pools that only have the standard ones share one list.
#[derive(Debug, Clone, PartialEq)]
pub struct Schema(Arc<[SchemaAttribute]>);

/// An attribute that users can have.
#[derive(Debug, Clone, PartialEq)]
pub struct SchemaAttribute {
    /// Its full name, with `custom:` or `dev:custom:` before a custom one.
    pub name: Arc<str>,
    /// What its values are.
    pub data_type: AttributeDataType,
    /// Whether only administrators may write it.
    pub developer_only: bool,
    /// Whether a value can change once it is set.
    pub mutable: bool,
    /// Whether a sign-up needs it.
    pub required: bool,
    limits: Limits,
}

/// Which values are taken.
#[derive(Debug, Clone, PartialEq)]
enum Limits {
    /// Booleans and dates have none.
    None,
    /// Lengths of a text.
    Length(Bounds),
    /// Values of a number.
    Value(Bounds),
}

#[derive(Debug, Clone, PartialEq, Default)]
struct Bounds {
    min: Option<Bound>,
    max: Option<Bound>,
}

/// A limit as it was given (the wire has texts, up to 2^1023), and the number it stands for.
#[derive(Debug, Clone, PartialEq)]
struct Bound {
    text: Arc<str>,
    number: f64,
}

impl Bound {
    fn parse(text: &str, attribute: &str) -> Result<Self, CognitoError> {
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Self {
                text: text.into(),
                number,
            }),
            _ => Refusal::SchemaLimitNotANumber {
                name: attribute.to_owned(),
            }
            .refuse(format!(
                "{text:?} is not a number; limits are numbers written as texts"
            )),
        }
    }

    fn shown(bound: Option<&Self>) -> Option<String> {
        bound.map(|bound| bound.text.as_ref().to_owned())
    }
}

impl Bounds {
    fn parse(min: Option<&str>, max: Option<&str>, attribute: &str) -> Result<Self, CognitoError> {
        let bound = |text: Option<&str>| text.map(|text| Bound::parse(text, attribute)).transpose();
        Ok(Self {
            min: bound(min)?,
            max: bound(max)?,
        })
    }

    /// Bounds of a length: whole numbers from 0 (inferred: the members are texts without a pattern).
    fn of_length(self, attribute: &str) -> Result<Self, CognitoError> {
        let is_length = |bound: &Bound| bound.number >= 0.0 && bound.number.fract() == 0.0;
        match self
            .min
            .iter()
            .chain(&self.max)
            .find(|bound| !is_length(bound))
        {
            None => Ok(self),
            Some(bound) => Refusal::SchemaLimitNotANumber {
                name: attribute.to_owned(),
            }
            .refuse(format!(
                "{:?} is no length; lengths are whole numbers from 0",
                bound.text
            )),
        }
    }

    fn are_reversed(&self) -> bool {
        matches!((&self.min, &self.max), (Some(min), Some(max)) if min.number > max.number)
    }

    /// These bounds, with those of `others` where one is missing.
    fn or(self, others: &Self) -> Self {
        Self {
            min: self.min.or_else(|| others.min.clone()),
            max: self.max.or_else(|| others.max.clone()),
        }
    }
}

impl SchemaAttribute {
    /// The fewest characters of a value.
    pub fn min_length(&self) -> Option<usize> {
        // A float-to-integer cast saturates; a length of 2^1023 is any length.
        self.length()?
            .min
            .as_ref()
            .map(|bound| bound.number as usize)
    }

    /// The most characters of a value.
    pub fn max_length(&self) -> Option<usize> {
        self.length()?
            .max
            .as_ref()
            .map(|bound| bound.number as usize)
    }

    /// The smallest value.
    pub fn min_value(&self) -> Option<f64> {
        self.value()?.min.as_ref().map(|bound| bound.number)
    }

    /// The greatest value.
    pub fn max_value(&self) -> Option<f64> {
        self.value()?.max.as_ref().map(|bound| bound.number)
    }

    /// Whether it is one of the pool's own and not a standard one.
    pub fn is_custom(&self) -> bool {
        bare_custom_name(&self.name).is_some()
    }

    fn length(&self) -> Option<&Bounds> {
        if let Limits::Length(bounds) = &self.limits {
            Some(bounds)
        } else {
            None
        }
    }

    fn value(&self) -> Option<&Bounds> {
        if let Limits::Value(bounds) = &self.limits {
            Some(bounds)
        } else {
            None
        }
    }

    /// Only the members that apply are there (observed).
    fn view(&self) -> SchemaAttributeType {
        SchemaAttributeType {
            name: Some(self.name.as_ref().to_owned()),
            attribute_data_type: Some(self.data_type),
            developer_only_attribute: Some(self.developer_only),
            mutable: Some(self.mutable),
            required: Some(self.required),
            number_attribute_constraints: self.value().map(|bounds| {
                NumberAttributeConstraintsType {
                    min_value: Bound::shown(bounds.min.as_ref()),
                    max_value: Bound::shown(bounds.max.as_ref()),
                }
            }),
            string_attribute_constraints: self.length().map(|bounds| {
                StringAttributeConstraintsType {
                    min_length: Bound::shown(bounds.min.as_ref()),
                    max_length: Bound::shown(bounds.max.as_ref()),
                }
            }),
        }
    }
}

impl Default for Schema {
    /// The standard attributes.
    fn default() -> Self {
        static STANDARD: LazyLock<Arc<[SchemaAttribute]>> = LazyLock::new(standard_attributes);
        Self(Arc::clone(&STANDARD))
    }
}

/// The standard attributes in AWS's order (observed).
fn standard_attributes() -> Arc<[SchemaAttribute]> {
    let bound = |number: u16| {
        Some(Bound {
            text: number.to_string().into(),
            number: number.into(),
        })
    };
    let length = |min, max| {
        Limits::Length(Bounds {
            min: bound(min),
            max: bound(max),
        })
    };
    let string = |name: &str| attribute(name, AttributeDataType::String, length(0, 2048));
    let boolean = |name: &str| attribute(name, AttributeDataType::Boolean, Limits::None);
    let since_epoch = Limits::Value(Bounds {
        min: bound(0),
        max: None,
    });
    let mut sub = attribute("sub", AttributeDataType::String, length(1, 2048));
    (sub.mutable, sub.required) = (false, true);
    [
        sub,
        string("name"),
        string("given_name"),
        string("family_name"),
        string("middle_name"),
        string("nickname"),
        string("preferred_username"),
        string("profile"),
        string("picture"),
        string("website"),
        string("email"),
        boolean("email_verified"),
        string("gender"),
        attribute("birthdate", AttributeDataType::String, length(10, 10)),
        string("zoneinfo"),
        string("locale"),
        string("phone_number"),
        boolean("phone_number_verified"),
        string("address"),
        attribute("updated_at", AttributeDataType::Number, since_epoch),
        attribute(
            "identities",
            AttributeDataType::String,
            Limits::Length(Bounds::default()),
        ),
    ]
    .into()
}

fn attribute(name: &str, data_type: AttributeDataType, limits: Limits) -> SchemaAttribute {
    SchemaAttribute {
        name: name.into(),
        data_type,
        developer_only: false,
        mutable: true,
        required: false,
        limits,
    }
}

/// Whether `Schema` of CreateUserPool re-declares `name` rather than making a custom attribute. The
/// verification flags count as custom names (observed, aws-cdk#14699); that `identities` does too is
/// inferred.
pub(crate) fn is_redeclarable(name: &str) -> bool {
    name != "identities"
        && Contact::flagged(name).is_none()
        && Schema::default().get(name).is_some()
}

/// `NAME` of `custom:NAME` and `dev:custom:NAME`.
pub(crate) fn bare_custom_name(name: &str) -> Option<&str> {
    name.strip_prefix("dev:")
        .unwrap_or(name)
        .strip_prefix("custom:")
}

impl Schema {
    /// The attribute with this full name.
    pub fn get(&self, name: &str) -> Option<&SchemaAttribute> {
        self.0
            .iter()
            .find(|attribute| attribute.name.as_ref() == name)
    }

    /// Every attribute in AWS's order: the standard ones, then the custom ones as they were added.
    pub fn iter(&self) -> impl Iterator<Item = &SchemaAttribute> {
        self.0.iter()
    }

    /// What a sign-up needs. `sub` is always there.
    pub fn required(&self) -> impl Iterator<Item = &SchemaAttribute> {
        self.0
            .iter()
            .filter(|attribute| attribute.required && attribute.name.as_ref() != "sub")
    }

    /// The attribute's own copy of its name, to be shared.
    pub fn name(&self, name: &str) -> Option<Arc<str>> {
        self.get(name).map(|attribute| Arc::clone(&attribute.name))
    }

    /// `SchemaAttributes` of DescribeUserPool.
    pub fn view(&self) -> Vec<SchemaAttributeType> {
        self.0.iter().map(SchemaAttribute::view).collect()
    }

    /// The schema that `Schema` of CreateUserPool declares.
    ///
    /// # Errors
    /// A declaration that AWS refuses.
    pub fn build(declared: &[SchemaAttributeType]) -> Result<Self, CognitoError> {
        let standard = Self::default();
        if declared.is_empty() {
            return Ok(standard);
        }
        let mut attributes = standard.0.to_vec();
        for given in declared {
            let name = given.name.as_deref().unwrap_or_default();
            if is_redeclarable(name) {
                let place = attributes
                    .iter_mut()
                    .find(|known| known.name.as_ref() == name);
                if let Some(known) = place {
                    redeclare(known, given)?;
                }
                continue;
            }
            let custom = custom_attribute(given)?;
            if let Some(taken) = holder_of(&attributes, &custom.name) {
                return Refusal::DuplicateCustomAttribute {
                    name: format!(
                        "custom:{}",
                        bare_custom_name(&taken.name).unwrap_or_default()
                    ),
                }
                .refuse(format!(
                    "{} is declared already; a name is used once",
                    taken.name
                ));
            }
            attributes.push(custom);
        }
        Ok(Self(attributes.into()))
    }

    /// This schema and the attributes that AddCustomAttributes adds.
    ///
    /// # Errors
    /// A declaration that AWS refuses, a name that is there already, more than 50.
    pub fn extended(&self, added: &[SchemaAttributeType]) -> Result<Self, CognitoError> {
        let mut attributes = self.0.to_vec();
        for given in added {
            let custom = custom_attribute(given)?;
            if let Some(taken) = holder_of(&attributes, &custom.name) {
                return Refusal::ExistingAttribute {
                    name: format!(
                        "custom:{}",
                        bare_custom_name(&custom.name).unwrap_or_default()
                    ),
                    existing: taken.name.as_ref().to_owned(),
                }
                .refuse("attributes cannot be changed once they are made; use another name");
            }
            attributes.push(custom);
        }
        let customs = attributes
            .iter()
            .filter(|attribute| attribute.is_custom())
            .count();
        if customs > MAX_CUSTOM {
            return Refusal::TooManyCustomAttributes.refuse(format!(
                "the pool would have {customs} custom attributes; {MAX_CUSTOM} are allowed"
            ));
        }
        Ok(Self(attributes.into()))
    }
}

/// Who holds the custom name already; a developer-only attribute and another one cannot share it
/// (reported, by the text for an existing attribute).
fn holder_of<'a>(attributes: &'a [SchemaAttribute], name: &str) -> Option<&'a SchemaAttribute> {
    let bare = bare_custom_name(name);
    attributes
        .iter()
        .find(|known| known.is_custom() && bare_custom_name(&known.name) == bare)
}

/// Standard attributes may be declared again to change what a sign-up needs and the limits, but not
/// the type (observed). What a declaration leaves out stays as it is (observed of the limits, inferred
/// of the type), but for mutability.
fn redeclare(known: &mut SchemaAttribute, given: &SchemaAttributeType) -> Result<(), CognitoError> {
    let changes_type = given
        .attribute_data_type
        .is_some_and(|given| given != known.data_type);
    if changes_type || given.developer_only_attribute == Some(true) {
        return Refusal::StandardAttributeChanged {
            name: known.name.as_ref().to_owned(),
        }
        .refuse(format!(
            "{} is a {}, and everybody's",
            known.name, known.data_type
        ));
    }
    let limits = limits(known.data_type, given, &known.name)?;
    known.limits = match (limits, &known.limits) {
        (Limits::Length(new), Limits::Length(old)) => Limits::Length(new.or(old)),
        (Limits::Value(new), Limits::Value(old)) => Limits::Value(new.or(old)),
        (_, old) => old.clone(),
    };
    check_order(known)?;
    if known.name.as_ref() != "sub" {
        known.mutable = is_mutable(given);
        known.required = given.required.unwrap_or(known.required);
    }
    Ok(())
}

/// A declaration makes an attribute immutable unless it says otherwise (observed through
/// CloudFormation: aws-cdk#8624 for standard attributes, aws-cdk#7011 for custom ones).
fn is_mutable(given: &SchemaAttributeType) -> bool {
    given.mutable.unwrap_or(false)
}

fn custom_attribute(given: &SchemaAttributeType) -> Result<SchemaAttribute, CognitoError> {
    let developer_only = given.developer_only_attribute == Some(true);
    let name = given.name.as_deref().unwrap_or_default();
    // A name may be given with its prefix (inferred); it is stored once with it.
    let bare = bare_custom_name(name).unwrap_or(name);
    let name = format!("{}custom:{bare}", if developer_only { "dev:" } else { "" });
    // The model's length of a name counts the prefix; that nothing after it is refused is inferred.
    if bare.is_empty() {
        return Refusal::SchemaName { name }.refuse("a custom attribute needs a name of its own");
    }
    if given.required == Some(true) {
        return Refusal::RequiredCustomAttribute.refuse(format!(
            "{name} is declared as required; only standard attributes can be"
        ));
    }
    let Some(data_type) = given.attribute_data_type else {
        return Refusal::SchemaDataType.refuse(format!(
            "{name} needs an AttributeDataType: String, Number, DateTime, Boolean"
        ));
    };
    let custom = SchemaAttribute {
        data_type,
        developer_only,
        mutable: is_mutable(given),
        required: false,
        limits: limits(data_type, given, &name)?,
        name: name.into(),
    };
    check_order(&custom)?;
    Ok(custom)
}

/// The limits that apply to the type; those of another type are dropped (documented by a sample).
fn limits(
    data_type: AttributeDataType,
    given: &SchemaAttributeType,
    name: &str,
) -> Result<Limits, CognitoError> {
    Ok(match data_type {
        AttributeDataType::String => {
            let given = given.string_attribute_constraints.as_ref();
            Limits::Length(
                Bounds::parse(
                    given.and_then(|given| given.min_length.as_deref()),
                    given.and_then(|given| given.max_length.as_deref()),
                    name,
                )?
                .of_length(name)?,
            )
        }
        AttributeDataType::Number => {
            let given = given.number_attribute_constraints.as_ref();
            Limits::Value(Bounds::parse(
                given.and_then(|given| given.min_value.as_deref()),
                given.and_then(|given| given.max_value.as_deref()),
                name,
            )?)
        }
        AttributeDataType::Boolean | AttributeDataType::DateTime => Limits::None,
    })
}

fn check_order(attribute: &SchemaAttribute) -> Result<(), CognitoError> {
    let name = attribute.name.as_ref().to_owned();
    match &attribute.limits {
        Limits::Length(bounds) if bounds.are_reversed() => {
            Refusal::SchemaLengths { name }.refuse("MinLength is above MaxLength")
        }
        Limits::Value(bounds) if bounds.are_reversed() => {
            Refusal::SchemaValues { name }.refuse("MinValue is above MaxValue")
        }
        Limits::Length(_) | Limits::Value(_) | Limits::None => Ok(()),
    }
}

#[cfg(test)]
#[path = "tests/schema.rs"]
mod tests;
