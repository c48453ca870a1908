//! A user import job and its file.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::change::Change;
use super::draft::Draft;
use super::import_log::{Outcome, RowLog};
use crate::clock::Timestamp;
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::{
    PasswordHashingAlgorithmType, UserImportJobStatusType as Status, UserImportJobType,
};
use crate::model::{PoolId, Secret, SecretMap};

/// How much room is counted at once.
pub(crate) const UNIT: usize = 1024;

/// Documented for the file. That a longer one is refused when it is sent is inferred.
pub(crate) const LARGEST: usize = 100 * 1024 * 1024;

/// Row logs are kept of the last so many jobs of a pool.
const LOGS: usize = 20;

const EXPIRED: &str = "The user import job has expired.";

/// An import job. Cheap to clone: what is fixed is shared.
#[derive(Debug, Clone)]
pub struct ImportJob {
    /// What CreateUserImportJob fixed.
    pub order: Arc<Order>,
    /// As stored; a job that was not started in time shows as expired all the same.
    pub status: Status,
    pub(crate) started: Option<Timestamp>,
    pub(crate) completed: Option<Timestamp>,
    pub(crate) imported: u32,
    pub(crate) skipped: u32,
    pub(crate) failed: u32,
    pub(crate) message: Option<Arc<str>>,
    /// The file, until the job is over.
    pub(crate) upload: Option<Arc<Upload>>,
    /// What became of each row.
    pub(crate) log: Option<Arc<RowLog>>,
}

/// What CreateUserImportJob fixed.
#[derive(Debug)]
pub struct Order {
    /// `import-` and ten letters or digits.
    pub id: Box<str>,
    pub(crate) name: Box<str>,
    pub(crate) role: Box<str>,
    pub(crate) algorithm: Option<PasswordHashingAlgorithmType>,
    pub(crate) created: Timestamp,
    pub(crate) url: Secret,
    pub(crate) signed: Signed,
    /// Its place among the jobs of the pool.
    pub(crate) index: usize,
}

impl ImportJob {
    pub(crate) fn is_active(&self) -> bool {
        match self.status {
            Status::Pending | Status::InProgress | Status::Stopping => true,
            Status::Created
            | Status::Expired
            | Status::Stopped
            | Status::Failed
            | Status::Succeeded => false,
        }
    }

    /// How many rows are done.
    pub(crate) fn rows(&self) -> usize {
        let done = [self.imported, self.skipped, self.failed];
        done.into_iter().map(|count| count as usize).sum()
    }

    pub(crate) fn count(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Succeeded => self.imported += 1,
            Outcome::Skipped => self.skipped += 1,
            Outcome::Failed(_) => self.failed += 1,
        }
    }

    pub(crate) fn end(&mut self, status: Status, message: impl Into<Arc<str>>, now: Timestamp) {
        self.status = status;
        self.message = Some(message.into());
        self.completed = Some(now);
        self.upload = None;
    }

    /// The job as it stands at `now`. That an expired one has no completion date is inferred.
    pub(crate) fn view(&self, pool: &PoolId, now: Timestamp) -> UserImportJobType {
        let expired = self.is_expired(now);
        let message = if expired {
            Some(EXPIRED.into())
        } else {
            self.message.as_deref().map(Into::into)
        };
        let order = &self.order;
        UserImportJobType {
            job_name: Some(order.name.to_string()),
            job_id: Some(order.id.to_string()),
            user_pool_id: Some(pool.clone()),
            pre_signed_url: Some(order.url.clone()),
            creation_date: Some(order.created),
            start_date: self.started,
            completion_date: self.completed,
            status: Some(if expired {
                Status::Expired
            } else {
                self.status
            }),
            cloud_watch_logs_role_arn: Some(order.role.to_string()),
            imported_users: Some(self.imported.into()),
            skipped_users: Some(self.skipped.into()),
            failed_users: Some(self.failed.into()),
            completion_message: message,
            password_hashing_algorithm: order.algorithm,
        }
    }
}

/// The import jobs of a pool, in the order in which they were made. None is ever taken away.
#[derive(Debug, Clone, Default)]
pub struct ImportJobs(pub(crate) Vec<Arc<ImportJob>>);

