//! What stands in `${…}`: a value, and the way into it.
//!
//! ```text
//! expr   = value { "." name | "[" ( integer | string ) "]" }
//! value  = name | name "(" [ expr { "," expr } ] ")" | string | integer | "true" | "false" | "null"
//! name   = letter { letter | digit | "_" }      string = "'" { character | "''" } "'"
//! integer = [ "-" | "+" ] digits
//! ```
//! Letters are those of ASCII; blanks may stand between any two of these.

use std::fmt;
use std::ops::Range;

/// How deep functions may stand in functions; nobody writes more than three.
const DEEPEST: usize = 32;

/// A value, and the way into it. Two are equal that say the same, wherever they stand.
#[derive(Debug, Clone)]
pub(crate) struct Expression {
    /// Where it stands in the text that it was read from, in bytes.
    pub(crate) span: Range<usize>,
    pub(crate) value: Operand,
    pub(crate) path: Vec<Step>,
}

/// What an expression begins with.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Operand {
    Name(Box<str>),
    Call {
        function: Box<str>,
        arguments: Vec<Expression>,
    },
    Text(Box<str>),
    Integer(i64),
    Boolean(bool),
    Null,
}

/// One step into a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// `.name` or `['name']`.
    Member(Box<str>),
    /// `[0]`.
    Item(usize),
}

/// Why a text is no expression, and what would be right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Malformed {
    /// Where in the text, in bytes.
    pub(crate) span: Range<usize>,
    pub(crate) text: String,
}

impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value && self.path == other.path
    }
}

/// Reads the expression that begins at byte `from` of `text`, after its `${`, and says where its `}` ends.
pub(crate) fn parse(text: &str, from: usize) -> Result<(Expression, usize), Malformed> {
    let mut reader = Reader {
        text,
        at: from,
        depth: 0,
    };
    reader.skip_blanks();
    let opening = from.saturating_sub(2);
    let unclosed = "a ${ without its }; the characters ${ are written $${";
    match reader.peek() {
        None => return malformed(opening..text.len(), unclosed),
        Some('}') => {
            let empty =
                "an empty ${}; write a name or a function in it, or $${ for the characters ${";
            return malformed(opening..reader.at + 1, empty);
        }
        Some(_) => {}
    }
    let expression = reader.expression()?;
    reader.skip_blanks();
    if reader.take('}') {
        return Ok((expression, reader.at));
    }
    match reader.peek() {
        None => malformed(opening..text.len(), unclosed),
        Some(found) => reader.unexpected(found, "\".\", \"[\" or \"}\""),
    }
}

