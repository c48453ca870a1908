//! The only source of time.
//!
//! Everything that expires (codes, sessions, tokens, one-time passwords) asks this clock, so a test
//! can freeze it, set it and move it; the machine's own clock is read in one function here.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// A moment, in milliseconds since the Unix epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Whole seconds since the epoch, as JWT claims carry them.
    pub fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// The moment `seconds` after the epoch.
    pub fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// This moment, later by `duration`.
    pub fn plus(self, duration: Duration) -> Self {
        let millis = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        Self(self.0.saturating_add(millis))
    }

    /// Reads an RFC 3339 date and time, such as `2026-01-31T12:00:00Z`.
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        let moment = OffsetDateTime::parse(text, &Rfc3339).ok()?;
        i64::try_from(moment.unix_timestamp_nanos() / 1_000_000)
            .ok()
            .map(Self)
    }

    /// Writes RFC 3339; a moment outside the calendar's range is shown in milliseconds.
    pub fn to_rfc3339(self) -> String {
        self.calendar()
            .and_then(|moment| moment.format(&Rfc3339).ok())
            .unwrap_or_else(|| format!("{} ms", self.0))
    }

    /// How long before `now` it was, in words.
    pub fn ago(self, now: Self) -> String {
        const SECOND: i64 = 1_000;
        const MINUTE: i64 = 60 * SECOND;

        match now.0.saturating_sub(self.0) {
            millis if millis < 0 => format!("at {}, which is yet to come", self.to_rfc3339()),
            millis if millis < SECOND => format!("{millis} ms ago"),
            millis if millis < 2 * MINUTE => format!("{} s ago", millis / SECOND),
            millis if millis < 120 * MINUTE => format!("{} min ago", millis / MINUTE),
            _ => format!("at {}", self.to_rfc3339()),
        }
    }

    /// Writes year to second as 14 digits (UTC), as AWS writes versions; a moment outside the
    /// calendar shows as the epoch.
    pub fn to_digits(self) -> String {
        let at = self.calendar().unwrap_or(OffsetDateTime::UNIX_EPOCH);
        format!(
            "{:04}{:02}{:02}{:02}{:02}{:02}",
            at.year(),
            u8::from(at.month()),
            at.day(),
            at.hour(),
            at.minute(),
            at.second()
        )
    }

    /// The same moment as the calendar type of the `time` crate (UTC).
    pub fn calendar(self) -> Option<OffsetDateTime> {
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000_000).ok()
    }
}

/// How the clock stands to the machine's: running with an offset, or standing still.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hand {
    /// It runs.
    Running {
        /// How far it is ahead of the machine's.
        ahead_by_millis: i64,
    },
    /// It stands.
    Frozen(Timestamp),
}

/// The first moment of the clock: nothing in Cognito is older, and one-time passwords count from it
/// (RFC 6238, 4.2). What would be earlier is this moment, wherever the clock was told to stand.
const FIRST: Timestamp = Timestamp(0);

/// The last moment of the clock, and of the calendar that its moments are written in.
pub(crate) const LAST: Timestamp = Timestamp(253_402_300_799_999);

/// A clock that tests can move. Its clones show the same time.
#[derive(Debug, Clone)]
pub struct Clock(Arc<Mutex<Hand>>);

impl Default for Clock {
    fn default() -> Self {
        Self::running()
    }
}

impl Clock {
    /// A clock that shows the machine's time.
    pub fn running() -> Self {
        Self(Arc::new(Mutex::new(Hand::Running { ahead_by_millis: 0 })))
    }

    /// A clock that stands at `moment` until it is moved.
    pub fn frozen_at(moment: Timestamp) -> Self {
        Self(Arc::new(Mutex::new(Hand::Frozen(within(moment)))))
    }

    /// How it stands to the machine's.
    pub fn standing(&self) -> Hand {
        *self.hand()
    }

    /// Makes it stand so again: one that ran ahead of the machine's by an hour does so, whatever time has
    /// passed since, and one that stood shows the moment that it showed.
    pub fn put_back(&self, hand: Hand) {
        *self.hand() = hand;
    }

    /// A clock that shows the same now, and that nobody moves any more.
    pub fn copy(&self) -> Self {
        Self(Arc::new(Mutex::new(self.standing())))
    }

    /// The current moment.
    pub fn now(&self) -> Timestamp {
        Self::read(*self.hand())
    }

    /// Whether the clock stands still.
    pub fn is_frozen(&self) -> bool {
        matches!(*self.hand(), Hand::Frozen(_))
    }

    /// Moves the clock by `millis`, forwards or back; it goes on as it was, running or frozen.
    pub fn advance(&self, millis: i64) {
        let mut hand = self.hand();
        *hand = match *hand {
            Hand::Running { ahead_by_millis } => Hand::Running {
                ahead_by_millis: ahead_by_millis.saturating_add(millis),
            },
            Hand::Frozen(at) => Hand::Frozen(within(Timestamp(at.0.saturating_add(millis)))),
        };
    }

