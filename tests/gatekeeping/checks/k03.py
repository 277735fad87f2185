"""K03: the duty is on somebody else."""

FIRES = [{"legal_claim": "s251 ASCL Act 2009"}, {"legal_claim": "Children Act 2004, section 11"}]
SILENT = [{"legal_claim": "Education Act 1996, section 537A"}, {"body": "See section 4 below."}]
