"""K07: a citation that cannot be resolved."""

FIRES = [{"legal_claim": "Education Act 2022, s 4"}]
SILENT = [{"legal_claim": "Education Act 1996, section 537A"}, {"body": "In section 4 we explain."}]
