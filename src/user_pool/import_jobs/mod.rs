//! User import jobs: users of a CSV file, made in the background.
//!
//! Documented in "Importing users into user pools from a CSV file", developer guide, and in the API
//! reference. A job is made, its file is sent to the URL it has, and it is started; from then on
//! `run.rs` makes a user of each row. No trigger runs for them. One job runs at a time in an account
//! (documented) and Region (inferred), and while it runs, the pool's configuration stays as it is.

pub(crate) mod columns;
pub mod csv;
pub(crate) mod receive;
pub(crate) mod record;
mod run;
pub mod upload;

pub use self::columns::get_csv_header;
pub use self::run::resume;

use std::sync::Arc;
use std::time::Duration;

use crate::clock::Timestamp;
use crate::context::{Context, Shared};
use crate::entropy::Purpose;
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::{
    CreateUserImportJobRequest, CreateUserImportJobResponse, DescribeUserImportJobRequest,
    DescribeUserImportJobResponse, ListUserImportJobsRequest, ListUserImportJobsResponse,
    StartUserImportJobRequest, StartUserImportJobResponse, StopUserImportJobRequest,
    StopUserImportJobResponse, UserImportJobStatusType as Status,
};
use crate::model::{PoolId, arns};
use crate::store::user_pool::import_job::{ImportJob, Order};
use crate::store::user_pool::state::PoolState;

/// Documented: quota of import jobs in a pool.
const JOBS_PER_POOL: usize = 1000;

/// How long a job waits to be started: "24-48 hours" (documented), of which this is the shorter.
const LIFE: Duration = Duration::from_secs(24 * 60 * 60);

/// A page holds at most so many, whatever MaxResults says (documented: UserImportJobsListType).
const PAGE: usize = 50;

/// The completion messages of AWS's samples.
const STOPPED: &str = "The Import Job was stopped by the developer.";

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
        let next = next.map(|last| crate::user_pool::import_jobs::token(&pool.id, last));
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
    match named.filter(|job| crate::user_pool::import_jobs::token(&state.settings.id, job) == token)
    {
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
