"""Mail whose words may not be read in the database while it waits: sealed, and opened to be sent.

Once a mail has left, its words are deleted anyway.
"""

import base64
from typing import Final

from foundation.sealing import Seal, SealBrokenError

MARK: Final = "sealed:"
BELONGS_TO: Final = "mail"


def sealed_text(text: str, seal: Seal) -> str:
    """Return the text of a mail sealed, for ``queue_mail``."""
    plain = text.encode("utf-8", "replace")
    return MARK + base64.b64encode(seal.close(plain, belongs_to=BELONGS_TO)).decode()


def opened_text(text: str, seal: Seal | None) -> str:
    """Return the text of a mail as it is sent; raises SealBrokenError when the key is another."""
    if not text.startswith(MARK):
        return text
    if seal is None:
        raise SealBrokenError
    return seal.open(base64.b64decode(text[len(MARK) :]), belongs_to=BELONGS_TO).decode()
