"""K70: data about people."""

from tests.gatekeeping.checks.asking import asking

FIRES = [asking("Name and date of birth of each pupil")]
SILENT = [
    {
        "kind": "data_request",
        "body": "Please give the name of the member of staff whom we may ring.",
    },
    asking("Number of ovens"),
    {"body": "The menus are out."},
]
