"""Writing, deciding, following and verifying submissions: one blueprint, a module per subject."""

from flask import Blueprint

bp = Blueprint("gatekeeping", __name__)

# Each module adds its pages to the blueprint above, so they can only be imported below it.
from gatekeeping.views import (  # noqa: E402
    alike,  # noqa: F401
    answering,  # noqa: F401
    appealing,  # noqa: F401
    approaching,  # noqa: F401
    asked_before,  # noqa: F401
    attaching,  # noqa: F401
    bypass,  # noqa: F401
    bypass_deciding,  # noqa: F401
    bypass_teams,  # noqa: F401
    changing,  # noqa: F401
    checking,  # noqa: F401
    choosing,  # noqa: F401
    conditions,  # noqa: F401
    coverage,  # noqa: F401
    deciding,  # noqa: F401
    dpia,  # noqa: F401
    emergencies,  # noqa: F401
    ending,  # noqa: F401
    endorsing,  # noqa: F401
    exempting,  # noqa: F401
    figures,  # noqa: F401
    following,  # noqa: F401
    held_access,  # noqa: F401
    held_data,  # noqa: F401
    held_editing,  # noqa: F401
    held_file,  # noqa: F401
    held_mail,  # noqa: F401
    held_mail_key,  # noqa: F401
    joining,  # noqa: F401
    law,  # noqa: F401
    listing,  # noqa: F401
    live,  # noqa: F401
    panel,  # noqa: F401
    planning,  # noqa: F401
    protocols,  # noqa: F401
    queue,  # noqa: F401
    registering,  # noqa: F401
    reminding,  # noqa: F401
    report_request,  # noqa: F401
    school_challenges,  # noqa: F401
    sections,  # noqa: F401
    taking_back,  # noqa: F401
    verifying,  # noqa: F401
    writing,  # noqa: F401
)
