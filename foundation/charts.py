"""Charts as SVG, drawn on the server: the only door to pygal.

A chart never stands alone: the same numbers are in a table beside it. It carries a title and a
description for screen readers, its values in words on the bars, and no script.
"""

from collections.abc import Sequence
from typing import Final
from xml.etree import ElementTree as ET

from markupsafe import Markup

SVG: Final = "{http://www.w3.org/2000/svg}"
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
) -> Markup:
    """Return a chart of horizontal bars, the first one at the top, on a scale up to ``most``.

    What is below zero has no bar, and says so in its words. ``name`` tells two charts of a page
    apart.
    ``nonce`` is that of the page's content security policy: it lets the chart's own style in.
    """
    import pygal
    from pygal.style import Style

    style = Style(
        background="transparent",
        plot_background="transparent",
        foreground="#0b0c0c",
        foreground_strong="#0b0c0c",
        foreground_subtle="#484f53",
        font_family="Arial, sans-serif",
        label_font_size=17,
        major_label_font_size=17,
        value_font_size=17,
        value_colors=("#0b0c0c",),
        colors=(colour,),
        opacity="1",
        opacity_hover="1",
        transition="0s",
    )
    chart = pygal.HorizontalBar(
        style=style,
        js=(),
        show_legend=False,
        print_values=False,
        print_labels=False,
        show_x_guides=False,
        show_y_guides=False,
        show_x_labels=False,
        range=(0, max(most, 1)),
        width=720,
        height=BAR * len(bars) + MARGIN,
        explicit_size=False,
        disable_xml_declaration=True,
        pretty_print=False,
    )
    # Pygal draws from the bottom; the words carry the number, so that no bar needs its colour.
    turned = list(reversed(bars))
    chart.x_labels = [f"{words}: {value:,}" for words, value in turned]
    chart.add(title, [max(value, 0) for _, value in turned])
    listed = ", ".join(f"{words} {value:,}" for words, value in bars)
    return _cleaned(chart.render(), title, f"{listed}.", nonce, name)


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
