// The WebSocket to the server, which answers the newest request. If it closes, the page reconnects.

const AGAIN_AFTER = 1000; // ms

export class Connection {
  #socket = null;
  #number = 0;
  #request = null;

  constructor(onAnswer, onState) {
    this.onAnswer = onAnswer;
    this.onState = onState;
    this.#open();
  }

  ask(view, settings) {
    this.#number += 1;
    this.#request = JSON.stringify({ number: this.#number, view, settings });
    this.#send();
    return this.#number;
  }

  get isOpen() {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  #open() {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    this.#socket = new WebSocket(`${scheme}//${location.host}/line`);
    this.#socket.onopen = () => {
      this.onState(true);
      this.#send();
    };
    this.#socket.onmessage = (event) => this.onAnswer(JSON.parse(event.data));
    this.#socket.onclose = () => {
      this.onState(false);
      setTimeout(() => this.#open(), AGAIN_AFTER);
    };
  }

  #send() {
    if (this.#request !== null && this.#socket.readyState === WebSocket.OPEN) {
      this.#socket.send(this.#request);
    }
  }
}
