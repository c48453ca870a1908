"""Servers for the tests: one per file, or one per test where the clock moves."""

from pathlib import Path

import pytest

from cognito import Client, Pool
from poolhouse import NEW_YEAR, Server, binary

POOL_ID = "us-east-1_PoolHouse"
PUBLIC = ("1poolhouse0public0client00", None)
CONFIDENTIAL = ("2poolhouse0secret0client00", "poolhouse0test0only0secret0never0use0in0production00")


def pytest_sessionstart():
    if not Path(binary()).is_file():
        pytest.exit(f"there is no {binary()}: run cargo build --release, or set POOLHOUSE_BIN", returncode=2)


@pytest.fixture(scope="module")
def server():
    """The default fixture, on a running clock; shared by the tests of a file."""
    server = Server()
    yield server
    server.stop()


@pytest.fixture
def frozen():
    """A server for one test, its clock frozen at the start of a TOTP step."""
    server = Server("--frozen-clock", NEW_YEAR, "--seed", "7")
    yield server
    server.stop()


@pytest.fixture(scope="module")
def idp(server):
    return server.client()


@pytest.fixture
def make_pool(server, idp):
    """Makes a pool of its own for the test, on the shared server."""
    return lambda **settings: Pool(server, idp, **settings)


@pytest.fixture
def make_frozen_pool(frozen):
    """Makes a pool for the test, on a server whose clock only the test moves."""
    client = frozen.client()
    return lambda **settings: Pool(frozen, client, **settings)


@pytest.fixture
def house(server, idp):
    """The public client of the default fixture."""
    return Client(server, idp, POOL_ID, *PUBLIC)
