"""Which items of a list were ticked."""

from flask import request

from notifications.reading.filters import key_in
from notifications.reading.marking import MOST_AT_ONCE


def ticked() -> list[int]:
    """Return the ids of the ticked items: what is no id is left out."""
    asked = (key_in(text) for text in request.form.getlist("item")[:MOST_AT_ONCE])
    return [each for each in asked if each is not None]
