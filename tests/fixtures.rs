//! Fixtures as users meet them: files, directories, pasted answers, and the server that starts with
//! them.

mod attached;

use std::path::PathBuf;
use std::process::Command;

use poolhouse::clock::Timestamp;
use poolhouse::{Emulator, StartError};
use serde_json::{Value, json};

use crate::http::wire::{SIGNED, Wire, call};

/// A directory with these files, of a test's own.
fn directory(test: &str, files: &[(&str, &str)]) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(test);
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir_all(&path).unwrap();
    for (name, text) in files {
        std::fs::write(path.join(name), text).unwrap();
    }
    path
}

async fn server_with(fixture: PathBuf) -> Emulator {
    let noon = Timestamp::parse_rfc3339("2026-01-31T12:00:00Z").unwrap();
    Emulator::builder()
        .frozen_at(noon)
        .fixtures([fixture])
        .start()
        .await
        .unwrap()
}

async fn ask(server: &Emulator, operation: &str, input: Value) -> Value {
    let answer = Wire::to(server)
        .await
        .ask(call(operation, SIGNED, &input.to_string()))
        .await;
    assert_eq!(
        answer.status,
        200,
        "{operation} {input}\n{}{}",
        answer.head,
        answer.text()
    );
    serde_json::from_slice(&answer.body).unwrap_or(Value::Null)
}

async fn sign_in(server: &Emulator, client: &str, username: &str, password: &str) -> Value {
    let parameters = json!({"USERNAME": username, "PASSWORD": password});
    let input = json!({"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": client,
        "AuthParameters": parameters});
    ask(server, "InitiateAuth", input).await
}

#[tokio::test]
async fn without_a_fixture_the_default_pool_is_served() {
    let server = Emulator::builder().start().await.unwrap();
    let client = "1poolhouse0public0client00";
    let alice = sign_in(&server, client, "alice", "Poolhouse-1").await;
    assert!(
        alice["AuthenticationResult"]["AccessToken"].is_string(),
        "{alice}"
    );
    let bob = sign_in(&server, client, "bob", "Poolhouse-1").await;
    assert_eq!(bob["ChallengeName"], "SOFTWARE_TOKEN_MFA");
    let fay = sign_in(&server, client, "fay", "Temporary-1").await;
    assert_eq!(fay["ChallengeName"], "NEW_PASSWORD_REQUIRED");
}

/// A pool whose answer shows as many members as there are.
fn rich_pool() -> Value {
    json!({
        "PoolName": "rich",
        "Policies": {"PasswordPolicy": {"MinimumLength": 10, "RequireUppercase": true,
            "RequireLowercase": true, "RequireNumbers": true, "RequireSymbols": false,
            "PasswordHistorySize": 3}},
        "DeletionProtection": "ACTIVE",
        "LambdaConfig": {"PreTokenGeneration": "arn:aws:lambda:us-east-1:123456789012:function:f"},
        "AutoVerifiedAttributes": ["email"],
        "AliasAttributes": ["email", "preferred_username"],
        "EmailVerificationMessage": "Your code is {####}.",
        "EmailVerificationSubject": "Code",
        "UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": ["email"]},
        "DeviceConfiguration": {"ChallengeRequiredOnNewDevice": true,
            "DeviceOnlyRememberedOnUserPrompt": true},
        "UserPoolTags": {"team": "shop"},
        "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": true,
            "UnusedAccountValidityDays": 5,
            "InviteMessageTemplate": {"EmailSubject": "Hello",
                "EmailMessage": "{username} {####}"}},
        "Schema": [
            {"Name": "email", "AttributeDataType": "String", "Required": true, "Mutable": true},
            {"Name": "level", "AttributeDataType": "Number",
                "NumberAttributeConstraints": {"MinValue": "1", "MaxValue": "9"}},
            {"Name": "own", "AttributeDataType": "String", "DeveloperOnlyAttribute": true}],
        "UsernameConfiguration": {"CaseSensitive": false},
        "AccountRecoverySetting": {"RecoveryMechanisms": [{"Priority": 1, "Name": "verified_email"}]},
    })
}

