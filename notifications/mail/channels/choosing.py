"""By which way the portal's mail leaves, as its settings say."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from foundation.settings import Settings
from notifications.mail.channels import smtp
from notifications.mail.channels.door import Opener

if TYPE_CHECKING:
    from notifications.mail.channels.notify import NotifyConnection


def opener(settings: Settings) -> Opener:
    """Return what opens a connection: to the mail server, or to GOV.UK Notify."""
    return (
        notify_opener(settings) if settings.mail_channel == "notify" else smtp.opener(settings.smtp)
    )


def notify_opener(settings: Settings) -> "Callable[[], NotifyConnection]":
    """Return what opens a connection to GOV.UK Notify."""
    from notifications.mail.channels import notify  # loads its client where it is used alone

    account = notify.Account(
        settings.notify_api_key, settings.notify_template_id, settings.notify_url
    )
    return notify.opener(account)
