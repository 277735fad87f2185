"""K11: the authority holds it."""

from gatekeeping.facts.school_types import OfTypes
from tests.gatekeeping.checks.asking import asking, prose

ACADEMIES = {"types": OfTypes({"34": 12})}
FIRES = [
    asking("Governors and their terms of office"),
    asking("How many pupils travel to school by bus"),
    asking("Date of last fire risk assessment"),
    asking("Agency staff costs"),
    asking("Pupils eligible for free school meals"),
    asking("Number of suspensions and permanent exclusions"),
    prose("Please tell us the following: list of governors."),
    asking("KS2 SATs results"),
    asking("Key stage 2 SATs scores"),
    asking("GCSE grades"),
    asking("Published admission number"),
    asking("Children with an EHC plan"),
    asking("Internet speed"),
    asking("Question 1", definition="How many children in care are on your roll?"),
    prose("Please tell us your gas and electricity use for the year."),
    prose("Please send us:\n- the names of your governors\n- your favourite colour"),
    prose("What is your published admission number?"),
    (asking("Income and expenditure by heading"), {"types": OfTypes({"01": 9, "34": 12})}),
]
SILENT = [
    asking("Number of chairs needed"),
    asking("Sex education policy"),
    asking("Views of governors on the new timetable"),
    asking("How would you improve the condition of your building?"),
    asking("Number of music lessons"),
    asking("Mock exam grades"),
    asking("Which pay grade is your clerk on?"),
    asking("Fire drills held this year"),
    asking("Predicted number of exclusions next year"),
    asking("Names of pupils who had school meals served"),  # held by school, not by pupil
    (asking("Income and expenditure by heading"), ACADEMIES),
    prose("The condition survey is finished. Thank you for your help."),
    prose("Do not send us the names of your governors."),
    {"kind": "communication", "body": "Governor vacancies are advertised on our pages."},
]
SILENT += [
    prose("Please tell us how many places your school, or somebody on site, offers before school."),
    prose("Please send plans through the secure site, never by ordinary e-mail."),
    prose("Please answer, attach your dashboard, and let the chair of governors declare."),
    prose("Send us the review and we will consult the schools that are named."),
    asking("Answers to forty questions on policy, training and records"),
    asking("Declaration of the chair of governors"),
    asking("Places on the trip"),
    asking("Rooms whose use has changed"),
]
FIRES += [asking("Roof"), prose("How do your pupils travel to school?")]
