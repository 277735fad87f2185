"""Sealing what must not be readable in the database or its backups: the only door to cryptography.

AES-256 in Galois/Counter Mode with a key derived from the portal's own (HKDF, RFC 5869). What a
sealed piece belongs to is bound to it, so that no piece can be put in another's place.
"""

import os
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from foundation.errors import Refusal

NONCE: Final = 12
VERSION: Final = b"\x01"


class SealBrokenError(Refusal):
    """It was sealed with another key, or changed since."""

    sentence = (
        "What was stored cannot be read with the portal's present key. Whoever runs the portal "
        "must set the key again that was used then."
    )


@dataclass(frozen=True)
class Seal:
    """A key for one purpose. Whoever has another purpose or key reads nothing."""

    secret: str = field(repr=False)
    purpose: str

    def close(self, content: bytes, *, belongs_to: str) -> bytes:
        """Return the content sealed; it is longer by 29 bytes. ``belongs_to`` must be repeated."""
        nonce = os.urandom(NONCE)
        return VERSION + nonce + self._cipher.encrypt(nonce, content, belongs_to.encode())

    def open(self, sealed: bytes, *, belongs_to: str) -> bytes:
        """Return the content again. Raises SealBrokenError."""
        if sealed[:1] != VERSION or len(sealed) < 1 + NONCE:
            raise SealBrokenError
        nonce, body = sealed[1 : 1 + NONCE], sealed[1 + NONCE :]
        try:
            return self._cipher.decrypt(nonce, body, belongs_to.encode())
        except InvalidTag as fault:
            raise SealBrokenError from fault

    @property
    def _cipher(self) -> AESGCM:
        derived = HKDF(SHA256(), length=32, salt=None, info=self.purpose.encode())
        return AESGCM(derived.derive(self.secret.encode()))
