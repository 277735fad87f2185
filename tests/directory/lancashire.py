"""Lancashire's term dates, as the portal ships them, as plain values."""

from datetime import date

from directory.school_days import Term


def term(year: str, start: str, end: str, *off: str) -> Term:
    return Term(
        year,
        date.fromisoformat(start),
        date.fromisoformat(end),
        tuple(date.fromisoformat(day) for day in off),
    )


YEAR_2025 = (
    term("2025/26", "2025-09-02", "2025-10-24"),
    term("2025/26", "2025-11-03", "2025-12-19"),
    term("2025/26", "2026-01-05", "2026-02-13"),
    term("2025/26", "2026-02-23", "2026-03-27"),
    term("2025/26", "2026-04-13", "2026-05-22", "2026-05-04"),
    term("2025/26", "2026-06-01", "2026-07-21"),
)
YEAR_2026 = (
    term("2026/27", "2026-09-02", "2026-10-22"),
    term("2026/27", "2026-11-02", "2026-12-18"),
    term("2026/27", "2027-01-05", "2027-02-12"),
    term("2026/27", "2027-02-22", "2027-03-25"),
    term("2026/27", "2027-04-12", "2027-05-28", "2027-05-03"),
    term("2026/27", "2027-06-07", "2027-07-21"),
)
