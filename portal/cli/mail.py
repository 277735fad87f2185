"""``portal mail``: the mail directory, judging mail, mail that comes back."""

import click

from portal.cli import LazyGroup


class _Mail(LazyGroup):
    """The commands about mail, each imported when it is used."""

    lazy = {
        "directory": (
            "portal.cli.mail_directory:directory",
            "Import mailboxes, domains and lists, so that the gateway can count schools.",
        ),
        "judge": (
            "portal.cli.mail_judge:judge",
            "Print what the gateway would do with a message.",
        ),
        "returned": ("portal.cli.mail_returned:returned", "Take messages as mail that came back."),
    }


@click.group(cls=_Mail)
def mail() -> None:
    """Import the mail directory, judge mail as the gateway does, take mail that came back."""
