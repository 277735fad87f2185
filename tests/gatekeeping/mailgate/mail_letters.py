"""Letters of one officer to schools, each with the same letter in other words.

What is made of them is in ``mail_pairs``. Half of the letters were looked at while the likeness was
tuned (``TUNED``), the other half once, at the end.
"""

from typing import NamedTuple


class Letter(NamedTuple):
    subject: str
    text: str
    """Paragraphs, without greeting and signature."""
    again_subject: str
    again: str
    """The same, other words in every sentence."""


LETTERS = {
    "meals": Letter(
        "Free school meals: autumn numbers",
        """We are collecting the number of pupils who are eligible for free school meals so that \
the catering contract can be set for next year.

Please complete the attached form with the number of pupils in each year group who are eligible, \
and of those who take a meal on most days.

The kitchens need to know by 4 December so that staff can be hired. If your school has its own \
kitchen, please tell us about the ovens as well.""",
        "Autumn count of free lunches",
        """We're gathering how many children are entitled to free dinners in order to fix the \
catering agreement for the coming year.

Kindly fill in the enclosed sheet with how many children in every year are entitled, and how many \
have a lunch on most days.

Kitchens want to hear no later than 11 December so they can recruit employees. Should your academy \
run its own kitchen, let us know about the cookers too.""",
    ),
    "laptops": Letter(
        "Laptops and tablets: what do you have?",
        """To plan next year's broadband upgrade we need a count of the laptops and tablets that \
pupils use in each school.

Please return the spreadsheet with the number of devices, their age and whether they can use \
Windows 11. Devices that staff take home should be listed apart.

We will use the answers to bid for funding from the department in the spring.""",
        "Audit of computers",
        """In order to prepare the internet upgrade in the coming year, a tally is required of \
computers and tablets used by children in every academy.

Kindly send back the sheet stating how many machines you hold, how old they are, and if they are \
able to run Windows 11. Machines taken home by employees ought to be shown separately.

Your replies will support our bid for a grant from the DfE next spring.""",
    ),
    "attendance": Letter(
        "Persistent absence: support visits",
        """Persistent absence has risen across the county since the summer. The attendance team is \
offering each school a support visit before Easter.

Please let us know which pupils miss more than one session in ten, and what you have tried so far, \
including letters home, meetings and penalty notices.

A family worker can then be matched with the families who need most help.""",
        "Help with pupils who are often away",
        """Since summer, severe absenteeism has grown throughout the county. Our attendance \
colleagues can come to every school before Easter to help.

Could you tell us which children miss over a tenth of sessions, and the steps already taken, such \
as letters home, meetings and fines or penalty notices.

We would then pair households in greatest need with a family worker.""",
    ),
    "asbestos": Letter(
        "Asbestos registers: yearly confirmation",
        """The Health and Safety Executive has asked us to show that each maintained school keeps \
its asbestos register up to date.

Please confirm that the register was reviewed this year, who the dutyholder is, and whether any \
material was disturbed during building work in the summer holiday.

Where no review took place, a surveyor can visit in January at no charge.""",
        "Confirming your asbestos register for the year",
        """We must demonstrate to the Health & Safety Executive that all maintained schools update \
their asbestos registers.

Kindly verify that your register has been checked this year, tell us the name of the dutyholder, \
and say if building works over the summer break disturbed any material.

If it has not been reviewed, we are able to send a surveyor in January free of charge.""",
    ),
    "swimming": Letter(
        "School swimming: pool time for spring",
        """The leisure trust is setting its pool timetable for spring and needs to know how many \
classes will swim.

Please send us the year groups, the number of pupils in each class and the days that suit you. \
Schools that share a coach should say with whom.

Pools at Lytham and Colne are closed for repairs until March, so places are fewer than usual.""",
        "Booking pools for swimming lessons",
        """Our leisure trust is about to fix the spring timetable of its pools, and wants the \
number of classes that are going to swim.

Kindly tell us which year groups, how many children there are in every class, and which days you \
prefer. If you share a coach with another school, let us know which.

As the pools in Lytham and Colne stay shut for repair until March there are not as many places.""",
    ),
    "safeguarding": Letter(
        "Safeguarding audit under section 11",
        """The safeguarding partners ask every setting to complete the yearly self-assessment of \
its safeguarding arrangements.

The form has sixty questions on safer recruitment, training of designated leads, online safety and \
how allegations against staff are handled. Please attach your child protection policy.

Governors should approve the answers before they are returned.""",
        "Annual self-evaluation of safeguarding",
        """On behalf of the safeguarding partners we request that each establishment fills in the \
annual self-evaluation of how it safeguards children.

It contains 60 questions about safer recruiting, designated lead training, online safety and the \
handling of allegations about employees. Kindly enclose the policy on child protection.

Before you send it back, the governing board ought to agree the responses.""",
    ),
    "energy": Letter(
        "Electricity and gas: meter readings",
        """Our energy contract ends in March. The supplier asks for meter readings of electricity \
and gas from every building on the contract.

Please read each meter on the last day of November and enter the figures with the meter's serial \
number and a photograph.

Sites without a smart meter that give no reading will be billed by estimate.""",
        "Reading your gas and electricity meters",
        """The contract for energy is due to end in March. Readings of the gas and electricity \
meters in all buildings under contract are wanted by the supplier.

On the final day of November kindly read every meter, then put in the figures, the serial number \
of the meter and a photo.

Any site that lacks a smart meter and sends no reading is going to get an estimated bill.""",
    ),
    "transport": Letter(
        "School buses: pupils who travel next year",
        """Bus routes for September are being drawn up, and operators tender for them in February.

Please list the pupils by postcode who are likely to need a seat, with the session times of your \
school and any wheelchair passengers.

Routes with fewer than eight passengers may be replaced by taxis.""",
        "Planning bus routes from September",
        """We are drawing up the September bus routes, for which operators will tender in February.

Kindly give us a list by postcode of children who will probably need seats, together with your \
session times, and any passengers who use a wheelchair.

Where a route has under eight passengers, taxis could replace it.""",
    ),
    "governors": Letter(
        "Governing boards: vacancies and skills",
        """Governor services is running a campaign to recruit volunteers from local businesses.

Please send us the number of vacancies on your governing board, the skills that you lack, such as \
finance or law, and the end of each governor's term of office.

Volunteers will be matched with boards close to where they live.""",
        "Recruiting volunteers for governing boards",
        """A campaign to find volunteers at local firms is being run by Governor Services.

Kindly let us have how many vacant places there are on the governing board, which skills are \
missing, for instance law or finance, and when the term of office of every governor ends.

We shall then match volunteers with boards near their homes.""",
    ),
    "sen": Letter(
        "SEN top-up funding: provision maps",
        """Top-up funding for pupils with education, health and care plans is being moderated \
before the next payment.

Please upload a costed provision map for each pupil with a plan, showing teaching assistant hours, \
therapies and equipment.

Plans without a map by the deadline will be paid at the lowest band until one is received.""",
        "Moderating top-ups for pupils with EHC plans",
        """Before the next payment we are moderating the top-up money for children who have an EHC \
plan.

Kindly upload costed provision maps for every child with a plan, in which hours of teaching \
assistants, therapy and equipment are set out.

If we hold no map at the closing date, the plan is going to be paid at the lowest band until it \
arrives.""",
    ),
    "music": Letter(
        "Music festival: choirs and bands",
        """The county music service invites choirs and bands to its summer festival at the Winter \
Gardens.

Please tell us the size of your choir or band, what it would like to perform, and whether you need \
a piano or microphones.

There is no charge, and coaches are paid for by the music hub.""",
        "Summer festival for bands and choirs",
        """Bands and choirs are invited by the county's music service to take part in the festival \
at the Winter Gardens in summer.

Let us know how large the band or choir is, which pieces you wish to perform, and if microphones \
or a piano are needed.

It costs nothing, and the music hub pays for coaches.""",
    ),
    "road": Letter(
        "Road safety week: crossing patrols and bikeability",
        """Road safety officers are planning bikeability courses and crossing patrols for the next \
school year.

Please say how many children in year 5 and year 6 want cycle training, which roads near the gate \
worry parents, and when your day begins and ends.

A hazard map of every school gate will be published in May.""",
        "Cycle training and school crossing patrols",
        """For the coming school year our road safety officers prepare crossing patrols and \
Bikeability training.

Could you state the number of Y5 and Y6 pupils who would like to learn cycling, what streets close \
to the gate concern mums and dads, and the times at which school starts and finishes.

In May we publish a map of hazards at each school gate.""",
    ),
}

TUNED = ("meals", "laptops", "attendance", "asbestos", "swimming", "safeguarding")
