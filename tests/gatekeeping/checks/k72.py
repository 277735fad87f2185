"""K72: data about pupils by an open way."""

from tests.gatekeeping.checks.asking import asking

FIRES = [asking("Name and date of birth of each pupil", reply_by="email", personal_data="names")]
SILENT = [
    asking("Name and date of birth of each pupil", reply_by="portal", personal_data="names"),
    asking("Number of ovens", reply_by="email"),
]
