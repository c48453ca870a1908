//! Values with `${…}` in them, as the inputs of steps are: read once, evaluated when their step is played.

use std::fmt;
use std::ops::Range;

use serde_json::{Map, Value};

use super::evaluation::Evaluation;
use super::expression::{self, Expression, Operand, Step};
use super::functions;
use super::source::{At, Fault, Node, Tree};

/// Why a value cannot be made, and what would be right. Never holds a password or secret.
pub(crate) type Unresolved = Fault;

/// A value with `${…}` in it. Keys are never expressions.
#[derive(Clone)]
pub(crate) struct Template {
    pub(crate) at: At,
    kind: Kind,
}

#[derive(Clone)]
enum Kind {
    /// Without a `${…}` anywhere in it.
    Fixed(Value),
    /// One `${…}` and nothing else, which keeps the type of its value.
    One(Formula),
    Text(Vec<Piece>),
    List(Vec<Template>),
    Map(Vec<(Box<str>, Template)>),
}

#[derive(Clone)]
enum Piece {
    Plain(Box<str>),
    Formula(Formula),
}

/// An expression, and where it stands in its file.
#[derive(Clone)]
pub(super) struct Formula {
    pub(super) expression: Expression,
    /// The scalar that it stands in.
    at: At,
    /// Where the text of the scalar begins in the file; `None` where the two are written differently, as
    /// with escapes or folded lines.
    text: Option<usize>,
}

/// A name that is used, and the way into its value.
#[derive(Debug, Clone)]
pub(crate) struct Used<'t> {
    pub(crate) at: At,
    pub(crate) name: &'t str,
    pub(crate) path: &'t [Step],
    /// Whether its value stands inside of a text.
    pub(crate) is_inside: bool,
}

/// Shows where it stands, not what: it may hold passwords.
impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Template({:?})", self.at.span)
    }
}

impl Template {
    /// Reads a value of a file.
    ///
    /// # Errors
    /// Every `${…}` that is no expression, and every function that is unknown or called wrongly.
    pub(crate) fn read(node: &Node) -> Result<Self, Vec<Fault>> {
        let mut faults = Vec::new();
        let kind = Kind::read(node, &mut faults);
        if faults.is_empty() {
            let at = node.at.clone();
            Ok(Self { at, kind })
        } else {
            Err(faults)
        }
    }

