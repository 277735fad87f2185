"""Pages about people: those at a school for its head, everybody for administrators."""

from flask import Blueprint

bp = Blueprint("staff", __name__)

# Each module adds its pages to the blueprint above, so they can only be imported below it.
from portal.staff.views import accounts, heads, leaving, merging, people  # noqa: E402, F401
