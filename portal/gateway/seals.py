"""The keys of the mail gateway, made from the portal's own."""

import hashlib
import hmac

from foundation.sealing import Seal
from foundation.settings import Settings


def seal_of(settings: Settings) -> Seal:
    """Return what held mail is sealed with: ``HELD_MAIL_KEY``, else the portal's own key."""
    return Seal(settings.held_mail_key or settings.signing_key, "held mail")


def marks_key(settings: Settings) -> bytes:
    """Return the key of the marks by which messages are found alike: 32 bytes."""
    return hmac.new(settings.signing_key.encode(), b"marks of mail", hashlib.sha256).digest()
