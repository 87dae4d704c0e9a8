// Client peer on npm `ws`: `node ws_client.js URL SCENARIO` (contract: ../README.md).
"use strict";

const { SMALL, play } = require("../web/scenarios.js");
const { report, sendFragmented, ws } = require("./contract.js");

const WebSocket = ws();
const [url, scenario] = process.argv.slice(2);
const seen = {};

const MORE = {
  async fragments_from_client(session) {
    sendFragmented(session.socket);
    const messages = await session.receive(2);
    await session.close(1000);
    return { messages };
  },

  async ping_from_client(session) {
    const pong = new Promise((resolve) => session.socket.once("pong", resolve));
    session.socket.ping("are you there?");
    const payload = await pong;
    await session.close(1000);
    return { pong: payload.toString() === "are you there?" };
  },

  async headers(session) {
    const messages = await session.receive(1);
    await session.close(1000);
    return { messages, answer: seen.answer };
  },

  async too_big_for_client(session) {
    return { messages: await session.receive(1) };
  },
};

function connect(protocols) {
  const options = {};
  if (scenario === "headers") options.headers = { "X-Request": "from the client" };
  if (scenario === "too_big_for_client") options.maxPayload = SMALL;
  const socket = new WebSocket(url, protocols, options);
  socket.on("upgrade", (response) => (seen.answer = response.headers["x-answer"]));
  if (scenario === "refused") {
    socket.on("unexpected-response", (request, response) => {
      seen.status = response.statusCode;
      request.destroy(new Error("refused"));
    });
  }
  return socket;
}

play(scenario, connect, MORE).then((result) =>
  report(scenario === "refused" ? { ...result, status: seen.status } : result),
);
