//! What a function answered, read as an event.

use serde_json::{Map, Value};

use super::Fault;

/// The order of an event's members (observed), and that of an event for a custom sender, which has no
/// response (observed).
const ORDER: [&str; 8] = [
    "version",
    "region",
    "userPoolId",
    "userName",
    "callerContext",
    "triggerSource",
    "request",
    "response",
];
const ORDER_FOR_SENDERS: [&str; 7] = [
    "version",
    "triggerSource",
    "region",
    "userPoolId",
    "userName",
    "callerContext",
    "request",
];

/// Writes an event, its members in the order that AWS has: no program may go by it, but it shows where a
/// function logs the event or a test compares texts.
pub fn written(event: &Value) -> Vec<u8> {
    let Value::Object(members) = event else {
        return event.to_string().into_bytes();
    };
    let order = match members.contains_key("response") {
        true => &ORDER[..],
        false => &ORDER_FOR_SENDERS,
    };
    let place = |name: &str| order.iter().position(|known| *known == name);
    let mut ordered: Vec<_> = members.iter().collect();
    ordered.sort_by_key(|(name, _)| place(name).unwrap_or(order.len()));
    let written = ordered
        .into_iter()
        .map(|(name, member)| format!("{}:{member}", Value::from(name.as_str())));
    format!("{{{}}}", written.collect::<Vec<_>>().join(",")).into_bytes()
}

/// Reads an answer. That an error may look like success but for its shape is documented of the Runtime
/// Interface Emulator.
///
/// # Errors
/// An error that the function returned; bytes that are no JSON.
pub fn read(bytes: &[u8]) -> Result<Value, Fault> {
    let value: Value = serde_json::from_slice(bytes).map_err(|error| Fault::NotJson {
        reason: not_json(bytes, &error),
    })?;
    match error_message(&value) {
        Some(text) => Err(failed(text)),
        None => Ok(value),
    }
}

/// The error of a function.
pub fn failed(text: String) -> Fault {
    Fault::Failed {
        text,
        reason: "the function returned an error; one that succeeds returns the event".into(),
    }
}

/// `errorMessage`, if this is an error and no event.
pub fn error_message(value: &Value) -> Option<String> {
    let Value::Object(members) = value else {
        return None;
    };
    let is_error = members.contains_key("errorType") && !members.contains_key("triggerSource");
    is_error.then(|| message_of(members)).flatten()
}

/// `errorMessage` of an error that was marked as one; where it has none, its type, so that there is a
/// text at all (inferred).
pub fn marked_error(bytes: &[u8]) -> String {
    let read: Option<Map<String, Value>> = serde_json::from_slice(bytes).ok();
    let members = read.unwrap_or_default();
    let kind = members.get("errorType").and_then(Value::as_str);
    message_of(&members).unwrap_or_else(|| kind.unwrap_or("Unhandled").to_owned())
}

fn message_of(members: &Map<String, Value>) -> Option<String> {
    members.get("errorMessage").map(|message| match message {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    })
}

/// The answer itself is not shown: it may hold secrets.
fn not_json(bytes: &[u8], error: &serde_json::Error) -> String {
    if bytes.starts_with(b"Task timed out after ") {
        return "the function's own time ran out, as the Runtime Interface Emulator says it".into();
    }
    if bytes.is_empty() {
        return "the answer is empty; a function returns the event as JSON".into();
    }
    format!(
        "the answer, {} bytes, is no JSON from line {} column {} on; a function returns the event as \
         JSON",
        bytes.len(),
        error.line(),
        error.column()
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_answer_is_an_event_an_error_or_nothing_that_can_be_read() {
        let failed = |text: &str| Err(failed(text.into()));
        for (bytes, expected) in [
            (r#"{"a": 1}"#, Ok(json!({"a": 1}))),
            ("null", Ok(Value::Null)),
            ("\"text\"", Ok(json!("text"))),
            (
                r#"{"errorMessage": "boom", "errorType": "Error"}"#,
                failed("boom"),
            ),
            (
                r#"{"errorMessage": null, "errorType": "Error"}"#,
                failed("null"),
            ),
            (
                r#"{"errorMessage": "boom", "errorType": "Error", "trace": []}"#,
                failed("boom"),
            ),
            (
                r#"{"errorMessage": "a", "errorType": "b", "triggerSource": "c"}"#,
                Ok(json!({"errorMessage": "a", "errorType": "b", "triggerSource": "c"})),
            ),
            (r#"{"errorMessage": "a"}"#, Ok(json!({"errorMessage": "a"}))),
            (r#"{"errorType": "a"}"#, Ok(json!({"errorType": "a"}))),
        ] {
            assert_eq!(read(bytes.as_bytes()), expected, "{bytes}");
        }
        for (bytes, expected) in [
            ("Task timed out after 3.00 seconds", "own time ran out"),
            ("", "empty"),
            (
                "{\"password\": oops",
                "17 bytes, is no JSON from line 1 column 14",
            ),
            ("{}{}", "line 1 column 3"),
        ] {
            match read(bytes.as_bytes()) {
                Err(Fault::NotJson { reason }) => {
                    assert!(reason.contains(expected), "{bytes}: {reason}");
                    assert!(!reason.contains("password"), "{reason}");
                }
                other => panic!("{bytes}: {other:?}"),
            }
        }
    }

    #[test]
    fn an_event_is_written_in_the_order_that_aws_has() {
        let event = |members: Value| String::from_utf8(written(&members)).unwrap();
        assert_eq!(
            event(json!({
                "callerContext": {}, "region": "r", "request": {}, "response": null, "triggerSource": "t",
                "userName": "u", "userPoolId": "p", "version": "1",
            })),
            r#"{"version":"1","region":"r","userPoolId":"p","userName":"u","callerContext":{},"triggerSource":"t","request":{},"response":null}"#
        );
        assert_eq!(
            event(json!({
                "callerContext": {}, "region": "r", "request": {}, "triggerSource": "t", "userName": "u",
                "userPoolId": "p", "version": "1",
            })),
            r#"{"version":"1","triggerSource":"t","region":"r","userPoolId":"p","userName":"u","callerContext":{},"request":{}}"#
        );
    }

    #[test]
    fn an_error_that_is_marked_has_a_text_whatever_its_shape() {
        for (bytes, expected) in [
            (r#"{"errorMessage": "boom"}"#, "boom"),
            (r#"{"errorMessage": 7, "errorType": "E"}"#, "7"),
            (r#"{"errorType": "Runtime.ExitError"}"#, "Runtime.ExitError"),
            ("oops", "Unhandled"),
            ("[]", "Unhandled"),
        ] {
            assert_eq!(marked_error(bytes.as_bytes()), expected, "{bytes}");
        }
    }
}
