//! What goes wrong around a server: a log that nobody reads, no file descriptors left, clients that
//! vanish, and an end in the middle of work. The server is a process of its own, for its descriptors
//! and its end are what is looked at.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::sync::{Arc, Barrier};
use std::time::{Duration, Instant};

use serde_json::json;

use super::command_line::{Started, poolhouse};
use super::http::wire::{call, request};

/// How long anything here may take before it counts as hung; it takes a fraction of that.
const PATIENCE: Duration = Duration::from_secs(20);

fn connect(port: u16) -> TcpStream {
    let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.set_write_timeout(Some(PATIENCE)).unwrap();
    stream
}

fn health() -> String {
    request("GET /health", "", "")
}

/// A password sign-in: it goes through the lock of a pool and the threads for signatures.
fn sign_in() -> String {
    let input = json!({"ClientId": "1poolhouse0public0client00", "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": "alice", "PASSWORD": "Poolhouse-1"}});
    call("InitiateAuth", "", &input.to_string())
}

/// A whole answer; none where the server ended the connection before it. Half an answer is a fault.
fn answer(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let head = bytes.windows(4).position(|four| four == b"\r\n\r\n");
        if let Some(at) = head {
            let text = String::from_utf8(bytes[..at].to_vec()).unwrap();
            let length = text
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "))
                .map_or(0, |length| length.parse::<usize>().unwrap());
            if bytes.len() >= at + 4 + length {
                return Some(String::from_utf8(bytes).unwrap());
            }
        }
        let read = stream.read(&mut chunk);
        if matches!(&read, Err(error) if error.kind() == ErrorKind::Interrupted) {
            continue;
        }
        let is_reset = matches!(&read, Err(error) if error.kind() == ErrorKind::ConnectionReset);
        match if is_reset { 0 } else { read.unwrap() } {
            0 => break,
            read => bytes.extend_from_slice(&chunk[..read]),
        }
    }
    assert!(
        bytes.is_empty(),
        "half an answer: {}",
        String::from_utf8_lossy(&bytes)
    );
    None
}

#[track_caller]
fn ask(stream: &mut TcpStream, request: &str) {
    stream.write_all(request.as_bytes()).unwrap();
    let answer = answer(stream).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}

/// Tells the process to end, and waits until it has.
#[track_caller]
fn terminated(server: Started) -> ExitStatus {
    let id = server.id().to_string();
    Command::new("kill").arg(&id).status().unwrap();
    let (told, ended) = mpsc::channel();
    std::thread::spawn(move || told.send(server.wait()));
    let ended = ended.recv_timeout(PATIENCE);
    if ended.is_err() {
        // Else it would outlive the tests.
        let _ = Command::new("kill").args(["-9", &id]).status();
    }
    ended.expect("the server ends after SIGTERM")
}

