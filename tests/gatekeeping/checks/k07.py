"""K07: a citation that cannot be resolved."""

FIRES = [
    {"legal_claim": "Education Act 2022, s 4"},
    {"legal_claim": "Education Act 1997, s 537A"},
]
SILENT = [
    {"legal_claim": "Education Act 1996, section 537A"},
    {"legal_claim": "Education Act 2011, s 29"},
    {"body": "In section 4 we explain."},
]
