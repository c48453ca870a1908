//! `TIMESTAMP`, the date that a client signs together with the secret block.
//!
//! The form is `EEE MMM d HH:mm:ss z yyyy` in English, zone UTC, no leading zero before the day. Observed:
//! `Wed Apr 05 …` answers "Incorrect username or password." (qwigo/warrant pull request 12, 2017), and so
//! does a wrong weekday (measured on the service, ministackorg/ministack pull request 1758, 2026), while a
//! zone of `+05:30` is called a format error (amazon-cognito-identity-js issue 683, 2018). So the service
//! reads the date leniently, as Java's `SimpleDateFormat` does, writes it out again, and takes the signature
//! over *that* text: whatever is readable but not canonical fails as a wrong password does. [inferred from
//! the three; which other odd forms are readable is inferred from `SimpleDateFormat`]
//!
//! The date is never compared with the clock.

use time::{Date, Duration, Month, PrimitiveDateTime, Weekday};

const WEEKDAYS: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

const MONTHS: [Month; 12] = [
    Month::January,
    Month::February,
    Month::March,
    Month::April,
    Month::May,
    Month::June,
    Month::July,
    Month::August,
    Month::September,
    Month::October,
    Month::November,
    Month::December,
];

/// A readable date, in the text that the signature is taken over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimTimestamp(String);

impl ClaimTimestamp {
    /// Reads `TIMESTAMP`. `None` is the case that AWS words as "TIMESTAMP format should be EEE MMM d HH:mm:ss
    /// z yyyy in english".
    pub fn parse(text: &str) -> Option<Self> {
        let fields: Vec<&str> = text.split(' ').collect();
        let [weekday, month, day, time, zone, year] = fields[..] else {
            return None;
        };
        named(&WEEKDAYS, weekday)?;
        let month = named(&MONTHS, month)?;
        let clock: Vec<&str> = time.split(':').collect();
        let [hour, minute, second] = clock[..] else {
            return None;
        };
        if !matches!(zone, "UTC" | "GMT") {
            return None;
        }
        let year = i32::try_from(number(year, 4)?).ok()?;
        let first = Date::from_calendar_date(year, month, 1).ok()?.midnight();
        // A field beyond its range is carried over, so no field is checked against one.
        let carried = Duration::days(number(day, 2)? - 1)
            + Duration::hours(number(hour, 2)?)
            + Duration::minutes(number(minute, 2)?)
            + Duration::seconds(number(second, 2)?);
        Some(Self(canonical(first.checked_add(carried)?)))
    }

    /// The canonical text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The first three letters of an English name.
fn short(name: impl ToString) -> String {
    let mut name = name.to_string();
    name.truncate(3);
    name
}

/// Names are read in either case, as `SimpleDateFormat` does.
fn named<T: Copy + ToString>(known: &[T], name: &str) -> Option<T> {
    let mut known = known.iter().copied();
    known.find(|one| short(*one).eq_ignore_ascii_case(name))
}

fn number(digits: &str, longest: usize) -> Option<i64> {
    let plain = digits.len() <= longest && digits.bytes().all(|digit| digit.is_ascii_digit());
    plain.then(|| digits.parse().ok()).flatten()
}

fn canonical(at: PrimitiveDateTime) -> String {
    format!(
        "{} {} {} {:02}:{:02}:{:02} UTC {:04}",
        short(at.weekday()),
        short(at.month()),
        at.day(),
        at.hour(),
        at.minute(),
        at.second(),
        at.year(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canonical_dates_are_signed_as_they_are_sent() {
        for text in [
            "Thu Jun 15 07:00:00 UTC 2017",
            "Tue Sep 1 06:05:04 UTC 2020",
            "Thu Jan 1 00:00:00 UTC 1970",
            "Thu Feb 29 23:59:59 UTC 2024",
            "Fri Dec 31 23:59:59 UTC 2100",
            "Tue Feb 29 12:00:00 UTC 2000",
        ] {
            assert_eq!(ClaimTimestamp::parse(text).unwrap().as_str(), text);
        }
    }

    #[test]
    fn readable_dates_in_another_form_are_rewritten_and_so_never_match() {
        let cases = [
            (
                "Wed Apr 05 22:44:40 UTC 2017",
                "Wed Apr 5 22:44:40 UTC 2017",
            ),
            ("Mon Apr 5 22:44:40 UTC 2017", "Wed Apr 5 22:44:40 UTC 2017"),
            ("wed apr 5 22:44:40 UTC 2017", "Wed Apr 5 22:44:40 UTC 2017"),
            ("Wed Apr 5 22:44:40 GMT 2017", "Wed Apr 5 22:44:40 UTC 2017"),
            ("Wed Apr 5 2:4:0 UTC 2017", "Wed Apr 5 02:04:00 UTC 2017"),
            (
                "Thu Feb 30 00:00:00 UTC 2023",
                "Thu Mar 2 00:00:00 UTC 2023",
            ),
            (
                "Sun Dec 31 24:00:00 UTC 2023",
                "Mon Jan 1 00:00:00 UTC 2024",
            ),
        ];
        for (sent, signed) in cases {
            assert_eq!(
                ClaimTimestamp::parse(sent).unwrap().as_str(),
                signed,
                "{sent}"
            );
        }
    }

    #[test]
    fn anything_else_is_a_format_error() {
        for text in [
            "",
            "2017-06-15T07:00:00Z",
            "Thu Jun 15 07:00:00 UTC",
            "Thu Jun 15 07:00:00 2017",
            "Mon Feb 12 15:26:37 +05:30 2018",
            "Do Jun 15 07:00:00 UTC 2017",
            "Thu Juin 15 07:00:00 UTC 2017",
            "Thu Jun x 07:00:00 UTC 2017",
            "Thu Jun +5 07:00:00 UTC 2017",
            "Thu Jun 15 07:00 UTC 2017",
            "Thu Jun 15 07:00:00 UTC 99999",
            "Thu Jun  15 07:00:00 UTC 2017",
            // Carried over beyond the last year that there is.
            "Fri Dec 31 24:00:00 UTC 9999",
        ] {
            assert_eq!(ClaimTimestamp::parse(text), None, "{text}");
        }
    }
}
