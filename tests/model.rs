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

#[test]
fn every_operation_of_the_models_is_there() {
    assert_eq!(cognito_idp::Operation::ALL.len(), 141);
    assert_eq!(cognito_identity::Operation::ALL.len(), 23);
}
