"""Which held item some words ask for, and which words ask for none: our own examples of both."""

import pytest

from gatekeeping.holdings.catalogue import shipped

ASKED = [
    ("the size of your school in terms of children", "Number on roll"),
    ("how many kids are on the books at the moment", "Number on roll"),
    ("who is in Year 3, with ages", "Pupil name and date of birth"),
    ("how many children are in each age band", "Year group"),
    ("ratio of lads to girls", "Gender"),
    ("share of the intake from Black and Asian communities", "Ethnicity"),
    ("what families speak around the dinner table", "First language"),
    ("kids on free dinners", "Free school meal eligibility"),
    ("children whose families do not pay at the canteen", "Free school meal eligibility"),
    ("infants eating a cooked lunch on the October count", "Meal taken on census day"),
    ("children with additional needs, by stage", "SEN provision and need"),
    ("pupils in for half the week", "Part-time indicator"),
    ("pupil home locations for mapping", "Home address and postcode"),
    ("the identifier beginning with a letter given to each pupil", "Unique pupil number"),
    ("sons and daughters of serving soldiers", "Service child indicator"),
    ("what each sixth former is studying", "Post-16 learning aims"),
    ("three-year-olds taking up the 15 hours", "Early years funded hours"),
    ("children marked as bringing in high needs top-up money", "Top-up funding indicator"),
    ("youngsters who look after a poorly mum", "Young carer indicator"),
    ("biggest teaching groups in key stage 1", "Class size"),
    ("register marks for the autumn half term", "Session attendance codes"),
    ("how much schooling children missed", "Absence rate"),
    ("pupils under the ninety per cent mark for attendance", "Persistent absence"),
    ("families who took holidays in term without leave", "Unauthorised absence"),
    ("kids turning up after the bell", "Late marks"),
    (
        "how often you sent a pupil home for a fixed number of days",
        "Suspensions and exclusions",
    ),
    ("the behaviour that led to each suspension", "Reason for exclusion"),
    ("children whose timetable has been cut to mornings", "Reduced timetables"),
    ("number of qualified teachers employed", "Teacher numbers and full-time equivalent"),
    ("how many days teachers were off poorly", "Staff absence days"),
    ("jobs nobody has been found for", "Vacancies on census day"),
    ("what degree each maths teacher has", "Qualifications and subjects taught"),
    (
        "how many of your colleagues are disabled or from minorities",
        "Staff ethnicity and disability",
    ),
    ("which pay spine each teacher is on and whether permanent", "Contract and pay"),
    ("monthly wages of the cleaning staff", "Salaries and hours"),
    ("what was paid into the teachers' retirement scheme", "Pension contributions"),
    ("who joined and who resigned from the staff", "Starters and leavers"),
    ("how many classroom helpers and office staff there are", "Support staff in post"),
    ("what the school spent under each budget line", "Income and expenditure by heading"),
    ("money left unspent at the close of the year", "Year-end balance"),
    ("bill for agency teachers", "Spend on supply staff"),
    ("how much heating and lighting cost you", "Spend on energy"),
    ("self-review of how money is controlled", "Financial controls self-assessment"),
    (
        "how staff can report dishonesty in confidence",
        "Fraud and whistleblowing arrangements",
    ),
    ("how many families picked you as top choice", "Applications and preferences"),
    ("families still queueing for a seat", "Offers and waiting lists"),
    ("the most reception children you may take", "Published admission number"),
    (
        "children who arrived from another school in the middle of the year",
        "In-year transfers",
    ),
    ("parents who fought a refused place and won", "Appeals lodged and outcomes"),
    ("how many children the building could hold", "Net capacity"),
    ("what needs repairing on your buildings", "Building condition"),
    ("drawings of each room and what it is used for", "Floor plans and room use"),
    ("when the ACM survey was last carried out", "Asbestos register date"),
    ("when you last had a FRA done", "Fire risk assessment date"),
    (
        "families found entitled to free dinners after a benefits check",
        "Free school meal eligibility check",
    ),
    ("families who got supermarket vouchers over the summer", "Holiday voucher recipients"),
    ("parents who had help with the price of a blazer", "Clothing grant"),
    ("children holding an EHCP", "Children with a plan"),
    ("when each EHCP is next to be reviewed", "Annual review dates"),
    (
        "pupils sent to schools outside the county because of their needs",
        "Specialist placements",
    ),
    ("pounds above six thousand for each pupil with a plan", "Top-up amounts"),
    ("fostered kids on your books", "Looked-after pupils"),
    ("when PEPs were last held", "Personal education plan dates"),
    ("which teacher champions fostered kids", "Designated teacher"),
    ("five-year-olds reaching expected development", "Early years profile"),
    ("Year 1 children meeting the sounding-out standard", "Phonics check"),
    ("how your eleven-year-olds did in the national tests", "Key stage 2 results"),
    (
        "share of leavers with good passes in English and maths",
        "GCSE and A level results",
    ),
    ("Year 4 scores out of 25", "Multiplication check"),
    ("who is on the board and until when", "Governors and terms of office"),
    ("board seats with nobody in them", "Governor vacancies"),
    ("courses your board members have been on", "Governor training attended"),
    ("who is your head these days", "Headteacher name"),
    (
        "switchboard number and postal address",
        "School address, telephone and website",
    ),
    ("ages you take and whether you are an academy", "Age range, type and phase"),
    ("the academy chain you belong to", "Trust and federation"),
    ("average number of dinners a day", "Meals served"),
    ("children who must not eat nuts or gluten", "Special diets"),
    ("make and age of cookers and fridges", "Kitchen equipment"),
    ("children collected by council minibus", "Pupils with transport"),
    ("who walks, bikes or is driven in", "How pupils travel to school"),
    ("whether your travel plan is bronze, silver or gold", "School travel plan status"),
    ("how many people got hurt on the premises", "Accidents and dangerous occurrences"),
    ("mark in your latest H&S inspection", "Health and safety audit score"),
    ("staff holding a first aid ticket", "First aiders in post"),
    ("kilowatt hours burned last winter", "Gas, electricity and water use"),
    ("how many tonnes of CO2 you produce", "Carbon emissions"),
    ("whether there are PV panels on the roof", "Solar panels installed"),
    ("which CPD events staff went to", "Courses attended"),
    ("when your DSL last did the refresher", "Safeguarding training dates"),
    ("newly qualified teachers in their first year", "Early career teachers registered"),
    ("how many Chromebooks the department granted you", "Laptops and tablets allocated"),
    ("laptops that have turned up so far", "Laptops and tablets ordered"),
    ("how quick your line to the internet is", "Broadband circuit and speed"),
    ("dongles handed to families", "Mobile data and routers issued"),
    ("product that blocks bad websites", "Filtering service"),
    ("childcare before lessons start", "Breakfast and after-school clubs"),
    ("summer play scheme spaces for children on free meals", "Holiday activity places"),
]
"""A phrase or more for each item that is shipped, mostly in words that its names do not use."""

