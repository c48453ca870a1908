//! From a typed answer to JSON bytes, without a tree between.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::clock::Timestamp;

/// A type that can be written as JSON.
pub trait Encode {
    /// Writes the value.
    fn encode(&self, out: &mut JsonWriter);
}

/// A structure of an answer that AWS sends empty where it has none; the model does not say so, for it
/// requires members of the structure.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OrEmpty<T>(pub Option<T>);

impl<T: Encode> Encode for OrEmpty<T> {
    fn encode(&self, out: &mut JsonWriter) {
        match &self.0 {
            Some(value) => value.encode(out),
            None => {
                out.object(|_| {});
            }
        }
    }
}

/// Answers beyond this size are rare; their buffer isn't kept.
const LARGEST_KEPT: usize = 64 * 1024;

/// The JSON of a value. It is written into a buffer that the thread keeps, so that a large answer
/// doesn't grow its own step by step.
pub fn to_json<T: Encode + ?Sized>(value: &T) -> Vec<u8> {
    thread_local! {
        static BUFFER: Cell<String> = const { Cell::new(String::new()) };
    }
    let mut out = JsonWriter {
        buffer: BUFFER.take(),
    };
    value.encode(&mut out);
    let json = out.buffer.as_bytes().to_vec();
    if out.buffer.capacity() <= LARGEST_KEPT {
        out.buffer.clear();
        BUFFER.set(out.buffer);
    }
    json
}

/// Writes JSON into a buffer and places the commas.
///
/// ```
/// # use poolhouse::model::JsonWriter;
/// let mut out = JsonWriter::new();
/// out.object(|out| {
///     out.field("sub", "abc").field("auth_time", &1_715_100_742_i64);
///     out.name("scopes").array(|out| {
///         out.string("openid").string("email");
///     });
/// });
/// assert_eq!(
///     out.into_bytes(),
///     br#"{"sub":"abc","auth_time":1715100742,"scopes":["openid","email"]}"#
/// );
/// ```
#[derive(Default)]
pub struct JsonWriter {
    buffer: String,
}

impl JsonWriter {
    /// An empty writer with room for a usual answer.
    pub fn new() -> Self {
        Self {
            buffer: String::with_capacity(512),
        }
    }

    /// What was written.
    pub fn into_bytes(self) -> Vec<u8> {
        self.buffer.into_bytes()
    }

    /// What was written, as text.
    pub fn into_string(self) -> String {
        self.buffer
    }

    /// An object; `members` writes its fields.
    pub fn object(&mut self, members: impl FnOnce(&mut Self)) -> &mut Self {
        self.open_object();
        members(self);
        self.close_object();
        self
    }

    /// An array; `items` writes its values.
    pub fn array(&mut self, items: impl FnOnce(&mut Self)) -> &mut Self {
        self.separate();
        self.buffer.push('[');
        items(self);
        self.buffer.push(']');
        self
    }

    /// A field and its value.
    pub fn field<T: Encode + ?Sized>(&mut self, name: &str, value: &T) -> &mut Self {
        self.name(name);
        value.encode(self);
        self
    }

    /// The name of a field; its value comes next.
    pub fn name(&mut self, name: &str) -> &mut Self {
        self.string(name);
        self.buffer.push(':');
        self
    }

    /// A value of any type that has a JSON form.
    pub fn value<T: Encode + ?Sized>(&mut self, value: &T) -> &mut Self {
        value.encode(self);
        self
    }

    /// A string, escaped.
    pub fn string(&mut self, text: &str) -> &mut Self {
        self.separate();
        self.buffer.push('"');
        escape(text, &mut self.buffer);
        self.buffer.push('"');
        self
    }

    /// A whole number.
    pub fn number(&mut self, number: i64) -> &mut Self {
        self.display(number)
    }

    /// `true` or `false`.
    pub fn boolean(&mut self, truth: bool) -> &mut Self {
        self.raw(if truth { "true" } else { "false" })
    }

    /// `null`.
    pub fn null(&mut self) -> &mut Self {
        self.raw("null")
    }

    /// A value that is JSON already.
    pub fn raw(&mut self, json: &str) -> &mut Self {
        self.separate();
        self.buffer.push_str(json);
        self
    }

    /// A member that AWS always sends; its name is given quoted, with the colon.
    pub(super) fn required<T: Encode>(&mut self, name: &'static str, value: &T) {
        self.raw(name);
        value.encode(self);
    }

