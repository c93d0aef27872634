"""The page on Compose says what the file says. Docker is not needed: both are read as text."""

from __future__ import annotations

import re

from tests.support.pages import ROOT, Page

PAGE = Page(ROOT / "docs" / "how-to" / "deploy-with-compose.md").text
FILE = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
IMAGE = (ROOT / "Dockerfile").read_text(encoding="utf-8")


def test_what_the_page_says_the_file_sets_is_set() -> None:
    explained = PAGE.partition("## What the file sets")[2]
    for row in re.findall(r"^\| ([^|]*`[^|]*) \|", explained, re.MULTILINE):
        for word in re.findall(r"`([^`]+)`", row):
            assert word in FILE, word


def test_no_password_stands_in_the_file_and_its_secret_is_the_one_that_the_page_makes() -> None:
    (secret,) = re.findall(r"file: \./(\S+)", FILE)
    assert f"> {secret}\n" in PAGE
    assert "PASSWORD:" not in FILE
    assert re.findall(r"PASSWORD_FILE: (\S+)", FILE) == ["/run/secrets/database-password"] * 2


def test_ports_are_published_on_this_machine_only() -> None:
    published = re.findall(r'ports: \["([^"]+)"\]', FILE)
    assert published == ["127.0.0.1:8085:8085"]


def test_the_image_runs_as_a_user_of_its_own_and_asks_whether_it_is_ready() -> None:
    assert re.search(r"^USER ledger$", IMAGE, re.MULTILINE)
    assert "/readyz" in IMAGE
    assert "condition: service_healthy" in FILE
