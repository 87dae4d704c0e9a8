// Client peer on Node's own WebSocket: `node --experimental-websocket standard_client.js URL SCENARIO`.
"use strict";

const { play } = require("../web/scenarios.js");
const { report } = require("./contract.js");

const [url, scenario] = process.argv.slice(2);
// `headers` is Node's addition to the standard constructor.
const headers = scenario === "headers" ? { "X-Request": "from the client" } : {};

play(scenario, (protocols) => new WebSocket(url, { protocols, headers })).then(report);
