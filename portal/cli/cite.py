"""``portal cite``: reads citations of law, and says what the register of duties knows of each."""

import json
import sys
from collections.abc import Iterator
from typing import Any

import click

from foundation.errors import Refusal
from gatekeeping.law.citations import Citation, read
from gatekeeping.law.opinions import Opinion, name_of, opinion, suggested_opinion
from gatekeeping.law.words import LegalVerdict
from portal.cli.batches import objects
from portal.cli.verdicts import set_verdicts


@click.command()
@click.argument("text", required=False)
@click.option("--batch", type=click.Path(), help="JSON lines with text and id, answered in order.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
@click.option("--authority", "la_code", envvar="AUTHORITY", help="Whose verdicts count.")
def cite(*, text: str | None, batch: str | None, as_json: bool, la_code: str | None) -> None:
    """Read the citations of law in TEXT (- for standard input): provision, identifier, verdict.

    Without a database the verdicts are the portal's own proposals; with one, those that the
    authority's legal reviewer has set come first.
    """
    if (text is None) == (batch is None):
        raise click.UsageError("Give either TEXT or --batch FILE.")
    if batch is not None:
        _answer_lines(batch, la_code)
        return
    given = sys.stdin.read() if text == "-" else text or ""
    results = _judged([read(given)], la_code)[0]
    if as_json:
        click.echo(json.dumps({"results": results}, ensure_ascii=False, indent=2))
    else:
        _print_words(results)


def _answer_lines(place: str, la_code: str | None) -> None:
    lines = list(_lines(place))
    found = _judged([read(str(line.get("text") or "")) for line in lines], la_code)
    for line, results in zip(lines, found, strict=True):
        error = {"error": line["error"]} if "error" in line else {}
        answer = {"id": line.get("id"), "results": results, **error}
        click.echo(json.dumps(answer, ensure_ascii=False))


def _lines(place: str) -> Iterator[dict[str, Any]]:
    for given in objects(place):
        if isinstance(given, str):
            yield {"error": given}
        else:
            yield {"id": given.get("id"), "text": given.get("text")}


def _judged(found: list[tuple[Citation, ...]], la_code: str | None) -> list[list[dict[str, Any]]]:
    """Return the results of each text, with the authority's own verdicts where there are any."""
    every = [one for citations in found for one in citations]
    judge = _judge(every, la_code)
    return [[_result(one, judge.get(one)) for one in citations] for citations in found]


def _judge(citations: list[Citation], la_code: str | None) -> dict[Citation, Opinion]:
    try:
        precedents, register, today = set_verdicts(citations, la_code)
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    return {
        one: opinion(one, precedents=precedents, register=register, on=today)
        for one in dict.fromkeys(citations)
    }


def _result(citation: Citation, known: Opinion | None) -> dict[str, Any]:
    known = known or opinion(citation)
    meant = suggested_opinion(citation)
    result = {**citation.as_json(), **known.as_json()}
    if meant is not None:
        result["suggestion_verdict"] = meant.verdict.value
    return result


def _print_words(results: list[dict[str, Any]]) -> None:
    if not results:
        click.echo("No law is cited here.")
    for result in results:
        click.echo(f"“{' '.join(result['text'].split())}”")
        title = result["title"] or "an instrument that the portal does not know by title"
        place = f", {result['provision']}" if result["provision"] else ""
        click.echo(f"  {title}{place} ({result['confidence']}, {result['kind']})")
        if result["id"]:
            click.echo(f"  {result['id']}")
        if result["suggestion"]:
            score = f", {result['score']:.0f} of 100" if result["score"] else ""
            click.echo(f"  Did you mean {result['suggestion']}?{score}")
        verdict = name_of(LegalVerdict(result["verdict"]))
        click.echo(f"  {verdict}. {result['says']}".rstrip())
        click.echo(f"  {result['label']}")
