// Searching: titles to choose from as one types.
// The page works without this file.

for (const form of document.querySelectorAll("[data-suggest]")) {
  const box = form.querySelector("input[type=search]");
  const list = document.createElement("datalist");
  list.id = `${box.id}-suggestions`;
  box.after(list);
  box.setAttribute("list", list.id);

  let waiting = 0;
  let asking = null;
  const show = (titles) => {
    list.replaceChildren(
      ...titles.map((title) => Object.assign(document.createElement("option"), { value: title })),
    );
  };
  const ask = async () => {
    asking?.abort();
    asking = new AbortController();
    try {
      const address = `${form.dataset.suggest}?${new URLSearchParams({ q: box.value })}`;
      const answer = await fetch(address, { signal: asking.signal });
      if (answer.ok) show((await answer.json()).suggestions);
    } catch {
      // Nothing is suggested then; what is typed is searched all the same.
    }
  };
  box.addEventListener("input", () => {
    clearTimeout(waiting);
    if (box.value.trim().length > 1) waiting = setTimeout(ask, 200);
    else show([]);
  });
}
