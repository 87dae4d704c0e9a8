// What the Node programs share beyond the standard interface (contract: ../README.md).
"use strict";

const path = require("node:path");
const { payload } = require("../web/scenarios.js");

// The text is "Grüße": cut after the first byte of "ü" and again inside "ß".
const TEXT_FRAGMENTS = ["4772c3", "", "bcc3", "9f65"].map((hex) => Buffer.from(hex, "hex"));
const BINARY = payload(70000);
const BINARY_FRAGMENTS = [BINARY.subarray(0, 100), BINARY.subarray(100, 100), BINARY.subarray(100)];

function sendFragments(socket, fragments, binary) {
  fragments.forEach((fragment, i) => socket.send(fragment, { binary, fin: i === fragments.length - 1 }));
}

function sendFragmented(socket) {
  sendFragments(socket, TEXT_FRAGMENTS, false);
  sendFragments(socket, BINARY_FRAGMENTS, true);
}

const report = (value) => console.log(JSON.stringify(value));

// The npm package, from the folder that the test names; nothing is installed beside this file.
const ws = () => require(path.join(process.env.SOCKEYE_NODE_MODULES, "ws"));

module.exports = { report, sendFragmented, ws };
