use super::*;

use serde_json::{Value, json};

use crate::test_pool::TestPool;
use crate::user_pool::import_jobs::columns;

const HEADER: &str = "cognito:username,email,email_verified,phone_number,phone_number_verified,\
                      birthdate,updated_at,cognito:mfa_enabled,custom:n,password_hash";

struct Case {
    pool: TestPool,
    reader: Reader,
}

async fn reader(mut members: Value) -> Case {
    members["Schema"] = json!([{"Name": "n", "AttributeDataType": "Number",
        "NumberAttributeConstraints": {"MinValue": "1", "MaxValue": "9"}}]);
    let pool = TestPool::new(members).await;
    let settings = pool.cx.pool(&pool.id).unwrap().settings();
    let algorithm = PasswordHashingAlgorithmType::Bcrypt;
    let columns = columns::read(&settings.schema, HEADER, true).unwrap();
    let reader = Reader {
        settings,
        algorithm: Some(algorithm),
        columns,
    };
    Case { pool, reader }
}

impl Case {
    fn read(&self, row: &str) -> Result<User, String> {
        let user = self.reader.user(&self.pool.cx, row, Timestamp(0));
        user.map_err(|Unfit(text)| text.into_owned())
    }
}

async fn by_email() -> Case {
    reader(json!({"AutoVerifiedAttributes": ["email"]})).await
}

#[tokio::test]
async fn booleans_lose_their_capital_letters_and_texts_do_not() {
    let mut case = by_email().await;
    let texts = json!([{"Name": "is_verified", "AttributeDataType": "String"}]);
    let pool = TestPool::new(json!({"AutoVerifiedAttributes": ["email"], "Schema": texts})).await;
    case.reader.settings = pool.cx.pool(&pool.id).unwrap().settings();
    let header = "cognito:username,email,email_verified,custom:is_verified,password_hash";
    case.reader.columns = columns::read(&case.reader.settings.schema, header, true).unwrap();
    let user = case.read("ann,a@b,TRUE,TRUE,").unwrap();
    assert_eq!(user.attributes.get("email_verified"), Some("true"));
    assert_eq!(user.attributes.get("custom:is_verified"), Some("TRUE"));
}

#[tokio::test]
async fn rows_make_users_or_say_why_not() {
    let case = by_email().await;
    let long = format!("ann,a@b,true,,,,,,{},", "x".repeat(16_000));
    let name = format!("{},a@b,true,,,,,,,", "n".repeat(129));
    let cases: [(&str, Option<&str>); 30] = [
        ("ann,a@b,true,,,,,,,", None),
        (" ann , a@b ,\tTRUE ,,,,,,, ", None),
        ("ann,a@b,True,,,,,,5,", None),
        ("Zoë-\u{4e16},a@b,true,,,,,,,", None),
        ("ann,a@b,true,,,,,,", Some(COLUMNS)),
        ("ann,a@b,true,,,,,,,,", Some(COLUMNS)),
        (",a@b,true,,,,,,,", Some(NO_USERNAME)),
        ("an n,a@b,true,,,,,,,", Some(USERNAME)),
        ("an\tn,a@b,true,,,,,,,", Some(USERNAME)),
        (&name, Some(USERNAME)),
        (&long, Some(TOO_LONG)),
        ("ann,a@b,,,,,,,,", Some(NOT_VERIFIED)),
        ("ann,a@b,false,,,,,,,", Some(NOT_VERIFIED)),
        // The pool verifies addresses of mail alone.
        ("ann,a@b,,+12345550100,true,,,,,", Some(NOT_VERIFIED)),
        (
            "ann,,true,,,,,,,",
            Some("email_verified to true and does not have"),
        ),
        (
            "ann,a@b,true,,true,,,,,",
            Some("phone_number_verified to true and does not have"),
        ),
        ("ann,ab,true,,,,,,,", Some("Invalid email address format.")),
        (
            "ann,a@b,true,12345,,,,,,",
            Some("Invalid phone number format."),
        ),
        ("ann,a@b,true,,,02/01/1985,,,,", None),
        ("ann,a@b,true,,,2/1/1985,,,,", Some(BIRTHDATE)),
        ("ann,a@b,true,,,1985-02-01,,,,", Some(BIRTHDATE)),
        ("ann,a@b,true,,,13/01/1985,,,,", Some(BIRTHDATE)),
        ("ann,a@b,true,,,02/30/1985,,,,", Some(BIRTHDATE)),
        ("ann,a@b,true,,,,1471453471,,,", None),
        ("ann,a@b,true,,,,2016-08-17,,,", Some(UPDATED_AT)),
        (
            "ann,a@b,true,,,,,,10,",
            Some("custom:n: Number must be no greater than 9"),
        ),
        (
            "ann,a@b,true,,,,,,five,",
            Some("custom:n: Attribute value must be a number"),
        ),
        ("ann,a@b,true,,,,,,,$2b$13$x", Some(MALFORMED_HASH)),
        (
            "ann,a@b,true,,,,,,,$2b$13$CtA.Rcu/szzn9U00wpUjOuN3vrgJRZycv4aOzcP3GzqzO8UDPEFq6",
            Some(COSTLY_HASH),
        ),
        (
            "ann,a@b,true,,,,,,,$2b$12$CtA.Rcu/szzn9U00wpUjOuN3vrgJRZycv4aOzcP3GzqzO8UDPEFq6",
            None,
        ),
    ];
    for (row, expected) in cases {
        match (case.read(row), expected) {
            (Ok(_), None) => {}
            (Err(text), Some(expected)) => {
                assert!(
                    text.contains(expected) && !text.contains('\n'),
                    "{row}: {text}"
                );
            }
            (read, expected) => panic!("{row}: {read:?}, not {expected:?}"),
        }
    }
}

