"""How long work learns that its process is about to stop, without knowing what runs it."""

from threading import Event

_stop = Event()


def ask_to_stop() -> None:
    """Ask whatever runs in this process to stop at its next safe point."""
    _stop.set()


def stopping() -> bool:
    """Tell whether this process was asked to stop: drains look between two pieces of work."""
    return _stop.is_set()
