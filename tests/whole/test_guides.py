"""The guides name buttons, links and headings as the pages do."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("foundation", "directory", "categories", "notifications", "gatekeeping", "portal")
GUIDES = sorted((ROOT / "docs").glob("guide-*.md"))
BOLD = re.compile(r"\*\*(.+?)\*\*")
LOGIC = re.compile(r"\{[%{].*?[%}]\}")
JOINED = re.compile(r'"\s*f?"')
"""Where Python's source writes one text as two."""


def plain(text: str) -> str:
    return " ".join(text.split()).replace("’", "'").lower()


@pytest.fixture(scope="module")
def words() -> str:
    """Return all that pages may say: templates, also without what is filled in, and code."""
    files = [
        place
        for package in PACKAGES
        for kind in ("*.html", "*.py", "*.js")
        for place in (ROOT / package).rglob(kind)
        if "build" not in place.parts
    ]
    source = plain("\n".join(place.read_text() for place in files))
    return f"{source}\n{plain(LOGIC.sub('', source))}\n{JOINED.sub('', source)}"


@pytest.mark.parametrize("guide", GUIDES, ids=lambda place: place.stem)
def test_what_a_guide_prints_bold_stands_on_a_page(words, guide):
    """Whole sentences, and words with a figure in them, are there to be noticed only."""
    bold = BOLD.findall(" ".join(guide.read_text().split()))
    labels = [each for each in bold if not (each.endswith(".") or re.search(r"\d", each))]
    assert [each for each in labels if plain(each).rstrip(":,") not in words] == []
