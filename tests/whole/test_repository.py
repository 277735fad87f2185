"""What lies in the repository: nothing that names one workplace, nothing unnamed, nothing huge."""

import ast
import json
import re
from functools import cache
from pathlib import Path

import pytest

from tests.whole.sources import PACKAGES, ROOT, modules, tracked

MOST_LINES = 400
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers", "stuff"}
DATA = {".csv", ".toml", ".xlsx", ".tsv", ".jsonl"}
WORKPLACE = re.compile(
    rf"{re.escape(str(ROOT))}/|\.\./\w+/(?:data|reference|seeds)\b|/home/\w+/|/Users/\w+/"
    r"|(?<!emit-)(?:--)?(?:extra-)?index-url|--find-links|--trusted-host"
    r"|https?://[^\s/]*(?:pypi|npmjs|registry|artifactory|nexus|devpi)"
)
ADDRESS = re.compile(r"[\w.%+-]+@((?:[\w-]+\.)+[\w-]+)")
INVENTED = re.compile(r"(^|\.)(example(\.(org|com|net|gov\.uk))?|invalid)$|^[\d.]+$", re.IGNORECASE)


def name_of(place: Path) -> str:
    return str(place.relative_to(ROOT))


@cache
def text_of(place: Path) -> str:
    content = place.read_bytes()
    return "" if b"\0" in content else content.decode("utf-8", errors="replace")


def of_product(ending: str) -> list[Path]:
    return [
        place
        for place in tracked()
        if place.relative_to(ROOT).parts[0] in PACKAGES and place.suffix == ending
    ]


def test_no_file_names_a_workplace_or_where_its_packages_come_from():
    found = {
        f"{name_of(place)}: {match.group()}"
        for place in tracked()
        if place != Path(__file__)
        for match in WORKPLACE.finditer(text_of(place))
    }
    assert found == set()


def test_every_address_of_a_person_is_invented():
    found = {
        f"{name_of(place)}: {match.group()}"
        for place in tracked()
        for match in ADDRESS.finditer(text_of(place))
        if not INVENTED.search(match.group(1).rstrip("."))
    }
    assert found == set()


@pytest.mark.parametrize("place", sorted(ROOT.glob("requirements*.txt")), ids=lambda p: p.name)
def test_a_lock_pins_every_library_by_hash_and_names_no_address(place):
    text = place.read_text()
    assert "://" not in text
    pinned = re.split(r"\n(?=\S)", "\n" + text)
    for entry in pinned:
        if entry.strip() and not entry.lstrip().startswith("#"):
            assert "==" in entry.split("\n")[0], entry.split("\n")[0]
            assert "--hash=sha256:" in entry, entry.split("\n")[0]


def test_the_lock_of_the_page_assets_has_hashes_and_no_addresses():
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert packages
    for name, package in packages.items():
        assert "resolved" not in package
        assert not name or package["integrity"].startswith("sha512-")


def test_every_lock_belongs_to_a_list_that_people_edit():
    for place in ROOT.glob("requirements*.in"):
        assert place.with_suffix(".txt").exists()


def test_notice_names_every_data_file_and_none_that_is_gone():
    notice = (ROOT / "NOTICE").read_text()
    shipped = {place for place in tracked() if place.suffix in DATA and place.name[0] != "."}
    shipped -= {ROOT / "pyproject.toml", ROOT / "ruff.toml"}
    unnamed = [name_of(place) for place in shipped if place.name not in notice]
    assert unnamed == []
    for named in re.findall(r"[\w/]+/[\w.]+\.(?:csv|toml|py)", notice):
        assert (ROOT / named).exists(), named


@pytest.mark.parametrize("place", [p for p in tracked() if p.suffix == ".md"], ids=name_of)
def test_every_link_of_a_document_leads_somewhere(place):
    text = re.sub(r"```.*?```", "", place.read_text(), flags=re.DOTALL)
    gone = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        aim = (place.parent / file) if file else place
        if not aim.exists() or (anchor and anchor not in headings(aim)):
            gone.append(target)
    assert gone == []


