"""Whether a letter that is marked as information asks for something to come back."""

import pytest

from gatekeeping.reading.asks import asks

pytestmark = pytest.mark.sqlite_only

ASK = """
Which day suits you best for a visit?
Could you let us know who will attend?
Please name a contact for the project.
Please list the clubs that you run.
Please note down how many bins you have and send us the total.
We need to hear from you which of the two dates you prefer.
Set out your plans and send them to us by Friday.
How many of your staff will come?
Do you have a minibus?
We would like to know how you use the hall.
We would be grateful for your school's term dates.
Can you confirm that your alarm works?
Tell us what you think.
Kindly provide the number of pupils in each class.
Every school should send us its evacuation plan.
Is your site manager trained in the use of ladders?
What is the name of your chair of governors?
We are looking for the names of two pupils from each school.
It would help us to have your catering figures.
Please attach your latest newsletter when you reply.
Please give details of your swimming lessons.
Complete the short poll below.
I should be glad to have your comments by Monday.
Please record the number of visitors in the grid and return it.
Who is your first aider?
Please describe how you teach music.
Please indicate your preference.
Please tick one: yes / no
"""
DO_NOT = """
Please put the menus up.
Please record every accident in the book.
Please list allergies on the board in the kitchen.
Please give parents the letter.
Copy this letter to your SENCO.
Which pupils qualify? All those in year 3.
How do I apply? Use the link.
What is a young carer? A young carer is a child who looks after someone.
Please note that the office is closed.
Ask pupils what they think of the film.
If you would like a place, e-mail us.
Name a lead and train them by May.
Describe the poem to pupils.
Do you want to save money? Join the scheme.
Have you seen our new website?
Please show the video in assembly.
Check that the doors are shut.
The survey showed how many schools recycle.
Schools should report concerns to the police.
Please confirm bookings with the provider.
Set out chairs for forty visitors.
Please share this with staff.
The answers will show us how many schools have a hall.
We will use what you tell us with care.
Give your governors a copy.
"""
LETTER = "Dear colleague\n\n{}\n\nKind regards\nThe team"


@pytest.mark.parametrize("sentence", ASK.strip().splitlines())
def test_a_letter_with_this_sentence_asks(sentence):
    assert asks(sentence)
    assert asks(LETTER.format(sentence))
    assert asks(f"{sentence}\n\nReplies by noon on Friday.")
    assert asks(f"{sentence}\n\nWe shall publish the results in May.")


@pytest.mark.parametrize("sentence", DO_NOT.strip().splitlines())
def test_a_letter_with_this_sentence_only_informs(sentence):
    assert not asks(sentence)
    assert not asks(LETTER.format(sentence))
