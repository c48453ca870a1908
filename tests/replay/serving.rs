//! A world that is served up to a step, and how the command ends.

use std::io::Write;
use std::process::Stdio;

use poolhouse::cli::{ReplayArguments, TlsArguments};
use poolhouse::config::Environment;
use poolhouse::scenario::{Outcome, replay};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, oneshot};

use super::Folder;
use crate::command_line::poolhouse;

/// Sends on what is written.
struct Sender(mpsc::UnboundedSender<String>);

impl Write for Sender {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let _ = self.0.send(text);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

async fn get(port: u16, path: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let sent = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    stream.write_all(sent.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn a_world_is_served_as_it_is_before_a_step() {
    let folder = Folder::new("serving");
    folder.write(
        "it.scenario.yaml",
        "scenario: Later\nsteps:\n  - clock: {advance: 1h}\n  - clock: {advance: 1h}\n    as: second\n\
         finally: [{clock: {advance: 9h}}]\n",
    );
    let typed = ReplayArguments {
        paths: vec![folder.scenarios()],
        until: Some("second".into()),
        serve: Some(0),
        tls: TlsArguments {
            tls: true,
            ..TlsArguments::default()
        },
        ..ReplayArguments::default()
    };
    let (sender, mut lines) = mpsc::unbounded_channel();
    let (stop, stopped) = oneshot::channel();
    let playing = tokio::spawn(async move {
        let stopped = async { stopped.await.unwrap() };
        replay(
            &typed,
            &Environment::default(),
            &mut Sender(sender),
            stopped,
        )
        .await
    });
    let mut told = String::new();
    let port = loop {
        told.push_str(&lines.recv().await.unwrap());
        if let Some((_, rest)) = told.split_once("http://localhost:")
            && let Some((port, _)) = rest.split_once(' ')
            && rest.contains("until")
        {
            break port.parse().unwrap();
        }
    };
    // By HTTPS too, as the flags of a server say.
    let https = format!(" and https://localhost:{port} until");
    assert!(told.contains(&https), "{told}");
    let authority = get(port, "/_poolhouse/ca.pem").await;
    assert!(authority.contains("BEGIN CERTIFICATE"), "{authority}");
    let clock = get(port, "/_poolhouse/clock").await;
    assert!(clock.contains("2026-01-01T01:00:00Z"), "{clock}");
    stop.send(()).unwrap();
    assert_eq!(playing.await.unwrap(), Ok(Outcome::Passed));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_scenario_is_served_and_a_step_of_its_own_is_named() {
    let folder = Folder::new("not-served");
    let text = "scenario: Clocks\nsteps: [{clock: {advance: 1h}, as: one}]\n";
    folder.write("a.scenario.yaml", text);
    let ended = folder
        .replay(|typed| {
            typed.serve = Some(0);
            typed.until = Some("2".into());
        })
        .await;
    let without = folder.replay(|typed| typed.tls.tls = true).await;
    let refused = without.1.unwrap_err();
    assert!(refused.contains("go with --serve PORT"), "{refused}");
    let expected =
        "--until 2: give the number of a step, 1 to 1, or what one is called by `as`: one";
    assert_eq!(ended.1, Err(expected.into()));
    folder.write("b.scenario.yaml", &text.replace("Clocks", "More clocks"));
    let ended = folder.replay(|typed| typed.serve = Some(0)).await;
    let expected = "--serve takes one scenario; choose one by --name:\n  Clocks\n  More clocks";
    assert_eq!(ended.1, Err(expected.into()));
}

#[test]
fn the_exit_code_says_how_it_ended() {
    let folder = Folder::new("codes");
    let passing = "scenario: Passes\nsteps: [{DescribeUserPool: {}}]\n";
    folder.write("passes.scenario.yaml", passing);
    folder.write(
        "fails.scenario.yaml",
        "scenario: Fails\nsteps: [{DescribeUserPool: {UserPoolId: us-east-1_Nowhere00}}]\n",
    );
    folder.write("refused.scenario.yaml", "scenario: Is refused\nstep: []\n");
    let cases = [
        (
            "passes.scenario.yaml",
            0,
            "1 passed, 0 failed, 0 skipped; 1 step",
        ),
        ("fails.scenario.yaml", 1, "ResourceNotFoundException"),
        ("refused.scenario.yaml", 2, "steps"),
        ("missing.scenario.yaml", 2, "missing.scenario.yaml"),
    ];
    for (file, code, expected) in cases {
        let path = folder.scenarios().join(file);
        let mut command = poolhouse(&["replay"]);
        let done = command.arg(path).stdin(Stdio::null()).output().unwrap();
        assert_eq!(done.status.code(), Some(code), "{file}");
        let told = String::from_utf8([done.stdout, done.stderr].concat()).unwrap();
        assert!(told.contains(expected), "{file}: {told}");
    }
}
