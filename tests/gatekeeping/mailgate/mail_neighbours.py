"""Letters that are like another in form or field and are not the same, and some that are."""

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
