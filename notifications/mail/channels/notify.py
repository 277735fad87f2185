"""Sending through GOV.UK Notify. The only module that knows its client.

Notify makes the message from a template of the authority's with two places, ((subject)) and
((body)); ours is taken apart again for it. It says later whether a mail arrived: ``fetch_status``.
"""

import email
import enum
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from email.policy import default
from http import HTTPStatus
from typing import Any, Final, cast

from notifications_python_client.errors import APIError, HTTPError
from notifications_python_client.notifications import NotificationsAPIClient

from notifications.mail.channels.door import NotNowError, RefusedError, TroubleError
from notifications.models_mail import Channel

logging.getLogger("notifications_python_client").setLevel(logging.CRITICAL)  # it logs addresses

PATIENCE: Final = 30
NOTIFY: Final = "https://api.notifications.service.gov.uk"
FAULTY_ADDRESS: Final = "email_address"
"""How Notify's refusals begin that are about whom a mail is for."""


class Status(enum.StrEnum):
    """What became of a mail that Notify took."""

    ON_ITS_WAY = "on its way"
    DELIVERED = "delivered"
    NO_SUCH_ADDRESS = "no such address"
    MAILBOX_FULL = "not taken for now"
    NOT_SENT = "not sent"


STATUSES: Final = {
    "created": Status.ON_ITS_WAY,
    "sending": Status.ON_ITS_WAY,
    "pending": Status.ON_ITS_WAY,
    "delivered": Status.DELIVERED,
    "permanent-failure": Status.NO_SUCH_ADDRESS,
    "temporary-failure": Status.MAILBOX_FULL,
    "technical-failure": Status.NOT_SENT,
}


@dataclass(frozen=True)
class Account:
    """An authority's service at Notify, and its template for the portal's mail."""

    api_key: str = field(repr=False)
    template_id: str
    url: str = NOTIFY


class NotifyConnection:
    """A client of one account. Nothing is sent until the first mail."""

    channel = Channel.NOTIFY

    def __init__(self, account: Account, *, patience: float = PATIENCE) -> None:
        """Prepare the client."""
        self.carried = 0
        self._template_id = account.template_id
        self._client: Any = NotificationsAPIClient(  # type: ignore[no-untyped-call]
            account.api_key, account.url, timeout=patience
        )

    def send(self, sender: str, recipient: str, content: bytes, reference: str = "") -> str:  # noqa: ARG002 - Notify is the sender
        """Hand over one message and return Notify's id of it.

        Raises RefusedError, NotNowError or TroubleError. A time-out is trouble: the mail is tried
        again under the same reference, and Notify may have taken it before.
        """
        subject, body, stop = taken_apart(content)
        answer = _asked(
            lambda: self._client.send_email_notification(
                recipient,
                self._template_id,
                personalisation={"subject": subject, "body": body},
                reference=reference or None,
                one_click_unsubscribe_url=stop or None,
            )
        )
        self.carried += 1
        return str(answer.get("id", ""))[:80]

    def fetch_status(self, channel_reference: str) -> Status:
        """Ask what became of a mail, by Notify's id of it. Raises as ``send`` does."""
        answer = _asked(lambda: self._client.get_notification_by_id(channel_reference))
        return STATUSES.get(str(answer.get("status")), Status.ON_ITS_WAY)

    def check(self) -> None:
        """See whether Notify knows the key and the template. Raises as ``send`` does."""
        found = _asked(lambda: self._client.get_template(self._template_id))
        places = f"{found.get('subject')} {found.get('body')}"
        if "((subject))" not in places or "((body))" not in places:
            raise TroubleError("GOV.UK Notify: the template lacks ((subject)) or ((body)).")

    def close(self) -> None:
        """Give the connection back."""
        self._client.request_session.close()


def opener(account: Account) -> Callable[[], NotifyConnection]:
    """Return a function that opens a connection for this account."""
    return lambda: NotifyConnection(account)


def taken_apart(content: bytes) -> tuple[str, str, str]:
    """Return subject, plain text and the address that stops such mail (or nothing) of a message."""
    message = email.message_from_bytes(content, policy=default)
    part = message.get_body(("plain",))
    text = part.get_content() if part is not None else ""
    # To Notify a line of three hyphens is a rule; the mail's own sign of a signature is nothing.
    body = str(text).replace("\r\n", "\n").replace("\n-- \n", "\n---\n").strip()
    stop = str(message.get("List-Unsubscribe", "")).strip("<> ")
    return str(message["Subject"]), body, stop


def _asked(ask: Callable[[], Any]) -> dict[str, Any]:
    try:
        return cast("dict[str, Any]", ask())
    except HTTPError as fault:
        raise _meaning(fault) from fault
    except APIError as fault:
        raise TroubleError(f"GOV.UK Notify: {fault.status_code}") from fault
    except (OSError, ValueError) as fault:
        raise TroubleError(f"GOV.UK Notify: {type(fault).__name__}") from fault


def _meaning(fault: HTTPError) -> Exception:
    """Say what an answer means for the mail; the words of a refusal may hold no address of ours."""
    if fault.response is None:
        return TroubleError("GOV.UK Notify could not be reached.")
    words = f"GOV.UK Notify: {fault.status_code} {_message(fault)}"[:500]
    if fault.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        return NotNowError(words)
    if fault.status_code == HTTPStatus.BAD_REQUEST and _message(fault).startswith(FAULTY_ADDRESS):
        return RefusedError(words)
    return TroubleError(words)


def _message(fault: HTTPError) -> str:
    errors: Any = fault.message
    if isinstance(errors, list):
        return "; ".join(str(one.get("message", "")) for one in errors if isinstance(one, dict))
    return str(errors)
