//! How a value is written in the place of another: as that was, in quotation marks or without, in lines of its own
//! or in brackets.

use std::ops::Range;

use serde_json::Value;

use super::tree;
use crate::fixtures::document::Format;
use crate::scenario::source::{Source, Tree};

/// What of a text is replaced, and by what.
///
/// # Errors
/// Why it is not.
pub(super) fn written(
    source: &Source,
    span: &Range<usize>,
    value: &Value,
) -> Result<(Range<usize>, String), String> {
    if Format::of(&source.name) == Format::Json {
        return Ok((span.clone(), json(value)));
    }
    let text = &source.text;
    let start = span.start + anchor(&text[span.clone()]).len();
    let (span, old) = (start..span.end, &text[start..span.end]);
    if let Some(block) = Block::before(text, start) {
        if block.has_comment {
            return Err(HAS_COMMENT.to_owned());
        }
        return Ok(match block.lines(value, text, start) {
            Some(lines) => (span, lines),
            None => (block.header..span.end, flow(value, Style::Double)),
        });
    }
    let style = Style::of(old);
    if style == Style::Plain && has_comment(old) {
        return Err(HAS_COMMENT.to_owned());
    }
    let new = match value {
        Value::Array(items) if is_block_list(old) && !items.is_empty() => {
            let items = items
                .iter()
                .map(|item| format!("- {}", flow(item, Style::Plain)));
            let between = format!("{}{}", line_end(text), indentation(text, start));
            items.collect::<Vec<_>>().join(&between)
        }
        // In brackets it may not stand as far to the left as lines with hyphens may.
        value if is_block_list(old) && text[..start].trim_end().ends_with(':') => {
            let colon = text[..start].trim_end().len();
            return Ok((colon..span.end, format!(" {}", flow(value, style))));
        }
        value => flow(value, style),
    };
    // A null that is written as nothing stands right behind its colon.
    let is_behind_mark = text[..start].ends_with([':', '-', ',', '?']);
    Ok(match old {
        "" if is_behind_mark => (span, format!(" {new}")),
        _ => (span, new),
    })
}

const HAS_COMMENT: &str =
    "there is a comment within this value, which would be lost; write it by hand";

/// How a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    Plain,
    Single,
    Double,
}

impl Style {
    fn of(written: &str) -> Self {
        match written.as_bytes().first() {
            Some(b'\'') => Self::Single,
            Some(b'"') => Self::Double,
            _ => Self::Plain,
        }
    }
}

/// A text that stands in lines of its own, behind `|` or `>`.
struct Block {
    /// Where the mark is.
    header: usize,
    /// Whether it is `|` and no more.
    is_literal: bool,
    has_comment: bool,
}

impl Block {
    /// That whose text begins at `start`.
    fn before(text: &str, start: usize) -> Option<Self> {
        let before = &text[..start];
        let line = before.rfind('\n')?;
        if !before[line..].trim().is_empty() {
            return None;
        }
        // Empty lines may stand before the first that is none.
        let above = before[..line].trim_end();
        let line = above.rfind('\n').map_or(0, |at| at + 1);
        let (code, comment) = match above[line..].find(" #") {
            Some(at) => (above[line..line + at].trim_end(), true),
            None => (&above[line..], false),
        };
        let word = code.rfind(char::is_whitespace).map_or(0, |at| at + 1);
        let mark = &code[word..];
        let signs = mark.strip_prefix(['|', '>'])?;
        let is_header = signs
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b"+-".contains(&byte));
        is_header.then_some(Self {
            header: line + word,
            is_literal: mark == "|",
            has_comment: comment,
        })
    }

    /// A text in lines, if it can stand there as the other did.
    fn lines(&self, value: &Value, text: &str, start: usize) -> Option<String> {
        let new = value.as_str()?;
        let whole = new.strip_suffix('\n')?;
        let is_even =
            !whole.is_empty() && !whole.starts_with([' ', '\t', '\n']) && !whole.ends_with('\n');
        let is_shown = whole.chars().all(|it| it == '\n' || is_shown(it));
        if !self.is_literal || !is_even || !is_shown {
            return None;
        }
        let indentation = indentation(text, start);
        let lines = whole
            .split('\n')
            .enumerate()
            .map(|(at, line)| match (at, line) {
                (0, _) | (_, "") => line.to_owned(),
                _ => format!("{indentation}{line}"),
            });
        Some(lines.collect::<Vec<_>>().join(line_end(text)))
    }
}

