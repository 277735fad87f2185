"""The pages of what was sent: one blueprint, a module per subject."""

from flask import Blueprint

bp = Blueprint("notifications", __name__)

# Each module adds its pages to the blueprint above, so they can only be imported below it.
from notifications.views import (  # noqa: E402
    bulletin,  # noqa: F401
    everything,  # noqa: F401
    feeds,  # noqa: F401
    files,  # noqa: F401
    inbox,  # noqa: F401
    item_acts,  # noqa: F401
    items,  # noqa: F401
    keeping,  # noqa: F401
    meeting,  # noqa: F401
    printing,  # noqa: F401
    reaching,  # noqa: F401
    saved_views,  # noqa: F401
)
