//! A small XML tree, of what a SAML document needs and nothing that makes XML dangerous: no DOCTYPE,
//! so no entity of the document's own; no processing instructions; bounded depth and size.
//!
//! Comments are left out as if they were not there, as in canonical form: a value that one cuts in two
//! reads whole.

pub(crate) mod canonical;

use std::collections::BTreeMap;

use quick_xml::XmlVersion;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::reader::Reader;

const MOST_ELEMENTS: usize = 10_000;

const DEEPEST: usize = 64;

/// The namespace that `xml:` stands for everywhere (Namespaces in XML 1.0, section 3).
pub(crate) const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// An element's place in its document.
pub(crate) type Place = usize;

/// A well-formed document.
pub(crate) struct Document {
    elements: Vec<Element>,
}

#[derive(Default)]
pub(crate) struct Element {
    pub(crate) parent: Option<Place>,
    /// Its name as written, perhaps with a prefix.
    pub(crate) name: String,
    /// Prefixes that it declares, the default one being empty, and their namespaces.
    declared: Vec<(String, String)>,
    /// Its other attributes, names as written.
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) children: Vec<Node>,
}

pub(crate) enum Node {
    Element(Place),
    Text(String),
}

/// A name's prefix, empty without one, and the rest.
pub(crate) fn split(name: &str) -> (&str, &str) {
    name.split_once(':').unwrap_or(("", name))
}

impl Document {
    /// Reads a document.
    ///
    /// # Errors
    /// What is wrong with it, for a reason.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut reader = Reader::from_str(text);
        let mut reading = Reading::default();
        loop {
            let event = reader
                .read_event()
                .map_err(|fault| format!("it is not well-formed XML: {fault}"))?;
            match event {
                Event::Start(element) => reading.open(&element)?,
                Event::Empty(element) => {
                    reading.open(&element)?;
                    reading.open.pop();
                }
                Event::End(_) => {
                    reading.open.pop();
                }
                Event::Text(text) => reading.text(&text.xml10_content())?,
                Event::CData(text) => reading.text(&text.xml10_content())?,
                Event::GeneralRef(reference) => reading.text(&resolve(&reference)?)?,
                Event::Comment(_) | Event::Decl(_) => {}
                Event::DocType(_) => return Err("it has a DOCTYPE".into()),
                Event::PI(_) => return Err("it has a processing instruction".into()),
                Event::Eof => return reading.finish(),
            }
        }
    }

    pub(crate) fn element(&self, place: Place) -> &Element {
        &self.elements[place]
    }

    /// Every element, from the outside to the inside; the first one is the root.
    pub(crate) fn places(&self) -> std::ops::Range<Place> {
        0..self.elements.len()
    }

    /// The namespace of a prefix at a place; none where it has none.
    pub(crate) fn namespace(&self, place: Place, prefix: &str) -> Option<&str> {
        if prefix == "xml" {
            return Some(XML);
        }
        let mut at = Some(place);
        while let Some(place) = at {
            let element = self.element(place);
            let found = element.declared.iter().find(|(known, _)| known == prefix);
            if let Some((_, namespace)) = found {
                return Some(namespace)
                    .filter(|it| !it.is_empty())
                    .map(String::as_str);
            }
            at = element.parent;
        }
        None
    }

    /// The prefixes that mean something at a place, with their namespaces.
    pub(crate) fn in_scope(&self, place: Place) -> BTreeMap<&str, &str> {
        let mut found = BTreeMap::new();
        let mut at = Some(place);
        while let Some(place) = at {
            let element = self.element(place);
            for (prefix, namespace) in &element.declared {
                found.entry(prefix.as_str()).or_insert(namespace.as_str());
            }
            at = element.parent;
        }
        found
    }

    /// Whether an element has this name of this namespace.
    pub(crate) fn is(&self, place: Place, namespace: &str, name: &str) -> bool {
        let (prefix, local) = split(&self.element(place).name);
        local == name && self.namespace(place, prefix) == Some(namespace)
    }

    /// The child elements of an element.
    pub(crate) fn children(&self, place: Place) -> impl Iterator<Item = Place> {
        let nodes = self.element(place).children.iter();
        nodes.filter_map(|node| match node {
            Node::Element(child) => Some(*child),
            Node::Text(_) => None,
        })
    }

    /// The child elements with a name.
    pub(crate) fn named<'a>(
        &'a self,
        place: Place,
        namespace: &'a str,
        name: &'a str,
    ) -> impl Iterator<Item = Place> + 'a {
        self.children(place)
            .filter(move |child| self.is(*child, namespace, name))
    }

    /// The one child element with a name.
    ///
    /// # Errors
    /// When there is none, or there are several.
    pub(crate) fn one(&self, place: Place, namespace: &str, name: &str) -> Result<Place, String> {
        let mut found = self.named(place, namespace, name);
        match (found.next(), found.next()) {
            (Some(one), None) => Ok(one),
            (None, _) => Err(format!("{} has no {name}", self.element(place).name)),
            (Some(_), Some(_)) => Err(format!("{} has several {name}", self.element(place).name)),
        }
    }

    /// An attribute without a prefix.
    pub(crate) fn attribute(&self, place: Place, name: &str) -> Option<&str> {
        let attributes = self.element(place).attributes.iter();
        let mut found = attributes.filter(|(known, _)| known == name);
        found.next().map(|(_, value)| value.as_str())
    }

    /// The text of an element that has no elements in it.
    ///
    /// # Errors
    /// When it has some: a value is not to be read around them.
    pub(crate) fn text(&self, place: Place) -> Result<String, String> {
        let element = self.element(place);
        let mut text = String::new();
        for node in &element.children {
            match node {
                Node::Text(part) => text.push_str(part),
                Node::Element(_) => {
                    return Err(format!("{} has elements in its text", element.name));
                }
            }
        }
        Ok(text)
    }
}