/// A pipe holds 64 KiB; what is behind that waits in the server, and must not keep it from anything.
#[test]
fn a_server_whose_log_nobody_reads_serves_and_ends() {
    let (reader, writer) = std::io::pipe().unwrap();
    let mut command = poolhouse(&["--port", "0", "--log-format", "json"]);
    command.stderr(Stdio::from(writer));
    let server = Started::of(command);
    let mut stream = connect(server.port());
    let unknown = call("GetUser", "", r#"{"AccessToken":"none"}"#);
    let begun = Instant::now();
    for _ in 0..1000 {
        stream.write_all(unknown.as_bytes()).unwrap();
        let refused = answer(&mut stream).expect("an answer");
        assert!(refused.starts_with("HTTP/1.1 400 "), "{refused}");
    }
    assert!(begun.elapsed() < PATIENCE, "{:?}", begun.elapsed());
    assert!(terminated(server).success());
    // Some 200 bytes a line: the pipe was full.
    drop(reader);
}

#[cfg(target_os = "linux")]
fn descriptors(server: &Started) -> usize {
    let folder = format!("/proc/{}/fd", server.id());
    std::fs::read_dir(folder).unwrap().count()
}

/// Asks on another connection until `done`.
#[cfg(target_os = "linux")]
#[track_caller]
fn until(what: &str, done: impl Fn() -> bool) {
    let begun = Instant::now();
    while !done() {
        assert!(begun.elapsed() < PATIENCE, "{what}");
        std::thread::yield_now();
    }
}

/// Connections beyond the limit of files wait for a place, and get one.
#[cfg(target_os = "linux")]
#[test]
fn a_server_without_descriptors_goes_on_when_there_are_some() {
    const FILES: usize = 48;
    let mut command = Command::new("sh");
    command
        .arg("-c")
        .arg(format!(r#"ulimit -n {FILES} && exec "$0" "$@""#))
        .arg(env!("CARGO_BIN_EXE_poolhouse"))
        .args(["--port", "0"])
        .stderr(Stdio::null());
    let server = Started::of(command);
    let port = server.port();
    let mut streams: Vec<TcpStream> = (0..2 * FILES)
        .map(|_| {
            let mut stream = connect(port);
            stream.write_all(health().as_bytes()).unwrap();
            stream
        })
        .collect();
    until("the server has descriptors left", || {
        descriptors(&server) >= FILES - 1
    });
    // Without descriptors, the connection that has been idle longest is ended for the next: some of
    // these lose theirs before they are heard, and the others are answered as ever.
    let answers: Vec<_> = streams.iter_mut().filter_map(answer).collect();
    assert!(!answers.is_empty());
    for answer in answers {
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    }
    drop(streams);
    ask(&mut connect(port), &sign_in());
    assert!(terminated(server).success());
}

/// Every way to leave too early; what a connection took is free again.
#[cfg(target_os = "linux")]
#[test]
fn clients_that_vanish_leave_nothing_behind() {
    let mut command = poolhouse(&["--port", "0"]);
    command.stderr(Stdio::null());
    let server = Started::of(command);
    let port = server.port();
    // What the first requests open for good.
    ask(&mut connect(port), &sign_in());
    until("the first connection is open", || {
        let before = descriptors(&server);
        ask(&mut connect(port), &health());
        descriptors(&server) <= before
    });
    let at_rest = descriptors(&server);
    let whole = sign_in();
    let head = whole.find("\r\n\r\n").unwrap() + 4;
    for _ in 0..20 {
        for sent in [0, 7, head - 2, head, whole.len() - 1, whole.len()] {
            for leave in [Leave::Close, Leave::HalfClose, Leave::Reset] {
                let mut stream = connect(port);
                stream.write_all(&whole.as_bytes()[..sent]).unwrap();
                leave.by(&stream);
            }
        }
    }
    until("connections of clients that left are open", || {
        descriptors(&server) <= at_rest
    });
    ask(&mut connect(port), &whole);
    assert!(terminated(server).success());
}

#[cfg(target_os = "linux")]
#[derive(Clone, Copy)]
enum Leave {
    Close,
    /// Says that nothing more comes, then closes.
    HalfClose,
    /// As a process that is killed does with what it has not read.
    Reset,
}

#[cfg(target_os = "linux")]
impl Leave {
    fn by(self, stream: &TcpStream) {
        match self {
            Self::Close => {}
            Self::HalfClose => stream.shutdown(Shutdown::Write).unwrap(),
            Self::Reset => socket2::SockRef::from(stream)
                .set_linger(Some(Duration::ZERO))
                .unwrap(),
        }
    }
}

/// Of sixteen clients that never pause, each has its last answer whole, and then no more.
#[test]
fn a_stop_in_the_middle_of_work_cuts_no_answer() {
    const CLIENTS: usize = 16;
    let mut command = poolhouse(&["--port", "0"]);
    command.stderr(Stdio::null());
    let server = Started::of(command);
    let port = server.port();
    let working = Arc::new(Barrier::new(CLIENTS + 1));
    let clients: Vec<_> = (0..CLIENTS)
        .map(|_| {
            let working = Arc::clone(&working);
            std::thread::spawn(move || {
                let mut stream = connect(port);
                ask(&mut stream, &sign_in());
                working.wait();
                // Whether the server still takes the request is its decision.
                while stream.write_all(sign_in().as_bytes()).is_ok() {
                    match answer(&mut stream) {
                        Some(answer) => assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}"),
                        None => return,
                    }
                }
            })
        })
        .collect();
    working.wait();
    assert!(terminated(server).success());
    for client in clients {
        client.join().unwrap();
    }
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
}
