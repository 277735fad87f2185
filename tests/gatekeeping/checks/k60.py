"""K60: the estimate of minutes."""

from fractions import Fraction

from gatekeeping.facts.family import Family


def estimate(items=(), body="", kind="data_request", **minutes):
    effort = [{"role": "office", "people": 1, "minutes": minutes}] if minutes else []
    names = [{"name": name} if isinstance(name, str) else name for name in items]
    return {"kind": kind, "items": names, "body": body, "effort": effort}


OPINIONS = [f"What do you think of proposal {number}?" for number in "ABCDEFGHIJKL"]
FAMILY = {"family": Family(7, Fraction(20))}
FIRES = [
    estimate(["Number of ovens"]),
    estimate(["Number of ovens"], read=0),
    estimate(OPINIONS, complete=5),
    estimate(body="Do you have a hall? Is it heated? How many chairs are there?", complete=1),
    estimate(["Number of ovens"], complete=10),
    estimate([{"name": "Oven", "in_mis": True}], complete=10),
    (estimate(["What do you think?"], complete=61), FAMILY),
]
SILENT = [
    estimate(["Number of ovens"], gather=10, complete=5),
    estimate(OPINIONS, complete=12),
    estimate(["What do you think of the proposal?"], complete=5),
    (estimate(["What do you think?"], complete=60), FAMILY),
    (estimate(["What do you think?"], complete=600), {"family": Family(4, Fraction(20))}),
    estimate(kind="communication"),
]
