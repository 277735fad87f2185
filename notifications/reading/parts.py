"""What others add to the page of an item: they know why it was sent, and notices do not.

The application is handed makers of parts (``app.extensions[PARTS]``); each looks at the item with
its reader's eyes and gives a template with its values, or nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm import Session

from notifications.models import Delivery
from notifications.reading.inbox import Reader

PARTS: Final = "notifications_parts"


@dataclass(frozen=True)
class Part:
    """A template that the item's page includes, and its values under the one name ``part``."""

    template: str
    values: Mapping[str, Any]


Maker = Callable[[Session, Reader, Delivery], Part | None]


def parts_of(
    makers: Sequence[Maker], session: Session, reader: Reader, delivery: Delivery
) -> list[Part]:
    """Return what the makers add to this item for this reader, in their order."""
    made = (maker(session, reader, delivery) for maker in makers)
    return [part for part in made if part is not None]
