//! The program itself: arguments, environment, what it prints, and its log.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, ExitStatus, Stdio};

use serde_json::{Value, json};

use super::http::wire::{call, request};

pub(crate) fn poolhouse(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_poolhouse"));
    command.args(arguments);
    for variable in [
        "HOST",
        "PORT",
        "POOLHOUSE_HOST",
        "POOLHOUSE_PORT",
        "POOLHOUSE_FUNCTIONS",
        "POOLHOUSE_TLS",
        "POOLHOUSE_TLS_DIR",
        "AWS_ENDPOINT_URL_LAMBDA",
        "RUST_LOG",
    ] {
        command.env_remove(variable);
    }
    command
}

/// A server that said `Ready.`, and what it said before.
pub(crate) struct Started {
    process: Child,
    banner: Vec<String>,
}

impl Started {
    fn with(arguments: &[&str]) -> Self {
        let mut command = poolhouse(arguments);
        command.stderr(Stdio::piped());
        Self::of(command)
    }

    fn run(mut command: Command) -> Self {
        command.stderr(Stdio::piped());
        Self::of(command)
    }

    /// A server that this starts, and whose standard error is where it says.
    pub(crate) fn of(mut command: Command) -> Self {
        let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let mut banner: Vec<_> = lines
            .map(Result::unwrap)
            .take_while(|line| line != "Ready.")
            .collect();
        if banner.is_empty() {
            let mut text = String::new();
            if let Some(mut errors) = process.stderr.take() {
                errors.read_to_string(&mut text).unwrap();
            }
            banner.push(text);
        }
        Self { process, banner }
    }

    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    /// Waits for its end.
    pub(crate) fn wait(mut self) -> ExitStatus {
        self.process.wait().unwrap()
    }

    pub(crate) fn port(&self) -> u16 {
        let running = self.banner.last().unwrap();
        running.rsplit(':').next().unwrap().parse().unwrap()
    }

