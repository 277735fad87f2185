"""K01: a claim of law without a provision."""

FIRES = [
    {"body": "This is a statutory return."},
    {"legal_claim": "Children Act 2004"},
    {"origin": "statute"},
    {"body": "Schools are under a duty to co-operate and must therefore provide the number."},
    {"body": "This is required under the GDPR."},
    {"body": "The Department has told us that this is mandatory."},
    {"body": "Pursuant to the Education Act 1996 we request your figures."},
    {"origin": "statute", "legal_claim": "UK GDPR Art 6(1)(c)"},
    {"body": "We are legally entitled to these figures."},
    {"body": "Every school has to supply its figure. Schools have to return this form."},
    {"body": "All schools are required to complete the form below."},
]
SILENT = [
    {"body": "This is a statutory return.", "legal_claim": "EA 1996 s 537A"},
    {"body": "This is not statutory: there is no statutory duty."},
    {"body": "You may answer if you wish."},
    {"body": "By law, shops must not sell fireworks to children. Share our leaflet."},
    {"body": "Under the Education Act 1996 we plan school places."},
    {"body": "We are not asking because of any statutory duty."},
    {"body": "It is compulsory to wear a coat."},
    {"body": "Nothing in law obliges you to answer."},
    {"body": "Schools must tell parents by Friday. You must share this with your staff."},
    {"body": "The cables of statutory undertakers are marked. Statutory hours are as before."},
    {"legal_claim": "UK GDPR Art 6(1)(e)", "voluntary": True},
]
