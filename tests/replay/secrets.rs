//! No report of a replay shows a password, a token, a client secret or a code in full, whichever way it came there.

use std::fs;

use poolhouse::cli::ReportArgument;
use poolhouse::scenario::Outcome;

use super::Folder;

/// What fixtures say, in a scenario of its own: the default pool's secrets are in the documentation.
const FIXTURES: &str = "\
fixtures:
  UserPools:
    - PoolName: vault
      MfaConfiguration: OPTIONAL
      SoftwareTokenMfaConfiguration: {Enabled: true}
      AutoVerifiedAttributes: [email]
      Clients:
        - ClientName: server
          ClientSecret: client0secret0of0the0vault0never0to0be0shown
          ExplicitAuthFlows: [ALLOW_USER_PASSWORD_AUTH, ALLOW_REFRESH_TOKEN_AUTH]
      Users:
        - Username: vera
          Password: \"Vera's & Quiet-Horse-7\"
          UserAttributes: {email: vera@example.com}
          SoftwareToken: {SecretCode: JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP}
";

/// None of these may stand in what is told.
const SECRETS: [&str; 8] = [
    "client0secret0of0the0vault0never0to0be0shown",
    "Vera's & Quiet-Horse-7",
    "Quiet-Horse-7",
    "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
    "Wrong-Horse-Battery-9",
    "Another-Staple-5",
    "New-Staple-Battery-3",
    "Colditz-1945",
];

/// Steps of which the last fails, and tells a secret if it may.
const STEPS: [&str; 15] = [
    "- check: {\"${users.vera.Password}\": another}",
    "- check: {\"${clients.server.ClientSecret}\": another}",
    "- check: {\"${users.vera.SoftwareToken.SecretCode}\": {$startsWith: Z}}",
    "- check: {\"${users.vera}\": {Username: nobody}}",
    "- set: {mine: Another-Staple-5, password: \"${users.vera.Password}\"}\n- check: {\"${password}\": {$not: <string>}}",
    "- set: {mine: \"my ${users.vera.Password}\"}\n- check: {\"${mine}\": <number>}",
    "- set: {word: Another-Staple-5}\n- SignUp: {Username: ada, Password: \"${word}\", SecretHash: \"${secret_hash('ada', client)}\"}\n- check: {\"${word}\": <uuid>}",
    "- check: {\"${users.vera.Password}\": Wrong-Horse-Battery-9}",
    "- check: {\"${basic(client.ClientId, client.ClientSecret)}\": <uuid>}",
    "- check: {\"${base64(users.vera.Password)}\": <uuid>}",
    "- clock: {advance: \"${users.vera.Password}\"}",
    "- InitiateAuth: {AuthFlow: USER_PASSWORD_AUTH, AuthParameters: {USERNAME: vera, PASSWORD: Wrong-Horse-Battery-9, SECRET_HASH: \"${secret_hash('vera', client)}\"}}\n  error: {message: \"what of ${users.vera.Password}?\"}\n  note: not with Wrong-Horse-Battery-9",
    "- http: {url: \"/nowhere?code=New-Staple-Battery-3&state=Another\"}\n  expect: {url: <uuid>, status: 200}",
    "- http: {url: /oauth2/token, form: {client_secret: New-Staple-Battery-3, x: 1}, headers: {Authorization: \"Basic New-Staple-Battery-3\"}}\n- check: {\"${'it was New-Staple-Battery-3'}\": 7}",
    "- set: {key: \"${env('POOLHOUSE_TEST_CITY')}\"}\n- check: {\"${key}\": 7}",
];

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_is_told_holds_a_secret() {
    let folder = Folder::new("secrets");
    for (number, steps) in STEPS.iter().enumerate() {
        let steps = steps.replace('\n', "\n  ");
        let text = format!("scenario: The vault, {number}\n{FIXTURES}steps:\n  {steps}\n");
        folder.write(&format!("s{number:02}.scenario.yaml"), &text);
    }
    let place = |kind: &str| format!("{kind}={}", folder.0.join(kind).display());
    let asked = ["junit", "json", "github"].map(|kind| place(kind).parse::<ReportArgument>());
    let (told, outcome) = folder
        .replay(|typed| {
            typed.report = asked.map(Result::unwrap).to_vec();
            typed.pass_env = vec!["POOLHOUSE_TEST_CITY".to_owned()];
        })
        .await;
    assert_eq!(outcome, Ok(Outcome::Failed), "{told}");
    let all = format!("0 passed, {} failed, 0 skipped", STEPS.len());
    assert!(told.contains(&all), "{told}");
    for kind in ["told", "junit", "json", "github"] {
        let report = match kind {
            "told" => told.clone(),
            _ => fs::read_to_string(folder.0.join(kind)).unwrap(),
        };
        for secret in SECRETS {
            let lines: Vec<_> = report
                .lines()
                .filter(|line| line.contains(secret))
                .collect();
            assert!(lines.is_empty(), "{kind} tells {secret}: {lines:#?}");
        }
    }
    // What is no secret is told, and what is one by its beginning.
    for text in [
        "expected \"ano…\", got \"Vera's &…\"",
        "got \"client0s…\"",
        "got \"JBSWY3DP…\"",
        "Username: expected \"nobody\", got \"vera\"",
        "expected \"Wrong-Ho…\"",
        "it was New-Stap…",
        "state=Another",
    ] {
        assert!(told.contains(text), "{text} is not in\n{told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_and_sessions_of_answers_are_cut_wherever_they_come_up() {
    let folder = Folder::new("codes");
    folder.write(
        "a.scenario.yaml",
        "scenario: A code
defaults: {ClientId: \"${clients.web.ClientId}\", Username: alice}
steps:
  - ForgotPassword: {}
  - message: {username: alice}
    as: mail
  - set: {text: \"it is ${mail.code}.\", number: 123456789}
  - check:
      \"${text}\": <uuid>
",
    );
    let (told, outcome) = folder.replay(|_| {}).await;
    assert_eq!(outcome, Ok(Outcome::Failed), "{told}");
    let (_, shown) = told.split_once("got \"it is ").unwrap();
    let digits = shown.bytes().take_while(u8::is_ascii_digit).count();
    assert_eq!(digits, 3, "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_update_would_write_is_no_secret() {
    let folder = Folder::new("update-secret");
    let text = format!(
        "scenario: The vault\n{FIXTURES}steps:\n  - AdminGetUser: {{Username: vera}}\n    expect: {{Username: \"x\"}}\n  \
         - check: {{\"${{users.vera.Password}}\": x}}\n"
    );
    folder.write("a.scenario.yaml", &text);
    let (told, outcome) = folder.replay(|typed| typed.update = true).await;
    assert_eq!(outcome, Ok(Outcome::Failed), "{told}");
    let written = fs::read_to_string(folder.scenarios().join("a.scenario.yaml")).unwrap();
    assert_eq!(written.matches("Quiet-Horse-7").count(), 1, "{written}");
    assert!(!told.contains("Quiet-Horse-7"), "{told}");
}
