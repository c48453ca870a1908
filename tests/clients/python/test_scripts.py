"""`scripts/test` on a machine that lacks what it needs: it says what to install, and installs nothing unasked.
`scripts/check` outside a clone."""

import os
import re
import shutil
import subprocess

import pytest

from poolhouse import REPOSITORY

# What any machine has; the rest is what the script looks for.
ALWAYS = ["bash", "dirname", "env", "mkdir", "sed"]


@pytest.fixture
def machine(tmp_path):
    """A machine with these tools besides; `apt-get` and `sudo` note that they were called, and do nothing."""

    def run(*arguments, tools=(), version="1.95.0"):
        for name in ALWAYS:
            (tmp_path / name).symlink_to(shutil.which(name))
        for name in (*tools, "sudo"):
            (tmp_path / name).write_text(
                f'#!/bin/bash\nif [[ $* == --version ]]; then echo "{name} {version}"; exit; fi\n'
                f'echo "{name} $*" >>"{tmp_path}/called"\n',
                encoding="utf-8",
            )
            (tmp_path / name).chmod(0o755)
        done = subprocess.run(
            ["bash", str(REPOSITORY / "scripts" / "test"), *arguments],
            env={"PATH": str(tmp_path), "HOME": str(tmp_path)}, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        called = tmp_path / "called"
        print(done.stdout, done.stderr)
        assert done.returncode == 1
        return done.stderr, called.read_text(encoding="utf-8") if called.exists() else ""

    return run


def test_cargo_comes_first(machine):
    said, called = machine("--install", tools=["apt-get"])
    assert said == "scripts/test needs cargo: install Rust 1.95 or later from https://rustup.rs\n"
    assert called == ""


def test_nothing_is_installed_unasked(machine):
    said, called = machine(tools=["cargo", "apt-get"])
    for tool in ("git", "a C compiler", "curl", "Python 3.10", "Node 20.19", "Chromium"):
        assert tool in said
    assert "scripts/test --install (apt-get install git build-essential curl python3 python3-venv nodejs npm chromium)" in said
    assert called == ""


def test_another_system_is_told_no_package_of_debians(machine):
    said, called = machine(tools=["cargo"])
    assert "a C compiler (cc), such as gcc or clang" in said
    assert "apt-get" not in said
    assert called == ""


def test_install_uses_apt_get(machine):
    said, called = machine("--install", tools=["cargo", "apt-get"])
    if os.geteuid() != 0:
        called = called.replace("sudo ", "")
    packages = "git build-essential curl python3 python3-venv nodejs npm chromium"
    assert "apt-get update" in called
    assert f"install -y -qq {packages}" in called
    # Here it installed nothing, and so the script does not go on.
    assert "scripts/test needs what this machine lacks:" in said


def test_an_older_rust_is_told(machine):
    said, called = machine("--install", tools=["cargo", "apt-get"], version="1.94.1 (0123abcd 2026-03-01)")
    assert "needs Rust 1.95 or later (there is cargo 1.94.1 (0123abcd 2026-03-01))" in said
    assert called == ""


def test_a_suite_runs_where_there_is_no_timeout(tmp_path):
    script = (REPOSITORY / "scripts" / "test").read_text(encoding="utf-8")
    has, within = (re.search(rf"^{name}\(\) {{(?: .*}}$|\n(?:.*\n)*?}}$)", script, re.MULTILINE)[0]
                   for name in ("has", "within"))  # fmt: skip
    done = subprocess.run([shutil.which("bash"), "-euc", f"{has}\n{within}\nwithin 900 echo ran"],
                          env={"PATH": str(tmp_path)}, capture_output=True, text=True, timeout=60, check=False)  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "ran\n"), done.stderr


def test_check_needs_a_clone(tmp_path):
    done = subprocess.run([str(REPOSITORY / "scripts" / "check")], env={**os.environ, "GIT_DIR": str(tmp_path)},
                          capture_output=True, text=True, timeout=60, check=False)  # fmt: skip
    assert done.returncode == 1
    assert done.stdout == ""
    assert "scripts/check needs git, and a clone to check" in done.stderr
