// Pictures of four pixels: some are drawn by hand, some by G. Black is 1, in any colour scheme.

const PLACES = ["upper left", "upper right", "lower left", "lower right"];

export function make(tag, properties = {}, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

function shade(node, value) {
  const grey = Math.round(255 * (1 - value));
  node.style.backgroundColor = `rgb(${grey}, ${grey}, ${grey})`;
  node.style.color = value < 0.55 ? "#000" : "#fff";
}

export function short(number) {
  const text = Math.abs(number) < 1000 ? number.toFixed(2) : number.toExponential(1);
  return text.replace("-", "\u2212");
}

// A picture that clicks and arrow keys change, above a button that shows how D judges it.
export class Editor {
  constructor(name, pixels, { ink, onChange, onLook, onRemove }) {
    this.name = name;
    this.pixels = pixels;
    this.onChange = onChange;
    this.buttons = PLACES.map((_, i) => this.#pixel(i, ink));
    this.look = make("button", { type: "button", className: "look", textContent: "D" });
    this.look.addEventListener("click", onLook);
    const under = make("div", { className: "under" }, this.look);
    if (onRemove) {
      this.remove = make("button", { type: "button", textContent: "\u00d7" });
      this.remove.setAttribute("aria-label", `Remove ${name}`);
      this.remove.addEventListener("click", onRemove);
      under.append(this.remove);
    }
    this.node = make("div", {}, make("div", { className: "pixels" }, ...this.buttons), under);
    this.node.setAttribute("role", "group");
    this.node.setAttribute("aria-label", name);
    this.show();
  }

  #pixel(i, ink) {
    const button = make("button", { type: "button" });
    button.addEventListener("click", () => this.#set(i, this.#get(i) > 0 ? 0 : ink()));
    button.addEventListener("keydown", (event) => {
      const step = { ArrowUp: 0.1, ArrowDown: -0.1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const value = Math.min(1, Math.max(0, this.#get(i) + step));
      this.#set(i, Number(value.toFixed(1)));
    });
    return button;
  }

  #get(i) {
    return this.pixels[i >> 1][i & 1];
  }

  #set(i, value) {
    this.pixels[i >> 1][i & 1] = value;
    this.show();
    this.onChange();
  }

  show() {
    this.buttons.forEach((button, i) => {
      const value = this.#get(i);
      shade(button, value);
      button.textContent = String(Number(value.toFixed(2)));
      button.setAttribute("aria-pressed", String(value > 0));
      button.setAttribute("aria-label", `${this.name}, ${PLACES[i]}: ${button.textContent}`);
    });
  }

  showVerdict(judged, isLookedAt) {
    this.look.textContent = `D ${short(judged.probability)}`;
    this.look.setAttribute("aria-label", `${this.name}: what D sees`);
    this.look.setAttribute("aria-pressed", String(isLookedAt));
  }
}

// A picture that G has drawn; it is one button, which shows how D judges it.
export class Drawn {
  constructor(name, onLook) {
    this.name = name;
    this.cells = PLACES.map(() => make("span"));
    this.caption = make("span", { className: "caption" });
    this.node = make("button", { type: "button", className: "drawn" },
      make("span", { className: "pixels" }, ...this.cells), this.caption);
    this.node.addEventListener("click", onLook);
  }

  show(judged, isLookedAt) {
    this.cells.forEach((cell, i) => {
      shade(cell, judged.pixels[i]);
      cell.textContent = short(judged.pixels[i]);
    });
    this.caption.textContent = `D ${short(judged.probability)}`;
    this.node.setAttribute("aria-pressed", String(isLookedAt));
    const pixels = judged.pixels.map((pixel, i) => `${PLACES[i]} ${short(pixel)}`).join(", ");
    this.node.setAttribute("aria-label", `${this.name}: ${pixels}; ${this.caption.textContent}`);
  }
}

export { PLACES };
