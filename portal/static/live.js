// Asks the gate about the page while it is being written. Without it, the same stands there as saved.
const region = document.querySelector("[data-check-url]");
const findings = region?.querySelector("[data-check-findings]");
const words = region?.querySelector("[data-check-words]");
const form = document.querySelector("form input[name='mark']")?.form;
const PAUSE = 800; // milliseconds without a change before the server is asked
const LONGEST_PAUSE = 15_000;

let timer;
let asking;
let pause = PAUSE;
let shown = "";
let waiting = null;

function show(answer) {
  // Whoever is reading or following a link in the region is not disturbed.
  if (findings.contains(document.activeElement)) {
    waiting = answer;
    return;
  }
  waiting = null;
  if (answer.html !== shown) {
    shown = answer.html;
    findings.innerHTML = answer.html; // made by our own templates, which escape what was typed
  }
  if (words.textContent !== answer.words) words.textContent = answer.words;
}

async function check() {
  asking?.abort();
  const mine = new AbortController();
  asking = mine;
  const typed = new FormData(form);
  typed.delete("mark");
  const began = performance.now();
  try {
    const answer = await fetch(region.dataset.checkUrl, {
      method: "POST",
      body: typed,
      signal: mine.signal,
      headers: { Accept: "application/json" },
    });
    if (answer.ok && asking === mine) show(await answer.json());
    // A slow answer (a very long text, a busy server) is asked for less often.
    const took = performance.now() - began;
    pause = answer.status === 429 ? LONGEST_PAUSE : Math.min(LONGEST_PAUSE, Math.max(PAUSE, 3 * took));
  } catch (fault) {
    if (fault.name !== "AbortError") pause = LONGEST_PAUSE; // off line: what stands there stays
  }
}

if (region && form) {
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(check, pause);
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    asking?.abort();
  });
  findings.addEventListener("focusout", () => {
    setTimeout(() => waiting && show(waiting));
  });
}
