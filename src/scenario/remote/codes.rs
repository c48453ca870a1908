//! `--codes COMMAND`: who reads the messages that AWS sends tells their codes.

use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::process::Command;
use tokio::time::timeout;

use crate::scenario::target::{Unable, Wanted};

/// How long the command may take at least: mails come when they come.
const PATIENCE: Duration = Duration::from_secs(60);

/// Asks the command for the code of a message; none where it gives none in time.
pub(super) async fn ask(command: &str, wanted: &Wanted) -> Result<Option<Value>, Unable> {
    let refused = |text: String| Unable::Refused(format!("--codes: {text}"));
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(command);
    let members = [
        ("username", &wanted.username),
        ("to", &wanted.to),
        ("kind", &wanted.kind),
        ("medium", &wanted.medium),
        ("pool", &wanted.pool),
    ];
    for (name, value) in members {
        match value {
            Some(value) => shell.env(name, value),
            // One that the shell has is not the message's.
            None => shell.env_remove(name),
        };
    }
    shell.stdin(Stdio::null()).stderr(Stdio::inherit());
    shell.kill_on_drop(true);
    let running = timeout(wanted.wait.max(PATIENCE), shell.output());
    let Ok(ran) = running.await else {
        return Ok(None);
    };
    let ran = ran.map_err(|error| refused(error.to_string()))?;
    if !ran.status.success() {
        return Err(refused(format!("the command ended with {}", ran.status)));
    }
    let printed = String::from_utf8_lossy(&ran.stdout);
    let code = printed.trim();
    if code.is_empty() {
        return Ok(None);
    }
    Ok(Some(json!({
        "username": wanted.username,
        "destination": wanted.to,
        "kind": wanted.kind,
        "medium": wanted.medium,
        "userPoolId": wanted.pool,
        "code": code,
    })))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_command_knows_the_message_and_prints_its_code() {
        let wanted = Wanted {
            username: Some("al ice".into()),
            kind: Some("SignUp".into()),
            ..Wanted::default()
        };
        let asked = ask("echo \"$username/$kind/$to\"", &wanted).await.unwrap();
        assert_eq!(asked.unwrap()["code"], "al ice/SignUp/");
        assert_eq!(ask("true", &wanted).await, Ok(None));
        let failed = ask("exit 3", &wanted).await;
        assert!(matches!(failed, Err(Unable::Refused(text)) if text.contains("exit status: 3")));
    }
}
