"""Letters of one officer to schools: each with the same letter in other words, and neighbours.

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

NEIGHBOURS = [
    # Like each other in form or field, and yet not the same: subject, text, subject, text.
    (
        "Schools bulletin No. 12",
        """In this issue: exam access arrangements, a new phonics offer, and the spring music day.

Exam access: forms for extra time are due at the boards by 4 March. Our educational psychologists \
have six slots left.

Phonics: the English hub pays for two days of training for reception teachers.

Diary: music day on 12 March at the Guild Hall; governors' conference on 19 March.

To leave this bulletin write to the schools' communications team.""",
        "Schools bulletin No. 13",
        """In this issue: flu vaccines, changes to the payroll portal, and winter gritting.

Flu: the nurses begin in Preston. Consent is given online this year.

Payroll: overtime claims move to the new system on 1 December; old forms are no longer taken.

Gritting: routes past schools are salted before seven when frost is forecast.

To leave this bulletin write to the schools' communications team.""",
    ),
    (
        "Monthly return: attendance form for October",
        """Please find attached the attendance form for October. Complete the form and return it \
to the data team by the end of the month. The form should be signed by the headteacher.

It asks for the number of sessions missed through illness, holiday and lateness in each year.""",
        "Monthly return: exclusions form for November",
        """Please find attached the exclusions form for November. Complete the form and return it \
to the data team by the end of the month. The form should be signed by the headteacher.

It asks for suspensions and permanent exclusions, the behaviour that led to them, and whether a \
social worker was told.""",
    ),
    (
        "Attendance training for office staff",
        """The attendance team runs half-day training on the new register codes for office staff. \
Places are free.

Sessions are held in Burnley, Lancaster and online. Book through the training portal.""",
        "Attendance: penalty notices from January",
        """The attendance team changes how penalty notices are issued from January. The national \
threshold is ten sessions in ten weeks.

Requests go through the web form with evidence of the warnings that parents were given.""",
    ),
    (
        "Free school meals over Christmas: vouchers",
        """Vouchers for families whose children receive free school meals will be sent by e-mail \
in the last week of term.

Families who have not received one by 20 December can ring the helpline. Schools need not act.""",
        "Kitchens: boiler checks",
        """Engineers will check boilers and gas pipes in school kitchens during half term.

Someone must let them in between eight and four. Please tell us who holds the keys of the kitchen \
and where the gas is turned off.""",
    ),
    (
        "Maths hub: secondary work groups",
        """The maths hub has places in its secondary mastery work group. Two teachers from each \
department meet six times and try lessons between the meetings.

Supply cover is paid.""",
        "English hub: early reading audit",
        """The English hub offers an early reading audit. A literacy specialist spends a day in \
reception and year 1 and reports on phonics.

Books to the value of £3,000 may follow.""",
    ),
    (
        "Nominate a lead for mental health",
        """Please give us the name and telephone number of your senior mental health lead. \
Training grants of £1,200 can be claimed once for each school.""",
        "Nominate a lead for looked-after children",
        """Please give us the name and telephone number of your designated teacher for \
looked-after children. The virtual school meets designated teachers on 3 February.""",
    ),
    (
        "Your budget forecast",
        """The three-year budget forecast is due on 30 May. Enter staffing, premises and income in \
the template and have it agreed by governors.

A licensed deficit needs a recovery plan.""",
        "Your asset register",
        """The inventory of assets over £500 must be checked once a year. Enter serial numbers, \
location and disposals in the template and have it agreed by governors.

Stolen items need a crime number.""",
    ),
    (
        "Consultation on admission numbers 2028",
        """We consult on the published admission numbers for 2028. Four schools would take fewer \
reception children because births have fallen.

Comments are read by the cabinet member in February.""",
        "Consultation on term dates 2028",
        """We consult on term dates for 2028. The October break could last two weeks, with a \
shorter summer.

Comments are read by the cabinet member in February.""",
    ),
]