    /// Puts the clock at `moment`; it goes on as it was, running or frozen.
    pub fn set(&self, moment: Timestamp) {
        let mut hand = self.hand();
        *hand = match *hand {
            Hand::Running { .. } => Hand::Running {
                ahead_by_millis: moment.0.saturating_sub(machine_time().0),
            },
            Hand::Frozen(_) => Hand::Frozen(within(moment)),
        };
    }

    /// Stops the clock where it stands, or lets it run on from there.
    pub fn freeze(&self, frozen: bool) {
        let mut hand = self.hand();
        let now = Self::read(*hand);
        *hand = if frozen {
            Hand::Frozen(now)
        } else {
            Hand::Running {
                ahead_by_millis: now.0.saturating_sub(machine_time().0),
            }
        };
    }

    fn read(hand: Hand) -> Timestamp {
        match hand {
            Hand::Running { ahead_by_millis } => {
                within(Timestamp(machine_time().0.saturating_add(ahead_by_millis)))
            }
            Hand::Frozen(at) => at,
        }
    }

    fn hand(&self) -> std::sync::MutexGuard<'_, Hand> {
        self.0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// The moment that a clock shows where it would show `moment`.
fn within(moment: Timestamp) -> Timestamp {
    moment.clamp(FIRST, LAST)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place that reads the machine's clock"
)]
fn machine_time() -> Timestamp {
    let since_epoch = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_long_ago_is_told_in_words() {
        let now = Timestamp(1_800_000_000_000);
        let ago = |millis: i64| Timestamp(now.0 - millis).ago(now);
        assert_eq!(ago(999), "999 ms ago");
        assert_eq!(ago(119_999), "119 s ago");
        assert_eq!(ago(120_000), "2 min ago");
        assert_eq!(ago(7_200_000), "at 2027-01-15T06:00:00Z");
        assert_eq!(ago(-1000), "at 2027-01-15T08:00:01Z, which is yet to come");
    }

    #[test]
    fn a_frozen_clock_moves_only_when_told() {
        let clock = Clock::frozen_at(Timestamp::from_seconds(100));
        clock.advance(1500);
        assert_eq!(clock.now(), Timestamp(101_500));
        clock.set(Timestamp(7));
        assert_eq!(clock.now(), Timestamp(7));
        assert!(clock.is_frozen());
    }

    #[test]
    fn a_running_clock_keeps_running_after_a_set() {
        let clock = Clock::running();
        clock.set(Timestamp::from_seconds(4_000_000_000));
        assert!(clock.now() >= Timestamp::from_seconds(4_000_000_000));
        assert!(!clock.is_frozen());
        clock.freeze(true);
        let stood = clock.now();
        clock.freeze(false);
        assert!(clock.now() >= stood);
    }

    #[test]
    fn no_clock_shows_a_moment_before_1970() {
        let before = Timestamp(-1);
        let clock = Clock::frozen_at(before);
        assert_eq!(clock.now(), Timestamp(0));
        clock.advance(-5);
        clock.advance(7);
        assert_eq!(clock.now(), Timestamp(7));
        clock.set(before);
        assert_eq!(clock.now(), Timestamp(0));
        let running = Clock::running();
        running.advance(i64::MIN);
        assert_eq!(running.now(), Timestamp(0));
        running.freeze(true);
        running.advance(9);
        assert_eq!(running.now(), Timestamp(9));
    }

    #[test]
    fn no_clock_shows_a_moment_after_9999() {
        assert_eq!(LAST.to_rfc3339(), "9999-12-31T23:59:59.999Z");
        let clock = Clock::frozen_at(LAST.plus(Duration::from_millis(1)));
        assert_eq!(clock.now(), LAST);
        clock.advance(5);
        clock.advance(-7);
        assert_eq!(clock.now(), Timestamp(LAST.0 - 7));
        clock.set(Timestamp(i64::MAX));
        assert_eq!(clock.now(), LAST);
        let running = Clock::running();
        running.set(LAST);
        running.advance(i64::MAX);
        assert_eq!(running.now(), LAST);
        running.freeze(true);
        running.advance(-9);
        assert_eq!(running.now(), Timestamp(LAST.0 - 9));
    }

    #[test]
    fn rfc3339_round_trips() {
        for text in [
            "2026-01-31T12:00:00Z",
            "1970-01-01T00:00:00Z",
            "2026-11-24T06:03:22.5Z",
        ] {
            let moment = Timestamp::parse_rfc3339(text).unwrap();
            assert_eq!(moment.to_rfc3339(), text);
        }
        assert_eq!(Timestamp::parse_rfc3339("yesterday"), None);
    }
}
