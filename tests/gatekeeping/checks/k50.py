"""K50: too little notice."""

from tests.gatekeeping.checks.asking import prose

FIRES = [prose("Please answer.", send_on="2026-12-14", due_on="2027-01-11")]
SILENT = [prose("Please answer.", send_on="2026-12-14", due_on="2027-01-26")]
