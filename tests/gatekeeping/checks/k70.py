"""K70: data about people."""

from tests.gatekeeping.checks.asking import asking

FIRES = [
    asking("Name and date of birth of each pupil"),
    {"kind": "data_request", "body": "Please identify children who are at risk."},
    {"kind": "data_request", "body": "Give a short case study of one pupil, with name."},
    {"kind": "data_request", "body": "Which families need help with food?"},
    {"kind": "data_request", "body": "Please upload your SEN register."},
]
SILENT = [
    {
        "kind": "data_request",
        "body": "Please give the name of the member of staff whom we may ring.",
    },
    asking("Number of ovens"),
    {"kind": "data_request", "body": "When did you last look at your SEN register?"},
    {"body": "The menus are out."},
]
