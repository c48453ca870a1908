//! Mail by Cognito's own sender: so much a day, for pools that name no sender of theirs.
//!
//! Documented ("Quotas in Amazon Cognito"): 50 mails a day of an account, and a day begins at 09:00 UTC.

use std::collections::BTreeMap;

use crate::clock::Timestamp;
use crate::error::{CognitoError, Refusal};

/// Mails a day.
const PER_DAY: u32 = 50;

const HOUR: i64 = 60 * 60;

/// How many accounts are counted; of more, the first by number is forgotten.
const MOST_ACCOUNTS: usize = 10_000;

/// What accounts sent on their last day.
#[derive(Debug, Clone, Default)]
pub(super) struct Mails {
    sent: BTreeMap<String, (i64, u32)>,
}

impl Mails {
    /// Counts a mail, unless the day has had its mails.
    pub(super) fn charge(&mut self, account: &str, now: Timestamp) -> Result<(), CognitoError> {
        let day = (now.seconds() - 9 * HOUR).div_euclid(24 * HOUR);
        let known = self.sent.get(account).filter(|(of, _)| *of == day);
        let sent = known.map_or(0, |(_, sent)| *sent);
        if sent >= PER_DAY {
            return Refusal::DailyMailLimit.refuse(
                "the account has sent its 50 mails of the day, which ends at 09:00 UTC; a pool whose \
                 EmailConfiguration names a sender of its own has no such limit",
            );
        }
        if self.sent.len() >= MOST_ACCOUNTS && !self.sent.contains_key(account) {
            self.sent.pop_first();
        }
        self.sent.insert(account.to_owned(), (day, sent + 1));
        Ok(())
    }

    /// Takes what an account has sent from `image`.
    pub(super) fn put_back(&mut self, image: &Self, account: &str) {
        match image.sent.get(account) {
            Some(sent) => self.sent.insert(account.to_owned(), *sent),
            None => self.sent.remove(account),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse_rfc3339(text).unwrap()
    }

    #[test]
    fn an_account_has_fifty_mails_from_nine_to_nine() {
        let mut mails = Mails::default();
        for _ in 0..50 {
            mails.charge("1", at("2026-01-01T09:00:00Z")).unwrap();
        }
        for moment in ["2026-01-01T09:00:00Z", "2026-01-02T08:59:59Z"] {
            let error = mails.charge("1", at(moment)).unwrap_err();
            assert_eq!(error.refusal, Refusal::DailyMailLimit);
        }
        mails.charge("2", at("2026-01-01T09:00:00Z")).unwrap();
        mails.charge("1", at("2026-01-02T09:00:00Z")).unwrap();
    }

    #[test]
    fn the_number_of_accounts_is_bounded() {
        let mut mails = Mails::default();
        for account in 0..=MOST_ACCOUNTS {
            mails.charge(&account.to_string(), Timestamp(0)).unwrap();
        }
        assert_eq!(mails.sent.len(), MOST_ACCOUNTS);
    }
}
