"""Writing, deciding, following and verifying submissions: one blueprint, a module per subject."""

from flask import Blueprint

bp = Blueprint("gatekeeping", __name__)

# Each module adds its pages to the blueprint above, so they can only be imported below it.
from gatekeeping.views import deciding, following, verifying, writing  # noqa: E402, F401
