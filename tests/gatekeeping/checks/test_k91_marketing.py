import pytest

from gatekeeping.models import Severity
from tests.judging import findings


@pytest.mark.parametrize(
    "text",
    [
        "Book now for our new workshops: £95 per delegate.",
        "Early bird price until Friday.",
        "Buy back the HR service by 31 January to keep your price.",
        "Our SLA offer for 2027 is attached.",
        "The School Library Service costs £4.20 per pupil this year.",
        "Renew your subscription to Lancashire Music Service today.",
        "You must have an educational psychologist. Our gold package is £2,500 per year.",
        "Get 20% off our award-winning phonics app.",
        "Free trial of our software for all schools.",
        "We are pleased to offer schools our new package from £300 a year.",
        "Order now from our price list.",
        "Traded services brochure 2027",
        "Don't miss out: places are limited, book today.",
        "Purchase our safeguarding training at £45 per person.",
    ],
)
def test_offers_for_sale_are_found(text):
    (found,) = findings("K91", {"body": text})
    assert found.severity is Severity.CHALLENGE


@pytest.mark.parametrize(
    "text",
    [
        "The school library service is closed on Friday.",
        "Each school receives a grant of £500 per pupil.",
        "Book your free place on the SENCO network.",
        "Which services did you buy back last year?",
        "The price of a school meal will rise to £2.60 from April.",
        "Pupil premium is £1,480 per pupil.",
        "Please return the library books.",
        "Do you buy back payroll?",
        "Fines of £80 per parent apply from August.",
        "You do not need to buy anything.",
        "The Governor Support Service will be moving to a new office.",
        "The SLA with the cleaning contractor ends in March.",
        "Schools may be charged for missed visits.",
        "Please book a time for the fire inspection.",
        "There is no charge for this training. Book now.",
        "Our new platform opens on Monday.",
        "How much did you spend on supply? For example £500 per week.",
    ],
)
def test_names_of_services_and_other_money_are_let_be(text):
    assert findings("K91", {"body": text}) == []


def test_an_offer_that_speaks_of_duties_is_said_so():
    text = "You are required by law to have a licence. Book now: £95 per school."
    (found,) = findings("K91", {"body": text})
    assert found.detail["claims_duty"]
    assert "duties" in found.says
