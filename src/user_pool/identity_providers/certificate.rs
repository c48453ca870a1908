//! The key of a pool's SAML certificates, and the certificates.
//!
//! A pool signs SAML requests with a key of its own. Its certificate is good for ten years, and a new
//! one is given every year (documented); that years count from the pool's creation and that the key
//! stays is inferred. The form is that of an observed certificate: the pool's id as common name,
//! eight bytes of serial number, no extensions. The encryption certificate is the same one, where AWS
//! has a key for each purpose: making a key takes up to 400 ms.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use time::{Duration, OffsetDateTime};

use crate::clock::LAST;
use crate::context::Context;
use crate::crypto::key_reserve::LazyKey;
use crate::crypto::signing::SigningKey;
use crate::crypto::{CryptoThread, self_signed};
use crate::error::{CognitoError, Refusal};
use crate::model::PoolId;
use crate::model::cognito_idp::{GetSigningCertificateRequest, GetSigningCertificateResponse};
use crate::store::user_pool::UserPool;

/// For how many years a certificate is good (documented).
const VALID_YEARS: i32 = 10;

/// `GetSigningCertificate`: X.509 in Base64, without the lines that PEM puts around it (inferred).
///
/// # Errors
/// An unknown pool.
pub async fn get_signing_certificate(
    cx: &Context,
    req: GetSigningCertificateRequest,
) -> Result<GetSigningCertificateResponse, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    Ok(GetSigningCertificateResponse {
        certificate: Some(current(cx, &pool).await?),
    })
}

/// The certificate that the pool gives out now, in Base64. Key, pool and year determine it.
///
/// # Errors
/// A pool deleted meanwhile; a clock set to a year that certificates cannot name.
pub(super) async fn current(cx: &Context, pool: &Arc<UserPool>) -> Result<String, CognitoError> {
    let key = key(cx, pool)?;
    let beyond = || Refusal::Internal.because("the clock is beyond the years of X.509");
    let created = pool.settings().created.calendar().ok_or_else(beyond)?;
    let now = cx.now().calendar().ok_or_else(beyond)?;
    let issued = last_anniversary(created, now).ok_or_else(beyond)?;
    let id = pool.id.clone();
    let sign = move |thread: &CryptoThread| self_signed(key.signing(thread), &id, issued);
    let der = if cx.is_filling() {
        cx.crypto.run_here(sign)
    } else {
        cx.crypto.run_on(sign).await?
    };
    Ok(STANDARD.encode(der.ok_or_else(beyond)?))
}

/// The pool's key, handed out when it is first needed.
///
/// # Errors
/// A pool deleted meanwhile.
pub(crate) fn key(cx: &Context, pool: &UserPool) -> Result<Arc<LazyKey>, CognitoError> {
    if let Some(key) = pool.read(|state| state.providers.saml_key.clone()) {
        return Ok(key);
    }
    pool.change(|draft| {
        if let Some(key) = &draft.state().providers.saml_key {
            return Ok(Arc::clone(key));
        }
        let key = Arc::new(cx.keys.next_saml());
        draft.put_saml_key(Arc::clone(&key));
        Ok(key)
    })
}

/// A certificate of `key` in DER; none where a date is beyond the calendar.
pub(crate) fn self_signed(
    key: &SigningKey,
    pool: &PoolId,
    issued: OffsetDateTime,
) -> Option<Vec<u8>> {
    // Its years end at 9999 (RFC 5280, 4.1.2.5).
    let until = years_later(issued, VALID_YEARS).or_else(|| LAST.calendar())?;
    self_signed::certificate(key, pool.as_str(), issued, until)
}

/// The same day in another year; the day before where a year has no 29 February.
fn years_later(day: OffsetDateTime, years: i32) -> Option<OffsetDateTime> {
    let year = day.year().checked_add(years)?;
    let before = || day.checked_sub(Duration::DAY)?.replace_year(year).ok();
    day.replace_year(year).ok().or_else(before)
}

/// The last anniversary of `created` up to `now`, or `created` itself.
fn last_anniversary(created: OffsetDateTime, now: OffsetDateTime) -> Option<OffsetDateTime> {
    let years = (now.year() - created.year()).max(0);
    let this_year = years_later(created, years)?;
    if this_year > now && years > 0 {
        return years_later(created, years - 1);
    }
    Some(this_year)
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::clock::Timestamp;
    use crate::crypto::key_reserve::KeyReserve;
    use crate::crypto::x509::Certificate;

    #[test]
    fn a_certificate_tells_when_it_expires_and_is_the_same_for_the_same_year() {
        let key = KeyReserve::new().next_saml();
        let pool = PoolId::from("us-east-1_AbCdEfGhI");
        let at = |text: &str| Timestamp::parse_rfc3339(text).unwrap();
        for (issued, expires) in [
            ("2026-01-31T12:00:00Z", "2036-01-31T12:00:00Z"),
            ("2044-02-29T12:00:00Z", "2054-02-28T12:00:00Z"),
            ("9989-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
            ("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59Z"),
        ] {
            let made = |at: Timestamp| {
                self_signed(
                    key.signing(&CryptoThread::of_test()),
                    &pool,
                    at.calendar().unwrap(),
                )
            };
            let der = made(at(issued)).unwrap();
            let read = Certificate::read(&der).unwrap();
            assert_eq!(read.not_after, at(expires).seconds(), "{issued}");
            assert_eq!(made(at(issued)), Some(der));
        }
    }

    #[test]
    fn a_certificate_is_issued_on_every_anniversary_of_the_pool() {
        let day = |text: &str| {
            let moment = format!("{text}T12:00:00Z");
            Timestamp::parse_rfc3339(&moment)
                .unwrap()
                .calendar()
                .unwrap()
        };
        for (created, now, issued) in [
            ("2026-01-31", "2026-01-31", "2026-01-31"),
            ("2026-01-31", "2027-01-30", "2026-01-31"),
            ("2026-01-31", "2027-01-31", "2027-01-31"),
            ("2026-01-31", "2025-01-01", "2026-01-31"),
            ("2024-02-29", "2025-03-01", "2025-02-28"),
            ("2024-02-29", "2028-02-28", "2027-02-28"),
        ] {
            let found = last_anniversary(day(created), day(now));
            assert_eq!(found, Some(day(issued)), "{created} {now}");
        }
    }

    #[test]
    fn a_key_alone_is_no_certificate() {
        let key = KeyReserve::new().next_saml();
        let der = key.signing(&CryptoThread::of_test()).public_der();
        for bytes in [&b""[..], b"MIIC", der, &der[..20]] {
            assert_eq!(Certificate::read(bytes), None);
        }
    }
}
