//! The model's patterns, which are Java's, in Rust's dialect, and strings just inside and just
//! outside of them.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use regex_syntax::hir::{Class, Hir, HirKind, Repetition};

/// The model's one look-behind.
pub(super) const NO_DOT_AT_THE_END: &str = r"(?<!\.)";

/// A Java pattern in the dialect of the regex crate: `\w`, `\s` and `\d` are ASCII in Java, and its
/// dot stops at more line ends.
pub(super) fn in_rust(pattern: &str) -> String {
    let pattern = pattern.replace(NO_DOT_AT_THE_END, "");
    let mut out = String::new();
    let mut in_class = false;
    // Java's (?s) opens the pattern, and its dot is then any character.
    let dot = if pattern.starts_with("(?s)") {
        "."
    } else {
        r"[^\n\r\x{85}\x{2028}\x{2029}]"
    };
    let mut rest = pattern.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            '\\' => {
                let escaped = rest.next().unwrap();
                let class = match escaped {
                    'w' => Some("[:word:]"),
                    'd' => Some("[:digit:]"),
                    's' => Some("[:space:]"),
                    'S' => Some("[:^space:]"),
                    _ => None,
                };
                match class {
                    Some(class) if in_class => out.push_str(class),
                    Some(class) => out.push_str(&format!("[{class}]")),
                    None => out.extend(['\\', escaped]),
                }
            }
            '.' if !in_class => out.push_str(dot),
            _ => {
                in_class = match character {
                    '[' => true,
                    ']' => false,
                    _ => in_class,
                };
                out.push(character);
            }
        }
    }
    out
}

/// A seeded stream of numbers (SplitMix64).
pub(super) struct Chance(pub(super) u64);

impl Chance {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`.
    pub(super) fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).unwrap();
        usize::try_from(self.next() % end).unwrap()
    }

    pub(super) fn one_of<'t, T>(&mut self, choices: &'t [T]) -> &'t T {
        let at = self.below(choices.len());
        &choices[at]
    }
}

/// What makes strings that match one pattern.
pub(super) enum Sampler {
    Text(String),
    OneOf(Vec<char>),
    Repeated(Box<Sampler>, u32, Option<u32>),
    AllOf(Vec<Sampler>),
    AnyOf(Vec<Sampler>),
}

thread_local! {
    static SAMPLERS: RefCell<HashMap<String, Rc<Sampler>>> = RefCell::default();
}

impl Sampler {
    /// The sampler of a pattern; made once, since it looks through all of Unicode.
    pub(super) fn of(pattern: &str) -> Rc<Self> {
        SAMPLERS.with_borrow_mut(|made| {
            let make = || {
                let expression = regex_syntax::parse(&in_rust(pattern)).unwrap();
                Rc::new(Self::from(&expression))
            };
            Rc::clone(made.entry(pattern.to_owned()).or_insert_with(make))
        })
    }

    fn from(expression: &Hir) -> Self {
        match expression.kind() {
            HirKind::Empty | HirKind::Look(_) => Self::Text(String::new()),
            HirKind::Literal(literal) => {
                Self::Text(std::str::from_utf8(&literal.0).unwrap().to_owned())
            }
            HirKind::Class(class) => Self::OneOf(ascii_of(class)),
            HirKind::Repetition(Repetition { min, max, sub, .. }) => {
                Self::Repeated(Box::new(Self::from(sub)), *min, *max)
            }
            HirKind::Capture(capture) => Self::from(&capture.sub),
            HirKind::Concat(parts) => Self::AllOf(parts.iter().map(Self::from).collect()),
            HirKind::Alternation(branches) => {
                Self::AnyOf(branches.iter().map(Self::from).collect())
            }
        }
    }

    /// A match of `length` ASCII characters, or as near to it as the pattern comes.
    pub(super) fn of_length(&self, length: usize, chance: &mut Chance) -> String {
        let mut spare = length.saturating_sub(self.shortest());
        let mut text = String::new();
        self.grow(&mut spare, chance, &mut text);
        text
    }

    /// How long a match is at least.
    fn shortest(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::OneOf(_) => 1,
            Self::Repeated(sub, min, _) => usize::try_from(*min).unwrap() * sub.shortest(),
            Self::AllOf(parts) => parts.iter().map(Self::shortest).sum(),
            Self::AnyOf(branches) => branches.iter().map(Self::shortest).min().unwrap(),
        }
    }

    /// Writes a match; repetitions use up the `spare` characters, the first that can take any first.
    fn grow(&self, spare: &mut usize, chance: &mut Chance, out: &mut String) {
        match self {
            Self::Text(text) => out.push_str(text),
            Self::OneOf(characters) => out.push(*chance.one_of(characters)),
            Self::Repeated(sub, min, max) => {
                let unit = sub.shortest().max(1);
                let mut times = *min;
                while *spare >= unit && max.is_none_or(|max| times < max) {
                    times += 1;
                    *spare -= unit;
                }
                for _ in 0..times {
                    sub.grow(spare, chance, out);
                }
            }
            Self::AllOf(parts) => {
                for part in parts {
                    part.grow(spare, chance, out);
                }
            }
            Self::AnyOf(branches) => chance.one_of(branches).grow(spare, chance, out),
        }
    }
}

/// The printable ASCII characters of a class; every class of the model has some.
fn ascii_of(class: &Class) -> Vec<char> {
    let Class::Unicode(class) = class else {
        panic!("a class of bytes");
    };
    let belongs = |character: &char| {
        let ranges = class.ranges().iter();
        let mut ranges = ranges.map(|range| range.start()..=range.end());
        ranges.any(|range| range.contains(character))
    };
    // No space and no semicolon, so that a sample stays itself where it is trimmed or split.
    let printable = ('!'..='~').filter(|character| *character != ';');
    printable.filter(belongs).collect()
}

/// Characters to try in a string: all of ASCII, and of each Unicode category beyond it at least
/// one, with what Java counts as two units.
pub(super) fn telling_characters() -> impl Iterator<Item = char> {
    let beyond = "éÉǅʰ名\u{301}\u{903}\u{20DD}٣Ⅷ²‿—⁽⁾«»§€∑˄©\u{A0}\u{2028}\u{2029}\u{85}\u{AD}\u{E000}\u{FFFF}\u{17F}\u{212A}😀𝟙𐐀";
    ('\0'..='\x7F').chain(beyond.chars())
}
