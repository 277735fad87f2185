"""K41: the wrong label."""

FIRES = [
    {"body": "Heads: who is your lead for trees?"},
    {"body": "Please send back the acknowledgement below."},
    {"body": "Please forward your risk assessments to us."},
    {"body": "Name of school: ______ Number of trees: ______"},
    {"body": "Answer in the portal by 29 January 2027."},
    {"body": "We need the number of year 6 pupils from every school by 18 December 2026."},
    {"body": "On a different matter, which modern languages do you teach?"},
    {"body": "Please tell us how many pupils walk to school. Answer by Friday."},
]
SILENT = [
    {"kind": "data_request", "body": "Please complete the survey."},
    {"body": "Menus are out."},
    {"body": "Remember to complete your own risk assessment. Keep it in school."},
    {"body": "Contents\nMenus .......... 4\nPrices .......... 7\nAllergens ......... 9"},
    {"body": "Who can apply? Any school. How? Online, from 4 January 2027."},
    {"body": "Do not answer by Friday. We need the support of every school."},
    {"body": "How many places are there? The course has 20 places."},
]
