"""K08: more is asked than the provision lists."""

FIRES = [
    {
        "kind": "data_request",
        "legal_claim": "Education Act 1996, section 537A",
        "items": [{"name": "UPN"}, {"name": "Brand of the kitchen's oven"}],
    },
]
SILENT = [
    {
        "kind": "data_request",
        "legal_claim": "Education Act 1996, section 537A",
        "items": [{"name": "UPN"}, {"name": "Ethnic group"}],
    },
    {"kind": "data_request", "items": [{"name": "Brand of the kitchen's oven"}]},
]
