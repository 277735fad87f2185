// What words look like: the elements that they stand in, up to the top, with all that styles ask of.
(() => {
  const STATES = ["type", "role", "fill", "style", "open", "disabled", "dir", "lang"];
  const MARK = "data-measured";
  const chains = new Map();

  const look = (element) => {
    const states = [...element.attributes].filter(
      ({ name, value }) => STATES.includes(name) || (name.startsWith("aria-") && /^[a-z]{1,9}$/.test(value)),
    );
    const kinds = [":first-child", ":last-child", ":checked", ":focus", ":any-link"];
    return [
      element.localName,
      [...element.classList].sort().join("."),
      ...states.map(({ name, value }) => `${name}=${value}`),
      ...kinds.filter((kind) => element.matches(kind)),
    ].join(" ");
  };

  const chain = (element) => {
    if (!element) return "";
    if (!chains.has(element)) {
      chains.set(element, `${chain(element.parentElement)}/${look(element)}`);
    }
    return chains.get(element);
  };

  const speaks = (element) =>
    element.matches("input, select, textarea") ||
    [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());

  const first = new Map();
  for (const element of document.body.querySelectorAll("*")) {
    if (speaks(element) && element.checkVisibility() && !first.has(chain(element))) {
      first.set(chain(element), element);
    }
  }

  window.portalLooks = {
    all: () => [...first.keys()],
    run: async (measured) => {
      for (const number of measured) [...first.values()][number].setAttribute(MARK, "");
      axe.configure({ rules: [{ id: "color-contrast", selector: `[${MARK}]` }] });
      const { violations } = await axe.run({ resultTypes: ["violations"] });
      for (const element of first.values()) element.removeAttribute(MARK);
      return violations;
    },
  };
  return window.portalLooks.all();
})();
