"""What mails say: why somebody got one, and what each occasion is called."""

from typing import Final

from categories.routing.reasons import Reason
from notifications.models_mail import Occasion

WHY: Final = {
    Reason.OWNER: "You are the person your school registered for “{category}”.",
    Reason.COVER: "You are standing in for the person your school registered for “{category}”.",
    Reason.SHARES: "You share “{category}” with the person your school registered for it.",
    Reason.ALSO: "Your school asked that you get “{category}” as well as the person who owns it.",
    Reason.DEPUTY: "You are the deputy for “{category}”, and its owner cannot receive it.",
    Reason.TRUST: "Your trust named you for “{category}”.",
    Reason.ROLE: "Nobody at your school is registered for “{category}”, so it comes to you in your "
    "role there.",
    Reason.GROUP: "Nobody at your school is registered for “{category}”, and your school named you "
    "for the whole group that it belongs to.",
    Reason.HEAD: "Nobody at your school is registered for “{category}”, so it comes to you as "
    "headteacher.",
    Reason.FORWARDED: "A colleague at your school passed it on to you.",
    Reason.ESCALATED: "You are the deputy for “{category}”, and its owner has not acted in time.",
    Reason.OFFICE: "Nobody at your school is registered for “{category}” and we do not know who "
    "the headteacher is, so it comes to the school’s own mailbox.",
}
"""Why a mail reached its reader, in words."""
WITHOUT_CATEGORY: Final = (
    "It is for headteachers, so it comes to you or to the school’s own mailbox."
)

PREFIX: Final = {
    Occasion.REMINDER: "Reminder: ",
    Occasion.DEPUTY: "Not acted on yet: ",
    Occasion.HEAD: "Not acted on yet: ",
    Occasion.CHANGED: "Changed: ",
    Occasion.FORWARDED: "Passed on to you: ",
}
"""How a subject begins that is about a delivery, unless that is new."""
NOT_MINE: Final = "If it is not yours, open it and choose “Not mine”."
CHANGE: Final = "If somebody else should get it, your headteacher can change who is registered."
NEW: Final = "{authority} has sent {school} {what}."
OPENING: Final = {
    Occasion.REMINDER: "This is a reminder. {authority} sent {school} {what}, and it still waits "
    "for you.",
    Occasion.DEPUTY: "{authority} sent {school} {what}. {reader} has not acted on it yet, so we "
    "tell you as their deputy.",
    Occasion.HEAD: "{authority} sent {school} {what}. {reader} has not acted on it yet, so we "
    "tell you as headteacher.",
    Occasion.CHANGED: "Something has changed in {what} that {authority} sent {school}. Please look "
    "at it again.",
    Occasion.FORWARDED: "{giver} at {school} passed on to you {what} from {authority}.",
}
"""The first sentence of a mail about a delivery, unless it is about something new."""
SOMEBODY: Final = "Your colleague"
NOBODY: Final = "The school’s own mailbox"
ESCALATED: Final = (
    "What nobody acts on in time is told to the deputy, then to the headteacher. It is still with "
    "{reader}: you need do nothing more than ask."
)
"""Why somebody is told of what is another's."""
