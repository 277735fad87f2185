"""Every page that a link leads to, as each kind of user, looked at with axe at two widths.

Every link is asked for as every user; a browser shows one page of each kind and heading.
"""

import re
from html import unescape
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit

import pytest

from tests.journeys.cast import GATEKEEPER, OFFICER, PARTNER, Cast
from tests.journeys.conftest import WIDTHS

MOST = 60
CAUGHT = "/caught-mail"
HEADING = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)
LINK = re.compile(r'<a [^>]*?href="([^"]+)"')
OWN_PAGES = "several|start|group|mine|confirm|defaults|away|settle|file|trust"
DOWNLOADS = re.compile(r"\.(csv|xlsx)$|/letters/|/files/|/attachments/\d+$")
LISTS = ("/coverage", "/schools", "/people", "/school/people", "/categories", "/trusts")
"""Pages that list schools and people, and that carry the filter along in every address."""
USERS = {
    None: "/sign-in",
    OFFICER: "/submissions",
    "manager@lancashire.example": "/submissions",
    GATEKEEPER: "/queue",
    "executive@lancashire.example": "/queue",
    "legal@lancashire.example": "/law/claims",
    "data.protection@lancashire.example": "/dpia",
    "panel@demo-school.example": "/panel",
    "auditor@lancashire.example": "/register",
    "admin@lancashire.example": "/officers/without-manager",
    "head@demo-school.example": "/inbox",
    "teacher@demo-school.example": "/inbox",
    "trust@demo-trust.example": "/trust/owners",
}


def shape(address):
    """Return what makes a page one of a kind: its path without ids and slugs, and what it shows."""
    parts = urlsplit(address)
    path = re.sub(r"\d[\w-]*", "N", parts.path)
    path = re.sub(r"(/school/owners/group/)[a-z-]+", r"\1GROUP", path)
    path = re.sub(rf"(/school/owners/)(?!({OWN_PAGES})(/|$))[a-z-]+", r"\1SLUG", path)
    path = re.sub(r"(/data-held/)(?!asked|new|file)[a-z-]+", r"\1KEY", path)
    if path.startswith(LISTS):
        return path, ""
    return path, "&".join(sorted({name for name, _ in parse_qsl(parts.query)}))


def kind(address, heading):
    """Return what is looked at once: a page by its heading, unless that is a school's or person's
    name."""
    path, _ = shape(address)
    return path, "" if path.startswith(LISTS) else heading


@pytest.fixture
def alike(stage, browser) -> dict[str, list[str]]:
    """Return where to begin besides: with what is alike, and what was joined."""
    cast = Cast(stage, browser)
    asked = {"body": "Please tell us how many lollipop crossings there are near your gates."}
    one, number = cast.put("Lollipop crossings near the gates", **asked)
    two, _ = cast.put("Lollipop crossings near gates", author=PARTNER, **asked)
    parent, parents_number = cast.put("Weathervanes on the roofs")
    child, _ = cast.put("Weathervanes on the roof", author=PARTNER)
    cast.join(child, parents_number)
    cast.close()
    side_by_side = [f"/submissions/{one}/like/{two}", f"/submissions/{one}"]
    return {
        OFFICER: [*side_by_side, f"/submissions/{parent}"],
        GATEKEEPER: [*side_by_side, f"/queue/{two}/join?into={number}", f"/queue/{parent}"],
        "admin@lancashire.example": ["/data-held/school-census/change"],
    }


@pytest.mark.parametrize("stage", ["embedded"], indirect=True)
def test_every_page_that_a_link_leads_to_is_sound(stage, visitor, alike):
    shown, dead, visited = set(), [], {}
    for address, start in USERS.items():
        starts = [*alike.get(address, ()), start]
        visited[address] = walk(visitor(address), starts, shown, dead)
    assert not dead
    kinds = {path for path, _ in set().union(*visited.values())}
    assert len(kinds) > 80, visited
    assert kinds >= {
        "/asked-before",
        "/data-held/KEY/change",
        "/data-held/asked/N",
        "/submissions/N/like/N",
        "/submissions/N/like/N/ask/joining",
        "/submissions/N/like/N/schools",
        "/queue/N/join",
        "/queue/N/joined/N",
    }


def walk(person, starts, shown, dead):
    """Ask for one page of every kind that can be reached, and return the kinds.

    What was not ``shown`` yet to anybody is opened and looked at, wide and narrow.
    """
    here = person.stage.address
    seen, waiting = set(), [(here + start, "its first page") for start in starts]
    while waiting and len(seen) < MOST:
        address, source = waiting.pop(0)
        if shape(address) in seen:
            continue
        seen.add(shape(address))
        answer = person.context.request.get(address)
        if not answer.ok:
            dead.append(f"{source} leads to {address}: {answer.status}")
            continue
        text = answer.text()
        heading = HEADING.search(text)
        assert heading, address
        if kind(address, heading[1]) not in shown:
            shown.add(kind(address, heading[1]))
            person.page.goto(address)
            for number, width in enumerate(WIDTHS):
                person.resize(width)
                # by turns wide and narrow: each kind of page has several headings or users
                person.look(rules=number == len(shown) % len(WIDTHS))
        if urlsplit(address).path == CAUGHT:
            continue  # links in other people's mail are theirs
        for link in LINK.findall(text):
            target = urldefrag(urljoin(answer.url, unescape(link)))[0]
            if target.startswith(here + "/") and not DOWNLOADS.search(urlsplit(target).path):
                waiting.append((target, address))
    return seen
