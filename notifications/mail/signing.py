"""The mark by which the mail gateway knows the portal's own mail.

``Portal-Mail: 417.k3…`` signs the mail's id, its reader and its Message-ID: copied to another
message, or to a message for somebody else, it is worth nothing.
"""

import base64
import hashlib
import hmac
import re
from typing import Final

NAME: Final = "Portal-Mail"
SIGNS: Final = 26
"""Characters of a signature: 130 bits."""
_SIGNED: Final = re.compile(r"\s*([1-9][0-9]{0,17})\.([a-z2-7]{26})\s*")


def line(mail_id: int, recipient: str, message_id: str, key: str) -> bytes:
    """Return the header of a mail with the end of its line; nothing without a key."""
    if not key:
        return b""
    signature = _signature(mail_id, recipient, message_id, key)
    return f"{NAME}: {mail_id}.{signature}\r\n".encode("ascii")


def mail_of(value: str, recipient: str, message_id: str, key: str | bytes) -> int | None:
    """Return the mail that a header names, if we signed it for this reader and this message."""
    found = _SIGNED.fullmatch(value)
    if found is None or not key:
        return None
    mail_id = int(found[1])
    right = _signature(mail_id, recipient, message_id, key)
    return mail_id if hmac.compare_digest(found[2], right) else None


def _signature(mail_id: int, recipient: str, message_id: str, key: str | bytes) -> str:
    bare = message_id.strip().strip("<>")
    words = f"mail of ours\n{mail_id}\n{recipient.strip().lower()}\n{bare}".encode()
    digest = hmac.digest(key.encode() if isinstance(key, str) else key, words, hashlib.sha256)
    return base64.b32encode(digest[:20]).decode("ascii").lower()[:SIGNS]
