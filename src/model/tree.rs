//! The JSON tree of a text from outside, bounded in memory.
//!
//! A tree can take a hundred times the bytes of its text: `{"":0}` has six, and a map of one entry
//! some 640. So a tree is weighed while it is made, and given up when it is too heavy. The text of
//! its strings is not weighed, for that is as long as the text it comes from.

use std::cell::{Cell, RefCell};
use std::fmt;

use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;
use serde_json::{Map, Number, Value};

/// What a tree may weigh beside its text, in bytes: that of six thousand structures, where the
/// largest request that Cognito's model allows has some hundreds.
const HEAVIEST: usize = 4 * 1024 * 1024;

/// An item of a list; lists grow by doubling.
const ITEM: usize = 2 * size_of::<Value>();

/// A list with anything in it.
const LIST: usize = 4 * size_of::<Value>();

/// A map with anything in it: one node of a B-tree.
const NODE: usize = 640;

/// A further entry of a map: nodes are half full at least.
const ENTRY: usize = NODE / 5;

/// A text with anything in it, apart from its bytes.
const TEXT: usize = 32;

/// Why a text is no tree. What the text was is never part of it: it may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TreeFault {
    /// It ends early.
    Incomplete(Position),
    /// It is not JSON.
    Syntax(Position),
    /// It has too many values.
    TooHeavy,
}

/// Where in a text, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

impl TreeFault {
    fn of(error: &serde_json::Error) -> Self {
        let (line, column) = (error.line(), error.column());
        match error.classify() {
            Category::Data => Self::TooHeavy,
            Category::Eof => Self::Incomplete(Position { line, column }),
            Category::Syntax | Category::Io => Self::Syntax(Position { line, column }),
        }
    }
}

/// Completes "the body is".
impl fmt::Display for TreeFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, Position { line, column }) = match self {
            Self::Incomplete(at) => ("unexpected end,", at),
            Self::Syntax(at) => ("syntax", at),
            Self::TooHeavy => {
                return f.write_str(
                    "too heavy: its lists, structures and values take more than 4 MiB of memory, and \
                     no request needs as many",
                );
            }
        };
        write!(f, "not JSON: {what} error at line {line}, column {column}")
    }
}

impl std::error::Error for TreeFault {}

/// What a tree must keep to while it is made.
pub(crate) trait Bound: Copy {
    /// Looks at a text.
    fn text<E: Error>(self, _text: &str) -> Result<(), E> {
        Ok(())
    }

    /// Looks at an item that comes into `list`.
    fn item<E: Error>(self, _list: &[Value]) -> Result<(), E> {
        Ok(())
    }

    /// Looks at the name of a member that comes into `map`.
    fn member<E: Error>(self, map: &Map<String, Value>, name: &str) -> Result<(), E>;
}

/// The tree of a text.
///
/// # Errors
/// When it is not JSON, or its tree is too heavy.
pub fn parse(text: &[u8]) -> Result<Value, TreeFault> {
    let left = Cell::new(HEAVIEST);
    let mut reader = serde_json::Deserializer::from_slice(text);
    within(&mut reader, Weighed(&left)).map_err(|error| TreeFault::of(&error))
}

/// The tree of a text in which no structure has a member twice, of which only one could count; else what
/// completes "the body is".
///
/// # Errors
/// As for [`parse`], and a member that is there twice.
pub fn parse_once(text: &[u8]) -> Result<Value, String> {
    let (left, again) = (Cell::new(HEAVIEST), RefCell::new(None));
    let mut reader = serde_json::Deserializer::from_slice(text);
    let bound = Once {
        weighed: Weighed(&left),
        again: &again,
    };
    within(&mut reader, bound).map_err(|error| match again.take() {
        Some(name) => {
            let (line, column) = (error.line(), error.column());
            format!("ambiguous: {name:?} is there twice, again at line {line}, column {column}")
        }
        None => TreeFault::of(&error).to_string(),
    })
}

/// The tree of all that a reader reads.
///
/// # Errors
/// When it is not JSON, or goes beyond its bound.
pub(crate) fn within<'de, R: serde_json::de::Read<'de>>(
    reader: &mut serde_json::Deserializer<R>,
    bound: impl Bound,
) -> Result<Value, serde_json::Error> {
    let value = Tree(bound).deserialize(&mut *reader)?;
    reader.end().map(|()| value)
}

/// What a value takes in memory, in bytes, its texts included.
pub(crate) fn weight(value: &Value) -> usize {
    let held = match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
        Value::String(text) => text_weight(text) + text.len(),
        Value::Array(items) => {
            let items = items.iter().enumerate();
            let held = items.map(|(at, item)| item_weight(at == 0) + weight(item));
            held.sum()
        }
        Value::Object(members) => {
            let members = members.iter().enumerate();
            let held = members.map(|(at, (name, value))| {
                text_weight(name) + name.len() + member_weight(at == 0) + weight(value)
            });
            held.sum()
        }
    };
    size_of::<Value>() + held
}

fn text_weight(text: &str) -> usize {
    if text.is_empty() { 0 } else { TEXT }
}

fn item_weight(is_first: bool) -> usize {
    if is_first { LIST } else { ITEM }
}

fn member_weight(is_first: bool) -> usize {
    if is_first { NODE } else { ENTRY }
}

/// Takes the weight of each value from what is left.
#[derive(Clone, Copy)]
struct Weighed<'w>(&'w Cell<usize>);

