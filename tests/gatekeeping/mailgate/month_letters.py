"""A month of letters of a council's five teams, none like another, and ten that were split in two.

All invented. The likeness was not tuned on them.
"""

from typing import NamedTuple


class Sent(NamedTuple):
    team: str
    subject: str
    text: str


TEMPLATE = """Wolds Council | Children and Families
Service Centre, Market Square, Thornby | www.wolds.example

{text}

Kind regards

{who}
{team}, Children and Families Directorate, Wolds Council
Tel 01632 960 123 | Our values: open, fair, local
"""
DISCLAIMER = """
Wolds is a great place to live, work and learn, and we want to keep it so. Follow us on the usual \
channels, and sign up to our weekly bulletin to hear about events, jobs and roadworks nearby. \
Apply for school places online, report potholes, renew library books and pay your bill at any time.

Could you foster? Ring our friendly fostering team for a chat about
helping children who cannot live at home now. You need no experience, and
you may be single, married, renting or retired. We pay a weekly allowance.

This e-mail and any files transmitted with it are confidential and intended solely for the use of \
the individual or entity to whom they are addressed. If you have received this e-mail in error \
please notify the sender and delete it from your system. Any views expressed in this message are \
those of the individual sender and not necessarily those of Wolds Council. Unauthorised \
disclosure, copying or distribution of the contents is strictly prohibited.

Wolds Council accepts no liability for any damage caused by any virus transmitted by this e-mail. \
E-mails sent to and from this organisation may be monitored and recorded to make sure that our \
systems are used lawfully. All e-mails are subject to the Freedom of Information Act 2000 and the \
Data Protection Act 2018 and may be disclosed to third parties.

How we use personal information is explained in the council's privacy notice, which you find on \
our website under privacy policy. Registered office: Service Centre, Market Square, Thornby. \
Please consider the environment before printing this e-mail.
"""
SEND, WORKS, HEALTH = "SEND Service", "Property and Places", "Healthy Schools"
FINANCE, LEARNING = "Schools Finance", "School Improvement"
MONTH = [
    Sent(SEND, "SENCO network, Thursday 14 May", """Dear SENCOs

The next network meeting is on Thursday 14 May from 1.30 to 3.30 pm at the Cornmill Centre. Dr \
Hale will speak about selective mutism, and there is time to bring a puzzle of your own. Tea is \
provided; parking is behind the library. No need to book, but let Bev know if you use a \
wheelchair so that we can have the ramp out."""),
    Sent(SEND, "Annual reviews that are due before the summer", """Dear colleagues

Please find below how annual reviews work between now and July. Reviews for children who change \
phase must be held by 12 June, so that amended plans can be finalised in time. The paperwork \
reaches us within ten school days of the meeting, with the parents' and the child's views. Late \
paperwork leaves families waiting, so ask your plan coordinator early if a therapist's report is \
missing."""),
    Sent(SEND, "Top-up banding: what moves on 1 September", """Dear headteacher

From 1 September the five bands of top-up funding become seven. Nobody loses money in the first \
year: existing allocations are carried over with a protected amount. The descriptors for bands C \
and D have changed most, chiefly for sensory needs. A table with the new values is attached, and \
there are two drop-in surgeries on Teams where Marek goes through your list with you."""),
    Sent(SEND, "Sensory room equipment looking for a home", """Hello all

Ashgrove Centre is closing and has two bubble tubes, a ball pool, a projector and six weighted \
blankets to give away. First come, first served; you collect. Photographs are on the intranet. \
The fibre-optic curtain is promised already."""),
    Sent(SEND, "Educational psychologists: time left this year", """Dear all

You each bought six days of psychologist time. Several of you have more than two left, and our \
diaries for July fill fast. Ring Petra to put visits in. Days cannot be carried into the autumn. \
If you would rather swap a day for a staff workshop on emotionally based school avoidance we can \
do that as well."""),
    Sent(SEND, "Change of speech therapist in the eastern cluster", """Dear colleagues

Anouk leaves us at the end of the month. From 1 June Joss Fenwick is the speech and language \
therapist for the eastern cluster. Open referrals pass to him, and he will introduce himself by \
telephone. The helpline on Tuesday afternoons goes on as before."""),
    Sent(WORKS, "Legionella: flushing over half term", """Dear site managers

Taps and showers that stand unused for a week must be run for five minutes before pupils return. \
Write the outlet, the temperature and your initials in the water log book. The contractor samples \
ten sites in June. If the temperature at a calorifier falls below 60 degrees, ring the helpdesk at \
once and take the outlet out of use."""),
    Sent(WORKS, "Window replacement: scaffolding from Monday", """Dear headteachers

Scaffolding goes up on the south elevation from Monday and stays for six weeks. Deliveries are \
kept away from drop-off and pick-up. The noisiest work is done before eight. Please tell parents \
that the side gate is shut, and move bicycles to the front. Our clerk of works, Ged, looks in \
daily."""),
    Sent(WORKS, "Condition survey visits", """Good morning

Surveyors from Harlow Brandt visit between 8 and 26 June to look at roofs, boilers and wiring. \
They carry identification and are DBS checked. They need keys for plant rooms and the asbestos \
register. A visit takes half a day in a primary. The report comes to you in September and feeds \
the five-year maintenance plan."""),
    Sent(WORKS, "Grass pitches after the drought", """Dear all

After nine dry weeks the pitches are hard and cracked. The grounds team will spike and reseed the \
worst of them in August. Until then please keep football off goalmouths that are roped off, and do \
not water: there is a hosepipe ban. Rounders and athletics are fine."""),
    Sent(WORKS, "Solar panels: who would like to be next", """Dear colleagues

Eleven roofs now carry solar panels, and together they made 212 megawatt hours last year. There is \
money for four more. A roof should face south or west, be under fifteen years old and free of \
asbestos cement. Send me an e-mail with the words sun please and I will look your building up; \
there is no form."""),
    Sent(WORKS, "Fire alarm receiving centre has a new number", """To premises staff

On 1 June the alarm receiving centre moves. When you test the panel, ring 01632 960 777 before and \
after, and quote the site code on the sticker inside the door. The old line is switched off at \
noon on that day. Engineers will change stickers on their next service visit."""),
    Sent(HEALTH, "Flu spray: autumn session dates", """Dear school office

The immunisation team comes between 5 October and 11 December. Your date is in the attached list. \
We need a hall or a large classroom with a sink, two tables and chairs. Consent is given online by \
parents; links come in September. If your date falls on a trip, tell the booking line by 19 \
June."""),
    Sent(HEALTH, "Heatwave advice", """Dear headteacher

The Met Office expects 33 degrees on Wednesday and Thursday. Keep blinds down, open windows early, \
and shift PE to the first lesson. Children may leave off ties and blazers. Watch pupils with \
asthma and those who take medicine for epilepsy. Water bottles may stand on desks. Signs of heat \
exhaustion are on the poster."""),
    Sent(HEALTH, "Head lice, again", """Hello

We have had calls about head lice from parents in the valley. There is no need to send children \
home. Wet combing twice a week with conditioner works; chemical treatment only where live lice \
are found. A leaflet for book bags is at the school nurse's page in six languages."""),
    Sent(HEALTH, "Bikeability places for year 6", """Dear colleagues

We hold 240 level 2 places between June and October half term. Instructors bring cones and spare \
helmets; bicycles are the children's own, though we lend twelve. A course takes four mornings for \
twelve riders. Places go to the schools that had none last year first. Ask Tunde for a week that \
suits you."""),
    Sent(HEALTH, "Mental health first aid: two places have come free", """Hi everyone

Two people dropped out of the two-day course on 3 and 4 June at Riverside. It is free to schools, \
lunch included. It suits pastoral leads and teaching assistants. The next one runs in November, so \
grab them if you can. A reply by return secures a place."""),
    Sent(HEALTH, "Water safety week", """Dear all

Last summer three teenagers were pulled from the quarry. In water safety week the fire service \
offers assemblies with a throw line and a thermal camera. They last twenty-five minutes. Key \
messages: float to live, call 999, never jump in. A film of four minutes can be shown in tutor \
time instead."""),
    Sent(FINANCE, "Closing the accounts: dates for bursars", """Dear business managers

Orders for this year must be goods-receipted by 24 March. Petty cash is reimbursed and counted on \
the 31st, with the certificate signed by two people. Accruals above 500 pounds go on the template \
with evidence. The ledger is locked at five on 3 April. After that corrections need a journal from \
the accountant."""),
    Sent(FINANCE, "Pay award: back pay in the June run", """Dear headteachers and bursars

The support staff award of 3.2 per cent was agreed on Tuesday. Payroll pays it in June with \
arrears from April. Leavers since April get theirs without asking. Term-time-only factors were \
worked out again. Budget lines will be raised by the contingency that you set aside in March, so \
no virement is needed."""),
    Sent(FINANCE, "Supply insurance scheme: renewal", """Dear colleagues

The absence insurance pool is renewed on 1 September. Premiums rise by four per cent because \
claims for long illness did. You may choose a waiting time of three, five or ten days. Cover for \
maternity stays as it is. Those who do nothing are renewed on the present terms; those who want to \
leave say so by 30 June."""),
    Sent(FINANCE, "Purchase cards are changing bank", """Dear card holders

New cards from Northern Mutual come by courier in the week of 8 June. Keep using the old one until \
the 19th, then cut it through the chip. Set the PIN at a cash machine. Subscriptions that are paid \
by card have to be given the new number: television licence, domain names, museum memberships. \
Limits stay."""),
    Sent(FINANCE, "Catering debts: a kinder letter", """Dear all

We tried another wording for dinner money debts in eight schools, and twice as many parents paid \
or rang. It says first where to get help, and only then what is owed. You may use it from today; \
it is in the letters folder. Debts above 60 pounds still come to the income team, never to \
bailiffs."""),
    Sent(FINANCE, "Energy prices from October", """Dear headteachers

The council bought gas and electricity for the year from October: gas falls by 11 per cent, \
electricity by 6. Your bill is shown in the forecast that goes up tomorrow. Standing charges rise. \
Smart meters now cover all but nine sites; those get estimated bills until the fitter has been."""),
    Sent(LEARNING, "Phonics screening: monitoring visits", """Dear headteacher

A tenth of schools gets a visit in screening week without more than a morning's notice. The \
visitor looks at where materials are kept, watches two checks and speaks with the year 1 teacher. \
Packs stay sealed until Monday. Children who are absent may be checked until the following Friday. \
Scores are uploaded in one go."""),
    Sent(LEARNING, "Oracy project: the film is out", """Dear friends

Six schools took part, and the film of fourteen minutes is now on our channel. You see year 4 \
disagree politely about wolves, which is worth the time alone. Teachers say what they would do \
differently. We look for six more schools for the coming year; supply cover is paid."""),
    Sent(LEARNING, "Moderation of writing at the end of key stage 2", """Dear colleagues

Moderators come between 4 and 25 June. You will be rung on 15 May if you are among the quarter. \
Have the books of all year 6 pupils at hand, with a list of judgements. The moderator chooses \
fifteen per cent. Independent work only: no model that was copied. Appeals within two days."""),
    Sent(LEARNING, "Early career teachers: last check of the induction records", """Dear mentors

Final assessments for the summer term close on 10 July. Two observations and the mentor's summary \
must be in the induction record before the head signs. Part-timers finish later; Wanda has worked \
the dates out. If standards are not being met tell us now and not in July, so that there is a \
support plan."""),
    Sent(LEARNING, "Governors' conference", """Dear chairs and clerks

The conference is on Saturday 20 June in the Guildhall. Baroness Quill opens; workshops are about \
complaints, headteachers' pay and reading a balance sheet. Two places a board, free. Lunch is \
vegetarian. The minibus leaves Thornby at eight."""),
    Sent(LEARNING, "Music: instruments to hand back", """Dear music leads

Whole-class ukuleles, cornets and djembes come back to the store between 6 and 10 July. Check \
strings and valves, and put a label on whatever is broken: nobody is charged for fair wear. \
Children who carry on may hire theirs for ten pounds a term. The concert of massed bands is on 2 \
July in the park."""),
]  # fmt: skip
"""Sent within thirty days, each to some of the same schools."""


