//! Inputs of operations, as far as they are written out, held against the service model.

use crate::model::cognito_idp::Operation;
use crate::model::described::{Member, Shape, Type};
use crate::model::misspelled;
use crate::scenario::read::entry::{Faults, shown};
use crate::scenario::source::{Node, Tree};
use crate::scenario::template::Template;

/// Gathers what is wrong with an input: unknown members, values of another type or outside an enum, and
/// required members that are missing below the top, where `defaults` give none.
pub(crate) fn check(input: &Node, operation: Operation, faults: &mut Faults) {
    if let Tree::Map(members) = &input.value {
        let shape = operation.input();
        for (key, value) in members {
            match shape.member(&key.name) {
                Some(member) => Checker(faults).member(member, value),
                None => faults.add(&key.at, unknown(operation.name(), shape, &key.name)),
            }
        }
    }
}

/// That there is no such member, and which was meant.
pub(super) fn unknown(of: &str, shape: &Shape, name: &str) -> String {
    if shape.members.is_empty() {
        return format!("{of} has no member {name}; it has none");
    }
    let hint = misspelled::hint(name, shape.members.iter().map(|member| member.name));
    format!("{of} has no member {name}; {hint}")
}

/// What a value of a type is, in a sentence.
pub(super) fn described(value: &Type) -> &'static str {
    match value {
        Type::Text | Type::Secret | Type::Enum(_) => "a text",
        Type::Blob => "a text, base64",
        Type::Integer | Type::Long => "a number",
        Type::Timestamp => "a number of seconds since 1970",
        Type::Boolean => "true or false",
        Type::List(_) => "a list",
        Type::Map(_) | Type::Structure(_) => "a map",
        Type::Document => "any value",
    }
}

struct Checker<'f>(&'f mut Faults);

impl Checker<'_> {
    fn member(&mut self, member: &Member, value: &Node) {
        let name = member.name;
        // Null leaves a member out.
        if !matches!(value.value, Tree::Null) {
            self.value(name, &member.value, value, member.is_sensitive());
        }
    }

    fn value(&mut self, name: &str, wanted: &Type, node: &Node, hide: bool) {
        match (wanted, &node.value) {
            (Type::Document, _)
            | (Type::Text | Type::Secret | Type::Blob, Tree::Text(_))
            | (Type::Integer | Type::Long | Type::Timestamp, Tree::Number(_))
            | (Type::Boolean, Tree::Boolean(_)) => {}
            (Type::Enum(known), Tree::Text(text)) => self.one_of(name, known, text, node),
            (Type::List(item), Tree::List(items)) => {
                for node in items {
                    self.value(name, item, node, hide);
                }
            }
            (Type::List(_), Tree::Map(members)) if wanted.is_attribute_list() => {
                for (_, node) in members
                    .iter()
                    .filter(|(_, node)| !matches!(node.value, Tree::Null))
                {
                    self.value(name, &Type::Text, node, hide);
                }
            }
            (Type::Map(inner), Tree::Map(members)) => {
                for (key, node) in members
                    .iter()
                    .filter(|(_, node)| !matches!(node.value, Tree::Null))
                {
                    self.value(&key.name, inner, node, hide);
                }
            }
            (Type::Structure(shape), Tree::Map(_)) => self.structure(name, shape, node),
            (_, Tree::Text(_)) if is_expression(node) => {}
            _ => self.wrong(name, wanted, node, hide),
        }
    }

    fn structure(&mut self, name: &str, shape: &Shape, node: &Node) {
        let Tree::Map(members) = &node.value else {
            return;
        };
        for (key, value) in members {
            match shape.member(&key.name) {
                Some(member) => self.member(member, value),
                None => self.0.add(&key.at, unknown(name, shape, &key.name)),
            }
        }
        for member in shape.members.iter().filter(|member| member.required) {
            let given = members.iter().find(|(key, _)| *key.name == *member.name);
            if given.is_none_or(|(_, value)| matches!(value.value, Tree::Null)) {
                let text = format!(
                    "{name} needs {}; with unchecked: true it is sent as it stands",
                    member.name
                );
                self.0.add(&node.at, text);
            }
        }
    }

    fn one_of(&mut self, name: &str, known: &[&'static str], text: &str, node: &Node) {
        // What holds expressions is known when it is played.
        let is_fixed = Template::read(node).is_ok_and(|template| template.literal().is_some());
        if is_fixed && !known.contains(&text) {
            let hint = misspelled::hint(text, known.iter().copied());
            let text = format!("{name} is never {}; {hint}", shown(node));
            self.0.add(&node.at, text);
        }
    }

    fn wrong(&mut self, name: &str, wanted: &Type, node: &Node, hide: bool) {
        let shown = if hide { "this".to_owned() } else { shown(node) };
        let hint = match (&node.value, wanted) {
            (
                Tree::Number(_) | Tree::Boolean(_),
                Type::Text | Type::Secret | Type::Blob | Type::Enum(_),
            ) => ", in quotes",
            (Tree::Map(_), Type::List(_)) => "; each item begins with a hyphen",
            _ => "",
        };
        let text = format!("{shown}: {name} takes {}{hint}", described(wanted));
        self.0.add(&node.at, text);
    }
}

/// Whether a value is one expression, and so has whatever type that has.
fn is_expression(node: &Node) -> bool {
    // One that cannot be read is refused elsewhere.
    Template::read(node).map_or(true, |template| template.is_one_expression())
}
