"""K02: guidance cited as if it were law."""

FIRES = [
    {"legal_claim": "KCSIE 2025"},
    {"body": "KCSIE requires all schools to send us this audit."},
]
SILENT = [
    {"legal_claim": "Education Act 1996, section 537A"},
    {"body": "Please update your policy in line with KCSIE 2025 by Friday."},
]
