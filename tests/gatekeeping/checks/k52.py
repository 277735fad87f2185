"""K52: a busy day or week."""

from datetime import date

from directory.calendars import Busy
from gatekeeping.facts.days import Days

CENSUS = Busy(date(2027, 1, 21), date(2027, 1, 21), "School census day", (), approximate=False)
DUE = {"kind": "data_request", "send_on": "2026-12-14", "due_on": "2027-01-21"}
FIRES = [(DUE, {"days": Days(phases=frozenset({"primary"}), busy=(CENSUS,))})]
SILENT = [(DUE, {"days": Days(phases=frozenset({"primary"}))})]
