"""The form with which an administrator changes the protocol: a field for every threshold."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from govuk_frontend_wtf.wtforms_widgets import GovTextArea, GovTextInput
from wtforms import DecimalField, HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from gatekeeping.checks import checks
from gatekeeping.editions import LONGEST_WHY, SETTINGS
from gatekeeping.forms import Form, WholeField, tidy_line, tidy_text
from gatekeeping.protocol import Protocol
from gatekeeping.wording import ROLES

PENCE = 100
LONGEST_TEXT = 2_000
UNITS = {"pence": "pounds", "of 1": "per cent"}
"""How a unit is typed where nobody thinks in the stored one."""


class ProtocolForm(Form):
    """Reason and version; the fields of the thresholds are added by ``protocol_form``."""

    seen = HiddenField()
    why = TextAreaField(
        "Why do you change it?",
        description="Who agreed to it, and when. Everybody can read this.",
        filters=[tidy_text],
        widget=GovTextArea(),
        validators=[
            DataRequired("Enter why you change it. Everybody can read it in the history."),
            Length(max=LONGEST_WHY, message=f"Use {LONGEST_WHY:,} characters or fewer."),
        ],
    )
    rates_name = StringField(
        "Name of the table of rates",
        description="The price year, for example 2025-26.",
        filters=[tidy_line],
        widget=GovTextInput(),
        validators=[DataRequired("Enter the price year, for example 2025-26."), Length(max=40)],
    )

    def changes(self) -> dict[str, Any]:
        """Return the protocol's values as they are stored: pence, parts of 1, whole numbers."""
        found: dict[str, Any] = {
            name: _stored(self[name].data, facts["unit"]) for name, facts in SETTINGS.items()
        }
        found["rates_name"] = self.rates_name.data
        found["rates"] = {role: _pence(self[f"rate_{role}"].data) for role in ROLES}
        texts = {check.RULE: self[f"text_{check.RULE}"].data for check in checks()}
        found["texts"] = {rule: text for rule, text in texts.items() if text}
        return found

    def names_of_rates(self) -> list[str]:
        """Return the fields of the rates, in the order of the roles."""
        return [f"rate_{role}" for role in ROLES]

    def names_of_texts(self) -> list[str]:
        """Return the fields of the challenge texts, in the order of the rules."""
        return [f"text_{check.RULE}" for check in checks()]


def protocol_form(protocol: Protocol) -> ProtocolForm:
    """Return the form over the protocol in force; what was posted wins over it."""
    fields: dict[str, Any] = {name: _field(facts) for name, facts in SETTINGS.items()}
    for role, words in ROLES.items():
        fields[f"rate_{role}"] = _money(f"{words}, pounds an hour", 0, 1_000)
    for check in checks():
        fields[f"text_{check.RULE}"] = TextAreaField(
            f"{check.RULE} {check.TITLE}",
            filters=[tidy_text],
            widget=GovTextArea(),
            validators=[Length(max=LONGEST_TEXT, message="Use 2,000 characters or fewer.")],
        )
    kind: type[ProtocolForm] = type("FilledProtocolForm", (ProtocolForm,), fields)
    return kind(data=_typed(protocol))


def shown(name: str, value: Any) -> str:
    """Write a value of the protocol with its unit, as people say it."""
    if value is None:
        return "the text as shipped" if name.startswith("texts.") else "nothing"
    if name.startswith("rates."):
        return f"£{value / PENCE:,.2f} an hour"
    unit = SETTINGS[name]["unit"] if name in SETTINGS else ""
    if unit == "pence":
        return f"£{value / PENCE:,.0f}"
    if unit == "of 1":
        return f"{round(value * 100)} per cent"
    if value == 1:
        unit = unit.removesuffix("s")
    return f"{value:,} {unit}".strip() if isinstance(value, int) else f"{value} {unit}".strip()


def _typed(protocol: Protocol) -> Mapping[str, Any]:
    values: dict[str, Any] = {"seen": str(protocol.version), "rates_name": protocol.rates_name}
    for name, facts in SETTINGS.items():
        value = getattr(protocol, name)
        if facts["unit"] == "pence":
            value = Decimal(value) / PENCE
        elif facts["unit"] == "of 1":
            value = round(value * 100)
        values[name] = value
    values |= {
        f"rate_{role}": (Decimal(protocol.rates[role]) / PENCE).quantize(Decimal("0.01"))
        for role in ROLES
    }
    return values | {f"text_{rule}": text for rule, text in protocol.texts.items()}


def _field(facts: Mapping[str, Any]) -> Any:
    unit = UNITS.get(facts["unit"], facts["unit"])
    label = f"{facts['says'].rstrip('.')}, in {unit}"
    if facts["unit"] == "pence":
        return _money(label, facts["least"] / PENCE, facts["most"] / PENCE)
    times = 100 if facts["unit"] == "of 1" else 1
    least, most = int(facts["least"] * times), int(facts["most"] * times)
    message = f"Enter a number from {least:,} to {most:,}."
    return WholeField(
        label,
        widget=GovTextInput(),
        validators=[InputRequired(message), NumberRange(least, most, message)],
    )


def _money(label: str, least: float, most: float) -> DecimalField:
    message = f"Enter an amount from {least:,.0f} to {most:,.0f} pounds, for example 24.50."
    return PoundsField(
        label,
        places=2,
        widget=GovTextInput(),
        validators=[InputRequired(message), NumberRange(least, most, message)],
    )


class PoundsField(DecimalField):
    """An amount of money in pounds; the thousands' commas and the sign may be typed."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read it; the error says what an amount looks like."""
        typed = str(valuelist[0]).strip().lstrip("£").replace(",", "")[:20] if valuelist else ""
        try:
            super().process_formdata([typed])
        except ValueError:
            raise ValueError("Enter an amount in pounds, for example 24.50.") from None
        if self.data is not None and not self.data.is_finite():
            self.data = None
            raise ValueError("Enter an amount in pounds, for example 24.50.")


def _stored(value: Any, unit: str) -> Any:
    if unit == "pence":
        return _pence(value)
    return value / 100 if unit == "of 1" else value


def _pence(pounds: Decimal) -> int:
    return int((pounds * PENCE).quantize(Decimal(1), rounding=ROUND_HALF_UP))
