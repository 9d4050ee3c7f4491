// The settings, kept in the page's address, which can be bookmarked, and in the tab's storage.

const ADDRESSED_AFTER = 300; // ms without a change: browsers limit how often an address may change
const KEPT = "fastgan lab";

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

// The tab's storage is newer than the address, unless the address was changed by hand.
function kept() {
  try {
    const { hash, text } = JSON.parse(sessionStorage.getItem(KEPT));
    return hash === location.hash ? text : null;
  } catch {
    return null;
  }
}

function keep(text) {
  try {
    sessionStorage.setItem(KEPT, JSON.stringify({ hash: location.hash, text }));
  } catch {
    // Without storage, the address still holds the settings.
  }
}

// An address may hold anything: invalid settings are replaced by the defaults.
export function load() {
  let given = null;
  try {
    given = JSON.parse(kept() ?? decodeURIComponent(location.hash.slice(1)));
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

export function save(state) {
  const text = JSON.stringify(state);
  keep(text);
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    history.replaceState(null, "", "#" + encodeURIComponent(text));
    keep(text);
  }, ADDRESSED_AFTER);
}
