"""K05: a power to require, not a duty."""

FIRES = [{"legal_claim": "SSFA 1998 s.42(3)"}, {"legal_claim": "Education Act 2002 s 30"}]
SILENT = [{"legal_claim": "s251 ASCL Act 2009"}, {"body": "We have the power to heat halls."}]
