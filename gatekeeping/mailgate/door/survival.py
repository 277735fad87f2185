"""Whether the next hop has lived through a moment, told by its processes that ask.

A process is known by the number that it gives when it asks. Whoever asked before a moment and asks
after it has lived through it, and so has the server that it belongs to.
"""

import secrets
from contextlib import suppress
from pathlib import Path
from typing import Final

from gatekeeping.mailgate.door.claims import read_small, write_small

FORGOTTEN: Final = 2 * 3600.0
"""Seconds after which the same number is taken for another process."""
BOOT: Final = Path("/proc/sys/kernel/random/boot_id")


class NextHopLife:
    """Notes in a folder when each process of the next hop asked first and last."""

    def __init__(self, folder: Path, *, settles: float) -> None:
        """Use the folder. ``settles``: seconds after which storing a message is over."""
        self._folder = folder
        self._settles = settles
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._after_a_boot()

    def seen(self, who: str, at: float) -> None:
        """Note that this process asks now."""
        if not who.isalnum():
            return
        place = self._folder / who
        first, last = _span(place) or (at, at)
        if at - last > FORGOTTEN:
            first = at
        write_small(place, f"{first:.3f} {at:.3f}")

    def outlived(self, who: str, at: float) -> bool:
        """Tell whether the next hop has surely stored what this process asked about then."""
        for place in self._folder.iterdir():
            first, last = _span(place) or (at, at)
            is_itself = place.name.partition("-")[0] == who
            # Written with a thousandth of a second: no later by that is not later.
            enough = 0.0015 if is_itself else self._settles
            if first <= at + 0.0015 and last >= at + enough:
                return True
        return False

    def ended(self) -> None:
        """Note that the next hop has gone: who asks from now on is somebody else."""
        for place in self._folder.iterdir():
            if "-" not in place.name:
                with suppress(FileNotFoundError):
                    place.replace(place.with_name(f"{place.name}-{secrets.token_hex(4)}"))

    def tidy(self, before: float) -> None:
        """Forget who asked last before this moment."""
        for place in self._folder.iterdir():
            with suppress(FileNotFoundError):
                if place.stat().st_mtime < before:
                    place.unlink()

    def _after_a_boot(self) -> None:
        # After the machine itself went down the same numbers come again soon.
        boot = BOOT.read_text().strip() if BOOT.exists() else ""
        note = self._folder.parent / "boot"
        known = note.read_text().strip() if note.exists() else ""
        if boot != known:
            for place in self._folder.iterdir():
                place.unlink(missing_ok=True)
            note.write_text(boot)


def _span(place: Path) -> tuple[float, float] | None:
    try:
        first, last = read_small(place).split()
        return float(first), float(last)
    except (OSError, ValueError):
        return None
