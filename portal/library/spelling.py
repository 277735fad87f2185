"""What may have been meant, and what somebody may be about to type.

Both come from the titles, senders and first words of the newest items that the reader may see, and
from nothing else: no word that somebody else was sent can show itself here.
"""

import re
from collections import Counter
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from gatekeeping.closeness import nearest_in_letters
from notifications.models import Notice
from notifications.reading.inbox import Reader
from portal.library.narrowing import Filters, newest_titles
from portal.library.words import COMMON, MOST_TEXT, stem_of, stems_of

MOST: Final = 500
BEGINNING: Final = 400
"""Letters of a text that are looked at beside its title."""
MOST_SUGGESTED: Final = 6
LEAST: Final = 4
"""Letters that a word has at least for a slip to be seen in it."""
SHORT, ONE, TWO = 5, 1, 2

_WORDS = re.compile(r"[^\W\d_]{2,64}")


def corrected(session: Session, typed: str, reader: Reader) -> str:
    """Return what was typed with unknown words put right; "" when nothing can be put right."""
    typed = typed[:MOST_TEXT]
    if not any(len(word) >= LEAST for word in _WORDS.findall(typed)):
        return ""
    known = _known(session, reader)
    stems = {stem_of(word) for word in known}
    changed = False

    def mend(match: re.Match[str]) -> str:
        nonlocal changed
        word = match[0].lower()
        if len(word) < LEAST or word in COMMON or stem_of(word) in stems:
            return match[0]
        likeliest = nearest_in_letters(word, known, slips=ONE if len(word) <= SHORT else TWO)
        changed = changed or bool(likeliest)
        return likeliest or match[0]

    mended = _WORDS.sub(mend, typed)
    return " ".join(mended.split()) if changed else ""


def suggestions(session: Session, typed: str, reader: Reader) -> list[str]:
    """Return titles of the reader's newest items whose words begin with those typed, newest first.

    At most ``MOST_SUGGESTED``, each once. The last word may be half typed, the others too.
    """
    begun = stems_of(typed[:MOST_TEXT]) and [word.lower() for word in typed[:MOST_TEXT].split()]
    if not begun or len("".join(begun)) < TWO:
        return []
    found: list[str] = []
    for row in session.execute(newest_titles(reader, Filters(), MOST)):
        words = row.title.lower().split()
        if row.title not in found and all(
            any(word.startswith(start) for word in words) for start in begun
        ):
            found.append(row.title)
            if len(found) == MOST_SUGGESTED:
                break
    return found


def _known(session: Session, reader: Reader) -> list[str]:
    """Return the words that the reader was sent, the commonest first."""
    titles = newest_titles(reader, Filters(), MOST).subquery()
    rows = session.execute(
        sa.select(
            titles.c.title, titles.c.sender, sa.func.substr(Notice.body, 1, BEGINNING).label("body")
        )
        .join(Notice, Notice.id == titles.c.notice_id)
        .order_by(titles.c.notice_id.desc())
    )
    counts: Counter[str] = Counter()
    for row in rows:
        for text in row:
            counts.update(_WORDS.findall(text.lower()))
    return [word for word, _ in counts.most_common()]