#[tokio::test]
async fn what_describe_answers_can_be_pasted() {
    let first = Emulator::builder().start().await.unwrap();
    let made = ask(&first, "CreateUserPool", rich_pool()).await;
    let id = made["UserPool"]["Id"].clone();
    let client = json!({"UserPoolId": id, "ClientName": "web", "GenerateSecret": true,
        "AccessTokenValidity": 10, "TokenValidityUnits": {"AccessToken": "minutes"},
        "ReadAttributes": ["email", "custom:level"], "PreventUserExistenceErrors": "ENABLED",
        "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]});
    let made = ask(&first, "CreateUserPoolClient", client).await;
    let client_id = made["UserPoolClient"]["ClientId"].clone();
    let group = json!({"UserPoolId": id, "GroupName": "g", "Precedence": 3});
    ask(&first, "CreateGroup", group).await;
    let by_pool = json!({"UserPoolId": id});
    let by_client = json!({"UserPoolId": id, "ClientId": client_id});
    let user = json!({"UserPoolId": id, "Username": "ann", "MessageAction": "SUPPRESS",
        "UserAttributes": [{"Name": "email", "Value": "ann@example.com"},
            {"Name": "custom:level", "Value": "7"}]});
    ask(&first, "AdminCreateUser", user).await;

    let mut pasted = ask(&first, "DescribeUserPool", by_pool.clone()).await;
    let pool = pasted["UserPool"].clone();
    let client = ask(&first, "DescribeUserPoolClient", by_client.clone()).await;
    let groups = ask(&first, "ListGroups", by_pool.clone()).await;
    let users = ask(&first, "ListUsers", by_pool.clone()).await;
    pasted["UserPool"]["Clients"] = json!([client]);
    pasted["UserPool"]["Groups"] = groups["Groups"].clone();
    pasted["UserPool"]["Users"] = users["Users"].clone();

    let path = directory("pasted", &[("pool.json", &pasted.to_string())]);
    let second = server_with(path).await;
    assert_eq!(
        ask(&second, "DescribeUserPool", by_pool.clone()).await["UserPool"],
        pool
    );
    assert_eq!(
        ask(&second, "DescribeUserPoolClient", by_client).await,
        client
    );
    assert_eq!(ask(&second, "ListGroups", by_pool.clone()).await, groups);
    assert_eq!(ask(&second, "ListUsers", by_pool).await, users);
}

#[tokio::test]
async fn the_files_of_a_directory_are_one_fixture() {
    let path = directory(
        "merged",
        &[
            (
                "20-users.yaml",
                "Id: us-east-1_Merged1\nUsers: [{Username: u, Groups: [g]}]\n",
            ),
            (
                "10-pool.json",
                r#"{"Id": "us-east-1_Merged1", "PoolName": "a"}"#,
            ),
            (
                "30-groups.yml",
                "Id: us-east-1_Merged1\nGroups: [{GroupName: g}]\n",
            ),
            ("05-other.yaml", "PoolName: other\n"),
            ("notes.txt", "not a fixture"),
        ],
    );
    let server = server_with(path).await;
    let names: Vec<&str> = server
        .loaded()
        .pools
        .iter()
        .map(|pool| pool.name.as_str())
        .collect();
    assert_eq!(names, ["other", "a"]);
    let members = json!({"UserPoolId": "us-east-1_Merged1", "GroupName": "g"});
    let members = ask(&server, "ListUsersInGroup", members).await;
    assert_eq!(members["Users"][0]["Username"], "u");
}

#[tokio::test]
async fn files_that_are_not_there_are_named() {
    let empty = directory("empty", &[("notes.txt", "")]);
    let missing = empty.join("missing.yaml");
    let started = Emulator::builder()
        .fixtures([missing.clone(), empty.clone()])
        .start()
        .await;
    let Err(StartError::Fixture(error)) = started else {
        panic!("a server without fixtures")
    };
    let files: Vec<String> = error
        .faults
        .iter()
        .map(|fault| fault.file.clone())
        .collect();
    assert_eq!(
        files,
        [missing.display().to_string(), empty.display().to_string()]
    );
    assert!(error.to_string().ends_with(
        "the directory holds no fixture: no .json, .yaml or .yml file but those of tools"
    ));
}

#[test]
fn a_directory_means_the_directories_in_it() {
    let shipped = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures"));
    let loaded = poolhouse::fixtures::check(&[shipped]).unwrap();
    let names: Vec<&str> = loaded.pools.iter().map(|pool| pool.name.as_str()).collect();
    // Of `pools` and of folders in `scenarios`, whose scenarios and parts are none.
    for name in [
        "poolhouse",
        "federation",
        "totp-required",
        "refusals",
        "choice",
        "totp-off",
    ] {
        assert!(names.contains(&name), "{name}: {names:?}");
    }
}

/// Ends where nobody writes to a pipe, and where a file has no end.
#[cfg(unix)]
#[test]
fn check_waits_for_nothing() {
    let path = directory("odd", &[("piped.yaml", "PoolName: a\n")]);
    let pipe = path.join("pipe.yaml").display().to_string();
    let made = Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    let poolhouse = || Command::new(env!("CARGO_BIN_EXE_poolhouse"));
    for odd in [pipe.as_str(), "/dev/zero"] {
        let checked = poolhouse().args(["check", odd]).output().unwrap();
        assert_eq!(checked.status.code(), Some(1), "{odd}");
        let said = String::from_utf8_lossy(&checked.stderr).into_owned();
        assert!(
            said.contains(&format!("{odd}: neither a file nor")),
            "{said}"
        );
    }
    // What a shell has opened is read.
    let mut written = Command::new("cat")
        .arg(path.join("piped.yaml"))
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let checked = poolhouse()
        .args(["check", "/dev/stdin"])
        .stdin(written.stdout.take().unwrap())
        .output()
        .unwrap();
    assert!(written.wait().unwrap().success());
    assert_eq!(checked.status.code(), Some(0), "{checked:?}");
}

#[test]
fn check_says_where_a_fault_is() {
    let path = directory(
        "checked",
        &[(
            "bad.yaml",
            "PoolName: a\nUsers:\n  - Username: b\n    Enabld: true\n",
        )],
    );
    let run = |arguments: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_poolhouse"))
            .args(arguments)
            .output()
            .unwrap()
    };
    let bad = path.join("bad.yaml").display().to_string();
    let checked = run(&["check", &bad]);
    assert_eq!(checked.status.code(), Some(1));
    assert_eq!(
        String::from_utf8_lossy(&checked.stderr),
        format!("{bad}:4: Users[0].Enabld: unknown member; did you mean Enabled?\n")
    );
    let pools = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/pools");
    let checked = run(&["check", pools]);
    assert_eq!(
        checked.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&checked.stderr)
    );
    assert_eq!(
        String::from_utf8_lossy(&checked.stdout),
        "4 user pools, no fault\n"
    );
}

