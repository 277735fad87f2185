// Keys for people who decide all day. Everything works without this file; keys never fire in a
// field, with Ctrl, Alt or Command, or once they are switched off (kept in localStorage).

const SWITCH = "portal-keys";
const section = document.getElementById("portal-keys");
const script = document.getElementById("portal-queue-script");
const rows = [...document.querySelectorAll("[data-row]")];

function read(store, key) {
  try {
    return store.getItem(key);
  } catch {
    return null; // storage may be forbidden
  }
}

function write(store, key, value) {
  try {
    if (value === null) store.removeItem(key);
    else store.setItem(key, value);
  } catch {
    // then nothing is remembered
  }
}

const isOn = () => read(localStorage, SWITCH) !== "off";

function showSwitch() {
  section.querySelector("[data-keys-state]").textContent = isOn() ? "" : "The keys are off.";
  section.querySelector("[data-keys-switch]").textContent = isOn()
    ? "Switch the keys off"
    : "Switch the keys on";
}

function step(by) {
  const links = rows.map((row) => row.querySelector("a"));
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const to = at < 0 ? (by > 0 ? 0 : links.length - 1) : at + by;
  links[to]?.focus();
}

function decide(verb) {
  const radio = document.querySelector(`#decision input[name="verb"][value="${verb}"]`);
  if (!radio) return;
  if (!radio.checked) radio.click();
  const about = document.getElementById(`about-${verb}`);
  (about?.querySelector("textarea, input:not([type=hidden])") ?? radio).focus();
}

const actions = {
  j: () => step(1),
  k: () => step(-1),
  a: () => decide("approve"),
  c: () => decide("challenge"),
  r: () => decide("refuse"),
  n: () => location.assign(script.dataset.next),
  "?": () => {
    section.tabIndex = -1;
    section.focus();
  },
};

function inField(target) {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.closest("input, textarea, select") !== null)
  );
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (event.defaultPrevented || !isOn() || inField(event.target)) return;
  const action = actions[event.key];
  if (!action) return;
  event.preventDefault();
  action();
});

if (section) {
  section.hidden = false;
  section.querySelector("[data-keys-switch]").addEventListener("click", () => {
    write(localStorage, SWITCH, isOn() ? "off" : null);
    showSwitch();
  });
  showSwitch();
}

// What is being typed for a decision is kept in this tab until it is sent, so that a closed page or
// a lost session costs nothing. It never leaves the browser.
const form = document.getElementById("decision");
if (form) {
  const key = (field) => `portal-typed:${location.pathname}:${field.name}`;
  const fields = [...form.querySelectorAll("textarea")];
  const anyChosen = () => form.querySelector('input[name="verb"]:checked');
  const restore = () => {
    for (const field of fields) {
      const kept = read(sessionStorage, key(field));
      if (!kept || (field.value && field.value !== kept)) continue;
      field.value = kept;
      const about = field.closest(".govuk-radios__conditional")?.id;
      const verb = about?.replace("about-", "");
      if (verb && !anyChosen()) form.querySelector(`input[name="verb"][value="${verb}"]`)?.click();
    }
  };
  for (const field of fields) {
    field.addEventListener("input", () => write(sessionStorage, key(field), field.value || null));
  }
  addEventListener("pageshow", restore); // after the browser has put back what it remembers
  form.addEventListener("submit", () => {
    for (const field of fields) write(sessionStorage, key(field), null);
  });
}

// How many seconds are left for undoing.
const until = document.querySelector("[data-undo-until]");
if (until) {
  const due = Date.parse(until.dataset.undoUntil);
  const tick = () => {
    const left = Math.ceil((due - Date.now()) / 1000);
    if (left > 0) {
      until.textContent = ` ${left} second${left === 1 ? "" : "s"} left.`;
      setTimeout(tick, 1000);
    } else {
      until.textContent = "";
      setTimeout(() => location.reload(), 6000); // the worker looks every few seconds
    }
  };
  tick();
}
