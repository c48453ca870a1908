//! Point-in-time recoveries of a pool: what became of each, and whether one pauses the pool.

use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;

use super::change::Change;
use super::draft::Draft;
use crate::clock::Timestamp;
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::{
    RestorationDescriptionType, RestorationType, RestorePreviewType, RestoreStatusType as Status,
    UserPoolTierType,
};

pub(crate) const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// How long a recovery waits to be started or cancelled (documented).
const PATIENCE: Duration = DAY;

/// How far back a pool of this tier can be recovered (documented); LITE has no recovery.
pub(crate) fn reach(tier: UserPoolTierType) -> Duration {
    match tier {
        UserPoolTierType::Lite => Duration::ZERO,
        UserPoolTierType::Essentials => DAY,
        UserPoolTierType::Plus => DAY * 14,
    }
}

/// How many things of one kind a recovery makes, reverts and takes away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// They were there at the recovery point, and are not now.
    pub created: i64,
    /// They are otherwise now.
    pub updated: i64,
    /// They came after the recovery point.
    pub deleted: i64,
}

/// What a recovery changes, by kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Preview {
    /// Profiles, with attributes, memberships and status.
    pub users: Counts,
    /// Groups.
    pub groups: Counts,
    /// MFA settings of users.
    pub mfa: Counts,
    /// Passkeys.
    pub passkeys: Counts,
}

impl Preview {
    /// As responses show it: a line each, those without a change too (inferred).
    fn view(&self) -> Vec<RestorePreviewType> {
        let line = |entity: &str, counts: Counts| RestorePreviewType {
            entity: Some(entity.to_owned()),
            create_count: Some(counts.created),
            update_count: Some(counts.updated),
            delete_count: Some(counts.deleted),
        };
        vec![
            line("Users", self.users),
            line("Groups", self.groups),
            line("User MFAs", self.mfa),
            line("Passkeys", self.passkeys),
        ]
    }
}

/// What was done about a recovery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing so far: its preview can be looked at.
    Open,
    /// CancelPointInTimeRecovery discarded it.
    Cancelled,
    /// StartPointInTimeRecovery applied it, at this moment.
    Completed(Timestamp),
}

/// A recovery.
#[derive(Debug, Clone, PartialEq)]
pub struct Recovery {
    /// What requests name it by.
    pub id: Uuid,
    /// The moment that the pool goes back to.
    pub point: Timestamp,
    /// When it was initiated; from then on nothing changed that it restores.
    pub triggered: Timestamp,
    /// What it changes.
    pub preview: Preview,
    /// What was done about it.
    pub outcome: Outcome,
}

impl Recovery {
    /// Where it stands at `now`. A preview is there as soon as it is asked for.
    pub fn status(&self, now: Timestamp) -> Status {
        match self.outcome {
            Outcome::Open if self.is_active(now) => Status::PreviewGenerated,
            Outcome::Open => Status::PreviewExpired,
            Outcome::Cancelled => Status::PreviewCancelled,
            Outcome::Completed(_) => Status::RestoreCompleted,
        }
    }

    /// Whether it pauses the pool at `now`.
    pub fn is_active(&self, now: Timestamp) -> bool {
        self.outcome == Outcome::Open && now < self.triggered.plus(PATIENCE)
    }

    /// What a write gets while it is active.
    pub(crate) fn refusal(&self) -> CognitoError {
        Refusal::WritesPaused.because(format!(
            "the point-in-time recovery {} is active: StartPointInTimeRecovery applies it, \
             CancelPointInTimeRecovery discards it, and a day after it began it expires",
            self.id
        ))
    }

    /// The recovery in full, with its preview as soon as it has one.
    pub(crate) fn view(&self, status: Status) -> RestorationType {
        let has_preview = status != Status::PreviewGenerating;
        RestorationType {
            restore_id: Some(self.id.to_string()),
            restore_status: Some(status),
            restore_timestamp: Some(self.point),
            trigger_timestamp: Some(self.triggered),
            restore_preview: has_preview.then(|| self.preview.view()),
        }
    }

    /// The recovery as lists show it.
    pub(crate) fn summary(&self, now: Timestamp) -> RestorationDescriptionType {
        RestorationDescriptionType {
            restore_id: Some(self.id.to_string()),
            restore_status: Some(self.status(now)),
            restore_timestamp: Some(self.point),
        }
    }
}

/// The recoveries of a pool, in the order in which they were initiated. None is ever taken away.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Recoveries(Vec<Arc<Recovery>>);

impl Recoveries {
    /// The one that pauses the pool at `now`: there is one at a time, the latest.
    pub fn active(&self, now: Timestamp) -> Option<&Arc<Recovery>> {
        self.0.last().filter(|latest| latest.is_active(now))
    }

    /// Whether no recovery waits for anything, whatever time it is.
    pub(super) fn is_over(&self) -> bool {
        self.0
            .last()
            .is_none_or(|latest| latest.outcome != Outcome::Open)
    }

    /// The recovery of this id.
    pub fn named(&self, id: &str) -> Option<&Arc<Recovery>> {
        let id = Uuid::try_parse(id).ok()?;
        self.0.iter().rev().find(|recovery| recovery.id == id)
    }

    /// All, the latest first, each with its place in the order of initiation.
    pub(crate) fn latest_first(
        &self,
    ) -> impl DoubleEndedIterator<Item = (usize, &Arc<Recovery>)> + ExactSizeIterator {
        self.0.iter().enumerate().rev()
    }

    /// Adds a recovery, or puts it in the place of the one of its id.
    pub(super) fn publish(&mut self, recovery: Arc<Recovery>) {
        let place = self.0.iter_mut().rev().find(|one| one.id == recovery.id);
        match place {
            Some(place) => *place = recovery,
            None => self.0.push(recovery),
        }
    }
}

impl Draft<'_> {
    /// Adds or replaces a point-in-time recovery.
    pub fn put_recovery(&mut self, recovery: Recovery) -> Arc<Recovery> {
        let recovery = Arc::new(recovery);
        self.stage(Change::Recovery(Arc::clone(&recovery)));
        recovery
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recovery(outcome: Outcome) -> Recovery {
        Recovery {
            id: Uuid::from_u128(7),
            point: Timestamp(0),
            triggered: Timestamp::from_seconds(1000),
            preview: Preview::default(),
            outcome,
        }
    }

    #[test]
    fn a_preview_that_is_left_alone_expires_after_a_day() {
        let open = recovery(Outcome::Open);
        let last = Timestamp(open.triggered.plus(DAY).0 - 1);
        assert_eq!(open.status(last), Status::PreviewGenerated);
        assert!(open.is_active(last));
        assert_eq!(
            open.status(open.triggered.plus(DAY)),
            Status::PreviewExpired
        );
        assert!(!open.is_active(open.triggered.plus(DAY)));
    }

    #[test]
    fn what_is_over_pauses_nothing() {
        for outcome in [Outcome::Cancelled, Outcome::Completed(Timestamp(1))] {
            let over = recovery(outcome);
            assert!(!over.is_active(over.triggered), "{outcome:?}");
            let mut all = Recoveries::default();
            all.publish(Arc::new(recovery(Outcome::Open)));
            assert!(all.active(over.triggered).is_some());
            all.publish(Arc::new(over.clone()));
            assert!(all.active(over.triggered).is_none());
            assert_eq!(all.latest_first().len(), 1);
        }
    }
}
