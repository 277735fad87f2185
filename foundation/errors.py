"""Refusals: what a rule raises when it will not do what was asked."""


class Refusal(Exception):  # noqa: N818 - it is not an error of the program but an answer
    """A rule says no. Its text is one sentence fit to show to the person who asked."""

    sentence = "That cannot be done."

    def __init__(self, sentence: str | None = None, *, field: str | None = None) -> None:
        """Keep the sentence, and the name of the form field to mend when there is one."""
        super().__init__(sentence or self.sentence)
        self.field = field


class NotFoundError(Refusal):
    """What was asked for does not exist, or not for this person."""

    sentence = "We could not find that."


class BrokenFileError(Refusal):
    """An uploaded or imported file cannot be read at all."""

    sentence = "The file could not be read."
