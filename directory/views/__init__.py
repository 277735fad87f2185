"""Pages about when schools are open and busy, and about which mail address is whose."""

from flask import Blueprint

bp = Blueprint("calendar", __name__)

# Each module adds its pages to the blueprint above, so they can only be imported below it.
from directory.views import changing, mail_directory, showing, uploading  # noqa: E402, F401
