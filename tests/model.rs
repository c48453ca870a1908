//! The generated tables are those that the checked-in models give.

use std::process::Command;

use poolhouse::model::{cognito_identity, cognito_idp};

#[test]
fn the_tables_are_current() {
    let check = Command::new("python3")
        .args(["scripts/generate-model", "--check"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("python3 runs");
    assert!(
        check.status.success(),
        "run scripts/generate-model\n{}{}",
        String::from_utf8_lossy(&check.stdout),
        String::from_utf8_lossy(&check.stderr)
    );
}

/// The operations that a checked-in model declares, by name.
fn declared(service: &str) -> Vec<String> {
    let path = format!("{}/model/{service}.json", env!("CARGO_MANIFEST_DIR"));
    let model: serde_json::Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let operations = model["operations"].as_object().unwrap();
    let mut names: Vec<String> = operations.keys().cloned().collect();
    names.sort();
    names
}

#[test]
fn every_operation_of_the_models_is_there() {
    let ours = cognito_idp::Operation::ALL.iter().map(|it| it.name());
    assert_eq!(ours.collect::<Vec<_>>(), declared("cognito-idp"));
    let ours = cognito_identity::Operation::ALL.iter().map(|it| it.name());
    assert_eq!(ours.collect::<Vec<_>>(), declared("cognito-identity"));
}
