// The client's part of each scenario (contract: ../README.md) for any `WebSocket` class that has the
// interface of the WHATWG standard. A page loads this file as a script, Node with `require`.
//
// What that interface cannot do (sending fragments, pinging, headers, limits) is not here.
"use strict";

const SMALL = 65536;
const TEXTS = ["plain ASCII", "Grüße, κόσμε, 日本語, 😀", ""];
const BINARY_LENGTHS = [0, 1, 125, 126, 127, 65535, 65536, 1048576];
const CLIENT_CLOSE = [4001, "the client is done, ça suffit"];

const payload = (length) => Uint8Array.from({ length }, (_, i) => i ^ (i >> 8));

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

function crc32(bytes) {
  let crc = -1;
  for (const byte of bytes) crc = CRC_TABLE[(crc ^ byte) & 255] ^ (crc >>> 8);
  return ~crc >>> 0;
}

function describe(data) {
  if (typeof data === "string") return { text: data };
  return { binary: data.byteLength, crc32: crc32(new Uint8Array(data)) };
}

// A socket whose events can be awaited.
class Session {
  constructor(socket) {
    this.socket = socket;
    this.arrived = [];
    this.wake = () => {};
    socket.binaryType = "arraybuffer";
    this.opened = new Promise((resolve) => {
      socket.addEventListener("open", () => resolve(true));
      socket.addEventListener("error", () => resolve(false));
    });
    this.closed = new Promise((resolve) => {
      socket.addEventListener("close", ({ code, reason, wasClean }) => {
        resolve({ code, reason, clean: wasClean });
        this.ended = true;
        this.wake();
      });
    });
    socket.addEventListener("message", ({ data }) => {
      this.arrived.push(describe(data));
      this.wake();
    });
  }

  // Up to `count` messages; fewer when the connection closes first.
  async receive(count) {
    while (this.arrived.length < count && !this.ended) {
      await new Promise((resolve) => (this.wake = resolve));
    }
    return this.arrived.splice(0, count);
  }

  async close(...codeAndReason) {
    this.socket.close(...codeAndReason);
    return this.closed;
  }
}

async function receiveAndClose(session, count) {
  const messages = await session.receive(count);
  await session.close(1000);
  return { messages };
}

const SCENARIOS = {
  async echo(session) {
    const messages = [];
    for (const message of [...TEXTS, ...BINARY_LENGTHS.map(payload)]) {
      session.socket.send(message);
      messages.push(...(await session.receive(1)));
    }
    const subprotocol = session.socket.protocol || null;
    await session.close(1000);
    return { messages, subprotocol };
  },

  fragments_from_server: (session) => receiveAndClose(session, 2),

  ping_from_server: (session) => receiveAndClose(session, 1),

  async subprotocol(session) {
    const subprotocol = session.socket.protocol || null;
    await session.close(1000);
    return { subprotocol };
  },

  headers: (session) => receiveAndClose(session, 1),

  async close_from_client(session) {
    const { code, clean } = await session.close(...CLIENT_CLOSE);
    return { code, clean };
  },

  close_from_server: (session) => session.closed,

  refused: async () => ({ opened: true }),

  async too_big_for_server(session) {
    session.socket.send(payload(SMALL + 1));
    const { code } = await session.closed;
    return { code };
  },

  too_big_for_client: (session) => receiveAndClose(session, 1),
};

// Opens what `connect(protocols)` returns and plays `scenario`, here or in `more`.
async function play(scenario, connect, more = {}) {
  const session = new Session(connect(scenario === "subprotocol" ? ["chat.v1", "chat.v2"] : []));
  if (!(await session.opened)) return { opened: false };
  return { ...SCENARIOS, ...more }[scenario](session);
}

if (typeof module !== "undefined") module.exports = { SMALL, describe, payload, play };