    /// Reads a text of a file which is no value, such as a key of `check`.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub(crate) fn of_text(at: &At, text: &str) -> Result<Self, Vec<Fault>> {
        Self::read(&Node {
            at: at.clone(),
            value: Tree::Text(text.into()),
        })
    }

    /// The value, if there is nothing to evaluate.
    pub(crate) fn literal(&self) -> Option<&Value> {
        match &self.kind {
            Kind::Fixed(value) => Some(value),
            Kind::One(_) | Kind::Text(_) | Kind::List(_) | Kind::Map(_) => None,
        }
    }

    /// The names of its members, and whether each is null; `None` where it is no map, or one that an expression
    /// makes.
    pub(crate) fn members(&self) -> Option<Vec<(&str, bool)>> {
        match &self.kind {
            Kind::Fixed(Value::Object(members)) => {
                let members = members.iter();
                Some(
                    members
                        .map(|(name, value)| (name.as_str(), value.is_null()))
                        .collect(),
                )
            }
            Kind::Map(members) => {
                let is_null = |value: &Self| value.literal().is_some_and(Value::is_null);
                let members = members.iter();
                Some(
                    members
                        .map(|(name, value)| (&**name, is_null(value)))
                        .collect(),
                )
            }
            Kind::Fixed(_) | Kind::One(_) | Kind::Text(_) | Kind::List(_) => None,
        }
    }

    /// Whether it is one `${…}` and nothing else, and so has whatever type its value has.
    pub(crate) fn is_one_expression(&self) -> bool {
        matches!(self.kind, Kind::One(_))
    }

    /// Whether it is one `${row.…}` and nothing else.
    pub(super) fn is_of_row(&self) -> bool {
        match &self.kind {
            Kind::One(formula) => {
                matches!(&formula.expression.value, Operand::Name(name) if **name == *"row")
            }
            Kind::Fixed(_) | Kind::Text(_) | Kind::List(_) | Kind::Map(_) => false,
        }
    }

    /// Every name that it uses, in the order of the file.
    pub(crate) fn names(&self) -> Vec<Used<'_>> {
        let mut used = Vec::new();
        self.each_formula(&mut |formula, is_inside| {
            let part = &formula.expression;
            formula.names(part, is_inside, &mut used);
        });
        used
    }

    /// Each with whether it stands inside of a text.
    fn each_formula<'t>(&'t self, visit: &mut impl FnMut(&'t Formula, bool)) {
        match &self.kind {
            Kind::Fixed(_) => {}
            Kind::One(formula) => visit(formula, false),
            Kind::Text(pieces) => {
                for piece in pieces {
                    if let Piece::Formula(formula) = piece {
                        visit(formula, true);
                    }
                }
            }
            Kind::List(items) => items.iter().for_each(|item| item.each_formula(visit)),
            Kind::Map(members) => members
                .iter()
                .for_each(|(_, value)| value.each_formula(visit)),
        }
    }

    /// The value, at this moment of a run.
    ///
    /// # Errors
    /// A name or member that is not there, a function that cannot do what it is asked, a value that cannot
    /// stand inside text.
    pub(crate) fn evaluate(&self, evaluation: &mut Evaluation<'_>) -> Result<Value, Unresolved> {
        match &self.kind {
            Kind::Fixed(value) => Ok(value.clone()),
            Kind::One(formula) => evaluation.value(formula),
            Kind::Text(pieces) => evaluation.text(pieces).map(Value::String),
            Kind::List(items) => {
                let values = items.iter().map(|item| item.evaluate(evaluation));
                values.collect::<Result<_, _>>().map(Value::Array)
            }
            Kind::Map(members) => {
                let values = members
                    .iter()
                    .map(|(name, value)| Ok((name.to_string(), value.evaluate(evaluation)?)));
                values.collect::<Result<Map<_, _>, _>>().map(Value::Object)
            }
        }
    }
}

impl Kind {
    fn read(node: &Node, faults: &mut Vec<Fault>) -> Self {
        match &node.value {
            Tree::Null => Self::Fixed(Value::Null),
            Tree::Boolean(value) => Self::Fixed(Value::Bool(*value)),
            Tree::Number(number) => Self::Fixed(Value::Number(number.clone())),
            Tree::Text(text) => Self::of_text(&node.at, text, faults),
            Tree::List(items) => {
                let items: Vec<_> = items
                    .iter()
                    .map(|item| Template {
                        at: item.at.clone(),
                        kind: Self::read(item, faults),
                    })
                    .collect();
                let fixed = items.iter().map(|item| item.literal().cloned());
                match fixed.collect() {
                    Some(values) => Self::Fixed(Value::Array(values)),
                    None => Self::List(items),
                }
            }
            Tree::Map(members) => {
                let members: Vec<_> = members
                    .iter()
                    .map(|(key, value)| {
                        let at = value.at.clone();
                        let kind = Self::read(value, faults);
                        (key.name.clone(), Template { at, kind })
                    })
                    .collect();
                let fixed = members
                    .iter()
                    .map(|(name, value)| Some((name.to_string(), value.literal()?.clone())));
                match fixed.collect() {
                    Some(values) => Self::Fixed(Value::Object(values)),
                    None => Self::Map(members),
                }
            }
        }
    }

    fn of_text(at: &At, text: &str, faults: &mut Vec<Fault>) -> Self {
        let mut pieces = match pieces(at, text, faults) {
            Ok(pieces) => pieces,
            Err(fault) => {
                faults.push(fault);
                Vec::new()
            }
        };
        match pieces.pop() {
            None => Self::Fixed(Value::String(String::new())),
            Some(Piece::Plain(text)) if pieces.is_empty() => {
                Self::Fixed(Value::String(text.into()))
            }
            Some(Piece::Formula(formula)) if pieces.is_empty() => Self::One(formula),
            Some(last) => {
                pieces.push(last);
                Self::Text(pieces)
            }
        }
    }
}

