"""K20: many schools."""

from gatekeeping.models import Track

FIRES = [({}, {"schools": 21}), ({}, {"schools": 656, "track": Track.HIGH})]
SILENT = [
    ({}, {"schools": 20}),
    ({"audience": {"urns": list(range(100_000, 100_030))}}, {"schools": 5}),
]
