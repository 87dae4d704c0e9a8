// Echo peer on npm `ws` for the conformance suite (contract: ../README.md):
// `echo.js server [--max-message BYTES] [--deflate]`, and
// `echo.js client URL [--agent NAME] [--parallel N] [--deflate]`.
"use strict";

const { parseArgs } = require("node:util");
const { ws } = require("./contract.js");

const WebSocket = ws();
const MAX_MESSAGE = 64 << 20;
const CASE_LIMIT = 60_000; // milliseconds

function echo(socket) {
  // The verdict is the other end's: an error here only ends the connection.
  socket.on("error", () => {});
  socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
}

function runServer({ maxMessage, deflate }) {
  const server = new WebSocket.WebSocketServer({
    host: "127.0.0.1",
    port: 0,
    maxPayload: maxMessage,
    perMessageDeflate: deflate,
  });
  server.on("connection", echo);
  server.on("listening", () => console.log(`listening on ws://127.0.0.1:${server.address().port}`));
  // Whoever started this program holds the other end of standard input; its end is ours.
  process.stdin.on("end", () => process.exit()).resume();
}

async function runClient({ url, agent, parallel, deflate }) {
  const base = url.replace(/\/+$/, "");
  const name = encodeURIComponent(agent);

  // Opens a connection, lets `act` use it, and waits until it has ended; a hanging one is cut off.
  const open = (path, act) =>
    new Promise((resolve) => {
      const socket = new WebSocket(base + path, { maxPayload: MAX_MESSAGE, perMessageDeflate: deflate });
      const limit = setTimeout(() => socket.terminate(), CASE_LIMIT);
      act(socket);
      socket.on("close", () => resolve(clearTimeout(limit)));
    });

  // A failure of these two ends the program: without them there is nothing to play or report.
  const fail = (error) => {
    console.error(`error: ${error.message}`);
    process.exit(1);
  };
  let count;
  await open("/getCaseCount", (socket) => {
    socket.on("error", fail);
    socket.once("message", (data) => {
      count = Number(data);
      socket.close(1000);
    });
  });

  if (!Number.isInteger(count)) fail(new Error("no number of cases"));

  let next = 1;
  const playSome = async () => {
    while (next <= count) await open(`/runCase?case=${next++}&agent=${name}`, echo);
  };
  await Promise.all(Array.from({ length: parallel }, playSome));

  await open(`/updateReports?agent=${name}`, (socket) => {
    socket.on("error", fail);
    socket.on("open", () => socket.close(1000));
  });
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    agent: { type: "string", default: "ws" },
    deflate: { type: "boolean", default: false },
    "max-message": { type: "string", default: `${MAX_MESSAGE}` },
    parallel: { type: "string", default: "1" },
  },
});
const [role, url] = positionals;
const { agent, deflate } = values;
if (role === "server") {
  runServer({ maxMessage: Number(values["max-message"]), deflate });
} else if (role === "client" && url) {
  runClient({ url, agent, parallel: Number(values.parallel), deflate });
} else {
  console.error("usage: echo.js server [--max-message BYTES] | client URL [--agent NAME] [--parallel N]");
  process.exit(2);
}
