"""What may stand in the catalogue: each value read, tidied, and refused with how to mend it."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.kinds import TYPES
from directory.models import Person, PersonState, Team
from foundation.clock import local_date
from foundation.errors import Refusal
from gatekeeping.holdings.refreshed import rhythm

LONGEST: Final[Mapping[str, int]] = {
    "key": 60,
    "title": 200,
    "owner": 120,
    "refreshed": 200,
    "grain": 60,
    "covers": 200,
    "name": 200,
    "code": 40,
}
MOST_NAMES: Final = 200
MISSING: Final[Mapping[str, str]] = {
    "title": "Enter what the data set is called.",
    "owner": "Enter which team owns it.",
    "refreshed": "Enter how often it is refreshed, for example “monthly”.",
    "grain": "Enter what one row is about, for example “pupil” or “school”.",
    "covers": "Enter which schools it covers, for example “maintained schools”.",
    "name": "Enter what the item is called.",
}
ONCE: Final = "once"
"""How the words of a snapshot begin: it tells of the day that its owner names, and of no other."""
_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class EntryError(Refusal):
    """A value cannot stand in the catalogue; ``field`` names it."""


def checked_key(key: str) -> str:
    """Return a data set's key in lower case; EntryError when addresses could not carry it."""
    key = key.strip().casefold()
    if not _KEY.fullmatch(key) or len(key) > LONGEST["key"] or key in {"asked", "new", "file"}:
        raise EntryError(
            "Enter a short name of letters, figures and hyphens, for example “school-census”.",
            field="key",
        )
    return key


def checked_set(
    session: Session, authority_id: int, values: Mapping[str, Any], *, at: datetime
) -> dict[str, Any]:
    """Return what is said of a data set as its columns take it.

    ``team_id`` and ``contact`` (an e-mail address) must be of this authority. Raises EntryError.
    """
    found: dict[str, Any] = {
        name: checked_line(values.get(name, ""), name)
        for name in ("title", "owner", "refreshed", "grain", "covers")
    }
    as_at: date | None = values.get("as_at")
    check_refreshed(found["refreshed"], as_at)
    if as_at is not None and as_at > local_date(at):
        raise EntryError("The day must be today or in the past.", field="as_at")
    types = [kind for kind in TYPES if kind in (values.get("types") or ())]
    return {
        **found,
        "types": types,
        "as_at": as_at,
        "team_id": _team(session, authority_id, values.get("team_id")),
        "contact_id": _contact(session, authority_id, str(values.get("contact") or "")),
    }


def checked_item(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is said of an item as its columns take it. Raises EntryError."""
    called = values.get("called") or []
    names = list(dict.fromkeys(" ".join(name.split()) for name in called if name.strip()))
    if len(names) > MOST_NAMES or any(len(name) > LONGEST["name"] for name in names):
        raise EntryError(
            f"Use {MOST_NAMES} other names at most, each of {LONGEST['name']} characters or fewer.",
            field="called",
        )
    code = " ".join(str(values.get("code") or "").split())
    if len(code) > LONGEST["code"]:
        raise EntryError(f"Use {LONGEST['code']} characters or fewer.", field="code")
    return {
        "name": checked_line(values.get("name", ""), "name"),
        "called": names,
        "personal": bool(values.get("personal")),
        "code": code,
    }


def checked_line(text: str, name: str) -> str:
    """Return a line with single spaces; EntryError when it is empty or too long."""
    line = " ".join((text or "").split())
    if not line:
        raise EntryError(MISSING[name], field=name)
    if len(line) > LONGEST[name]:
        raise EntryError(f"Use {LONGEST[name]} characters or fewer.", field=name)
    return line


def check_refreshed(words: str, as_at: date | None) -> None:
    """Refuse words of which nobody could tell how fresh the data are. Raises EntryError."""
    if rhythm(words) is not None:
        return
    if words.casefold().startswith(ONCE) and as_at is not None:
        return
    raise EntryError(
        "Begin with live, daily, weekly, monthly, termly or yearly, so that the portal can work "
        "out how fresh it is. For a single collection begin with “once” and enter its day.",
        field="refreshed",
    )


def _team(session: Session, authority_id: int, team_id: object) -> int | None:
    if not team_id:
        return None
    found = session.scalar(
        sa.select(Team.id).where(Team.authority_id == authority_id, Team.id == team_id)
    )
    if found is None:
        raise EntryError("Choose a team of the list.", field="team_id")
    return found


def _contact(session: Session, authority_id: int, email: str) -> int | None:
    email = email.strip().casefold()
    if not email:
        return None
    found = session.scalar(
        sa.select(Person.id).where(
            Person.authority_id == authority_id,
            Person.email == email,
            Person.state == PersonState.ACTIVE,
        )
    )
    if found is None:
        raise EntryError(
            "Nobody with this e-mail address can sign in here. Check it, or leave it empty.",
            field="contact",
        )
    return found
