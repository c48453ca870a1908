"""`scripts/test` on a machine that lacks what it needs: it says what to install, and installs nothing unasked."""

import os
import shutil
import subprocess

import pytest

from poolhouse import REPOSITORY

# What any machine has; the rest is what the script looks for.
ALWAYS = ["bash", "dirname", "env", "mkdir", "sed"]


@pytest.fixture
def machine(tmp_path):
    """A machine with these tools besides; `apt-get` and `sudo` note that they were called, and do nothing."""

    def run(*arguments, tools=()):
        for name in ALWAYS:
            (tmp_path / name).symlink_to(shutil.which(name))
        for name in (*tools, "sudo"):
            (tmp_path / name).write_text(f'#!/bin/bash\necho "{name} $*" >>"{tmp_path}/called"\n', encoding="utf-8")
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
    for tool in ("a C compiler", "curl", "Python 3.10", "Node 20"):
        assert tool in said
    assert "scripts/test --install (apt-get install build-essential curl python3 python3-venv nodejs npm)" in said
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
    packages = "build-essential curl python3 python3-venv nodejs npm"
    assert "apt-get update" in called
    assert f"install -y -qq {packages}" in called
    # Here it installed nothing, and so the script does not go on.
    assert "scripts/test needs what this machine lacks:" in said
