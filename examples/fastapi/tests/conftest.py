"""`POOLHOUSE_ISOLATION` says how tests are kept apart: `servers` (the default) or `branches`. `REPEATS=50` runs each
test so often."""

import os

import boto3
import pytest
from fastapi.testclient import TestClient

import isolation
from accounts import Settings, create_app

BRANCHES = {"servers": False, "branches": True}[os.environ.get("POOLHOUSE_ISOLATION", "servers")]
REPEATS = int(os.environ.get("REPEATS", "1"))


def pytest_configure(config):
    config.addinivalue_line("markers", "moves_the_clock: has a server of its own, since a clock is the whole server's")
    if BRANCHES and not hasattr(config, "workerinput"):
        config.poolhouse = isolation.Poolhouse()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node):
    """pytest-xdist asks this before it starts a worker, to which the address goes along."""
    if BRANCHES:
        node.workerinput["poolhouse"] = node.config.poolhouse.url


def pytest_unconfigure(config):
    if hasattr(config, "poolhouse"):
        config.poolhouse.stop()


def pytest_generate_tests(metafunc):
    if REPEATS > 1:
        metafunc.fixturenames.append("repeat")
        metafunc.parametrize("repeat", range(REPEATS))


@pytest.fixture(scope="session")
def server_url(request):
    """The one server of all workers, or one for this worker."""
    if BRANCHES:
        given = getattr(request.config, "workerinput", None)
        yield given["poolhouse"] if given else request.config.poolhouse.url
    else:
        server = isolation.Poolhouse()
        yield server.url
        server.stop()


@pytest.fixture
def place(request, server_url):
    if not BRANCHES:
        yield isolation.start_again(server_url)
    elif request.node.get_closest_marker("moves_the_clock"):
        server = isolation.Poolhouse()
        yield isolation.Place(server.url)
        server.stop()
    else:
        place = isolation.branch(server_url)
        yield place
        isolation.drop(place)


@pytest.fixture
def web(place):
    """The app, talking to the place of this test. An access key id that is an account's number is of that account."""
    cognito = boto3.client(
        "cognito-idp",
        endpoint_url=place.url,
        region_name="us-east-1",
        aws_access_key_id=place.account,
        aws_secret_access_key="not-checked",
    )
    settings = Settings(place.pool, place.client, place.secret, issuer=f"{place.url}/{place.pool}")
    with TestClient(create_app(settings, cognito)) as client:
        yield client
    cognito.close()
