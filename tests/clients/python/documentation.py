"""The pages for readers, their examples, and how each kind of example is run."""

import json
import os
import re
import stat
import subprocess
import sys
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from poolhouse import REPOSITORY, binary

PAGES = [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").glob("*.md"))]
JAVASCRIPT = REPOSITORY / "tests" / "clients" / "js"
# The functions that docs/rust.md shows stand in there, where `cargo test` runs them.
RUST = REPOSITORY / "tests" / "documented.rs"

# Why an example is not run: `<!-- not run: WORD -->` stands before it.
NOT_RUN = {
    "build": "builds or checks the program; what it builds is what the other examples run against",
    "network": "fetches from a package index, or calls AWS",
    "sketch": "source for developers, shortened; it does not stand alone",
}

# No example, but a drawing.
DRAWING = "mermaid"

# Like what the reader has, but for the port, and for what would hide a fault or never end.
CURL = """#!/bin/sh
exec {curl} --silent --show-error {fail} "$@"
"""
POOLHOUSE = """#!{python}
import os, subprocess, sys
port = {port!r} if "healthcheck" in sys.argv else "0"
environment = os.environ | {{"POOLHOUSE_PORT": port}}
with subprocess.Popen([{binary!r}, *sys.argv[1:]], stdout=subprocess.PIPE, text=True, env=environment) as process:
    for line in process.stdout:
        print(line, end="")
        # A reader stops it at some time; here it has to be no more than ready.
        if line == "Ready.\\n":
            process.terminate()
sys.exit(process.returncode)
"""


@dataclass
class Example:
    page: Path
    line: int
    kind: str
    text: str
    not_run: str | None

    def __str__(self):
        return f"{self.page.relative_to(REPOSITORY)}:{self.line}"


def examples(page):
    """The fenced blocks of a page, in order."""
    found, lines = [], page.read_text(encoding="utf-8").splitlines()
    at = 0
    while at < len(lines):
        if "```" not in lines[at]:
            at += 1
            continue
        assert lines[at].startswith("```"), f"{page}:{at + 1}: an example stands at the margin, or nobody runs it"
        mark = re.fullmatch(r"<!-- not run: (.*) -->", lines[at - 1]) if at else None
        end = lines.index("```", at + 1)
        text = "\n".join(lines[at + 1 : end]) + "\n"
        kind = lines[at].removeprefix("```")
        if kind != DRAWING:
            found.append(Example(page, at + 1, kind, text, mark and mark[1]))
        at = end + 1
    return found


class Reader:
    """Does what a page says, from top to bottom: one server, one directory, one Python session."""

    def __init__(self, server, directory):
        self.port = server.url.rsplit(":", 1)[1]
        self.directory = directory / "reader"
        self.fixtures = []
        self.session = {}
        self.output = None
        tools = directory / "tools"
        self.directory.mkdir()
        tools.mkdir()
        (self.directory / "fixtures").symlink_to(REPOSITORY / "fixtures")
        self.tools = tools
        self.environment = {
            "PATH": os.pathsep.join([str(tools), str(Path(sys.executable).parent), os.environ["PATH"]]),
            "HOME": str(self.directory),
        }
        self.curl = subprocess.run(["which", "curl"], check=True, capture_output=True, text=True).stdout.strip()
        self._tool("poolhouse", POOLHOUSE.format(python=sys.executable, binary=binary(), port=self.port))

    def does(self, example):
        text = example.text.replace("localhost:9229", f"localhost:{self.port}")
        getattr(self, f"_{example.kind}")(text, example)

    # Programs -----------------------------------------------------------------------------------

    def _python(self, text, example):
        # Blank lines keep the page's line numbers in a traceback.
        code = compile("\n" * example.line + text, str(example.page), "exec")
        before = set(self.session)
        here = Path.cwd()
        os.chdir(self.directory)
        try:
            with redirect_stdout(StringIO()) as printed:
                exec(code, self.session)
                for name in [name for name in self.session if name.startswith("test_") and name not in before]:
                    self.session[name]()
        finally:
            os.chdir(here)
        self.output = printed.getvalue()

    def _js(self, text, example):
        node = ["node", "--input-type=module", "-"]
        # Where the packages are installed that an example imports.
        self.output = self._run(node, cwd=JAVASCRIPT, input=text)

    def _sh(self, text, example):
        self._tool("curl", CURL.format(curl=self.curl, fail="--fail-with-body"))
        self.output = self._run(["bash", "-euo", "pipefail", "-c", text])

    def _console(self, text, example):
        """Commands after `$ `, each with what it prints; a refusal is an answer, too."""
        self._tool("curl", CURL.format(curl=self.curl, fail=""))
        for session in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
            command, end = "", False
            lines = iter(session.splitlines())
            while not end:
                line = next(lines)
                command += line + "\n"
                end = not line.endswith("\\")
            self.output = self._run(["bash", "-euo", "pipefail", "-c", command])
            self._text("\n".join(lines), example)

    def _rust(self, text, example):
        assert text in RUST.read_text(encoding="utf-8"), f"{example} is not in {RUST.name}, which would run it"

    # What the last program printed --------------------------------------------------------------

    def _text(self, text, example):
        """Line by line; `…` is any number of lines."""
        lines = [".*" if line == "…" else re.escape(line) for line in text.splitlines()]
        expected = r"\n".join(lines).replace(r"\n.*\n", r"\n(?:.*\n)*?")
        shown = self.output.replace("\r", "").strip()
        assert re.fullmatch(expected, shown), f"{example} says\n{text}\nand it is\n{shown}"

    def _json(self, text, example):
        """The names and kinds of the last answer; curl sets no line between two of them."""
        rest = self.output.strip()
        while rest:
            shown, end = json.JSONDecoder().raw_decode(rest)
            rest = rest[end:].lstrip()
        assert shape(shown) == shape(json.loads(text)), f"{example}: it is\n{shown}"

    # Fixtures -----------------------------------------------------------------------------------

    def _yaml(self, text, example):
        """A file with the name that its first line gives: a scenario, or a fixture loaded with those before it."""
        name = re.match(r"# ([\w.-]+\.yaml)\b", text)
        assert name, f"{example} does not open with its file's name"
        (self.directory / name[1]).write_text(text, encoding="utf-8")
        if name[1].endswith((".scenario.yaml", ".part.yaml")):
            self._run([binary(), "check", name[1]])
            return
        self.fixtures.append(name[1])
        self._run([binary(), "check", *self.fixtures])

    # --------------------------------------------------------------------------------------------

    def _tool(self, name, text):
        path = self.tools / name
        path.write_text(text, encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    def _run(self, command, cwd=None, input=None):
        done = subprocess.run(
            command, cwd=cwd or self.directory, env=self.environment, input=input, capture_output=True, text=True,
            timeout=60, check=False,
        )  # fmt: skip
        print(done.stdout, done.stderr)
        assert done.returncode == 0, f"{command} ended with {done.returncode}: {done.stdout}{done.stderr}"
        return done.stdout


def shape(value):
    """What an answer is made of: names and kinds, but no values."""
    if isinstance(value, dict):
        return {name: shape(member) for name, member in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return type(value).__name__


# Links ------------------------------------------------------------------------------------------


def anchors(page):
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", without_examples(page), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links(page):
    """What the page links to within the repository: path and anchor."""
    for target in re.findall(r"\]\(([^)\s]+)\)", without_examples(page)):
        if not re.match(r"[a-z]+:", target):
            path, _, anchor = target.partition("#")
            yield (page.parent / path).resolve() if path else page, anchor


def without_examples(page):
    return re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
