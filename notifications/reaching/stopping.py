"""The link by which a reader stops mail that they need not get, without signing in (RFC 8058).

It stands in digests and bulletins alone: a request must reach whoever has to answer it. The address
is signed and never ends, as mail is kept; it can do nothing but what it says.
"""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import Final

DIGEST: Final = "digest"
BULLETIN: Final = "bulletin"
WORDS: Final = {
    DIGEST: "Get one digest a week instead",
    BULLETIN: "Stop the weekly bulletin",
}
"""What a link to stop something says."""
SIGNS: Final = 26
_TOKEN: Final = re.compile(
    r"(?P<what>digest|bulletin)-(?P<id>[1-9][0-9]{0,17})-(?P<sign>[a-z2-7]{26})"
)


@dataclass(frozen=True)
class Stop:
    """What a link stops, and for whom."""

    what: str
    person_id: int


def address_to_stop(portal: str, key: str, person_id: int, what: str) -> str:
    """Return the address at which one click stops digests or bulletins for a person."""
    return f"{portal}/mail/stop/{what}-{person_id}-{_sign(key, person_id, what)}"


def read_stop(key: str, token: str) -> Stop | None:
    """Return what the last part of such an address says; None unless we signed it."""
    found = _TOKEN.fullmatch(token)
    if found is None:
        return None
    stop = Stop(found["what"], int(found["id"]))
    right = hmac.compare_digest(found["sign"], _sign(key, stop.person_id, stop.what))
    return stop if right else None


def _sign(key: str, person_id: int, what: str) -> str:
    words = f"stop {what} {person_id}".encode()
    digest = hmac.new(key.encode(), words, hashlib.sha256).digest()
    return base64.b32encode(digest).decode().lower()[:SIGNS]
