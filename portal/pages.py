"""Which pages there are, and what every page shows around its content."""

import time
from typing import Any, Final, cast

from flask import Flask, current_app, g, request

from directory.authorities import authority_for_host
from directory.models import ROLE_NAMES, AuthorityProfile
from foundation.settings import Settings
from foundation.web import db_session, nonce, settings
from portal import limits
from portal.navigation import header

PROFILE_SECONDS: Final = 15.0
MOST_HOSTS: Final = 1000  # a stranger may send any host name


def register(app: Flask) -> None:
    """Add every package's pages to the application."""
    from categories.views import bp as categories
    from directory.views import bp as calendar
    from gatekeeping.views import bp as gatekeeping
    from gatekeeping.views.school_challenges import item_part
    from notifications.reading.parts import PARTS
    from notifications.views import bp as notifications
    from portal.home import bp as home
    from portal.library.views import bp as library
    from portal.staff.views import bp as staff
    from portal.updates.views import bp as updates

    packages = (calendar, categories, notifications, gatekeeping)
    for blueprint in (home, *packages, library, staff, updates):
        app.register_blueprint(blueprint)
    app.extensions[PARTS] = (item_part,)
    if settings_of(app).has_mail_sink:
        from portal.mailsink.views import bp as mailsink

        app.register_blueprint(mailsink)
    limits.install(app, settings_of(app))


def settings_of(app: Flask) -> Settings:
    """Return the settings of an application outside a request."""
    return cast("Settings", app.extensions["portal_settings"])


def layout_values() -> dict[str, Any]:
    """Return what the layout needs: the authority's name and colour, the person, the links."""
    hat = g.get("portal_hat")
    if "portal_profile" not in g:  # a page is made of many templates, and each asks
        g.portal_profile = _profile(request.host.split(":")[0])
    profile = g.portal_profile
    return {
        "profile": profile,
        "person": g.get("portal_person_values"),
        "hat": hat,
        "hat_count": len(g.get("portal_hats", ())),
        "role_name": ROLE_NAMES[hat.role] if hat else "",
        "role_names": ROLE_NAMES,
        "navigation": header(hat) if hat else (),
        "nonce": nonce(),
        "has_mail_sink": settings().has_mail_sink,
    }


def _profile(host: str) -> AuthorityProfile | None:
    """Return how the authority shows itself, read again after ``PROFILE_SECONDS``.

    Every page needs it and it hardly ever changes; reading it took a tenth of the inbox's time.
    """
    kept: dict[str, tuple[float, AuthorityProfile]] = current_app.extensions.setdefault(
        "portal_profiles", {}
    )
    until, profile = kept.get(host, (0.0, None))
    if g.get("portal_faulty"):  # the database may be away: what is known will do
        return profile
    if profile is None or until < time.monotonic():
        profile = authority_for_host(db_session(), host)
        if profile is not None and (host in kept or len(kept) < MOST_HOSTS):
            kept[host] = (time.monotonic() + PROFILE_SECONDS, profile)
    return profile


def number(value: float) -> str:
    """Write a number with commas between the thousands."""
    return f"{value:,}"
