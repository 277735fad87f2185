"""The outer guard against floods. The only module that knows Flask-Limiter.

It is generous: the exact limits of sign-in links are counted in the database
(``portal.signin.links``). Here a single client is kept from burying the open pages under requests.
"""

import hashlib
import ipaddress
from collections.abc import Callable
from typing import Any, Final

from flask import Flask, request
from flask_limiter import Limiter

from foundation.settings import Settings

GUARDED: Final = {
    "signin.start": ("60 per minute", ["POST"]),
    "signin.enter": ("60 per minute", ["POST"]),
    "gatekeeping.check_live": ("600 per minute", ["POST"]),
    "gatekeeping.held_mail_link": ("60 per minute", ["GET"]),
    "gatekeeping.held_mail_by_key": ("60 per minute", ["GET"]),
    "gatekeeping.held_mail_explain_by_key": ("60 per minute", ["POST"]),
    "gatekeeping.held_mail_withdraw_by_key": ("60 per minute", ["POST"]),
    "gatekeeping.verify": ("120 per minute", ["GET", "POST"]),
    "gatekeeping.register": ("120 per minute", ["GET"]),
    "gatekeeping.register_file": ("60 per minute", ["GET"]),
    "notifications.atom_feed": ("600 per minute", ["GET"]),
    "notifications.calendar_feed": ("600 per minute", ["GET"]),
    "notifications.stop_mail": ("60 per minute", ["GET", "POST"]),
}
"""Endpoint -> how often one client may use it, and with which methods."""
GUARDED_EACH: Final = {
    "notifications.atom_feed": "60 per minute",
    "notifications.calendar_feed": "60 per minute",
}
"""Endpoint -> how often one address of it may be used, whoever does. (A calendar service fetches
for many people as one client.)"""


def install(app: Flask, configuration: Settings) -> None:
    """Guard the open pages; call it once all pages are registered."""
    on_redis = configuration.broker_url.startswith(("redis://", "rediss://"))
    limiter = Limiter(
        client_address,
        app=app,
        storage_uri=configuration.broker_url if on_redis else "memory://",
        strategy="moving-window",
        key_prefix="portal",
        swallow_errors=True,  # without its counts the portal still serves
        in_memory_fallback_enabled=on_redis,
    )
    # The guarded views check for themselves; the look-up before every other page took a tenth of
    # the inbox's time and always found nothing.
    app.before_request_funcs[None].remove(limiter._check_request_limit)  # noqa: SLF001 - see above
    for endpoint, (limit, methods) in GUARDED.items():
        view: Callable[..., Any] = app.view_functions[endpoint]
        app.view_functions[endpoint] = limiter.limit(limit, methods=methods)(view)
    for endpoint, limit in GUARDED_EACH.items():
        guarded: Callable[..., Any] = app.view_functions[endpoint]
        app.view_functions[endpoint] = limiter.limit(limit, key_func=_asked)(guarded)


def _asked() -> str:
    """Return what stands for an address that is secret: the counts are no place to keep it."""
    return hashlib.sha256(request.path.encode()).hexdigest()


def client_address() -> str:
    """Return what counts as one client: an IPv4 address, or the /64 network of an IPv6 one.

    Whoever has an IPv6 connection has a whole /64, so a single address of it says nothing.
    """
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return request.remote_addr or "unknown"
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False))
