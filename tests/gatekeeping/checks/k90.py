"""K90: the decider."""

FIRES = [
    ({}, {"decider_conflict": "You wrote this submission. Another gatekeeper must decide it."})
]
SILENT = [({"author": "officer@council.example"}, {})]