REWORDED = [
    # The same letter twice, each time as somebody else would write it.
    (
        "Wellbeing survey",
        (
            "The council wants to understand how staff are coping with workload. Would every"
            " teacher in your school spend ten minutes on our online questionnaire before half"
            " term? The link is below and answers are anonymous. A report will be shared with"
            " heads in March."
        ),
        "How are teachers doing?",
        (
            "We'd like to learn how employees manage their workload. Could each teacher at your"
            " school take 10 minutes for an anonymous web survey by half term? You'll find the"
            " link beneath. Headteachers get a summary in March."
        ),
    ),
    (
        "Year 6 transition information",
        (
            "Secondary schools need information about the pupils who join them in September."
            " Please enter reading ages, attendance, special needs and friendship groups for each"
            " Year 6 pupil in the transfer sheet by 20 June."
        ),
        "Transfer to secondary: what we need",
        (
            "So that high schools can prepare for September's intake, kindly record the reading"
            " age, attendance, SEN and friends of every Year 6 child on the transition"
            " spreadsheet before 20 June."
        ),
    ),
    (
        "Unpaid lunch debt",
        (
            "How much do parents owe your school for lunches? Tell us the total debt at the end"
            " of term, the number of families and what you do to recover it, so that we can look"
            " for help from the hardship fund."
        ),
        "Dinner money arrears",
        (
            "We are seeking support from the hardship fund. Please let us know the amount of"
            " dinner money owed by families at term's end, how many families that is, and how you"
            " chase it."
        ),
    ),
    (
        "Defibrillators",
        (
            "Does your school have a defibrillator? Give the make, where it hangs, when the pads"
            " expire and who checks it each month. The ambulance service keeps a county map."
        ),
        "AED register",
        (
            "The ambulance service is updating its map. Please confirm whether there is a"
            " defibrillator on site, its manufacturer and location, the expiry date of its pads"
            " and the person responsible for monthly checks."
        ),
    ),
    (
        "Parking at school gates",
        (
            "Complaints about parking outside schools are rising. Name the streets where it is"
            " worst, the times, and whether you would have a school street closed to cars for an"
            " hour each morning."
        ),
        "Cars outside schools",
        (
            "More and more people complain of cars parked by school gates. On which roads is it"
            " bad and when? And would you like a School Street, with no cars for one hour in the"
            " morning?"
        ),
    ),
    (
        "Breakfast clubs",
        (
            "We map breakfast clubs. State how many children come, what it costs them, who runs"
            " the club and on which days it is open."
        ),
        "Mapping breakfast provision",
        (
            "As part of a map of breakfast clubs please state the days of opening, the charge to"
            " families, the number of children attending and the provider."
        ),
    ),
    (
        "Exclusion panel members",
        (
            "Independent review panels for exclusions lack members. Do any of your governors have"
            " five years' experience and a free day each month? Training is given and expenses"
            " are met."
        ),
        "Join a review panel",
        (
            "We need more people for the panels that review exclusions. If governors of yours"
            " have served for five years and can spare one day a month, we train them and cover"
            " expenses."
        ),
    ),
    (
        "Library loans",
        (
            "The schools library service lends topic boxes. Order by the 15th and they arrive in"
            " the first week of term. Tell us the topics and year groups for spring."
        ),
        "Order your topic boxes",
        (
            "Which topics and year groups will you teach in spring? Order boxes from the Schools"
            " Library Service before the 15th and have them delivered in week one."
        ),
    ),
]

SHORT_NEIGHBOURS = [
    # Short letters of one pattern on different matters: subject, text, subject, text.
    (
        "Attendance: penalty notices",
        (
            "Penalty notices change from January. The threshold is ten sessions in ten weeks and"
            " the fine is £160. Use the new web form."
        ),
        "Attendance: census codes",
        (
            "New attendance codes apply from January. Code K is for alternative provision. Your"
            " system supplier has the update."
        ),
    ),
    (
        "Staff survey",
        "Please ask all staff to answer the survey on workload.",
        "Parent survey",
        "Please ask all parents to answer the survey on school meals.",
    ),
    (
        "Governor training: safeguarding",
        (
            "A course for governors on safeguarding is on 3 March at 6pm at County Hall. Book"
            " online. £45."
        ),
        "Governor training: finance",
        (
            "A course for governors on finance is on 10 March at 6pm at County Hall. Book online."
            " £45."
        ),
    ),
    (
        "Boiler replacement grants",
        (
            "Grants for replacing oil boilers open on Monday. Apply with three quotes and an"
            " energy audit."
        ),
        "Solar panel grants",
        ("Grants for solar panels open on Monday. Apply with a roof survey and an energy audit."),
    ),
    (
        "Job: SENCO network lead",
        (
            "We are recruiting a SENCO network lead, two days a week. Apply by Friday with a"
            " letter from your head."
        ),
        "Job: maths adviser",
        (
            "We are recruiting a maths adviser, three days a week. Apply by Friday with a letter"
            " from your head."
        ),
    ),
    (
        "Flu vaccinations",
        (
            "Nurses visit your school on the date below. Send consent forms home and give us a"
            " room with a sink and two chairs."
        ),
        "Height and weight measurement",
        (
            "Nurses visit your school on the date below. Send opt-out letters home and give us a"
            " room with privacy and two chairs for reception and Year 6."
        ),
    ),
    (
        "SEN funding panel dates",
        (
            "The SEN funding panel meets on the second Tuesday of each month. Papers must reach"
            " us ten days before."
        ),
        "Fair access panel dates",
        (
            "The fair access panel meets on the first Thursday of each month. Referrals must"
            " reach us five days before."
        ),
    ),
    (
        "Supply of PPE",
        "Gloves and masks can be ordered from the stores catalogue. Delivery takes a week.",
        "Supply of grit",
        ("Road salt and shovels can be ordered from the stores catalogue. Delivery takes a week."),
    ),
]
