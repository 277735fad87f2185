"""Asking a running portal for pages, as somebody signed in."""

import time
import urllib.error
import urllib.request
from collections import Counter
from dataclasses import dataclass, field

import sqlalchemy as sa
from flask.sessions import SecureCookieSessionInterface

from directory.models import Membership
from foundation import clock
from foundation.db import EVERY_AUTHORITY
from portal.app import create_app
from portal.signin import sessions
from portal.signin.models import SignedInSession
from tests.factories.directory import HeadFactory
from tests.faults.stage import Stage

PLACES = ("/inbox", "/", "/sign-in", "/search?q=menus", "/inbox/1")
SAYS = "The portal cannot reach its database"
FOUND = ("200", "404")  # the last of these is not this head's
LONGEST = 40.0


@dataclass
class Asked:
    """What pages answered: how often which code, those that did not say why, the slowest."""

    codes: Counter[str] = field(default_factory=Counter)
    silent: int = 0
    slowest: float = 0.0

    def __str__(self) -> str:
        said = ", ".join(f"{count} times {code}" for code, count in sorted(self.codes.items()))
        return f"pages: {said}, {self.silent} without a word, slowest {self.slowest:.1f} s"


def cookie_of(running: Stage, place: Membership) -> dict[str, str]:
    """Sign the person of a membership in, wearing it; return what the cookie holds."""
    with running.database.transaction(authority=EVERY_AUTHORITY) as session:
        token = sessions.begin(session, person_id=place.person_id, at=clock.now())
        session.flush()
        session.execute(
            sa.update(SignedInSession)
            .where(SignedInSession.token_hash == sessions.hashed(token))
            .values(membership_id=place.id)
        )
    return {"_user_id": token, "_fresh": "yes"}


def head_of(running: Stage) -> str:
    """Sign a new headteacher in and return the cookie as a browser sends it."""
    with running.factories() as session:
        place = HeadFactory()
        session.flush()
        session.expunge(place)
    app = create_app(running.settings, running.database)
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    return f"portal={signer.dumps(cookie_of(running, place))}"


def ask_pages(running: Stage, cookie: str, *, seconds: float) -> Asked:
    """Ask for pages for so long."""
    asked, end = Asked(), time.monotonic() + seconds
    while time.monotonic() < end:
        for place in PLACES:
            began = time.monotonic()
            code, text = _get(f"http://127.0.0.1:{running.port}{place}", cookie)
            asked.slowest = max(asked.slowest, time.monotonic() - began)
            asked.codes[code] += 1
            asked.silent += code not in FOUND and SAYS not in text
        time.sleep(1)
    return asked


def _get(address: str, cookie: str) -> tuple[str, str]:
    request = urllib.request.Request(address, headers={"Cookie": cookie})  # noqa: S310 - ours
    try:
        with urllib.request.urlopen(request, timeout=LONGEST) as answer:  # noqa: S310
            return str(answer.status), answer.read().decode()
    except urllib.error.HTTPError as fault:
        return str(fault.code), fault.read().decode()
    except OSError as fault:
        return type(fault).__name__, ""