    fn ask(&self, sent: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port())).unwrap();
        stream.write_all(sent.as_bytes()).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// Stops it, and gives its log.
    #[cfg(unix)]
    fn stop(mut self) -> String {
        let id = self.process.id().to_string();
        Command::new("kill").arg(id).status().unwrap();
        let mut log = String::new();
        let mut errors = self.process.stderr.take().unwrap();
        errors.read_to_string(&mut log).unwrap();
        log
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn flags_may_stand_before_serve() {
    let pool = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/pools/totp.yaml");
    let started = Started::with(&["--port", "0", "--fixtures", pool, "serve"]);
    assert!(
        started.banner[0].contains("us-east-1_TotpMust1"),
        "{:?}",
        started.banner
    );
}

#[test]
fn the_banner_names_functions_that_nothing_runs() {
    let path = concat!(env!("CARGO_TARGET_TMPDIR"), "/banner-functions.json");
    let arn = |name: &str| format!("arn:aws:lambda:us-east-1:123456789012:function:{name}");
    let functions = json!({"PreSignUp": arn("known"), "PostConfirmation": arn("unknown")});
    let pool = json!({"PoolName": "p", "Id": "us-east-1_Banner001", "LambdaConfig": functions});
    std::fs::write(path, pool.to_string()).unwrap();
    let function = "known=http://localhost:3000/?key=secret";
    let started = Started::with(&["--port", "0", "--fixtures", path, "--function", function]);
    let named: Vec<&String> = started
        .banner
        .iter()
        .filter(|line| line.starts_with("No target"))
        .collect();
    let expected = format!(
        "No target for PostConfirmation of us-east-1_Banner001: {}",
        arn("unknown")
    );
    assert_eq!(named, [&expected]);
    assert!(!started.banner.concat().contains("secret"));
}

#[test]
fn what_is_wrong_with_arguments_and_environment_exits_with_2() {
    let out = poolhouse(&["--fixtures", "a.yaml", "check", "a.yaml"])
        .output()
        .unwrap();
    assert_eq!(out.status.code(), Some(2));
    for variable in ["PORT", "POOLHOUSE_PORT"] {
        let out = poolhouse(&[]).env(variable, "foo").output().unwrap();
        assert_eq!(
            (out.status.code(), &*String::from_utf8_lossy(&out.stderr)),
            (
                Some(2),
                &*format!("poolhouse: {variable}=\"foo\": give a port number\n")
            )
        );
    }
}

#[test]
fn healthcheck_tells_of_the_server_that_it_asks() {
    let help = |arguments: &[&str]| {
        let out = poolhouse(arguments).output().unwrap();
        assert_eq!(out.status.code(), Some(0));
        String::from_utf8(out.stdout).unwrap()
    };
    let asked = help(&["healthcheck", "--help"]);
    for text in [
        "address of the server",
        "Port of the server",
        "0 the server is healthy",
    ] {
        assert!(asked.contains(text), "{asked}");
    }
    for text in ["listen", "free one", "fixture"] {
        assert!(!asked.contains(text), "{asked}");
    }
    assert!(help(&["serve", "--help"]).contains("Port to listen on"));
}

#[test]
fn the_address_for_an_sdk_is_one_that_can_be_called() {
    let started = Started::with(&["--host", "0.0.0.0", "--port", "0"]);
    let port = started.port();
    let banner = started.banner.join("\n");
    for line in [
        format!("  export AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER=http://localhost:{port}"),
        format!("Cognito Local running on http://0.0.0.0:{port}"),
    ] {
        assert!(banner.contains(&line), "{banner}");
    }
}

#[test]
fn the_banner_says_where_tls_is_spoken_and_whom_to_trust() {
    let directory = concat!(env!("CARGO_TARGET_TMPDIR"), "/banner-tls");
    let _ = std::fs::remove_dir_all(directory);
    for (flag, variable) in [(Some("--tls"), None), (None, Some(directory))] {
        let mut command = poolhouse(&["--port", "0"]);
        command.args(flag);
        if let Some(directory) = variable {
            command.env("POOLHOUSE_TLS_DIR", directory);
        }
        let started = Started::run(command);
        let port = started.port();
        let banner = started.banner.join("\n");
        for line in [
            format!("With TLS, on the same port: https://localhost:{port}"),
            format!("  its authority, to be trusted: http://localhost:{port}/_poolhouse/ca.pem"),
            format!("Cognito Local running on http://localhost:{port}"),
        ] {
            assert!(banner.contains(&line), "{banner}");
        }
        let shown = started.ask(&request(
            "GET /_poolhouse/ca.pem",
            "Connection: close\r\n",
            "",
        ));
        assert!(shown.contains("-----BEGIN CERTIFICATE-----"), "{shown}");
        if let Some(directory) = variable {
            let kept = std::fs::read_to_string(format!("{directory}/ca.pem")).unwrap();
            assert!(shown.ends_with(&kept), "{shown}");
        }
    }
    std::fs::write(format!("{directory}/ca-key.pem"), "no key").unwrap();
    let out = poolhouse(&["--port", "0", "--tls-dir", directory])
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&out.stderr);
    assert_eq!(out.status.code(), Some(1), "{told}");
    assert!(told.starts_with("poolhouse: --tls-dir: "), "{told}");
    assert!(told.contains("delete the file"), "{told}");
    let out = poolhouse(&[])
        .env("POOLHOUSE_TLS", "maybe")
        .output()
        .unwrap();
    assert_eq!(out.status.code(), Some(2));
}

#[cfg(unix)]
#[test]
fn each_request_has_a_line_in_the_log() {
    let started = Started::with(&["--port", "0", "--log-format", "json"]);
    let unknown = json!({"ClientId": "1\"2", "AuthFlow": "USER_PASSWORD_AUTH"}).to_string();
    for sent in [
        request("GET /health", "", ""),
        call("InitiateAuth", "", &unknown),
        request("GET /foo?secret=1", "", ""),
        request("GET /us-east-1_none/.well-known/jwks.json", "", ""),
        request("GET /_poolhouse/clock", "", ""),
        request("GET /_poolhouse/clock", "Origin: http://a.test\r\n", ""),
        "GET /health HTTP/1.1\r\n\r\n".to_owned(),
        "no such thing\r\n\r\n".to_owned(),
        "\x16\x03\x01".to_owned(),
    ] {
        started.ask(&sent);
    }
    let log = started.stop();
    let lines: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let shown: Vec<_> = lines
        .iter()
        .map(|line| {
            let fields = &line["fields"];
            ["operation", "client", "request", "status", "message"].map(|name| &fields[name])
        })
        .collect();
    let none = &Value::Null;
    let of = |line: &str, status: u16| (json!(line), json!(status));
    let requests = [
        of("GET /foo", 404),
        of("GET /us-east-1_none/.well-known/jwks.json", 404),
        of("GET /_poolhouse/clock", 200),
        of("GET /_poolhouse/clock", 403),
        of("GET /health", 400),
    ];
    assert_eq!(
        shown[0],
        [&json!("InitiateAuth"), &json!("1\"2"), none, none, none],
        "{log}"
    );
    for (at, (line, status)) in requests.iter().enumerate() {
        assert_eq!(shown[at + 1], [none, none, line, status, none], "{log}");
    }
    let malformed = &lines[6]["fields"];
    assert_eq!(
        malformed["message"],
        "no HTTP, or headers beyond the limits"
    );
    assert!(!log.contains("secret"), "{log}");
    let hello = &lines[7]["fields"]["message"];
    assert!(hello.as_str().unwrap().contains("http://"), "{log}");
    let reason = |at: usize| lines[at]["fields"]["reason"].as_str().unwrap();
    assert_eq!(reason(2), "there is no user pool of this id");
    assert!(reason(0).starts_with(|first: char| first != '"'), "{log}");
}

