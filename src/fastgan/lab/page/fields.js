// Number fields and their sliders: each follows the other, and typed text is sent unchanged.

import { NAMES } from "./state.js";

const byId = (id) => document.getElementById(id);

function valueAt(slider) {
  if (slider.dataset.scale === "linear") return slider.value;
  const value = 10 ** Number(slider.value);
  return slider.dataset.of === "epochs"
    ? String(Number(value.toPrecision(2)).toFixed(0))
    : String(Number(value.toPrecision(2)));
}

// A field may hold text that has no place on a slider: then the slider stays where it was.
function moveTo(slider, text) {
  const number = text.trim() === "" ? NaN : Number(text);
  const place = slider.dataset.scale === "linear" ? number : Math.log10(number);
  if (Number.isFinite(place)) slider.value = String(place);
  slider.setAttribute("aria-valuetext", text);
}

export function showFields(state) {
  for (const name of NAMES) byId(name).value = state[name];
  for (const slider of document.querySelectorAll("input[data-of]")) {
    moveTo(slider, state[slider.dataset.of]);
  }
}

export function listenToFields(change) {
  for (const name of NAMES) {
    byId(name).addEventListener("input", () => {
      const slider = document.querySelector(`input[data-of="${name}"]`);
      if (slider) moveTo(slider, byId(name).value);
      change(name, byId(name).value);
    });
  }
  for (const slider of document.querySelectorAll("input[data-of]")) {
    slider.addEventListener("input", () => {
      const text = valueAt(slider);
      byId(slider.dataset.of).value = text;
      slider.setAttribute("aria-valuetext", text);
      change(slider.dataset.of, text);
    });
  }
}

export function showError(field, message) {
  byId("message").textContent = message;
  for (const name of [...NAMES, "faces"]) {
    if (name === field) byId(name).setAttribute("aria-invalid", "true");
    else byId(name).removeAttribute("aria-invalid");
  }
}
