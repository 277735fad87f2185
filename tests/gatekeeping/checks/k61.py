"""K61: dear, and nobody decides."""

HEAVY = {
    "kind": "data_request",
    "effort": [{"role": "office", "people": 1, "minutes": {"gather": 45}}],
}
FIRES = [
    (HEAVY, {"schools": 656}),
    ({**HEAVY, "decision_maker": "tbc"}, {"schools": 656}),
    ({**HEAVY, "decision_maker": " - "}, {"schools": 656}),
]
SILENT = [
    ({**HEAVY, "decision_maker": "Cabinet, March 2027"}, {"schools": 656}),
    (HEAVY, {"schools": 600}),  # £9,900
    ({"kind": "data_request"}, {"schools": 656}),
]
