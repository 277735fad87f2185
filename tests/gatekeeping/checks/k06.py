"""K06: not in force."""

FIRES = [
    {"legal_claim": "Education (Pupil Registration) (England) Regulations 2006, reg 12"},
]
SILENT = [
    {"legal_claim": "Education Act 1996, section 537A"},
    {"body": "The 2006 harvest festival was our best."},
]
