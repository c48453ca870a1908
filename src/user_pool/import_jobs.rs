//! User import jobs: users of a CSV file, made in the background.
//!
//! Documented in "Importing users into user pools from a CSV file", developer guide, and in the API
//! reference. A job is made, its file is sent to the URL it has, and it is started; from then on
//! `run.rs` makes a user of each row. No trigger runs for them. One job runs at a time in an account
//! (documented) and Region (inferred), and while it runs, the pool's configuration stays as it is.

mod columns;
pub mod csv;
mod record;
pub mod row_log;
mod run;
pub mod upload;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::watch;

pub use columns::get_csv_header;
use row_log::{Outcome, RowLog};
use upload::{Signed, Upload};

use super::arns;
use crate::clock::Timestamp;
use crate::context::{Context, Shared};
use crate::entropy::Purpose;
use crate::error::{CognitoError, Refusal};
use crate::model::PoolId;
use crate::model::cognito_idp::{
    CreateUserImportJobRequest, CreateUserImportJobResponse, DescribeUserImportJobRequest,
    DescribeUserImportJobResponse, ListUserImportJobsRequest, ListUserImportJobsResponse,
    PasswordHashingAlgorithmType, StartUserImportJobRequest, StartUserImportJobResponse,
    StopUserImportJobRequest, StopUserImportJobResponse, UserImportJobStatusType as Status,
    UserImportJobType,
};
use crate::store::{Pool, PoolState};

/// Documented: quota of import jobs in a pool.
const JOBS_PER_POOL: usize = 1000;

/// How long a job waits to be started: "24-48 hours" (documented), of which this is the shorter.
const LIFE: Duration = Duration::from_secs(24 * 60 * 60);

/// A page holds at most so many, whatever MaxResults says (documented: UserImportJobsListType).
const PAGE: usize = 50;

/// Row logs are kept of the last so many jobs of a pool.
const LOGS: usize = 20;

/// The completion messages of AWS's samples.
const STOPPED: &str = "The Import Job was stopped by the developer.";
const EXPIRED: &str = "The user import job has expired.";

/// An import job. Cheap to clone: what is fixed is shared.
#[derive(Debug, Clone)]
pub struct ImportJob {
    /// What CreateUserImportJob fixed.
    pub order: Arc<Order>,
    /// As stored; a job that was not started in time shows as expired all the same.
    pub status: Status,
    started: Option<Timestamp>,
    completed: Option<Timestamp>,
    imported: u32,
    skipped: u32,
    failed: u32,
    message: Option<Arc<str>>,
    /// The file, until the job is over.
    upload: Option<Arc<Upload>>,
    /// What became of each row.
    log: Option<Arc<RowLog>>,
}

/// What CreateUserImportJob fixed.
#[derive(Debug)]
pub struct Order {
    /// `import-` and ten letters or digits.
    pub id: Box<str>,
    name: Box<str>,
    role: Box<str>,
    algorithm: Option<PasswordHashingAlgorithmType>,
    created: Timestamp,
    url: Box<str>,
    signed: Signed,
    /// Its place among the jobs of the pool.
    index: usize,
}

impl ImportJob {
    fn is_active(&self) -> bool {
        match self.status {
            Status::Pending | Status::InProgress | Status::Stopping => true,
            Status::Created
            | Status::Expired
            | Status::Stopped
            | Status::Failed
            | Status::Succeeded => false,
        }
    }

