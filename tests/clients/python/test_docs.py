"""The README and the pages of docs/ are true: their examples run as they stand, and their links lead somewhere."""

import re
import subprocess

import pytest
import requests

from documentation import NOT_RUN, PAGES, Reader, anchors, examples, links
from poolhouse import REPOSITORY, Server, binary

NAMES = [str(page.relative_to(REPOSITORY)) for page in PAGES]


@pytest.fixture
def reader(tmp_path):
    server = Server("--seed", "7", "--tls")
    yield Reader(server, tmp_path)
    server.stop()


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_the_examples_of_a_page_run(page, reader):
    for example in examples(page):
        print(f"== {example}")
        if example.not_run is None:
            reader.does(example)


def test_what_is_not_run_has_a_reason_that_is_listed():
    marks = {example.not_run for page in PAGES for example in examples(page) if example.not_run is not None}
    assert marks == set(NOT_RUN)


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_links_lead_somewhere(page):
    for path, anchor in links(page):
        assert path.exists(), path
        assert not anchor or anchor in anchors(path), f"{path} has no #{anchor}"


def test_every_page_is_in_the_index():
    index = REPOSITORY / "docs" / "README.md"
    listed = {path for path, _ in links(index)}
    assert listed >= set(PAGES) - {index}


def test_the_readme_is_short():
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    assert len(readme.splitlines()) < 200


def test_every_flag_has_a_row_with_its_default():
    shown = {}
    for page in ("command-line.md", "limits.md"):
        text = (REPOSITORY / "docs" / page).read_text(encoding="utf-8")
        for flag, default in re.findall(r"^\| `(--[a-z0-9-]+).*?` \| (.*?) \|", text, flags=re.MULTILINE):
            shown[flag] = default.strip("`")
    told = subprocess.run([binary(), "serve", "-h"], check=True, capture_output=True, text=True).stdout
    flags = dict(re.findall(r"^ +(?:-\w, )?(--[a-z0-9-]+)((?:.|\n(?! +-))*)", told, flags=re.MULTILINE))
    del flags["--help"]
    assert set(shown) == set(flags)
    for flag, about in flags.items():
        default = re.search(r"\[default: (.*?)\]", about)
        assert not default or default[1] == shown[flag], flag


def test_every_route_of_the_test_api_is_told(server):
    page = (REPOSITORY / "docs" / "test-api.md").read_text(encoding="utf-8")
    routes = requests.get(f"{server.url}/_poolhouse/", timeout=30).json()["routes"]
    for route in routes:
        assert f"`{route['path'].removeprefix('/_poolhouse/')}`" in page, route
