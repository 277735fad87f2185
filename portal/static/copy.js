// A button that copies a field's text. Without this script it stays hidden: the field can be copied by hand.
for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  if (!field || !navigator.clipboard) continue;
  const words = button.textContent;
  const said = document.createElement("span");
  said.className = "govuk-visually-hidden";
  said.setAttribute("role", "status");
  button.after(said);
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    await navigator.clipboard.writeText(field.value);
    button.textContent = "Copied";
    said.textContent = "The address is copied.";
    setTimeout(() => {
      button.textContent = words;
      said.textContent = "";
    }, 4000);
  });
}