/// How the process ends by itself; `None` when it does not.
#[cfg(unix)]
fn end_of(process: &mut Child) -> Option<std::process::ExitStatus> {
    let id = process.id().to_string();
    let (ended, end) = std::sync::mpsc::channel();
    std::thread::scope(|scope| {
        scope.spawn(move || ended.send(process.wait().unwrap()));
        let status = end.recv_timeout(std::time::Duration::from_secs(20)).ok();
        if status.is_none() {
            Command::new("kill").args(["-9", &id]).status().unwrap();
        }
        status
    })
}

#[cfg(unix)]
fn terminate(process: &Child) {
    let id = process.id().to_string();
    assert!(Command::new("kill").arg(id).status().unwrap().success());
}

/// Makes the server log more than a pipe holds.
#[cfg(unix)]
fn fill_the_log(started: &Started) {
    let many = request(&format!("GET /{}", "a".repeat(200)), "", "").repeat(1000);
    let answers = started.ask(&many);
    assert_eq!(answers.matches("HTTP/1.1 404").count(), 1000);
}

#[cfg(unix)]
#[test]
fn a_signal_ends_a_server_whose_log_nobody_reads() {
    let mut started = Started::with(&["--port", "0"]);
    fill_the_log(&started);
    terminate(&started.process);
    assert_eq!(end_of(&mut started.process).unwrap().code(), Some(0));
}

#[cfg(unix)]
#[test]
fn a_second_signal_waits_for_no_request() {
    let mut started = Started::with(&["--port", "0", "--shutdown-timeout", "1h"]);
    fill_the_log(&started);
    let address = ("127.0.0.1", started.port());
    let mut slow = TcpStream::connect(address).unwrap();
    let sent = call("InitiateAuth", "Expect: 100-continue\r\n", "{}");
    slow.write_all(&sent.as_bytes()[..sent.len() - 2]).unwrap();
    let mut first = [0; 12];
    slow.read_exact(&mut first).unwrap();
    assert_eq!(&first, b"HTTP/1.1 100");
    terminate(&started.process);
    // Once the server takes no more connections, the first signal has been heard.
    while TcpStream::connect(address).is_ok() {}
    terminate(&started.process);
    assert_eq!(end_of(&mut started.process).unwrap().code(), Some(0));
}

#[cfg(target_os = "linux")]
#[test]
fn a_signal_counts_while_fixtures_load() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    // A fixture that never ends, on a machine of one processor, which has one worker.
    let mut process = poolhouse(&["--fixtures", "/dev/stdin", "--port", &port.to_string()])
        .env("TOKIO_WORKER_THREADS", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    // The port is taken before fixtures are read.
    while TcpStream::connect(("127.0.0.1", port)).is_err() {}
    terminate(&process);
    assert_eq!(end_of(&mut process).unwrap().code(), Some(0));
}

