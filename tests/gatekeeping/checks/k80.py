"""K80: the number under which it is sent."""

from datetime import date

from gatekeeping.facts.quoted_numbers import Registered
from gatekeeping.registry.reliance import Standing

NUMBER = "888-2627-D-00417-X"


def known(standing=Standing.CURRENT, *, own=True, same_form=True):
    facts = Registered(7, standing, 2, date(2027, 1, 31), own, same_form)
    return {"numbers": {NUMBER: facts}}


FIRES = [
    {"number": "888-2627-D-00417-Y"},
    {"number": "888-2672-D-00417-X"},
    {"number": "to be confirmed"},
    {"number": NUMBER},  # not in the register
    {"body": "Return this under No. 888-2627-D-OO417-X."},
    ({"number": NUMBER}, known(Standing.EXPIRED)),
    ({"number": NUMBER}, known(Standing.SUSPENDED)),
    ({"number": NUMBER}, known(Standing.WAITING)),
    ({"number": NUMBER}, known(own=False)),
    ({"number": f"{NUMBER} v1"}, known()),
    ({"number": NUMBER}, known(same_form=False)),
    ({"title": f"Reminder ({NUMBER})"}, known(Standing.EXPIRED)),
    (
        {"body": "Number 888\u20112627\u2011D\u201100417\u2011X is on the form."},
        known(Standing.EXPIRED),
    ),
    ({"body": "number 888 2627 d 00417 x"}, known(Standing.REFUSED)),
]
SILENT = [
    ({"number": NUMBER}, known()),
    ({"number": f"{NUMBER} v2"}, known()),
    ({"number": NUMBER}, known(Standing.EMERGENCY)),
    ({"body": f"This replaces No. {NUMBER}."}, known(Standing.EXPIRED)),
    ({"renews": NUMBER, "body": f"Last year's number was {NUMBER}."}, known(Standing.EXPIRED)),
    {"body": "Telephone 01772 123456, reference SC-2026-114, DfE number 888/2627."},
    {},
]
