"""The mail gateway as a process of its own; several may listen on one port."""

import asyncio
import ipaddress
import logging
import os
import socket
import ssl
import sys

import portal.models  # noqa: F401 - every table must be known before the first query
from foundation.settings import Settings, read_settings
from gatekeeping.mailgate.confirming import serve_confirming
from gatekeeping.mailgate.door import Door, Terms
from gatekeeping.mailgate.gate import OpenGate
from gatekeeping.mailgate.journal import Journal
from gatekeeping.mailgate.listening import serve
from gatekeeping.mailgate.next_hop import next_hop_at
from portal.running import child

log = logging.getLogger(__name__)


def terms_of(settings: Settings) -> Terms:
    """Return whom the gateway serves. Raises OSError when its certificate cannot be read."""
    settings.gateway_folder.mkdir(parents=True, exist_ok=True)
    own = (settings.gateway_reports_to, settings.gateway_copy_address)
    return Terms(
        hostname=socket.gethostname() or "localhost",
        clients=tuple(ipaddress.ip_network(each) for each in settings.gateway_networks),
        limit=settings.gateway_limit,
        ours=frozenset(filter(None, own)),
        tls=_tls(settings),
        require_tls=settings.gateway_require_tls,
        folder=settings.gateway_folder,
    )


def _tls(settings: Settings) -> ssl.SSLContext | None:
    if not settings.gateway_tls_certificate:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(settings.gateway_tls_certificate, settings.gateway_tls_key)
    return context


def door_of(settings: Settings) -> Door:
    """Return the door with everything behind it."""
    return Door(
        terms_of(settings),
        next_hop_at(settings.gateway_goes_on_to),
        OpenGate(),
        journal=journal_of(settings),
    )


def journal_of(settings: Settings) -> Journal:
    """Return what remembers messages under way; the gateway's processes share its folder."""
    return Journal(
        settings.gateway_folder / "journal", confirms=bool(settings.gateway_confirm_port)
    )


async def run(door: Door, settings: Settings) -> None:
    """Take mail, and answer the next hop, until told to stop. Raises OSError."""
    host, port = settings.gateway_listens
    if settings.gateway_confirm_port and isinstance(door.journal, Journal):
        asking = await serve_confirming(door.journal, host, settings.gateway_confirm_port)
    else:
        asking = None
    await serve(door, host, port, ready=child.tell_ready)
    if asking is not None:
        asking.close()


def main() -> None:
    """Run one gateway until told to stop."""
    child.begin()
    settings = read_settings()
    try:
        door = door_of(settings)
    except OSError as fault:  # ssl.SSLError is one
        log.error("GATEWAY_TLS_CERTIFICATE cannot be used", extra={"fault": type(fault).__name__})  # noqa: TRY400 - one line says it
        sys.exit(1)
    asyncio.run(run(door, settings))
    logging.shutdown()
    os._exit(0)  # a thread may still wait for the next server, for minutes


if __name__ == "__main__":
    main()
