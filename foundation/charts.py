"""Charts as SVG, drawn on the server: the only door to pygal.

A chart never stands alone: the same numbers are in a table beside it. It carries a title and a
description for screen readers, its values in words on the bars, and no script.
"""

from collections.abc import Sequence
from typing import Any, Final
from xml.etree import ElementTree as ET

from markupsafe import Markup

SVG: Final = "{http://www.w3.org/2000/svg}"
SECOND: Final = "#0b3c6b"
"""The colour of a second line, beside the authority's own."""
MOST_LABELS: Final = 8
PLAIN: Final[dict[str, Any]] = {
    "js": (),
    "width": 720,
    "explicit_size": False,
    "disable_xml_declaration": True,
    "pretty_print": False,
}
BAR = 52
MARGIN = 60


def bar_chart(
    title: str,
    bars: Sequence[tuple[str, int]],
    *,
    most: int,
    colour: str,
    nonce: str,
    name: str = "chart",
    unit: str = "",
) -> Markup:
    """Return a chart of horizontal bars, the first one at the top, on a scale up to ``most``.

    ``unit`` stands behind each value. What is below zero has no bar, and says so in its words.
    ``name`` tells two charts of a page apart.
    ``nonce`` is that of the page's content security policy: it lets the chart's own style in.
    """
    import pygal

    chart = pygal.HorizontalBar(
        style=_style(colour),
        show_legend=False,
        print_values=False,
        print_labels=False,
        show_x_guides=False,
        show_y_guides=False,
        show_x_labels=False,
        range=(0, max(most, 1)),
        height=BAR * len(bars) + MARGIN,
        **PLAIN,
    )
    # Pygal draws from the bottom; the words carry the number, so that no bar needs its colour.
    turned = list(reversed(bars))
    chart.x_labels = [f"{words}: {value:,}{unit}" for words, value in turned]
    chart.add(title, [max(value, 0) for _, value in turned])
    listed = ", ".join(f"{words} {value:,}{unit}" for words, value in bars)
    return _cleaned(chart.render(), title, f"{listed}.", nonce, name)


def line_chart(
    title: str,
    labels: Sequence[str],
    lines: Sequence[tuple[str, Sequence[int]]],
    *,
    most: int,
    colour: str,
    nonce: str,
    name: str = "lines",
    names_last: bool = True,
) -> Markup:
    """Return a chart of lines over the same labels, on a scale up to ``most``.

    The lines are told apart by how they are drawn, which the words below say, not by colour alone;
    at most ``MOST_LABELS`` labels are written. ``names_last``: the words give each line's last
    value, which is what sums came to. ``nonce`` and ``name`` are those of ``bar_chart``.
    """
    import pygal

    chart = pygal.Line(
        style=_style(colour, SECOND),
        show_legend=True,
        legend_at_bottom=True,
        legend_box_size=14,
        truncate_legend=-1,
        truncate_label=-1,
        print_values=False,
        show_minor_x_labels=False,
        show_y_guides=True,
        range=(0, max(most, 1)),
        dots_size=4,
        height=320,
        value_formatter=lambda value: f"{value:,.0f}",
        **PLAIN,
    )
    chart.x_labels = list(labels)
    step = -(-len(labels) // MOST_LABELS)
    chart.x_labels_major = list(labels)[:: max(step, 1)]
    for place, (words, values) in enumerate(lines):
        dashes = {"width": 3, "dasharray": "8, 6"} if place else {"width": 3}
        drawn = "broken line" if place else "solid line"
        last = f": {values[-1]:,}" if values and names_last else ""
        ending = f"{words}{last} ({drawn})" if values else words
        chart.add(ending, list(values), stroke_style=dashes)
    listed = ". ".join(
        f"{words}: {', '.join(f'{value:,}' for value in values)}" for words, values in lines
    )
    return _cleaned(chart.render(), title, f"{listed}.", nonce, name)


def _style(*colours: str) -> object:
    from pygal.style import Style

    return Style(
        background="transparent",
        plot_background="transparent",
        foreground="#0b0c0c",
        foreground_strong="#0b0c0c",
        foreground_subtle="#484f53",
        font_family="Arial, sans-serif",
        label_font_size=17,
        major_label_font_size=17,
        value_font_size=17,
        legend_font_size=17,
        value_colors=("#0b0c0c",),
        colors=colours,
        opacity="1",
        opacity_hover="1",
        transition="0s",
    )


def _cleaned(drawn: str | bytes, title: str, description: str, nonce: str, name: str) -> Markup:
    """Take out scripts and hover texts, name the chart, and let the page's policy know it."""
    tree = ET.fromstring(drawn)  # noqa: S314 - pygal made it a moment ago
    ET.register_namespace("", SVG.strip("{}"))
    for parent in list(tree.iter()):
        for child in list(parent):
            if child.tag in {f"{SVG}script", f"{SVG}desc", f"{SVG}title"}:
                parent.remove(child)
    for element in tree.iter():
        element.attrib.pop("style", None)  # the page's policy forbids style attributes
        if element.tag == f"{SVG}style":
            element.set("nonce", nonce)
    tree.set("role", "img")
    tree.set("aria-labelledby", f"{name}-title {name}-description")
    for place, (tag, key, text) in enumerate(
        (("title", f"{name}-title", title), ("desc", f"{name}-description", description))
    ):
        element = ET.Element(f"{SVG}{tag}", {"id": key})
        element.text = text
        tree.insert(place, element)
    return Markup(ET.tostring(tree, encoding="unicode"))  # noqa: S704 - escaped by ElementTree
