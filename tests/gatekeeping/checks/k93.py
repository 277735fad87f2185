"""K93: the emergency route."""

FIRES = [
    {"emergency": True},
    {"emergency": True, "emergency_grounds": "We planned this too late."},
]
SILENT = [
    {"emergency": True, "emergency_grounds": "A gas leak has closed two schools today."},
    {"emergency": True, "emergency_grounds": "Roof collapse this morning"},
    {"emergency": False},
]
