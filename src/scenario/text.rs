//! From the text of a file to its tree. YAML is read by the rules of fixtures (`fixtures::yaml`), JSON by JSON's.

use std::collections::HashSet;
use std::sync::Arc;

use saphyr_parser::{Marker, ScalarStyle, Span};
use serde_json::Number;

use super::source::{At, Fault, Key, Node, Source, Tree};
use crate::fixtures::document::{Format, SyntaxFault, json_tree};
use crate::fixtures::yaml::{self, Gardener, Scalar};

/// The longest file, in bytes.
pub(crate) const LONGEST: u64 = 1 << 20;

/// The tree of a file.
///
/// # Errors
/// Where it is no YAML or JSON, and why.
pub(crate) fn read(name: String, text: String) -> Result<Node, Fault> {
    let text = match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    };
    let format = Format::of(&name);
    let source = Arc::new(Source { name, text });
    let lines = Lines::of(&source);
    let read = match format {
        Format::Json => json_tree(&source.text).map(|_| Json::document(&source)),
        Format::Yaml => yaml::grown(&source.text, Positioned { lines: &lines }),
    };
    read.map_err(|fault| at_its_place(fault, format, &lines))
}

fn at_its_place(fault: SyntaxFault, format: Format, lines: &Lines<'_>) -> Fault {
    let (line, column) = (fault.line.unwrap_or(1), fault.column.saturating_sub(1));
    let start = match format {
        // There columns count bytes.
        Format::Json => lines.start(line) + column,
        Format::Yaml => lines.offset(line, column),
    };
    let start = lines.source.text.floor_char_boundary(start);
    Fault {
        at: lines.at(start, start),
        text: fault.text,
    }
}

/// Where the lines of a text begin. YAML ends them as it likes: `\n`, `\r\n`, `\r`.
struct Lines<'s> {
    source: &'s Arc<Source>,
    starts: Vec<usize>,
}

impl<'s> Lines<'s> {
    fn of(source: &'s Arc<Source>) -> Self {
        let bytes = source.text.as_bytes();
        let ends = bytes.iter().enumerate().filter(|(at, byte)| match byte {
            b'\n' => true,
            b'\r' => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        });
        let starts = std::iter::once(0).chain(ends.map(|(at, _)| at + 1));
        Self {
            source,
            starts: starts.collect(),
        }
    }

    /// The first byte of a line, counted from 1.
    fn start(&self, line: usize) -> usize {
        let start = self.starts.get(line.saturating_sub(1));
        start.copied().unwrap_or(self.source.text.len())
    }

    /// The byte after so many characters of a line. Not by the parser's index, which counts the bytes of comments.
    fn offset(&self, line: usize, characters: usize) -> usize {
        let start = self.start(line);
        let text = &self.source.text[start..];
        let into = text.char_indices().nth(characters);
        start + into.map_or(text.len(), |(at, _)| at)
    }

    fn at(&self, start: usize, end: usize) -> At {
        At {
            source: Arc::clone(self.source),
            span: start..end.max(start),
        }
    }
}

/// Grows a tree that knows where its values stand.
struct Positioned<'s> {
    lines: &'s Lines<'s>,
}

/// Members of a mapping, as they are read.
#[derive(Default)]
struct Members {
    names: HashSet<Box<str>>,
    list: Vec<(Key, Node)>,
}

impl Positioned<'_> {
    fn byte(&self, marker: Marker) -> usize {
        self.lines.offset(marker.line(), marker.col())
    }

    fn at(&self, span: Span) -> At {
        self.lines.at(self.byte(span.start), self.byte(span.end))
    }

    /// The parser counts to a quoted scalar what follows on its line, and to a block the empty lines after it.
    fn of_scalar(&self, style: ScalarStyle, span: Span) -> At {
        let mut at = self.at(span);
        let text = &self.lines.source.text[at.span.clone()];
        let length = match style {
            ScalarStyle::Plain => text.len(),
            ScalarStyle::Literal | ScalarStyle::Folded => text.trim_end().len(),
            ScalarStyle::SingleQuoted => quoted(text, |rest| rest.starts_with("''")),
            ScalarStyle::DoubleQuoted => quoted(text, |rest| rest.starts_with('\\')),
        };
        at.span.end = at.span.start + length;
        at
    }

    /// From `start` to a written end, or to that of the last value within.
    fn around(&self, start: Marker, end: Option<Marker>, last: Option<&Node>) -> At {
        let start = self.byte(start);
        let end = match (end, last) {
            (Some(end), _) => self.byte(end),
            (None, Some(last)) => last.at.span.end,
            (None, None) => start,
        };
        self.lines.at(start, end)
    }
}

