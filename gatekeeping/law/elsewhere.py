"""A section cited under the wrong year: it is known in another Act of the same name."""

import re

from gatekeeping.law.citations import Citation
from gatekeeping.law.duties import Duty, Register, shipped
from gatekeeping.law.instruments import title_key

_TELLING = re.compile(r"section/(?:\d+[A-Z]{1,3}|\d{3,})(?=/|$)")
"""Low numbers stand in every Act and tell nothing."""


def known_elsewhere(citation: Citation, register: Register | None = None) -> Duty | None:
    """Return the duty that stands at this place of an Act of the same name but another year.

    None when the cited Act is not resolved, or the number is so low that it tells nothing.
    """
    place = _TELLING.match(citation.provision)
    if not citation.id or place is None:
        return None
    name = _without_year(citation.title)
    for duties in (register or shipped()).by_instrument.values():
        for duty in duties:
            if _without_year(duty.title) != name or duty.title == citation.title:
                continue
            if f"{duty.provision}/".startswith(f"{place.group()}/"):
                return duty
    return None


def _without_year(title: str) -> str:
    return re.sub(r"\s\d{4}$", "", title_key(title))
