"""Reading the words of a time ("autumn term 2026", "2025/26", "last year") as a stretch of days.

A school year runs from September to August, a financial one from April to March. Dates by which an
answer is wanted are no time asked about.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from gatekeeping.holdings.refreshed import MONTHS

LONGEST = 4_000
"""So many characters of a text are read for its time."""
_MONTH_NAMES = "|".join(f"{name}|{name[:3]}t?" for name in MONTHS)
_TERMS = {"autumn": (9, 1, 12, 31), "spring": (1, 1, 4, 15), "summer": (4, 16, 7, 31)}
_TERMS_OF = {"michaelmas": "autumn", "christmas": "autumn", "easter": "spring"}
_TERM = re.compile(
    r"\b(autumn|spring|summer|michaelmas)(?:\s+half)?(?:\s+term)?s?(?:\s+[12])?(?:,|\s+of|\s+in)?\s+"
    r"(?:(20\d\d)(?:\s?[-/–—]\s?(?:20)?(\d\d)\b(?!\s?[-/]))?|'?(\d\d)\b)",
    re.IGNORECASE,
)
_YEARS = re.compile(
    r"(?<![\d/.-])(?:20)?(\d\d)\s?(?:[-/–—]|to)\s?(?:20)?(\d\d)(?![\d/.-]|\s?%)", re.IGNORECASE
)
_DAY = re.compile(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?\s+({_MONTH_NAMES})\b\.?,?(?:\s+(20\d\d)|\s+'?(\d\d)(?!\d|:|\.\d))?",
    re.IGNORECASE,
)
_MONTH = re.compile(rf"\b({_MONTH_NAMES})\.?,?\s+(20\d\d)\b", re.IGNORECASE)
_RANGE = re.compile(
    rf"\b({_MONTH_NAMES})\.?\s*(?:to|until|till|-|–|and|through)\s*({_MONTH_NAMES}|christmas|easter)"
    r"\.?,?\s+(20\d\d)\b",
    re.IGNORECASE,
)
_FEAST = re.compile(r"\b(christmas|easter)(?:\s+holidays?)?\s+(20\d\d)\b", re.IGNORECASE)
_FEASTS = {"christmas": (12, 15, 12, 31), "easter": (3, 25, 4, 20)}
_ISO = re.compile(r"\b(20\d\d)-(\d\d)-(\d\d)\b")
_SLASHED = re.compile(r"\b(\d{1,2})[/.](\d{1,2})[/.](?:20)?(\d\d)\b")
_YEAR = re.compile(r"\b(20\d\d)\b")
_RELATIVE = re.compile(
    r"\b(this|current|last|previous|past|next|coming)\s+(?:(academic|school|financial|calendar)\s+)?"
    r"(year|term|month|autumn|spring|summer)\b",
    re.IGNORECASE,
)
_FINANCIAL = re.compile(r"\bfinanc|\bfiscal|\bFY|\bbudget year|31(?:st)? March", re.IGNORECASE)
_MONTHS_AGO = re.compile(
    r"\b(?:last|past|previous|preceding) (12|twelve|6|six|3|three) months\b", re.IGNORECASE
)
_BARE_MONTH = re.compile(
    rf"\b(in|during|for|since|as at|throughout|end of|from|the)\s+({_MONTH_NAMES})"
    r"(?:\s+census)?\b(?!\.?,?\s+(?:20|'?\d\d))",
    re.IGNORECASE,
)
_DEADLINE = re.compile(
    r"\b(?:by|before|until|no later than|deadline\w*|due|repl(?:y|ies)|respon[ds]e?\w*|return\w*"
    r"|latest|close[sd]?|closing|not later than|back to us|reach\w*|submit\w*|published|issued"
    r"|dated|meet(?:s|ing)?|goes|go live|starting on)\b[^.;:?!\n]{0,45}$",
    re.IGNORECASE,
)
_ASKED_ABOUT = re.compile(
    r"\b(?:as at|as of|at|for|between|since|during|beginning|commencing|ending|ended|snapshot"
    r"|census|position|roll on|and|to|from|covering|period|up to|date|w/?[cbe])[\s:-]+"
    r"(?:the\s+|close on\s+)?(?:\w+day,?\s+)?$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Time:
    """A stretch of days, as ordinals, and what tells it: its "name", its "asks", its "sending"."""

    first: int
    last: int
    told_by: str = "name"

    @property
    def days(self) -> int:
        """Return how many days it has."""
        return self.last - self.first + 1


def stretch(words: str, today: date | None = None, *, in_prose: bool = False) -> Time | None:
    """Return the time that words name, from the first day named to the last; None when none.

    ``today`` makes sense of "last term". ``in_prose`` leaves out days by which to answer.
    """
    text = words[:LONGEST]
    readers = (_ranges, _terms, _years, _days, _months, _relative, _bare_months)
    for reader in readers[:-1] if in_prose else readers:
        found = [
            time
            for start, time in reader(text, today)
            if not in_prose
            or _is_asked_about(text[max(0, start - 60) : start], is_day=reader is _days)
        ]
        if found:
            return joined(found)
    if in_prose:
        return None
    return joined([_between(int(y), 1, 1, int(y), 12, 31) for y in _YEAR.findall(text)])


def _is_asked_about(before: str, *, is_day: bool) -> bool:
    """Tell whether the words before a time make it one asked about, and no day to answer by."""
    return not _DEADLINE.search(before) and (not is_day or bool(_ASKED_ABOUT.search(before)))


def _ranges(text: str, today: date | None) -> Iterator[tuple[int, Time]]:
    """Read "September to Christmas 2026": the year stands only at its end."""
    del today
    for match in _RANGE.finditer(text):
        first, year = _month(match[1]), int(match[3])
        feast = _FEASTS.get(match[2].lower())
        last = date(year, *feast[2:]) if feast else _month_end(year, _month(match[2]))
        begin = date(year if first <= last.month else year - 1, first, 1)
        yield match.start(), Time(begin.toordinal(), last.toordinal())


def _terms(text: str, today: date | None) -> Iterator[tuple[int, Time]]:
    del today
    for match in _TERM.finditer(text):
        name = match[1].lower()
        term = _TERMS_OF.get(name, name)
        year = int(match[2] or f"20{match[4]}")
        first_month, first_day, last_month, last_day = _TERMS[term]
        if match[3] and term != "autumn" and int(match[3]) == year % 100 + 1:
            year += 1
        yield match.start(), _between(year, first_month, first_day, year, last_month, last_day)


def _years(text: str, today: date | None) -> Iterator[tuple[int, Time]]:
    del today
    for match in _YEARS.finditer(text):
        first, last = int(match[1]), int(match[2])
        least = 10 if match.group().startswith("20") else 18
        if last != first + 1 or not least <= first <= 60:  # noqa: PLR2004 - no ages, no year groups
            continue
        around = text[max(0, match.start() - 40) : match.end() + 40]
        if _FINANCIAL.search(around):
            yield match.start(), _between(2000 + first, 4, 1, 2000 + last, 3, 31)
        else:
            yield match.start(), _between(2000 + first, 9, 1, 2000 + last, 8, 31)


def _days(text: str, today: date | None) -> Iterator[tuple[int, Time]]:
    for match in _DAY.finditer(text):
        month = _month(match[2])
        year = int(match[3]) if match[3] else 2000 + int(match[4]) if match[4] else None
        if year is None and today is not None:
            year = (
                today.year if (month, int(match[1])) <= (today.month, today.day) else today.year - 1
            )
        if year is not None and (day := _day(year, month, int(match[1]))):
            if re.search(
                r"year (?:end(?:ing|ed)?|to)\s*(?:on )?$", text[: match.start()], re.IGNORECASE
            ):
                yield match.start(), Time(day.toordinal() - 364, day.toordinal())
            else:
                yield match.start(), Time(day.toordinal(), day.toordinal())
    for pattern in (_ISO, _SLASHED):
        for match in pattern.finditer(text):
            year, month, number = (
                (int(match[1]), int(match[2]), int(match[3]))
                if pattern is _ISO
                else (2000 + int(match[3]), int(match[2]), int(match[1]))
            )
            if day := _day(year, month, number):
                yield match.start(), Time(day.toordinal(), day.toordinal())


def _months(text: str, today: date | None) -> Iterator[tuple[int, Time]]:
    del today
    for match in _FEAST.finditer(text):
        days = _FEASTS[match[1].lower()]
        year = int(match[2])
        yield match.start(), _between(year, days[0], days[1], year, days[2], days[3])
    for match in _MONTH.finditer(text):
        month, year = _month(match[1]), int(match[2])
        last = _month_end(year, month)
        if re.search(r"year (?:end(?:ing|ed)?|to)\s*$", text[: match.start()], re.IGNORECASE):
            yield match.start(), Time(last.toordinal() - 364, last.toordinal())
        else:
            yield match.start(), Time(date(year, month, 1).toordinal(), last.toordinal())


def _relative(text: str, today: date | None) -> Iterator[tuple[int, Time]]:
    if today is None:
        return
    for match in _RELATIVE.finditer(text):
        steps = {"last": -1, "previous": -1, "past": -1, "next": 1, "coming": 1}.get(
            match[1].lower(), 0
        )
        if time := _relative_time(match[3].lower(), (match[2] or "").lower(), steps, today):
            yield match.start(), time


def _bare_months(text: str, today: date | None) -> Iterator[tuple[int, Time]]:
    """Read months without a year, and "the last twelve months", as seen from the day of sending."""
    if today is None:
        return
    for match in _MONTHS_AGO.finditer(text):
        days = {"12": 365, "twelve": 365, "6": 183, "six": 183}.get(match[1].lower(), 91)
        yield match.start(), Time(today.toordinal() - days, today.toordinal())
    for match in _BARE_MONTH.finditer(text):
        month = _month(match[2])
        year = today.year if month <= today.month else today.year - 1
        first = date(year, month, 1).toordinal()
        last = today if match[1].lower() in {"since", "from"} else _month_end(year, month)
        yield match.start(), Time(first, max(first, last.toordinal()))


def _relative_time(what: str, kind: str, steps: int, today: date) -> Time | None:
    if what == "year" and kind == "calendar":
        return _between(today.year + steps, 1, 1, today.year + steps, 12, 31)
    if what == "year":
        month = 4 if kind == "financial" else 9
        begin = (today.year if today.month >= month else today.year - 1) + steps
        last = (3, 31) if month == 4 else (8, 31)  # noqa: PLR2004 - April
        return _between(begin, month, 1, begin + 1, *last)
    if what == "month":
        index = today.year * 12 + today.month - 1 + steps
        first = date(index // 12, index % 12 + 1, 1)
        return Time(first.toordinal(), _month_end(first.year, first.month).toordinal())
    if what == "term":
        now = 0 if today.month <= 4 else 1 if today.month <= 8 else 2  # noqa: PLR2004 - months
        index = today.year * 3 + now + steps
        year, what = index // 3, ("spring", "summer", "autumn")[index % 3]
        return _between(year, *_TERMS[what][:2], year, *_TERMS[what][2:])
    term = _TERMS[what]
    year = today.year + steps if steps > 0 else today.year
    if steps <= 0 and date(year, term[0], term[1]) > today:
        year -= 1
    return _between(year, term[0], term[1], year, term[2], term[3])


def joined(found: list[Time]) -> Time | None:
    """Return the stretch from the first day of all to the last; None of none."""
    if not found:
        return None
    return Time(min(time.first for time in found), max(time.last for time in found))


def _month(name: str) -> int:
    return next(n for n, month in enumerate(MONTHS, 1) if month[:3] == name[:3].lower())


def _month_end(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def _between(*given: int) -> Time:
    first, last = date(*given[:3]), date(*given[3:])
    return Time(first.toordinal(), last.toordinal())


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
