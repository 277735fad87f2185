"""K62: asked again, and the last answers are not spoken of."""

from gatekeeping.alike.asked_before import Earlier

NUMBER = "888-2526-D-00417-A"
ROUND = {"earlier": (Earlier(7, NUMBER, "Autumn return", 0.97, 656, is_round=True),)}
AGAIN = {"kind": "data_request", "body": "x"}
FIRES = [
    {**AGAIN, "renews": NUMBER},
    {**AGAIN, "renews": NUMBER, "used_before": "n/a"},
    (AGAIN, ROUND),
]
SILENT = [
    {**AGAIN, "renews": NUMBER, "used_before": "Two bus routes were changed."},
    ({**AGAIN, "used_before": "Two bus routes were changed."}, ROUND),
    (AGAIN, {"earlier": (Earlier(7, NUMBER, "Autumn return", 0.97, 656),)}),
    ({"kind": "communication", "body": "x"}, ROUND),
    AGAIN,
]
