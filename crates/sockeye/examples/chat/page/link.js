// The connection to one room: opens it, keeps it, opens it again.
//
// What is said or shared carries a `ref` and stays in `pending` until the server has answered with
// the same `ref`. After a new connection everything pending is sent again; the server keeps what
// has the same `ref` once, so nothing is lost and nothing is doubled. What the server refuses is
// dropped: sent again it would be refused again. Knows nothing of the page.

import { lastChars, wellFormed } from "/words.js";

/** The most that waits for a connection. */
const MAX_PENDING = 50;
/** No message for so long, and the connection is taken for dead: the server sends one every 3 s. */
const SILENCE_MS = 12_000;
const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = 15_000;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export class Link {
  #socket = null;
  #attempt = 0;
  #timer = 0;
  #watchdog = 0;
  #ended = false;
  #welcomed = false;

  /**
   * `pending` is a Map that outlives this link. `on.state(state)` gets `{ kind }`, one of
   * `connecting`, `online`, and `waiting` with `until` and `reason`; `on.message(message, bytes)`
   * everything the server says; `on.dropped(item, reason)` what will not be sent;
   * `on.refused(reason)` that the server does not let this name in, which ends the link.
   */
  constructor(room, name, pending, on) {
    Object.assign(this, { room, name, pending, on });
    this.#open();
  }

  get isOnline() {
    return this.#welcomed;
  }

  /** How many bytes are still in the browser. */
  get bufferedAmount() {
    return this.#socket?.bufferedAmount ?? 0;
  }

  /** Says a text, or shares a file, now or as soon as there is a connection. */
  send(content) {
    if (this.pending.size >= MAX_PENDING) return null;
    const item = { ref: newReference(), ...content };
    this.pending.set(item.ref, item);
    if (this.#welcomed) this.#transmit(item);
    return item;
  }

  types() {
    if (this.#welcomed) this.#socket.send(JSON.stringify({ type: "typing" }));
  }

  /** Connects now instead of later. */
  retry() {
    if (this.#ended || this.#socket) return;
    clearTimeout(this.#timer);
    this.#open();
  }

  /** Ends this link for good. */
  end() {
    this.#ended = true;
    this.#release()?.close(1000);
  }

  #open() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/`);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      socket.send(JSON.stringify({ type: "join", room: this.room, name: this.name }));
    };
    socket.onmessage = ({ data }) => this.#receive(data);
    socket.onclose = ({ code, reason }) => this.#lost(code, reason);
    this.#socket = socket;
    this.#listenForSilence();
    this.on.state({ kind: "connecting" });
  }

  #receive(data) {
    this.#listenForSilence();
    const [message, bytes] = typeof data === "string" ? [JSON.parse(data)] : unseal(data);
    if (message.type === "welcome") {
      this.#welcomed = true;
      this.#attempt = 0;
      this.on.state({ kind: "online" });
    }
    if (message.type === "error" && !this.#welcomed) {
      // All that was sent is the name, and it would be refused as often as it is sent.
      this.end();
      this.on.refused(message.reason);
      return;
    }
    const item = this.pending.get(message.ref);
    this.pending.delete(message.ref);
    if (message.type === "error" && item) this.on.dropped(item, message.reason);
    this.on.message(message, bytes);
    if (message.type === "welcome") {
      for (const waiting of this.pending.values()) this.#transmit(waiting);
    }
  }

  async #transmit(item) {
    if (item.text !== undefined) {
      this.#socket.send(JSON.stringify({ type: "say", ref: item.ref, text: item.text }));
      return;
    }
    const socket = this.#socket;
    try {
      const message = seal(item.ref, item.file, await item.file.arrayBuffer());
      if (socket === this.#socket) socket.send(message);
    } catch {
      this.#drop(item, "the file cannot be read any more");
    }
  }

  #drop(item, reason) {
    this.pending.delete(item.ref);
    this.on.dropped(item, reason);
  }

  #lost(code, reason) {
    this.#release();
    if (code === 1009) {
      // Something was larger than the server takes; sent again it would be so again.
      for (const item of this.pending.values()) if (item.file) this.#drop(item, "too large");
    }
    const delay = Math.min(FIRST_DELAY_MS * 2 ** this.#attempt, MAX_DELAY_MS);
    this.#attempt += 1;
    // Not all pages at once when the server is back.
    const wait = delay * (0.5 + Math.random() / 2);
    this.#timer = setTimeout(() => this.#open(), wait);
    this.on.state({ kind: "waiting", until: Date.now() + wait, reason: describe(code, reason) });
  }

  /** Lets go of the socket, so that nothing it does later has an effect here. */
  #release() {
    const socket = this.#socket;
    if (socket) socket.onopen = socket.onmessage = socket.onclose = null;
    this.#socket = null;
    this.#welcomed = false;
    clearTimeout(this.#timer);
    clearTimeout(this.#watchdog);
    return socket;
  }

  #listenForSilence() {
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => {
      this.#release()?.close();
      this.#lost(1006, "");
    }, SILENCE_MS);
  }
}

/** The binary message of a file: a length in two bytes, a JSON header, the file. */
function seal(ref, file, bytes) {
  const name = lastChars(wellFormed(file.name), 100);
  const header = { ref, name, media_type: file.type.slice(0, 80) };
  const json = encoder.encode(JSON.stringify(header));
  const message = new Uint8Array(2 + json.length + bytes.byteLength);
  new DataView(message.buffer).setUint16(0, json.length);
  message.set(json, 2);
  message.set(new Uint8Array(bytes), 2 + json.length);
  return message;
}

/** The header and the bytes of a binary message. */
function unseal(buffer) {
  const start = 2 + new DataView(buffer).getUint16(0);
  const header = JSON.parse(decoder.decode(new Uint8Array(buffer, 2, start - 2)));
  return [header, new Uint8Array(buffer, start)];
}

/** A mark that nobody else in the room uses. `randomUUID` is only there on secure origins. */
function newReference() {
  const random = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function describe(code, reason) {
  switch (code) {
    case 1001: return "The server is going away";
    case 1006: return "Connection lost";
    default: return reason ? `Closed: ${reason}` : `Closed with code ${code}`;
  }
}
