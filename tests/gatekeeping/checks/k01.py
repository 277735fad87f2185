"""K01: a claim of law without a provision."""

FIRES = [
    {"body": "This is a statutory return."},
    {"legal_claim": "Children Act 2004"},
    {"origin": "statute"},
    {"origin": "statute", "legal_claim": "UK GDPR Art 6(1)(c)"},
    {"body": "We are legally entitled to these figures."},
    {"body": "Every school has to supply its figure. Schools have to return this form."},
    {"body": "All schools are required to complete the form below."},
]
SILENT = [
    {"body": "This is a statutory return.", "legal_claim": "EA 1996 s 537A"},
    {"body": "This is not statutory: there is no statutory duty."},
    {"body": "You may answer if you wish."},
    {"body": "Nothing in law obliges you to answer."},
    {"body": "Schools must tell parents by Friday. You must share this with your staff."},
    {"body": "The cables of statutory undertakers are marked. Statutory hours are as before."},
    {"legal_claim": "UK GDPR Art 6(1)(e)", "voluntary": True},
]
