//! Exclusive XML Canonicalization 1.0 without comments (W3C, <https://www.w3.org/TR/xml-exc-c14n/>):
//! the bytes that XML signatures are about.

use std::collections::BTreeMap;

use super::{Document, Node, Place, split};

/// The canonical form of an element, without the element `skipped` in it. `inclusive` are the prefixes
/// that are declared wherever they are in scope (its `PrefixList`).
pub(crate) fn canonicalize(
    document: &Document,
    place: Place,
    skipped: Option<Place>,
    inclusive: &[String],
) -> String {
    let mut writer = Writer {
        document,
        skipped,
        inclusive,
        in_force: Vec::new(),
        out: String::new(),
    };
    writer.element(place);
    writer.out
}

struct Writer<'a> {
    document: &'a Document,
    skipped: Option<Place>,
    inclusive: &'a [String],
    /// Prefixes and namespaces that the open elements of the output declare, the inner ones last.
    in_force: Vec<(String, String)>,
    out: String,
}

impl Writer<'_> {
    /// The depth of a document is bounded, and so is this.
    fn element(&mut self, place: Place) {
        let element = self.document.element(place);
        let outside = self.in_force.len();
        self.out.push('<');
        self.out.push_str(&element.name);
        for (prefix, namespace) in self.declarations(place) {
            let name = if prefix.is_empty() {
                "xmlns".to_owned()
            } else {
                format!("xmlns:{prefix}")
            };
            self.attribute(&name, &namespace);
            self.in_force.push((prefix, namespace));
        }
        let mut attributes: Vec<(&str, &str, &str, &str)> = element
            .attributes
            .iter()
            .map(|(name, value)| {
                let (prefix, local) = split(name);
                // An attribute without a prefix has no namespace, and so comes first.
                let namespace = match prefix {
                    "" => "",
                    prefix => self.document.namespace(place, prefix).unwrap_or_default(),
                };
                (namespace, local, name.as_str(), value.as_str())
            })
            .collect();
        attributes.sort_unstable();
        for (_, _, name, value) in attributes {
            self.attribute(name, value);
        }
        self.out.push('>');
        for child in &element.children {
            match child {
                Node::Element(child) if Some(*child) == self.skipped => {}
                Node::Element(child) => self.element(*child),
                Node::Text(text) => self.text(text),
            }
        }
        self.out.push_str("</");
        self.out.push_str(&element.name);
        self.out.push('>');
        self.in_force.truncate(outside);
    }

    /// The declarations to write at an element: of the prefixes that it uses itself, or that are in
    /// the list, as far as what is in force differs.
    fn declarations(&self, place: Place) -> BTreeMap<String, String> {
        let element = self.document.element(place);
        let mut wanted = BTreeMap::new();
        let used = element
            .attributes
            .iter()
            .map(|(name, _)| split(name).0)
            .filter(|prefix| !prefix.is_empty())
            .chain([split(&element.name).0]);
        for prefix in used {
            let namespace = self.document.namespace(place, prefix).unwrap_or_default();
            wanted.insert(prefix.to_owned(), namespace.to_owned());
        }
        for prefix in self.inclusive {
            let prefix = if prefix == "#default" { "" } else { prefix };
            if let Some(namespace) = self.document.namespace(place, prefix) {
                wanted.insert(prefix.to_owned(), namespace.to_owned());
            }
        }
        wanted.retain(|prefix, namespace| {
            let mut declared = self.in_force.iter().rev();
            let innermost = declared.find(|(known, _)| known == prefix);
            let in_force = innermost.map_or("", |(_, namespace)| namespace.as_str());
            prefix != "xml" && in_force != namespace
        });
        wanted
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        for character in value.chars() {
            match character {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '"' => self.out.push_str("&quot;"),
                '\t' => self.out.push_str("&#x9;"),
                '\n' => self.out.push_str("&#xA;"),
                '\r' => self.out.push_str("&#xD;"),
                other => self.out.push(other),
            }
        }
        self.out.push('"');
    }

    fn text(&mut self, text: &str) {
        for character in text.chars() {
            match character {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '\r' => self.out.push_str("&#xD;"),
                other => self.out.push(other),
            }
        }
    }
}

#[cfg(test)]
#[path = "tests/canonical.rs"]
mod tests;
