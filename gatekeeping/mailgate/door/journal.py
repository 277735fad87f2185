"""What was given to the next hop and not yet answered for, so that no death doubles or loses it.

A message that passes is under way between three programs: the client (a mail server that keeps it
until we say 250), this gateway, and the next hop. Each may die at any moment. The journal is a
folder on the gateway's own disk with a file for each message under way; it holds tokens, ports,
counts and times, nothing of the message. A killed process leaves its files, and the others (or its
successor) look there when the client brings the same message again. Files of processes that live
are never looked at, so the same message sent twice on purpose arrives twice.

In order, and what becomes of a message when somebody dies right after that step:

1. not yet wholly given to the next hop. Either dies: nothing was taken; the client brings it again.
2. ``given``: the end of the data goes out. The next hop asks before it takes it (``confirming``).
   We die before it asks: it is told 451, takes nothing, and the client brings it again.
   It dies: we see the connection drop, answer 451, and the client brings it again.
3. ``confirmed``: it asked, was told yes, and now stores it, which takes milliseconds.
   We die, all of us even: the file says who asked. It counts as taken once there is proof that the
   next hop outlived the storing: the very process that asked has asked again, or another of its
   processes from before asked five seconds later or more. Where there is no proof yet the message
   is given again, and the process that then asks is the proof, if it is an old one: it is told 451,
   and the client 250. If it is a new one the next hop has died too, and takes it.
   It dies: we see that, and the client brings it again. **If it had just stored it but not said so,
   schools get it twice.** That gap is SMTP's own, between any two servers (RFC 1047).
   Both die within these milliseconds: no proof, so it is given again. Never lost, perhaps doubled.
4. ``taken``: it said 250. Whoever dies: the file says so, the client brings it again, gets 250.
5. ``answered``: our 250 is written to the client; the file goes.

**It could be lost** only if we are killed within the milliseconds of step 3 and the next hop in
these same milliseconds fails to store it without dying, as when its disk fills up (Postfix makes
sure of room before it takes a message). After the machine itself went down nothing is proof.

Without confirming, step 3 is unknown to us: what was given and not answered is given again.
"""

import enum
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from gatekeeping.mailgate.door.claims import (
    LOCK,
    Claims,
    append_line,
    names_in,
    read_lines,
    rename,
    write_small,
)
from gatekeeping.mailgate.door.survival import NextHopLife

OVER: Final = "over"
"""Ends the name of what was dealt with: kept a while, so that a late question finds it gone."""
DAYS: Final = 5 * 86_400.0
OVER_SECONDS: Final = 3600.0
SETTLES: Final = 5.0
"""Seconds in which the next hop has stored a message that it asked about."""


class CannotTellYetError(Exception):
    """The next hop may be storing it at this moment: 451, and it will be brought again."""


class Permission(enum.Enum):
    """What the next hop is told when it asks whether it may take a message."""

    YES = "yes"
    GONE = "gone"  # who gave it is dead: do not take it
    HAD = "had"  # it had this message before: do not take it twice


class Asked(NamedTuple):
    """A process of the next hop that asked, and when."""

    who: str
    at: float


class Before(NamedTuple):
    """What a dead process left of a message that is brought again, and who asked about it."""

    token: str
    place: Path
    asked: Asked | None


@dataclass
class UnderWay:
    """A message that this process gave to the next hop, or took over as given before."""

    place: Path
    thread: int
    is_taken: bool = False


