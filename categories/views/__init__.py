"""Pages about categories and their owners: one blueprint, a module per subject."""

from flask import Blueprint

bp = Blueprint("categories", __name__)

# Each module adds its pages to the blueprint above, so they can only be imported below it.
from categories.views import (  # noqa: E402
    alike,  # noqa: F401
    away,  # noqa: F401
    clashes,  # noqa: F401
    confirming,  # noqa: F401
    coverage,  # noqa: F401
    covers,  # noqa: F401
    defaults,  # noqa: F401
    deputies,  # noqa: F401
    groups,  # noqa: F401
    listing,  # noqa: F401
    mine,  # noqa: F401
    owner_file_acts,  # noqa: F401
    owner_files,  # noqa: F401
    owners,  # noqa: F401
    school_acts,  # noqa: F401
    schools,  # noqa: F401
    several,  # noqa: F401
    starting,  # noqa: F401
    starting_people,  # noqa: F401
    trusts,  # noqa: F401
    versions,  # noqa: F401
)
