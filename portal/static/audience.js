// Counts the chosen schools while they are being chosen. Without it, “Save and count” does the same.
const form = document.querySelector("form[data-count-url]");
const figure = form?.querySelector("[data-count]");
const words = form?.querySelector("[data-count-words]");
const PAUSE = 400; // milliseconds without a change before the server is asked

let timer;
let asking;

async function count() {
  asking?.abort();
  asking = new AbortController();
  const choice = new FormData(form);
  choice.delete("file"); // it is read when the page is saved
  try {
    const answer = await fetch(form.dataset.countUrl, {
      method: "POST",
      body: choice,
      signal: asking.signal,
      headers: { Accept: "application/json" },
    });
    if (!answer.ok) return;
    const found = await answer.json();
    figure.textContent = found.schools.toLocaleString("en-GB");
    const unused = found.left_out + found.bad;
    words.textContent =
      (found.schools === 1 ? "open school" : "open schools") +
      (unused ? `; ${unused} of the listed lines reach no school` : "");
  } catch (fault) {
    if (fault.name !== "AbortError") words.textContent = "open schools, as last saved";
  }
}

form?.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(count, PAUSE);
});
