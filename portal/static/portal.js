// Everything works without this; it only makes GOV.UK Frontend's components livelier.
import { initAll } from "./build/govuk-frontend.min.js";

initAll();
