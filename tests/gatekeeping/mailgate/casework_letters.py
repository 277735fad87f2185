"""Letters about one child or employee, and letters that only look so: subject, text."""

CASEWORK = [
    (
        "CME check",
        (
            "Dear DSL, please check your records for Dana Example, born 4 May 2016, who left"
            " her last school on 2 October. Her whereabouts are unknown."
        ),
    ),
    (
        "Missing child enquiry - M.K.",
        (
            "Has M.K. (Year 8) been admitted to your school? The family moved without leaving"
            " an address."
        ),
    ),
    (
        "Child missing from education",
        (
            "Name: Sami Example\nDOB: 12.03.14\nUPN: A123456789012\n\nIs he on roll with you?"
            " Please reply whether or not he is."
        ),
    ),
    (
        "Consultation: Education, Health and Care Plan for RT",
        (
            "Child: R. T.\nYear 6. Please let us know within 15 calendar days if your setting"
            " can meet her needs in September."
        ),
    ),
    (
        "EHC needs assessment - request for advice",
        (
            "Pupil: Ash Example\nDate of birth: 02/02/2018\n\nWe are assessing Ash and ask for"
            " your school's advice by 4 January."
        ),
    ),
    (
        "In-year admission",
        (
            "An application was made for Robin Example, Year 3, who moves to Chorley next week."
            " Can either school offer a place?"
        ),
    ),
    (
        "Managed move - request",
        (
            "Re: J.T., Y10. Following the meeting on Tuesday we look for a managed move for"
            " this young person. Would you consider a six-week trial?"
        ),
    ),
    (
        "Permanent exclusion",
        (
            "Student name: Kim Example\nKim was excluded on Friday and the day-six provision"
            " begins on Monday. Which of you can take her?"
        ),
    ),
    (
        "SEND tribunal - witness statements",
        (
            "In the appeal of the parents of AB (born 1 June 2012) we need statements from the"
            " previous and the present school by 3 December."
        ),
    ),
    (
        "Strategy discussion",
        (
            "A strategy discussion about this child, DOB 09/08/2019, is held tomorrow at ten."
            " Please attend or send your designated lead, also of the sibling's nursery."
        ),
    ),
    (
        "LADO referral",
        (
            "An allegation was made against a member of staff, initials below.\nEmployee"
            " initials: T.S.\nThe strategy meeting is on Thursday; both employers should"
            " attend."
        ),
    ),
    (
        "Virtual school: PEP meeting",
        (
            "The personal education plan of this looked-after child (UPN H888123400017) is"
            " reviewed on 5 December with both schools."
        ),
    ),
    (
        "Penalty notice",
        (
            "Parents of the child named below were fined.\nPupil name: Lou Example\nPlease send"
            " his attendance certificate."
        ),
    ),
    (
        "Employment reference",
        (
            "Employee name: Chris Example\nPlease confirm dates of service and sickness, as"
            " Chris is transferred between your schools."
        ),
    ),
    (
        "Home to school transport",
        (
            "Child's name: Max Example\nThe taxi of this pupil changes from Monday. Both"
            " schools please tell the escorts."
        ),
    ),
]

MANY = [
    (
        "CME return",
        "Please list every child who missed ten days, with name and date of birth.",
    ),
    (
        "Looked-after children",
        "Which pupils on your roll are looked after? Send UPN and year group.",
    ),
    (
        "EHCP reviews",
        "Each pupil with a plan in Year 5 needs a transfer review by February.",
    ),
    (
        "Pupil details needed",
        "Child's name:\nDate of birth:\nUPN:\n\nPlease return one for each new starter.",
    ),
    (
        "EHC plan: <<Name>>",
        "Pupil name: <<Name>>\nDOB: <<DOB>>\nPlease confirm the placement.",
    ),
    (
        "Exclusions",
        "How many pupils were excluded this term? Name the reason for each exclusion.",
    ),
    (
        "Admissions 2027",
        (
            "Name: Admissions team\nPlease send your published admission number for Year 7 and"
            " the date of the open evening."
        ),
    ),
    (
        "Attendance",
        (
            "Our attendance officer, Kim Example, will ask your school for persistent absentees"
            " in Year 9. Complete the form by Friday."
        ),
    ),
    (
        "Safeguarding audit",
        (
            "Designated lead's name: please fill in.\nThe audit asks about child protection"
            " training. Return it by 1 May."
        ),
    ),
    (
        "Transition",
        (
            "Dana Example, Year 6 lead at County Hall, collects transfer records from primary"
            " schools. Please upload the CTF files of the leavers."
        ),
    ),
    (
        "Children missing education",
        (
            "Child's name: Dana Example, DOB 14/03/2017\nChild's name: Lee Example, DOB"
            " 02/07/2019\nPlease check."
        ),
    ),
    (
        "CME",
        "UPN A123456789012 and UPN B123456789012 are missing from census. Correct them.",
    ),
    (
        "Term dates",
        "Dear heads, the consultation on term dates begins. Please reply by 3 March.",
    ),
    (
        "Re: HR",
        ("Re: HR policies. Please adopt the new sickness policy at your next governing board."),
    ),
    (
        "School contact details",
        (
            "School name: Ashfield\nContact name: Sam Example\nPlease confirm the name and"
            " e-mail of your admissions officer by Friday."
        ),
    ),
    (
        "Place planning",
        "Re: PE. Year 7 numbers rose by 40. Tell us of the places you have left.",
    ),
    (
        "Pupil voice survey",
        "Ask one pupil, for example Sam Example (Year 4), to fill in the survey.",
    ),
    (
        "Tribunal training",
        (
            "Course leader: Pat Example. Learn how a tribunal hears an appeal. Book a place for"
            " your SENCO by Friday."
        ),
    ),
    (
        "Assessment data",
        "Pupil: results\nPlease upload the assessment results of the whole year.",
    ),
    (
        "Staff absence",
        "Employee name and days lost to sickness, for all staff, by Friday please.",
    ),
]
