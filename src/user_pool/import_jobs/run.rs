//! A started job at work, on a task of its own.
//!
//! Each row is one change of the pool: the user, and the job's counts with it, so that they agree
//! whenever someone looks, and a sign-in never waits for more than one row. A row is only made while
//! the job runs, so nothing happens behind the back of a Stop, or in a pool that was deleted.

use std::sync::Arc;

use super::record::{Reader, Unfit};
use super::{columns, csv};
use crate::context::{Caller, Context, Shared};
use crate::error::CognitoError;
use crate::model::cognito_idp::UserImportJobStatusType as Status;
use crate::store::user_pool::UserPool;
use crate::store::user_pool::import_job::{ImportJob, Upload};
use crate::store::user_pool::import_log::{Outcome, RowLog};
use crate::store::user_pool::user::User;
use crate::user_pool::users::aliases::{self, Clash};

/// Documented: users of one file.
const ROWS: usize = 500_000;

/// So many rows are done before others get their turn of the thread.
const SLICE: usize = 100;

const SUCCEEDED: &str = "Import Job Completed Successfully.";

const TOO_MANY: &str = "Too many users have failed or been skipped during the import.";

/// The other messages are Poolhouse's own: AWS's are not known.
const NOT_UTF8: &str = "The CSV file is not in UTF-8 format.";

const TOO_MANY_ROWS: &str = "The CSV file has more than 500000 users.";

const INTERNAL: &str = "The import job failed because of an internal error.";

/// A job at work.
struct Run {
    cx: Context,
    pool: Arc<UserPool>,
    index: usize,
    upload: Arc<Upload>,
    log: Arc<RowLog>,
    job: Arc<ImportJob>,
    /// How many rows were done before a snapshot that was put back since.
    done: usize,
}

/// Where a row is: its line, its first byte and the one behind its last.
struct Row {
    line: u32,
    start: u32,
    end: u32,
}

/// Finds the rows, the header first. It goes through the whole file, so not on a thread that serves
/// connections.
fn find_rows(file: &[u8]) -> Result<Vec<Row>, &'static str> {
    let text = std::str::from_utf8(file).map_err(|_| NOT_UTF8)?;
    let mut rows = Vec::new();
    for (line, row) in csv::rows(text) {
        // One more for the header.
        if rows.len() > ROWS {
            return Err(TOO_MANY_ROWS);
        }
        let start = row.as_ptr().addr() - text.as_ptr().addr();
        // A file has 100 MB at most.
        let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        rows.push(Row {
            line: number(line),
            start: number(start),
            end: number(start + row.len()),
        });
    }
    Ok(rows)
}

/// Sets a job to work that was just started.
pub(super) fn spawn(cx: &Context, pool: &Arc<UserPool>, job: &Arc<ImportJob>) {
    let (Some(upload), Some(log)) = (&job.upload, &job.log) else {
        return;
    };
    let run = Run {
        cx: Context::new(Arc::clone(cx.shared()), Caller::default()),
        pool: Arc::clone(pool),
        index: job.order.index,
        upload: Arc::clone(upload),
        log: Arc::clone(log),
        job: Arc::clone(job),
        done: job.rows(),
    };
    tokio::spawn(async move { run.carry_out().await });
}

/// Lets the job go on that ran in a pool when a snapshot was made of it, now that it is put back.
pub fn resume(shared: &Arc<Shared>, pool: &Arc<UserPool>) {
    let Some(job) = shared.imports.put_back(pool) else {
        return;
    };
    let job = ImportJob {
        // What the other job notes from now on is none of this one's.
        log: job.log.as_ref().map(|log| Arc::new(log.first(job.rows()))),
        ..ImportJob::clone(&job)
    };
    let Ok(job) = pool.change(|draft| Ok(draft.put_import_job(job))) else {
        return;
    };
    let cx = Context::new(Arc::clone(shared), Caller::default());
    spawn(&cx, pool, &job);
}

impl Drop for Run {
    /// A job that ends without having ended (a fault of Poolhouse) must not block its pool for ever.
    fn drop(&mut self) {
        self.end(Status::Failed, INTERNAL);
    }
}

impl Run {
    async fn carry_out(self) {
        if !self.begin() || !self.pass().await {
            return;
        }
        let upload = Arc::clone(&self.upload);
        let end = match tokio::task::spawn_blocking(move || find_rows(&upload.bytes)).await {
            Err(_) => (Status::Failed, INTERNAL.to_owned()),
            Ok(Err(fault)) => (Status::Failed, fault.to_owned()),
            Ok(Ok(rows)) => match self.read(&rows).await {
                Ok(()) => self.verdict(),
                Err(fault) => (Status::Failed, fault),
            },
        };
        self.end(end.0, &end.1);
    }

