"""K10: asked already, of the same schools, for the same time."""

from gatekeeping.alike.asked_before import Earlier

NUMBER = "888-2627-D-00417-X"
SAME = {"items": 0.95, "who": 1.0, "period": None, "text": 0.95}


def earlier(**facts):
    known = {"parts": SAME, "shared_schools": 220, **facts}
    score = known.pop("score", 0.95)
    return {"earlier": (Earlier(7, NUMBER, "Autumn return", score, **known),)}


FIRES = [
    ({"body": "x"}, earlier()),
    ({"body": "x"}, earlier(shared_schools=None)),
    ({"body": "x"}, earlier(text=0.97, says=("Same schools.",))),
    ({"items": [{"name": "Number of ovens"}]}, earlier(shared_items=("Number of ovens",))),
    (
        {"items": [{"name": "Number of ovens"}]},
        earlier(label="overlap", score=0.5, share=1.0, shared_items=("Number of ovens",)),
    ),
]
SILENT = [
    ({"body": "x"}, {**earlier(shared_schools=0), "schools": 656}),
    ({"body": "x"}, earlier(label="renewal", is_round=True)),
    ({"body": "x"}, earlier(label="renewal")),
    ({"body": "x"}, earlier(is_recent=False)),
    ({"body": "x", "renews": f"{NUMBER} v2"}, earlier()),
    ({"body": "x", "number": NUMBER}, earlier()),
    ({"body": "x"}, earlier(score=0.5, label="different", text=0.5)),
    ({"body": "x"}, earlier(score=0.5, label="overlap", share=0.4)),
    ({"body": "x"}, {}),
]
