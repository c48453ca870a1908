//! The pre-signed URL of a job, and the file that comes to it.
//!
//! AWS gives a URL of S3, good for a PUT with the header `x-amz-server-side-encryption: aws:kms` for
//! 15 minutes (documented). Here it is a URL of Poolhouse in S3's path style, and its signature is a
//! random one kept with the job: whoever has not seen the URL cannot guess it. What is refused is
//! refused as S3 refuses it (documented: "Error responses", S3 API reference).

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::constant_time::verify_slices_are_equal;

use super::LIFE;
use crate::clock::Timestamp;
use crate::context::{Context, Shared};
use crate::entropy::Purpose;
use crate::error::CognitoError;
use crate::model::PoolId;
use crate::model::cognito_idp::UserImportJobStatusType;
use crate::store::user_pool::UserPool;
use crate::store::user_pool::import_job::{ImportJob, Signed, Upload};

/// The first part of a URL's path, where S3 has the bucket.
pub const BUCKET: &str = "aws-cognito-idp-user-import";

/// The header that the signature covers, and its only value.
pub const ENCRYPTION: (&str, &str) = ("x-amz-server-side-encryption", "aws:kms");

/// Documented.
const VALID: Duration = Duration::from_secs(15 * 60);

const SIGNATURE: &str = "X-Amz-Signature";

/// Signs the URL of a job; gives it, and what it is checked against.
pub(super) fn sign(cx: &Context, pool: &UserPool, job: &str, now: Timestamp) -> (String, Signed) {
    let secret: [u8; 32] = cx.entropy.bytes(Purpose::Secrets);
    let signature: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
    // 20260131120000000 → 20260131T120000Z.
    let digits = now.to_digits();
    let (day, time) = (
        digits.get(..8).unwrap_or_default(),
        digits.get(8..14).unwrap_or_default(),
    );
    let expires = VALID.as_secs().to_string();
    let scope = format!("POOLHOUSE/{day}/{}/s3/aws4_request", pool.region());
    let query = [
        ("X-Amz-Algorithm", "AWS4-HMAC-SHA256".to_owned()),
        ("X-Amz-Date", format!("{day}T{time}Z")),
        ("X-Amz-SignedHeaders", format!("host;{}", ENCRYPTION.0)),
        ("X-Amz-Expires", expires),
        ("X-Amz-Credential", scope),
    ];
    let written: String = query
        .iter()
        .map(|(name, value)| {
            let value = value.replace('/', "%2F").replace(';', "%3B");
            format!("{name}={value}&")
        })
        .collect();
    let url = format!(
        "{}/{BUCKET}/{}/{}/{job}?{written}{SIGNATURE}={signature}",
        cx.base_url(),
        pool.account,
        pool.id
    );
    let query = query.map(|(name, value)| (name.to_owned(), value));
    let query = query.into_iter().collect();
    let signed = Signed {
        query,
        signature: signature.into(),
        expires: now.plus(VALID),
    };
    (url, signed)
}

/// Why S3 refuses a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// No signature at all.
    Anonymous,
    /// A part of the query that a signature needs is missing.
    Incomplete,
    /// Signed otherwise, or for another request.
    Signature(&'static str),
    /// A header that the signature does not cover.
    UnsignedHeader(String),
    /// Too late.
    Expired {
        /// When it was over.
        since: Timestamp,
        /// The moment of the request.
        now: Timestamp,
    },
    /// No length.
    NoLength,
    /// Longer than a file may be.
    TooLarge(u64),
    /// No room just now.
    Busy,
    /// The body did not come.
    Slow,
    /// The body broke off.
    Broken,
}

/// The object that a path names: account, pool and job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    account: String,
    pool: PoolId,
    job: String,
}

