"""K41: the wrong label."""

FIRES = [
    {"body": "Answer in the portal by 29 January 2027."},
    {"body": "We need the number of year 6 pupils from every school by 18 December 2026."},
    {"body": "On a different matter, which modern languages do you teach?"},
    {"body": "Please tell us how many pupils walk to school. Answer by Friday."},
]
SILENT = [
    {"kind": "data_request", "body": "Please complete the survey."},
    {"body": "Menus are out."},
    {"body": "Do not answer by Friday. We need the support of every school."},
    {"body": "How many places are there? The course has 20 places."},
]
