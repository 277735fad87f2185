"""K81: the category that routes it."""

KNOWN = {"categories": frozenset({"attendance", "budget", "energy", "catering"})}
FIRES = [
    ({}, KNOWN),
    ({"categories": ["attendance", "budget", "energy", "catering"]}, KNOWN),
    ({"categories": ["attendance", "nonsense"]}, KNOWN),
    ({"categories": ["attendance"], "body": "FAO: All Headteachers\n\nPlease read."}, KNOWN),
    ({"categories": ["attendance"], "audience_text": "all heads"}, KNOWN),
]
SILENT = [
    ({"categories": ["attendance"]}, KNOWN),
    ({"categories": ["attendance", "budget", "energy"]}, KNOWN),
    ({"categories": ["attendance"], "body": "Dear headteachers, all heads know this."}, KNOWN),
]