/// A character reference, or one of the five entities of XML itself.
fn resolve(reference: &BytesRef<'_>) -> Result<String, String> {
    let name: &str = reference;
    let character = match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "apos" => '\'',
        "quot" => '"',
        _ => reference
            .resolve_char_ref()
            .map_err(|fault| format!("it has a bad character reference: {fault}"))?
            .ok_or("it has an entity that XML does not know")?,
    };
    Ok(character.into())
}

/// How far a document is read.
#[derive(Default)]
struct Reading {
    elements: Vec<Element>,
    /// The elements that are open, from the outside to the inside.
    open: Vec<Place>,
}

impl Reading {
    fn open(&mut self, start: &BytesStart<'_>) -> Result<(), String> {
        let parent = self.open.last().copied();
        if parent.is_none() && !self.elements.is_empty() {
            return Err("it has several roots".into());
        }
        if self.elements.len() >= MOST_ELEMENTS || self.open.len() >= DEEPEST {
            return Err("it has too many elements".into());
        }
        let mut element = Element {
            parent,
            name: start.name().as_ref().to_owned(),
            ..Element::default()
        };
        for attribute in start.attributes() {
            let fault = |fault: &dyn std::fmt::Display| format!("it has a bad attribute: {fault}");
            let attribute = attribute.map_err(|error| fault(&error))?;
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|error| fault(&error))?
                .into_owned();
            let name: &str = attribute.key.as_ref();
            match name.strip_prefix("xmlns:") {
                Some(prefix) => element.declared.push((prefix.to_owned(), value)),
                None if name == "xmlns" => element.declared.push((String::new(), value)),
                None => element.attributes.push((name.to_owned(), value)),
            }
        }
        let place = self.elements.len();
        if let Some(parent) = parent {
            self.elements[parent].children.push(Node::Element(place));
        }
        self.elements.push(element);
        self.open.push(place);
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), String> {
        let Some(place) = self.open.last() else {
            let is_space = text
                .chars()
                .all(|c| c.is_ascii_whitespace() || c == '\u{feff}');
            return if is_space {
                Ok(())
            } else {
                Err("it has text outside of its root".into())
            };
        };
        let children = &mut self.elements[*place].children;
        match children.last_mut() {
            Some(Node::Text(before)) => before.push_str(text),
            _ => children.push(Node::Text(text.to_owned())),
        }
        Ok(())
    }

    fn finish(self) -> Result<Document, String> {
        if !self.open.is_empty() {
            return Err("it ends within an element".into());
        }
        if self.elements.is_empty() {
            return Err("it is no XML document".into());
        }
        let document = Document {
            elements: self.elements,
        };
        for place in document.places() {
            let element = document.element(place);
            let names = element.attributes.iter().map(|(name, _)| name);
            for name in names.chain([&element.name]) {
                let (prefix, _) = split(name);
                if !prefix.is_empty() && document.namespace(place, prefix).is_none() {
                    return Err(format!("it uses the prefix {prefix} without a namespace"));
                }
            }
        }
        Ok(document)
    }
}
