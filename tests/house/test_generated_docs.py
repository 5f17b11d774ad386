"""What the documents say of the program is what the program says of itself."""

from __future__ import annotations

import re

import pytest

from billfold.apps.house import build_catalogue
from billfold.kit.settings import Profile, Settings
from billfold.wire.error_catalogue import errors_page
from billfold.wire.openapi import TITLES, document, operations_page
from tests.house.rules import ROOT, SOURCES

DOCS = ROOT / "docs"


def test_the_list_of_operations_is_the_catalogues():
    written = (DOCS / "operations.md").read_text(encoding="utf-8")
    assert written == operations_page(build_catalogue(Profile.SANDBOX)), "billfold operations > docs/operations.md"


def test_the_catalogue_of_errors_is_as_generated():
    written = (DOCS / "errors.md").read_text(encoding="utf-8")
    assert written == errors_page(), "billfold errors > docs/errors.md"


def documented_settings():
    text = (DOCS / "configuration.md").read_text(encoding="utf-8")
    return re.findall(r"^\| `BILLFOLD_([A-Z_]+)` \|", text, re.MULTILINE)


def test_every_setting_has_a_row_and_every_row_a_setting():
    assert documented_settings() == [name.upper() for name in Settings.__struct_fields__]


@pytest.mark.parametrize("name", Settings.__struct_fields__)
def test_the_default_of_a_setting_is_as_documented(name):
    text = (DOCS / "configuration.md").read_text(encoding="utf-8")
    default = re.search(rf"^\| `BILLFOLD_{name.upper()}` \|[^|]*\| ([^|]*) \|", text, re.MULTILINE)[1]
    value = getattr(Settings(), name)
    assert default == (
        "empty" if value in {"", None} else f"`{str(value).lower() if isinstance(value, bool) else value}`"
    )


def test_every_code_that_billfold_chose_is_listed():
    chosen = re.findall(
        r'^    (?:\w+\.)?(\w+): WireError\("(\w+)", (\d+).*# \(\?\)$',
        (SOURCES / "wire" / "errors.py").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    assert chosen, "the marks are gone, or this test no longer finds them"
    rows = re.findall(
        r"^\| (.*?) \| (BDC_\d{4}) \| (\d{3}) \|$", (DOCS / "faces.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    listed = {(name, code, status) for names, code, status in rows for name in re.findall(r"\b[A-Z]\w+", names)}
    assert sorted(set(chosen) - listed) == []


def test_every_noun_of_billfold_admin_is_in_its_table():
    """And every verb of it in the same row, as the command line has them."""
    text = (DOCS / "administration.md").read_text(encoding="utf-8")
    rows = [line.split("|", 2)[1:] for line in text.splitlines() if line.startswith("| **")]
    said = {noun: what for nouns, what in rows for noun in re.findall(r"\*\*([\w-]+)\*\*", nouns)}
    names = [row.name.split(".")[1:] for row in build_catalogue(Profile.PRODUCTION).operations if row.face == "admin"]
    missing = [f"{noun} {verb}" for noun, verb in names if not re.search(rf"\b{verb}\b", said.get(noun, ""))]
    assert missing == []


def links(text):
    """The files that a page links to, without their anchors."""
    return [link.split("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link]


def test_every_link_between_documents_leads_somewhere():
    pages = [ROOT / "README.md", ROOT / "CHANGELOG.md", *DOCS.rglob("*.md")]
    dead = [
        f"{page.relative_to(ROOT)}: {link}"
        for page in pages
        for link in links(page.read_text(encoding="utf-8"))
        if link and not (page.parent / link).exists()
    ]
    assert dead == []


def named_sources(text):
    """Files of the product that a page names: `kit/db.py`, and in a row of a table `ids.py` after it, of its folder."""
    for line in text.splitlines():
        folder = ""
        for name in re.findall(r"`((?:[a-z_0-9]+/)*[a-z_0-9]+\.py)`", line):
            if "/" in name:
                folder = name.rpartition("/")[0]
                yield name
            elif folder and line.startswith("|"):
                yield f"{folder}/{name}"


def test_every_source_file_that_a_document_names_is_there():
    missing = [
        f"{page.relative_to(ROOT)}: {name}"
        for page in [ROOT / "README.md", *DOCS.rglob("*.md")]
        for name in named_sources(page.read_text(encoding="utf-8"))
        if not (SOURCES / name).exists() and not (ROOT / name).exists()
    ]
    assert missing == []


def test_a_dead_link_and_a_missing_file_would_be_found():
    assert links("[a](b.md#c) [d](https://example.com)") == ["b.md"]
    assert list(named_sources("see `payables/gone.py`, not `kit`")) == ["payables/gone.py"]
    assert list(named_sources("| ids | `kit/ids.py`, `gone.py` |")) == ["kit/ids.py", "kit/gone.py"]


@pytest.mark.parametrize("face", sorted(TITLES))
def test_every_face_has_a_document(face):
    """Two types of one name, or of no form in JSON, are found here."""
    made = document(build_catalogue(Profile.SANDBOX), face)
    assert made is not None
    assert made["paths"]
