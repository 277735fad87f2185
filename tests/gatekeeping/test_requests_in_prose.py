"""What a request asks in prose: which sentences ask, which lines and cells, and which do not."""

import pytest

from gatekeeping.documents import SubmissionDocument
from gatekeeping.reading.plain import sentences
from gatekeeping.reading.requests import asked_sentences
from gatekeeping.requested import requested

pytestmark = pytest.mark.sqlite_only

ASK = """
Who chairs your governing body?
Which of your classrooms have no blinds?
What does a week of swimming cost you?
When was the hall floor last sanded?
Where are fire extinguishers kept?
Why do families choose packed lunches?
How do most of your staff get to work?
How many pianos have you got, and how old are they?
Does anyone on your staff speak Polish?
Do you let your hall?
Is there a lift in the main block?
Are all your gates locked during lessons?
Has the boiler been serviced since Easter?
Have any pupils moved abroad this term?
Can wheelchairs reach every floor?
Did your cook leave over the summer?
Whose payroll service do you buy?
Is your caretaker employed by you or by a firm?
For each year group, how many pupils have a reading age below eight?
3) How far is it to the nearest pool
How much paper did the school buy last year
Which languages are taught in year 8, and by whom?
And what happened to the old computers?
Finally, what is the name of your site supervisor?
List every trip abroad since September.
Name the member of staff in charge of the minibus.
Set out your lettings income by month.
State the number of pupils who left before Easter.
Give the surname of each lunchtime supervisor.
Record how many windows are broken.
Mark on the plan the doors that are alarmed.
Tick the sports that you offer.
Count the trees taller than the school.
Show lettings by evening and by weekend.
Provide last year's water bills.
Say whether the field drains well.
Indicate your preferred day for collection of waste.
Enter the mileage of each vehicle.
Fill in the table of visits below.
Attach a photograph of the entrance.
Describe how visitors sign in.
Break the total down by key stage.
Forward your timetable for year 9 to us by Friday.
Supply the serial number of each projector.
Let us have the dates of your inset days.
Identify any room that has no heating.
Highlight the weeks in which the kitchen was shut.
Estimate how many coats are lost in a year.
1. Calculate the hours of cover in the autumn term.
By 4 March, upload your list of keyholders.
If you have a pond, note its depth.
Please could somebody send over the alarm code sheet?
Your office manager should return the key register to us.
We need the make and model of every photocopier.
We would like to know which publishers you use for maths.
It would help us to know how many benches are outdoors.
I am after the dates of your last three open evenings.
We are looking for the number of pupils in the orchestra.
Our team is interested in how lunch queues are run.
I would be grateful for sight of your lettings policy.
It would also be helpful to know who runs your breakfast club.
We would also be grateful if you sent us the name of your travel lead.
Could we have a copy of your evacuation plan?
The name of your insurer is needed as well.
We are trying to find out how many halls have a stage.
This form asks about outdoor lighting.
Your reply should include the ages of all vehicles.
I am writing to ask how many pupils play chess.
What we lack is the number of bicycle stands.
Reply by Monday with the number of chairs in the hall.
Wanted: the opening times of your site.
We should welcome details of any damage by storms.
"""
DO_NOT = """
Last year 40 schools told us how many coats were lost.
We hold the names of all keyholders already.
The policy explains how attendance is recorded.
We do not need the names of pupils.
No further information is required.
Do not send dates of birth.
There is no need to list staff who have left.
Thank you for telling us about the broken windows.
Why are we asking?
Who should complete this form?
What will happen to your answers?
How long will it take?
What do I need to do?
Do we have to reply?
Did you know that one pupil in ten walks to school?
Any questions?
Need help?
Would you like free places on our first aid course?
Interested in hosting a trainee?
Tell parents about the new bus times.
Show pupils the video about road safety.
Remind staff that the lift is out of use.
Give your governors a copy at their next meeting.
Copy this letter to your designated teacher.
Forward this message to the chair of governors.
Share it with your catering manager.
Display the poster where visitors sign in.
Note that the deadline has moved to 4 March.
Report on winter deaths: a summary.
List of contents
Record numbers of pupils applied this year.
We want every child to have a safe route to school.
We want better attendance in the county.
We need to plan places for the coming years.
We would like to thank all schools that took part.
The answers will show us how many schools have a hall.
Your figures will be kept for two years.
We will publish the number of lettings in May.
Attendance has fallen since 2019.
In 2024 the average class had 27 pupils.
The council must set its budget by February.
Councillors asked in June how many schools had lifts.
Parents often ask us which schools have a breakfast club.
The survey last year found that most roofs are sound.
Free school meals were extended to all infants in 2014.
This matters because damp rooms make children ill.
If you have questions about the form, ring the team.
Ring 01772 000000 if you would like help.
The link opens on 3 February.
Kind regards, the Property Team
You may remember our letter about boilers.
Nobody outside the team will see the names of staff.
Schools with a pool were asked in the spring.
Data on suspensions came from the census.
Our auditors recommended that we check alarms.
When you have finished, press Send.
Where possible we use what the census says.
How we use what you tell us
Which is why we are writing now.
Have a good half-term holiday.
Pupils who are looked after have priority.
The fire service visits each school once a year.
Teachers' pensions are dealt with by another team.
Should you need more time, let us know.
Training on fire doors is offered in June.
"""


def asks(text):
    """Tell whether any sentence of the text is read as an ask."""
    return bool(asked_sentences(text))


