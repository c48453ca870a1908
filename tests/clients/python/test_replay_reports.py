"""Reports of `poolhouse replay`, as those read them who show them: junitparser, and GitHub's runner."""

import json
import re
import subprocess

import pytest
from junitparser import Error, Failure, JUnitXml, Skipped

from poolhouse import binary

SIGN_IN = """\
scenario: Alice signs in, & <others>
table:
  - {case: right, type: Bearer}
  - {case: "of \\"another\\" type", type: Mac}
steps:
  - InitiateAuth:
      AuthFlow: USER_PASSWORD_AUTH
      ClientId: "${clients.web.ClientId}"
      AuthParameters: {USERNAME: alice, PASSWORD: Poolhouse-1}
    expect: {AuthenticationResult: {TokenType: "${row.type}"}}
"""
DESCRIBE = """\
scenario: The pool is described
steps: [{DescribeUserPool: {}}]
"""


@pytest.fixture
def replay(tmp_path):
    """Plays the scenarios of a folder there, and gives the exit code, what was said, and what was complained of."""
    (tmp_path / "a.scenario.yaml").write_text(SIGN_IN)
    (tmp_path / "b.scenario.yaml").write_text(DESCRIBE)

    def run(*flags):
        done = subprocess.run(
            [binary(), "replay", ".", *flags], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
        )
        print(done.stdout, done.stderr)
        return done.returncode, done.stdout, done.stderr

    return run


def test_junit_is_read_by_a_reader_of_others(replay, tmp_path):
    code, _, _ = replay("--report", "junit=report.xml")
    assert code == 1
    report = JUnitXml.fromfile(str(tmp_path / "report.xml"))
    assert (report.tests, report.failures, report.errors, report.skipped) == (3, 1, 0, 0)
    suites = list(report)
    assert [suite.name.removeprefix("./") for suite in suites] == ["a.scenario.yaml", "b.scenario.yaml"]
    assert [(suite.tests, suite.failures, suite.errors, suite.skipped) for suite in suites] == [
        (2, 1, 0, 0),
        (1, 0, 0, 0),
    ]
    title = "Alice signs in, & <others>"
    cases = [list(suite) for suite in suites]
    assert [[case.name for case in of] for of in cases] == [
        [f"{title} (right)", f'{title} (of "another" type)'],
        ["The pool is described"],
    ]
    assert [[case.is_passed for case in of] for of in cases] == [[True, False], [True]]
    (failure,) = cases[0][1].result
    assert isinstance(failure, Failure) and not isinstance(failure, (Error, Skipped))
    assert failure.message == "step 1, InitiateAuth: the answer is another"
    assert "a.scenario.yaml:10:48" in failure.text
    assert 'expected "Mac", got "Bearer"' in failure.text
    # Each is rounded to a millisecond.
    times = [[case.time for case in of] for of in cases]
    for suite, of in zip(suites, times):
        assert all(time >= 0 for time in of)
        assert suite.time == pytest.approx(sum(of), abs=0.001 * len(of))
    assert report.time == pytest.approx(sum(suite.time for suite in suites), abs=0.002)
    # A sign-in derives no less than a password's proof, so that it takes time.
    assert report.time > 0


def test_three_reports_at_once_agree(replay, tmp_path):
    code, told, _ = replay("--report", "junit=r.xml", "--report", "json=r.json", "--report", "github=-")
    assert code == 1
    document = json.loads((tmp_path / "r.json").read_text())
    xml = JUnitXml.fromfile(str(tmp_path / "r.xml"))
    outcomes = [scenario["outcome"] for scenario in document["scenarios"]]
    assert outcomes == ["passed", "failed", "passed"]
    assert [case.is_passed for suite in xml for case in suite] == [outcome == "passed" for outcome in outcomes]
    failure = document["scenarios"][1]["failure"]
    # As GitHub's runner reads a command (`ActionCommand.TryParseV2`): properties up to the next `::`.
    (command,) = [line for line in told.splitlines() if line.startswith("::")]
    kind, properties, message = re.fullmatch(r"::(\w+) (.*?)::(.*)", command).groups()
    properties = dict(each.split("=", 1) for each in properties.split(","))
    assert kind == "error"
    assert properties["file"] == failure["file"]
    assert (int(properties["line"]), int(properties["col"])) == (failure["line"], failure["column"])
    assert properties["title"] == 'Alice signs in%2C & <others> (of "another" type)'
    assert message.startswith(f"step {failure['step']}, {failure['action']}: {failure['text']}%0A")


def test_a_report_without_a_place_ends_it_before_anything_plays(replay, tmp_path):
    code, told, complained = replay("--report", "json=r.json", "--report", "junit=nowhere/r.xml")
    assert (code, told) == (2, "")
    assert complained.startswith("nowhere/r.xml: no report can be written there: ")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.scenario.yaml", "b.scenario.yaml"]


def test_progress_is_shown_on_terminals_alone(replay):
    _, told, complained = replay()
    assert complained == ""
    assert "\x1b" not in told and "\r" not in told