    /// Waits while a test holds jobs; false if this one was stopped.
    async fn pass(&self) -> bool {
        let runs = || {
            self.pool
                .read(|state| state.imports.running(self.index).is_some())
                && !self.pool.is_past()
        };
        self.cx.imports.pass(runs).await;
        runs()
    }

    /// Pending → InProgress; false if it was stopped before.
    fn begin(&self) -> bool {
        let begun = self.pool.change(|draft| {
            let job = draft.published().imports.running(self.index);
            if let Some(job) = job {
                draft.put_import_job(ImportJob {
                    status: Status::InProgress,
                    ..ImportJob::clone(job)
                });
            }
            Ok(job.is_some())
        });
        begun.unwrap_or(false)
    }

    /// Makes users of the rows, until there are none, or the job or its pool is gone.
    async fn read(&self, rows: &[Row]) -> Result<(), String> {
        let mut rows = rows.iter().map(|row| (row.line, self.text(row)));
        let settings = self.pool.settings();
        let algorithm = self.job.order.algorithm;
        let header = rows.next().map(|(_, header)| header);
        let columns = header
            .ok_or(columns::HeaderFault::Missing)
            .and_then(|header| columns::read(&settings.schema, header, algorithm.is_some()))
            .map_err(|fault| fault.message())?;
        let reader = Reader {
            settings,
            algorithm,
            columns,
        };
        for (done, (line, row)) in rows.enumerate().skip(self.done) {
            let user = reader.user(&self.cx, row, self.cx.now());
            match self.file(user) {
                Ok(Some(outcome)) => self.log.note(line as usize, &outcome),
                Ok(None) | Err(_) => return Ok(()),
            }
            if done % SLICE == SLICE - 1 {
                tokio::task::yield_now().await;
                if !self.pass().await {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// A row of the file, which was checked to be UTF-8.
    fn text(&self, row: &Row) -> &str {
        let bytes = self.upload.bytes.get(row.start as usize..row.end as usize);
        std::str::from_utf8(bytes.unwrap_or_default()).unwrap_or_default()
    }

    /// Files a row's user and counts the row; nothing once the job does not run any more.
    fn file(&self, user: Result<User, Unfit>) -> Result<Option<Outcome>, CognitoError> {
        self.pool.change(|draft| {
            let state = draft.published();
            let Some(job) = state.imports.running(self.index) else {
                return Ok(None);
            };
            let outcome = match user {
                Err(Unfit(reason)) => Outcome::Failed(reason.into()),
                Ok(user) if aliases::name_is_taken(state, &user) => Outcome::Skipped,
                Ok(user) => match aliases::take(draft, &user, &aliases::ALL, Clash::Refuse) {
                    Ok(()) => {
                        draft.put_user(user);
                        Outcome::Succeeded
                    }
                    Err(refused) => Outcome::Failed(Unfit::from(refused).0.into()),
                },
            };
            let mut job = ImportJob::clone(job);
            job.count(&outcome);
            draft.put_import_job(job);
            Ok(Some(outcome))
        })
    }

    /// How many may fail or be skipped is not published. Observed: 14 imported and 32 failed is too
    /// many; inferred from it: more than two thirds.
    fn verdict(&self) -> (Status, String) {
        let too_many = self.pool.read(|state| {
            let job = state.imports.running(self.index)?;
            Some(job.failed + job.skipped > 2 * job.imported)
        });
        if too_many == Some(true) {
            (Status::Failed, TOO_MANY.to_owned())
        } else {
            (Status::Succeeded, SUCCEEDED.to_owned())
        }
    }

    /// Ends the job, unless it is over.
    fn end(&self, status: Status, message: &str) {
        let now = self.cx.now();
        let ended = self.pool.change(|draft| {
            let Some(job) = draft.state().imports.running(self.index) else {
                return Ok(None);
            };
            let mut job = ImportJob::clone(job);
            job.end(status, message, now);
            Ok(Some(draft.put_import_job(job)))
        });
        if let Ok(Some(job)) = ended {
            tracing::info!(
                target: "poolhouse::import",
                pool = %self.pool.id,
                job = &*job.order.id,
                status = status.as_str(),
                imported = job.imported,
                skipped = job.skipped,
                failed = job.failed,
                "import over; the log of its rows is at /_poolhouse/imports/{}/log",
                job.order.id
            );
        }
    }
}
