//! The parameters of a redirect.

use serde_json::Value;

use super::Given;
use crate::model::misspelled;
use crate::scenario::evaluation::Evaluation;

/// `query(url, name)`: a parameter of the query, or of the fragment, where the implicit grant has its
/// tokens (RFC 6749, 4.2.2).
pub(super) fn query(given: &Given<'_>, _: &mut Evaluation<'_>) -> Result<Value, String> {
    let (url, name) = (given.text(0), given.text(1));
    let (url, fragment) = url.split_once('#').unwrap_or((url, ""));
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let mut parameters = Vec::new();
    for pair in query.split('&').chain(fragment.split('&')) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let key = decoded(key)?;
        if key == name {
            return decoded(value).map(Value::from);
        }
        parameters.push(key);
    }
    parameters.retain(|known| !known.is_empty());
    if parameters.is_empty() {
        return Err(format!("the URL has no parameter {name}, nor any other"));
    }
    let hint = misspelled::hint(name, parameters.iter().map(String::as_str));
    Err(format!("the URL has no parameter {name}; {hint}"))
}

/// A name or value of `application/x-www-form-urlencoded`.
fn decoded(text: &str) -> Result<String, String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || char::from(rest.next()?).to_digit(16);
                let high = digit();
                let pair = high
                    .zip(digit())
                    .and_then(|(high, low)| u8::try_from(high << 4 | low).ok());
                pair.ok_or("a % of the URL stands before no two hexadecimal digits")?
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).map_err(|_| "a parameter of the URL is no UTF-8".into())
}
