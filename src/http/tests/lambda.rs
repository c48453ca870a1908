//! Endpoints of this machine that stand in for AWS's, byte by byte.

use std::net::Ipv4Addr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

use super::*;

const ARN: &str = "arn:aws:lambda:eu-west-1:123456789012:function:f";

const LIVE: &str = "arn:aws:lambda:eu-west-1:123456789012:function:f:live";

/// What an endpoint was asked, and by how many connections.
#[derive(Default)]
struct Seen {
    asked: Mutex<Vec<String>>,
    connections: AtomicUsize,
    ended: AtomicUsize,
    changed: Notify,
}

impl Seen {
    fn last(&self) -> String {
        self.asked.lock().unwrap().last().cloned().unwrap()
    }

    async fn wait(&self, count: &AtomicUsize, wanted: usize) {
        while count.load(Ordering::SeqCst) < wanted {
            self.changed.notified().await;
        }
    }
}

/// An endpoint that answers each request by its number, and never where there is no answer. It ends the
/// connection after an answer that says so, and in place of an empty one.
async fn endpoint(
    answer: impl Fn(usize) -> Option<String> + Clone + Send + Sync + 'static,
) -> (Url, Arc<Seen>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let seen = Arc::new(Seen::default());
    let noted = Arc::clone(&seen);
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            noted.connections.fetch_add(1, Ordering::SeqCst);
            let (noted, answer) = (Arc::clone(&noted), answer.clone());
            tokio::spawn(async move {
                serve(stream, &noted, answer).await;
                noted.ended.fetch_add(1, Ordering::SeqCst);
                noted.changed.notify_one();
            });
        }
    });
    (
        Url::parse(&format!("http://127.0.0.1:{port}")).unwrap(),
        seen,
    )
}

async fn serve(mut stream: TcpStream, seen: &Seen, answer: impl Fn(usize) -> Option<String>) {
    while let Some(asked) = request(&mut stream).await {
        let number = {
            let mut all = seen.asked.lock().unwrap();
            all.push(asked);
            all.len()
        };
        seen.changed.notify_one();
        let Some(answer) = answer(number) else {
            // Until the client leaves.
            let _ = stream.read(&mut [0]).await;
            return;
        };
        let is_last = answer.is_empty() || answer.contains("close\r\n");
        if stream.write_all(answer.as_bytes()).await.is_err() || is_last {
            return;
        }
    }
}

/// One request with its body; none when the client has left.
async fn request(stream: &mut TcpStream) -> Option<String> {
    let mut read = Vec::new();
    loop {
        if stream.read_buf(&mut read).await.ok()? == 0 {
            return None;
        }
        let text = String::from_utf8_lossy(&read).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            let is_length = name.eq_ignore_ascii_case("content-length");
            is_length.then(|| value.parse::<usize>().unwrap())
        });
        if body.len() >= length.unwrap_or(0) {
            return Some(text);
        }
    }
}

fn answered(status: &str, headers: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\n{headers}\r\n{body}",
        body.len()
    )
}

fn call(arn: &str) -> Call<'_> {
    Call {
        arn,
        event: b"{\"n\":1}",
        request_id: Uuid::nil(),
    }
}

fn endpoints() -> Endpoints {
    Endpoints::new(None, 4)
}

#[tokio::test]
async fn an_invocation_is_signed_for_the_functions_region_and_account() {
    let (url, seen) = endpoint(|_| Some(answered("200 OK", "", "{}"))).await;
    let signer = |key: &str, token: Option<&str>| Credentials {
        access_key_id: key.into(),
        secret_access_key: "never-shown".into(),
        session_token: token.map(str::to_owned),
    };
    let path = "/2015-03-31/functions";
    let plain = "host;x-amz-date;x-amz-invocation-type";
    let with_token = "host;x-amz-date;x-amz-invocation-type;x-amz-security-token";
    let cases = [
        (
            None,
            None,
            ARN,
            format!("{path}/f/invocations"),
            "123456789012",
            plain,
        ),
        (
            None,
            None,
            LIVE,
            format!("{path}/f/invocations?Qualifier=live"),
            "123456789012",
            plain,
        ),
        (
            Some(signer("AKIA", None)),
            Some("function"),
            LIVE,
            format!("{path}/function/invocations"),
            "AKIA",
            plain,
        ),
        (
            Some(signer("ASIA", Some("token"))),
            Some("arn:f"),
            ARN,
            format!("{path}/arn%3Af/invocations"),
            "ASIA",
            with_token,
        ),
    ];
    for (credentials, name, arn, target, key, signed) in cases {
        let adapter = Endpoints::new(credentials, 4).invoke(&url, name);
        assert_eq!(adapter.call(call(arn)).await, Ok(Bytes::from_static(b"{}")));
        let asked = seen.last();
        assert!(
            asked.starts_with(&format!("POST {target} HTTP/1.1\r\n")),
            "{asked}"
        );
        assert!(asked.ends_with("\r\n\r\n{\"n\":1}"), "{asked}");
        assert!(
            asked.contains("x-amz-invocation-type: RequestResponse\r\n"),
            "{asked}"
        );
        assert!(
            asked.contains(&format!("host: {}\r\n", url.authority())),
            "{asked}"
        );
        let line = asked
            .lines()
            .find(|line| line.starts_with("authorization: "));
        let date = asked
            .lines()
            .find_map(|line| line.strip_prefix("x-amz-date: "));
        let scope = format!("{}/eu-west-1/lambda/aws4_request", &date.unwrap()[..8]);
        let expected = format!(
            "authorization: AWS4-HMAC-SHA256 Credential={key}/{scope}, SignedHeaders={signed}, \
             Signature="
        );
        let signature = line.unwrap().strip_prefix(&expected).unwrap();
        assert!(
            signature.len() == 64 && !asked.contains("never-shown"),
            "{asked}"
        );
    }
    let below = url.at_path("/base/");
    let adapter = endpoints().invoke(&below, None);
    adapter.call(call(ARN)).await.unwrap();
    assert!(
        seen.last()
            .starts_with("POST /base/2015-03-31/functions/f/")
    );
}