class Journal:
    """The folder, as one process of the gateway sees it. Its verbs may be called by any thread.

    ``given`` is followed by ``taken``, ``refused`` or ``lost`` in the same thread, and ``taken`` by
    ``answered`` or ``unanswered`` in any.
    """

    def __init__(self, folder: Path, *, confirms: bool = False) -> None:
        """Use the folder; it is made if need be. ``confirms``: the next hop asks us at the end."""
        self._confirms = confirms
        self._guard = threading.Lock()
        self._under_way: dict[str, list[UnderWay]] = {}
        self._before: dict[int, Before] = {}  # by thread
        self._claims = Claims(folder)
        self.behind = NextHopLife(folder / "behind", settles=SETTLES)
        self.tidy()

    def was_taken(self, token: str) -> bool:
        """Look a message up that a client brings; True when the next hop has it already.

        It is ``answered`` or ``unanswered`` then. Costs some tens of microseconds. Raises
        CannotTellYetError.
        """
        self._before.pop(threading.get_ident(), None)
        for folder in self._claims.left_behind():
            for place in _of_token(folder, token):
                taken, asked = self._judge(read_lines(place))
                if taken and self._take_over(token, place):
                    return True
                if not taken:
                    # It stays until it is given anew: we too may die before that.
                    self._before[threading.get_ident()] = Before(token, place, asked)
                    return False
        return False

    def _take_over(self, token: str, place: Path) -> bool:
        made = UnderWay(self._claims.own / f"{token}.0", threading.get_ident(), is_taken=True)
        if not rename(place, made.place):
            return False  # another process was quicker
        self._note(token, made)
        return True

    def given(self, token: str, port: int, recipients: int) -> None:
        """Note, right before the end of the data is sent on, from which port of ours it goes."""
        thread = threading.get_ident()
        lines = [f"given {recipients} {time.time():.3f}"]
        before = self._before.pop(thread, None)
        if before is not None and before.token == token and before.asked is not None:
            lines.append(f"before {before.asked.who} {before.asked.at:.3f}")
        made = UnderWay(self._claims.own / f"{token}.{port}", thread)
        write_small(made.place, "\n".join(lines) + "\n")
        self._note(token, made)
        if before is not None and before.token == token:
            rename(before.place, before.place.with_name(f"{before.place.name}.{OVER}"))

    def _note(self, token: str, made: UnderWay) -> None:
        with self._guard:
            self._under_way.setdefault(token, []).append(made)

    def taken(self, token: str) -> None:
        """Note that the next hop said 250."""
        if (found := self._of_thread(token)) is not None:
            append_line(found.place, f"taken {time.time():.3f}")
            found.is_taken = True

    def refused(self, token: str) -> bool:
        """Note that the next hop said no; True when it did so because it had it before."""
        found = self._of_thread(token)
        if found is None:
            return False
        if "had" in read_lines(found.place):
            found.is_taken = True
            return True
        self._forget(token, found)
        found.place.unlink(missing_ok=True)
        return False

    def lost(self, token: str, *, in_time: bool) -> None:
        """Note that there was no answer: the connection ended, or (not ``in_time``) none came."""
        found = self._of_thread(token)
        if found is None:
            return
        self._forget(token, found)
        end = f".{OVER}" if in_time else ""
        rename(found.place, self._claims.left / f"{found.place.name}{end}")
        if in_time:
            self.behind.ended()

    def answered(self, token: str) -> None:
        """Forget it: our client has its 250."""
        if (found := self._taken_one(token)) is not None:
            found.place.unlink(missing_ok=True)

    def unanswered(self, token: str) -> None:
        """Note that our client went away before it heard of its 250: it will come again."""
        if (found := self._taken_one(token)) is not None:
            rename(found.place, self._claims.left / found.place.name)

    def _of_thread(self, token: str) -> UnderWay | None:
        thread = threading.get_ident()
        with self._guard:
            some = self._under_way.get(token, ())
            return next((it for it in some if it.thread == thread and not it.is_taken), None)

    def _taken_one(self, token: str) -> UnderWay | None:
        with self._guard:
            some = self._under_way.get(token, ())
            found = next((it for it in some if it.is_taken), None)
        if found is not None:
            self._forget(token, found)
        return found

    def _forget(self, token: str, what: UnderWay) -> None:
        with self._guard:
            left = [it for it in self._under_way.pop(token, ()) if it is not what]
            if left:
                self._under_way[token] = left

    def confirm(self, *, port: int, recipients: int, who: str) -> Permission:
        """Answer the next hop, whose process ``who`` is about to take what came from this port."""
        at = time.time()
        self.behind.seen(who, at)
        place = self._find(port, recipients)
        if place is None:
            return Permission.YES  # no mail of the gateway's
        if not self._claims.is_live(place.parent):
            return Permission.GONE
        before = _asked(read_lines(place), "before")
        if before is not None and self.behind.outlived(before.who, before.at):
            append_line(place, "had")
            return Permission.HAD
        append_line(place, f"confirmed {who} {at:.3f}")
        return Permission.YES

    def tidy(self) -> None:
        """Remove what is too old to be brought again. Several processes may do so at once."""
        now = time.time()
        for folder in self._claims.left_behind():
            kept = 0
            for place in [folder / name for name in names_in(folder)]:
                most = OVER_SECONDS if place.name.endswith(OVER) else DAYS
                with suppress(FileNotFoundError):
                    if place.name != LOCK and place.stat().st_mtime < now - most:
                        place.unlink()
                    else:
                        kept += place.name != LOCK
            if not kept and folder != self._claims.left:
                self._claims.remove(folder)
        self.behind.tidy(now - DAYS)

    def close(self) -> None:
        """End in order; what is under way counts as left behind."""
        self._claims.close()

    def _judge(self, words: dict[str, list[str]]) -> tuple[bool, Asked | None]:
        """Return whether it was taken, and who asked about it where there is no proof yet."""
        if "taken" in words or "had" in words:
            return True, None
        # What was given anew may have been taken the first time or the second.
        asked = _asked(words, "confirmed") or _asked(words, "before")
        if asked is None or not self._confirms:
            return False, None
        if self.behind.outlived(asked.who, asked.at):
            return True, None
        if 0 <= time.time() - asked.at < SETTLES:
            raise CannotTellYetError
        return False, asked

    def _find(self, port: int, recipients: int) -> Path | None:
        """Return the file of what comes from this port now; a living process's first."""
        found, ends = [], (f".{port}", f".{port}.{OVER}")
        for folder in self._claims.folders():
            for name in names_in(folder):
                if not name.endswith(ends):
                    continue
                place = folder / name
                given = read_lines(place).get("given", [])
                if len(given) == 2 and given[0] in {"0", str(recipients)}:  # noqa: PLR2004
                    found.append((self._claims.is_live(folder), float(given[1]), place))
        if not found:
            return None
        is_live, at, place = max(found)
        return place if is_live or at > time.time() - OVER_SECONDS else None


def _of_token(folder: Path, token: str) -> list[Path]:
    """Return the files of a message that are not dealt with yet."""
    start, digits = f"{token}.", tuple("0123456789")
    names = [each for each in names_in(folder) if each.startswith(start) and each.endswith(digits)]
    return [folder / name for name in sorted(names)]


def _asked(words: dict[str, list[str]], name: str) -> Asked | None:
    try:
        who, at = words[name]
        return Asked(who, float(at))
    except (KeyError, ValueError):
        return None
