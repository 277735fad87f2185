"""The gateway put together from the settings."""

import ipaddress
import socket
import ssl
from typing import Final

import sqlalchemy as sa

from foundation.db import MOST_CONNECTIONS, Database
from foundation.settings import Settings
from gatekeeping.mailgate.cases.outlines import held_mail_seal
from gatekeeping.mailgate.door.journal import Journal
from gatekeeping.mailgate.door.serving import Door, Terms
from gatekeeping.mailgate.gate.looking import Gate, Rules
from gatekeeping.mailgate.gate.shelf import Shelf
from gatekeeping.mailgate.gate.told_runs import Telling, forget_told
from gatekeeping.mailgate.smtp.next_hop import next_hop_at
from portal.mailin.taking import returns_of

LEAST_PATIENCE: Final = {
    "statement_timeout": 60_000,
    "lock_timeout": 30_000,
}
"""Milliseconds. Whoever brings mail keeps it better than a connection that waits for a lock."""
UNHEARD: Final = "30000"
"""Milliseconds until a database that acknowledges nothing counts as away."""


def database_of(settings: Settings) -> Database:
    """Return the database, asked with less patience than pages have.

    While it keeps a message to several schools waiting, one of the few connections of the mail
    server is taken, and mail to one school may wait behind it.
    """
    address = sa.make_url(settings.database)
    if address.get_backend_name() == "postgresql":
        own = str(address.query.get("options", "-c jit=off"))
        least = [f"-c {name}={value}" for name, value in LEAST_PATIENCE.items()]
        asked = {"tcp_user_timeout": UNHEARD, **address.query, "options": " ".join([*least, own])}
        address = address.set(query=asked)
    # As many as come at once come again in a moment.
    return Database(address.render_as_string(hide_password=False), keeps=MOST_CONNECTIONS)


def gate_of(settings: Settings, database: Database) -> Gate:
    """Return the gate; it has read nothing yet."""
    folder = settings.gateway_folder / "told"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    is_shared = settings.gateway_processes > 1
    if not is_shared:
        forget_told(folder)
    return Gate(
        database,
        # Whoever set no port for it did not mean to choose an authority.
        Shelf(database, settings.authority, takes_oldest=not settings.gateway_port),
        Rules(
            key=settings.signing_key.encode(),
            seal=held_mail_seal(settings),
            returns=returns_of(settings),
            monitors=settings.gateway_mode == "monitor",
            report_address=settings.gateway_reports_to,
            copy_address=settings.gateway_copy_address,
            writes_from=frozenset({settings.mail_from.lower()}),
        ),
        telling=Telling(folder) if is_shared else None,
    )


def door_of(settings: Settings, gate: Gate) -> Door:
    """Return the door before the gate. Raises OSError when its certificate cannot be read."""
    settings.gateway_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    own = (settings.gateway_reports_to, settings.gateway_copy_address)
    terms = Terms(
        hostname=socket.gethostname() or "localhost",
        clients=tuple(ipaddress.ip_network(each) for each in settings.gateway_networks),
        limit=settings.gateway_limit,
        ours=frozenset(filter(None, own)),
        tls=_tls(settings),
        require_tls=settings.gateway_require_tls,
        folder=settings.gateway_folder,
    )
    return Door(terms, next_hop_at(settings.gateway_goes_on_to), gate, journal_of(settings))


def journal_of(settings: Settings) -> Journal:
    """Return what remembers messages under way."""
    folder = settings.gateway_folder / "journal"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Journal(folder, confirms=bool(settings.gateway_confirm_port))


def _tls(settings: Settings) -> ssl.SSLContext | None:
    if not settings.gateway_tls_certificate:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(settings.gateway_tls_certificate, settings.gateway_tls_key)
    return context