#[tokio::test]
async fn each_answer_means_what_it_means_on_aws() {
    let failed = |text: &str| format!("failed: {text}");
    let not_found = "x-amzn-ErrorType: ResourceNotFoundException:http://x\r\n";
    let error = r#"{"errorType":"E","errorMessage":"boom"}"#;
    let thrown = "X-Amz-Function-Error: Unhandled\r\n";
    let said = r#"{"Type":"User","Message":"Function not found: f"}"#;
    // Status, headers, body; what an Invoke endpoint means by it, and what a webhook.
    let cases = [
        ("200 OK", "", "null", "null".to_owned(), "null".to_owned()),
        ("200 OK", "", error, error.into(), error.into()),
        ("200 OK", thrown, error, failed("boom"), error.into()),
        ("200 OK", thrown, "oops", failed("Unhandled"), "oops".into()),
        ("202 Accepted", "", "", String::new(), String::new()),
        (
            "404 Not Found",
            not_found,
            said,
            "ResourceNotFoundException 404: Function not found: f".into(),
            "ResourceNotFoundException 404: Function not found: f".into(),
        ),
        (
            "400 Bad Request",
            "x-amzn-ErrorType: com.amazonaws#InvalidRuntimeException\r\n",
            r#"{"message":"m"}"#,
            "InvalidRuntimeException 400: m".into(),
            "InvalidRequestContentException 400: m".into(),
        ),
        (
            "429 Too Many Requests",
            "",
            "",
            "TooManyRequestsException 429".into(),
            "TooManyRequestsException 429".into(),
        ),
        (
            "403 Forbidden",
            "x-amzn-ErrorType: not a name!\r\n",
            "<html>",
            "AccessDeniedException 403".into(),
            "AccessDeniedException 403".into(),
        ),
        (
            "302 Found",
            "Location: /\r\n",
            "",
            "InvalidRequestContentException 302".into(),
            "InvalidRequestContentException 302".into(),
        ),
        (
            "500 Internal Server Error",
            "",
            "",
            "ServiceException 500".into(),
            "ServiceException 500".into(),
        ),
        ("502 Bad Gateway", "", error, failed("boom"), failed("boom")),
    ];
    let shown = |url: &Url, end: Result<Bytes, NoAnswer>| match end {
        Ok(bytes) => String::from_utf8(bytes.to_vec()).unwrap(),
        Err(NoAnswer::Failed(text)) => failed(&text),
        Err(NoAnswer::NotCalled { error, reason }) => {
            let rest = reason.strip_prefix(&format!("{url} answered ")).unwrap();
            format!("{error} {rest}")
        }
    };
    for (status, headers, body, invoked, posted) in cases {
        let answer = answered(status, headers, body);
        let (url, _) = endpoint(move |_| Some(answer.clone())).await;
        let end = endpoints().invoke(&url, None).call(call(ARN)).await;
        assert_eq!(shown(&url, end), invoked, "{status} {headers}{body}");
        let end = endpoints().webhook(&url).call(call(ARN)).await;
        assert_eq!(shown(&url, end), posted, "{status} {headers}{body}");
    }
}

#[tokio::test]
async fn a_webhook_is_posted_the_event_and_told_what_the_context_holds() {
    let (url, seen) = endpoint(|_| Some(answered("200 OK", "", "{}"))).await;
    let hook = url.at_path("/hook?key=secret");
    let adapter = endpoints().webhook(&hook);
    assert_eq!(adapter.call(call(ARN)).await, Ok(Bytes::from_static(b"{}")));
    let asked = seen.last();
    assert!(
        asked.starts_with("POST /hook?key=secret HTTP/1.1\r\n"),
        "{asked}"
    );
    for line in [
        "content-type: application/json",
        "lambda-runtime-aws-request-id: 00000000-0000-0000-0000-000000000000",
        "lambda-runtime-invoked-function-arn: arn:aws:lambda:eu-west-1:123456789012:function:f",
    ] {
        assert!(asked.contains(line), "{asked}");
    }
    assert!(!adapter.name().contains("secret"), "{}", adapter.name());
}

