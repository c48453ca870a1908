use super::of_token;
use crate::clock::Timestamp;
use crate::store::user_pool::software_token::{SoftwareToken, current_step};
use crate::store::user_pool::user::User;
use crate::test_pool::TestPool;
use serde_json::json;

const SECRET: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
const NEXT: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const FORMER: &str = "MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LK";

fn token(secret: &str) -> SoftwareToken {
    SoftwareToken::from_base32(secret).unwrap()
}

/// A user with a verified token, another secret handed out, and one before.
async fn user() -> User {
    let pool = TestPool::new(json!({})).await;
    pool.confirmed("ann", json!([])).await;
    let mut user = User::clone(&pool.user("ann"));
    let mfa = &mut user.more_mut().mfa;
    mfa.token = Some(token(SECRET));
    mfa.pending_secret = Some(token(NEXT).secret);
    mfa.former_secret = Some(token(FORMER).secret);
    user
}

fn at(step: u64) -> Timestamp {
    Timestamp::from_seconds(i64::try_from(step * 30 + 7).unwrap())
}

#[tokio::test]
async fn a_code_of_another_step_says_how_wrong_the_clock_is() {
    let user = user().await;
    let now = at(57_012_303);
    assert_eq!(current_step(now), 57_012_303);
    let said = |step: u64| of_token(&user, &token(SECRET), &token(SECRET).code_at(at(step)), now);
    assert_eq!(
        said(57_012_300).unwrap(),
        "it is the code of step 57012300, and now is step 57012303: the client's clock is 90 s behind"
    );
    assert_eq!(
        said(57_012_323).unwrap(),
        "it is the code of step 57012323, and now is step 57012303: the client's clock is 600 s ahead"
    );
    assert_eq!(said(57_012_282), None);
    assert_eq!(said(57_012_324), None);
}

#[tokio::test]
async fn a_code_of_another_secret_says_of_which() {
    let user = user().await;
    let now = at(57_012_303);
    let said = |compared: &str, of: &str, step: u64| {
        of_token(&user, &token(compared), &token(of).code_at(at(step)), now).unwrap()
    };
    assert_eq!(
        said(SECRET, NEXT, 57_012_303),
        "it is the code of the secret that AssociateSoftwareToken handed out last, which \
         VerifySoftwareToken has not taken a code of yet"
    );
    assert_eq!(
        said(NEXT, SECRET, 57_012_303),
        "it is the code of the token that was verified before AssociateSoftwareToken handed out another \
         secret"
    );
    assert_eq!(
        said(NEXT, FORMER, 57_012_299),
        "it is the code of an earlier secret, in place of which AssociateSoftwareToken handed out another \
         one, of step 57012299, and now is step 57012303: the client's clock is 120 s behind"
    );
}

#[tokio::test]
async fn a_code_of_another_form_or_key_says_so() {
    let user = user().await;
    let now = at(57_012_303);
    let token = token(SECRET);
    for code in ["12345", "1234567", "12345a"] {
        assert_eq!(
            of_token(&user, &token, code, now).unwrap(),
            "a code has 6 digits"
        );
    }
    let of_text = SoftwareToken::new(SECRET.as_bytes().into(), None).code_at(now);
    let said = of_token(&user, &token, &of_text, now).unwrap();
    assert!(
        said.starts_with("it is made with the text of the secret"),
        "{said}"
    );
}
