"""What all conversations of a gateway's process share: whom it serves, how much it takes."""

import asyncio
import ipaddress
import ssl
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from gatekeeping.mailgate.door.journal import Journal
from gatekeeping.mailgate.door.passing import note_fault
from gatekeeping.mailgate.gate.answers import Looking
from gatekeeping.mailgate.gate.spool import Spool
from gatekeeping.mailgate.smtp.next_hop import Line, NextHop

MOST_CONNECTIONS: Final = 200

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Open(Protocol):
    """An open conversation."""

    def end_if_idle(self) -> None:
        """End the connection unless a message is under way."""


@dataclass(frozen=True)
class Terms:
    """Whom the door serves, and how much it takes."""

    hostname: str
    clients: tuple[Network, ...]
    limit: int = 50_000_000
    """The largest message in bytes."""
    ours: frozenset[str] = frozenset()
    """Addresses that are the gateway's own: mail to them goes nowhere else."""
    tls: ssl.SSLContext | None = None
    require_tls: bool = False
    folder: Path | None = None
    """Where messages lie that are too large for memory."""

    def lists(self, peer: str) -> bool:
        """Tell whether this client may use the gateway."""
        address = address_of(peer)
        return address is not None and any(address in network for network in self.clients)


@dataclass
class Door:
    """What all conversations of a process share."""

    terms: Terms
    hop: NextHop
    gate: Looking
    journal: Journal
    open: set[Open] = field(default_factory=set)
    stopping: bool = False
    offers: frozenset[str] = frozenset()
    """What of ``dsn`` and ``smtputf8`` the next server offered last."""
    pool: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(MOST_CONNECTIONS, "gateway")
    )

    def refusal(self, peer: str) -> bytes:
        """Return why a client is not served at all; empty when it is."""
        if not self.terms.lists(peer):
            return b"554 5.7.1 This server takes mail of listed clients only"
        if self.stopping:
            return b"421 4.3.2 The gateway is stopping, try again later"
        if len(self.open) >= MOST_CONNECTIONS:
            return b"421 4.3.2 Too many connections, try again later"
        return b""

    def learnt(self, line: Line) -> None:
        """Remember what the next server offers."""
        self.offers = frozenset(name for name in ("dsn", "smtputf8") if line.offers(name))

    async def stop(self, seconds: float) -> None:
        """Let messages under way come to their end, for so long, and take no new ones."""
        self.stopping = True
        for each in list(self.open):
            each.end_if_idle()
        until = time.monotonic() + seconds
        while self.open and time.monotonic() < until:  # noqa: ASYNC110 - it ends in any case
            await asyncio.sleep(0.05)

    async def handle_exception(self, fault: Exception) -> str:
        """Answer whatever nobody foresaw (aiosmtpd asks this)."""
        note_fault("a conversation failed", fault)
        return "451 4.3.0 Try again later"


def peer_of(transport: asyncio.BaseTransport) -> str:
    """Return the address of the other end; empty where it has none."""
    peer = transport.get_extra_info("peername")
    return str(peer[0]) if peer else ""


def address_of(peer: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Return an address as a value; None when it is none. IPv4 within IPv6 is IPv4."""
    try:
        address = ipaddress.ip_address(peer.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def add_to(spool: Spool, content: bytes, limit: int) -> str:
    """Write to the spool; return why that is over, or nothing."""
    if spool.size + len(content) > limit:
        return "552 5.3.4 The message is larger than this server takes"
    try:
        spool.write(content)
    except OSError:
        return "452 4.3.1 There is no room for the message now"
    return ""
