use super::*;

use std::net::Ipv4Addr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// A server on this machine that gives each path an answer, and the text of what it was asked.
async fn serve(answer: impl Fn(&str, u16) -> String + Send + 'static) -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut asked = vec![0; 4096];
            let len = stream.read(&mut asked).await.unwrap();
            let asked = String::from_utf8_lossy(&asked[..len]).into_owned();
            // The client may have gone by then.
            let _ = stream.write_all(answer(&asked, port).as_bytes()).await;
        }
    });
    port
}

fn ok(body: &str) -> String {
    let len = body.len();
    format!("HTTP/1.1 200 OK\r\nContent-Length: {len}\r\nConnection: close\r\n\r\n{body}")
}

fn found(location: &str) -> String {
    format!("HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n")
}

#[tokio::test]
async fn a_document_of_this_machine_is_fetched() {
    let port = serve(|asked, _| ok(asked)).await;
    let outbound = outbound(Reach::Local);
    for host in ["127.0.0.1", "localhost"] {
        let url = format!("http://{host}:{port}/a?b=c");
        let answer = outbound.get(&url).await.unwrap();
        assert_eq!(answer.status, 200);
        let asked = String::from_utf8(answer.body).unwrap();
        assert!(asked.starts_with("GET /a?b=c HTTP/1.1\r\n"), "{asked}");
        let host = format!("host: {host}:{port}\r\n");
        assert!(asked.to_lowercase().contains(&host), "{asked}");
        assert!(asked.contains("user-agent: Amazon/Cognito\r\n"), "{asked}");
    }
}

#[tokio::test]
async fn how_long_a_document_may_be_kept_is_told() {
    let port = serve(|asked, _| {
        let line = match asked.split(' ').nth(1).unwrap_or("") {
            "/none" => "",
            "/plain" => "Cache-Control: max-age=90000\r\n",
            "/among" => "Cache-Control: public, Max-Age=\"90000\" , immutable\r\n",
            "/lines" => "Cache-Control: public\r\nCache-Control: max-age=90000\r\n",
            "/shared" => "Cache-Control: s-maxage=90000\r\n",
            _ => "Cache-Control: max-age=soon\r\n",
        };
        format!("HTTP/1.1 200 OK\r\n{line}Content-Length: 0\r\n\r\n")
    })
    .await;
    let outbound = outbound(Reach::Local);
    for (path, expected) in [
        ("none", None),
        ("plain", Some(90_000)),
        ("among", Some(90_000)),
        ("lines", Some(90_000)),
        ("shared", None),
        ("broken", None),
    ] {
        let url = format!("http://127.0.0.1:{port}/{path}");
        let answer = outbound.get(&url).await.unwrap();
        assert_eq!(answer.max_age, expected.map(Duration::from_secs), "{path}");
    }
}

#[tokio::test]
async fn redirects_stay_with_the_server() {
    let port = serve(|asked, port| match asked.split(' ').nth(1).unwrap_or("") {
        "/path" => found("/end"),
        "/whole" => found(&format!("http://127.0.0.1:{port}/path")),
        "/port" => found("http://127.0.0.1:1/end"),
        "/scheme" => found(&format!("https://127.0.0.1:{port}/end")),
        "/host" => found("http://192.0.2.1/end"),
        "/no-scheme" => found("//192.0.2.1/end"),
        "/circle" => found("/circle"),
        _ => ok("end"),
    })
    .await;
    let outbound = outbound(Reach::Any);
    for (path, expected) in [
        ("path", Ok("end")),
        ("whole", Ok("end")),
        ("port", Err("another server")),
        ("scheme", Err("another server")),
        ("host", Err("another server")),
        ("no-scheme", Err("not an absolute")),
        ("circle", Err("more than 20 redirects")),
    ] {
        let url = format!("http://127.0.0.1:{port}/{path}");
        match (outbound.get(&url).await, expected) {
            (Ok(answer), Ok(body)) => {
                assert_eq!(answer.body, body.as_bytes(), "{path}");
                assert!(answer.is_redirected, "{path}");
            }
            (Err(NotFetched::Failed(reason) | NotFetched::TimedOut(reason)), Err(part)) => {
                assert!(reason.contains(part), "{path}: {reason}");
            }
            other => panic!("{path}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn what_is_not_allowed_is_not_asked() {
    for (reach, url) in [
        (Reach::None, "http://127.0.0.1:1/"),
        (Reach::Local, "http://192.0.2.1/"),
        (Reach::Local, "https://[2001:db8::1]/"),
        (Reach::Local, "http://0.0.0.0:1/"),
        (Reach::Local, "http://169.254.169.254/latest/meta-data"),
    ] {
        let refused = outbound(reach).get(url).await;
        assert!(
            matches!(refused, Err(NotFetched::Forbidden(_))),
            "{url}: {refused:?}"
        );
    }
}

#[tokio::test]
async fn what_is_no_document_fails_with_a_reason() {
    let large = "x".repeat(LARGEST + 1);
    let port = serve(
        move |asked, _| match asked.split(' ').nth(1).unwrap_or("") {
            "/large" => ok(&large),
            "/cut" => "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort".into(),
            _ => "no HTTP at all".into(),
        },
    )
    .await;
    let outbound = outbound(Reach::Local);
    let here = |path: &str| format!("http://127.0.0.1:{port}/{path}");
    for (url, part) in [
        (here("large"), "no whole answer"),
        (here("cut"), "no whole answer"),
        (here("other"), "no answer"),
        ("http://127.0.0.1:1/".to_owned(), "127.0.0.1:1"),
        ("ftp://127.0.0.1/".to_owned(), "absolute http"),
        ("/path".to_owned(), "absolute http"),
        ("http://user@127.0.0.1/".to_owned(), "names a user"),
        ("http://127.0.0.1:99999/".to_owned(), "99999 is no port"),
        ("http://[::1]:99999/".to_owned(), "99999 is no port"),
        ("http://127.0.0.1:+80/".to_owned(), "+80 is no port"),
        (format!("https://127.0.0.1:{port}/"), "TLS"),
    ] {
        match outbound.get(&url).await {
            Err(NotFetched::Failed(reason) | NotFetched::TimedOut(reason)) => {
                assert!(reason.contains(part), "{url}: {reason}")
            }
            other => panic!("{url}: {other:?}"),
        }
    }
}

/// Where the time went is said: on waiting for others, or on the one that was asked.
#[tokio::test]
async fn who_was_waited_for_is_told() {
    let silent = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let url = format!("http://{}/", silent.local_addr().unwrap());
    let outbound = HttpOutbound {
        dialer: Dialer::new(Reach::Local),
        places: Semaphore::new(1),
        patience: Duration::from_millis(100),
    };
    let reason = async |outbound: &HttpOutbound| match outbound.get(&url).await {
        Err(NotFetched::Failed(reason) | NotFetched::TimedOut(reason)) => reason,
        other => panic!("{other:?}"),
    };
    let asked = reason(&outbound).await;
    assert!(asked.starts_with("no whole answer within"), "{asked}");
    assert!(!asked.contains("other requests"), "{asked}");
    let place = outbound.places.acquire().await.unwrap();
    let not_asked = reason(&outbound).await;
    assert!(not_asked.starts_with("not asked: 16 other"), "{not_asked}");
    // A place that comes in time.
    let leaves = async {
        tokio::task::yield_now().await;
        drop(place);
    };
    let (waited, ()) = tokio::join!(reason(&outbound), leaves);
    assert!(waited.starts_with("no whole answer within"), "{waited}");
    assert!(waited.contains("other requests were under way"), "{waited}");
}
