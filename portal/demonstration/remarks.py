"""What gatekeepers ask and give as reasons, and what officers answer."""

QUESTIONS = (
    "Which decision will be made with the answers, and when?",
    "Could the schools in question be asked alone, instead of all of them?",
    "Two of these dates fall into the week of tests. Can it wait until after?",
    "Does the census not hold this already? Please look at the field before we ask schools.",
    "The second half repeats what schools were told in the autumn. Can it be cut?",
)
ANSWERS = (
    "Thank you. I have put the decision and its date into the purpose.",
    "I have checked: the census holds the total but not the pattern that we need.",
    "Agreed. I have shortened the text and moved the date by a week.",
    "We talked to three heads, who asked for it to go to everybody once.",
)
REASONS = (
    "Useful, short and in good time.",
    "The use is clear and no other source holds it.",
    "Schools asked for this; the text says what to do.",
    "Proportionate: a few minutes for most schools.",
    "Checked against the calendar and what is live. No overlap.",
    "Shortened after our question. Fine now.",
)
CONDITIONS = ("", "", "", "", "One reminder at most.", "Send the results back by the date named.")

SUPPORTS = (
    "The use is clear, and the items are the fewest that will do.",
    "Schools have this at hand, and the date leaves time.",
    "The decision is named, and nobody holds the answers.",
)
ADVICE = (
    "Our office can answer this in the time given.",
    "Fair, if the date does not move forward.",
    "We would rather answer this once than be asked in pieces.",
)