impl Weighed<'_> {
    fn take<E: Error>(self, weight: usize) -> Result<(), E> {
        let left = self.0.get().checked_sub(weight);
        self.0.set(left.unwrap_or(0));
        left.map(drop).ok_or_else(|| E::custom("too heavy"))
    }
}

impl Bound for Weighed<'_> {
    fn text<E: Error>(self, text: &str) -> Result<(), E> {
        self.take(text_weight(text))
    }

    fn item<E: Error>(self, list: &[Value]) -> Result<(), E> {
        self.take(item_weight(list.is_empty()))
    }

    fn member<E: Error>(self, map: &Map<String, Value>, name: &str) -> Result<(), E> {
        self.text(name)?;
        self.take(member_weight(map.is_empty()))
    }
}

/// The same, and refuses a member that is there already.
#[derive(Clone, Copy)]
struct Once<'w> {
    weighed: Weighed<'w>,
    /// Its name.
    again: &'w RefCell<Option<String>>,
}

impl Bound for Once<'_> {
    fn text<E: Error>(self, text: &str) -> Result<(), E> {
        self.weighed.text(text)
    }

    fn item<E: Error>(self, list: &[Value]) -> Result<(), E> {
        self.weighed.item(list)
    }

    fn member<E: Error>(self, map: &Map<String, Value>, name: &str) -> Result<(), E> {
        if map.contains_key(name) {
            self.again.replace(Some(name.chars().take(100).collect()));
            return Err(E::custom("there twice"));
        }
        self.weighed.member(map, name)
    }
}

/// Makes a tree within a bound.
#[derive(Clone, Copy)]
struct Tree<B>(B);

impl<'de, B: Bound> DeserializeSeed<'de> for Tree<B> {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de, B: Bound> Visitor<'de> for Tree<B> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        self.0.text(text)?;
        Ok(Value::String(text.to_owned()))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Value, E> {
        self.0.text(&text)?;
        Ok(Value::String(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            self.0.item(&list)?;
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            self.0.member(&map, &key)?;
            map.insert(key, entries.next_value_seed(self)?);
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_tree_is_what_serde_makes_of_the_text() {
        for text in [
            r#"{"a":[1,-2,3.5,1e400,null,true,"x\u00e9",{"b":{}}],"a":2,"":""}"#,
            "18446744073709551616",
            "\"\\ud83d\\ude00\"",
            " null ",
            "[]",
        ] {
            let expected: Result<Value, _> = serde_json::from_slice(text.as_bytes());
            assert_eq!(parse(text.as_bytes()).ok(), expected.ok(), "{text}");
        }
    }

    #[test]
    fn what_is_no_json_is_refused_by_its_place() {
        let at = |line, column| Position { line, column };
        let cases = [
            ("{", TreeFault::Incomplete(at(1, 1))),
            ("{}\n x", TreeFault::Syntax(at(2, 2))),
            ("[1 2]", TreeFault::Syntax(at(1, 4))),
        ];
        for (text, expected) in cases {
            assert_eq!(parse(text.as_bytes()), Err(expected), "{text}");
        }
        // Depth is bounded as well.
        assert!(parse("[".repeat(1000).as_bytes()).is_err());
    }

    #[test]
    fn a_member_that_is_there_twice_is_told_with_its_place() {
        let once = |text: &str| parse_once(text.as_bytes());
        assert_eq!(
            once("{\"a\":{\"b\":1},\n \"c\":[{\"b\":1,\"b\":2}]}"),
            Err("ambiguous: \"b\" is there twice, again at line 2, column 16".to_owned())
        );
        let wrong = once("{").unwrap_err();
        assert!(wrong.ends_with("line 1, column 1"), "{wrong}");
        let heavy = format!("[{}0]", "0,".repeat(70_000));
        assert_eq!(once(&heavy), Err(TreeFault::TooHeavy.to_string()));
        let fine = r#"{"a":{"b":1},"c":{"b":1}}"#;
        assert_eq!(once(fine).ok(), parse(fine.as_bytes()).ok());
    }

    #[test]
    fn many_small_values_are_too_heavy_and_long_texts_are_not() {
        let many =
            |item: &str, count: usize| format!("[{}{item}]", format!("{item},").repeat(count));
        for (item, count) in [
            (r#"{"":0}"#, 7_000),
            ("[0]", 30_000),
            ("0", 70_000),
            (r#""a""#, 50_000),
        ] {
            assert_eq!(
                parse(many(item, count).as_bytes()),
                Err(TreeFault::TooHeavy),
                "{item}"
            );
            assert!(parse(many(item, count / 2).as_bytes()).is_ok(), "{item}");
        }
        assert!(parse(format!("\"{}\"", "x".repeat(8 << 20)).as_bytes()).is_ok());
    }

    #[test]
    fn a_tree_weighs_what_its_parts_do() {
        let one = size_of::<Value>();
        let cases = [
            ("null", 0),
            (r#""abc""#, TEXT + 3),
            ("[]", 0),
            ("[1,2]", LIST + ITEM + 2 * one),
            (r#"{"":0}"#, NODE + one),
            (r#"{"a":0,"b":0}"#, NODE + ENTRY + 2 * (TEXT + 1 + one)),
        ];
        for (text, held) in cases {
            let value = parse(text.as_bytes()).unwrap();
            assert_eq!(weight(&value), one + held, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_parsed_as_serde_does_it(text in "[\\[\\]{},:0-9\"a ]{0,40}") {
            let expected: Result<Value, _> = serde_json::from_slice(text.as_bytes());
            prop_assert_eq!(parse(text.as_bytes()).ok(), expected.ok());
        }
    }
}
