// The view of a thousand seeds: a mark for each, one of which is chosen, and its outcome.

const byId = (id) => document.getElementById(id);
const COLUMNS = 40;
const CELL = 9;
const AROUND = 2; // units between the chosen mark's cell and the ring around it

let last = null;

function chosen() {
  return Number(byId("child").value);
}

function showChosen() {
  const i = chosen();
  byId("child-value").textContent = String(i);
  const ring = byId("marks").querySelector(".chosen");
  if (!ring || !last) return;
  ring.setAttribute("x", String(CELL * (i % COLUMNS) - AROUND));
  ring.setAttribute("y", String(CELL * Math.floor(i / COLUMNS) - AROUND));
  byId("child-fate").textContent = i < last.done
    ? `Number ${i}: ${last.outcomes[last.outcome[i]]}, distance ${last.distance[i].toFixed(3)}, ` +
      `saturation ${last.saturation[i].toFixed(3)}.`
    : `Number ${i} has not been trained yet.`;
}

export function showFates(answer) {
  last = answer;
  byId("bars").innerHTML = answer.bars;
  byId("marks").innerHTML = answer.marks;
  byId("progress").max = answer.of;
  byId("progress").value = answer.done;
  showChosen();
}

export function listenToFates(onAlone) {
  byId("child").addEventListener("input", showChosen);
  byId("marks").addEventListener("click", (event) => {
    const place = byId("marks").getBoundingClientRect();
    const cell = place.width / COLUMNS;
    const column = Math.floor((event.clientX - place.left) / cell);
    const i = COLUMNS * Math.floor((event.clientY - place.top) / cell) + column;
    byId("child").value = String(i);
    showChosen();
  });
  byId("alone").addEventListener("click", () => onAlone(chosen()));
}
