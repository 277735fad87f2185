"""K21: small lists that together are large."""

from datetime import date

from gatekeeping.alike.asked_before import Rolling, SmallList

OTHER = SmallList(4, "888-2627-C-00004-A", 12, date(2026, 11, 20), "the same text")
FIRES = [({}, {"schools": 12, "rolling": Rolling(24, (OTHER,))})]
SILENT = [
    ({}, {"schools": 12, "rolling": Rolling(20, (OTHER,))}),
    ({}, {"schools": 12}),
    ({}, {"schools": 30, "rolling": Rolling(42, (OTHER,))}),
]