NOT_HELD = """
how satisfied parents are with school meals
why pupils say they are often absent
your plans for improving attendance next year
a copy of the attendance policy
what teachers think of the new pay scale
reasons why governors resign
ideas for raising the take-up of school lunches
leaflet on free school meals for parents
training on safeguarding wanted by staff next term
event for young carers in March
how useful was the governor training
preferred colour of the school uniform
your strategy for reducing carbon emissions
interest in a solar panel scheme
how many staff would like to join a choir
names of pupils taking part in the art competition
views on the closure of the kitchen
expected number of pupils in 2030
number of pupils who own a mobile phone
satisfaction with broadband supplier
books in the library in other languages
what pupils like about their breakfast club
poster about fire safety displayed in corridors
number of school trips abroad
how confident teachers feel in teaching phonics
barriers to employing early career teachers
how do you teach times tables
marketing of sixth form courses
number of parents attending parents' evening
who will speak at the governors' conference
school dog policy
swimming lessons in Year 4
menu for the Christmas lunch
what support do young carers need
are pupils happy with the school bus
hours spent on homework by pupils
number of pupils who can swim 25 metres
speakers for the first aid day
volunteers who help with reading
staff who wish to take a sabbatical
the uniform shop's opening hours
parents' income
pets kept in classrooms
staff car parking spaces
how many musical instruments are learned
pupils who smoke or vape
names of the school council
whether you teach Latin
condition of the playing field
fire drill timings
number of defibrillators
staff with flu jabs
which apps do teachers use for reading
how many books children read over the summer
trees planted in the grounds
gate and fence security
length of the lunch break
cost of school trips to parents
price of a school meal
exclusion of pupils from trips
places of worship visited
gardening club equipment
recommendations for supply agencies
what headteachers worry about most
letters sent to parents about lateness
how attendance is celebrated in assembly
pupil voice on behaviour
what stops children walking to school
improvements made to the kitchen since our advice
guidance on asbestos for caretakers
charity fundraising totals
quality of the meals according to pupils
who would be willing to be a governor
estimated energy savings from new windows
parents' ability to help with maths
difficulties recruiting teaching assistants
advice you need on fraud
how have you spent the mental health grant
preparation for the phonics check
school song
""".strip().splitlines()
"""Opinions, plans, forecasts, other people, and other things with the same words."""


@pytest.mark.parametrize(("words", "item"), ASKED)
def test_what_is_held_is_found_in_other_words(words, item):
    assert item in [found.name for found in shipped().meant_by(words)]


@pytest.mark.parametrize("words", NOT_HELD)
def test_what_is_not_held_is_not_found(words):
    assert [found.key for found in shipped().meant_by(words)] == []
