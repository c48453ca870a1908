//! A scenario file as a tree that knows where each value stands.

use std::sync::Arc;

/// A file that was read.
#[derive(Debug)]
pub(crate) struct Source {
    /// The file, as it was named.
    pub(crate) name: String,
    /// Its text.
    pub(crate) text: String,
}

/// Where something stands in a file.
#[derive(Debug, Clone)]
pub(crate) struct At {
    pub(crate) source: Arc<Source>,
    /// From its first byte in the text to after its last, quotation marks included.
    pub(crate) span: std::ops::Range<usize>,
}

/// A value, and where it stands. What an alias stands for stands where its anchor does.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) at: At,
    pub(crate) value: Tree,
}

/// What a value is.
#[derive(Debug, Clone)]
pub(crate) enum Tree {
    Null,
    Boolean(bool),
    Number(serde_json::Number),
    Text(Box<str>),
    List(Vec<Node>),
    /// In the order of the file; no key twice.
    Map(Vec<(Key, Node)>),
}

/// The key of a member.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    pub(crate) at: At,
    pub(crate) name: Box<str>,
}

impl At {
    /// Line and column of its first character, each counted from 1; columns count characters.
    pub(crate) fn line_and_column(&self) -> (usize, usize) {
        let before = &self.source.text[..self.span.start];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        (line, before[line_start..].chars().count() + 1)
    }
}

/// Something wrong with a file, and what would be right. Never holds a password or secret.
#[derive(Debug, Clone)]
pub(crate) struct Fault {
    pub(crate) at: At,
    pub(crate) text: String,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (line, column) = self.at.line_and_column();
        write!(f, "{}:{line}:{column}: {}", self.at.source.name, self.text)
    }
}