impl ImportJobs {
    /// The job with this id.
    pub fn named(&self, id: &str) -> Option<&Arc<ImportJob>> {
        self.0.iter().rev().find(|job| &*job.order.id == id)
    }

    pub(crate) fn require(&self, id: &str) -> Result<&Arc<ImportJob>, CognitoError> {
        self.named(id).ok_or_else(|| {
            Refusal::ImportJobUnknown { id: id.to_owned() }
                .because("the pool has no such import job; ListUserImportJobs shows them")
        })
    }

    /// The job at this place, if it still runs.
    pub(crate) fn running(&self, index: usize) -> Option<&Arc<ImportJob>> {
        self.0.get(index).filter(|job| job.is_active())
    }

    /// The job that runs.
    pub(crate) fn active(&self) -> Option<&Arc<ImportJob>> {
        self.0.iter().rev().find(|job| job.is_active())
    }

    /// Refuses a change of the pool while a job runs.
    ///
    /// # Errors
    /// UserImportInProgressException.
    pub fn check_idle(&self) -> Result<(), CognitoError> {
        match self.active() {
            None => Ok(()),
            Some(job) => Refusal::ImportInProgress.refuse(format!(
                "the import job {} runs; wait until DescribeUserImportJob shows its end, or stop it",
                job.order.id
            )),
        }
    }

    pub(crate) fn has_expired_upload(&self, now: Timestamp) -> bool {
        self.0.iter().any(|job| job.holds_expired_upload(now))
    }

    /// Adds or replaces a job, found by its place.
    pub(crate) fn publish(&mut self, job: Arc<ImportJob>) {
        let index = job.order.index;
        if let Some(place) = self.0.get_mut(index) {
            *place = job;
            return;
        }
        self.0.push(job);
        // The oldest log goes.
        if let Some(old) = index.checked_sub(LOGS).and_then(|old| self.0.get_mut(old)) {
            Arc::make_mut(old).log = None;
        }
    }

    /// What became of each row of a job.
    pub fn log(&self, id: &str) -> Option<Option<Arc<RowLog>>> {
        self.named(id).map(|job| job.log.clone())
    }
}

impl ImportJob {
    pub(crate) fn holds_expired_upload(&self, now: Timestamp) -> bool {
        self.upload.is_some() && self.is_expired(now)
    }
}

/// Room for files that wait or are being read, five of the largest.
const ROOM: usize = 5 * LARGEST / UNIT;

/// What pre-signing fixes: all of the query, its signature included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    pub(crate) query: SecretMap,
    pub(crate) signature: Secret,
    pub(crate) expires: Timestamp,
}

/// Room for the files of all jobs.
#[derive(Debug, Clone)]
pub struct UploadRoom(pub(crate) Arc<Semaphore>);

impl Default for UploadRoom {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(ROOM)))
    }
}

/// A file that was sent, or as much of it as has come; its room is free again when it is dropped.
pub struct Upload {
    /// The file.
    pub bytes: Vec<u8>,
    pub(crate) room: UploadRoom,
    pub(crate) taken: Option<OwnedSemaphorePermit>,
}

impl std::fmt::Debug for Upload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Upload({} bytes)", self.bytes.len())
    }
}

impl Upload {
    /// An empty one.
    pub fn new(room: &UploadRoom) -> Self {
        Self {
            bytes: Vec::new(),
            room: room.clone(),
            taken: None,
        }
    }
}

impl Draft<'_> {
    /// Adds or replaces an import job.
    pub fn put_import_job(&mut self, job: ImportJob) -> Arc<ImportJob> {
        let job = Arc::new(job);
        self.stage(Change::ImportJob(Arc::clone(&job)));
        job
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formatted_upload_tells_no_signature() {
        let query = [("X-Amz-Signature".into(), "secret-1".into())];
        let order = Order {
            id: "import-1".into(),
            name: "name".into(),
            role: "role".into(),
            algorithm: None,
            created: Timestamp(0),
            url: "http://localhost/?X-Amz-Signature=secret-1".into(),
            signed: Signed {
                query: query.into_iter().collect(),
                signature: "secret-1".into(),
                expires: Timestamp(5),
            },
            index: 0,
        };
        let shown = format!("{order:?}");
        assert!(
            shown.contains('5') && !shown.contains("secret-1"),
            "{shown}"
        );
    }
}
