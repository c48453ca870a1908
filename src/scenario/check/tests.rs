//! Everything that is refused before anything plays, with its words.

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
const SIGN_IN: &str = "  - InitiateAuth: {ClientId: \"${clients.web.ClientId}\", AuthFlow: USER_PASSWORD_AUTH}\n";

fn all(rows: &[(&str, &str)], said_of: impl Fn(&str) -> String) {
    for (text, said) in rows {
        assert_eq!(said_of(text), *said, "of\n{text}");
    }
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
            ("scenario: 7\nsteps: [clock: {advance: 1s}]", "1:11: 7: give a sentence that says what must hold"),
            ("scenario: S\nsteps: []", "2:8: there is no step; one at least is needed"),
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
            ("  - initiateAuth: {}\n", "3:5: there is no action initiateAuth; did you mean InitiateAuth?"),
            ("  - GetUsers: {}\n", "3:5: there is no action GetUsers; did you mean GetUser?"),
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
            ("  - clock: {advance: 1s, set: x}\n", "3:12: clock takes one of advance and set"),
            (
                "  - clock: {advance: soon}\n",
                "3:22: \"soon\": give a span of time such as 31m, -90s or 1h 30m",
            ),
            ("  - clock: {add: 1m}\n", "3:13: clock has no member add; known here are advance, set\n3:12: clock takes one of advance and set"),
            ("  - message: {user: a}\n", "3:15: message has no member user; known here are kind, medium, pool, to, username, wait"),
            ("  - http: {method: GET}\n", "3:11: http needs url"),
            (
                "  - http: {url: /a, form: {a: b}, json: {}}\n",
                "3:43: a request has one body; give one of form, json and body",
            ),
            ("  - http: {url: /a, follow: 99}\n", "3:31: 99: give a whole number from 0 to 20"),
            ("  - check: {}\n", "3:12: check takes one expression at least, with what it must be"),
            (
                "  - check: {a: 1}\n",
                "3:13: \"a\" is no expression; a key of check is one, as \"${first.Session}\"",
            ),
            ("  - GetUser:\n", "3:5: GetUser has no input; write {} for none"),
        ],
        told_of_steps,
    );
}
