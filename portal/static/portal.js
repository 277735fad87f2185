// Everything works without this; it only makes GOV.UK Frontend's components livelier.
import { initAll } from "./build/govuk-frontend.min.js";

initAll();

// Filters that are in force are open where there is room, and folded away where they hide the list.
if (matchMedia("(min-width: 48.0625em)").matches) {
  for (const details of document.querySelectorAll("[data-open-when-wide]")) details.open = true;
}