def headings(place: Path) -> set[str]:
    """Return the anchors that a Markdown page offers."""
    words = re.findall(r"^#+ +(.*)$", place.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", word.lower()).strip().replace(" ", "-") for word in words}


def test_no_file_is_called_something_that_says_nothing():
    assert [name_of(place) for place in tracked() if place.stem.lower() in VAGUE] == []
    folders = {part for place in tracked() for part in place.relative_to(ROOT).parts[:-1]}
    assert folders & VAGUE == set()


def test_no_file_of_the_product_has_grown_too_long():
    long = {
        name_of(place): lines
        for ending in (".py", ".html", ".js", ".scss", ".css")
        for place in of_product(ending)
        if (lines := len(place.read_text().splitlines())) > MOST_LINES
    }
    assert long == {}


def test_every_module_says_what_it_is():
    assert [
        name_of(place)
        for place, tree in modules().items()
        if tree.body and not ast.get_docstring(tree)
    ] == []


def test_nothing_is_left_to_do_or_switched_off_in_the_code():
    marks = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|breakpoint\(|\bpdb\b")
    assert [name_of(p) for p in of_product(".py") if marks.search(text_of(p))] == []


# Templates

BARE = {
    "gatekeeping/challenge/part.html",
    "gatekeeping/letter.html",
    "gatekeeping/write/_live.html",
    "notifications/bulletin/paper.html",
    "notifications/documents/paper.html",
    "notifications/mail/bulletin.html",
    "notifications/mail/delivery.html",
    "notifications/mail/digest.html",
    "notifications/mail/frame.html",
    "notifications/mail/own.html",
}
"""What is no page: parts of pages, papers, e-mails. Their names are put together elsewhere."""


@cache
def templates() -> dict[str, str]:
    found = {}
    for place in of_product(".html"):
        parts = place.relative_to(ROOT).parts
        found["/".join(parts[parts.index("templates") + 1 :])] = place.read_text()
    return found


def top_of(name: str) -> str:
    """Return the template at the end of the chain of what a template extends."""
    while parent := re.search(r'{%-? *extends "([^"]+)"', templates().get(name, "")):
        if parent.group(1) not in templates():
            break
        name = parent.group(1)
    return name


def test_every_page_that_a_view_shows_extends_the_layout():
    shown = {
        node.value
        for place, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"[\w/]+\.html", node.value)
    }
    assert shown <= set(templates())
    assert {name for name in shown if top_of(name) != "layout.html"} <= BARE


def test_every_template_is_used():
    code = "\n".join([*templates().values(), *(text_of(place) for place in of_product(".py"))])
    unused = {
        name
        for name in templates()
        if f'"{name}"' not in code and f'"{name.rpartition("/")[0]}/{{' not in code
    }
    assert unused <= BARE


def test_no_template_has_a_style_or_a_handler_in_its_attributes():
    inline = re.compile(r"<[^>{]*\s(style|on[a-z]+)=", re.IGNORECASE)
    bad = {name for name, text in templates().items() if inline.search(text)}
    assert bad <= BARE


def test_no_template_prints_what_a_person_typed_as_html():
    """What is HTML already is Markup, made where it was cleaned; a template never says so."""
    unescaped = re.compile(r"\|\s*safe\b|{%-?\s*autoescape")
    assert {name for name, text in templates().items() if unescaped.search(text)} == set()


def test_no_page_shows_what_belongs_to_another_government_service():
    """GOV.UK's crown and its typeface may be used on GOV.UK alone."""
    sheets = "\n".join(text_of(place) for place in (*of_product(".scss"), *of_product(".css")))
    rules = re.sub(r"//[^\n]*|/\*.*?\*/", "", sheets, flags=re.DOTALL)
    assert "gds transport" not in rules.lower()
    assert not any("crown" in text.lower() for text in templates().values())
