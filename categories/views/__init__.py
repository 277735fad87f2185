"""Pages about categories and their owners: one blueprint, a module per subject."""

from flask import Blueprint

bp = Blueprint("categories", __name__)

# Each module adds its pages to the blueprint above, so they can only be imported below it.
from categories.views import listing, owners, several  # noqa: E402, F401