/// How long a text in quotation marks is; `is_pair` tells what stands for one character.
fn quoted(text: &str, is_pair: impl Fn(&str) -> bool) -> usize {
    let mark = text.chars().next();
    let mut rest = text.get(1..).unwrap_or_default();
    while !rest.is_empty() {
        let count = if is_pair(rest) { 2 } else { 1 };
        let is_end = count == 1 && rest.chars().next() == mark;
        let next = rest.char_indices().nth(count);
        rest = next.map_or("", |(at, _)| &rest[at..]);
        if is_end {
            break;
        }
    }
    text.len() - rest.len()
}

impl Gardener for Positioned<'_> {
    type Tree = Node;
    type Members = Members;

    const INSTEAD_OF_COPIES: &'static str = "; write less of them";
    const INSTEAD_OF_MERGING: &'static str = ", name a whole value (&name) and repeat it (*name), or put what recurs into defaults or a part";

    fn scalar(&self, scalar: Scalar, style: ScalarStyle, span: Span) -> Node {
        let value = match scalar {
            Scalar::Null => Tree::Null,
            Scalar::Boolean(truth) => Tree::Boolean(truth),
            Scalar::Number(number) => Tree::Number(number),
            Scalar::Text(text) => Tree::Text(text.into()),
        };
        Node {
            at: self.of_scalar(style, span),
            value,
        }
    }

    fn list(&self, items: Vec<Node>, start: Marker, end: Option<Marker>) -> Node {
        let mut at = self.around(start, end, items.last());
        // The parser has a list that is not indented begin with its first item.
        if let (None, Some(first)) = (end, items.first())
            && first.at.span.start == at.span.start
            && let Some(before) = self.lines.source.text[..at.span.start]
                .trim_end()
                .strip_suffix('-')
        {
            at.span.start = before.len();
        }
        Node {
            at,
            value: Tree::List(items),
        }
    }

    fn members(&self) -> Members {
        Members::default()
    }

    fn has(&self, members: &Members, name: &str) -> bool {
        members.names.contains(name)
    }

    fn add(&self, members: &mut Members, name: String, span: Span, value: Node) {
        let name: Box<str> = name.into();
        members.names.insert(name.clone());
        let at = self.at(span);
        members.list.push((Key { at, name }, value));
    }

    fn mapping(&self, members: Members, start: Marker, end: Option<Marker>) -> Node {
        Node {
            at: self.around(start, end, members.list.last().map(|(_, value)| value)),
            value: Tree::Map(members.list),
        }
    }

    fn weight(&self, tree: &Node) -> usize {
        let inside: usize = match &tree.value {
            Tree::Null | Tree::Boolean(_) | Tree::Number(_) => 0,
            Tree::Text(text) => text.len(),
            Tree::List(items) => items.iter().map(|item| self.weight(item)).sum(),
            Tree::Map(members) => members
                .iter()
                .map(|(key, value)| size_of::<Key>() + key.name.len() + self.weight(value))
                .sum(),
        };
        size_of::<Node>() + inside
    }
}

/// Walks JSON that was read before, and so is known to be JSON, each name once and not too deep.
struct Json<'s> {
    source: &'s Arc<Source>,
    next: usize,
}

impl<'s> Json<'s> {
    fn document(source: &'s Arc<Source>) -> Node {
        Self { source, next: 0 }.value()
    }

    fn value(&mut self) -> Node {
        let start = self.skip_space();
        let value = match self.peek() {
            Some(b'{') => Tree::Map(self.inside(|walk| {
                let key = walk.scalar();
                walk.skip_space();
                walk.next += 1;
                (walk.key(key), walk.value())
            })),
            Some(b'[') => Tree::List(self.inside(Self::value)),
            _ => {
                let span = self.scalar();
                self.scalar_value(&span)
            }
        };
        Node {
            at: self.at(start..self.next),
            value,
        }
    }

    /// What stands between brackets, by commas.
    fn inside<T>(&mut self, one: impl Fn(&mut Self) -> T) -> Vec<T> {
        self.next += 1;
        let mut all = Vec::new();
        loop {
            self.skip_space();
            match self.peek() {
                Some(b',') => self.next += 1,
                Some(b'}' | b']') | None => break,
                Some(_) => all.push(one(self)),
            }
        }
        self.next += 1;
        all
    }

