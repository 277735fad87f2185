"""How long the parser takes for 1,000 citations, as one text and one by one."""

import time

from benchmarks.tables import Table, median, verdict
from gatekeeping.law.citations import read

ROUNDS = 9
LIMIT = 1.0
FORMS = (
    "Education Act 2002, s 175(2)",
    "SI 2013/2094, reg 3",
    "S175 EA02",
    "Reg 13(1) of the School Attendance (Pupil Registration) (England) Regs 2024",
    "paragraph 3 of Schedule 2 to the Childcare Act 2006",
    "DPA 2018 Sch 1 Pt 2 para 18",
    "https://www.legislation.gov.uk/ukpga/1996/56/section/537A/enacted",
    "Education and Inspection Act 2006 s 88",
    "1996 c.56 s 537A",
    "Keeping children safe in education 2025",
)


def measure() -> list[Table]:
    """Time both and say whether the limit is kept; every text is new, so nothing is remembered."""
    together, single = [], []
    for number in range(ROUNDS):
        texts = [f"{number}.{place}: {FORMS[place % len(FORMS)]}. " for place in range(1_000)]
        together.append(_time(["".join(texts)]))
        single.append(_time(texts))
    table = Table("1,000 citations", ("what", "median ms", "slowest ms"))
    table.rows.append(("one text", median(together) * 1000, max(together) * 1000))
    table.rows.append(("one by one", median(single) * 1000, max(single) * 1000))
    met = max(median(together), median(single)) <= LIMIT
    table.notes.append(f"Target under {LIMIT:.0f} s: {verdict(met=met)}.")
    return [table]


def _time(texts: list[str]) -> float:
    start = time.perf_counter()
    for text in texts:
        read(text)
    return time.perf_counter() - start