    fn count(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Succeeded => self.imported += 1,
            Outcome::Skipped => self.skipped += 1,
            Outcome::Failed(_) => self.failed += 1,
        }
    }

    fn end(&mut self, status: Status, message: impl Into<Arc<str>>, now: Timestamp) {
        self.status = status;
        self.message = Some(message.into());
        self.completed = Some(now);
        self.upload = None;
    }

    /// The job as it stands at `now`. That an expired one has no completion date is inferred.
    fn view(&self, pool: &PoolId, now: Timestamp) -> UserImportJobType {
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
            pre_signed_url: Some(order.url.to_string()),
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
#[derive(Debug, Default)]
pub struct ImportJobs(Vec<Arc<ImportJob>>);

impl ImportJobs {
    /// The job with this id.
    pub fn named(&self, id: &str) -> Option<&Arc<ImportJob>> {
        self.0.iter().rev().find(|job| &*job.order.id == id)
    }

    fn require(&self, id: &str) -> Result<&Arc<ImportJob>, CognitoError> {
        self.named(id).ok_or_else(|| {
            Refusal::ImportJobUnknown { id: id.to_owned() }
                .because("the pool has no such import job; ListUserImportJobs shows them")
        })
    }

    /// The job at this place, if it still runs.
    fn running(&self, index: usize) -> Option<&Arc<ImportJob>> {
        self.0.get(index).filter(|job| job.is_active())
    }

    /// Refuses a change of the pool while a job runs.
    ///
    /// # Errors
    /// UserImportInProgressException.
    pub fn check_idle(&self) -> Result<(), CognitoError> {
        match self.0.iter().rev().find(|job| job.is_active()) {
            None => Ok(()),
            Some(job) => Refusal::ImportInProgress.refuse(format!(
                "the import job {} runs; wait until DescribeUserImportJob shows its end, or stop it",
                job.order.id
            )),
        }
    }

    fn has_expired_upload(&self, now: Timestamp) -> bool {
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
    fn holds_expired_upload(&self, now: Timestamp) -> bool {
        self.upload.is_some() && self.is_expired(now)
    }
}

impl crate::store::Draft<'_> {
    fn forget_expired_uploads(&mut self, now: Timestamp) {
        for job in &self.published().imports.0 {
            if job.holds_expired_upload(now) {
                let upload = None;
                self.put_import_job(ImportJob {
                    upload,
                    ..ImportJob::clone(job)
                });
            }
        }
    }
}

/// Account and Region.
type Place = (String, String);

/// Which job runs in each account and Region: its pool, and its place there.
#[derive(Debug, Default)]
pub struct ActiveImports {
    running: Mutex<BTreeMap<Place, (Weak<Pool>, usize)>>,
    /// Whether jobs are held, for tests that want to see one run. Whoever waits is also woken when a
    /// job is stopped.
    held: watch::Sender<bool>,
}

impl ActiveImports {
    /// Keeps the jobs that run from their further rows, or lets them go on.
    pub fn hold(&self, held: bool) {
        self.held.send_replace(held);
    }

    /// Whether jobs are held.
    pub fn is_held(&self) -> bool {
        *self.held.borrow()
    }

    /// Waits while jobs are held and this one runs.
    async fn pass(&self, runs: impl Fn() -> bool) {
        let mut held = self.held.subscribe();
        // Fails only when the server is gone.
        let _ = held.wait_for(|held| !*held || !runs()).await.map(drop);
    }

    fn stopped(&self) {
        self.held.send_modify(|_| {});
    }

    /// Starts a job by `start`, which gives its place, unless another one runs in the account.
    fn enter<T>(
        &self,
        pool: &Arc<Pool>,
        start: impl FnOnce(Option<&str>) -> Result<(usize, T), CognitoError>,
    ) -> Result<T, CognitoError> {
        let mut active = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let place = (pool.account.clone(), pool.region().to_owned());
        let running = active.get(&place).and_then(|(pool, index)| {
            let pool = pool.upgrade().filter(|pool| !pool.is_gone())?;
            let job = pool.read(|state| state.imports.running(*index).cloned())?;
            Some(format!("{} of {}", job.order.id, pool.id))
        });
        let (index, started) = start(running.as_deref())?;
        active.insert(place, (Arc::downgrade(pool), index));
        Ok(started)
    }
}

/// `CreateUserImportJob`.
///
/// # Errors
/// An unknown pool, a role that is none or is another account's, too many jobs.
pub fn create_user_import_job(
    cx: &Context,
    req: CreateUserImportJobRequest,
) -> Result<CreateUserImportJobResponse, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    check_role(&req.cloud_watch_logs_role_arn, &pool.account)?;
    let now = cx.now();
    let alphabet = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let id = format!("import-{}", cx.entropy.text(Purpose::Ids, alphabet, 10));
    let (url, signed) = upload::sign(cx, &pool, &id, now);
    let job = pool.change(|draft| {
        let index = draft.state().imports.0.len();
        if index >= JOBS_PER_POOL {
            return Refusal::ResourceLimit {
                what: "import jobs in the user pool".into(),
            }
            .refuse(format!("a pool has {JOBS_PER_POOL} import jobs at most"));
        }
        draft.forget_expired_uploads(now);
        Ok(draft.put_import_job(ImportJob {
            order: Arc::new(Order {
                id: id.into(),
                name: req.job_name.into(),
                role: req.cloud_watch_logs_role_arn.into(),
                algorithm: req.password_hashing_algorithm,
                created: now,
                url: url.into(),
                signed,
                index,
            }),
            status: Status::Created,
            started: None,
            completed: None,
            imported: 0,
            skipped: 0,
            failed: 0,
            message: None,
            upload: None,
            log: Some(Arc::default()),
        }))
    })?;
    Ok(CreateUserImportJobResponse {
        user_import_job: Some(job.view(&pool.id, now)),
    })
}

