// Server peer on npm `ws` (contract: ../README.md).
"use strict";

const fs = require("node:fs");
const https = require("node:https");
const { SMALL, payload } = require("../web/scenarios.js");
const { report, sendFragmented, ws } = require("./contract.js");

const SUBPROTOCOL = "chat.v2";
const SERVER_CLOSE = [4002, "the server is done, à bientôt"];
const { WebSocketServer } = ws();

function act(socket, request) {
  switch (request.url) {
    case "/fragments":
      return sendFragmented(socket);
    case "/ping":
      socket.once("pong", (data) => socket.send(`${data}` === "are you there?" ? "pong seen" : `${data}`));
      return socket.ping("are you there?");
    case "/headers":
      return socket.send(request.headers["x-request"]);
    case "/close":
      return socket.close(...SERVER_CLOSE);
    case "/big":
      return socket.send(payload(SMALL + 1));
  }
}

function handle(socket, request) {
  socket.on("error", () => {});
  socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
  socket.addEventListener("close", ({ code, reason, wasClean }) =>
    report({ path: request.url, code, reason, clean: wasClean }),
  );
  act(socket, request);
}

// Where it listens: on a port of its own, or on that of a server with TLS.
function place() {
  const { SOCKEYE_CERTIFICATE: cert, SOCKEYE_KEY: key } = process.env;
  if (!cert) return { host: "127.0.0.1", port: 0 };
  const server = https.createServer({ cert: fs.readFileSync(cert), key: fs.readFileSync(key) });
  return { server: server.listen(0, "127.0.0.1") };
}

function listen(maxPayload) {
  const server = new WebSocketServer({
    ...place(),
    maxPayload,
    handleProtocols: (offered) => offered.has(SUBPROTOCOL) && SUBPROTOCOL,
    verifyClient: ({ req }, verdict) => verdict(req.url !== "/refused", 403, "not you\n"),
  });
  server.on("headers", (headers) => headers.push("X-Answer: from the server"));
  server.on("connection", handle);
  return new Promise((resolve) => server.on("listening", () => resolve(server.address().port)));
}

// Whoever started this program holds the other end of standard input; its end is ours.
process.stdin.on("end", () => process.exit()).resume();

Promise.all([listen(1 << 20), listen(SMALL)]).then(([port, small_port]) => report({ port, small_port }));
