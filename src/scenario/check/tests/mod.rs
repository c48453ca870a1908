//! Everything that is refused before anything plays, with its words.

mod model;
mod names;
mod unplayable;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;

use crate::scenario::files;
use crate::scenario::read;

/// A folder of a test's own, which goes with it.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("poolhouse-check-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let file = self.0.join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, text).unwrap();
        file
    }

    /// What is said of the scenarios and parts in it; nothing, if they are right.
    fn told(&self) -> String {
        let files = files::find(std::slice::from_ref(&self.0), true).unwrap();
        let told = read::read(&files).map_or_else(|refused| refused.to_string(), |_| String::new());
        told.replace(&format!("{}/", self.0.display()), "")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// What is said of one scenario.
fn told(text: &str) -> String {
    let folder = Folder::new();
    folder.write("a.scenario.yaml", text);
    folder.told().replace("a.scenario.yaml:", "")
}

/// What is said of a scenario of these steps.
fn told_of_steps(steps: &str) -> String {
    told(&format!("scenario: S\nsteps:\n{steps}"))
}

/// Two clients, so that nobody is the client.
const SIGN_IN: &str =
    "  - InitiateAuth: {ClientId: \"${clients.web.ClientId}\", AuthFlow: USER_PASSWORD_AUTH}\n";

fn all(rows: &[(&str, &str)], said_of: impl Fn(&str) -> String) {
    let told: Vec<_> = rows.iter().map(|(text, _)| said_of(text)).collect();
    let wrong = rows
        .iter()
        .zip(&told)
        .filter(|((_, said), told)| said != told);
    let wrong =
        wrong.map(|((text, said), told)| format!("{text}\nis told\n{told}\nand not\n{said}"));
    let wrong: Vec<_> = wrong.collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn members_of_a_file_are_known_or_refused() {
    all(
        &[
            ("- a", "1:1: a list: a scenario is a map"),
            ("", "1:1: null: a scenario is a map"),
            (
                "{}",
                "1:1: a scenario needs scenario\n1:1: a scenario needs steps",
            ),
            (
                "scenario: S\nstep: []",
                "1:1: a scenario needs steps\n2:1: a scenario has no member step; did you mean steps?",
            ),
            (
                "scenario: 7\nsteps: [clock: {advance: 1s}]",
                "1:11: 7: give a sentence that says what must hold",
            ),
            (
                "scenario: S\nsteps: []",
                "2:8: there is no step; one at least is needed",
            ),
            ("scenario: S\nsteps: {}", "2:8: a map: give a list of steps"),
            (
                "scenario: S\ntags: [ok-1, Not ok]\nsteps: [clock: {advance: 1s}]",
                "2:14: \"Not ok\": a tag has small letters, digits and hyphens",
            ),
            (
                "scenario: S\nclock: soon\nsteps: [clock: {advance: 1s}]",
                "2:8: \"soon\": give a date and time from 1970 on, such as 2026-01-31T12:00:00Z",
            ),
            (
                "scenario: S\nseed: -1\nsteps: [clock: {advance: 1s}]",
                "2:7: -1: give a whole number from 0 on",
            ),
            (
                "scenario: S\nserver: {issue: aws, quotas: none, seed: 7, port: 80, one-time-tokens: yes}\nsteps: [clock: {advance: 1s}]",
                "2:10: a scenario's server has no setting issue; did you mean issuer?\n\
                 2:30: quotas takes no \"none\"; known here are off, aws\n\
                 2:36: a scenario says that by its own member seed\n\
                 2:45: a scenario's server has no setting port; known here are KNOWN\n\
                 2:72: one-time-tokens takes no \"yes\"; give true or false",
            ),
            (
                "scenario: S\ndefaults: {UserPoolID: x}\nsteps: [clock: {advance: 1s}]",
                "2:12: no operation has UserPoolID at the top of its input; did you mean UserPoolId?",
            ),
            (
                "scenario: S\ntable: [{case: one, a: 1, b: 2}, {a: 3}]\nsteps: [clock: {advance: 1s}]",
                "2:34: this row has no b, which row 1 has; give it, as null if there is none",
            ),
            (
                "scenario: S\ntable: []\nsteps: [clock: {advance: 1s}]",
                "2:8: there is no row; a table has one at least, or is left out",
            ),
            (
                "scenario: S\nfixtures: none.yaml\nsteps: [clock: {advance: 1s}]",
                "2:11: \"none.yaml\": there is no such file; paths begin at the folder of the scenario",
            ),
            (
                "scenario: S\nsteps: [clock: {advance: 1s}]\nsteps: []",
                "3:1: steps is given twice; keep one",
            ),
        ],
        |text| {
            let told = told(text);
            match told.split_once("no setting port; known here are ") {
                Some((before, after)) => {
                    let rest = after.split_once('\n').unwrap().1;
                    format!("{before}no setting port; known here are KNOWN\n{rest}")
                }
                None => told,
            }
        },
    );
}

#[test]
fn a_step_has_one_action_that_is_known() {
    all(
        &[
            (
                "  - initiateAuth: {}\n",
                "3:5: there is no action initiateAuth; did you mean InitiateAuth?",
            ),
            (
                "  - GetUsers: {}\n",
                "3:5: there is no action GetUsers; did you mean GetUser?",
            ),
            (
                "  - clock: {advance: 1s}\n    expects: {}\n",
                "4:5: there is no action expects; did you mean expect?",
            ),
            (
                "  - sleep: 5s\n",
                "3:5: there is no action sleep; an action is an operation of user pools, or http, message, clock, \
                 fault, trigger, risk, undeliverable, quota, include, set, check; beside it may stand as, expect, \
                 exactly, error, repeat, parallel, winners, signed, headers, skew, unchecked, note, with",
            ),
            (
                "  - note: nothing\n",
                "3:5: a step needs an action: an operation such as InitiateAuth, or http, message, clock, fault, \
                 trigger, risk, undeliverable, quota, include, set, check",
            ),
            (
                "  - clock: {advance: 1s}\n    set: {a: 1}\n",
                "4:5: a step has one action, and this one has clock and set; make two steps of it",
            ),
            ("  - clock\n", "3:5: \"clock\": a step is a map"),
            (
                "  - clock: {advance: 1s, set: x}\n",
                "3:12: clock takes one of advance and set",
            ),
            (
                "  - clock: {advance: soon}\n",
                "3:22: \"soon\": give a span of time such as 31m, -90s or 1h 30m",
            ),
            (
                "  - clock: {add: 1m}\n",
                "3:12: clock takes one of advance and set\n3:13: clock has no member add; known here are advance, set",
            ),
            (
                "  - message: {user: a}\n",
                "3:15: message has no member user; known here are kind, medium, pool, to, username, wait",
            ),
            ("  - http: {method: GET}\n", "3:11: http needs url"),
            (
                "  - http: {url: /a, form: {a: b}, json: {}}\n",
                "3:41: a request has one body; give one of form, json and body",
            ),
            (
                "  - http: {url: /a, follow: 99}\n",
                "3:29: 99: give a whole number from 0 to 20",
            ),
            (
                "  - check: {}\n",
                "3:12: check takes one expression at least, with what it must be",
            ),
            (
                "  - check: {a: 1}\n",
                "3:13: \"a\" is no expression; a key of check is one, as \"${first.Session}\"",
            ),
            (
                "  - GetUser:\n",
                "3:5: GetUser has no input; write {} for none",
            ),
        ],
        told_of_steps,
    );
}

#[test]
fn modifiers_fit_their_action_and_one_another() {
    all(
        &[
            (
                "  - clock: {advance: 1s}\n    error: NotAuthorizedException\n",
                "4:12: error is for operations, which alone are refused; this is a step of clock",
            ),
            (
                "  - set: {a: 1}\n    as: b\n",
                "4:9: as is for actions that have a result; this is a step of set",
            ),
            (
                "  - clock: {advance: 1s}\n    with: {a: 1}\n",
                "4:11: with is for include, which alone takes parameters; this is a step of clock",
            ),
            (
                "  - GetUser: {AccessToken: x}\n    winners: 1\n",
                "4:14: winners says how many of parallel requests succeed; say parallel, too",
            ),
            (
                "  - GetUser: {AccessToken: x}\n    parallel: 2\n    winners: 3\n    error: NotAuthorizedException\n",
                "5:14: 3: of 2 requests no more than 2 can win",
            ),
            (
                "  - GetUser: {AccessToken: x}\n    parallel: 2\n    winners: 1\n    expect: {Username: a}\n    error: NotAuthorizedException\n",
                "",
            ),
            (
                "  - GetUser: {AccessToken: x}\n    expect: {Username: a}\n    error: NotAuthorizedException\n",
                "4:13: expect stands beside error, and a step that is refused has no result; keep one of them",
            ),
            (
                "  - GetUser: {AccessToken: x}\n    exactly: {Username: a}\n    error: {status: 400}\n",
                "4:14: exactly stands beside error, and a step that is refused has no result; keep one of them",
            ),
            (
                "  - GetUser: {AccessToken: x}\n    expect: {Username: a}\n    error: null\n",
                "",
            ),
            (
                "  - GetUser: {AccessToken: x}\n    repeat: 0\n    skew: 5\n    unchecked: maybe\n    signed: yes\n",
                "4:13: 0: give a whole number from 1 to 10000\n\
                 5:11: 5: give a span of time such as 31m, -90s or 1h 30m\n\
                 6:16: \"maybe\": give true or false\n\
                 7:13: \"yes\": give false or {account, region}",
            ),
            (
                "  - GetUser: {AccessToken: x}\n    error: {kind: NotAuthorizedException}\n",
                "4:13: error has no member kind; known here are message, reason, status, type",
            ),
        ],
        told_of_steps,
    );
}

#[test]
fn parts_are_there_get_what_they_need_and_do_not_include_themselves() {
    let folder = Folder::new();
    folder.write(
        "parts/sign-up.part.yaml",
        "part: P\nparams: [username, password]\nsteps:\n  - SignUp: {Username: \"${username}\", Password: \"${passwort}\"}\nreturns: {code: \"${username}\"}\n",
    );
    folder.write(
        "parts/circle.part.yaml",
        "part: C\nsteps: [include: other.part.yaml]\n",
    );
    folder.write(
        "parts/other.part.yaml",
        "part: O\nsteps: [include: ../parts/circle.part.yaml]\n",
    );
    folder.write(
        "a.scenario.yaml",
        "scenario: S\nsteps:\n  - include: parts/signup.part.yaml\n  - include: parts/sign-up.part.yaml\n    with: {user: a, password: b}\n    as: p\n  - set: {a: \"${p.cod}\"}\n  - include: parts/circle.part.yaml\n  - include: \"${p.code}\"\n",
    );
    let folder_name = folder.0.display().to_string();
    let told = folder.told().replace(&folder_name, "");
    let expected = "a.scenario.yaml:3:14: \"parts/signup.part.yaml\": there is no such part; did you mean sign-up.part.yaml?\n\
         a.scenario.yaml:4:5: parts/sign-up.part.yaml needs username; give it in `with` beside include\n\
         a.scenario.yaml:5:12: parts/sign-up.part.yaml has no parameter user; known here are password, username\n\
         a.scenario.yaml:7:17: p has no member cod; did you mean code?\n\
         a.scenario.yaml:9:14: an expression cannot stand here; give the path of a part, such as signed-up.part.yaml\n\
         parts/other.part.yaml:2:18: a part includes itself: parts/circle.part.yaml includes parts/other.part.yaml includes parts/../parts/circle.part.yaml\n\
         parts/sign-up.part.yaml:4:5: SignUp needs ClientId; give it here or in defaults, for the fixtures have not just one client; with unchecked: true the input is sent as it stands\n\
         parts/sign-up.part.yaml:4:52: there is no passwort here; did you mean password?";
    assert_eq!(told, expected);
}

#[test]
fn a_sentence_is_used_once_and_fixtures_are_right() {
    let folder = Folder::new();
    folder.write(
        "a.scenario.yaml",
        "scenario: S\nsteps: [clock: {advance: 1s}]\n",
    );
    folder.write(
        "b.scenario.yaml",
        "scenario: S\nsteps: [clock: {advance: 1s}]\n",
    );
    let pool = "scenario: T\nfixtures:\n  UserPools:\n    - PoolName: p\n      Users:\n        - Usernam: x\nsteps: [clock: {advance: 1s}]\n";
    folder.write("c.scenario.yaml", pool);
    let told = folder.told();
    let (told, of_fixture) = told.split_once('\n').unwrap();
    let first = folder.0.join("a.scenario.yaml");
    let _ = first;
    assert_eq!(
        told,
        "b.scenario.yaml:1:11: the same sentence stands in a.scenario.yaml:1; write another"
    );
    assert!(
        of_fixture.starts_with("c.scenario.yaml:6: UserPools[0].Users[0]"),
        "{of_fixture}"
    );
}

#[test]
fn what_ships_is_right() {
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/scenarios");
    let files = files::find(&[ours], true).unwrap();
    let read = read::read(&files)
        .map_err(|refused| refused.to_string())
        .unwrap();
    assert!(!read.scenarios.is_empty() && read.parts > 0);
}

#[test]
fn directories_are_searched_in_order_of_path() {
    let folder = Folder::new();
    for name in [
        "b.scenario.yml",
        "a/z.scenario.json",
        "a/a.scenario.yaml",
        ".hidden/c.scenario.yaml",
        ".d.scenario.yaml",
        "e.yaml",
        "f.part.yaml",
        ".scenario.yaml",
    ] {
        folder.write(name, "");
    }
    let found = |parts| {
        let files = files::find(std::slice::from_ref(&folder.0), parts).unwrap();
        let names = files
            .iter()
            .map(|file| file.strip_prefix(&folder.0).unwrap());
        names
            .map(|name| name.to_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        found(false),
        ["a/a.scenario.yaml", "a/z.scenario.json", "b.scenario.yml"]
    );
    assert_eq!(found(true).len(), 4);
    let twice = [folder.0.join("b.scenario.yml"), folder.0.clone()];
    assert_eq!(files::find(&twice, false).unwrap().len(), 3);
}

#[test]
fn a_file_has_a_mebibyte_and_a_thousand_steps_at_most() {
    let long = format!("scenario: S\n# {}\n", "x".repeat(1 << 20));
    assert_eq!(told(&long), "1:1: longer than 1048576 bytes");
    let many = "  - clock: {advance: 1s}\n".repeat(1001);
    assert_eq!(
        told_of_steps(&many),
        "3:3: 1001 steps, and a file has 1000 at most; make parts of them"
    );
}

/// Pieces of scenarios, put together as nobody would.
fn pieces() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "scenario",
        "steps",
        "part",
        "vars",
        "table",
        "defaults",
        "fixtures",
        "server",
        "as",
        "expect",
        "exactly",
        "error",
        "parallel",
        "winners",
        "repeat",
        "with",
        "include",
        "set",
        "check",
        "http",
        "message",
        "clock",
        "risk",
        "InitiateAuth",
        "GetUser",
        "AccessToken",
        "AuthFlow",
        "url",
        "$oneOf",
        "$not",
        "<any>",
        "${",
        "}",
        "${a.b[0]}",
        "${totp('x')}",
        "null",
        "true",
        "7",
        "S",
        ":",
        ": ",
        "\n",
        "\n  ",
        "\n  - ",
        "- ",
        "{",
        "}",
        "[",
        "]",
        ", ",
        "\"",
        "'",
        "&a ",
        "*a",
        "é",
    ]);
    prop::collection::vec(words, 0..60).prop_map(|words| words.concat())
}

proptest! {
    #[test]
    fn any_text_is_taken_or_refused_and_the_same_each_time(text in prop_oneof![any::<String>(), pieces()]) {
        let whole = format!("scenario: S\nsteps:\n  - {text}");
        let folder = Folder::new();
        for (name, text) in [("a.scenario.yaml", &text), ("b.scenario.yaml", &whole), ("c.part.yaml", &text)] {
            folder.write(name, text);
        }
        prop_assert_eq!(folder.told(), folder.told());
    }
}
