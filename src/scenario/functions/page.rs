//! The fields of a page's forms: as much of HTML as tells them.

use serde_json::Value;

use super::Given;
use crate::model::misspelled;
use crate::scenario::evaluation::Evaluation;

/// `field(html, name)`: the value that a browser would send for the field, if nobody touches it.
pub(super) fn field(given: &Given<'_>, _: &mut Evaluation<'_>) -> Result<Value, String> {
    let (html, name) = (given.text(0), given.text(1));
    let fields = fields(html);
    let mut named = fields.iter().filter(|field| field.name == name).peekable();
    if named.peek().is_some() {
        let value = named.find_map(|field| field.value.as_deref());
        return value.map(Value::from).ok_or(format!(
            "the field {name} has no value: nothing of it is chosen"
        ));
    }
    if fields.is_empty() {
        return Err(format!("the page has no field {name}, nor any other"));
    }
    let hint = misspelled::hint(name, fields.iter().map(|field| field.name.as_str()));
    Err(format!("the page has no field {name}; {hint}"))
}

/// A field of a form.
#[derive(Debug, PartialEq, Eq)]
struct Field {
    name: String,
    /// `None` where a browser sends none, as of a box that is not ticked.
    value: Option<String>,
}

/// A tag that opens an element.
struct Tag<'h> {
    /// In small letters.
    name: String,
    /// Names in small letters, values decoded.
    attributes: Vec<(String, String)>,
    /// What follows it.
    rest: &'h str,
}

/// Every field with a name, in the order of the page.
fn fields(html: &str) -> Vec<Field> {
    let mut fields = Vec::new();
    let mut rest = html;
    while let Some(tag) = next_tag(rest) {
        rest = tag.rest;
        let value = match tag.name.as_str() {
            "script" | "style" | "title" => {
                rest = content(&tag).1;
                continue;
            }
            "input" => tag.input_value(),
            "button" => Some(tag.attribute("value").unwrap_or_default().to_owned()),
            "textarea" => {
                let (text, after) = content(&tag);
                rest = after;
                // The first line break is for whoever reads the page's text (HTML, 13.1.2.5).
                let text = text
                    .strip_prefix("\r\n")
                    .or(text.strip_prefix('\n'))
                    .unwrap_or(text);
                Some(decoded(text))
            }
            "select" => {
                let (options, after) = content(&tag);
                rest = after;
                chosen(options)
            }
            _ => continue,
        };
        let name = tag.attribute("name").filter(|name| !name.is_empty());
        if let Some(name) = name
            && tag.attribute("disabled").is_none()
        {
            let name = name.to_owned();
            fields.push(Field { name, value });
        }
    }
    fields
}

impl Tag<'_> {
    fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    fn input_value(&self) -> Option<String> {
        let value = self.attribute("value");
        let kind = self
            .attribute("type")
            .unwrap_or_default()
            .to_ascii_lowercase();
        if matches!(kind.as_str(), "checkbox" | "radio") {
            self.attribute("checked")?;
            return Some(value.unwrap_or("on").to_owned());
        }
        Some(value.unwrap_or_default().to_owned())
    }
}

/// The value of a list's chosen option, which is the first where none is marked.
fn chosen(options: &str) -> Option<String> {
    let mut first = None;
    let mut rest = options;
    while let Some(tag) = next_tag(rest) {
        rest = tag.rest;
        if tag.name != "option" {
            continue;
        }
        let text = rest.split('<').next().unwrap_or_default();
        let value = tag.attribute("value").map(str::to_owned);
        let value = value.unwrap_or_else(|| decoded(text.trim()));
        if tag.attribute("selected").is_some() {
            return Some(value);
        }
        first = first.or(Some(value));
    }
    first
}

/// What an element holds, where tags within it are text, and what follows its end.
fn content<'h>(tag: &Tag<'h>) -> (&'h str, &'h str) {
    let end = format!("</{}", tag.name);
    let text = tag.rest;
    let at = (0..text.len()).find(|at| {
        text.get(*at..at + end.len())
            .is_some_and(|found| found.eq_ignore_ascii_case(&end))
    });
    text.split_at(at.unwrap_or(text.len()))
}

/// The next tag that opens an element; comments are passed over.
fn next_tag(html: &str) -> Option<Tag<'_>> {
    let mut rest = html;
    loop {
        rest = &rest[rest.find('<')? + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = comment.split_once("-->")?.1;
        } else if rest.starts_with(|first: char| first.is_ascii_alphabetic()) {
            break;
        }
    }
    let end = rest.find(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>'));
    let (name, mut rest) = rest.split_at(end?);
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        if let Some(after) = rest.strip_prefix('>') {
            return Some(Tag {
                name: name.to_ascii_lowercase(),
                attributes,
                rest: after,
            });
        }
        // A name may begin with `=`, and then has no other (HTML, 13.2.5.32).
        let length = rest
            .char_indices()
            .skip(1)
            .find(|(_, c)| c.is_ascii_whitespace() || matches!(c, '/' | '>' | '='));
        let (attribute, after) = rest.split_at(length?.0);
        let spaced = after.trim_start();
        let value = match spaced.strip_prefix('=') {
            None => "",
            Some(given) => {
                let given = given.trim_start();
                let quote = given.chars().next().filter(|c| matches!(c, '"' | '\''));
                let (value, after) = match quote {
                    Some(quote) => given[1..].split_once(quote)?,
                    None => {
                        let end = given.find(|c: char| c.is_ascii_whitespace() || c == '>');
                        given.split_at(end?)
                    }
                };
                rest = after;
                attributes.push((attribute.to_ascii_lowercase(), decoded(value)));
                continue;
            }
        };
        attributes.push((attribute.to_ascii_lowercase(), value.to_owned()));
        rest = after;
    }
}

/// A text with its character references resolved: the five that must be written so, and numbers.
fn decoded(text: &str) -> String {
    let mut decoded = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        decoded.push_str(before);
        let reference = after.split_once(';');
        let character = reference.and_then(|(name, _)| character(name));
        match (character, reference) {
            (Some(character), Some((_, after))) => {
                decoded.push(character);
                rest = after;
            }
            _ => {
                decoded.push('&');
                rest = after;
            }
        }
    }
    decoded + rest
}

fn character(name: &str) -> Option<char> {
    let number = |digits: &str, radix| u32::from_str_radix(digits, radix).ok();
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let name = name.strip_prefix('#')?;
            let hexadecimal = name.strip_prefix('x').or(name.strip_prefix('X'));
            let number = hexadecimal.map_or_else(|| number(name, 10), |digits| number(digits, 16));
            char::from_u32(number?)
        }
    }
}

#[cfg(test)]
#[path = "tests/page.rs"]
mod tests;
