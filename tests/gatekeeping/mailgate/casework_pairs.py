"""One child's or employee's casework, and beside each a request to many under the same name.

Each pair has its subject and first lines; what it asks for as casework; and what it asks for of
schools in general, which must be held however it begins.
"""

PAIRS = [
    (
        "URGENT: missing child - Dana Example",
        (
            "Dear all,\n\nDana Example (DOB 04/05/2016) has not been seen since Monday, and the"
            " family has left its address. We write to every school in the county."
        ),
        (
            "Is Dana on your roll, or has anybody asked you for a place? If so please telephone"
            " the duty officer today. A nil reply is not needed."
        ),
        (
            "Please check your roll. While you are looking, please also tell us what arrangements"
            " you have for first-day calling and how you record the absence of travellers."
        ),
    ),
    (
        "Consultation: R. T., Year 6",
        (
            "Child: R. T.\nDate of birth: 3 March 2016\n\nA plan was drafted for this pupil, and"
            " we must consult you. The reports are attached."
        ),
        (
            "Please tell us within 15 days whether your school can meet need, and if not, why"
            " not. Please set out what you would put in place and what it would cost."
        ),
        (
            "It shows the kind of needs that we must place this year. Please tell us what"
            " specialist places your school has to offer from September, and the name of your"
            " SENCO."
        ),
    ),
    (
        "Redeployment",
        (
            "Employee name: Chris Example\n\nChris is at risk of redundancy on 31 December and"
            " may be redeployed."
        ),
        (
            "Have you a post as a teaching assistant for which Chris could be considered? Please"
            " ring me before Friday, and keep this confidential."
        ),
        "Please send us your vacancies for the spring term and your staffing structure.",
    ),
    (
        "Fair access: J.T., Y10",
        "Re: J.T., Y10. This young person has been out of school since half term.",
        (
            "Do you have a vacancy in Year 10? The panel meets on Thursday; please come, or send"
            " your designated lead."
        ),
        (
            "For the panel please confirm the vacancies that you have in Years 7 to 11, and your"
            " published admission number."
        ),
    ),
    (
        "Permanent exclusion",
        (
            "Student name: Kim Example\n\nKim was excluded on Friday and the day-six provision"
            " begins on Monday."
        ),
        "Which of you can take Kim until Christmas? Please reply to me by noon tomorrow.",
        (
            "Governors have asked how this is handled elsewhere. Please send me your behaviour"
            " policy and the dates on which your governors looked at it this year."
        ),
    ),
    (
        "Penalty notice",
        "Pupil name: Lou Example\n\nThe court adjourned this case until 14 January.",
        (
            "Please send the attendance certificate from September on, and the letters that went"
            " home."
        ),
        (
            "The court doubted how absence is coded. Please go through your registers since"
            " September and return the sessions that were coded B, C or D by Friday."
        ),
    ),
    (
        "Section 47 enquiry",
        "This is about A.B., born 1 June 2012, who is known to children's social care.",
        (
            "Please share anything that you have recorded about A.B. or the family, and ring the"
            " social worker before you speak to the parents."
        ),
        (
            "After this enquiry the partnership wants to learn. Please tell us who your"
            " safeguarding lead is, when the lead was last trained, and how your school shares"
            " concerns."
        ),
    ),
    (
        "Virtual school: PEP",
        (
            "The personal education plan of this looked-after child (UPN H888123400017) was due"
            " on 5 December."
        ),
        (
            "Please send the plan with targets and progress before the meeting, and let me know"
            " whether Tuesday at ten suits you."
        ),
        (
            "To plan our calendar, please send us the dates of the meetings that you hold this"
            " year and say who attends them."
        ),
    ),
    (
        "Home to school transport",
        ("Child's name: Max Example\n\nThe taxi of this pupil waited for forty minutes on Monday."),
        (
            "The driver will ring the office from now on. Please tell the escort, and let me know"
            " if Max stays at home on Fridays."
        ),
        (
            "Please let us know by Friday the opening times of your gates, your inset days, and"
            " whom drivers should ring."
        ),
    ),
    (
        "School file of Sami Example",
        (
            "Sami Example, UPN A123456789012, moved here in October, and the school file was"
            " never found."
        ),
        (
            "Did your school receive it, or does it still hold it? Please look in your archive"
            " too and reply either way."
        ),
        (
            "So that this does not happen again, please tell us which system your school uses to"
            " send files, and whether you use recorded delivery."
        ),
    ),
    (
        "Re: M.K., Year 8",
        "M.K. (Year 8) has moved house, and we are looking for a school that was told.",
        (
            "Could your office let me know:\n1. whether M.K. is on your roll\n2. whether the"
            " family has applied to you\n3. the date of the first day, if there was one"
        ),
        (
            "Could your office let me know:\n1. whether you use the common application form for"
            " admissions\n2. when your office opens in the holidays\n3. who deals with new"
            " families"
        ),
    ),
    (
        "LADO: in confidence",
        "An allegation was made against a supply teacher.\nEmployee initials: T.S.\n",
        (
            "T.S. has worked at your school through an agency. Please tell me whether there were"
            " concerns, and do not speak to the agency yet."
        ),
        (
            "The checks were not complete. Please confirm that your single central record is up"
            " to date, and tell us when it was last looked at and by whom."
        ),
    ),
    (
        "Tribunal",
        "In the appeal of the parents of AB (born 1 June 2012) the hearing is on 3 December.",
        (
            "We need statements from the previous and the present school. Please send yours as a"
            " signed PDF."
        ),
        (
            "The judge asked what schools usually provide. Please describe your graduated"
            " approach, and the interventions that you offer with their prices."
        ),
    ),
    (
        "Medical needs",
        (
            "Pupil: Ash Example\nDate of birth: 02/02/2018\n\nAsh had a seizure at a swimming"
            " lesson and is in hospital."
        ),
        (
            "The hospital school asks for the care plan and the work of the last fortnight."
            " Please send both today."
        ),
        (
            "Please tell us which pools your school uses, what qualifications the lifeguards"
            " have, and send your risk assessments."
        ),
    ),
    (
        "CME check",
        (
            "Dana Example, born 4 May 2016, left her last school on 2 October. Her whereabouts"
            " are unknown."
        ),
        (
            "Please complete the attached form about Dana and return it to me. Nil returns are"
            " not needed."
        ),
        "Please complete the attached return of absences by Friday.",
    ),
    (
        "In-year admission",
        "An application was made for Robin Example, Year 3, who moves to Chorley next week.",
        "Can either school offer a place? Please say by when Robin could start.",
        (
            "The parents asked what is needed. Could your school send us its uniform list with"
            " the prices, and the charges for the breakfast club?"
        ),
    ),
    (
        "Attendance of J.T. (Y10)",
        "J.T. (Y10) has missed most of this term, and we are preparing the court papers.",
        ("Please send me the attendance of J.T. since September with the reasons that were given."),
        (
            "Please give us the figures for persistent absence in Year 10, so that J.T. can be"
            " seen beside the others."
        ),
    ),
    (
        "Ref: E.W., Year 2",
        "E.W., Year 2, has been referred for a place at the speech and language base.",
        (
            "Please let me have the therapist's report, and say whether E.W. has had the support"
            " that the report asks for."
        ),
        (
            "Please let me have a short note of the support that your school buys in for speech"
            " and language, who provides it, and what you spend on it in a year."
        ),
    ),
    (
        "Missing: Robin Example",
        (
            "Dear DSLs\n\nRobin Example, born 12/11/2010, went missing from care last night."
            " Police are involved."
        ),
        (
            "Robin may turn up at a school in the area where friends are. If Robin does, please"
            " keep him safe and call 999, then our emergency duty team. Please share with your"
            " front office only."
        ),
        (
            "Robin's case shows how quickly we must reach you. Please give us an out-of-hours"
            " number for your school and tell us who holds the keys at weekends."
        ),
    ),
    (
        "EHCP consultation - K.L. (DOB 01/09/2014)",
        (
            "We are writing to consult you under section 38 of the Children and Families Act 2014"
            " about K.L. (DOB 01/09/2014), whose draft plan is enclosed."
        ),
        (
            "You have 15 days in which to respond. If you consider that the school is unsuitable"
            " for K.L.'s age, ability, aptitude or special educational needs please give your"
            " reasons. Please use the response form enclosed."
        ),
        (
            "In order to make better consultations in future we should be grateful if you would"
            " let us have your current SEN information report and a note of your resourced"
            " provision."
        ),
    ),
    (
        "Re: A. B.",
        (
            "Employee: A. B.\n\nA. B. has applied for a post with the music service and named"
            " your school."
        ),
        (
            "Could you confirm the post held, from when to when, and whether there were any live"
            " warnings? Payroll need it this week."
        ),
        (
            "Could you confirm who does your payroll, the contract end date, and whether you"
            " would buy from us again?"
        ),
    ),
    (
        "School transfer form: Sam Example",
        (
            "Student name: Sam Example\nYear 9\n\nSam's parents have asked to transfer Sam in"
            " January."
        ),
        (
            "Please complete part B of the enclosed form with attainment, attendance and any"
            " agencies involved, and return it within five school days."
        ),
        (
            "We are replacing the form. Please tell us what you like about the present one, how"
            " long it takes you, and which parts you leave empty."
        ),
    ),
    (
        "Child protection conference - this child, UPN A123456789012",
        (
            "The initial conference for this child, UPN A123456789012, will be held on Tuesday at"
            " 2pm in the town hall."
        ),
        (
            "Please send a report 48 hours before and say who will come. If nobody can, a written"
            " report is required."
        ),
        (
            "We are also setting next year's pattern of conferences. Please tell us the days of"
            " the week that suit your school and whether you can lend a room."
        ),
    ),
    (
        "Court proceedings about E. F., Year 4",
        "Re: E. F., Year 4. The family court has ordered disclosure.",
        (
            "Please let me have copies of the safeguarding file, any body maps and emails to the"
            " social worker by 9 December. If you hold nothing, please say so."
        ),
        (
            "The judge was surprised by how files are kept. Please describe your filing of"
            " safeguarding concerns and say for how long you keep them."
        ),
    ),
    (
        "Exclusion appeal, pupil: Jo Example",
        "Pupil name: Jo Example\nThe independent panel meets on 10 January.",
        (
            "Please let the clerk know your availability and submit the school's bundle,"
            " including witness statements, five school days before."
        ),
        (
            "We are short of panel members. Please ask your governors whether they would sit, and"
            " give us the names and telephone numbers of those who will."
        ),
    ),
    (
        "Young carer: N.O., Y7",
        "N.O., Y7, looks after her mother. She was referred to early help in October.",
        (
            "Has she talked to anybody at school about it? Please nominate one adult for her and"
            " let me know by email."
        ),
        (
            "Please nominate a young carers' champion at your school, put up our poster, and tell"
            " us by Friday what you do in assemblies for young carers."
        ),
    ),
    (
        "Child missing education - Lee Example, d.o.b. 7.9.2013",
        (
            "Good morning\n\nWe are trying to trace Lee Example, d.o.b. 7.9.2013, previously of"
            " Ashfield."
        ),
        (
            "Could you please check\nwhether Lee has joined you under this or another name (the"
            " surname may\nalso be spelled Exampel). If Lee is with you, please e-mail"
            " cme@council.example\nwith the start date. We need to hear by Friday only if the"
            " answer is yes."
        ),
        (
            "Could you please check\nthat whoever does your admissions has read our new guidance,"
            " and e-mail\ncme@council.example with the dates on which pupils were taken off since"
            " Easter."
        ),
    ),
    (
        "Looking for a school place: S.B. (Year 4)",
        (
            "S.B. (Year 4) came into foster care in your area on Friday. The virtual school is"
            " looking for a place."
        ),
        (
            "Have you room in Year 4, and could S.B. start on Monday? The social worker can bring"
            " S.B. for a visit tomorrow."
        ),
        (
            "Have you nurture groups or other specialist rooms? Could somebody ring us about the"
            " number on each and the entry criteria?"
        ),
    ),
    (
        "Return of Pat Example's belongings",
        (
            "Employee name: Pat Example\nPat was dismissed on 1 November after a disciplinary"
            " hearing."
        ),
        (
            "Please tell us whether you still hold a laptop, keys or a badge and post them to"
            " County Hall. Do not discuss it with anybody."
        ),
        (
            "Please tell us what happens to laptops, keys and badges at your place when somebody"
            " goes and send us the form for it."
        ),
    ),
    (
        "Safeguarding: U.V. born 3/3/2009",
        (
            "An adult was seen on Thursday asking children for U.V. born 3/3/2009 at two school"
            " gates."
        ),
        (
            "Please be watchful, tell the people on duty at the gate, and call 101 with the"
            " incident number below if the adult comes back."
        ),
        (
            "Please be watchful. We would also be glad to know which schools have cameras at the"
            " gate and would share in the cost of a new system."
        ),
    ),
    (
        "Pupil: Max Example. Specialist equipment",
        (
            "Pupil: Max Example\nMax moves to the high school in September and the hoist should"
            " follow."
        ),
        (
            "Can the primary school let the high school have the hoist in July, and will the high"
            " school have the floor tested? Both please reply to all."
        ),
        (
            "Has anybody got hoists, standing frames or chairs that they no longer need? Please"
            " reply with make, age and a photograph."
        ),
    ),
    (
        "In confidence: attendance panel, Ash Example Y8",
        "Ash Example Y8 comes before the attendance panel on Wednesday at 11.",
        (
            "Please send somebody who knows the case, and bring the registration certificate and"
            " notes of home visits."
        ),
        (
            "The panel has free slots in the spring. Please say which mornings would suit and"
            " roughly how many families you would bring."
        ),
    ),
    (
        "E.H.C.P. annual review - child: J. K.",
        (
            "Child: J. K.\nThe annual review of the plan is due by 20 December. Year 5 reviews"
            " look ahead to transfer."
        ),
        (
            "Please hold the meeting, and upload the paperwork within two weeks of it. If the"
            " date has to move please tell the plan coordinator."
        ),
        (
            "Please hold the meetings in good time. We attach a model agenda for yours and would"
            " like each of you to send back a timetable for the year."
        ),
    ),
    (
        "Complaint of the parent of I.J. in Year 1",
        "Re: I.J. in Year 1. The ombudsman has opened an investigation about transport.",
        (
            "Please keep everything about this complaint and send it to us in one folder by 5"
            " January."
        ),
        (
            "As the ombudsman will ask more widely, please send us all complaints about transport"
            " in the last three years in one folder."
        ),
    ),
    (
        "Missing pupil: Kai Example DOB 11/02/2012",
        (
            "Kai Example DOB 11/02/2012 left home on Sunday and did not arrive at Ashfield on"
            " Monday."
        ),
        (
            "If Kai presents at your school please keep Kai in reception and ring the emergency"
            " team. Brief your gate staff at the end of the day. Thank you for your help."
        ),
        (
            "If Kai presents please ring us. Separately, can you let us have a contact for the"
            " Christmas holidays, and say how you lock your site?"
        ),
    ),
    (
        "Consultation s39 - Mia Example, Year 6",
        "Child: Mia Example\nWe name schools that the parents prefer, and yours is one of them.",
        (
            "Kindly respond by 10 December. The law allows you to object only if the place would"
            " be unsuitable, or incompatible with the efficient education of others. Tell us"
            " which ground applies and send evidence."
        ),
        (
            "Kindly respond by 10 December. We would also welcome details of the lessons, clubs"
            " and therapies on offer and a floor plan."
        ),
    ),
    (
        "Supply teacher - employee initials: H.G.",
        "Employee initials: H.G.\nWe are dealing with a safeguarding matter.",
        (
            "Has H.G. been booked by you since January? If yes, please call me and keep the"
            " timesheets."
        ),
        (
            "Which agencies have you booked with since January, and at what daily rate? Please"
            " call me."
        ),
    ),
    (
        "Admission appeal - W.X., Year 7",
        "Re: W.X., Year 7. The appeal is heard on 4 December.",
        "Please send the school's case ten working days before and tell me who will present it.",
        (
            "Please send the number of appeals that you expect next year and tell me who normally"
            " presents them."
        ),
    ),
    (
        "Bereavement: the father of Lou Example",
        (
            "Pupil name: Lou Example\nLou's father died yesterday; there are siblings at three of"
            " our schools. The family knows that we write. The social worker is Pat."
        ),
        "Please tell form tutors quietly, and let Pat know by Friday how Lou is.",
        (
            "Please tell form tutors quietly. Pat also runs a course on grief and would like a"
            " date and a hall from everyone who gets this."
        ),
    ),
    (
        "Elective home education: O.P. (Y9)",
        (
            "Re: O.P. (Y9). The parents say that they educate O.P. at home from 1 December."
            " Please see the records below."
        ),
        "Please confirm the date of removal from roll and any safeguarding history.",
        (
            "Please confirm the date. In passing: do you get many of these, and what are the"
            " grounds that parents give?"
        ),
    ),
]
