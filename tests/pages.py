"""House style, checked on every page that any test visits."""

from xml.etree.ElementTree import Element

import html5lib

XHTML = "{http://www.w3.org/1999/xhtml}"
LABELLED_BY_ITSELF = {"hidden", "submit", "button", "reset"}


def check_page(text: str) -> None:
    """Assert what every page of ours keeps to; the message names what does not."""
    parser = html5lib.HTMLParser(strict=False)
    page = parser.parse(text)
    # What a person typed is shown as it is, also a character that HTML frowns on.
    errors = [(place, code) for place, code, _ in parser.errors if code != "invalid-codepoint"]
    assert errors == []
    assert page.get("lang") == "en"
    _check_heading(page)
    _check_fields(page)
    _check_policy(page)


def _all(page: Element, *names: str) -> list[Element]:
    return [found for name in names for found in page.iter(XHTML + name)]


def _words(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _check_heading(page: Element) -> None:
    (heading,) = _all(page, "h1")
    (title,) = (each for each in _all(page, "title") if "–" in _words(each))
    shown = _words(title).removeprefix("Error: ")
    assert shown.startswith(_words(heading)), (shown, _words(heading))


def _check_fields(page: Element) -> None:
    labelled = {label.get("for") for label in _all(page, "label")}
    identities = [each.get("id") for each in page.iter() if each.get("id")]
    twice = {each for each in identities if identities.count(each) > 1}
    assert not twice, f"two elements have one id: {twice}"
    for field in _all(page, "input", "select", "textarea"):
        if field.get("type") in LABELLED_BY_ITSELF:
            continue
        named = field.get("id") in labelled or field.get("aria-label")
        assert named, f"no label: {field.get('name')}"
        for described in (field.get("aria-describedby") or "").split():
            assert described in identities, f"described by nothing: {described}"


def _check_policy(page: Element) -> None:
    for element in page.iter():
        assert element.get("style") is None, f"style attribute on {element.tag}"
        assert not any(name.startswith("on") for name in element.keys()), element.tag  # noqa: SIM118
    for element in _all(page, "script", "style"):
        assert element.get("nonce") or element.get("src"), "a script or style without a nonce"
