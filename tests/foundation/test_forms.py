"""The form kit: a day in three boxes."""

import re
from datetime import date

import pytest
from flask_wtf import FlaskForm

from foundation.forms import DayField

pytestmark = pytest.mark.sqlite_only


class LentForm(FlaskForm):
    lent_on = DayField("Lent on")


def boxes(app, **context) -> list[str]:
    with app.test_request_context(**context):
        written = LentForm(lent_on=date(2027, 3, 1)).lent_on()
        return [
            "".join(re.findall(r'value="([^"]*)"', box))
            for box in re.findall(r"<input[^>]*>", written)
        ]


def test_a_day_that_was_kept_stands_without_noughts_before_its_numbers(app):
    assert boxes(app) == ["1", "3", "2027"]


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        (["01", "3", "2027"], ["01", "3", "2027"]),
        (["31", "02", ""], ["31", "02", ""]),
        (["7"], ["7", "", ""]),
    ],
)
def test_what_was_typed_stands_as_it_was_typed(app, typed, shown):
    assert boxes(app, method="POST", data={"lent_on": typed}) == shown
