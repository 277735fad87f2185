"""K81: the category that routes it."""

IN_USE = {slug: ((slug, slug),) for slug in ("attendance", "budget", "energy", "catering")}
KNOWN = {"categories": IN_USE}
FIRES = [
    ({}, KNOWN),
    ({"categories": ["attendance", "budget", "energy", "catering"]}, KNOWN),
    ({"categories": ["attendance", "nonsense"]}, KNOWN),
    ({"categories": ["meals"]}, {"categories": {**IN_USE, "meals": (("catering", "Catering"),)}}),
    ({"categories": ["meals"]}, {"categories": {**IN_USE, "meals": ()}}),
    ({"categories": ["attendance"], "body": "FAO: All Headteachers\n\nPlease read."}, KNOWN),
    ({"categories": ["attendance"], "audience_text": "all heads"}, KNOWN),
]
SILENT = [
    ({"categories": ["attendance"]}, KNOWN),
    ({"categories": ["attendance", "budget", "energy"]}, KNOWN),
    ({"categories": ["attendance"], "body": "Dear headteachers, all heads know this."}, KNOWN),
]
