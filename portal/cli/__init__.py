"""The ``portal`` command. Each group is imported only when it is used, so that help is quick."""

import importlib
from collections.abc import Mapping
from typing import Any, ClassVar

import click

from foundation import loading

COMMANDS = {
    "run": ("portal.cli.run:run", "Start web, worker, scheduler and mail."),
    "demo": ("portal.cli.demo:demo", "Load the demonstration authority."),
    "schools": ("portal.cli.schools:schools", "Import schools from GIAS."),
    "people": ("portal.cli.people:people", "Import the people at schools."),
    "owners": ("portal.cli.owners:owners", "Import and export who owns which category."),
    "categories": (
        "portal.cli.categories:categories",
        "Export the list of categories, and bring a new one into force.",
    ),
    "calendar": ("portal.cli.calendar:calendar", "Import and show term dates and busy dates."),
    "gate": ("portal.cli.gate:gate", "Run the gate's checks on a submission document."),
    "cite": ("portal.cli.cite:cite", "Read citations of law, and what they ask of schools."),
    "suggest": ("portal.cli.suggest:suggest", "Rank the categories that a text is about."),
    "held": ("portal.cli.held:held", "Search, export and import what data is held."),
    "law": ("portal.cli.law:law", "Load more duties into the register of law."),
    "route": ("portal.cli.route:route", "Show who would receive a submission, and why."),
    "number": ("portal.cli.number:number", "Verify a register number."),
    "search": ("portal.cli.search:search", "Search, and rebuild the search index."),
    "mail": (
        "portal.cli.mail:mail",
        "Import the mail directory, judge mail, take mail that came back.",
    ),
    "audit": ("portal.cli.audit:audit", "Verify the audit trail."),
    "db": ("portal.cli.db:db", "Bring the database up to date."),
    "doctor": ("portal.cli.doctor:doctor", "Say whether everything the portal needs is there."),
}


class LazyGroup(click.Group):
    """A group whose commands are imported on first use."""

    lazy: ClassVar[Mapping[str, tuple[str, str]]] = COMMANDS
    """Where each command is, and what it does in a sentence."""

    def __call__(self, *arguments: Any, **more: Any) -> Any:
        """Run as the command line does, in a process of its own."""
        loading.begin()
        return super().__call__(*arguments, **more)

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """List the commands in the order of ``lazy``."""
        return list(self.lazy)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        """Import one command."""
        if name not in self.lazy:
            return None
        module, attribute = self.lazy[name][0].split(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        loading.end()
        return command

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in self.lazy.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="schools-portal", prog_name="portal")
def main() -> None:
    """Schools Portal: the one door to an authority's schools."""
