// The page: it sends its settings to the server at every change, and shows the answers.

import { Connection } from "./connection.js";
import { listenToCopying } from "./copying.js";
import { listenToFates, showFates } from "./fates.js";
import { listenToFields, showError, showFields } from "./fields.js";
import { showLooked, showParameters } from "./looking.js";
import { Drawn, Editor } from "./pictures.js";
import { copyOf, load, NAMES, save, SLANTED_LAND } from "./state.js";

const byId = (id) => document.getElementById(id);
const MOST_FACES = 12;
const VIEWS = ["one", "many"];
const SOON = 500; // ms after which the page says that a training is in progress

let state = load();
let answer = null; // the last one of the first view without an error
let said = ""; // in the last answer of either view without an error
let asked = 0; // the number of the newest request
let waiting = 0;
let lookedAt = { of: "faces", i: 0 };
let editors = [];
let own = null;
let samples = [];

const connection = new Connection(show, (isOpen) => {
  if (isOpen) sayIfItTakesLong();
  else say("The lab does not answer; trying again every second.");
});

function say(text) {
  clearTimeout(waiting);
  byId("said").textContent = text;
}

function sayIfItTakesLong() {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    if (connection.isOpen) say("Training\u2026");
  }, SOON);
}

function ask() {
  save(state);
  byId("copied").textContent = "";
  const { view, ...settings } = state;
  asked = connection.ask(view, settings);
  sayIfItTakesLong();
}

function show(given) {
  if (given.error !== undefined) {
    showError(given.field, given.error);
  } else {
    showError("", "");
    said = given.said;
    byId("code").textContent = given.code;
    if (given.view === "one") showOne(given);
    else showFates(given);
  }
  say(said);
  if (given.number !== asked) sayIfItTakesLong();
  // For benchmarks and tests.
  document.dispatchEvent(new CustomEvent("answered", { detail: given }));
}

function showOne(given) {
  answer = given;
  for (const name of ["losses", "probabilities", "networks"]) byId(name).innerHTML = given[name];
  showParameters(byId("parameters"), given.generator, given.discriminator);
  if (samples.length !== given.samples.length) {
    samples = given.samples.map((_, i) =>
      new Drawn(`G's picture ${i + 1}`, () => lookAt("samples", i)));
    byId("samples").replaceChildren(...samples.map((sample) => sample.node));
  }
  showVerdicts();
}

function lookAt(of, i) {
  lookedAt = { of, i };
  if (answer) showVerdicts();
}

function showVerdicts() {
  const isAt = (of, i) => lookedAt.of === of && lookedAt.i === i;
  if (lookedAt.of === "faces" && !answer.faces[lookedAt.i]) lookedAt.i = answer.faces.length - 1;
  editors.forEach((editor, i) => {
    if (answer.faces[i]) editor.showVerdict(answer.faces[i], isAt("faces", i));
  });
  samples.forEach((sample, i) => sample.show(answer.samples[i], isAt("samples", i)));
  own.showVerdict(answer.picture, isAt("own", 0));
  const [judged, shown] = {
    faces: [answer.faces[lookedAt.i], editors[lookedAt.i]],
    samples: [answer.samples[lookedAt.i], samples[lookedAt.i]],
    own: [answer.picture, own],
  }[lookedAt.of];
  byId("looked-name").textContent = shown ? shown.name : `face ${lookedAt.i + 1}`;
  showLooked(byId("looked"), judged, answer.discriminator);
}

function editor(name, pixels, of, i, onRemove) {
  return new Editor(name, pixels, {
    ink: () => Number(byId("ink").value),
    onChange: () => {
      lookAt(of, i);
      ask();
    },
    onLook: () => lookAt(of, i),
    onRemove,
  });
}

function buildFaces() {
  editors = state.faces.map((face, i) =>
    editor(`face ${i + 1}`, face, "faces", i, () => removeFace(i)));
  byId("faces").replaceChildren(...editors.map((one) => one.node));
  byId("add-face").disabled = state.faces.length >= MOST_FACES;
}

function changeFaces(faces) {
  state.faces = faces;
  buildFaces();
  ask();
}

function removeFace(i) {
  changeFaces(state.faces.filter((_, j) => j !== i));
  const next = editors[Math.min(i, editors.length - 1)];
  (next ? next.remove : byId("add-face")).focus();
}

function choose(view) {
  state.view = view;
  for (const name of VIEWS) {
    byId(`tab-${name}`).setAttribute("aria-selected", String(name === view));
    byId(`tab-${name}`).tabIndex = name === view ? 0 : -1;
    byId(`view-${name}`).hidden = name !== view;
  }
}

function listenToTabs() {
  for (const [i, name] of VIEWS.entries()) {
    byId(`tab-${name}`).addEventListener("click", () => {
      choose(name);
      ask();
    });
    byId(`tab-${name}`).addEventListener("keydown", (event) => {
      if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
      const other = byId(`tab-${VIEWS[1 - i]}`);
      other.focus();
      other.click();
    });
  }
}

function listenToFaces() {
  byId("add-face").addEventListener("click", () => {
    lookedAt = { of: "faces", i: state.faces.length };
    changeFaces([...state.faces, [[0, 0], [0, 0]]]);
    editors.at(-1).buttons[0].focus();
  });
  byId("remove-all").addEventListener("click", () => changeFaces([]));
  byId("slanted-land").addEventListener("click", () => changeFaces(copyOf(SLANTED_LAND)));
  byId("ink").addEventListener("input", () => {
    byId("ink-value").textContent = Number(byId("ink").value).toFixed(1);
  });
}

function start() {
  showFields(state);
  buildFaces();
  own = editor("your own picture", state.picture, "own", 0);
  byId("own").replaceChildren(own.node);
  choose(state.view);
  ask();
}

listenToTabs();
listenToFaces();
listenToCopying();
listenToFields((name, text) => {
  if (!NAMES.includes(name)) return;
  state[name] = text;
  ask();
});
listenToFates((child) => {
  state.seed = `${state.seed.split(":")[0].trim()}:${child}`;
  showFields(state);
  choose("one");
  ask();
  byId("tab-one").focus();
});
addEventListener("hashchange", () => {
  state = load();
  start();
});
start();
