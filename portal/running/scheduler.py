"""The scheduler: wakes every task again and again, in case a wake-up was lost."""

from typing import Any

from celery import signals

from foundation.settings import read_settings
from portal.celery import app_for
from portal.running import child


def main() -> None:
    """Keep time until told to stop."""
    child.begin()
    app = app_for(read_settings())
    signals.beat_init.connect(_ready)
    app.start(["--quiet", "beat", "--loglevel=WARNING"])


def _ready(**_more: Any) -> None:
    child.tell_ready()


if __name__ == "__main__":
    main()
