"""K10: asked already, of the same schools, for the same time."""

from gatekeeping.findings import Earlier

NUMBER = "888-2627-D-00417-X"
SAME = {"text": 0.95, "items": 0.0, "schools": 1.0, "period": 0.5}
ITEMS = {"text": 0.3, "items": 1.0, "schools": 0.6, "period": 1.0}


def earlier(**facts):
    known = {"parts": SAME, "is_round": False, "is_recent": True, **facts}
    score = known.pop("score", 0.95)
    return {"earlier": (Earlier(7, NUMBER, "Autumn return", score, **known),)}


FIRES = [
    ({"body": "x"}, earlier(shared_schools=220)),
    ({"body": "x"}, earlier(shared_schools=None)),
    (
        {"items": [{"name": "Number of ovens"}]},
        earlier(shared_schools=220, parts=ITEMS, shared_items=("Number of ovens",)),
    ),
]
SILENT = [
    ({"body": "x"}, {**earlier(shared_schools=0), "schools": 656}),
    ({"body": "x"}, earlier(shared_schools=220, is_round=True)),
    ({"body": "x"}, earlier(shared_schools=220, is_recent=False)),
    ({"body": "x", "renews": f"{NUMBER} v2"}, earlier(shared_schools=220)),
    ({"body": "x", "number": NUMBER}, earlier(shared_schools=220)),
    ({"body": "x"}, earlier(shared_schools=220, score=0.5, parts={**SAME, "text": 0.5})),
    ({"body": "x"}, earlier(shared_schools=220, parts={**ITEMS, "period": 0.0})),
    ({"body": "x"}, {}),
]