/// The mark of an anchor and what stands behind it, which stay.
fn anchor(written: &str) -> &str {
    if !written.starts_with('&') {
        return "";
    }
    let name = written.find(char::is_whitespace).unwrap_or(written.len());
    let space = written[name..].find(|it: char| !it.is_whitespace());
    &written[..space.map_or(written.len(), |space| name + space)]
}

fn is_block_list(written: &str) -> bool {
    written.starts_with("- ") || written.starts_with("-\n") || written.starts_with("-\r\n")
}

/// Whether a comment stands within. What is in quotation marks there is not told apart: better a value is left as it is.
fn has_comment(written: &str) -> bool {
    let mut before = '\n';
    written.chars().any(|it| {
        let is_comment = it == '#' && before.is_whitespace();
        before = it;
        is_comment
    })
}

/// The spaces before a place in a line of its own.
fn indentation(text: &str, start: usize) -> String {
    let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
    " ".repeat(text[line..start].chars().count())
}

fn line_end(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

/// A value on one line.
fn flow(value: &Value, style: Style) -> String {
    match value {
        Value::String(text) => scalar(text, style),
        Value::Array(items) => {
            let items = items.iter().map(|item| flow(item, Style::Plain));
            format!("[{}]", items.collect::<Vec<_>>().join(", "))
        }
        Value::Object(members) => {
            let member = |(name, value): (&String, &Value)| {
                let name = match is_plain(name) && !name.is_empty() {
                    true => name.clone(),
                    false => double(name),
                };
                format!("{name}: {}", flow(value, Style::Plain))
            };
            let members: Vec<_> = members.iter().map(member).collect();
            format!("{{{}}}", members.join(", "))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

fn scalar(text: &str, style: Style) -> String {
    match style {
        Style::Plain if is_plain(text) => text.to_owned(),
        Style::Single if text.chars().all(is_shown) => format!("'{}'", text.replace('\'', "''")),
        _ => double(text),
    }
}

/// Whether a text without quotation marks is read as just that, wherever it stands.
fn is_plain(text: &str) -> bool {
    let reads = |yaml: String| {
        let Ok(node) = tree::read("x.yaml", &yaml) else {
            return false;
        };
        let value = match &node.value {
            Tree::Map(members) if members.len() == 1 => &members[0].1.value,
            _ => return false,
        };
        matches!(value, Tree::Text(read) if **read == *text)
    };
    text.chars().all(is_shown) && reads(format!("{{a: {text}}}")) && reads(format!("a: {text}"))
}

fn double(text: &str) -> String {
    let mut written = String::from("\"");
    for it in text.chars() {
        match it {
            '"' | '\\' => written.extend(['\\', it]),
            '\n' => written.push_str("\\n"),
            '\t' => written.push_str("\\t"),
            it if is_shown(it) => written.push(it),
            it if u32::from(it) > 0xffff => written.push_str(&format!("\\U{:08x}", u32::from(it))),
            it => written.push_str(&format!("\\u{:04x}", u32::from(it))),
        }
    }
    written.push('"');
    written
}

/// Whether a character may stand in YAML as it is, and is no end of a line.
fn is_shown(it: char) -> bool {
    !it.is_control()
        && !matches!(
            it,
            '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
        )
}

/// JSON on one line, as people write it.
fn json(value: &Value) -> String {
    match value {
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(json).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(members) => {
            let members = members.iter();
            let members: Vec<_> = members
                .map(|(name, value)| format!("{}: {}", Value::from(name.as_str()), json(value)))
                .collect();
            format!("{{{}}}", members.join(", "))
        }
        value => value.to_string(),
    }
}
