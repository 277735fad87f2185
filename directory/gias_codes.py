"""Names of the codes in GIAS files, for layouts that give only the code or only the name."""

from directory.models import SchoolStatus

TYPES = {
    "01": "Community school",
    "02": "Voluntary aided school",
    "03": "Voluntary controlled school",
    "05": "Foundation school",
    "06": "City technology college",
    "07": "Community special school",
    "08": "Non-maintained special school",
    "10": "Other independent special school",
    "11": "Other independent school",
    "12": "Foundation special school",
    "14": "Pupil referral unit",
    "15": "Local authority nursery school",
    "18": "Further education",
    "24": "Secure units",
    "25": "Offshore schools",
    "26": "Service children's education",
    "27": "Miscellaneous",
    "28": "Academy sponsor led",
    "29": "Higher education institutions",
    "30": "Welsh establishment",
    "31": "Sixth form centres",
    "32": "Special post 16 institution",
    "33": "Academy special sponsor led",
    "34": "Academy converter",
    "35": "Free schools",
    "36": "Free schools special",
    "37": "British schools overseas",
    "38": "Free schools alternative provision",
    "39": "Free schools 16 to 19",
    "40": "University technical college",
    "41": "Studio schools",
    "42": "Academy alternative provision converter",
    "43": "Academy alternative provision sponsor led",
    "44": "Academy special converter",
    "45": "Academy 16-19 converter",
    "46": "Academy 16 to 19 sponsor led",
    "47": "Children's centre",
    "48": "Children's centre linked site",
    "49": "Online provider",
    "56": "Institution funded by other government department",
    "57": "Academy secure 16 to 19",
}

PHASES = {
    "0": "Not applicable",
    "1": "Nursery",
    "2": "Primary",
    "3": "Middle deemed primary",
    "4": "Secondary",
    "5": "Middle deemed secondary",
    "6": "16 plus",
    "7": "All-through",
}

STATUSES = {
    "1": "Open",
    "2": "Closed",
    "3": "Open, but proposed to close",
    "4": "Proposed to open",
}
STATUS_OF_CODE = {
    "1": SchoolStatus.OPEN,
    "2": SchoolStatus.CLOSED,
    "3": SchoolStatus.CLOSING,
    "4": SchoolStatus.PROPOSED,
}


def by_name(names: dict[str, str]) -> dict[str, str]:
    """Return the codes by their names, in lower case and without marks between the words."""
    return {plain(name): code for code, name in names.items()}


def plain(name: str) -> str:
    """Return a name as it is looked up: the years spell “All-through” and “Schools” differently."""
    letters = "".join(sign if sign.isalnum() else " " for sign in name.casefold())
    return " ".join(letters.split())
