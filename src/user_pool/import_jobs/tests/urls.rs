//! The pre-signed URL, and the room for what comes to it.

use std::time::Duration;

use serde_json::{Value, json};

use super::{job, pool};
use crate::store::user_pool::import_job::Upload;
use crate::test_pool::TestPool;
use crate::user_pool::import_jobs::upload::{Fault, Object};

fn admit(
    pool: &TestPool,
    job: &Value,
    change: impl Fn(&mut Vec<(String, String)>),
    headers: &[(&str, &str)],
) -> Result<(), Fault> {
    let url = job["PreSignedUrl"].as_str().unwrap();
    let (path, query) = url.split_once('?').unwrap();
    let object = Object::at(path.strip_prefix("http://localhost:9229").unwrap()).unwrap();
    let decoded = query.replace("%2F", "/").replace("%3B", ";");
    let mut query: Vec<(String, String)> = decoded
        .split('&')
        .map(|pair| pair.split_once('=').unwrap())
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    change(&mut query);
    let headers = headers
        .iter()
        .map(|(name, value)| (*name, value.as_bytes()));
    object.admit(&pool.cx, query, headers)
}

#[tokio::test]
async fn a_url_is_good_as_it_is_for_a_quarter_of_an_hour() {
    const KMS: (&str, &str) = ("x-amz-server-side-encryption", "aws:kms");
    let pool = pool().await;
    let job = job(&pool, json!({})).await;
    let as_it_is = |_: &mut Vec<_>| {};
    let all = [KMS, ("host", "x"), ("content-length", "1")];
    assert_eq!(admit(&pool, &job, as_it_is, &all), Ok(()));
    assert_eq!(admit(&pool, &job, Vec::clear, &all), Err(Fault::Anonymous));
    let without_date = |query: &mut Vec<_>| {
        query.remove(1);
    };
    assert_eq!(
        admit(&pool, &job, without_date, &all),
        Err(Fault::Incomplete)
    );
    let is_signature = |refused| matches!(refused, Err(Fault::Signature(_)));
    for place in 0..6 {
        assert!(is_signature(admit(
            &pool,
            &job,
            |query| query[place].1.push('0'),
            &all
        )));
    }
    assert!(is_signature(admit(
        &pool,
        &job,
        |query| query.push(("a".into(), "b".into())),
        &all
    )));
    assert!(is_signature(admit(&pool, &job, as_it_is, &[])));
    let other = [("x-amz-server-side-encryption", "AES256")];
    assert!(is_signature(admit(&pool, &job, as_it_is, &other)));
    assert_eq!(
        admit(&pool, &job, as_it_is, &[KMS, ("x-amz-acl", "private")]),
        Err(Fault::UnsignedHeader("x-amz-acl".into()))
    );
    pool.advance(Duration::from_secs(899));
    assert_eq!(admit(&pool, &job, as_it_is, &all), Ok(()));
    pool.advance(Duration::from_secs(1));
    assert!(matches!(
        admit(&pool, &job, as_it_is, &all),
        Err(Fault::Expired { .. })
    ));
}

#[tokio::test]
async fn a_file_and_all_files_together_are_bounded() {
    let pool = pool().await;
    let shared = pool.cx.shared();
    let chunk = vec![b'x'; 20 * 1024 * 1024];
    let mut first = Upload::new(&pool.cx.uploads);
    for _ in 0..5 {
        first.push(shared, &chunk).unwrap();
    }
    assert!(matches!(first.push(shared, b"x"), Err(Fault::TooLarge(_))));
    drop(first);
    let mut held = Vec::new();
    let full = loop {
        let mut file = Upload::new(&pool.cx.uploads);
        if let Err(fault) = file.take_room(shared, 100 * 1024 * 1024) {
            break fault;
        }
        held.push(file);
    };
    assert_eq!((held.len(), full), (5, Fault::Busy));
    held.pop();
    let mut again = Upload::new(&pool.cx.uploads);
    assert_eq!(again.take_room(shared, 100 * 1024 * 1024), Ok(()));
}
