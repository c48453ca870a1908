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

const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
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
        position(&WEEKDAYS, weekday)?;
        let month = position(&MONTHS, month)?;
        let clock: Vec<&str> = time.split(':').collect();
        let [hour, minute, second] = clock[..] else {
            return None;
        };
        if !matches!(zone, "UTC" | "GMT") {
            return None;
        }
        // A field beyond its range is carried over, so no field is checked against one.
        let days = days_before(number(year, 4)?, month) + number(day, 2)? - 1;
        let seconds = (number(hour, 2)? * 60 + number(minute, 2)?) * 60 + number(second, 2)?;
        Some(Self(canonical(days * 86_400 + seconds)))
    }

    /// The canonical text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Names are read in either case, as `SimpleDateFormat` does.
fn position(names: &[&str], name: &str) -> Option<i64> {
    let position = names
        .iter()
        .position(|known| known.eq_ignore_ascii_case(name))?;
    i64::try_from(position).ok()
}

fn number(digits: &str, longest: usize) -> Option<i64> {
    let plain = digits.len() <= longest && digits.bytes().all(|digit| digit.is_ascii_digit());
    plain.then(|| digits.parse().ok()).flatten()
}

/// Days from 1 January of year 0 to the first of the month (counted from 0), in the Gregorian calendar.
fn days_before(year: i64, month: i64) -> i64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let leap_days = if year == 0 {
        0
    } else {
        (year - 1) / 4 - (year - 1) / 100 + (year - 1) / 400 + 1
    };
    let months: i64 = (0..month).map(|earlier| month_days(earlier, leap)).sum();
    year * 365 + leap_days + months
}

fn month_days(month: i64, leap: bool) -> i64 {
    match month {
        1 => 28 + i64::from(leap),
        3 | 5 | 8 | 10 => 30,
        _ => 31,
    }
}

/// Writes seconds since the start of year 0, which was a Saturday.
fn canonical(seconds: i64) -> String {
    let (days, second_of_day) = (seconds / 86_400, seconds % 86_400);
    let mut year = days / 366;
    while days_before(year + 1, 0) <= days {
        year += 1;
    }
    let mut month = 0;
    while month < 11 && days_before(year, month + 1) <= days {
        month += 1;
    }
    let name = |names: &[&'static str], at: i64| {
        usize::try_from(at)
            .ok()
            .and_then(|at| names.get(at).copied())
            .unwrap_or_default()
    };
    format!(
        "{} {} {} {:02}:{:02}:{:02} UTC {year:04}",
        name(&WEEKDAYS, (days + 5) % 7),
        name(&MONTHS, month),
        days - days_before(year, month) + 1,
        second_of_day / 3600,
        second_of_day / 60 % 60,
        second_of_day % 60,
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
        ] {
            assert_eq!(ClaimTimestamp::parse(text), None, "{text}");
        }
    }
}