impl Object {
    /// Reads `/BUCKET/ACCOUNT/POOL/JOB`.
    pub fn at(path: &str) -> Option<Self> {
        let key = path.strip_prefix('/')?.strip_prefix(BUCKET)?;
        let mut parts = key.strip_prefix('/')?.splitn(3, '/');
        Some(Self {
            account: parts.next()?.to_owned(),
            pool: PoolId::from(parts.next()?),
            job: parts.next()?.to_owned(),
        })
    }

    fn find(&self, cx: &Context) -> Option<(Arc<UserPool>, Arc<ImportJob>)> {
        let pool = cx.store.pool(&self.pool).ok()?;
        let job = pool.read(|state| state.imports.named(&self.job).cloned())?;
        (pool.account == self.account).then_some((pool, job))
    }

    /// Admits a PUT by its query and headers, of which it looks at those of AWS's.
    ///
    /// # Errors
    /// What S3 refuses.
    pub fn admit<'h>(
        &self,
        cx: &Context,
        query: Vec<(String, String)>,
        headers: impl Iterator<Item = (&'h str, &'h [u8])>,
    ) -> Result<(), Fault> {
        let mut query: BTreeMap<String, String> = query.into_iter().collect();
        let Some(signature) = query.remove(SIGNATURE) else {
            return Err(if query.is_empty() {
                Fault::Anonymous
            } else {
                Fault::Incomplete
            });
        };
        let Some((_, job)) = self.find(cx) else {
            return Err(Fault::Signature("there is no such import job"));
        };
        let signed = &job.order.signed;
        if signed.query.keys().any(|name| !query.contains_key(name)) {
            return Err(Fault::Incomplete);
        }
        let same = verify_slices_are_equal(signature.as_bytes(), signed.signature.as_bytes());
        if same.is_err() || query != *signed.query {
            return Err(Fault::Signature(
                "the query is not that of the job's PreSignedUrl",
            ));
        }
        let now = cx.now();
        if now >= signed.expires {
            let since = signed.expires;
            return Err(Fault::Expired { since, now });
        }
        check_headers(headers)
    }

    /// Files what was sent. A job that is no longer waiting for it leaves it alone (inferred).
    ///
    /// # Errors
    /// A pool that was deleted meanwhile.
    pub fn store(&self, cx: &Context, file: Upload) -> Result<(), CognitoError> {
        let Some((pool, _)) = self.find(cx) else {
            return Ok(());
        };
        let file = Arc::new(file);
        pool.change(|draft| {
            let found = draft.state().imports.named(&self.job);
            if let Some(job) = found.filter(|job| job.status == UserImportJobStatusType::Created) {
                draft.put_import_job(ImportJob {
                    upload: Some(file),
                    ..ImportJob::clone(job)
                });
            }
            Ok(())
        })
    }
}

fn check_headers<'h>(headers: impl Iterator<Item = (&'h str, &'h [u8])>) -> Result<(), Fault> {
    let mut encrypted = false;
    for (name, value) in headers {
        if name == ENCRYPTION.0 {
            encrypted = value == ENCRYPTION.1.as_bytes();
        } else if name.starts_with("x-amz-") {
            return Err(Fault::UnsignedHeader(name.to_owned()));
        }
    }
    if encrypted {
        Ok(())
    } else {
        Err(Fault::Signature(
            "the signature covers the header x-amz-server-side-encryption: aws:kms",
        ))
    }
}

/// Drops the files of jobs that were not started in time (documented: their data is deleted).
pub(super) fn forget_expired(shared: &Shared) {
    let now = shared.clock.now();
    for pool in shared.store.all_pools() {
        let waiting = pool.read(|state| state.imports.has_expired_upload(now));
        if waiting {
            // Fails for a pool that is deleted, and takes its files along.
            let _ = pool.change(|draft| {
                draft.forget_expired_uploads(now);
                Ok(())
            });
        }
    }
}

impl ImportJob {
    /// Whether it was not started in time (documented: within 24 to 48 hours; here 24).
    pub(crate) fn is_expired(&self, now: Timestamp) -> bool {
        self.status == UserImportJobStatusType::Created && now >= self.order.created.plus(LIFE)
    }
}
