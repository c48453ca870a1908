//! What a file means, before and after it was rewritten.

use std::ops::Range;

use serde_json::Value;

use crate::scenario::source::{Node, Tree};
use crate::scenario::text;

/// Where steps stand, in scenarios and parts.
const STEPS: [&str; 2] = ["steps", "finally"];

/// Where expectations stand in a step.
const EXPECTED: [&str; 3] = ["expect", "exactly", "error"];

/// The tree of a text.
///
/// # Errors
/// Why it is none.
pub(super) fn read(name: &str, text: &str) -> Result<Node, String> {
    text::read(name.to_owned(), text.to_owned()).map_err(|fault| fault.text)
}

/// Whether the values that stand at a place are expected, all of them.
pub(super) fn is_expected_only(root: &Node, span: &Range<usize>) -> bool {
    let (mut within, mut elsewhere) = (0, 0);
    let mut visit = |node: &Node, expected: bool| {
        let count = count(node, span);
        *(if expected {
            &mut within
        } else {
            &mut elsewhere
        }) += count;
    };
    for (name, node) in members(root) {
        if !STEPS.contains(&name) {
            visit(node, false);
            continue;
        }
        for step in items(node) {
            for (name, node) in members(step) {
                visit(node, EXPECTED.contains(&name));
            }
        }
    }
    within > 0 && elsewhere == 0
}

/// How many values stand there: one by itself, and one for each alias of what it stands in.
fn count(node: &Node, span: &Range<usize>) -> usize {
    let inside: usize = match &node.value {
        Tree::List(items) => items.iter().map(|item| count(item, span)).sum(),
        Tree::Map(members) => members.iter().map(|(_, value)| count(value, span)).sum(),
        _ => 0,
    };
    usize::from(node.at.span == *span) + inside
}

/// Whether a tree is another but for values at these places, which are those that were to be written.
pub(super) fn is_rewritten(before: &Node, after: &Node, values: &[(Range<usize>, Value)]) -> bool {
    if let Some((_, value)) = values.iter().find(|(span, _)| *span == before.at.span) {
        return is(after, value);
    }
    match (&before.value, &after.value) {
        (Tree::List(one), Tree::List(other)) => {
            let mut pairs = one.iter().zip(other);
            one.len() == other.len() && pairs.all(|(one, other)| is_rewritten(one, other, values))
        }
        (Tree::Map(one), Tree::Map(other)) => {
            let mut pairs = one.iter().zip(other);
            one.len() == other.len()
                && pairs.all(|((key, one), (other_key, other))| {
                    key.name == other_key.name && is_rewritten(one, other, values)
                })
        }
        (Tree::Null, Tree::Null) => true,
        (Tree::Boolean(one), Tree::Boolean(other)) => one == other,
        (Tree::Number(one), Tree::Number(other)) => one == other,
        (Tree::Text(one), Tree::Text(other)) => one == other,
        _ => false,
    }
}

/// Whether a tree is this value.
pub(super) fn is(node: &Node, value: &Value) -> bool {
    match (&node.value, value) {
        (Tree::Null, Value::Null) => true,
        (Tree::Boolean(one), Value::Bool(other)) => one == other,
        (Tree::Number(one), Value::Number(other)) => one == other,
        (Tree::Text(one), Value::String(other)) => **one == **other,
        (Tree::List(items), Value::Array(values)) => {
            let mut pairs = items.iter().zip(values);
            items.len() == values.len() && pairs.all(|(item, value)| is(item, value))
        }
        (Tree::Map(members), Value::Object(values)) => {
            let fits = |(key, node): &(_, Node)| {
                let key: &crate::scenario::source::Key = key;
                values.get(&*key.name).is_some_and(|value| is(node, value))
            };
            members.len() == values.len() && members.iter().all(fits)
        }
        _ => false,
    }
}

fn members(node: &Node) -> impl Iterator<Item = (&str, &Node)> {
    let members = match &node.value {
        Tree::Map(members) => members.as_slice(),
        _ => &[],
    };
    members.iter().map(|(key, value)| (&*key.name, value))
}

fn items(node: &Node) -> &[Node] {
    match &node.value {
        Tree::List(items) => items,
        _ => &[],
    }
}
