"""Files of a submission: taking them in, their words, what they ask."""
