"""The words by which letters are told apart: ``data/mail_words.csv``."""

import csv
import re
from functools import cache
from importlib.resources import files


@cache
def words(table: str) -> re.Pattern[str]:
    """Return the pattern of a table's words, whole words in any case. No row may run long."""
    place = files("gatekeeping").joinpath("data", "mail_words.csv")
    with place.open(encoding="utf-8") as stream:
        rows = [row["pattern"] for row in csv.DictReader(stream) if row["table"] == table]
    return re.compile(rf"(?<!\w)(?:{'|'.join(rows)})(?!\w)", re.IGNORECASE)