    fn scalar(&mut self) -> std::ops::Range<usize> {
        let start = self.skip_space();
        if self.peek() == Some(b'"') {
            self.next += 1;
            while let Some(byte) = self.peek() {
                self.next += if byte == b'\\' { 2 } else { 1 };
                if byte == b'"' {
                    break;
                }
            }
        } else {
            let is_end = |byte: u8| byte.is_ascii_whitespace() || b",:]}".contains(&byte);
            while self.peek().is_some_and(|byte| !is_end(byte)) {
                self.next += 1;
            }
        }
        start..self.next
    }

    fn scalar_value(&self, span: &std::ops::Range<usize>) -> Tree {
        let text = self.source.text.get(span.clone()).unwrap_or_default();
        match text {
            "true" => Tree::Boolean(true),
            "false" => Tree::Boolean(false),
            _ if text.starts_with('"') => serde_json::from_str(text).map_or(Tree::Null, Tree::Text),
            _ => serde_json::from_str::<Number>(text).map_or(Tree::Null, Tree::Number),
        }
    }

    fn key(&self, span: std::ops::Range<usize>) -> Key {
        let name = match self.scalar_value(&span) {
            Tree::Text(name) => name,
            _ => Box::default(),
        };
        Key {
            at: self.at(span),
            name,
        }
    }

    fn at(&self, span: std::ops::Range<usize>) -> At {
        At {
            source: Arc::clone(self.source),
            span,
        }
    }

    fn peek(&self) -> Option<u8> {
        self.source.text.as_bytes().get(self.next).copied()
    }

    fn skip_space(&mut self) -> usize {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.next += 1;
        }
        self.next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn read_yaml(text: &str) -> Node {
        read("x.yaml".into(), text.into()).unwrap()
    }

    /// What each scalar and each name of a tree is, and the text where it stands.
    fn places(node: &Node, out: &mut Vec<(String, String)>) {
        let written = |at: &At| at.source.text[at.span.clone()].to_owned();
        match &node.value {
            Tree::List(items) => items.iter().for_each(|item| places(item, out)),
            Tree::Map(members) => {
                for (key, value) in members {
                    out.push((key.name.to_string(), written(&key.at)));
                    places(value, out);
                }
            }
            Tree::Text(text) => out.push((text.to_string(), written(&node.at))),
            scalar => out.push((format!("{scalar:?}"), written(&node.at))),
        }
    }

    fn json_of(node: &Node) -> Value {
        match &node.value {
            Tree::Null => Value::Null,
            Tree::Boolean(truth) => (*truth).into(),
            Tree::Number(number) => number.clone().into(),
            Tree::Text(text) => text.to_string().into(),
            Tree::List(items) => items.iter().map(json_of).collect(),
            Tree::Map(members) => {
                let members = members.iter();
                let members = members.map(|(key, value)| (key.name.to_string(), json_of(value)));
                Value::Object(members.collect())
            }
        }
    }

    #[test]
    fn each_value_stands_where_it_is_written() {
        let text = "# Käse — comment\nä: ü x # größer\nb:\r\n  - \"q\\n\" # é\n  - {c: [d, 1]}\n  - &a\n    e: f\n    g: h\n  - *a\n'i j': |\n  k\n\nl: \n";
        let node = read_yaml(text);
        let mut found = Vec::new();
        places(&node, &mut found);
        let found: Vec<_> = found
            .iter()
            .map(|(what, written)| (what.as_str(), written.as_str()))
            .collect();
        let expected = [
            ("ä", "ä"),
            ("ü x", "ü x"),
            ("b", "b"),
            ("q\n", "\"q\\n\""),
            ("c", "c"),
            ("d", "d"),
            ("Number(Number(1))", "1"),
            ("e", "e"),
            ("f", "f"),
            ("g", "g"),
            ("h", "h"),
            ("e", "e"),
            ("f", "f"),
            ("g", "g"),
            ("h", "h"),
            ("i j", "'i j'"),
            ("k\n", "k"),
            ("l", "l"),
            ("Null", ""),
        ];
        assert_eq!(found, expected);
        let Tree::Map(members) = &node.value else {
            panic!("{node:?}")
        };
        let Tree::List(items) = &members[1].1.value else {
            panic!("{node:?}")
        };
        let written = |node: &Node| node.at.source.text[node.at.span.clone()].to_owned();
        let lists: Vec<_> = items.iter().map(written).collect();
        assert_eq!(
            lists,
            [
                "\"q\\n\"",
                "{c: [d, 1]}",
                "&a\n    e: f\n    g: h",
                "&a\n    e: f\n    g: h"
            ]
        );
        assert_eq!(items[1].at.line_and_column(), (5, 5));
        assert_eq!(members[1].0.at.line_and_column(), (3, 1));
        // Columns count characters.
        assert_eq!(members[0].1.at.line_and_column(), (2, 4));
    }

