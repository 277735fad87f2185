// Choosing many categories at once: tick all, how many are ticked, find as you type. The pages work
// without this file; what only a script can do stays hidden until it runs.

for (const form of document.querySelectorAll("[data-choosing]")) {
  const boxes = [...form.querySelectorAll("[data-choosing-row] input[type=checkbox]")];
  const rowOf = (box) => box.closest("[data-choosing-row]");
  const words = form.querySelector("[data-choosing-count]");
  const buttons = [...form.querySelectorAll("[data-choosing-all]")];
  const within = (button) => {
    const place = button.closest("[data-choosing-group]") ?? form;
    return boxes.filter((box) => place.contains(box) && !rowOf(box).hidden);
  };

  const label = (button) => {
    button.dataset.tick ??= button.textContent;
    const own = within(button);
    const all = own.length > 0 && own.every((box) => box.checked);
    button.textContent = all ? button.dataset.tick.replace("Tick", "Untick") : button.dataset.tick;
    return all;
  };
  const count = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    if (words) words.textContent = ticked ? `${ticked} ticked` : "None ticked";
    buttons.forEach(label);
  };

  for (const button of buttons) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const all = label(button);
      for (const box of within(button)) box.checked = !all;
      count();
    });
  }
  for (const tools of form.querySelectorAll("[data-choosing-tools]")) tools.hidden = false;

  const filter = form.querySelector("[data-choosing-filter]");
  filter?.addEventListener("input", () => {
    const wanted = filter.value.trim().toLowerCase();
    for (const box of boxes) {
      const row = rowOf(box);
      row.hidden = wanted !== "" && !row.textContent.toLowerCase().includes(wanted);
    }
    for (const group of form.querySelectorAll("[data-choosing-group]")) {
      group.hidden = [...group.querySelectorAll("[data-choosing-row]")].every((row) => row.hidden);
    }
    count();
  });
  filter?.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault(); // it narrows; it does not send
  });

  form.addEventListener("change", count);
  addEventListener("pageshow", count); // after the browser has put back what was ticked
}
