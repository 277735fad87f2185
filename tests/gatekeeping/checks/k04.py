"""K04: the duty is not on these schools."""

FIRES = [{"legal_claim": "SSFA 1998 s.42(3)"}]
SILENT = [{"legal_claim": "KCSIE 2025"}, {"body": "Academies may take part too."}]
