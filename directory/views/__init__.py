"""Pages about when schools are open and busy: everybody may look, administrators change."""

from flask import Blueprint

bp = Blueprint("calendar", __name__)

# Each module adds its pages to the blueprint above, so they can only be imported below it.
from directory.views import changing, showing, uploading  # noqa: E402, F401
