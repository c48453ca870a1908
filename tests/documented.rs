//! What `docs/rust.md` shows, word for word: `tests/clients/python/test_docs.py` compares.

#[tokio::test]
async fn a_test_has_a_server_of_its_own() -> Result<(), poolhouse::StartError> {
    let aws = poolhouse::Emulator::builder().seed(7).start().await?;
    let endpoint = aws.url(); // give it to an SDK
    assert!(endpoint.starts_with("http://localhost:"));

    let clock = &aws.shared().clock;
    let before = clock.now();
    clock.advance(31 * 60 * 1000); // milliseconds
    assert!(clock.now() > before);

    aws.stop().await;
    Ok(())
}
