"""The door that all mail leaves by, whichever way it goes.

Whatever goes wrong becomes one of three exceptions that say what it means for the mail.
"""

from collections.abc import Callable
from typing import Protocol

from notifications.models_mail import Channel


class RefusedError(Exception):
    """The mail will never be taken for this recipient. The text is the answer."""


class NotNowError(Exception):
    """The mail was not taken now; the next one may be."""


class TroubleError(Exception):
    """The way itself cannot be used at the moment, whichever mail it is offered."""


class Connection(Protocol):
    """A way for mail that stands open: many may go over it. Close it at the end."""

    carried: int
    """How many mails were taken so far."""

    @property
    def channel(self) -> Channel:
        """Which way it is."""

    def send(self, sender: str, recipient: str, content: bytes, reference: str = "") -> str:
        """Hand over one message; return once it was taken.

        Answers what the channel calls it, empty where it gives no names. ``reference`` is what the
        portal calls it. Raises RefusedError, NotNowError or TroubleError; after the last, close.
        """

    def close(self) -> None:
        """End it, if it still stands."""


Opener = Callable[[], Connection]
