"""The keys of the mail gateway, made from the portal's own."""

from foundation.sealing import Seal
from foundation.settings import Settings
from gatekeeping.mailgate.outlines import held_mail_seal


def seal_of(settings: Settings) -> Seal:
    """Return what held mail is sealed with: ``HELD_MAIL_KEY``, else the portal's own key."""
    return held_mail_seal(settings)


def marks_key(settings: Settings) -> bytes:
    """Return the key by which messages are found alike and the portal's own mail is known."""
    return settings.signing_key.encode()
