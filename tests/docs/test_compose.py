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
    *of_the_proxy, secret = re.findall(r"file: \./(\S+)", FILE)
    assert f"> {secret}\n" in PAGE
    assert [f" {each}\n" in PAGE for each in of_the_proxy] == [True, True]
    assert "PASSWORD:" not in FILE
    assert re.findall(r"PASSWORD_FILE: (\S+)", FILE) == ["/run/secrets/database-password"] * 2


def test_only_the_proxy_with_tls_is_published_beyond_this_machine() -> None:
    published = re.findall(r'ports: \["([^"]+)"\]', FILE)
    assert published == ["127.0.0.1:8085:8085", "${TLS_PORT:-443}:8443"]
    proxy = FILE.partition("\n  tls:\n")[2]
    assert "profiles: [tls]" in proxy
    assert "listen 8443 ssl;" in proxy


def test_every_image_can_be_given_by_its_digest() -> None:
    images = re.findall(r"image: (\S+)", FILE) + re.findall(r'BASE: "([^"]+)"', FILE)
    names = [re.fullmatch(r"\$\{(\w+):-[^}]+\}", image) for image in images]
    assert [name and f"{name[1]}=" in PAGE for name in names] == [True] * 3
    assert set(re.findall(r"^FROM (\S+)", IMAGE, re.MULTILINE)) == {"${BASE}"}
    assert FILE.count("mem_limit:") == 3


def test_the_build_writes_a_bill_of_materials_where_the_page_says() -> None:
    (written,) = re.findall(r"-o (\S+\.cdx\.json)", IMAGE)
    assert f"ledger:{written}" in PAGE


def test_the_image_runs_as_a_user_of_its_own_and_asks_whether_it_is_ready() -> None:
    assert re.search(r"^USER ledger$", IMAGE, re.MULTILINE)
    assert "/readyz" in IMAGE
    assert "condition: service_healthy" in FILE
