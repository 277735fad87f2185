"""``portal gate compare``: how alike two documents are, and why. Needs no database."""

import json
from functools import partial

import click

from foundation.errors import Refusal
from gatekeeping.alike.comparing import Comparison, compare
from gatekeeping.alike.meaning import Meaning, meaning_of
from gatekeeping.documents import SubmissionDocument
from portal.cli.batches import Json, answers
from portal.cli.terminal import as_json, attached_to, print_json, read_document, refusals_in_words


@click.command("compare")
@click.argument("one", metavar="A", required=False)
@click.argument("other", metavar="B", required=False)
@click.option("--batch", type=click.Path(), help="JSON lines with a and b, answered a line each.")
@as_json
@refusals_in_words
def compare_command(
    *, one: str | None, other: str | None, batch: str | None, as_json: bool
) -> None:
    """Say how alike the documents A and B are: score, label, parts and what both ask.

    Attachments that they name are read too where they lie beside them.
    """
    if batch is not None and one is None:
        for answer in answers(batch, partial(_answer, batch)):
            click.echo(json.dumps(answer, ensure_ascii=False))
        return
    if one is None or other is None or batch is not None:
        raise click.UsageError("Name either two documents, A and B, or --batch FILE.")
    found = compare(_read(one), _read(other))
    if as_json:
        print_json(_as_json(found))
    else:
        _print_words(found)


def _read(place: str) -> Meaning:
    document = SubmissionDocument.read(read_document(place))
    return meaning_of(document, attached=attached_to(place, document))


def _answer(place: str, line: Json) -> Json:
    return _as_json(compare(_meaning(place, line, "a"), _meaning(place, line, "b")))


def _meaning(place: str, line: Json, key: str) -> Meaning:
    given = line.get(key)
    if not isinstance(given, dict):
        raise Refusal(f"“{key}” must be a submission document (a JSON object).")
    document = SubmissionDocument.read(given)
    return meaning_of(document, attached=attached_to(place, document))


def _as_json(found: Comparison) -> Json:
    return {
        "score": found.score,
        "label": found.label.value,
        "parts": dict(found.parts),
        "shared_items": list(found.shared_items),
        "says": list(found.says),
    }


def _print_words(found: Comparison) -> None:
    click.echo(f"{found.label.value.capitalize()}, {found.score:.2f} of 1.")
    for sentence in found.says:
        click.echo(f"  {sentence}")
    for part, value in found.parts.items():
        click.echo(f"    {part:8} {value:.2f}")
    for item in found.shared_items:
        click.echo(f"    both ask: {item}")
