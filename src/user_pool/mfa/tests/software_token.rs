use super::*;

use crate::clock::Timestamp;
use crate::test_pool::TestPool;
use serde_json::json;

/// RFC 6238, appendix B: SHA-1, the secret `12345678901234567890`; the last six of the digits.
#[test]
fn codes_are_those_of_rfc_6238() {
    let token = SoftwareToken::new(b"12345678901234567890".as_slice().into(), None);
    for (seconds, code) in [
        (59, "287082"),
        (1_111_111_109, "081804"),
        (20_000_000_000, "353130"),
    ] {
        assert_eq!(token.code_at(Timestamp::from_seconds(seconds)), code);
    }
}

#[test]
fn one_step_either_way_counts_and_two_do_not() {
    let token = SoftwareToken::from_base32("JBSWY3DPEHPK3PXP").unwrap();
    let now = Timestamp::from_seconds(1_700_000_000);
    for (steps, counts) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
        let code = token.code_at(Timestamp::from_seconds(now.seconds() + steps * 30));
        let fresh = matches!(token.compare(&code, now), Match::Fresh(_));
        assert_eq!(fresh, counts, "{steps}");
    }
}

#[test]
fn a_used_step_is_used_and_an_earlier_unused_one_is_not() {
    let mut token = SoftwareToken::from_base32("JBSWY3DPEHPK3PXP").unwrap();
    let now = Timestamp::from_seconds(1_700_000_010);
    let (this, before) = (token.code_at(now), token.code_at(Timestamp(now.0 - 30_000)));
    let Match::Fresh(step) = token.compare(&this, now) else {
        panic!("fresh")
    };
    assert!(token.consume(step, now));
    assert!(!token.consume(step, now));
    assert_eq!(token.compare(&this, now), Match::Used(step));
    assert!(matches!(token.compare(&before, now), Match::Fresh(_)));
}

#[test]
fn secrets_are_52_base32_characters() {
    assert_eq!(base32(&[7; SECRET_BYTES]).len(), 52);
    assert_eq!(
        SoftwareToken::from_base32("JBSWY3DPEHPK3PXP")
            .unwrap()
            .to_base32(),
        "JBSWY3DPEHPK3PXP"
    );
    assert_eq!(SoftwareToken::from_base32("JBSWY3DPEHPK3PX"), None);
    assert_eq!(SoftwareToken::from_base32("not base32 at all!"), None);
}

/// Two calls with the first code of a token both find it right; the second to count is told that it was used.
#[tokio::test]
async fn of_two_calls_with_one_code_the_second_is_told_that_it_was_used() {
    let pool = TestPool::new(json!({})).await;
    pool.confirmed("ann", json!([])).await;
    let stored = pool.cx.pool(&pool.id).unwrap();
    let token = SoftwareToken::from_base32("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP").unwrap();
    let sub = pool.user("ann").sub;
    stored
        .change(|draft| {
            let mut user = existing(draft.state().users.with_sub(sub))?;
            user.more_mut().mfa.pending_secret = Some(token.secret.clone());
            draft.put_user(user);
            Ok(())
        })
        .unwrap();
    let now = pool.cx.now();
    let code = token.code_at(now);
    let compared = || {
        let user = pool.user("ann");
        let compared = to_compare_with(&user, None).unwrap();
        let step = fresh_step(&user, &compared.0, &code, now).unwrap();
        (compared, step)
    };
    let (first, second) = (compared(), compared());
    let take = |(compared, step)| take(&stored, sub, compared, (step, &code), now);
    take(first).unwrap();
    let refused = take(second).unwrap_err();
    assert_eq!(refused.code(), used(0).code());
    assert_eq!(refused.message(), used(0).message());
    assert!(
        refused.reason().contains("a code counts once"),
        "{}",
        refused.reason()
    );
}
