"""The e-mail that carries a sign-in link."""

from datetime import datetime

from directory.models import AuthorityProfile
from foundation.clock import local_time


def compose(profile: AuthorityProfile, url: str, *, until: datetime) -> tuple[str, str]:
    """Return the subject and the plain text; the link stands alone on its line."""
    local = local_time(until)
    service, authority = profile.service_name, profile.organisation.name
    call = f" or call {profile.help_telephone}" if profile.help_telephone else ""
    paragraphs = (
        f"Open this link to sign in to {service} of {authority}:",
        url,
        (
            f"The link works once, until {local:%H:%M} on {local.day} {local:%B}. "
            "Choose “Continue” on the page that it opens."
        ),
        (
            "If you did not ask for it, you need do nothing. Nobody can sign in without this "
            "e-mail, so do not forward it."
        ),
        f"If you need help, write to {profile.help_email}{call}.",
    )
    return f"Sign in to {service}", "\n\n".join(paragraphs) + "\n"
