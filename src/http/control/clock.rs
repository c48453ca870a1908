//! `/_poolhouse/clock`: reads, sets, moves and freezes the server's clock.

use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};

use super::members;
use super::route::{Content, READS_AND_CHANGES, Refused, Route, Serve};
use crate::clock::{Clock, Timestamp};

const MEMBERS: &str = r#"the body takes {"advance":"31m"}, {"advance":"-5m"}, {"set":"2026-01-31T12:00:00Z"}, {"freeze":true} or {"freeze":false}, or several of them"#;

pub(super) const ROUTE: Route = Route {
    path: "clock",
    methods: READS_AND_CHANGES,
    about: r#"the clock; POST {"advance":"31m"}, {"set":"2026-01-31T12:00:00Z"} or {"freeze":true}"#,
    serve: Serve::Change {
        show: |call| Ok(Content::Json(show(&call.door.shared.clock))),
        change: |call, body| {
            let shown = change(&call.door.shared.clock, body)?;
            call.door.shared.tell_clock();
            Ok(Content::Json(shown))
        },
    },
};

/// What a body asks for; applied in this order.
#[derive(Debug, Default, PartialEq, Eq)]
struct Change {
    set: Option<Timestamp>,
    advance: i64,
    freeze: Option<bool>,
}

/// The moment and whether the clock stands.
fn show(clock: &Clock) -> Bytes {
    json!({ "now": clock.now().to_rfc3339(), "frozen": clock.is_frozen() })
        .to_string()
        .into()
}

/// Changes the clock as `body` says, wholly or not at all, and shows it.
fn change(clock: &Clock, body: &[u8]) -> Result<Bytes, Refused> {
    let change = Change::parse(body)?;
    let from = change.set.unwrap_or_else(|| clock.now());
    let goal = Timestamp(from.0.saturating_add(change.advance));
    // Dates are written with four digits, and nothing in Cognito is older than the epoch.
    if goal < Timestamp(0) || goal.calendar().is_none() {
        return Err(Refused::bad_request("the clock runs from 1970 to 9999"));
    }
    if let Some(moment) = change.set {
        clock.set(moment);
    }
    if change.advance != 0 {
        clock.advance(change.advance);
    }
    if let Some(frozen) = change.freeze {
        clock.freeze(frozen);
    }
    Ok(show(clock))
}

impl Change {
    fn parse(body: &[u8]) -> Result<Self, Refused> {
        let fault = |what: String| Refused::bad_request(format!("{what}; {MEMBERS}"));
        let members = members::object(body, MEMBERS)?;
        members::only(&members, ["advance", "set", "freeze"], MEMBERS)?;
        if members.is_empty() {
            return Err(fault("nothing is to be changed".to_owned()));
        }
        let mut change = Self::default();
        for (name, value) in &members {
            match (name.as_str(), value) {
                ("advance", Value::String(text)) => {
                    change.advance = parse_span(text)
                        .ok_or_else(|| fault(format!("\"{text}\" is no duration")))?;
                }
                ("set", Value::String(text)) => {
                    let moment = Timestamp::parse_rfc3339(text);
                    change.set = Some(
                        moment.ok_or_else(|| fault(format!("\"{text}\" is no RFC 3339 time")))?,
                    );
                }
                ("freeze", Value::Bool(frozen)) => change.freeze = Some(*frozen),
                (name, _) => {
                    let right = match name {
                        "freeze" => "true or false",
                        "set" => "a text, such as 2026-01-31T12:00:00Z",
                        _ => "a text, such as 31m",
                    };
                    return Err(fault(format!("{name}: {value} is not {right}")));
                }
            }
        }
        Ok(change)
    }
}

/// Milliseconds of a duration such as `31m`, `1h 30m` or `-5m`.
fn parse_span(text: &str) -> Option<i64> {
    let (sign, text) = match text.trim().strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    let span: Duration = humantime::parse_duration(text.trim()).ok()?;
    i64::try_from(span.as_millis())
        .ok()
        .map(|millis| sign * millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frozen() -> Clock {
        Clock::frozen_at(Timestamp::parse_rfc3339("2026-01-31T12:00:00Z").unwrap())
    }

    #[test]
    fn the_clock_is_moved_by_what_the_body_says() {
        let cases = [
            (r#"{"advance":"31m"}"#, "2026-01-31T12:31:00Z", true),
            (r#"{"advance":"1h 30m"}"#, "2026-01-31T13:30:00Z", true),
            (r#"{"advance":"-5m"}"#, "2026-01-31T11:55:00Z", true),
            (
                r#"{"set":"2030-05-06T07:08:09Z"}"#,
                "2030-05-06T07:08:09Z",
                true,
            ),
            (
                r#"{"set":"2030-05-06T07:08:09Z","advance":"1s"}"#,
                "2030-05-06T07:08:10Z",
                true,
            ),
            (r#"{"freeze":true}"#, "2026-01-31T12:00:00Z", true),
        ];
        for (body, now, stands) in cases {
            let clock = frozen();
            let shown = change(&clock, body.as_bytes()).unwrap();
            let shown: Value = serde_json::from_slice(&shown).unwrap();
            assert_eq!(shown, json!({ "now": now, "frozen": stands }), "{body}");
        }
        let clock = frozen();
        change(&clock, br#"{"freeze":false}"#).unwrap();
        assert!(!clock.is_frozen());
    }

    #[test]
    fn a_wrong_body_changes_nothing_and_says_what_is_right() {
        let cases = [
            "",
            "[]",
            "{}",
            r#"{"advance":"soon"}"#,
            r#"{"advance":31}"#,
            r#"{"set":"tomorrow"}"#,
            r#"{"freeze":"yes"}"#,
            r#"{"set":"2030-05-06T07:08:09Z","warp":9}"#,
            r#"{"advance":"9000 years"}"#,
            r#"{"advance":"-90 years"}"#,
        ];
        for body in cases {
            let clock = frozen();
            let Refused(status, text) = change(&clock, body.as_bytes()).unwrap_err();
            assert_eq!(status, 400, "{body}");
            assert!(
                text.contains("1970") || text.contains(r#"{"advance":"31m"}"#),
                "{text}"
            );
            assert_eq!(clock.now(), frozen().now(), "{body}");
        }
    }
}
