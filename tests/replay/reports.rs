//! Reports in files: each whole, at its place, and with nothing in it that the text would not show.

use std::fs;
use std::path::PathBuf;

use poolhouse::cli::{ReplayArguments, ReportArgument};
use poolhouse::scenario::Outcome;
use serde_json::{Value, json};

use super::Folder;

const SIGN_IN: &str = "\
scenario: Alice, signed in
table:
  - {case: \"right: 100%\", password: Poolhouse-1, type: Bearer}
  - {case: other, password: Poolhouse-1, type: Mac}
steps:
  - DescribeUserPool: {}
  - InitiateAuth:
      AuthFlow: USER_PASSWORD_AUTH
      ClientId: \"${clients.web.ClientId}\"
      AuthParameters: {USERNAME: alice, PASSWORD: \"${row.password}\"}
    expect: {AuthenticationResult: {TokenType: \"${row.type}\", AccessToken: <jwt>}}
";

/// Expects a token that is another, so that the real one is told.
const TOKEN: &str = "\
scenario: A token, told
steps:
  - InitiateAuth:
      AuthFlow: USER_PASSWORD_AUTH
      ClientId: \"${clients.web.ClientId}\"
      AuthParameters: {USERNAME: alice, PASSWORD: Poolhouse-1}
    expect: {AuthenticationResult: {AccessToken: another}}
";

fn reports(folder: &Folder, asked: &[&str]) -> impl FnOnce(&mut ReplayArguments) + use<> {
    let place = |text: &&str| match text.split_once('=') {
        Some((_, "-")) => (*text).to_owned(),
        Some((kind, file)) => format!("{kind}={}", folder.0.join(file).display()),
        None => (*text).to_owned(),
    };
    let asked: Vec<ReportArgument> = asked
        .iter()
        .map(|text| place(text).parse().unwrap())
        .collect();
    |typed| typed.report = asked
}

/// What lies beside the scenarios.
fn files(folder: &Folder) -> Vec<String> {
    let entries = fs::read_dir(&folder.0).unwrap();
    let name = |entry: fs::DirEntry| entry.file_name().into_string().unwrap();
    let mut names: Vec<_> = entries.map(|entry| name(entry.unwrap())).collect();
    names.sort();
    names
}

fn read(folder: &Folder, name: &str) -> String {
    let own = format!("{}/", folder.scenarios().display());
    let text = fs::read_to_string(folder.0.join(name)).unwrap();
    text.replace(&own, "")
}

/// A report in JSON, whose durations are checked and left out.
fn json_report(folder: &Folder, name: &str) -> Value {
    let mut report: Value = serde_json::from_str(&read(folder, name)).unwrap();
    let taken = report.as_object_mut().unwrap().remove("duration").unwrap();
    let mut sum = 0.0;
    for scenario in report["scenarios"].as_array_mut().unwrap() {
        let taken = scenario.as_object_mut().unwrap().remove("duration");
        sum += taken.unwrap().as_f64().unwrap();
    }
    assert!(sum > 0.0 && (sum - taken.as_f64().unwrap()).abs() < 1e-6);
    report
}

#[tokio::test(flavor = "multi_thread")]
async fn several_reports_are_written_at_once() {
    let folder = Folder::new("reports");
    folder.write("sign-in.scenario.yaml", SIGN_IN);
    let asked = reports(&folder, &["junit=r.xml", "json=r.json", "github=-"]);
    fs::write(folder.0.join("r.json"), "an older one").unwrap();
    let (told, outcome) = folder.replay(asked).await;
    assert_eq!(outcome, Ok(Outcome::Failed), "{told}");
    assert_eq!(
        files(&folder),
        ["pools", "r.json", "r.xml", "scenarios"],
        "nothing else is left"
    );
    let command = told.lines().last().unwrap();
    assert_eq!(
        command,
        "::error file=sign-in.scenario.yaml,line=11,col=48,title=Alice%2C signed in (other)::\
         step 2, InitiateAuth: the answer is another%0A\
         AuthenticationResult.TokenType: expected \"Mac\", got \"Bearer\""
    );
    let at = json!({"file": "sign-in.scenario.yaml", "line": 11, "column": 48});
    let mut difference = json!({"path": "AuthenticationResult.TokenType",
        "expected": "\"Mac\"", "got": "\"Bearer\"", "note": null});
    let mut failure = json!({"step": 2, "action": "InitiateAuth", "text": "the answer is another",
        "expected": "\"Mac\"", "got": "\"Bearer\"", "reason": null, "note": null, "through": []});
    for map in [&mut difference, &mut failure] {
        let map = map.as_object_mut().unwrap();
        map.extend(at.as_object().unwrap().clone());
    }
    failure["differences"] = json!([difference]);
    let run = |case, outcome, steps, failure| {
        json!({"scenario": "Alice, signed in", "file": "sign-in.scenario.yaml", "case": case,
            "outcome": outcome, "steps": steps, "remarks": [], "failure": failure})
    };
    assert_eq!(
        json_report(&folder, "r.json"),
        json!({"passed": 1, "failed": 1, "skipped": 0, "stopped": 0, "steps": 3, "scenarios": [
            run("right: 100%", "passed", 2, Value::Null),
            run("other", "failed", 1, failure),
        ]})
    );
    // That it means what it should is read by a reader of others, from Python.
    let xml = read(&folder, "r.xml");
    assert!(xml.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites "));
    assert!(xml.contains("sign-in.scenario.yaml:11:48"), "{xml}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_that_cannot_be_written_is_told_before_anything_plays() {
    let folder = Folder::new("no-place");
    folder.write("sign-in.scenario.yaml", SIGN_IN);
    for file in ["nowhere/r.xml", "pools"] {
        let json = folder.0.join("r.json");
        let asked = reports(&folder, &["json=r.json", &format!("junit={file}")]);
        let (told, outcome) = folder.replay(asked).await;
        let refused = outcome.unwrap_err();
        let begins = format!(
            "{}: no report can be written there: ",
            folder.0.join(file).display()
        );
        assert!(refused.starts_with(&begins), "{refused}");
        assert_eq!(told, "");
        assert!(!json.exists());
        assert_eq!(files(&folder), ["pools", "scenarios"]);
    }
    let asked = reports(&folder, &["json=r", "junit=r"]);
    let (_, outcome) = folder.replay(asked).await;
    let refused = outcome.unwrap_err();
    assert!(
        refused.ends_with("two reports go there; give each a file"),
        "{refused}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_cut_secrets_as_the_text_does() {
    let folder = Folder::new("reports-secrets");
    folder.write("token.scenario.yaml", TOKEN);
    let asked = reports(&folder, &["junit=r.xml", "json=r.json", "github=r.txt"]);
    let (told, outcome) = folder.replay(asked).await;
    assert_eq!(outcome, Ok(Outcome::Failed));
    for text in [
        told,
        read(&folder, "r.xml"),
        read(&folder, "r.json"),
        read(&folder, "r.txt"),
    ] {
        assert!(text.contains("got"), "{text}");
        let tokens: Vec<_> = text.split("eyJ").skip(1).collect();
        assert!(!tokens.is_empty(), "{text}");
        let is_cut = |token: &&str| token.chars().nth(5) == Some('…');
        assert!(tokens.iter().all(is_cut), "{text}");
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_link_stays_one_and_what_is_no_file_is_written_to() {
    let folder = Folder::new("reports-link");
    folder.write("sign-in.scenario.yaml", SIGN_IN);
    let (link, real): (PathBuf, PathBuf) = (folder.0.join("link"), folder.0.join("real"));
    fs::write(&real, "an older one").unwrap();
    std::os::unix::fs::symlink(&real, &link).unwrap();
    let asked = reports(&folder, &["json=link"]);
    let (_, outcome) = folder.replay(asked).await;
    assert_eq!(outcome, Ok(Outcome::Failed));
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(json_report(&folder, "real")["failed"], 1);
    let (_, outcome) = folder
        .replay(|typed| typed.report = vec!["json=/dev/null".parse().unwrap()])
        .await;
    assert_eq!(outcome, Ok(Outcome::Failed));
    assert!(!fs::metadata("/dev/null").unwrap().is_file());
}

#[test]
fn a_report_is_a_kind_and_a_place() {
    for wrong in ["junit", "junit=", "junit=-", "json=-", "xml=r.xml", ""] {
        assert!(wrong.parse::<ReportArgument>().is_err(), "{wrong}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_report_takes_the_place_of_a_file_that_is_played() {
    let folder = Folder::new("report-over");
    let part = "part: P\nsteps: [{DescribeUserPool: {}}]\n";
    folder.write("p.part.yaml", part);
    folder.write(
        "a.scenario.yaml",
        "scenario: A\nfixtures: ../pools/totp.yaml\nsteps: [{include: p.part.yaml}]\n",
    );
    std::os::unix::fs::symlink("a.scenario.yaml", folder.scenarios().join("link.xml")).unwrap();
    for file in [
        "scenarios/a.scenario.yaml",
        "scenarios/../scenarios/p.part.yaml",
        "pools/totp.yaml",
        "scenarios/link.xml",
    ] {
        let asked = format!("junit={}", folder.0.join(file).display());
        let before = fs::read_to_string(folder.0.join(file)).unwrap();
        let (told, outcome) = folder
            .replay(|typed| typed.report = vec![asked.parse().unwrap()])
            .await;
        let refused = outcome.unwrap_err();
        assert!(refused.contains("this file is played"), "{file}: {refused}");
        assert_eq!(told, "", "nothing is played");
        assert_eq!(fs::read_to_string(folder.0.join(file)).unwrap(), before);
    }
    let mut left: Vec<_> = fs::read_dir(folder.scenarios())
        .unwrap()
        .map(|it| it.unwrap().file_name())
        .collect();
    left.sort();
    assert_eq!(left, ["a.scenario.yaml", "link.xml", "p.part.yaml"]);
}
