// What is asked for: kept in the page's address, so that a reload or a bookmark brings it back.

const SAVED_AFTER = 300; // ms without a change: browsers refuse to save at every move of a slider

export const SLANTED_LAND = [
  [[1, 0], [0, 1]],
  [[0.9, 0.1], [0.2, 0.8]],
  [[0.9, 0.2], [0.1, 0.8]],
  [[0.8, 0.1], [0.2, 0.9]],
  [[0.8, 0.2], [0.1, 0.9]],
];

const TEXTS = {
  learning_rate: "0.01",
  discriminator_learning_rate: "0.01",
  epochs: "1000",
  batch_size: "1",
  latent_dim: "1",
  latent: "uniform",
  seed: "42",
};

export const NAMES = Object.keys(TEXTS);

export function copyOf(pictures) {
  return structuredClone(pictures);
}

function isPicture(value) {
  const isRow = (row) => Array.isArray(row) && row.length === 2 &&
    row.every((pixel) => typeof pixel === "number" && pixel >= 0 && pixel <= 1);
  return Array.isArray(value) && value.length === 2 && value.every(isRow);
}

// Anything can stand in an address: what is no setting becomes the default.
export function load() {
  let given = null;
  try {
    given = JSON.parse(decodeURIComponent(location.hash.slice(1)));
  } catch {
    given = null;
  }
  if (typeof given !== "object" || given === null) given = {};
  const state = {
    view: given.view === "many" ? "many" : "one",
    faces: Array.isArray(given.faces) && given.faces.length <= 12 && given.faces.every(isPicture)
      ? given.faces : copyOf(SLANTED_LAND),
    picture: isPicture(given.picture) ? given.picture : [[0, 1], [1, 0]],
  };
  for (const name of NAMES) {
    state[name] = typeof given[name] === "string" ? given[name] : TEXTS[name];
  }
  return state;
}

let waiting = 0;

function save(state) {
  clearTimeout(waiting);
  waiting = 0;
  history.replaceState(null, "", "#" + encodeURIComponent(JSON.stringify(state)));
}

export function saveSoon(state) {
  if (!waiting) addEventListener("pagehide", () => waiting && save(state), { once: true });
  clearTimeout(waiting);
  waiting = setTimeout(() => save(state), SAVED_AFTER);
}
