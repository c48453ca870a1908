//! Scenarios that are replayed: those that ship pass, and what is changed in them is told where it stands.

mod failures;
mod reports;
mod secrets;
mod serving;
mod steps;
mod update;

use std::path::{Path, PathBuf};

use poolhouse::cli::ReplayArguments;
use poolhouse::config::{Environment, Inherited};
use poolhouse::scenario::{Outcome, replay};

/// A folder of a test's own, beside which the fixtures that ship stand.
struct Folder(PathBuf);

impl Folder {
    fn new(test: &str) -> Self {
        let path = std::env::temp_dir().join(format!("poolhouse-{test}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        for folder in ["scenarios", "pools"] {
            std::fs::create_dir_all(path.join(folder)).unwrap();
        }
        for entry in std::fs::read_dir("fixtures/pools").unwrap() {
            let file = entry.unwrap().path();
            let name = file.file_name().unwrap();
            std::fs::copy(&file, path.join("pools").join(name)).unwrap();
        }
        Self(path)
    }

    fn scenarios(&self) -> PathBuf {
        self.0.join("scenarios")
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.scenarios().join(name), text).unwrap();
    }

    /// What a replay of all of them says, without the path of the folder, and how it ended.
    async fn replay(
        &self,
        change: impl FnOnce(&mut ReplayArguments),
    ) -> (String, Result<Outcome, String>) {
        let mut typed = ReplayArguments {
            paths: vec![self.scenarios()],
            ..ReplayArguments::default()
        };
        change(&mut typed);
        let (told, outcome) = told(&typed).await;
        let own = format!("{}/", self.scenarios().display());
        let outcome = outcome.map_err(|text| text.replace(&own, ""));
        (told.replace(&own, ""), outcome)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

async fn told(typed: &ReplayArguments) -> (String, Result<Outcome, String>) {
    let environment = Environment {
        all: Inherited(vec![("POOLHOUSE_TEST_CITY".into(), "Colditz-1945".into())]),
        ..Environment::default()
    };
    let mut out = Vec::new();
    let outcome = replay(typed, &environment, &mut out, std::future::pending()).await;
    (String::from_utf8(out).unwrap(), outcome)
}

fn shipped(name: &str) -> String {
    std::fs::read_to_string(Path::new("fixtures/scenarios").join(name)).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_scenarios_that_ship_pass_twice() {
    let typed = ReplayArguments {
        paths: vec!["fixtures/scenarios".into()],
        twice: true,
        fail_on_skip: true,
        ..ReplayArguments::default()
    };
    let (told, outcome) = told(&typed).await;
    assert_eq!(outcome, Ok(Outcome::Passed), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn scenarios_are_chosen_by_tag_and_name_and_told_in_the_order_of_their_files() {
    let folder = Folder::new("chosen");
    folder.write(
        "b.scenario.yaml",
        "scenario: Second\ntags: [slow]\nsteps: [{DescribeUserPool: {}}]\n",
    );
    folder.write(
        "a.scenario.yaml",
        "scenario: First\ntable: [{case: one, n: 1}, {n: 2}]\nsteps: [{DescribeUserPool: {}}]\n",
    );
    let (told, outcome) = folder.replay(|typed| typed.jobs = Some(1)).await;
    assert_eq!(outcome, Ok(Outcome::Passed));
    assert_eq!(
        told,
        "passed  a.scenario.yaml: First (one)\n\
         passed  a.scenario.yaml: First (row 2)\n\
         passed  b.scenario.yaml: Second\n\
         3 passed, 0 failed, 0 skipped; 3 steps\n"
    );
    let (told, _) = folder
        .replay(|typed| typed.tag = vec!["slow".into(), "other".into()])
        .await;
    assert_eq!(
        told,
        "passed  b.scenario.yaml: Second\n1 passed, 0 failed, 0 skipped; 1 step\n"
    );
    let (told, _) = folder
        .replay(|typed| typed.name = Some("(one)".into()))
        .await;
    assert!(
        told.starts_with("passed  a.scenario.yaml: First (one)\n1 passed"),
        "{told}"
    );
    let (_, outcome) = folder
        .replay(|typed| typed.name = Some("Third".into()))
        .await;
    assert_eq!(outcome, Err("no scenario for --name Third".into()));
}

/// A chain of parts, each of which includes the next so many times.
fn chain(folder: &Folder, length: usize, times: usize) {
    for at in 0..length {
        let step = match at + 1 {
            next if next < length => format!("- include: p{next}.part.yaml\n").repeat(times),
            _ => "- DescribeUserPool: {}\n".to_owned(),
        };
        folder.write(
            &format!("p{at}.part.yaml"),
            &format!("part: it goes on\nsteps:\n{step}"),
        );
    }
    folder.write(
        "a.scenario.yaml",
        "scenario: x\nsteps:\n- include: p0.part.yaml\n",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_within_parts_are_bounded_and_each_is_checked_once() {
    let folder = Folder::new("chain");
    // Two to the power of thirty are more than can be looked at.
    chain(&folder, 31, 2);
    let checked = poolhouse::scenario::check(&[folder.scenarios().join("a.scenario.yaml")]);
    assert_eq!(checked.map(|checked| checked.scenarios), Ok(1));
    chain(&folder, 5_000, 1);
    let (_, refused) = folder.replay(|_| {}).await;
    let refused = refused.unwrap_err();
    assert!(
        refused.contains("parts include parts more than 32 deep"),
        "{refused}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn sentences_stand_on_one_line_and_terminals_are_not_controlled() {
    let folder = Folder::new("visible");
    let scenario = |title: &str, case: &str| {
        format!(
            "scenario: \"{title}\"\ntable: [{{case: \"{case}\"}}]\nsteps:\n- DescribeUserPool: {{}}\n  note: \"n\\e[31m\\u202e\"\n  expect: {{UserPool: {{Name: x}}}}\n"
        )
    };
    for (title, case) in [("a\\nb", "c"), ("a", "c\\e[2J")] {
        folder.write("a.scenario.yaml", &scenario(title, case));
        let (_, refused) = folder.replay(|_| {}).await;
        let refused = refused.unwrap_err();
        assert!(refused.contains("without control characters"), "{refused}");
    }
    folder.write("a.scenario.yaml", &scenario("a \\u202e", "c"));
    let (told, outcome) = folder.replay(|_| {}).await;
    assert_eq!(outcome, Ok(Outcome::Failed));
    assert!(told.contains("note: n\u{241b}[31m\u{fffd}"), "{told}");
    assert!(!told.contains(['\u{1b}', '\u{202e}']), "{told}");
}
