"""The quick look before casework: it may take too much for a name, and never too little."""

import pytest

from gatekeeping.mailgate.rule import casework
from gatekeeping.mailgate.rule.naming_one import may_name_one
from tests.gatekeeping.mailgate.casework_letters import CASEWORK, MANY

NAMING = [
    "A123456789012",
    "DOB 4 May 2016",
    "d.o.b. 04/05/2016",
    "d.ob. 04/05/2016",
    "Birthdate: 2016-05-04",
    "BORN ON 4 May 2016",
    "Child's name: Dana",
    "Young Person’s Full Initials –\n D K",
    "Name of the member of staff\n: Sam",
    "Learner: Sam",
    "re: M.K.",
    "(M. K.)",
    "– AB",
    "case A B",
    "pupil M K (left)",
    "ref AB, who",
    "Sam Smith, Year 6",
    "Sam (Y6)",
    "O'Brien Yr. 10",
    "Ann Reception",
]
NOBODY = [
    "",
    "Please return the survey by 12 May. Pupils in year 6 and SENDCO staff are welcome.",
    "In the year 2016 all SEND schools had 12345678901 laptops: thanks",
]


@pytest.mark.parametrize("said", NAMING)
def test_what_casework_knows_somebody_by_is_seen(said):
    assert casework._is_identified(said) or casework._initials(said) or casework._in_years(said)
    assert may_name_one(said)


@pytest.mark.parametrize(("subject", "text"), [(each[0], each[1]) for each in (*CASEWORK, *MANY)])
def test_every_letter_that_casework_looks_into_is_let_through(subject, text):
    said = f"{subject}\n{text}"
    if casework._is_identified(said) or casework._initials(said) or casework._in_years(said):
        assert may_name_one(said)


@pytest.mark.parametrize("said", NOBODY)
def test_most_letters_are_not_looked_into(said):
    assert not may_name_one(said)