    #[test]
    fn json_is_read_by_its_own_rules() {
        let text = "{\"a\": [1.10, 1e3, -0, \"\\ud83d\\ude00\", null],\n\t\"b \\\"\": {\"c\": true}, \"d\": {}, \"e\": []}";
        let node = read("x.scenario.JSON".into(), text.into()).unwrap();
        assert_eq!(
            json_of(&node),
            json!({"a": [1.1, 1000.0, -0.0, "😀", null], "b \"": {"c": true}, "d": {}, "e": []})
        );
        let mut found = Vec::new();
        places(&node, &mut found);
        assert_eq!(found[4].1, "\"\\ud83d\\ude00\"");
        assert_eq!(found[6], ("b \"".into(), "\"b \\\"\"".into()));
    }

    #[test]
    fn what_cannot_be_read_is_refused_by_its_place() {
        let cases = [
            (
                "x.yaml",
                "a: 1\nä: {b: 1, b: 2}\n",
                "x.yaml:2:11: b is given twice; keep one",
            ),
            (
                "x.yaml",
                "a: &a {b: 1}\nc: {<<: *a}\n",
                "x.yaml:2:5: << merges nothing here: YAML 1.2 has no merge keys; write the members out, name a whole \
                 value (&name) and repeat it (*name), or put what recurs into defaults or a part",
            ),
            (
                "x.yaml",
                "a: !Ref b\n",
                "x.yaml:1:4: the tag !Ref has no meaning here; leave it out",
            ),
            (
                "x.yaml",
                "a: 1\n---\nb: 2\n",
                "x.yaml:3:1: a file holds one document; put others into files of their own",
            ),
            (
                "x.yaml",
                "- a\n? [b]\n",
                "x.yaml:2:1: while parsing a block collection, did not find expected '-' indicator",
            ),
            (
                "x.yaml",
                "a: b: c\n",
                "x.yaml:1:5: mapping values are not allowed in this context",
            ),
            ("x.json", "{\"ä\": 1,\n\"a\" 2}", "x.json:2:5: expected `:`"),
            (
                "x.json",
                "{\"a\": 1,\n\"a\": 2}",
                "x.json:2:3: a is given twice; keep one",
            ),
        ];
        for (name, text, said) in cases {
            let fault = read(name.into(), text.into()).unwrap_err();
            assert_eq!(fault.to_string(), said, "{text}");
        }
    }

    fn scalars() -> impl Strategy<Value = Value> {
        prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Bool),
            any::<i64>().prop_map(Value::from),
            "[ -~äé😀\\n\\t]{0,12}".prop_map(Value::String),
        ]
    }

    fn trees() -> impl Strategy<Value = Value> {
        scalars().prop_recursive(4, 32, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::Array),
                prop::collection::btree_map("[a-zé:#\" ]{1,6}", inner, 0..5)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_and_the_same_each_time(text in any::<String>()) {
            for name in ["x.json", "x.yaml"] {
                let shown = || match read(name.into(), text.clone()) {
                    Ok(node) => format!("{node:?}"),
                    Err(fault) => fault.to_string(),
                };
                prop_assert_eq!(shown(), shown());
            }
        }

        #[test]
        fn any_indicators_are_read_or_refused(text in "([ \\n\\r\\t:\\-?&*!|>'\"%@#,\\[\\]{}ab\u{e9}0])*") {
            for name in ["x.json", "x.yaml"] {
                if let Ok(node) = read(name.into(), text.clone()) {
                    let mut found = Vec::new();
                    places(&node, &mut found);
                }
            }
        }

        #[test]
        fn json_means_the_same_by_either_reader(tree in trees()) {
            for text in [tree.to_string(), serde_json::to_string_pretty(&tree).unwrap()] {
                for name in ["x.json", "x.yaml"] {
                    let node = read(name.into(), text.clone()).unwrap();
                    prop_assert_eq!(json_of(&node), tree.clone(), "{} {}", name, &text);
                    // What is written stands where it is said to.
                    let mut found = Vec::new();
                    places(&node, &mut found);
                    for (what, written) in found {
                        let again = read(name.into(), written.clone()).unwrap();
                        if let Tree::Text(text) = &again.value {
                            prop_assert_eq!(&*what, &**text, "{}", written);
                        }
                    }
                }
            }
        }
    }
}
