//! The CBOR (RFC 8949) of authenticators, as far as WebAuthn needs it.
//!
//! Authenticators write CTAP2's canonical form: lengths are definite, numbers are whole, no tags.
//! What is not in that form is refused. Values borrow from what was sent, and nesting is bounded, so
//! that no input costs more than its own length.

/// Deeper than the four levels that CTAP2 allows.
const MAX_DEPTH: u8 = 8;

/// A value; what WebAuthn never looks at is read and dropped.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    /// A whole number.
    Int(i64),
    /// A byte string.
    Bytes(&'a [u8]),
    /// A text.
    Text(&'a str),
    /// A list.
    Array(Vec<Value<'a>>),
    /// A map, in the order in which it was sent.
    Map(Vec<(Value<'a>, Value<'a>)>),
    /// `true`, `false`, `null` and the like.
    Simple(u8),
}

impl<'a> Value<'a> {
    /// The member of a map; nothing for what is no map.
    pub fn get(&self, key: &Value<'_>) -> Option<&Value<'a>> {
        let Self::Map(entries) = self else {
            return None;
        };
        let found = entries.iter().find(|(name, _)| name == key)?;
        Some(&found.1)
    }

    /// The member of a map under a text.
    pub fn named(&self, key: &str) -> Option<&Value<'a>> {
        self.get(&Value::Text(key))
    }

    /// A byte string's bytes.
    pub fn bytes(&self) -> Option<&'a [u8]> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// A text's text.
    pub fn text(&self) -> Option<&'a str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A number.
    pub fn int(&self) -> Option<i64> {
        match self {
            Self::Int(number) => Some(*number),
            _ => None,
        }
    }
}

/// The one value that `bytes` hold and nothing behind it.
pub fn read(bytes: &[u8]) -> Option<Value<'_>> {
    let (value, rest) = read_first(bytes)?;
    rest.is_empty().then_some(value)
}

/// The value at the beginning, and what stands behind it.
pub fn read_first(bytes: &[u8]) -> Option<(Value<'_>, &[u8])> {
    let mut reader = Reader(bytes);
    let value = reader.value(0)?;
    Some((value, reader.0))
}

/// A value as CTAP2 writes it, but for the order of the members of maps, which is the writer's to keep.
pub fn write(value: &Value<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    append(value, &mut out);
    out
}

fn append(value: &Value<'_>, out: &mut Vec<u8>) {
    match value {
        Value::Int(number) if *number < 0 => append_head(1, number.unsigned_abs() - 1, out),
        Value::Int(number) => append_head(0, number.unsigned_abs(), out),
        Value::Bytes(bytes) => {
            append_head(2, bytes.len() as u64, out);
            out.extend(*bytes);
        }
        Value::Text(text) => {
            append_head(3, text.len() as u64, out);
            out.extend(text.bytes());
        }
        Value::Array(items) => {
            append_head(4, items.len() as u64, out);
            items.iter().for_each(|item| append(item, out));
        }
        Value::Map(entries) => {
            append_head(5, entries.len() as u64, out);
            for (name, member) in entries {
                append(name, out);
                append(member, out);
            }
        }
        Value::Simple(number) => append_head(7, u64::from(*number), out),
    }
}

/// The first byte and the number in or behind it, in as few bytes as it takes.
fn append_head(kind: u8, argument: u64, out: &mut Vec<u8>) {
    let bytes = argument.to_be_bytes();
    let (short, length) = match argument {
        0..24 => (bytes[7], 0),
        24..=0xff => (24, 1),
        0x100..=0xffff => (25, 2),
        0x1_0000..=0xffff_ffff => (26, 4),
        _ => (27, 8),
    };
    out.push(kind << 5 | short);
    out.extend(&bytes[8 - length..]);
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn value(&mut self, depth: u8) -> Option<Value<'a>> {
        if depth > MAX_DEPTH {
            return None;
        }
        let first = self.take(1)?[0];
        let argument = self.argument(first & 0x1f)?;
        Some(match first >> 5 {
            0 => Value::Int(i64::try_from(argument).ok()?),
            1 => Value::Int(-1 - i64::try_from(argument).ok()?),
            2 => Value::Bytes(self.take(usize::try_from(argument).ok()?)?),
            3 => {
                let text = self.take(usize::try_from(argument).ok()?)?;
                Value::Text(std::str::from_utf8(text).ok()?)
            }
            4 => {
                let mut items = Vec::new();
                for _ in 0..argument {
                    items.push(self.value(depth + 1)?);
                }
                Value::Array(items)
            }
            5 => Value::Map(self.map(argument, depth)?),
            7 if first & 0x1f < 24 => Value::Simple(first & 0x1f),
            // Tags, and numbers with a fraction.
            _ => return None,
        })
    }

    /// A key is a number or a text, and given once.
    fn map(&mut self, count: u64, depth: u8) -> Option<Vec<(Value<'a>, Value<'a>)>> {
        let mut entries: Vec<(Value<'a>, Value<'a>)> = Vec::new();
        for _ in 0..count {
            let key = self.value(depth + 1)?;
            let is_key = matches!(key, Value::Int(_) | Value::Text(_));
            // No map of WebAuthn has as many members; the bound keeps the search for doubles short.
            if !is_key || entries.len() >= 64 || entries.iter().any(|(name, _)| *name == key) {
                return None;
            }
            entries.push((key, self.value(depth + 1)?));
        }
        Some(entries)
    }

    /// The number in or behind the first byte; indefinite lengths are refused.
    fn argument(&mut self, short: u8) -> Option<u64> {
        let length = match short {
            0..24 => return Some(u64::from(short)),
            24 => 1,
            25 => 2,
            26 => 4,
            27 => 8,
            _ => return None,
        };
        let bytes = self.take(length)?;
        Some(
            bytes
                .iter()
                .fold(0, |number, byte| number << 8 | u64::from(*byte)),
        )
    }

    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_the_rfc_are_read() {
        let cases: [(&[u8], Value<'_>); 6] = [
            (&[0x18, 0x64], Value::Int(100)),
            (&[0x39, 0x01, 0x00], Value::Int(-257)),
            (&[0x42, 1, 2], Value::Bytes(&[1, 2])),
            (b"\x63fmt", Value::Text("fmt")),
            (
                &[0x82, 1, 0xf5],
                Value::Array(vec![Value::Int(1), Value::Simple(21)]),
            ),
            (
                &[0xa1, 1, 2],
                Value::Map(vec![(Value::Int(1), Value::Int(2))]),
            ),
        ];
        for (bytes, value) in cases {
            assert_eq!(write(&value), bytes);
            assert_eq!(read(bytes), Some(value), "{bytes:?}");
        }
    }

    #[test]
    fn what_ctap_does_not_write_is_refused() {
        let deep = [[0x81; 9].as_slice(), &[0]].concat();
        let cases: [&[u8]; 9] = [
            &[],
            &[0x18],
            // Longer than there are bytes, by far.
            &[0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
            &[0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
            // An indefinite length, a key twice, a tag, something behind, too deep.
            &[0x9f, 0xff],
            &[0xa2, 1, 2, 1, 3],
            &[0xc0, 0x60],
            &[0, 0],
            &deep,
        ];
        for bytes in cases {
            assert_eq!(read(bytes), None, "{bytes:?}");
        }
        assert!(read(&deep[1..]).is_some());
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
            if let Some(value) = read(&bytes) {
                assert_eq!(read(&write(&value)), Some(value));
            }
        }

        #[test]
        fn whole_numbers_are_read_as_they_are_written(number in proptest::num::i64::ANY) {
            assert_eq!(read(&write(&Value::Int(number))), Some(Value::Int(number)));
        }
    }
}
