//! From shapes of the model to definitions of a schema.

use serde_json::{Map, Value, json};

use super::{expected, reference};
use crate::model::described::{Member, Shape, Type};
use crate::scenario::Of;
use crate::store::user_pool::schema::Schema;

/// A text that is one `${…}`, in the place of a value that is no text.
pub(super) const EXPRESSION: &str = r"^\$\{[\s\S]*\}$";

/// How the values of a shape are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Writing {
    /// In a fixture: as they are.
    Literal,
    /// In the input of a step: with expressions in any place, and whatever the model says of lengths and
    /// forms, since how AWS refuses those is what scenarios try.
    Sent,
    /// Under `expect`: with expressions and matchers in any place.
    Expected,
}

impl Writing {
    fn prefix(self) -> &'static str {
        match self {
            Self::Literal => "literal",
            Self::Sent => "sent",
            Self::Expected => "expected",
        }
    }

    /// The types of a value that is a `kind` as it is. Null stands for what is left out.
    pub(super) fn types(self, kinds: &[&str]) -> Value {
        let others: &[&str] = match self {
            Self::Literal => &["null"],
            Self::Sent => &["string", "null"],
            Self::Expected => &["object", "string", "null"],
        };
        let others = others.iter().filter(|other| !kinds.contains(other));
        kinds.iter().chain(others).copied().collect()
    }
}

/// The definitions of a schema, each made once.
#[derive(Debug, Default)]
pub(super) struct Definitions(pub(super) Map<String, Value>);

impl Definitions {
    /// A reference to a definition, which is made if it is not there.
    pub(super) fn named(&mut self, name: &str, make: impl FnOnce(&mut Self) -> Value) -> Value {
        // A name is part of an address.
        let name = name.replace(' ', "-");
        if !self.0.contains_key(&name) {
            // Holds the place meanwhile.
            self.0.insert(name.clone(), Value::Null);
            let made = make(self);
            self.0.insert(name.clone(), made);
        }
        reference(&name)
    }

    /// A structure.
    pub(super) fn shape(&mut self, shape: &Shape, writing: Writing) -> Value {
        let name = format!("{}.{}", writing.prefix(), shape.name);
        self.named(&name, |all| all.structure(shape, writing))
    }

    fn structure(&mut self, shape: &Shape, writing: Writing) -> Value {
        let members: Map<String, Value> = shape
            .members
            .iter()
            .map(|member| (member.name.to_owned(), self.member(member, writing)))
            .collect();
        let mut schema = json!({
            "type": writing.types(&["object"]),
            "properties": members,
            "additionalProperties": false,
        });
        match writing {
            Writing::Literal => require(&mut schema, shape, &[]),
            // What is missing at the top of an input, `defaults` may give.
            Writing::Sent if shape.name.ends_with("Request") => {
                schema["pattern"] = EXPRESSION.into();
            }
            Writing::Sent => {
                schema["pattern"] = EXPRESSION.into();
                require(&mut schema, shape, &[]);
            }
            Writing::Expected => expected::allow_matchers(&mut schema, Of::Map),
        }
        schema
    }

    /// The value of a member.
    pub(super) fn member(&mut self, member: &Member, writing: Writing) -> Value {
        let mut schema = self.value(&member.value, writing);
        if writing == Writing::Literal {
            bound(&mut schema, member);
        }
        schema
    }

    /// A value.
    pub(super) fn value(&mut self, value: &Type, writing: Writing) -> Value {
        match value {
            Type::Structure(shape) => self.shape(shape, writing),
            Type::List(_) if value.is_attribute_list() => self.attributes(value, writing),
            Type::List(of) => {
                let items = self.value(of, writing);
                let mut schema = json!({"type": writing.types(&["array"]), "items": items});
                open(&mut schema, writing, &items, Of::List);
                schema
            }
            Type::Map(of) => {
                let values = self.value(of, writing);
                let mut schema = json!({"type": writing.types(&["object"])});
                open(&mut schema, writing, &values, Of::Map);
                schema["additionalProperties"] = values;
                schema
            }
            Type::Enum(values) => self.one_of(values, writing),
            Type::Document => json!({}),
            Type::Text | Type::Secret | Type::Blob => self.scalar("string", writing),
            Type::Integer | Type::Long | Type::Timestamp => self.scalar("number", writing),
            Type::Boolean => self.scalar("boolean", writing),
        }
    }