class Split(NamedTuple):
    how: str
    one: Sent
    other: Sent


def _again(how: str, subject: str, text: str, *, other_subject: str, other: str) -> Split:
    return Split(how, Sent("", subject, text), Sent("", other_subject, other))


SPLITS = [
    _again("another person's words", "Staff absence return", """Dear headteacher

We are putting together figures on staff absence for the scrutiny committee. Could you let us have \
by 12 June, for teachers and for support staff, how many days were lost to illness in the autumn \
and the spring term, what the three commonest causes were, and what you spent on supply cover? A \
rough figure will do where you keep none. Send it to the workforce mailbox.""",
        other_subject="Information about sickness of your staff", other="""Hello

Members of the scrutiny committee asked us about absence of school staff. Please send the \
workforce mailbox, no later than Friday 12 June: the number of days that teachers and support \
staff were off sick (autumn and spring), the main three reasons, and the cost of supply cover. \
Estimates are welcome where nothing is recorded."""),
    _again("prose against bullets", "Free breakfast clubs", """Dear colleagues

For a bid to the charity we need to know about breakfast clubs. Tell us whether your school runs \
one, on which days it opens and from when, how many children come on an ordinary morning, what \
parents pay, who staffs it and whether food is donated. Answers by 5 June please.""",
        other_subject="Breakfast clubs - quick questions", other="""Dear all

The charity's bid needs this about your breakfast club by 5 June:

- Do you run one?
- Days and opening time
- Number of children on an ordinary morning
- What parents pay
- Who staffs it
- Is food donated?"""),
    _again("another order", "Travel plans", """Dear headteacher

Every school's travel plan is out of date in some way. We would like you to count on one morning \
how many pupils walk, cycle, scoot, come by bus or are driven. Then look at the map and mark where \
parents park. Lastly tell us which crossing worries you. The counts help us to argue for money \
for pavements.""",
        other_subject="Travel plans", other="""Dear headteacher

Which crossing worries you? Please tell us. Please also mark on the map where parents park. And on \
one morning, would you count the pupils who are driven, who come by bus, scoot, cycle or walk? \
With the counts we can argue for money for pavements. As it is, every school's travel plan is out \
of date in some way."""),
    _again("each school named", "Laptop audit at Ashby Primary School", """Dear Mrs Dunn

We are auditing laptops that were issued in the pandemic. Could Ashby Primary School tell us how \
many it still holds, how many are broken, and how many were never returned by families? Serial \
numbers are not needed. Please answer on the form by 30 May.""",
        other_subject="Laptop audit at St Oswald's CE Academy", other="""Dear Mr Okafor

We are auditing laptops that were issued in the pandemic. Could St Oswald's CE Academy tell us how \
many it still holds, how many are broken, and how many were never returned by families? Serial \
numbers are not needed. Please answer on the form by 30 May."""),
    _again("a reminder that repeats it", "Safeguarding audit", """Dear designated leads

The section 175 audit is open. Work through the ten sections with your governor, upload training \
dates and your single central record check, and grade yourselves red, amber or green. It closes \
on 19 June.""",
        other_subject="Reminder: safeguarding audit", other="""Dear leads

Just a nudge: the section 175 audit closes on 19 June. It has ten sections to work through with \
your governor; training dates and the check of the single central record are uploaded, and you \
grade yourselves red, amber or green. Ring me if you are stuck."""),
    _again("passed on by a colleague", "Kitchen equipment", """Dear cook supervisors

Please list all ovens, mixers, freezers and dishwashers in your kitchen with make, age and whether \
they work. We replace the oldest in August. Send the list to catering by Monday 8 June.""",
        other_subject="FW: Kitchen equipment", other="""Hi, can you do this for me, Pat is off? x

-----Original Message-----
From: Pat Lowe
Sent: 1 June 2026 09:00
To: Kitchens
Subject: Kitchen equipment

Dear cook supervisors

Please list all ovens, mixers, freezers and dishwashers in your kitchen with make, age and whether \
they work. We replace the oldest in August. Send the list to catering by Monday 8 June."""),
    _again("with news put before it", "Parent survey", """Dear headteacher

We want to hear from parents about wraparound childcare. Please send the link below to every \
family on your roll this week, put the poster up at the gate, and tell us on Friday how many \
families you reached. The survey has twelve questions and takes four minutes.""",
        other_subject="News and a parent survey", other="""Dear headteacher

What a sunny week it has been! Congratulations to all who danced at the festival.

We want to hear from parents about wraparound childcare. Please send the link below to every \
family on your roll this week, put the poster up at the gate, and tell us on Friday how many \
families you reached. The survey has twelve questions and takes four minutes.

Have a lovely half term when it comes."""),
    _again("synonyms", "Vacancies for teachers", """Dear headteacher

Kindly inform us of every teaching vacancy you expect for September: subject, phase, hours and \
whether it is permanent. We shall advertise them together and pay for the advertisement. Return \
the form before 22 May.""",
        other_subject="Unfilled teaching posts", other="""Dear principal

Please tell us about each teaching post that you think will be unfilled in September: the subject, \
the phase, full or part time, and if it is permanent. They will be advertised jointly at our cost. \
Send back the form by 22 May."""),
    _again("half of it left out", "Attendance of pupils with a plan", """Dear colleague

Please send attendance of every pupil with a plan since September, session by session, with codes. \
Add the reasons for part-time timetables, when each began, when it is reviewed, and whether the \
parents signed. Add also which pupils had alternative provision, where, and how many hours. A \
spreadsheet by secure upload is best. We need it by the 9th.""",
        other_subject="Attendance of pupils with a plan", other="""Dear colleague

Please send attendance of every pupil with a plan since September, session by session, with codes. \
Add the reasons for part-time timetables, when each began, when it is reviewed, and whether the \
parents signed. A spreadsheet is best. We need it by the 9th."""),
    _again("a few words", "Minibuses", """Hi, how many minibuses do you own, how old are they and \
who insures them? By Friday please.""",
        other_subject="Minibus", other="""Hello, please tell me how many minibuses you own, their \
age and who insures them by Friday."""),
]  # fmt: skip