#[tokio::test]
async fn an_emulator_runs_one_call_at_once_and_says_when_it_is_busy() {
    let (url, _) = endpoint(|_| Some(answered("400 Bad Request", "", ""))).await;
    let error_of = async |name| match endpoints().invoke(&url, name).call(call(ARN)).await {
        Err(NoAnswer::NotCalled { error, .. }) => error,
        other => panic!("{other:?}"),
    };
    assert_eq!(error_of(Some("function")).await, "TooManyRequestsException");
    assert_eq!(error_of(None).await, "InvalidRequestContentException");
    // The first answer is held back until there is a second request, which never comes meanwhile.
    let (url, seen) = endpoint(|number| (number > 1).then(|| answered("200 OK", "", "{}"))).await;
    let adapter = endpoints().invoke(&url, Some("function"));
    let mut first = adapter.call(call(ARN));
    let mut second = adapter.call(call(ARN));
    tokio::select! {
        biased;
        _ = &mut first => panic!("it is not answered"),
        _ = &mut second => panic!("it waits for the first"),
        () = seen.wait(&seen.connections, 1) => {}
    }
    drop(first);
    assert!(second.await.is_ok());
}

#[tokio::test]
async fn calls_share_a_connection_until_it_is_ended() {
    let (url, seen) = endpoint(|number| {
        let close = if number == 3 {
            "Connection: close\r\n"
        } else {
            ""
        };
        Some(answered("200 OK", close, "{}"))
    })
    .await;
    let adapter = endpoints().webhook(&url);
    for (number, connections) in [(1, 1), (2, 1), (3, 1), (4, 2), (5, 2)] {
        adapter.call(call(ARN)).await.unwrap();
        let counted = seen.connections.load(Ordering::SeqCst);
        assert_eq!(counted, connections, "after call {number}");
    }
}

#[tokio::test]
async fn a_kept_connection_that_breaks_is_used_no_more_and_no_call_made_twice() {
    let (url, seen) = endpoint(|number| match number {
        // Ended without a word, as by a server whose patience is over just now.
        2 => Some(String::new()),
        _ => Some(answered("200 OK", "", "{}")),
    })
    .await;
    let adapter = endpoints().webhook(&url);
    adapter.call(call(ARN)).await.unwrap();
    match adapter.call(call(ARN)).await {
        Err(NoAnswer::NotCalled { error, .. }) => assert_eq!(error, "ServiceException"),
        other => panic!("{other:?}"),
    }
    assert_eq!(seen.asked.lock().unwrap().len(), 2);
    adapter.call(call(ARN)).await.unwrap();
    assert_eq!(seen.connections.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_call_that_is_dropped_ends_its_connection() {
    let (url, seen) = endpoint(|_| None).await;
    let adapter = endpoints().webhook(&url);
    for round in 1..=3 {
        let mut calling = adapter.call(call(ARN));
        tokio::select! {
            _ = &mut calling => panic!("nothing answers"),
            () = seen.wait(&seen.connections, round) => {}
        }
        drop(calling);
        seen.wait(&seen.ended, round).await;
    }
}

#[tokio::test]
async fn what_is_too_large_cut_off_or_not_there_is_told() {
    let large = "x".repeat(LARGEST_ANSWER + 1);
    let (url, _) = endpoint(move |_| Some(answered("200 OK", "", &large))).await;
    let end = endpoints().webhook(&url).call(call(ARN)).await;
    assert_eq!(end, Err(NoAnswer::too_large()));
    let cut = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\nConnection: close\r\n\r\nshort";
    let garbage = "no HTTP, and close\r\n";
    for (answer, expected) in [(cut, "no whole answer"), (garbage, "invalid HTTP")] {
        let (url, _) = endpoint(move |_| Some(answer.into())).await;
        match endpoints().invoke(&url, None).call(call(ARN)).await {
            Err(NoAnswer::NotCalled { error, reason }) => {
                assert_eq!(error, "ServiceException");
                assert!(reason.contains(expected), "{reason}");
            }
            other => panic!("{other:?}"),
        }
    }
    let nobody = Url::parse("http://127.0.0.1:1").unwrap();
    match endpoints().webhook(&nobody).call(call(ARN)).await {
        Err(NoAnswer::NotCalled { error, reason }) => {
            assert_eq!(error, "ServiceException");
            assert!(
                reason.starts_with("http://127.0.0.1:1/: 127.0.0.1:1: "),
                "{reason}"
            );
        }
        other => panic!("{other:?}"),
    }
}