#[test]
fn scenarios_and_parts_are_checked_beside_fixtures_and_are_none() {
    let path = directory(
        "checked-scenarios",
        &[
            ("shop.yaml", "PoolName: a\n"),
            (
                "a.scenario.yaml",
                "scenario: S\nfixtures: shop.yaml\nsteps: [include: p.part.yaml]\n",
            ),
            ("p.part.yaml", "part: P\nsteps: [clock: {advance: 1s}]\n"),
        ],
    );
    let check = |file: &str| {
        let checked = Command::new(env!("CARGO_BIN_EXE_poolhouse"))
            .args(["check", path.join(file).to_str().unwrap()])
            .output()
            .unwrap();
        let said = [checked.stdout, checked.stderr].concat();
        let said = String::from_utf8(said).unwrap();
        let own = format!("{}/", path.display());
        (checked.status.code(), said.replace(&own, ""))
    };
    let found = "1 user pool, 1 scenario, 1 part, no fault\n".to_owned();
    assert_eq!(check(""), (Some(0), found));
    assert_eq!(
        check("p.part.yaml"),
        (Some(0), "1 part, no fault\n".to_owned())
    );
    std::fs::write(
        path.join("p.part.yaml"),
        "part: P\nsteps: [clock: {advanced: 1s}]\n",
    )
    .unwrap();
    std::fs::write(path.join("shop.yaml"), "PoolName: a\nUser: []\n").unwrap();
    let (code, said) = check("");
    assert_eq!(code, Some(1));
    let lines: Vec<_> = said.lines().collect();
    assert_eq!(
        lines[0],
        "p.part.yaml:2:16: clock takes one of advance and set"
    );
    assert_eq!(
        lines[1],
        "p.part.yaml:2:17: clock has no member advanced; did you mean advance?"
    );
    assert!(
        lines[2].starts_with("shop.yaml:2: User: unknown member"),
        "{said}"
    );
}

/// A fixture takes no more memory than a small multiple of its size, whatever is wrong with it. The
/// address space is what is bounded: a check that wants more is ended by the system.
#[cfg(target_os = "linux")]
#[test]
fn what_is_wrong_with_a_small_file_takes_little_memory() {
    let maps: String = (0..58)
        .map(|depth| format!("{{\"k{depth:02}{}\": ", "x".repeat(997)))
        .collect();
    let items = "0,".repeat(30_000);
    let deep = format!("{maps}[{items}0]{}\n", "}".repeat(58));
    let long = format!("? {}\n: [{items}0]\n", "y".repeat(80_000));
    let copies = format!(
        "a: &a [{}{{b: 0}}]\nb:\n{}",
        "{b: 0},".repeat(1000),
        "- *a\n".repeat(570)
    );
    for (name, text, said) in [
        ("deep", deep, "deep.yaml:1: k00"),
        ("long", long, "long.yaml:1: yyy"),
        (
            "copies",
            copies,
            "anchors and aliases copy more than 64 MiB",
        ),
    ] {
        let file = format!("{name}.yaml");
        let folder = directory(&format!("memory-{name}"), &[(&file, &text)]);
        let out = Command::new("sh")
            .args(["-c", "ulimit -v 400000; exec \"$0\" check \"$1\""])
            .arg(env!("CARGO_BIN_EXE_poolhouse"))
            .arg(folder.join(file))
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&out.stderr);
        assert_eq!(out.status.code(), Some(1), "{name}: {text:.300}");
        assert!(text.contains(said), "{text:.300}");
    }
}
