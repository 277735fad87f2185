"""Looking through titles without an index, so that search is never dead."""

from typing import Final

from sqlalchemy.orm import Session

from notifications.reading.inbox import Reader
from portal.library.engine import Match
from portal.library.narrowing import Filters, newest_titles
from portal.library.words import Asked, stems_of

MOST: Final = 200


def matches(session: Session, asked: Asked, reader: Reader, filters: Filters) -> list[Match]:
    """Return those of the newest items whose title or sender holds every word."""
    found = []
    wanted = set(asked.words)
    for row in session.execute(newest_titles(reader, filters, MOST)):
        titled = set(stems_of(row.title))
        if wanted <= titled | set(stems_of(row.sender)):
            found.append(Match(row.notice_id, len(wanted & titled), 0.0))
    return found
