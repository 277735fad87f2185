"""A draft that asks schools to look at their owners, begun from the authority's coverage.

It only informs: where to look and why. So to a few schools it takes the LIGHT track (gatekeeping
4.1), and however many they are it goes through the gate like any other. It names no category: who
owns what is the headteacher's to say, so here the head is the right reader, although K81 warns.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from directory.models import Membership
from foundation.errors import Refusal
from gatekeeping.models import Kind, Submission
from gatekeeping.writing.submissions import save, start_draft

MOST_SCHOOLS: Final = 1_000

NEEDED: Final = {
    "nobody": "At your school some categories have nobody set. What we send about them goes to "
    "the headteacher or the office, and may wait there.",
    "left": "At your school the owner of some categories has left. What we send about them goes "
    "to somebody else for now.",
    "bouncing": "At your school mail to the owner of some categories comes back to us, so they "
    "may miss what is for them.",
    "never": "At your school the owner of some categories has never signed in, so they may not "
    "know that things are sent to them.",
    "unconfirmed": "At your school some owners were named more than a year ago. Some of them may "
    "do other work by now.",
    "never_engaged": "Nobody from your school has signed in to the portal yet. Until then all "
    "that we send goes to the headteacher or the office.",
    "no_mailbox": "We have no mailbox of your school’s office. It is where we turn when nobody "
    "else can be reached.",
    "no_head": "We know of no headteacher at your school in the portal. What has no owner goes "
    "to the office.",
}
ANY: Final = "At your school some categories have no owner who can receive what we send about them."
HOW: Final = (
    "Headteachers find the list under “Who owns what” in the portal. It names the categories one "
    "by one and shows what is wrong with each. Choosing one person for a whole group takes a "
    "minute; the whole list takes about ten. Nothing needs to be sent to us."
)
TITLE: Final = "Who receives what at your school"
PURPOSE: Final = (
    "So that what the council and its partners send reaches the right person at each school, and "
    "not the headteacher or the office in their place. Goes to heads: they say who owns what."
)


class TooManySchoolsError(Refusal):
    """One message is to so many schools at most."""

    sentence = (
        f"This is more than {MOST_SCHOOLS:,} schools. Narrow the list first, by district or phase."
    )


class NoSchoolsError(Refusal):
    """Nobody would get it."""

    sentence = "No open school matches the filter now, so there is nobody to write to."


def draft_about_owners(
    session: Session, *, by: Membership, urns: Sequence[int], wrong: str, at: datetime
) -> Submission:
    """Begin a draft to exactly these open schools; ``wrong`` is what the list was narrowed to.

    The same asked twice within seconds gives the same draft. Raises TooManySchoolsError and
    NoSchoolsError, and what ``start_draft`` raises.
    """
    if len(urns) > MOST_SCHOOLS:
        raise TooManySchoolsError
    if not urns:
        raise NoSchoolsError
    draft = start_draft(session, by=by, kind=Kind.COMMUNICATION, title=TITLE, at=at)
    changes = {
        "purpose": PURPOSE,
        "body": f"{NEEDED.get(wrong, ANY)}\n\n{HOW}",
        "audience": {"urns": list(urns)},
        "reply_by": "none",
    }
    save(session, draft, changes, by=by.person, at=at)
    return draft
