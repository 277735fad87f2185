"""The forms by which people say how they want to be reached."""

from calendar import day_name
from datetime import time
from typing import Final

from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovCheckboxInput, GovRadioInput, GovSelect
from wtforms import BooleanField, RadioField, SelectField
from wtforms.validators import ValidationError

from foundation.dates import hour
from notifications.models_reaching import Rhythm
from notifications.reaching.quiet import Choice

RHYTHMS: Final = (
    (Rhythm.EACH.value, "One e-mail for each item, when it comes"),
    (Rhythm.DAILY.value, "One digest a day"),
    (Rhythm.WEEKLY.value, "One digest a week"),
)
NEVER: Final = ""


def _offered(first: int, end: int) -> list[tuple[str, str]]:
    """Return every half hour from one full hour until before another."""
    times = (time(half // 2, half % 2 * 30) for half in range(first * 2, end * 2))
    return [(f"{each:%H:%M}", hour(each)) for each in times]


DAY_TIMES: Final = _offered(6, 20)
ALL_TIMES: Final = [(NEVER, "No quiet hours"), *_offered(0, 24)]


class ReachForm(FlaskForm):
    """How often, when, and when not."""

    rhythm = RadioField(
        "How often do you want e-mail about new items?",
        widget=GovRadioInput(),
        choices=RHYTHMS,
        validate_choice=False,
    )
    digest_at = SelectField("Time of the digest", widget=GovSelect(), choices=DAY_TIMES)
    digest_on = SelectField(
        "Day of a weekly digest",
        widget=GovSelect(),
        choices=[(str(number), name) for number, name in enumerate(day_name)],
    )
    quiet_from = SelectField("No e-mail from", widget=GovSelect(), choices=ALL_TIMES)
    quiet_to = SelectField("E-mail again from", widget=GovSelect(), choices=ALL_TIMES)
    quiet_weekend = BooleanField("No e-mail on Saturdays and Sundays", widget=GovCheckboxInput())
    bulletin = BooleanField("Send me the weekly bulletin", widget=GovCheckboxInput())

    def validate_rhythm(self, field: RadioField) -> None:
        """Ask for one of those that are offered."""
        if field.data not in dict(RHYTHMS):
            raise ValidationError("Choose how often you want e-mail.")

    def show(self, choice: Choice) -> None:
        """Fill it with what counts now."""
        self.rhythm.data = choice.rhythm.value
        self.digest_on.data = str(choice.digest_on)
        self.quiet_weekend.data, self.bulletin.data = choice.quiet_weekend, choice.bulletin
        for field, moment in (
            (self.digest_at, choice.digest_at),
            (self.quiet_from, choice.quiet_from),
            (self.quiet_to, choice.quiet_to),
        ):
            field.data = f"{moment:%H:%M}" if moment is not None else NEVER

    def chosen(self) -> Choice:
        """Return what was chosen. The form must be valid."""
        return Choice(
            rhythm=Rhythm(self.rhythm.data),
            digest_at=_time(self.digest_at.data) or time(),
            digest_on=int(self.digest_on.data),
            quiet_from=_time(self.quiet_from.data),
            quiet_to=_time(self.quiet_to.data),
            quiet_weekend=self.quiet_weekend.data,
            bulletin=self.bulletin.data,
        )


def _time(typed: str) -> time | None:
    return time.fromisoformat(typed) if typed else None