fn malformed<T>(span: Range<usize>, text: impl Into<String>) -> Result<T, Malformed> {
    Err(Malformed {
        span,
        text: text.into(),
    })
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn take(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.at += wanted.len_utf8();
        }
        found
    }

    /// Moves on while characters fit, and gives the text of them.
    fn take_while(&mut self, fits: impl Fn(char) -> bool) -> &str {
        let rest = &self.text[self.at..];
        let length = rest.find(|c| !fits(c)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    fn skip_blanks(&mut self) {
        self.take_while(|c| matches!(c, ' ' | '\t' | '\n' | '\r'));
    }

    fn unexpected<T>(&self, found: char, wanted: &str) -> Result<T, Malformed> {
        let hint = match found {
            '"' => "; a text stands in '…', and a ' in it is written ''",
            '+' | '-' | '*' | '/' | '=' | '<' | '>' | '!' | '?' | '|' | '&' => {
                "; there is no arithmetic, and no conditions: two outcomes are two rows of a table"
            }
            ':' => {
                "; a member with other characters than letters, digits and _ is written \
                    ['custom:name']"
            }
            _ => "",
        };
        let span = self.at..self.at + found.len_utf8();
        malformed(
            span,
            format!("{found:?} where {wanted} would be right{hint}"),
        )
    }

    fn ended<T>(&self, wanted: &str) -> Result<T, Malformed> {
        let end = self.text.len();
        malformed(
            end..end,
            format!("the text ends where {wanted} would be right"),
        )
    }

    fn expression(&mut self) -> Result<Expression, Malformed> {
        self.skip_blanks();
        let from = self.at;
        let value = self.operand()?;
        let mut path = Vec::new();
        let mut end = self.at;
        loop {
            self.skip_blanks();
            if self.take('.') {
                self.skip_blanks();
                path.push(Step::Member(self.name("the name of a member")?));
            } else if self.take('[') {
                path.push(self.index()?);
            } else {
                break;
            }
            end = self.at;
        }
        Ok(Expression {
            span: from..end,
            value,
            path,
        })
    }

    fn operand(&mut self) -> Result<Operand, Malformed> {
        const WANTED: &str = "a name, a function, a text in '…' or an integer";
        match self.peek() {
            None => self.ended(WANTED),
            Some('\'') => self.string().map(Operand::Text),
            Some('0'..='9' | '+' | '-') => self.integer().map(Operand::Integer),
            Some(found) if !found.is_ascii_alphabetic() => self.unexpected(found, WANTED),
            Some(_) => {
                let from = self.at;
                let name = self.name(WANTED)?;
                let after_name = self.at;
                self.skip_blanks();
                if self.take('(') {
                    return self.call(from, name);
                }
                self.at = after_name;
                Ok(match &*name {
                    "true" => Operand::Boolean(true),
                    "false" => Operand::Boolean(false),
                    "null" => Operand::Null,
                    _ => Operand::Name(name),
                })
            }
        }
    }

    /// A function, whose `(` is read.
    fn call(&mut self, from: usize, function: Box<str>) -> Result<Operand, Malformed> {
        if self.depth == DEEPEST {
            let deep = format!("functions stand in functions more than {DEEPEST} deep");
            return malformed(from..self.at, deep);
        }
        self.depth += 1;
        let mut arguments = Vec::new();
        self.skip_blanks();
        if !self.take(')') {
            loop {
                arguments.push(self.expression()?);
                if self.take(')') {
                    break;
                }
                if !self.take(',') {
                    return match self.peek() {
                        None => self.ended("\")\""),
                        Some(found) => self.unexpected(found, "\",\" or \")\""),
                    };
                }
            }
        }
        self.depth -= 1;
        Ok(Operand::Call {
            function,
            arguments,
        })
    }

    fn name(&mut self, wanted: &str) -> Result<Box<str>, Malformed> {
        match self.peek() {
            None => self.ended(wanted),
            Some(first) if first.is_ascii_alphabetic() => Ok(self
                .take_while(|c| c.is_ascii_alphanumeric() || c == '_')
                .into()),
            Some(found) => self.unexpected(found, wanted),
        }
    }

    /// What stands in `[…]`, and its `]`.
    fn index(&mut self) -> Result<Step, Malformed> {
        const WANTED: &str = "the number of an item, or a member as ['name'],";
        self.skip_blanks();
        let from = self.at;
        let step = match self.peek() {
            None => return self.ended(WANTED),
            Some('\'') => Step::Member(self.string()?),
            Some('0'..='9' | '+' | '-') => {
                let number = self.integer()?;
                let Ok(item) = usize::try_from(number) else {
                    let text = format!("there is no item {number}: items are counted from 0");
                    return malformed(from..self.at, text);
                };
                Step::Item(item)
            }
            Some(found) => return self.unexpected(found, WANTED),
        };
        self.skip_blanks();
        if self.take(']') {
            return Ok(step);
        }
        match self.peek() {
            None => self.ended("\"]\""),
            Some(found) => self.unexpected(found, "\"]\""),
        }
    }

    fn string(&mut self) -> Result<Box<str>, Malformed> {
        let from = self.at;
        let mut text = String::new();
        self.take('\'');
        loop {
            text.push_str(self.take_while(|c| c != '\''));
            if !self.take('\'') {
                let open = "a text without its closing '; a ' in a text is written ''";
                return malformed(from..self.text.len(), open);
            }
            if !self.take('\'') {
                return Ok(text.into());
            }
            text.push('\'');
        }
    }

    fn integer(&mut self) -> Result<i64, Malformed> {
        let from = self.at;
        if !self.take('-') {
            self.take('+');
        }
        if self.take_while(|c| c.is_ascii_digit()).is_empty() {
            return match self.peek() {
                None => self.ended("a digit"),
                Some(found) => self.unexpected(found, "a digit"),
            };
        }
        let digits = &self.text[from..self.at];
        digits.parse().or_else(|_| {
            malformed(
                from..self.at,
                format!("{digits} is beyond the integers of 64 bits"),
            )
        })
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            Operand::Name(name) => f.write_str(name)?,
            Operand::Call {
                function,
                arguments,
            } => {
                write!(f, "{function}(")?;
                for (at, argument) in arguments.iter().enumerate() {
                    let comma = if at == 0 { "" } else { ", " };
                    write!(f, "{comma}{argument}")?;
                }
                f.write_str(")")?;
            }
            Operand::Text(text) => write!(f, "{}", quoted(text))?,
            Operand::Integer(number) => write!(f, "{number}")?,
            Operand::Boolean(value) => write!(f, "{value}")?,
            Operand::Null => f.write_str("null")?,
        }
        self.path.iter().try_for_each(|step| write!(f, "{step}"))
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Member(name) if is_name(name) => write!(f, ".{name}"),
            Self::Member(name) => write!(f, "[{}]", quoted(name)),
            Self::Item(item) => write!(f, "[{item}]"),
        }
    }
}

impl Expression {
    /// What it is, for a sentence: without arguments, which may be passwords.
    pub(crate) fn brief(&self) -> String {
        let value = match &self.value {
            Operand::Name(name) => name.to_string(),
            Operand::Call { function, .. } => format!("{function}(…)"),
            Operand::Text(_) => "'…'".to_owned(),
            Operand::Integer(number) => number.to_string(),
            Operand::Boolean(value) => value.to_string(),
            Operand::Null => "null".to_owned(),
        };
        let steps = self.path.iter().map(Step::to_string);
        format!("${{{value}{}}}", steps.collect::<String>())
    }
}

/// Whether this can be written as a name.
pub(crate) fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

#[cfg(test)]
#[path = "tests/expression.rs"]
mod tests;
