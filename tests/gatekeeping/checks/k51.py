"""K51: holidays and weekends."""

from tests.gatekeeping.checks.asking import prose

FIRES = [prose("Please answer.", send_on="2026-12-12", due_on="2027-01-26")]
SILENT = [prose("Please answer.", send_on="2026-11-20", due_on="2026-12-18")]
