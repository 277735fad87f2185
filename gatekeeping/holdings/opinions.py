"""What no data set answers: opinions, plans and forecasts, and things that are only about data.

"Number of pupils on free meals" asks for data. "What parents think of free meals", "a leaflet on
free meals" and "the number expected in 2030" do not, whatever data they mention.
"""

import re
from functools import lru_cache

from gatekeeping.thesaurus.asking_words import asked_part
from gatekeeping.thesaurus.naming import words_of
from gatekeeping.thesaurus.word_weights import heavy_of

_WORDS = frozenset(
    words_of(
        "view comment explain barrier suggestion improve satisfied satisfaction confident "
        "confidence strategy policy action intend intention predict target idea feedback concern "
        "impact effect reason why prefer interested interest feel expect expected future estimate "
        "arrangement approach evaluate experience consent happy agree praise award poster display "
        "assembly photograph quote story mock handbook declaration template enjoy stigma "
        "stereotype stress stressed recommend recommendation understand understanding awareness "
        "covenant strength weakness useful helpful easy confusing valued worry worried encourage "
        "encouragement scheme programme proposal sign signed difficulty problem challenge advice "
        "guidance campaign charity association interpreter enquiry sale celebrate volunteer "
        "discuss discussed practice link copy willing leaflet flyer brochure newsletter speaker "
        "marketing advertise promote invitation festival launch prize nominate favourite ideal "
        "importance important preparation prepare readiness research complaint rule project "
        "initiative motivate attitude aspiration hobby competition tip lesson-plan reminder "
        "letter myth rumour debate petition celebration sponsor raffle audition rehearsal"
    )
)
"""Words of opinions, plans and forecasts, and of doing."""
_PEOPLE = (
    r"(?:you|they|pupils|children|students|learners|kids|parents|carers|families|staff|teachers"
    r"|governors|heads|headteachers|schools|people|girls|boys|leaders)"
)
_SUPPOSED = re.compile(
    r"\bwould (?:you|your|the school|pupils|parents|staff|teachers|governors|children|schools|it)\b"
    r"(?! (?:please|kindly|send|give|tell|let|provide|supply))"
    r"|\b(?:might|may (?:have|need|want)|(?:mean|means|hope|hopes|wish|likely|going|willing) to"
    r"|wants? to (?!come|attend|join)|wanting (?!a (?:school )?place(?! on)|places)"
    r"|what time do you"
    r"|plans? (?:to|for next)|(?:your|school'?s?|their|our) plans? (?:for|about|on)"
    r"|(?:planning|intending|hoping|expected|keen|prepared) to"
    r"|(?:what|when|why|how) should|could (?:be|you (?!please|send|tell|give"
    r"|let|provide|supply|confirm|list|state|share|indicate|return|complete|export))"
    r"|do (?:you|pupils|parents|staff|teachers|children|they) (?:think|feel|find|believe|know|want"
    r"|like|enjoy|plan|expect|agree|mean|understand|need)|does (?:the school|your school) (?:do"
    r"|allow|plan)|(?:can|could) be done|how (?:do|would|could|can|should) (?:you|schools)"
    r" (?!travel|get|come)|would like to|(?:would|will) be\b|changes? (?:to|in|since)"
    r"|how (?:useful|easy|helpful|satisfied|happy|confident|stressed|likely|worried|pleased|proud"
    r"|prepared|ready|important|effective)"
    rf"|what {_PEOPLE} (?:\w+ )?(?:say|think|feel|like|want|worry|hope|believe|enjoy|dislike"
    r"|hear|learn about|know about|need to)"
    rf"|(?:which|whether|how|why|if) {_PEOPLE} (?:\w+ )?(?:say|think|feel|would|like|believe"
    r"|enjoy|prefer)"
    rf"|according to {_PEOPLE}|in the (?:eyes|opinion|view) of"
    r"|what (?:helps?|stops?|prevents?|works|puts|discourages|hinders|makes|keeps) "
    r"(?:pupils|children|parents|staff|teachers|families|them|people|well)"
    r"|(?:ideas?|tips?) (?:to|of|for|on)"
    r"|how (?:best )?to (?!contact|reach|find|get|phone|ring|write)"
    r"|in your (?:opinion|view)|next (?:year|september|autumn|spring|summer|term)"
    r"|over the next|in the next|in future|to be (?:appointed|recruited))\b",
    re.IGNORECASE,
)
"""What is not so, but might be, or is only thought: nothing of it is held."""
_MORE_OF_IT = re.compile(
    r"[,(:;]| (?:about|against|among|as|at|by|do|does|for|from|in|on|regarding|since|that|to|when"
    r"|where|which|who|whose|with|without) ",
    re.IGNORECASE,
)
_THING = frozenset(
    words_of(
        "amount average balance band change code copy count date detail description dimension "
        "extent figure group kind level list log measure measurement name number outcome overview "
        "picture position profile proportion quantity range rate ratio reading record register "
        "return score share size snapshot spread stage standing state statement statistic status "
        "sum summary tally time total trend type update value version volume way year"
    )
)
"""Words that count or list what comes after them."""


@lru_cache(maxsize=4096)
def words_of_opinion(text: str) -> frozenset[str]:
    """Return the stems in what is asked that no data set answers."""
    return frozenset(words_of(asked_part(text))) & _WORDS


@lru_cache(maxsize=4096)
def is_supposed(text: str) -> bool:
    """Tell whether what is asked is not so, but planned, thought or wished."""
    return bool(_SUPPOSED.search(asked_part(text)))


@lru_cache(maxsize=4096)
def said_first(text: str) -> frozenset[str]:
    """Return the heavy stems of what is said first, before what only says more of it."""
    return heavy_of(frozenset(words_of(_MORE_OF_IT.split(asked_part(text).strip(), maxsplit=1)[0])))


def thing_asked(text: str) -> frozenset[str]:
    """Return the stems of what is said first that are no mere words of counting and listing."""
    return said_first(text) - _THING
