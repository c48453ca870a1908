//! A failure is told in full: where, what was expected, what came, why, and how to look at it.

use poolhouse::cli::ReportArgument;
use poolhouse::scenario::Outcome;

use super::{Folder, shipped};

/// The report of a scenario that ships, in which `change` was put in the place of `text`.
async fn changed(test: &str, name: &str, text: &str, change: &str) -> String {
    let folder = Folder::new(test);
    folder.write("signed-up.part.yaml", &shipped("signed-up.part.yaml"));
    let file = if name.ends_with(".part.yaml") {
        "lockout.scenario.yaml"
    } else {
        name
    };
    folder.write(file, &shipped(file));
    let before = shipped(name);
    assert_eq!(before.matches(text).count(), 1, "{text}");
    folder.write(name, &before.replace(text, change));
    let (told, outcome) = folder.replay(|_| {}).await;
    assert_eq!(outcome, Ok(Outcome::Failed), "{told}");
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn members_that_are_others_are_marked_each_at_its_place() {
    let told = changed(
        "members",
        "totp-set-up.scenario.yaml",
        "ExpiresIn: 3600, IdToken: <jwt>",
        "ExpiresIn: 60, RefreshToken: none",
    )
    .await;
    assert_eq!(
        told,
        r#"FAILED  totp-set-up.scenario.yaml: A user of a pool that requires TOTP sets up an authenticator app, and its code works once

failed: A user of a pool that requires TOTP sets up an authenticator app, and its code works once
        step 6, RespondToAuthChallenge: the answer is another
  --> totp-set-up.scenario.yaml:21:67
   |
21 |     expect: {AuthenticationResult: {TokenType: Bearer, ExpiresIn: 60, RefreshToken: none}}
   |                                                                   ^^                ^^^^ AuthenticationResult.RefreshToken: expected "none", got "eyJjdHki…"
   |                                                                   |
   |                                                                   AuthenticationResult.ExpiresIn: expected 60, got 3600
   |
   = stop there: poolhouse replay totp-set-up.scenario.yaml --until 6 --serve 9229

0 passed, 1 failed, 0 skipped; 5 steps
"#
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_success_that_was_to_be_a_refusal_is_shown_with_its_tokens_cut() {
    let told = changed(
        "success",
        "srp.scenario.yaml",
        "{case: wrong password, password: Poolhouse-2,",
        "{case: wrong password, password: Poolhouse-1,",
    )
    .await;
    assert_eq!(
        told,
        r#"passed  srp.scenario.yaml: SRP proves the password, and refuses a wrong one (right password)
FAILED  srp.scenario.yaml: SRP proves the password, and refuses a wrong one (wrong password)

failed: SRP proves the password, and refuses a wrong one (wrong password)
        step 2, RespondToAuthChallenge: the operation succeeded, and was to be refused
  --> srp.scenario.yaml:24:12
   |
24 |     error: ${row.error}
   |            ^^^^^^^^^^^^
   |
   = expected: NotAuthorizedException
   = got: {"AuthenticationResult":{"AccessToken":"eyJraWQi…","ExpiresIn":3600,"IdToken":"eyJraWQi…","RefreshToken":"eyJjdHki…","TokenType":"Bearer"},"ChallengeParameters":{}}
   = stop there: poolhouse replay srp.scenario.yaml --name '(wrong password)' --until 2 --serve 9229

1 passed, 1 failed, 0 skipped; 3 steps
"#
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn another_refusal_is_told_with_the_reason_and_the_note_of_the_step() {
    let told = changed(
        "refusal",
        "reset-code.scenario.yaml",
        "    error: ExpiredCodeException\n",
        "    error: CodeMismatchException\n    note: \"${second.code} was used\"\n",
    )
    .await;
    assert_eq!(
        told,
        r#"FAILED  reset-code.scenario.yaml: A reset code is good for an hour, and for one password

failed: A reset code is good for an hour, and for one password
        step 9, ConfirmForgotPassword: the operation was refused with another type
  --> reset-code.scenario.yaml:21:12
   |
21 |     error: CodeMismatchException
   |            ^^^^^^^^^^^^^^^^^^^^^
   |
   = expected: CodeMismatchException
   = got: ExpiredCodeException: Invalid code provided, please request a code again.
   = reason: no code is outstanding: none was sent, it was used, or a changed address or a new password voided it; ask for a new one (ResendConfirmationCode for a sign-up); this code was used 0 ms ago, by ConfirmForgotPassword
   = note: 621… was used
   = stop there: poolhouse replay reset-code.scenario.yaml --until 9 --serve 9229

0 passed, 1 failed, 0 skipped; 8 steps
"#
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_does_not_come_is_told_where_its_part_stands() {
    let told = changed(
        "message",
        "signed-up.part.yaml",
        "kind: SignUp}",
        "kind: ForgotPassword, wait: 50ms}",
    )
    .await;
    assert_eq!(
        told,
        r#"FAILED  lockout.scenario.yaml: Five wrong passwords lock the user out for a second, and a right one is refused meanwhile

failed: Five wrong passwords lock the user out for a second, and a right one is refused meanwhile
        step 1, message: no new message of kind ForgotPassword for carol came within 50ms
 --> signed-up.part.yaml:6:5
  |
6 |   - message: {username: "${username}", kind: ForgotPassword, wait: 50ms}
  |     ^^^^^^^
  |
  = included at: lockout.scenario.yaml:6:5
  = stop there: poolhouse replay lockout.scenario.yaml --until 1 --serve 9229

0 passed, 1 failed, 0 skipped; 1 step
"#
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_where_success_is_meant_says_why() {
    let told = changed(
        "refused",
        "lockout.scenario.yaml",
        "advance: 1s",
        "advance: 500ms",
    )
    .await;
    assert_eq!(
        told,
        r#"FAILED  lockout.scenario.yaml: Five wrong passwords lock the user out for a second, and a right one is refused meanwhile

failed: Five wrong passwords lock the user out for a second, and a right one is refused meanwhile
        step 5, InitiateAuth: the operation was refused
  --> lockout.scenario.yaml:15:5
   |
15 |   - InitiateAuth: *right
   |     ^^^^^^^^^^^^
   |
   = expected: success
   = got: NotAuthorizedException: Password attempts exceeded
   = reason: 5 failed sign-ins; attempts count again from 2026-01-01T00:00:01Z
   = stop there: poolhouse replay lockout.scenario.yaml --until 5 --serve 9229

0 passed, 1 failed, 0 skipped; 7 steps
"#
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn another_number_of_winners_is_told() {
    let told = changed(
        "winners",
        "one-confirmation.scenario.yaml",
        "winners: 1",
        "winners: 2",
    )
    .await;
    assert_eq!(
        told,
        r#"FAILED  one-confirmation.scenario.yaml: Of fifty requests with one confirmation code exactly one wins

failed: Of fifty requests with one confirmation code exactly one wins
        step 3, ConfirmSignUp: another number of requests succeeded
  --> one-confirmation.scenario.yaml:10:14
   |
10 |     winners: 2
   |              ^
   |
   = expected: 2 of 50
   = got: 1
   = stop there: poolhouse replay one-confirmation.scenario.yaml --until 3 --serve 9229

0 passed, 1 failed, 0 skipped; 2 steps
"#
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_in_finally_is_told_beside_what_failed_before() {
    let folder = Folder::new("finally");
    folder.write(
        "a.scenario.yaml",
        "scenario: Both
steps:
  - DescribeUserPool: {}
    expect: {UserPool: {Name: another}}
finally:
  - AdminDeleteUser: {Username: nobody}
  - AdminGetUser: {Username: alice}
    expect: {Enabled: false}
",
    );
    let place = |kind: &str| format!("{kind}={}", folder.0.join(kind).display());
    let asked = ["junit", "json", "github"].map(|kind| place(kind).parse::<ReportArgument>());
    let asked = asked.map(Result::unwrap).to_vec();
    let (told, outcome) = folder.replay(|typed| typed.report = asked).await;
    assert_eq!(outcome, Ok(Outcome::Failed), "{told}");
    let read = |kind: &str| std::fs::read_to_string(folder.0.join(kind)).unwrap();
    for report in [told.clone(), read("junit")] {
        for text in [
            "step 1, DescribeUserPool: the answer is another",
            "finally failed: AdminDeleteUser: the operation was refused",
            "got: UserNotFoundException: User does not exist.",
            "finally failed: AdminGetUser: the answer is another",
        ] {
            assert!(report.contains(text), "{text} is not in\n{report}");
        }
    }
    assert!(told.contains("0 passed, 1 failed, 0 skipped"), "{told}");
    assert_eq!(read("github").matches("::error ").count(), 3);
    let json: serde_json::Value = serde_json::from_str(&read("json")).unwrap();
    let finally = json["scenarios"][0]["failure"]["finally"]
        .as_array()
        .unwrap();
    let actions: Vec<_> = finally.iter().map(|it| &it["action"]).collect();
    assert_eq!(actions, ["AdminDeleteUser", "AdminGetUser"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn finally_alone_fails_a_scenario() {
    let folder = Folder::new("finally-alone");
    folder.write(
        "a.scenario.yaml",
        "scenario: One\nsteps: [{DescribeUserPool: {}}]\nfinally: [{AdminDeleteUser: {Username: nobody}}]\n",
    );
    let (told, outcome) = folder.replay(|_| {}).await;
    assert_eq!(outcome, Ok(Outcome::Failed), "{told}");
    assert!(
        told.contains("AdminDeleteUser: the operation was refused"),
        "{told}"
    );
    assert!(!told.contains("finally failed"), "{told}");
}