@pytest.mark.parametrize("sentence", ASK.strip().splitlines())
def test_it_asks_alone_and_in_a_letter_and_whatever_follows(sentence):
    assert asks(sentence)
    letter = f"Dear colleague\n\n{sentence}\n\nWe shall share the results in May.\n\nKind regards"
    assert [sentences(letter)[place].text for place in asked_sentences(letter)] == [sentence]
    assert asks(f"{sentence} Replies by noon on Friday.")
    assert asks(sentence.upper())


@pytest.mark.parametrize("sentence", DO_NOT.strip().splitlines())
def test_it_does_not_ask(sentence):
    assert not asks(sentence)
    assert not asks(f"Dear colleague\n\n{sentence}\n\nKind regards")


def asked_of(body, **document):
    """Return the words of what a request with this text is read to ask."""
    read = SubmissionDocument.read({"kind": "data_request", "body": body, **document})
    return [" ".join(one.span.text.split()) for one in requested(read)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        # a list below an ask, a heading, a greeting, or nothing at all
        (
            "Please send us this by Friday.\n- number of kites\n- age of the oldest",
            ["Please send us this by Friday.", "- number of kites", "- age of the oldest"],
        ),
        ("Information required:\na) kites\nb) drums", ["a) kites", "b) drums"]),
        (
            "Dear head,\n1. kites you own\n2. drums you own",
            ["1. kites you own", "2. drums you own"],
        ),
        (
            "1. Number of kites\n2. What you do with them",
            ["1. Number of kites", "2. What you do with them"],
        ),
        ("Our museum plans a show.\nNumber of kites per class", ["Number of kites per class"]),
        # a list below what does not ask
        ("This will help us to:\n- identify pupils with kites\n- name the best", []),
        ("We already hold:\n- number of kites\n- list of drums", []),
        ("Schools told us last year:\n- kites are old\n- drums are loud", []),
        ("The number of kites is falling.\nThe list of drums was long.", []),
        # two questions of one sentence, and one question with two halves
        (
            "How many kites do you own, and who looks after your drums?",
            ["How many kites do you own", "who looks after your drums?"],
        ),
        ("How many kites and how many drums?", ["How many kites and how many drums?"]),
        # tables: what is left to fill in
        (
            "Year\tKites\tDrums\nR\t\t\n1\t\t\n",
            ["Kites", "Drums"],
        ),
        ("School name | Kites | Drums | Flutes\n---|---|---|---\n", ["Kites", "Drums", "Flutes"]),
        ("Year\tKites\tDrums\n2024\t12\t3\n2025\t14\t5", []),
        ("Number of kites |  |\nAge of drums |  |", ["Number of kites", "Age of drums"]),
        (
            "Question\tYour answer\nNumber of kites\t\nWho owns them\t",
            ["Number of kites", "Who owns them"],
        ),
        # lines with room behind them
        ("Kite club: yes / no\nOldest drum: ____", ["Kite club: yes / no", "Oldest drum: ____"]),
        ("Q1 Number of kites\nQ2 Age of drums", ["Q1 Number of kites", "Q2 Age of drums"]),
        ("Data needed by 5 March - kites, drums.", ["Data needed by 5 March - kites, drums."]),
        ("For our book: kites and drums, please.", ["For our book: kites and drums, please."]),
        (
            "Could colleagues in the office dig out the age of your kites?",
            ["Could colleagues in the office dig out the age of your kites?"],
        ),
        # Welsh
        (
            "Annwyl bennaeth, faint o ddisgyblion sydd gan yr ysgol? Diolch yn fawr.",
            ["Annwyl bennaeth, faint o ddisgyblion sydd gan yr ysgol?"],
        ),
        ("Mae ein tîm yn ysgrifennu at bob ysgol yn y sir.", []),
        # questions that the text answers itself
        ("What is a kite? A kite is a toy on a string.", []),
        ("Are replies needed? Yes, from all schools.", []),
        ("How many schools own drums? Only forty do.", []),
        ("How many drums do you own? Drums on loan count too.", ["How many drums do you own?"]),
        ("Do you own drums? Yes or no is enough.", ["Do you own drums?"]),
        (
            "We hold the number of kites. Please tell us what they cost.",
            ["Please tell us what they cost."],
        ),
        ("", []),
    ],
)
def test_what_a_request_asks_is_found_in_lists_tables_and_sentences(body, expected):
    assert asked_of(body) == expected


@pytest.mark.parametrize("kind", ["data_request", "communication"])
def test_what_is_asked_points_into_the_text(kind):
    body = "Dear\u00a0head,\n\n" + ASK + "\n\n" + DO_NOT + "Year | Kites | Drums\n1 | |\n"
    read = SubmissionDocument.read({"kind": kind, "body": body})
    found = requested(read)
    assert found
    for one in found:
        assert body[one.span.start : one.span.end] == one.span.text


def test_a_letter_that_only_informs_commands_nothing_back():
    body = "Record every visit in the log.\nName a lead for kites.\nWhich kites fly best?"
    assert not requested(SubmissionDocument.read({"body": body}))
    assert asked_of(body)


def test_null_is_read_as_not_given():
    read = SubmissionDocument.read(
        {"title": None, "body": None, "items": [{"name": "Kites", "code": None}], "audience": None}
    )
    assert read == SubmissionDocument.read({"items": [{"name": "Kites"}]})
