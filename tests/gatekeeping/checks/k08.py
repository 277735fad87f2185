"""K08: more is asked than the provision lists."""

FIRES = [
    {
        "kind": "data_request",
        "legal_claim": "SI 2024/208 reg 13(1)",
        "items": [{"name": "Full name of the new pupil"}, {"name": "Number of siblings"}],
    },
    {
        "kind": "data_request",
        "legal_claim": "Education Act 1996, section 537A",
        "items": [{"name": "UPN"}, {"name": "Brand of the kitchen's oven"}],
    },
]
SILENT = [
    {
        "kind": "data_request",
        "legal_claim": "SI 2024/208 reg 13(1)",
        "items": [{"name": "Full name of the new pupil"}, {"name": "Date of birth"}],
    },
    {
        "kind": "data_request",
        "legal_claim": "Education Act 1996, section 537A",
        "items": [{"name": "UPN"}, {"name": "Ethnic group"}],
    },
    {"kind": "data_request", "items": [{"name": "Brand of the kitchen's oven"}]},
]
