"""Markdown as officers write it, to HTML that is safe to show. The only door to both libraries."""

from collections.abc import Sequence
from functools import cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

TAGS = frozenset(
    {"p", "br", "hr", "h2", "h3", "h4", "ul", "ol", "li", "strong", "em", "del", "s"}
    | {"blockquote", "a", "code", "pre", "table", "thead", "tbody", "tr", "th", "td"}
)
ATTRIBUTES = {"a": {"href", "title"}, "th": {"scope"}}
SCHEMES = frozenset({"http", "https", "mailto", "tel"})
CLASSES = {
    "p": "govuk-body",
    "h2": "govuk-heading-m",
    "h3": "govuk-heading-s",
    "h4": "govuk-heading-s",
    "ul": "govuk-list govuk-list--bullet",
    "ol": "govuk-list govuk-list--number",
    "a": "govuk-link",
    "blockquote": "govuk-inset-text",
    "table": "govuk-table",
    "th": "govuk-table__header",
    "td": "govuk-table__cell",
    "tr": "govuk-table__row",
    "hr": "govuk-section-break govuk-section-break--visible govuk-section-break--m",
}


def to_html(text: str) -> Markup:
    """Return the text as HTML that holds no script, no foreign image and no unknown tag.

    Headings begin at level 2, because the page that shows it has its own h1, and skip no level,
    whatever the writer used.
    """
    rendered = _render(text)
    clean = nh3.clean(
        rendered,
        tags=set(TAGS),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        url_schemes=set(SCHEMES),
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={tag: {"class": value} for tag, value in CLASSES.items()},
    )
    return Markup(clean)  # noqa: S704 - nh3 has just made it safe


def to_plain(text: str) -> str:
    """Return the words of the text without its Markdown marks: for mail, search and checks."""
    clean = nh3.clean(_render(text), tags=set())
    for entity, sign in (("&lt;", "<"), ("&gt;", ">"), ("&nbsp;", " "), ("&amp;", "&")):
        clean = clean.replace(entity, sign)
    return "\n".join(line.rstrip() for line in clean.splitlines()).strip()


def _render(text: str) -> str:
    parser = _parser()
    tokens = parser.parse(text)
    _level(tokens)
    rendered: str = parser.renderer.render(tokens, parser.options, {})
    return rendered


def _level(tokens: Sequence[Token]) -> None:
    """Give headings the levels 2 to 4 in their order, none deeper than one below the last."""
    openings = [token for token in tokens if token.type == "heading_open"]
    top = min((int(token.tag[1]) for token in openings), default=1)
    last, level = 1, 2
    for token in tokens:
        if token.type == "heading_open":
            level = last = min(int(token.tag[1]) - top + 2, last + 1, 4)
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{level}"


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(
        ["table", "strikethrough"]
    )
