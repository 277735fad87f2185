"""K71: an impact assessment."""

from tests.gatekeeping.checks.asking import asking

FIRES = [asking("Health conditions of each pupil", personal_data="special")]
SILENT = [
    asking("Health conditions of each pupil", personal_data="special", dpia="DPIA-2026-014"),
    asking("Number of ovens"),
]
