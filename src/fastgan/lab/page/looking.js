// How D judges a picture: each pixel times its weight, their sum with the bias, and its sigmoid.

import { make, PLACES, short } from "./pictures.js";

function table(head, rows) {
  const line = (cells, tag) => make("tr", {}, ...cells.map((cell, i) => {
    const node = make(i === 0 || tag === "th" ? "th" : "td", { textContent: cell });
    node.scope = tag === "th" ? "col" : "row";
    return node;
  }));
  return [make("thead", {}, line(head, "th")), make("tbody", {}, ...rows.map((r) => line(r, "td")))];
}

export function showLooked(place, judged, discriminator) {
  const rows = PLACES.map((name, i) => [
    name, short(judged.pixels[i]), short(discriminator.weights[i]), short(judged.products[i]),
  ]);
  rows.push(["bias", "", "", short(discriminator.bias)]);
  rows.push(["logit, the sum", "", "", short(judged.logit)]);
  const bar = make("div");
  bar.style.width = `${100 * judged.probability}%`;
  const gauge = make("div", { className: "gauge" }, bar);
  gauge.setAttribute("role", "img");
  gauge.setAttribute("aria-label", `D is ${judged.probability.toFixed(3)}`);
  const verdict = judged.probability > 0.5 ? "likely a face" : "likely not a face";
  place.replaceChildren(
    make("div", { className: "wide" },
      make("table", {}, ...table(["pixel", "grey", "\u00d7 weight", "="], rows))),
    gauge,
    make("div", { className: "ends" },
      make("span", { textContent: "0: not a face" }),
      make("strong", { textContent: `D = ${judged.probability.toFixed(3)}: ${verdict}` }),
      make("span", { textContent: "1: a face" })),
  );
}

export function showParameters(place, generator, discriminator) {
  const row = (name, numbers) => [name, ...numbers.map(short)];
  place.replaceChildren(...table(["", "\u2196", "\u2197", "\u2199", "\u2198"], [
    ...generator.weights.map((weights, i) => row(`G, z${i + 1}`, weights)),
    row("G, biases", generator.bias),
    row("D", discriminator.weights),
    [...row("D, bias", [discriminator.bias]), "", "", ""],
  ]));
}
