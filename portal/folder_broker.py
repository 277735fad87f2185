"""The embedded broker: wake-ups for workers as small files in a folder.

Kombu's own file transport writes a message under its final name bit by bit, so that a reader may
see half of it; this one writes it aside and renames it. A message that cannot be read is dropped,
and a queue that nobody empties does not grow: the work itself is in the database, and the
schedule wakes the workers again.
"""

import json
import os
import uuid
from pathlib import Path
from queue import Empty
from time import time_ns
from typing import Any, Final

from kombu import transport
from kombu.transport import filesystem

NAME: Final = "folder"
MOST_WAITING: Final = 100


# Kombu's types of these methods disagree between its own classes: hence the ignored errors.
class Channel(filesystem.Channel):
    """Puts and gets whole files. A message goes to the queue of its exchange's name."""

    def get_table(  # type: ignore[override]
        self, exchange: str
    ) -> list[filesystem.exchange_queue_t]:
        """Return the one binding there is; Kombu keeps them in files that two may write at once."""
        return [filesystem.exchange_queue_t(exchange, "", exchange)]

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str | None, queue: str) -> None:
        pass

    def _delete(self, queue: str, *_binding: str, **_more: object) -> None:
        self._purge(queue)

    def _put(self, queue: str, payload: dict[str, Any], **_more: Any) -> None:  # type: ignore[override]
        folder = Path(self.data_folder_out)
        if self._size(queue) >= MOST_WAITING:
            return
        unique = f"{time_ns():020d}_{uuid.uuid4().hex}"
        aside = folder / f".{unique}"
        aside.write_text(json.dumps(payload), encoding="utf-8")
        aside.rename(folder / f"{unique}.{queue}.msg")

    def _get(self, queue: str, timeout: float | None = None) -> Any:  # noqa: ARG002 - Kombu's name
        folder = Path(self.data_folder_in)
        ending = f".{queue}.msg"
        for name in sorted(os.listdir(folder)):  # noqa: PTH208 - many times a second
            if not name.endswith(ending):
                continue
            taken = folder / f".taken_{uuid.uuid4().hex}"
            try:
                (folder / name).rename(taken)
                payload = json.loads(taken.read_text(encoding="utf-8"))
            except (OSError, ValueError):
                continue  # another worker was quicker, or it is no message
            finally:
                taken.unlink(missing_ok=True)
            return payload
        raise Empty


class Transport(filesystem.Transport):
    """Kombu's file transport with the channel above."""

    Channel = Channel


def install() -> None:
    """Make ``folder://`` a broker address that Celery understands."""
    transport.TRANSPORT_ALIASES[NAME] = f"{__name__}:Transport"
