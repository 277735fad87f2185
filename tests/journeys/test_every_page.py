"""Every page that a link leads to, as each kind of user, looked at with axe at two widths.

Every link is asked for as every user; a browser shows one page of each kind and heading.
"""

import re
from html import unescape
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest

from tests.journeys.conftest import WIDTHS

MOST = 60
CAUGHT = "/caught-mail"
HEADING = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)
LINK = re.compile(r'<a [^>]*?href="([^"]+)"')
DOWNLOADS = re.compile(r"\.(csv|xlsx)$|/letters/|/files/|/attachments/\d+$")
USERS = {
    None: "/sign-in",
    "officer@lancashire.example": "/submissions",
    "manager@lancashire.example": "/submissions",
    "gatekeeper@lancashire.example": "/queue",
    "executive@lancashire.example": "/queue",
    "legal@lancashire.example": "/law/claims",
    "data.protection@lancashire.example": "/dpia",
    "panel@demo-school.example": "/panel",
    "auditor@lancashire.example": "/register",
    "admin@lancashire.example": "/officers/without-manager",
    "head@demo-school.example": "/inbox",
    "teacher@demo-school.example": "/inbox",
}


def shape(address):
    """Return what makes a page one of a kind: its path without ids and slugs, and what it shows."""
    parts = urlsplit(address)
    path = re.sub(r"\d[\w-]*", "N", parts.path)
    path = re.sub(r"(/school/owners/)(?!several)[a-z-]+", r"\1SLUG", path)
    return path, re.sub(r"=[^&]*\d[^&]*|=[a-z-]*", "", parts.query)


@pytest.mark.parametrize("stage", ["embedded"], indirect=True)
def test_every_page_that_a_link_leads_to_is_sound(stage, visitor):
    shown, dead, visited = set(), [], {}
    for address, start in USERS.items():
        visited[address] = walk(visitor(address), start, shown, dead)
    assert not dead
    assert len(set().union(*visited.values())) > 30, visited


def walk(person, start, shown, dead):
    """Ask for one page of every kind that can be reached, and return the kinds.

    What was not ``shown`` yet to anybody is opened and looked at, wide and narrow.
    """
    here = person.stage.address
    seen, waiting = set(), [(here + start, "its first page")]
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
        if (shape(address)[0], heading[1]) not in shown:
            shown.add((shape(address)[0], heading[1]))
            person.page.goto(address)
            for width in WIDTHS:
                person.resize(width)
                person.look()
        if urlsplit(address).path == CAUGHT:
            continue  # links in other people's mail are theirs
        for link in LINK.findall(text):
            target = urldefrag(urljoin(answer.url, unescape(link)))[0]
            if target.startswith(here + "/") and not DOWNLOADS.search(urlsplit(target).path):
                waiting.append((target, address))
    return seen
