"""By which way the portal's mail leaves, as its settings say."""

from foundation.settings import Settings
from notifications.mail.channels import smtp
from notifications.mail.channels.door import Opener


def opener(settings: Settings) -> Opener:
    """Return what opens a connection: to the mail server, or to GOV.UK Notify."""
    if settings.mail_channel == "notify":
        from notifications.mail.channels import notify  # loads its client where it is used alone

        account = notify.Account(
            settings.notify_api_key, settings.notify_template_id, settings.notify_url
        )
        return notify.opener(account)
    return smtp.opener(settings.smtp)
