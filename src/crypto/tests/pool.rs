use super::*;

#[tokio::test]
async fn what_a_panic_says_is_no_reason() {
    let failed = CryptoPool::default()
        .run(|| -> () { panic!("Poolhouse-1") })
        .await;
    let reason = format!("{:?}", failed.unwrap_err());
    assert!(reason.contains("the log says where"), "{reason}");
    assert!(!reason.contains("Poolhouse-1"), "{reason}");
}
