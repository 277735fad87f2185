"""A quick look before the thorough one: whether a text may name one child or employee at all.

Nearly no mail to several schools does. What ``casework`` looks for takes half a millisecond for a
letter of a page; each of its patterns has a part that is found, or not, in a fraction of that.
"""

import re
from typing import Final

from foundation.words import lowered

_UPN: Final = re.compile(r"[A-Z]\d{11}")
_BORN: Final = re.compile(r"d\.?o\.?b|b(?:orn|irth)")
_FIELD: Final = re.compile(r"[:\uFF1A–-]\s{0,3}[A-Z]")
_FIELD_NAMES: Final = (
    *("name", "initials"),
    *("child", "pupil", "student", "person", "learner", "employee"),
)
_BEFORE_FIELD: Final = 40
"""No name of a field, with what may stand between it and its sign, is longer."""
_INITIALS: Final = re.compile(r"[A-Z](?<!\w[A-Z])(?:[A-Z]\b|\.\s?[A-Z]\.| [A-Z]\b)")
_YEAR: Final = re.compile(r"Y(?:ea)?r?\.? ?\d|Reception\b")
_NAME_BEFORE: Final = re.compile(r"[A-Z][A-Za-z'’-]{0,20}\s?,?\s?\(?\Z")
_BEFORE_YEAR: Final = 30


def may_name_one(said: str) -> bool:
    """Tell whether a UPN, a date of birth, a field, initials or a name with a year may be there."""
    return bool(
        _UPN.search(said)
        or _BORN.search(lowered(said))
        or _INITIALS.search(said)
        or any(_is_field(said, found.start()) for found in _FIELD.finditer(said))
        or any(
            _NAME_BEFORE.search(said, max(0, found.start() - _BEFORE_YEAR), found.start())
            for found in _YEAR.finditer(said)
        )
    )


def _is_field(said: str, end: int) -> bool:
    before = said[max(0, end - _BEFORE_FIELD) : end].lower()
    return any(name in before for name in _FIELD_NAMES)