#[cfg(target_os = "linux")]
#[test]
fn a_low_limit_of_file_descriptors_is_told_once_and_lived_with() {
    let program = env!("CARGO_BIN_EXE_poolhouse");
    let mut limited = Command::new("sh");
    limited.args(["-c", "ulimit -n 40; exec \"$0\" --port 0", program]);
    let started = Started::run(limited);
    let health = request("GET /health", "", "");
    let mut open = Vec::new();
    for _ in 0..100 {
        let mut stream = TcpStream::connect(("127.0.0.1", started.port())).unwrap();
        stream.write_all(health.as_bytes()).unwrap();
        let mut first = [0; 12];
        stream.read_exact(&mut first).unwrap();
        assert_eq!(&first, b"HTTP/1.1 200");
        open.push(stream);
    }
    let log = started.stop();
    assert_eq!(log.matches("ulimit -n").count(), 1, "{log}");
}

#[cfg(unix)]
#[test]
fn places_for_connections_that_run_out_are_told_of_once() {
    let started = Started::with(&["--port", "0", "--max-connections", "2"]);
    let health = request("GET /health", "", "");
    let mut open = Vec::new();
    for _ in 0..6 {
        let mut stream = TcpStream::connect(("127.0.0.1", started.port())).unwrap();
        stream.write_all(health.as_bytes()).unwrap();
        let mut first = [0; 12];
        stream.read_exact(&mut first).unwrap();
        open.push(stream);
    }
    let log = started.stop();
    assert_eq!(log.matches("--max-connections").count(), 1, "{log}");
    assert!(
        log.contains("ends the one that has been idle longest"),
        "{log}"
    );
}

/// What waits is said, and nothing is said to be ended that is not.
#[cfg(unix)]
#[test]
fn connections_that_all_work_are_told_of_as_that() {
    let mut started = Started::with(&["--port", "0", "--max-connections", "1"]);
    let address = ("127.0.0.1", started.port());
    let mut works = TcpStream::connect(address).unwrap();
    let sent = call("InitiateAuth", "Expect: 100-continue\r\n", "{}");
    let (head, body) = sent.as_bytes().split_at(sent.len() - 2);
    works.write_all(head).unwrap();
    let mut first = [0; 12];
    works.read_exact(&mut first).unwrap();
    assert_eq!(&first, b"HTTP/1.1 100");
    let waits = TcpStream::connect(address).unwrap();
    let mut log = BufReader::new(started.process.stderr.take().unwrap());
    let mut line = String::new();
    log.read_line(&mut line).unwrap();
    assert!(line.contains("all of them work"), "{line}");
    assert!(line.contains("--max-connections"), "{line}");
    assert!(!line.contains("idle"), "{line}");
    works.write_all(body).unwrap();
    works.read_exact(&mut first).unwrap();
    drop(waits);
}

/// The system asks for a descriptor before it looks whether anybody waits; nobody is ended for that.
#[cfg(target_os = "linux")]
#[test]
fn without_a_spare_descriptor_nobody_is_ended_for_nobody() {
    const FILES: usize = 40;
    let program = env!("CARGO_BIN_EXE_poolhouse");
    let mut limited = Command::new("sh");
    limited.args([
        "-c",
        &format!("ulimit -n {FILES}; exec \"$0\" --port 0"),
        program,
    ]);
    let started = Started::run(limited);
    let used = || {
        let folder = format!("/proc/{}/fd", started.id());
        std::fs::read_dir(folder).unwrap().count()
    };
    let health = request("GET /health", "", "");
    let mut open: Vec<TcpStream> = Vec::new();
    let ask = |stream: &mut TcpStream| {
        stream.write_all(health.as_bytes()).unwrap();
        let mut answer = Vec::new();
        let mut chunk = [0; 4096];
        while !answer.ends_with(b"{\"ok\":true}") {
            let count = stream.read(&mut chunk).unwrap();
            assert!(count > 0, "ended for nobody");
            answer.extend_from_slice(&chunk[..count]);
        }
    };
    while used() < FILES {
        assert!(open.len() < FILES);
        let mut stream = TcpStream::connect(("127.0.0.1", started.port())).unwrap();
        ask(&mut stream);
        open.push(stream);
    }
    for stream in &mut open {
        ask(stream);
    }
    // Those that are there make somebody go; more than one, for the server may have had some file open
    // for a moment when it was looked at.
    for _ in 0..3 {
        let mut stream = TcpStream::connect(("127.0.0.1", started.port())).unwrap();
        ask(&mut stream);
        open.push(stream);
    }
    let log = started.stop();
    assert_eq!(log.matches("ulimit -n").count(), 1, "{log}");
}
