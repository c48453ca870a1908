//! `--update`: what differs is written into the files, each value in its place, and nothing by halves.

use poolhouse::cli::ReplayArguments;
use poolhouse::config::{Environment, Inherited};
use poolhouse::scenario::{Outcome, replay};

use super::Folder;

fn update(typed: &mut ReplayArguments) {
    typed.update = true;
}

fn read(folder: &Folder, name: &str) -> String {
    std::fs::read_to_string(folder.scenarios().join(name)).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn literal_values_are_written_as_they_came_and_all_else_stays() {
    let folder = Folder::new("update");
    folder.write(
        "pass.part.yaml",
        "part: It asks\nsteps:\n- DescribeUserPool: {}\n  expect: {UserPool: {Name: another}}\n",
    );
    let before = "\
# Kept: the first line,
scenario: Somebody signs in
vars: {host: example.com}
defaults: {ClientId: \"${clients.web.ClientId}\"}
steps:
  - include: pass.part.yaml   # this,
  - AdminGetUser: {Username: alice}
    expect:
      Username: 'bob'  # and this
      Enabled: <boolean>
      UserAttributes: {email: \"alice@${host}\", email_verified: \"no\"}
      UserMFASettingList:
        - SMS_MFA
  - InitiateAuth: {AuthFlow: USER_PASSWORD_AUTH, AuthParameters: {USERNAME: alice, PASSWORD: wrong}}
    error: UserNotFoundException
  - InitiateAuth: {AuthFlow: USER_PASSWORD_AUTH, AuthParameters: {USERNAME: alice, PASSWORD: wrong}}
    error: {type: UserNotFoundException, message: \"No.\", status: 401}

  - InitiateAuth: {AuthFlow: USER_PASSWORD_AUTH, AuthParameters: {USERNAME: alice, PASSWORD: Poolhouse-1}}
    expect: {AuthenticationResult: {TokenType: Mac, IdToken: {$claims: {email: x}}, AccessToken: <jwt>}}
";
    folder.write("a.scenario.yaml", before);
    let (told, outcome) = folder.replay(update).await;
    assert_eq!(outcome, Ok(Outcome::Passed), "{told}");
    let after = before
        .replace("'bob'", "'alice'")
        .replace("\"no\"", "\"true\"")
        .replace("\n        - SMS_MFA", " <absent>")
        .replace("error: User", "error: NotAuthorized")
        .replace("NotAuthorizedNotFound", "NotAuthorized")
        .replace("type: UserNotFound", "type: NotAuthorized")
        .replace("\"No.\"", "\"Incorrect username or password.\"")
        .replace("401", "400")
        .replace("Mac", "Bearer")
        .replace("email: x", "email: alice@example.com");
    assert_eq!(
        read(&folder, "a.scenario.yaml").replace("\n        <absent>", " <absent>"),
        after,
        "{told}"
    );
    assert!(read(&folder, "pass.part.yaml").contains("{Name: poolhouse}"));
    assert!(
        told.contains("-      Username: 'bob'  # and this\n+      Username: 'alice'  # and this\n"),
        "{told}"
    );
    assert!(told.ends_with("10 values rewritten in 2 files\n"), "{told}");
    let (told, outcome) = folder.replay(|_| {}).await;
    assert_eq!(outcome, Ok(Outcome::Passed), "{told}");
    // What is right is not written again.
    let (told, _) = folder.replay(update).await;
    assert!(
        told.ends_with("\n0 values rewritten in 0 files\n"),
        "{told}"
    );
}

/// A scenario that stays as it is, and what is said of that.
async fn stays(test: &str, text: &str) -> String {
    let folder = Folder::new(test);
    folder.write("a.scenario.yaml", text);
    let (told, outcome) = folder.replay(update).await;
    assert_eq!(outcome, Ok(Outcome::Failed), "{told}");
    assert_eq!(read(&folder, "a.scenario.yaml"), text);
    let names = std::fs::read_dir(folder.scenarios()).unwrap();
    assert_eq!(names.count(), 1);
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_right_for_all_stays() {
    let told = stays(
        "update-rows",
        "scenario: x\ntable: [{user: alice}, {user: nobody}]\nsteps:\n- AdminGetUser: {Username: \"${row.user}\"}\n  error: {type: InternalErrorException, message: x}\n",
    )
    .await;
    // One of them succeeds, whatever is written.
    assert!(told.contains("was to be refused"), "{told}");
    let told = stays(
        "update-repeat",
        "scenario: x\nsteps:\n- CreateGroup: {GroupName: \"group-${i}\"}\n  repeat: 2\n  expect: {Group: {GroupName: group-1}}\n",
    )
    .await;
    assert!(
        told.contains("a.scenario.yaml:5:31: this value is compared more than once"),
        "{told}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scenario_that_fails_all_the_same_stays_and_secrets_are_not_written() {
    let told = stays(
        "update-fails",
        "scenario: x\nsteps:\n- DescribeUserPool: {}\n  expect: {UserPool: {Name: x}}\n- DescribeUserPool: {}\n  expect: {UserPool: {Id: {$startsWith: x}}}\n",
    )
    .await;
    assert!(
        told.contains("a.scenario.yaml: it stays as it is: a scenario of it fails all the same"),
        "{told}"
    );
    assert!(told.ends_with("0 values rewritten in 0 files\n"), "{told}");
    let told = stays(
        "update-secret",
        "scenario: x\nsteps:\n- InitiateAuth:\n    AuthFlow: USER_PASSWORD_AUTH\n    ClientId: \"${clients.web.ClientId}\"\n    AuthParameters: {USERNAME: alice, PASSWORD: Poolhouse-1}\n  expect: {AuthenticationResult: {AccessToken: another}}\n",
    )
    .await;
    assert!(!told.contains("rewritten in 1"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_written_where_pipelines_run() {
    let folder = Folder::new("update-ci");
    let text = "scenario: x\nsteps:\n- DescribeUserPool: {}\n  expect: {UserPool: {Name: x}}\n";
    folder.write("a.scenario.yaml", text);
    let environment = Environment {
        all: Inherited(vec![("CI".into(), "true".into())]),
        ..Environment::default()
    };
    let typed = ReplayArguments {
        paths: vec![folder.scenarios()],
        update: true,
        ..ReplayArguments::default()
    };
    let mut out = Vec::new();
    let refused = replay(&typed, &environment, &mut out, std::future::pending()).await;
    assert!(refused.is_err_and(|text| text.contains("CI is set")));
    assert!(out.is_empty());
    assert_eq!(read(&folder, "a.scenario.yaml"), text);
}