#[tokio::test]
async fn a_row_of_exactly_16000_characters_is_not_too_long() {
    let case = by_email().await;
    let frame = "é,a@b,true,,,,,,,";
    let row = format!("{frame}{}", " ".repeat(16_000 - frame.chars().count()));
    assert!(case.read(&row).is_ok());
    assert_eq!(case.read(&format!("{row} ")).unwrap_err(), TOO_LONG);
}

#[tokio::test]
async fn mfa_enabled_is_as_the_pools_mfa_or_blank() {
    let sms = json!({"SnsCallerArn": "arn:aws:iam::123456789012:role/sms"});
    for (mode, fits) in [
        ("OFF", ["", "false", "FALSE"]),
        ("ON", ["", "true", "TRUE"]),
        ("OPTIONAL", ["", "true", "false"]),
    ] {
        let members = json!({"AutoVerifiedAttributes": ["email"], "MfaConfiguration": mode,
            "SmsConfiguration": sms});
        let case = reader(members).await;
        for given in ["", "true", "TRUE", "false", "FALSE", "yes", "1"] {
            let read = case.read(&format!("ann,a@b,true,+12345550100,,,,{given},,"));
            let expected = fits.iter().any(|fit| fit.eq_ignore_ascii_case(given));
            assert_eq!(read.is_ok(), expected, "{mode} {given}");
            let Ok(user) = read else { continue };
            let turned_on = user.more().is_some_and(|more| more.mfa.sms_option);
            assert_eq!(
                turned_on,
                mode == "OPTIONAL" && given.eq_ignore_ascii_case("true"),
                "{mode} {given}"
            );
        }
    }
}

#[tokio::test]
async fn required_attributes_must_be_there() {
    let pool = TestPool::new(json!({"AutoVerifiedAttributes": ["email"],
        "Schema": [{"Name": "birthdate", "Required": true, "Mutable": true}]}))
    .await;
    let settings = pool.cx.pool(&pool.id).unwrap().settings();
    let header = "cognito:username,email,email_verified,birthdate,password_hash";
    let columns = columns::read(&settings.schema, header, true).unwrap();
    let reader = Reader {
        settings,
        algorithm: None,
        columns,
    };
    let case = Case { pool, reader };
    let refused = case.read("ann,a@b,true,,").unwrap_err();
    assert_eq!(
        refused,
        "Attributes did not conform to the schema: birthdate: The attribute is required"
    );
    // Without an algorithm a hash counts for nothing.
    assert!(case.read("ann,a@b,true,02/01/1985,anything").is_ok());
}

proptest::proptest! {
    #[test]
    fn any_row_is_read_or_refused(rows in proptest::collection::vec(".{0,40}", 1..20)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let case = runtime.block_on(by_email());
        for row in rows {
            let _ = case.read(&row);
            let _ = case.read(&format!("ann,a@b,true,,,{row}"));
        }
    }
}
