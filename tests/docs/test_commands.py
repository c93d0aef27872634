"""Every command on the pages runs as printed, and what a page shows of its output is what came out.

A block ```sh is run, a block ```text directly behind it is compared. Blocks ```console need what a test has not
(another terminal, Docker, minutes) and are not run. The format pages have runners of their own (```bash).
"""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from demo.serving import server
from tests.docs.conftest import DEMO, Demo, Shell
from tests.support.pages import ROOT, Page, pages

PAGES = {page.name: page for page in pages() if page.blocks("sh")}
SERVED = "http://127.0.0.1:8085"  # on the pages: the ledger that `make serve` serves
OWN_PORT = "8086"  # on the pages: the port of a server that the page itself starts

Done = subprocess.CompletedProcess[str]

pytestmark = pytest.mark.journey


def free_port() -> str:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return str(taken.getsockname()[1])


def run(page: Page, shell: Shell, demo: Demo, place: Path) -> Done:
    """All blocks of the page, in order, in one shell."""
    shutil.copytree(demo.data, place / "var" / "demo")
    script = "trap 'kill $(jobs -p) 2> /dev/null || true; wait' EXIT\n" + "\n".join(page.blocks("sh"))
    with ExitStack() as stack:
        if SERVED in script:
            script = script.replace(SERVED, stack.enter_context(server(place / "var" / "demo")))
        return shell.run(script.replace(OWN_PORT, free_port()), place)


@pytest.fixture(scope="module")
def running(
    request: pytest.FixtureRequest, shell: Shell, demo: Demo, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Future[Done]]]:
    """The pages that are asked for, two at a time: they know nothing of each other."""
    asked = [item.callspec.params.get("page") for item in request.session.items if hasattr(item, "callspec")]
    with ThreadPoolExecutor(2) as pool:
        places = {name: tmp_path_factory.mktemp("page") for name in PAGES if name in asked}
        yield {name: pool.submit(run, PAGES[name], shell, demo, place) for name, place in places.items()}


@pytest.mark.parametrize("page", PAGES)
def test_the_commands_of_a_page_run_as_printed(page: str, running: dict[str, Future[Done]]) -> None:
    done = running[page].result()
    assert done.returncode == 0, done.stdout
    assert missing(expected(PAGES[page]), done.stdout) == []


@pytest.mark.parametrize("name", ["README.md", "docs/tutorial/first-answer.md"])
def test_what_a_page_shows_of_the_demo_is_what_the_demo_says(name: str, demo: Demo) -> None:
    shown = re.findall(r"^```console\n\$ make demo\n(.*?)^```", Page(ROOT / name).text, re.DOTALL | re.MULTILINE)
    assert shown
    lines = [line for block in shown for line in block.splitlines() if not line.startswith("$ ")]
    assert missing(lines, demo.output) == []


def test_the_demo_that_was_run_is_that_of_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    recipe = re.search(r"^demo:.*\n\t@?(.*)$", makefile, re.MULTILINE)
    default = re.search(r"^DATA \?= (\S+)$", makefile, re.MULTILINE)
    assert recipe is not None
    assert default is not None
    command = recipe.group(1).replace("$(DATA)", default.group(1)).replace("$(DEMO_ARGS)", "")
    assert command.split() == ["$(BIN)/shareledger", *DEMO]


def expected(page: Page) -> Iterator[str]:
    for block in re.findall(r"^```sh\n(?:(?!^```).)*^```\n+```text\n(.*?)^```", page.text, re.DOTALL | re.MULTILINE):
        yield from block.splitlines()


def missing(lines: Iterator[str] | list[str], output: str) -> list[str]:
    """Which lines did not come out. An ellipsis stands for anything; spaces and a table's rules do not matter."""
    said = [squeezed(line) for line in output.splitlines()]
    absent = []
    for line in lines:
        pattern = re.compile(".*".join(map(re.escape, squeezed(line).split("…"))))
        if squeezed(line).strip("… ") and not any(pattern.search(one) for one in said):
            absent.append(line)
    return absent


def squeezed(line: str) -> str:
    return re.sub(r"[\s│┃|]+", " ", line).strip()
