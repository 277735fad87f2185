"""Who works at a school of what kind, and who there usually owns which category."""

from random import Random

Posts = tuple[str, ...]

HEAD, DEPUTY, MANAGER, OFFICE, SENCO = "head", "deputy", "manager", "office", "senco"
TEACHER = "english"
"""The post of the teacher with a well-known sign-in."""

TITLES = {
    HEAD: "Headteacher",
    DEPUTY: "Deputy headteacher",
    MANAGER: "School business manager",
    OFFICE: "School office manager",
    SENCO: "SENCO",
    "safeguarding": "Designated safeguarding lead",
    "pastoral": "Pastoral and inclusion lead",
    "early_years": "Early years lead",
    TEACHER: "Teacher and English lead",
    "mathematics": "Teacher and mathematics lead",
    "science": "Teacher and science lead",
    "arts": "Teacher and arts lead",
    "humanities": "Teacher and humanities lead",
    "languages": "Teacher of languages",
    "design": "Teacher of design and technology",
    "sport": "Teacher and PE lead",
    "belief": "Teacher, RE and PSHE lead",
    "computing": "Teacher and computing lead",
    "technician": "ICT manager",
    "data": "Data and examinations manager",
    "attendance": "Attendance and admissions officer",
    "careers": "Careers leader and head of sixth form",
    "library": "Librarian",
    "site": "Site manager",
    "catering": "Catering manager",
}

PRIMARY: Posts = (
    HEAD,
    OFFICE,
    SENCO,
    TEACHER,
    "mathematics",
    "early_years",
    MANAGER,
    DEPUTY,
    "sport",
    "computing",
    "belief",
    "arts",
)
SECONDARY: Posts = (
    HEAD,
    MANAGER,
    DEPUTY,
    SENCO,
    "safeguarding",
    "data",
    "technician",
    "attendance",
    TEACHER,
    "mathematics",
    "science",
    "site",
    "pastoral",
    "humanities",
    "sport",
    "careers",
    "arts",
    "languages",
)
OTHER: Posts = (
    HEAD,
    MANAGER,
    DEPUTY,
    SENCO,
    "safeguarding",
    TEACHER,
    "mathematics",
    OFFICE,
    "site",
    "technician",
    "sport",
)

OWNS = {
    "Headteacher": (),
    "School business manager": (MANAGER, OFFICE),
    "Site manager": ("site", MANAGER, OFFICE),
    "Data manager": ("data", OFFICE, MANAGER),
    "School office manager": (OFFICE, MANAGER),
    "Designated safeguarding lead": ("safeguarding", DEPUTY, SENCO),
    "ICT lead": ("technician", "computing", MANAGER),
    "SENCO": (SENCO,),
    "Inclusion lead": ("pastoral", SENCO),
    "Connectivity contact": ("technician", MANAGER, OFFICE),
    "Chair of governors": (),
    "Clerk to governors": (MANAGER, OFFICE),
    "Data protection officer": (MANAGER, OFFICE),
    "Curriculum lead": (DEPUTY, "mathematics"),
    "Early years lead": ("early_years", DEPUTY),
    "English lead": (TEACHER,),
    "Mathematics lead": ("mathematics",),
    "Science lead": ("science", "mathematics"),
    "Computing lead": ("computing", "technician", "mathematics"),
    "Humanities lead": ("humanities", TEACHER),
    "Arts lead": ("arts", TEACHER),
    "Languages lead": ("languages", TEACHER),
    "Design and technology lead": ("design", "arts", "mathematics"),
    "PE lead": ("sport", "mathematics"),
    "RE lead": ("belief", "humanities", "early_years"),
    "PSHE lead": ("belief", "pastoral", SENCO),
    "Assessment lead": (DEPUTY, "mathematics"),
    "Examinations officer": ("data", OFFICE, DEPUTY),
    "Head of sixth form": ("careers", DEPUTY),
    "Careers leader": ("careers", DEPUTY, TEACHER),
    "Remote education lead": ("computing", "technician", DEPUTY),
    "Librarian": ("library", TEACHER),
    "Educational visits coordinator": ("sport", DEPUTY, OFFICE),
    "Admissions officer": ("attendance", OFFICE, MANAGER),
    "Attendance lead": ("attendance", "pastoral", OFFICE),
    "Behaviour lead": ("pastoral", DEPUTY, SENCO),
    "Transition lead": ("pastoral", "early_years", DEPUTY),
    "Pupil premium lead": (DEPUTY, SENCO),
    "Deputy headteacher": (DEPUTY,),
    "Pupil voice lead": ("pastoral", TEACHER),
    "Extended services lead": (MANAGER, OFFICE),
    "Online safety lead": ("computing", "technician", "safeguarding"),
    "Designated teacher": ("safeguarding", SENCO),
    "EAL lead": (SENCO,),
    "Senior mental health lead": ("pastoral", SENCO),
    "Early help lead": ("pastoral", "safeguarding", SENCO),
    "Equality lead": (DEPUTY, SENCO),
    "First aid lead": (OFFICE, "site", MANAGER),
    "Healthy schools lead": ("sport", "early_years"),
    "CPD lead": (DEPUTY,),
    "Induction tutor": (DEPUTY,),
    "Health and safety lead": ("site", MANAGER, OFFICE),
    "Catering manager": ("catering", MANAGER, OFFICE),
    "Device orders contact": (MANAGER, "technician", OFFICE),
}
"""The posts that a category's typical owner holds, best first; the head does the rest."""

SIZES_OF_PRIMARIES = ((6, 25), (8, 45), (11, 30))
SIZES_OF_SECONDARIES = ((14, 30), (16, 40), (18, 30))
SIZES_OF_OTHERS = ((7, 35), (9, 40), (11, 25))


def posts_at(phase_code: str, random: Random) -> Posts:
    """Return the posts at a school, the head's first; how many follows from a size made up."""
    if phase_code in {"1", "2", "3"}:
        posts, sizes = PRIMARY, SIZES_OF_PRIMARIES
    elif phase_code in {"4", "5", "7"}:
        posts, sizes = SECONDARY, SIZES_OF_SECONDARIES
    else:
        posts, sizes = OTHER, SIZES_OF_OTHERS
    size = random.choices([n for n, _ in sizes], [weight for _, weight in sizes])[0]
    return posts[:size]


def post_for(typical_owner: str, posts: Posts) -> str:
    """Return which of a school's posts owns a category with this typical owner."""
    for post in OWNS.get(typical_owner, ()):
        if post in posts:
            return post
    return HEAD
