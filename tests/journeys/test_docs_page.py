"""`/docs` in a real Chromium, whose resolver knows no name: everything is rendered, and from this server alone.

Without Chromium the tests are skipped on a developer's machine; with `LEDGER_TEST_BROWSER` set, as `.ci/run` does, they
fail.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright

from api.server.settings import Settings
from tests.integration.api.conftest import Ledger, play_opening

pytestmark = pytest.mark.journey

FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
# Runs before any script of the page: the browser reports a refusal of the policy to the page only.
WATCH = "window.refused = []; addEventListener('securitypolicyviolation', e => refused.push(e.effectiveDirective))"
SHOWN = 60_000  # milliseconds for the page to be rendered on a loaded machine


def chromium() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None and os.environ.get("LEDGER_TEST_BROWSER"):
        pytest.fail("no Chromium is installed, and LEDGER_TEST_BROWSER asks for one")
    if found is None:
        pytest.skip("no Chromium is installed")
    return found


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    served = Ledger(Settings(data=tmp_path_factory.mktemp("docs") / "demo"))
    try:
        play_opening(served)
        yield served
    finally:
        served.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = chromium()
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=FLAGS, chromium_sandbox=False)
        yield opened
        opened.close()


class Seen:
    """A page, with its requests, its errors and the refusals of its policy."""

    def __init__(self, browser: Browser) -> None:
        self.page: Page = browser.new_page()
        self.requests: list[str] = []
        self.errors: list[str] = []
        self.page.add_init_script(WATCH)
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self._console)

    def _console(self, message: Any) -> None:
        if message.type == "error":
            self.errors.append(message.text)

    @property
    def refused(self) -> list[str]:
        """The directives of the policy that were broken."""
        refused: list[str] = self.page.evaluate("window.refused")
        return refused

    def outside(self, ledger: Ledger) -> list[str]:
        """Requests to any other server."""
        own = (f"{ledger.url}/", "data:")
        return [url for url in self.requests if not url.startswith(own)]

    def open(self, ledger: Ledger) -> None:
        self.page.goto(f"{ledger.url}/docs")
        self.page.wait_for_selector(".opblock", timeout=SHOWN)


@pytest.fixture
def seen(browser: Browser) -> Iterator[Seen]:
    made = Seen(browser)
    yield made
    made.page.close()


def operations(ledger: Ledger) -> list[str]:
    paths = ledger.get("/openapi.json").json()["paths"]
    return sorted(each["operationId"] for methods in paths.values() for each in methods.values())


def test_every_operation_is_shown_and_nothing_is_refused_or_asked_of_others(ledger: Ledger, seen: Seen) -> None:
    seen.open(ledger)
    shown = [each.get_attribute("id") or "" for each in seen.page.query_selector_all(".opblock")]
    ids = operations(ledger)
    assert len(shown) == len(ids)
    assert [id for id in ids if not any(each.endswith(f"-{id}") for each in shown)] == []
    assert "演示数据" in seen.page.inner_text("header")
    assert seen.page.get_attribute("html", "lang") == "zh-CN"
    assert (seen.refused, seen.errors, seen.outside(ledger)) == ([], [], [])


def test_an_operation_is_opened_and_tried_out_against_this_server(ledger: Ledger, seen: Seen) -> None:
    seen.open(ledger)
    seen.page.click("[id$=-getLiveness] .opblock-summary-control")
    seen.page.click("[id$=-getLiveness] .try-out__btn")
    seen.page.click("[id$=-getLiveness] .execute")
    seen.page.wait_for_selector("[id$=-getLiveness] .live-responses-table .response-col_status", timeout=SHOWN)
    assert "200" in seen.page.inner_text("[id$=-getLiveness] .live-responses-table tbody .response-col_status")
    assert f"{ledger.url}/livez" in seen.requests
    assert (seen.refused, seen.errors, seen.outside(ledger)) == ([], [], [])


def test_a_token_is_used_and_not_stored(ledger: Ledger, seen: Seen) -> None:
    seen.open(ledger)
    seen.page.click(".auth-wrapper .authorize")
    seen.page.fill(".auth-container input", ledger.token("数据局"))
    seen.page.click(".auth-btn-wrapper .authorize")
    seen.page.click(".auth-btn-wrapper .btn-done")
    seen.page.click("[id$=-listParties] .opblock-summary-control")
    seen.page.click("[id$=-listParties] .try-out__btn")
    seen.page.click("[id$=-listParties] .execute")
    seen.page.wait_for_selector("[id$=-listParties] .live-responses-table .response-col_status", timeout=SHOWN)
    assert "200" in seen.page.inner_text("[id$=-listParties] .live-responses-table tbody .response-col_status")
    assert seen.page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert (seen.refused, seen.errors, seen.outside(ledger)) == ([], [], [])


def test_what_the_policy_forbids_is_refused_by_the_browser(ledger: Ledger, seen: Seen) -> None:
    """The checks of the other tests see each of these: an inline script, an inline style, a script from elsewhere."""

    def spoilt(route: Route) -> None:
        answer = route.fetch()
        added = '<script>window.ran = true</script><p style="color: red"></p><script src="https://cdn.example/x.js">'
        route.fulfill(response=answer, body=answer.text().replace("</header>", f"{added}</script></header>"))

    seen.page.route(f"{ledger.url}/docs", spoilt)
    seen.open(ledger)
    assert set(seen.refused) == {"script-src-elem", "style-src-attr"}
    assert seen.page.evaluate("window.ran") is None


def test_a_browser_that_has_to_be_there_is_missed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("LEDGER_TEST_BROWSER", "required")
    with pytest.raises(pytest.fail.Exception, match="no Chromium"):
        chromium()
