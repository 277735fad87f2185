"""K12: schools give it already, in a census or from their systems."""

from gatekeeping.facts.school_types import OfTypes
from tests.gatekeeping.checks.asking import asking, prose

FIRES = [
    asking("Pupils eligible for free school meals"),
    asking("Free dinners: children entitled"),
    asking("Number on roll"),
    asking("NUMBER ON ROLL"),
    asking("Total number of children registered at your school"),
    asking("Class sizes"),
    asking("Home languages spoken by pupils", definition="Mother tongue of each pupil"),
    asking("Percentage attendance"),
    asking("Unauthorised absences"),
    asking("Teacher vacancies"),
    asking("Staff sickness days"),
    asking("Ethnicity, gender and date of birth of pupils"),
    asking("Question 7", code="N00177"),
    asking("Number on roll", as_at="2026-11-30"),
    asking("Number on roll", period="autumn term 2026"),
    asking("How many pupils get free school meals?"),
    asking("Percentage attendance last term"),
    asking("Punctuality figures"),
    prose("How many children are entitled to free dinners this term?"),
    prose("Please return the form with your number on roll and your class sizes by 15 January."),
]
SILENT = [
    asking("Number of pupils who will attend the dance festival"),
    asking("Weekly number on roll"),
    asking("Number on roll", definition="Changes since the October census only"),
    asking("Number on roll", frequency={"times": 1, "per": "week"}),
    asking("Predicted number on roll in September 2027"),
    asking("Headteacher's views on attendance codes"),
    asking("Ethnicity of parents"),
    asking("Pupils taking part in the reading challenge"),
    asking("Number of library books"),
    asking("Number of visitors last term"),
    prose("The Attendance Code of Practice obliges schools to send us this."),
    prose("We took the number on roll from the census. What would help you most?"),
    (asking("Number on roll"), {"types": OfTypes({"11": 5})}),
    {"kind": "communication", "body": "Class size matters. Number on roll has grown."},
]
FIRES += [
    asking("Number of children in receipt of free school meals"),
    asking("How many pupils speak English as an additional language"),
    asking("Free school meals take-up"),
]
