"""What a code of a national collection asks about: the names of the collections, as concepts."""

import csv
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

_OF_COLLECTION = (
    ("KS5", "gcse-and-a-level-results"),
    ("KS4", "gcse-and-a-level-results"),
    ("KS2", "key-stage-2-results"),
    ("KS1", "key-stage-1-results"),
    ("KS3", "teacher-assessments"),
    ("Year 7", "teacher-assessments"),
    ("EYFSP", "early-years-profile"),
    ("Phonics", "phonics-check"),
    ("Absence", "absence-rate"),
    ("Exclusions", "suspensions-and-exclusions"),
    ("termlyexclusions", "suspensions-and-exclusions"),
    ("sessiondetails", "absence-rate"),
    ("learningaims", "post-16-learning-aims"),
    ("programmeaims", "post-16-learning-aims"),
    ("table classes", "class-size"),
    ("Children in need", "children-in-need"),
    ("CIN", "children-in-need"),
    ("CLA", "looked-after-pupils"),
    ("NCCIS", "participation-neet"),
    ("PLAMS", "post-16-learning-aims"),
    ("Alt Provision", "alternative-provision-use"),
    ("childcare", "childcare-sufficiency"),
)
"""What a collection is about, where the name of its item says nothing that is known."""
_SAYS_NOTHING = re.compile(
    r"(?:record|source|software|version|status|type|serial|date ?time|reg ?date|month part"
    r"|reference date|census date|collection|academic year|rec ?type|leapcode|ndcref|achieveref"
    r"|la ?9code|toe ?code|nf ?type|new(?:er)? ?type|(?:amd|mod|moda|nor)flage?|sourcecty"
    r"|plascrecordexists)(?: ?(?:status|source|type|code|level|number|id|table \d\w*(?: ab)?))?"
    r"|.* table id",
    re.IGNORECASE,
)
"""Names of what a collection keeps about its own records, and not about what it counts."""
_PREFIX = re.compile(r"^(?:KS\d|SC|NCCIS|CIN|CLA|AP|EYC|FSP|ISP|PHONICS|PRU|Y7|YPMAD|pl|cla|s)[_.]")
_SUFFIX = re.compile(r"_?\[[a-z]+\]|_(?:PTQ(?:_EE)?|SPR|ab|ex)(?=_|$)")


@cache
def concepts_by_code() -> Mapping[str, str]:
    """Return the concept of each code, in lower case, whose name or collection tells one.

    A code that stands in several collections counts where it stands first.
    """
    patterns = [
        (re.compile(row["pattern"], re.IGNORECASE), row["concept"])
        for row in _rows("national_names.csv")
    ]
    found: dict[str, str] = {}
    for row in _rows("data_items.csv"):
        code = row["code"].casefold()
        if code in found:
            continue
        words = in_words(row["name"])
        if _SAYS_NOTHING.fullmatch(words):
            continue
        said = next((concept for pattern, concept in patterns if pattern.search(words)), "")
        if concept := said or _of_collection(row["collection"]):
            found[code] = concept
    return found


def concept_of_code(code: str) -> str:
    """Return the concept that a national code means; "" for what says nothing, or is no code."""
    return concepts_by_code().get(code.strip().casefold(), "")


def in_words(name: str) -> str:
    """Write a name of a national collection in words: "FSMeligible", "SC_Home_Postcode"."""
    plain = _PREFIX.sub("", _SUFFIX.sub("", name))
    return re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[_.]", " ", plain).strip()


def _of_collection(collection: str) -> str:
    return next((key for part, key in _OF_COLLECTION if part in collection), "")


def _rows(name: str) -> list[dict[str, str]]:
    with files("gatekeeping").joinpath("data", name).open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))
