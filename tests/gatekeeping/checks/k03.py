"""K03: the duty is on somebody else."""

FIRES = [
    {"legal_claim": "s251 ASCL Act 2009"},
    {"legal_claim": "Children Act 2004, section 11"},
    {"voluntary": True, "body": "Section 251 of the ASCL Act 2009 requires you to return this."},
]
SILENT = [
    {"legal_claim": "Education Act 1996, section 537A"},
    {"body": "See section 4 below."},
    {"voluntary": True, "body": "We make our statement under section 251 of the ASCL Act 2009."},
]