    /// A member without a value is left out, never sent as `null` (observed in recorded answers).
    pub(super) fn optional<T: Encode>(&mut self, name: &'static str, value: &Option<T>) {
        if let Some(value) = value {
            self.required(name, value);
        }
    }

    pub(super) fn open_object(&mut self) {
        self.separate();
        self.buffer.push('{');
    }

    pub(super) fn close_object(&mut self) {
        self.buffer.push('}');
    }

    fn display(&mut self, value: impl std::fmt::Display) -> &mut Self {
        self.separate();
        // Writing into a String cannot fail.
        let _ = write!(self.buffer, "{value}");
        self
    }

    /// A comma, unless the value is the first of its container or the value of a field. The last byte
    /// tells: no complete value ends in one of these.
    fn separate(&mut self) {
        if !matches!(
            self.buffer.as_bytes().last(),
            None | Some(b'{' | b'[' | b':')
        ) {
            self.buffer.push(',');
        }
    }
}

/// Copies runs that need no escape in one piece.
fn escape(text: &str, out: &mut String) {
    // Most strings are such a run. Looking at every byte, without a way out, is what the compiler
    // makes vector instructions of.
    let special = |byte: u8| byte < 0x20 || byte == b'"' || byte == b'\\';
    if !text
        .bytes()
        .fold(false, |found, byte| found | special(byte))
    {
        out.push_str(text);
        return;
    }
    let mut copied = 0;
    for (at, byte) in text.bytes().enumerate() {
        let short = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            0..0x20 => "",
            _ => continue,
        };
        out.push_str(&text[copied..at]);
        out.push_str(short);
        if short.is_empty() {
            // Writing into a String cannot fail.
            let _ = write!(out, "\\u{byte:04x}");
        }
        copied = at + 1;
    }
    out.push_str(&text[copied..]);
}

impl Encode for str {
    fn encode(&self, out: &mut JsonWriter) {
        out.string(self);
    }
}

impl Encode for String {
    fn encode(&self, out: &mut JsonWriter) {
        out.string(self);
    }
}

impl Encode for bool {
    fn encode(&self, out: &mut JsonWriter) {
        out.boolean(*self);
    }
}

impl Encode for i32 {
    fn encode(&self, out: &mut JsonWriter) {
        out.display(self);
    }
}

impl Encode for i64 {
    fn encode(&self, out: &mut JsonWriter) {
        out.display(self);
    }
}

impl Encode for u64 {
    fn encode(&self, out: &mut JsonWriter) {
        out.display(self);
    }
}

/// Seconds with a fraction of milliseconds; trailing zeros are dropped but one digit is kept:
/// `1715100742.0`, `1689030181.63` (documented: examples of the AWS CLI).
impl Encode for Timestamp {
    fn encode(&self, out: &mut JsonWriter) {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (seconds, millis) = (self.0.unsigned_abs() / 1000, self.0.unsigned_abs() % 1000);
        let (fraction, width) = match millis {
            tenths if tenths % 100 == 0 => (tenths / 100, 1),
            hundredths if hundredths % 10 == 0 => (hundredths / 10, 2),
            millis => (millis, 3),
        };
        out.display(format_args!("{sign}{seconds}.{fraction:0width$}"));
    }
}

/// A blob is base64 text.
impl Encode for Vec<u8> {
    fn encode(&self, out: &mut JsonWriter) {
        out.string(&STANDARD.encode(self));
    }
}

impl<T: Encode> Encode for Vec<T> {
    fn encode(&self, out: &mut JsonWriter) {
        self.as_slice().encode(out);
    }
}

impl<T: Encode> Encode for [T] {
    fn encode(&self, out: &mut JsonWriter) {
        out.array(|out| self.iter().for_each(|item| item.encode(out)));
    }
}

impl<T: Encode> Encode for BTreeMap<String, T> {
    fn encode(&self, out: &mut JsonWriter) {
        out.object(|out| {
            for (key, value) in self {
                out.field(key, value);
            }
        });
    }
}

impl<T: Encode + ?Sized> Encode for &T {
    fn encode(&self, out: &mut JsonWriter) {
        (**self).encode(out);
    }
}

/// A document: any JSON.
impl Encode for Value {
    fn encode(&self, out: &mut JsonWriter) {
        out.raw(&self.to_string());
    }
}
