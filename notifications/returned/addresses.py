"""Addresses to which mail comes back, one for each mail (VERP).

``bounces+417.k3…@portal.example`` carries the mail's id and a signature, so that a report needs no
reading to know whose it is, and nobody can have other people marked as not reached. Case does not
matter: servers on the way may change it.
"""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass, field
from typing import Final

SIGNS: Final = 16
"""Characters of a signature: 80 bits."""
TAGGED: Final = re.compile(r"(?P<id>[1-9][0-9]{0,17})\.(?P<signature>[a-z2-7]{16})")


@dataclass(frozen=True)
class Returns:
    """Where mail comes back to, and the key that signs; without an address nothing does."""

    address: str = ""
    key: str = field(default="", repr=False)

    def path(self, mail_id: int) -> str:
        """Return the address of one mail; empty when none is set up."""
        local, _, domain = self.address.rpartition("@")
        if not local:
            return ""
        return f"{local}+{mail_id}.{self._signature(mail_id)}@{domain}"

    def mail_of(self, address: str) -> int | None:
        """Return the mail that an address stands for; None unless we signed it."""
        local, _, domain = address.strip().strip("<>").lower().rpartition("@")
        own_local, _, own_domain = self.address.lower().rpartition("@")
        name, _, tag = local.rpartition("+")
        found = TAGGED.fullmatch(tag)
        if not own_local or (name, domain) != (own_local, own_domain) or found is None:
            return None
        mail_id = int(found["id"])
        right = hmac.compare_digest(found["signature"], self._signature(mail_id))
        return mail_id if right else None

    def takes(self, address: str) -> bool:
        """Tell whether mail to this address is for us: a mail's own, or the plain one."""
        plain = address.strip().strip("<>").lower()
        return bool(self.address) and (
            plain == self.address.lower() or self.mail_of(plain) is not None
        )

    def _signature(self, mail_id: int) -> str:
        words = f"returned mail {mail_id}".encode()
        digest = hmac.new(self.key.encode(), words, hashlib.sha256).digest()
        return base64.b32encode(digest).decode().lower()[:SIGNS]