/// A role of the pool's account, by its form: Poolhouse writes to no CloudWatch. AWS fails what it
/// cannot assume; that a malformed ARN is refused at once is inferred.
fn check_role(arn: &str, account: &str) -> Result<(), CognitoError> {
    let names_a_role = arns::service(arn) == "iam"
        && arns::region(arn).is_empty()
        && arns::resource(arn)
            .strip_prefix("role/")
            .is_some_and(|name| !name.is_empty());
    if !names_a_role {
        return Refusal::ImportRole {
            arn: arn.to_owned(),
        }
        .refuse("CloudWatchLogsRoleArn must be like arn:aws:iam::ACCOUNT:role/NAME");
    }
    if arns::account(arn) != account {
        return Refusal::CrossAccountRole.refuse(format!(
            "the role belongs to another account than the pool's, {account}"
        ));
    }
    Ok(())
}

/// `StartUserImportJob`.
///
/// # Errors
/// An unknown pool or job; a job that is not waiting, or has no file; a pool without auto-verified
/// attributes; another job that runs.
pub fn start_user_import_job(
    cx: &Context,
    req: StartUserImportJobRequest,
) -> Result<StartUserImportJobResponse, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    let now = cx.now();
    let job = cx.imports.enter(&pool, |running| {
        pool.change(|draft| {
            let job = startable(draft.state(), &req.job_id, running, now)?;
            let started = draft.put_import_job(ImportJob {
                status: Status::Pending,
                started: Some(now),
                ..job
            });
            Ok((started.order.index, started))
        })
    })?;
    run::spawn(cx, &pool, &job);
    Ok(StartUserImportJobResponse {
        user_import_job: Some(job.view(&pool.id, now)),
    })
}

fn startable(
    state: &PoolState,
    id: &str,
    running: Option<&str>,
    now: Timestamp,
) -> Result<ImportJob, CognitoError> {
    let job = state.imports.require(id)?;
    if job.is_expired(now) || job.status != Status::Created {
        let status = job.view(&state.settings.id, now).status;
        return Refusal::ImportNotStartable { id: id.to_owned() }.refuse(format!(
            "only a job that is Created can be started, and this one is {}",
            status.map_or("over", Status::as_str)
        ));
    }
    if job.upload.is_none() {
        return Refusal::ImportWithoutFile { id: id.to_owned() }.refuse(
            "PUT the CSV file to the job's PreSignedUrl first, with the header \
             x-amz-server-side-encryption: aws:kms, within 15 minutes",
        );
    }
    if state.settings.auto_verified.is_empty() {
        return Refusal::ImportNeedsAutoVerified.refuse(
            "the pool has no AutoVerifiedAttributes, so that no imported user could reset a password",
        );
    }
    match running {
        None => Ok(ImportJob::clone(job)),
        Some(other) => Refusal::ImportAlreadyActive.refuse(format!(
            "one import job runs at a time in an account, and {other} does"
        )),
    }
}

