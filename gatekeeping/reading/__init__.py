"""Reading texts for the checks: sentences, denials, questions, asks, ways of answering, people.

Every function takes text and gives places in that text, so that evidence can be shown. Nothing
here knows documents, schools or the database. The same text always gives the same places.
"""
