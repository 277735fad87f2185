"""K01: a claim of law without a provision."""

FIRES = [
    {"body": "This is a statutory return."},
    {"legal_claim": "Children Act 2004"},
    {"origin": "statute"},
]
SILENT = [
    {"body": "This is a statutory return.", "legal_claim": "EA 1996 s 537A"},
    {"body": "This is not statutory: there is no statutory duty."},
    {"body": "You may answer if you wish."},
]