/// A text in pieces: what stands as it is, and what is to be evaluated; no two plain ones in a row.
fn pieces(at: &At, text: &str, faults: &mut Vec<Fault>) -> Result<Vec<Piece>, Fault> {
    let mut pieces = Vec::new();
    let mut plain = String::new();
    let mut from = 0;
    while let Some(dollar) = text[from..].find("${").map(|found| from + found) {
        if dollar > from && text.as_bytes()[dollar - 1] == b'$' {
            plain.push_str(&text[from..dollar - 1]);
            plain.push_str("${");
            from = dollar + 2;
            continue;
        }
        plain.push_str(&text[from..dollar]);
        let (expression, end) = expression::parse(text, dollar + 2).map_err(|malformed| Fault {
            at: within(at, start_in(at, text), &malformed.span),
            text: malformed.text,
        })?;
        if !plain.is_empty() {
            pieces.push(Piece::Plain(std::mem::take(&mut plain).into()));
        }
        let formula = Formula {
            expression,
            at: at.clone(),
            text: start_in(at, text),
        };
        formula.check(&formula.expression, faults);
        pieces.push(Piece::Formula(formula));
        from = end;
    }
    plain.push_str(&text[from..]);
    if !plain.is_empty() {
        pieces.push(Piece::Plain(plain.into()));
    }
    Ok(pieces)
}

/// Where the text of a scalar begins in its file, if it stands there as it is.
fn start_in(at: &At, text: &str) -> Option<usize> {
    let written = at.source.text.get(at.span.clone())?;
    written.find(text).map(|start| at.span.start + start)
}

/// The place of a part of a scalar's text, or of the scalar where that is not known.
fn within(at: &At, text: Option<usize>, part: &Range<usize>) -> At {
    let span = match text {
        Some(start) => start + part.start..start + part.end,
        None => at.span.clone(),
    };
    At {
        source: at.source.clone(),
        span,
    }
}

impl Formula {
    /// Where a part of the expression stands.
    pub(super) fn place(&self, part: &Expression) -> At {
        within(&self.at, self.text, &part.span)
    }

    /// What is wrong with the functions in `part`.
    fn check(&self, part: &Expression, faults: &mut Vec<Fault>) {
        if let Operand::Call {
            function,
            arguments,
        } = &part.value
        {
            for argument in arguments {
                self.check(argument, faults);
            }
            for (wrong, text) in functions::check_call(function, arguments) {
                let at = self.place(wrong.map_or(part, |wrong| &arguments[wrong]));
                faults.push(Fault { at, text });
            }
        }
    }

    fn names<'t>(&'t self, part: &'t Expression, is_inside: bool, used: &mut Vec<Used<'t>>) {
        match &part.value {
            Operand::Name(name) => used.push(Used {
                at: self.place(part),
                name,
                path: &part.path,
                is_inside,
            }),
            Operand::Call { arguments, .. } => arguments
                .iter()
                .for_each(|argument| self.names(argument, false, used)),
            Operand::Text(_) | Operand::Integer(_) | Operand::Boolean(_) | Operand::Null => {}
        }
    }
}

impl Evaluation<'_> {
    fn text(&mut self, pieces: &[Piece]) -> Result<String, Unresolved> {
        let mut text = String::new();
        for piece in pieces {
            match piece {
                Piece::Plain(plain) => text.push_str(plain),
                Piece::Formula(formula) => match self.value(formula)? {
                    Value::String(inner) => text.push_str(&inner),
                    Value::Number(number) => text.push_str(&number.to_string()),
                    Value::Bool(value) => text.push_str(if value { "true" } else { "false" }),
                    other @ (Value::Null | Value::Array(_) | Value::Object(_)) => {
                        return Err(Fault {
                            at: formula.place(&formula.expression),
                            text: format!(
                                "{} is {}, which cannot stand inside text; a text, a number or a \
                                 boolean can",
                                formula.expression.brief(),
                                functions::kind(&other)
                            ),
                        });
                    }
                },
            }
        }
        Ok(text)
    }
}

#[cfg(test)]
#[path = "tests/template.rs"]
mod tests;