/// `StopUserImportJob`. Users made so far stay.
///
/// # Errors
/// An unknown pool or job, a job that does not run.
pub fn stop_user_import_job(
    cx: &Context,
    req: StopUserImportJobRequest,
) -> Result<StopUserImportJobResponse, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    let now = cx.now();
    let job = pool.change(|draft| {
        let job = draft.state().imports.require(&req.job_id)?;
        if !job.is_active() {
            return Refusal::ImportNotRunning {
                id: req.job_id.clone(),
            }
            .refuse("only a job that is Pending or InProgress can be stopped");
        }
        let mut job = ImportJob::clone(job);
        job.end(Status::Stopped, STOPPED, now);
        Ok(draft.put_import_job(job))
    })?;
    cx.imports.stopped();
    Ok(StopUserImportJobResponse {
        user_import_job: Some(job.view(&pool.id, now)),
    })
}

/// `DescribeUserImportJob`.
///
/// # Errors
/// An unknown pool or job.
pub fn describe_user_import_job(
    cx: &Context,
    req: DescribeUserImportJobRequest,
) -> Result<DescribeUserImportJobResponse, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    let job = pool.read(|state| state.imports.require(&req.job_id).cloned())?;
    Ok(DescribeUserImportJobResponse {
        user_import_job: Some(job.view(&pool.id, cx.now())),
    })
}

/// `ListUserImportJobs`: the latest first (documented).
///
/// # Errors
/// An unknown pool, a token that is none of its jobs'.
pub fn list_user_import_jobs(
    cx: &Context,
    req: ListUserImportJobsRequest,
) -> Result<ListUserImportJobsResponse, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    let token = req.pagination_token.as_deref();
    let limit = usize::try_from(req.max_results).unwrap_or(1).min(PAGE);
    let (jobs, next) = pool.read(|state| {
        let jobs = &state.imports.0;
        let end = token.map_or(Ok(jobs.len()), |token| position(state, token))?;
        let start = end.saturating_sub(limit);
        let page: Vec<_> = jobs[start..end].iter().rev().cloned().collect();
        let next = page.last().filter(|_| start > 0);
        let next = next.map(|last| self::token(&pool.id, last));
        Ok::<_, CognitoError>((page, next))
    })?;
    let now = cx.now();
    Ok(ListUserImportJobsResponse {
        user_import_jobs: Some(jobs.iter().map(|job| job.view(&pool.id, now)).collect()),
        pagination_token: next,
    })
}

/// `POOL#JOB#MILLISECONDS` of the last job shown (documented by a sample).
fn token(pool: &PoolId, last: &ImportJob) -> String {
    format!("{pool}#{}#{}", last.order.id, last.order.created.0)
}

/// The place of the job that a token names: the list goes on below it.
fn position(state: &PoolState, token: &str) -> Result<usize, CognitoError> {
    let id = token.split('#').nth(1).unwrap_or_default();
    let named = state.imports.named(id);
    match named.filter(|job| self::token(&state.settings.id, job) == token) {
        Some(job) => Ok(job.order.index),
        None => Refusal::PaginationTokenInvalid
            .refuse("the token was not given by this server for this list"),
    }
}

/// What became of each row of a job, as text: none for an unknown job, and an empty text for one
/// whose log is no longer kept.
pub fn log_of(shared: &Shared, id: &str) -> Option<String> {
    let pools = shared.store.all_pools();
    let found = pools
        .iter()
        .find_map(|pool| pool.read(|state| state.imports.log(id)))?;
    Some(found.map_or_else(String::new, |log| log.text()))
}

#[cfg(test)]
mod tests;