    fn scalar(&mut self, kind: &str, writing: Writing) -> Value {
        match writing {
            Writing::Literal => json!({"type": writing.types(&[kind])}),
            Writing::Sent if kind == "string" => json!({"type": writing.types(&[kind])}),
            Writing::Sent => self.named(&format!("{}.{kind}", writing.prefix()), |_| {
                json!({
                    "type": writing.types(&[kind]),
                    "pattern": EXPRESSION,
                    "patternErrorMessage": format!("give a {kind}, or one ${{…}}"),
                })
            }),
            Writing::Expected => {
                let name = format!("{}.{kind}", writing.prefix());
                self.named(&name, |_| {
                    let mut schema = json!({"type": writing.types(&[kind])});
                    expected::allow_matchers(&mut schema, Of::Scalar);
                    schema["pattern"] = match kind {
                        "string" => expected::text_pattern(),
                        _ => expected::other_pattern(),
                    }
                    .into();
                    schema
                })
            }
        }
    }

    /// One of these texts.
    pub(super) fn one_of(&mut self, values: &[&str], writing: Writing) -> Value {
        let mut known: Vec<Value> = values.iter().map(|value| json!(value)).collect();
        let beside = match writing {
            Writing::Literal => {
                known.push(Value::Null);
                return json!({"enum": known});
            }
            Writing::Sent => self.named(
                "text with expressions",
                |_| json!({"type": ["string", "null"], "pattern": r"\$\{"}),
            ),
            Writing::Expected => self.computed(),
        };
        json!({"anyOf": [{"enum": known}, beside]})
    }

    /// What stands under `expect` in the place of a value: a matcher, or a text with expressions.
    pub(super) fn computed(&mut self) -> Value {
        self.named("expected.computed", |_| {
            let mut schema = json!({"type": ["string", "object", "null"]});
            expected::allow_matchers(&mut schema, Of::Scalar);
            schema["pattern"] = expected::computed_pattern().into();
            schema
        })
    }

    /// A list of `{Name, Value}`, which may be written as a map.
    fn attributes(&mut self, value: &Type, writing: Writing) -> Value {
        let name = format!("{}.attributes", writing.prefix());
        let Type::List(of) = value else {
            return json!({});
        };
        self.named(&name, |all| {
            let items = all.value(of, writing);
            // As a map, true and numbers stand for the texts that they are written as.
            let one = match writing {
                Writing::Literal | Writing::Sent => {
                    json!({"type": ["string", "boolean", "number"]})
                }
                Writing::Expected => all.value(&Type::Text, writing),
            };
            let schema = Schema::default();
            let standard = schema.iter().map(|attribute| attribute.name.to_string());
            let known: Map<String, Value> = standard.map(|name| (name, one.clone())).collect();
            let mut schema = json!({
                "type": writing.types(&["array", "object"]),
                "items": items,
                "properties": known,
            });
            open(&mut schema, writing, &items, Of::List);
            schema["additionalProperties"] = one;
            schema
        })
    }
}

/// Lets expressions and matchers in, in the place of a list or map of `items`.
fn open(schema: &mut Value, writing: Writing, items: &Value, of: Of) {
    match writing {
        Writing::Literal => {}
        Writing::Sent => schema["pattern"] = EXPRESSION.into(),
        Writing::Expected => {
            expected::allow_matchers(schema, of);
            expected::of_items(schema, items);
        }
    }
}

/// Requires what AWS requires, but for what is filled in.
pub(super) fn require(schema: &mut Value, shape: &Shape, filled: &[&str]) {
    let required: Vec<&str> = required(shape, filled).collect();
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
}

/// What AWS requires of a shape, but for what is filled in.
pub(super) fn required<'f>(
    shape: &'f Shape,
    filled: &'f [&'f str],
) -> impl Iterator<Item = &'static str> + 'f {
    let members = shape.members.iter().filter(|member| member.required);
    let names = members.map(|member| member.name);
    names.filter(|name| !filled.contains(name))
}

/// Bounds that no value of a fixture may pass. Characters are fewer than the UTF-16 units that AWS counts,
/// so that only the upper bound of a text is as good as AWS's; a lower one above 1 is left out.
fn bound(schema: &mut Value, member: &Member) {
    let bounds = member.constraint.bounds();
    let (least, most) = match member.value {
        Type::Integer | Type::Long => ("minimum", "maximum"),
        Type::List(_) => ("minItems", "maxItems"),
        Type::Text | Type::Secret => ("minLength", "maxLength"),
        Type::Timestamp
        | Type::Boolean
        | Type::Blob
        | Type::Document
        | Type::Enum(_)
        | Type::Map(_)
        | Type::Structure(_) => return,
    };
    let is_text = least == "minLength";
    let is_referenced = schema.get("$ref").is_some();
    if is_referenced {
        return;
    }
    if let Some(bound) = bounds.least.filter(|bound| !is_text || *bound == 1)
        && !member.constraint.may_be_blank()
    {
        schema[least] = bound.into();
    }
    if let Some(bound) = bounds.most {
        schema[most] = bound.into();
    }
}
