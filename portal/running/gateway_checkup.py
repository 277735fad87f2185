"""What ``portal doctor`` looks at of the mail gateway."""

import socket
from typing import Final

from foundation.settings import Settings
from gatekeeping.mailgate.smtp.next_hop import AwayError, next_hop_at
from portal.running.findings import Finding

PATIENCE: Final = 5  # seconds
ANSWERS: Final = (b"220", b"421", b"554")
"""It may not serve this machine, or have enough to do; it answers all the same."""


def gateway(settings: Settings) -> list[Finding]:
    """Say whether the gateway answers, and the next mail server behind it."""
    host, port = settings.gateway_listens
    if not port:
        return [Finding("mail gateway", "No mail gateway is set.")]
    return [_itself(host, port), _next(settings.gateway_goes_on_to, is_sink=settings.has_mail_sink)]


def _itself(host: str, port: int) -> Finding:
    reached = "127.0.0.1" if host in {"", "0.0.0.0"} else host  # noqa: S104 - compared, not bound
    try:
        with socket.create_connection((reached, port), PATIENCE) as connection:
            greeting = connection.recv(100)
    except OSError:
        greeting = b""
    if greeting.startswith(ANSWERS):
        return Finding("mail gateway", "The mail gateway answers.")
    return Finding("mail gateway", "The mail gateway does not answer.", "Start it: portal run")


def _next(address: str, *, is_sink: bool) -> Finding:
    try:
        next_hop_at(address).connect(patience=PATIENCE).close()
    except AwayError as fault:
        says = f"The mail server behind the gateway cannot be reached ({fault})."
        do = "Start the portal: portal run" if is_sink else "Start it, and check GATEWAY_NEXT_HOP."
        return Finding("next mail server", says, do)
    return Finding("next mail server", "The mail server behind the gateway answers.")
