"""K70: data about people."""

from tests.gatekeeping.checks.asking import asking

FIRES = [asking("Name and date of birth of each pupil")]
SILENT = [asking("Number of ovens"), {"body": "The menus are out."}]
